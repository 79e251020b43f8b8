"""The table."""

from __future__ import annotations

from viewer.actions.angles import ANGLES, SOURCES
from viewer.actions.body import BODY, CARD
from viewer.actions.dataset import DATASET
from viewer.actions.file import FILE
from viewer.actions.film import FILM
from viewer.actions.look import SCENE
from viewer.actions.manners import EDIT, HELPERS, PRESET_ACTIONS
from viewer.actions.play import GO, PLAY
from viewer.actions.records import Action, Needs
from viewer.actions.spans import SPANS
from viewer.actions.study import STUDY
from viewer.actions.take import TAKE
from viewer.actions.whatif import WHATIF, WHY

__all__ = ["ACTIONS", "MENUS", "MOUSE"]

_WINDOW, _HELP = "Window", "Help"


def _theme(name: str, text: str) -> Action:
    return Action(f"theme.{name}", text, f"{_WINDOW}/Theme", lambda w: w.choose_theme(name), needs=Needs.NOTHING)


WINDOW: tuple[Action, ...] = (
    _theme("system", "As the desktop"),
    _theme("dark", "Dark"),
    _theme("light", "Light"),
    Action("theme.other", "Dark or light", _WINDOW, lambda w: w.other_theme(), ("D",), Needs.NOTHING),
    Action("window.restore", "Restore the panels", _WINDOW, lambda w: w.restore_layout(), (), Needs.NOTHING),
    Action("window.full", "Full screen", _WINDOW, lambda w: w.toggle_full_screen(), ("F11",), Needs.NOTHING),
    Action("window.picture", "Save a picture of the window…", _WINDOW,
           lambda w: w.ask.picture(), ("P",), Needs.NOTHING),
)  # fmt: skip

HELP: tuple[Action, ...] = (
    Action("help.keys", "Keys", _HELP, lambda w: w.ask.keys(), ("?", "F1"), Needs.NOTHING),
    Action(
        "help.notes",
        "Notes on this clip",
        _HELP,
        lambda w: w.ask.notes(),
        ("Ctrl+I",),
        tip="What was assumed, substituted or adapted for it and for every lifter.",
    ),
    Action("help.conventions", "Conventions of the angles", _HELP, lambda w: w.ask.conventions(), (), Needs.NOTHING),
    Action("help.about", "About anglescope", _HELP, lambda w: w.ask.about(), (), Needs.NOTHING),
)

ACTIONS: tuple[Action, ...] = (
    *FILE, *EDIT, *TAKE, *GO, *PLAY, *FILM, *SCENE, *BODY, *ANGLES, *CARD, *SOURCES, *DATASET, *STUDY, *SPANS, *WHY,
    *WHATIF, *PRESET_ACTIONS, *WINDOW, *HELPERS, *HELP,
)  # fmt: skip
"""Everything, in the order of menus."""

MENUS: tuple[str, ...] = tuple(dict.fromkeys(action.menu.partition("/")[0] for action in ACTIONS))
"""Top menus in order."""

MOUSE: tuple[tuple[str, str, str], ...] = tuple(("Mouse", what, how) for what, how in (
    ("Move through time", "drag in a plot or heatmap or on the timeline"),
    ("Select an angle", "click its plot, row or cell"),
    ("Convention of an angle", "right click on its title or row"),
    ("Zoom time", "wheel in a plot"),
    ("Zoom values", "Shift+wheel or right drag in a plot"),
    ("Move a zoomed plot", "middle drag"),
    ("One plot large, and back", "double click in it"),
    ("Whole clip again", "double click beside the plots"),
    ("Turn the skeletons", "left drag"),
    ("Move the skeletons", "right drag or Shift+drag"),
    ("Nearer, farther", "wheel"),
    ("Frame the athlete", "double click beside the joints"),
    ("Select a joint", "click it"),
    ("Hide or show a source", "click its box in the legend"),
    ("Move a joint", "drag it, where joints follow the mouse; Shift takes what hangs on it"),
    ("Select a lifter", "click its name in the legend"),
    ("Clip of a number, its worst frame", "click, double click a cell of the dataset"),
    ("Clip of a point, its worst frame", "click it in the study"),
    ("In and out", "drag with Shift in a plot or heatmap or on the timeline, or drag the handles under it"),
    ("No in and out", "Esc"),
    ("Go to a mark", "click it below the timeline"),
))  # fmt: skip
"""What the mouse does, for the key sheet: group, what, how."""
