"""Titles of the plots, and over their picture what marks the selected one, so that selecting repaints little."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.conventions import AngleDef
from viewer.panels.traces.inks import Inks

__all__ = ["Frame", "Head", "SelectedHead", "level_that_fits", "names_of"]

_INDENT_PX = 8.0
_SHORT = {"flexion": "flex", "adduction": "add", "abduction": "abd", "elevation": "elev", "projected": "proj"}
_SHORTER = {"shoulder": "sho", "elbow": "elb", "knee": "kne"}


def names_of(angle: AngleDef) -> tuple[str, ...]:
    """The title, then shorter ones for less room: ``Left knee flexion``, ``L knee flex``, ``L kne flex``."""
    words = [_SHORT.get(word, word) for word in angle.kind.split("_")]
    side = angle.side.upper()
    return angle.title, " ".join([side, *words]), " ".join([side, *(_SHORTER.get(word, word) for word in words)])


def level_that_fits(heads: Iterable[Head]) -> int:
    """The longest names that fit all heads, as a place in their names; the shortest where none do."""
    heads = list(heads)
    most = max((len(head.names) for head in heads), default=1) - 1
    return next((level for level in range(most) if all(head.fits(level) for head in heads)), most)


class Head(QGraphicsItem):
    """The title of a plot. selected : its angle is, which :class:`SelectedHead` shows over the picture."""

    def __init__(self, inks: Inks) -> None:
        super().__init__()
        self._rect = QRectF()
        self._level = 0
        self.inks = inks
        self.font = QFont()
        self.names: tuple[str, ...] = ("",)
        self.selected = False

    @property
    def text(self) -> str:
        """The whole title, whatever of it is shown."""
        return self.names[0]

    @property
    def label(self) -> str:
        """What is shown, where it has room."""
        return self.names[min(self._level, len(self.names) - 1)]

    @property
    def room(self) -> QRectF:
        """Where letters may be."""
        return self._rect.adjusted(_INDENT_PX, 0.0, 0.0, -1.0)

    def fits(self, level: int) -> bool:
        """Whether there is room for that name."""
        text = self.names[min(level, len(self.names) - 1)]
        return QFontMetricsF(self.font).horizontalAdvance(text) <= self.room.width()

    def show_names(self, names: tuple[str, ...]) -> None:
        """Of another angle; see :func:`names_of`."""
        self.names = names
        self.update()

    def show_level(self, level: int) -> None:
        """Which of the names is shown."""
        if level != self._level:
            self._level = level
            self.update()

    def show_inks(self, inks: Inks) -> None:
        """Other colours."""
        self.inks = inks
        self.update()

    def place(self, rect: QRectF, font: QFont) -> None:
        """Where it stands, in pixels of the view."""
        self.prepareGeometryChange()
        self._rect, self.font = rect, font

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Its place."""
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """The title as of any angle."""
        self.paint_label(painter, self.font, self.inks.text)

    def paint_label(self, painter: QPainter, font: QFont, ink: QColor) -> None:
        """The name, cut where even the shortest has no room."""
        text = QFontMetricsF(font).elidedText(self.label, Qt.TextElideMode.ElideRight, self.room.width())
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(self.room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class SelectedHead:
    """Stands over the head of the selected angle, with a bar and in the accent; bold where that costs no letters."""

    def __init__(self) -> None:
        self.head: Head | None = None

    def boundingRect(self) -> QRectF:  # noqa: N802 - as Qt's items
        """All of the head, which it covers."""
        return QRectF() if self.head is None else self.head.boundingRect()

    def paint(self, painter: QPainter) -> None:
        """Bar and title."""
        head, rect = self.head, self.boundingRect()
        if head is None:
            return
        painter.fillRect(rect, head.inks.window)
        painter.fillRect(QRectF(rect.left() + 1.0, rect.top() + 4.0, 3.0, rect.height() - 8.0), head.inks.accent)
        bold = QFont(head.font)
        bold.setWeight(QFont.Weight.DemiBold)
        fits = QFontMetricsF(bold).horizontalAdvance(head.label) <= head.room.width()
        head.paint_label(painter, bold if fits else head.font, head.inks.accent)


class Frame:
    """A line around the plot of the selected angle, on that around every plot. rect : of the plot; None is nowhere."""

    def __init__(self, inks: Inks) -> None:
        self.rect: QRectF | None = None
        self.show_inks(inks)

    def show_inks(self, inks: Inks) -> None:
        """Other colours."""
        self._pen = QPen(inks.accent, 1.0)

    def boundingRect(self) -> QRectF:  # noqa: N802 - as Qt's items
        """Of the line, which is outside of the plot at the right and below."""
        return QRectF() if self.rect is None else self.rect.adjusted(-1.0, -1.0, 1.0, 1.0)

    def paint(self, painter: QPainter) -> None:
        """The line."""
        if self.rect is not None:
            painter.setPen(self._pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect)
