"""Records of a posed body: labelled points and 17-joint poses in every rig."""

from __future__ import annotations

import numpy as np

from core.body.anthropometry import Anthropometry
from core.body.landmarks import FIELD_LABELS, landmarks
from core.body.segments import SegmentMotion, segment_origins_mm
from core.records import Float64, Points, Poses
from core.skeleton import rig_named

__all__ = ["JOINT_CENTRES", "label_positions_mm", "labelled_points", "poses_in_rig"]

_LIMB = {"l": ("LHIP", "LKNE", "LANK", "L_Shoulder Joint", "LELB", "LWRT"),
         "r": ("RHIP", "RKNE", "RANK", "R_Shoulder Joint", "RELB", "RWRT")}  # fmt: skip
JOINT_CENTRES: tuple[str, ...] = (
    "C_HIP", *_LIMB["r"][:3], *_LIMB["l"][:3], "T12L1 Joint", "Neck Joint", "Nose", "Vertex", *_LIMB["l"][3:],
    *_LIMB["r"][3:],
)  # fmt: skip
"""The body's own places for the 17 joints of Human3.6M, whose definition is by joint centres, not by labels."""


def label_positions_mm(body: Anthropometry, motion: SegmentMotion, names: tuple[str, ...]) -> Float64:
    """(T, K, 3) float64 world positions of labels of :func:`core.body.landmarks.landmarks`."""
    table = landmarks(body)
    rows = table.rows(names)
    segments = np.array(table.segment)[rows]
    origins = segment_origins_mm(body, motion)[:, segments]
    positions: Float64 = origins + np.einsum("tkij,kj->tki", motion.rotations[:, segments], table.offset_mm[rows])
    return positions


def labelled_points(body: Anthropometry, motion: SegmentMotion, names: tuple[str, ...] = FIELD_LABELS) -> Points:
    """Labelled points of a posed body; ``names`` is :data:`FIELD_LABELS`, :data:`RUNNING_LABELS` or any of these."""
    return Points(label_positions_mm(body, motion, names).astype(np.float32), names, motion.fps, motion.axes)


def poses_in_rig(body: Anthropometry, motion: SegmentMotion, rig: str) -> Poses:
    """17 joints as the rig defines them: means of labels where it has a recipe, joint centres for ``h36m``."""
    recipes = rig_named(rig).labels if rig != "h36m" else tuple((name,) for name in JOINT_CENTRES)
    flat = tuple(label for recipe in recipes for label in recipe)
    positions = label_positions_mm(body, motion, flat)
    ends = np.cumsum([len(recipe) for recipe in recipes])[:-1]
    joints = np.stack([part.mean(axis=1) for part in np.split(positions, ends, axis=1)], axis=1)
    return Poses(joints.astype(np.float32), motion.fps, motion.axes, rig=rig)
