"""The table of numbers for Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPixmap

from viewer.panels.spans.numbers import COLUMNS, Row
from viewer.panels.spans.texts import cell_text
from viewer.theme import Theme

__all__ = ["NumbersModel"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_SELECTED_ALPHA, _SQUARE_PX = 60, 8


class NumbersModel(QAbstractTableModel):
    """Rows are lifters or angles, columns :data:`viewer.panels.spans.numbers.COLUMNS`; ``UserRole`` gives numbers."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colours: Mapping[str, int] = {}
        self._selected: str | int = ""
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...], selected: str | int, colours: Mapping[str, int]) -> None:
        """Other numbers. selected : key of the row that is selected. colours : of lifters by name."""
        same = [(row.name, row.part) for row in rows] == [(row.name, row.part) for row in self.rows]
        if not same:
            self.beginResetModel()
        self.rows, self._selected, self._colours = rows, selected, colours
        if not same:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(rows) - 1)

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """As many as there are rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """As many as there are numbers."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, number, alignment, colours and tip of a cell."""
        row, place = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(row, place)
        if role == Qt.ItemDataRole.UserRole:
            return row.values[place]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        if role == Qt.ItemDataRole.BackgroundRole:
            return self._ground(row)
        if role == Qt.ItemDataRole.ForegroundRole:
            return QBrush(QColor(self._ink(row, place)))
        if role == Qt.ItemDataRole.FontRole and row.worse:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            worse = row.worse[place] if row.worse else ""
            return COLUMNS[place].tip + (f"\nSpan {worse} is worse" if worse else "")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802 - Qt's name
        """Names and units above, lifters or angles at the left."""
        if orientation is Qt.Orientation.Horizontal:
            column = COLUMNS[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return f"{column.name}\n{column.unit}"
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT
            return column.tip if role == Qt.ItemDataRole.ToolTipRole else None
        row = self.rows[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.name}  {row.part}".strip() if row.part in ("", "A") else f"    {row.part}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT
        colour = self._colours.get(str(row.key))
        if role == Qt.ItemDataRole.DecorationRole and colour is not None and row.part in ("", "A"):
            return self._square(colour)  # letters have the colour of the style sheet
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.name} {row.part}".strip()
        return None

    def _square(self, colour: int) -> QPixmap:
        square = QPixmap(2 * _SQUARE_PX, _SQUARE_PX)
        square.fill(Qt.GlobalColor.transparent)
        with QPainter(square) as painter:
            painter.fillRect(_SQUARE_PX // 2, 0, _SQUARE_PX, _SQUARE_PX, QColor(self._theme.lifter(colour)))
        return square

    def _ink(self, row: Row, place: int) -> str:
        if row.worse:
            return self._theme.warning if row.worse[place] == "B" else self._theme.text
        return self._theme.dim if row.part == "A" else self._theme.text

    def _ground(self, row: Row) -> QBrush | None:
        if row.key == self._selected:
            ground = QColor(self._theme.accent)
            ground.setAlpha(_SELECTED_ALPHA)
            return QBrush(ground)
        return QBrush(QColor(self._theme.window)) if row.worse else None
