"""The window: builds the panels and connects them; the only place that knows all of them."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from core.results.clip_table import ClipRow
from viewer.actions.build import WindowActions
from viewer.asking import Asking
from viewer.cards.menus import CardMenus
from viewer.content import ClipContent
from viewer.docks import Docks
from viewer.filtering import share_filter
from viewer.keys import claimed_by_focus
from viewer.manners import Manners
from viewer.marking import Marking
from viewer.names import move_focus
from viewer.panels.base import Panel
from viewer.panels.clips import ClipsPanel
from viewer.panels.dataset import DatasetPanel
from viewer.panels.heatmaps import HeatmapsPanel
from viewer.panels.messages import MessageArea
from viewer.panels.readout import ReadoutPanel
from viewer.panels.study import StudyPanel
from viewer.panels.timeline import TimelinePanel
from viewer.panels.traces import TracesPanel
from viewer.panels.whatif import WhatIfPanel
from viewer.panels.why import WhyPanel
from viewer.playback import Playback
from viewer.scene import ScenePanel
from viewer.session import Session
from viewer.settings import Settings, save_settings
from viewer.status import StatusLine
from viewer.takeaway import TakeAway
from viewer.theme import DARK, LIGHT, Theme, palette_of, system_theme
from viewer.view import View
from viewer.whatif.controller import WhatIf
from viewer.whatif.wiring import connect_whatif
from viewer.workbench import Workbench
from viewer.workspace import Workspace

__all__ = ["Window"]

_SIZE = (1600, 1000)
_LEAST = (1024, 640)
_SCENE_PART = 0.25
"""Least part of the width that is the scene's after the window was resized."""
_LAYOUT = 3
"""Version of the arrangement of docks: a remembered one of another version is not restored."""


class Window(QMainWindow):
    """Everything on screen. Panels are told in one order: content, view, frame."""

    def __init__(self, settings: Settings, reason_for_2d: str | None = None, *, score_clips: bool = True) -> None:
        """reason_for_2d : why there is no OpenGL, or None where there is. score_clips : fill the table."""
        super().__init__()
        self.setObjectName("window")
        self.theme: Theme = _theme_named(settings.theme)
        self._remember, self._opened = True, False
        self.bench: Workbench = Workbench(settings, self, score_clips=score_clips)
        self.session: Session = self.bench.session
        self.playback: Playback = self.bench.playback
        self.whatif: WhatIf = WhatIf(self.session, self.playback, self)
        self.scene: ScenePanel = ScenePanel(self.session, self.theme, reason_for_2d)
        self.clips: ClipsPanel = ClipsPanel(self.session, self.theme)
        self.dataset: DatasetPanel = DatasetPanel(self.session, self.theme)
        self.traces: TracesPanel = TracesPanel(self.session, self.theme)
        self.heatmaps: HeatmapsPanel = HeatmapsPanel(self.session, self.theme)
        self.timeline: TimelinePanel = TimelinePanel(self.session, self.theme, self.playback)
        self.readout: ReadoutPanel = ReadoutPanel(self.session, self.theme)
        self.panels: tuple[Panel, ...] = (self.scene, self.traces, self.heatmaps, self.timeline, self.readout,
                                          self.clips)  # fmt: skip
        self.whatif_panel: WhatIfPanel = WhatIfPanel(self.session, self.theme, self.whatif)
        self.why: WhyPanel = WhyPanel(self.session, self.theme, self.bench.jobs)
        self.marking: Marking = Marking(self)
        self.study: StudyPanel = StudyPanel(self.session, self.theme, self.bench.jobs)
        self.panels = (*self.panels, self.why, self.whatif_panel, self.dataset, self.study, self.marking.panel)
        self.messages: MessageArea = MessageArea(self.theme)
        self.status = StatusLine(self.bench, self)
        self._arrange()
        self.ask: Asking = Asking(self)
        self.take: TakeAway = TakeAway(self)
        self.manners: Manners = Manners(self)
        self.actions_: WindowActions = WindowActions(self)
        self.card_menus: CardMenus = CardMenus(self)
        self.manners.begin()
        menu = self.actions_.menus["Window"]
        menu.addSeparator()
        self.docks.add_switches(menu)
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(*_LEAST)
        self._restore(settings)
        self.show_theme(self.theme)
        self._title()

    # -- building ------------------------------------------------------------------------------------------------
    def _arrange(self) -> None:
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.scene, 1)
        self.setCentralWidget(middle)
        self.docks: Docks = Docks(self, {
            "clips": self.clips, "dataset": self.dataset, "readout": self.readout, "traces": self.traces,
            "heatmaps": self.heatmaps, "timeline": self.timeline, "why": self.why, "whatif": self.whatif_panel,
            "spans": self.marking.panel, "study": self.study,
        })  # fmt: skip
        self.setStatusBar(self.status)
        self.resize(*_SIZE)

    def _connect(self) -> None:
        self.session.content_changed.connect(self._on_content)
        self.session.edited.connect(self._on_edited)
        connect_whatif(self)
        self.session.view_changed.connect(self._on_view)
        self.session.frame_changed.connect(self._on_frame)
        self.bench.opened.connect(self._on_opened)
        self.bench.said.connect(self.messages.say)
        self.status.notes.clicked.connect(self.ask.notes)
        self.bench.rows_changed.connect(self._on_rows)
        self.bench.scores.scored.connect(self.clips.show_score)
        self.bench.scores.scored.connect(self.dataset.show_score)
        self.bench.scores.scored.connect(self.study.show_score)
        self.study.csv_asked.connect(self.take.ask_study)
        self.docks["study"].visibilityChanged.connect(self.study.show_front)
        share_filter(self.clips, self.dataset, self.study)
        self.clips.visible_changed.connect(self._prioritise)
        self.timeline.worst_ended.connect(self._on_worst_ended)
        self.marking.begin()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_theme)

    # -- what is shown -------------------------------------------------------------------------------------------
    def _on_content(self, content: ClipContent | None) -> None:
        for panel in self.panels:
            panel.show_content(content)
        self.status.show_content(content)
        self.actions_.refresh()
        self._title()

    def _on_view(self, new: View, old: View) -> None:
        for panel in self.panels:
            panel.show_view(new, old)
        self.status.show_view(new)
        self.actions_.refresh()
        if new.clip != old.clip:
            self._prioritise()
            self._title()

    def _on_frame(self, frame: int) -> None:
        for panel in self.panels:
            panel.show_frame(frame)

    def _on_edited(self, content: ClipContent) -> None:
        for panel in self.panels:
            panel.show_edit(content)

    def _on_opened(self, workspace: Workspace) -> None:
        if self._opened:
            self.messages.clear()  # what was said of the files that were open before
        self._opened = True
        lifters = {} if workspace.job is None else workspace.identities
        clips, measured = workspace.clips, workspace.job is not None
        self.dataset.show_rows(clips, tuple(lifters), measured=measured)
        self.study.show_rows(clips, tuple(lifters), measured=measured, results=workspace.results)
        self.clips.show_rows(workspace.clips, lifters)  # after it: this tells which rows of it pass the filter
        self.actions_.refresh()
        self._title()

    def _on_rows(self, rows: tuple[ClipRow, ...]) -> None:
        for panel in (self.clips, self.dataset, self.study):
            panel.forget_scores()
            panel.show_scores(rows)

    def _prioritise(self) -> None:
        self.bench.scores.prioritise((self.session.view.clip, *self.clips.visible_names()))

    def _title(self) -> None:
        workspace, clip = self.bench.workspace, self.session.view.clip
        parts = [part for part in (clip, "" if workspace is None else workspace.title, "anglescope") if part]
        self.setWindowTitle(" – ".join(parts))

    def lifter_names(self) -> tuple[str, ...]:
        """Names of the lifters that are open, in order."""
        workspace = self.bench.workspace
        return () if workspace is None else tuple(workspace.identities)

    # -- what actions do -----------------------------------------------------------------------------------------
    def worst(self, *, forward: bool) -> None:
        """Go to the next worst frame of this clip, else to the worst of the next clip."""
        moved = self.timeline.worst_next() if forward else self.timeline.worst_previous()
        if not moved:
            self._on_worst_ended(1 if forward else -1)

    def _on_worst_ended(self, direction: int) -> None:
        """There is no further worst frame in this clip: go on with that of the next one that the table shows."""
        if self.clips.next_clip() if direction > 0 else self.clips.previous_clip():
            self._seek_worst_when_loaded(first=direction > 0)

    def _seek_worst_when_loaded(self, *, first: bool) -> None:
        """To the first or last worst frame of the clip that was just chosen, once its errors are there."""
        wanted = self.session.view.clip
        seek = self.timeline.worst_first if first else self.timeline.worst_last

        def once(content: ClipContent | None) -> None:
            self.session.content_changed.disconnect(once)
            if content is not None and content.name == wanted:
                seek()

        if self.session.content is not None and self.session.content.name == wanted:
            seek()  # it had been kept
        else:
            self.session.content_changed.connect(once)

    def toggle_named(self, name: str) -> None:
        """Draw a source, or stop drawing it."""
        self.session.update(hidden=self.session.view.hidden ^ {name})

    def toggle_source(self, place: int) -> None:
        """Draw the lifter at this place, or stop drawing it."""
        names = self.lifter_names()
        if place < len(names):
            self.toggle_named(names[place])

    # -- looks ---------------------------------------------------------------------------------------------------
    def show_theme(self, theme: Theme) -> None:
        """Other colours for everything."""
        self.theme = theme
        QApplication.setStyle("Fusion")
        QApplication.setPalette(palette_of(theme))
        for panel in self.panels:
            panel.show_theme(theme)
        self.messages.show_theme(theme)
        self.manners.show_theme(theme)
        self.status.show_theme(theme)

    def choose_theme(self, name: str) -> None:
        """Theme by name; ``system`` follows the desktop."""
        self.bench.settings = msgspec.structs.replace(self.bench.settings, theme=name)
        self.show_theme(_theme_named(name))

    def other_theme(self) -> None:
        """Dark if it is light, light if it is dark."""
        self.choose_theme("light" if self.theme.name == "dark" else "dark")

    def _on_system_theme(self) -> None:
        if self.bench.settings.theme == "system":
            self.show_theme(system_theme())

    def restore_layout(self) -> None:
        """All panels back in their first places."""
        self.docks.restore()

    def toggle_full_screen(self) -> None:
        """Full screen or not."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def picture(self) -> QImage:
        """The window as it is, what OpenGL draws and what lies over it included."""
        return self.grab().toImage()

    # -- beginning and end ---------------------------------------------------------------------------------------
    def _restore(self, settings: Settings) -> None:
        geometry = QByteArray.fromBase64(settings.geometry.encode())
        state = QByteArray.fromBase64(settings.state.encode())
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(*_SIZE)
        if state.isEmpty() or not self.restoreState(state, _LAYOUT):
            QTimer.singleShot(0, self, self.docks.proportions)

    def remembered(self) -> Settings:
        """What the next start is to find again."""
        return msgspec.structs.replace(
            self.bench.remembered(), geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            state=bytes(self.saveState(_LAYOUT).toBase64().data()).decode(),
        )  # fmt: skip

    def forget(self) -> None:
        """Close without remembering anything."""
        self._remember = False
        self.close()

    def focusNextPrevChild(self, onward: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab leaves out what lies behind another panel."""
        return move_focus(self, onward=onward)

    def event(self, event: QEvent) -> bool:
        """Some keys belong to the control that has the focus, before they are shortcuts of the window."""
        if claimed_by_focus(event):
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Docks keep their widths when the window shrinks; before the scene vanishes they share what is left."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._leave_room)

    def _leave_room(self) -> None:
        if self.isVisible() and self.scene.width() < _SCENE_PART * self.width():
            self.docks.proportions()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Stop what runs, remember how things stand."""
        if self._remember:
            save_settings(self.remembered())
        self.manners.close()
        self.bench.close()
        self.scene.release()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files and folders may be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped; a lifter's file on an open dataset is offered as a lifter."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            QTimer.singleShot(0, self, lambda: self.ask.take(paths))


def _theme_named(name: str) -> Theme:
    return {"dark": DARK, "light": LIGHT}.get(name) or system_theme()
