"""How much a message matters, and the small pictures that say so."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from viewer.theme import Theme

__all__ = ["ICON_PX", "Severity", "copy_icon", "cross_icon", "crosses_icon", "severity_colour", "severity_picture"]

ICON_PX = 16
"""Width and height of every picture, logical pixels."""

_ERROR = {"dark": "#ff7b72", "light": "#c0281f"}
"""By the name of the theme, none of which has a colour for errors; readable as letters."""


class Severity(StrEnum):
    """How much a message matters: infos pass by themselves, warnings and errors stay until they are dismissed."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def severity_colour(severity: Severity, theme: Theme) -> str:
    """The colour as ``#rrggbb``."""
    return {Severity.INFO: theme.accent, Severity.WARNING: theme.warning, Severity.ERROR: _ERROR[theme.name]}[severity]


def _blank(ratio: float) -> QPixmap:
    picture = QPixmap(QSize(ICON_PX, ICON_PX) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def severity_picture(severity: Severity, theme: Theme, ratio: float) -> QPixmap:
    """A disc with i, a triangle with !, a disc with a cross: told apart without colour, too."""
    picture = _blank(ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(severity_colour(severity, theme)))
    if severity is Severity.WARNING:
        painter.drawPolygon(QPolygonF([QPointF(8, 1), QPointF(15.5, 14.5), QPointF(0.5, 14.5)]))
    else:
        painter.drawEllipse(QRectF(1, 1, 14, 14))
    painter.setPen(QPen(QColor(theme.base), 1.8, c=Qt.PenCapStyle.RoundCap))
    if severity is Severity.ERROR:
        painter.drawLine(QPointF(5.5, 5.5), QPointF(10.5, 10.5))
        painter.drawLine(QPointF(10.5, 5.5), QPointF(5.5, 10.5))
    else:
        dot, line = (12.2, (5.8, 9.2)) if severity is Severity.WARNING else (4.6, (7.6, 11.8))
        painter.drawPoint(QPointF(8, dot))
        painter.drawLine(QPointF(8, line[0]), QPointF(8, line[1]))
    painter.end()
    return picture


def copy_icon(theme: Theme) -> QIcon:
    """Two sheets."""
    return _icon(_draw_copy, theme)


def cross_icon(theme: Theme) -> QIcon:
    """A cross."""
    return _icon(_draw_cross, theme)


def crosses_icon(theme: Theme) -> QIcon:
    """A cross before another one."""
    return _icon(_draw_crosses, theme)


def _icon(draw: Callable[[QPainter], None], theme: Theme) -> QIcon:
    picture = _blank(2)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.text), 1.3))
    draw(painter)
    painter.end()
    return QIcon(picture)


def _draw_copy(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(5.5, 5.5, 8, 8), 1.5, 1.5)
    painter.drawPolyline([QPointF(3.5, 10.5), QPointF(2.5, 10.5), QPointF(2.5, 2.5), QPointF(10.5, 2.5),
                          QPointF(10.5, 3.5)])  # fmt: skip


def _draw_cross(painter: QPainter) -> None:
    painter.drawLine(QPointF(4, 4), QPointF(12, 12))
    painter.drawLine(QPointF(12, 4), QPointF(4, 12))


def _draw_crosses(painter: QPainter) -> None:
    painter.drawLine(QPointF(2, 6), QPointF(9, 13))
    painter.drawLine(QPointF(9, 6), QPointF(2, 13))
    painter.drawPolyline([QPointF(7, 3), QPointF(10.5, 6.5), QPointF(14, 10)])
    painter.drawLine(QPointF(14, 3), QPointF(10.5, 6.5))
