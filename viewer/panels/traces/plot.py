"""One plot: head, value axis, time axis and body, placed by the panel."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from viewer.panels.traces.arrange import Cell
from viewer.panels.traces.body import Body, Drawn
from viewer.panels.traces.inks import Inks
from viewer.plotting import DegreeAxis, Range, SecondsAxis

__all__ = ["AnglePlot"]


class Head(pg.GraphicsObject):
    """The title of a plot; accented where its angle is selected."""

    def __init__(self, inks: Inks) -> None:
        super().__init__()
        self._inks = inks
        self._rect = QRectF()
        self._font = QFont()
        self.text = ""
        self.selected = False

    def show_text(self, text: str, selected: bool) -> None:
        """Title, and whether its angle is the selected one."""
        self.text, self.selected = text, selected
        self.update()

    def show_inks(self, inks: Inks) -> None:
        """Other colours."""
        self._inks = inks
        self.update()

    def place(self, rect: QRectF, font: QFont) -> None:
        """Where it stands, in pixels of the view."""
        self.prepareGeometryChange()
        self._rect, self._font = rect, font

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Its place."""
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The title, shortened where there is no room."""
        font = QFont(self._font)
        font.setWeight(QFont.Weight.DemiBold if self.selected else QFont.Weight.Normal)
        painter.setFont(font)
        room = self._rect.adjusted(8.0, 0.0, 0.0, -1.0)
        text = QFontMetricsF(font).elidedText(self.text, Qt.TextElideMode.ElideRight, room.width())
        if self.selected:
            bar = QRectF(self._rect.left() + 1.0, self._rect.top() + 4.0, 3.0, self._rect.height() - 8.0)
            painter.fillRect(bar, self._inks.accent)
        painter.setPen(self._inks.accent if self.selected else self._inks.text)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class AnglePlot:
    """The items of one angle's plot in a scene. The panel says where, what, and which ranges."""

    def __init__(self, scene: QGraphicsScene, inks: Inks) -> None:
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self.box.disableAutoRange()
        self.head = Head(inks)
        self.body = Body(self.box, inks)
        self.values = DegreeAxis("left")
        self.seconds = SecondsAxis("bottom")
        self._has_time = True
        for item in (self.box, self.head, self.values, self.seconds):
            scene.addItem(item)
        self.values.linkToView(self.box)
        self.seconds.linkToView(self.box)
        self.show_inks(inks)

    def place(self, cell: Cell, font: QFont) -> None:
        """Put the items where the cell says."""
        self.head.place(cell.head, font)
        self.box.setGeometry(cell.plot)
        _place_axis(self.values, cell.value_axis, font)
        self._has_time = cell.time_axis is not None
        if cell.time_axis is not None:
            _place_axis(self.seconds, cell.time_axis, font)

    def show_ranges(self, seconds: Range, values: Range) -> None:
        """Which part of the axes is shown."""
        self.box.setRange(xRange=(seconds.low, seconds.high), yRange=(values.low, values.high), padding=0.0,
                          disableAutoRange=False)  # fmt: skip
        self.body.set_ticks(
            self.seconds.ticks_at(seconds.low, seconds.high, self.box.width()),
            self.values.ticks_at(values.low, values.high, self.box.height()),
        )

    def show_drawn(self, drawn: Drawn | None) -> None:
        """What the body draws."""
        self.body.show_drawn(drawn)

    def show_title(self, text: str, selected: bool, inks: Inks) -> None:
        """The head and the frame of the box."""
        self.head.show_text(text, selected)
        self.box.setBorder(pg.mkPen(inks.accent if selected else inks.grid, width=1))

    def show_inks(self, inks: Inks) -> None:
        """Other colours."""
        self.head.show_inks(inks)
        self.body.show_inks(inks)
        for axis in (self.values, self.seconds):
            axis.setTextPen(pg.mkPen(inks.dim))
        self.show_title(self.head.text, self.head.selected, inks)

    def set_visible(self, visible: bool) -> None:
        """Shown, or waiting until its angle is wanted again."""
        for item in (self.box, self.head, self.values):
            item.setVisible(visible)
        self.seconds.setVisible(visible and self._has_time)


def _place_axis(axis: pg.AxisItem, rect: QRectF, font: QFont) -> None:
    axis.setTickFont(font)
    if axis.orientation == "left":
        axis.setWidth(int(rect.width()))
    else:
        axis.setHeight(int(rect.height()))
    axis.setGeometry(rect)
