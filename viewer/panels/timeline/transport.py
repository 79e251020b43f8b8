"""The buttons: to start, step, play, to end, loop, pace, and the worst frames."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget

from viewer.panels.timeline.glyphs import GLYPH_PX, glyph
from viewer.playback import Playback
from viewer.session import Session
from viewer.theme import Theme
from viewer.view import Loop, View

__all__ = ["Transport"]

_LOOP_TIPS = {
    Loop.OFF: "Plays once. Click to loop the whole clip",
    Loop.ALL: "Loops the whole clip. Click for the span from in to out, or off without one",
    Loop.SPAN: "Loops the span from in to out. Click to play once",
}
_TIPS = {
    "home": "First frame",
    "step_back": "One frame back; 10 with Shift, 100 with Ctrl",
    "reverse": "Play backwards",
    "play": "Play or pause",
    "step": "One frame on; 10 with Shift, 100 with Ctrl",
    "end": "Last frame",
    "worst_previous": "Previous peak of the angle error in time; before the first one the clip before",
    "worst": "Worst frame of the clip: the largest angle MAE of any shown lifter",
    "worst_next": "Next peak of the angle error in time; after the last one the next clip",
    "loop": "",
    "pace": "",
}
_WORST = ("worst_previous", "worst", "worst_next")


class Transport(QWidget):
    """A row of buttons, by name in ``buttons``; the clicks of ``worst`` and its neighbours are the panel's."""

    def __init__(self, session: Session, playback: Playback, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._playback, self._theme = session, playback, theme
        self.buttons = {name: _button(tip) for name, tip in _TIPS.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for name, button in self.buttons.items():
            if name in ("worst_previous", "loop"):
                row.addSpacing(9)
            row.addWidget(button)
        row.addStretch(1)
        for name, act in (
            ("home", playback.home), ("end", playback.end), ("play", playback.toggle), ("reverse", playback.reverse),
            ("step", lambda: playback.step(_stride())), ("step_back", lambda: playback.step(-_stride())),
            ("loop", self._next_loop), ("pace", self._other_pace),
        ):  # fmt: skip
            self.buttons[name].clicked.connect(act)
        playback.playing_changed.connect(lambda _: self.show_state(session.view))
        self.show_theme(theme)

    def show_state(self, view: View) -> None:
        """Signs that tell what is on: playing and its direction, loop, pace."""
        playing, backwards = self._playback.playing, view.speed < 0
        self._sign("play", "pause" if playing else "play", accented=playing and not backwards)
        self._sign("reverse", "reverse", accented=playing and backwards)
        self._sign("loop", f"loop_{view.loop}", accented=view.loop is not Loop.OFF)
        self._sign("pace", "film" if view.every_frame else "clock", accented=view.every_frame)
        self.buttons["loop"].setToolTip(_LOOP_TIPS[view.loop])
        self.buttons["pace"].setToolTip(
            "Shows every frame, however long it takes. Click to keep to the clock"
            if view.every_frame
            else "Keeps to the clock, dropping frames where it must. Click to show every frame"
        )

    def show_theme(self, theme: Theme) -> None:
        """Signs in other colours."""
        self._theme = theme
        for name in ("home", "step_back", "step", "end", *_WORST):
            self._sign(name, name)
        self.show_state(self._session.view)

    def show_worst(self, any_marks: bool) -> None:
        """Whether there are worst frames to go to."""
        for name in _WORST:
            self.buttons[name].setEnabled(any_marks)
            self.buttons[name].setToolTip(_TIPS[name] if any_marks else "No errors without a reference and a lifter")

    def _sign(self, button: str, name: str, accented: bool = False) -> None:
        self.buttons[button].setIcon(glyph(name, self._theme, accented))

    def _next_loop(self) -> None:
        order = [Loop.OFF, Loop.ALL, *([Loop.SPAN] if self._session.view.span else [])]
        now = self._session.view.loop
        self._session.update(loop=order[(order.index(now) + 1) % len(order)] if now in order else Loop.OFF)

    def _other_pace(self) -> None:
        self._session.update(every_frame=not self._session.view.every_frame)


def _stride() -> int:
    """Frames of a step by the modifiers that are held."""
    held = QApplication.keyboardModifiers()
    if held & Qt.KeyboardModifier.ControlModifier:
        return 100
    return 10 if held & Qt.KeyboardModifier.ShiftModifier else 1


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setIconSize(QSize(GLYPH_PX, GLYPH_PX))
    button.setFixedSize(26, 26)
    return button
