"""The reference of a clip: ISB angles of its labelled points, or what stands in for them, and the floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.angles.isb import isb_angles
from core.angles.landmarks import resolve
from core.angles.rigidity import not_rigid
from core.angles.views import circular_columns, in_view, near_singular
from core.conventions import ShoulderView
from core.errors import DataError
from core.estimators import Estimator
from core.evaluation.records import EvaluationOptions, Reference
from core.metrics.angle import angle_errors
from core.records import Angles, Clip, Float32

__all__ = ["compared", "joined", "reference_of"]


def reference_of(
    clip: Clip,
    estimator: Estimator,
    options: EvaluationOptions | None = None,
    frames: NDArray[np.intp] | None = None,
) -> Reference:
    """Reference and floor of a clip; computed once, they serve every source.

    frames : only these. Angles from labelled points are those of the whole clip, whose frames place the hip joint
    centres. Raises :class:`DataError` where the reference poses hold no defined frame.
    """
    options = options or EvaluationOptions()
    if not np.isfinite(clip.poses.xyz_mm).any():
        raise DataError("reference poses hold no defined frame", path=clip.poses.origin.path or clip.name,
                        expected="numbers in at least one frame", got="NaN throughout")  # fmt: skip
    poses = clip.poses if frames is None else replace(clip.poses, xyz_mm=clip.poses.xyz_mm[frames])
    floor = estimator.angles(poses)
    angles, notes, problems = _reference_angles(clip, floor, options)
    if frames is not None and angles is not floor:
        angles = replace(angles, deg=angles.deg[frames])
    notes += tuple(f"reference poses: {note}" for note in floor.notes)
    stands_in = angles is floor
    # Held against itself the floor would look free of error.
    floor_error = np.full_like(floor.deg, np.nan) if stands_in else compared([floor], angles, options.shoulder)[0]
    singular = near_singular(angles, options.shoulder)
    return Reference(angles, floor, floor_error, singular, stands_in, notes, problems)


def _reference_angles(
    clip: Clip, floor: Angles, options: EvaluationOptions
) -> tuple[Angles, tuple[str, ...], tuple[str, ...]]:
    """ISB angles of the labelled points, or the floor where there are none that can serve; notes and problems."""
    if clip.points is None:
        return floor, (f"no labelled points: {floor.method} on the reference poses stands in",), ()
    mapping = resolve(clip.points.names, options.landmark_sets)
    if not mapping.found:
        first = ", ".join(clip.points.names[:3])
        problem = (f"no landmark set knows its {len(clip.points.names)} labels ({first} ...); "
                   f"{floor.method} on the reference poses stands in for the reference angles")  # fmt: skip
        return floor, (), (problem,)
    sets, regression = options.landmark_sets, options.hip_regression
    angles = isb_angles(clip.points, landmark_sets=sets, hip_regression=regression)
    return angles, (*angles.notes, *not_rigid(clip.points, mapping)), ()


def compared(angles: Sequence[Angles], truth: Angles, view: ShoulderView) -> list[Float32]:
    """(T, 12) signed errors in degrees of each against the truth, in that view, wrapped where circular."""
    if not angles:
        return []
    shown = np.tile(in_view(truth, view), (len(angles), 1))
    return np.split(angle_errors(in_view(joined(angles), view), shown, circular_columns(view)), len(angles))


def joined(angles: Sequence[Angles]) -> Angles:
    """Several series one after the other, because one pass over all of them costs little more than over one."""
    return angles[0] if len(angles) == 1 else replace(angles[0], deg=np.concatenate([a.deg for a in angles]))
