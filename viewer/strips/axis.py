"""Frames along pixels, and what one pixel column shows of the frames that share it. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from core.records import Float32

__all__ = ["FrameAxis", "peaks", "round_ticks", "tick_step"]


@dataclass(frozen=True, slots=True)
class FrameAxis:
    """``n_frames`` frames side by side over ``width`` pixels from ``left`` on.

    Where there are fewer frames than pixels a frame is several columns wide, else a column holds several frames.
    Column ``c`` shows the frames from ``starts[c]`` to the next start, one at least.
    """

    left: int
    width: int
    n_frames: int

    def x_of(self, frame: int) -> float:
        """Middle of a frame, or of the column that holds it; pixels."""
        if self.n_frames > self.width:
            return self.left + ((frame + 1) * self.width - 1) // self.n_frames + 0.5
        return self.left + (frame + 0.5) * self.width / self.n_frames

    def edge_of(self, frame: int) -> float:
        """Left edge of a frame, pixels; that of ``n_frames`` is the right end."""
        return self.left + frame * self.width / self.n_frames

    def starts(self, scale: float = 1.0) -> NDArray[np.int64]:
        """(columns,) first frame of every column; scale : device pixels per pixel."""
        columns = max(1, round(self.width * scale))
        return np.arange(columns, dtype=np.int64) * self.n_frames // columns

    def frames_at(self, x: float) -> tuple[int, int]:
        """First frame at a pixel and the one after the last; beyond an end means that end."""
        column = min(max(floor(x) - self.left, 0), self.width - 1)
        first = column * self.n_frames // self.width
        return first, max(first + 1, (column + 1) * self.n_frames // self.width)

    def span_of(self, x: float, other: float) -> tuple[int, int]:
        """First and last frame of all that lie between two pixels, in either order."""
        (first, _), (_, after) = self.frames_at(min(x, other)), self.frames_at(max(x, other))
        return first, after - 1


def peaks(values: Float32, starts: NDArray[np.int64], signed: bool) -> Float32:
    """(rows, columns) what every column shows of its frames: the value with the largest magnitude, NaN if all are.

    values : (rows, T). starts : of :meth:`FrameAxis.starts`. signed : keep the sign, else the magnitude.
    """
    if starts.size >= values.shape[1]:
        shown = values[:, starts]
        return shown if signed else np.abs(shown)
    if not signed:
        return np.fmax.reduceat(np.abs(values), starts, axis=1)
    highest, lowest = np.fmax.reduceat(values, starts, axis=1), np.fmin.reduceat(values, starts, axis=1)
    return np.where(highest >= -lowest, highest, lowest)


def tick_step(span: float, most: int) -> float:
    """Distance of ticks over a span: 1, 2 or 5 times a power of ten, so that there are at most so many."""
    least = span / max(1, most)
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return float(next(step for step in (1, 2, 5, 10) if step >= least / power - 1e-9) * power)


def round_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Round numbers from low to high, at most so many, but two at least: one alone tells nothing of a scale."""
    for allowed in (most, 2 * most, 4 * most, 8 * most):
        step = tick_step(high - low, allowed)
        found = tuple(k * step for k in range(ceil(low / step - 1e-6), floor(high / step + 1e-6) + 1))
        if len(found) > 1:
            break
    return found
