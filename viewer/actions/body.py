"""Entries of the menus *Scene* and *Angles* for the selected angle: on the body, its frames, its convention."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from viewer.actions.records import Action
from viewer.dialogs.convention_card import show_card
from viewer.scene.along import turns_about
from viewer.scene.eye import looking_along
from viewer.view import Viewpoint

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["ALONG", "BODY", "CARD"]

_MENU = "Scene"


def _look_along(window: Window) -> None:
    """Turn the eye so that the arc of the selected angle lies in the picture; its joint stays in sight."""
    session, area, undoing = window.session, window.scene.area, window.manners.undoing
    found = turns_about(area.stage, session.frame)
    if isinstance(found, str):
        session.message.emit(found)
        return
    eye = area.eye
    with undoing.unnoticed():
        session.update(aim_deg=eye.direction_deg)  # what the mouse has turned since, so that undo leads back to it
    with undoing.named("look along the angle's axis"):
        session.update(aim_deg=looking_along(eye, found.axis),
                       scene=replace(session.view.scene, viewpoint=Viewpoint.FREE))  # fmt: skip
    area.keep_in(found.centre_mm)


BODY: tuple[Action, ...] = (
    Action("scene.arcs", "Angle on the body", _MENU,
           lambda w: w.session.update_scene(arcs=not w.session.view.scene.arcs), ("A",),
           checked=lambda v: v.scene.arcs, tip="The selected angle as an arc at its joint, with its numbers.",
           line=True),
    Action("scene.frames", "Anatomical frames", _MENU,
           lambda w: w.session.update_scene(frames=not w.session.view.scene.frames), ("Shift+K",),
           checked=lambda v: v.scene.frames,
           tip="Of the two segments of the selected angle: X forward, Y up, Z right."),
)  # fmt: skip
"""For the menu *Scene*."""

ALONG = Action(
    "look.axis", "Look along the angle's axis", f"{_MENU}/Viewpoint", _look_along, ("9",),
    tip="Turns the view until the arc of the selected angle lies flat in the picture.",
)  # fmt: skip
"""For the menu *Scene*, after the standard viewpoints."""

CARD: tuple[Action, ...] = (
    Action("angle.card", "Convention of the selected angle", "Angles", show_card, ("Shift+I",),
           tip="Sequence, sign, zero, range, where it is singular, and a drawing.", line=True),
)  # fmt: skip
"""For the menu *Angles*."""
