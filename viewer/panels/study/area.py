"""Where the plot of the study stands in its widget, and where its numbers are in it. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.records import Float64
from viewer.panels.study.keys import Entry
from viewer.panels.study.plots import Plot
from viewer.strips import round_ticks

__all__ = ["KEY_PX", "Area", "Key", "area_of"]

_RIGHT_PX, _TOP_PX, _BELOW_PX, _TITLE_PX, _GAP_PX = 10, 4, 34, 16, 4
_TICK_X_PX, _TICK_Y_PX = 56, 34
_MARK_PX, _HIGH_PER_LINE_PX = 18, 140
_LEAST_PX = 20
KEY_PX = 17
"""Height of a line of the key."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where an entry of the key above the plot stands. left, top : pixels; wide : of its mark and words."""

    entry: Entry
    left: int
    top: int
    wide: int


@dataclass(frozen=True, slots=True)
class Area:
    """left, top, right, bottom : edges of the plot in pixels. x_ticks, y_ticks : numbers at the axes."""

    left: int
    top: int
    right: int
    bottom: int
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    keys: tuple[Key, ...]

    def x_px(self, mm: ArrayLike) -> Float64:
        """Pixels of millimetres; what is beyond an end stands there."""
        low, high = self.x_range
        share = np.clip((np.asarray(mm, float) - low) / (high - low), 0, 1)
        return np.asarray(self.left + share * (self.right - self.left))

    def y_px(self, deg: ArrayLike) -> Float64:
        """Pixels of degrees."""
        low, high = self.y_range
        share = np.clip((np.asarray(deg, float) - low) / (high - low), 0, 1)
        return np.asarray(self.bottom - share * (self.bottom - self.top))

    def holds(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a box lies within the plot; pixels."""
        return self.left <= left and right <= self.right and self.top <= top and bottom <= self.bottom

    @property
    def shown(self) -> bool:
        """Whether there is any room for a plot."""
        return self.right - self.left >= _LEAST_PX and self.bottom - self.top >= _LEAST_PX


def area_of(plot: Plot, size: tuple[int, int], ticks_wide: int, entries: Sequence[tuple[Entry, int]]) -> Area:
    """Where everything stands.

    size : of the widget. ticks_wide : pixels of the widest number at the left. entries : of the key, with the pixels of
    their words.
    """
    wide, high = size
    keys, top = _keys(entries, wide, max(1, high // _HIGH_PER_LINE_PX))
    left = _TITLE_PX + ticks_wide + _GAP_PX
    right, bottom = wide - _RIGHT_PX, high - _BELOW_PX
    x_ticks = round_ticks(*plot.x_range, max(2, (right - left) // _TICK_X_PX))
    y_ticks = round_ticks(*plot.y_range, max(2, (bottom - top) // _TICK_Y_PX))
    return Area(left, top, right, bottom, plot.x_range, plot.y_range, x_ticks, y_ticks, keys)


def _keys(entries: Sequence[tuple[Entry, int]], wide: int, most: int) -> tuple[tuple[Key, ...], int]:
    """Entries from left to right in as many lines as they need, and where the plot begins. most : lines that there may
    be; notes that need another one are left out.
    """
    keys, left, line = list[Key](), _GAP_PX, 0
    for entry, text_wide in entries:
        needed = _MARK_PX + text_wide
        breaks = left > _GAP_PX and left + needed > wide - _RIGHT_PX
        if breaks and entry.note and line + 1 >= most:
            continue
        left, line = (_GAP_PX, line + 1) if breaks else (left, line)
        keys.append(Key(entry, left, _TOP_PX + line * KEY_PX, needed))
        left += needed + 3 * _GAP_PX
    return tuple(keys), _TOP_PX + (line + 1) * KEY_PX * bool(keys) + 2 * _GAP_PX
