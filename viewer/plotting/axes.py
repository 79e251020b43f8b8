"""Axes with their unit at every number, and steps that people count in."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

__all__ = ["DegreeAxis", "SecondsAxis"]

_DEGREE_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 90.0, 180.0, 360.0)
_SECOND_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0,
                 300.0, 600.0, 1200.0, 1800.0, 3600.0)  # fmt: skip
_GAP_PX, _HALF_PX = 3.0, 20.0
_ROOM_PX = {"left": 26.0, "bottom": 46.0}


class _SteppedAxis(pg.AxisItem):
    """An axis with one level of ticks, at multiples of the smallest step that leaves room for the labels."""

    steps: tuple[float, ...] = ()

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        # Labels may reach beyond the ends of the axis.
        self.setStyle(hideOverlappingLabels=int(2 * _HALF_PX))
        self.enableAutoSIPrefix(False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802 - pyqtgraph's
        """The step for this range on so many pixels, and the ticks."""
        low, high = min(low, high), max(low, high)
        least = (high - low) * _ROOM_PX[self.orientation] / max(size, 1.0)
        step = next((step for step in self.steps if step >= least), self.steps[-1])
        return [(step, [i * step for i in range(math.ceil(low / step), math.floor(high / step) + 1)])]

    def ticks_at(self, low: float, high: float, size: float) -> list[float]:
        """Where the ticks are, for lines behind the data."""
        return self.tickValues(low, high, size)[0][1]

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The labels alone, at once: pyqtgraph's way by a recorded picture costs five times as much."""
        low, high = self.range
        rect = self.rect()
        is_left = self.orientation == "left"
        ((step, ticks),) = self.tickValues(low, high, rect.height() if is_left else rect.width())
        painter.setFont(self.style["tickFont"] or painter.font())
        painter.setPen(self.textPen())
        for tick, text in zip(ticks, self.tickStrings(ticks, 1.0, step), strict=True):
            share = (tick - low) / (high - low)
            if is_left:
                middle = rect.bottom() - share * rect.height()
                place = QRectF(rect.left(), middle - _HALF_PX, rect.width() - _GAP_PX, 2 * _HALF_PX)
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            else:
                middle = rect.left() + share * rect.width()
                place = QRectF(middle - 2 * _HALF_PX, rect.top() + _GAP_PX, 4 * _HALF_PX, rect.height() - _GAP_PX)
                painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)


class DegreeAxis(_SteppedAxis):
    """Angles in degrees."""

    steps = _DEGREE_STEPS

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002, N802 - pyqtgraph's
        """Such as ``−30°``, with the minus sign of typography."""
        decimals = 1 if spacing < 1 else 0
        return [f"{value + 0.0:.{decimals}f}°".replace("-", "−") for value in values]


class SecondsAxis(_SteppedAxis):
    """Time in seconds from the beginning of the clip."""

    steps = _SECOND_STEPS

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002, N802 - pyqtgraph's
        """Such as ``1.5 s``."""
        decimals = next((digits for digits in range(3) if round(spacing * 10**digits, 6) >= 1), 3)
        return [f"{value + 0.0:.{decimals}f} s" for value in values]
