"""A standing figure whose one joint is turned by a known angle, and its arc: what a convention card draws. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

import numpy as np

from core.angles.arcs import arcs_of, turned
from core.angles.bodies import bodies_of_joints
from core.conventions import AngleDef
from core.records import Float64
from core.skeleton import JOINTS

__all__ = ["Sight", "Sketch", "posture", "sketch_of"]

_ARC_STEPS = 24
_ARC_PART = 0.55
_RAISED_DEG = 75.0
_FOOT_MM, _NOSE_MM = 130.0, 75.0
_FEET = tuple(JOINTS.index(name) for name in ("l_ankle", "r_ankle"))
_SHOWN_DEG: Mapping[str, float] = MappingProxyType({
    "hip_flexion": 50.0, "hip_adduction": 25.0, "shoulder_flexion": 60.0, "shoulder_abduction": 60.0,
    "shoulder_plane": 50.0, "shoulder_elevation": 60.0, "shoulder_flexion_projected": 60.0,
    "shoulder_abduction_projected": 60.0, "elbow_flexion": 70.0, "knee_flexion": 70.0,
})  # fmt: skip
_HANGING: Mapping[str, tuple[float, float, float]] = MappingProxyType({
    "pelvis": (0, 0, 0), "spine": (0, 240, 0), "thorax": (0, 470, 0), "neck": (0, 570, 0), "head": (0, 730, 0),
    "hip": (0, -10, 95), "knee": (0, -430, 95), "ankle": (0, -830, 95), "shoulder": (0, 450, 185),
    "elbow": (0, 160, 185), "wrist": (0, -90, 185),
})  # fmt: skip
"""Millimetres: X anterior, Y superior, Z right; of the limbs the right one."""


class Sight(Enum):
    """From where the figure is seen: name for people, and rows that give right and up in the picture."""

    RIGHT = ("the right", ((1, 0, 0), (0, 1, 0)))
    LEFT = ("the left", ((-1, 0, 0), (0, 1, 0)))
    FRONT = ("the front", ((0, 0, -1), (0, 1, 0)))
    ABOVE = ("above", ((0, 0, 1), (1, 0, 0)))

    @property
    def text(self) -> str:
        """Name for people."""
        return self.value[0]

    def seen(self, xyz_mm: Float64) -> Float64:
        """(..., 2) right and up in the picture of positions (..., 3)."""
        return xyz_mm @ np.array(self.value[1], np.float64).T


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The drawing of an angle, millimetres right and up in the picture.

    zero, posed : (17, 2) joints at 0 and at ``deg``. moving : joints of the limb that turns, from its joint outward.
    arc : (k, 2) from 0 to the angle. proximal : (2, 2) from the joint along the direction that reads 0.
    facing : (k, 2, 2) nose and feet that stand, which say where front is.
    """

    sight: Sight
    deg: float
    zero: Float64
    posed: Float64
    moving: tuple[int, ...]
    arc: Float64
    proximal: Float64
    facing: Float64


def posture(angle: AngleDef, deg: float) -> Float64:
    """(17, 3) joints in anatomical axes where this angle has that value, and every other angle is 0.

    For the plane of elevation the arm is raised by 75 degrees, because a hanging arm has none.
    """
    xyz = np.array([_place(name) for name in JOINTS], np.float64)
    out = 1.0 if angle.side == "r" else -1.0
    if angle.kind == "shoulder_plane":
        xyz = _turned_joint(xyz, angle, np.array([-out, 0.0, 0.0]), _RAISED_DEG)
    return _turned_joint(xyz, angle, _axis(angle, out), deg)


def sketch_of(angle: AngleDef) -> Sketch:
    """The figure at 0 and at a usual positive value, seen along the axis that the angle turns about."""
    deg, sight = _SHOWN_DEG[angle.kind], _sight(angle)
    zero, posed = posture(angle, 0.0), posture(angle, deg)
    arcs = arcs_of(bodies_of_joints(posed[None]), angle)
    moving = _moving(angle)
    centre = posed[moving[0]]
    length = float(np.linalg.norm(sight.seen(posed[moving[1]] - centre)))
    steps = np.linspace(0.0, 1.0, _ARC_STEPS + 1)[:, None] * arcs.measured_deg
    arc = centre + _ARC_PART * length * arcs.directions(steps)[..., 0].T
    proximal = np.stack([centre, centre + length * arcs.zero[:, 0]])
    feet = [joint for joint in _FEET if joint not in moving]
    facing = posed[[JOINTS.index("head"), *feet], None] + np.zeros((2, 3))
    facing[0, 1, 0] += _NOSE_MM
    facing[1:, 1, 0] += _FOOT_MM
    return Sketch(sight, deg, sight.seen(zero), sight.seen(posed), moving, sight.seen(arc), sight.seen(proximal),
                  sight.seen(facing))  # fmt: skip


def _place(name: str) -> tuple[float, float, float]:
    side, _, rest = name.rpartition("_")
    x, y, z = _HANGING[rest]
    return (x, y, -z) if side == "l" else (x, y, z)


def _moving(angle: AngleDef) -> tuple[int, ...]:
    chain = ("hip", "knee", "ankle") if angle.joint in ("hip", "knee") else ("shoulder", "elbow", "wrist")
    return tuple(JOINTS.index(f"{angle.side}_{name}") for name in chain[chain.index(angle.joint) :])


def _axis(angle: AngleDef, out: float) -> Float64:
    """Which a positive angle turns the limb about, from the posture that reads 0. out : sign of Z away from it."""
    x, y, z = np.eye(3)
    if angle.kind == "hip_adduction":
        return out * x
    if angle.kind in ("shoulder_abduction", "shoulder_abduction_projected", "shoulder_elevation"):
        return -out * x
    if angle.kind == "shoulder_plane":
        return out * y
    return -z if angle.kind == "knee_flexion" else z


def _turned_joint(xyz: Float64, angle: AngleDef, axis: Float64, deg: float) -> Float64:
    joint, *moving = _moving(angle)
    arms = (xyz[moving] - xyz[joint]).T
    along = axis[:, None] * (axis @ arms)
    out = xyz.copy()
    out[moving] = xyz[joint] + (along + turned(arms - along, axis[:, None], np.full(len(moving), deg))).T
    return out


def _sight(angle: AngleDef) -> Sight:
    if angle.kind == "shoulder_plane":
        return Sight.ABOVE
    if angle.kind in ("hip_adduction", "shoulder_abduction", "shoulder_abduction_projected", "shoulder_elevation"):
        return Sight.FRONT
    return Sight.RIGHT if angle.side == "r" else Sight.LEFT
