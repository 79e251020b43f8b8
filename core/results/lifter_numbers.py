"""The numbers of one lifter, on one clip or on several together, and whether two orders of lifters contradict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import permutations
from operator import attrgetter

import numpy as np

from core.metrics.sums import ANGLE_ROWS, POSITION_ROWS
from core.records import Float64
from core.results.angle_numbers import AngleNumbers
from core.results.groups import Total
from core.results.ranks import RANKED, Ranks
from core.results.scores import SourceScore

__all__ = ["N_SUMS", "LifterNumbers", "Sums", "contradictions", "numbers_of", "total_of"]

N_SUMS = 13
"""Length of :attr:`Sums.flat`."""

_POSITIONS = ("mpjpe", "n_mpjpe", "p_mpjpe")
_NAN = float("nan")
_VALUES: Callable[[object], tuple[float, ...]] = attrgetter(*RANKED)
_RANKS: Callable[[object], tuple[int | None, ...]] = attrgetter(*RANKED.values())


@dataclass(frozen=True, slots=True)
class Sums:
    """What one source on one clip adds to its row of ``summary.csv``: pairs of a sum and how many errors are in it.

    angles, floor : degrees, over the twelve angles. mpjpe, n_mpjpe, p_mpjpe : millimetres, over the joints. frames :
    of the clip; frames_scored, position_frames : with at least one defined angle error, or position error.
    """

    frames: int
    frames_scored: int
    position_frames: int
    angles: tuple[float, float]
    floor: tuple[float, float]
    mpjpe: tuple[float, float]
    n_mpjpe: tuple[float, float]
    p_mpjpe: tuple[float, float]

    @classmethod
    def of(cls, score: SourceScore) -> Sums:
        """The sums of a score, over angles or joints."""
        total = Total()
        total.add(score, 0)
        pooled, positions = total.angles.pooled(), total.position_table.sum(axis=1)
        first = {metric: POSITION_ROWS.index(f"{metric}_sum") for metric in _POSITIONS}
        pairs = {metric: (float(positions[row]), float(positions[row + 1])) for metric, row in first.items()}
        floor_sum, floor_count = score.floor.sum(axis=1)
        angles = float(pooled.row("abs_sum")[0]), float(pooled.count[0])
        return cls(score.frames, score.frames_scored, score.position_frames, angles,
                   (float(floor_sum), float(floor_count)), **pairs)  # fmt: skip

    @property
    def flat(self) -> Float64:
        """(N_SUMS,) all of them, so that those of many clips add quickly."""
        return np.array((self.frames, self.frames_scored, self.position_frames, *self.angles, *self.floor, *self.mpjpe,
                         *self.n_mpjpe, *self.p_mpjpe))  # fmt: skip


def total_of(added: Float64, clips: int, covered: int) -> Total:
    """The total of clips from their added :attr:`Sums.flat`. covered : the clips as bits, by any numbering of them."""
    total = Total(clips, int(added[0]), int(added[1]), int(added[2]), covered)
    total.angle_table[[ANGLE_ROWS.index("abs_sum"), ANGLE_ROWS.index("count")], 0] = added[3:5]
    total.floor[:, 0] = added[5:7]
    for place, metric in enumerate(_POSITIONS):
        first = POSITION_ROWS.index(f"{metric}_sum")
        total.position_table[first : first + 2, 0] = added[7 + 2 * place : 9 + 2 * place]
    return total


@dataclass(frozen=True, slots=True)
class LifterNumbers:
    """One lifter as in a row of all angles of ``by_clip.csv``, or in a row of ``summary.csv``; NaN where undefined.

    mpjpe_mm, n_mpjpe_mm : NaN for a source without metric scale, or without any. p_mpjpe_mm : after the best
    similarity per frame. angle_mae_deg : mean absolute error over the twelve angles. floor_mae_deg : the estimator on
    the reference poses, on the same frames; NaN where it stands in for the reference. ``rank_…`` : among the lifters
    of the same clips (1 is best, ties share the smaller), None where there is none. clips : that these numbers are
    over. problems : what is wrong with the data but did not prevent a score; sums : what the means come from. Both
    are known from a score, not from a results folder. by_angle : of one clip, the sums of every angle; they take no
    part in comparisons.
    """

    lifter: str
    mpjpe_mm: float = _NAN
    n_mpjpe_mm: float = _NAN
    p_mpjpe_mm: float = _NAN
    angle_mae_deg: float = _NAN
    floor_mae_deg: float = _NAN
    rank_mpjpe: int | None = None
    rank_n_mpjpe: int | None = None
    rank_p_mpjpe: int | None = None
    rank_angle_mae: int | None = None
    clips: int = 1
    problems: tuple[str, ...] = ()
    sums: Sums | None = None
    by_angle: AngleNumbers | None = field(default=None, compare=False, repr=False)

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers in the columns of :data:`core.results.ranks.RANKED`."""
        return _VALUES(self)

    @property
    def ranks(self) -> tuple[int | None, ...]:
        """The ranks by them."""
        return _RANKS(self)

    def value(self, column: str) -> float:
        """The number in a column of :data:`core.results.ranks.RANKED`."""
        return float(getattr(self, column))

    def rank(self, column: str) -> int | None:
        """The rank by that column."""
        rank: int | None = getattr(self, RANKED[column])
        return rank


def numbers_of(
    lifter: str,
    total: Total,
    ranks: Ranks,
    problems: tuple[str, ...] = (),
    sums: Sums | None = None,
    by_angle: AngleNumbers | None = None,
) -> LifterNumbers:
    """The means of sums, with the ranks that were found."""
    positions, floor = total.positions, total.floor.sum(axis=1)
    return LifterNumbers(
        lifter, positions.mpjpe_mm, positions.n_mpjpe_mm, positions.p_mpjpe_mm,
        float(total.angles.pooled().mae_deg[0]), float(floor[0] / floor[1]) if floor[1] else _NAN,
        clips=total.clips, problems=problems, sums=sums, by_angle=by_angle, **ranks.of.get(lifter, {}),
    )  # fmt: skip


def contradictions(lifters: Iterable[LifterNumbers], by: str) -> tuple[tuple[str, str], ...]:
    """Pairs of lifters of which the first is better by a position error and the second by angles.

    by : column of :data:`core.results.ranks.RANKED`. Equal ranks contradict nothing.
    """
    ranked = [(numbers.lifter, numbers.rank(by), numbers.rank_angle_mae) for numbers in lifters]
    known = [(lifter, by_mm, by_deg) for lifter, by_mm, by_deg in ranked if by_mm and by_deg]
    return tuple((one[0], two[0]) for one, two in permutations(known, 2) if one[1] < two[1] and one[2] > two[2])
