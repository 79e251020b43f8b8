"""One filter for the table of clips and the dataset heatmap: what is typed or reset in one holds in both."""

from __future__ import annotations

from viewer.panels.clips import ClipsPanel
from viewer.panels.dataset import DatasetPanel

__all__ = ["share_filter"]


def share_filter(clips: ClipsPanel, dataset: DatasetPanel) -> None:
    """The table filters; the heatmap shows what passes there, and its field is the same text."""
    theirs, own = clips.filters.text, dataset.choices.search
    own.textChanged.connect(theirs.setText)
    theirs.textChanged.connect(own.setText)
    dataset.choices.reset_wanted.connect(clips.filters.clear)
    for change in (clips.model.layoutChanged, clips.model.modelReset):
        change.connect(lambda *_: dataset.show_passing(clips.model.passing))
