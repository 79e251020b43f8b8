"""The read-out of the current frame in print: a table with few rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import UsageError
from viewer.figures.records import Subject
from viewer.figures.sheet import Box, Sheet, wrapped
from viewer.numbers import with_minus
from viewer.panels.heatmaps.rows import rows_of
from viewer.panels.readout.columns import (
    MEAN_LABEL,
    POSITION_LABELS,
    Column,
    Group,
    Kind,
    Role,
    groups_of,
    levels,
    without_hidden,
    written,
)
from viewer.view import HeatRows
from viewer.wording import short_names

__all__ = ["draw_table", "least_table_pt"]

_HEADS = {Kind.VALUE: "value", Kind.ERROR: "error", Kind.SIGMA: "±σ"}
_PITCH = 1.32


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A column with its group and its right edge from the left of the table, points."""

    group: Group
    column: Column
    right: float


def least_table_pt(subject: Subject, sheet: Sheet, width: float) -> float:
    """Height in points of the table."""
    rows = len(subject.content.angles) + (2 if subject.content.reference is not None else 0)
    _, placed, _, whole = _fitted(sheet, width, subject)
    key = () if whole else _key(sheet, placed, width)
    return (rows + 3.3) * _PITCH * sheet.font + len(key) * 1.28 * sheet.small


def draw_table(sheet: Sheet, box: Box, subject: Subject) -> None:
    """The table from the top of a box on, names that do not fit below it. Raises :class:`UsageError` where it is too
    narrow or too low.
    """
    content = subject.content
    label, placed, size, whole = _fitted(sheet, box.width, subject)
    pitch = _PITCH * sheet.font
    if least_table_pt(subject, sheet, box.width) > box.height + 1:
        raise UsageError(f"the figure is too low for the table with letters of {sheet.font:g} points")
    top = box.top
    right = box.left + placed[-1].right if placed else box.right
    sheet.text(box.left, top + 0.1 * sheet.font, f"frame {subject.view.frame} · "
               f"{content.seconds_at(subject.view.frame):.3f} s · degrees", size=sheet.small,
               colour=sheet.theme.dim)  # fmt: skip
    top += pitch
    sheet.stroke((box.left, right), (top, top), sheet.theme.text, 0.8)
    _heads(sheet, box, placed, top, size, whole=whole)
    top += 2.1 * pitch
    sheet.stroke((box.left, right), (top, top), sheet.theme.text, 0.5)
    for index in range(len(content.angles)):
        cells = [written(p.column.kind, float(p.column.values[subject.view.frame, index])) for p in placed]
        _row(sheet, box, label[index], top + (index + 0.55) * pitch, size, cells, placed)
    top += len(content.angles) * pitch
    if content.reference is not None:
        sheet.stroke((box.left, right), (top, top), sheet.theme.dim, 0.3)
        for number, (name, means) in enumerate(
            ((POSITION_LABELS[content.alignment], "mpjpe_mm"), (MEAN_LABEL, "mae_deg"))
        ):
            cells = [_mean(p, means, subject.view.frame) for p in placed]
            _row(sheet, box, name, top + (number + 0.55) * pitch, size, cells, placed)
        top += 2 * pitch
    sheet.stroke((box.left, right), (top + 0.1 * pitch, top + 0.1 * pitch), sheet.theme.text, 0.8)
    for number, line in enumerate(() if whole else _key(sheet, placed, box.width)):
        sheet.text(box.left, top + 0.3 * pitch + number * 1.28 * sheet.small, line, size=sheet.small,
                   colour=sheet.theme.dim)  # fmt: skip


def _fitted(sheet: Sheet, width: float, subject: Subject) -> tuple[Sequence[str], tuple[_Placed, ...], float, bool]:
    """Names of the angles, columns with places, size of letters, and whether names of lifters stand over their columns:
    the first table that fits the width.
    """
    content = subject.content
    groups = without_hidden(groups_of(content), subject.view.hidden)
    every = levels(groups)
    long = [angle.title for angle in content.angles]
    short = [row.short for row in rows_of(HeatRows.ANGLES, content.angles)]
    tries = [(shown, names, sheet.font, True) for shown in every for names in (long, short)]
    tries += [(every[-1], short, sheet.small, True)]
    tries += [(shown, short, size, False) for size in (sheet.font, sheet.small) for shown in every]
    for shown, names, size, whole in tries:
        placed = _places(sheet, shown, names, size, whole=whole)
        if not placed or placed[-1].right <= width:
            return names, placed, size, whole
    raise UsageError(f"the figure is too narrow for the table of {len(groups)} sources")


def _places(
    sheet: Sheet, groups: Sequence[Group], names: Sequence[str], size: float, *, whole: bool
) -> tuple[_Placed, ...]:
    """Columns one after the other, groups a little apart. whole : under the names of the sources."""
    x = max(sheet.width_of(name, size) for name in (*names, _WIDEST_LABEL, MEAN_LABEL))
    titles = _titles(groups, whole=whole)
    found = []
    for group in groups:
        x += 0.9 * size
        widths = [_column_width(sheet, column, size) for column in group.columns]
        room = sum(widths) + 0.55 * size * (len(widths) - 1)
        x += max(0.0, sheet.width_of(titles[group.name], size) - room)
        for i, (column, width) in enumerate(zip(group.columns, widths, strict=True)):
            x += width + (0.55 * size if i else 0.0)
            found.append(_Placed(group, column, x))
    return tuple(found)


def _column_width(sheet: Sheet, column: Column, size: float) -> float:
    return max(column.chars * sheet.width_of("0", size), sheet.width_of(_HEADS[column.kind], size))


def _titles(groups: Sequence[Group], *, whole: bool) -> dict[str, str]:
    """Names over the columns: of lifters without what all of them share, or numbers that are explained below."""
    names = [group.name for group in groups if group.role is Role.LIFTER]
    lifters = short_names(names) if whole else {name: f"({i})" for i, name in enumerate(names, 1)}
    return {group.name: lifters.get(group.name, "ref." if group.role is Role.REFERENCE else group.name)
            for group in groups}  # fmt: skip


def _key(sheet: Sheet, placed: Sequence[_Placed], width: float) -> tuple[str, ...]:
    """What the numbers over the columns stand for."""
    lifters = dict.fromkeys(p.group.name for p in placed if p.group.role is Role.LIFTER)
    return wrapped([f"({i}) {name}" for i, name in enumerate(lifters, 1)], sheet.small, width, "   ")


_WIDEST_LABEL = max(POSITION_LABELS.values(), key=len)
"""The longest name of a position error, so that the table does not move with the alignment."""


def _heads(sheet: Sheet, box: Box, placed: tuple[_Placed, ...], top: float, size: float, *, whole: bool) -> None:
    """Sources over rules over their columns, then what each column is."""
    pitch = _PITCH * sheet.font
    groups = tuple(dict.fromkeys(p.group for p in placed))
    titles = _titles(groups, whole=whole)
    for group in groups:
        own = [p for p in placed if p.group is group]
        left, right = own[0].right - _column_width(sheet, own[0].column, size), own[-1].right
        colour = sheet.theme.lifter(group.colour) if group.colour >= 0 else sheet.theme.text
        title = titles[group.name]
        left = min(left, right - sheet.width_of(title, size))
        sheet.text(box.left + right, top + 0.55 * pitch, title, size=size, align="right", upright="center_baseline",
                   colour=colour)  # fmt: skip
        sheet.stroke((box.left + left, box.left + right), (top + 1.08 * pitch,) * 2, sheet.theme.dim, 0.3)
        for p in own:
            sheet.text(box.left + p.right, top + 1.6 * pitch, _HEADS[p.column.kind], size=size, align="right",
                       upright="center_baseline", colour=sheet.theme.dim)  # fmt: skip


def _row(
    sheet: Sheet, box: Box, name: str, middle: float, size: float, cells: Sequence[str], placed: Sequence[_Placed]
) -> None:
    sheet.text(box.left, middle, name, size=size, upright="center_baseline")
    for cell, p in zip(cells, placed, strict=True):
        sheet.text(box.left + p.right, middle, with_minus(cell), size=size, align="right",
                   upright="center_baseline")  # fmt: skip


def _mean(placed: _Placed, which: str, frame: int) -> str:
    """A mean of the frame, under the errors of its source."""
    means = getattr(placed.group, which)
    if means is None or placed.column.kind is not Kind.ERROR:
        return ""
    return written(Kind.VALUE, float(means[frame]))
