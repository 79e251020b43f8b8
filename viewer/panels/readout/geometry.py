"""Where everything of the read-out stands, in pixels. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.conventions import N_ANGLES
from viewer.panels.readout.columns import Group, Role

__all__ = ["N_SUMMARY", "Geometry", "Measures", "Place", "arranged"]

N_SUMMARY = 2
"""Lines under the angles: position error and mean angle error."""

_TALLEST_ROW = 1.8
"""Rows grow with the panel up to this many times their text."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Sizes of the letters in pixels: advance of a digit, height of a line, widths of the longest name of an angle and
    of the longest label of a summary line.
    """

    digit: int
    line: int
    name: int
    label: int


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A group of columns from ``left`` to ``right``; ``ends`` are the right edges of its columns' numbers."""

    group: Group
    left: int
    right: int
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """The table in its own coordinates, from (0, 0).

    name_right, side_right : right edges of the names of the angles and of the letters L and R. places : groups, in
    order; the first ``n_fixed`` stay where they are when the others scroll. top, head : heights of the line with the
    frame and of the head. row : height of every line below. width, height : of everything.
    """

    name_right: int
    side_right: int
    places: tuple[Place, ...]
    n_fixed: int
    top: int
    head: int
    row: int
    gap: int
    width: int
    height: int

    @property
    def fixed_width(self) -> int:
        """Where the part begins that scrolls."""
        return self.places[self.n_fixed - 1].right if self.n_fixed else self.side_right

    def row_top(self, index: int) -> int:
        """Upper edge of a line: the angles, then the summary."""
        return self.top + self.head + index * self.row + (self.gap if index >= N_ANGLES else 0)

    def row_at(self, y: float) -> int | None:
        """The angle at a height, or None."""
        index = int((y - self.row_top(0)) // self.row)
        return index if 0 <= index < N_ANGLES else None

    def place_at(self, x: float, scrolled: int) -> Place | None:
        """The group at a position of the view, of which ``scrolled`` pixels have gone to the left."""
        there = x if x < self.fixed_width else x + scrolled
        return next((place for place in self.places if place.left <= there < place.right), None)


def arranged(groups: Sequence[Group], measures: Measures, height: int, *, summary: bool) -> Geometry:
    """Lay the groups out side by side; rows share ``height``, within limits. summary : are there summary lines."""
    space = measures.digit
    name_right = measures.name + 2 * space - 4
    side_right = name_right + 2 * space + 6
    n_fixed = sum(group.role is Role.REFERENCE for group in groups)
    places, left = [], side_right
    for group in groups:
        least = max(0, space + measures.label - left) if group.role is Role.REFERENCE and summary else 0
        place = _place(group, left, space, least)
        places.append(place)
        left = place.right
    top, head = measures.line + 8, 2 * measures.line + 6
    lines = N_ANGLES + (N_SUMMARY if summary else 0)
    gap = 4 if summary else 0
    row = (height - top - head - gap - 2) // lines
    row = max(measures.line + 2, min(row, int(measures.line * _TALLEST_ROW)))
    total = top + head + gap + lines * row + 2
    return Geometry(name_right, side_right, tuple(places), n_fixed, top, head, row, gap, left + 2, total)


def _place(group: Group, left: int, space: int, least: int) -> Place:
    """One group; ``least`` its least width."""
    widths = [space * (column.chars + 1) for column in group.columns]
    ends, x = [], left + max(0, least - sum(widths))
    for width in widths:
        x += width
        ends.append(x)
    return Place(group, left, ends[-1] + space // 2, tuple(ends))
