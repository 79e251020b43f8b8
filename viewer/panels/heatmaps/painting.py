"""How the heatmaps are painted; what is painted is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from viewer.content.records import Track
from viewer.panels.heatmaps.layout import AXIS_PX, HEAD_PX, HeatLayout
from viewer.panels.heatmaps.rows import Row
from viewer.strips import FrameAxis, draw_cells, fill_missing, tick_step
from viewer.theme import Theme

__all__ = ["GUTTER_GAP", "Look", "gutter_width", "paint_blocks", "paint_empty", "paint_marks"]

GUTTER_GAP = 16
"""Between the left edge of the widget and the labels, and between labels and cells, together."""

_LABEL_PX, _NAME_PX = 10, 11


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that does not differ between blocks. fps : of the clip."""

    axis: FrameAxis
    layout: HeatLayout
    theme: Theme
    fps: float


def gutter_width(font: QFont, rows: Sequence[Row]) -> int:
    """Pixels of the widest label, were it selected. font : of the widget."""
    metrics = QFontMetrics(_label_font(font, _LABEL_PX, bold=True))
    return max((metrics.horizontalAdvance(text) for row in rows for text in (row.short, row.group)), default=0)


def paint_empty(painter: QPainter, rect: QRect, theme: Theme, sentence: str) -> None:
    """Why there is nothing, in the middle."""
    painter.setPen(QColor(theme.dim))
    painter.drawText(rect.adjusted(12, 12, -12, -12), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, sentence)


def paint_blocks(
    painter: QPainter,
    look: Look,
    tracks: Sequence[Track],
    rows: Sequence[Row],
    cells: Sequence[NDArray[np.uint8]],
    selected: tuple[int, int],
) -> None:
    """All blocks with names, labels and times. selected : block and row, -1 for none."""
    for i, (track, colours) in enumerate(zip(tracks, cells, strict=True)):
        top = look.layout.tops[i]
        _paint_name(painter, look, track, top, i == selected[0])
        area = QRect(look.axis.left, top, look.axis.width, look.layout.block_px)
        fill_missing(painter, area, look.theme)
        draw_cells(painter, area, colours)
        _paint_labels(painter, look, rows, top, selected[1])
        if selected[1] >= 0:
            _paint_selected(painter, look, area, selected[1], i == selected[0])
    _paint_times(painter, look)


def _letters(painter: QPainter, pixels: int, colour: str, bold: bool = False) -> QFontMetrics:
    font = _label_font(painter.font(), pixels, bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    return QFontMetrics(font)


def _label_font(font: QFont, pixels: int, bold: bool) -> QFont:
    label = QFont(font)
    label.setPixelSize(pixels)
    label.setBold(bold)
    return label


def _paint_name(painter: QPainter, look: Look, track: Track, top: int, selected: bool) -> None:
    """The lifter's name in its colour over the block, and what it is where the name does not say."""
    colour = look.theme.lifter(track.colour)
    line = QRect(look.axis.left, top - HEAD_PX, look.axis.width, HEAD_PX - 1)
    painter.fillRect(look.axis.left, top - HEAD_PX + 4, 8, 8, QColor(colour))
    metrics = _letters(painter, _NAME_PX, colour, bold=True)
    painter.drawText(line.adjusted(13, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, track.name)
    if track.title != track.name:
        start = 13 + metrics.horizontalAdvance(track.name) + 8
        metrics = _letters(painter, _LABEL_PX, look.theme.dim)
        said = metrics.elidedText(track.title, Qt.TextElideMode.ElideRight, max(0, line.width() - start))
        painter.drawText(line.adjusted(start, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, said)
    if selected:
        painter.fillRect(2, top, 2, look.layout.block_px, QColor(look.theme.accent))


def _paint_labels(painter: QPainter, look: Look, rows: Sequence[Row], top: int, selected: int) -> None:
    """A label per row where rows are tall enough, else one per group, and the selected row in place of its group."""
    row_px = look.layout.block_px // look.layout.n_rows
    each = row_px >= _LABEL_PX
    letter_px = _LABEL_PX if each else min(_LABEL_PX, 2 * row_px + 1)  # the smallest group is a pair of rows
    right = look.axis.left - 6
    for first, after in _runs(rows, each):
        chosen = first <= selected < after
        y, end = look.layout.row_span(first)[0], look.layout.row_span(after - 1)[1]
        text = rows[selected].short if chosen else rows[first].short if each else rows[first].group
        _letters(painter, letter_px, look.theme.accent if chosen else look.theme.text, bold=chosen)
        place = QRect(0, top + (y + end) // 2 - 8, right, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _runs(rows: Sequence[Row], each: bool) -> list[tuple[int, int]]:
    """First row and the one after the last of what gets one label."""
    if each:
        return [(i, i + 1) for i in range(len(rows))]
    begins = [i for i, row in enumerate(rows) if i == 0 or row.group != rows[i - 1].group]
    return list(zip(begins, [*begins[1:], len(rows)], strict=True))


def _paint_selected(painter: QPainter, look: Look, area: QRect, row: int, this_lifter: bool) -> None:
    """A frame around the selected row of the selected lifter, a mark at its side in the others."""
    y, end = look.layout.row_span(row)
    colour = QColor(look.theme.accent)
    if this_lifter:
        painter.setPen(colour)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.x() - 1, area.y() + y - 1, area.width() + 1, end - y + 1)
    painter.fillRect(area.x() - 4, area.y() + y, 3, end - y, colour)
    painter.fillRect(area.right() + 2, area.y() + y, 3, end - y, colour)


def _paint_times(painter: QPainter, look: Look) -> None:
    """Seconds below the last block."""
    axis, y = look.axis, look.layout.bottom
    duration = axis.n_frames / look.fps
    step = tick_step(duration, max(2, axis.width // 80))
    decimals = 0 if step >= 1 else 1 if step >= 0.1 else 2 if step >= 0.01 else 3
    metrics = _letters(painter, _LABEL_PX, look.theme.dim)
    for tick in range(int((axis.n_frames - 1) / look.fps / step + 1e-6) + 1):
        x = int(axis.x_of(0) + tick * step * look.fps * axis.width / axis.n_frames)
        text = f"{tick * step:.{decimals}f} s"
        painter.fillRect(x, y, 1, 4, QColor(look.theme.dim))
        left = min(max(x - metrics.horizontalAdvance(text) // 2, 0), axis.left + axis.width + 10)
        painter.drawText(left, y + 4, 80, AXIS_PX - 4, Qt.AlignmentFlag.AlignVCenter, text)


def paint_marks(painter: QPainter, axis: FrameAxis, span: tuple[int, int], bottom: int, theme: Theme) -> None:
    """In and out: lines at their outer edges and a bar between them below the cells."""
    first, last = (min(frame, axis.n_frames - 1) for frame in span)
    left, right = round(axis.edge_of(first)), round(axis.edge_of(last + 1))
    colour = QColor(theme.accent)
    painter.fillRect(left, bottom + 1, right - left, 2, colour)
    for x in (left, right - 1):
        painter.fillRect(x, HEAD_PX, 1, bottom - HEAD_PX + 3, colour)
