"""The plot of the study on screen, and what mouse and keys do in it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.records import Float64
from viewer.numbers import short_text
from viewer.panels.study.area import KEY_PX, Area, area_of
from viewer.panels.study.key_painting import RING_PX, paint_ring
from viewer.panels.study.keys import entries_of
from viewer.panels.study.look import Look, fonts_of
from viewer.panels.study.painting import dot_px, paint_plot, spot_px
from viewer.panels.study.plots import Plot
from viewer.panels.study.targets import Step, Target, at_px, led_to, moved, where
from viewer.panels.study.tips import said_of
from viewer.session import Session
from viewer.strips import round_ticks
from viewer.theme import Theme

__all__ = ["StudyCanvas"]

_KEY = Qt.Key
_STEPS: Mapping[int, Step] = MappingProxyType({
    _KEY.Key_Right: Step.NEXT, _KEY.Key_Left: Step.PREVIOUS, _KEY.Key_Up: Step.UP, _KEY.Key_Down: Step.DOWN,
    _KEY.Key_Home: Step.FIRST, _KEY.Key_End: Step.LAST, _KEY.Key_PageDown: Step.PAGE_ON,
    _KEY.Key_PageUp: Step.PAGE_BACK,
})  # fmt: skip
_OTHERS = (_KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Escape)
_SAME_PX = 2
_TIP_AT = QPoint(12, 8)


class StudyCanvas(QWidget):
    """A :class:`Plot`, painted once and kept; what is selected and focused is painted over it.

    Signals: ``picked(Target)`` where a point is chosen: a clip's point, which for a large point is the one it leads to,
    a published row, or for a name in the key the lifter without a clip; ``copy_wanted()``. ``builds`` counts pictures.
    """

    picked = Signal(object)
    copy_wanted = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self._fonts = fonts_of(self.font())
        self._colours: Mapping[str, int] = {}
        self.plot: Plot | None = None
        self.sentence = ""
        self.area: Area | None = None
        self.target: Target | None = None
        self.builds = self.paints = 0
        self._picture: QPixmap | None = None
        self._px: tuple[Float64, Float64, Float64] = (np.zeros(0), np.zeros(0), np.zeros((0, 2)))
        self._clicked: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 90)
        self.setAccessibleName("Millimetres against degrees")
        self.setAccessibleDescription("Left and right go through clips, up and down through lifters, Enter opens")

    def show_plot(self, plot: Plot | None, colours: Mapping[str, int], sentence: str = "") -> None:
        """Other numbers; sentence : why there are none."""
        self.plot, self._colours, self.sentence = plot, colours, sentence
        self._arrange()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.outdate()

    def outdate(self) -> None:
        """The picture is not right any more."""
        self._picture = None
        self.update()

    def show_target(self, target: Target | None) -> None:
        """Put the focus on a point, and say it to those who listen."""
        self.target = target
        if target is not None and self.plot is not None:
            self.setAccessibleDescription(". ".join(said_of(self.plot, target)))
        self.update()

    def place_of(self, target: Target) -> QPoint | None:
        """Where a point is."""
        there = None if self.plot is None else where(self.plot, target)
        if there is None or self.area is None:
            return None
        return QPointF(float(self.area.x_px(there[0])), float(self.area.y_px(there[1]))).toPoint()

    def targets_at(self, at: QPoint) -> tuple[Target, ...]:
        """The points under the mouse: the first is chosen by a click; a second click there chooses the next."""
        if self.plot is None or self.area is None or not self.area.shown:
            return ()
        radii = dot_px(self.plot), spot_px(self.plot)
        found = at_px(self.plot, (at.x(), at.y()), self._px[:2], self._px[2], radii)
        if self.target in found and self._again(at):
            place = found.index(self.target)
            return (*found[place:], *found[:place])
        return found

    def _again(self, at: QPoint) -> bool:
        """Whether the last click was there."""
        return self._clicked is not None and (at - self._clicked).manhattanLength() <= _SAME_PX

    def lifter_at(self, at: QPoint) -> str:
        """Whose name in the key is under the mouse, or ''."""
        keys = () if self.area is None else self.area.keys
        return next((key.entry.lifter for key in keys if key.left <= at.x() < key.left + key.wide
                     and key.top <= at.y() < key.top + KEY_PX), "")  # fmt: skip

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wider than high."""
        return QSize(380, 260)

    def _arrange(self) -> None:
        plot, self.area = self.plot, None
        if plot is not None:
            titles, numbers = (QFontMetrics(font) for font in self._fonts)
            ticks = round_ticks(*plot.y_range, 8)
            wide = max((numbers.horizontalAdvance(short_text(tick)) for tick in ticks), default=0)
            entries = [(entry, titles.horizontalAdvance(entry.text)) for entry in entries_of(plot, rings=True)]
            self.area = area_of(plot, (self.width(), self.height()), wide, entries)
            large = [(spot.x.value, spot.y.value) for spot in plot.spots]
            large += [(row.mpjpe_mm, row.mae_deg) for row in plot.beside]
            points = np.array(large).reshape(-1, 2)
            spots = np.column_stack([self.area.x_px(points[:, 0]), self.area.y_px(points[:, 1])])
            self._px = self.area.x_px(plot.dots.x), self.area.y_px(plot.dots.y), spots
        self.outdate()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Axes fill the room."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The kept picture, then selection and focus."""
        if self._picture is None:
            self._picture = self._painted()
        self.paints += 1
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)
            if self.plot is not None and self.area is not None and self.area.shown:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_selected(painter, self.plot)
                if self.hasFocus() and self.target is not None:
                    self._ring(painter, self.target, self._theme.cursor)

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap((self.size().toSizeF() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._theme.base))
        with QPainter(picture) as painter:
            if self.plot is None or self.area is None:
                painter.setPen(QColor(self._theme.dim))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(self.rect().adjusted(12, 12, -12, -12), flags, self.sentence)
            elif self.area.shown:
                paint_plot(painter, self.plot, Look(self.area, self._theme, self._fonts, self._colours, ratio))
        self.builds += 1
        return picture

    def _paint_selected(self, painter: QPainter, plot: Plot) -> None:
        """Rings about the points of the clip on screen, and about the selected lifter's."""
        view = self._session.view
        for lifter in plot.series:
            self._ring(painter, Target(lifter, view.clip), self._theme.accent)
        if view.lifter and view.lifter in plot.series:
            for spot in plot.spots:
                if spot.lifter == view.lifter:
                    self._ring(painter, Target(spot.lifter, group=spot.group), self._theme.accent)

    def _ring(self, painter: QPainter, target: Target, colour: str) -> None:
        at = self.place_of(target)
        if at is None or self.plot is None:
            return
        radius = (dot_px(self.plot) if target.clip else spot_px(self.plot)) + RING_PX
        paint_ring(painter, QPointF(at), radius, colour, self._theme.base)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A point is chosen, or a lifter by its name in the key."""
        at = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or self.plot is None:
            return
        targets, lifter = self.targets_at(at), self.lifter_at(at)
        if targets:
            on = len(targets) > 1 and targets[0] == self.target and self._again(at)
            self.show_target(targets[1 if on else 0])
            self._clicked = at
            self._tell(at)
            self._pick()
        elif lifter:
            self.picked.emit(Target(lifter))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """As one click, so that it opens nothing that lies below."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say what is there."""
        self._tell(event.position().toPoint())

    def _tell(self, at: QPoint) -> None:
        """The tip of a place, and whether a click there does anything."""
        targets, lifter = self.targets_at(at), self.lifter_at(at)
        opens = bool(lifter) if not targets else len(targets) > 1 or not targets[0].published
        self.setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)
        if targets:
            self._show_tip(targets[0], at, len(targets) - 1)
        elif lifter:
            self._show_lines((lifter, "A click selects it"), at)
        else:
            QToolTip.hideText()

    def _show_tip(self, target: Target, at: QPoint, more: int = 0) -> None:
        self._show_lines(() if self.plot is None else said_of(self.plot, target, more), at)

    def _show_lines(self, lines: tuple[str, ...], at: QPoint) -> None:
        """In a tip, the first one strong."""
        if lines:
            text = "<br>".join([f"<b>{escape(lines[0])}</b>", *map(escape, lines[1:])])
            QToolTip.showText(self.mapToGlobal(at + _TIP_AT), text, self)

    def _show_focused(self) -> None:
        """The tip of the point that has the focus of the keys."""
        at = None if self.target is None else self.place_of(self.target)
        if self.target is not None and at is not None:
            self._show_tip(self.target, at)

    def _pick(self) -> None:
        """What the focus is on is chosen."""
        if self.plot is not None and self.target is not None and where(self.plot, self.target) is not None:
            self.picked.emit(led_to(self.plot, self.target))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Who comes with Tab reads where the focus is."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._show_focused()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """No tip where the mouse is not."""
        QToolTip.hideText()
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """The keys that move the focus are no shortcuts of the window while the plot has it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows, Page, Home and End move through points, Enter opens, Ctrl+C copies, Escape leaves."""
        if not _own(event) or self.plot is None:
            super().keyPressEvent(event)
        elif event.key() == _KEY.Key_C:
            self.copy_wanted.emit()
        elif event.key() == _KEY.Key_Escape:
            self.window().setFocus()
        elif event.key() in _STEPS:
            self.show_target(moved(self.plot, self.target, _STEPS[_KEY(event.key())]))
            self._clicked = None
            self._show_focused()
        else:
            self._pick()


def _own(event: QKeyEvent) -> bool:
    """True for the keys that the plot needs."""
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return event.key() == _KEY.Key_C and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return plain == Qt.KeyboardModifier.NoModifier and (event.key() in _STEPS or event.key() in _OTHERS)
