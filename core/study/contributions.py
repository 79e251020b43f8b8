"""Where on the body two lifters differ in degrees: what each angle adds to the difference of their mean errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.conventions import N_ANGLES
from core.metrics.sums import ratio
from core.records import Float64
from core.study.resampling import Interval, interval_of
from core.study.study import Study

__all__ = ["Contributions", "contributions_of"]


@dataclass(frozen=True, slots=True)
class Contributions:
    """by_angle_deg : of each of the twelve angles; their sum is the difference of the mean errors over all angles, that
    of ``fewer_mm`` less that of ``other``.
    """

    fewer_mm: str
    other: str
    by_angle_deg: tuple[Interval, ...]


def contributions_of(study: Study) -> tuple[Contributions, ...]:
    """Of every pair of a study."""
    scores, resampling = study.scores, study.resampling
    of_clips = scores.angles.transpose(2, 0, 1, 3)
    value, resampled = _shares(of_clips.sum(axis=0)), _shares(resampling.sums(of_clips))
    found = []
    for pair in study.pairs:
        one, two = scores.lifters.index(pair.fewer_mm), scores.lifters.index(pair.other)
        deg, drawn = (of[..., one, :] - of[..., two, :] for of in (value, resampled))
        intervals = (interval_of(float(deg[a]), drawn[:, a], resampling.level) for a in range(N_ANGLES))
        found.append(Contributions(pair.fewer_mm, pair.other, tuple(intervals)))
    return tuple(found)


def _shares(sums: Float64) -> Float64:
    """(..., L, 12) sum of each angle by the count of all, of sums and counts (..., L, 2, 12)."""
    return ratio(sums[..., 0, :], np.broadcast_to(sums[..., 1, :].sum(axis=-1, keepdims=True), sums[..., 0, :].shape))
