"""How the heatmaps are painted; what is painted is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from viewer.content.records import Track
from viewer.panels.heatmaps.labels import paint_labels, paint_sides, with_letters
from viewer.panels.heatmaps.layout import AXIS_PX, Detail, HeatLayout
from viewer.panels.heatmaps.look import Look
from viewer.panels.heatmaps.rows import Row
from viewer.strips import FrameAxis, draw_cells, fill_missing, shade_outside, tick_step
from viewer.theme import Theme

__all__ = ["paint_blocks", "paint_empty", "paint_marks"]

_LABEL_PX, _NAME_PX = 10, 11


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
        paint_labels(painter, look, rows, top, selected[1])
        if selected[1] >= 0:
            _paint_selected(painter, look, area, selected[1], i == selected[0])
    if look.layout.detail is Detail.STAGGERED:
        paint_sides(painter, look)
    _paint_times(painter, look)


def _paint_name(painter: QPainter, look: Look, track: Track, top: int, selected: bool) -> None:
    """The lifter's name in its colour over the block, and what it is where the name does not say."""
    colour = look.theme.lifter(track.colour)
    head = look.layout.head_px
    line = QRect(look.axis.left, top - head - 1, look.axis.width, head)  # an underscore stays above the cells
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    painter.fillRect(look.axis.left, top - head + (head - 7) // 2, 8, 8, QColor(colour))
    metrics = with_letters(painter, min(_NAME_PX, head - 2), colour, bold=True)
    painter.drawText(line.adjusted(13, 0, 0, 0), middle, track.label)
    if track.title != track.name:
        start = 13 + metrics.horizontalAdvance(track.label) + 8
        metrics = with_letters(painter, _LABEL_PX, look.theme.dim)
        said = metrics.elidedText(track.title, Qt.TextElideMode.ElideRight, max(0, line.width() - start))
        painter.drawText(line.adjusted(start, 0, 0, 0), middle, said)
    if selected:
        painter.fillRect(2, top, 2, look.layout.block_px, QColor(look.theme.accent))


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
    metrics = with_letters(painter, _LABEL_PX, look.theme.dim)
    for tick in range(int((axis.n_frames - 1) / look.fps / step + 1e-6) + 1):
        x = int(axis.x_of(0) + tick * step * look.fps * axis.width / axis.n_frames)
        text = f"{tick * step:.{decimals}f} s"
        painter.fillRect(x, y, 1, 3, QColor(look.theme.dim))
        left = min(max(x - metrics.horizontalAdvance(text) // 2, 0), axis.left + axis.width + 10)
        painter.drawText(left, y + 3, 80, AXIS_PX - 3, Qt.AlignmentFlag.AlignVCenter, text)


def paint_marks(painter: QPainter, axis: FrameAxis, span: tuple[int, int], layout: HeatLayout, theme: Theme) -> None:
    """In and out: what lies outside grows pale; lines at their outer edges and a bar between them below the cells."""
    bottom = layout.bottom
    first, last = (min(frame, axis.n_frames - 1) for frame in span)
    left, right = round(axis.edge_of(first)), round(axis.edge_of(last + 1))
    colour = QColor(theme.accent)
    painter.fillRect(left, bottom + 1, right - left, 2, colour)
    for top in layout.tops:  # not through the names
        shade_outside(painter, axis, span, (top, top + layout.block_px), theme)
        for x in (left, right - 1):
            painter.fillRect(x, top, 1, layout.block_px, colour)
