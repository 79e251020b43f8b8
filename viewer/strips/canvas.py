"""A widget whose picture is painted once and kept; per frame only the strips under the cursor are painted again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from viewer.strips.axis import FrameAxis
from viewer.theme import Theme

__all__ = ["StripCanvas", "draw_cells", "fill_missing", "shade_outside"]

_VEIL_ALPHA = 115


class StripCanvas(QWidget):
    """Base of what is drawn over an axis of frames: a kept picture, the cursor and its like over it.

    Subclasses paint in :meth:`paint_picture` what changes rarely and in :meth:`paint_over` the rest, and call
    :meth:`outdate` where the picture is no longer right. ``builds`` counts the pictures that were made.
    """

    cursor_reach = 2
    """Pixels left and right of the cursor that it covers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.axis = FrameAxis(0, 1, 1)
        self.frame = 0
        self.builds = 0
        self._picture: QPixmap | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a click takes the keys away from a box that was typed in
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def outdate(self) -> None:
        """The picture is not right any more; it is painted again when it is shown."""
        self._picture = None
        self.update()

    def move_cursor(self, frame: int) -> None:
        """The cursor stands at another frame: repaint where it was and where it is."""
        if frame == self.frame:
            return
        before, self.frame = self.frame, frame
        self.update(QRegion(self._strip(before)).united(QRegion(self._strip(frame))))

    def _strip(self, frame: int) -> QRect:
        x = int(self.axis.x_of(frame))
        return QRect(x - self.cursor_reach, 0, 2 * self.cursor_reach + 1, self.height())

    def paint_picture(self, painter: QPainter) -> None:
        """What is kept."""

    def paint_over(self, painter: QPainter) -> None:
        """What is painted every time."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - name of Qt
        """The kept picture where it is needed, then what is over it."""
        if self._picture is None:
            self._picture = self._painted()
        ratio = self._picture.devicePixelRatio()
        with QPainter(self) as painter:
            # Qt has clipped the painter to the strips; the rectangle around them costs nothing more.
            rect = event.rect()
            source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
            painter.drawPixmap(QRectF(rect), self._picture, source)
            self.paint_over(painter)

    def _painted(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap((self.size().toSizeF() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.base))
        with QPainter(picture) as painter:
            painter.setFont(self.font())
            self.paint_picture(painter)
        self.builds += 1
        return picture

    def draw_cursor(self, painter: QPainter, top: int, bottom: int) -> None:
        """The thin line of the cursor, with a dark or light seam so that it is seen over every colour."""
        x = int(self.axis.x_of(self.frame))
        seam = QColor(self.theme.base)
        seam.setAlpha(150)
        painter.fillRect(x - 1, top, 3, bottom - top, seam)
        painter.fillRect(x, top, 1, bottom - top, QColor(self.theme.cursor))

    def show_tip(self, at: QPoint, text: str) -> None:
        """A tip beside the mouse; empty takes it away. at : in the widget."""
        if text:
            QToolTip.showText(self.mapToGlobal(at + QPoint(12, 8)), text, self)
        else:
            QToolTip.hideText()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - name of Qt
        """Another size needs another picture."""
        super().resizeEvent(event)
        self.outdate()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - name of Qt
        """No tip where the mouse is not."""
        QToolTip.hideText()
        super().leaveEvent(event)


def shade_outside(painter: QPainter, axis: FrameAxis, span: tuple[int, int], rows: tuple[int, int],
                  theme: Theme) -> None:  # fmt: skip
    """What lies before in and after out grows pale; the colours between, which are values, stay. span : frames, both
    included. rows : top and bottom, pixels.
    """
    top, bottom = rows
    first, last = (min(frame, axis.n_frames - 1) for frame in span)
    left, right, end = round(axis.edge_of(first)), round(axis.edge_of(last + 1)), axis.left + axis.width
    veil = QColor(theme.base)
    veil.setAlpha(_VEIL_ALPHA)
    painter.fillRect(axis.left, top, left - axis.left, bottom - top, veil)
    painter.fillRect(right, top, end - right, bottom - top, veil)


def fill_missing(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """The ground on which values are drawn: it shows, hatched, where there are none."""
    painter.fillRect(rect, QColor(theme.missing))
    hatch = QColor(theme.dim)
    hatch.setAlpha(110)
    painter.fillRect(rect, QBrush(hatch, Qt.BrushStyle.BDiagPattern))


def draw_cells(painter: QPainter, rect: QRect, colours: NDArray[np.uint8]) -> None:
    """Cells of (rows, columns, 4) RGBA over a rectangle, with hard edges."""
    rows, columns = colours.shape[:2]
    cells = np.ascontiguousarray(colours)
    image = QImage(cells.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    painter.drawImage(QRectF(rect), image)
