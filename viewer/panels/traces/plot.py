"""One plot: head, value axis, time axis and body, placed by the panel."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGraphicsScene

from viewer.panels.traces.arrange import Cell
from viewer.panels.traces.body import Body, Drawn
from viewer.panels.traces.heads import Head
from viewer.panels.traces.inks import Inks
from viewer.plotting import DegreeAxis, Range, SecondsAxis

__all__ = ["AnglePlot"]


class AnglePlot:
    """The items of one angle's plot in a scene. The panel says where, what, and which ranges."""

    def __init__(self, scene: QGraphicsScene, inks: Inks) -> None:
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self.box.disableAutoRange()
        self.head = Head(inks)
        self.body = Body(self.box, inks)
        self.values = DegreeAxis()
        self.seconds = SecondsAxis()
        for item in (self.box, self.head, self.values, self.seconds):
            scene.addItem(item)
        self.show_inks(inks)

    def place(self, cell: Cell, font: QFont, head_font: QFont) -> None:
        """Show the items where the cell says."""
        self.head.place(cell.head, head_font)
        for item in (self.box, self.head):
            item.setVisible(True)
        self.box.setGeometry(cell.plot)
        for axis, rect in ((self.values, cell.value_axis), (self.seconds, cell.time_axis)):
            axis.setVisible(rect is not None)
            if rect is not None:
                axis.place(rect, font)

    def hide(self) -> None:
        """Wait until the angle is wanted again."""
        for item in (self.box, self.head, self.values, self.seconds):
            item.setVisible(False)

    def show_ranges(self, seconds: Range, values: Range) -> None:
        """Which part of the axes is shown."""
        self.box.setRange(xRange=(seconds.low, seconds.high), yRange=(values.low, values.high), padding=0.0,
                          disableAutoRange=False)  # fmt: skip
        self.seconds.show_range(seconds.low, seconds.high)
        self.values.show_range(values.low, values.high)
        self.body.set_ticks(
            self.seconds.ticks(seconds.low, seconds.high, self.box.width()).values,
            self.values.ticks(values.low, values.high, self.box.height()).values,
        )

    def show_drawn(self, drawn: Drawn | None) -> None:
        """What the body draws."""
        self.body.show_drawn(drawn)

    def show_inks(self, inks: Inks) -> None:
        """Other colours."""
        self.head.show_inks(inks)
        self.body.show_inks(inks)
        self.box.setBorder(pg.mkPen(inks.grid, width=1))
        for axis in (self.values, self.seconds):
            axis.show_colour(inks.dim)
