"""Where in a movement two lifters are ranked one way by millimetres and the other way by degrees, frame by frame.

A frame is a flip where the lifter with fewer millimetres has more degrees. Shares of flips, and what both errors
differ by, are given for frames that are alike: in speed, in how high an arm is, in how far a clip or a cycle has come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.angles.views import circular_columns, in_components
from core.conventions import SHOULDER_COLUMNS
from core.errors import DataError
from core.metrics.angle import circular_difference_deg
from core.metrics.sums import ratio
from core.records import Float32, Float64
from core.results.clip_frames import ClipFrames
from core.study.resampling import Interval, Resampling, interval_of
from core.study.study import Study

__all__ = ["EDGES", "By", "ClipMoments", "Moments", "PairMoments", "Part", "by_chance", "clip_moments", "moments_of"]

_SPEED_S = 0.05
"""Speeds are taken over so long: over two frames alone, labels that tremble would look like movement."""
_SPEED_PARTS = 5
_DRAWN = [0, 1, 2, 5, 6]
"""Of the sums of a part, those that intervals are made of: frames, told, flips, millimetres, degrees."""
_FRAMES, _TOLD, _FLIPS, _MM, _DEG = range(5)


class By(StrEnum):
    """What makes frames alike. speed : mean absolute angular speed of the reference's angles, deg/s, in fifths of all
    frames. elevation : of the reference's higher arm away from hanging, degrees. clip : how far the clip has come, in
    tenths. cycle : how far the cycle has come, for frames that are part of one.
    """

    SPEED = "speed"
    ELEVATION = "elevation"
    CLIP = "clip"
    CYCLE = "cycle"


_TENTHS = tuple(k / 10 for k in range(11))
EDGES: Mapping[By, tuple[float, ...]] = {
    By.ELEVATION: (0.0, 30.0, 60.0, 90.0, 120.0, 180.0), By.CLIP: _TENTHS, By.CYCLE: _TENTHS,
}  # fmt: skip
"""Edges of the parts that do not depend on the data."""


@dataclass(frozen=True, slots=True, eq=False)
class ClipMoments:
    """T frames of a clip. of : (4, T) what each of :class:`By` is about, NaN where unknown. mm, deg : (P, T) difference
    of each pair of lifters, the first less the second, as :func:`itertools.combinations` orders them; NaN where they
    cannot be compared.
    """

    clip: str
    of: Float32
    mm: Float32
    deg: Float32


@dataclass(frozen=True, slots=True)
class Part:
    """Frames between two edges, of so many clips.

    frames : on which both lifters can be compared. ties : of these, where one error or the other is equal. flips :
    share of the others on which fewer millimetres go with more degrees. expected : what that share would be if the two
    orders had nothing to do with each other. mm, deg : mean differences over all frames, the first lifter less the
    other.
    """

    low: float
    high: float
    clips: int
    frames: int
    ties: int
    flips: Interval
    expected: float
    mm: Interval
    deg: Interval


@dataclass(frozen=True, slots=True)
class PairMoments:
    """Two lifters, of which ``fewer_mm`` has the smaller position error over all clips. whole : all frames. by : parts
    in the order of their edges, none where no frame has anything to do with it.
    """

    fewer_mm: str
    other: str
    whole: Part
    by: Mapping[By, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Moments:
    """Every two lifters of a study. position : which error is meant by millimetres. frames : of the clips, in all."""

    position: str
    frames: int
    pairs: tuple[PairMoments, ...]


def clip_moments(frames: ClipFrames, fps: float, cycle_phase: Float64) -> ClipMoments:
    """What is needed of one clip. cycle_phase : (T) from 0 to 1, NaN where a frame is in no cycle."""
    components = in_components(frames.reference_deg, frames.view)
    arms = [np.hypot(*(components[:, column] for column in pair)) for pair in SHOULDER_COLUMNS]
    phase = np.arange(frames.n_frames) / frames.n_frames
    pairs = [_differences(frames, one, two) for one, two in combinations(range(len(frames.lifters)), 2)]
    mm, deg = np.array(pairs, np.float32).reshape(-1, 2, frames.n_frames).swapaxes(0, 1)
    of = np.array([_speed_deg_s(components, fps), np.fmax(*arms), phase, cycle_phase], np.float32)
    return ClipMoments(frames.clip, of, mm, deg)


def _speed_deg_s(deg: Float64, fps: float) -> Float64:
    """(T) mean of the absolute speeds of the angles that have one there."""
    half, last = max(1, round(_SPEED_S * fps / 2)), len(deg) - 1
    place = np.arange(len(deg))
    before, after = np.maximum(place - half, 0), np.minimum(place + half, last)
    change = deg[after] - deg[before]
    size = np.abs(np.where(circular_columns(), circular_difference_deg(change, 0.0), change))
    known = np.isfinite(size)
    mean = ratio(np.where(known, size, 0.0).sum(axis=1), known.sum(axis=1))
    return np.asarray(mean * fps / np.maximum(after - before, 1))


def _differences(frames: ClipFrames, one: int, two: int) -> tuple[Float64, Float64]:
    """(T) millimetres and degrees, over joints and angles that both have; NaN where the joints are not as many."""
    size = np.abs(frames.error_deg[[one, two]])
    known = np.isfinite(size).all(axis=0)
    deg = ratio(np.where(known, size[0] - size[1], 0.0).sum(axis=1), known.sum(axis=1))
    mm = frames.position_mm[one] - frames.position_mm[two]
    comparable = np.isfinite(mm + deg) & (frames.joints[one] == frames.joints[two])
    return np.where(comparable, mm, np.nan), np.where(comparable, deg, np.nan)


def moments_of(study: Study, clips: Sequence[ClipMoments]) -> Moments:
    """The moments of the clips of a study, in its order; each with the lifters of the study in their order.

    Raises :class:`DataError` where there is no pair of lifters or a clip is missing.
    """
    scores = study.scores
    if not study.pairs:
        raise DataError("one lifter has no rank", expected="at least two lifters that can be compared")
    if tuple(clip.clip for clip in clips) != scores.clips:
        raise DataError("frames are of other clips than the study", expected="the clips of the study in their order")
    edges = {By.SPEED: _fifths(clips), **EDGES}
    owners = np.repeat(np.arange(len(clips)), [clip.of.shape[1] for clip in clips])
    of = np.concatenate([clip.of for clip in clips], axis=1)
    places = {by: _places(of[k], edges[by]) for k, by in enumerate(By)}
    order = list(combinations(scores.lifters, 2))
    found = []
    for pair in study.pairs:
        swapped = (pair.fewer_mm, pair.other) not in order
        k = order.index((pair.other, pair.fewer_mm) if swapped else (pair.fewer_mm, pair.other))
        sign = np.float32(-1 if swapped else 1)
        mm, deg = (sign * np.concatenate([getattr(clip, what)[k] for clip in clips]) for what in ("mm", "deg"))
        measure = _Measure(mm, deg, owners, study.resampling)
        by = {by: measure.parts(places[by], edges[by]) if (places[by] >= 0).any() else () for by in By}
        (whole,) = measure.parts(np.zeros(len(mm), np.intp), (float("nan"), float("nan")))
        found.append(PairMoments(pair.fewer_mm, pair.other, whole, by))
    return Moments(study.options.by, len(owners), tuple(found))


def _fifths(clips: Sequence[ClipMoments]) -> tuple[float, ...]:
    speeds = np.concatenate([clip.of[list(By).index(By.SPEED)] for clip in clips])
    known = speeds[np.isfinite(speeds)]
    edges = np.quantile(known, np.linspace(0, 1, _SPEED_PARTS + 1)) if len(known) else np.zeros(_SPEED_PARTS + 1)
    return tuple(float(edge) for edge in edges)


def _places(of: Float32, edges: Sequence[float]) -> NDArray[np.intp]:
    """(T) number of the part of each frame, -1 where it is in none; the last part has its upper edge too."""
    place = np.searchsorted(np.asarray(edges[1:-1], np.float32), of, side="right")
    return np.where(np.isfinite(of), place, -1)


@dataclass(frozen=True, slots=True, eq=False)
class _Measure:
    """One pair on all frames (N). mm, deg : its differences. owners : number of each frame's clip."""

    mm: Float32
    deg: Float32
    owners: NDArray[np.intp]
    resampling: Resampling

    def parts(self, places: NDArray[np.intp], edges: Sequence[float]) -> tuple[Part, ...]:
        """One for every two edges that follow each other."""
        n = len(edges) - 1
        there = np.isfinite(self.mm) & (places >= 0)
        mm, deg = (np.where(there, values, 0.0).astype(np.float64) for values in (self.mm, self.deg))
        told = there & (mm != 0) & (deg != 0)
        adds = (there, told, told & ((mm < 0) != (deg < 0)), told & (mm < 0), told & (deg < 0), mm, deg)
        clips = len(self.resampling.takes)
        cell = self.owners * n + np.where(there, places, 0)
        counted = [np.bincount(cell, weights=each, minlength=clips * n) for each in adds]
        sums = np.stack(counted, axis=-1).astype(np.float64).reshape(clips, n, len(adds))
        resampled = self.resampling.sums(sums[..., _DRAWN])
        return tuple(self._part(edges[k], edges[k + 1], sums[:, k], resampled[:, k]) for k in range(n))

    def _part(self, low: float, high: float, of_clips: Float64, resampled: Float64) -> Part:
        """Of sums (C, 7), and of those of resamples (n, 5)."""
        total = of_clips.sum(axis=0)
        frames, told, _, fewer_mm, fewer_deg, *_ = total
        flips, mm, deg = (
            self._interval(total[_DRAWN], resampled, *of) for of in ((_FLIPS, _TOLD), (_MM, _FRAMES), (_DEG, _FRAMES))
        )
        expected = by_chance(fewer_mm / told, fewer_deg / told) if told else float("nan")
        clips = int(np.count_nonzero(of_clips[:, 0]))
        return Part(low, high, clips, int(frames), int(frames - told), flips, float(expected), mm, deg)

    def _interval(self, total: Float64, resampled: Float64, what: int, by: int) -> Interval:
        value = total[what] / total[by] if total[by] else np.nan
        return interval_of(float(value), ratio(resampled[:, what], resampled[:, by]), self.resampling.level)


def by_chance(p: float, q: float) -> float:
    """Share of disagreement of two independent orders, in which one comes first with these shares."""
    return p * (1 - q) + q * (1 - p)
