"""The inside of one plot: shades, lines behind the data, the floor, and every source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPath
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.panels.traces.inks import Inks
from viewer.panels.traces.series import FLOOR, AngleSeries, Floor, Line
from viewer.plotting import Outline, is_dense, outlines, polyline, runs_of

__all__ = ["Body", "Drawn"]

Numbers = NDArray[np.float64]

# How far strokes of one pixel stand from the middle of a line, which makes lines of about 1.7 and 2.6 pixels: a pen of
# two pixels costs ten times as much as a stroke.
_FIRM_PX, _STRONG_PX = 0.35, 1.05
_TRIANGLE = ((0.0, 1.0), (-0.87, -0.5), (0.87, -0.5))
_SQUARE = ((-0.71, -0.71), (0.71, -0.71), (-0.71, 0.71), (0.71, 0.71))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What a body draws. emphasised : name of the lifter that is drawn last and stronger. span : (in, out) frames or
    None. zero : with a line at zero. alone : the only plot, which has time for smooth edges everywhere.
    """

    series: AngleSeries
    hidden: frozenset[str]
    emphasised: str
    span: tuple[int, int] | None
    zero: bool
    alone: bool = False


class _Map:
    """Frames and degrees to pixels of one plot, and which frames are in it."""

    def __init__(self, box: pg.ViewBox, fps: float, n_frames: int, ratio: float) -> None:
        (left, right), (bottom, top) = box.viewRange()
        self.width, self.height = box.width(), box.height()
        self.ratio = ratio
        self.columns = max(1, math.ceil(self.width * ratio))
        self._fps, self._left, self._top = fps, left, top
        self._x_scale = self.width / (right - left)
        self._y_scale = self.height / (top - bottom)
        # One more at each side, so that lines run on to the edges.
        self.first = max(0, math.floor(left * fps) - 1)
        self.last = min(n_frames, math.ceil(right * fps) + 2)
        # Upright strokes of whole pixels gain nothing from smooth edges.
        self.dense = is_dense(self.last - self.first, self.columns)

    def x(self, frames: Numbers) -> Numbers:
        return self.x_at(frames / self._fps)

    def x_at(self, seconds: Numbers) -> Numbers:
        return np.asarray((seconds - self._left) * self._x_scale)

    def y(self, values: Numbers) -> Numbers:
        return np.asarray((self._top - values) * self._y_scale)

    def crisp(self, pixels: Numbers) -> list[float]:
        """Middles of pixels of the screen, so that every hairline is equally wide."""
        return [float(pixel) for pixel in (np.floor(pixels * self.ratio) + 0.5) / self.ratio]

    def hairline(self, colour: QColor) -> QPen:
        """A pen of one pixel, or as many as one is on a fine screen."""
        pen = QPen(colour, max(1.0, round(self.ratio)))
        pen.setCosmetic(True)
        return pen


class Body(pg.GraphicsObject):
    """Paints one plot in the pixels of its view box; drawn only when the picture of the whole view is."""

    def __init__(self, box: pg.ViewBox, inks: Inks) -> None:
        super().__init__(box)
        self._box = box
        self._inks = inks
        self._drawn: Drawn | None = None
        self._ticks: tuple[Sequence[float], Sequence[float]] = ((), ())

    @property
    def drawn(self) -> Drawn | None:
        """What is drawn now."""
        return self._drawn

    def show_drawn(self, drawn: Drawn | None) -> None:
        """Other data or another choice of it."""
        self._drawn = drawn
        self.update()

    def show_inks(self, inks: Inks) -> None:
        """Other colours."""
        self._inks = inks
        self.update()

    def set_ticks(self, seconds: Sequence[float], degrees: Sequence[float]) -> None:
        """Where lines stand behind the data; the box has been resized or shows another range."""
        self._ticks = (seconds, degrees)
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """All of the box."""
        return QRectF(self._box.rect())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """From back to front."""
        painter.fillRect(self.boundingRect(), self._inks.base)
        drawn = self._drawn
        if drawn is None:
            return
        series = drawn.series
        if series.message:
            painter.setPen(self._inks.dim)
            room = self.boundingRect().adjusted(6.0, 2.0, -6.0, -2.0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, series.message)
            return
        place = _Map(self._box, series.fps, series.n_frames, painter.deviceTransform().m11())
        if place.last <= place.first:
            return
        self._paint_shades(painter, place, drawn)
        self._paint_grid(painter, place, drawn.zero)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not place.dense)
        if series.floor is not None and FLOOR not in drawn.hidden:
            self._paint_floor(painter, place, series.floor, drawn.alone)
        shown = [line for line in series.lines if line.name not in drawn.hidden]
        for line in sorted(shown, key=lambda line: line.name == drawn.emphasised and line.colour >= 0):
            is_strong = line.name == drawn.emphasised and line.colour >= 0
            offset = _STRONG_PX if is_strong else _FIRM_PX
            self._paint_line(painter, place, line, self._inks.line(line.colour), offset)

    def _paint_shades(self, painter: QPainter, place: _Map, drawn: Drawn) -> None:
        for first, last in _covered(drawn.series.singular, place):
            painter.fillRect(QRectF(first, 0.0, last + 1 - first, place.height), self._inks.singular)
        if drawn.span is not None:
            left, right = place.x(np.array([drawn.span[0] - 0.5, drawn.span[1] + 0.5]))
            painter.fillRect(QRectF(left, 0.0, right - left, place.height), self._inks.span)

    def _paint_grid(self, painter: QPainter, place: _Map, zero: bool) -> None:
        seconds, degrees = self._ticks
        across = place.crisp(place.y(np.array(degrees, np.float64)))
        along = place.crisp(place.x_at(np.array(seconds, np.float64)))
        painter.setPen(place.hairline(self._inks.grid))
        painter.drawLines([QLineF(0.0, y, place.width, y) for y in across])
        painter.drawLines([QLineF(x, 0.0, x, place.height) for x in along])
        if zero:
            y = place.crisp(place.y(np.zeros(1)))[0]
            painter.setPen(place.hairline(self._inks.zero))
            painter.drawLine(QLineF(0.0, y, place.width, y))

    def _paint_floor(self, painter: QPainter, place: _Map, floor: Floor, smooth: bool) -> None:
        parts = outlines(floor.low, floor.high, floor.breaks, place.first, place.last, place.columns)
        if place.dense:
            self._paint_columns(painter, place, parts)
        else:
            path = QPainterPath()
            for part in parts:
                x, low, high = place.x(part.frames), place.y(part.low), place.y(part.high)
                edge = np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])
                path.addPath(arrayToQPath(*edge, finiteCheck=False))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
            painter.fillPath(path, self._inks.band)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            if not smooth:  # a stroke along the steps of the edge, a tenth of the cost of a smooth one
                painter.strokePath(path, self._inks.band_edge)
        pen = QPen(self._inks.floor, 1.0)
        pen.setCosmetic(True)
        self._paint_line(painter, place, floor.bare, pen, 0.0)

    def _paint_columns(self, painter: QPainter, place: _Map, parts: Sequence[Outline]) -> None:
        """A dense band as one stroke per pixel column: filling its jagged outline would cost a hundred times that."""
        if not parts:
            return
        frames = np.concatenate([part.frames for part in parts])
        ends = np.concatenate([np.stack([part.low, part.high], axis=1) for part in parts])
        wide = place.width / place.columns
        middle = (np.floor(place.x(frames) / wide) + 0.5) * wide
        pen = QPen(self._inks.band, 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(arrayToQPath(np.repeat(middle, 2), place.y(ends.ravel()), "pairs", finiteCheck=False))

    def _paint_line(self, painter: QPainter, place: _Map, line: Line, pen: QPen, offset: float) -> None:
        points = polyline(line.values, line.breaks, place.first, place.last, place.columns)
        if not len(points.frames):
            return
        # A line without gaps has a way into Qt that is five times faster.
        joined = "all" if points.joined[:-1].all() else points.joined.astype(np.int32)
        path = arrayToQPath(place.x(points.frames), place.y(points.values), joined, finiteCheck=False)
        painter.setPen(pen)
        for x, y in _strokes(offset * place.ratio, place.dense):
            painter.translate(x / place.ratio, y / place.ratio)
            painter.drawPath(path)
            painter.translate(-x / place.ratio, -y / place.ratio)


def _strokes(offset: float, dense: bool) -> list[tuple[float, float]]:
    """Where to draw a line again and again for its thickness, in pixels of the screen."""
    if dense:  # upright strokes already: wider only where that shall be seen
        return [(0.0, 0.0)] if offset <= _FIRM_PX else [(0.0, 0.0), (1.0, 0.0)]
    if not offset:
        return [(0.0, 0.0)]
    around = _TRIANGLE if offset <= 0.5 else _SQUARE
    middle = [(0.0, 0.0)] if offset > 0.8 else []
    return middle + [(x * offset, y * offset) for x, y in around]


def _covered(spans: NDArray[np.intp], place: _Map) -> NDArray[np.intp]:
    """(N, 2) first and last pixel columns that frames of the spans touch; few however many spans there are."""
    if not len(spans):
        return spans
    width = max(1, math.ceil(place.width))
    ends = spans + np.array([-0.5, 0.5])
    left = np.floor(place.x(ends[:, 0])).astype(int)
    right = np.ceil(place.x(ends[:, 1])).astype(int)
    seen = (right > 0) & (left < width)
    steps = np.zeros(width + 1, np.intp)
    np.add.at(steps, np.clip(left[seen], 0, width), 1)
    np.add.at(steps, np.clip(right[seen], 0, width), -1)
    return runs_of(np.cumsum(steps[:-1]) > 0)
