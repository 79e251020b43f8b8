"""Whether millimetres order what degrees order: rank correlations between lifters, and between the clips of one lifter.

Kendall's tau-b and Spearman's rho, ties shared. In a resample a clip counts as often as it was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

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
    both, takes = _Ordered(mm[known], deg[known]), resampling.takes[known]
    drawn = resampling.counts() if resampling.n_takes > 1 else ()  # one take is the same however often it is drawn
    found = np.concatenate([np.empty((2, 0)), *(both.correlations(counts[:, takes]) for counts in drawn)], axis=1)
    value = both.correlations(np.ones((1, len(takes)), np.float32))[:, 0]
    kendall, spearman = (interval_of(float(value[k]), found[k], resampling.level) for k in range(2))
    return Correlation(name, by, len(takes), kendall, spearman)


class _Ordered:
    """Two numbers of each of C clips, prepared for rank correlations in which a clip counts several times."""

    def __init__(self, x: Float64, y: Float64) -> None:
        self._signs = (np.sign(x[:, None] - x) * np.sign(y[:, None] - y)).astype(np.float32)
        self._equal = [_Equal(x), _Equal(y)]

    def correlations(self, weights: NDArray[np.float32]) -> Float64:
        """(2, m) tau-b and rho where clips count ``weights`` (m, C) times."""
        total = weights.sum(axis=1, dtype=np.float64)
        by_value = [equal.sums(weights) for equal in self._equal]
        concordant = ((weights @ self._signs) * weights).sum(axis=1, dtype=np.float64)
        untied = [total**2 - (sums**2).sum(axis=1) for sums in by_value]
        # Mid-ranks, about their mean, which is half the number of clips.
        x, y = (
            (sums.cumsum(axis=1) - sums / 2 - total[:, None] / 2)[:, equal.place]
            for sums, equal in zip(by_value, self._equal, strict=True)
        )
        spread = [(weights * product).sum(axis=1, dtype=np.float64) for product in (x * y, x * x, y * y)]
        return np.stack([_quotient(concordant, *untied), _quotient(*spread)])


class _Equal:
    """Which of C clips share a value. place : (C) number of its value, the smallest first."""

    def __init__(self, values: Float64) -> None:
        _, self.place = np.unique(values, return_inverse=True)
        self._order = np.argsort(self.place, kind="stable")
        self._starts = np.flatnonzero(np.diff(self.place[self._order], prepend=-1))

    def sums(self, weights: NDArray[np.float32]) -> Float64:
        """(m, V) how often each value is there."""
        return np.add.reduceat(weights[:, self._order], self._starts, axis=1, dtype=np.float64)
