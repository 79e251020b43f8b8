"""The table of clips for Qt: sorted and filtered in the model with numpy, a proxy would take a hundred times longer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from core.results.clip_table import ClipRow
from viewer.content import Identity
from viewer.panels.clips.columns import FLOOR, Column, Kind, columns_of
from viewer.panels.clips.summary import SummaryLine, lines_of
from viewer.panels.clips.table import Filter, Table
from viewer.panels.clips.texts import cell_text, cell_tip
from viewer.workspace import ClipInfo

__all__ = ["ClipModel"]

_FLOOR_ALONE = {FLOOR: Identity("the estimator on the reference poses", -2)}
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ClipModel(QAbstractTableModel):
    """Rows are the clips that pass the filter, in the order of the sorted column. ``UserRole`` gives numbers.

    table : what is known. columns : see :mod:`viewer.panels.clips.columns`. summary : the lines of all clips together.
    usual : error of a full bar, by metric. Signal: ``summarised()`` after the lines changed.
    """

    summarised = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table, self.columns = Table(), columns_of(())
        self.identities: Mapping[str, Identity] = {}
        self.summary: tuple[SummaryLine, ...] = ()
        self.usual: dict[int, float] = {}
        self._filter = Filter()
        self._sorted_by: Column | None = None
        self._descending = False
        self._passing = np.zeros(0, bool)
        self._order = self._shown = np.arange(0)
        self._rows = np.full(0, -1)

    def show_rows(self, clips: Sequence[ClipInfo], lifters: Mapping[str, Identity]) -> None:
        """Other clips or lifters; nothing of them is scored. Without lifters, the floor is shown once it is known."""
        self.beginResetModel()
        self.table = Table(clips, tuple(lifters), self.table.position)
        self.identities = dict(lifters)
        self._find_columns()
        self._passing = self.table.passing(self._filter)
        self._arrange()
        self.endResetModel()
        self.settle()

    def show_position(self, kind: Kind) -> None:
        """Show another position error of the lifters; order and filter by the one that was shown go with it."""
        if kind is self.table.position:
            return
        self.table.position = kind
        if self._sorted_by is not None and self._sorted_by.is_position:
            self._sorted_by = replace(self._sorted_by, kind=kind)
        self._find_columns()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._tell(0, self.rowCount() - 1)
        self.settle()

    def forget_scores(self) -> None:
        """The same clips and lifters, nothing of them scored."""
        self.table = Table(self.table.clips, self.table.lifters, self.table.position)
        self._tell(0, self.rowCount() - 1)
        self.settle()

    def show_score(self, row: ClipRow) -> bool:
        """Take in the numbers of a clip; order, filter and summary follow with :meth:`settle`. False for an unknown
        clip.
        """
        self._make_room([row])
        place = self.table.put(row)
        if place >= 0 and self._rows[place] >= 0:
            self._tell(int(self._rows[place]), int(self._rows[place]))
        return place >= 0

    def show_scores(self, rows: Sequence[ClipRow]) -> None:
        """Take in the numbers of many clips at once."""
        self._make_room(rows)
        for row in rows:
            self.table.put(row)
        self._tell(0, self.rowCount() - 1)
        self.settle()

    def settle(self) -> None:
        """Sort, filter, scale and sum up by the numbers that came."""
        if self._filter.by_scores:
            self._passing = self.table.passing(self._filter)
        if self._filter.by_scores or (self._sorted_by is not None and self._sorted_by.from_scores):
            self._change()
        usual = {column.metric: np.nan for column in self.columns if column.is_error}
        usual = {metric: self.table.usual(metric) for metric in usual}
        if usual != self.usual:
            self.usual = usual
            self._tell(0, self.rowCount() - 1)
        self.summary = lines_of(self.table)
        self.summarised.emit()

    def show_filter(self, only: Filter) -> None:
        """Show the clips that pass."""
        if only != self._filter:
            self._filter = only
            self._passing = self.table.passing(only)
            self._change()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; by -1 in the order of the dataset."""
        by = self.columns[column] if 0 <= column < len(self.columns) else None
        descending = order is Qt.SortOrder.DescendingOrder
        if (by, descending) != (self._sorted_by, self._descending):  # views ask twice
            self._sorted_by, self._descending = by, descending
            self._change()

    @property
    def passing(self) -> NDArray[np.bool_]:
        """(N) which clips of the table pass the filter."""
        return self._passing

    @property
    def sorted_by(self) -> tuple[int, Qt.SortOrder]:
        """Column that the rows are sorted by, -1 for none, and how."""
        column = self.columns.index(self._sorted_by) if self._sorted_by is not None else -1
        return column, Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder

    def place(self, row: int) -> int:
        """The clip in a row, as a place of the table."""
        return int(self._shown[row])

    def name(self, row: int) -> str:
        """Name of the clip in a row."""
        return self.table.clips[self.place(row)].name

    def row_of(self, name: str) -> int:
        """Row of a clip, or -1 where it is not shown."""
        place = self.table.place(name)
        return -1 if place < 0 else int(self._rows[place])

    def neighbour(self, name: str, step: int) -> str:
        """The next (1) or previous (-1) clip that is shown, or nothing; from a hidden clip, by where it would stand."""
        place = self.table.place(name)
        ranks = np.empty(len(self.table), np.intp)
        ranks[self._order] = np.arange(len(self.table))
        here = (-1 if step > 0 else len(self.table)) if place < 0 else ranks[place]
        shown = ranks[self._shown]
        beyond = self._shown[shown > here] if step > 0 else self._shown[shown < here]
        return "" if not beyond.size else self.table.clips[int(beyond[0] if step > 0 else beyond[-1])].name

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802
        """Clips that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802
        """Columns, all of them."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, number (``UserRole``; NaN where there is none), tool tip and alignment of a cell."""
        if not index.isValid():
            return None
        place, column = self.place(index.row()), self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(self.table, place, column)
        if role == Qt.ItemDataRole.UserRole:
            return self.table.clips[place].name if column.kind is Kind.NAME else self.table.value(place, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell_tip(self.table, place, column, self.identities) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.is_text else _RIGHT
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Head, tool tip and first order of a column: the worst clips first where it shows errors."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.head
        if role == Qt.ItemDataRole.ToolTipRole:
            title = self.identities[column.lifter].title if column.is_lifters else ""
            who = column.lifter if title in ("", column.lifter) else f"{column.whose}: {title}"
            return f"{who}\n{column.tip}" if who else column.tip
        if role == Qt.ItemDataRole.InitialSortOrderRole:
            return Qt.SortOrder.DescendingOrder if column.from_scores else Qt.SortOrder.AscendingOrder
        return None

    def _find_columns(self) -> None:
        clips = self.table.clips
        empty = {Kind.ATHLETE: not any(clip.athlete for clip in clips),
                 Kind.ACTIVITY: not any(clip.activity for clip in clips)}  # fmt: skip
        without = [kind for kind, none in empty.items() if none]
        self.columns = columns_of(self.table.lifters, self.table.position, without=without)
        if self._sorted_by not in self.columns:
            self._sorted_by, self._descending = None, False

    def _make_room(self, rows: Iterable[ClipRow]) -> None:
        """Without lifters the floor is what is measured: it gets the columns that a lifter would have."""
        if not self.table.lifters and any(row.floor is not None for row in rows):
            self.show_rows(self.table.clips, _FLOOR_ALONE)

    def _tell(self, first: int, last: int) -> None:
        """These rows have other contents."""
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def _change(self) -> None:
        """Arrange the rows anew; indexes that views keep go with their clips."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        places = [self.place(index.row()) for index in kept]
        self._arrange()
        moved = [self._moved(place, index.column()) for place, index in zip(places, kept, strict=True)]
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def _moved(self, place: int, column: int) -> QModelIndex:
        row = int(self._rows[place])
        return self.index(row, column) if row >= 0 else QModelIndex()

    def _arrange(self) -> None:
        self._order = self.table.order(self._sorted_by, descending=self._descending)
        self._shown = self._order[self._passing[self._order]]
        self._rows = np.full(len(self.table), -1)
        self._rows[self._shown] = np.arange(len(self._shown))
