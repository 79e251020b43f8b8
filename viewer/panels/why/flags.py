"""Flags as a list that is readable in a narrow panel, with the rule of the selected one below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.anatomy import Flag
from core.inspection import spell
from viewer.theme import Theme

__all__ = ["FlagList"]

_Index = QModelIndex | QPersistentModelIndex
_FLAG, _NOW = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_PAD, _MARK_PX = 5, 3
_WRAPPED = Qt.TextFlag.TextWordWrap
_HINT = "Select a flag to read its rule."
_MOST_SPANS = 24


class FlagList(QWidget):
    """One row per flag: its name, and below it what was found; a mark where it holds at the frame on screen.

    ``chosen(flag)`` when a row is clicked or Enter is pressed in it.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._flags: tuple[Flag, ...] = ()
        self._now: frozenset[Flag] = frozenset()
        self.list, self.rule = _Rows(), QLabel()
        self._painter = _FlagPainter(theme, self.list)
        self.list.setItemDelegate(self._painter)
        self.list.setAccessibleName("Flags")
        self.rule.setAccessibleName("Rule of the selected flag")
        self.rule.setWordWrap(True)
        self.rule.setTextFormat(Qt.TextFormat.PlainText)
        self.rule.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        layout.addWidget(self.rule)
        layout.addStretch(1)
        self.setFocusProxy(self.list)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.list.itemSelectionChanged.connect(self._show_rule)
        self.show_theme(theme)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Flag of each row."""
        return self._flags

    @property
    def now(self) -> frozenset[Flag]:
        """Those of them that are marked."""
        return self._now

    def show_flags(self, flags: Sequence[Flag]) -> None:
        """Other flags; none of them is selected. The same ones change nothing."""
        if tuple(flags) == self._flags:
            return
        self._flags, self._now = tuple(flags), frozenset()
        self.list.clear()
        for flag in self._flags:
            item = QListWidgetItem(f"{flag.kind}: {flag.found}", self.list)
            item.setData(_FLAG, flag)
            item.setToolTip(f"Rule: {flag.rule}.\nHolds in {spell(flag.frames, _MOST_SPANS)}.\n"
                            "Click: to the first of them.")  # fmt: skip
        self.list.fit()
        self._show_rule()

    def show_now(self, flags: Sequence[Flag]) -> None:
        """Mark those that hold at the frame on screen."""
        now = frozenset(flags)
        if now == self._now:
            return
        for row, flag in enumerate(self._flags):
            if (flag in now) is not (flag in self._now):
                item = self.list.item(row)
                item.setData(_NOW, flag in now)
                said = f"{item.text()}, at this frame" if flag in now else item.text()
                item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        self._now = now

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._painter.theme = theme
        self.rule.setStyleSheet(f"color: {theme.dim};")
        self.list.viewport().update()

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_FLAG))

    def _show_rule(self) -> None:
        chosen = self.list.selectedItems()
        flag = chosen[0].data(_FLAG) if chosen else None
        self.rule.setText(f"{flag.kind.value}: {flag.rule}." if flag is not None else _HINT if self._flags else "")


class _Rows(QListWidget):
    """Rows that are as high as their text needs at the width that there is; all of them are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.fit()

    def fit(self) -> None:
        """As high as all rows; without any it is not there."""
        self.setVisible(self.count() > 0)
        self.setFixedHeight(sum(map(self.sizeHintForRow, range(self.count()))) + 2 * self.frameWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Other heights at another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self.fit()


class _FlagPainter(QStyledItemDelegate):
    """The name in bold, what was found below; at the left edge and beside the name a mark where it holds now."""

    def __init__(self, theme: Theme, rows: QListWidget) -> None:
        super().__init__(rows)
        self.theme, self._rows = theme, rows

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        """The name's line and those of the text."""
        font: QFont = option.font  # type: ignore[attr-defined]
        width = self._rows.viewport().width()
        room = QRect(0, 0, _inside(QRect(0, 0, width, 1)).width(), 10_000)
        found = QFontMetrics(font).boundingRect(room, _WRAPPED, _found(index.data(_FLAG)))
        return QSize(width, 2 * _PAD + QFontMetrics(_bold(font)).height() + found.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One row."""
        flag, now = index.data(_FLAG), bool(index.data(_NOW))
        rect: QRect = option.rect  # type: ignore[attr-defined]
        font: QFont = option.font  # type: ignore[attr-defined]
        painter.save()
        self._ground(painter, option, rect)
        if now:
            painter.fillRect(rect.adjusted(0, 1, _MARK_PX - rect.width(), -1), QColor(self.theme.warning))
        room = _inside(rect)
        painter.setFont(_bold(font))
        painter.setPen(QColor(self.theme.warning if now else self.theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, str(flag.kind))
        if now:
            painter.setFont(font)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight, "at this frame")
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text))
        below = room.adjusted(0, QFontMetrics(_bold(font)).height(), 0, 0)
        painter.drawText(below, _WRAPPED, _found(flag))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        """Of the selected row, with a frame that is clear while the keys go there; else a line below."""
        state = option.state  # type: ignore[attr-defined]
        if not state & QStyle.StateFlag.State_Selected:
            painter.setPen(QColor(self.theme.grid))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
            return
        painter.fillRect(rect, QColor(self.theme.raised))
        painter.setPen(QColor(self.theme.accent if self._rows.hasFocus() else self.theme.dim))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))


def _found(flag: Flag) -> str:
    """What was found, as it is wrapped: no unit alone at the start of a line."""
    return re.sub(r"(?<=\d) (?=mm|%)", "\N{NO-BREAK SPACE}", flag.found)


def _inside(rect: QRect) -> QRect:
    """Where the letters are."""
    return rect.adjusted(_PAD + _MARK_PX, _PAD, -_PAD, -_PAD)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold
