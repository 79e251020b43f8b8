"""The controls that choose which clips are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QDoubleValidator, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from core.records import Float64
from viewer.panels.clips.columns import Column
from viewer.panels.clips.table import Filter, natural
from viewer.panels.clips.texts import MARK
from viewer.panels.rows import SPACE_PX, row_of

__all__ = ["Choice", "FilterBar", "Search"]

_LIMIT_WIDTH = 64
_LETTERS = 5
_MORE_TIP = "Also filter by athlete, activity and error"


class FilterBar(QWidget):
    """Text, athlete, activity, disagreement of ranks, and a range of one error. What has no choice is not shown. In a
    low panel ``more`` brings the lists; those that leave clips out are seen all the same.

    Signals: ``changed(Filter)``, and ``left()`` when the user goes on to the table by Enter, Down or Escape.
    """

    changed = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = Filter()
        self.text = Search()
        self.differing = QToolButton()
        self.clear_all = QToolButton()
        self.more = QToolButton()
        self._lists = QWidget()
        self.athlete, self.activity, self.error = Choice(), Choice(), Choice()
        self.low, self.high = QLineEdit(), QLineEdit()
        self.unit = QLabel()
        self._range = QWidget()
        self._arrange()
        self._connect()
        self.show_choices([], [], [])

    def show_choices(self, athletes: Iterable[str], activities: Iterable[str], errors: Sequence[Column]) -> None:
        """What can be chosen; what was chosen stays where it still can be."""
        _fill(self.athlete, "all athletes", {name: name for name in sorted(set(athletes) - {""}, key=natural)})
        _fill(self.activity, "all activities", {name: name for name in sorted(set(activities) - {""}, key=natural)})
        _fill(self.error, "any error", {f"{column.head} · {column.whose}": column for column in errors})
        self.differing.setVisible(len({column.lifter for column in errors if column.is_lifters}) > 1)
        if self.differing.isHidden():
            self.differing.setChecked(False)
        self._on_change()

    def show_extent(self, values: Float64) -> None:
        """Say where the chosen error lies; ``values`` of all clips, NaN where unknown."""
        known = values[np.isfinite(values)]
        self.low.setPlaceholderText(f"{known.min():.1f}" if known.size else "min")
        self.high.setPlaceholderText(f"{known.max():.1f}" if known.size else "max")

    def show_low(self, low: bool) -> None:
        """Whether the panel is low, so that rows of the table need the room of the lists."""
        if self.more.isHidden() is low:
            self.more.setVisible(low)
            self._show_lists()

    def focus_text(self) -> None:
        """Let the user type."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()

    def clear(self) -> None:
        """Show all clips."""
        self.text.clear()
        for combo in (self.athlete, self.activity, self.error):
            combo.setCurrentIndex(0)
        self.low.clear()
        self.high.clear()
        self.differing.setChecked(False)

    @property
    def chosen(self) -> Filter:
        """What is chosen now. A limit that is not a number limits nothing."""
        return Filter(
            self.text.text(), self.athlete.currentData() or "", self.activity.currentData() or "",
            self.error.currentData(), _limit(self.low, -np.inf), _limit(self.high, np.inf), self.differing.isChecked(),
        )  # fmt: skip

    def _on_change(self) -> None:
        chosen = self.chosen
        self._range.setVisible(chosen.column is not None)
        self._show_lists()
        self.error.setToolTip(self.error.currentText())
        self.unit.setText("" if chosen.column is None else chosen.column.unit)
        self.clear_all.setEnabled(chosen != Filter())
        if chosen != self._told:
            self._told = chosen
            self.changed.emit(chosen)

    def _show_lists(self) -> None:
        choosing = any(combo.currentIndex() > 0 for combo in (self.athlete, self.activity, self.error))
        self._lists.setVisible(self.more.isHidden() or self.more.isChecked() or choosing)

    def _connect(self) -> None:
        self.more.toggled.connect(self._show_lists)
        for edit in (self.text, self.low, self.high):
            edit.textChanged.connect(self._on_change)
        for combo in (self.athlete, self.activity, self.error):
            combo.currentIndexChanged.connect(self._on_change)
        self.differing.toggled.connect(self._on_change)
        self.clear_all.clicked.connect(self.clear)
        self.text.left.connect(self.left)

    def _arrange(self) -> None:
        self.text.setPlaceholderText("Filter by name, athlete or activity")
        self.text.setClearButtonEnabled(True)
        self.differing.setText(MARK)
        self.differing.setCheckable(True)
        self.differing.setToolTip("Only clips on which position errors and angles rank the lifters differently")
        self.clear_all.setText("Reset")
        self.clear_all.setToolTip("Show all clips")
        self.more.setText("More")
        self.more.setCheckable(True)
        self.more.setToolTip(_MORE_TIP)
        self.more.hide()
        self._arrange_range()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_PX)
        rows.addLayout(row_of(self.text, self.differing, self.more, self.clear_all))
        self._lists.setLayout(row_of(self.athlete, self.activity, self.error))
        rows.addWidget(self._lists)
        rows.addWidget(self._range)

    def _arrange_range(self) -> None:
        numbers = QDoubleValidator(0.0, 1e6, 3)
        numbers.setLocale(QLocale.c())
        numbers.setNotation(QDoubleValidator.Notation.StandardNotation)
        for edit, tip in ((self.low, "Smallest error that is shown"), (self.high, "Largest error that is shown")):
            edit.setValidator(numbers)
            edit.setFixedWidth(_LIMIT_WIDTH)
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.setToolTip(f"{tip}; empty for no limit")
        line = row_of(QLabel("from"), self.low, QLabel("to"), self.high, self.unit)
        line.addStretch(1)
        self._range.setLayout(line)
        for combo, stretch in ((self.athlete, 2), (self.activity, 2), (self.error, 3)):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(_LETTERS)
            policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            policy.setHorizontalStretch(stretch)
            combo.setSizePolicy(policy)


class Search(QLineEdit):
    """A field that lets go by Enter, Down and, when it is empty, Escape; before that, Escape empties it."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Those keys; the rest as usual."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Escape):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class Choice(QComboBox):
    """A list that shows what is chosen with dots where it is too long, instead of cutting a letter in half."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """The box with its words."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        box = QStyle.ComplexControl.CC_ComboBox
        painter.drawComplexControl(box, option)
        room = self.style().subControlRect(box, option, QStyle.SubControl.SC_ComboBoxEditField, self).width()
        words = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room - 2)
        option.currentText = words  # type: ignore[attr-defined]
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


def _fill(combo: QComboBox, everything: str, choices: dict[str, str] | dict[str, Column]) -> None:
    """Offer the choices, the first of them none; a single one is no choice, except of an error."""
    before = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    combo.addItem(everything, None)
    for text, data in choices.items():
        combo.addItem(text, data)
    kept = next((place for place in range(combo.count()) if combo.itemData(place) == before), 0)
    combo.setCurrentIndex(kept)
    combo.blockSignals(False)
    names_only = all(isinstance(data, str) for data in choices.values())
    combo.setVisible(len(choices) > (1 if names_only else 0))


def _limit(edit: QLineEdit, none: float) -> float:
    try:
        return float(edit.text())
    except ValueError:
        return none
