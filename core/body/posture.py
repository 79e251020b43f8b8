"""Joint angles over time as the description of a posture, and the segment rotations that follow.

Signs as in :mod:`core.conventions` (the left side mirrored, so that a number means the same on both sides).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.body.segments import PARENTS, SEGMENTS, SegmentMotion
from core.conventions import ANGLES
from core.records import Angles, Axes, Float64, frozen_array

__all__ = ["COORDINATES", "Posture", "axis_rotation", "exact_angles", "posture", "segment_motion",
           "shoulder_components"]  # fmt: skip

_MIDLINE = ("pelvis_yaw", "pelvis_tilt", "pelvis_list", "lumbar_flexion", "lumbar_bending", "lumbar_rotation",
            "neck_flexion", "neck_bending", "neck_rotation")  # fmt: skip
_SIDED = ("clavicle_elevation", "clavicle_protraction", "shoulder_flexion", "shoulder_abduction", "shoulder_rotation",
          "elbow_flexion", "pronation", "wrist_flexion", "wrist_deviation", "hip_flexion", "hip_adduction",
          "hip_rotation", "knee_flexion", "ankle_flexion", "ankle_inversion", "ankle_rotation")  # fmt: skip

COORDINATES: tuple[str, ...] = (*_MIDLINE, *(f"{name}_{side}" for name in _SIDED for side in ("l", "r")))
"""Degrees that describe a posture.

pelvis_yaw : turn to the left seen from above; tilt : top forward; list : right side down.
lumbar, neck : flexion forward, bending to the right, rotation to the left; half of lumbar is in the abdomen.
clavicle : elevation up, protraction forward. shoulder_flexion, _abduction : *components* of the arm's direction
    (:func:`shoulder_components`); shoulder_rotation : internal, about the upper arm, after the smallest turn that
    brings the hanging arm there. elbow_flexion, knee_flexion : 0-180. pronation. wrist_flexion : palm to the
    forearm, deviation : to the little finger's side.
hip : flexion, adduction, internal rotation (Z-X-Y). ankle : toes up, inversion, toes in (Z-X-Y).
"""


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """Joint angles of one body over time.

    pelvis_mm : (T, 3) middle of the hips in the world, Z up. deg : (T, 41) in the order of :data:`COORDINATES`.
    """

    pelvis_mm: Float64
    deg: Float64
    fps: float

    def __post_init__(self) -> None:
        deg = frozen_array(self.deg, (None, len(COORDINATES)), "posture", np.float64)
        object.__setattr__(self, "deg", deg)
        object.__setattr__(self, "pelvis_mm", frozen_array(self.pelvis_mm, (len(deg), 3), "pelvis", np.float64))

    def __getitem__(self, name: str) -> Float64:
        """(T,) degrees of one coordinate."""
        column: Float64 = self.deg[:, COORDINATES.index(name)]
        return column


def posture(pelvis_mm: Float64, angles_deg: Mapping[str, Float64 | float], fps: float) -> Posture:
    """A posture from named coordinates; those not named are 0. ``ValueError`` for an unknown name."""
    unknown = sorted(set(angles_deg) - set(COORDINATES))
    if unknown:
        raise ValueError(f"not coordinates of a posture: {', '.join(unknown)}")
    deg = np.zeros((len(pelvis_mm), len(COORDINATES)))
    for name, values in angles_deg.items():
        deg[:, COORDINATES.index(name)] = values
    return Posture(pelvis_mm, deg, fps)


def shoulder_components(plane_deg: Float64, elevation_deg: Float64) -> tuple[Float64, Float64]:
    """Shoulder flexion and abduction components of an ISB plane of elevation and elevation (degrees)."""
    plane = np.deg2rad(plane_deg)
    return elevation_deg * np.sin(plane), elevation_deg * np.cos(plane)


def axis_rotation(axis: str, deg: Float64) -> Float64:
    """(T, 3, 3) active rotations by (T,) degrees about ``x``, ``y`` or ``z``."""
    one, two = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    radians = np.deg2rad(deg)
    rotation = np.zeros((len(radians), 3, 3))
    rotation[:, [0, 1, 2], [0, 1, 2]] = 1.0
    rotation[:, one, one] = rotation[:, two, two] = np.cos(radians)
    rotation[:, two, one] = np.sin(radians)
    rotation[:, one, two] = -rotation[:, two, one]
    return rotation


def _zxy(z: Float64, x: Float64, y: Float64) -> Float64:
    product: Float64 = axis_rotation("z", z) @ axis_rotation("x", x) @ axis_rotation("y", y)
    return product


def _swing(flexion: Float64, abduction: Float64) -> Float64:
    """(T, 3, 3) smallest rotation of a hanging right arm to the direction with these components (angles.md: Y-X-Y).

    It is Ry(plane) Rx(-elevation) Ry(-plane), written so that the hanging arm is no exception.
    """
    plane, elevation = np.degrees(np.arctan2(flexion, abduction)), np.hypot(flexion, abduction)
    lifted: Float64 = axis_rotation("y", plane) @ axis_rotation("x", -elevation) @ axis_rotation("y", -plane)
    return lifted


def segment_motion(joints: Posture) -> SegmentMotion:
    """Rotation of every segment in the world (Z up) from joint angles."""
    local = _midline_rotations(joints)
    mirror = np.diag([1.0, 1.0, -1.0])
    for side in ("l", "r"):
        for name, rotation in _side_rotations(joints, side).items():
            local[f"{name}_{side}"] = mirror @ rotation @ mirror if side == "l" else rotation
    world = np.empty((len(joints.deg), len(SEGMENTS), 3, 3))
    for index, (name, parent) in enumerate(zip(SEGMENTS, PARENTS, strict=True)):
        world[:, index] = local[name] if parent < 0 else world[:, parent] @ local[name]
    return SegmentMotion(joints.pelvis_mm, world, joints.fps, Axes.WORLD_Z_UP)


def _midline_rotations(joints: Posture) -> dict[str, Float64]:
    # Columns: anterior, superior and right of a body that faces world X with Z up.
    upright = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    facing = upright @ axis_rotation("y", joints["pelvis_yaw"])
    half = [joints[f"lumbar_{name}"] / 2 for name in ("flexion", "bending", "rotation")]
    lower = _zxy(-half[0], half[1], half[2])
    return {
        "pelvis": facing @ axis_rotation("z", -joints["pelvis_tilt"]) @ axis_rotation("x", joints["pelvis_list"]),
        "abdomen": lower,
        "thorax": lower,
        "head": _zxy(-joints["neck_flexion"], joints["neck_bending"], joints["neck_rotation"]),
    }


def _side_rotations(joints: Posture, side: str) -> dict[str, Float64]:
    """Rotations of one side in their parents, as if it were the right one."""

    def deg(name: str) -> Float64:
        return joints[f"{name}_{side}"]

    clavicle = axis_rotation("x", -deg("clavicle_elevation")) @ axis_rotation("y", deg("clavicle_protraction"))
    # The shoulder's angles are those of the humerus in the thorax, whatever the clavicle between them does.
    humerus = np.swapaxes(clavicle, 1, 2) @ _swing(deg("shoulder_flexion"), deg("shoulder_abduction"))
    return {
        "clavicle": clavicle,
        "humerus": humerus @ axis_rotation("y", deg("shoulder_rotation")),
        "forearm": axis_rotation("z", deg("elbow_flexion")) @ axis_rotation("y", deg("pronation")),
        "hand": axis_rotation("z", deg("wrist_flexion")) @ axis_rotation("x", deg("wrist_deviation")),
        "femur": _zxy(deg("hip_flexion"), deg("hip_adduction"), deg("hip_rotation")),
        "tibia": axis_rotation("z", -deg("knee_flexion")),
        "foot": _zxy(deg("ankle_flexion"), deg("ankle_inversion"), deg("ankle_rotation")),
    }


def exact_angles(joints: Posture) -> Angles:
    """The twelve angles of a posture: its own coordinates, no measurement."""
    return Angles(np.column_stack([joints[angle.name] for angle in ANGLES]), "exact")
