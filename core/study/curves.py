"""Angles over a cycle or a marked span, brought to one length: means with bands, and where lifters differ along them.

Every cycle of every angle becomes 101 points, 0 to 100 %, by linear interpolation over time, both ends included. The
view of a camera counts for an angle where the reference and all lifters have it without a gap, so that all curves are
of the same cycles. Views of one cycle are averaged first: bands and tests are of cycles, not of cameras.
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
from core.study.views import distinct_cycles, means_of

__all__ = ["POINTS", "Band", "ClipCurves", "Comparison", "Movement", "clip_curves", "movements_of", "normalised"]

POINTS = 101
"""0, 1, ... 100 %."""


@dataclass(frozen=True, slots=True, eq=False)
class ClipCurves:
    """The n cycles of one clip in one movement.

    movement : its name. spans : of each. seconds : (n) how long. whole : (n, 12) without a gap. reference_deg :
    (n, 12, 101). errors_deg : (n, 1 + L, 12, 101) signed, of the floor and of each lifter; those of a floor that stands
    in for the reference are NaN.
    """

    clip: str
    movement: str
    spans: tuple[Span, ...]
    seconds: Float64
    whole: NDArray[np.bool_]
    reference_deg: Float64
    errors_deg: Float64


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """mean_deg, sd_deg : (12, 101) over cycles, in the view of the run; NaN where undefined, as the SD of one cycle."""

    mean_deg: Float64
    sd_deg: Float64


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two error curves along the cycle, a test for each of the twelve angles.

    second : a lifter, then the sizes of the errors of both are compared and a positive difference means that ``first``
    errs more; or '' for the reference, then the signed error of ``first`` is held against 0. Either kind is a family
    that is tested together. over : ``athletes`` or ``takes``, whose signs are drawn.
    """

    first: str
    second: str
    over: str
    tests: tuple[AlongTest, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement in the clips of a study.

    cycles, clips, takes, athletes : how many; views : of the cycles, as cameras saw them. seconds : mean length of a
    cycle. left_out : (12) cycles with a gap in every view, by angle. bands : by name of the lifter; ``reference`` and
    ``floor`` are the others'. sizes_deg : (12, 101) mean absolute error of each lifter. comparisons : every lifter
    against the reference, then every pair of the study.
    """

    name: str
    cycles: int
    views: int
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
    errors = np.stack([floor, *frames.error_deg])
    # The floor is not there where it stands in for the reference.
    needed = np.concatenate([reference[None], errors if np.isfinite(floor).any() else errors[1:]])
    whole = _without_gap(np.isfinite(needed).all(axis=0), spans)
    of_errors, of_reference = (np.moveaxis(normalised(np.moveaxis(each, -2, 0), spans), 1, -1)
                               for each in (errors, reference))  # fmt: skip
    seconds = np.array([last - first for first, last in spans]) / fps
    return ClipCurves(frames.clip, movement, tuple(spans), seconds, whole, _first_turn(of_reference, circular),
                      of_errors)  # fmt: skip


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
    """Curves (n, 12, 101) of circular angles moved by whole turns, so that their means lie within half a turn of 0."""
    turns = np.where(circular[:, None], np.round(deg.mean(axis=-1, keepdims=True) / 360.0), 0.0)
    return np.asarray(deg - 360.0 * turns)


def movements_of(study: Study, clips: Iterable[ClipCurves]) -> tuple[Movement, ...]:
    """The movements of the clips of a study, by name; those without a cycle are not among them."""
    by_name: dict[str, list[ClipCurves]] = {}
    for clip in clips:
        if clip.spans:
            by_name.setdefault(clip.movement, []).append(clip)
    return tuple(_movement(study, name, by_name[name]) for name in sorted(by_name))


def _movement(study: Study, name: str, clips: Sequence[ClipCurves]) -> Movement:
    resampling, lifters = study.resampling, study.scores.lifters
    takes = resampling.takes[[study.scores.clips.index(clip.clip) for clip in clips]]
    cycles = _Cycles.of(clips, takes)
    athletes = resampling.athletes[cycles.takes]
    n_athletes = len(np.unique(athletes))
    over, owners = ("athletes", athletes) if n_athletes >= LEAST_ATHLETES else ("takes", cycles.takes)
    angles = [cycles.reference_deg, *np.moveaxis(cycles.reference_deg[:, None] + cycles.errors_deg, 1, 0)]
    reference, floor, *bands = (_band(of_series, cycles.there) for of_series in angles)
    (sizes,) = means_of(cycles.sizes_deg, cycles.there, np.zeros(len(owners), np.intp))
    return Movement(
        name, len(owners), sum(len(clip.spans) for clip in clips), len(clips), len(np.unique(takes)), n_athletes,
        float(cycles.seconds.mean()), tuple(int(n) for n in (~cycles.there).sum(axis=0)), reference, floor,
        dict(zip(lifters, bands, strict=True)), dict(zip(lifters, sizes, strict=True)),
        _comparisons(study, cycles, owners, over),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Cycles:
    """The C cycles of a movement, each the mean over its views; NaN where an angle has a gap in all of them.

    takes : (C) number of the take of each. seconds : (C). there : (C, 12). reference_deg : (C, 12, 101). errors_deg :
    (C, 1 + L, 12, 101) signed. sizes_deg : (C, L, 12, 101) mean absolute errors.
    """

    takes: NDArray[np.intp]
    seconds: Float64
    there: NDArray[np.bool_]
    reference_deg: Float64
    errors_deg: Float64
    sizes_deg: Float64

    @classmethod
    def of(cls, clips: Sequence[ClipCurves], takes: NDArray[np.intp]) -> _Cycles:
        """Of clips (n). takes : (n) number of the take of each."""
        cycles = distinct_cycles(takes, [clip.spans for clip in clips], [clip.reference_deg for clip in clips])
        whole, seconds, reference, errors = (
            np.concatenate([getattr(clip, what) for clip in clips])
            for what in ("whole", "seconds", "reference_deg", "errors_deg")
        )
        _, first = np.unique(cycles, return_index=True)
        there = np.zeros((len(first), N_ANGLES), np.bool_)
        np.logical_or.at(there, cycles, whole)
        apart = (reference[first][cycles] - reference).mean(axis=-1, keepdims=True)
        reference = reference + 360.0 * np.nan_to_num(np.round(apart / 360.0))  # views on either side of half a turn
        return cls(
            np.repeat(takes, [len(clip.spans) for clip in clips])[first],
            np.bincount(cycles, seconds) / np.bincount(cycles), there,
            *(means_of(each, whole, cycles) for each in (reference, errors, np.abs(errors[:, 1:]))),
        )  # fmt: skip


def _band(deg: Float64, there: NDArray[np.bool_]) -> Band:
    """Of angles (C, 12, 101) of cycles, of which there (C, 12) are; all NaN where the series is missing."""
    (mean,) = means_of(deg, there, np.zeros(len(deg), np.intp))
    about = np.where(there[..., None], deg - mean, 0.0)
    count = np.broadcast_to(there.sum(axis=0)[:, None].astype(np.float64), mean.shape)
    return Band(mean, np.sqrt(ratio((about * about).sum(axis=0), np.maximum(count - 1, 0))))


def _comparisons(study: Study, cycles: _Cycles, owners: NDArray[np.intp], over: str) -> tuple[Comparison, ...]:
    """Every lifter, then every pair. owners : (C) number of the athlete or take of each cycle."""
    lifters, seed = study.scores.lifters, study.resampling.seed
    names, places = np.unique(owners, return_inverse=True)
    signed, sizes = (means_of(each, cycles.there, places) for each in (cycles.errors_deg[:, 1:], cycles.sizes_deg))
    one = [lifters.index(pair.fewer_mm) for pair in study.pairs]
    two = [lifters.index(pair.other) for pair in study.pairs]
    families = (
        (signed, [(name, "") for name in lifters]),
        (sizes[:, one] - sizes[:, two], [(pair.fewer_mm, pair.other) for pair in study.pairs]),
    )
    found: list[Comparison] = []
    for differences, compared in families:
        tests = tests_along(differences.reshape(len(names), len(compared) * N_ANGLES, POINTS), seed)
        found += [
            Comparison(first, second, over, tests[k * N_ANGLES : (k + 1) * N_ANGLES])
            for k, (first, second) in enumerate(compared)
        ]
    return tuple(found)
