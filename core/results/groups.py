"""Grouping: the same sums of the same clips, by athlete, activity or all together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.conventions import N_ANGLES
from core.metrics.quantiles import Histogram, histogram, quantile_deg
from core.metrics.sums import N_COLUMNS, AngleSums, PositionSums
from core.records import Float64
from core.results.scores import QUANTILE, ClipScore, SourceScore

__all__ = ["ALL", "GROUPINGS", "Total", "group_scores"]

ALL = "all"
"""Name of the row over all twelve angles, and of the group of all clips."""

GROUPINGS: tuple[str, ...] = ("total", "subject", "activity")
"""How clips are grouped, beside one by one."""

_BUFFERED_ROWS = 32_768


@dataclass(slots=True)
class Total:
    """Sums of one lifter over one group of clips, filled clip by clip in the order of the dataset.

    floor : (2, 12) sum and count of |floor error| on frames where the lifter is defined.
    """

    clips: int = 0
    frames: int = 0
    angle_table: Float64 = field(default_factory=lambda: AngleSums.zero().table.copy())
    position_table: Float64 = field(default_factory=lambda: PositionSums.zero().table.copy())
    floor: Float64 = field(default_factory=lambda: np.zeros((2, N_ANGLES)))
    _histogram: Histogram = field(default_factory=lambda: Histogram.zero(N_COLUMNS))
    _waiting: list[NDArray[np.uint16]] = field(default_factory=list)
    _rows: int = 0

    def add(self, score: SourceScore) -> None:
        """Add one clip."""
        self.clips += 1
        self.frames += score.frames
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


def group_scores(scores: Iterable[ClipScore]) -> dict[tuple[str, str, str], Total]:
    """Totals per (grouping, lifter, group); memory grows with the number of groups, not of clips."""
    totals: dict[tuple[str, str, str], Total] = {}
    for clip in scores:
        for score in clip.scores:
            for grouping, group in _groups_of(clip):
                key = (grouping, score.source, group)
                if key not in totals:
                    totals[key] = Total()
                totals[key].add(score)
    return totals


def _groups_of(clip: ClipScore) -> Iterator[tuple[str, str]]:
    return zip(GROUPINGS, (ALL, clip.athlete, clip.activity), strict=True)
