"""Errors as colours of a map, with one limit that is fixed for a clip. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from core.records import Float32

__all__ = ["Limit", "colour_limit", "colours_of", "limit_label"]

_SHARE = 0.98
"""Of the values that lie within the limit; a few outliers must not take the colours from all others."""

_SAMPLED_FRAMES = 5_000

_NICE = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Limit:
    """Magnitude at the end of a colour bar, and whether some values are beyond it."""

    value: float
    exceeded: bool


def colour_limit(series: Sequence[Float32]) -> Limit:
    """The limit for all of these together: a round number that 98 % of the magnitudes do not exceed.

    series : (..., T) each. Of long clips every so many frames are looked at for the 98 %, all for what is beyond.
    """
    sampled = [np.abs(values[..., :: max(1, values.shape[-1] // _SAMPLED_FRAMES)]).ravel() for values in series]
    magnitudes = np.concatenate(sampled) if sampled else np.empty(0, np.float32)
    magnitudes = magnitudes[np.isfinite(magnitudes)]
    if magnitudes.size == 0:
        return Limit(1.0, False)
    rank = min(magnitudes.size - 1, int(_SHARE * magnitudes.size))
    typical = float(np.partition(magnitudes, rank)[rank])
    most = float(np.fmax.reduce([np.fmax.reduce(np.abs(values), axis=None) for values in series]))
    value = _round_up(typical if typical > 0 else most)
    return Limit(value, most > value)


def limit_label(limit: Limit) -> str:
    """End of the bar, such as ``≥ 30``; the unit is said once, beside the bar."""
    return f"{'≥ ' if limit.exceeded else ''}{limit.value:g}"


def colours_of(values: Float32, limit: Limit, table: NDArray[np.uint8], signed: bool) -> NDArray[np.uint8]:
    """(..., 4) RGBA of values; beyond the limit the colour of the limit, NaN transparent.

    table : (256, 4). signed : from ``-limit`` to ``limit``, else from 0.
    """
    known = np.isfinite(values)
    share = np.where(known, values, 0) / limit.value
    if signed:
        share = (share + 1) / 2
    colours = table[np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)]
    colours[~known] = 0
    return colours


def _round_up(value: float) -> float:
    """The next of a few round numbers, or 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return float(next(nice for nice in _NICE if nice >= value / power - 1e-6) * power)
