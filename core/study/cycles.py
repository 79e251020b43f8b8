"""Cycles of a movement that repeats itself, found on the reference alone: no lifter has a say in where they begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from core.anatomy.windows import frames_of, moving_mean
from core.marks import Mark
from core.metrics.angle import self_similarity
from core.metrics.sums import ratio
from core.records import Float64

__all__ = ["LEAST_PERIODICITY", "LEAST_PERIOD_S", "Cycles", "Span", "cycle_phase", "cycles_of", "marked_spans"]

Span = tuple[int, int]
"""First and last frame, both included."""

LEAST_PERIODICITY = 0.8
"""Pearson's r of the movement with itself a period later from which it is cyclic. Recorded walks and runs (CMU,
OpenSim, Bandai Namco) have 0.81 to 0.99 where their pace is steady, and squats 0.97; jumps have 0.53 and less, dances
and ball games 0.77 and less."""
LEAST_PERIOD_S = 0.3
"""No stride, jump or stroke is shorter."""
_AS_GOOD = 0.95
_SMOOTH, _REGULAR = 0.1, 0.2
"""In periods: over how long maxima are smoothed, and by how much a cycle may be longer or shorter."""


@dataclass(frozen=True, slots=True)
class Cycles:
    """spans : of each cycle; the last frame of one is the first of the next. period_s : NaN where the movement is not
    cyclic. periodicity : r of the movement with itself a period later, NaN where none could be looked for.
    irregular : distances between two events that are no period, so that there is no cycle between them.
    """

    spans: tuple[Span, ...] = ()
    period_s: float = float("nan")
    periodicity: float = float("nan")
    irregular: int = 0


def cycles_of(reference_deg: Float64, fps: float, angle: int) -> Cycles:
    """Cycles from one maximum of an angle, by its column, to the next.

    reference_deg : (T, 12) without jumps of a turn. The movement is cyclic where that angle, and all angles together,
    each by how much it varies, are alike a period later; the clip must be two periods long.
    """
    period, alike = _period(reference_deg, fps, angle)
    if not alike >= LEAST_PERIODICITY:
        return Cycles(periodicity=alike)
    events = _maxima(reference_deg[:, angle], period)
    regular = np.abs(np.diff(events) - period) <= _REGULAR * period
    spans = tuple((int(events[k]), int(events[k + 1])) for k in np.flatnonzero(regular))
    return Cycles(spans, period / fps, alike, int(np.count_nonzero(~regular)))


def _period(deg: Float64, fps: float, angle: int) -> tuple[int, float]:
    """In frames, with how alike the movement is then; the shortest of those that are as good as any."""
    least, most = max(2, round(LEAST_PERIOD_S * fps)), len(deg) // 2
    if most <= least:
        return 0, float("nan")
    of_angles = self_similarity(deg, most)
    known = np.isfinite(of_angles)
    weights = np.where(known, _variance(deg)[:, None], 0.0)
    whole = ratio((weights * np.where(known, of_angles, 0.0)).sum(axis=0), weights.sum(axis=0))
    alike = np.nan_to_num(np.minimum(of_angles[angle], whole), nan=-1.0)
    lags = find_peaks(alike)[0]
    lags = lags[lags >= least]
    if not len(lags):
        return 0, float("nan")
    period = int(lags[alike[lags] >= _AS_GOOD * alike[lags].max()][0]) if alike[lags].max() > 0 else int(lags[0])
    return period, float(alike[period])


def _variance(deg: Float64) -> Float64:
    """(12) of what is defined; 0 where nothing is."""
    known = np.isfinite(deg)
    count = np.maximum(known.sum(axis=0), 1)
    about = np.where(known, deg - np.where(known, deg, 0.0).sum(axis=0) / count, 0.0)
    return np.asarray((about * about).sum(axis=0) / count)


def _maxima(deg: Float64, period: int) -> NDArray[np.intp]:
    """Frames of the maxima of one angle, one a period; across gaps the angle is taken as straight.

    From the highest of them step by step in both directions, so that a second, lower maximum of a cycle whose own lies
    before the clip is not taken for it; and again from the next one where there is a stop.
    """
    known = np.flatnonzero(np.isfinite(deg))
    whole = np.interp(np.arange(len(deg)), known, deg[known])
    smooth = moving_mean(whole, frames_of(_SMOOTH * period, 1.0))
    peaks = find_peaks(smooth, height=(smooth.min() + smooth.max()) / 2)[0]
    reach = _REGULAR * period
    found: list[int] = []
    for highest in peaks[np.argsort(-smooth[peaks], kind="stable")]:
        if all(abs(highest - other) > period + reach for other in found):
            found.append(int(highest))
            for step in (-period, period):
                at = _peak_near(int(highest) + step, reach, smooth, peaks)
                while at is not None and all(abs(at - other) >= period - reach for other in found):
                    found.append(at)
                    at = _peak_near(at + step, reach, smooth, peaks)
    return np.array(sorted(found), np.intp)


def _peak_near(expected: int, reach: float, smooth: Float64, peaks: NDArray[np.intp]) -> int | None:
    """The highest frame within reach, if it is a maximum; None too where it is expected outside of the clip."""
    if not 0 <= expected < len(smooth):
        return None
    first = max(0, int(np.ceil(expected - reach)))
    top = first + int(np.argmax(smooth[first : int(expected + reach) + 1]))
    return top if top in peaks else None


def cycle_phase(spans: Sequence[Span], n_frames: int) -> Float64:
    """(T) how far each frame is through its cycle, from 0 to 1; NaN where it is in none."""
    phase = np.full(n_frames, np.nan)
    for first, last in spans:
        phase[first : last + 1] = np.arange(last - first + 1) / (last - first)
    for first, _ in spans:
        phase[first] = 0.0  # and not the end of the one before
    return phase


def marked_spans(marks: Sequence[Mark], name: str, clip: str, n_frames: int) -> tuple[tuple[Span, ...], int]:
    """Spans of one name in a clip, and how many do not fit it. Moments of that name end one span and begin the next."""
    own = sorted((mark.first, mark.last) for mark in marks if mark.clip == clip and mark.name == name)
    moments = [first for first, last in own if first == last]
    spans = sorted([*((first, last) for first, last in own if last > first), *pairwise(moments)])
    fitting = tuple((first, last) for first, last in spans if last < n_frames and last > first)
    return fitting, len(spans) - len(fitting)
