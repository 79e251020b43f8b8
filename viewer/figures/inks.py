"""How sources look in print: the light theme's colours, and line styles and marks that tell them apart without any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from viewer.content.records import Track
from viewer.figures.sheet import Sheet

__all__ = ["FLOOR", "MARKERS", "SHADE_EDGE", "SHADE_HATCH", "Ink", "ghost_ink", "ink_of", "marker_of"]

FLOOR = "floor"
"""Name of the floor among hidden sources."""

MARKERS = {"o": 1.0, "s": 0.89, "^": 1.25, "D": 0.87, "v": 1.25, "P": 1.15, "X": 1.15, "p": 1.1}
"""Marks of the joints of lifters, as matplotlib names them, each with a factor on its size that makes all alike."""

SHADE_HATCH, SHADE_EDGE = "////", "#d3c797"
"""Of near-singular spans, whose colour is too pale to be seen without colour."""

_DASHES: tuple[Any, ...] = ("solid", (0, (4.5, 1.6)), (0, (1.2, 1.1)), (0, (6.0, 1.4, 1.2, 1.4)),
                            (0, (2.6, 1.2)), (0, (8.0, 2.0)), (0, (4.0, 1.2, 1.2, 1.2, 1.2, 1.2)),
                            (0, (1.2, 2.2)))  # fmt: skip
_GHOST = 0.3
"""How much of its colour a ghost has, the rest being white; as in the window."""


@dataclass(frozen=True, slots=True)
class Ink:
    """Colour, dashes and width in points of a source's line."""

    colour: str
    dash: Any
    width: float


def ink_of(track: Track, sheet: Sheet) -> Ink:
    """Of the reference solid and thick, of lifters in their colours with dashes of their own."""
    colour = sheet.theme.lifter(track.colour)
    if track.colour < 0:
        return Ink(colour, "solid", 1.3 if track.colour == -1 else 0.9)
    return Ink(colour, _DASHES[track.colour % len(_DASHES)], 0.95)


def marker_of(track: Track) -> str:
    """The mark of a lifter's joints, empty of the reference."""
    return "" if track.colour < 0 else list(MARKERS)[track.colour % len(MARKERS)]


def ghost_ink(track: Track, sheet: Sheet) -> Ink:
    """Of a skeleton that is drawn pale and thick."""
    colour = sheet.theme.lifter(track.colour)
    paler = (f"{round(255 - _GHOST * (255 - int(colour[i : i + 2], 16))):02x}" for i in (1, 3, 5))
    return Ink("#" + "".join(paler), "solid", 0.45 * sheet.font)
