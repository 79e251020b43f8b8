"""All keys on one sheet, in columns, with a search."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

__all__ = ["KeySheet"]

_COLUMN_PX = 262
"""Least width of a column, so that four have room in the dialog. A line that needs more has its keys one below the
other, and wraps its text only where that is not enough.
"""
_BETWEEN_PX = 28
_BELOW_GROUP_PX = 12
_CAP_GAP_PX, _CLEAR_PX = 4, 12


class KeySheet(QDialog):
    """Groups of actions with their keys; typing leaves those whose group, text or keys hold every word.

    rows : (group, text, keys) in the order in which they are to stand; several keys are separated by ``", "``. Gestures
    of the mouse can stand in a group of their own, what is done in place of the keys.
    """

    def __init__(self, rows: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.resize(1200, 800)
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
        self._columns.setSpacing(_BETWEEN_PX)
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
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self._nothing)
        column.addWidget(scroll, 1)

    def _filter(self, text: str) -> None:
        """Leave the rows that hold every word."""
        words = text.lower().split()
        for group in self._groups:
            group.filter(words)
        number, whole = len(self.shown()), sum(len(group.rows) for group in self._groups)
        self._count.setText(f"{number} of {whole}" if words else f"{whole} entries")
        self._nothing.setVisible(number == 0)
        self._n_columns = 0
        self._flow()

    def _flow(self) -> None:
        """Deal the groups out to columns of about the same height, in order."""
        groups = [group for group in self._groups if group.shown]
        n_columns = max(1, min(len(groups), (self.width() - 60 + _BETWEEN_PX) // (_COLUMN_PX + _BETWEEN_PX)))
        if n_columns == self._n_columns:
            return
        self._n_columns = n_columns
        while self._columns.count():
            self._columns.takeAt(0).layout().deleteLater()
        heights = [group.sizeHint().height() + _BELOW_GROUP_PX for group in groups]
        for members in _dealt(heights, n_columns):
            column = QVBoxLayout()
            column.setSpacing(_BELOW_GROUP_PX)
            for index in members:
                column.addWidget(groups[index])
            column.addStretch(1)
            self._columns.addLayout(column, 1)


class _Group(QWidget):
    """One group: its title, and a line for each action.

    rows : (text, keys); shown : those that are left.
    """

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.rows, self.shown = title, tuple(rows), tuple(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        head = QLabel(title)
        font = head.font()
        font.setBold(True)
        head.setFont(font)
        head.setForegroundRole(QPalette.ColorRole.Link)
        column.addWidget(head)
        self._lines = [_Line(text, keys) for text, keys in self.rows]
        for line in self._lines:
            column.addWidget(line)

    def filter(self, words: Sequence[str]) -> None:
        """Leave the rows that hold every word, in the title of the group, the text or the keys."""
        kept = [all(word in f"{self.title} {text} {keys}".lower() for word in words) for text, keys in self.rows]
        self.shown = tuple(row for row, keep in zip(self.rows, kept, strict=True) if keep)
        for line, keep in zip(self._lines, kept, strict=True):
            line.setVisible(keep)
        self.setVisible(any(kept))


class _Line(QWidget):
    """What is done, and its keys at the right; the text wraps only where the keys leave it no room at all."""

    def __init__(self, text: str, keys: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_CLEAR_PX - 4)
        said = QLabel(text)
        caps = _Caps(keys, _COLUMN_PX - said.fontMetrics().horizontalAdvance(text) - _CLEAR_PX)
        said.setTextFormat(Qt.TextFormat.PlainText)
        said.setWordWrap(True)
        row.addWidget(said, 1)
        row.addWidget(caps)


class _Caps(QWidget):
    """Keys as caps, one for each way to press; side by side where ``room_px`` allows it."""

    def __init__(self, keys: str, room_px: int) -> None:
        super().__init__()
        caps = [_cap(key) for key in keys.split(", ")]
        beside = sum(cap.sizeHint().width() + _CAP_GAP_PX for cap in caps) - _CAP_GAP_PX <= room_px
        row: QBoxLayout = QHBoxLayout(self) if beside else QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_CAP_GAP_PX if beside else 1)
        for cap in caps:
            row.addWidget(cap, 0, Qt.AlignmentFlag.AlignRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(keys)


def _cap(key: str) -> QLabel:
    cap = QLabel(key)
    cap.setTextFormat(Qt.TextFormat.PlainText)
    cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
    cap.setStyleSheet(
        "QLabel { background: palette(button); color: palette(button-text); border: 1px solid palette(mid); "
        "border-bottom-width: 2px; border-radius: 3px; padding: 0px 5px; min-width: 9px; }"
    )
    return cap


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
