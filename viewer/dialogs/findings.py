"""A tree of everything that pairing found: problems first, then what does not match, then what does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QBrush, QPalette
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from viewer.dialogs.understood import Understood

__all__ = ["FindingsTree"]

_MOST = 500
"""Lines of one kind that are listed; a dataset may have thousands of clips."""


class FindingsTree(QTreeWidget):
    """Lines in groups, each with its number; groups that call for attention are open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAccessibleName("What was found")

    def show_found(self, found: Understood | None) -> None:
        """List what was found; nothing for None."""
        self.clear()
        if found is None:
            return
        pairing = found.pairing
        problems = [problem.message for problem in pairing.problems]
        matched = [f"{clip}   ←   {ref.path.name}{'#' + ref.key if ref.key else ''}"
                   for clip, ref in pairing.sources.items()]  # fmt: skip
        self._group("Problems", problems, calls=True)
        self._group("Cannot be used as it is", found.misfits, calls=True)
        if matched:  # else cautions and notes tell again what the groups below do
            self._group("Cautions", pairing.cautions, calls=True)
        self._group("Another length than the clip", pairing.other_length)
        self._group("Clips without a prediction", pairing.missing)
        self._group("Files without a clip", [name.removesuffix("#") for name in pairing.extra], is_open=not matched)
        self._group("Matched", matched)
        if matched:
            self._group("Notes", dict.fromkeys((*pairing.notes, *found.notes)), is_open=True)

    def _group(self, title: str, lines: Sequence[str] | dict[str, None], *, calls: bool = False, is_open: bool = False,
               ) -> None:  # fmt: skip
        """One group where it has lines; ``calls`` : for attention."""
        if not lines:
            return
        group = QTreeWidgetItem(self, [f"{title} ({len(lines)})"])
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        if calls:
            group.setForeground(0, QBrush(self.palette().color(QPalette.ColorRole.BrightText)))
        for line in list(lines)[:_MOST]:
            QTreeWidgetItem(group, [line]).setToolTip(0, line)
        if len(lines) > _MOST:
            QTreeWidgetItem(group, [f"… and {len(lines) - _MOST} more"])
        group.setExpanded(calls or is_open)
