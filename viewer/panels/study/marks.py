"""Marks of lifters: a shape and a colour each, as in the report, so that they are told apart without colours, too."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi, sin
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

__all__ = ["mark_path", "paint_mark", "stamp"]

_SHAPES = 8
_REGULAR: Mapping[int, tuple[int, float, float]] = MappingProxyType({
    2: (3, -pi / 2, 1.25), 3: (4, 0.0, 1.2), 4: (3, pi / 2, 1.25), 7: (5, -pi / 2, 1.12),
})  # fmt: skip
"""Corners, turn and size, that all look equally large."""


def mark_path(place: int, radius: float) -> QPainterPath:
    """The shape of the lifter at a place, about the origin; all look of one size."""
    path = QPainterPath()
    shape = place % _SHAPES
    if shape == 0:
        path.addEllipse(QPointF(0, 0), radius, radius)
    elif shape == 1:
        side = 0.88 * radius
        path.addRect(QRectF(-side, -side, 2 * side, 2 * side))
    elif shape in (5, 6):
        path.addPolygon(_cross(1.15 * radius, 0.0 if shape == 5 else pi / 4))
    else:
        corners, turn, size = _REGULAR[shape]
        path.addPolygon(_regular(corners, turn, size * radius))
    path.closeSubpath()
    return path


def paint_mark(painter: QPainter, at: QPointF, place: int, radius: float, fill: QColor | None, edge: QColor) -> None:
    """A mark; hollow without a fill."""
    painter.save()
    painter.translate(at)
    painter.setPen(QPen(edge, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    painter.drawPath(mark_path(place, radius))
    painter.restore()


def stamp(place: int, radius: float, colour: QColor, ratio: float) -> QPixmap:
    """A small mark as a picture, to be painted many times. ratio : pixels of the screen per pixel."""
    side = 2 * round(1.4 * radius + 2)
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(side / 2, side / 2)
        painter.fillPath(mark_path(place, radius), colour)
    return picture


def _regular(corners: int, turn: float, radius: float) -> QPolygonF:
    return QPolygonF([QPointF(radius * cos(turn + 2 * pi * k / corners), radius * sin(turn + 2 * pi * k / corners))
                      for k in range(corners)])  # fmt: skip


def _cross(radius: float, turn: float) -> QPolygonF:
    """A plus with thick bars, turned about."""
    thick = 0.38 * radius
    outline = [(-thick, -radius), (thick, -radius), (thick, -thick), (radius, -thick), (radius, thick), (thick, thick),
               (thick, radius), (-thick, radius), (-thick, thick), (-radius, thick), (-radius, -thick),
               (-thick, -thick)]  # fmt: skip
    return QPolygonF([QPointF(x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)) for x, y in outline])
