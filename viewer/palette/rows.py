"""Lines of the palette as a model and as painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from viewer.palette.entries import Entry
from viewer.theme import Theme

__all__ = ["LinePainter", "Lines"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_PAD, _SPARE, _GAP = 10, 12, 14
_CHECK = "✓ "


class Lines(QAbstractListModel):
    """The entries that fit, the best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[Entry, tuple[int, ...]]] = []

    def show_rows(self, rows: Sequence[tuple[Entry, tuple[int, ...]]]) -> None:
        """Other entries."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Entries that fit."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text; for screen readers all that is painted; the row itself for who paints it."""
        if not index.isValid():
            return None
        entry = self.rows[index.row()][0]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            parts = (entry.text, entry.where, "on" if entry.on else "", entry.keys, entry.reason)
            return ", ".join(part for part in parts if part)
        return self.rows[index.row()] if role == Qt.ItemDataRole.UserRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """What cannot be used now can be selected all the same, so that its reason is heard."""
        del index
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class LinePainter(QStyledItemDelegate):
    """Text with the letters that were found in bold, where it is in the menus, keys at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        """One line of letters and some air."""
        del index
        return QSize(200, option.fontMetrics.height() + _SPARE)  # type: ignore[attr-defined]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One line."""
        entry, marked = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        font: QFont = option.font  # type: ignore[attr-defined]
        selected = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        painter.save()
        if selected:
            painter.fillRect(rect, QColor(self.theme.grid if entry.reason else self.theme.accent))
        chosen = selected and not entry.reason
        ink = "#ffffff" if chosen else self.theme.dim if entry.reason else self.theme.text
        dim = "#ffffff" if chosen else self.theme.dim
        room = rect.adjusted(_PAD, 0, -_PAD, 0)
        aside = entry.reason or entry.keys
        beside = QFont(font)
        beside.setItalic(bool(entry.reason))
        painter.setFont(beside)
        painter.setPen(QColor(dim))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, aside)
        room.setRight(room.right() - QFontMetrics(beside).horizontalAdvance(aside) - (_GAP if aside else 0))
        self._left(painter, room, font, entry, marked, ink, dim)
        painter.restore()

    def _left(
        self, painter: QPainter, room: QRect, font: QFont, entry: Entry, marked: tuple[int, ...], ink: str, dim: str
    ) -> None:
        """Check mark, text letter by letter where some are marked, and what is said beside."""
        bold = QFont(font)
        bold.setBold(True)
        x = room.left()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        pieces = [(_CHECK, font, ink)] if entry.on else []
        pieces += [(text, bold if fits else font, ink) for text, fits in _pieces(entry.text, marked)]
        pieces.append((f"   {entry.where}", font, dim))
        for text, face, colour in pieces:
            metrics = QFontMetrics(face)
            left = room.right() - x
            if left <= 0:
                break
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, left)
            painter.setFont(face)
            painter.setPen(QColor(colour))
            painter.drawText(QRect(x, room.top(), left, room.height()), middle, shown)
            x += metrics.horizontalAdvance(shown)


def _pieces(text: str, marks: Sequence[int]) -> list[tuple[str, bool]]:
    """Runs of letters that are marked, or not."""
    marked, runs = set(marks), list[tuple[str, bool]]()
    for place, letter in enumerate(text):
        now = place in marked
        if runs and runs[-1][1] is now:
            runs[-1] = (runs[-1][0] + letter, now)
        else:
            runs.append((letter, now))
    return runs
