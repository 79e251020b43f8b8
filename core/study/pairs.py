"""Two lifters at a time: is the one with fewer millimetres also the one with fewer degrees, on how many clips not?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np

from core.conventions import N_ANGLES
from core.study.flips import Flips, flips_of
from core.study.means import Means, Measured, means_by
from core.study.resampling import Interval, interval_of
from core.study.signs import SignTest, sign_tests

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

    flips : clips on which the two errors contradict each other, over all angles; flips_by_angle : in each. tests : of
    the difference of each angle, corrected for all angles and pairs. equivalence : of the degrees over all angles;
    equivalence_by_angle : of each. athletes : who have both errors; alike : of these, in whom the two lifters differ in
    the same directions as over all clips, in millimetres and in degrees.
    """

    fewer_mm: str
    other: str
    by: str
    clips: int
    mm: Interval
    deg: Interval
    by_angle_deg: tuple[Interval, ...]
    flips: Flips
    flips_by_angle: tuple[Flips, ...]
    tests: tuple[SignTest, ...]
    equivalence: Equivalence
    equivalence_by_angle: tuple[Equivalence, ...]
    athletes: int
    alike: int

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
    tests = _tests(found, places)
    of_athletes = means_by(found.scores, found.scores.athletes)
    return tuple(
        _pair(found, one, two, by, tests[k * N_ANGLES : (k + 1) * N_ANGLES], of_athletes, margin_deg)
        for k, (one, two) in enumerate(places)
    )


def _pair(
    found: Measured, one: int, two: int, by: str, tests: tuple[SignTest, ...], of_athletes: Means, margin_deg: float
) -> Pair:
    level, value, resamples, names = found.resampling.level, found.value, found.resamples, found.scores.lifters
    mm, deg = differences(found, one, two, by)
    angles, angle_resamples = (each[..., one, :] - each[..., two, :] for each in (value.angle_mae_deg,
                                                                                  resamples.angle_mae_deg))  # fmt: skip
    both = resamples.mae_deg[:, one] - resamples.mae_deg[:, two]
    *by_angle, flips = flips_of(found, one, two, by)
    ends = [interval_of(float(angles[a]), angle_resamples[:, a], _TOST_LEVEL) for a in range(N_ANGLES)]
    return Pair(
        names[one], names[two], by, len(found.scores), mm, deg,
        tuple(interval_of(float(angles[a]), angle_resamples[:, a], level) for a in range(N_ANGLES)),
        flips, tuple(by_angle), tests, Equivalence(margin_deg, interval_of(deg.value, both, _TOST_LEVEL)),
        tuple(Equivalence(margin_deg, of_angle) for of_angle in ends),
        *_alike(of_athletes, one, two, by, (mm.value, deg.value)),
    )  # fmt: skip


def _alike(of_athletes: Means, one: int, two: int, by: str, both: tuple[float, float]) -> tuple[int, int]:
    """How many athletes have both errors, and in how many the differences have the signs of ``both``."""
    mm, deg = of_athletes.position_mm(by), of_athletes.mae_deg
    found = np.stack([mm[:, one] - mm[:, two], deg[:, one] - deg[:, two]])
    there = np.isfinite(found).all(axis=0)
    same = (np.sign(found) == np.sign(both)[:, None]).all(axis=0)
    return int(there.sum()), int((there & same).sum())


def _tests(found: Measured, places: Sequence[tuple[int, int]]) -> tuple[SignTest, ...]:
    """Of the difference of every angle of every pair, by clusters. Where counts differ by the permitted 1 % the mean
    error of a clip stands for its frames.
    """
    scores = found.scores
    mae = scores.angle_mae_deg()
    counts = [scores.angles[list(pair), 1].min(axis=0) for pair in places]
    sums = [np.nan_to_num((mae[one] - mae[two]) * n) for (one, two), n in zip(places, counts, strict=True)]
    return sign_tests(np.hstack(sums), np.hstack(counts), found.resampling) if places else ()
