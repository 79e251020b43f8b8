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

__all__ = ["PAD", "CellDelegate", "Fonts", "draw", "fonts_of", "pad_of", "paint_number"]

PAD, _NARROW_PAD = 6, 3
"""Pixels between text and the edge of a cell; between numbers less, so that three lifters stand side by side."""
_BAR, _BAR_OPACITY = 3, 150
_SIGNS = {int(Cell.WAITING): WAITING, int(Cell.MISSING): NOTHING, int(Cell.FAILED): WARNING}
_PLAIN, _SMALL = 0.92, 0.72
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Fonts:
    """plain : words and numbers, digits of one width. strong : of all clips together. slanted : against a reference
    that stands in. small : ranks; rank_width : pixels for one, with the space before it.
    """

    plain: QFont
    strong: QFont
    slanted: QFont
    small: QFont
    rank_width: int


def fonts_of(font: QFont) -> Fonts:
    """The fonts of the table, from the application's."""
    plain, strong, slanted, small = (QFont(font) for _ in range(4))
    for each in (plain, strong, slanted, small):
        each.setFeature(QFont.Tag("tnum"), 1)
        each.setPointSizeF(font.pointSizeF() * (_SMALL if each is small else _PLAIN))
    strong.setBold(True)
    slanted.setItalic(True)
    return Fonts(plain, strong, slanted, small, QFontMetrics(small).horizontalAdvance("0") + 2)


def pad_of(column: Column) -> int:
    """Pixels on either side of the text of a column."""
    return _NARROW_PAD if column.from_scores else PAD


def paint_number(painter: QPainter, rect: QRect, fonts: Fonts, text: str, rank: int, colours: tuple[QColor, QColor],
                 *, ranked: bool) -> None:  # fmt: skip
    """A number at the right of a cell in the painter's font and pen, and its rank, if any, small beside it.

    colours : of the first rank and of the others. ranked : room is left for a rank.
    """
    inner = rect.adjusted(0, 0, -_NARROW_PAD, 0)
    if ranked:
        inner.setRight(inner.right() - fonts.rank_width)
    painter.drawText(inner, _RIGHT, text)
    if rank:
        painter.setFont(fonts.small)
        painter.setPen(colours[0] if rank == 1 else colours[1])
        slot = QRect(inner.right() + 3, inner.top(), fonts.rank_width + _NARROW_PAD, inner.height() - 5)
        painter.drawText(slot, _LEFT, str(rank))


def draw(painter: QPainter, rect: QRect, flags: Qt.AlignmentFlag, text: str,
         elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:  # fmt: skip
    """Text as far as there is room for it."""
    painter.drawText(rect, flags, painter.fontMetrics().elidedText(text, elide, rect.width()))


class CellDelegate(QStyledItemDelegate):
    """Draws every cell of a :class:`ClipModel`."""

    def __init__(self, model: ClipModel, theme: Theme, font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self.fonts = model, fonts_of(font)
        self.show_theme(theme)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._text, self._dim, self._warning = QColor(theme.text), QColor(theme.dim), QColor(theme.warning)
        self._accent, self._line = QColor(theme.accent), QColor(theme.grid)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        rect: QRect = option.rect  # type: ignore[attr-defined]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        column, place = self._model.columns[index.column()], self._model.place(index.row())
        if column.is_lifters:
            self._paint_error(painter, rect, column, place)
        elif column.kind is Kind.WORST:
            self._paint_worst(painter, rect, column, place)
        elif column.kind is Kind.NAME:
            self._paint_name(painter, rect, place, chosen)
        else:
            painter.setFont(self.fonts.plain)
            painter.setPen(self._accent if column.kind is Kind.MARK else self._dim)
            flags = _CENTRE if column.kind is Kind.MARK else _LEFT if column.is_text else _RIGHT
            pad = 0 if column.kind is Kind.MARK else PAD
            draw(painter, rect.adjusted(pad, 0, -pad, 0), flags, cell_text(self._model.table, place, column))

    def _paint_name(self, painter: QPainter, rect: QRect, place: int, chosen: bool) -> None:
        painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), self._line)
        if chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), self._accent)
        painter.setFont(self.fonts.plain)
        row = self._model.table.rows[place]
        inner = rect.adjusted(PAD, 0, -PAD // 2, 0)
        if row is not None and (row.failures or any(numbers.problems for numbers in row.lifters)):
            painter.setPen(self._warning)
            draw(painter, inner, _RIGHT, WARNING)
            inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(WARNING) - PAD // 2)
        painter.setPen(self._text)
        draw(painter, inner, _LEFT, self._model.table.clips[place].name, Qt.TextElideMode.ElideMiddle)

    def _paint_worst(self, painter: QPainter, rect: QRect, column: Column, place: int) -> None:
        table = self._model.table
        value, text = table.value(place, column), cell_text(table, place, column)
        if worst := table.worst(place, column):
            self._paint_bar(painter, rect, column, value, worst)
        painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), self._line)
        painter.setFont(self.fonts.plain)
        painter.setPen(self._text if value == value else self._dim)
        paint_number(painter, rect, self.fonts, text, 0, (self._text, self._dim), ranked=False)

    def _paint_error(self, painter: QPainter, rect: QRect, column: Column, place: int) -> None:
        table = self._model.table
        lifter, ranked = table.lifter(column.lifter), len(table.lifters) > 1
        cell, rank = int(table.cells[place, lifter]), int(table.ranks[place, lifter, column.metric])
        value = table.value(place, column)
        sign = _SIGNS.get(cell)
        row = table.rows[place]
        if sign is None:
            self._paint_bar(painter, rect, column, value, column.lifter)
        stands_in = not column.is_position and row is not None and row.kind is ReferenceKind.STAND_IN
        painter.setFont(self.fonts.slanted if stands_in and sign is None else self.fonts.plain)
        painter.setPen(self._warning if sign == WARNING else self._text if value == value else self._dim)
        text = number_text(value, column) if sign is None else sign
        paint_number(painter, rect, self.fonts, text, rank if ranked and sign is None else 0, (self._text, self._dim),
                     ranked=ranked)  # fmt: skip

    def _paint_bar(self, painter: QPainter, rect: QRect, column: Column, value: float, lifter: str) -> None:
        """A line below the number; full for the usual worst error of all lifters, so that all compare."""
        usual = self._model.usual.get(column.metric, 0.0)
        part = min(1.0, value / usual) if usual > 0 and value == value else 0.0
        room = rect.width() - 2 * _NARROW_PAD
        colour = QColor(self._theme.lifter(self._model.identities[lifter].colour))
        colour.setAlpha(_BAR_OPACITY)
        painter.fillRect(QRect(rect.left() + _NARROW_PAD, rect.bottom() - _BAR, round(part * room), _BAR - 1), colour)
