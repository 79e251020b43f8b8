"""A joint that is held by the mouse."""

from __future__ import annotations

from typing import Any, Protocol

from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from viewer.scene.eye import Eye, Size, dragged_mm
from viewer.scene.stage import Hit

__all__ = ["Grip", "Hands"]


class Hands(Protocol):
    """Who changes poses; see :class:`viewer.whatif.WhatIf`."""

    def hold(self, name: str, joint: int, *, limb: bool) -> bool:
        """Take a joint."""
        ...

    def drag(self, drawn_mm: NDArray[Any]) -> None:
        """So far from where it was taken."""
        ...

    def let_go(self) -> None:
        """Leave it there."""
        ...


class Grip:
    """What the mouse holds, and how its way in the picture is one in the world: at the depth of the joint."""

    def __init__(self) -> None:
        self.hands: Hands | None = None
        self._at: QPointF | None = None
        self._depth_mm = 0.0

    @property
    def holds(self) -> bool:
        """Whether a joint is held."""
        return self._at is not None

    def take(self, hit: Hit, frame: int, eye: Eye, at: QPointF, *, limb: bool) -> bool:
        """Take the joint that was hit; False where it is nobody's who can be changed."""
        if self.hands is None or hit.track.colour < 0 or not self.hands.hold(hit.track.name, hit.joint, limb=limb):
            return False
        self._depth_mm = float(eye.depth_mm(hit.track.xyz_mm[frame, hit.joint]))
        self._at = at
        return True

    def move(self, at: QPointF, eye: Eye, size: Size) -> None:
        """The mouse is there now."""
        if self.hands is not None and self._at is not None:
            way = at - self._at
            self.hands.drag(dragged_mm(eye, self._depth_mm, way.x(), way.y(), size))

    def let_go(self) -> None:
        """The button was let go."""
        if self.hands is not None and self.holds:
            self._at = None
            self.hands.let_go()
