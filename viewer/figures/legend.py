"""Legends in print: samples that look like what they name, with words, in rows as wide as there is room."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from viewer.figures.inks import FLOOR, SHADE_EDGE, SHADE_HATCH, Ink, ink_of, marker_of
from viewer.figures.records import Subject
from viewer.figures.sheet import Box, Sheet
from viewer.wording import FLOOR_BAND

__all__ = ["Entry", "Sample", "draw_legend", "entries_of", "legend_height", "legend_width"]

_SAMPLE = {"line": 2.4, "short": 1.3}
"""Length of a sample over the size of letters: of a line, and of a mark alone."""
_AFTER, _BETWEEN = 0.5, 1.2
_MARK = 0.72
_ARC = np.radians(np.linspace(200.0, 340.0, 15))


class Sample(Enum):
    """What stands before the words: a line, with a mark where there is one; a see-through band; a hatched shade; a mark
    alone, filled or open; an arc with an arrow at its end; a straight arrow.
    """

    LINE = auto()
    BAND = auto()
    SHADE = auto()
    MARK = auto()
    OPEN = auto()
    ARC = auto()
    ARROW = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a legend. marker : of matplotlib's, empty for none."""

    text: str
    ink: Ink
    sample: Sample = Sample.LINE
    marker: str = ""

    def length(self, size: float) -> float:
        """Points that its sample takes."""
        return size * _SAMPLE["short" if self.sample in (Sample.MARK, Sample.OPEN) else "line"]

    def room(self, sheet: Sheet, size: float) -> float:
        """Points that it takes with its words."""
        return self.length(size) + _AFTER * size + sheet.width_of(self.text, size)


def entries_of(
    subject: Subject, sheet: Sheet, *, reference: bool = True, floor: bool = True, markers: bool = False
) -> tuple[Entry, ...]:
    """Legend of lines. reference : named too. floor : as a band where it is shown and there is a reference. markers :
    with the marks of the joints of lifters.
    """
    shown = [track for track in subject.shown if reference or track.colour >= 0]
    found = [Entry(track.label, ink_of(track, sheet), marker=marker_of(track) if markers else "") for track in shown]
    if floor and FLOOR not in subject.view.hidden and subject.content.reference is not None:
        band = np.isfinite(subject.content.floor_sigma_deg).any()
        after = 1 if found and shown[0].colour == -1 else 0
        found.insert(after, Entry(FLOOR_BAND if band else FLOOR, Ink(sheet.theme.floor, "solid", 0.9), Sample.BAND))
    return tuple(found)


_Row = list[tuple[float, Entry]]
"""Entries with their places from the left."""


def _rows(entries: tuple[Entry, ...], sheet: Sheet, width: float, size: float) -> list[_Row]:
    """One after the other, wrapped."""
    rows: list[_Row] = [[]]
    x = 0.0
    for entry in entries:
        room = entry.room(sheet, size)
        if rows[-1] and x + room > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, entry))
        x += room + _BETWEEN * size
    return rows if entries else []


def _grid(entries: tuple[Entry, ...], sheet: Sheet, width: float, size: float) -> list[_Row]:
    """In columns, as many as there is room for and rows of one length, in the middle of the width."""
    if not entries:
        return []
    room, gap = legend_width(entries, sheet, size), _BETWEEN * size
    n_rows = -(-len(entries) // max(1, int((width + gap) / (room + gap))))
    n_columns = -(-len(entries) // n_rows)
    left = max(0.0, (width - n_columns * (room + gap) + gap) / 2)
    placed = [(left + i % n_columns * (room + gap), entry) for i, entry in enumerate(entries)]
    return [placed[i : i + n_columns] for i in range(0, len(placed), n_columns)]


def legend_width(entries: tuple[Entry, ...], sheet: Sheet, size: float) -> float:
    """Points below which an entry would not fit into a row."""
    return max((entry.room(sheet, size) for entry in entries), default=0.0)


def legend_height(
    entries: tuple[Entry, ...], sheet: Sheet, width: float, size: float = 0.0, *, columns: bool = False
) -> float:
    """Points that the legend takes at a width. size : of its letters, else those of the sheet."""
    size = size or sheet.font
    return sheet.line * size / sheet.font * len((_grid if columns else _rows)(entries, sheet, width, size))


def draw_legend(
    entries: tuple[Entry, ...], sheet: Sheet, box: Box, size: float = 0.0, *, columns: bool = False
) -> None:
    """The entries from the top of a box on, in rows from its left, or in columns in its middle."""
    size = size or sheet.font
    pitch = sheet.line * size / sheet.font
    for number, row in enumerate((_grid if columns else _rows)(entries, sheet, box.width, size)):
        middle = box.top + (number + 0.5) * pitch
        for x, entry in row:
            left, right = box.left + x, box.left + x + entry.length(size)
            _draw_sample(sheet, entry, left, right, middle, size)
            sheet.text(right + _AFTER * size, middle, entry.text, size=size, upright="center_baseline")


def _draw_sample(sheet: Sheet, entry: Entry, left: float, right: float, middle: float, size: float) -> None:
    ink, centre = entry.ink, (left + right) / 2
    if entry.sample is Sample.BAND:
        sheet.fill(Box(left, middle - 0.28 * size, right - left, 0.56 * size), ink.colour, alpha=0.35)
    elif entry.sample is Sample.SHADE:
        sheet.fill(Box(left, middle - 0.36 * size, right - left, 0.72 * size), ink.colour, edge=SHADE_EDGE,
                   hatch=SHADE_HATCH, outlined=False)  # fmt: skip
    elif entry.sample is Sample.ARC:
        radius = 0.42 * (right - left)
        xs, ys = centre + radius * np.cos(_ARC), middle + 0.9 * radius + radius * np.sin(_ARC)
        sheet.stroke(xs.tolist(), ys.tolist(), ink.colour, ink.width)
        _draw_head(sheet, (float(xs[-1]), float(ys[-1])), (0.5, 0.87), size, ink)
    elif entry.sample is Sample.ARROW:
        sheet.stroke((left, right), (middle, middle), ink.colour, ink.width)
        _draw_head(sheet, (right, middle), (1.0, 0.0), size, ink)
    elif entry.sample is Sample.LINE:
        sheet.stroke((left, right), (middle, middle), ink.colour, ink.width, ink.dash)
    if entry.marker:
        sheet.mark(centre, middle, entry.marker, _MARK * size, ink.colour, filled=entry.sample is not Sample.OPEN)


def _draw_head(sheet: Sheet, tip: tuple[float, float], way: tuple[float, float], size: float, ink: Ink) -> None:
    """The two strokes of an arrow. way : its direction, of length 1."""
    back, aside = 0.45 * size, 0.26 * size
    for sign in (1.0, -1.0):
        end = (tip[0] - back * way[0] - sign * aside * way[1], tip[1] - back * way[1] + sign * aside * way[0])
        sheet.stroke((tip[0], end[0]), (tip[1], end[1]), ink.colour, ink.width)
