"""Adding a lifter: what was understood of its files is shown, can be corrected, and is confirmed."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from core.dataset import Dataset
from core.pairing import LifterOptions, Pairing
from viewer.dialogs.findings import FindingsTree
from viewer.dialogs.for_clip import ForClip
from viewer.dialogs.latest import Latest
from viewer.dialogs.statements import Statements
from viewer.dialogs.understood import FACTS, Understood, name_fault, suggested_name, understand

__all__ = ["AddLifterDialog"]

_PAUSE_MS = 250
"""For how long nothing must change before the files are looked at again."""

_BOX_STYLE = (
    "QCheckBox::indicator { width: 12px; height: 12px; border: 1px solid palette(placeholder-text); "
    "border-radius: 2px; background: palette(base); }"
    "QCheckBox::indicator:checked { background: palette(highlight); border: 1px solid palette(highlight); }"
    "QCheckBox::indicator:focus { border: 1px solid palette(highlight); }"
)
"""An empty box of the style is hardly seen on a dark ground."""


class AddLifterDialog(QDialog):
    """Pairs the predictions at ``path`` with the clips of a dataset, and again after every correction.

    taken : names of the lifters that are there. Files are read on a worker. Accepting is possible where at least one
    clip has a prediction; :meth:`pairing` then is what was shown.
    """

    def __init__(
        self, dataset: Dataset, path: Path, taken: Collection[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._dataset, self._path, self._taken = dataset, path, frozenset(taken)
        self._found: Understood | None = None
        self._name = QLineEdit(suggested_name(path, taken), self)
        self._statements, self._for_clip = Statements(self), ForClip(dataset, self)
        self._verdict, self._detail = QLabel(self), QLabel(self)
        self._facts: dict[str, QElidingLabel] = {}
        self._tree = FindingsTree(self)
        self._buttons = QDialogButtonBox(self)
        self._add = QPushButton("Add lifter", self)
        self._latest = Latest(self)
        self._pause = QTimer(self)
        self._arrange()
        self._connect()
        self._look()

    def pairing(self) -> Pairing:
        """The pairing that is shown. Raises :class:`LookupError` while there is none."""
        if self._found is None:
            raise LookupError("nothing is paired yet")
        return self._found.pairing

    def options(self) -> LifterOptions:
        """What the user states about the files."""
        return self._statements.options(self._for_clip.pairs())

    def done(self, result: int) -> None:
        """Close; a worker that still reads is not waited for."""
        self._pause.stop()
        self._latest.drop()
        super().done(result)

    # -- building ------------------------------------------------------------------------------------------------
    def _arrange(self) -> None:
        self.setWindowTitle("Add a lifter")
        self.setStyleSheet(_BOX_STYLE)
        self.resize(840, 760)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(self._head())
        column.addLayout(self._verdicts())
        column.addWidget(self._for_clip)
        column.addLayout(self._form())
        column.addWidget(self._tree, 1)
        self._buttons.addButton(self._add, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self._add.setDefault(True)
        column.addWidget(self._buttons)

    def _head(self) -> QGridLayout:
        """Where the files are, and how the lifter is called."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        place = _cut(str(self._path), Qt.TextElideMode.ElideMiddle)
        self._name.setAccessibleName("Name of the lifter")
        for row, (name, widget) in enumerate((("Predictions", place), ("Name", self._name))):
            grid.addWidget(_dim(name), row, 0)
            grid.addWidget(widget, row, 1)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        return grid

    def _verdicts(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        font = self._verdict.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._verdict.setFont(font)
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setWordWrap(True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addWidget(self._verdict)
        column.addWidget(self._detail)
        return column

    def _form(self) -> QGridLayout:
        """Each fact beside the field that states it otherwise."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        for place, head in enumerate(("", "as it is understood", "or as you state")):
            grid.addWidget(_dim(head), 0, place)
        for row, (key, name) in enumerate(FACTS.items(), 1):
            self._facts[key] = _cut("", Qt.TextElideMode.ElideRight)
            self._facts[key].setAccessibleName(f"{name}, as it is understood")
            grid.addWidget(_dim(name), row, 0)
            grid.addWidget(self._facts[key], row, 1)
            grid.addWidget(self._statements.fields[key], row, 2)
        grid.setColumnMinimumWidth(0, 110)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return grid

    def _connect(self) -> None:
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self._name.textChanged.connect(self._on_change)
        self._statements.changed.connect(self._on_change)
        self._for_clip.changed.connect(self._on_change)
        self._latest.ended.connect(self._on_end)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    # -- looking -------------------------------------------------------------------------------------------------
    def _on_change(self) -> None:
        """What is shown is no longer what is stated."""
        self._latest.drop()
        self._add.setEnabled(False)
        self._pause.start()

    def _look(self) -> None:
        """Pair with what is stated now, on a worker."""
        self._add.setEnabled(False)
        fault = name_fault(self._name.text(), self._taken)
        if fault:
            self._say("Choose another name", fault, warns=True)
            return
        self._say("Looking at the files …", "")
        self._latest.run(partial(understand, self._dataset, self._name.text(), self._path, self.options()))

    def _on_end(self, found: Understood | None, error: str) -> None:
        """Show what was understood, or the one line why nothing was."""
        self._found = found
        self._tree.show_found(found)
        if found is not None:
            self._for_clip.show_unplaced(found.unplaced)
        for key, label in self._facts.items():
            text = found.facts.get(key, "") if found is not None else ""
            label.setText(text or "–")
            label.setToolTip(text)
        if found is None:
            self._say("These files cannot be used as they are", error, warns=True)
            return
        matched, clips = len(found.pairing.sources), len(self._dataset)
        self._add.setEnabled(matched > 0)
        self._say(f"{matched} of {clips} clip{'' if clips == 1 else 's'} matched", self._details(found),
                  warns=matched == 0 or bool(found.pairing.problems or found.misfits))  # fmt: skip

    def _details(self, found: Understood) -> str:
        """Who the lifter says it is, and how much there is to read below."""
        pairing = found.pairing
        parts = [pairing.title] if pairing.title != pairing.lifter else []
        if pairing.simulated:
            parts.append("marked as a simulation")
        if found.unplaced is not None:
            return "; ".join([*parts, "its name holds that of no clip: choose below which clip it is for"])
        if not pairing.sources:
            names = " or ".join(clip.name for clip in self._dataset.clips[:2])
            return "; ".join([*parts, f"a file must hold the name of its clip in its own, such as {names}"])
        problems, cautions = len(pairing.problems) + len(found.misfits), len(pairing.cautions)
        parts += [f"{number} {noun}{'' if number == 1 else 's'} below"
                  for number, noun in ((problems, "problem"), (cautions, "caution")) if number]  # fmt: skip
        if found.sample and not problems:
            parts.append(f"facts as read for {found.sample}")
        return "; ".join(parts)

    def _say(self, verdict: str, detail: str, *, warns: bool = False) -> None:
        self._verdict.setText(verdict)
        role = QPalette.ColorRole.BrightText if warns else QPalette.ColorRole.WindowText
        self._verdict.setForegroundRole(role)
        self._detail.setText(detail)


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def _cut(text: str, where: Qt.TextElideMode) -> QElidingLabel:
    """Text that may be cut, and is whole in its tool tip."""
    label = QElidingLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setElideMode(where)
    label.setToolTip(text)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
