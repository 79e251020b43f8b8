"""On how many clips the lifter with fewer millimetres has more degrees, and on how many it would by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.metrics.sums import ratio
from core.records import Float64
from core.study.means import Measured
from core.study.resampling import Interval, Resampling, interval_of

__all__ = ["Flips", "by_chance", "flips_of"]

_FLIPS, _TOLD, _FEWER_MM, _FEWER_DEG = range(4)


@dataclass(frozen=True, slots=True)
class Flips:
    """Two lifters on the clips on which neither error is equal. share : of these, on which the one with fewer
    millimetres on that clip has more degrees there; flipped of clips : the same in numbers. expected : what the share
    would be if the two orders had nothing to do with each other. excess : share less expected, both resampled.
    """

    share: Interval
    flipped: int
    clips: int
    expected: float
    excess: Interval


def flips_of(found: Measured, one: int, two: int, by: str) -> tuple[Flips, ...]:
    """Of two lifters, by place: with the degrees of each of the twelve angles, and at last with those of all."""
    scores = found.scores
    mm, deg, angles = scores.position_mm(by), scores.mae_deg(), scores.angle_mae_deg()
    fewer = np.sign(mm[one] - mm[two])[:, None]
    fewer_deg = np.sign(np.column_stack([angles[one] - angles[two], deg[one] - deg[two]]))
    told = np.isfinite(fewer_deg) & (fewer_deg != 0) & np.isfinite(fewer) & (fewer != 0)
    adds = np.stack([told & (fewer != fewer_deg), told, told & (fewer < 0), told & (fewer_deg < 0)], axis=1)
    return _flips(adds.astype(np.float64), found.resampling)


def by_chance(told: Float64, fewer_mm: Float64, fewer_deg: Float64) -> Float64:
    """Share of disagreement, p(1 - q) + q(1 - p), of two orders that have nothing to do with each other. told : in how
    many cases both are known; fewer_mm, fewer_deg : of these, in which one of two lifters comes first by each.
    """
    p, q = ratio(fewer_mm, told), ratio(fewer_deg, told)
    return np.asarray(p * (1 - q) + q * (1 - p))


def _flips(adds: Float64, resampling: Resampling) -> tuple[Flips, ...]:
    """Of what each clip adds, (C, 4, K)."""
    total, sums = adds.sum(axis=0), resampling.sums(adds)
    (share, expected), (shares, chances) = _shares(total), _shares(sums)
    return tuple(
        Flips(interval_of(float(share[k]), shares[:, k], resampling.level), int(total[_FLIPS, k]),
              int(total[_TOLD, k]), float(expected[k]),
              interval_of(float(share[k] - expected[k]), shares[:, k] - chances[:, k], resampling.level))
        for k in range(len(share))
    )  # fmt: skip


def _shares(sums: Float64) -> tuple[Float64, Float64]:
    """Of flips, and what it would be by chance, from (..., 4, K)."""
    told = sums[..., _TOLD, :]
    chance = by_chance(told, sums[..., _FEWER_MM, :], sums[..., _FEWER_DEG, :])
    return ratio(sums[..., _FLIPS, :], told), chance
