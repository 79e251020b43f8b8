"""Clips measured for the budget, in two rounds: where lifters always have their joints, then every case of each."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.pairing import Pairing
from core.pairing.manifest import made_how
from core.records import Float64
from core.scoring.executors import HERE, Workers, unordered
from core.scoring.run import ScoreJob
from core.study.again import gathered, tasks_again
from core.study.budget.clip import BudgetTask, ClipBudget, ClipOffsets, budget_of_clip, offsets_of_clip, sampled

__all__ = ["MOST_FRAMES", "SIZE_CLIPS", "MeasuredClips", "measure_clips"]

MOST_FRAMES = 24_000
"""Frames looked at in all, spread over the clips; at least a few of each."""
_LEAST_A_CLIP = 8
SIZE_CLIPS = 200
"""Clips at most whose reference poses are looked at for what confounders do to perfect poses."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredClips:
    """by_clip : sums of each. offsets_mm : by athlete, joint set of the reference and lifter, (7, 3) constant offsets.
    rigs : by lifter, joint sets that its poses state. failed : clips that could not be measured, a line each.
    """

    by_clip: Mapping[str, ClipBudget]
    offsets_mm: Mapping[tuple[str, str, str], Float64]
    rigs: Mapping[str, tuple[str, ...]]
    failed: tuple[str, ...] = ()


def measure_clips(
    job: ScoreJob, clips: Iterable[str], most_frames: int = MOST_FRAMES, workers: Workers = HERE
) -> Generator[int, None, MeasuredClips]:
    """Measure these clips of a job in two rounds; yields how many steps are done, two for every clip.

    Stop iterating to cancel.
    """
    tasks = tasks_again(job, clips)
    per_clip = max(_LEAST_A_CLIP, most_frames // max(len(tasks), 1))
    seams = {pairing.lifter: made_how(_folder(pairing)).seams or {} for pairing in job.pairings}
    told = set(sampled(len(tasks), SIZE_CLIPS).tolist())
    first = [
        BudgetTask(task, per_clip, {name: at[task.entry.name] for name, at in seams.items() if task.entry.name in at},
                   place in told)
        for place, task in enumerate(tasks)
    ]  # fmt: skip
    of_clips: dict[int, ClipOffsets] = {}
    for done, (index, of_clip) in enumerate(unordered(_offsets, first, workers), start=1):
        if of_clip is not None:
            of_clips[index] = of_clip
        yield done
    offsets = _of_athletes(job, of_clips)
    second = [replace(task, offsets=_of_clip(task, offsets, of_clips.get(task.task.index))) for task in first]
    found, failed = yield from gathered(job, unordered(_measured, second, workers), len(first))
    return MeasuredClips(found, offsets, _rigs(of_clips.values()), failed)


def _of_athletes(job: ScoreJob, of_clips: Mapping[int, ClipOffsets]) -> dict[tuple[str, str, str], Float64]:
    """Means over the clips of an athlete whose references are of one joint set: each defines joints its own way. In the
    order of the dataset, whichever was measured first.
    """
    found: dict[tuple[str, str, str], list[Float64]] = {}
    for index, of_clip in sorted(of_clips.items()):
        for lifter, offsets in of_clip.offsets_mm.items():
            found.setdefault((job.dataset.clips[index].athlete, of_clip.rig, lifter), []).append(offsets)
    return {key: np.asarray(np.mean(each, axis=0)) for key, each in found.items()}


def _of_clip(
    task: BudgetTask, offsets: Mapping[tuple[str, str, str], Float64], of_clip: ClipOffsets | None
) -> dict[str, Float64]:
    """By lifter, what is constant in the athlete of a clip."""
    if of_clip is None:
        return {}
    whose = task.task.entry.athlete, of_clip.rig
    return {lifter: of for (athlete, rig, lifter), of in offsets.items() if (athlete, rig) == whose}


def _rigs(of_clips: Iterable[ClipOffsets]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for of_clip in of_clips:
        for lifter, rig in of_clip.rigs.items():
            found.setdefault(lifter, set()).add(rig)
    return {lifter: tuple(sorted(rigs)) for lifter, rigs in found.items()}


def _offsets(task: BudgetTask) -> tuple[int, ClipOffsets | None]:
    try:
        return task.task.index, offsets_of_clip(task)
    except DataError:  # told in the second round
        return task.task.index, None


def _folder(pairing: Pairing) -> Path:
    return pairing.path if pairing.path.is_dir() else pairing.path.parent


def _measured(task: BudgetTask) -> ClipBudget | str:
    try:
        return budget_of_clip(task)
    except DataError as error:
        return f"{task.task.entry.name}: {error}"
