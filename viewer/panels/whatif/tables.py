"""The two tables of the panel: both errors as read and now, and what a millimetre of each joint costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from core.skeleton import N_JOINTS, joint_name
from viewer.whatif.costs import Costs
from viewer.whatif.numbers import FrameNumbers

__all__ = ["CostsTable", "NumbersTable"]

_NONE = "–"
_NUMBERS = ("position_mm", "joint_mm", "angle_deg", "error_deg", "mae_deg")


class _Table(QTableWidget):
    def __init__(self, heads: Sequence[str], tips: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, len(heads), parent)
        self.setHorizontalHeaderLabels(list(heads))
        for column, tip in enumerate(tips):
            head = self.horizontalHeaderItem(column)
            if head is not None:
                head.setToolTip(tip)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 3)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(40)
        self.horizontalHeader().setHighlightSections(False)

    def _cell(self, row: int, column: int, text: str) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft if column == 0 else right)
            self.setItem(row, column, item)
        item.setText(text)
        return item


class NumbersTable(_Table):
    """Position and angle errors at the frame: as read, now, and the change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(("at this frame", "as read", "now", "change"), (), "Both errors, as read and now", parent)
        self.setRowCount(len(_NUMBERS))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def show_numbers(self, names: Sequence[str], read: FrameNumbers | None, now: FrameNumbers | None) -> None:
        """Names : of the five rows, with units. read : None where nothing was edited, which is then as now."""
        before = now if read is None else read
        for row, (name, field) in enumerate(zip(names, _NUMBERS, strict=True)):
            self._cell(row, 0, name).setToolTip(name)
            values = [np.nan if numbers is None else getattr(numbers, field) for numbers in (before, now)]
            texts = [_number(value, "+" if field == "error_deg" else "") for value in values]
            change = values[1] - values[0]
            for column, text in enumerate((*texts, _number(change, "+") if read is not None else ""), start=1):
                self._cell(row, column, text)
        self._fit()

    def _fit(self) -> None:
        rows = self.rowCount() * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(rows + self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth())


class CostsTable(_Table):
    """Joints, the dearest first: degrees per millimetre, its part along the bone, and what the present error costs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            ("joint", "°/mm", "along bone", "1st order, °"),
            ("", "Degrees of the selected angle per millimetre, in the direction in which it grows most",
             "Degrees per millimetre along the bone that ends in the joint: near 0 where only its direction counts",
             "What the joint's present error changes the angle by, to first order: slope times displacement from the "
             "reference, degrees"),
            "What a millimetre of each joint costs", parent,
        )  # fmt: skip
        self._joints: tuple[int, ...] = ()
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    @property
    def joints(self) -> tuple[int, ...]:
        """Joint of each row."""
        return self._joints

    def show_costs(self, costs: Costs | None, joint: int) -> None:
        """Other numbers; the row of the selected joint is selected."""
        self._joints = () if costs is None else costs.order
        self.setRowCount(len(self._joints))
        if costs is None:
            return
        for row, which in enumerate(self._joints):
            self._cell(row, 0, joint_name(which))
            self._cell(row, 1, _number(float(costs.per_mm[which]), "", 3))
            self._cell(row, 2, _number(float(costs.along[which]), "+", 3))
            self._cell(row, 3, _number(float(costs.explained_deg[which]), "+"))
        self.select(joint)

    def select(self, joint: int) -> None:
        """Select the row of a joint, or none."""
        self.blockSignals(True)
        if joint in self._joints and 0 <= joint < N_JOINTS:
            self.selectRow(self._joints.index(joint))
        else:
            self.clearSelection()
        self.blockSignals(False)


def _number(value: float, sign: str, digits: int = 1) -> str:
    return f"{value:{sign}.{digits}f}".replace("-", "\N{MINUS SIGN}") if np.isfinite(value) else _NONE
