"""A box beside a part of the window that says what it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.theme import Theme

__all__ = ["Callout", "beside"]

_WIDE_PX, _PAD_PX, _TIP_PX, _GAP_PX = 380, 14, 10, 2
_KEY = Qt.Key
_OWN = (_KEY.Key_Escape, _KEY.Key_Left, _KEY.Key_Right)


class Callout(QWidget):
    """Title, text and three buttons, with a tip towards what is spoken of. Right and Left go on and back, Escape skips
    the rest. Signals: ``onward()``, ``back()``, ``skipped()``.
    """

    onward = Signal()
    back = Signal()
    skipped = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._room = theme, parent
        self._tip = QPoint()
        self.title, self.text, self.count = QLabel(self), QLabel(self), QLabel(self)
        self.next_button, self.back_button = QPushButton("Next", self), QPushButton("Back", self)
        self.skip_button = QPushButton("Skip", self)
        self._arrange()
        self.show_theme(theme)
        self.hide()

    def say(self, title: str, text: str, number: int, of: int) -> None:
        """The words of step ``number`` (from 1) of so many."""
        self.title.setText(title)
        self.text.setText(text)
        self.count.setText(f"{number} of {of}")
        self.back_button.setEnabled(number > 1)
        self.next_button.setText("Done" if number == of else "Next")
        self.skip_button.setVisible(number < of)
        self.setAccessibleName(f"Tour, {number} of {of}: {title}")
        self.setAccessibleDescription(text)
        self.next_button.setAccessibleDescription(f"{title}. {text}")

    def point_at(self, place: QRect) -> None:
        """Stand beside a rectangle of the parent, or inside it where there is no room beside it."""
        self.setFixedSize(self._wanted())
        corner, self._tip = beside(place, self.size(), self._room.rect())
        self.move(corner)
        self.show()
        self.raise_()
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.title.setStyleSheet(f"color: {theme.text}; font-weight: bold;")
        self.text.setStyleSheet(f"color: {theme.text};")
        self.count.setStyleSheet(f"color: {theme.dim};")
        self.update()

    def event(self, event: QEvent) -> bool:
        """The keys that are used here are not the window's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Right, Left and Escape on a button, which would move the focus by the arrows."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _OWN:
            {_KEY.Key_Escape: self.skipped, _KEY.Key_Right: self.onward, _KEY.Key_Left: self.back}[
                Qt.Key(event.key())
            ].emit()
            return True
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The box and its tip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(_TIP_PX, _TIP_PX, -_TIP_PX, -_TIP_PX)
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRoundedRect(box, 6, 6)
        if not self._tip.isNull():
            painter.setBrush(QColor(self._theme.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(_tip(self._tip, box))

    def _arrange(self) -> None:
        self.text.setWordWrap(True)
        for label in (self.title, self.text, self.count):
            label.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QHBoxLayout()
        buttons.addWidget(self.count)
        buttons.addStretch(1)
        # Next comes first in the order of Tab, as it is what most want.
        for button in (self.skip_button, self.back_button, self.next_button):
            button.setAutoDefault(True)
            button.setStyleSheet("padding: 4px 10px;")
            button.installEventFilter(self)
            buttons.addWidget(button)
        QWidget.setTabOrder(self.next_button, self.back_button)
        QWidget.setTabOrder(self.back_button, self.skip_button)
        column = QVBoxLayout(self)
        edge = _TIP_PX + _PAD_PX
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)
        self.next_button.clicked.connect(self.onward)
        self.back_button.clicked.connect(self.back)
        self.skip_button.clicked.connect(self.skipped)

    def _wanted(self) -> QSize:
        layout = self.layout()
        return QSize(_WIDE_PX, layout.heightForWidth(_WIDE_PX) if layout is not None else _WIDE_PX)


def beside(place: QRect, size: QSize, room: QRect) -> tuple[QPoint, QPoint]:
    """Upper left corner of a box of that size that touches a place and lies in the room, and the middle of its side
    that points there, in the box; the latter is null where it lies inside the place.

    Right of it is tried first, then left, below, above.
    """
    x = _clamped(place.center().x() - size.width() // 2, room.left(), room.right() - size.width())
    y = _clamped(place.center().y() - size.height() // 2, room.top(), room.bottom() - size.height())
    right, left = place.right() + _GAP_PX, place.left() - _GAP_PX - size.width()
    below, above = place.bottom() + _GAP_PX, place.top() - _GAP_PX - size.height()
    to_y = _clamped(place.center().y() - y, 3 * _TIP_PX, size.height() - 3 * _TIP_PX)
    to_x = _clamped(place.center().x() - x, 3 * _TIP_PX, size.width() - 3 * _TIP_PX)
    if right + size.width() <= room.right():
        return QPoint(right, y), QPoint(1, to_y)
    if left >= room.left():
        return QPoint(left, y), QPoint(size.width() - 1, to_y)
    if below + size.height() <= room.bottom():
        return QPoint(x, below), QPoint(to_x, 1)
    if above >= room.top():
        return QPoint(x, above), QPoint(to_x, size.height() - 1)
    return QPoint(x, y), QPoint()


def _tip(at: QPoint, box: QRect) -> QPolygon:
    """A triangle from a point outside a box to its nearest side."""
    if at.x() < box.left() or at.x() > box.right():
        side = box.left() if at.x() < box.left() else box.right()
        return QPolygon([at, QPoint(side, at.y() - _TIP_PX), QPoint(side, at.y() + _TIP_PX)])
    side = box.top() if at.y() < box.top() else box.bottom()
    return QPolygon([at, QPoint(at.x() - _TIP_PX, side), QPoint(at.x() + _TIP_PX, side)])


def _clamped(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
