"""The list of named marks for Qt: names and notes can be typed in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor

from core.marks import Mark
from viewer.marks import MarkBook
from viewer.theme import Theme

__all__ = ["MarksModel"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_HEADS = ("Name", "Frames", "Clip", "Note")
NAME, _FRAMES, _CLIP, NOTE = range(4)


class MarksModel(QAbstractTableModel):
    """Rows are the marks in the order of clips and time, columns name, frames, clip and note."""

    def __init__(self, book: MarkBook, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book, self._theme = book, theme
        self.marks: tuple[Mark, ...] = book.ordered()
        book.changed.connect(self._on_changed)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme

    def row_of(self, key: str) -> int:
        """Where a mark stands, -1 where it is not there."""
        return next((row for row, mark in enumerate(self.marks) if mark.key == key), -1)

    def is_open(self, mark: Mark) -> bool:
        """Whether its clip is there to be shown."""
        return mark.clip in self._book.clips

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """As many as there are marks."""
        return 0 if parent.isValid() else len(self.marks)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Name, frames, clip, note."""
        return 0 if parent.isValid() else len(_HEADS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Names and notes can be changed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (NAME, NOTE) else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802 - Qt's name
        """What the columns are."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return _HEADS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, colour and tip of a cell."""
        mark = self.marks[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            frames = f"{mark.first}" if mark.is_moment else f"{mark.first}–{mark.last}"
            return (mark.name, frames, mark.clip, mark.note)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and not self.is_open(mark):
            return QBrush(QColor(self._theme.dim))
        if role == Qt.ItemDataRole.ToolTipRole:
            gone = "" if self.is_open(mark) else "\nThis clip is not open; the mark is kept"
            return f"{mark.name}\n{mark.clip}{gone}" + (f"\n{mark.note}" if mark.note else "")
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Another name or note, written at once; nothing changes where it cannot be one."""
        if role != Qt.ItemDataRole.EditRole or index.column() not in (NAME, NOTE):
            return False
        key, text = self.marks[index.row()].key, str(value)
        name, note = (text, None) if index.column() == NAME else (None, text)
        return self._book.replace(key, name=name, note=note)

    def _on_changed(self) -> None:
        """The same marks under other names keep what is selected."""
        marks = self._book.ordered()
        if [mark.key for mark in marks] == [mark.key for mark in self.marks]:
            self.marks = marks
            if marks:
                self.dataChanged.emit(self.index(0, 0), self.index(len(marks) - 1, len(_HEADS) - 1))
            return
        self.beginResetModel()
        self.marks = marks
        self.endResetModel()
