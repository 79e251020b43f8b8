"""One plot of a film: the lines of an angle over the span, painted once, and the cursor with a dot on each line."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from viewer.film.film import Film
from viewer.film.letters import SMALL_PX, line_px, middle_text, width_px, write
from viewer.numbers import short_text
from viewer.panels.traces.inks import Inks
from viewer.panels.traces.series import FLOOR, AngleSeries, Line, series_of, value_range
from viewer.plotting import outlines, polyline
from viewer.strips import round_ticks
from viewer.theme import Theme
from viewer.view import Quantity
from viewer.wording import FLOOR_BAND

__all__ = ["AXIS_PX", "HEAD_PX", "PlotPart", "PlotPlace", "seconds_ticks"]

HEAD_PX, AXIS_PX = 22.0, 18.0
"""Room for the title above a plot, and for times below it."""

_LINE_PX, _STRONG_PX, _DOT_PX = 1.6, 2.6, 3.6
_DEGREE_ROOM_PX, _SECOND_ROOM_PX = 22.0, 64.0
_LEAST_SPAN_DEG, _MARGIN = 10.0, 0.08
_KEY_PX, _KEY_GAP_PX = 18.0, 14.0


@dataclass(frozen=True, slots=True)
class PlotPlace:
    """Where a plot stands and what of it is written. rect : of the plot itself; the title is above it.

    degrees, seconds : whether numbers stand left of it and below. alone : its axis fits its own lines in the span; else
    that of both sides in the clip, as in the window. key : says what the reference and the floor look like.
    """

    column: int
    quantity: Quantity
    title: str
    rect: QRectF
    degrees: bool
    seconds: bool
    selected: bool = False
    alone: bool = False
    key: bool = False


class PlotPart:
    """Paints one plot: :meth:`paint_still` once, :meth:`paint` at every frame."""

    def __init__(self, film: Film, theme: Theme, place: PlotPlace) -> None:
        self._film, self._theme, self._place, self._inks = film, theme, place, Inks.of(theme)
        content, view = film.content, film.view
        self._series: AngleSeries = series_of(content, place.column, place.quantity)
        shown = [line for line in self._series.lines if line.name not in view.hidden]
        self._lines: list[Line] = sorted(shown, key=self._is_strong)
        kind = content.angles[place.column].kind
        whole = value_range(content, kind, place.quantity, view.hidden)
        self._low, self._high = self._own_range() if place.alone else whole

    def paint_still(self, painter: QPainter) -> None:
        """Everything but the cursor."""
        rect, theme, inks = self._place.rect, self._theme, self._inks
        self._paint_title(painter)
        painter.fillRect(rect, inks.base)
        if self._series.message:
            write(painter, rect, self._series.message, theme.dim, SMALL_PX, align=Qt.AlignmentFlag.AlignHCenter)
        else:
            painter.save()
            painter.setClipRect(rect)
            self._paint_shades(painter)
            self._paint_grid(painter)
            self._paint_floor(painter)
            for line in self._lines:
                self._paint_line(painter, line)
            painter.restore()
        painter.setPen(QPen(inks.accent if self._place.selected else inks.grid, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
        self._paint_numbers(painter)

    def paint(self, painter: QPainter, frame: int) -> None:
        """The cursor, and where it meets the lines."""
        rect = self._place.rect
        x = float(self._x(np.array([frame]))[0])
        painter.setPen(QPen(QColor(self._theme.cursor), 1.2))
        painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()))
        painter.setPen(QPen(self._inks.base, 1.0))
        for line in self._lines:
            value = float(line.values[frame])
            if np.isfinite(value):
                painter.setBrush(self._inks.line(line.colour).color())
                painter.drawEllipse(QPointF(x, float(self._y(np.array([value]))[0])), _DOT_PX, _DOT_PX)

    def _is_strong(self, line: Line) -> bool:
        return line.colour >= 0 and line.name == self._film.view.lifter

    def _x(self, frames: NDArray[Any]) -> NDArray[np.float64]:
        rect, film = self._place.rect, self._film
        return np.asarray(rect.left() + (frames - film.first + 0.5) * rect.width() / (film.last - film.first + 1))

    def _y(self, values: NDArray[Any]) -> NDArray[np.float64]:
        rect = self._place.rect
        return np.asarray(rect.bottom() - (values - self._low) * rect.height() / (self._high - self._low))

    def _paint_title(self, painter: QPainter) -> None:
        rect, theme = self._place.rect, self._theme
        head = QRectF(rect.left(), rect.top() - HEAD_PX, rect.width(), HEAD_PX)
        colour = theme.accent if self._place.selected else theme.text
        write(painter, head, self._place.title, colour, SMALL_PX + 1, bold=self._place.selected)
        if self._place.key:
            taken = width_px(self._place.title, SMALL_PX + 1, bold=True) + _KEY_GAP_PX
            self._paint_key(painter, head.adjusted(taken, 0, 0, 0))

    def _paint_key(self, painter: QPainter, room: QRectF) -> None:
        """What is no lifter's, at the right, as much as there is room for."""
        found = [("reference", self._inks.line(-1).color(), _LINE_PX)] if self._shows_reference() else []
        if self._series.floor is not None and FLOOR not in self._film.view.hidden:
            found.append((FLOOR_BAND, self._inks.band, 9.0))
        widths = [_KEY_PX + 5.0 + width_px(text, SMALL_PX) for text, _, _ in found]
        while found and sum(widths) + _KEY_GAP_PX * (len(found) - 1) > room.width():
            found, widths = found[1:], widths[1:]  # the floor is the stranger one
        x = room.right() - sum(widths) - _KEY_GAP_PX * max(len(found) - 1, 0)
        for (text, colour, wide), taken in zip(found, widths, strict=True):
            painter.setPen(QPen(colour, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QLineF(x, room.center().y(), x + _KEY_PX, room.center().y()))
            place = QRectF(x + _KEY_PX + 5.0, room.top(), taken, room.height())
            write(painter, place, text, self._theme.dim, SMALL_PX)
            x += taken + _KEY_GAP_PX

    def _shows_reference(self) -> bool:
        return any(line.colour < 0 for line in self._lines)

    def _own_range(self) -> tuple[float, float]:
        """Of this plot's lines in the span, with zero among errors."""
        film, floor_ = self._film, self._series.floor
        parts = [line.values[film.first : film.last + 1] for line in self._lines]
        if floor_ is not None and FLOOR not in film.view.hidden:
            parts += [band[film.first : film.last + 1] for band in (floor_.low, floor_.high)]
        values = np.concatenate(parts) if parts else np.zeros(1, np.float32)
        values = values[np.isfinite(values)]
        zero = np.zeros(1 if self._place.quantity is Quantity.ERROR or not len(values) else 0, np.float32)
        values = np.concatenate([values, zero])
        low, high = float(values.min()), float(values.max())
        more = max(_LEAST_SPAN_DEG - (high - low), 0.0) / 2 + _MARGIN * (high - low)
        return low - more, high + more

    def _paint_shades(self, painter: QPainter) -> None:
        rect = self._place.rect
        for first, last in self._series.singular:
            left, right = self._x(np.array([first - 0.5, last + 0.5]))
            painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), self._inks.singular)

    def _degrees(self) -> list[float]:
        most = max(3, int(self._place.rect.height() / _DEGREE_ROOM_PX))
        return [*round_ticks(self._low, self._high, most)]

    def _paint_grid(self, painter: QPainter) -> None:
        rect, degrees = self._place.rect, np.array(self._degrees())
        painter.setPen(QPen(self._inks.grid, 1.0))
        painter.drawLines([QLineF(rect.left(), y, rect.right(), y) for y in self._y(degrees)])
        for frame, _ in seconds_ticks(self._film, rect.width()):
            x = float(self._x(np.array([frame]))[0])
            painter.drawLine(QLineF(x, rect.top(), x, rect.bottom()))
        if self._place.quantity is Quantity.ERROR:
            y = float(self._y(np.zeros(1))[0])
            painter.setPen(QPen(self._inks.zero, 1.0))
            painter.drawLine(QLineF(rect.left(), y, rect.right(), y))

    def _paint_floor(self, painter: QPainter) -> None:
        floor_, film = self._series.floor, self._film
        if floor_ is None or FLOOR in film.view.hidden:
            return
        path = QPainterPath()
        for part in outlines(floor_.low, floor_.high, floor_.breaks, film.first, film.last + 1, self._columns()):
            x = self._x(part.frames)
            edge = np.concatenate([x, x[::-1]]), np.concatenate([self._y(part.high), self._y(part.low)[::-1]])
            path.addPath(arrayToQPath(*edge, finiteCheck=False))
        painter.fillPath(path, self._inks.band)
        self._paint_path(painter, floor_.bare, QPen(self._inks.floor, 1.0))

    def _paint_line(self, painter: QPainter, line: Line) -> None:
        wide = _STRONG_PX if self._is_strong(line) else _LINE_PX
        self._paint_path(painter, line, QPen(self._inks.line(line.colour).color(), wide))

    def _paint_path(self, painter: QPainter, line: Line, pen: QPen) -> None:
        film = self._film
        points = polyline(line.values, line.breaks, film.first, film.last + 1, self._columns())
        if len(points.frames):
            joined = points.joined.astype(np.int32)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(arrayToQPath(self._x(points.frames), self._y(points.values), joined, finiteCheck=False))

    def _columns(self) -> int:
        return max(1, ceil(self._place.rect.width() * 2))

    def _paint_numbers(self, painter: QPainter) -> None:
        rect, theme, line = self._place.rect, self._theme, line_px(SMALL_PX)
        if self._place.degrees and not self._series.message:
            for value in self._degrees():
                text = short_text(float(value), "°")
                y = min(max(float(self._y(np.array([value]))[0]), rect.top() + line / 3), rect.bottom() - line / 3)
                wide = width_px(text, SMALL_PX)
                write(painter, QRectF(rect.left() - wide - 5.0, y - line / 2, wide, line), text, theme.dim, SMALL_PX)
        if self._place.seconds:
            for frame, text in seconds_ticks(self._film, rect.width()):
                x = float(self._x(np.array([frame]))[0])
                middle_text(painter, x, rect.bottom() + 3.0, text, theme.dim, rect.left(), rect.right())


def seconds_ticks(film: Film, width_px_: float) -> list[tuple[float, str]]:
    """Frames, not always whole ones, at round times of the clip within the span, with their text."""
    fps = film.content.fps
    low, high = film.first / fps, film.last / fps
    times = round_ticks(low, max(high, low + 1 / fps), max(2, int(width_px_ / _SECOND_ROOM_PX)))
    times = tuple(time for time in times if time <= high + 1e-9)
    decimals = next((digits for digits in range(3) if all(round(t * 10**digits, 6) % 1 == 0 for t in times)), 3)
    return [(time * fps, f"{time:.{decimals}f} s") for time in times]
