"""Series over time: means over a moving window, differences, numbers per frame."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from core.records import Float64

__all__ = ["LASTING_S", "difference", "frames_of", "lasting", "mean_over_joints", "moving_mean", "runs",
           "square_length"]  # fmt: skip

LASTING_S = 0.25
"""Shortest run of frames that is told, of rules that could be met for a moment by chance: by one odd frame that moves
all windows about it; or, of the mirrored and exchanged body, by a walk that comes half a step late."""


def frames_of(seconds: float, fps: float, least: int = 3) -> int:
    """An odd number of frames, at least ``least``, nearest to a time."""
    return max(least, 2 * round((seconds * fps - 1) / 2) + 1)


def moving_mean(values: Float64, frames: int) -> Float64:
    """(T, ...) mean over the defined values within a window of so many frames (odd) about each frame.

    At the ends the window is cut off. NaN where less than a quarter of it is defined.
    """
    half = frames // 2
    there = ~np.isnan(values)
    total, count = _window_sums(np.where(there, values, 0.0), half), _window_sums(there.astype(np.float64), half)
    mean: Float64 = np.divide(total, count, out=np.full(values.shape, np.nan), where=2 * count > half)
    return mean


def _window_sums(values: Float64, half: int) -> Float64:
    """Sums over t - half to t + half; of what is within the series."""
    totals = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    frame = np.arange(len(values))
    sums: Float64 = totals[np.minimum(frame + half + 1, len(values))] - totals[np.maximum(frame - half, 0)]
    return sums


def difference(xyz_mm: Float64, order: int, apart: int = 1) -> Float64:
    """(T, ...) difference of an even ``order`` of samples ``apart`` frames from each other, about each frame.

    NaN where a sample is missing or outside of the series.
    """
    half = order // 2 * apart
    result = np.full(xyz_mm.shape, np.nan)
    inner = len(xyz_mm) - 2 * half
    if inner > 0:
        weights = [(-1) ** k * comb(order, k) for k in range(order + 1)]
        result[half : half + inner] = sum(w * xyz_mm[k * apart : k * apart + inner] for k, w in enumerate(weights))
    return result


def square_length(vectors: Float64, away: Float64 | None = None) -> Float64:
    """(T, J) square of the length of vectors (T, J, 3); of their part across the unit vector ``away``, if given."""
    square: Float64 = np.einsum("tjk,tjk->tj", vectors, vectors)
    return square if away is None else square - (vectors @ away) ** 2


def mean_over_joints(values: Float64) -> Float64:
    """(T,) mean of (T, J) over what is defined; NaN where nothing is."""
    there: NDArray[np.bool_] = ~np.isnan(values)
    count = np.count_nonzero(there, axis=1)
    mean: Float64 = np.divide(np.where(there, values, 0.0).sum(axis=1), count, out=np.full(len(values), np.nan),
                              where=count > 0)  # fmt: skip
    return mean


def lasting(holds: NDArray[np.bool_], fps: float) -> NDArray[np.bool_]:
    """(T,) without the runs of True that are shorter than :data:`LASTING_S`."""
    run = runs(holds)
    return np.asarray(holds & (np.bincount(run, minlength=1) >= LASTING_S * fps)[run])


def runs(holds: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(T,) number of the run of equal values that a frame belongs to."""
    return np.cumsum(np.diff(holds, prepend=False))
