"""Entries of the menus *Scene* and *Angles* for the selected angle: on the body, its frames, its convention."""

from __future__ import annotations

from viewer.actions.records import Action
from viewer.dialogs.convention_card import show_card

__all__ = ["BODY", "CARD"]

_MENU = "Scene"


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

CARD: tuple[Action, ...] = (
    Action("angle.card", "Convention of the selected angle", "Angles", show_card, ("Shift+I",),
           tip="Sequence, sign, zero, range, where it is singular, and a drawing.", line=True),
)  # fmt: skip
"""For the menu *Angles*."""
