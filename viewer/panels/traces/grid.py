"""The plots of the panel: which angles have one, where they stand, and what they show."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF

from viewer.content.records import ClipContent
from viewer.panels.traces.arrange import Measures, arrange, columns_for, followers_of, is_paired
from viewer.panels.traces.body import Drawn
from viewer.panels.traces.heads import Frame, SelectedHead, level_that_fits, names_of
from viewer.panels.traces.inks import Inks
from viewer.panels.traces.plot import AnglePlot
from viewer.panels.traces.series import AngleSeries, series_of, value_range
from viewer.plotting import Range, ScrubView
from viewer.theme import Theme
from viewer.view import Quantity, View

__all__ = ["PlotGrid"]

_NARROWEST_DEG = 1.0


class PlotGrid:
    """Plots by column of the twelve angles, made when first wanted and kept. Both sides of a kind share their range.

    shown : columns with a plot now, in order; numbers of plots are places in it. seconds : the part of time that all
    of them show.
    """

    def __init__(self, view: ScrubView, theme: Theme) -> None:
        self._view = view
        self._inks = Inks.of(theme)
        self._content: ClipContent | None = None
        self._plots: dict[int, AnglePlot] = {}
        self._series: dict[tuple[int, Quantity], AngleSeries] = {}
        self._ranges: dict[str, Range] = {}
        self._ranged: tuple[Quantity, frozenset[str]] | None = None
        self._quantity = Quantity.VALUE
        self._frame, self._selected = Frame(self._inks), SelectedHead()
        view.set_overlays((self._selected, self._frame))
        self.shown: tuple[int, ...] = ()
        self.seconds = Range.whole(0.0, 1.0, 1.0)

    def plot(self, column: int) -> AnglePlot:
        """The plot of an angle."""
        if column not in self._plots:
            self._plots[column] = AnglePlot(self._view.scene(), self._inks)
        return self._plots[column]

    def series(self, content: ClipContent, column: int) -> AngleSeries:
        """What the plot of an angle draws, hidden or not."""
        key = (column, self._quantity)
        if key not in self._series:
            self._series[key] = series_of(content, column, self._quantity)
        return self._series[key]

    def show_content(self, content: ClipContent | None) -> None:
        """Other arrays; :meth:`show_view` draws them."""
        self._content = content
        self._series.clear()
        self._ranged = None

    def show_view(self, view: View) -> None:
        """Choice of plots, data and marks; new plots must then be placed."""
        content, before = self._content, self.shown
        self._quantity = view.plots.quantity
        self.shown = () if content is None else (view.angle,) if view.plots.single else view.plots.angles
        for column in set(before) - set(self.shown):
            self.plot(column).hide()
        if content is None:
            self._frame.rect = self._selected.head = None
            self._view.refresh(self._frame, self._selected)
            return
        self._find_ranges(content, view.hidden)
        is_error = self._quantity is Quantity.ERROR
        for column in self.shown:
            drawn = Drawn(
                self.series(content, column), view.hidden, view.lifter, view.span, is_error, view.plots.single
            )
            self.plot(column).show_drawn(drawn)
            self.plot(column).head.show_names(names_of(content.angles[column]))
        self._fit_heads()

    def show_selected(self, angle: int) -> None:
        """Title and frame of the selected angle; the picture of the plots stays as it is."""
        for column in self.shown:
            self.plot(column).head.selected = column == angle
        there = angle in self.shown
        self._frame.rect = self._rect(angle) if there else None
        self._selected.head = self.plot(angle).head if there else None
        self._view.refresh(self._frame, self._selected)

    def place(self, size: QSizeF, head_font: QFont, axis_font: QFont) -> None:
        """Put the plots into a view of that size; :meth:`show_selected` must then be told again."""
        angles = self._content.angles if self._content is not None else ()
        sides = [(angles[column].kind, angles[column].side) for column in self.shown]
        measures = _measures(head_font, axis_font)
        columns = columns_for(len(self.shown), size, is_paired(sides), measures)
        cells = arrange(len(self.shown), columns, size, measures, followers_of(sides))
        plots = [self.plot(column) for column in self.shown]
        for plot, cell in zip(plots, cells, strict=True):
            plot.place(cell, axis_font, head_font)
        self._view.set_plots([plot.box for plot in plots], [cell.head for cell in cells])
        self._fit_heads()
        self.show_ranges()

    def show_seconds(self, seconds: Range) -> None:
        """Another part of time, in all plots."""
        self.seconds = seconds
        self.show_ranges()

    def show_ranges(self) -> None:
        """Time and values as they are now."""
        for column in self.shown:
            self.plot(column).show_ranges(self.seconds, self._ranges[self._kind(column)])
        # pyqtgraph would work out the transforms while painting, which would change the scene and paint it twice.
        self._view.scene().prepareForPaint()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._inks = Inks.of(theme)
        self._frame.show_inks(self._inks)
        for plot in self._plots.values():
            plot.show_inks(self._inks)

    def zoom_values(self, number: int, factor: float, about: float) -> None:
        """The value axis of a plot and of its other side so many times larger about a value."""
        kind = self._kind(self.shown[number])
        self._ranges[kind] = self._ranges[kind].zoomed(factor, about)
        self.show_ranges()

    def pan(self, number: int, seconds: float, degrees: float) -> None:
        """Move the time axis of all plots, and the value axis of one and of its other side."""
        kind = self._kind(self.shown[number])
        self._ranges[kind] = self._ranges[kind].moved(degrees)
        self.show_seconds(self.seconds.moved(seconds))

    def forget_zoom(self) -> None:
        """Value axes as the data needs them; the next :meth:`show_ranges` shows them."""
        self._ranges = {kind: found.opened() for kind, found in self._ranges.items()}

    def _find_ranges(self, content: ClipContent, hidden: frozenset[str]) -> None:
        """Ranges of values from the data; where these are as before, a zoom is kept."""
        if self._ranged == (self._quantity, hidden):
            return
        self._ranged = (self._quantity, hidden)
        for kind in {angle.kind for angle in content.angles}:
            low, high = value_range(content, kind, self._quantity, hidden)
            now = self._ranges.get(kind)
            if now is None or (now.least, now.most) != (low, high):
                self._ranges[kind] = Range.whole(low, high, _NARROWEST_DEG)

    def _fit_heads(self) -> None:
        """All titles whole, or all short."""
        heads = [self.plot(column).head for column in self.shown]
        level = level_that_fits(heads)
        for head in heads:
            head.show_level(level)

    def _rect(self, column: int) -> QRectF:
        """Of a plot, in pixels of the view."""
        box = self.plot(column).box
        return QRectF(box.pos(), box.size())

    def _kind(self, column: int) -> str:
        return self._content.angles[column].kind if self._content is not None else ""


def _measures(head_font: QFont, axis_font: QFont) -> Measures:
    head, axis = QFontMetricsF(head_font), QFontMetricsF(axis_font)
    return Measures(
        head=math.ceil(head.height()) + 5.0,
        value_axis=math.ceil(axis.horizontalAdvance("−180°")) + 9.0,
        time_axis=math.ceil(axis.height()) + 6.0,
    )
