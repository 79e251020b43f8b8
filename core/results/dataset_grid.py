"""Clips by angles for every source, as numpy columns: values of one source, differences of two, and pooled over clips.

A pooled number comes from added sums, never from means of means, so over all clips it is that of ``by_angle.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from core.conventions import N_ANGLES
from core.evaluation import REFERENCE, ReferenceKind
from core.metrics.sums import ratio
from core.records import Float64
from core.results.angle_numbers import SUM_ROWS, Measure
from core.results.clip_table import ClipRow
from core.results.lifter_numbers import LifterNumbers, Sums
from core.results.ranks import RANKED

__all__ = ["MEAN", "POSITION", "POSITIONS", "DatasetGrid", "State", "order_of"]

MEAN, POSITION = N_ANGLES, N_ANGLES + 1
"""Columns after the twelve angles: all of them together, and the position error."""
N_COLUMNS = N_ANGLES + 2

POSITIONS: tuple[str, ...] = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")
"""The position errors, one of which is asked for at a time."""

_BY_ANGLES = list(RANKED).index("angle_mae_deg")
Places = NDArray[np.intp]


class State(IntEnum):
    """What is known of a source on a clip. missing : it has no prediction there, or there is nothing to hold it to."""

    WAITING = 0
    SCORED = 1
    MISSING = 2
    FAILED = 3


class DatasetGrid:
    """N clips and S sources, filled clip by clip; a place is the index of a clip, a source that of its name.

    clips, sources : names, the floor under that of the reference. states : (N, S) :class:`State`. stand_in : (N) clips
    whose angles are held against the estimator's own. Values have 14 columns: twelve angles, :data:`MEAN` and
    :data:`POSITION`; degrees, the last in millimetres; NaN where undefined.
    """

    def __init__(self, clips: Sequence[str] = (), sources: Sequence[str] = ()) -> None:
        self.clips, self.sources = tuple(clips), tuple(sources)
        count, several = len(self.clips), len(self.sources)
        self.states: NDArray[np.int8] = np.full((count, several), State.WAITING, np.int8)
        self.stand_in = np.zeros(count, bool)
        self._sums = np.zeros((several, len(SUM_ROWS), count, MEAN + 1))
        self._positions = np.full((several, len(POSITIONS), count), np.nan)
        self._position_sums = np.zeros((several, len(POSITIONS), 2, count))
        self._ranks = np.zeros((several, len(RANKED), count), np.int16)
        self._places = {name: place for place, name in enumerate(self.clips)}
        self._sources = {name: source for source, name in enumerate(self.sources)}

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def scored(self) -> int:
        """Clips of which something is known."""
        return int(np.count_nonzero((self.states != State.WAITING).any(axis=1)))

    def place(self, clip: str) -> int:
        """Where the clip of that name is, or -1."""
        return self._places.get(clip, -1)

    def source(self, name: str) -> int:
        """Which source that is, or -1."""
        return self._sources.get(name, -1)

    def put(self, rows: Iterable[ClipRow]) -> bool:
        """Take in what was found of clips, in place of what was there; False where not one of them is known."""
        found = {place: row for row in rows if (place := self.place(row.clip)) >= 0}
        places = list(found)
        self.states[places] = State.MISSING
        self._sums[:, :, places], self._positions[:, :, places] = 0.0, np.nan
        self._position_sums[:, :, :, places], self._ranks[:, :, places] = 0.0, 0
        told: list[list[tuple[int, LifterNumbers]]] = [[] for _ in self.sources]
        for place, row in found.items():
            self.stand_in[place] = row.kind is ReferenceKind.STAND_IN
            for failure in row.failures:
                whose = [source for name, source in self._sources.items() if failure.source in ("", name)]
                self.states[place, whose] = State.FAILED
            for numbers in row.sources:
                measured = numbers.lifter != REFERENCE or row.kind is ReferenceKind.ISB
                if measured and (source := self.source(numbers.lifter)) >= 0:
                    told[source].append((place, numbers))
        for source, its in enumerate(told):
            self._put(source, its)
        return bool(found)

    def values(self, source: int, measure: Measure, position: str = POSITIONS[0]) -> Float64:
        """(N, 14) a source's numbers on every clip."""
        angles = _means(self._sums[source, 0], self._sums[source, measure.row], measure)
        return np.column_stack([angles, self._positions[source, POSITIONS.index(position)]])

    def difference(self, source: int, other: int, measure: Measure, position: str = POSITIONS[0]) -> Float64:
        """(N, 14) what the source has more than the other, NaN where either is undefined."""
        return self.values(source, measure, position) - self.values(other, measure, position)

    def counts(self, source: int) -> Float64:
        """(N, 13) frames with a defined error per angle, and errors of all angles together."""
        return np.asarray(self._sums[source, 0])

    def pooled(
        self, source: int, measure: Measure, position: str, order: Places, starts: Places, *, beside: int = -1
    ) -> Float64:
        """(G, 14) numbers over groups of clips: each from a start in ``order`` to before the next.

        order : (M) places; starts : (G) into it, rising, of groups that are not empty. beside : where given, only
        clips and angles count that are defined for this other source, too. The position error is NaN where the clips
        have no sums of it, as those of a results folder.
        """
        if not starts.size:
            return np.zeros((0, N_COLUMNS))
        count, total = self._sums[source, 0][order], self._sums[source, measure.row][order]
        where, which = self._position_sums[source, POSITIONS.index(position)][:, order], POSITIONS.index(position)
        if beside >= 0:
            both = self._sums[beside, 0][order] > 0
            count, total = count * both, total * both
            where = where * (self._position_sums[beside, which, 1][order] > 0)
        angles = _means(np.add.reduceat(count, starts), np.add.reduceat(total, starts), measure)
        added = np.add.reduceat(where, starts, axis=1)
        return np.column_stack([angles, ratio(added[0], added[1])])

    def pooled_difference(
        self, source: int, other: int, measure: Measure, position: str, order: Places, starts: Places
    ) -> Float64:
        """(G, 14) the difference of both pooled over the clips, angle by angle, on which both are defined."""
        one = self.pooled(source, measure, position, order, starts, beside=other)
        return one - self.pooled(other, measure, position, order, starts, beside=source)

    def disagreeing(self, position: str, pair: tuple[int, int] | None = None) -> NDArray[np.bool_]:
        """(N) clips on which a position error and the angle MAE rank two lifters the other way round.

        pair : of sources; any two where None. The ranks are those of :class:`core.results.clip_table.ClipRow`.
        """
        by_mm, by_deg = self._ranks[:, list(RANKED).index(position)], self._ranks[:, _BY_ANGLES]
        several = len(self.sources)
        pairs = [pair] if pair else [(one, two) for one in range(several) for two in range(one)]
        found = np.zeros(len(self), bool)
        for one, two in pairs:
            known = (by_mm[[one, two]] > 0).all(axis=0) & (by_deg[[one, two]] > 0).all(axis=0)
            found |= known & ((by_mm[one] - by_mm[two]) * (by_deg[one] - by_deg[two]) < 0)
        return found

    def _put(self, source: int, told: Sequence[tuple[int, LifterNumbers]]) -> None:
        """Numbers of one source on clips, all of them at once: one by one would take a second per thousand."""
        places = [place for place, _ in told]
        self.states[places, source] = State.SCORED
        if not told:
            return
        values = np.array([numbers.values for _, numbers in told])
        self._positions[source][:, places] = values[:, [list(RANKED).index(name) for name in POSITIONS]].T
        self._ranks[source][:, places] = np.nan_to_num(np.array([numbers.ranks for _, numbers in told], np.float64)).T
        angles = [(place, numbers.by_angle.table) for place, numbers in told if numbers.by_angle is not None]
        if angles:
            tables = np.stack([table for _, table in angles], axis=1)
            together = tables.sum(axis=2, keepdims=True)
            self._sums[source][:, [place for place, _ in angles]] = np.concatenate([tables, together], axis=2)
        sums = [(place, _pairs(numbers.sums)) for place, numbers in told if numbers.sums is not None]
        if sums:
            pairs = np.array([pairs for _, pairs in sums])
            self._position_sums[source][:, :, [place for place, _ in sums]] = np.moveaxis(pairs, 0, 2)


def order_of(values: Float64, places: Places, *, descending: bool) -> Places:
    """These places by their values, NaN last both ways, equal ones as they were."""
    keys = values[places]
    return places[np.argsort(-keys if descending else keys, kind="stable")]


def _means(count: Float64, total: Float64, measure: Measure) -> Float64:
    """The measure from its sums; the mean over angles has theirs added up."""
    mean = ratio(total, count)
    return np.sqrt(mean) if measure is Measure.RMSE else mean


def _pairs(sums: Sums) -> list[tuple[float, float]]:
    return [sums.mpjpe, sums.n_mpjpe, sums.p_mpjpe]
