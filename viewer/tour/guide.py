"""Goes through the steps of the tour on a real window."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from viewer.focus import FocusRing
from viewer.theme import Theme
from viewer.tour.callout import Callout
from viewer.tour.steps import STEPS

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["Tour"]

_KEYS = re.compile(r"\{([\w.]+)\}")
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Tour(QObject):
    """Shows a callout after the other, each beside the part that it speaks of, which is framed. The window can be used
    all the while. ``ended()`` after the last one, or when the rest is skipped.
    """

    ended = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._step = -1
        self.callout = Callout(window.theme, window)
        self._frame = FocusRing(window.theme.accent, window)
        self._watched: tuple[QWidget, ...] = ()
        self._back: QWidget | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._place)
        self.callout.onward.connect(lambda: self._go(self._step + 1))
        self.callout.back.connect(lambda: self._go(max(0, self._step - 1)))
        self.callout.skipped.connect(self.stop)

    @property
    def step(self) -> int:
        """Which of :data:`STEPS` is shown, from 0; -1 for none."""
        return self._step

    def start(self) -> None:
        """From the first step on."""
        if self._step < 0:
            self._back = QApplication.focusWidget()
        self._go(0)

    def stop(self) -> None:
        """End it, wherever it is; the focus goes back to where it was."""
        if self._step < 0:
            return
        self._step = -1
        self._watch(())
        self._frame.hide()
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.callout.isAncestorOf(focus)
        self.callout.hide()
        if had_focus:
            (self._back if self._back is not None and self._back.isVisible() else self._window).setFocus()
        self._back = None
        self.ended.emit()

    def part(self) -> QWidget | None:
        """The part of the window that the shown step is of."""
        return self._part(STEPS[self._step].part) if self._step >= 0 else None

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._frame.colour = theme.accent
        self._frame.update()
        self.callout.show_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The window or the part moved: the callout goes along."""
        if event.type() in _MOVES:
            self._later.start(0)
        return super().eventFilter(watched, event)

    def _go(self, step: int) -> None:
        if step >= len(STEPS):
            self.stop()
            return
        self._step = step
        said = STEPS[step]
        if said.part in self._window.docks:
            self._window.docks.bring(said.part)
        self.callout.say(said.title, _with_keys(said.text, self._keys(said.text)), step + 1, len(STEPS))
        part = self._part(said.part)
        self._watch((self._window, part) if part is not None else (self._window,))
        self._place()
        self.callout.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keys(self, text: str) -> dict[str, str]:
        return {action: self._window.actions_.keys_of(action).partition(", ")[0] for action in _KEYS.findall(text)}

    def _part(self, name: str) -> QWidget:
        window = self._window
        if name == "scene":
            return window.scene
        return window.actions_.bar if name == "tools" else window.docks[name]

    def _watch(self, widgets: tuple[QWidget, ...]) -> None:
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = widgets
        for widget in widgets:
            widget.installEventFilter(self)

    def _place(self) -> None:
        part = self.part()
        if part is None:
            return
        if part.window() is self._window and part.isVisible():
            place = QRect(part.mapTo(self._window, QPoint(0, 0)), part.size())
            self._frame.enclose(place)
        else:  # floating, or closed meanwhile
            place = self._window.rect()
            self._frame.hide()
        self.callout.point_at(place)


def _with_keys(text: str, keys: Mapping[str, str]) -> str:
    """The text with the keys of the actions that it names."""
    return _KEYS.sub(lambda found: keys[found.group(1)], text)
