"""Flags as a table: what, in which frames, and the rule."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from core.anatomy import Flag
from core.inspection import spell
from viewer.theme import Theme

__all__ = ["FlagTable"]


class FlagTable(QTableWidget):
    """One row per flag; ``chosen(flag)`` when a row is clicked or Enter is pressed in it."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(0, 2)
        self._theme = theme
        self._flags: tuple[Flag, ...] = ()
        self.setAccessibleName("Flags")
        self.setHorizontalHeaderLabels(["flag", "where, how much, and the rule"])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.setWordWrap(True)
        self.cellClicked.connect(lambda row, _: self.chosen.emit(self._flags[row]))
        self.cellActivated.connect(lambda row, _: self.chosen.emit(self._flags[row]))

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Flag of each row."""
        return self._flags

    def show_flags(self, flags: Sequence[Flag]) -> None:
        """Other flags."""
        self._flags = tuple(flags)
        self.setRowCount(len(self._flags))
        for row, flag in enumerate(self._flags):
            name = QTableWidgetItem(flag.kind.value)
            name.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            text = QTableWidgetItem(flag.sentence)
            text.setToolTip(f"{flag.sentence}\n{spell(flag.frames)}. Click: to the first of them.")
            self.setItem(row, 0, name)
            self.setItem(row, 1, text)

    def show_now(self, flags: Sequence[Flag]) -> None:
        """Mark those that hold at the frame on screen."""
        for row, flag in enumerate(self._flags):
            item = self.item(row, 0)
            if item is not None:
                item.setForeground(QColor(self._theme.warning if flag in flags else self._theme.text))
                font = item.font()
                font.setBold(flag in flags)
                item.setFont(font)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
