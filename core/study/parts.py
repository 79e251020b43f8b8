"""Frames that are alike, taken together: how often ranks flip there, how often they would by chance, and what lies
between the two, with intervals by resampling athletes and takes.

Chance is not the same everywhere. Where one lifter always has fewer millimetres and always more degrees, all frames are
flips, and would be so of unrelated orders too. So only the excess over chance says that millimetres and degrees are
told apart; the share by chance is worked out anew in every resample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.sums import ratio
from core.records import Float32, Float64
from core.study.flips import by_chance
from core.study.resampling import Interval, Resampling, interval_of
from core.study.signs import LEAST_ATHLETES

__all__ = ["LEAST_FEEDING", "LEAST_TAKES", "Part", "PartSums", "Trend", "summed", "unknown"]

LEAST_FEEDING = 3
"""Athletes, or takes of a single one, below which a part has no interval: resamples of one or two are nearly alike."""
LEAST_TAKES = 10
"""Of a single athlete, for a trend. Simulated frames without one had 95 % intervals that exclude 0 in 6 to 8 % of 500
studies of 8 to 20 takes, and in at most 4 % of 250 studies of 3 to 12 athletes.
"""
_FRAMES, _TOLD, _FLIPS, _FEWER_MM, _FEWER_DEG, _MM, _DEG = range(7)
_UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Part:
    """Frames between two edges, of so many clips, takes and athletes.

    frames : on which both lifters can be compared. ties : of these, where one error or the other is equal. flips :
    share of the others on which fewer millimetres go with more degrees. expected : what that share would be if the two
    orders had nothing to do with each other. excess : flips less expected, both resampled. mm, deg : mean differences
    over all frames, the first lifter less the other. few : too few athletes (or takes, of one) feed it for an interval;
    then all ends are NaN.
    """

    low: float
    high: float
    clips: int
    takes: int
    athletes: int
    frames: int
    ties: int
    flips: Interval
    expected: float
    excess: Interval
    mm: Interval
    deg: Interval
    few: bool

    @property
    def counted(self) -> int:
        """Frames that shares are of: those without ties."""
        return self.frames - self.ties


@dataclass(frozen=True, slots=True)
class Trend:
    """excess : of the last part less that of the first, an interval that is corrected for the number of pairs
    (Bonferroni). clusters : athletes, or takes of a single one, that feed the part with fewer of them. enough : they
    are so many that an interval without 0 shows something.
    """

    excess: Interval
    clusters: int
    enough: bool

    @property
    def shown(self) -> bool:
        """Beyond chance."""
        return self.enough and self.excess.excludes_zero


def unknown(level: float) -> Trend:
    """Where frames are in no part."""
    return Trend(Interval(_UNKNOWN, _UNKNOWN, _UNKNOWN, level), 0, enough=False)


@dataclass(frozen=True, slots=True, eq=False)
class PartSums:
    """Of n parts. edges : n + 1. of_clips : (C, n, 7) what each clip adds. resampled : (m, n, 7) sums of resamples."""

    edges: tuple[float, ...]
    of_clips: Float64
    resampled: Float64
    resampling: Resampling

    def parts(self) -> tuple[Part, ...]:
        """One for every two edges that follow each other."""
        return tuple(map(self._part, range(len(self.edges) - 1)))

    def trend(self, pairs: int) -> Trend:
        """Of the last part against the first. pairs : of how many lifters it is looked at."""
        first, last = self._feeding(0), self._feeding(len(self.edges) - 2)
        clusters = min(first[self._cluster], last[self._cluster])
        least = LEAST_ATHLETES if self.resampling.n_athletes > 1 else LEAST_TAKES
        value, resampled = (_excess(sums[..., -1, :]) - _excess(sums[..., 0, :])
                            for sums in (self.of_clips.sum(axis=0), self.resampled))  # fmt: skip
        level = 1 - (1 - self.resampling.level) / pairs
        found = _interval(float(value), resampled, level, few=clusters < LEAST_FEEDING)
        return Trend(found, clusters, clusters >= least)

    @property
    def _cluster(self) -> int:
        """Which of the counts of :meth:`_feeding` says how much is known."""
        return 2 if self.resampling.n_athletes > 1 else 1

    def _feeding(self, k: int) -> tuple[int, int, int]:
        """Clips, takes and athletes of a part."""
        clips = self.of_clips[:, k, _FRAMES] > 0
        takes = np.unique(self.resampling.takes[clips])
        return int(clips.sum()), len(takes), len(np.unique(self.resampling.athletes[takes]))

    def _part(self, k: int) -> Part:
        total, resampled, level = self.of_clips[:, k].sum(axis=0), self.resampled[:, k], self.resampling.level
        fed = self._feeding(k)
        few = fed[self._cluster] < LEAST_FEEDING
        flips, mm, deg = (
            _interval(float(ratio(total[what], total[by])), ratio(resampled[:, what], resampled[:, by]), level, few=few)
            for what, by in ((_FLIPS, _TOLD), (_MM, _FRAMES), (_DEG, _FRAMES))
        )
        excess = _interval(float(_excess(total)), _excess(resampled), level, few=few)
        frames, ties = int(total[_FRAMES]), int(total[_FRAMES] - total[_TOLD])
        return Part(self.edges[k], self.edges[k + 1], *fed, frames, ties, flips, float(_by_chance(total)), excess, mm,
                    deg, few)  # fmt: skip


def summed(
    mm: Float32, deg: Float32, clips: NDArray[np.intp], places: NDArray[np.intp], edges: Sequence[float],
    resampling: Resampling,
) -> PartSums:  # fmt: skip
    """Of one pair on all frames (N). mm, deg : its differences, NaN where it cannot be compared. clips : number of each
    frame's clip. places : number of its part, -1 where it is in none.
    """
    n, n_clips = len(edges) - 1, len(resampling.takes)
    there = np.isfinite(mm) & (places >= 0)
    of_mm, of_deg = (np.where(there, values, 0.0).astype(np.float64) for values in (mm, deg))
    told = there & (of_mm != 0) & (of_deg != 0)
    fewer_mm, fewer_deg = told & (of_mm < 0), told & (of_deg < 0)
    adds = (there, told, fewer_mm != fewer_deg, fewer_mm, fewer_deg, of_mm, of_deg)
    cell = clips * n + np.where(there, places, 0)
    counted = [np.bincount(cell, weights=each, minlength=n_clips * n) for each in adds]
    sums = np.stack(counted, axis=-1).astype(np.float64).reshape(n_clips, n, len(adds))
    return PartSums(tuple(edges), sums, resampling.sums(sums), resampling)


def _by_chance(sums: Float64) -> Float64:
    """Share of disagreement of two independent orders, of sums (..., 7)."""
    return by_chance(*(sums[..., what] for what in (_TOLD, _FEWER_MM, _FEWER_DEG)))


def _excess(sums: Float64) -> Float64:
    """Of flips, of sums (..., 7)."""
    return np.asarray(ratio(sums[..., _FLIPS], sums[..., _TOLD]) - _by_chance(sums))


def _interval(value: float, resamples: Float64, level: float, *, few: bool) -> Interval:
    return interval_of(value, resamples[:0] if few else resamples, level)
