"""Reasons for the errors of every source of a clip, by the functions that the window shows them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from core.anatomy import AngleSplit, Flag, PositionSplit, angle_split_of, cause, flags_of, position_split_of
from core.conventions import N_ANGLES
from core.evaluation import REFERENCE, Evaluation
from core.records import Clip, Float64, Poses
from core.results.reason_records import FlagRow, SourceReasons

__all__ = ["angle_parts", "position_parts", "reasons_of_clip", "source_reasons"]


def reasons_of_clip(
    clip: Clip, evaluations: Sequence[Evaluation], sources: Iterable[tuple[str, Poses]]
) -> tuple[SourceReasons, ...]:
    """Of each evaluation of a clip, in order.

    sources : name and poses of what was evaluated, others are not looked at. The floor has reasons for its angles
    only, and none where it stands in for the reference.
    """
    poses: Mapping[str, Poses] = dict(sources)
    return tuple(
        source_reasons(clip, poses.get(evaluation.source), evaluation)
        for evaluation in evaluations
        if evaluation.source != REFERENCE or not evaluation.reference.stands_in
    )


def source_reasons(clip: Clip, poses: Poses | None, evaluation: Evaluation) -> SourceReasons:
    """Of one source over the whole clip. poses : as evaluated; None for the floor.

    Raises :class:`core.errors.DataError` for poses that cannot be held against the clip, which no evaluated ones are.
    """
    split = angle_split_of(evaluation)
    causes = tuple(str(cause(split, column) or "") for column in range(N_ANGLES))
    angles = angle_parts(split).tobytes()
    if poses is None:
        return SourceReasons(evaluation.source, (), causes, angles)
    flags = tuple(_row(flag) for flag in flags_of(clip, poses, evaluation.source))
    positions = position_parts(position_split_of(clip, poses)).tobytes()
    return SourceReasons(evaluation.source, flags, causes, angles, positions)


def angle_parts(split: AngleSplit) -> Float64:
    """(C, 11) of :data:`core.results.reason_records.ANGLE_PARTS`, an angle a row."""
    rmse_deg = np.sqrt(split.mean_square_deg2)
    columns = (split.frames, rmse_deg, split.bias_deg, split.lag_s, split.lag_frames, split.gain, split.rest_rms_deg)
    return np.column_stack([*columns, split.shares])


def position_parts(split: PositionSplit) -> Float64:
    """(17, 9) of :data:`core.results.reason_records.POSITION_PARTS`, a joint a row."""
    there = ~(np.isnan(split.error_mm) & np.isnan(split.length_percent))
    means = (
        split.error_mm, np.abs(split.along_mm), split.across_mm, np.abs(split.depth_mm), split.plane_mm,
        np.abs(split.length_percent), split.length_percent, split.direction_deg,
    )  # fmt: skip
    return np.column_stack([np.count_nonzero(there, axis=0), *map(_mean_over_frames, means)])


def _mean_over_frames(values: Float64) -> Float64:
    """(J,) mean of (T, J) over what is defined; NaN where nothing is."""
    there = ~np.isnan(values)
    total, count = np.where(there, values, 0.0).sum(axis=0), np.count_nonzero(there, axis=0)
    mean: Float64 = np.divide(total, count, out=np.full(values.shape[1], np.nan), where=count > 0)
    return mean


def _row(flag: Flag) -> FlagRow:
    return FlagRow(str(flag.kind), flag.frames, flag.value, flag.unit, flag.rule)
