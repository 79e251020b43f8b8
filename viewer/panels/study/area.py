"""Where the plot of the study stands in its widget, and where its numbers are in it. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.records import Float64
from viewer.panels.study.plots import Plot
from viewer.strips import round_ticks

__all__ = ["Area", "Key", "area_of"]

_RIGHT_PX, _TOP_PX, _BELOW_PX, _TITLE_PX, _GAP_PX = 10, 4, 34, 16, 4
_TICK_X_PX, _TICK_Y_PX = 56, 34
_KEY_PX, _MARK_PX = 17, 18
_LEAST_PX = 20


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the key above the plot. left, top : pixels; wide : of its mark and name."""

    name: str
    text: str
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

    @property
    def shown(self) -> bool:
        """Whether there is any room for a plot."""
        return self.right - self.left >= _LEAST_PX and self.bottom - self.top >= _LEAST_PX


def area_of(plot: Plot, size: tuple[int, int], ticks_wide: int, names: Sequence[tuple[str, str, int]]) -> Area:
    """Where everything stands.

    size : of the widget. ticks_wide : pixels of the widest number at the left. names : name, text and its width of each
    entry of the key.
    """
    wide, high = size
    keys, top = _keys(names, wide)
    left = _TITLE_PX + ticks_wide + _GAP_PX
    right, bottom = wide - _RIGHT_PX, high - _BELOW_PX
    x_ticks = round_ticks(*plot.x_range, max(2, (right - left) // _TICK_X_PX))
    y_ticks = round_ticks(*plot.y_range, max(2, (bottom - top) // _TICK_Y_PX))
    return Area(left, top, right, bottom, plot.x_range, plot.y_range, x_ticks, y_ticks, keys)


def _keys(names: Sequence[tuple[str, str, int]], wide: int) -> tuple[tuple[Key, ...], int]:
    """Entries from left to right in as many lines as they need, and where the plot begins."""
    keys, left, top = [], _GAP_PX, _TOP_PX
    for name, text, text_wide in names:
        needed = _MARK_PX + text_wide
        if left > _GAP_PX and left + needed > wide - _RIGHT_PX:
            left, top = _GAP_PX, top + _KEY_PX
        keys.append(Key(name, text, left, top, needed))
        left += needed + 3 * _GAP_PX
    return tuple(keys), top + (_KEY_PX if keys else 0) + 2 * _GAP_PX
