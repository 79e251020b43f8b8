"""Why a lifter is wrong here, and menu *What-if*: joints that follow the mouse, nudges, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.editing import SwapSides
from viewer.actions.records import Action, Needs
from viewer.scene.eye import dragged_mm

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["WHATIF", "WHY"]

_MENU = "What-if"
_NUDGE_PX = 4.0


def _nudge(window: Window, right: float, up: float) -> None:
    """Move the selected joint by a few pixels of the picture: as much in the world as that is there."""
    content, view, area = window.session.content, window.session.view, window.scene.area
    track = None if content is None else content.track(window.whatif.lifter)
    way = np.zeros(3)
    if track is not None and view.joint >= 0 and area.cells:
        depth = float(area.eye.depth_mm(track.xyz_mm[view.frame, view.joint]))
        way = dragged_mm(area.eye, depth, right * _NUDGE_PX, -up * _NUDGE_PX, area.cells[0][2:])
    window.whatif.nudge(way)


def _nudged(name: str, text: str, key: str, right: float, up: float) -> Action:
    return Action(f"whatif.{name}", text, f"{_MENU}/Nudge the joint", lambda w: _nudge(w, right, up), (key,))


def _follow(window: Window) -> None:
    on = not window.session.view.whatif
    window.session.update(whatif=on)
    if on:
        window.docks.bring("whatif")


WHY: tuple[Action, ...] = (
    Action("why.show", "Why here?", "Angles", lambda w: w.docks.bring("why"), ("Ctrl+H",), Needs.REFERENCE,
           tip="Parts of the errors at this frame, and what is odd in the lifter's poses.", line=True),
    Action("why.next", "Next flagged frame", "Go", lambda w: w.why.go(forward=True), (";",), Needs.REFERENCE,
           tip="Of the lifters that are drawn: swaps, jitter, frozen or over-smoothed poses and the like.", line=True),
    Action("why.previous", "Previous flagged frame", "Go", lambda w: w.why.go(forward=False), ("Shift+;", ":"),
           Needs.REFERENCE),
)  # fmt: skip

WHATIF: tuple[Action, ...] = (
    Action("whatif.follow", "Joints follow the mouse", _MENU, _follow, ("Q",), checked=lambda v: v.whatif,
           tip="Drag a joint of a lifter in the scene, with Shift all that hangs on it; both errors move with it.",
           bar="What-if"),
    Action("whatif.arrows", "Arrows: what a millimetre costs", _MENU,
           lambda w: w.session.update_scene(arrows=not w.session.view.scene.arrows), ("Shift+Q",),
           checked=lambda v: v.scene.arrows,
           tip="Which way each joint of the selected lifter changes the selected angle; the longest is the dearest."),
    _nudged("right", "Right", "Shift+Alt+Right", 1, 0),
    _nudged("left", "Left", "Shift+Alt+Left", -1, 0),
    _nudged("up", "Up", "Shift+Alt+Up", 0, 1),
    _nudged("down", "Down", "Shift+Alt+Down", 0, -1),
    Action("whatif.swap", "Swap left and right", _MENU, lambda w: w.whatif.apply(SwapSides(*w.whatif.frames())),
           tip="Of the lifter, in the frames that the panel says."),
    Action("whatif.clear", "Remove the edits of this clip", _MENU, lambda w: w.whatif.clear(),
           ("Ctrl+Shift+Backspace",), line=True),
    Action("whatif.save", "Save the edited poses as a source…", _MENU, lambda w: w.ask.save_edited(), (),
           Needs.DATASET),
)  # fmt: skip
