"""Grouping: the same sums of the same clips, by athlete, activity or all together.

Clips whose angles are held against ISB angles and clips where the estimator stands in for them are never added
together: each kind has groups of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.conventions import N_ANGLES
from core.evaluation import REFERENCE, ReferenceKind
from core.metrics.quantiles import QUANTILE, Histogram, histogram, quantile_deg
from core.metrics.sums import N_COLUMNS, AngleSums, PositionSums
from core.records import Float64
from core.results.scores import ClipScore, SourceScore

__all__ = ["ALL", "GROUPINGS", "GroupKey", "Total", "group_scores", "overall_totals"]

ALL = "all"
"""Name of the row over all twelve angles, and of the group of all clips."""

GROUPINGS: tuple[str, ...] = ("total", "subject", "activity")
"""How clips are grouped, beside one by one."""

_BUFFERED_ROWS = 32_768


class GroupKey(NamedTuple):
    """What a :class:`Total` is of: one of :data:`GROUPINGS`, kind of reference, lifter, name of the group."""

    grouping: str
    kind: ReferenceKind
    lifter: str
    group: str


@dataclass(slots=True)
class Total:
    """Sums of one lifter over one group of clips, filled clip by clip in the order of the dataset.

    floor : (2, 12) sum and count of |floor error| on frames where the lifter is defined.
    frames_scored, position_frames : frames with at least one defined angle error, or position error.
    covered : the clips as bits, by their place in the dataset.
    """

    clips: int = 0
    frames: int = 0
    frames_scored: int = 0
    position_frames: int = 0
    covered: int = 0
    angle_table: Float64 = field(default_factory=lambda: AngleSums.zero().table.copy())
    position_table: Float64 = field(default_factory=lambda: PositionSums.zero().table.copy())
    floor: Float64 = field(default_factory=lambda: np.zeros((2, N_ANGLES)))
    _histogram: Histogram = field(default_factory=lambda: Histogram.zero(N_COLUMNS))
    _waiting: list[NDArray[np.uint16]] = field(default_factory=list)
    _rows: int = 0

    def add(self, score: SourceScore, index: int) -> None:
        """Add one clip, at that place of the dataset."""
        self.clips += 1
        self.frames += score.frames
        self.frames_scored += score.frames_scored
        self.position_frames += score.position_frames
        self.covered |= 1 << index
        self.angle_table += score.angle_sums
        self.position_table += score.position_sums
        self.floor += score.floor
        self._waiting.append(score.steps)
        self._rows += score.frames
        if self._rows >= _BUFFERED_ROWS:
            self._count()

    @property
    def angles(self) -> AngleSums:
        """Sums of angle errors."""
        return AngleSums(self.angle_table)

    @property
    def positions(self) -> PositionSums:
        """Sums of position errors."""
        return PositionSums(self.position_table)

    def p95_deg(self) -> Float64:
        """(15,) 95th percentile of |error|: twelve angles, all of them together, arm direction left and right."""
        self._count()
        each = quantile_deg(self._histogram, QUANTILE)
        together = quantile_deg(self._histogram.pooled(slice(0, N_ANGLES)), QUANTILE)
        return np.concatenate([each[:N_ANGLES], together, each[N_ANGLES:]])

    def _count(self) -> None:
        """Turn waiting errors into counts, many clips at a time."""
        if self._waiting:
            self._histogram = self._histogram + histogram(self._waiting, N_COLUMNS)
            self._waiting, self._rows = [], 0


def group_scores(scores: Iterable[ClipScore]) -> dict[GroupKey, Total]:
    """Totals per group; memory grows with the number of groups, not of clips."""
    totals: dict[GroupKey, Total] = {}
    for clip in scores:
        for score in clip.scores:
            for grouping, group in _groups_of(clip):
                key = GroupKey(grouping, clip.kind, score.source, group)
                if key not in totals:
                    totals[key] = Total()
                totals[key].add(score, clip.index)
    return totals


def overall_totals(totals: Mapping[GroupKey, Total], lifters: Sequence[str]) -> dict[ReferenceKind, dict[str, Total]]:
    """Totals over all clips per kind of reference that occurs, the reference first, then every lifter.

    A lifter without a scored clip has the empty total, so that no table hides it.
    """
    kinds = [kind for kind in ReferenceKind if any(key.kind is kind for key in totals)]
    return {
        kind: {name: totals.get(GroupKey("total", kind, name, ALL)) or Total() for name in (REFERENCE, *lifters)}
        for kind in kinds
    }


def _groups_of(clip: ClipScore) -> Iterator[tuple[str, str]]:
    return zip(GROUPINGS, (ALL, clip.athlete, clip.activity), strict=True)
