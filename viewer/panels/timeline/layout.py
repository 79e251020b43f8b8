"""Where the parts of the bar stand, from top to bottom. No Qt here; pixels."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FRAMES_PX", "MARKS_PX", "NAMES_PX", "SECONDS_PX", "SPAN_PX", "BarLayout", "arrange_bar", "height_for"]

SECONDS_PX, MARKS_PX, SPAN_PX, FRAMES_PX = 17, 9, 11, 14
"""Heights of the seconds, of the lane of marks, of the lane of in and out, and of the frame numbers."""

NAMES_PX = 14
"""Height of the lane of named marks, which only a clip that has some has."""

_LEAST_PITCH_PX, _MOST_PITCH_PX, _PLAIN_PX = 4, 18, 24
_NAMED_PITCH_PX = 9
"""Strips nearer to one another have no names, only their colours."""

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class BarLayout:
    """n_strips strips ``pitch`` pixels apart, each ``strip`` tall; y : where everything begins. names : height of the
    lane of named marks.
    """

    y: int
    n_strips: int
    pitch: int
    strip: int
    names: int = 0

    @property
    def named(self) -> bool:
        """Whether there is room for names beside the strips."""
        return self.pitch >= _NAMED_PITCH_PX

    @property
    def top(self) -> int:
        """Begin of the strips."""
        return self.y + SECONDS_PX + MARKS_PX

    @property
    def bottom(self) -> int:
        """End of the strips or of the plain bar, begin of the lane of in and out."""
        return self.top + self.n_strips * self.pitch

    @property
    def names_top(self) -> int:
        """Begin of the lane of named marks, below that of in and out."""
        return self.bottom + SPAN_PX

    @property
    def frames_top(self) -> int:
        """Begin of the frame numbers."""
        return self.names_top + self.names

    def strip_top(self, strip: int) -> int:
        """First pixel of a strip."""
        return self.top + strip * self.pitch

    def in_marks(self, y: int) -> bool:
        """Whether y is in the lane of marks."""
        return self.top - MARKS_PX <= y < self.top

    def in_span(self, y: int) -> bool:
        """Whether y is in the lane of in and out."""
        return self.bottom <= y < self.bottom + SPAN_PX

    def in_names(self, y: int) -> bool:
        """Whether y is in the lane of named marks."""
        return self.names_top <= y < self.frames_top


def height_for(n_strips: int, names: int = 0) -> int:
    """Height that strips need for their names; not of more than eight, which would take too much of the window. names :
    of the lane of named marks.
    """
    return SECONDS_PX + MARKS_PX + min(n_strips, _MOST_NAMED) * _NAMED_PITCH_PX + SPAN_PX + names + FRAMES_PX


def arrange_bar(height: int, n_strips: int, names: int = 0) -> BarLayout:
    """Strips as tall as there is room for, or one plain bar where there are none; in the middle of the height."""
    room = height - SECONDS_PX - MARKS_PX - SPAN_PX - names - FRAMES_PX
    pitch = _PLAIN_PX if n_strips == 0 else min(max(room // n_strips, _LEAST_PITCH_PX), _MOST_PITCH_PX)
    gap = 0 if n_strips == 0 else 2 if pitch > 6 else 1
    count = max(1, n_strips)
    return BarLayout(max(0, (room - count * pitch) // 2), count, pitch, pitch - gap, names)
