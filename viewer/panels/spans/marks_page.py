"""The named marks as a list that can be gone through, renamed and thinned out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.marks import Mark
from viewer.marks import MarkBook, go_to_mark
from viewer.panels.spans.marks_model import NAME, MarksModel
from viewer.session import Session
from viewer.theme import Theme

__all__ = ["MarksPage", "MarksTable"]

_ROW_PX = 22
_NONE = "No marks yet. Mark the span or the frame on screen to find it again: Mark, or Ctrl+M."


class MarksTable(QTableView):
    """Keys: Enter goes, F2 renames, Delete removes; each is this table's while it has the focus."""

    def __init__(self, page: MarksPage, model: MarksModel) -> None:
        super().__init__(page)
        self._page = page
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Named marks")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setSectionsClickable(False)
        across.setStretchLastSection(True)
        across.setMinimumSectionSize(48)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((110, 70, 150)):
            across.resizeSection(column, width)
        self.doubleClicked.connect(self._on_double)

    def event(self, event: QEvent) -> bool:
        """Some keys are this table's before they are shortcuts of the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in (
            Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Up, Qt.Key.Key_Down,
        ):  # fmt: skip
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go, remove; the rest as in every table."""
        editing = self.state() is QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            self._page.go()
        elif event.key() == Qt.Key.Key_Delete and not editing:
            self._page.remove()
        elif event.key() == Qt.Key.Key_Escape and not editing:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _on_double(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
        else:
            self._page.go()


class MarksPage(QWidget):
    """List and buttons. A click on a row goes to the mark; a double click on a name or note changes it."""

    def __init__(self, session: Session, book: MarkBook, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._book = session, book
        self.model = MarksModel(book, theme, self)
        self.table = MarksTable(self, self.model)
        self.buttons = {
            "go": _button("Go to", "Show it: its clip, its span, its first frame (Enter)", self.go),
            "rename": _button("Rename", "Another name (F2)", self.rename),
            "remove": _button("Remove", "Take it off the list (Delete)", self.remove),
            "back": _button("Put back", "Bring back the mark that was removed last", lambda: book.put_back()),
        }
        self._empty = QLabel(_NONE)
        self._empty.setWordWrap(True)
        self._empty.setMargin(10)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._arrange()
        self.table.clicked.connect(self._on_clicked)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        book.changed.connect(self._refresh)
        self._refresh()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Small: the list scrolls."""
        return QSize(200, 80)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.model.show_theme(theme)

    def chosen(self) -> Mark | None:
        """The mark that is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.marks[rows[0].row()] if rows else None

    def select(self, key: str) -> None:
        """Select a mark of the list."""
        row = self.model.row_of(key)
        if row >= 0:
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, NAME))

    def name(self, key: str) -> None:
        """Begin to type the name of a mark."""
        self.select(key)
        row = self.model.row_of(key)
        if row >= 0:
            self.table.setFocus()
            self.table.edit(self.model.index(row, NAME))

    def go(self) -> None:
        """To the selected mark, where its clip is open."""
        mark = self.chosen()
        if mark is not None and self.model.is_open(mark):
            go_to_mark(self._session, mark)

    def rename(self) -> None:
        """Type another name for the selected one."""
        mark = self.chosen()
        if mark is not None:
            self.name(mark.key)

    def remove(self) -> None:
        """Take the selected one away, and select what stands in its place."""
        mark = self.chosen()
        if mark is None:
            return
        row = self.model.row_of(mark.key)
        self._book.remove(mark.key)
        if self.model.marks:
            self.table.selectRow(min(row, len(self.model.marks) - 1))

    def _arrange(self) -> None:
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 8, 3)
        row.setSpacing(4)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(pages, 1)
        column.addLayout(row)

    def _refresh(self) -> None:
        self._pages.setCurrentIndex(0 if self.model.marks else 1)
        mark = self.chosen()
        for name in ("rename", "remove"):
            self.buttons[name].setEnabled(mark is not None)
        self.buttons["go"].setEnabled(mark is not None and self.model.is_open(mark))
        self.buttons["back"].setVisible(self._book.removed is not None)

    def _on_clicked(self, _index: QModelIndex) -> None:
        self.go()


def _button(text: str, tip: str, does: object) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.clicked.connect(does)
    return button
