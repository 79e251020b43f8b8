"""Smooth functions of time for choreography: keys joined without overshoot, paths with ballistic flight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from core.records import Float64

__all__ = ["GRAVITY", "Curve", "flight_path", "keyed", "ramp", "smoothed", "through"]

Curve = Callable[[Float64], Float64]
"""Times (T,) in seconds to values, (T,) or (T, 3)."""

GRAVITY = 9.81
_STEP_S = 0.002
_MARGIN_S = 0.8


def smoothed(function: Curve, end_s: float, sigma_s: float) -> Curve:
    """``function`` between 0.8 s before 0 and 0.8 s after ``end_s``, smoothed by a Gaussian: all derivatives exist.

    A Gaussian leaves straight lines as they are and moves a parabola as a whole, so ballistic flight keeps its
    acceleration except within about 3 ``sigma_s`` of its ends.
    """
    times = np.arange(-_MARGIN_S, end_s + _MARGIN_S, _STEP_S)
    return CubicSpline(times, gaussian_filter1d(function(times), sigma_s / _STEP_S, axis=0, mode="nearest"))


def keyed(keys: Sequence[tuple[float, float]], end_s: float, sigma_s: float = 0.04) -> Curve:
    """Values at key times, joined monotonically between them (Fritsch & Carlson 1980), constant outside, smoothed."""
    times, values = (np.array(column, dtype=float) for column in zip(*keys, strict=True))
    if len(times) == 1:
        return lambda t: np.full(len(t), values[0])
    joined = PchipInterpolator(times, values)
    return smoothed(lambda t: joined(np.clip(t, times[0], times[-1])), end_s, sigma_s)


def ramp(t: Float64, start: float, end: float) -> Float64:
    """0 before ``start``, 1 after ``end``, with two continuous derivatives (the fifth-degree smoothstep)."""
    x = np.clip((t - start) / (end - start), 0.0, 1.0)
    smooth: Float64 = x**3 * (10 + x * (6 * x - 15))
    return smooth


def flight_path(
    before: Sequence[tuple[float, float, float, float]], flight_s: tuple[float, float],
    after: Sequence[tuple[float, float, float, float]], end_s: float,
) -> Curve:  # fmt: skip
    """Path (T, 3) in metres through keys (time, x, y, z) with one ballistic flight between the two lists.

    The last key of ``before`` is take-off, the first of ``after`` touch-down, at the times ``flight_s``; gravity and
    these two places fix the velocity in flight, which the splines on the ground take up.
    """
    one, two = np.array(before), np.array(after)
    duration = flight_s[1] - flight_s[0]
    start, velocity = one[-1, 1:], (two[0, 1:] - one[-1, 1:]) / duration
    velocity[2] += GRAVITY * duration / 2
    landing = velocity - np.array([0.0, 0.0, GRAVITY * duration])
    still: Float64 = np.zeros(3)
    up = CubicSpline(one[:, 0], one[:, 1:], bc_type=((1, still), (1, velocity)))
    down = CubicSpline(two[:, 0], two[:, 1:], bc_type=((1, landing), (1, still)))

    def path(t: Float64) -> Float64:
        since = (t - flight_s[0])[:, None]
        flying = start + velocity * since - np.array([0.0, 0.0, GRAVITY / 2]) * since**2
        ground = np.where((t < flight_s[0])[:, None], up(np.clip(t, one[0, 0], flight_s[0])),
                          down(np.clip(t, flight_s[1], two[-1, 0])))  # fmt: skip
        return np.where(((t >= flight_s[0]) & (t <= flight_s[1]))[:, None], flying, ground)

    return smoothed(path, end_s, 0.02)


def through(keys: Sequence[tuple[float, float, float, float]], end_s: float) -> Curve:
    """Path (T, 3) in metres through keys (time, x, y, z), twice differentiable, straight on beyond its ends."""
    table = np.array(keys)
    spline = CubicSpline(table[:, 0], table[:, 1:], bc_type="natural")
    first, last = table[0, 0], table[-1, 0]
    slopes = spline(np.array([first, last]), 1)

    def path(t: Float64) -> Float64:
        inside = np.clip(t, first, last)
        before, after = np.minimum(t - first, 0.0)[:, None], np.maximum(t - last, 0.0)[:, None]
        place: Float64 = spline(inside) + before * slopes[0] + after * slopes[1]
        return place

    return smoothed(path, end_s, 0.03)
