"""The one path to a number: sources of a clip held against its reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.angles.views import arm_direction_error_deg
from core.errors import DataError
from core.estimators import Estimator
from core.evaluation.axes import Truth, truth_in
from core.evaluation.checks import check_source, definition_notes, problems_of, wrong_axes
from core.evaluation.orientation import orientations
from core.evaluation.records import REFERENCE, Evaluation, EvaluationOptions, Reference
from core.evaluation.reference import compared, joined, reference_of
from core.metrics.position import PositionErrors, position_errors_many
from core.records import Angles, Axes, Clip, Float32, Poses, Scale

__all__ = ["evaluate", "evaluate_floor", "evaluate_sources"]


def evaluate(
    clip: Clip,
    source: Poses,
    estimator: Estimator,
    *,
    name: str,
    options: EvaluationOptions | None = None,
    reference: Reference | None = None,
) -> Evaluation:
    """Angle and position errors of one source on one clip.

    source : poses of the same frames. name : the lifter's name. reference : from :func:`reference_of` with the
    same clip, estimator and options, to compute it once for many sources.
    The reference poses are turned into the source's axes. A source in camera axes of a clip without camera has
    angles and P-MPJPE, which need no axes, and a problem that says what stays empty. For a source known up to
    scale, metric MPJPE and velocity stay empty.
    Raises :class:`DataError` for another number of frames, axes that cannot be matched, or no defined frame.
    """
    result = evaluate_sources(clip, [(name, source)], estimator, options, reference)[0]
    if isinstance(result, DataError):
        raise result
    return result


def evaluate_sources(
    clip: Clip,
    sources: Sequence[tuple[str, Poses]],
    estimator: Estimator,
    options: EvaluationOptions | None = None,
    reference: Reference | None = None,
) -> list[Evaluation | DataError]:
    """:func:`evaluate` of several (name, poses) computed together; every number equals the single call's.

    A source that cannot be compared with the clip comes as its error.
    """
    options = options or EvaluationOptions()
    reference = reference or reference_of(clip, estimator, options)
    truths = {axes: truth_in(axes, clip) for axes in {poses.axes for _, poses in sources}}
    fitted = [_fitted(clip, name, poses, truths, estimator.rigs) for name, poses in sources]
    good = [source for source in fitted if isinstance(source, _Fitted)]
    angles = estimator.angles_many([source.poses for source in good])
    errors = compared(angles, reference.angles, options.shoulder)
    arms = _arm_directions(angles, reference.angles)
    turns = orientations([(source.poses.xyz_mm, source.truth.xyz_mm) for source in good])
    done = iter([
        Evaluation(
            clip.name, clip.athlete, clip.activity, clip.fps, source.name, options, reference, series, error, arm,
            place, (*clip.notes, *reference.notes, *source.notes, *series.notes), source.problems, turn,
        )
        for source, series, error, arm, place, turn in zip(
            good, angles, errors, arms, _positions(good, clip.fps), turns, strict=True)
    ])  # fmt: skip
    return [next(done) if isinstance(source, _Fitted) else source for source in fitted]


def evaluate_floor(
    clip: Clip, estimator: Estimator, options: EvaluationOptions | None = None, reference: Reference | None = None
) -> Evaluation:
    """The estimator on the reference poses as if they were a source; it has no position errors.

    Where it stands in for the reference, its own errors are undefined, not 0.
    """
    options = options or EvaluationOptions()
    reference = reference or reference_of(clip, estimator, options)
    arms = arm_direction_error_deg(reference.floor, reference.angles)
    nothing = np.full(clip.poses.xyz_mm.shape[:2], np.nan, dtype=np.float32)
    return Evaluation(
        clip.name, clip.athlete, clip.activity, clip.fps, REFERENCE, options, reference, reference.floor,
        reference.floor_error_deg, np.full_like(arms, np.nan) if reference.stands_in else arms,
        PositionErrors(nothing, nothing, nothing, nothing), (*clip.notes, *reference.notes),
        (*reference.problems, *problems_of(clip.poses, REFERENCE)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A source that can be compared, and the reference poses in its axes."""

    name: str
    poses: Poses
    truth: Truth
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def _fitted(
    clip: Clip, name: str, source: Poses, truths: dict[Axes, Truth | None], rigs: tuple[str, ...]
) -> _Fitted | DataError:
    try:
        check_source(clip, source, name, rigs)
    except DataError as error:
        return error
    truth = truths[source.axes]
    if truth is None:
        return wrong_axes(clip, source)
    problems = problems_of(source, name)
    if not truth.turned:
        problems += (f"{name}: in camera axes, but the clip has no camera (an entry in cam_param.json); "
                     "MPJPE, N-MPJPE and velocity stay empty, P-MPJPE and angles need none",)  # fmt: skip
    return _Fitted(name, source, truth, (*source.notes, *truth.notes, *definition_notes(source, clip)), problems)


def _positions(sources: Sequence[_Fitted], fps: float) -> list[PositionErrors]:
    """Position errors of each; those that need axes are NaN where the axes are unknown."""
    found = position_errors_many(
        (source.poses.xyz_mm, source.truth.xyz_mm, fps, source.poses.scale is Scale.METRIC) for source in sources
    )
    return [errors if source.truth.turned else _without_axes(errors)
            for source, errors in zip(sources, found, strict=True)]  # fmt: skip


def _without_axes(errors: PositionErrors) -> PositionErrors:
    nothing = np.full_like(errors.p_mpjpe_mm, np.nan)
    return replace(errors, mpjpe_mm=nothing, n_mpjpe_mm=nothing, velocity_mm_s=nothing)


def _arm_directions(angles: Sequence[Angles], truth: Angles) -> list[Float32]:
    """(T, 2) arm-direction errors of each against the truth."""
    if not angles:
        return []
    return np.split(arm_direction_error_deg(joined(angles), joined([truth] * len(angles))), len(angles))
