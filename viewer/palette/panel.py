"""The palette on screen: a box over the window with a line to type in and what fits below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from viewer.palette.entries import Entry
from viewer.palette.matching import best, marks
from viewer.palette.rows import LinePainter, Lines
from viewer.theme import Theme

__all__ = ["MOST_RECENT", "Palette"]

MOST_RECENT = 12
"""Entries that are remembered as used lately."""
_MOST, _ROWS = 100, 12
_WIDE_PX, _MARGIN_PX, _TOP_PX = 660, 24, 56
_RECENT_POINTS = 12.0
"""What the entry that was used last is worth more than another that fits as well."""
_KEY = Qt.Key
_MOVES = {_KEY.Key_Down: 1, _KEY.Key_Up: -1, _KEY.Key_PageDown: _ROWS - 1, _KEY.Key_PageUp: 1 - _ROWS,
          _KEY.Key_Tab: 1, _KEY.Key_Backtab: -1}  # fmt: skip
_OWN = (*_MOVES, _KEY.Key_Escape, _KEY.Key_Return, _KEY.Key_Enter)


class Palette(QFrame):
    """Type, choose with the arrows, Enter does it; Escape or a click elsewhere closes it. ``used(id)`` tells of what
    was done.
    """

    used = Signal(str)

    def __init__(self, entries: Callable[[], Sequence[Entry]], theme: Theme, parent: QWidget) -> None:
        """Entries : what can be found, asked each time that it opens."""
        super().__init__(parent)
        self._window, self._make, self._recent = parent, entries, dict[str, int]()
        self._entries: list[Entry] = []
        self._texts: list[tuple[str, str]] = []
        self._narrowed: tuple[str, list[int]] = ("", [])
        self._back: QWidget | None = None
        self._mouse = QPoint()
        self.line, self.list, self.none = QLineEdit(self), QListView(self), QLabel("Nothing fits", self)
        self.lines, self._painter = Lines(self), LinePainter(theme, self)
        self._arrange()
        self.show_theme(theme)
        self.hide()

    def open(self, recent: Sequence[str] = ()) -> None:
        """Show it, empty. recent : ids of entries that were used lately, the newest first."""
        self._recent = {name: place for place, name in enumerate(recent)}
        self._entries = list(self._make())
        self._texts = [(entry.text.casefold(), entry.where.casefold()) for entry in self._entries]
        self._narrowed = ("", [])
        self._back, self._mouse = QApplication.focusWidget(), QCursor.pos()
        self.line.clear()
        self._search("")
        self.place()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_again(self) -> None:
        """Hide it; the focus goes back to where it was."""
        if self.isHidden():
            return
        back, self._back = self._back, None
        had_focus = self.line.hasFocus()
        self.hide()
        if had_focus and back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown(self) -> tuple[Entry, ...]:
        """What fits, the best first."""
        return tuple(entry for entry, _ in self.lines.rows)

    def choose(self, row: int) -> None:
        """Do what stands in a row; nothing where it cannot be done now."""
        if not 0 <= row < len(self.lines.rows):
            return
        entry = self.lines.rows[row][0]
        if entry.reason:
            return
        self.close_again()
        self.used.emit(entry.id)
        entry.run()

    def place(self) -> None:
        """In the middle of the window's upper part, as high as what fits needs."""
        window = self._window
        wide = min(_WIDE_PX, window.width() - 2 * _MARGIN_PX)
        rows = min(_ROWS, max(1, len(self.lines.rows)))
        row = self.list.sizeHintForRow(0) if self.lines.rows else self.none.sizeHint().height()
        self.list.setFixedHeight(rows * row + 2)
        high = min(self.sizeHint().height(), window.height() - _TOP_PX - _MARGIN_PX)
        self.setGeometry((window.width() - wide) // 2, _TOP_PX, wide, high)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._painter.theme = theme
        self.setStyleSheet(
            f"Palette {{ background: {theme.raised}; border: 1px solid {theme.dim}; border-radius: 6px; }}"
            f"QLineEdit {{ background: {theme.base}; color: {theme.text}; border: 2px solid {theme.accent};"
            f" border-radius: 4px; padding: 5px 7px; }}"
            f"QListView {{ background: {theme.raised}; color: {theme.text}; border: none; outline: none; }}"
            f"QLabel {{ color: {theme.dim}; padding: 6px 10px; }}"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keys of the line that move in the list; the window's size; the focus going elsewhere."""
        if watched is self.line:
            if isinstance(event, QKeyEvent) and event.key() in _OWN:
                event.accept()  # no shortcut of the window
                if event.type() == QEvent.Type.KeyPress:
                    self._press(Qt.Key(event.key()))
                return True
            if event.type() == QEvent.Type.FocusOut and QApplication.activePopupWidget() is None:
                self.close_again()
        elif watched is self.list.viewport():
            if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
                self._follow(event.globalPosition().toPoint(), event.position().toPoint())
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAutoFillBackground(True)
        self.setAccessibleName("Command palette")
        self.line.setPlaceholderText("Search actions, angles, lifters and clips")
        self.line.setAccessibleName("Search actions, angles, lifters and clips")
        self.line.setClearButtonEnabled(True)
        self.list.setModel(self.lines)
        self.list.setItemDelegate(self._painter)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("What fits")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.line, self.list, self.none):
            column.addWidget(widget)
        self.line.textEdited.connect(self._search)
        self.line.textChanged.connect(lambda text: None if text else self._search(""))  # its button clears it
        self.line.installEventFilter(self)
        self._window.installEventFilter(self)
        self.list.clicked.connect(lambda index: self.choose(index.row()))
        self.list.viewport().installEventFilter(self)

    def _follow(self, mouse: QPoint, at: QPoint) -> None:
        """Mark what is under a mouse that moves; not under one that rests while keys move the list."""
        index = self.list.indexAt(at)
        if mouse != self._mouse and index.isValid():
            self._mark(index.row())
        self._mouse = mouse

    def _press(self, key: Qt.Key) -> None:
        if key == _KEY.Key_Escape:
            self.close_again()
        elif key in _MOVES:
            self._move(_MOVES[key])
        else:
            self.choose(self.list.currentIndex().row())

    def _move(self, by: int) -> None:
        count, now = len(self.lines.rows), self.list.currentIndex().row()
        if count:
            row = (now + by) % count if abs(by) == 1 else min(max(0, now + by), count - 1)
            self._mark(row)

    def _mark(self, row: int) -> None:
        self.list.setCurrentIndex(self.lines.index(row))
        self.line.setAccessibleDescription(str(self.lines.index(row).data(Qt.ItemDataRole.AccessibleTextRole) or ""))

    def _search(self, typed: str) -> None:
        """Show what fits. What goes on from what was typed before is looked for among what fitted then."""
        typed = typed.casefold()
        before, candidates = self._narrowed
        if not (before and typed.startswith(before)):
            candidates = list(range(len(self._entries)))
        texts = [self._texts[index] for index in candidates]
        first, fitting = best(typed, texts, lambda place: self._points(self._entries[candidates[place]]), _MOST)
        self._narrowed = (typed, [candidates[place] for place in fitting])
        self.lines.show_rows([(self._entries[candidates[place]], marks(typed, texts[place][0])) for place in first])
        self.list.setVisible(bool(first))
        self.none.setVisible(not first)
        if first:
            self._mark(0)
        self.list.scrollToTop()
        if self.isVisible():
            self.place()

    def _points(self, entry: Entry) -> float:
        """More for what was used lately, less for what cannot be used now."""
        place = self._recent.get(entry.id)
        recent = 0.0 if place is None else _RECENT_POINTS * (1 - place / (MOST_RECENT + 1))
        return recent - (_RECENT_POINTS if entry.reason else 0.0)
