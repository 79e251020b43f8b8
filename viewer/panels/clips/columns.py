"""The columns of the table of clips."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Column", "Kind", "columns_of"]


class Kind(StrEnum):
    """What a column shows. mark : where ranks by MPJPE and by angles disagree."""

    NAME = "name"
    MARK = "mark"
    MPJPE = "mpjpe"
    ANGLES = "angles"
    ATHLETE = "athlete"
    ACTIVITY = "activity"
    FRAMES = "frames"
    SECONDS = "seconds"


_HEADS = {
    Kind.NAME: "clip", Kind.MARK: "⇄", Kind.MPJPE: "MPJPE mm", Kind.ANGLES: "angle MAE °", Kind.ATHLETE: "athlete",
    Kind.ACTIVITY: "activity", Kind.FRAMES: "frames", Kind.SECONDS: "seconds",
}  # fmt: skip

_TIPS = {
    Kind.NAME: "Name of the clip in files and tables",
    Kind.MARK: "⇄ where MPJPE and angles rank the lifters differently",
    Kind.MPJPE: "Mean per-joint position error, root-centred, of the clip; small: rank among its lifters",
    Kind.ANGLES: "Mean absolute error over the twelve angles of the clip; small: rank among its lifters",
    Kind.ATHLETE: "Athlete",
    Kind.ACTIVITY: "Activity",
    Kind.FRAMES: "Number of frames",
    Kind.SECONDS: "Length in seconds",
}

_TEXT = frozenset({Kind.NAME, Kind.ATHLETE, Kind.ACTIVITY})
_FROM_SCORES = frozenset({Kind.MARK, Kind.MPJPE, Kind.ANGLES})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. lifter : name, of the columns of errors; else empty."""

    kind: Kind
    lifter: str = ""

    @property
    def head(self) -> str:
        """What stands above it, with the unit."""
        return _HEADS[self.kind]

    @property
    def tip(self) -> str:
        """What it means."""
        return _TIPS[self.kind]

    @property
    def unit(self) -> str:
        """Unit of an error."""
        return "mm" if self.kind is Kind.MPJPE else "°"

    @property
    def decimals(self) -> int:
        """Digits after the point of an error: a tenth of a millimetre, a hundredth of a degree."""
        return 1 if self.kind is Kind.MPJPE else 2

    @property
    def is_error(self) -> bool:
        """An error of a lifter."""
        return bool(self.lifter)

    @property
    def is_text(self) -> bool:
        """Words, not numbers."""
        return self.kind in _TEXT

    @property
    def from_scores(self) -> bool:
        """Its values come while clips are scored."""
        return self.kind in _FROM_SCORES


def columns_of(lifters: Sequence[str], *, without: Collection[Kind] = ()) -> tuple[Column, ...]:
    """All columns. The errors stand next to the name, so that a narrow panel shows what one looks for first.

    without : kinds that no clip has anything of.
    """
    mark = (Column(Kind.MARK),) if len(lifters) > 1 else ()
    errors = tuple(Column(kind, lifter) for lifter in lifters for kind in (Kind.MPJPE, Kind.ANGLES))
    rest = (Kind.ATHLETE, Kind.ACTIVITY, Kind.FRAMES, Kind.SECONDS)
    return (Column(Kind.NAME), *mark, *errors, *(Column(kind) for kind in rest if kind not in without))
