"""Where everything of the read-out stands, in pixels. No widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.conventions import N_ANGLES
from viewer.panels.readout.columns import Group, Role

__all__ = ["LEFT_PX", "N_SUMMARY", "Geometry", "Measures", "Place", "arranged"]

N_SUMMARY = 2
"""Lines under the angles: position error and mean angle error."""

LEFT_PX = 4
"""Space left of the names."""

_GAP_PX = 4
_TALLEST_ROW = 1.8
"""Rows grow with the panel up to this many times their text."""
_MOST_SPARE = 4
"""Lifters share width that is left over, each at most this many digits."""


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
    order; the first ``n_fixed`` stay where they are when the others scroll sideways. top, head : heights of the line
    with the frame and of the head, which stay when rows scroll. row : height of every line below. gap, foot : space
    above the summary, and height of it with that space; it stays at the bottom. width, height : of everything.
    """

    name_right: int
    side_right: int
    places: tuple[Place, ...]
    n_fixed: int
    top: int
    head: int
    row: int
    gap: int
    foot: int
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


def arranged(groups: Sequence[Group], measures: Measures, width: int, height: int, *, summary: bool,
             name_lines: int = 1) -> Geometry:  # fmt: skip
    """Lay the groups out side by side; rows share ``height``, lifters what is left of ``width``, within limits.

    summary : are there summary lines. name_lines : lines that the names of the sources take.
    """
    tight = _side_by_side(groups, measures, 0, summary=summary)
    n_lifters = sum(group.role is Role.LIFTER for group in groups)
    spare = (width - tight[-1].right - 2) // n_lifters if n_lifters else 0
    spare = max(0, min(spare, _MOST_SPARE * measures.digit))
    places = _side_by_side(groups, measures, spare, summary=summary)
    top, head = measures.line + 6, (1 + name_lines) * measures.line + 6
    gap = _GAP_PX if summary else 0
    lines = N_ANGLES + (N_SUMMARY if summary else 0)
    row = (height - top - head - gap - 1) // lines
    row = max(measures.line + 1, min(row, int(measures.line * _TALLEST_ROW)))
    foot = gap + N_SUMMARY * row + 1 if summary else 0
    total = top + head + N_ANGLES * row + max(foot, 1)
    right = places[-1].right if places else _side_right(measures)
    return Geometry(_name_right(measures), _side_right(measures), places,
                    sum(group.role is Role.REFERENCE for group in groups), top, head, row, gap, foot, right + 2,
                    total)  # fmt: skip


def _name_right(measures: Measures) -> int:
    return LEFT_PX + measures.name + measures.digit // 2


def _side_right(measures: Measures) -> int:
    """The letter of the side, and the mark of a near-singular angle."""
    return _name_right(measures) + measures.digit + 12


def _side_by_side(groups: Sequence[Group], measures: Measures, spare: int, *, summary: bool) -> tuple[Place, ...]:
    """Groups from left to right; the reference is as wide as the labels of the summary need."""
    places, left = [], _side_right(measures)
    for group in groups:
        least = max(0, LEFT_PX + measures.label + 4 - left) if group.role is Role.REFERENCE and summary else 0
        places.append(_place(group, left, measures.digit, least, spare if group.role is Role.LIFTER else 0))
        left = places[-1].right
    return tuple(places)


def _place(group: Group, left: int, digit: int, least: int, spare: int) -> Place:
    """One group; ``least`` its least width, ``spare`` more than its columns need."""
    widths = [digit * (column.chars + 1) + spare // len(group.columns) for column in group.columns]
    ends, x = [], left + max(0, least - sum(widths))
    for width in widths:
        x += width
        ends.append(x)
    return Place(group, left, ends[-1] + digit // 3, tuple(ends))
