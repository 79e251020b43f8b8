"""Letters of a film: fonts, and text in a rectangle. Logical pixels, in which every size of film is laid out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

__all__ = ["LARGE_PX", "SMALL_PX", "USUAL_PX", "font", "line_px", "middle_text", "width_px", "write"]

LARGE_PX, USUAL_PX, SMALL_PX = 18, 14, 12
"""Sizes of letters."""


def font(size_px: int, bold: bool = False) -> QFont:
    """The application's font in a size."""
    found = QFont()
    found.setPixelSize(size_px)
    if bold:
        found.setWeight(QFont.Weight.DemiBold)
    return found


def width_px(text: str, size_px: int, bold: bool = False) -> float:
    """Room that a text takes."""
    return float(QFontMetricsF(font(size_px, bold)).horizontalAdvance(text))


def line_px(size_px: int) -> float:
    """Height of a line."""
    return float(QFontMetricsF(font(size_px)).height())


def write(
    painter: QPainter, rect: QRectF, text: str, colour: str | QColor, size_px: int = USUAL_PX, *, bold: bool = False,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:  # fmt: skip
    """One line in the middle of a rectangle's height, cut where it has no room."""
    letters = font(size_px, bold)
    painter.setFont(letters)
    painter.setPen(QColor(colour))
    shown = QFontMetricsF(letters).elidedText(text, cut, rect.width() + 1.0)
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, shown)


def middle_text(painter: QPainter, x: float, top: float, text: str, colour: str, least: float, most: float) -> None:
    """A small text about an x, moved inward at the ends of an axis."""
    half = width_px(text, SMALL_PX) / 2
    x = min(max(x, least + half), most - half)
    write(painter, QRectF(x - half, top, 2 * half + 1, line_px(SMALL_PX)), text, colour, SMALL_PX)
