"""The errors of every lifter over many clips, with what they are in every resample of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.conventions import N_ANGLES
from core.metrics.sums import grouped, ratio
from core.records import Float64
from core.study.resampling import Interval, Resampling, interval_of, resampling_of
from core.study.scores import POSITIONS, Scores

__all__ = ["Means", "Measured", "Point", "means_by", "measured", "points", "points_by"]


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """Quotients of sums over clips. mae_deg : (..., L) over the twelve angles. angle_mae_deg : (..., L, 12).
    positions_mm : (..., L, 3) of :data:`core.study.scores.POSITIONS`. The first axes are those of resamples or groups.
    """

    mae_deg: Float64
    angle_mae_deg: Float64
    positions_mm: Float64

    def position_mm(self, by: str) -> Float64:
        """(..., L) of one position error."""
        return np.asarray(self.positions_mm[..., POSITIONS.index(by)])


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The same of all clips (no first axis) and of every resample (n first)."""

    scores: Scores
    resampling: Resampling
    value: Means
    resamples: Means


@dataclass(frozen=True, slots=True)
class Point:
    """One lifter over one group of clips. group : its name, '' for all clips. errors : defined angle errors behind the
    degrees. position : by name of the position error. by_angle : of each of the twelve.
    """

    lifter: str
    group: str
    clips: int
    errors: int
    positions_mm: dict[str, Interval]
    mae_deg: Interval
    by_angle_deg: tuple[Interval, ...]


def measured(scores: Scores, resampling: Resampling) -> Measured:
    """The errors over all clips of ``scores``, which ``resampling`` is of."""
    adds = _adds(scores)
    return Measured(scores, resampling, _means(adds.sum(axis=0)), _means(resampling.sums(adds)))


def means_by(scores: Scores, names: Sequence[str]) -> Means:
    """The errors over the clips of each group, groups first, by name. names : (C) whose each clip is."""
    groups, places = np.unique(names, return_inverse=True)
    return _means(grouped(_adds(scores), places, len(groups)))


def _adds(scores: Scores) -> Float64:
    """(C, L, 30) what each clip adds to the sums and counts of angles and positions."""
    return np.concatenate([
        scores.angles.transpose(2, 0, 1, 3).reshape(len(scores), len(scores.lifters), 2 * N_ANGLES),
        scores.positions.transpose(3, 0, 1, 2).reshape(len(scores), len(scores.lifters), 2 * len(POSITIONS)),
    ], axis=2)  # fmt: skip


def _means(sums: Float64) -> Means:
    """Of sums (..., L, 30)."""
    angles = sums[..., : 2 * N_ANGLES].reshape(*sums.shape[:-1], 2, N_ANGLES)
    positions = sums[..., 2 * N_ANGLES :].reshape(*sums.shape[:-1], len(POSITIONS), 2)
    total = angles.sum(axis=-1)
    return Means(ratio(total[..., 0], total[..., 1]), ratio(angles[..., 0, :], angles[..., 1, :]),
                 ratio(positions[..., 0], positions[..., 1]))  # fmt: skip


def points(found: Measured, group: str = "") -> tuple[Point, ...]:
    """One point a lifter."""
    scores, value, resamples, level = found.scores, found.value, found.resamples, found.resampling.level
    counts = scores.angles[:, 1].sum(axis=-1)
    return tuple(
        Point(
            name, group, int(np.count_nonzero(counts[k])), int(counts[k].sum()),
            {by: interval_of(float(value.positions_mm[k, p]), resamples.positions_mm[:, k, p], level)
             for p, by in enumerate(POSITIONS)},
            interval_of(float(value.mae_deg[k]), resamples.mae_deg[:, k], level),
            tuple(interval_of(float(value.angle_mae_deg[k, a]), resamples.angle_mae_deg[:, k, a], level)
                  for a in range(N_ANGLES)),
        )
        for k, name in enumerate(scores.lifters)
    )  # fmt: skip


def points_by(scores: Scores, what: str, like: Resampling) -> tuple[Point, ...]:
    """One point a lifter and group. what : ``athletes`` or ``activities``. like : how often, from which seed."""
    names = getattr(scores, what)
    found: list[Point] = []
    for name in sorted(set(names)):
        part = scores.part(np.array([each == name for each in names]))
        resampling = resampling_of(part.takes, part.athletes, n=like.n, seed=like.seed, level=like.level)
        found += points(measured(part, resampling), name)
    return tuple(found)
