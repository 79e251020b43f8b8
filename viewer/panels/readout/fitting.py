"""The fullest table that fits a panel: which letters, and which columns."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics

from viewer.content.records import ClipContent
from viewer.panels.readout.backdrop import name_lines
from viewer.panels.readout.caveats import Caveats, caveats_of
from viewer.panels.readout.columns import (
    MEAN_LABEL,
    POSITION_LABELS,
    Group,
    Kind,
    Role,
    kinds_left_out,
    levels,
    stands_in,
)
from viewer.panels.readout.geometry import Geometry, Measures, arranged
from viewer.panels.readout.heads import Heads, heads_of
from viewer.panels.readout.letters import Letters, letters_of

__all__ = ["Fitted", "fitted"]

_SMALLEST_PX = 9
_SMALLER = (0, 1, 2)
"""By how many pixels letters may be smaller than the widget's."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A table for a size. left_out : kinds of columns that had no room. caveats : of each place of the geometry."""

    geometry: Geometry
    letters: Letters
    heads: Heads
    caveats: tuple[Caveats, ...]
    left_out: tuple[Kind, ...]

    def caveats_of(self, group: Group) -> Caveats:
        """What there is to know about one of the groups."""
        places = self.geometry.places
        return next(each for each, place in zip(self.caveats, places, strict=True) if place.group is group)


def fitted(content: ClipContent, groups: tuple[Group, ...], font: QFont, size: QSize, bar_px: int) -> Fitted:
    """The table for a panel of that size, whose scroll bars take ``bar_px`` where no table fits."""
    width, height = size.width(), size.height()
    table = _fullest(content, groups, font, width, height)
    if table.geometry.height > height:
        width -= bar_px
        table = _fullest(content, groups, font, width, height)
    if table.geometry.width > width:
        table = _fullest(content, groups, font, width, height - bar_px)
    return table


def _fullest(content: ClipContent, groups: tuple[Group, ...], font: QFont, width: int, height: int) -> Fitted:
    """Rather smaller letters than fewer columns; the fewest columns in the smallest letters where nothing fits."""
    pixels = QFontInfo(font).pixelSize()
    faces = [letters_of(font, max(pixels - less, _SMALLEST_PX)) for less in _SMALLER]
    for shown in levels(groups):
        tables = [_table(content, groups, shown, letters, width, height) for letters in faces]
        narrow = [table for table in tables if table.geometry.width <= width]
        if narrow:
            return next((table for table in narrow if table.geometry.height <= height), narrow[-1])
    return tables[-1]


def _table(content: ClipContent, groups: tuple[Group, ...], shown: tuple[Group, ...], letters: Letters, width: int,
           height: int) -> Fitted:  # fmt: skip
    """A table of these columns in these letters."""
    measures, summary = _measured(content, letters), content.reference is not None
    geometry = arranged(shown, measures, width, height, summary=summary)
    caveats = tuple(caveats_of(content, group) for group in shown)
    lifters = [track.name for track in content.tracks]
    notes = [_kind(group, content) for group in shown]
    marks = [each.mark for each in caveats]
    heads = heads_of(geometry, letters, lifters, notes, marks, content.edited)
    if heads.name_lines > 1:
        geometry = arranged(shown, measures, width, height, summary=summary, name_lines=heads.name_lines)
    return Fitted(geometry, letters, heads, caveats, kinds_left_out(groups, shown))


def _kind(group: Group, content: ClipContent) -> str:
    """What kind of reference it is."""
    if group.role is not Role.REFERENCE:
        return ""
    return "stand-in" if stands_in(content) else "ISB"


def _measured(content: ClipContent, letters: Letters) -> Measures:
    """Widths that the texts of a clip need in these letters."""
    metrics = QFontMetrics(letters.text)
    names = max(metrics.horizontalAdvance(line) for angle in content.angles for line in name_lines(angle))
    labels = max(metrics.horizontalAdvance(label) for label in (POSITION_LABELS[content.alignment], MEAN_LABEL))
    return Measures(letters.advance, letters.line, names, labels)
