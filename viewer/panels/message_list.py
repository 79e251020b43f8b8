"""All messages with their times, over what lies below the strip: opening them moves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from viewer.panels.severities import Severity, severity_picture
from viewer.theme import Theme

__all__ = ["Message", "MessageList"]

_ROWS = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One line, when it was said last, and how often it was said."""

    text: str
    severity: Severity
    when: datetime
    count: int = 1


class MessageList(QListWidget):
    """A pop-up: a click elsewhere or Escape closes it, Delete asks to dismiss what is selected, Ctrl+C copies it."""

    closed = Signal()
    unwanted = Signal(list)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)  # the click that closes it presses nothing
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("All messages, the newest first")

    def show_messages(self, messages: Sequence[Message], theme: Theme) -> None:
        """The messages, the newest first; what is selected does not stay so."""
        self.setStyleSheet(f"QListWidget {{ background: {theme.base}; color: {theme.text}; "
                           f"border: 1px solid {theme.dim}; padding: 2px; }}")  # fmt: skip
        self.clear()
        for message in reversed(messages):
            times = f"   ×{message.count}" if message.count > 1 else ""
            item = QListWidgetItem(f"{message.when:%H:%M:%S}   {message.text}{times}", self)
            item.setIcon(QIcon(severity_picture(message.severity, theme, self.devicePixelRatioF())))
            item.setData(Qt.ItemDataRole.UserRole, message)

    def open_below(self, strip: QWidget) -> None:
        """Show it under the strip, as wide; over it where the window ends below."""
        rows = min(_ROWS, max(2, self.count()))
        self.setFixedSize(strip.width(), rows * (self.fontMetrics().height() + 8) + 6)
        below = strip.mapTo(strip.window(), QPoint(0, strip.height())).y() + self.height() <= strip.window().height()
        self.move(strip.mapToGlobal(QPoint(0, strip.height() if below else -self.height())))
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def chosen(self) -> list[Message]:
        """What is selected."""
        return [item.data(Qt.ItemDataRole.UserRole) for item in self.selectedItems()]

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - name of Qt
        """Tell that it is closed."""
        super().hideEvent(event)
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keys that are used here are not the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _used(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name of Qt
        """Escape, Delete and Ctrl+C; the rest moves the selection."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() == Qt.Key.Key_Delete:
            self.unwanted.emit(self.chosen())
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText("\n".join(message.text for message in self.chosen()))
        else:
            super().keyPressEvent(event)


def _used(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Delete) or event.matches(QKeySequence.StandardKey.Copy)
