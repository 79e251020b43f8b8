"""Quantiles of absolute angle errors over any number of clips, from counts that add.

Quantiles of groups cannot be had from quantiles of clips, and keeping every error would grow with the dataset.
Errors are rounded to steps of 0.01 degrees and counted; a quantile is exact to half a step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.records import Float64

__all__ = ["QUANTILE", "STEP_DEG", "Histogram", "exact_quantiles_deg", "histogram", "quantile_deg", "quantise"]

QUANTILE = 0.95
"""The quantile of |error| that every table gives."""

STEP_DEG = 0.01
_TOP = 36_000
_UNDEFINED = 65_535
_FLUSH_ROWS = 65_536


def quantise(error_deg: NDArray[Any]) -> NDArray[np.uint16]:
    """|error| in steps of 0.01 degrees as uint16, same shape; above 360 degrees 36000; NaN is 65535."""
    steps = np.minimum(np.rint(np.abs(error_deg, dtype=np.float64) / STEP_DEG), _TOP)
    return np.where(np.isnan(steps), _UNDEFINED, steps).astype(np.uint16)


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How often each step occurs, per column: (C, bins) int64, bins up to the largest step seen; adds."""

    counts: NDArray[np.int64]

    @classmethod
    def zero(cls, columns: int) -> Histogram:
        """The histogram of nothing."""
        return cls(np.zeros((columns, 0), np.int64))

    def __add__(self, other: Histogram) -> Histogram:
        small, large = sorted((self.counts, other.counts), key=lambda counts: counts.shape[1])
        total = large.copy()
        total[:, : small.shape[1]] += small
        return Histogram(total)

    def pooled(self, columns: slice = slice(None)) -> Histogram:
        """One column: all of ``columns`` together."""
        return Histogram(self.counts[columns].sum(axis=0, keepdims=True))


def histogram(parts: Iterable[NDArray[np.uint16]], columns: int) -> Histogram:
    """Counts of many quantised errors (T,C), such as all clips of a group; memory does not grow with their number."""
    total, waiting, rows = Histogram.zero(columns), [], 0
    for part in parts:
        waiting.append(part)
        rows += len(part)
        if rows >= _FLUSH_ROWS:
            total, waiting, rows = total + _counted(waiting, columns), [], 0
    return total + _counted(waiting, columns) if waiting else total


def _counted(parts: list[NDArray[np.uint16]], columns: int) -> Histogram:
    steps = np.concatenate(parts)
    defined = steps[steps != _UNDEFINED]
    bins = int(defined.max()) + 1 if defined.size else 0
    counts = np.zeros((columns, bins), np.int64)
    for column, values in zip(counts, steps.T, strict=True):
        column += np.bincount(values[values != _UNDEFINED], minlength=bins)
    return Histogram(counts)


def quantile_deg(counts: Histogram, q: float) -> Float64:
    """The q-quantile (0..1) of each column in degrees, linear between order statistics as in numpy; NaN if empty."""
    cumulated = np.cumsum(counts.counts, axis=1)
    result = np.full(len(cumulated), np.nan)
    for column, sums in enumerate(cumulated):
        if sums.size and sums[-1] > 0:
            position = q * (sums[-1] - 1)
            low, high = np.searchsorted(sums, (np.floor(position), np.ceil(position)), side="right")
            result[column] = (low + (position - np.floor(position)) * (high - low)) * STEP_DEG
    return result


def exact_quantiles_deg(absolute_deg: NDArray[Any], q: float) -> Float64:
    """(S, C + 1) q-quantiles (0..1) of the errors themselves, (S, T, C) of one clip: per column, then over all columns
    together; linear between order statistics as in numpy, NaN where nothing is defined.
    """
    together = absolute_deg.reshape(len(absolute_deg), 1, -1)
    return np.concatenate([_quantile(absolute_deg.transpose(0, 2, 1), q), _quantile(together, q)], axis=1)


def _quantile(values: NDArray[Any], q: float) -> Float64:
    """Quantile along the last axis; NaN counts for nothing."""
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    ordered = np.sort(values, axis=-1)  # NaN last
    last = np.count_nonzero(~np.isnan(ordered), axis=-1)[..., None] - 1
    position = q * np.maximum(last, 0)
    low = position.astype(np.intp)
    below = np.take_along_axis(ordered, low, axis=-1).astype(np.float64)
    above = np.take_along_axis(ordered, np.minimum(low + 1, np.maximum(last, 0)), axis=-1)
    quantile: Float64 = (below + (position - low) * (above - below))[..., 0]
    return quantile
