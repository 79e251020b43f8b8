"""A panel of two columns that stand side by side where there is room, else one below the other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

__all__ = ["Halves"]

_NARROW_PX = 520


class Halves(QScrollArea):
    """Scrolls up and down only. left, right : the columns, to be filled."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = QVBoxLayout(), QVBoxLayout()
        inside = QWidget()
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
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._halves.setStretch(0, 0 if narrow else 1)
