"""The twelve angles from a pelvis frame, a thorax frame and the directions of the limbs.

Hip flexion and adduction, and the shoulder's plane and elevation, depend only on the long axis of the distal
segment: they equal the full Z-X-Y and Y-X-Y decompositions exactly, whatever the axial rotation. Both ISB angles
from labelled points and closed forms from 17 joints end here, so their conventions cannot differ.
Every angle is one atan2 of products that are never clamped: precise at 0 and 180 degrees.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.angles.frames import Frame
from core.angles.vectors import cross, dot, norm
from core.conventions import N_ANGLES
from core.records import Float64

__all__ = ["Limbs", "hip_pair", "shoulder_components", "twelve_angles", "vector_flexion"]


class Limbs(NamedTuple):
    """Directions of one side, each (3, n), any length: proximal to distal."""

    thigh: Float64
    humerus: Float64
    thigh_to_knee: Float64
    shank: Float64
    upper_arm_to_elbow: Float64
    forearm: Float64


def twelve_angles(pelvis: Frame, thorax: Frame, left: Limbs, right: Limbs) -> Float64:
    """(12, n) degrees in the order of :data:`core.conventions.ANGLES`; undefined is NaN."""
    out = np.empty((N_ANGLES, pelvis.x.shape[1]))
    with np.errstate(invalid="ignore", divide="ignore"):
        for row, (limbs, side) in enumerate(((left, "l"), (right, "r"))):
            out[row], out[2 + row] = hip_pair(pelvis, limbs.thigh, side)
            out[4 + row], out[6 + row] = shoulder_components(thorax, limbs.humerus, side)
            out[8 + row] = vector_flexion(limbs.upper_arm_to_elbow, limbs.forearm)
            out[10 + row] = vector_flexion(limbs.thigh_to_knee, limbs.shank)
    return np.degrees(out, out=out)


def hip_pair(pelvis: Frame, thigh: Float64, side: str) -> tuple[Float64, Float64]:
    """Hip flexion and adduction in radians from the thigh direction (hip to knee): Z-X-Y Cardan, long-axis form."""
    forward, up, right = dot(thigh, pelvis.x), dot(thigh, pelvis.y), dot(thigh, pelvis.z)
    sagittal = np.sqrt(forward * forward + up * up)
    flexion = np.arctan2(forward, -up)
    adduction = np.arctan2(right if side == "l" else -right, sagittal)
    undefined = (sagittal == 0) & (right == 0)  # no thigh at all: atan2(0, 0) would read 0
    flexion[undefined | (sagittal == 0)] = np.nan
    adduction[undefined] = np.nan
    return flexion, adduction


def shoulder_components(thorax: Frame, humerus: Float64, side: str) -> tuple[Float64, Float64]:
    """Elevation*sin(plane) and elevation*cos(plane) in radians from the humerus direction (shoulder to elbow).

    Left directions are mirrored, so both arms read alike. Exactly overhead (elevation 180) the plane, and with it
    the pair, is undefined; at the hanging arm both are 0.
    """
    forward, up, right = dot(humerus, thorax.x), dot(humerus, thorax.y), dot(humerus, thorax.z)
    lateral = -right if side == "l" else right
    across = np.sqrt(forward * forward + lateral * lateral)
    ratio = np.arctan2(across, -up) / across
    ratio[(across == 0) & (up < 0)] = 0.0
    return ratio * forward, ratio * lateral


def vector_flexion(proximal: Float64, distal: Float64) -> Float64:
    """180 degrees minus the included angle of two successive segments, in radians; unsigned, 0 when straight."""
    along = dot(proximal, distal)
    across = norm(cross(proximal, distal))
    flexion = np.arctan2(across, along)
    flexion[(along == 0) & (across == 0)] = np.nan
    return flexion
