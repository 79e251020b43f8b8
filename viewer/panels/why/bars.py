"""Parts of an error as bars, and shares of a square as one bar of several colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.theme import Theme

__all__ = ["Bars", "Part", "Shares"]

_ROW_PAD = 5
_GAP = 8
_SWATCH_PX = 9


@dataclass(frozen=True, slots=True)
class Part:
    """One bar: what it is, its number as text, and its length from -1 to 1 of the longest; NaN draws none."""

    name: str
    text: str
    length: float


class Bars(QWidget):
    """Rows of a name, a number and a bar from a common zero."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme, self._colour = theme, theme.accent
        self._parts: tuple[Part, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[Part], colour: str) -> None:
        """Other bars, in the colour of their lifter."""
        resized = len(parts) != len(self._parts)
        self._parts, self._colour = tuple(parts), colour
        self.setAccessibleDescription("; ".join(f"{part.name} {part.text}" for part in parts))
        if resized:
            self.updateGeometry()
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A line for each row."""
        return QSize(240, max(len(self._parts), 1) * self._row())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Names and numbers, without bars."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Names, numbers, bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, row = self.fontMetrics(), self._row()
        names = max((metrics.horizontalAdvance(part.name) for part in self._parts), default=0)
        numbers = max((metrics.horizontalAdvance(part.text) for part in self._parts), default=0)
        left = names + numbers + 2 * _GAP
        signed = any(part.length < 0 for part in self._parts)
        zero = (left + self.width()) / 2 if signed else left
        room = self.width() - zero - 2
        for number, part in enumerate(self._parts):
            box = QRectF(0, number * row, self.width(), row)
            painter.setPen(QColor(self._theme.dim))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, part.name)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(box.adjusted(0, 0, left - _GAP - self.width(), 0),
                             Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, part.text)  # fmt: skip
            if np.isfinite(part.length) and room > 0:
                wide = part.length * room
                bar = QRectF(min(zero, zero + wide), box.top() + _ROW_PAD, abs(wide), row - 2 * _ROW_PAD)
                painter.fillRect(bar, QColor(self._colour))
        painter.setPen(QColor(self._theme.grid))
        if room > 0 and self._parts:
            painter.drawLine(round(zero), 2, round(zero), len(self._parts) * row - 2)
        painter.end()

    def _row(self) -> int:
        return self.fontMetrics().height() + _ROW_PAD


class Shares(QWidget):
    """One bar whose pieces are shares of a whole, each with its name where there is room for it; a key below names the
    others by their colours.
    """

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._pieces: tuple[tuple[str, float], ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_shares(self, pieces: Sequence[tuple[str, float]]) -> None:
        """Names and shares, which add up to 1; none for nothing to show."""
        self._pieces = tuple(pieces)
        self.setAccessibleDescription("; ".join(f"{name} {share:.0%}" for name, share in pieces))
        self.setToolTip("\n".join(f"{name}: {share:.1%} of the mean square error" for name, share in pieces))
        self.updateGeometry()
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The bar, and the line of the key below it."""
        return QSize(240, self._bar_px() + (self.fontMetrics().height() + 2 if self._pieces else 0))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The pieces from left to right, then the key."""
        painter = QPainter(self)
        at, left_out = 0.0, []
        for (name, share), shade in zip(self._pieces, self._theme.shares, strict=False):
            wide, colour, text = share * self.width(), QColor(shade), f"{name} {share:.0%}"
            piece = QRectF(at, 1, max(wide - 1, 0), self._bar_px() - 2)  # a gap to the next one
            painter.fillRect(piece, colour)
            at += wide
            if self.fontMetrics().horizontalAdvance(text) + 6 < wide:
                painter.setPen(QColor("#000000" if colour.lightnessF() > 0.6 else "#ffffff"))
                painter.drawText(piece, Qt.AlignmentFlag.AlignCenter, text)
            else:
                left_out.append((text, colour))
        self._paint_key(painter, left_out)
        painter.end()

    def _paint_key(self, painter: QPainter, entries: Sequence[tuple[str, QColor]]) -> None:
        """A square and a name for each piece that has no room for its own."""
        metrics, top, x = self.fontMetrics(), self._bar_px() + 2, 0
        painter.setPen(QColor(self._theme.dim))
        for text, colour in entries:
            painter.fillRect(x, top + (metrics.height() - _SWATCH_PX) // 2, _SWATCH_PX, _SWATCH_PX, colour)
            wide = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x + _SWATCH_PX + 4, top, wide + 2, metrics.height()),
                             Qt.AlignmentFlag.AlignVCenter, text)  # fmt: skip
            x += _SWATCH_PX + 4 + wide + 2 * _GAP

    def _bar_px(self) -> int:
        return self.fontMetrics().height() + 8
