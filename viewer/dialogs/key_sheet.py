"""All keys on one sheet, in columns, with a search."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

__all__ = ["KeySheet"]

_COLUMN_PX = 330
"""Least width of a column."""
_HEAD_ROWS = 2
"""Height of a group's head and the space under it, in rows."""


class KeySheet(QDialog):
    """Groups of actions with their keys; typing leaves those whose group, text or keys hold every word.

    rows : (group, text, keys) in the order in which they are to stand; several keys are separated by ``", "``.
    """

    def __init__(self, rows: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(1060, 720)
        self._search, self._count = QLineEdit(self), QLabel(self)
        self._groups = [_Group(group, [(text, keys) for where, text, keys in rows if where == group], self)
                        for group in dict.fromkeys(where for where, _, _ in rows)]  # fmt: skip
        self._nothing = QLabel("Nothing matches", self)
        self._sheet = QWidget(self)
        self._columns = QHBoxLayout(self._sheet)
        self._n_columns = 0
        self._arrange()
        self._search.textChanged.connect(self._filter)
        self._search.setFocus()
        self._filter("")

    def shown(self) -> tuple[tuple[str, str, str], ...]:
        """The rows that the search leaves."""
        return tuple((group.title, text, keys) for group in self._groups for text, keys in group.shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name of Qt
        """As many columns as have room."""
        super().resizeEvent(event)
        self._flow()

    def _arrange(self) -> None:
        self._search.setPlaceholderText("Search actions and keys")
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName("Search actions and keys")
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._columns.setContentsMargins(4, 4, 4, 4)
        self._columns.setSpacing(36)
        scroll = QScrollArea(self)
        scroll.setWidget(self._sheet)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName("Keys")
        top = QHBoxLayout()
        top.addWidget(self._search, 1)
        top.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self._nothing)
        column.addWidget(scroll, 1)

    def _filter(self, text: str) -> None:
        """Leave the rows that hold every word."""
        words = text.lower().split()
        for group in self._groups:
            group.filter(words)
        number, whole = len(self.shown()), sum(len(group.rows) for group in self._groups)
        self._count.setText(f"{number} of {whole}" if words else f"{whole} keys")
        self._nothing.setVisible(number == 0)
        self._n_columns = 0
        self._flow()

    def _flow(self) -> None:
        """Deal the groups out to columns of about the same height, in order."""
        n_columns = max(1, min(len(self._groups), (self.width() - 40) // _COLUMN_PX))
        if n_columns == self._n_columns:
            return
        self._n_columns = n_columns
        while self._columns.count():
            self._columns.takeAt(0).layout().deleteLater()
        groups = [group for group in self._groups if group.shown]
        heights = [len(group.shown) + _HEAD_ROWS for group in groups]
        for members in _dealt(heights, n_columns):
            column = QVBoxLayout()
            column.setSpacing(18)
            for index in members:
                column.addWidget(groups[index])
            column.addStretch(1)
            self._columns.addLayout(column, 1)


class _Group(QWidget):
    """One group: its title, and a line for each action. rows : (text, keys); shown : those that are left."""

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.rows, self.shown = title, tuple(rows), tuple(rows)
        self._lines: list[tuple[QWidget, ...]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        head = QLabel(title)
        font = head.font()
        font.setBold(True)
        head.setFont(font)
        head.setForegroundRole(QPalette.ColorRole.Link)
        grid.addWidget(head, 0, 0, 1, 2)
        for index, (text, keys) in enumerate(self.rows, 1):
            line = (QLabel(text), _Caps(keys))
            line[0].setTextFormat(Qt.TextFormat.PlainText)
            line[0].setWordWrap(True)
            grid.addWidget(line[0], index, 0)
            grid.addWidget(line[1], index, 1, Qt.AlignmentFlag.AlignRight)
            self._lines.append(line)

    def filter(self, words: Sequence[str]) -> None:
        """Leave the rows that hold every word, in the title of the group, the text or the keys."""
        kept = [all(word in f"{self.title} {text} {keys}".lower() for word in words) for text, keys in self.rows]
        self.shown = tuple(row for row, keep in zip(self.rows, kept, strict=True) if keep)
        for line, keep in zip(self._lines, kept, strict=True):
            for widget in line:
                widget.setVisible(keep)
        self.setVisible(any(kept))


class _Caps(QWidget):
    """Keys as caps, one for each way to press."""

    def __init__(self, keys: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for key in keys.split(", "):
            cap = QLabel(key)
            cap.setTextFormat(Qt.TextFormat.PlainText)
            cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
            cap.setStyleSheet(
                "QLabel { background: palette(button); color: palette(button-text); border: 1px solid palette(mid); "
                "border-bottom-width: 2px; border-radius: 4px; padding: 1px 6px; min-width: 10px; }"
            )
            row.addWidget(cap)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(keys)


def _dealt(heights: Sequence[int], n_columns: int) -> list[list[int]]:
    """Indices of groups for each column: the least tallest column that keeps the order."""
    limit = max([*heights, -(-sum(heights) // n_columns)], default=0)
    while len(columns := _within(heights, limit)) > n_columns:
        limit += 1
    return columns + [[] for _ in range(n_columns - len(columns))]


def _within(heights: Sequence[int], limit: int) -> list[list[int]]:
    """Columns filled one after the other, none above the limit."""
    columns: list[list[int]] = [[]]
    room = limit
    for index, height in enumerate(heights):
        if height > room and columns[-1]:
            columns.append([])
            room = limit
        columns[-1].append(index)
        room -= height
    return columns
