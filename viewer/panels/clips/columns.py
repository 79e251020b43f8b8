"""The columns of the table of clips."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.evaluation import REFERENCE
from core.metrics.alignment import Alignment
from core.results.ranks import RANKED
from viewer.wording import POSITION_ERROR

__all__ = ["FLOOR", "METRICS", "POSITIONS", "Column", "Kind", "columns_of", "position_kind"]

FLOOR = REFERENCE
"""Takes the place of the lifters where there are none: the estimator on the reference poses."""

METRICS: tuple[str, ...] = tuple(RANKED)
"""Errors that are kept of every lifter, the angles last."""


class Kind(StrEnum):
    """What a column shows. mark : where ranks by position and by angles disagree. worst : of all lifters."""

    NAME = "name"
    MARK = "mark"
    WORST = "worst"
    MPJPE = "mpjpe"
    N_MPJPE = "n_mpjpe"
    P_MPJPE = "p_mpjpe"
    ANGLES = "angles"
    ATHLETE = "athlete"
    ACTIVITY = "activity"
    FRAMES = "frames"
    SECONDS = "seconds"


POSITIONS = (Kind.MPJPE, Kind.N_MPJPE, Kind.P_MPJPE)
"""Position errors; one of them is shown at a time."""

_ALIGNMENTS = dict(zip(POSITIONS, (Alignment.ROOT, Alignment.SCALE, Alignment.PROCRUSTES), strict=True))

_HEADS: Mapping[Kind, tuple[str, str]] = MappingProxyType({
    Kind.NAME: ("", "clip"), Kind.MARK: ("", "⇄"), Kind.WORST: ("worst", "MAE °"), Kind.ANGLES: ("angle", "MAE °"),
    **{kind: (POSITION_ERROR[alignment], "mm") for kind, alignment in _ALIGNMENTS.items()},
    Kind.ATHLETE: ("", "athlete"), Kind.ACTIVITY: ("", "activity"), Kind.FRAMES: ("", "frames"),
    Kind.SECONDS: ("", "seconds"),
})  # fmt: skip
"""Two lines, so that a column need not be wider than its numbers."""

_TIPS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.NAME: "Name of the clip in files and tables",
        Kind.MARK: "⇄ where the position error that is shown and the angles rank the lifters differently",
        Kind.WORST: "Largest angle MAE among the lifters; its line is in the colour of that lifter",
        Kind.MPJPE: "MPJPE: mean per-joint position error, root-centred; small: rank among its lifters",
        Kind.N_MPJPE: "N-MPJPE: position error after the best factor per frame; small: rank among its lifters",
        Kind.P_MPJPE: "P-MPJPE: position error after Procrustes per frame; small: rank among its lifters",
        Kind.ANGLES: "angle MAE: mean absolute error over the twelve angles; small: rank among its lifters",
        Kind.ATHLETE: "Athlete",
        Kind.ACTIVITY: "Activity",
        Kind.FRAMES: "Number of frames",
        Kind.SECONDS: "Length in seconds",
    }
)

_TEXT = frozenset({Kind.NAME, Kind.ATHLETE, Kind.ACTIVITY})
_METRIC = {**{kind: METRICS.index(f"{kind}_mm") for kind in POSITIONS}, Kind.ANGLES: METRICS.index("angle_mae_deg")}


def position_kind(alignment: Alignment) -> Kind:
    """The position error that belongs to an alignment: what is left after it. As given, it is MPJPE, too."""
    return next((kind for kind, its in _ALIGNMENTS.items() if its is alignment), Kind.MPJPE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. lifter : name, of the columns of errors of one; else empty."""

    kind: Kind
    lifter: str = ""

    @property
    def lines(self) -> tuple[str, str]:
        """What stands above it, in two lines."""
        return _HEADS[self.kind]

    @property
    def head(self) -> str:
        """The same in one."""
        return "angle MAE °" if self.kind is Kind.WORST else " ".join(filter(None, self.lines))

    @property
    def whose(self) -> str:
        """Whose error it is, in words; empty where it is no error."""
        if self.kind is Kind.WORST:
            return "worst lifter"
        return "floor" if self.lifter == FLOOR else self.lifter

    @property
    def tip(self) -> str:
        """What it means."""
        return _TIPS[self.kind]

    @property
    def metric(self) -> int:
        """Which of :data:`METRICS` it shows, of a column of errors."""
        return _METRIC[Kind.ANGLES if self.kind is Kind.WORST else self.kind]

    @property
    def is_position(self) -> bool:
        """In millimetres."""
        return self.kind in POSITIONS

    @property
    def unit(self) -> str:
        """Unit of an error."""
        return "mm" if self.is_position else "°"

    @property
    def decimals(self) -> int:
        """Digits after the point of an error: a tenth of a millimetre, a hundredth of a degree."""
        return 1 if self.is_position else 2

    @property
    def is_lifters(self) -> bool:
        """An error of one lifter."""
        return bool(self.lifter)

    @property
    def is_error(self) -> bool:
        """An error, of one lifter or the largest of all."""
        return bool(self.lifter) or self.kind is Kind.WORST

    @property
    def is_text(self) -> bool:
        """Words, not numbers."""
        return self.kind in _TEXT

    @property
    def from_scores(self) -> bool:
        """Its values come while clips are scored."""
        return self.is_error or self.kind is Kind.MARK


def columns_of(
    lifters: Sequence[str], position: Kind = Kind.MPJPE, *, without: Collection[Kind] = ()
) -> tuple[Column, ...]:
    """All columns. The errors stand next to the name, so that a narrow panel shows what one looks for first.

    position : the position error that is shown. without : kinds that no clip has anything of.
    """
    several = (Column(Kind.MARK), Column(Kind.WORST)) if len(lifters) > 1 else ()
    errors = tuple(Column(kind, lifter) for lifter in lifters for kind in _errors_of(lifter, position))
    rest = (Kind.ATHLETE, Kind.ACTIVITY, Kind.FRAMES, Kind.SECONDS)
    return (Column(Kind.NAME), *several, *errors, *(Column(kind) for kind in rest if kind not in without))


def _errors_of(lifter: str, position: Kind) -> tuple[Kind, ...]:
    """The floor has no position error: its poses are those of the reference."""
    return (Kind.ANGLES,) if lifter == FLOOR else (position, Kind.ANGLES)
