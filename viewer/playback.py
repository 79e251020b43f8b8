"""Plays the clip: the frame follows a clock, so that a slow machine drops frames and never time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from viewer.content.records import ClipContent
from viewer.session import Session
from viewer.view import Loop, View

__all__ = ["SPEEDS", "Playback"]

SPEEDS: tuple[float, ...] = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""The ladder of speeds; 1 is real time."""

_USUAL_RATE_HZ = 60.0


class Playback(QObject):
    """Moves the frame of a session through its clip.

    In real time the frame is that of the last anchor plus ``elapsed * fps * speed``. The anchor is set anew where
    playing starts, or where someone else changes the frame, the speed, the loop or the span. With ``every_frame`` each
    tick shows the next frame, at the pace of the clock or slower. Speed, direction and loop are those of the view.
    ``playing_changed(playing)`` tells of start and end.
    """

    playing_changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self._playing = False
        self._clip = ""
        self._anchor = self._shown = 0
        self._due_s = 0.0
        session.frame_changed.connect(self._frame_changed)
        session.view_changed.connect(self._view_changed)
        session.content_changed.connect(self._content_changed)

    @property
    def playing(self) -> bool:
        """Whether the clip is being played."""
        return self._playing

    def play(self, backwards: bool = False) -> None:
        """Play in this direction; where nothing is left to play, from the other end."""
        content = self._session.content
        if content is None:
            return
        speed = abs(self._session.view.speed)
        self._session.update(speed=-speed if backwards else speed)
        first, last = self._range(content)
        begin, end = (last, first) if backwards else (first, last)
        if self._session.frame == end or not first <= self._session.frame <= last:
            self._session.seek(begin)
        self._clip = content.name
        self._set_playing(True)
        self._set_anchor()

    def pause(self) -> None:
        """Stop where it is."""
        self._timer.stop()
        self._set_playing(False)

    def toggle(self) -> None:
        """Pause, or play forwards, whichever way it went before."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def reverse(self) -> None:
        """Turn round while playing; play backwards otherwise."""
        self.play(backwards=not self._playing or self._session.view.speed > 0)

    def step(self, frames: int) -> None:
        """Pause, and go so many frames on, or back where negative."""
        self.pause()
        self._session.seek(self._session.frame + frames)

    def home(self) -> None:
        """Go to the first frame."""
        self._session.seek(0)

    def end(self) -> None:
        """Go to the last frame."""
        if self._session.content is not None:
            self._session.seek(self._session.content.n_frames - 1)

    def faster(self) -> None:
        """One step up the ladder, in the same direction."""
        speed = abs(self._session.view.speed)
        self._set_speed(SPEEDS[min(bisect_right(SPEEDS, speed), len(SPEEDS) - 1)])

    def slower(self) -> None:
        """One step down the ladder, in the same direction."""
        speed = abs(self._session.view.speed)
        self._set_speed(SPEEDS[max(bisect_left(SPEEDS, speed) - 1, 0)])

    def _set_speed(self, speed: float) -> None:
        self._session.update(speed=-speed if self._session.view.speed < 0 else speed)

    def _set_playing(self, playing: bool) -> None:
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)

    def _range(self, content: ClipContent) -> tuple[int, int]:
        """First and last frame that are played."""
        view, last = self._session.view, content.n_frames - 1
        if view.loop is not Loop.SPAN or view.span is None:
            return 0, last
        last = min(last, view.span[1])
        return min(max(0, view.span[0]), last), last

    def _set_anchor(self) -> None:
        """From the frame on screen, from now on."""
        self._anchor = self._shown = self._session.frame
        self._due_s = 0.0
        self._clock.start()
        self._wait(self._rate_hz)

    @property
    def _rate_hz(self) -> float:
        """Frames of the clip per second of the clock."""
        content = self._session.content
        return content.fps * abs(self._session.view.speed) if content is not None else _USUAL_RATE_HZ

    def _wait(self, rate_hz: float) -> None:
        """Until the next frame is due that the screen can show."""
        now_s, screen_hz = self._clock.nsecsElapsed() * 1e-9, _screen_rate_hz()
        if self._session.view.every_frame:
            # What comes late delays all that follow, and between two frames there is time to paint; only less than
            # half a frame is caught up, or the rounding of timers to milliseconds would slow every frame.
            self._due_s = max(self._due_s + 1 / min(rate_hz, screen_hz), now_s + 0.5 / screen_hz)
        else:
            stride = max(1, round(rate_hz / screen_hz))
            self._due_s = (int(now_s * rate_hz) + stride) / rate_hz
        self._timer.start(max(1, ceil((self._due_s - now_s) * 1000)))

    def _tick(self) -> None:
        content = self._session.content
        if content is None:
            self.pause()
            return
        rate_hz = self._rate_hz
        if self._session.view.every_frame:
            steps, since = 1, self._shown
        else:
            steps, since = int(self._clock.nsecsElapsed() * 1e-9 * rate_hz), self._anchor
        frame, ended = self._moved(since, steps, content)
        self._shown = frame
        self._session.seek(frame)
        if ended:
            self.pause()
        elif self._playing:
            self._wait(rate_hz)

    def _moved(self, since: int, steps: int, content: ClipContent) -> tuple[int, bool]:
        """The frame so many steps after ``since``, and whether playing ends with it."""
        view = self._session.view
        first, last = self._range(content)
        backwards = view.speed < 0
        frame = since - steps if backwards else since + steps
        if view.loop is Loop.OFF:
            return min(max(frame, first), last), frame <= first if backwards else frame >= last
        return first + (frame - first) % (last - first + 1), False

    def _frame_changed(self, frame: int) -> None:
        if self._playing and frame != self._shown:
            self._set_anchor()

    def _view_changed(self, new: View, old: View) -> None:
        if new.clip != old.clip:
            self.pause()
        elif self._playing and (new.frame != self._shown or _pace(new) != _pace(old)):
            self._set_anchor()

    def _content_changed(self, content: ClipContent | None) -> None:
        if content is None or content.name != self._clip:
            self.pause()
        elif self._playing:
            self._set_anchor()


def _pace(view: View) -> tuple[object, ...]:
    return view.speed, view.loop, view.span, view.every_frame


def _screen_rate_hz() -> float:
    """Refreshes of the screen per second; 60 where the screen does not say anything sensible."""
    screen = QGuiApplication.primaryScreen()
    rate_hz = screen.refreshRate() if screen is not None else 0.0
    return rate_hz if 20 <= rate_hz <= 500 else _USUAL_RATE_HZ
