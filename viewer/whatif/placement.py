"""From the poses of a source to where they are drawn at a frame, and back. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.records import Float64

__all__ = ["Placement", "placement"]

_FEWEST_JOINTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """How a pose is turned and scaled for drawing: drawn = scale * rotation @ pose + somewhere.

    rotation : (3, 3). scale : drawn millimetres per millimetre of the pose.
    """

    rotation: Float64
    scale: float

    def to_pose(self, drawn_mm: NDArray[Any]) -> Float64:
        """Vectors (..., 3) of the drawing, in the axes and millimetres of the pose."""
        vectors: Float64 = np.asarray(drawn_mm, np.float64) @ self.rotation / self.scale
        return vectors

    def turned(self, vectors: NDArray[Any]) -> Float64:
        """Vectors (..., 3) in the axes of the pose, turned into those of the drawing, their length kept."""
        found: Float64 = np.asarray(vectors, np.float64) @ self.rotation.T
        return found


def placement(pose_mm: NDArray[Any], drawn_mm: NDArray[Any]) -> Placement | None:
    """The placement that takes one pose (17, 3) to its drawing (17, 3); None where fewer than three joints are there.

    Both are the same shape, so this finds what was done rather than fits it (Umeyama 1991, IEEE TPAMI 13:376-380).
    """
    there = np.isfinite(pose_mm).all(axis=1) & np.isfinite(drawn_mm).all(axis=1)
    if there.sum() < _FEWEST_JOINTS:
        return None
    pose, drawn = (np.asarray(points, np.float64)[there] for points in (pose_mm, drawn_mm))
    pose, drawn = pose - pose.mean(axis=0), drawn - drawn.mean(axis=0)
    u, sizes, vt = np.linalg.svd(drawn.T @ pose)
    turn = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    spread = float((pose**2).sum())
    if not spread > 0:
        return None
    return Placement(u @ turn @ vt, float((sizes * np.diag(turn)).sum()) / spread)
