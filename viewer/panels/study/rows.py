"""The rows beside the plot on screen: two lifters, one lifter, notes; a click on two of them shows their clips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.study.pairs import Verdict
from viewer.panels.study.marks import paint_mark
from viewer.panels.study.row import WARNING, Kind, Row
from viewer.theme import Theme

__all__ = ["RowList"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ROW = Qt.ItemDataRole.UserRole
_PAD_PX, _MARK_PX, _BETWEEN_PX, _LETTERS_PX, _SMALL_PX = 8, 14, 3, 12, 11
_WRAP = Qt.TextFlag.TextWordWrap
_SELECTED_ALPHA, _FOCUS_ALPHA = 60, 30


class RowModel(QAbstractListModel):
    """Rows; the role of the user's data gives the record, that of accessible text the sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Other rows; where they are of the same things the focus stays."""
        if [(row.kind, row.names) for row in rows] != [(row.kind, row.names) for row in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        else:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """As many as there are rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The record, and what is said of it."""
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.said
        if role == Qt.ItemDataRole.ToolTipRole and row.kind is not Kind.HEAD:
            return row.said
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Heads cannot be chosen."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        head = self.rows[index.row()].kind is Kind.HEAD
        return Qt.ItemFlag.ItemNeverHasChildren if head else usual | Qt.ItemFlag.ItemIsSelectable


class RowDelegate(QStyledItemDelegate):
    """Draws rows, as high as their words need. shown : the two lifters whose clips are plotted."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.colours: Mapping[str, int] = {}
        self.shown: frozenset[str] = frozenset()
        self.lifter = ""
        self._plain, self._strong, self._small = QFont(), QFont(), QFont()
        for font, size in ((self._plain, _LETTERS_PX), (self._strong, _LETTERS_PX), (self._small, _SMALL_PX)):
            font.setPixelSize(size)
            font.setFeature(QFont.Tag("tnum"), 1)
        self._strong.setBold(True)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        """The width of the list, and the height of the words in it."""
        view: QListView = option.widget  # type: ignore[attr-defined]
        wide = view.viewport().width()
        parts = self._parts(index.data(_ROW), QRect(0, 0, wide, 0))
        return QSize(wide, parts[-1][0].bottom() + 1 + _BETWEEN_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One row."""
        row: Row = index.data(_ROW)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        self._paint_ground(painter, rect, row, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k, name in enumerate(row.names):
            at = QPointF(rect.left() + _PAD_PX + 5 + k * _MARK_PX, rect.top() + _BETWEEN_PX + 8)
            place = self.colours.get(name, 0)
            paint_mark(painter, at, place, 4.5, QColor(self.theme.lifter(place)), QColor(self.theme.base))
        for box, text, font, ink in self._parts(row, rect):
            painter.setFont(font)
            painter.setPen(QColor(ink))
            painter.drawText(box, _WRAP, text)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, row: Row, option: QStyleOptionViewItem) -> None:
        chosen = (row.kind is Kind.PAIR and self.shown == set(row.names)) or (
            row.kind is Kind.LIFTER and row.names == (self.lifter,)
        )
        state = option.state  # type: ignore[attr-defined]
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        if chosen or focused or (row.names and state & QStyle.StateFlag.State_MouseOver):
            ground = QColor(self.theme.accent)
            ground.setAlpha(_SELECTED_ALPHA if chosen else _FOCUS_ALPHA)
            painter.fillRect(rect, ground)
        if focused:
            painter.setPen(QColor(self.theme.accent))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        if row.kind is Kind.HEAD and rect.top() > 0:
            painter.fillRect(rect.left(), rect.top(), rect.width(), 1, QColor(self.theme.grid))

    def _parts(self, row: Row, rect: QRect) -> list[tuple[QRect, str, QFont, str]]:
        """Places, words, fonts and colours from top to bottom."""
        marks = _MARK_PX * len(row.names)
        left, top, right = rect.left() + _PAD_PX, rect.top() + _BETWEEN_PX, rect.right() - _PAD_PX
        parts, title_right = [], right
        if row.verdict is not None:
            word = f"{WARNING} {row.verdict}" if row.warned else str(row.verdict)
            wide = QFontMetrics(self._strong).horizontalAdvance(word) + 2
            parts.append((QRect(right - wide, top, wide + 1, 18), word, self._strong, self._ink(row.verdict)))
            title_right = right - wide - _PAD_PX
        head, note = row.kind is Kind.HEAD, row.kind is Kind.NOTE and not row.lines
        font = self._strong if head else self._small if note else self._plain
        place = _fitted(QRect(left + marks, top + (2 if head else 0), title_right - left - marks, 0), row.title, font)
        dim = note and not row.title.startswith(WARNING)
        parts.append((place, row.title, font, self.theme.dim if dim else self.theme.text))
        below = place.bottom() + 1
        for k, line in enumerate(row.lines):
            place = _fitted(QRect(left, below, right - left, 0), line, self._small)
            ink = self.theme.dim if k and not line.startswith(WARNING) else self.theme.text
            parts.append((place, line, self._small, ink))
            below = place.bottom() + 1
        return parts

    def _ink(self, verdict: Verdict) -> str:
        return {Verdict.REVERSED: self.theme.warning, Verdict.AGREES: self.theme.accent}.get(verdict, self.theme.dim)


class RowList(QListView):
    """Signals: ``pair_chosen(one, other)``, ``lifter_chosen(name)`` by a click or Enter; ``copied()`` Ctrl+C."""

    pair_chosen = Signal(str, str)
    lifter_chosen = Signal(str)
    copied = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowModel(self)
        self._delegate = RowDelegate(theme, self)
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setAccessibleName("Pairs of lifters and what is said of them")
        self.clicked.connect(self._on_chosen)
        self.show_theme(theme)

    def show_rows(self, rows: tuple[Row, ...], colours: Mapping[str, int]) -> None:
        """Other rows."""
        self._delegate.colours = colours
        self.rows.show_rows(rows)
        self.scheduleDelayedItemsLayout()  # they may be of other heights
        self.viewport().update()

    def show_chosen(self, pair: tuple[str, str] | None, lifter: str) -> None:
        """Which pair is plotted and which lifter selected."""
        self._delegate.shown, self._delegate.lifter = frozenset(pair or ()), lifter
        self.viewport().update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._delegate.theme = theme
        self.setStyleSheet(f"QListView {{ background: {theme.base}; }}")
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter chooses, Ctrl+C copies, Escape leaves; arrows move on."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.window().setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_chosen(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Words wrap at the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _on_chosen(self, index: QModelIndex) -> None:
        row: Row | None = index.data(_ROW) if index.isValid() else None
        if row is not None and row.kind is Kind.PAIR:
            self.pair_chosen.emit(*row.names)
        elif row is not None and row.names:
            self.lifter_chosen.emit(row.names[0])


def _fitted(place: QRect, text: str, font: QFont) -> QRect:
    """As high as the words need in that width."""
    high = QFontMetrics(font).boundingRect(QRect(0, 0, max(20, place.width()), 10_000), _WRAP, text).height()
    return QRect(place.left(), place.top(), max(20, place.width()), high + 1)
