"""The few points of a body that the checks of :mod:`core.inspection.anatomy` look at, from poses or labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.angles.landmarks import resolve
from core.records import Axes, Float64, Points, Poses
from core.skeleton import JOINTS

__all__ = ["Body", "body_of_points", "body_of_poses", "up_direction"]

_UP: Mapping[Axes, tuple[float, float, float]] = {
    Axes.WORLD_Z_UP: (0, 0, 1),
    Axes.WORLD_Y_UP: (0, 1, 0),
    Axes.CAMERA: (0, -1, 0),
}

_FROM_JOINTS = {name: name for name in JOINTS}
_FROM_LANDMARKS = (
    ("pelvis", "asis_l"), ("pelvis", "asis_r"), ("pelvis", "psis"), ("thorax", "ij"), ("thorax", "c7"),
    *((f"{segment}_{side}", f"{point}_{side}") for side in "lr"
      for segment, point in (("leg", "hip"), ("leg", "knee"), ("leg", "ankle"),
                             ("arm", "shoulder"), ("arm", "elbow"), ("arm", "wrist"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Named points (T, 3) float64, NaN where missing or not labelled.

    Names: ``l_hip`` ``l_knee`` ``l_ankle`` ``l_shoulder`` ``l_elbow`` ``l_wrist`` and ``r_``; ``pelvis``, ``thorax``;
    from poses ``neck`` and ``head``; from labels ``l_asis`` ``r_asis`` ``psis``.
    right : (T, 3) vector across the pelvis to the body's right. up : the vertical of the axes.
    """

    n_frames: int
    points: Mapping[str, Float64]
    right: Float64
    up: Float64

    def __getitem__(self, name: str) -> Float64:
        absent = np.full((self.n_frames, 3), np.nan)
        return self.points.get(name, absent)


def up_direction(axes: Axes) -> Float64:
    """Unit vector that points up in a frame of axes (y down in a camera's)."""
    return np.array(_UP[axes])


def body_of_poses(poses: Poses) -> Body:
    """Body points from 17 joints."""
    points = {name: poses.xyz_mm[:, index].astype(np.float64) for index, name in enumerate(JOINTS)}
    return Body(poses.n_frames, points, points["r_hip"] - points["l_hip"], up_direction(poses.axes))


def body_of_points(points: Points) -> Body:
    """Body points from labels, found through the landmark sets that angles use."""
    found = resolve(points.names).found
    marks: dict[str, Float64] = {}
    for key in _FROM_LANDMARKS:
        if key in found:
            stem, _, side = key[1].rpartition("_")
            name = f"{side}_{stem}" if stem else key[1]
            marks[name] = points.xyz_mm[:, list(found[key].columns)].mean(axis=1, dtype=np.float64)
    ends = ("asis", "hip") if "r_asis" in marks else ("hip", "hip")
    body = Body(points.n_frames, marks, np.empty(0), up_direction(points.axes))
    pelvis = _mean([body["l_asis"], body["r_asis"], body["psis"]], [body["l_hip"], body["r_hip"]])
    thorax = _mean([body["ij"], body["c7"]], [body["l_shoulder"], body["r_shoulder"]])
    right = body[f"r_{ends[0]}"] - body[f"l_{ends[0]}"]
    return Body(points.n_frames, {**marks, "pelvis": pelvis, "thorax": thorax}, right, body.up)


def _mean(preferred: list[Float64], otherwise: list[Float64]) -> Float64:
    """Mean of the preferred points; of the others where a preferred one is missing throughout."""
    usable = all(np.isfinite(point).any() for point in preferred)
    mean: Float64 = np.mean(preferred if usable else otherwise, axis=0)
    return mean
