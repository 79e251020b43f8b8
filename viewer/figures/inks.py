"""How sources look in print: the light theme's colours, and line styles that tell them apart without any colour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from viewer.content.records import Track
from viewer.figures.records import Subject
from viewer.figures.sheet import Box, Sheet

__all__ = ["FLOOR", "Entry", "Ink", "draw_legend", "entries_of", "figures_legend", "ink_of", "legend_height"]

FLOOR = "floor"
"""Name of the floor among hidden sources."""

_DASHES: tuple[Any, ...] = ("solid", (0, (4.5, 1.6)), (0, (1.2, 1.1)), (0, (6.0, 1.4, 1.2, 1.4)),
                            (0, (2.6, 1.2)), (0, (8.0, 2.0)), (0, (4.0, 1.2, 1.2, 1.2, 1.2, 1.2)),
                            (0, (1.2, 2.2)))  # fmt: skip
_GHOST = 0.3
"""How much of its colour a ghost has, the rest being white; as in the window."""
_SAMPLE = 2.4
"""Length of a legend's sample over the size of its letters."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Colour, dashes and width in points of a source's line."""

    colour: str
    dash: Any
    width: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a legend. band : a filled sample instead of a line."""

    text: str
    ink: Ink
    band: bool = False


def ink_of(track: Track, sheet: Sheet) -> Ink:
    """Of the reference solid and thick, of lifters in their colours with dashes of their own."""
    colour = sheet.theme.lifter(track.colour)
    if track.colour < 0:
        return Ink(colour, "solid", 1.3 if track.colour == -1 else 0.9)
    return Ink(colour, _DASHES[track.colour % len(_DASHES)], 0.95)


def entries_of(subject: Subject, sheet: Sheet, *, reference: bool = True, floor: bool = True) -> tuple[Entry, ...]:
    """Legend of lines. reference : named too. floor : as a band where it is shown and there is a reference."""
    found = [Entry(track.label, ink_of(track, sheet)) for track in subject.shown if reference or track.colour >= 0]
    if floor and FLOOR not in subject.view.hidden and subject.content.reference is not None:
        found.insert(1 if found and subject.shown[0].colour == -1 and reference else 0,
                     Entry(_floor_name(subject), Ink(sheet.theme.floor, "solid", 0.9), band=True))  # fmt: skip
    return tuple(found)


def figures_legend(subject: Subject, sheet: Sheet) -> tuple[Entry, ...]:
    """Legend of skeletons: in their colours without dashes, the reference as the ghost that it is."""
    found = []
    for entry, track in zip(entries_of(subject, sheet, floor=False), subject.shown, strict=True):
        ink = replace(entry.ink, dash="solid", width=1.6)
        if track.colour < 0 and subject.view.scene.ghost and len(subject.shown) > 1:
            ink = Ink(_paler(ink.colour), "solid", 0.45 * sheet.font)
        found.append(replace(entry, ink=ink))
    return tuple(found)


def _paler(colour: str) -> str:
    """A colour as it is in a ghost."""
    return "#" + "".join(f"{round(255 - _GHOST * (255 - int(colour[i : i + 2], 16))):02x}" for i in (1, 3, 5))


def _floor_name(subject: Subject) -> str:
    return "floor ±1σ" if np.isfinite(subject.content.floor_sigma_deg).any() else "floor"


def _rows(entries: tuple[Entry, ...], sheet: Sheet, width: float) -> list[list[tuple[float, Entry]]]:
    """Entries with their places, wrapped."""
    rows: list[list[tuple[float, Entry]]] = [[]]
    x = 0.0
    for entry in entries:
        room = (_SAMPLE + 0.5) * sheet.font + sheet.width_of(entry.text)
        if rows[-1] and x + room > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, entry))
        x += room + 1.4 * sheet.font
    return rows if entries else []


def legend_height(entries: tuple[Entry, ...], sheet: Sheet, width: float) -> float:
    """Points that the legend takes at a width."""
    return sheet.line * len(_rows(entries, sheet, width))


def draw_legend(entries: tuple[Entry, ...], sheet: Sheet, box: Box) -> None:
    """The entries from the top of a box on."""
    for number, row in enumerate(_rows(entries, sheet, box.width)):
        middle = box.top + (number + 0.5) * sheet.line
        for x, entry in row:
            left, right = box.left + x, box.left + x + _SAMPLE * sheet.font
            if entry.band:
                sheet.fill(Box(left, middle - 0.28 * sheet.font, right - left, 0.56 * sheet.font), entry.ink.colour,
                           alpha=0.35)  # fmt: skip
            else:
                sheet.stroke((left, right), (middle, middle), entry.ink.colour, entry.ink.width, entry.ink.dash)
            sheet.text(right + 0.5 * sheet.font, middle, entry.text, upright="center_baseline")
