"""The chain of segments: which hangs on which, where, and forward kinematics.

The primitive is one rotation per segment in the world, so that both joint angles (:mod:`core.body.posture`) and
segment orientations from motion capture can pose the body.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.body.anthropometry import Anthropometry
from core.records import Axes, Float64, frozen_array

__all__ = ["BONES", "PARENTS", "SEGMENTS", "SegmentMotion", "mirrored", "neck_in_thorax_mm",
           "segment_offsets_mm", "segment_origins_mm", "t12_up_mm"]  # fmt: skip

_SIDE = (("clavicle", "thorax"), ("humerus", "clavicle"), ("forearm", "humerus"), ("hand", "forearm"),
         ("femur", "pelvis"), ("tibia", "femur"), ("foot", "tibia"))  # fmt: skip
_ROWS = (
    ("pelvis", ""), ("abdomen", "pelvis"), ("thorax", "abdomen"), ("head", "thorax"),
    *((f"{name}_{side}", parent if parent in ("thorax", "pelvis") else f"{parent}_{side}")
      for side in ("l", "r") for name, parent in _SIDE),
)  # fmt: skip

SEGMENTS: tuple[str, ...] = tuple(name for name, _ in _ROWS)
"""The 18 segments; the index is axis 1 of every (T,18,...) array. A parent always comes before its children."""

PARENTS: tuple[int, ...] = tuple(SEGMENTS.index(parent) if parent else -1 for _, parent in _ROWS)
BONES: tuple[tuple[int, int], ...] = tuple((p, s) for s, p in enumerate(PARENTS) if p >= 0)
"""Pairs of segments whose origins a stick figure joins."""

_L5S1_OF_WIDTH = (-0.264, 0.126)
"""L5/S1 from mid-ASIS over the ASIS distance, anterior and up; after Reed et al. 1999 (SAE 1999-01-0967), whose pelvis
axes differ a little. No angle depends on it."""


@dataclass(frozen=True, slots=True, eq=False)
class SegmentMotion:
    """Orientation of every segment over time, and where the pelvis is.

    pelvis_mm : (T, 3) middle of the hip joint centres in the world.
    rotations : (T, 18, 3, 3) segment to world, axes (anterior, superior, right) in columns, order of :data:`SEGMENTS`.
    """

    pelvis_mm: Float64
    rotations: Float64
    fps: float
    axes: Axes = Axes.WORLD_Z_UP

    def __post_init__(self) -> None:
        rotations = frozen_array(self.rotations, (None, len(SEGMENTS), 3, 3), "segment rotations", np.float64)
        pelvis = frozen_array(self.pelvis_mm, (len(rotations), 3), "pelvis position", np.float64)
        object.__setattr__(self, "rotations", rotations)
        object.__setattr__(self, "pelvis_mm", pelvis)

    @property
    def n_frames(self) -> int:
        """Number of frames T."""
        return len(self.pelvis_mm)


def mirrored(right_mm: Float64, side: str) -> Float64:
    """A point of the right side, or its mirror image for side ``l``: Z points right on both sides."""
    point: Float64 = right_mm * np.array([1.0, 1.0, -1.0 if side == "l" else 1.0])
    return point


def segment_offsets_mm(body: Anthropometry) -> Float64:
    """(18, 3) origin of each segment in the frame of its parent, which is the joint between them."""
    hip_of_asis = np.array([body.hip_anterior, body.hip_up, 0.0])
    l5s1 = np.array([*_L5S1_OF_WIDTH, 0.0]) * body.pelvis_width - hip_of_asis
    t12l1 = np.array([0.0, t12_up_mm(body) - l5s1[1], 0.0])
    trunk = {"pelvis": np.zeros(3), "abdomen": l5s1, "thorax": t12l1, "head": neck_in_thorax_mm(body)}
    clavicle = np.array([0.25 * body.chest_depth, _up_in_thorax(body, body.notch_up), 0.06 * body.biacromial])
    shoulder = np.array([0.02 * body.chest_depth, _up_in_thorax(body, body.notch_up) - 12.0,
                         body.biacromial / 2 - 0.013 * body.stature])  # fmt: skip
    right = {
        "clavicle": clavicle,
        "humerus": shoulder - clavicle,
        "forearm": np.array([0.0, -body.upper_arm, 0.0]),
        "hand": np.array([0.0, -body.forearm, 0.0]),
        "femur": np.array([0.0, 0.0, body.hip_right]),
        "tibia": np.array([0.0, -body.thigh, 0.0]),
        "foot": np.array([0.0, -body.shank, 0.0]),
    }
    return np.array([trunk[name] if name in trunk else mirrored(right[name[:-2]], name[-1]) for name in SEGMENTS])


def t12_up_mm(body: Anthropometry) -> float:
    """Height of T12/L1, the origin of the thorax, above the middle of the hips."""
    return body.xiphoid_up - 0.043 * body.stature


def _up_in_thorax(body: Anthropometry, up_mm: float) -> float:
    return up_mm - t12_up_mm(body)


def neck_in_thorax_mm(body: Anthropometry) -> Float64:
    """Joint between thorax and head (C7/T1) in the thorax."""
    return np.array([0.02 * body.chest_depth, _up_in_thorax(body, body.c7_up) - 0.011 * body.stature, 0.0])


def segment_origins_mm(body: Anthropometry, motion: SegmentMotion) -> Float64:
    """(T, 18, 3) origins of the segments in the world: forward kinematics, the loop runs over segments only."""
    offsets = segment_offsets_mm(body)
    origins = np.empty((motion.n_frames, len(SEGMENTS), 3))
    origins[:, 0] = motion.pelvis_mm
    for parent, segment in BONES:
        origins[:, segment] = origins[:, parent] + motion.rotations[:, parent] @ offsets[segment]
    return origins
