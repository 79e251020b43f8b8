"""The table of numbers on screen: names stay at the left, a click selects, Ctrl+C copies."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from viewer.panels.spans.model import NumbersModel
from viewer.theme import Theme

__all__ = ["NumbersTable", "style_of"]

_ROW_PX, _LETTERS_PX = 20, 12
_NAMES_PART = 0.42
"""Most of the width that names take."""


class NumbersTable(QTableView):
    """Signals: ``chosen(row)`` a row was clicked; ``copied()`` Ctrl+C."""

    chosen = Signal(int)
    copied = Signal()

    def __init__(self, model: NumbersModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Numbers of the span")
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across.setMinimumSectionSize(28)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(_ROW_PX)
        for header in (across, down):
            header.setHighlightSections(False)
            header.setSectionsClickable(header is down)
        down.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        down.sectionClicked.connect(self.chosen)
        self.clicked.connect(self._on_clicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy; arrows scroll, and everything else is the window's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow panel names leave room for numbers."""
        self.verticalHeader().setMaximumWidth(max(90, int(_NAMES_PART * self.width())))
        super().resizeEvent(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())


def style_of(theme: Theme) -> str:
    """The style sheet of tables."""
    return (
        f"QTableView {{ background: {theme.base}; gridline-color: {theme.grid}; color: {theme.text};"
        f" font-size: {_LETTERS_PX}px; }}"
        f"QTableView QTableCornerButton::section {{ background: {theme.window}; border: none; }}"
        f"QHeaderView {{ background: {theme.window}; font-size: {_LETTERS_PX}px; }}"
        f"QHeaderView::section {{ background: {theme.window}; color: {theme.text}; border: none;"
        f" border-bottom: 1px solid {theme.grid}; border-right: 1px solid {theme.grid}; padding: 1px 4px; }}"
    )
