"""Views of the same arm direction: components, raw Y-X-Y and projected; near-singular frames; direction error.

Angles are stored with the shoulder as components (F, A) = (elevation*sin(plane), elevation*cos(plane)), which is
invertible: elevation = hypot(F, A), plane = atan2(F, A).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.angles.vectors import Vectors, cross, dot, norm
from core.conventions import SHOULDER_COLUMNS, ShoulderView, angles_in
from core.records import Angles, Float32, Float64

__all__ = ["arm_direction_error_deg", "circular_columns", "in_components", "in_view", "near_singular", "sigma_in_view",
           "slopes_in_view"]  # fmt: skip

_HIP_PAIRS = ((0, 2), (1, 3))
_RAW_MARGIN_DEG = 15.0
_STEP_DEG = 0.1
_COMPONENTS_LIMIT_DEG = 150.0
_CARDAN_LIMIT_DEG = 75.0


def in_view(angles: Angles, view: ShoulderView = ShoulderView.COMPONENTS) -> Float32:
    """(T, 12) degrees with the shoulder pair in ``view``; names by ``core.conventions.angle_names(view)``.

    raw: plane of elevation, undefined (NaN) at elevation 0, and elevation. projected: atan2(ux, -uy), asin(uz) of
    the humerus direction u in the (mirrored) thorax; its flexion is undefined for a purely abducted arm.
    """
    if view == ShoulderView.COMPONENTS:
        return angles.deg
    out = angles.deg.copy()
    for first, second in SHOULDER_COLUMNS:
        flexion, abduction = angles.deg[:, first].astype(np.float64), angles.deg[:, second].astype(np.float64)
        if view == ShoulderView.RAW:
            elevation = np.hypot(flexion, abduction)
            plane = np.degrees(np.arctan2(flexion, abduction))
            out[:, first], out[:, second] = np.where(elevation > 0, plane, np.nan), elevation
        else:
            u = _arm_direction(flexion, abduction)
            sagittal = np.hypot(u[0], u[1])
            out[:, first] = np.where(sagittal > 0, np.degrees(np.arctan2(u[0], -u[1])), np.nan)
            out[:, second] = np.degrees(np.arctan2(u[2], sagittal))
    out.flags.writeable = False
    return out


def in_components(shown_deg: Float64, view: ShoulderView) -> Float64:
    """(T, 12) degrees with the shoulder pair as components, from the same in ``view``: :func:`in_view` undone."""
    out = shown_deg.astype(np.float64)
    if view == ShoulderView.COMPONENTS:
        return out
    for first, second in SHOULDER_COLUMNS:
        if view == ShoulderView.RAW:
            plane, elevation = np.radians(out[:, first]), out[:, second]
            forward, outward = np.sin(plane), np.cos(plane)
            hanging = elevation == 0  # in every plane
        else:
            flexion, abduction = np.radians(out[:, first]), np.radians(out[:, second])
            forward, outward = np.cos(abduction) * np.sin(flexion), np.sin(abduction)
            across = np.hypot(forward, outward)
            elevation = np.degrees(np.arctan2(across, np.cos(abduction) * np.cos(flexion)))
            hanging = across == 0
            forward, outward = (part / np.where(hanging, 1.0, across) for part in (forward, outward))
        out[:, first], out[:, second] = (np.where(hanging, 0.0, elevation * part) for part in (forward, outward))
    return out


def sigma_in_view(angles: Angles, sigma_deg: Float32, view: ShoulderView = ShoulderView.COMPONENTS) -> Float32:
    """(T, 12) standard deviations of :func:`in_view` from those of the stored angles, (T, 12) degrees.

    First order, the two components of a shoulder taken as independent: the slopes of the view are measured between
    a tenth of a degree on either side. NaN where the view is undefined there.
    """
    if view == ShoulderView.COMPONENTS:
        return sigma_deg
    circular = circular_columns(view)
    variance = np.zeros(sigma_deg.shape)
    out = sigma_deg.astype(np.float32)
    for pair in SHOULDER_COLUMNS:
        for column in pair:
            higher, lower = (in_view(_moved(angles, column, step), view).astype(np.float64)
                             for step in (_STEP_DEG, -_STEP_DEG))  # fmt: skip
            change = higher - lower
            change = np.where(circular, (change + 180) % 360 - 180, change)
            variance += (change / (2 * _STEP_DEG) * sigma_deg[:, [column]]) ** 2
        out[:, pair] = np.sqrt(variance[:, pair])
        variance[:] = 0
    out.flags.writeable = False
    return out


def slopes_in_view(angles: Angles, slopes: Float32, view: ShoulderView = ShoulderView.COMPONENTS) -> Float32:
    """Derivatives (T, 12, ...) of :func:`in_view` from those of the stored angles, by the chain rule.

    The slopes of the view are measured between a tenth of a degree on either side. NaN where the view is undefined.
    """
    if view == ShoulderView.COMPONENTS:
        return slopes
    out = slopes.copy()
    circular = circular_columns(view)
    more = (slice(None),) + (None,) * (slopes.ndim - 2)
    for pair in SHOULDER_COLUMNS:
        out[:, pair] = 0.0
        for column in pair:
            change = sum(sign * in_view(_moved(angles, column, sign * _STEP_DEG), view).astype(np.float64)
                         for sign in (1, -1))  # fmt: skip
            change = np.where(circular, (change + 180) % 360 - 180, change) / (2 * _STEP_DEG)
            for row in pair:
                out[:, row] += (change[:, row][more] * slopes[:, column]).astype(np.float32)
    out.flags.writeable = False
    return out


def _moved(angles: Angles, column: int, by_deg: float) -> Angles:
    deg = angles.deg.copy()
    deg[:, column] += by_deg
    return replace(angles, deg=deg)


def circular_columns(view: ShoulderView = ShoulderView.COMPONENTS) -> NDArray[np.bool_]:
    """(12,) True where errors wrap at +-180 degrees."""
    return np.array([angle.circular for angle in angles_in(view)])


def near_singular(angles: Angles, view: ShoulderView = ShoulderView.COMPONENTS) -> NDArray[np.bool_]:
    """(T, 12) True where a pair is ill-conditioned in ``view``: small errors of direction become large ones.

    Hip: |adduction| > 75. Shoulder components: elevation > 150; raw (plane only): within 15 of 0 or 180;
    projected: |abduction| > 75. Elbow and knee never.
    """
    flags = np.zeros(angles.deg.shape, dtype=bool)
    shown = in_view(angles, view)
    with np.errstate(invalid="ignore"):
        for first, second in _HIP_PAIRS:
            flags[:, [first, second]] = (np.abs(shown[:, second]) > _CARDAN_LIMIT_DEG)[:, None]
        for first, second in SHOULDER_COLUMNS:
            if view == ShoulderView.RAW:
                elevation = shown[:, second]
                flags[:, first] = (elevation < _RAW_MARGIN_DEG) | (elevation > 180 - _RAW_MARGIN_DEG)
                continue
            if view == ShoulderView.COMPONENTS:
                singular = np.hypot(shown[:, first], shown[:, second]) > _COMPONENTS_LIMIT_DEG
            else:
                singular = np.abs(shown[:, second]) > _CARDAN_LIMIT_DEG
            flags[:, [first, second]] = singular[:, None]
    return flags


def arm_direction_error_deg(angles: Angles, reference: Angles) -> Float32:
    """(T, 2) angle between the two humerus directions in the thorax, left and right: no convention, no singularity."""
    a, b = _arm_directions(angles), _arm_directions(reference)
    error: Float32 = np.degrees(np.arctan2(norm(cross(a, b)), dot(a, b))).T.astype(np.float32)
    return error


def _arm_directions(angles: Angles) -> Vectors:
    """(3, 2, T) humerus directions, left and right."""
    flexion, abduction = (
        angles.deg[:, list(columns)].T.astype(np.float64) for columns in zip(*SHOULDER_COLUMNS, strict=True)
    )
    return _arm_direction(flexion, abduction)


def _arm_direction(flexion_deg: Float64, abduction_deg: Float64) -> Float64:
    """(3, ..., T) unit humerus direction (x anterior, y superior, z lateral) from components in degrees."""
    elevation = np.radians(np.hypot(flexion_deg, abduction_deg))
    scale = np.radians(np.sinc(elevation / np.pi))  # sin(E)/E, and 1 at E = 0
    return np.stack([scale * flexion_deg, -np.cos(elevation), scale * abduction_deg])
