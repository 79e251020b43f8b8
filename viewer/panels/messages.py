"""What the window has to say: errors with their file and the way out, warnings, and passing remarks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget
from superqt import QElidingLabel

from viewer.panels.message_list import Message, MessageList
from viewer.panels.severities import (
    ICON_PX,
    Severity,
    copy_icon,
    cross_icon,
    crosses_icon,
    severity_colour,
    severity_picture,
)
from viewer.theme import Theme

__all__ = ["Message", "MessageArea", "Severity"]

_INFO_MS = 8000
_MOST = 200
_GRAVITY = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


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
        self.setElideMode(Qt.TextElideMode.ElideMiddle)  # the file stands at the beginning, the way out at the end
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - name of Qt
        """Tell of a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


class MessageArea(QFrame):
    """A strip with the gravest message, of equally grave ones the newest; hidden while there is none.

    It always has the same height; a list of all messages opens over what lies below. Escape dismisses the message
    that is shown.
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
        self._list = MessageList(self)
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
        shown = self.shown()
        self._kept = [kept for kept in self._kept if kept.message is not shown]
        self._show()

    def copy_shown(self) -> None:
        """Put the message of the strip on the clipboard."""
        shown = self.shown()
        if shown is not None:
            QGuiApplication.clipboard().setText(shown.text)

    def shown(self) -> Message | None:
        """The message of the strip: the newest of the gravest."""
        return _gravest(self.messages())

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
        strip = QHBoxLayout(self)
        strip.setContentsMargins(8, 0, 4, 0)
        strip.setSpacing(6)
        for widget, stretch in ((self._icon, 0), (self._text, 1), (self._count, 0), (self._more, 0), (self._copy, 0),
                                (self._dismiss, 0), (self._all, 0)):  # fmt: skip
            strip.addWidget(widget, stretch)
        self._text.clicked.connect(self._more.click)
        self._more.setCheckable(True)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._list.hide()
        self._list.closed.connect(self._on_closed)
        self._list.unwanted.connect(self._on_unwanted)
        self.setFixedHeight(max(ICON_PX, self.fontMetrics().height()) + 8)

    # -- what is on screen ---------------------------------------------------------------------------------------
    def _show(self) -> None:
        """The strip and the list for what is kept; nothing where nothing is."""
        self._wait()
        shown = self.shown()
        self.setVisible(shown is not None)
        if shown is None:
            self._list.hide()
            return
        hidden = [message for message in self.messages() if message is not shown]
        self._icon.setPixmap(severity_picture(shown.severity, self._theme, self.devicePixelRatioF()))
        self._icon.setAccessibleName(shown.severity.value)
        if self._text.text() != shown.text:
            self._text.setText(shown.text)
            self._tell(shown)
        self._text.setToolTip(f"<p>{escape(shown.text)}</p>")
        self._count.setText(f"×{shown.count}" if shown.count > 1 else "")
        self._count.setVisible(shown.count > 1)
        self._more.setText(f"{len(hidden)} more" if hidden else "Details")
        self._all.setVisible(bool(hidden))
        self._copy.setIcon(copy_icon(self._theme))
        self._dismiss.setIcon(cross_icon(self._theme))
        self._all.setIcon(crosses_icon(self._theme))
        self._style(shown.severity, _gravest(hidden))
        if self._more.isChecked():
            self._list.show_messages(self.messages(), self._theme)

    def _style(self, severity: Severity, hidden: Message | None) -> None:
        """Colours of the strip; the number of hidden messages in that of the gravest of them."""
        theme = self._theme
        grave = hidden is not None and hidden.severity is not Severity.INFO
        counter = severity_colour(hidden.severity, theme) if hidden is not None and grave else theme.text
        self._more.setStyleSheet(f"QToolButton {{ color: {counter}; font-weight: {'bold' if grave else 'normal'}; }}")
        self.setStyleSheet(
            f"MessageArea {{ background: {theme.raised}; border: none; border-left: 3px solid "
            f"{severity_colour(severity, theme)}; border-bottom: 1px solid {theme.grid}; }}"
            f"MessageArea QLabel {{ color: {theme.text}; }}"
        )

    def _toggle(self) -> None:
        """Open or close the list."""
        if not self._more.isChecked():
            self._list.hide()
        elif not self._list.isVisible():
            self._list.show_messages(self.messages(), self._theme)
            self._list.open_below(self)

    def _on_closed(self) -> None:
        self._more.setChecked(False)

    def _on_unwanted(self, gone: list[Message]) -> None:
        self._kept = [kept for kept in self._kept if kept.message not in gone]
        self._show()

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
        """Escape dismisses the message that is shown."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss_shown()
        else:
            super().keyPressEvent(event)


def _gravest(messages: Sequence[Message]) -> Message | None:
    """The newest of the gravest, of messages of which the newest is the last."""
    return max(reversed(messages), key=lambda message: _GRAVITY[message.severity], default=None)
