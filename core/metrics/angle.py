"""Signed angle errors that wrap, continuous angles across gaps, and the lag of one signal behind another."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import DataError
from core.records import Float32, Float64

__all__ = ["angle_errors", "circular_difference_deg", "lag_frames", "self_similarity", "unwrapped_deg"]

_LEAST_OVERLAP = 8
# A signal whose variance is below this part of its mean square is constant: what is left is rounding of float32.
_CONSTANT = 1e-12
_NO_VARIANCE = 1e-9


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
        defined = np.flatnonzero(~np.isnan(result[:, column]))
        turns = np.floor((np.diff(result[defined, column]) + 180.0) / 360.0)
        result[defined[1:], column] -= 360.0 * np.cumsum(turns)
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
    there = ~(np.isnan(source) | np.isnan(reference)).T
    r = _lagged_r(_centred(source.T, there), _centred(reference.T, there), there, max_lag)
    return _peak(r) - max_lag


def self_similarity(signal: NDArray[np.floating], max_lag: int) -> Float64:
    """(C, max_lag + 1) Pearson's r of each column (T,C) with itself so many frames later, over the overlap.

    NaN frames do not count; NaN where a signal is constant or shorter than 9 defined frames of overlap.
    """
    there = ~np.isnan(signal).T
    centred = _centred(signal.T, there)
    return _lagged_r(centred, centred, there, max_lag)[:, max_lag:]


def _centred(signal: NDArray[np.floating], there: NDArray[np.bool_]) -> Float64:
    """Signals (C,T) less their mean; 0 where undefined, and everywhere if constant."""
    filled = np.where(there, signal, 0.0)
    mean = filled.sum(axis=1) / np.maximum(np.count_nonzero(there, axis=1), 1)
    centred = np.where(there, filled - mean[:, None], 0.0)
    varies = np.sum(centred * centred, axis=1) > _CONSTANT * np.sum(filled * filled, axis=1)
    centred *= varies[:, None]
    return centred


def _lagged_r(x: Float64, y: Float64, there: NDArray[np.bool_], max_lag: int) -> Float64:
    """Pearson's r (C, 2 max_lag + 1) of x[t + lag] and y[t], of centred signals (C,T); NaN undefined."""
    count, sum_x, square_x, sum_y, square_y, product = _overlap_sums(x, y, there, max_lag)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance_x, variance_y = square_x - sum_x * sum_x / count, square_y - sum_y * sum_y / count
        r = (product - sum_x * sum_y / count) / np.sqrt(variance_x * variance_y)
    # Rounding of the transform is about 1e-15 of the whole signal's energy: what is near that is no variance.
    floor_x, floor_y = (_NO_VARIANCE * np.sum(s * s, axis=1, keepdims=True) for s in (x, y))
    usable = (count > _LEAST_OVERLAP - 0.5) & (variance_x > floor_x) & (variance_y > floor_y)
    return np.where(usable, r, np.nan)


def _overlap_sums(x: Float64, y: Float64, there: NDArray[np.bool_], max_lag: int) -> Float64:
    """Count and sums of x, x^2, y, y^2, xy over the overlap of x[t + lag] and y[t], (6, C, 2 max_lag + 1).

    Products by Fourier transform, whose cost does not grow with the search; plain sums by running totals where
    nothing is missing.
    """
    length = _fast_length(x.shape[1] + max_lag)
    if there.all():
        products = _correlations(np.fft.rfft(x, length), np.fft.rfft(y, length), length, max_lag)[None]
        parts = [_partial_sums(signal, max_lag) for signal in (x, x * x)]
        parts += [_partial_sums(signal, max_lag)[:, ::-1] for signal in (y, y * y)]
        count = np.broadcast_to(x.shape[1] - np.abs(np.arange(-max_lag, max_lag + 1.0)), products[0].shape)
        return np.concatenate([[count], parts, products])
    spectra = np.fft.rfft(np.stack([there, x, x * x, y, y * y]), length)
    return _correlations(spectra[[0, 1, 2, 0, 0, 1]], spectra[[0, 0, 0, 3, 4, 3]], length, max_lag)


def _correlations(x: NDArray[np.complex128], y: NDArray[np.complex128], length: int, max_lag: int) -> Float64:
    """Sums over t of x[t + lag] y[t] for all lags, from the spectra."""
    sums: Float64 = np.fft.irfft(x * np.conj(y), length)
    return np.concatenate([sums[..., -max_lag:], sums[..., : max_lag + 1]], axis=-1)


def _partial_sums(signal: Float64, max_lag: int) -> Float64:
    """Sums of signal[t + lag] (C,T) over the t for which both t and t + lag are frames, (C, 2 max_lag + 1)."""
    frames = signal.shape[1]
    totals = np.concatenate([np.zeros((len(signal), 1)), np.cumsum(signal, axis=1)], axis=1)
    lags = np.arange(-max_lag, max_lag + 1)
    partial: Float64 = totals[:, frames + np.minimum(lags, 0)] - totals[:, np.maximum(lags, 0)]
    return partial


@lru_cache
def _fast_length(least: int) -> int:
    """Smallest number from ``least`` on without a prime factor above 5: such transforms are fast."""
    length = least
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1


def _peak(r: Float64) -> Float64:
    """Position of the largest value of each row of (C,K), between samples; NaN where it is at either end."""
    height = np.where(np.isnan(r), -np.inf, r)
    row, top = np.arange(len(r)), np.argmax(height, axis=1)
    inner = np.clip(top, 1, r.shape[1] - 2)
    before, here, after = r[row, inner - 1], r[row, inner], r[row, inner + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = 0.5 * (before - after) / (before - 2.0 * here + after)
    return np.where((top == inner) & np.isfinite(shift), top + shift, np.nan)
