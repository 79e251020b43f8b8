"""How many frames are flips, and how many more than by chance, in words."""

from __future__ import annotations

import numpy as np

from core.report.records import Subject
from core.study.moments import Moments, PairMoments
from core.study.parts import Trend
from core.study.resampling import Interval
from core.study.words import number, percent, several, span

__all__ = ["clusters_word", "counted_words", "pair_sentence"]


def pair_sentence(pair: PairMoments, clusters: str) -> str:
    """How many frames are flips, how many more than by chance, and whether that goes with speed."""
    whole = pair.whole
    return (f"{pair.fewer_mm} and {pair.other}: {percent(whole.flips.value)} of {several(whole.counted, 'frame')} are "
            f"flips, unrelated orders would give {percent(whole.expected)}: an excess of {_points(whole.excess)}. "
            f"{_trend(pair.trend, clusters)}")  # fmt: skip


def _trend(trend: Trend, clusters: str) -> str:
    """Whether speed matters. clusters : ``athlete`` or ``take``."""
    excess = trend.excess
    if not np.isfinite(excess.value):
        return "Whether that goes with speed cannot be said."
    level = f", {number(100 * excess.level, 1)} % interval" if np.isfinite(excess.low) else ""
    text = f"Fastest fifth less slowest: {_points(excess, level)}"
    if trend.shown:
        return f"{text}; the excess is {'larger' if excess.value > 0 else 'smaller'} in fast frames, beyond chance."
    why = "" if trend.enough else f" ({several(trend.clusters, clusters)}: too few for one)"
    return f"{text}; no trend is shown{why}."


def clusters_word(subject: Subject) -> str:
    """What intervals are over, in one word."""
    return "athlete" if subject.counts[2] > 1 else "take"


def _points(share: Interval, more: str = "") -> str:
    """A difference of shares. more : behind the ends of its interval."""
    ends = span(100 * share.low, 100 * share.high, 0)
    return f"{number(100 * share.value, 0)} percentage points ({ends}{more})"


def counted_words(found: Moments) -> str:
    """Frames that count, of those there are; pairs may have different ones."""
    counted = sorted({pair.whole.counted for pair in found.pairs})
    if counted == [found.frames]:
        return f"all {several(found.frames, 'frame')}"
    counts = f"{counted[0]:,}" if len(counted) == 1 else f"{counted[0]:,} to {counted[-1]:,} (by pair)"
    return f"{counts} of {several(found.frames, 'frame')}"
