"""Heads of the columns: names of the sources, shortened where there is no room for them, and their marks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics

from viewer.panels.readout.columns import Role
from viewer.panels.readout.geometry import Geometry, Place
from viewer.panels.readout.letters import Letters
from viewer.panels.severities import Severity
from viewer.wording import short_names

__all__ = ["BAR_PX", "EDITED", "MARK_PX", "Head", "Heads", "broken", "heads_of"]

BAR_PX = 3
"""Height of the bar in a lifter's colour above its name."""
MARK_PX = 10
"""Width and height of the mark of a source with caveats."""

EDITED = "(edited)"
"""Below the name of a lifter whose poses were changed by hand."""

_BREAK = re.compile(r"(?<=[\s_.\-])(?=[^\s_.\-])")


@dataclass(frozen=True, slots=True)
class Head:
    """One source. lines : its name. note : what kind of reference it is. mark : for caveats, drawn in ``spot``."""

    lines: tuple[str, ...]
    note: str
    mark: Severity | None
    spot: QRect


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads, in the order of the places. font : of the lifters' names. name_lines : the most of any."""

    every: tuple[Head, ...]
    font: QFont
    name_lines: int

    def marked_at(self, x: int, y: int) -> int | None:
        """Which of the sources has its mark there, in coordinates of the table."""
        near = (index for index, head in enumerate(self.every)
                if head.mark is not None and head.spot.adjusted(-2, -2, 2, 2).contains(x, y))  # fmt: skip
        return next(near, None)


def heads_of(geometry: Geometry, letters: Letters, lifters: Collection[str], notes: Sequence[str],
             marks: Sequence[Severity | None], edited: Collection[str] = ()) -> Heads:  # fmt: skip
    """Heads of the places. lifters : names of all lifters of the clip; edited : those that were changed by hand.
    notes, marks : one for each place.
    """
    named = [(place.group.name, place.right - place.left - 5, 0 if mark is None else MARK_PX + 3)
             for place, mark in zip(geometry.places, marks, strict=True)
             if place.group.role is Role.LIFTER]  # fmt: skip
    font, lines, beside = _lines(named, short_names(lifters), letters)
    lines |= {name: (*said, EDITED) for name, said in lines.items() if name in edited}
    most = max((len(each) for each in lines.values()), default=1)
    heads = []
    for place, note, mark in zip(geometry.places, notes, marks, strict=True):
        mine = lines.get(place.group.name, (place.group.name,)) if place.group.role is Role.LIFTER else (
            place.group.name,)  # fmt: skip
        spot = _spot(place, mine, most, geometry, letters, font, beside=beside) if mark is not None else QRect()
        heads.append(Head(mine, note, mark, spot))
    return Heads(tuple(heads), font, most)


def _lines(named: Sequence[tuple[str, int, int]], short: Mapping[str, str], letters: Letters,
           ) -> tuple[QFont, dict[str, tuple[str, ...]], bool]:  # fmt: skip
    """The names as they fit: whole; without what all have in common; in two lines, cut in the middle if need be. And
    whether marks have room beside them.

    named : name, pixels for it, and how many of these a mark beside it takes.
    """
    for said in ({name: name for name, _, _ in named}, {name: short.get(name, name) for name, _, _ in named}):
        for font in (letters.strong, letters.small):
            metrics = QFontMetrics(font)
            if all(metrics.horizontalAdvance(said[name]) <= room - mark for name, room, mark in named):
                return font, {name: (text,) for name, text in said.items()}, True
    metrics = QFontMetrics(letters.small)
    parts = {name: broken(short.get(name, name), metrics) for name, _, _ in named}
    lines = {name: tuple(metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, room) for line in parts[name])
             for name, room, _ in named}  # fmt: skip
    return letters.small, lines, False


def broken(name: str, metrics: QFontMetrics) -> tuple[str, ...]:
    """A name in two lines of about the same width, broken between words; in one where it is one word."""
    places = [found.start() for found in _BREAK.finditer(name)]
    if not places:
        return (name,)
    at = min(places, key=lambda i: max(metrics.horizontalAdvance(name[:i]), metrics.horizontalAdvance(name[i:])))
    return name[:at], name[at:]


def _spot(place: Place, lines: tuple[str, ...], most: int, geometry: Geometry, letters: Letters, font: QFont, *,
          beside: bool) -> QRect:  # fmt: skip
    """Where the mark goes: after the name; where there is no room beside names, before the heads of the columns."""
    top = geometry.top + BAR_PX + (letters.line - MARK_PX) // 2 + 1
    if place.group.role is Role.REFERENCE:
        width = QFontMetrics(letters.strong).horizontalAdvance(lines[0])
        return QRect(place.ends[-1] - width - MARK_PX - 5, top + (most - 1) * letters.line, MARK_PX, MARK_PX)
    if most > 1 or not beside:
        return QRect(place.left + 2, top + most * letters.line, MARK_PX, MARK_PX)
    return QRect(place.left + 8 + QFontMetrics(font).horizontalAdvance(lines[0]), top, MARK_PX, MARK_PX)
