"""What the colours of the strips mean, in two short lines above the names."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from viewer.strips import Limit, draw_cells, limit_label
from viewer.theme import Theme, lut

__all__ = ["LEGEND_TIP", "legend_width", "paint_legend", "small"]

LEGEND_TIP = "Angle MAE of every frame: mean of |error| over the twelve angles<br>Limits of this clip, for all lifters"

_TITLE = "angle MAE, °"
_LETTER_PX, _LINE_PX, _BAR_PX, _GAP_PX = 10, 12, 34, 5


def small(font: QFont) -> QFont:
    """The letters of the bar."""
    letters = QFont(font)
    letters.setPixelSize(_LETTER_PX)
    return letters


def legend_width(font: QFont, limit: Limit) -> int:
    """Pixels of the longer line. font : of the widget."""
    metrics = QFontMetrics(small(font))
    ends = metrics.horizontalAdvance("0") + metrics.horizontalAdvance(limit_label(limit))
    return max(metrics.horizontalAdvance(_TITLE), ends + _BAR_PX + 2 * _GAP_PX)


def paint_legend(painter: QPainter, left: int, top: int, limit: Limit, theme: Theme) -> None:
    """``angle MAE, °`` and below it ``0 ▭ ≥ 15``."""
    painter.setFont(small(painter.font()))
    painter.setPen(QColor(theme.dim))
    metrics = QFontMetrics(painter.font())

    def write(x: int, y: int, text: str) -> int:
        width = metrics.horizontalAdvance(text)
        painter.drawText(QRect(x, y, width + 1, _LINE_PX), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width + _GAP_PX

    write(left, top, _TITLE)
    x = write(left, top + _LINE_PX, "0")
    bar = QRect(x, top + _LINE_PX + 3, _BAR_PX, 7)
    draw_cells(painter, bar, np.ascontiguousarray(lut(theme.magnitude)[None]))
    write(x + _BAR_PX + _GAP_PX, top + _LINE_PX, limit_label(limit))
