"""Frame and time as they can be read and typed, and the speed."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontDatabase, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from viewer.content.records import ClipContent
from viewer.panels.timeline.goto import frame_typed
from viewer.playback import SPEEDS
from viewer.session import Session
from viewer.wording import time_text

__all__ = ["GotoBox", "Readout"]


class GotoBox(QLineEdit):
    """A number that can be typed over: Enter takes it, Escape or leaving puts the old one back."""

    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._value = ""
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.returnPressed.connect(self._take)
        self.editingFinished.connect(self._restore)

    def show_range(self, widest: str, placeholder: str, tip: str) -> None:
        """What can be typed. widest : the longest text that has to fit; placeholder : shown while it is empty."""
        self.setPlaceholderText(placeholder)
        self.setToolTip(tip)
        self.setFixedWidth(max(map(QFontMetrics(self.font()).horizontalAdvance, (widest, placeholder))) + 14)

    def show_value(self, text: str) -> None:
        """The value to read; what is being typed stays."""
        self._value = text
        if self.hasFocus() and self.isModified():
            return
        selected = self.hasSelectedText()
        self.setText(text)
        if selected:
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name of Qt
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self._restore()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        text = self.text()
        self.setModified(False)
        self.typed.emit(text)
        self.clearFocus()

    def _restore(self) -> None:
        self.setText(self._value)


class Readout(QWidget):
    """Frame of how many, time of how long, and the speed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._content: ClipContent | None = None
        self.frame_box, self.time_box = GotoBox(), GotoBox()
        self.frame_box.typed.connect(lambda text: self._go(text, seconds=False))
        self.time_box.typed.connect(lambda text: self._go(text, seconds=True))
        self._last_frame, self._last_time = QLabel(), QLabel()
        self.speed_box = QComboBox()
        self.speed_box.addItems([f"{speed:g}×" for speed in SPEEDS])
        self.speed_box.setToolTip("Speed of playing; 1× is real time")
        self.speed_box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.speed_box.activated.connect(self._set_speed)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self.frame_box, self._last_frame, self.time_box, self._last_time):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.speed_box)
        self.show_speed(session.view.speed)

    def show_content(self, content: ClipContent | None) -> None:
        """Length of another clip."""
        self._content = content
        for box in (self.frame_box, self.time_box):
            box.setEnabled(content is not None)
        last = 0 if content is None else content.n_frames - 1
        end = time_text(0.0 if content is None else content.seconds_at(last))
        typed = "Type a frame (120) or a time (1.5 s, 0:01.5)"
        self.frame_box.show_range("000000", f"0 to {last}", f"Frame, 0 to {last}. {typed}")
        self.time_box.show_range("0:00.000", end, f"Time, 0 to {end}. Type a time (1.5, 0:01.5)")
        for label, text in ((self._last_frame, f"/ {last}"), (self._last_time, f"/ {end}")):
            label.setText("" if content is None else text)
            label.setFixedWidth(label.fontMetrics().horizontalAdvance(text))
        self._row.activate()
        self.show_frame(self._session.frame)

    def show_frame(self, frame: int) -> None:
        """Frame and time now."""
        self.frame_box.show_value("" if self._content is None else str(frame))
        self.time_box.show_value("" if self._content is None else time_text(self._content.seconds_at(frame)))

    def show_speed(self, speed: float) -> None:
        """The speed, whichever way; one that is not on the ladder is shown all the same."""
        place = SPEEDS.index(abs(speed)) if abs(speed) in SPEEDS else -1
        with QSignalBlocker(self.speed_box):
            self.speed_box.setPlaceholderText(f"{abs(speed):g}×")
            self.speed_box.setCurrentIndex(place)

    def _set_speed(self, place: int) -> None:
        backwards = self._session.view.speed < 0
        self._session.update(speed=-SPEEDS[place] if backwards else SPEEDS[place])

    def _go(self, text: str, seconds: bool) -> None:
        if self._content is None:
            return
        try:
            frame = frame_typed(text, self._content.fps, self._content.n_frames, seconds)
        except ValueError as fault:
            self._session.message.emit(str(fault))
        else:
            self._session.seek(frame)
