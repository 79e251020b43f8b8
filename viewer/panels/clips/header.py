"""Heads of the table of clips: whose the numbers are, what they are, and below them those of all clips together."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QHeaderView, QToolTip, QWidget

from viewer.panels.clips.columns import Column, Kind
from viewer.panels.clips.model import ClipModel
from viewer.panels.clips.painting import PAD, draw, fonts_of, pad_of, paint_number
from viewer.panels.clips.summary import SummaryLine
from viewer.theme import Theme
from viewer.wording import short_names

__all__ = ["GroupedHeader", "head_font", "name_width"]

_ARROW = 7
_DOT, _SPACE, _NAME_PAD = 7, 4, 4
_SMALLER = 0.85
_ROW_SPARE, _EDGE, _FOOT = 5, 3, 7
"""Pixels: in a line of all clips, above the heads, and below them, where the triangle has its place."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def head_font(font: QFont) -> QFont:
    """A little smaller than the table's."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * _SMALLER)
    return small


def name_width(font: QFont, name: str) -> int:
    """Pixels that the name of a lifter needs above its columns, with its dot."""
    return QFontMetrics(head_font(font)).horizontalAdvance(name) + _DOT + _SPACE + _NAME_PAD + 2


class GroupedHeader(QHeaderView):
    """Above the columns of a lifter stands its name with a dot in its colour, above every column what it is, and
    below that the lines of all clips together, which stay while the rows scroll. A click anywhere sorts.
    """

    def __init__(self, model: ClipModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model = model
        self._fonts = fonts_of(self.font())
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(True)
        self.setSortIndicatorClearable(True)
        self.setMinimumSectionSize(18)
        self.show_theme(theme)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.viewport().update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for names and two lines of heads, where there are lifters, and for the lines of all clips."""
        return QSize(super().sizeHint().width(), self._heads_height() + self._row_height() * len(self._model.summary))

    def summary_rect(self, section: int, line: int) -> QRect:
        """Where a cell of the lines of all clips is, in the viewport."""
        top = self._heads_height() + line * self._row_height()
        return QRect(self.sectionViewportPosition(section), top, self.sectionSize(section), self._row_height())

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Over the lines of all clips, tool tips of their own."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            section, line = self.logicalIndexAt(event.pos()), self._line_at(event.pos().y())
            if section >= 0 and line is not None:
                QToolTip.showText(event.globalPos(), self.summary_tip(section, line), self.viewport())
                return True
        return super().viewportEvent(event)

    def summary_tip(self, section: int, line: int) -> str:
        """What the mouse is told there."""
        return self._model.summary[line].tip(self._model.columns[section], self._model.identities)

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
        column, heads = self._model.columns[section], self._heads_height()
        if column.is_lifters:
            self._paint_lifter(painter, rect.top(), section, column)
        painter.setFont(head_font(self.font()))
        self._paint_label(painter, QRect(rect.left(), rect.top(), rect.width(), heads), section, column)
        for place, line in enumerate(self._model.summary):
            self._paint_summary(painter, self.summary_rect(section, place), column, line)
        self._paint_edges(painter, rect, section, column)
        painter.restore()

    def _line_height(self) -> int:
        return QFontMetrics(head_font(self.font())).height()

    def _row_height(self) -> int:
        return QFontMetrics(self._fonts.strong).height() + _ROW_SPARE

    def _heads_height(self) -> int:
        lines = 3 if any(column.is_lifters for column in self._model.columns) else 1
        return lines * self._line_height() + _EDGE + _FOOT + (2 if lines == 3 else 0)

    def _line_at(self, y: int) -> int | None:
        line = (y - self._heads_height()) // self._row_height()
        return line if 0 <= line < len(self._model.summary) else None

    def _group(self, section: int) -> tuple[int, int]:
        """Left edge and width of all columns of the lifter that this one is of."""
        columns = self._model.columns
        own = [place for place in (section - 1, section, section + 1)
               if 0 <= place < len(columns) and columns[place].lifter == columns[section].lifter]  # fmt: skip
        return self.sectionViewportPosition(own[0]), sum(self.sectionSize(place) for place in own)

    def _names_fit(self) -> bool:
        """True where the whole names of all lifters have room."""
        return all(name_width(self.font(), column.whose) <= self._group(section)[1]
                   for section, column in enumerate(self._model.columns) if column.is_lifters)  # fmt: skip

    def _paint_lifter(self, painter: QPainter, top: int, section: int, column: Column) -> None:
        """Dot and name; where there is no room for the names, without what all of them share."""
        left, width = self._group(section)
        line = QRect(left + _NAME_PAD, top + _EDGE, width - _NAME_PAD - 2, self._line_height() + 2)
        colour = QColor(self._theme.lifter(self._model.identities[column.lifter].colour))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawEllipse(QRect(line.left(), line.center().y() - _DOT // 2, _DOT, _DOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setFont(head_font(self.font()))
        painter.setPen(QColor(self._theme.text))
        short = {} if self._names_fit() else short_names(self._model.table.lifters)
        words = short.get(column.whose, column.whose)
        draw(painter, line.adjusted(_DOT + _SPACE, 0, 2, 0), _LEFT, words, Qt.TextElideMode.ElideMiddle)

    def _paint_label(self, painter: QPainter, heads: QRect, section: int, column: Column) -> None:
        """What the column is, beside the numbers' own edge, and the triangle that shows the order."""
        sorted_by = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        height, pad = self._line_height(), pad_of(column)
        lower = QRect(heads.left() + pad, heads.bottom() - _FOOT - height + 1, heads.width() - 2 * pad, height)
        upper = lower.translated(0, -height)
        painter.setPen(QColor(self._theme.text if sorted_by else self._theme.dim))
        side = _LEFT if column.is_text else _RIGHT
        if column.kind is Kind.MARK:
            lower, side = lower.adjusted(-pad, 0, pad, 0), Qt.AlignmentFlag.AlignCenter
        painter.drawText(lower, side, column.lines[1])
        painter.drawText(upper, side, column.lines[0])
        if sorted_by:
            beside = lower.left() + painter.fontMetrics().horizontalAdvance(column.lines[1]) + 4
            below = QPoint(lower.center().x() - _ARROW // 2, heads.bottom() - _FOOT // 2)
            self._paint_arrow(painter, QPoint(beside, lower.center().y()) if column.is_text else below)

    def _paint_arrow(self, painter: QPainter, at: QPoint) -> None:
        """A triangle 7 wide: up for the smallest first, down for the largest."""
        down = self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        tip, base = (at.y() + 2, at.y() - 1) if down else (at.y() - 2, at.y() + 1)
        painter.setPen(QColor(self._theme.accent))
        painter.setBrush(QColor(self._theme.accent))
        painter.drawPolygon(QPolygon([QPoint(at.x(), base), QPoint(at.x() + 6, base), QPoint(at.x() + 3, tip)]))

    def _paint_summary(self, painter: QPainter, rect: QRect, column: Column, line: SummaryLine) -> None:
        theme = self._theme
        painter.fillRect(rect, QColor(theme.window))
        text, strong = line.text(column), not line.floor and line.overall is not None
        painter.setFont(self._fonts.strong if strong else self._fonts.plain)
        painter.setPen(QColor(theme.text if strong else theme.dim))
        if column.kind is Kind.NAME:
            draw(painter, rect.adjusted(PAD, 0, -PAD // 2, 0), _LEFT, text)
        elif column.kind is Kind.MARK:
            painter.setPen(QColor(theme.accent))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        elif column.is_error:
            ranked = column.is_lifters and len(self._model.table.lifters) > 1
            colours = QColor(theme.text), QColor(theme.dim)
            paint_number(painter, rect, self._fonts, text, line.rank(column), colours, ranked=ranked)

    def _paint_edges(self, painter: QPainter, rect: QRect, section: int, column: Column) -> None:
        """Lines below, and between what belongs together."""
        painter.setPen(QColor(self._theme.grid))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        heads = rect.top() + self._heads_height()
        if self._model.summary:
            painter.drawLine(rect.left(), heads - 1, rect.right(), heads - 1)
        last = section + 1 == self.count() or self._model.columns[section + 1].lifter != column.lifter
        if last or not column.is_lifters:
            top = rect.top() if last or column.is_lifters else heads - _FOOT - self._line_height()
            joined = column.is_error or column.kind in (Kind.NAME, Kind.MARK)
            painter.drawLine(rect.right(), top, rect.right(), rect.bottom() if joined else heads - 1)
