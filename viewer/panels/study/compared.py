"""A button that says what is compared in the study, and changes it: position error, margin, lifters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from core.study.words import BY, POSITION
from viewer.view import StudyView

__all__ = ["Comparable", "Compared"]

_MARGINS_DEG = (1.0, 2.0, 3.0, 5.0, 10.0)
_LEAST_DEG, _MOST_DEG = 0.1, 90.0


@dataclass(frozen=True, slots=True)
class Comparable:
    """What there is to choose from. aligned : the position error of the alignment of the skeletons. lifters : all that
    are open. hidden : names of those that are not drawn in the other panels.
    """

    aligned: str
    lifters: Sequence[str]
    hidden: Collection[str]


class Compared(QToolButton):
    """Its text says what is chosen; Space opens the menu. Signal: ``changed(StudyView)``."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._of, self._short = StudyView(), Comparable("mpjpe_mm", (), ()), False
        self.setMenu(QMenu(self))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu().aboutToShow.connect(self.fill)
        self.show_choices(self._view, self._of)

    def show_choices(self, view: StudyView, of: Comparable) -> None:
        """What is chosen, of what."""
        self._view, self._of = view, of
        known = len(of.lifters)
        some = known - len(view.left_out & set(of.lifters))
        parts = [BY[view.by or of.aligned], "" if self._short else f"±{view.margin_deg:g}°",
                 f"{some} of {known}" if some < known else ""]  # fmt: skip
        self.setText(" · ".join(filter(None, parts)))
        how = "that of the alignment of the skeletons" if not view.by else "chosen here"
        tip = (f"Position error: {POSITION[view.by or of.aligned]} ({how}). Lifters are alike within "
               f"{view.margin_deg:g}°. {some} of {known} lifters compared.")  # fmt: skip
        self.setToolTip(tip)
        self.setAccessibleName("What is compared")
        self.setAccessibleDescription(tip)

    def show_short(self, short: bool) -> None:
        """Whether there is little room for its text."""
        if short is not self._short:
            self._short = short
            self.show_choices(self._view, self._of)

    def fill(self) -> None:
        """The menu anew."""
        menu = self.menu()
        menu.clear()
        self._positions(menu)
        self._margins(menu)
        self._lifters(menu)

    def _positions(self, menu: QMenu) -> None:
        menu.addSection("Position error")
        group = QActionGroup(menu)
        for by in ("", *BY):
            text = f"As skeletons are aligned ({BY[self._of.aligned]})" if not by else POSITION[by]
            group.addAction(self._add(menu, text, self._view.by == by, self._asking(by=by)))

    def _margins(self, menu: QMenu) -> None:
        menu.addSection("Alike within")
        group = QActionGroup(menu)
        for margin in sorted({*_MARGINS_DEG, self._view.margin_deg}):
            chosen = self._view.margin_deg == margin
            group.addAction(self._add(menu, f"{margin:g}°", chosen, self._asking(margin_deg=margin)))
        menu.addAction("Another margin…", self._ask_margin)

    def _lifters(self, menu: QMenu) -> None:
        """The last one that is compared cannot be left out."""
        menu.addSection("Lifters")
        left_out = self._view.left_out & set(self._of.lifters)
        for name in self._of.lifters:
            there = name not in left_out
            text = name.replace("&", "&&") + ("  (hidden in the other panels)" if name in self._of.hidden else "")
            action = self._add(menu, text, there, self._asking(left_out=left_out ^ {name}))
            action.setEnabled(not there or len(left_out) < len(self._of.lifters) - 1)
        shown = frozenset(self._of.lifters) - frozenset(self._of.hidden)
        only = menu.addAction("Only those that are shown", self._asking(left_out=frozenset(self._of.lifters) - shown))
        only.setEnabled(bool(shown) and left_out != frozenset(self._of.lifters) - shown)

    def _add(self, menu: QMenu, text: str, chosen: bool, then: Callable[[], None]) -> QAction:
        action = menu.addAction(text, then)
        action.setCheckable(True)
        action.setChecked(chosen)
        return action

    def _asking(self, **changes: object) -> Callable[[], None]:
        return lambda: self.changed.emit(replace(self._view, **changes))  # type: ignore[arg-type]

    def _ask_margin(self) -> None:
        margin, wanted = QInputDialog.getDouble(self, "Margin", "Errors of two lifters are alike within, °",
                                                self._view.margin_deg, _LEAST_DEG, _MOST_DEG, 1)  # fmt: skip
        if wanted:
            self._asking(margin_deg=margin)()
