"""What the read-out lists: its columns, grouped by source, and how a number is written. No Qt here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from core.evaluation import ReferenceKind
from core.records import Float32
from viewer.content.records import ClipContent, Track, mean_of_defined
from viewer.wording import POSITION_ERROR

__all__ = ["FLOOR", "MEAN_LABEL", "MISSING", "POSITION_LABELS", "Column", "Group", "Kind", "Role", "groups_of",
           "kinds_left_out", "levels", "stands_in", "without_hidden", "written"]  # fmt: skip

FLOOR = "floor"
"""Name of the floor among the sources of a view."""

MISSING = "–"
"""What stands where there is no number."""

POSITION_LABELS = {alignment: f"{name}, mm" for alignment, name in POSITION_ERROR.items()}
"""Name and unit of the position error under each alignment."""

MEAN_LABEL = "angle MAE, °"
"""Name and unit of the mean absolute angle error."""


class Kind(StrEnum):
    """What a column holds; the text is its head. All in degrees."""

    VALUE = "value"
    ERROR = "error"
    SIGMA = "±σ"


_LEAST_CHARS = {Kind.VALUE: 5, Kind.ERROR: 5, Kind.SIGMA: 3}
"""Room for the usual numbers and for ``nan``."""


class Role(StrEnum):
    """What a source is to the others."""

    REFERENCE = "reference"
    FLOOR = "floor"
    LIFTER = "lifter"


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of numbers. values : (T, 12) float32 degrees. chars : of its longest number over the clip."""

    kind: Kind
    values: Float32
    chars: int


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The columns of one source.

    name : ``reference``, ``floor`` or the lifter's. colour : index of the track, -1 for others than lifters.
    mpjpe_mm, mae_deg : (T,) means of a frame, None where the source has no such error.
    """

    name: str
    role: Role
    colour: int
    columns: tuple[Column, ...]
    mpjpe_mm: Float32 | None = None
    mae_deg: Float32 | None = None


def groups_of(content: ClipContent) -> tuple[Group, ...]:
    """Reference, floor and lifters of a clip; without a reference the lifters' values alone.

    A column of uncertainties is there only where the estimator gives any. Reads whole arrays: once per clip.
    """
    if content.reference is None:
        return tuple(_lone(track) for track in content.tracks)
    floor = (_column(Kind.VALUE, content.floor_deg), _column(Kind.ERROR, content.floor_error_deg))
    return (
        Group(content.reference.name, Role.REFERENCE, -1, (_column(Kind.VALUE, content.reference.angles_deg),)),
        Group(FLOOR, Role.FLOOR, -1, floor, mae_deg=mean_of_defined(np.abs(content.floor_error_deg))),
        *map(_lifter, content.tracks),
    )


def without_hidden(groups: tuple[Group, ...], hidden: Collection[str]) -> tuple[Group, ...]:
    """Without the sources of these names; the reference stays, since the errors are measured against it."""
    return tuple(group for group in groups if group.role is Role.REFERENCE or group.name not in hidden)


def levels(groups: tuple[Group, ...]) -> tuple[tuple[Group, ...], ...]:
    """Tables of ever fewer columns: all; without the values that reference and error imply; without uncertainties.

    The last numbers of a source, its errors where it has any, are in all of them.
    """
    errors = tuple(_without(group, Kind.VALUE) for group in groups)
    return groups, errors, tuple(_without(group, Kind.SIGMA) for group in errors)


def _without(group: Group, kind: Kind) -> Group:
    """The group without its columns of a kind, as it is where no error or value would be left."""
    kept = tuple(column for column in group.columns if column.kind is not kind)
    return replace(group, columns=kept) if any(column.kind is not Kind.SIGMA for column in kept) else group


def kinds_left_out(groups: tuple[Group, ...], shown: tuple[Group, ...]) -> tuple[Kind, ...]:
    """Which kinds of numbers the shown groups lack."""
    pairs = zip(groups, shown, strict=True)
    gone = {column.kind for full, part in pairs for column in full.columns if column not in part.columns}
    return tuple(kind for kind in Kind if kind in gone)


def stands_in(content: ClipContent) -> bool:
    """True where the estimator stands in for the reference angles of a clip without labelled points."""
    return content.kind is ReferenceKind.STAND_IN


def written(kind: Kind, value: float) -> str:
    """A number as the read-out writes it: one decimal, errors with their sign, never a negative zero."""
    if value != value:  # NaN
        return MISSING
    return f"{value:+z.1f}" if kind is Kind.ERROR else f"{value:z.1f}"


def _lifter(track: Track) -> Group:
    columns = (_column(Kind.VALUE, track.angles_deg), _column(Kind.ERROR, track.error_deg), *_sigma(track))
    return Group(track.name, Role.LIFTER, track.colour, columns, track.mpjpe_mm, track.angle_mae_deg)


def _lone(track: Track) -> Group:
    """A lifter without any reference: no errors."""
    return Group(track.name, Role.LIFTER, track.colour, (_column(Kind.VALUE, track.angles_deg), *_sigma(track)))


def _sigma(track: Track) -> tuple[Column, ...]:
    there = not np.isnan(track.sigma_deg).all()
    return (_column(Kind.SIGMA, track.sigma_deg),) if there else ()


def _column(kind: Kind, values: Float32) -> Column:
    """The column, with room for its largest and smallest number."""
    known = values[~np.isnan(values)]
    ends = (float(known.min()), float(known.max())) if len(known) else (np.nan,)
    return Column(kind, values, max(_LEAST_CHARS[kind], *(len(written(kind, end)) for end in ends)))
