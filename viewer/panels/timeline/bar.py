"""The bar along the clip: times, error strips, marks, in and out, and the cursor; what the mouse does in it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.marks import Mark as NamedMark
from core.records import Float32
from viewer.content.records import ClipContent, Track
from viewer.marks import go_to_mark
from viewer.panels.timeline import painting as paint
from viewer.panels.timeline import tips
from viewer.panels.timeline.layout import NAMES_PX, SECONDS_PX, BarLayout, arrange_bar, height_for
from viewer.panels.timeline.legend import LEGEND_TIP, legend_width, paint_legend, small
from viewer.panels.timeline.marks import Mark, worst_marks, worst_of_all
from viewer.session import Session
from viewer.strips import FrameAxis, Limit, StripCanvas, angle_mae_limit, colours_of, peaks
from viewer.theme import Theme, lut
from viewer.view import View

__all__ = ["TimelineBar"]

_RIGHT_PX = 22
_REACH_PX = 4
"""How near to a mark or handle the mouse has to be, beside it."""

_LEAST_HEIGHT_PX = 84


class _Grip(StrEnum):
    """What the mouse drags."""

    NOTHING = "nothing"
    CURSOR = "cursor"
    IN = "in"
    OUT = "out"
    SPAN = "span"


class TimelineBar(StripCanvas):
    """Times, strips, marks and the span of a clip. ``worst`` : the marks, the worst first; ``marks`` : their frames in
    order of time. named : those that a person has made, in order of time.
    """

    cursor_reach = 8

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._session = session
        self._content: ClipContent | None = None
        self._grip = _Grip.NOTHING
        self._pressed_x = 0
        self._gutter = 0
        self._cells: tuple[NDArray[np.uint8], ...] | None = None
        self._errors: Float32 = np.empty(0, np.float32)
        self.limit = Limit(1.0, exceeded=False)
        self.tracks: tuple[Track, ...] = ()
        self.worst: tuple[Mark, ...] = ()
        self.marks: tuple[int, ...] = ()
        self.named: tuple[NamedMark, ...] = ()
        self.layout_px = BarLayout(0, 1, 1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, _LEAST_HEIGHT_PX)

    def sizeHint(self) -> QSize:  # noqa: N802 - name of Qt
        """Room for three or four strips."""
        return QSize(900, 96).expandedTo(self.minimumSize())

    def show_content(self, content: ClipContent | None) -> None:
        """Strips and marks of another clip."""
        self._content = content
        self._grip = _Grip.NOTHING
        self.frame = self._session.frame
        self.limit = Limit(1.0, exceeded=False) if content is None else angle_mae_limit(content)
        self._show_tracks(self._session.view)

    def show_named(self, marks: Sequence[NamedMark]) -> None:
        """Other named marks of the clip on screen, in order of time."""
        if tuple(marks) != self.named:
            self.named = tuple(marks)
            self._arrange()

    def show_view(self, new: View, old: View) -> None:
        """Other lifters are shown, or another span."""
        self.move_cursor(new.frame)
        if new.hidden != old.hidden:
            self._show_tracks(new)
        elif new.span != old.span:
            self.update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.theme = theme
        self._cells = None
        self.outdate()

    def _show_tracks(self, view: View) -> None:
        content = self._content
        shown = () if content is None else content.measured
        self.tracks = tuple(track for track in shown if track.name not in view.hidden)
        self._errors = worst_of_all(self.tracks, 1 if content is None else content.n_frames)
        self.worst = () if content is None else worst_marks(self.tracks, self._errors, content.fps)
        self.marks = tuple(sorted(mark.frame for mark in self.worst))
        self._arrange()

    def _arrange(self) -> None:
        n_strips = 0 if self._content is None else len(self._content.measured)  # also of lifters that are hidden now
        names_px = NAMES_PX if self.named else 0
        self.setMinimumHeight(max(_LEAST_HEIGHT_PX, height_for(n_strips, names_px)))
        self.layout_px = arrange_bar(self.height(), len(self.tracks), names_px)
        names, legend_px = paint.names_said(small(self.font()), self.tracks), legend_width(self.font(), self.limit)
        self._gutter = paint.gutter_width(self.font(), names, legend_px, self.layout_px)
        left = self._gutter + paint.HANDLE_PX
        n_frames = 1 if self._content is None else self._content.n_frames
        self.axis = FrameAxis(left, max(1, self.width() - left - _RIGHT_PX), n_frames)
        self._cells = None
        self.outdate()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name of Qt
        """The bar fills the widget."""
        super().resizeEvent(event)
        self._arrange()

    def cells(self) -> tuple[NDArray[np.uint8], ...]:
        """(1, columns, 4) colours per visible lifter, one column per device pixel."""
        if self._cells is None:
            starts = self.axis.starts(self.devicePixelRatioF())
            table = lut(self.theme.magnitude)
            self._cells = tuple(
                colours_of(peaks(track.angle_mae_deg[None], starts, signed=False), self.limit, table, signed=False)
                for track in self.tracks
            )
        return self._cells

    def _look(self) -> paint.BarLook:
        fps = 1.0 if self._content is None else self._content.fps
        return paint.BarLook(self.axis, self.layout_px, self.theme, fps)

    def paint_picture(self, painter: QPainter) -> None:
        """Times, strips and marks."""
        look = self._look()
        if self._content is None:
            paint.paint_plain(painter, look)
            return
        paint.paint_ruler(painter, look, self._gutter)
        if self.named:
            paint.paint_names(painter, look, self.named)
        if not self.tracks:
            paint.paint_plain(painter, look)
            return
        paint_legend(painter, 4, self.layout_px.y + 1, self.limit, self.theme)
        paint.paint_strips(painter, look, self.tracks, self.cells(), self._gutter)
        paint.paint_marks(painter, look, self.worst)

    def paint_over(self, painter: QPainter) -> None:
        """In, out and the cursor."""
        if self._content is None:
            return
        look, view = self._look(), self._session.view
        paint.paint_handles(painter, look, self._span(), view.span is not None)
        self.draw_cursor(painter, self.layout_px.y + SECONDS_PX - 1, self.layout_px.names_top)
        paint.paint_head(painter, look, self.frame)

    def _span(self) -> tuple[int, int]:
        """In and out, of the whole clip where there are none."""
        last = self.axis.n_frames - 1
        first, after = self._session.view.span or (0, last)
        return min(first, last), min(after, last)

    def frame_at(self, at: QPoint) -> int:
        """The frame that is meant by a point: a mark that is hit, else the worst of those that share the pixel."""
        mark = self._mark_at(at)
        if mark is not None:
            return mark.frame
        if at.x() < self.axis.left:
            return 0
        if at.x() >= self.axis.left + self.axis.width:
            return self.axis.n_frames - 1
        first, after = self.axis.frames_at(at.x())
        errors = self._errors[first:after]
        return first if np.isnan(errors).all() else first + int(np.nanargmax(errors))

    def _mark_at(self, at: QPoint) -> Mark | None:
        """The nearest mark under a point."""
        if not self.layout_px.in_marks(at.y()):
            return None
        near = [mark for mark in self.worst if abs(self.axis.x_of(mark.frame) - at.x()) <= _REACH_PX + 1]
        return min(near, key=lambda mark: abs(self.axis.x_of(mark.frame) - at.x()), default=None)

    def _named_at(self, at: QPoint) -> NamedMark | None:
        """The named mark under a point, the shortest of several."""
        if not self.layout_px.in_names(at.y()):
            return None
        axis = self.axis
        over = [mark for mark in self.named if axis.edge_of(mark.first) - _REACH_PX <= at.x()
                <= max(axis.edge_of(mark.last + 1), axis.edge_of(mark.first) + 2 * _REACH_PX)]  # fmt: skip
        return min(over, key=lambda mark: mark.last - mark.first, default=None)

    def _grip_at(self, at: QPoint) -> _Grip:
        if self._content is None:
            return _Grip.NOTHING
        if self.layout_px.in_span(at.y()):
            first, last = self._span()
            begin, end = self.axis.edge_of(first), self.axis.edge_of(last + 1)
            reach = paint.HANDLE_PX + _REACH_PX
            if -reach <= at.x() - begin <= _REACH_PX and abs(at.x() - begin) <= abs(at.x() - end):
                return _Grip.IN
            if -_REACH_PX <= at.x() - end <= reach:
                return _Grip.OUT
        return _Grip.CURSOR if at.x() >= self.axis.left - paint.HANDLE_PX else _Grip.NOTHING

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Take the cursor, in or out, begin a span with shift, or go to a named mark."""
        at = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        named = self._named_at(at)
        if named is not None:
            go_to_mark(self._session, named)
            return
        self._grip, self._pressed_x = self._grip_at(at), at.x()
        if self._grip is _Grip.CURSOR and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._grip = _Grip.SPAN
        elif self._grip is _Grip.CURSOR:
            self._session.seek(self.frame_at(at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Drag what was taken, or say what is there."""
        at = event.position().toPoint()
        if self._grip is _Grip.CURSOR:
            self._session.seek(self.frame_at(QPoint(at.x(), self.layout_px.top)))
        elif self._grip is _Grip.SPAN:
            self._session.mark_span(*self.axis.span_of(self._pressed_x, at.x()))
        elif self._grip is not _Grip.NOTHING:
            self._drag_span(at.x())
        else:
            over = self._grip_at(at)
            on_handle = over in (_Grip.IN, _Grip.OUT)
            self.setCursor(Qt.CursorShape.SizeHorCursor if on_handle else Qt.CursorShape.ArrowCursor)
            self.show_tip(at, self.said(at))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """The drag is over."""
        self._grip = _Grip.NOTHING

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """In the lane of in and out: take them away. Elsewhere a second click."""
        if self.layout_px.in_span(event.position().toPoint().y()):
            self._session.update(span=None)
        else:
            self.mousePressEvent(event)

    def _drag_span(self, x: int) -> None:
        """The dragged edge goes to the nearest edge of a frame; the whole clip is no span."""
        first, last = self._span()
        end = self.axis.n_frames - 1
        edge = round((x - self.axis.left) * self.axis.n_frames / self.axis.width)
        if self._grip is _Grip.IN:
            first = min(max(0, edge), last)
        else:
            last = max(min(edge - 1, end), first)
        self._session.mark_span(first, last)

    def said(self, at: QPoint) -> str:
        """A point in words: a handle, a mark, frame and errors along the bar, and left of it names and legend."""
        content, grip = self._content, self._grip_at(at)
        if content is None:
            return ""
        if grip in (_Grip.IN, _Grip.OUT):
            return tips.said_of_span(content, grip, self._span()[0 if grip is _Grip.IN else 1])
        named, mark = self._named_at(at), self._mark_at(at)
        if named is not None:
            return tips.said_of_name(content, named)
        if mark is not None:
            return tips.said_of_mark(content, mark, len(self.worst), self.theme)
        if self.axis.left <= at.x() < self.axis.left + self.axis.width:
            return tips.said_of_frame(content, self.tracks, self.frame_at(at), self.theme)
        return self._said_of_gutter(at) if at.x() < self._gutter else ""

    def _said_of_gutter(self, at: QPoint) -> str:
        if not self.tracks or at.y() >= self.layout_px.bottom:
            return ""
        if at.y() < self.layout_px.top:
            return LEGEND_TIP
        return tips.said_of_track(self.tracks[(at.y() - self.layout_px.top) // self.layout_px.pitch], self.theme)
