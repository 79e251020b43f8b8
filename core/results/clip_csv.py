"""``clips/<clip>.csv``: one row per frame and lifter, enough to recompute every number of the summary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.angles.views import in_view
from core.conventions import ShoulderView, angle_names
from core.evaluation import REFERENCE, Evaluation
from core.export.csvblock import format_rows
from core.files import write_atomic
from core.records import Float32, Float64

__all__ = ["clip_columns", "clip_csv", "write_clip_csv"]

SERIES = ("reference", "floor", "source", "error")
"""Per angle: reference, floor (empty where it stands in for the reference), source and signed error (source minus
reference)."""


def clip_columns(view: ShoulderView) -> tuple[str, ...]:
    """Header of the file.

    ``joints`` and ``velocity_joints`` are how many of the 17 are defined: the weight of a frame's position errors
    and of its velocity error in the means of the tables. ``reference`` says what the angles are held against.
    """
    angles = tuple(f"{name}_{series}_deg" for name in angle_names(view) for series in SERIES)
    positions = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "velocity_mm_s")
    arms = ("arm_direction_l_error_deg", "arm_direction_r_error_deg")
    return ("lifter", "frame", "joints", "velocity_joints", "time_s", *positions, *angles, *arms, "reference")


def clip_csv(evaluations: Sequence[Evaluation]) -> bytes:
    """The rows of all sources of one clip, source after source; undefined is an empty cell.

    Sources without MPJPE, such as the reference, come last: readers that guess a column's type from its first rows
    would take empty cells for text.
    """
    ordered = sorted(evaluations, key=lambda e: (e.source == REFERENCE, bool(np.isnan(e.positions.mpjpe_mm).all())))
    lifters = [e.source for e in ordered for _ in range(e.n_frames)]
    frames = np.concatenate([np.arange(e.n_frames) for e in ordered])
    joints = np.concatenate([_defined_joints(e) for e in ordered])
    moving = np.concatenate([np.isfinite(e.positions.velocity_mm_s).sum(axis=1) for e in ordered])
    values = np.concatenate([_values(e) for e in ordered])
    rows = format_rows([lifters, frames, joints, moving], values)
    header = ",".join(clip_columns(ordered[0].options.shoulder)) + "\n"
    return header.encode() + rows.replace(b"\n", f",{ordered[0].reference.kind}\n".encode())


def write_clip_csv(path: Path, evaluations: Sequence[Evaluation]) -> None:
    """Write :func:`clip_csv` atomically; :class:`core.errors.OutputError` where the disk says no."""
    write_atomic(path, clip_csv(evaluations))


def _values(evaluation: Evaluation) -> Float64:
    """(T, 5 + 48 + 2) numbers: time, position errors, angles, arm directions."""
    view, reference = evaluation.options.shoulder, evaluation.reference
    shown = [in_view(angles, view) for angles in (reference.angles, reference.floor, evaluation.angles)]
    if reference.stands_in:
        shown[1] = np.full_like(shown[1], np.nan)
    angles = np.stack([*shown, evaluation.error_deg], axis=2)
    positions = evaluation.positions
    time_s = np.arange(evaluation.n_frames)[:, None] / evaluation.fps
    per_frame = [
        _mean_over_joints(error)
        for error in (positions.mpjpe_mm, positions.n_mpjpe_mm, positions.p_mpjpe_mm, positions.velocity_mm_s)
    ]
    return np.hstack([time_s, *per_frame, angles.reshape(len(time_s), -1), evaluation.arm_direction_deg])


def _defined_joints(evaluation: Evaluation) -> NDArray[np.intp]:
    """(T,) joints with a position error; a metric that is undefined in a frame is so for all of them."""
    errors = evaluation.positions
    known = [np.isfinite(error) for error in (errors.mpjpe_mm, errors.n_mpjpe_mm, errors.p_mpjpe_mm)]
    return np.asarray(np.any(known, axis=0).sum(axis=1))


def _mean_over_joints(error: Float32) -> Float64:
    """(T, 1) mean over defined joints; NaN where there is none."""
    there = np.isfinite(error)
    total = np.where(there, error, 0).sum(axis=1, dtype=np.float64, keepdims=True)
    with np.errstate(invalid="ignore"):
        mean: Float64 = total / there.sum(axis=1, keepdims=True)
    return mean
