"""Two lifters at a time: is the one with fewer millimetres also the one with fewer degrees, on how many clips not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.conventions import N_ANGLES
from core.metrics.sums import ratio
from core.records import Float64
from core.study.means import Measured
from core.study.resampling import Interval, interval_of
from core.study.signs import SignTest, adjusted, sign_test

__all__ = ["MARGIN_DEG", "Equivalence", "Pair", "Verdict", "differences", "pairs_of", "verdict_of"]

MARGIN_DEG = 5.0
"""Errors that differ by less are alike unless the user says otherwise: 5 degrees is where joint angles become
misleading in clinical gait analysis (McGinley et al. 2009, Gait Posture 29:360-369)."""
_TOST_LEVEL = 0.90


class Verdict(StrEnum):
    """What resampling says of two lifters: both differences are beyond chance in opposite directions, in the same
    direction, or at least one of them is not beyond chance.
    """

    REVERSED = "reversed"
    AGREES = "agrees"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two one-sided tests (Schuirmann 1987, J Pharmacokinet Biopharm 15:657-680) of a difference in degrees: alike
    where its 90 % interval lies within the margin.
    """

    margin_deg: float
    interval: Interval

    @property
    def alike(self) -> bool:
        """Whether the whole interval lies within the margin."""
        return -self.margin_deg < self.interval.low and self.interval.high < self.margin_deg


@dataclass(frozen=True, slots=True)
class Pair:
    """``fewer_mm`` has the smaller position error ``by`` over the clips that both have; differences are its errors less
    those of ``other``, so that millimetres are negative, and degrees positive where the ranking is reversed.

    flips : share of clips on which the one with fewer millimetres there has more degrees there, of those on which
    neither is equal; untied : how many these are. expected_flips : what that share would be if the two orders had
    nothing to do with each other. flips_by_angle : the same with the degrees of each angle. tests : of the difference
    of each angle, corrected for all angles and pairs.
    """

    fewer_mm: str
    other: str
    by: str
    clips: int
    mm: Interval
    deg: Interval
    by_angle_deg: tuple[Interval, ...]
    flips: Interval
    untied: int
    expected_flips: float
    flips_by_angle: tuple[Interval, ...]
    tests: tuple[SignTest, ...]
    equivalence: Equivalence

    @property
    def verdict(self) -> Verdict:
        """What the two intervals say together."""
        return verdict_of(self.mm, self.deg)


def verdict_of(mm: Interval, deg: Interval) -> Verdict:
    """Of the differences of two lifters in millimetres and in degrees."""
    if not (mm.excludes_zero and deg.excludes_zero):
        return Verdict.UNDECIDED
    return Verdict.REVERSED if (mm.value < 0) != (deg.value < 0) else Verdict.AGREES


def differences(found: Measured, one: int, two: int, by: str) -> tuple[Interval, Interval]:
    """Errors of the first of two lifters, by place, less those of the second: millimetres and degrees."""
    level, value, resamples = found.resampling.level, found.value, found.resamples
    mm, mms = value.position_mm(by), resamples.position_mm(by)
    return (
        interval_of(float(mm[one] - mm[two]), mms[:, one] - mms[:, two], level),
        interval_of(float(value.mae_deg[one] - value.mae_deg[two]), resamples.mae_deg[:, one]
                    - resamples.mae_deg[:, two], level),
    )  # fmt: skip


def pairs_of(found: Measured, by: str, margin_deg: float = MARGIN_DEG) -> tuple[Pair, ...]:
    """Every two of the lifters. found : of clips that all of them have."""
    order = np.argsort(found.value.position_mm(by), kind="stable")
    known = [int(place) for place in order if np.isfinite(found.value.position_mm(by)[place])]
    places = list(combinations(known, 2))
    tests = [_tests(found, one, two) for one, two in places]
    corrected = adjusted([test for of_pair in tests for test in of_pair])
    return tuple(
        _pair(found, one, two, by, corrected[k * N_ANGLES : (k + 1) * N_ANGLES], margin_deg)
        for k, (one, two) in enumerate(places)
    )


def _pair(found: Measured, one: int, two: int, by: str, tests: Sequence[SignTest], margin_deg: float) -> Pair:
    level, value, resamples, names = found.resampling.level, found.value, found.resamples, found.scores.lifters
    mm, deg = differences(found, one, two, by)
    angles, angle_resamples = (each[..., one, :] - each[..., two, :] for each in (value.angle_mae_deg,
                                                                                  resamples.angle_mae_deg))  # fmt: skip
    flips, untied, expected = _flips(found, one, two, by)
    both = resamples.mae_deg[:, one] - resamples.mae_deg[:, two]
    return Pair(
        names[one], names[two], by, len(found.scores), mm, deg,
        tuple(interval_of(float(angles[a]), angle_resamples[:, a], level) for a in range(N_ANGLES)),
        flips[-1], untied, expected, flips[:-1], tuple(tests),
        Equivalence(margin_deg, interval_of(deg.value, both, _TOST_LEVEL)),
    )  # fmt: skip


def _flips(found: Measured, one: int, two: int, by: str) -> tuple[tuple[Interval, ...], int, float]:
    """Shares of clips, by angle and at last over all; of how many clips; and what chance makes of the last."""
    scores = found.scores
    mm, deg, angles = scores.position_mm(by), scores.mae_deg(), scores.angle_mae_deg()
    fewer = np.sign(mm[one] - mm[two])
    fewer_deg = np.sign(np.column_stack([angles[one] - angles[two], deg[one] - deg[two]]))
    told = np.isfinite(fewer_deg) & (fewer_deg != 0) & (np.isfinite(fewer) & (fewer != 0))[:, None]
    flipped = told & (fewer[:, None] != fewer_deg)
    adds = np.stack([flipped, told], axis=1).astype(np.float64)
    share, resamples = (ratio(sums[..., 0, :], sums[..., 1, :])
                        for sums in (adds.sum(axis=0), found.resampling.sums(adds)))  # fmt: skip
    last = told[:, -1]
    level = found.resampling.level
    intervals = tuple(interval_of(float(share[a]), resamples[:, a], level) for a in range(len(share)))
    return intervals, int(last.sum()), _by_chance(fewer[last] < 0, fewer_deg[last, -1] < 0)


def _by_chance(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Share of disagreement of two independent orders with these shares."""
    if not len(first):
        return float("nan")
    p, q = float(first.mean()), float(second.mean())
    return p * (1 - q) + q * (1 - p)


def _tests(found: Measured, one: int, two: int) -> list[SignTest]:
    """Of the difference of every angle, by clusters. Where counts differ by the permitted 1 % the mean error of a clip
    stands for its frames.
    """
    scores = found.scores
    count = scores.angles[[one, two], 1].min(axis=0)
    mae = scores.angle_mae_deg()
    difference: Float64 = np.nan_to_num((mae[one] - mae[two]) * count)
    return [sign_test(difference[:, a], count[:, a], found.resampling) for a in range(N_ANGLES)]
