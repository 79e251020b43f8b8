"""From the table to Qt's actions, menus and tool bar, kept in step with the session."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar

from viewer.actions.records import Action, Needs
from viewer.actions.table import ACTIONS, MENUS

if TYPE_CHECKING:
    from viewer.window import Window

__all__ = ["WindowActions"]


class WindowActions(QObject):
    """All actions of a window as QActions, by id, in its menus and tool bar."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.of: dict[str, QAction] = {action.id: self._made(action) for action in ACTIONS}
        self._fill_menus()
        self.bar = self._tool_bar()
        self.refresh()

    def refresh(self) -> None:
        """Which actions can be used now, which are checked, and what those of lifters are called."""
        window = self._window
        content, workspace = window.session.content, window.bench.workspace
        have = {
            Needs.NOTHING: True,
            Needs.CLIP: content is not None,
            Needs.REFERENCE: content is not None and content.reference is not None,
            Needs.DATASET: workspace is not None and workspace.job is not None,
            Needs.LONE: content is not None and workspace is not None and workspace.job is None,
        }
        lifters = window.lifter_names()
        for action in ACTIONS:
            made = self.of[action.id]
            made.setEnabled(have[action.needs] and action.lifter < len(lifters))
            if action.checked is not None:
                made.setChecked(action.checked(window.session.view))
            if action.lifter >= 0:
                self._name(made, action, lifters)
            if action.live is not None:
                text = action.live(window)
                made.setText(text or action.text)
                made.setEnabled(bool(text))

    def keys_of(self, action: str) -> str:
        """Shortcuts of an action as they are written on keys, or nothing where it has none or is not to be seen."""
        made = self.of[action]
        return ", ".join(_written(key) for key in made.shortcuts()) if made.isVisible() else ""

    def _name(self, made: QAction, action: Action, lifters: tuple[str, ...]) -> None:
        known = action.lifter < len(lifters)
        made.setVisible(known)
        if known:
            name = lifters[action.lifter]
            made.setText(name)
            made.setChecked(name not in self._window.session.view.hidden)

    def _made(self, action: Action) -> QAction:
        made = QAction(action.text, self._window)
        made.setObjectName(action.id)
        made.setShortcuts([QKeySequence(key) for key in action.keys])
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        made.setCheckable(action.checked is not None or action.lifter >= 0)
        key = f"  ({_written(made.shortcut())})" if action.keys else ""
        made.setToolTip(f"{action.text}{key}" + (f"\n{action.tip}" if action.tip else ""))
        made.setStatusTip(action.tip)
        made.triggered.connect(partial(self._run, action))
        self._window.addAction(made)
        return made

    def _run(self, action: Action, _checked: bool = False) -> None:
        action.run(self._window)
        self.refresh()  # a choice that was made already stays checked

    def _fill_menus(self) -> None:
        menus: dict[str, QMenu] = {}
        for top in MENUS:
            menus[top] = self._window.menuBar().addMenu(top)
        for action in ACTIONS:
            if action.menu not in menus:
                top, _, name = action.menu.partition("/")
                menus[action.menu] = menus[top].addMenu(name)
            if action.line:
                menus[action.menu].addSeparator()
            menus[action.menu].addAction(self.of[action.id])
        self.menus = menus
        self.recents = QMenu("Open recent", self._window)
        menus["File"].insertMenu(self.of["file.demo"], self.recents)
        self.recents.aboutToShow.connect(self._fill_recents)

    def _fill_recents(self) -> None:
        """What was opened lately, the newest first."""
        self.recents.clear()
        paths = self._window.bench.settings.recent
        for text in paths:
            self.recents.addAction(text, partial(self._window.bench.open, [Path(text)]))
        if not paths:
            self.recents.addAction("Nothing was opened yet").setEnabled(False)

    def _tool_bar(self) -> QToolBar:
        bar = QToolBar("Tools", self._window)
        bar.setObjectName("tools")
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        bar.setMovable(False)
        for action in ACTIONS:
            if action.bar:
                made = self.of[action.id]
                made.setIconText(action.bar)
                bar.addAction(made)
        self._window.addToolBar(bar)
        return bar


def _written(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)
