"""Some frames of a clip evaluated alone: what changes while a joint is dragged."""

from __future__ import annotations

from dataclasses import replace

from core.estimators import Estimator
from core.evaluation.evaluating import evaluate
from core.evaluation.records import Evaluation, EvaluationOptions, Reference
from core.records import Angles, Clip, Poses

__all__ = ["cut_clip", "cut_poses", "cut_reference", "evaluate_part"]


def evaluate_part(
    clip: Clip, source: Poses, estimator: Estimator, *, name: str, first: int, last: int, options: EvaluationOptions,
    reference: Reference,
) -> Evaluation:  # fmt: skip
    """:func:`core.evaluation.evaluate` of the frames ``first`` to ``last``, both included, of a clip and a source.

    source : of these frames alone. reference : of the whole clip. Angles, angle errors and position errors of every
    frame are those of the whole evaluation, to rounding (of a network: 1e-4 degrees); velocity, which needs
    neighbours, only away from the ends. Raises what ``evaluate`` raises.
    """
    return evaluate(
        cut_clip(clip, first, last), source, estimator, name=name, options=options,
        reference=cut_reference(reference, first, last),
    )  # fmt: skip


def cut_poses(poses: Poses, first: int, last: int) -> Poses:
    """The poses of some frames."""
    return replace(poses, xyz_mm=poses.xyz_mm[first : last + 1])


def cut_clip(clip: Clip, first: int, last: int) -> Clip:
    """The clip with some of its frames."""
    points = clip.points and replace(clip.points, xyz_mm=clip.points.xyz_mm[first : last + 1])
    return replace(clip, poses=cut_poses(clip.poses, first, last), points=points)


def cut_reference(reference: Reference, first: int, last: int) -> Reference:
    """What a source is held against in some frames."""
    part = slice(first, last + 1)
    return replace(
        reference, angles=_cut(reference.angles, part), floor=_cut(reference.floor, part),
        floor_error_deg=reference.floor_error_deg[part], near_singular=reference.near_singular[part],
    )  # fmt: skip


def _cut(angles: Angles, part: slice) -> Angles:
    return replace(angles, deg=angles.deg[part])
