"""What the table of clips holds, as numpy columns: sorting and filtering thousands of rows takes a millisecond."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.records import Float64
from core.results.clip_table import ClipRow
from core.results.pooling import Overall, Pool
from viewer.panels.clips.columns import METRICS, Column, Kind
from viewer.workspace import ClipInfo

__all__ = ["Cell", "Filter", "Table", "natural"]

_DIGITS = re.compile(r"(\d+)")
_USUAL = 95.0
"""Percentile of the errors that a full bar stands for: a clip where a lifter is lost must not flatten the others."""


class Cell(IntEnum):
    """What is known of a lifter on a clip. missing : it has no prediction for it."""

    WAITING = 0
    SCORED = 1
    MISSING = 2
    FAILED = 3


@dataclass(frozen=True, slots=True)
class Filter:
    """Which clips are shown. text : words that all occur in name, athlete or activity. athlete, activity : exactly,
    or empty for all. column : an error that lies from ``low`` to ``high``, or None. differing : only where ranks
    disagree. A clip that is not scored yet has no error and passes neither of the last two.
    """

    text: str = ""
    athlete: str = ""
    activity: str = ""
    column: Column | None = None
    low: float = -np.inf
    high: float = np.inf
    differing: bool = False

    @property
    def by_error(self) -> bool:
        """True where an error is limited on one side at least."""
        return self.column is not None and (np.isfinite(self.low) or np.isfinite(self.high))

    @property
    def by_scores(self) -> bool:
        """True where it depends on scores."""
        return self.differing or self.by_error


class Table:
    """Clips with their numbers; N clips, L lifters, four :data:`METRICS`. A place is the index of a clip in ``clips``.

    lifters : names, or the floor's where there are none. position : the position error that is shown, which the mark
    compares with the angles. rows : (N) what was found of each clip, None before. errors : (N, L, 4) in mm and degrees,
    NaN where unknown. ranks : (N, L, 4) among the lifters of the clip, 0 for none. cells : (N, L) :class:`Cell`.
    """

    def __init__(
        self, clips: Sequence[ClipInfo] = (), lifters: Sequence[str] = (), position: Kind = Kind.MPJPE
    ) -> None:
        self.clips, self.lifters, self.position = tuple(clips), tuple(lifters), position
        self.rows: list[ClipRow | None] = [None] * len(clips)
        shape = (len(clips), len(lifters), len(METRICS))
        self.errors: Float64 = np.full(shape, np.nan)
        self.ranks: NDArray[np.intp] = np.zeros(shape, np.intp)
        self.cells: NDArray[np.int8] = np.full(shape[:2], Cell.WAITING, np.int8)
        self._differing: dict[Kind, Float64] = {}
        self._scored, self._failed = np.zeros(len(clips), bool), np.zeros(len(clips), bool)
        self._pool = Pool(lifters)
        self._told: tuple[Overall, ...] = ()
        self._places = {clip.name: place for place, clip in enumerate(self.clips)}
        self._columns = {name: column for column, name in enumerate(self.lifters)}
        self._words = [f"{clip.name}\n{clip.athlete}\n{clip.activity}".casefold() for clip in self.clips]
        self._known = {
            Kind.NAME: _places_in_order([clip.name for clip in self.clips]),
            Kind.ATHLETE: _places_in_order([clip.athlete for clip in self.clips]),
            Kind.ACTIVITY: _places_in_order([clip.activity for clip in self.clips]),
            Kind.FRAMES: np.array([clip.n_frames for clip in self.clips], np.float64),
            Kind.SECONDS: np.array([clip.n_frames / clip.fps for clip in self.clips], np.float64),
        }

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def scored(self) -> int:
        """Clips that were scored, or found to be impossible to score."""
        return int(np.count_nonzero(self._scored))

    @property
    def failed(self) -> int:
        """Clips of which something could not be scored."""
        return int(np.count_nonzero(self._failed))

    @property
    def differing(self) -> int:
        """Clips on which the ranks disagree."""
        return int(np.count_nonzero(self._disagreeing > 0))

    @property
    def overall(self) -> tuple[Overall, ...]:
        """All clips together, by kind of reference: as a results folder has it, else of what is scored so far."""
        return self._told or self._pool.overall()

    @property
    def from_folder(self) -> bool:
        """True where the numbers were read from a results folder."""
        return bool(self._told)

    def place(self, name: str) -> int:
        """Where the clip of that name is, or -1."""
        return self._places.get(name, -1)

    def lifter(self, name: str) -> int:
        """Which of the lifters that is, -1 for none."""
        return self._columns.get(name, -1)

    def put(self, row: ClipRow) -> int:
        """Take in what was found of a clip; its place, or -1 where it is not in the table."""
        place = self.place(row.clip)
        if place < 0:
            return -1
        self.rows[place] = row
        self._scored[place], self._failed[place] = True, bool(row.failures)
        self._pool.put(row.clip, row.kind, row.sources)
        self._told = row.run
        self.errors[place], self.ranks[place], self.cells[place] = np.nan, 0, Cell.MISSING
        for failure in row.failures:
            whose = [column for name, column in self._columns.items() if failure.source in ("", name)]
            self.cells[place, whose] = Cell.FAILED
        for numbers in row.sources:
            column = self.lifter(numbers.lifter)
            if column >= 0:
                self.cells[place, column] = Cell.SCORED
                self.errors[place, column] = numbers.values
                self.ranks[place, column] = [rank or 0 for rank in numbers.ranks]
        self._differing.clear()
        return place

    def values(self, column: Column) -> Float64:
        """(N) what a column is sorted by; NaN where there is nothing yet."""
        if column.kind is Kind.WORST:
            return np.asarray(np.fmax.reduce(self.errors[:, :, column.metric], axis=1, initial=np.nan))
        if column.is_error:
            lifter = self.lifter(column.lifter)
            return self.errors[:, lifter, column.metric] if lifter >= 0 else np.full(len(self), np.nan)
        return self._disagreeing if column.kind is Kind.MARK else self._known[column.kind]

    def value(self, place: int, column: Column) -> float:
        """The same of one clip."""
        if column.kind is Kind.WORST:
            return float(np.fmax.reduce(self.errors[place, :, column.metric], initial=np.nan))
        return float(self.values(column)[place])

    def worst(self, place: int, column: Column) -> str:
        """The lifter with the largest error on a clip, empty for none."""
        errors = self.errors[place, :, column.metric]
        return "" if np.isnan(errors).all() else self.lifters[int(np.nanargmax(errors))]

    @property
    def _disagreeing(self) -> Float64:
        """(N) pairs of lifters that the position error on screen and the angles rank the other way round, as in
        :meth:`core.results.clip_table.ClipRow.disagreements`; NaN where no lifter is scored.
        """
        if self.position not in self._differing:
            self._differing[self.position] = self._contradictions(Column(self.position).metric)
        return self._differing[self.position]

    def _contradictions(self, metric: int) -> Float64:
        by_mm, by_deg = self.ranks[:, :, metric], self.ranks[:, :, -1]
        pairs = np.where((self.cells == Cell.SCORED).any(axis=1), 0.0, np.nan)
        for one, other in combinations(range(len(self.lifters)), 2):
            known = (by_mm[:, [one, other]] > 0).all(axis=1) & (by_deg[:, [one, other]] > 0).all(axis=1)
            pairs += known & ((by_mm[:, one] - by_mm[:, other]) * (by_deg[:, one] - by_deg[:, other]) < 0)
        return pairs

    def order(self, column: Column | None, *, descending: bool) -> NDArray[np.intp]:
        """(N) places in the order of a column, NaN last both ways, equal ones in the order of the clips."""
        if column is None:
            return np.arange(len(self))
        values = self.values(column)
        return np.argsort(-values if descending else values, kind="stable")

    def passing(self, only: Filter) -> NDArray[np.bool_]:
        """(N) which clips pass a filter."""
        words = only.text.casefold().split()
        passed = np.array(
            [
                (not only.athlete or clip.athlete == only.athlete)
                and (not only.activity or clip.activity == only.activity)
                and all(word in text for word in words)
                for clip, text in zip(self.clips, self._words, strict=True)
            ],
            bool,
        )
        if only.by_error and only.column is not None:
            values = self.values(only.column)
            passed &= (values >= only.low) & (values <= only.high)
        if only.differing:
            passed &= self._disagreeing > 0
        return passed

    def usual(self, metric: int) -> float:
        """The error for which a bar is full, the same for all lifters; NaN where nothing is scored."""
        values = self.errors[:, :, metric]
        values = values[np.isfinite(values)]
        return float(np.percentile(values, _USUAL)) if values.size else np.nan

    def largest(self, column: Column) -> float:
        """The largest error in a column; 0 where nothing is scored."""
        return float(np.fmax.reduce(self.values(column), initial=0.0))


def natural(text: str) -> list[str | int]:
    """Key that puts ``Run_2`` before ``Run_10``."""
    return [int(part) if odd % 2 else part for odd, part in enumerate(_DIGITS.split(text.casefold()))]


def _places_in_order(texts: Sequence[str]) -> Float64:
    """(N) where each text stands among the different ones; an empty one is NaN."""
    rank = {text: place for place, text in enumerate(sorted(set(texts), key=natural))}
    return np.array([rank[text] if text else np.nan for text in texts], np.float64)
