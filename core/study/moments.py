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
from core.study.parts import Part, Trend, summed, unknown
from core.study.study import Study

__all__ = ["EDGES", "By", "ClipMoments", "Moments", "PairMoments", "clip_moments", "moments_of"]

_SPEED_S = 0.05
"""Speeds are taken over so long: over two frames alone, labels that tremble would look like movement."""
_SPEED_PARTS = 5


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
_EVERYWHERE = (float("nan"), float("nan"))


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
class PairMoments:
    """Two lifters, of which ``fewer_mm`` has the smaller position error over all clips. whole : all frames. by : parts
    in the order of their edges, none where no frame has anything to do with it. trend : of the fastest fifth of frames
    against the slowest one, which are compared whatever the others say.
    """

    fewer_mm: str
    other: str
    whole: Part
    by: Mapping[By, tuple[Part, ...]]
    trend: Trend


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
    placed = {by: _places(of[k], edges[by]) for k, by in enumerate(By)}
    places = {by: of_frames for by, of_frames in placed.items() if (of_frames >= 0).any()}
    order = list(combinations(scores.lifters, 2))
    found = []
    for pair in study.pairs:
        swapped = (pair.fewer_mm, pair.other) not in order
        k = order.index((pair.other, pair.fewer_mm) if swapped else (pair.fewer_mm, pair.other))
        sign = np.float32(-1 if swapped else 1)
        mm, deg = (sign * np.concatenate([getattr(clip, what)[k] for clip in clips]) for what in ("mm", "deg"))
        (whole,) = summed(mm, deg, owners, np.zeros(len(mm), np.intp), _EVERYWHERE, study.resampling).parts()
        sums = {by: summed(mm, deg, owners, places[by], edges[by], study.resampling) for by in By if by in places}
        trend = sums[By.SPEED].trend(len(study.pairs)) if By.SPEED in sums else unknown(study.resampling.level)
        by = {by: sums[by].parts() if by in sums else () for by in By}
        found.append(PairMoments(pair.fewer_mm, pair.other, whole, by, trend))
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
