"""Angles over a cycle or a marked span, brought to one length: means with bands, and where lifters differ along them.

Every cycle of every angle becomes 101 points, 0 to 100 %, by linear interpolation over time, both ends included. A
cycle counts for an angle where the reference and all lifters have it without a gap, so that all curves are of the same
cycles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.angles.views import circular_columns
from core.conventions import N_ANGLES
from core.metrics.angle import circular_difference_deg, unwrapped_deg
from core.metrics.sums import ratio
from core.records import Float64
from core.results.clip_frames import ClipFrames
from core.study.along import AlongTest, tests_along
from core.study.cycles import Span
from core.study.signs import LEAST_ATHLETES
from core.study.study import Study

__all__ = ["POINTS", "Band", "ClipCurves", "Comparison", "Movement", "clip_curves", "movements_of", "normalised"]

POINTS = 101
"""0, 1, ... 100 %."""


@dataclass(frozen=True, slots=True, eq=False)
class ClipCurves:
    """Sums over the cycles of one clip in one movement. S series: reference, floor, then L lifters.

    movement : its name. cycles : in all. seconds : that they last together. used : (12) cycles without a gap, by angle.
    sums, squares : (S, 12, 101) of the angles. signed, sizes : (L, 12, 101) of the errors and their sizes.
    """

    clip: str
    movement: str
    cycles: int
    seconds: float
    used: NDArray[np.intp]
    sums: Float64
    squares: Float64
    signed: Float64
    sizes: Float64


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """mean_deg, sd_deg : (12, 101) over cycles, in the view of the run; NaN where undefined."""

    mean_deg: Float64
    sd_deg: Float64


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two error curves along the cycle, a test for each of the twelve angles, all tested together.

    second : a lifter, then the sizes of the errors of both are compared and a positive difference means that ``first``
    errs more; or '' for the reference, then the signed error of ``first`` is held against 0. over : ``athletes`` or
    ``takes``, whose signs are drawn.
    """

    first: str
    second: str
    over: str
    tests: tuple[AlongTest, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement in the clips of a study.

    cycles, clips, takes, athletes : how many. seconds : mean length of a cycle. left_out : (12) cycles with a gap, by
    angle. bands : by name of the lifter; ``reference`` and ``floor`` are the others'. sizes_deg : (12, 101) mean
    absolute error of each lifter. comparisons : every lifter against the reference, then every pair of the study.
    """

    name: str
    cycles: int
    clips: int
    takes: int
    athletes: int
    seconds: float
    left_out: tuple[int, ...]
    reference: Band
    floor: Band
    bands: Mapping[str, Band]
    sizes_deg: Mapping[str, Float64]
    comparisons: tuple[Comparison, ...]


def clip_curves(frames: ClipFrames, fps: float, spans: Sequence[Span], movement: str) -> ClipCurves:
    """The cycles of a clip from the first to the last frame of each span."""
    circular = circular_columns(frames.view)
    reference = unwrapped_deg(frames.reference_deg, circular)
    floor = frames.floor_deg - frames.reference_deg
    floor = np.where(circular, circular_difference_deg(floor, 0.0), floor)
    errors = np.stack([np.zeros_like(reference), floor, *frames.error_deg])
    # The floor is not there where it stands in for the reference.
    needed = np.concatenate([reference[None], errors if np.isfinite(floor).any() else errors[2:]])
    whole = _without_gap(np.isfinite(needed).all(axis=0), spans)
    of_errors = normalised(np.moveaxis(errors, 0, 1), spans)
    of_angles = _first_turn(normalised(reference, spans), circular)[:, :, None] + of_errors
    sums, squares, signed, sizes = (
        np.einsum("cpsa,ca->sap", np.where(whole[:, None, None], each, 0.0), whole.astype(np.float64))
        for each in (of_angles, of_angles * of_angles, of_errors[:, :, 2:], np.abs(of_errors[:, :, 2:]))
    )
    seconds = sum(last - first for first, last in spans) / fps
    return ClipCurves(frames.clip, movement, len(spans), seconds, whole.sum(axis=0), sums, squares, signed, sizes)


def normalised(values: Float64, spans: Sequence[Span]) -> Float64:
    """(n, 101, ...) values (T, ...) of each of n spans at 101 equally spaced moments, both ends included."""
    first, last = np.array(spans, np.float64).reshape(-1, 2).T
    at = first[:, None] + (last - first)[:, None] * np.linspace(0.0, 1.0, POINTS)
    before = np.minimum(np.floor(at), last[:, None] - 1).astype(np.intp)
    weight = (at - before).reshape(*at.shape, *(1,) * (values.ndim - 1))
    return np.asarray(values[before] * (1 - weight) + values[before + 1] * weight)


def _without_gap(there: NDArray[np.bool_], spans: Sequence[Span]) -> NDArray[np.bool_]:
    """(n, 12) whether every frame of each span is there, of (T, 12)."""
    missing = np.concatenate([np.zeros((1, N_ANGLES), np.intp), np.cumsum(~there, axis=0)])
    first, last = np.array(spans, np.intp).reshape(-1, 2).T
    return np.asarray(missing[last + 1] == missing[first])


def _first_turn(deg: Float64, circular: NDArray[np.bool_]) -> Float64:
    """Curves (n, 101, 12) of circular angles moved by whole turns, so that their means lie within half a turn of 0."""
    turns = np.where(circular, np.round(deg.mean(axis=1, keepdims=True) / 360.0), 0.0)
    return np.asarray(deg - 360.0 * turns)


def movements_of(study: Study, clips: Iterable[ClipCurves]) -> tuple[Movement, ...]:
    """The movements of the clips of a study, by name; those without a cycle are not among them."""
    by_name: dict[str, list[ClipCurves]] = {}
    for clip in clips:
        if clip.cycles:
            by_name.setdefault(clip.movement, []).append(clip)
    return tuple(_movement(study, name, by_name[name]) for name in sorted(by_name))


def _movement(study: Study, name: str, clips: Sequence[ClipCurves]) -> Movement:
    resampling, lifters = study.resampling, study.scores.lifters
    places = np.array([study.scores.clips.index(clip.clip) for clip in clips])
    takes = resampling.takes[places]
    athletes = resampling.athletes[takes]
    n_athletes = len(np.unique(athletes))
    over, owners = ("athletes", athletes) if n_athletes >= LEAST_ATHLETES else ("takes", takes)
    used = np.array([clip.used for clip in clips])
    sums, squares = (np.sum([getattr(clip, what) for clip in clips], axis=0) for what in ("sums", "squares"))
    reference, floor, *bands = (_band(s, q, used.sum(axis=0)) for s, q in zip(sums, squares, strict=True))
    cycles = sum(clip.cycles for clip in clips)
    sizes = np.sum([clip.sizes for clip in clips], axis=0)
    sizes = ratio(sizes, np.broadcast_to(used.sum(axis=0)[:, None].astype(np.float64), sizes.shape))
    return Movement(
        name, cycles, len(clips), len(np.unique(takes)), n_athletes, sum(clip.seconds for clip in clips) / cycles,
        tuple(int(cycles - n) for n in used.sum(axis=0)), reference, floor, dict(zip(lifters, bands, strict=True)),
        dict(zip(lifters, sizes, strict=True)), _comparisons(study, clips, owners, over),
    )  # fmt: skip


def _band(sums: Float64, squares: Float64, n: NDArray[np.intp]) -> Band:
    """Of sums (12, 101) over n (12) cycles; all NaN where the series is missing."""
    count = np.broadcast_to(n[:, None].astype(np.float64), sums.shape)
    mean = ratio(sums, count)
    variance = ratio(squares - sums * mean, np.maximum(count - 1, 0))
    return Band(mean, np.sqrt(np.maximum(variance, 0.0)))


def _comparisons(
    study: Study, clips: Sequence[ClipCurves], owners: NDArray[np.intp], over: str
) -> tuple[Comparison, ...]:
    """Every lifter, then every pair. owners : (clips) number of the athlete or take of each."""
    lifters, seed = study.scores.lifters, study.resampling.seed
    used = _by_owner(np.array([clip.used for clip in clips], np.float64), owners)[:, None, :, None]
    totals = [_by_owner(np.array([getattr(clip, what) for clip in clips]), owners) for what in ("signed", "sizes")]
    signed, sizes = (ratio(total, np.broadcast_to(used, total.shape)) for total in totals)
    found = [Comparison(name, "", over, tests_along(signed[:, k], seed)) for k, name in enumerate(lifters)]
    for pair in study.pairs:
        one, two = lifters.index(pair.fewer_mm), lifters.index(pair.other)
        found.append(Comparison(pair.fewer_mm, pair.other, over, tests_along(sizes[:, one] - sizes[:, two], seed)))
    return tuple(found)


def _by_owner(values: Float64, owners: NDArray[np.intp]) -> Float64:
    """(owners, ...) sums of (clips, ...)."""
    names, places = np.unique(owners, return_inverse=True)
    sums = np.zeros((len(names), *values.shape[1:]))
    np.add.at(sums, places, values)
    return sums
