"""One filter for the table of clips and the dataset heatmap: what is typed or reset in one holds in both, and in the
plot of the study clips that do not pass are pale.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLineEdit

from viewer.panels.clips import ClipsPanel
from viewer.panels.dataset import DatasetPanel
from viewer.panels.study import StudyPanel

__all__ = ["share_filter"]


def share_filter(clips: ClipsPanel, dataset: DatasetPanel, study: StudyPanel) -> None:
    """The table filters; the heatmap shows what passes there, and its field is the same text."""
    theirs, own = clips.filters.text, dataset.choices.search
    for one, other in ((own, theirs), (theirs, own)):
        one.textChanged.connect(partial(_take_over, other))
    dataset.choices.reset_wanted.connect(clips.filters.clear)
    for change in (clips.model.layoutChanged, clips.model.modelReset):
        change.connect(lambda *_: dataset.show_passing(clips.model.passing))
        change.connect(lambda *_: study.show_passing(clips.model.passing))


def _take_over(box: QLineEdit, text: str) -> None:
    """Show a text; the same one again would forget what can be undone, and move the cursor."""
    if box.text() != text:
        box.setText(text)
