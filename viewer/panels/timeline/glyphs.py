"""Signs on the buttons, drawn here so that they have the colours of the theme and one weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from viewer.theme import Theme

__all__ = ["GLYPH_PX", "glyph"]

GLYPH_PX = 18
"""Side of a sign; coordinates below are in this square."""

_SHARPNESS = 3


def glyph(name: str, theme: Theme, accented: bool = False) -> QIcon:
    """The sign of that name in the colour of letters, pale where disabled. accented : something is switched on."""
    icon = QIcon()
    colour = theme.accent if accented else theme.text
    for mode, shade in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, theme.grid)):
        picture = QPixmap(QSize(GLYPH_PX, GLYPH_PX) * _SHARPNESS)
        picture.setDevicePixelRatio(_SHARPNESS)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shade))
            _DRAWN[name](painter, QColor(shade))
        icon.addPixmap(picture, mode)
    return icon


Draw = Callable[[QPainter, QColor], None]


def _bars(*lefts: float, width: float = 2.0) -> Draw:
    def draw(painter: QPainter, _colour: QColor) -> None:
        for left in lefts:
            painter.drawRect(QRectF(left, 4, width, 10))

    return draw


def _triangles(*tips: tuple[float, float]) -> Draw:
    """Triangles of (x of the base, x of the tip)."""

    def draw(painter: QPainter, _colour: QColor) -> None:
        for base, tip in tips:
            painter.drawPolygon(_polygon(((base, 4), (base, 14), (tip, 9))))

    return draw


def _all(*parts: Draw) -> Draw:
    def draw(painter: QPainter, colour: QColor) -> None:
        for part in parts:
            part(painter, colour)

    return draw


def _polygon(points: Sequence[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _outline(painter: QPainter, colour: QColor, width: float = 1.5) -> None:
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _round_arrow(painter: QPainter, colour: QColor) -> None:
    painter.drawPolygon(_polygon(((8.5, 1.2), (8.5, 7.2), (12.5, 4.2))))
    _outline(painter, colour)
    painter.drawArc(QRectF(4, 4.2, 10, 10), 60 * 16, -300 * 16)


def _brackets(painter: QPainter, colour: QColor) -> None:
    painter.drawPolygon(_polygon(((7.2, 5.8), (7.2, 12.2), (11.6, 9))))
    _outline(painter, colour)
    painter.drawPolyline(_polygon(((6, 3.5), (3.2, 3.5), (3.2, 14.5), (6, 14.5))))
    painter.drawPolyline(_polygon(((12, 3.5), (14.8, 3.5), (14.8, 14.5), (12, 14.5))))


def _clock(painter: QPainter, colour: QColor) -> None:
    _outline(painter, colour)
    painter.drawEllipse(QRectF(3.5, 3.5, 11, 11))
    painter.drawPolyline(_polygon(((9, 5.5), (9, 9.3), (11.6, 10.8))))


def _film(painter: QPainter, colour: QColor) -> None:
    _outline(painter, colour, 1.3)
    painter.drawRect(QRectF(2.7, 4.5, 12.6, 9))
    for x in (6.9, 11.1):
        painter.drawLine(QPointF(x, 4.5), QPointF(x, 13.5))


def _worst(chevron: Sequence[tuple[float, float]], left: float) -> Draw:
    def draw(painter: QPainter, colour: QColor) -> None:
        painter.drawPolygon(_polygon(((left, 5.5), (left + 9, 5.5), (left + 4.5, 12.8))))
        _outline(painter, colour, 1.8)
        painter.drawPolyline(_polygon(chevron))

    return draw


def _worst_of_all(painter: QPainter, colour: QColor) -> None:
    painter.drawPolygon(_polygon(((3.5, 3.5), (14.5, 3.5), (9, 12))))
    _outline(painter, colour, 1.8)
    painter.drawLine(QPointF(3.5, 14.3), QPointF(14.5, 14.3))


_DRAWN: dict[str, Draw] = {
    "home": _all(_bars(2.5), _triangles((10, 5), (15.5, 10.5))),
    "step_back": _all(_triangles((10.5, 4)), _bars(12.5)),
    "reverse": _triangles((13.5, 4)),
    "play": _triangles((4.5, 14)),
    "pause": _bars(5, 10, width=3),
    "step": _all(_bars(3.5), _triangles((7.5, 14))),
    "end": _all(_triangles((2.5, 7.5), (8, 13)), _bars(13.5)),
    "loop_off": _round_arrow,
    "loop_all": _round_arrow,
    "loop_span": _brackets,
    "clock": _clock,
    "film": _film,
    "worst": _worst_of_all,
    "worst_previous": _worst(((5, 5), (1.6, 9), (5, 13)), 7),
    "worst_next": _worst(((13, 5), (16.4, 9), (13, 13)), 2),
}
