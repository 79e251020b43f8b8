"""Whether millimetres order what degrees order: rank correlations between lifters, and between the clips of one lifter.

Kendall's tau-b and Spearman's rho, ties shared. In a resample a clip counts as often as it was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial

import numpy as np

from core.records import Float64
from core.study.means import Measured
from core.study.resampling import Interval, Resampling, interval_of
from core.study.scores import Scores

__all__ = ["Correlation", "between_clips", "between_lifters"]


@dataclass(frozen=True, slots=True)
class Correlation:
    """of : what is ordered, a lifter's name or '' for the lifters themselves. by : the position error. n : how many are
    ordered. chance : that a perfectly opposite (or equal) order comes about by chance, where few are ordered; else 0.
    """

    of: str
    by: str
    n: int
    kendall: Interval
    spearman: Interval
    chance: float = 0.0


def between_lifters(found: Measured, by: str) -> Correlation:
    """Of the means of the lifters; NaN for fewer than two."""
    n, level = len(found.scores.lifters), found.resampling.level
    once = np.stack([found.value.position_mm(by), found.value.mae_deg])[None]
    resamples = np.stack([found.resamples.position_mm(by), found.resamples.mae_deg], axis=1)
    kendall, spearman = (interval_of(float(order(once)[0]), order(resamples), level) for order in (_kendall, _spearman))
    return Correlation("", by, n, kendall, spearman, 1 / factorial(n))


def between_clips(scores: Scores, resampling: Resampling, by: str) -> tuple[Correlation, ...]:
    """For every lifter: has a clip with more millimetres also more degrees?"""
    return tuple(
        _over_clips(name, by, mm, deg, resampling)
        for name, mm, deg in zip(scores.lifters, scores.position_mm(by), scores.mae_deg(), strict=True)
    )


def _kendall(pairs: Float64) -> Float64:
    """(n) tau-b of each of (n, 2, L)."""
    x, y = (np.sign(pairs[:, k, :, None] - pairs[:, k, None]) for k in range(2))
    return _quotient((x * y).sum(axis=(1, 2)), (x * x).sum(axis=(1, 2)), (y * y).sum(axis=(1, 2)))


def _spearman(pairs: Float64) -> Float64:
    """(n) Pearson's r of the ranks of (n, 2, L)."""
    smaller = pairs[..., None, :] < pairs[..., None]
    equal = pairs[..., None, :] == pairs[..., None]
    ranks = smaller.sum(axis=-1) + (equal.sum(axis=-1) + 1) / 2
    x, y = (ranks[:, k] - ranks[:, k].mean(axis=-1, keepdims=True) for k in range(2))
    return _quotient((x * y).sum(axis=-1), (x * x).sum(axis=-1), (y * y).sum(axis=-1))


def _quotient(xy: Float64, xx: Float64, yy: Float64) -> Float64:
    energy = xx * yy
    out: Float64 = np.divide(xy, np.sqrt(energy), out=np.full(len(xy), np.nan), where=energy > 0)
    return out


def _over_clips(name: str, by: str, mm: Float64, deg: Float64, resampling: Resampling) -> Correlation:
    known = np.isfinite(mm) & np.isfinite(deg)
    mm, deg, takes = mm[known], deg[known], resampling.takes[known]
    kendall, spearman = np.empty(resampling.n), np.empty(resampling.n)
    start = 0
    signs = [np.sign(values[:, None] - values).astype(np.float32) for values in (mm, deg)]
    for weights in _weights(resampling, takes):
        part = slice(start, start := start + len(weights))
        kendall[part], spearman[part] = _weighted_kendall(weights, *signs), _weighted_spearman(weights, mm, deg)
    once = np.ones((1, len(mm)), np.float32)
    value = float(_weighted_kendall(once, *signs)[0]), float(_weighted_spearman(once, mm, deg)[0])
    return Correlation(name, by, len(mm), interval_of(value[0], kendall, resampling.level),
                       interval_of(value[1], spearman, resampling.level))  # fmt: skip


def _weights(resampling: Resampling, takes: np.ndarray) -> Iterator[np.ndarray]:
    return (counts[:, takes] for counts in resampling.counts())


def _weighted_kendall(weights: np.ndarray, x: np.ndarray, y: np.ndarray) -> Float64:
    """(m) tau-b where each clip counts ``weights`` (m, C) times; x, y : (C, C) signs of differences."""
    xy, xx, yy = (((weights @ signs) * weights).sum(axis=1, dtype=np.float64) for signs in (x * y, x * x, y * y))
    return _quotient(xy, xx, yy)


def _weighted_spearman(weights: np.ndarray, x: Float64, y: Float64) -> Float64:
    """(m) rho where each clip counts ``weights`` (m, C) times."""
    ranks = [_weighted_ranks(weights, values) for values in (x, y)]
    total = weights.sum(axis=1, keepdims=True)
    a, b = (rank - (weights * rank).sum(axis=1, keepdims=True) / total for rank in ranks)
    return _quotient(*((weights * p).sum(axis=1, dtype=np.float64) for p in (a * b, a * a, b * b)))


def _weighted_ranks(weights: np.ndarray, values: Float64) -> Float64:
    """(m, C) mid-ranks of values (C) that are there ``weights`` times, equal values sharing theirs."""
    _, group = np.unique(values, return_inverse=True)
    by_value = np.zeros((len(weights), group.max(initial=-1) + 1))
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    if len(starts):
        by_value[:] = np.add.reduceat(weights[:, order], starts, axis=1)
    middle = by_value.cumsum(axis=1) - by_value / 2
    return np.asarray(middle[:, group])
