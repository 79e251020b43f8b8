"""The heatmaps themselves: cells, labels, cursor and span, and what the mouse does in them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from viewer.content.records import ClipContent
from viewer.numbers import number_text
from viewer.panels.heatmaps.blocks import Block, HeatNumbers, heat_numbers, why_empty
from viewer.panels.heatmaps.labels import gutter_of
from viewer.panels.heatmaps.layout import Gutter, HeatLayout, arrange, least_height
from viewer.panels.heatmaps.look import Look
from viewer.panels.heatmaps.painting import paint_blocks, paint_empty, paint_marks
from viewer.session import Session
from viewer.strips import FrameAxis, StripCanvas, colours_of, peaks
from viewer.theme import Theme, lut
from viewer.view import HeatRows, View
from viewer.wording import frame_text, span_text

__all__ = ["Cell", "HeatCanvas"]

_RIGHT_PX = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """What is under the mouse. block, row : as shown, from the top. frame : that with the largest magnitude among the
    frames from ``first`` to before ``after`` that share the pixel. value : its error, NaN where missing; missing : how
    many of these frames have none.
    """

    block: int
    row: int
    frame: int
    first: int
    after: int
    value: float
    missing: int


class HeatCanvas(StripCanvas):
    """Cells of all visible lifters. A click or drag goes to the frame and selects row and lifter, a drag with shift
    marks a span.
    """

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._session = session
        self._content: ClipContent | None = None
        self._numbers: HeatNumbers | None = None
        self._cells: tuple[NDArray[np.uint8], ...] | None = None
        self._dragged = -1
        self._spanned_from: int | None = None
        self._gutter = Gutter()
        self.blocks: tuple[Block, ...] = ()
        self.layout_px = HeatLayout((), 0, 1)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @property
    def numbers(self) -> HeatNumbers | None:
        """What is shown, of all lifters; None where there is nothing."""
        return self._numbers

    @property
    def sentence(self) -> str:
        """Why there are no heatmaps; empty where there are."""
        return why_empty(self._content, self._session.view.plots.rows, self._session.view.hidden)

    def show_content(self, content: ClipContent | None) -> None:
        """Cells of another clip."""
        self._content = content
        view = self._session.view
        empty = content is None or content.reference is None
        self._numbers = None if content is None or empty else heat_numbers(content, view.plots.rows)
        self.frame = view.frame
        self._show_blocks(view)

    def show_view(self, new: View, old: View) -> None:
        """Other rows or lifters need other cells, another selection another picture, a span only a repaint."""
        self.move_cursor(new.frame)
        if new.plots.rows is not old.plots.rows:
            self.show_content(self._content)
        elif new.hidden != old.hidden or new.plots.signed != old.plots.signed:
            self._show_blocks(new)
        elif (new.angle, new.joint, new.lifter) != (old.angle, old.joint, old.lifter):
            self.outdate()
        elif new.span != old.span:
            self.update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours of cells and letters."""
        self.theme = theme
        self._cells = None
        self.outdate()

    def _show_blocks(self, view: View) -> None:
        self._dragged, self._spanned_from = -1, None
        self.blocks = () if self._numbers is None else self._numbers.shown(view.hidden)
        rows = 0 if self._numbers is None else len(self._numbers.rows)
        self.setMinimumHeight(least_height(len(self.blocks), rows) if self.blocks else 0)
        self._arrange()

    def _arrange(self) -> None:
        rows = () if self._numbers is None else self._numbers.rows
        self.layout_px = arrange(self.height(), len(self.blocks), max(1, len(rows)))
        self._gutter = gutter_of(self.font(), rows, self.layout_px.detail)
        left = self._gutter.width
        n_frames = 1 if self._content is None else self._content.n_frames
        self.axis = FrameAxis(left, max(1, self.width() - left - _RIGHT_PX), n_frames)
        self._cells = None
        self.outdate()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name of Qt
        """Blocks fill the widget."""
        super().resizeEvent(event)
        self._arrange()

    def _signed(self) -> bool:
        return self._numbers is not None and self._numbers.signed and self._session.view.plots.signed

    def cells(self) -> tuple[NDArray[np.uint8], ...]:
        """(rows, columns, 4) colours per visible lifter, one column per device pixel."""
        if self._cells is None and self._numbers is not None:
            signed = self._signed()
            table = lut(self.theme.difference if signed else self.theme.magnitude)
            starts = self.axis.starts(self.devicePixelRatioF())
            self._cells = tuple(
                colours_of(peaks(block.values, starts, signed), self._numbers.limit, table, signed)
                for block in self.blocks
            )
        return self._cells or ()

    def paint_picture(self, painter: QPainter) -> None:
        """Names, labels, cells and times; or why there are none."""
        if self.sentence or self._content is None or self._numbers is None:
            paint_empty(painter, self.rect(), self.theme, self.sentence)
            return
        look = Look(self.axis, self.layout_px, self._gutter, self.theme, self._content.fps)
        tracks = tuple(block.track for block in self.blocks)
        paint_blocks(painter, look, tracks, self._numbers.rows, self.cells(), self._selected())

    def paint_over(self, painter: QPainter) -> None:
        """Span and cursor."""
        if not self.blocks:
            return
        if self._session.view.span is not None:
            paint_marks(painter, self.axis, self._session.view.span, self.layout_px, self.theme)
        for top in self.layout_px.tops:  # not through the names
            self.draw_cursor(painter, top - 1, top + self.layout_px.block_px + 1)

    def _selected(self) -> tuple[int, int]:
        """Block and row that are selected, -1 where none is."""
        view = self._session.view
        rows = () if self._numbers is None else self._numbers.rows
        column = view.joint if view.plots.rows is HeatRows.JOINTS else view.angle
        row = next((i for i, row in enumerate(rows) if row.column == column), -1)
        return next((i for i, block in enumerate(self.blocks) if block.track.name == view.lifter), -1), row

    def cell_at(self, at: QPoint, block: int = -1) -> Cell | None:
        """The cell at a point of the widget. block : where given, its nearest cell, for drags that leave it."""
        found = self.layout_px.cell_at(at.y())
        if block >= 0:
            found = block, self.layout_px.nearest_row(block, at.y())
        elif found is None or not self.axis.left <= at.x() < self.axis.left + self.axis.width:
            return None
        first, after = self.axis.frames_at(at.x())
        values = self.blocks[found[0]].values[found[1], first:after]
        missing = np.isnan(values)
        best = 0 if missing.all() else int(np.nanargmax(np.abs(values)))
        return Cell(*found, first + best, first, after, float(values[best]), int(missing.sum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Go to the frame, select row and lifter; with shift, begin a span."""
        cell = self.cell_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or cell is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._spanned_from = event.position().toPoint().x()
            return
        self._dragged = cell.block
        self._choose(cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Drag the cursor along, or say what is there."""
        at = event.position().toPoint()
        if self._spanned_from is not None:
            self._session.mark_span(*self.axis.span_of(self._spanned_from, at.x()))
            return
        if self._dragged >= 0:
            cell = self.cell_at(at, self._dragged)
            if cell is not None:
                self._session.seek(cell.frame)
            return
        cell = self.cell_at(at)
        self.show_tip(at, "" if cell is None else self.said(cell))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """The drag is over."""
        self._dragged, self._spanned_from = -1, None

    def _choose(self, cell: Cell) -> None:
        if self._numbers is None:
            return
        column, lifter = self._numbers.rows[cell.row].column, self.blocks[cell.block].track.name
        which = "joint" if self._session.view.plots.rows is HeatRows.JOINTS else "angle"
        self._session.update(frame=cell.frame, lifter=lifter, **{which: column})

    def said(self, cell: Cell) -> str:
        """A cell in words: lifter, row, frame, time, value; which frame it is where several share the pixel."""
        content, numbers = self._content, self._numbers
        if content is None or numbers is None:
            return ""
        track = self.blocks[cell.block].track
        value = "missing" if np.isnan(cell.value) else _number(cell.value, numbers)
        lines = [
            f"<b style='color:{self.theme.lifter(track.colour)}'>{escape(track.name)}</b>",
            f"{numbers.rows[cell.row].title}: error <b>{value}</b>",
            frame_text(cell.frame, content.fps),
        ]
        if cell.after - cell.first > 1:
            lines.append(f"largest of {span_text(cell.first, cell.after - 1)}")
            lines += [f"{cell.missing} of them missing"] if cell.missing else []
        return "<br>".join(lines)


def _number(value: float, numbers: HeatNumbers) -> str:
    """An error with its sign, also where colours show only its size."""
    return number_text(value, unit="°", signed=True) if numbers.signed else number_text(value, unit=" mm")
