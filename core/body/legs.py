"""Joint angles of a leg whose foot is given: two-link inverse kinematics with the knee as a pure hinge."""

from __future__ import annotations

import numpy as np

from core.angles.rotations import hip_zxy_deg, relative_rotation
from core.body.anthropometry import Anthropometry
from core.errors import DataError
from core.records import Float64

__all__ = ["leg_angles", "leg_stretch"]


def leg_stretch(body: Anthropometry, hip_mm: Float64, ankle_mm: Float64) -> Float64:
    """(T,) distance from hip to ankle over the length of the straight leg; above 1 the foot is out of reach."""
    stretch: Float64 = np.linalg.norm(ankle_mm - hip_mm, axis=1) / (body.thigh + body.shank)
    return stretch


def leg_angles(
    body: Anthropometry, side: str, pelvis: Float64, hip_mm: Float64, ankle_mm: Float64, foot: Float64, knee_to: Float64
) -> dict[str, Float64]:
    """The seven coordinates of a leg (:data:`core.body.posture.COORDINATES`) that put the ankle and foot in place.

    side : ``l`` or ``r``. pelvis, foot : (T, 3, 3) world rotations. hip_mm, ankle_mm : (T, 3) in the world.
    knee_to : (T, 3) direction that the knee points to; only its part across the line hip-ankle counts.
    Raises :class:`DataError` where the ankle is out of reach (frame named).
    """
    reach = leg_stretch(body, hip_mm, ankle_mm)
    if (reach > 1).any():
        frame = int(np.argmax(reach > 1))
        raise DataError(f"{side} foot is out of reach of its leg", frame=frame, expected="stretch of at most 1",
                        got=f"{reach[frame]:.4f}")  # fmt: skip
    femur, tibia = _thigh_and_shank(body, hip_mm, ankle_mm, knee_to)
    flexion, adduction, rotation = hip_zxy_deg(relative_rotation(pelvis, femur), side)
    up, inversion, inward = hip_zxy_deg(relative_rotation(tibia, foot), side)
    knee = np.degrees(np.arctan2(np.linalg.norm(np.cross(femur[..., 1], tibia[..., 1]), axis=-1),
                                 np.einsum("ti,ti->t", femur[..., 1], tibia[..., 1])))  # fmt: skip
    values = (flexion, adduction, rotation, knee, up, inversion, inward)
    names = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion", "ankle_flexion", "ankle_inversion",
             "ankle_rotation")  # fmt: skip
    return {f"{name}_{side}": value for name, value in zip(names, values, strict=True)}


def _thigh_and_shank(
    body: Anthropometry, hip_mm: Float64, ankle_mm: Float64, knee_to: Float64
) -> tuple[Float64, Float64]:
    """World rotations of femur and tibia: the law of cosines in the plane of hip, ankle and ``knee_to``."""
    span = ankle_mm - hip_mm
    distance = np.linalg.norm(span, axis=1, keepdims=True)
    down = span / distance
    front = _unit(knee_to - down * np.sum(knee_to * down, axis=1, keepdims=True))
    along = (body.thigh**2 - body.shank**2 + distance**2) / (2 * distance)
    knee = hip_mm + down * along + front * np.sqrt(body.thigh**2 - along**2)
    right = np.cross(down, front)
    return _frame(hip_mm - knee, right), _frame(knee - ankle_mm, right)


def _frame(up: Float64, right: Float64) -> Float64:
    """(T, 3, 3) axes in columns from a long axis and the hinge across it."""
    y = _unit(up)
    return np.stack([np.cross(y, right), y, right], axis=-1)


def _unit(vectors: Float64) -> Float64:
    unit: Float64 = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit
