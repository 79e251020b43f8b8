"""What a study is made from: the sums of every clip and lifter, as arrays, with who moved and in which recording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.conventions import N_ANGLES
from core.errors import DataError
from core.evaluation import ReferenceKind
from core.metrics.sums import ratio
from core.records import Float64
from core.results.angle_numbers import SUM_ROWS
from core.results.clip_table import ClipRow
from core.results.lifter_numbers import LifterNumbers

__all__ = ["POSITIONS", "Scores", "scores_of", "take_of"]

POSITIONS: tuple[str, ...] = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")
"""The position errors, each of which angles are held against."""

_CAMERA = re.compile(r"_cam_\d+$")
_ROWS = [SUM_ROWS.index(name) for name in ("abs_sum", "count")]
_SAME_COUNT = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """C clips and L lifters of one kind of reference.

    clips, athletes, activities, takes : (C) names; clips of one take are the same movement in other cameras. fps : (C).
    angles : (L, 2, C, 12) sum and count of the absolute error in degrees. positions : (L, 3, 2, C) sum and count of
    each of :data:`POSITIONS` in millimetres. floor : (2, C, 12) as ``angles``, of the estimator on the reference poses.
    Where a lifter was not scored its counts are 0.
    """

    kind: ReferenceKind
    lifters: tuple[str, ...]
    clips: tuple[str, ...]
    athletes: tuple[str, ...]
    activities: tuple[str, ...]
    takes: tuple[str, ...]
    fps: Float64
    angles: Float64
    positions: Float64
    floor: Float64

    def __len__(self) -> int:
        return len(self.clips)

    def angle_mae_deg(self) -> Float64:
        """(L, C, 12) mean absolute error, NaN where undefined."""
        return ratio(self.angles[:, 0], self.angles[:, 1])

    def mae_deg(self) -> Float64:
        """(L, C) over the twelve angles: the sum of all errors by their count."""
        total = self.angles.sum(axis=-1)
        return ratio(total[:, 0], total[:, 1])

    def position_mm(self, by: str) -> Float64:
        """(L, C) one of :data:`POSITIONS`."""
        total = self.positions[:, POSITIONS.index(by)]
        return ratio(total[:, 0], total[:, 1])

    def comparable(self, by: str) -> NDArray[np.bool_]:
        """(C) clips on which every lifter was scored, on the same number of frames and joints to 1 %.

        Elsewhere a lifter that leaves out its hard frames would win.
        """
        counts = np.concatenate([self.angles[:, 1].sum(axis=-1), self.positions[:, POSITIONS.index(by), 1]])
        halves = counts.reshape(2, len(self.lifters), -1)
        alike = halves.min(axis=1) >= (1 - _SAME_COUNT) * halves.max(axis=1)
        there = halves.min(axis=1) > 0
        both: NDArray[np.bool_] = (alike & there).all(axis=0)
        return both

    def part(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Scores:
        """Some of the clips."""
        places = np.arange(len(self))[which]
        clips, athletes, activities, takes = (
            tuple(names[place] for place in places)
            for names in (self.clips, self.athletes, self.activities, self.takes)
        )
        return replace(self, clips=clips, athletes=athletes, activities=activities, takes=takes, fps=self.fps[places],
                       angles=self.angles[:, :, places], positions=self.positions[..., places],
                       floor=self.floor[:, places])  # fmt: skip

    def of_lifters(self, names: Sequence[str]) -> Scores:
        """Some of the lifters, in that order."""
        places = [self.lifters.index(name) for name in names]
        return replace(self, lifters=tuple(names), angles=self.angles[places], positions=self.positions[places])


def take_of(clip: str) -> str:
    """The recording that a clip is a view of: its name without the camera; a name without one is its own take."""
    return _CAMERA.sub("", clip)


def scores_of(rows: Iterable[ClipRow], lifters: Sequence[str], kind: ReferenceKind | None = None) -> Scores:
    """The sums of clips, in their order. rows : as scored just now, or read from a results folder.

    kind : of reference; by default ISB angles, or where no clip has them the estimator that stands in. Clips of the
    other kind and those that could not be used are left out. Raises :class:`DataError` where nothing is left.
    """
    usable = [row for row in rows if row.frames and row.floor is not None]
    if kind is None:
        kind = ReferenceKind.ISB if any(row.kind is ReferenceKind.ISB for row in usable) else ReferenceKind.STAND_IN
    rows = [row for row in usable if row.kind is kind]
    if not rows:
        raise DataError("no clip could be scored", expected="results with at least one clip")
    shape = len(lifters), len(rows)
    angles, positions = np.zeros((*shape, 2, N_ANGLES)), np.zeros((*shape, 3, 2))
    for column, row in enumerate(rows):
        for numbers in row.lifters:
            if numbers.lifter in lifters:
                place = lifters.index(numbers.lifter), column
                angles[place], positions[place] = _sums(numbers)
    floor = np.array([_angle_sums(row.floor) for row in rows if row.floor is not None])
    return Scores(
        kind, tuple(lifters), tuple(row.clip for row in rows), tuple(row.athlete for row in rows),
        tuple(row.activity for row in rows), tuple(take_of(row.clip) for row in rows),
        np.array([row.fps for row in rows]), np.moveaxis(angles, 1, 2), np.moveaxis(positions, 1, 3),
        np.moveaxis(floor, 0, 1),
    )  # fmt: skip


def _sums(numbers: LifterNumbers) -> tuple[Float64, Float64]:
    """(2, 12) and (3, 2)."""
    sums = numbers.sums
    if sums is None:
        raise _unknown(numbers)
    return _angle_sums(numbers), np.array([sums.mpjpe, sums.n_mpjpe, sums.p_mpjpe])


def _angle_sums(numbers: LifterNumbers) -> Float64:
    """(2, 12)."""
    if numbers.by_angle is None:
        raise _unknown(numbers)
    return numbers.by_angle.table[_ROWS]


def _unknown(numbers: LifterNumbers) -> DataError:
    return DataError(f"the sums of {numbers.lifter} are not known", expected="numbers of a single clip")
