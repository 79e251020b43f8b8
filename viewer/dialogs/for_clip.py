"""Which clip a file is for whose name does not say so: stated by the user, never guessed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from core.dataset import Dataset
from viewer.dialogs.understood import Unplaced

__all__ = ["ForClip"]


class ForClip(QWidget):
    """A list of the dataset's clips, those as long as the file first; hidden until a file without a clip is shown.

    ``changed`` when the user chooses.
    """

    changed = Signal()

    def __init__(self, dataset: Dataset, parent: QWidget) -> None:
        super().__init__(parent)
        self._dataset = dataset
        self._of: Unplaced | None = None
        self._box, self._hint = QComboBox(self), QLabel(self)
        self._box.setAccessibleName("For the clip")
        self._box.setMaxVisibleItems(20)
        self._hint.setWordWrap(True)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        label = QLabel("For the clip", self)
        label.setMinimumWidth(110)
        label.setBuddy(self._box)
        form.addRow(label, self._box)
        form.addRow(self._hint)
        self._box.currentIndexChanged.connect(self.changed)
        self.hide()

    def show_unplaced(self, found: Unplaced | None) -> None:
        """Offer the clips for a file or record without one; None: there is none, or it has been given one."""
        if found is None:
            if not self.pairs():
                self.hide()
            return
        if found != self._of:
            self._of = found
            self._fill(found)
        self.show()

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The explicit pair of clip and file, or nothing."""
        clip = self._box.currentData()
        return () if self._of is None or clip is None else ((clip, self._of.target),)

    def _fill(self, found: Unplaced) -> None:
        """The clips with their frames, in order, but those of the file's length first."""
        self._box.blockSignals(True)
        self._box.clear()
        self._box.addItem("choose the clip …", None)
        clips = sorted(self._dataset.clips, key=lambda clip: clip.n_frames != found.n_frames)
        for clip in clips:
            self._box.addItem(f"{clip.name}   ({clip.n_frames} frames)", clip.name)
        same = sum(clip.n_frames == found.n_frames for clip in clips)
        if 0 < same < len(clips):
            self._box.insertSeparator(1 + same)
        self._box.blockSignals(False)
        long = f"{found.target} has {found.n_frames} frames. " if found.n_frames else ""
        names = " or ".join(f"{clip.name}{found.suffix}" for clip in self._dataset.clips[:2])
        self._hint.setText(f"{long}A file whose name holds that of its clip is matched by itself, such as {names}.")
