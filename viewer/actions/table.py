"""The table."""

from __future__ import annotations

from viewer.actions.angles import ANGLES, SOURCES
from viewer.actions.file import FILE
from viewer.actions.look import SCENE
from viewer.actions.play import GO, PLAY
from viewer.actions.records import Action, Needs

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

ACTIONS: tuple[Action, ...] = (*FILE, *GO, *PLAY, *SCENE, *ANGLES, *SOURCES, *WINDOW, *HELP)
"""Everything, in the order of menus."""

MENUS: tuple[str, ...] = tuple(dict.fromkeys(action.menu.partition("/")[0] for action in ACTIONS))
"""Top menus in order."""

MOUSE: tuple[tuple[str, str, str], ...] = tuple(("Mouse", what, how) for what, how in (
    ("Move through time", "drag in a plot or heatmap or on the timeline"),
    ("Select an angle", "click its plot, row or cell"),
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
    ("Select a lifter", "click its name in the legend"),
    ("In and out", "drag the handles under the timeline"),
))  # fmt: skip
"""What the mouse does, for the key sheet: group, what, how."""
