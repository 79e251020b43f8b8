"""The whole window in print: scene, traces, strips, heatmaps and numbers on one page, laid out for its width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from viewer.figures.heatmaps import draw_heatmaps, draw_strips, least_heatmaps_pt, least_strips_pt
from viewer.figures.legend import draw_legend, legend_height
from viewer.figures.records import Subject
from viewer.figures.scene import draw_scene, least_scene_pt
from viewer.figures.sheet import MM, Box, Sheet
from viewer.figures.table import draw_table, least_table_pt
from viewer.figures.traces import draw_traces, least_traces_pt, traces_legend

__all__ = ["draw_page", "least_page_pt"]

_WIDE_EM = 45
"""Width over the size of letters from which on panels stand beside each other."""
_LOW, _WIDEST_EM = 1.4, 70
"""Width over height, and over the size of letters, from which on there are three columns."""
_SCENE_PART, _HEAT_PART = 0.34, 0.46
_SCENE_MM = 72.0

_Draw = Callable[[Sheet, Box, Subject], None]
_Least = Callable[[Subject, Sheet, float], float]


@dataclass(frozen=True, slots=True)
class _Part:
    """One panel: how it is drawn, the height that it needs, and its part of the page's width."""

    draw: _Draw
    least: _Least
    wide: float = 1.0


def _scene(sheet: Sheet, box: Box, subject: Subject) -> None:
    draw_scene(sheet, box, subject, legend=False)


def _least_scene(subject: Subject, sheet: Sheet, width: float) -> float:
    return min(_SCENE_MM * MM, least_scene_pt(subject, sheet, width, legend=False))


def _least_low_scene(subject: Subject, sheet: Sheet, width: float) -> float:  # noqa: ARG001 - as its like
    return 15 * sheet.font


def _traces(sheet: Sheet, box: Box, subject: Subject) -> None:
    draw_traces(sheet, box, subject, legend=False)


def _rows(subject: Subject, sheet: Sheet, width: float) -> tuple[tuple[_Part, ...], ...]:
    """Panels row by row; those of errors where there are any."""
    scene, traces = _Part(_scene, _least_scene, _SCENE_PART), _Part(_traces, least_traces_pt, 1 - _SCENE_PART)
    table = _Part(draw_table, least_table_pt, 1 - _HEAT_PART)
    errors = any(track.name not in subject.view.hidden for track in subject.content.measured)
    strips, heat = _Part(draw_strips, least_strips_pt), _Part(draw_heatmaps, least_heatmaps_pt, _HEAT_PART)
    if width < _WIDE_EM * sheet.font:
        every = (scene, traces, *((strips, heat) if errors else ()), table)
        return tuple((_Part(part.draw, part.least),) for part in every)
    return ((scene, traces), (strips,), (heat, table)) if errors else ((scene, traces), (table,))


def _gap(sheet: Sheet) -> float:
    return 1.1 * sheet.font


def _label(sheet: Sheet) -> float:
    return 1.15 * sheet.line


def _needs(rows: tuple[tuple[_Part, ...], ...], subject: Subject, sheet: Sheet, width: float) -> list[float]:
    """Height of each row with the letters over its panels."""
    return [max(part.least(subject, sheet, part.wide * width) for part in row) + _label(sheet) for row in rows]


def least_page_pt(subject: Subject, sheet: Sheet, width: float) -> float:
    """Height in points that the page needs."""
    needs = _needs(_rows(subject, sheet, width), subject, sheet, width)
    legend = legend_height(traces_legend(subject, sheet, markers=True), sheet, width)
    return legend + sum(needs) + len(needs) * _gap(sheet)


def draw_page(sheet: Sheet, box: Box, subject: Subject) -> None:
    """All panels, lettered a, b, c; what height is left over goes to all of them. A low page has three columns."""
    entries = traces_legend(subject, sheet, markers=True)
    draw_legend(entries, sheet, box)
    box = box.without(top=legend_height(entries, sheet, box.width) + 0.6 * sheet.font)
    letters = iter("abcdef")
    if box.width < _LOW * box.height or box.width < _WIDEST_EM * sheet.font:
        _draw_rows(sheet, box, _rows(subject, sheet, box.width), subject, letters)
        return
    left = box.left
    for parts in _columns(subject):
        width = parts[0].wide * box.width - 1.6 * sheet.font
        column = Box(left, box.top, width, box.height)
        _draw_rows(sheet, column, tuple((_Part(part.draw, part.least),) for part in parts), subject, letters)
        left += parts[0].wide * box.width


def _columns(subject: Subject) -> tuple[tuple[_Part, ...], ...]:
    """Panels column by column, for a low page."""
    scene, table = _Part(_scene, _least_low_scene, 0.36), _Part(draw_table, least_table_pt)
    if not any(track.name not in subject.view.hidden for track in subject.content.measured):
        return (scene, table), (_Part(_traces, least_traces_pt, 0.64),)
    strips, heat = _Part(draw_strips, least_strips_pt, 0.31), _Part(draw_heatmaps, least_heatmaps_pt)
    return (scene, table), (_Part(_traces, least_traces_pt, 0.33),), (strips, heat)


def _draw_rows(
    sheet: Sheet, box: Box, rows: tuple[tuple[_Part, ...], ...], subject: Subject, letters: Iterator[str]
) -> None:
    """Rows of panels from the top of a box to its bottom."""
    needs, gap = _needs(rows, subject, sheet, box.width), _gap(sheet)
    spare = (box.height - sum(needs) - (len(rows) - 1) * gap) / sum(needs)
    top = box.top
    for row, need in zip(rows, needs, strict=True):
        height, left = need * (1 + spare), box.left
        for number, part in enumerate(row):
            width = part.wide * box.width - (gap if number + 1 < len(row) else 0.0)
            sheet.text(left, top, next(letters), bold=True)
            part.draw(sheet, Box(left, top + _label(sheet), width, height - _label(sheet)), subject)
            left += part.wide * box.width
        top += height + gap
