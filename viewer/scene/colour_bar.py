"""The colour bar at the right of the scene."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from viewer.scene.scales import ErrorScale
from viewer.theme import Theme

__all__ = ["ColourBar"]

_WIDE_PX = 10
_HIGH_PX = 150
_TICK_PX = 4
_SPACE_PX = 4


class ColourBar(QWidget):
    """Title, bar and ticks of an :class:`ErrorScale`; the last tick also stands for everything larger.

    Lies over the scene, at the bottom right, and lets the mouse through.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: ErrorScale | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def scale(self) -> ErrorScale | None:
        """What it shows."""
        return self._scale

    @property
    def labels(self) -> tuple[str, ...]:
        """What is written at the ticks, from 0 up."""
        if self._scale is None:
            return ()
        written = [f"{tick:g}" for tick in self._scale.ticks]
        unit = self._scale.unit if self._scale.unit == "°" else f" {self._scale.unit}"
        return (*written[:-1], f"≥ {written[-1]}{unit}")

    def show_scale(self, scale: ErrorScale | None, theme: Theme) -> None:
        """Another scale, or none, in the colours of a theme."""
        self._scale, self._theme = scale, theme
        self.resize(self.sizeHint())
        self.setVisible(scale is not None)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the scale and its letters."""
        if self._scale is None:
            return QSize(0, 0)
        metrics = QFontMetricsF(self.font())
        widest = max(map(metrics.horizontalAdvance, self.labels))
        wide = max(widest + _SPACE_PX + _TICK_PX + _WIDE_PX, metrics.horizontalAdvance(self._scale.title))
        return QSize(round(wide) + 2, round(_HIGH_PX + 1.5 * metrics.height() + _SPACE_PX) + 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw."""
        scale = self._scale
        if scale is None:
            return
        painter, metrics = QPainter(self), QFontMetricsF(self.font())
        line = metrics.height()
        top = 1.5 * line + _SPACE_PX
        bar = QRectF(self.width() - _WIDE_PX - 1, top, _WIDE_PX, _HIGH_PX)
        column = np.ascontiguousarray((scale.table[::-1] * 255).round().astype(np.uint8)[:, None])
        painter.drawImage(bar, QImage(column.data, 1, len(column), 4, QImage.Format.Format_RGBA8888))
        painter.setPen(QPen(QColor(self._theme.text), 1))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width() - 1, line), right, scale.title)
        for tick, label in zip(scale.ticks, self.labels, strict=True):
            y = round(bar.bottom() - bar.height() * tick / scale.limit)
            painter.drawLine(round(bar.left()) - _TICK_PX, y, round(bar.left()) - 1, y)
            edge = bar.left() - _TICK_PX - _SPACE_PX
            painter.drawText(QRectF(0, y - line / 2, edge, line), right, label)
        painter.end()
