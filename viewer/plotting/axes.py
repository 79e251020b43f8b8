"""Axes with their unit at every number, and steps that people count in."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from viewer.numbers import number_text

__all__ = ["DegreeAxis", "SecondsAxis", "Ticks"]

_DEGREE_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 90.0, 180.0, 360.0)
_SECOND_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0,
                 300.0, 600.0, 1200.0, 1800.0, 3600.0)  # fmt: skip
_GAP_PX = 3.0
# Letters may reach so far beyond the ends of the axis: a label there moves inward rather than into the next plot.
_BEYOND_PX = 2.0


class Ticks(NamedTuple):
    """Where numbers stand, in units of the axis, and the step that they are multiples of."""

    step: float
    values: list[float]


class _SteppedAxis(QGraphicsItem):
    """Numbers beside a plot, in pixels of the view, at multiples of the smallest step that leaves room for them.

    Not pyqtgraph's axis: that one costs five times as much, and takes its room from layouts and from whether it is
    visible, where here the panel says where everything stands.
    """

    steps: ClassVar[tuple[float, ...]] = ()
    room_px: ClassVar[float] = 0.0
    """From tick to tick, for easy reading."""
    least_px: ClassVar[float] = 0.0
    """From tick to tick, for numbers that do not touch."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self._font = QFont()
        self._colour = QColor("gray")
        self._range = (0.0, 1.0)

    @property
    def rect(self) -> QRectF:
        """Where it stands, as long as its plot."""
        return self._rect

    def place(self, rect: QRectF, font: QFont) -> None:
        """Another place, in pixels of the view."""
        self.prepareGeometryChange()
        self._rect, self._font = rect, font

    def show_range(self, low: float, high: float) -> None:
        """Other ends of the axis."""
        self._range = (low, high)
        self.update()

    def show_colour(self, colour: QColor) -> None:
        """Of the letters."""
        self._colour = colour
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Its place, and what labels reach beyond it."""
        return self._rect.adjusted(-_BEYOND_PX, -_BEYOND_PX, _BEYOND_PX, _BEYOND_PX)

    def ticks(self, low: float, high: float, size_px: float) -> Ticks:
        """Ticks of a range on so many pixels: at least two, so that a distance can be read, wherever two have room."""
        least = (high - low) * self.room_px / max(size_px, 1.0)
        usual = next((i for i, step in enumerate(self.steps) if step >= least), len(self.steps) - 1)
        found = _multiples(self.steps[usual], low, high)
        if len(found.values) >= 2:
            return found
        least = (high - low) * self.least_px / max(size_px, 1.0)
        for step in reversed(self.steps[:usual]):
            finer = _multiples(step, low, high)
            if len(finer.values) >= 2 and finer.values[-1] - finer.values[0] >= least:
                # Where not all of them have room, the outermost two say most.
                return finer if step >= least else Ticks(step, [finer.values[0], finer.values[-1]])
        return found

    def labels(self, ticks: Ticks) -> list[str]:
        """The numbers with their unit."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The numbers alone; lines at them belong to the plot."""
        painter.setFont(self._font)
        painter.setPen(self._colour)
        self._paint_labels(painter, self.ticks(*self._range, self._length()))

    def _length(self) -> float:
        raise NotImplementedError

    def _paint_labels(self, painter: QPainter, ticks: Ticks) -> None:
        raise NotImplementedError

    def _share(self, value: float) -> float:
        low, high = self._range
        return (value - low) / (high - low)


class DegreeAxis(_SteppedAxis):
    """Angles in degrees, left of a plot."""

    steps = _DEGREE_STEPS
    room_px, least_px = 26.0, 16.0

    def labels(self, ticks: Ticks) -> list[str]:
        """Such as ``−30°``, with the minus sign of typography."""
        decimals = 1 if ticks.step < 1 else 0
        return [number_text(float(value), decimals, "°") for value in ticks.values]

    def _length(self) -> float:
        return self._rect.height()

    def _paint_labels(self, painter: QPainter, ticks: Ticks) -> None:
        rect, half = self._rect, QFontMetricsF(self._font).height() / 2
        for tick, text in zip(ticks.values, self.labels(ticks), strict=True):
            middle = rect.bottom() - self._share(tick) * rect.height()
            middle = _within(middle, rect.top() - _BEYOND_PX + half, rect.bottom() + _BEYOND_PX - half)
            place = QRectF(rect.left(), middle - half, rect.width() - _GAP_PX, 2 * half)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class SecondsAxis(_SteppedAxis):
    """Time in seconds from the beginning of the clip, below a plot."""

    steps = _SECOND_STEPS
    room_px, least_px = 46.0, 46.0

    def labels(self, ticks: Ticks) -> list[str]:
        """Such as ``1.5 s``."""
        decimals = next((digits for digits in range(3) if round(ticks.step * 10**digits, 6) >= 1), 3)
        return [f"{value + 0.0:.{decimals}f} s" for value in ticks.values]

    def _length(self) -> float:
        return self._rect.width()

    def _paint_labels(self, painter: QPainter, ticks: Ticks) -> None:
        rect, metrics, taken = self._rect, QFontMetricsF(self._font), -math.inf
        for tick, text in zip(ticks.values, self.labels(ticks), strict=True):
            half = metrics.horizontalAdvance(text) / 2 + 1.0
            middle = rect.left() + self._share(tick) * rect.width()
            middle = _within(middle, rect.left() - _BEYOND_PX + half, rect.right() + _BEYOND_PX - half)
            if middle - half < taken:
                continue
            taken = middle + half + _GAP_PX
            place = QRectF(middle - half, rect.top() + _GAP_PX, 2 * half, rect.height() - _GAP_PX)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)


def _multiples(step: float, low: float, high: float) -> Ticks:
    return Ticks(step, [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)])


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), max(most, least))
