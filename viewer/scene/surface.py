"""What draws the cells: the interface, and drawing by Qt's painter where there is no OpenGL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from viewer.scene.eye import Rect
from viewer.scene.strokes import Drawing

__all__ = ["PaintedSurface", "Picture", "paint_drawing"]

_HAIR_PX = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Everything on the surface. cells : place of each cell and what is drawn in it, in its own pixels.

    base : background of the cells; gap : colour between them, both ``#rrggbb``.
    """

    cells: tuple[tuple[Rect, Drawing], ...]
    base: str
    gap: str


class PaintedSurface(QWidget):
    """The picture by :class:`QPainter`: no OpenGL, the same strokes in the same order.

    source : gives the picture; asked when the widget is painted, so that many changes cost one drawing.
    """

    def __init__(self, source: Callable[[], Picture], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Draw."""
        picture = self._source()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(picture.gap))
        for (left, top, width, height), drawing in picture.cells:
            painter.save()
            painter.translate(left, top)
            painter.setClipRect(QRectF(0, 0, width, height))
            painter.fillRect(QRectF(0, 0, width, height), QColor(picture.base))
            paint_drawing(painter, drawing)
            painter.restore()
        painter.end()


def paint_drawing(painter: QPainter, drawing: Drawing) -> None:
    """A cell's strokes from its top left; the painter says whether edges are smooth."""
    rows = zip(drawing.ends_px.tolist(), drawing.radius_px.tolist(), drawing.rim_px.tolist(), drawing.fill.tolist(),
               drawing.rim.tolist(), strict=True)  # fmt: skip
    for (start, end), radius, rim_px, fill, rim in rows:
        a, b = QPointF(*start), QPointF(*end)
        if fill[3] == 0.0 and a == b:
            painter.setPen(QPen(QColor.fromRgbF(*rim), rim_px))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(a, radius - rim_px / 2, radius - rim_px / 2)
            continue
        if rim_px and rim[3]:
            _stroke(painter, a, b, radius, rim)
        _stroke(painter, a, b, radius - rim_px, fill)


def _stroke(painter: QPainter, a: QPointF, b: QPointF, radius: float, colour: list[float]) -> None:
    tint = QColor.fromRgbF(*colour)
    if a == b:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawEllipse(a, radius, radius)
    elif radius < _HAIR_PX:
        # Lines of one pixel with flat ends are fast in Qt, any other width is fifteen times as slow.
        pen = QPen(tint, 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLine(a, b)
    else:
        painter.setPen(QPen(tint, 2 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(a, b)
