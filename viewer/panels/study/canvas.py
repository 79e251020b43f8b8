"""The plot of the study on screen, and what mouse and keys do in it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from core.records import Float64
from viewer.numbers import short_text
from viewer.panels.study.area import Area, area_of
from viewer.panels.study.painting import FLIP, Look, fonts_of, paint_plot, spot_px
from viewer.panels.study.plots import Plot
from viewer.panels.study.targets import Step, Target, at_px, moved, said_of, where
from viewer.panels.study.texts import PUBLISHED
from viewer.session import Session
from viewer.strips import round_ticks
from viewer.theme import Theme
from viewer.wording import short_names

__all__ = ["StudyCanvas"]

_KEY = Qt.Key
_STEPS: Mapping[int, Step] = MappingProxyType({
    _KEY.Key_Right: Step.NEXT, _KEY.Key_Left: Step.PREVIOUS, _KEY.Key_Up: Step.UP, _KEY.Key_Down: Step.DOWN,
    _KEY.Key_Home: Step.FIRST, _KEY.Key_End: Step.LAST, _KEY.Key_PageDown: Step.PAGE_ON,
    _KEY.Key_PageUp: Step.PAGE_BACK,
})  # fmt: skip
_OTHERS = (_KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Escape)
_RING_PX = 4


class StudyCanvas(QWidget):
    """A :class:`Plot`, painted once and kept; what is selected and focused is painted over it.

    Signals: ``picked(Target)`` where a point is chosen; ``copy_wanted()``. ``builds`` counts pictures.
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
        """Put the focus on a point, and say it."""
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

    def target_at(self, at: QPoint) -> Target | None:
        """The point under the mouse; a name in the key stands for the large point of its lifter."""
        if self.plot is None or self.area is None or not self.area.shown:
            return None
        found = at_px(self.plot, self._px[0], self._px[1], (at.x(), at.y()), self._px[2])
        if found is None and self.plot.pair is None:
            named = [key for key in self.area.keys if key.left <= at.x() < key.left + key.wide
                     and key.top <= at.y() < key.top + 17 and key.name in self.plot.series]  # fmt: skip
            return Target(named[0].name) if named else None
        return found

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wider than high."""
        return QSize(380, 260)

    def _arrange(self) -> None:
        plot, self.area = self.plot, None
        if plot is not None:
            titles, numbers = (QFontMetrics(font) for font in self._fonts)
            ticks = round_ticks(*plot.y_range, 8)
            wide = max((numbers.horizontalAdvance(short_text(tick)) for tick in ticks), default=0)
            entries = [(name, text, titles.horizontalAdvance(text)) for name, text in _key_of(plot)]
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
        radius = (spot_px(self.plot) if not target.clip else 3) + _RING_PX
        for wide, ink in ((3.6, self._theme.base), (1.6, colour)):
            painter.setPen(QPen(QColor(ink), wide))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at), radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A point is chosen."""
        target = self.target_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and target is not None:
            self.show_target(target)
            self.picked.emit(target)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Say what is there."""
        at = event.position().toPoint()
        target = self.target_at(at)
        self.setCursor(Qt.CursorShape.ArrowCursor if target is None else Qt.CursorShape.PointingHandCursor)
        if target is None or self.plot is None:
            QToolTip.hideText()
        else:
            first, *rest = said_of(self.plot, target) or (target.lifter,)
            text = "<br>".join([f"<b>{escape(first)}</b>", *map(escape, rest)])
            QToolTip.showText(self.mapToGlobal(at + QPoint(12, 8)), text, self)

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
        elif self.target is not None and where(self.plot, self.target) is not None:
            self.picked.emit(self.target)


def _own(event: QKeyEvent) -> bool:
    """True for the keys that the plot needs."""
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return event.key() == _KEY.Key_C and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return plain == Qt.KeyboardModifier.NoModifier and (event.key() in _STEPS or event.key() in _OTHERS)


def _key_of(plot: Plot) -> list[tuple[str, str]]:
    """Names and texts of the key above the plot."""
    if plot.pair is not None:
        flips = int(np.count_nonzero(plot.flips))
        return [(FLIP, f"flips ({flips:,})"), ("agrees", f"agrees ({len(plot.dots.x) - flips:,})")]
    short = short_names(plot.series)
    return [*((name, short[name]) for name in plot.series), *([(PUBLISHED, PUBLISHED)] if plot.beside else [])]
