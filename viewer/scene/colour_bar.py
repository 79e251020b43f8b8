"""The colour bar of the scene."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from viewer.scene.overlay import Overlay
from viewer.scene.scales import ErrorScale
from viewer.theme import Theme

__all__ = ["ColourBar"]

_HIGH_PX = 9
_TICK_PX = 4
_SPACE_PX = 5
_WIDEST_PX = 460
_MISSING = "missing"


class ColourBar(Overlay):
    """What an :class:`ErrorScale` means: its quantity and unit, colours with ticks, and the colour of missing errors.

    The last tick also stands for everything larger, and says so where there is anything.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: ErrorScale | None = None

    @property
    def scale(self) -> ErrorScale | None:
        """What it shows."""
        return self._scale

    @property
    def heading(self) -> str:
        """Quantity and unit."""
        return f"{self._scale.title}, {self._scale.unit}" if self._scale is not None else ""

    @property
    def labels(self) -> tuple[str, ...]:
        """What is written at the ticks, from 0 up."""
        if self._scale is None:
            return ()
        written = [f"{tick:g}" for tick in self._scale.ticks]
        return (*written[:-1], f"{'≥ ' if self._scale.exceeded else ''}{written[-1]}")

    def show_scale(self, scale: ErrorScale | None, theme: Theme) -> None:
        """Another scale, or none, in the colours of a theme."""
        self._scale, self._theme = scale, theme
        self.setVisible(scale is not None)
        self.outdate()

    def take(self, room_px: float) -> None:
        """As wide as there is room, up to what is readable at a glance, and as high as that takes."""
        self.resize(int(min(room_px, _WIDEST_PX)), 0)
        self.resize(self.width(), round(self._top() + _HIGH_PX + _TICK_PX + self._line_px()))

    def paint(self, painter: QPainter) -> None:
        """Draw."""
        if self._scale is None:
            return
        line = self._line_px()
        painter.setPen(QColor(self._theme.text))
        for i, words in enumerate(self._heading_lines()):
            painter.drawText(QRectF(0, i * line, self.width(), line), Qt.AlignmentFlag.AlignVCenter, words)
        self._paint_missing(painter, self._scale)
        self._paint_bar(painter, self._scale)

    def _paint_missing(self, painter: QPainter, scale: ErrorScale) -> None:
        line, wide = self._line_px(), QFontMetricsF(self.font()).horizontalAdvance(_MISSING)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width(), line), right, _MISSING)
        painter.save()
        painter.setPen(QPen(QColor(self._theme.dim), 1))
        painter.setBrush(QColor.fromRgbF(*scale.missing.tolist()))
        left = round(self.width() - wide - _SPACE_PX - _HIGH_PX)
        painter.drawRect(QRectF(left - 0.5, round((line - _HIGH_PX) / 2) + 0.5, _HIGH_PX, _HIGH_PX))
        painter.restore()

    def _paint_bar(self, painter: QPainter, scale: ErrorScale) -> None:
        line, bar = self._line_px(), QRectF(0, self._top(), self.width(), _HIGH_PX)
        row = np.ascontiguousarray((scale.table * 255).round().astype(np.uint8)[None])
        painter.drawImage(bar, QImage(row.data, row.shape[1], 1, QImage.Format.Format_RGBA8888))
        advance = QFontMetricsF(self.font()).horizontalAdvance
        free = self.width() - advance(self.labels[-1]) - 2 * _SPACE_PX
        for tick, label in zip(scale.ticks, self.labels, strict=True):
            x = min(round(bar.width() * tick / scale.limit), self.width() - 1) + 0.5
            painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + _TICK_PX - 1))
            wide = advance(label)
            left = min(max(x - wide / 2, 0.0), self.width() - wide)
            # The last one says where the bar ends; others that would run into it are left out.
            if tick == scale.ticks[-1] or left + wide <= free:
                place = QRectF(left, bar.bottom() + _TICK_PX, wide + 1, line)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, label)

    def _heading_lines(self) -> list[str]:
        """The heading in as many lines as it takes beside the swatch of what is missing."""
        metrics, lines = QFontMetricsF(self.font()), [""]
        room = self.width() - metrics.horizontalAdvance(_MISSING) - _HIGH_PX - 4 * _SPACE_PX
        for word in self.heading.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and metrics.horizontalAdvance(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _line_px(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _top(self) -> float:
        """Of the bar."""
        return round(len(self._heading_lines()) * self._line_px() + _SPACE_PX)
