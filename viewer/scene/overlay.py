"""What lies over the scene and is painted once: the scene beneath it is drawn anew at every frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

__all__ = ["Overlay"]


class Overlay(QWidget):
    """Base of legend and colour bar; see-through, and lets the mouse through. Hidden at first.

    Subclasses draw in :meth:`paint` and call :meth:`outdate` where that would give another picture.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paint(self, painter: QPainter) -> None:
        """Draw all of it."""

    def outdate(self) -> None:
        """What was kept is not right any more."""
        self._kept = None
        self.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another font, or a palette."""
        super().changeEvent(event)
        self.outdate()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """Show what is kept, made anew for another size or another screen."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._kept is None or self._kept.size() != size:
            self._kept = QPixmap(size)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            inside = QPainter(self._kept)
            inside.setFont(self.font())
            self.paint(inside)
            inside.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._kept)
        painter.end()
