"""How the window behaves to people: undo, palette, tour, focus that can be seen, options of each dataset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton

from viewer.content import ClipContent
from viewer.focus import FocusRings
from viewer.memory import usual_engine
from viewer.names import name_parts
from viewer.palette import Palette
from viewer.palette.entries import entries_of
from viewer.palette.panel import MOST_RECENT
from viewer.theme import Theme
from viewer.tour import Tour
from viewer.undoing import Undoing
from viewer.view import EngineView

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["Manners"]

_TOUR_MS = 300
_PRESETS = "Window/Presets"


class Manners(QObject):
    """All of it for one window. undoing : steps of the view. palette, tour : made when they are first asked for."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.undoing: Undoing = Undoing(window.session, lambda: window.playback.playing, self)
        self.rings = FocusRings(window, window.theme)
        self.palette: Palette | None = None
        self.tour: Tour | None = None
        window.bench.opened.connect(self.undoing.on_opened)
        window.installEventFilter(self)

    def begin(self) -> None:
        """What needs the window's actions."""
        self._window.setFocus()  # else the first box would take the keys
        name_parts(self._window)
        self._add_presets()

    def undo(self) -> None:
        """Take the last change of the view back."""
        self.undoing.undo()

    def redo(self) -> None:
        """Make it again."""
        self.undoing.redo()

    def open_palette(self) -> None:
        """Search everything that can be done or gone to."""
        if self.palette is None:
            self.palette = Palette(lambda: entries_of(self._window), self._window.theme, self._window)
            self.palette.used.connect(self._remember_used)
        if self.palette.isVisible():
            self.palette.close_again()
        else:
            self.palette.open(self._window.bench.settings.used)

    def show_tour(self) -> None:
        """The tour, from its first step."""
        if self.tour is None:
            self.tour = Tour(self._window)
        self.tour.start()
        bench = self._window.bench
        bench.settings = msgspec.structs.replace(bench.settings, toured=True)

    def show_tour_once(self) -> None:
        """The tour where it was neither seen nor skipped yet, as soon as there is something to see."""
        window = self._window

        def begin(content: ClipContent | None) -> None:
            if content is not None:
                window.session.content_changed.disconnect(begin)
                QTimer.singleShot(_TOUR_MS, self, self.show_tour)  # docks have found their sizes by then

        if not window.bench.settings.toured:
            window.session.content_changed.connect(begin)

    def usual_options(self) -> None:
        """The open dataset as it would be shown without being remembered, as one step that can be undone."""
        window = self._window
        workspace, view = window.bench.workspace, window.session.view
        if workspace is None:
            return
        engine = usual_engine(workspace, replace(EngineView(), device=view.engine.device, fps=view.engine.fps))
        with self.undoing.named("usual options"):
            window.session.show(replace(view, engine=engine, hidden=frozenset()))

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.rings.show_theme(theme)
        for part in (self.palette, self.tour):
            if part is not None:
                part.show_theme(theme)

    def close(self) -> None:
        """Listen to the application no more."""
        self.rings.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Escape that nobody else wants stops what is running."""
        stops = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if stops and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._window.bench.cancel()
            return True
        return super().eventFilter(watched, event)

    def _add_presets(self) -> None:
        """The presets as a menu in the tool bar, too."""
        button = QToolButton(self._window.actions_.bar)
        button.setText("Presets")
        button.setToolTip("Views and panels for one kind of work")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(self._window.actions_.menus[_PRESETS])
        self._window.actions_.bar.addWidget(button)

    def _remember_used(self, entry: str) -> None:
        bench = self._window.bench
        used = (entry, *(one for one in bench.settings.used if one != entry))[:MOST_RECENT]
        bench.settings = msgspec.structs.replace(bench.settings, used=used)
