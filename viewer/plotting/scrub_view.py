"""What the mouse means in plots over time: pick, scrub, zoom, pan, hover."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from viewer.plotting.cached_view import CachedPlotView

__all__ = ["ScrubView"]

# One notch of a wheel, 120 eighths of a degree, zooms by about a fifth.
_ZOOM_PER_STEP = 1.0015
_DRAG_ZOOM_PER_PX = 1.01

_LEFT, _MIDDLE, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class ScrubView(CachedPlotView):
    """A :class:`CachedPlotView` that turns the mouse into meanings, told by signals. Plots by number, x and y in data.

    ``picked(plot, x)`` left press in a plot. ``scrubbed(x)`` dragged from there. ``spanned(x, other)`` dragged with
    shift, from where it began to where it is. ``time_zoomed(factor, x)`` wheel.
    ``values_zoomed(plot, factor, y)`` shift and wheel, or right drag. ``panned(plot, dx, dy)`` middle drag; the
    horizontal wheel, with dy 0. ``hovered(plot, x, position)`` and ``left()``. ``head_clicked(plot)`` press on a head.
    ``activated(plot)`` double click in a plot or on its head. ``reset_asked()`` double click elsewhere.
    """

    picked = Signal(int, float)
    scrubbed = Signal(float)
    spanned = Signal(float, float)
    time_zoomed = Signal(float, float)
    values_zoomed = Signal(int, float, float)
    panned = Signal(int, float, float)
    hovered = Signal(int, float, QPointF)
    left = Signal()
    head_clicked = Signal(int)
    activated = Signal(int)
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads: tuple[QRectF, ...] = ()
        self._held: tuple[int, Qt.MouseButton] | None = None
        self._last = QPointF()
        self._pressed = (0.0, 0.0)
        self._spanning = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_plots(self, boxes: Sequence[pg.ViewBox], heads: Sequence[QRectF]) -> None:
        """The plots and the rectangles of their heads (titles), which can be clicked."""
        self._heads = tuple(heads)
        if tuple(boxes) != self.boxes:
            self._held = None
        self.set_boxes(boxes)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pick, or begin to drag."""
        position, button = event.position(), event.button()
        plot, head = self.box_at(position), self.head_at(position)
        if plot is not None and button in (_LEFT, _MIDDLE, _RIGHT):
            self._held, self._last = (plot, button), position
            self._pressed = self.value_at(plot, position)
            self._spanning = button == _LEFT and bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if button == _LEFT and not self._spanning:
                self.picked.emit(plot, self._pressed[0])
        elif head is not None and button == _LEFT:
            self.head_clicked.emit(head)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag, or hover."""
        position = event.position()
        if self._held is not None:
            self._drag(*self._held, position)
            self._last = position
        plot = self.box_at(position) if self._held is None else self._held[0]
        if plot is None:
            self.left.emit()
        else:
            self.hovered.emit(plot, self.value_at(plot, position)[0], position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End of a drag."""
        if self._held is not None and event.button() == self._held[1]:
            self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Enlarge a plot, or show everything again."""
        if event.button() != _LEFT:
            return
        plot = self.box_at(event.position())
        number = self.head_at(event.position()) if plot is None else plot
        if number is None:
            self.reset_asked.emit()
        else:
            self.activated.emit(number)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom, or pan in time with the horizontal wheel."""
        plot = self.box_at(event.position())
        steps = event.angleDelta()
        if plot is None:
            event.ignore()
            return
        event.accept()
        x, y = self.value_at(plot, event.position())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            # Some systems turn the wheel sideways while shift is held.
            self.values_zoomed.emit(plot, _ZOOM_PER_STEP ** (steps.y() or steps.x()), y)
        elif steps.y():
            self.time_zoomed.emit(_ZOOM_PER_STEP ** steps.y(), x)
        elif steps.x():
            there = self.value_at(plot, event.position() + QPointF(steps.x() / 2, 0.0))[0]
            self.panned.emit(plot, x - there, 0.0)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The mouse is gone."""
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys belong to the window: pyqtgraph's view would swallow them."""
        event.ignore()

    def _drag(self, plot: int, button: Qt.MouseButton, position: QPointF) -> None:
        x, y = self.value_at(plot, position)
        before_x, before_y = self.value_at(plot, self._last)
        if self._spanning:
            self.spanned.emit(self._pressed[0], x)
        elif button == _LEFT:
            self.scrubbed.emit(x)
        elif button == _MIDDLE:
            self.panned.emit(plot, before_x - x, before_y - y)
        elif button == _RIGHT:
            factor = _DRAG_ZOOM_PER_PX ** (self._last.y() - position.y())
            self.values_zoomed.emit(plot, factor, self._pressed[1])

    def head_at(self, position: QPointF) -> int | None:
        """Number of the plot whose head is at a point of the view."""
        return next((i for i, rect in enumerate(self._heads) if rect.contains(position)), None)
