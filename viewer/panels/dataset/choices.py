"""The controls above the dataset heatmap: whose numbers, which, and in what order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.conventions import AngleDef
from core.results.dataset_grid import MEAN, POSITION
from viewer.panels.clips.filters import Choice, Search
from viewer.panels.dataset.board import source_title
from viewer.panels.dataset.texts import MEASURES, ORDERS
from viewer.panels.rows import SPACE_PX, row_of
from viewer.view import ClipOrder, DatasetView

__all__ = ["Choices"]

_LETTERS = 5
_GROUPS = {ClipOrder.DATASET: "no groups", ClipOrder.ATHLETE: "by athlete", ClipOrder.ACTIVITY: "by activity"}


class Choices(QWidget):
    """source, against, measure, groups, order : lists; overview : a switch; search : the text of the filter, which is
    that of the table of clips; reset : takes that filter away. In a low panel ``more`` brings measure and order.

    Signals: ``changed(view)`` with a :class:`viewer.view.DatasetView`; ``reset_wanted()``.
    """

    changed = Signal(object)
    reset_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = DatasetView()
        self.source, self.against, self.measure, self.groups, self.order = (_Keyed() for _ in range(5))
        self.overview, self.reset, self.more = QToolButton(), QToolButton(), QToolButton()
        self._others = QWidget()
        self.search = Search()
        self._minus = QLabel("−")
        self._arrange()
        for combo in (self.source, self.against, self.measure, self.groups, self.order):
            combo.activated.connect(self._on_chosen)
        self.overview.clicked.connect(self._on_chosen)
        self.reset.clicked.connect(self.reset_wanted)
        self.more.toggled.connect(self._others.setVisible)

    def show_choices(
        self,
        view: DatasetView,
        sources: Sequence[str],
        angles: Sequence[AngleDef],
        position: str,
        shown: tuple[str, str],
    ) -> None:
        """What there is to choose, and what is chosen. shown : names of the source and of what is taken from it."""
        self._view = view
        source, against = shown
        self.source.show_choices({name: source_title(name) for name in sources}, source)
        others = {name: source_title(name) for name in sources if name != source}
        self.against.show_choices({"": "nothing", **others}, against)
        self.measure.show_choices(MEASURES, view.measure)
        self.groups.show_choices(_GROUPS, view.groups)
        columns = {(ClipOrder.COLUMN, MEAN): "by mean", (ClipOrder.COLUMN, POSITION): f"by {position}"}
        columns |= {(ClipOrder.COLUMN, column): f"by {angle.title.lower()}" for column, angle in enumerate(angles)}
        column = view.column if view.order is ClipOrder.COLUMN else -1
        self.order.show_choices({(order, -1): text for order, text in ORDERS.items()} | columns, (view.order, column))
        self.overview.setChecked(view.overview)
        self.against.setEnabled(len(sources) > 1)

    def show_low(self, low: bool) -> None:
        """Whether the panel is low, so that the heatmap needs the room of the lists."""
        if self.more.isHidden() is low:
            self.more.setVisible(low)
            self._others.setVisible(not low or self.more.isChecked())

    def show_filtered(self, shown: int, total: int) -> None:
        """Whether the filter leaves anything out."""
        self.reset.setVisible(shown < total)

    def _on_chosen(self) -> None:
        order, column = self.order.key
        new = replace(
            self._view, source=self.source.key, against=self.against.key,
            measure=self.measure.key, groups=self.groups.key, order=order,
            column=column if order is ClipOrder.COLUMN else self._view.column, overview=self.overview.isChecked(),
        )  # fmt: skip
        if (new.order, new.column) != (self._view.order, self._view.column):
            new = replace(new, descending=order is ClipOrder.COLUMN)  # the worst first, words from A on
        self.changed.emit(new)

    def _arrange(self) -> None:
        tips = {
            self.source: "Whose errors are shown", self.against: "Whose errors are taken from them",
            self.measure: "What is told of the errors of an angle on a clip",
            self.groups: "Clips of an athlete or activity together, with the numbers of all of them",
            self.order: "Order of the clips; a click on a head sorts, too",
        }  # fmt: skip
        for combo, tip in tips.items():
            combo.setToolTip(tip)
            combo.setAccessibleName(tip)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(_LETTERS)
            combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.overview.setText("Overview")
        self.overview.setCheckable(True)
        self.overview.setToolTip("All clips at once, neighbours together where there are many (Ctrl+wheel)")
        self.more.setText("More")
        self.more.setCheckable(True)
        self.more.setToolTip("Also choose the measure, groups and order")
        self.more.hide()
        self.reset.setText("Reset")
        self.reset.setToolTip("Show all clips, here and in the table")
        self.search.setPlaceholderText("Filter by name, athlete or activity")
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip("The filter of the table of clips: all that is set there holds here")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_PX)
        rows.addLayout(row_of(self.source, self._minus, self.against))
        self._others.setLayout(row_of(self.measure, self.groups, self.order))
        rows.addWidget(self._others)
        rows.addLayout(row_of(self.search, self.reset, self.overview, self.more))


class _Keyed(Choice):
    """A list of choices, each for a key. Qt's own data would turn an enumeration into its text."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Any, ...] = ()

    @property
    def key(self) -> Any:
        """Of what is chosen."""
        return self._keys[self.currentIndex()]

    def show_choices(self, choices: Mapping[Any, str], chosen: object) -> None:
        """Offer these without telling."""
        self._keys = tuple(choices)
        with QSignalBlocker(self):
            if [self.itemText(i) for i in range(self.count())] != list(choices.values()):
                self.clear()
                self.addItems(list(choices.values()))
            self.setCurrentIndex(self._keys.index(chosen))
