"""Signed angle errors that wrap, continuous angles across gaps, and the lag of one signal behind another."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from core.errors import DataError
from core.records import Float32, Float64

__all__ = ["angle_errors", "circular_difference_deg", "lag_frames", "unwrapped_deg"]

_LEAST_OVERLAP = 8
# A signal whose variance is below this part of its mean square is constant: what is left is rounding of float32.
_CONSTANT = 1e-12


def circular_difference_deg(a: ArrayLike, b: ArrayLike) -> Float64:
    """Difference a - b the short way round, in [-180, 180) degrees.

    +179 against -179 is -2; opposite is -180; NaN stays.
    """
    difference = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    wrapped: Float64 = difference - 360.0 * np.floor((difference + 180.0) / 360.0)
    return wrapped


def angle_errors(source_deg: Float32, reference_deg: Float32, circular: NDArray[np.bool_]) -> Float32:
    """Signed error source - reference, (T,C) float32 degrees, NaN where either is undefined.

    circular : (C,) True where +180 and -180 are the same posture, so that the short way round counts;
        a plain difference elsewhere.
    Raises :class:`DataError` where the shapes differ.
    """
    if source_deg.shape != reference_deg.shape:
        raise DataError("source and reference angles differ in shape", expected=str(reference_deg.shape),
                        got=str(source_deg.shape))  # fmt: skip
    plain = np.subtract(source_deg, reference_deg, dtype=np.float64)
    return np.where(circular, circular_difference_deg(plain, 0.0), plain).astype(np.float32)


def unwrapped_deg(angle_deg: NDArray[np.floating], circular: NDArray[np.bool_]) -> Float64:
    """(T,C) angles with the jumps of 360 degrees taken out of the circular columns, across gaps too; NaN stays."""
    result = np.array(angle_deg, np.float64)
    for column in np.flatnonzero(circular):
        defined = ~np.isnan(result[:, column])
        result[defined, column] = np.unwrap(result[defined, column], period=360.0)
    return result


def lag_frames(source: NDArray[np.floating], reference: NDArray[np.floating], max_lag: int) -> Float64:
    """How many frames each column of the source comes after the reference, (C,), negative where it comes before.

    source, reference : (T,C), unwrapped; frames where either is NaN count in neither.
    The lag is where Pearson's r over the overlap is largest within +-max_lag frames (at most T // 4), refined
    between frames by the parabola through the three values there. NaN where a signal is constant or shorter
    than 8 defined frames of overlap, and where r still rises at the end of the search: that is no maximum.
    """
    max_lag = min(int(max_lag), len(source) // 4)
    if max_lag < 1:
        return np.full(source.shape[1], np.nan)
    r = _lagged_r(np.asarray(source, np.float64).T, np.asarray(reference, np.float64).T, max_lag)
    return _peak(r) - max_lag


def _lagged_r(source: Float64, reference: Float64, max_lag: int) -> Float64:
    """Pearson's r (C, 2 max_lag + 1) of source[t + lag] and reference[t], of signals (C,T); NaN undefined."""
    x, x_there = _centred(source)
    y, y_there = _centred(reference)
    pad = ((0, 0), (max_lag, max_lag))
    length = y.shape[1]

    def against(signal: Float64, other: Float64) -> Float64:
        windows = sliding_window_view(np.pad(signal, pad), length, axis=1)
        sums: Float64 = np.einsum("ckt,ct->ck", windows, other)
        return sums

    count = against(x_there, y_there)
    mean_x, mean_y = against(x, y_there), against(x_there, y)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance_x = against(x * x, y_there) - mean_x * mean_x / count
        variance_y = against(x_there, y * y) - mean_y * mean_y / count
        covariance = against(x, y) - mean_x * mean_y / count
        r = covariance / np.sqrt(variance_x * variance_y)
    floor_x, floor_y = (np.sum(s * s, axis=1, keepdims=True) * 1e-9 for s in (x, y))
    usable = (count >= _LEAST_OVERLAP) & (variance_x > floor_x) & (variance_y > floor_y)
    return np.where(usable, r, np.nan)


def _centred(signal: Float64) -> tuple[Float64, Float64]:
    """Signals (C,T) less their mean, 0 where undefined or constant, and 1 where defined."""
    there = ~np.isnan(signal)
    count = np.maximum(there.sum(axis=1, keepdims=True), 1)
    filled = np.where(there, signal, 0.0)
    mean = filled.sum(axis=1, keepdims=True) / count
    centred = np.where(there, signal - mean, 0.0)
    mean_square = np.sum(filled * filled, axis=1, keepdims=True)
    centred *= np.sum(centred * centred, axis=1, keepdims=True) > _CONSTANT * mean_square
    return centred, there.astype(np.float64)


def _peak(r: Float64) -> Float64:
    """Position of the largest value of each row of (C,K), between samples; NaN where it is at either end."""
    height = np.where(np.isnan(r), -np.inf, r)
    row, top = np.arange(len(r)), np.argmax(height, axis=1)
    inner = np.clip(top, 1, r.shape[1] - 2)
    before, here, after = r[row, inner - 1], r[row, inner], r[row, inner + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = 0.5 * (before - after) / (before - 2.0 * here + after)
    return np.where((top == inner) & np.isfinite(shift), top + shift, np.nan)
