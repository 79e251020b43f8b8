"""A view of pyqtgraph plots that paints them once; a moving cursor repaints only its own strips."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

__all__ = ["CachedPlotView", "Overlay"]


class Overlay(Protocol):
    """Something small over the picture, which can change without it: a title, a frame around what is selected."""

    def boundingRect(self) -> QRectF:  # noqa: N802 - as Qt's items
        """All that it paints, in pixels of the view."""
        ...

    def paint(self, painter: QPainter) -> None:
        """Paint it, in pixels of the view."""
        ...


class _Place(NamedTuple):
    """Where a plot is in the picture: its rectangle, the data at its left edge, and pixels per unit of data; how many
    pixels of the screen one of these is.
    """

    rect: QRectF
    start: float
    scale: float
    ratio: float

    def column(self, x: float) -> QRectF | None:
        """The pixels of the screen that hold a value, over the height of the plot; None outside of it."""
        place = (x - self.start) * self.scale + self.rect.left()
        if not self.rect.left() <= place < self.rect.right():
            return None
        left = math.floor(place * self.ratio) / self.ratio
        return QRectF(left, self.rect.top(), max(1, round(self.ratio)) / self.ratio, self.rect.height())


class CachedPlotView(pg.GraphicsView):
    """pyqtgraph's view, its scene held as a picture, with vertical *marks* across the plots drawn on top of it.

    The picture is painted again when the scene changes, and when size or resolution do. A mark that moves repaints
    two strips per plot from the picture, whatever the plots hold; *overlays* stand between picture and marks, and
    repaint their own place. ``resized`` comes with every new size, before the picture is painted. ``layers`` and
    ``paints`` count pictures and paint events.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.layers = 0
        self.paints = 0
        self._layer = QPixmap()
        self._painted_for = (QSize(), 1.0)
        self._stale = True
        self._boxes: tuple[pg.ViewBox, ...] = ()
        self._places: tuple[_Place, ...] = ()
        self._overlays: tuple[tuple[QRect, Overlay], ...] = ()
        self._marks: dict[str, float] = {}
        self._colours: dict[str, QColor] = {}
        self._background = QColor("black")
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.setInteractive(False)
        self.scene().changed.connect(self.invalidate)

    @property
    def boxes(self) -> tuple[pg.ViewBox, ...]:
        """The plots that marks cross."""
        return self._boxes

    def set_boxes(self, boxes: Sequence[pg.ViewBox]) -> None:
        """The plots that marks cross, in the order of their numbers."""
        self._boxes = tuple(boxes)
        self.invalidate()

    def set_overlays(self, overlays: Iterable[Overlay]) -> None:
        """What is drawn over the picture, later ones over earlier ones."""
        self._overlays = tuple((overlay.boundingRect().toAlignedRect(), overlay) for overlay in overlays)
        self.viewport().update()

    def refresh(self, *overlays: Overlay) -> None:
        """These have changed: where they were and where they are is drawn again on the picture as it is."""
        for place, overlay in self._overlays:
            if overlay in overlays:
                self.viewport().update(place)
                self.viewport().update(overlay.boundingRect().toAlignedRect())
        self._overlays = tuple((overlay.boundingRect().toAlignedRect(), overlay) for _, overlay in self._overlays)

    def set_colours(self, background: str, marks: Mapping[str, str]) -> None:
        """Background, and the marks by name; later names are drawn over earlier ones."""
        self._background = QColor(background)
        self._colours = {name: QColor(colour) for name, colour in marks.items()}
        self.invalidate()

    def set_mark(self, name: str, x: float | None) -> None:
        """Move a mark to a value of the plots' x axes, or take it away."""
        before = self._columns(self._marks.get(name))
        if x is None:
            self._marks.pop(name, None)
        else:
            self._marks[name] = x
        after = self._columns(x)
        # While the picture is stale the whole view waits to be painted.
        if before == after or self._stale:
            return
        self.viewport().update(_strips((*before, *after)))

    def invalidate(self, *_: Any) -> None:
        """The scene has changed: paint the picture again when the view is next shown."""
        self._stale = True
        self.viewport().update()

    def box_at(self, position: QPointF) -> int | None:
        """Number of the plot at a place in the view, or None between plots."""
        return next((i for i, box in enumerate(self._boxes) if self._rect(box).contains(position)), None)

    def value_at(self, number: int, position: QPointF) -> tuple[float, float]:
        """Data (x, y) of a plot at a place in the view, also outside of the plot."""
        box = self._boxes[number]
        rect = self._rect(box)
        (left, right), (bottom, top) = box.viewRange()
        x = left + (position.x() - rect.left()) / max(rect.width(), 1.0) * (right - left)
        return x, top + (position.y() - rect.top()) / max(rect.height(), 1.0) * (bottom - top)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Copy what is exposed from the picture and draw overlays and marks on it."""
        self.paints += 1
        ratio = self.viewport().devicePixelRatioF()
        if self._stale or self._painted_for != (self.viewport().size(), ratio):
            self._paint_layer(ratio)
        painter = QPainter(self.viewport())
        exposed = event.region()
        for rect in _rects(exposed):
            # Whole pixels of the screen, so that nothing is scaled where one of these is not a whole number of them.
            whole = QRectF(_scaled(QRectF(rect), ratio).toAlignedRect())
            painter.drawPixmap(_scaled(whole, 1.0 / ratio), self._layer, whole)
        for place, overlay in self._overlays:
            if exposed.intersects(place):
                overlay.paint(painter)
        for name, colour in self._colours.items():
            for strip in self._columns(self._marks.get(name)):
                if exposed.intersects(strip.toAlignedRect()):
                    painter.fillRect(strip, colour)
        painter.end()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Let the plots be placed anew."""
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls this without an event while it is made
            self._stale = True
            self.resized.emit()

    def _paint_layer(self, ratio: float) -> None:
        """Paint the scene into the picture, and note where the plots are in it."""
        size = self.viewport().size()
        layer = QPixmap((size.toSizeF() * ratio).toSize())
        layer.setDevicePixelRatio(ratio)
        layer.fill(self._background)
        painter = QPainter(layer)
        self.render(painter, QRectF(self.viewport().rect()), self.viewport().rect())
        painter.end()
        self._layer, self._painted_for, self._stale = layer, (size, ratio), False
        self._places = tuple(self._place(box, ratio) for box in self._boxes)
        self.layers += 1

    def _place(self, box: pg.ViewBox, ratio: float) -> _Place:
        rect = self._rect(box)
        start, end = box.viewRange()[0]
        return _Place(rect, start, rect.width() / (end - start), ratio)

    def _rect(self, box: pg.ViewBox) -> QRectF:
        # Not the bounding rectangle, which pyqtgraph makes half a pixel larger.
        rect: QRectF = self.viewportTransform().mapRect(box.mapRectToScene(box.rect()))
        return rect

    def _columns(self, x: float | None) -> list[QRectF]:
        """The pixel columns of a mark, one in each plot that it crosses."""
        if x is None:
            return []
        found = (place.column(x) for place in self._places)
        return [column for column in found if column is not None]


def _strips(columns: Iterable[QRectF]) -> QRegion:
    """Columns with a pixel to each side, those above one another as one: a region of few parts is painted faster."""
    united: dict[float, QRectF] = {}
    for column in columns:
        united[column.left()] = united.get(column.left(), column).united(column)
    region = QRegion()
    for strip in united.values():
        region += strip.toAlignedRect().adjusted(-1, 0, 1, 0)
    return region


def _scaled(rect: QRectF, by: float) -> QRectF:
    return QRectF(rect.x() * by, rect.y() * by, rect.width() * by, rect.height() * by)


def _rects(region: QRegion) -> Iterable[QRect]:
    return list(region)  # type: ignore[call-overload,no-any-return]
