"""What there is to know about a source, as a small window over the read-out from which it can be copied."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.panels.readout.caveats import Caveats
from viewer.panels.severities import Severity, severity_picture
from viewer.theme import Theme

__all__ = ["CaveatsPopup"]

_WIDTH_PX = 380


class CaveatsPopup(QFrame):
    """Problems and notes of one source, line by line; a click elsewhere or Escape closes it."""

    def __init__(self, caveats: Caveats, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("caveats")
        self.setStyleSheet(f"#caveats {{ background: {theme.raised}; border: 1px solid {theme.dim}; }}")
        self._caveats, self._theme = caveats, theme
        self.setFixedWidth(_WIDTH_PX)
        self.setAccessibleName(f"Notes on {caveats.title}")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(self._head())
        column.addLayout(self._lines())

    def open_at(self, where: QPoint) -> None:
        """Show it below a point of the screen, and wholly on the screen."""
        self.setFixedHeight(self._column.heightForWidth(_WIDTH_PX))
        screen = QGuiApplication.screenAt(where) or self.screen()
        room, mine = screen.availableGeometry(), QRect(where, self.size())
        mine.moveRight(min(mine.right(), room.right()))
        mine.moveBottom(min(mine.bottom(), room.bottom()))
        self.move(mine.topLeft())
        self.show()

    def text(self) -> str:
        """All of it, line by line."""
        return "\n".join((self._caveats.title, *self._caveats.lines))

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - name of Qt
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        title = QLabel(self._caveats.title, self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        copy = QPushButton("Copy", self)
        copy.setAccessibleName("Copy the notes")
        copy.clicked.connect(self.copy)
        row.addWidget(title, 1)
        row.addWidget(copy)
        return row

    def _lines(self) -> QGridLayout:
        """Sentences, the grave ones with their mark."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grave = dict.fromkeys(self._caveats.problems, Severity.WARNING) | dict.fromkeys(
            self._caveats.notes, Severity.INFO)  # fmt: skip
        for row, line in enumerate(self._caveats.lines):
            if line in grave:
                mark = QLabel(self)
                mark.setPixmap(severity_picture(grave[line], self._theme, self.devicePixelRatioF()))
                grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
            said = QLabel(line, self)
            said.setTextFormat(Qt.TextFormat.PlainText)
            said.setWordWrap(True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(said, row, 1)
        return grid
