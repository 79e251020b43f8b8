"""What the window has to say: errors with their file and the way out, warnings, and passing remarks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from viewer.panels.severities import ICON_PX, Severity, copy_icon, cross_icon, severity_colour, severity_picture
from viewer.theme import Theme

__all__ = ["Message", "MessageArea", "Severity"]

_INFO_MS = 8000
_MOST = 200
_LIST_ROWS = 7


@dataclass(frozen=True, slots=True)
class Message:
    """One line, when it was said last, and how often it was said."""

    text: str
    severity: Severity
    when: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class _Kept:
    """A message and the moment it passes, in seconds of the monotonic clock; infinite: never."""

    message: Message
    until_s: float


class _Line(QElidingLabel):
    """One line of text that is cut where there is no room, and can be clicked."""

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Tell of a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


class MessageArea(QFrame):
    """A strip with the newest message, hidden while there is none; it opens to a list of all of them.

    Escape closes the list or dismisses the message; in the list, Delete dismisses and Ctrl+C copies what is selected.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, info_ms: int = _INFO_MS) -> None:
        """info_ms : for how long an info stays."""
        super().__init__(parent)
        self._theme, self._info_s = theme, info_ms / 1000
        self._kept: list[_Kept] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pass)
        self._icon, self._text, self._count = QLabel(self), _Line(self), QLabel(self)
        self._more = self._button("Show all messages", self._toggle)
        self._copy = self._button("Copy this message", self.copy_shown)
        self._dismiss = self._button("Dismiss this message", self.dismiss_shown)
        self._all = self._button("Dismiss all messages", self.clear)
        self._list = QListWidget(self)
        self._arrange()
        self.setAccessibleName("Messages")
        self.show_theme(theme)

    # -- what others call ----------------------------------------------------------------------------------------
    def say(self, text: str, severity: str = Severity.INFO) -> None:
        """Show a line; the same line again is counted. severity : ``info``, ``warning`` or ``error``."""
        kind, line = Severity(severity), " ".join(text.split())
        same = next((kept.message for kept in self._kept if (kept.message.text, kept.message.severity) == (line, kind)),
                    Message(line, kind, datetime.now(), 0))  # fmt: skip
        message = replace(same, when=datetime.now(), count=same.count + 1)
        until_s = time.monotonic() + self._info_s if kind is Severity.INFO else float("inf")
        others = [kept for kept in self._kept if kept.message is not same]
        self._kept = [*others[1 - _MOST :], _Kept(message, until_s)]
        self._show()

    def clear(self) -> None:
        """Dismiss everything."""
        self._kept = []
        self._show()

    def messages(self) -> tuple[Message, ...]:
        """What is there, the newest last."""
        return tuple(kept.message for kept in self._kept)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._show()

    def dismiss_shown(self) -> None:
        """Take the message of the strip away."""
        self._kept = self._kept[:-1]
        self._show()

    def copy_shown(self) -> None:
        """Put the message of the strip on the clipboard."""
        if self._kept:
            QGuiApplication.clipboard().setText(self._kept[-1].message.text)

    # -- building ------------------------------------------------------------------------------------------------
    def _button(self, says: str, does: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolTip(says)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(says)
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.clicked.connect(does)
        return button

    def _arrange(self) -> None:
        strip = QHBoxLayout()
        strip.setContentsMargins(8, 2, 4, 2)
        strip.setSpacing(6)
        for widget, stretch in ((self._icon, 0), (self._text, 1), (self._count, 0), (self._more, 0), (self._copy, 0),
                                (self._dismiss, 0), (self._all, 0)):  # fmt: skip
            strip.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(strip)
        column.addWidget(self._list)
        self._text.clicked.connect(self._more.click)
        self._more.setCheckable(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._all.setText("Dismiss all")
        self._all.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._list.setWordWrap(True)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setAccessibleName("All messages, the newest first")
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.hide()

    # -- what is on screen ---------------------------------------------------------------------------------------
    def _show(self) -> None:
        """The strip and the list for what is kept; nothing where nothing is."""
        self._wait()
        self.setVisible(bool(self._kept))
        if not self._kept:
            self._more.setChecked(False)
            self._toggle()
            return
        newest, others = self._kept[-1].message, len(self._kept) - 1
        self._icon.setPixmap(severity_picture(newest.severity, self._theme, self.devicePixelRatioF()))
        self._icon.setAccessibleName(newest.severity.value)
        if self._text.text() != newest.text:
            self._text.setText(newest.text)
            self._tell(newest)
        self._text.setToolTip(f"<p>{escape(newest.text)}</p>")
        self._count.setText(f"×{newest.count}" if newest.count > 1 else "")
        self._count.setVisible(newest.count > 1)
        self._more.setText(f"{others} more" if others else "Details")
        self._all.setVisible(others > 0)
        self._copy.setIcon(copy_icon(self._theme))
        self._dismiss.setIcon(cross_icon(self._theme))
        self._style(newest.severity)
        self._fill()

    def _style(self, severity: Severity) -> None:
        theme = self._theme
        self.setStyleSheet(
            f"MessageArea {{ background: {theme.raised}; border: none; border-left: 3px solid "
            f"{severity_colour(severity, theme)}; border-bottom: 1px solid {theme.grid}; }}"
            f"MessageArea QLabel {{ color: {theme.text}; }}"
            f"MessageArea QListWidget {{ background: {theme.base}; color: {theme.text}; }}"
        )

    def _fill(self) -> None:
        """The list, newest first; what is selected stays so only where nothing changed."""
        if not self._more.isChecked():
            return
        self._list.clear()
        for kept in reversed(self._kept):
            message = kept.message
            times = f"   ×{message.count}" if message.count > 1 else ""
            item = QListWidgetItem(f"{message.when:%H:%M:%S}   {message.text}{times}", self._list)
            item.setIcon(QIcon(severity_picture(message.severity, self._theme, self.devicePixelRatioF())))
            item.setData(Qt.ItemDataRole.UserRole, message)
        rows = min(_LIST_ROWS, max(2, len(self._kept)))
        self._list.setFixedHeight(rows * (self._list.fontMetrics().height() + 8))

    def _toggle(self) -> None:
        """Open or close the list."""
        self._list.setVisible(self._more.isChecked())
        self._fill()

    def _tell(self, message: Message) -> None:
        """Let screen readers say a message."""
        self._text.setAccessibleName(f"{message.severity.value}: {message.text}")
        QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))

    # -- time and keys -------------------------------------------------------------------------------------------
    def _wait(self) -> None:
        """Wake when the next info has had its time."""
        due = min((kept.until_s for kept in self._kept), default=float("inf"))
        if due == float("inf"):
            self._timer.stop()
        else:
            self._timer.start(max(1, round((due - time.monotonic()) * 1000) + 1))

    def _pass(self) -> None:
        """Take infos away whose time is over."""
        now = time.monotonic()
        self._kept = [kept for kept in self._kept if kept.until_s > now]
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name of Qt
        """Escape, and in the list Delete and Ctrl+C."""
        in_list = self._list.hasFocus()
        if event.key() == Qt.Key.Key_Escape:
            if self._more.isChecked():
                self._more.click()
            else:
                self.dismiss_shown()
        elif in_list and event.key() == Qt.Key.Key_Delete:
            gone = self._selected()
            self._kept = [kept for kept in self._kept if kept.message not in gone]
            self._show()
        elif in_list and event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText("\n".join(message.text for message in self._selected()))
        else:
            super().keyPressEvent(event)

    def _selected(self) -> list[Message]:
        return [item.data(Qt.ItemDataRole.UserRole) for item in self._list.selectedItems()]
