"""Full decompositions of rotation matrices into the ISB angles.

R = Rprox^T Rdist with the axes of each segment in the columns, X anterior, Y superior, Z right on both sides.
All functions take (..., 3, 3) and return degrees; they are vectorised over the leading axes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.records import Float64

__all__ = ["hip_zxy_deg", "relative_rotation", "shoulder_yxy_deg"]

_MIRROR_Z = np.array([1.0, 1.0, -1.0])


def relative_rotation(proximal: Float64, distal: Float64) -> Float64:
    """Rprox^T Rdist for (..., 3, 3) frames with axes in columns."""
    product: Float64 = np.swapaxes(proximal, -1, -2) @ distal
    return product


def hip_zxy_deg(rotation: Float64, side: str) -> tuple[Float64, Float64, Float64]:
    """Z-X-Y Cardan angles of the femur in the pelvis: flexion, adduction, internal rotation (degrees).

    side : ``l`` or ``r``; adduction (toward the midline) and internal rotation are positive on both sides.
    Same angles as Grood & Suntay 1983, J Biomech Eng 105:136-144; singular at |adduction| = 90.
    """
    sign = -1.0 if side == "l" else 1.0
    flexion = np.arctan2(-rotation[..., 0, 1], rotation[..., 1, 1])
    adduction = np.arctan2(rotation[..., 2, 1], np.hypot(rotation[..., 0, 1], rotation[..., 1, 1]))
    internal = np.arctan2(-rotation[..., 2, 0], rotation[..., 2, 2])
    return np.degrees(flexion), sign * np.degrees(adduction), sign * np.degrees(internal)


def shoulder_yxy_deg(rotation: Float64, side: str) -> tuple[Float64, Float64, Float64]:
    """Y-X-Y Euler angles of the humerus in the thorax: plane of elevation, elevation, axial rotation (degrees).

    ISB branch (Wu et al. 2005): plane 0 abduction, +90 forward flexion; elevation reported as >= 0 (minus the ISB
    X angle); axial internal +. side ``l``: the rotation is mirrored first, so both arms share one definition.
    Plane and axial rotation are undefined (NaN) at elevation 0 and 180.
    """
    r = rotation * _MIRROR_Z[:, None] * _MIRROR_Z if side == "l" else rotation
    sine = np.hypot(r[..., 0, 1], r[..., 2, 1])
    defined: NDArray[np.bool_] = sine > 0
    plane = np.where(defined, np.arctan2(-r[..., 0, 1], -r[..., 2, 1]), np.nan)
    axial = np.where(defined, np.arctan2(-r[..., 1, 0], r[..., 1, 2]), np.nan)
    elevation = np.arctan2(sine, r[..., 1, 1])
    return np.degrees(plane), np.degrees(elevation), np.degrees(axial)
