"""Lines over frames as few points: gaps stay gaps, long lines become minima and maxima per pixel column. No Qt here.

Positions on the time axis are frames, 0-based; a *break* is a frame that the line does not reach from the frame before.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.records import Float32

__all__ = ["Outline", "Polyline", "breaks_of", "is_dense", "outlines", "polyline", "runs_of"]

Integers = NDArray[np.intp]
Numbers = NDArray[np.float64]

# A step of more than half a turn is the same posture counted from the other side, not a movement.
_HALF_TURN_DEG = 180.0
# Up to so many samples per pixel column are drawn as they are: smoother, and not yet slower.
_DENSE = 4


class Polyline(NamedTuple):
    """Points to draw. frames, values : (N,), all finite. joined : (N,) True where a point goes on to the next one."""

    frames: Numbers
    values: Numbers
    joined: NDArray[np.bool_]


class Outline(NamedTuple):
    """One unbroken stretch of a band. frames, low, high : (N,), N at least 2."""

    frames: Numbers
    low: Numbers
    high: Numbers


def breaks_of(values: Float32, wraps: bool = False) -> Integers:
    """Frames that a line of ``values`` (T,) does not reach from the frame before, in order.

    These are the ends of gaps (NaN) and, where +180 and -180 are the same (``wraps``), steps over that seam.
    """
    missing = np.isnan(values)
    apart = missing[1:] != missing[:-1]
    if wraps:
        apart |= np.abs(np.diff(values)) > _HALF_TURN_DEG
    return np.flatnonzero(apart) + 1


def runs_of(flags: NDArray[np.bool_]) -> Integers:
    """(N, 2) first and last frame of every run of True in ``flags`` (T,)."""
    edges = np.diff(flags.astype(np.int8), prepend=0, append=0)
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1], axis=1)


def is_dense(samples: int, columns: int) -> bool:
    """True where so many samples on so many pixel columns are drawn as minima and maxima."""
    return samples > _DENSE * columns


def polyline(values: Float32, breaks: Integers, first: int, last: int, columns: int) -> Polyline:
    """Frames ``first`` to ``last`` (excluded) of a line, for a plot that is so many pixel columns wide.

    Where samples are dense, each column keeps its smallest and largest value, in the order of the line's direction, so
    that no peak is lost; a column with a break keeps those of each side apart. A sample between two gaps becomes a
    short dash, because a line of one point would not be seen.
    """
    if not is_dense(last - first, columns):
        return _every_sample(values, breaks, first, last)
    starts = _pieces(breaks, first, last, columns)
    ends = np.append(starts[1:], last)
    there = ~np.isnan(values[starts])
    low, high = _extremes(values, starts, values, last)
    down = values[ends - 1] < values[starts]
    pairs = np.stack([np.where(down, high, low), np.where(down, low, high)], axis=1)
    middle = np.repeat((starts + ends - 1)[there] / 2, 2)
    # A piece ends where a column ends or the line breaks: within it both points belong together.
    onward = np.ones(pairs.shape, bool)
    onward[:-1, 1] = ~_member(starts[1:], breaks)
    onward[-1, 1] = False
    return Polyline(middle, pairs[there].ravel().astype(np.float64), onward[there].ravel())


def outlines(low: Float32, high: Float32, breaks: Integers, first: int, last: int, columns: int) -> list[Outline]:
    """The stretches without a break of a band from ``low`` to ``high`` (T,), frames ``first`` to before ``last``."""
    starts = np.arange(first, last)
    if is_dense(last - first, columns):
        starts = _pieces(breaks, first, last, columns)
    ends = np.append(starts[1:], last)
    smallest, largest = _extremes(low, starts, high, last)
    middle = (starts + ends - 1) / 2
    cuts = np.flatnonzero(_member(starts, breaks))
    found = []
    for begin, end in zip([0, *cuts], [*cuts, len(starts)], strict=True):
        if begin == end or np.isnan(smallest[begin]):
            continue
        part = slice(begin, end)
        frames, bottom, top = middle[part], smallest[part].astype(np.float64), largest[part].astype(np.float64)
        if len(frames) == 1:  # one sample, or one column: as wide as what it stands for
            frames = np.array([starts[begin] - 0.5, ends[begin] - 0.5])
            bottom, top = np.repeat(bottom, 2), np.repeat(top, 2)
        found.append(Outline(frames, bottom, top))
    return found


def _every_sample(values: Float32, breaks: Integers, first: int, last: int) -> Polyline:
    inside = breaks[np.searchsorted(breaks, first, "right") : np.searchsorted(breaks, last)]
    if not len(inside) and last - first > 1:  # all numbers or all missing: the usual line, five times faster
        stop = first if np.isnan(values[first]) else last
        joined = np.ones(stop - first, bool)
        joined[-1:] = False
        return Polyline(np.arange(first, stop, dtype=np.float64), values[first:stop].astype(np.float64), joined)
    frames = np.arange(first, last)
    there = ~np.isnan(values[first:last])
    onward = np.ones(len(frames), bool)
    onward[:-1] = ~_member(frames[1:], breaks)
    onward[-1:] = False
    reached = np.concatenate([[False], onward[:-1]])
    alone = (there & ~onward & ~reached)[there]
    shift = np.repeat(np.zeros(len(alone)), 1 + alone)
    first_of_two = np.flatnonzero(alone) + np.arange(alone.sum())
    shift[first_of_two], shift[first_of_two + 1] = -0.25, 0.25
    joined = np.repeat(onward[there], 1 + alone)
    joined[first_of_two] = True
    kept = np.repeat(frames[there], 1 + alone)
    return Polyline(kept + shift, values[kept].astype(np.float64), joined)


def _pieces(breaks: Integers, first: int, last: int, columns: int) -> Integers:
    """First frame of every piece: of every pixel column, and at every break."""
    starts = first + np.arange(columns) * (last - first) // columns
    inside = breaks[np.searchsorted(breaks, first) : np.searchsorted(breaks, last)]
    return starts if not len(inside) else np.union1d(starts, inside)


def _extremes(low: Float32, starts: Integers, high: Float32, last: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Smallest of ``low`` and largest of ``high`` in every piece; a piece is all numbers or all NaN."""
    offset = starts[0]
    smallest = np.minimum.reduceat(low[offset:last], starts - offset)
    largest = np.maximum.reduceat(high[offset:last], starts - offset)
    return smallest, largest


def _member(frames: Integers, breaks: Integers) -> NDArray[np.bool_]:
    """Which of the frames (in order) are breaks."""
    if not len(breaks):
        return np.zeros(len(frames), bool)
    at = np.searchsorted(breaks, frames)
    return np.asarray((at < len(breaks)) & (breaks[np.minimum(at, len(breaks) - 1)] == frames))
