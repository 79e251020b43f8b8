"""The budget of one clip: sums of errors with each confounder in and out, which add up over clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.angles.views import circular_columns
from core.conventions import N_ANGLES
from core.dataset import load_clip
from core.errors import DataError
from core.estimators import Estimator
from core.evaluation import Evaluation, EvaluationOptions, Reference, evaluate_sources, reference_of
from core.evaluation.axes import truth_in
from core.evaluation.reference import compared
from core.metrics.angle import circular_difference_deg
from core.metrics.position import PositionErrors
from core.pairing import SourceRef, load_source
from core.records import Angles, Clip, Float32, Float64, Poses, Scale
from core.scoring.work import Task
from core.study.budget.confounders import CASES, SEAM_FRAMES, SIZES, Case, Confounder
from core.study.budget.definition import offsets_mm, without_offsets
from core.study.budget.perfect import at_rate, other_hips, weak_perspective

__all__ = ["BudgetTask", "ClipBudget", "ClipOffsets", "budget_of_clip", "offsets_of_clip", "sampled"]

_POSITIONS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")


@dataclass(frozen=True, slots=True)
class BudgetTask:
    """One clip to measure. most_frames : spread over the clip. seams : by lifter, where its windows meet; lifters of
    which that is unknown are not there. sizes : whether to look at perfect poses too. offsets : by lifter, (7, 3)
    offsets of its joints of :func:`core.study.budget.definition.offsets_mm`.
    """

    task: Task
    most_frames: int
    seams: Mapping[str, tuple[int, ...]]
    sizes: bool = True
    offsets: Mapping[str, Float64] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class ClipOffsets:
    """rig : joint set of the clip's reference. offsets_mm : by lifter, (7, 3) median over the clip. rigs : by lifter,
    the joint set that its poses state. Without lifters that cannot be laid over the reference.
    """

    rig: str
    offsets_mm: Mapping[str, Float64]
    rigs: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class ClipBudget:
    """Of K cases and L lifters on one clip. angles : (K, L, 2, 12) sum and count of the absolute error in degrees.
    positions : (K, L, 3, 2) sum and count of the position errors in millimetres. sizes : (S, 2, 12) of
    :data:`core.study.budget.confounders.SIZES`. concerned : (L, confounders) 1 where it concerns the lifter's poses, 0
    where it does not, NaN where that is unknown. frames : that were looked at, of ``of_frames``. Lifters that cannot be
    used on the clip have counts of 0.
    """

    index: int
    frames: int
    of_frames: int
    angles: Float64
    positions: Float64
    sizes: Float64
    concerned: Float64

    @property
    def weight(self) -> float:
        """How many frames each that was looked at stands for."""
        return self.of_frames / self.frames


def sampled(n_frames: int, most: int) -> NDArray[np.intp]:
    """At most so many frames: those in the middle of equal parts, so that no part of the clip counts for more."""
    parts = min(n_frames, most)
    return np.floor((np.arange(parts) + 0.5) * n_frames / max(parts, 1)).astype(np.intp)


def offsets_of_clip(task: BudgetTask) -> ClipOffsets:
    """Where lifters have their joints on one clip. Raises :class:`DataError` where the clip itself cannot be used."""
    whole = load_clip(task.task.entry, task.task.dataset)
    frames = sampled(whole.n_frames, task.most_frames)
    clip = _thinned(whole, frames)
    found, rigs = {}, {}
    for place, poses in _read(whole, task.task.sources, frames):
        truth = truth_in(poses.axes, clip)
        if truth is not None and truth.turned:
            offsets = offsets_mm(poses.xyz_mm.astype(np.float64), np.asarray(truth.xyz_mm, np.float64))
            known = offsets[np.isfinite(offsets).all(axis=(1, 2))]
            if len(known):
                lifter = task.task.sources[place][0]
                found[lifter], rigs[lifter] = np.median(known, axis=0), poses.rig
    return ClipOffsets(clip.poses.rig, found, rigs)


def budget_of_clip(task: BudgetTask) -> ClipBudget:
    """Measure one clip. Raises :class:`DataError` where the clip itself cannot be used."""
    whole = load_clip(task.task.entry, task.task.dataset)
    frames = sampled(whole.n_frames, task.most_frames)
    reference = reference_of(whole, task.task.estimator, task.task.options, frames)
    clip = _thinned(whole, frames)
    sources = _read(whole, task.task.sources, frames)
    measure = _Measure(clip, reference, task.task.estimator, task.task.options)
    count = len(task.task.sources)
    angles, positions = np.zeros((len(CASES), count, 2, N_ANGLES)), np.zeros((len(CASES), count, 3, 2))
    concerned = np.zeros((count, len(Confounder)))
    flat = (
        weak_perspective(clip) if task.sizes or any(poses.scale is not Scale.METRIC for _, poses in sources) else None
    )
    shift = measure.shift_of_scale(flat)
    names = [name for name, _ in task.task.sources]
    offsets = {place: task.offsets.get(name) for place, name in enumerate(names)}
    for place, poses, plain, moved in measure.evaluated(sources, offsets):
        lifter = names[place]
        seams, metric = task.seams.get(lifter), poses.scale is Scale.METRIC
        one = _One(plain, moved, reference, metric, None if metric else shift, _near_seams(seams or (), frames))
        concerned[place] = one.concerned(seams)
        for k, case in enumerate(CASES):
            angles[k, place], positions[k, place] = one.sums(case)
    perfect = (other_hips(clip.poses), flat, at_rate(whole.poses, whole.fps, frames)) if task.sizes else ()
    sizes = measure.sizes(*perfect)
    return ClipBudget(task.task.index, len(frames), whole.n_frames, angles, positions, sizes, concerned)


def _thinned(clip: Clip, frames: NDArray[np.intp]) -> Clip:
    points = clip.points and replace(clip.points, xyz_mm=clip.points.xyz_mm[frames])
    return replace(clip, poses=replace(clip.poses, xyz_mm=clip.poses.xyz_mm[frames]), points=points)


def _read(clip: Clip, refs: Sequence[tuple[str, SourceRef]], frames: NDArray[np.intp]) -> list[tuple[int, Poses]]:
    """Place and poses of the sources that can be read; the others were told when the clip was scored."""
    found = []
    for place, (_, ref) in enumerate(refs):
        try:
            poses = load_source(ref, clip)
        except DataError:
            continue
        found.append((place, replace(poses, xyz_mm=poses.xyz_mm[frames])))
    return found


def _near_seams(seams: Sequence[int], frames: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(n) which of the frames are near where windows meet: the last frames of one and the first of the next."""
    ends = np.asarray(seams, float)[:, None] - 0.5
    return np.asarray((np.abs(frames - ends) < SEAM_FRAMES).any(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class _Measure:
    """What is asked of one clip."""

    clip: Clip
    reference: Reference
    estimator: Estimator
    options: EvaluationOptions

    def evaluated(
        self, sources: Sequence[tuple[int, Poses]], offsets: Mapping[int, Float64 | None]
    ) -> list[tuple[int, Poses, Evaluation, Evaluation | None]]:
        """Place, poses, evaluation, and that with joints as the reference defines them where the offsets are known."""
        moved = [(place, self._moved(poses, offsets[place])) for place, poses in sources]
        other = [(place, poses) for place, poses in moved if poses is not None]
        named = [(str(place), poses) for place, poses in (*sources, *other)]
        done = evaluate_sources(self.clip, named, self.estimator, self.options, self.reference)
        moved_of = {place: result for (place, _), result in zip(other, done[len(sources) :], strict=True)}
        found = []
        for (place, poses), result in zip(sources, done, strict=False):
            if not isinstance(result, DataError):
                again = moved_of.get(place)
                found.append((place, poses, result, None if isinstance(again, DataError) else again))
        return found

    def _moved(self, poses: Poses, offsets: Float64 | None) -> Poses | None:
        truth = truth_in(poses.axes, self.clip)
        if offsets is None or truth is None or not truth.turned:
            return None
        xyz = without_offsets(poses.xyz_mm.astype(np.float64), np.asarray(truth.xyz_mm, np.float64), offsets)
        return replace(poses, xyz_mm=xyz.astype(np.float32), rig=self.clip.poses.rig)

    def shift_of_scale(self, flat: Poses | None) -> Float32 | None:
        """(n, 12) what weak perspective does to the angles of the reference poses."""
        return None if flat is None else self._change(flat)

    def sizes(self, *perfect: Poses | None) -> Float64:
        """(S, 2, 12) sum and count of the size of the change."""
        found = np.zeros((len(SIZES), 2, N_ANGLES))
        for k, poses in enumerate(perfect):
            if poses is not None:
                found[k] = _summed(self._change(poses))
        return found

    def _change(self, poses: Poses) -> Float32:
        angles: Angles = self.estimator.angles(poses)
        return compared([angles], self.reference.floor, self.options.shoulder)[0]


@dataclass(frozen=True, slots=True, eq=False)
class _One:
    """One lifter on one clip. moved : with joints as the reference defines them, where that is known. metric : whether
    its poses are. shift : (n, 12) of weak perspective, where they are not and it is known. seam : (n) frames near one.
    """

    plain: Evaluation
    moved: Evaluation | None
    reference: Reference
    metric: bool
    shift: Float32 | None
    seam: NDArray[np.bool_]

    def concerned(self, seams: Sequence[int] | None) -> list[float]:
        """Whether each confounder has anything to do with it; NaN where that is unknown."""
        unknown = float("nan")
        there = {
            Confounder.FLOOR: float(not self.reference.stands_in),
            Confounder.DEFINITION: unknown if self.moved is None else 1.0,
            Confounder.SCALE: 0.0 if self.metric else unknown if self.shift is None else 1.0,
            Confounder.SINGULAR: float(self.reference.near_singular.any()),
            Confounder.SEAMS: unknown if seams is None else float(bool(seams)),
        }
        return [there[each] for each in Confounder]

    def sums(self, case: Case) -> tuple[Float64, Float64]:
        """(2, 12) and (3, 2) with what the case names taken out; off frames where that is unknown nothing is taken, so
        that bars compare the same frames.
        """
        taken = self.moved if Confounder.DEFINITION in case and self.moved is not None else self.plain
        error = taken.error_deg.astype(np.float64)
        if Confounder.FLOOR in case and not self.reference.stands_in:
            error = error - np.nan_to_num(self.reference.floor_error_deg)
        if Confounder.SCALE in case and self.shift is not None:
            error = error - np.nan_to_num(self.shift)
        circular = circular_columns(self.plain.options.shoulder)
        error = np.where(circular, circular_difference_deg(error, 0.0), error)
        if Confounder.SINGULAR in case:
            error = np.where(self.reference.near_singular, np.nan, error)
        kept = ~self.seam if Confounder.SEAMS in case else np.ones(len(error), bool)
        return _summed(error[kept]), _positions(taken.positions, kept)


def _summed(error_deg: Float32 | Float64) -> Float64:
    """(2, 12) sum and count of the size of what is defined."""
    there = np.isfinite(error_deg)
    return np.stack([np.where(there, np.abs(error_deg), 0.0).sum(axis=0, dtype=np.float64), there.sum(axis=0)])


def _positions(errors: PositionErrors, kept: NDArray[np.bool_]) -> Float64:
    """(3, 2) of the frames that are kept."""
    values = np.stack([getattr(errors, name)[kept] for name in _POSITIONS])
    there = np.isfinite(values)
    return np.stack([np.where(there, values, 0.0).sum(axis=(1, 2), dtype=np.float64), there.sum(axis=(1, 2))], axis=1)
