"""The twelve angles from a pelvis frame, a thorax frame and the directions of the limbs.

Hip flexion and adduction, and the shoulder's plane and elevation, depend only on the long axis of the distal
segment: they equal the full Z-X-Y and Y-X-Y decompositions exactly, whatever the axial rotation. Both ISB angles
from labelled points and closed forms from 17 joints end here, so their conventions cannot differ.
Every angle is one atan2 of products that are never clamped: precise at 0 and 180 degrees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.angles.frames import Frame
from core.angles.vectors import Vectors, cross, dot, norm
from core.conventions import N_ANGLES

__all__ = ["Limbs", "hip_pair", "shoulder_components", "twelve_angles", "vector_flexion"]

_TO_THE_RIGHT = np.array([[-1.0], [1.0]], dtype=np.float32)
"""Sign of the lateral direction on the right axis: left, right."""


@dataclass(frozen=True, slots=True, eq=False)
class Limbs:
    """Directions of the limbs, proximal to distal, any length, left before right.

    thigh, humerus : (3, 2, n) long axes. proximal, distal : (3, 4, n) the two segments that meet at the left and
    right elbow and the left and right knee.
    """

    thigh: Vectors
    humerus: Vectors
    proximal: Vectors
    distal: Vectors


def twelve_angles(pelvis: Frame, thorax: Frame, limbs: Limbs) -> Vectors:
    """(12, n) degrees in the order of :data:`core.conventions.ANGLES`; undefined is NaN."""
    frames = limbs.thigh.shape[-1]
    out = np.empty((N_ANGLES, frames), dtype=limbs.thigh.dtype)
    with np.errstate(invalid="ignore", divide="ignore"):
        out[0:2], out[2:4] = hip_pair(pelvis, limbs.thigh)
        out[4:6], out[6:8] = shoulder_components(thorax, limbs.humerus)
        out[8:12] = vector_flexion(limbs.proximal, limbs.distal)
    out *= 180 / np.pi
    return out


def hip_pair(pelvis: Frame, thigh: Vectors) -> tuple[Vectors, Vectors]:
    """Hip flexion and adduction, (2, n) radians, left and right: Z-X-Y Cardan, long-axis form.

    thigh : (3, 2, n), hip to knee. Flexion is undefined where the thigh lies along the axis between the hips, both
    where it has no length.
    """
    forward, up, right = pelvis.coordinates(thigh)
    sagittal = np.sqrt(forward * forward + up * up)
    flexion = np.arctan2(forward, -up)
    adduction = np.arctan2(-_TO_THE_RIGHT * right, sagittal)
    sideways = sagittal == 0
    if sideways.any():  # atan2(0, 0) would read 0
        flexion[sideways] = np.nan
        adduction[sideways & (right == 0)] = np.nan
    return flexion, adduction


def shoulder_components(thorax: Frame, humerus: Vectors) -> tuple[Vectors, Vectors]:
    """Elevation*sin(plane) and elevation*cos(plane), (2, n) radians, left and right.

    humerus : (3, 2, n), shoulder to elbow. Left directions are mirrored, so both arms read alike. Exactly overhead
    (elevation 180) the plane, and with it the pair, is undefined; at the hanging arm both are 0.
    """
    forward, up, right = thorax.coordinates(humerus)
    across = np.sqrt(forward * forward + right * right)
    ratio = np.arctan2(across, -up) / across
    hanging = (across == 0) & (up < 0)
    if hanging.any():
        ratio[hanging] = 0.0
    return ratio * forward, ratio * (_TO_THE_RIGHT * right)


def vector_flexion(proximal: Vectors, distal: Vectors) -> Vectors:
    """180 degrees minus the included angle of two successive segments, in radians; unsigned, 0 when straight."""
    along = dot(proximal, distal)
    across = norm(cross(proximal, distal))
    flexion = np.arctan2(across, along)
    no_length = (along == 0) & (across == 0)
    if no_length.any():
        flexion[no_length] = np.nan
    return flexion
