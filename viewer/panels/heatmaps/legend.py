"""The colour bar with its unit, and what a missing cell looks like."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.strips import Limit, draw_cells, fill_missing, limit_label
from viewer.theme import Theme, lut

__all__ = ["Legend"]

_BAR_PX, _BAR_HEIGHT_PX, _SWATCH_PX, _GAP_PX = 96, 10, 14, 5


class Legend(QWidget):
    """A horizontal bar from 0, or from minus to plus the limit, and the swatch of missing cells."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._limit: Limit | None = None
        self._unit = ""
        self._signed = False
        font = QFont(self.font())
        font.setPixelSize(11)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def labels(self) -> tuple[str, str]:
        """What stands at the low and the high end."""
        if self._limit is None:
            return "", ""
        high = limit_label(self._limit, self._unit)
        if not self._signed:
            return f"0{'' if self._unit == '°' else ' '}{self._unit}", high
        return high.replace("≥ ", "≤ −") if self._limit.exceeded else f"−{high}", high.replace("≥ ", "≥ +")

    def show_scale(self, limit: Limit | None, unit: str, signed: bool) -> None:
        """Another scale, or none."""
        self._limit, self._unit, self._signed = limit, unit, signed
        self.updateGeometry()
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - name of Qt
        """As wide as its words."""
        if self._limit is None:
            return QSize(0, 20)
        metrics = QFontMetrics(self.font())
        words = sum(metrics.horizontalAdvance(text) + _GAP_PX for text in (*self.labels, "missing"))
        return QSize(words + _BAR_PX + _SWATCH_PX + 4 * _GAP_PX, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - name of Qt
        """Low end, bar, high end, swatch."""
        if self._limit is None:
            return
        low, high = self.labels
        with QPainter(self) as painter:
            x = self._word(painter, 0, low)
            bar = QRect(x, (self.height() - _BAR_HEIGHT_PX) // 2, _BAR_PX, _BAR_HEIGHT_PX)
            table = lut(self._theme.difference if self._signed else self._theme.magnitude)
            draw_cells(painter, bar, np.ascontiguousarray(table[None]))
            x = self._word(painter, bar.right() + 1 + _GAP_PX, high) + 2 * _GAP_PX
            swatch = QRect(x, bar.y(), _SWATCH_PX, _BAR_HEIGHT_PX)
            fill_missing(painter, swatch, self._theme)
            self._word(painter, swatch.right() + 1 + _GAP_PX, "missing")

    def _word(self, painter: QPainter, x: int, text: str) -> int:
        """Write at x; where the next thing may begin."""
        painter.setPen(QColor(self._theme.dim))
        width = QFontMetrics(self.font()).horizontalAdvance(text)
        painter.drawText(x, 0, width + 1, self.height(), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width + _GAP_PX
