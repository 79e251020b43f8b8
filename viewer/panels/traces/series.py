"""What one plot draws of a clip: lines, floor and shades of one angle, and the range of values of its kind. No Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation import REFERENCE
from core.records import Float32
from viewer.content.records import ClipContent, Track
from viewer.plotting import breaks_of, runs_of
from viewer.view import Quantity

__all__ = ["FLOOR", "AngleSeries", "Floor", "Line", "series_of", "value_range"]

FLOOR = "floor"
"""Name of the floor among hidden sources."""

# A line that hardly moves must look like one, not like noise that fills the plot.
_LEAST_SPAN_DEG = 10.0
_MARGIN = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One source. colour : as of its track, -1 the reference. values : (T,) degrees; breaks : see ``breaks_of``."""

    name: str
    colour: int
    values: Float32
    breaks: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """The floor as a band, one calibrated standard deviation to each side; a line where it has none.

    values, sigma, low, high : (T,) degrees, the last three NaN where there is no deviation. bare : the values there.
    """

    values: Float32
    sigma: Float32
    low: Float32
    high: Float32
    breaks: NDArray[np.intp]
    bare: Line


@dataclass(frozen=True, slots=True, eq=False)
class AngleSeries:
    """All of one plot. singular : (N, 2) first and last frames of near-singular spans. message : shown in the plot
    instead of what there is not.
    """

    n_frames: int
    fps: float
    lines: tuple[Line, ...]
    floor: Floor | None
    singular: NDArray[np.intp]
    message: str = ""


def series_of(content: ClipContent, column: int, quantity: Quantity) -> AngleSeries:
    """What a plot of that angle shows, hidden or not."""
    wraps = content.angles[column].circular
    lines = tuple(
        _line(track.name, track.colour, values[:, column], wraps) for track, values in _values(content, quantity)
    )
    floor = _floor(_floor_values(content, quantity)[:, column], content.floor_sigma_deg[:, column], wraps)
    message = ""
    if quantity is Quantity.ERROR and content.reference is None:
        message = "no reference: no errors"
    elif floor is None and all(np.isnan(line.values).all() for line in lines):
        message = "no values"
    return AngleSeries(content.n_frames, content.fps, lines, floor, runs_of(content.near_singular[:, column]), message)


def value_range(content: ClipContent, kind: str, quantity: Quantity, hidden: frozenset[str]) -> tuple[float, float]:
    """Lowest and highest value of an axis for both sides of a kind, from what is not hidden; errors with their zero."""
    columns = [column for column, angle in enumerate(content.angles) if angle.kind == kind]
    parts = [values[:, columns] for track, values in _values(content, quantity) if track.name not in hidden]
    if FLOOR not in hidden:
        floor = _floor_values(content, quantity)[:, columns]
        sigma = np.nan_to_num(content.floor_sigma_deg[:, columns])
        parts += [floor - sigma, floor + sigma]
    zero = [0.0] if quantity is Quantity.ERROR else []
    low = min([*zero, *(float(np.fmin.reduce(part, axis=None)) for part in parts)], key=_nan_last, default=np.nan)
    high = max([*zero, *(float(np.fmax.reduce(part, axis=None)) for part in parts)], key=_nan_first, default=np.nan)
    if np.isnan(low) or np.isnan(high):
        low = high = 0.0
    missing = max(0.0, _LEAST_SPAN_DEG - (high - low)) / 2
    margin = _MARGIN * (high - low + 2 * missing)
    return low - missing - margin, high + missing + margin


def _nan_last(value: float) -> float:
    return np.inf if np.isnan(value) else value


def _nan_first(value: float) -> float:
    return -np.inf if np.isnan(value) else value


def _values(content: ClipContent, quantity: Quantity) -> Iterator[tuple[Track, Float32]]:
    """Every source that has a line, with its (T, 12) degrees; the reference has no error."""
    for track in content.everyone:
        if quantity is Quantity.VALUE:
            yield track, track.angles_deg
        elif track.name != REFERENCE:
            yield track, track.error_deg


def _floor_values(content: ClipContent, quantity: Quantity) -> Float32:
    return content.floor_deg if quantity is Quantity.VALUE else content.floor_error_deg


def _line(name: str, colour: int, column: Float32, wraps: bool) -> Line:
    values = np.ascontiguousarray(column, np.float32)
    return Line(name, colour, values, breaks_of(values, wraps))


def _floor(column: Float32, sigma: Float32, wraps: bool) -> Floor | None:
    values, deviation = np.ascontiguousarray(column, np.float32), np.ascontiguousarray(sigma, np.float32)
    if np.isnan(values).all():
        return None
    none = np.isnan(deviation)
    inner = np.where(none, np.float32(np.nan), values)
    bare = _line(FLOOR, -1, np.where(none, values, np.float32(np.nan)), wraps)
    return Floor(values, deviation, inner - deviation, inner + deviation, breaks_of(inner, wraps), bare)
