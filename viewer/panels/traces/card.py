"""The read-out beside the mouse: time, frame, and the value of every line there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewer.theme import Theme

__all__ = ["HoverCard", "Reading"]

_PAD, _SWATCH, _OFFSET = 8, 12, 14
# Room for these, so that the card does not change its width while the mouse moves.
_WIDEST, _WIDEST_MORE = "−180.0°", "±1σ 10.0°"


@dataclass(frozen=True, slots=True)
class Reading:
    """One row. colour : of its track, None the floor. value : with its unit, or what stands for a missing one. more :
    its uncertainty, or nothing.
    """

    text: str
    colour: int | None
    value: str
    more: str = ""


class HoverCard(QWidget):
    """A small card over the plots that the mouse passes through. It is painted alone: the plots are not."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._theme = theme
        self.title = ""
        self.readings: tuple[Reading, ...] = ()
        self.note = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def show_at(self, position: QPointF, title: str, readings: tuple[Reading, ...], note: str = "") -> None:
        """Beside a place of the parent: right of it where there is room, else left."""
        if (title, readings, note) != (self.title, self.readings, self.note):
            self.title, self.readings, self.note = title, readings, note
            self.resize(self.sizeHint())
            self.update()
        room, size = self._room.rect(), self.size()
        x, y = round(position.x()) + _OFFSET, round(position.y()) + _OFFSET
        if x + size.width() > room.right():
            x = round(position.x()) - _OFFSET - size.width()
        y = min(y, room.bottom() - size.height())
        self.move(max(0, x), max(0, y))
        self.show()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its widest row."""
        metrics = QFontMetrics(self.font())
        names = max((metrics.horizontalAdvance(r.text) for r in self.readings), default=0)
        rows = _SWATCH + 6 + names + 14 + metrics.horizontalAdvance(_WIDEST) + self._more_width(metrics)
        heads = max(
            QFontMetrics(_bold(self.font())).horizontalAdvance(self.title), metrics.horizontalAdvance(self.note)
        )
        count = 1 + len(self.readings) + bool(self.note)
        return QSize(2 * _PAD + max(rows, heads), 2 * _PAD - 4 + count * (metrics.height() + 2) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Title, rows, note."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.grid))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        height = QFontMetrics(self.font()).height() + 2
        row = QRect(_PAD, _PAD - 2, self.width() - 2 * _PAD, height)
        painter.setPen(QColor(theme.text))
        painter.setFont(_bold(self.font()))
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.title)
        painter.setFont(self.font())
        for reading in self.readings:
            row.translate(0, height)
            self._paint_row(painter, row, reading)
        row.translate(0, height)
        painter.setPen(QColor(theme.warning))
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.note)
        painter.end()

    def _paint_row(self, painter: QPainter, row: QRect, reading: Reading) -> None:
        theme = self._theme
        ink = QColor(theme.floor if reading.colour is None else theme.lifter(reading.colour))
        height = 8 if reading.colour is None else 3
        ink.setAlpha(130 if reading.colour is None else 255)
        painter.fillRect(QRect(row.left(), row.center().y() - height // 2, _SWATCH, height), ink)
        painter.setPen(QColor(theme.dim))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.adjusted(_SWATCH + 6, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, reading.text)
        painter.setPen(QColor(theme.text))
        more = self._more_width(QFontMetrics(self.font()))
        painter.drawText(row.adjusted(0, 0, -more, 0), middle | Qt.AlignmentFlag.AlignRight, reading.value)
        painter.setPen(QColor(theme.dim))
        painter.drawText(
            row.adjusted(row.width() - more + 4, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, reading.more
        )

    def _more_width(self, metrics: QFontMetrics) -> int:
        if not any(reading.more for reading in self.readings):
            return 0
        return 4 + metrics.horizontalAdvance(_WIDEST_MORE)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
