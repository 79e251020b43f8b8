"""The twelve angles of segment rotations: what the body does, without any landmark in between."""

from __future__ import annotations

import numpy as np

from core.angles.rotations import hip_zxy_deg, relative_rotation, shoulder_yxy_deg
from core.body.posture import shoulder_components
from core.body.segments import SEGMENTS, SegmentMotion
from core.conventions import ANGLES
from core.records import Angles, Float64

__all__ = ["motion_angles"]


def motion_angles(motion: SegmentMotion) -> Angles:
    """Exact angles of a posed body: Z-X-Y at the hip, Y-X-Y at the shoulder, between long axes at elbow and knee."""
    columns: dict[str, Float64] = {}
    for side in ("l", "r"):

        def segment(name: str, side: str = side) -> Float64:
            index = SEGMENTS.index(name if name in SEGMENTS else f"{name}_{side}")
            rotations: Float64 = motion.rotations[:, index]
            return rotations

        hip = hip_zxy_deg(relative_rotation(segment("pelvis"), segment("femur")), side)
        plane, elevation, _ = shoulder_yxy_deg(relative_rotation(segment("thorax"), segment("humerus")), side)
        shoulder = shoulder_components(np.nan_to_num(plane), elevation)
        columns |= {f"hip_flexion_{side}": hip[0], f"hip_adduction_{side}": hip[1],
                    f"shoulder_flexion_{side}": shoulder[0], f"shoulder_abduction_{side}": shoulder[1],
                    f"elbow_flexion_{side}": _between(segment("humerus"), segment("forearm")),
                    f"knee_flexion_{side}": _between(segment("femur"), segment("tibia"))}  # fmt: skip
    return Angles(np.column_stack([columns[angle.name] for angle in ANGLES]), "exact")


def _between(first: Float64, second: Float64) -> Float64:
    """(T,) degrees between the long axes of two segments."""
    one, two = first[..., 1], second[..., 1]
    sine, cosine = np.linalg.norm(np.cross(one, two), axis=-1), np.einsum("ti,ti->t", one, two)
    between: Float64 = np.degrees(np.arctan2(sine, cosine))
    return between
