"""The controls above the study: what is plotted, what stands beside it, and what can be taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QSizePolicy, QToolButton, QWidget

from viewer.panels.clips.filters import Choice
from viewer.panels.rows import row_of
from viewer.panels.study.compared import Comparable, Compared
from viewer.panels.study.titles import less
from viewer.theme import Theme
from viewer.view import StudyPlot, StudyView

__all__ = ["Choices"]

_LETTERS, _SPACE = 8, 4
_SHORT_PX = 300
_TEXTS = {StudyPlot.ALL: "All clips, all angles", StudyPlot.ATHLETES: "By athlete",
          StudyPlot.ACTIVITIES: "By activity"}  # fmt: skip
_ORDER = (StudyPlot.ALL, StudyPlot.ANGLE, StudyPlot.ATHLETES, StudyPlot.ACTIVITIES)


class Choices(QWidget):
    """plot : list; compared : position error, margin and lifters; published, copy, csv : buttons; pages : ``plot`` and
    ``rows``, which of them is seen in a small panel. Signals: ``changed(StudyView)``, ``page_wanted(name)``,
    ``copy_wanted()``, ``csv_wanted()``.
    """

    changed = Signal(object)
    page_wanted = Signal(str)
    copy_wanted = Signal()
    csv_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = StudyView()
        self.plot, self.compared = Choice(), Compared()
        self.published = _button("Published", "The published table beside it, as far as it can be compared")
        self.copy = _button("Copy", "The numbers for a spreadsheet (Ctrl+C)")
        self.csv = _button("CSV…", "The numbers in a file, with their provenance beside it")
        self.pages = {
            "plot": _button("Plot", "Millimetres against degrees"),
            "rows": _button("Numbers", "Pairs of lifters, correlations, and how they were found"),
        }
        self._others, self._grid = QWidget(), QGridLayout(self)
        self._arrange()
        self.plot.activated.connect(self._on_chosen)
        self.compared.changed.connect(self.changed)
        self.published.clicked.connect(lambda on: self.changed.emit(replace(self._view, published=on)))
        self.copy.clicked.connect(self.copy_wanted)
        self.csv.clicked.connect(self.csv_wanted)
        for name, button in self.pages.items():
            button.clicked.connect(self._asking(name))

    def show_choices(
        self, view: StudyView, of: Comparable, angle: str, pair: tuple[str, str] | None, *, some: bool, fits: bool
    ) -> None:
        """What is chosen, of what. angle : the selected one. pair : whose differences are plotted, the one with fewer
        millimetres first. some : whether there are numbers. fits : whether the published ones are of the same kind.
        """
        self._view = view
        self.compared.show_choices(view, of)
        texts = [f"Angle: {angle.lower()}" if plot is StudyPlot.ANGLE else _TEXTS[plot] for plot in _ORDER]
        if pair is not None:
            texts.append(f"Clips: {less(pair)}")
        with QSignalBlocker(self.plot):
            if [self.plot.itemText(i) for i in range(self.plot.count())] != texts:
                self.plot.clear()
                self.plot.addItems(texts)
            self.plot.setCurrentIndex(_ORDER.index(view.plot) if pair is None else len(_ORDER))
        self.published.setChecked(view.published)
        self.published.setEnabled(fits)
        for button in (self.copy, self.csv):
            button.setEnabled(some)

    def show_small(self, small: bool, page: str, wide_px: int) -> None:
        """Whether only one page has room, and which it is. wide_px : what there is for all controls; where they do not
        fit into a line, a small panel leaves the last three to the menu.
        """
        for name, button in self.pages.items():
            button.setVisible(small)
            button.setChecked(name == page)
        self.compared.show_short(wide_px < _SHORT_PX)
        own = (self.plot, self.compared, *(self.pages.values() if small else ()))
        line = wide_px >= sum(part.minimumSizeHint().width() + _SPACE for part in (*own, self._others))
        place = (0, 4, 1, 1) if line else (1, 0, 1, 4)
        if self._grid.getItemPosition(self._grid.indexOf(self._others)) != place:
            self._grid.addWidget(self._others, *place, Qt.AlignmentFlag.AlignLeft)
            self.updateGeometry()
        self._others.setVisible(line or not small)

    def show_theme(self, theme: Theme) -> None:
        """Other colours; what is pressed is seen to be so in both."""
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid {theme.grid}; padding: 3px 6px; color: {theme.text};"
            f" background: {theme.window}; }}"
            f"QToolButton:checked {{ background: {theme.raised}; border-color: {theme.accent}; }}"
            f"QToolButton:hover {{ border-color: {theme.dim}; }}"
            f"QToolButton:focus {{ border-color: {theme.accent}; }}"
            f"QToolButton:disabled {{ color: {theme.dim}; border-color: {theme.raised}; }}"
        )

    def _on_chosen(self) -> None:
        place = self.plot.currentIndex()
        if place < len(_ORDER):
            self.changed.emit(replace(self._view, plot=_ORDER[place], pair=None))

    def _asking(self, page: str) -> Callable[[], None]:
        return lambda: self.page_wanted.emit(page)

    def _arrange(self) -> None:
        self.plot.setToolTip("Which degrees are held against millimetres")
        self.plot.setAccessibleName("Which degrees are held against millimetres")
        self.plot.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.plot.setMinimumContentsLength(_LETTERS)
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        group = QButtonGroup(self)
        for button in self.pages.values():
            button.setCheckable(True)
            group.addButton(button)
        self.published.setCheckable(True)
        self._others.setLayout(row_of(self.published, self.copy, self.csv, space_px=_SPACE))
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACE)
        self._grid.setColumnStretch(0, 1)
        for column, widget in enumerate((self.plot, self.compared, *self.pages.values())):
            self._grid.addWidget(widget, 0, column)
        self._grid.addWidget(self._others, 1, 0, 1, 4, Qt.AlignmentFlag.AlignLeft)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAccessibleDescription(tip)
    return button
