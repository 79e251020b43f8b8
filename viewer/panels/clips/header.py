"""Heads of the table of clips in two lines: whose the numbers are, and what they are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QHeaderView, QWidget

from viewer.panels.clips.columns import Column
from viewer.panels.clips.model import ClipModel
from viewer.panels.clips.painting import PAD
from viewer.theme import Theme

__all__ = ["ARROW", "GroupedHeader", "head_font"]

ARROW = 11
"""Pixels for the triangle that shows the order."""
_DOT = 9
_SPACE = 6
_SMALLER = 0.9


def head_font(font: QFont) -> QFont:
    """A little smaller than the table's."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * _SMALLER)
    return small


class GroupedHeader(QHeaderView):
    """Above the two columns of a lifter stands its name with a dot in its colour, above every column what it is."""

    def __init__(self, model: ClipModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns_of = model
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(True)
        self.setSortIndicatorClearable(True)
        self.setMinimumSectionSize(24)
        self.show_theme(theme)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.viewport().update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for two lines, for one where there are no lifters."""
        lines = 2 if any(column.is_error for column in self._columns_of.columns) else 1
        return QSize(super().sizeHint().width(), lines * self._line_height() + 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The heads, and what is left beside them in the same colour."""
        super().paintEvent(event)
        port = self.viewport()
        beside = port.rect().adjusted(max(0, self.length() - self.offset()), 0, 0, 0)
        painter = QPainter(port)
        painter.fillRect(beside, QColor(self._theme.raised))
        painter.fillRect(beside.left(), beside.bottom(), beside.width(), 1, QColor(self._theme.grid))
        painter.end()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802
        """Draw one head; a name above two columns is drawn by both, each its part of it."""
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(self._theme.raised))
        column = self._columns_of.columns[section]
        last = section + 1 == self.count() or self._columns_of.columns[section + 1].lifter != column.lifter
        painter.setPen(QColor(self._theme.grid))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if last or not column.is_error:
            top = rect.top() if last or column.is_error else rect.center().y()
            painter.drawLine(rect.right(), top, rect.right(), rect.bottom())
        painter.setFont(head_font(self.font()))
        if column.is_error:
            self._paint_lifter(painter, self._group(section, column, rect), column)
        lower = QRect(rect.left(), rect.bottom() - 3 - self._line_height(), rect.width(), self._line_height())
        self._paint_label(painter, lower.adjusted(PAD, 0, -PAD, 0), section, column)
        painter.restore()

    def _line_height(self) -> int:
        return QFontMetrics(head_font(self.font())).height() + 1

    def _group(self, section: int, column: Column, rect: QRect) -> QRect:
        """The upper line over all columns of the lifter."""
        columns = self._columns_of.columns
        own = [place for place in (section - 1, section, section + 1)
               if 0 <= place < len(columns) and columns[place].lifter == column.lifter]  # fmt: skip
        left = self.sectionViewportPosition(own[0])
        width = sum(self.sectionSize(place) for place in own)
        return QRect(left + PAD, rect.top() + 3, width - 2 * PAD, self._line_height())

    def _paint_lifter(self, painter: QPainter, line: QRect, column: Column) -> None:
        colour = QColor(self._theme.lifter(self._columns_of.identities[column.lifter].colour))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawEllipse(QRect(line.left(), line.center().y() - _DOT // 2, _DOT, _DOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QColor(self._theme.text))
        words = line.adjusted(_DOT + _SPACE, 0, 0, 0)
        name = painter.fontMetrics().elidedText(column.lifter, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_label(self, painter: QPainter, line: QRect, section: int, column: Column) -> None:
        """What the column is, beside the numbers' own edge, and the triangle that shows the order."""
        sorted_by = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        painter.setPen(QColor(self._theme.text if sorted_by else self._theme.dim))
        side = Qt.AlignmentFlag.AlignLeft if column.is_text else Qt.AlignmentFlag.AlignRight
        width = painter.fontMetrics().horizontalAdvance(column.head)
        painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, column.head)
        if sorted_by:
            x = line.left() + width + 4 if column.is_text else line.right() - width - ARROW
            self._paint_arrow(painter, QPoint(x, line.center().y()))

    def _paint_arrow(self, painter: QPainter, at: QPoint) -> None:
        """A triangle 7 wide: up for the smallest first, down for the largest."""
        down = self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        tip, base = (at.y() + 2, at.y() - 1) if down else (at.y() - 2, at.y() + 1)
        painter.setPen(QColor(self._theme.accent))
        painter.setBrush(QColor(self._theme.accent))
        painter.drawPolygon(QPolygon([QPoint(at.x(), base), QPoint(at.x() + 6, base), QPoint(at.x() + 3, tip)]))
