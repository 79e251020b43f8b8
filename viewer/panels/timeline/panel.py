"""The panel: buttons and read-out on the left, the bar on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from viewer.content.records import ClipContent
from viewer.panels.timeline.bar import TimelineBar
from viewer.panels.timeline.marks import following, preceding
from viewer.panels.timeline.readout import Readout
from viewer.panels.timeline.transport import Transport
from viewer.playback import Playback
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import View

__all__ = ["TimelinePanel"]


class TimelinePanel(QWidget):
    """Playing, going and seeing where a clip is bad.

    playback : of the window. ``worst_ended(direction)`` : a button asked for a worst
    frame where this clip has no further one; +1 onwards, -1 back.
    """

    worst_ended = Signal(int)

    def __init__(self, session: Session, theme: Theme, playback: Playback, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.transport = Transport(session, playback, theme)
        self.readout = Readout(session)
        self.bar = TimelineBar(session, theme)
        self.transport.buttons["worst_next"].clicked.connect(lambda: self._go_on(+1))
        self.transport.buttons["worst_previous"].clicked.connect(lambda: self._go_on(-1))
        self.transport.buttons["worst"].clicked.connect(self.worst_of_clip)
        left = QVBoxLayout()
        left.setContentsMargins(8, 4, 8, 4)
        left.setSpacing(6)
        left.addStretch(1)
        left.addWidget(self.transport)
        left.addWidget(self.readout)
        left.addStretch(1)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left)
        row.addWidget(self.bar, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_theme(theme)
        self.show_content(session.content)

    def show_content(self, content: ClipContent | None) -> None:
        """Another clip, or none."""
        self.bar.show_content(content)
        self.readout.show_content(content)
        self._row.activate()  # the read-out may have another width, also before the event loop gets to it
        self.transport.setEnabled(content is not None)
        self.transport.show_worst(bool(self.bar.marks))

    def show_view(self, new: View, old: View) -> None:
        """Speed, loop, pace, span or lifters changed."""
        self.bar.show_view(new, old)
        self.readout.show_frame(new.frame)
        if new.hidden != old.hidden:
            self.transport.show_worst(bool(self.bar.marks))
        if (new.speed, new.loop, new.every_frame) != (old.speed, old.loop, old.every_frame):
            self.readout.show_speed(new.speed)
            self.transport.show_state(new)

    def show_frame(self, frame: int) -> None:
        """The cursor and the numbers."""
        self.bar.move_cursor(frame)
        self.readout.show_frame(frame)

    def show_edit(self, content: ClipContent) -> None:
        """Nothing to do: the strips follow with the whole clip, once the joint is let go."""

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.transport.show_theme(theme)
        self.bar.show_theme(theme)

    def worst_of_clip(self) -> bool:
        """Go to the frame with the largest angle MAE of any shown lifter; False where there are no errors."""
        return self._go(self.bar.worst[0].frame if self.bar.worst else None)

    def worst_next(self) -> bool:
        """Go to the next of the worst frames in order of time; False where the clip has no further one."""
        return self._go(following(self.bar.marks, self._session.frame))

    def worst_previous(self) -> bool:
        """Go to the one before in order of time; False where the clip has no further one."""
        return self._go(preceding(self.bar.marks, self._session.frame))

    def worst_first(self) -> bool:
        """Go to the first of the worst frames, after coming from another clip; False where there is none."""
        return self._go(self.bar.marks[0] if self.bar.marks else None)

    def worst_last(self) -> bool:
        """Go to the last of the worst frames; False where there is none."""
        return self._go(self.bar.marks[-1] if self.bar.marks else None)

    def focus_goto(self) -> None:
        """Put the text cursor into the frame box, ready to be typed over."""
        self.readout.frame_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.readout.frame_box.selectAll()

    def _go(self, frame: int | None) -> bool:
        if frame is not None:
            self._session.seek(frame)
        return frame is not None

    def _go_on(self, direction: int) -> None:
        if not (self.worst_next() if direction > 0 else self.worst_previous()):
            self.worst_ended.emit(direction)
