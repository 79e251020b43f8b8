"""A panel of two columns that stand side by side where there is room, else one below the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

__all__ = ["Halves"]

_NARROW_PX = 520


class Halves(QScrollArea):
    """Scrolls up and down only. left, right : the columns, to be filled. first : above the right column, and above
    everything where they stand one below the other, so that it is seen without scrolling.
    """

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right, self.first = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        inside, self._first = QWidget(), QWidget()
        self._first.setLayout(self.first)
        self.first.setContentsMargins(0, 0, 0, 0)
        self._first.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.right.addWidget(self._first)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._halves.setContentsMargins(8, 6, 8, 6)
        self._halves.setSpacing(12)
        self._halves.addLayout(self.left, 1)
        self._halves.addLayout(self.right, 1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width; in a narrow panel the first column is as high as it needs to be."""
        super().resizeEvent(event)
        narrow = self.viewport().width() < _NARROW_PX
        if narrow != (self._halves.indexOf(self._first) == 0):
            (self._halves if narrow else self.right).insertWidget(0, self._first)
        self._halves.setSpacing(6 if narrow else 12)
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        for column in (self.left, self.right):
            self._halves.setStretchFactor(column, 0 if narrow and column is self.left else 1)
