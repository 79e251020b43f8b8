"""The panel of traces: what the window shows and what the user asks for."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from viewer.content.records import ClipContent
from viewer.panels.traces.card import HoverCard
from viewer.panels.traces.grid import PlotGrid
from viewer.panels.traces.legend import Entry, Legend
from viewer.panels.traces.reading import entries_of, near_singular_at, quantity_text, readings_at
from viewer.plotting import Range, ScrubView
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View
from viewer.wording import frame_text

__all__ = ["TracesPanel"]

# Zooming in ends where this many frames fill the plot.
_FEWEST_FRAMES, _NARROW_PX = 8, 460


class TracesPanel(QWidget):
    """Plots of the angles over time; see :class:`viewer.panels.base.Panel`.

    Mouse: click in a plot selects its angle and goes to the frame, dragging scrubs, dragging with shift marks a
    span; wheel zooms time, shift and wheel or dragging with the right button zooms values of both sides, the middle
    button pans; double click in a plot or on
    its title shows it alone and back; double click beside the plots shows everything again. In the legend a name
    selects a lifter, and its box hides and shows it.
    """

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._content: ClipContent | None = None
        self._entries: tuple[Entry, ...] = ()
        self._mouse: QPointF | None = None
        self.view = ScrubView(self)
        self.legend = Legend(theme, self)
        self.card = HoverCard(theme, self.view.viewport())
        self.grid = PlotGrid(self.view, theme)
        self._said = QLabel(self)
        self._empty = QLabel(self.view)
        self._lay_out()
        self._connect()
        self.show_theme(theme)
        self.show_content(session.content)

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip, shown whole; the same clip computed again keeps its zoom."""
        before, self._content = self._content, content
        if content is not None and (before is None or _shape(before) != _shape(content)):
            half = 0.5 / content.fps
            end = (content.n_frames - 0.5) / content.fps
            self.grid.seconds = Range.whole(-half, end, min(_FEWEST_FRAMES / content.fps, end + half))
            self.grid.forget_zoom()
        self.grid.show_content(content)
        self._show_all(self._session.view)

    def show_view(self, new: View, old: View) -> None:
        """Draw again what has changed."""
        if _concern(new) != _concern(old):
            self._show_all(new)
        elif new.angle != old.angle:
            self.grid.show_selected(new.angle)
        if new.frame != old.frame:
            self.show_frame(new.frame)

    def show_frame(self, frame: int) -> None:
        """Move the cursor; where it leaves a zoomed plot, the next page of time is shown."""
        if self._content is None:
            return
        seconds = self._content.seconds_at(frame)
        shown = self.grid.seconds.showing(seconds)
        if shown is not self.grid.seconds:
            self.grid.show_seconds(shown)
            self._hover_again()
        self.view.set_mark("cursor", seconds)

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: curves follow with the whole clip, once the joint is let go."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.view.set_colours(theme.window, {"hover": theme.dim, "cursor": theme.cursor})
        self.legend.show_theme(theme)
        self.card.show_theme(theme)
        self.grid.show_theme(theme)
        for label in (self._said, self._empty):
            label.setStyleSheet(f"color: {theme.dim}")

    def reset_zoom(self) -> None:
        """The whole clip, and ranges of values that hold everything."""
        self.grid.forget_zoom()
        self.grid.show_seconds(self.grid.seconds.opened())
        self._hover_again()

    def zoom_time(self, factor: float) -> None:
        """Time so many times larger (factor above 1) about the cursor, or about the middle where it is not shown."""
        if self._content is None:
            return
        cursor = self._content.seconds_at(self._session.frame)
        shown = self.grid.seconds
        self._zoom_time(factor, cursor if shown.low <= cursor <= shown.high else shown.low + shown.width / 2)

    def time_range(self) -> tuple[float, float]:
        """First and last second that the plots show."""
        return self.grid.seconds.low, self.grid.seconds.high

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for one small plot."""
        return QSize(220, 140)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for twelve plots."""
        return QSize(900, 520)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A narrow panel leaves the room to the legend."""
        super().resizeEvent(event)
        self._say_quantity()

    def _say_quantity(self) -> None:
        whole = quantity_text(self._content, self._session.view.plots.quantity)
        self._said.setText("error (°)" if whole and self.width() < _NARROW_PX else whole)
        self._said.setToolTip(whole)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(4, 2, 10, 0)
        top.addWidget(self.legend, 1)
        top.addWidget(self._said, 0, Qt.AlignmentFlag.AlignTop)
        self._said.setMargin(3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(top)
        whole.addWidget(self.view, 1)
        self.view.setAccessibleName("angle traces")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _connect(self) -> None:
        view = self.view
        view.resized.connect(self._place)
        view.picked.connect(self._pick)
        view.scrubbed.connect(lambda x: self._session.seek(self._frame_at(x)))
        view.spanned.connect(self._mark_span)
        view.time_zoomed.connect(self._zoom_time)
        view.values_zoomed.connect(self.grid.zoom_values)
        view.panned.connect(self.grid.pan)
        view.hovered.connect(self._hover)
        view.left.connect(self._leave)
        view.head_clicked.connect(lambda plot: self._session.update(angle=self.grid.shown[plot]))
        view.activated.connect(self._toggle_single)
        view.reset_asked.connect(self.reset_zoom)
        self.legend.toggled.connect(self._toggle_source)
        self.legend.chosen.connect(self._choose_lifter)

    def _show_all(self, view: View) -> None:
        content = self._content
        self._entries = () if content is None else entries_of(content, view.plots.quantity)
        self.legend.show_entries(self._entries, view.hidden, view.lifter)
        self._say_quantity()
        before = self.grid.shown
        self.grid.show_view(view)
        if self.grid.shown == before:
            self.grid.show_ranges()
            self.grid.show_selected(view.angle)
        else:
            self._place()
        self._empty.setText("no clip" if content is None else "")
        if content is not None:
            self.view.set_mark("cursor", content.seconds_at(view.frame))
        else:
            self.view.set_mark("cursor", None)
        self._hover_again()

    def _place(self) -> None:
        """Plots where they belong in the view, which has a new size or other plots."""
        self._empty.setGeometry(self.view.viewport().rect())
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() - 1.0))
        self.grid.place(self.view.viewport().size().toSizeF(), self.font(), font)
        self.grid.show_selected(self._session.view.angle)

    def _zoom_time(self, factor: float, about: float) -> None:
        self.grid.show_seconds(self.grid.seconds.zoomed(factor, about))
        self._hover_again()

    def _frame_at(self, seconds: float) -> int:
        """The frame at a time, kept within what is shown: a drag beyond the plot does not turn pages."""
        if self._content is None:
            return 0
        fps = self._content.fps
        first, last = math.ceil(self.grid.seconds.low * fps), math.floor(self.grid.seconds.high * fps)
        return min(max(round(seconds * fps), first, 0), last, self._content.n_frames - 1)

    def _pick(self, plot: int, seconds: float) -> None:
        self._session.update(angle=self.grid.shown[plot], frame=self._frame_at(seconds))

    def _mark_span(self, seconds: float, other: float) -> None:
        first, last = sorted((self._frame_at(seconds), self._frame_at(other)))
        self._session.mark_span(first, last)

    def _toggle_single(self, plot: int) -> None:
        session = self._session
        plots = replace(session.view.plots, single=not session.view.plots.single)
        session.update(angle=self.grid.shown[plot], plots=plots)

    def _toggle_source(self, name: str) -> None:
        self._session.update(hidden=self._session.view.hidden ^ {name})

    def _choose_lifter(self, name: str) -> None:
        """Draw a lifter strongly and on top; one that was hidden is shown for that, one that was chosen no more."""
        view = self._session.view
        self._session.update(lifter="" if name == view.lifter else name, hidden=view.hidden - {name})

    def _hover(self, plot: int, seconds: float, position: QPointF) -> None:
        content = self._content
        if content is None:
            return
        self._mouse = position
        series = self.grid.series(content, self.grid.shown[plot])
        view, frame = self._session.view, self._frame_at(seconds)
        self.view.set_mark("hover", content.seconds_at(frame))
        note = "near-singular: ill-conditioned" if near_singular_at(series, frame) else ""
        readings = readings_at(series, self._entries, frame, view.hidden, view.plots.quantity)
        self.card.show_at(position, frame_text(frame, content.fps), readings, note)

    def _hover_again(self) -> None:
        """The mouse rests while what is under it has changed."""
        if self._mouse is None:
            return
        plot = self.view.box_at(self._mouse)
        if plot is None:
            self._leave()
        else:
            self._hover(plot, self.view.value_at(plot, self._mouse)[0], self._mouse)

    def _leave(self) -> None:
        self._mouse = None
        self.view.set_mark("hover", None)
        self.card.hide()


def _concern(view: View) -> tuple[object, ...]:
    """What of a view the picture of the plots shows; frame and selected angle are drawn over it."""
    plots = view.plots
    alone = view.angle if plots.single else None
    return plots.quantity, plots.angles, alone, view.lifter, view.hidden, view.span


def _shape(content: ClipContent) -> tuple[str, int, float]:
    return content.name, content.n_frames, content.fps
