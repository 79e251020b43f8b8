"""How many degrees a millimetre costs, by angle and joint: the slopes of the estimator at the reference poses.

The mechanism behind equal millimetres and unequal degrees: a joint that moves along the bone that ends in it turns
that bone not at all, one that moves across it turns it the more, the shorter the bone is. An estimator that has learnt
from bodies also reads angles from lengths, so that along is seldom 0.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.angles.views import slopes_in_view
from core.conventions import N_ANGLES
from core.dataset import load_clip
from core.errors import DataError
from core.metrics.sums import ratio
from core.records import Float64
from core.scoring.executors import HERE, Workers, unordered
from core.scoring.run import ScoreJob
from core.scoring.work import Task
from core.skeleton import N_JOINTS, PARENTS
from core.study.again import gathered, tasks_again
from core.study.budget.clip import sampled

__all__ = ["MOST_FRAMES", "ClipSlopes", "MeasuredSlopes", "Slopes", "clip_slopes", "measure_slopes", "slope_steps",
           "slopes_of"]  # fmt: skip

MOST_FRAMES = 240
"""Frames looked at in all, of clips that are spread over the dataset: a frame costs twelve passes backwards, and slopes
vary little from frame to frame."""
_LEAST_A_CLIP = 4
_PARENTS = np.array((0, *PARENTS[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class ClipSlopes:
    """Sums over frames of a clip. sums : (3, 12, 17) of the steepest slope, that along the bone and the steepest one
    across it, degrees per millimetre. counts : (3, 12, 17) frames with one. frames : that were looked at.
    """

    index: int
    frames: int
    sums: Float64
    counts: Float64


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredSlopes:
    """by_clip : sums of each. failed : clips that could not be measured, a line each."""

    by_clip: Mapping[str, ClipSlopes]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Means over frames of all clips, (12, 17) degrees per millimetre, angles by joints.

    steepest : in the worst direction. along, across : along the bone that ends in the joint, and across it in the worst
    direction; NaN for the pelvis, where no bone ends. frames, clips : how many.
    """

    steepest: Float64
    along: Float64
    across: Float64
    frames: int
    clips: int


def measure_slopes(
    job: ScoreJob, clips: Iterable[str], most_frames: int = MOST_FRAMES, workers: Workers = HERE
) -> Generator[int, None, MeasuredSlopes]:
    """Measure these clips of a job, or where they are many some of them; yields how many are done.

    Stop iterating to cancel.
    """
    tasks = tasks_again(job, clips)
    tasks = [tasks[place] for place in sampled(len(tasks), slope_steps(len(tasks), most_frames))]
    per_clip = max(_LEAST_A_CLIP, most_frames // max(len(tasks), 1))
    of_clips = unordered(_measured, [(task, per_clip) for task in tasks], workers)
    found, failed = yield from gathered(job, of_clips)
    return MeasuredSlopes(found, failed)


def slope_steps(clips: int, most_frames: int = MOST_FRAMES) -> int:
    """How many of so many clips are looked at."""
    return min(clips, max(most_frames // _LEAST_A_CLIP, 1))


def _measured(asked: tuple[Task, int]) -> ClipSlopes | str:
    task, most_frames = asked
    try:
        return clip_slopes(task, most_frames)
    except DataError as error:
        return f"{task.entry.name}: {error}"


def clip_slopes(task: Task, most_frames: int) -> ClipSlopes:
    """Of the reference poses of a clip, in the view of the run. most_frames : spread over the clip.

    Raises :class:`DataError` where the clip cannot be used.
    """
    whole = load_clip(task.entry, task.dataset).poses
    frames = sampled(len(whole.xyz_mm), most_frames)
    poses = replace(whole, xyz_mm=whole.xyz_mm[frames])
    estimator, view = task.estimator, task.options.shoulder
    slopes = slopes_in_view(estimator.angles(poses), estimator.slopes_deg_per_mm(poses), view).astype(np.float64)
    parts = _parts(slopes, poses.xyz_mm.astype(np.float64))
    known = np.isfinite(parts)
    sums, counts = np.where(known, parts, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64)
    return ClipSlopes(task.index, len(frames), sums, counts)


def _parts(slopes: Float64, xyz_mm: Float64) -> Float64:
    """(3, T, 12, 17) lengths of slopes (T, 12, 17, 3): whole, along the bone that ends in the joint, across it."""
    bones = xyz_mm - xyz_mm[:, _PARENTS]
    with np.errstate(invalid="ignore", divide="ignore"):
        units = bones / np.linalg.norm(bones, axis=-1, keepdims=True)  # NaN for the pelvis
    along = np.einsum("tajx,tjx->taj", slopes, units)
    across = slopes - along[..., None] * units[:, None]
    return np.stack([np.linalg.norm(slopes, axis=-1), np.abs(along), np.linalg.norm(across, axis=-1)])


def slopes_of(clips: Iterable[ClipSlopes]) -> Slopes:
    """Sums of clips, pooled in the order of the dataset, whichever was measured first."""
    ordered = sorted(clips, key=lambda clip: clip.index)
    zero = np.zeros((3, N_ANGLES, N_JOINTS))
    sums, counts = (sum((getattr(clip, what) for clip in ordered), start=zero) for what in ("sums", "counts"))
    steepest, along, across = ratio(sums, counts)
    return Slopes(steepest, along, across, sum(clip.frames for clip in ordered), len(ordered))
