"""What the panel shows of a span: its numbers by lifter or by angle, alone or beside those of another span. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.anatomy.spans import TOGETHER, SpanNumbers, span_numbers_many
from core.conventions import AngleDef, ShoulderView
from core.evaluation import REFERENCE, ReferenceKind
from viewer.content.records import ClipContent
from viewer.wording import span_text

__all__ = ["COLUMNS", "Column", "Measured", "Row", "Rows", "measured", "rows_of", "worse_of"]

FLOOR = "floor"
_NAN = float("nan")


class Rows(StrEnum):
    """What a row is: a lifter at the selected angle, or an angle of the selected lifter."""

    LIFTERS = "lifters"
    ANGLES = "angles"


class Worse(StrEnum):
    """Which way a number is worse: not at all, further from 0, or smaller."""

    NEITHER = "neither"
    LARGER = "larger"
    SMALLER = "smaller"


@dataclass(frozen=True, slots=True)
class Column:
    """One number. field : of :class:`core.anatomy.spans.SpanNumbers`. position : one value of all joints, not per
    angle.
    """

    field: str
    name: str
    unit: str
    decimals: int
    worse: Worse
    tip: str
    position: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("mae_deg", "MAE", "°", 2, Worse.LARGER, "Mean absolute error"),
    Column("rmse_deg", "RMSE", "°", 2, Worse.LARGER, "Root mean square error"),
    Column("bias_deg", "bias", "°", 2, Worse.LARGER, "Mean signed error, lifter minus reference"),
    Column("rom_difference_deg", "ROM err.", "°", 2, Worse.LARGER,
           "Error of the range of motion: the lifter's range less that of the reference, + where it moves too far; "
           "of all twelve angles the mean size, without a sign"),
    Column("r", "r", "", 3, Worse.SMALLER, "Pearson's correlation of lifter and reference"),
    Column("lag_s", "time lag", "s", 3, Worse.LARGER,
           "By which the lifter comes after the reference; searched within 0.25 s"),
    Column("lag_frames", "frame lag", "frames", 1, Worse.LARGER, "The same lag in frames"),
    Column("mpjpe_mm", "MPJPE", "mm", 1, Worse.LARGER, "Position error of all joints, pelvis on pelvis", True),
    Column("n_mpjpe_mm", "N-MPJPE", "mm", 1, Worse.LARGER, "The same after the best factor per frame", True),
    Column("p_mpjpe_mm", "P-MPJPE", "mm", 1, Worse.LARGER, "The same after the best similarity per frame", True),
    Column("sd_deg", "SD", "°", 2, Worse.LARGER, "Standard deviation of the error about the bias"),
    Column("p95_deg", "p95", "°", 2, Worse.LARGER, "95 % of the absolute errors are not above this"),
    Column("rom_source_deg", "ROM", "°", 1, Worse.NEITHER, "Range of motion of the lifter"),
    Column("rom_reference_deg", "ref. ROM", "°", 1, Worse.NEITHER, "Range of motion of the reference, same frames"),
    Column("count", "n", "", 0, Worse.NEITHER, "Frames with a defined error"),
)  # fmt: skip
"""Numbers in the order in which they are shown; what is read first stands first."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The numbers of one span. sources : floor first where it is measured, then the lifters. whole : it is the whole
    clip. made_with : what else the numbers depend on.
    """

    clip: str
    first: int
    last: int
    fps: float
    whole: bool
    angles: tuple[AngleDef, ...]
    shoulder: ShoulderView
    made_with: tuple[str, ...]
    sources: tuple[SpanNumbers, ...]

    @property
    def short(self) -> str:
        """Frames and length, such as ``frames 40–120, 0.675 s``."""
        return f"{span_text(self.first, self.last)}, {(self.last - self.first + 1) / self.fps:.3f} s"

    @property
    def text(self) -> str:
        """Frames and times, such as ``frames 40–120 · 0.333–1.000 s · 81 frames, 0.675 s``."""
        count = self.last - self.first + 1
        ends = f"{self.first / self.fps:.3f}" + ("" if count == 1 else f"–{self.last / self.fps:.3f}")
        counted = f"{count} frame{'' if count == 1 else 's'}"
        return f"{span_text(self.first, self.last)} · {ends} s · {counted}, {count / self.fps:.3f} s"

    def source(self, name: str) -> SpanNumbers | None:
        """The numbers of a source, by the name that the window uses."""
        return next((numbers for numbers in self.sources if _name_of(numbers) == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the sources."""
        return tuple(_name_of(numbers) for numbers in self.sources)


@dataclass(frozen=True, slots=True)
class Row:
    """One line. name : of the lifter or angle. part : ``A``, ``B`` or ``B − A`` where two spans are compared, else
    empty. key : name of the lifter, or column of the angle (12 for all). values : by :data:`COLUMNS`. worse : of a
    difference, which of ``A`` and ``B`` is worse, else empty; of the floor neither, as it judges no lifter.
    """

    name: str
    part: str
    key: str | int
    values: tuple[float, ...]
    worse: tuple[str, ...] = ()


def measured(content: ClipContent, span: tuple[int, int] | None) -> Measured | None:
    """The numbers of a span, or of the whole clip; None where there are no errors."""
    evaluations = [e for e in content.evaluations
                   if e.source != REFERENCE or e.reference.kind is ReferenceKind.ISB]  # fmt: skip
    if not evaluations:
        return None
    end = content.n_frames - 1
    first, last = (0, end) if span is None else (min(span[0], end), min(span[1], end))
    made_with = (content.estimator, str(content.shoulder), evaluations[0].options.hip_regression)
    return Measured(content.name, first, last, content.fps, (first, last) == (0, end), content.angles,
                    content.shoulder, made_with, span_numbers_many(evaluations, first, last))  # fmt: skip


def rows_of(
    kind: Rows, now: Measured, pinned: Measured | None, angle: int, lifter: str, hidden: frozenset[str]
) -> tuple[Row, ...]:
    """The lines of a table. angle : column of the selected angle. lifter : name of the selected one. hidden : sources
    without a line. pinned : the span A, against which ``now`` is B.
    """
    if kind is Rows.LIFTERS:
        keys: Iterable[tuple[str, str | int]] = ((name, name) for name in now.names if name not in hidden)
    else:
        keys = [*((angle.title, column) for column, angle in enumerate(now.angles)), ("All twelve", TOGETHER)]
    rows: list[Row] = []
    for name, key in keys:
        source, column = (str(key), angle) if kind is Rows.LIFTERS else (lifter, int(key))
        b = _values(now.source(source), column, kind)
        if pinned is None:
            rows.append(Row(name, "", key, b))
        else:
            a = _values(pinned.source(source), column, kind)
            difference = tuple(y - x for x, y in zip(a, b, strict=True))
            worse = tuple("" if source == FLOOR else worse_of(*each) for each in zip(COLUMNS, a, b, strict=True))
            rows += [Row(name, "A", key, a), Row(name, "B", key, b), Row(name, "B − A", key, difference, worse)]
    return tuple(rows)


def worse_of(column: Column, a: float, b: float) -> str:
    """``A`` or ``B``, whichever number is worse as it is written; empty where neither is, or one is missing."""
    if column.worse is Worse.NEITHER or math.isnan(a) or math.isnan(b):
        return ""
    x, y = (round(value, column.decimals) for value in (a, b))
    bad_a, bad_b = (-x, -y) if column.worse is Worse.SMALLER else (abs(x), abs(y))
    return "" if bad_a == bad_b else "A" if bad_a > bad_b else "B"


def _name_of(numbers: SpanNumbers) -> str:
    return FLOOR if numbers.source == REFERENCE else numbers.source


def _values(numbers: SpanNumbers | None, angle: int, kind: Rows) -> tuple[float, ...]:
    """By column. Position errors stand beside a lifter, or beside all angles together."""
    if numbers is None:
        return (_NAN,) * len(COLUMNS)
    with_positions = kind is Rows.LIFTERS or angle == TOGETHER
    return tuple(
        (float(getattr(numbers, column.field)) if with_positions else _NAN) if column.position
        else float(np.asarray(getattr(numbers, _field(column, angle)))[angle])
        for column in COLUMNS
    )  # fmt: skip


def _field(column: Column, angle: int) -> str:
    """Differences of ranges that are too large and too small would cancel each other in a mean of all angles."""
    return "rom_error_deg" if angle == TOGETHER and column.field == "rom_difference_deg" else column.field
