"""How a cell of the table of clips is drawn: numbers with a calm bar in the lifter's colour, and a small rank."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.evaluation import ReferenceKind
from viewer.panels.clips.columns import Column, Kind
from viewer.panels.clips.model import ClipModel
from viewer.panels.clips.table import Cell
from viewer.panels.clips.texts import NOTHING, WAITING, WARNING, cell_text, number_text
from viewer.theme import Theme

__all__ = ["PAD", "CellDelegate", "Fonts", "fonts_of"]

PAD = 7
"""Pixels between text and the edge of a cell."""
_BAR, _BAR_OPACITY = 3, 150
_SIGNS = {int(Cell.WAITING): WAITING, int(Cell.MISSING): NOTHING, int(Cell.FAILED): WARNING}
_SMALLER = 0.78
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Fonts:
    """plain : words and numbers, digits of one width. slanted : against a reference that stands in. small : ranks;
    rank_width : pixels for one of two digits.
    """

    plain: QFont
    slanted: QFont
    small: QFont
    rank_width: int


def fonts_of(font: QFont) -> Fonts:
    """The fonts of the table, from the application's."""
    plain, slanted, small = QFont(font), QFont(font), QFont(font)
    for each in (plain, slanted, small):
        each.setFeature(QFont.Tag("tnum"), 1)
    slanted.setItalic(True)
    small.setPointSizeF(font.pointSizeF() * _SMALLER)
    return Fonts(plain, slanted, small, QFontMetrics(small).horizontalAdvance("00") + 2)


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of a :class:`ClipModel`."""

    def __init__(self, model: ClipModel, theme: Theme, font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self.fonts = model, fonts_of(font)
        self.show_theme(theme)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._bars = [QColor(colour) for colour in theme.lifters]
        for colour in self._bars:
            colour.setAlpha(_BAR_OPACITY)
        self._text, self._dim, self._warning = QColor(theme.text), QColor(theme.dim), QColor(theme.warning)
        self._accent, self._line = QColor(theme.accent), QColor(theme.grid)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        rect: QRect = option.rect  # type: ignore[attr-defined]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        column, place = self._model.columns[index.column()], self._model.place(index.row())
        if column.is_error:
            self._paint_error(painter, rect, column, place)
        elif column.kind is Kind.NAME:
            self._paint_name(painter, rect, place, chosen)
        else:
            painter.setFont(self.fonts.plain)
            painter.setPen(self._accent if column.kind is Kind.MARK else self._dim)
            flags = _CENTRE if column.kind is Kind.MARK else _LEFT if column.is_text else _RIGHT
            _draw(painter, rect.adjusted(PAD, 0, -PAD, 0), flags, cell_text(self._model.table, place, column))

    def _paint_name(self, painter: QPainter, rect: QRect, place: int, chosen: bool) -> None:
        painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), self._line)
        if chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), self._accent)
        painter.setFont(self.fonts.plain)
        row = self._model.table.rows[place]
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        if row is not None and (row.failures or any(numbers.problems for numbers in row.lifters)):
            painter.setPen(self._warning)
            _draw(painter, inner, _RIGHT, WARNING)
            inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(WARNING) - PAD // 2)
        painter.setPen(self._text)
        _draw(painter, inner, _LEFT, self._model.table.clips[place].name, Qt.TextElideMode.ElideMiddle)

    def _paint_error(self, painter: QPainter, rect: QRect, column: Column, place: int) -> None:
        table = self._model.table
        lifter, which = table.lifter(column.lifter), int(column.kind is Kind.ANGLES)
        cell, rank = int(table.cells[place, lifter]), int(table.ranks[place, lifter, which])
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        if len(table.lifters) > 1:
            slot = QRect(inner.right() - self.fonts.rank_width, inner.top(), self.fonts.rank_width, inner.height())
            inner.setRight(slot.left() - 2)
            if rank:
                painter.setFont(self.fonts.small)
                painter.setPen(self._text if rank == 1 else self._dim)
                painter.drawText(slot.adjusted(2, 0, 0, -4), _LEFT, str(rank))
        painter.setFont(self.fonts.plain)
        if cell in _SIGNS:
            painter.setPen(self._warning if _SIGNS[cell] == WARNING else self._dim)
            painter.drawText(inner, _RIGHT, _SIGNS[cell])
            return
        value = float(table.errors[place, lifter, which])
        self._paint_bar(painter, rect, column, value)
        row = table.rows[place]
        if which and row is not None and row.kind is ReferenceKind.STAND_IN:
            painter.setFont(self.fonts.slanted)
        painter.setPen(self._text if value == value else self._dim)
        painter.drawText(inner, _RIGHT, number_text(value, column))

    def _paint_bar(self, painter: QPainter, rect: QRect, column: Column, value: float) -> None:
        """A line below the number; full for the usual worst error of all lifters, so that all compare."""
        part = min(1.0, value / usual) if (usual := self._model.usual[column.kind]) > 0 and value == value else 0.0
        room = rect.width() - 2 * PAD
        colour = self._bars[self._model.identities[column.lifter].colour % len(self._bars)]
        painter.fillRect(QRect(rect.left() + PAD, rect.bottom() - _BAR, round(part * room), _BAR - 1), colour)


def _draw(painter: QPainter, rect: QRect, flags: Qt.AlignmentFlag, text: str,
          elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:  # fmt: skip
    painter.drawText(rect, flags, painter.fontMetrics().elidedText(text, elide, rect.width()))
