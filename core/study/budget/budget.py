"""The budget over many clips: how much of each lifter's degrees goes with each confounder, and what is left.

Confounders are taken out one after the other, so that the bars of a lifter and its rest add up to its error exactly;
each is also taken out alone, which tells whether a finding hangs on it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.metrics.sums import ratio
from core.pairing import Pairing
from core.pairing.manifest import made_how
from core.records import Float64
from core.scoring.executors import HERE, Workers, unordered
from core.scoring.run import ScoreJob, tasks_of
from core.study.budget.clip import BudgetTask, ClipBudget, budget_of_clip, offsets_of_clip, sampled
from core.study.budget.confounders import CASES, SIZES, Case, Confounder, Size
from core.study.budget.definition import RIGHT_HIP
from core.study.means import Measured, measured
from core.study.pairs import Verdict, differences, verdict_of
from core.study.resampling import Interval, Resampling, interval_of, resampling_of
from core.study.scores import Scores
from core.study.study import Study

__all__ = ["MOST_FRAMES", "SIZE_CLIPS", "Bar", "Budget", "CaseVerdict", "LifterBudget", "MeasuredClips", "budget_of",
           "measure_clips"]  # fmt: skip

MOST_FRAMES = 24_000
"""Frames looked at in all, spread over the clips; at least a few of each."""
_LEAST_A_CLIP = 8
SIZE_CLIPS = 200
"""Clips at most whose reference poses are looked at for what confounders do to perfect poses."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredClips:
    """by_clip : sums of each. offsets_mm : by athlete and lifter, (7, 3) constant offsets.
    failed : clips that could not be measured, a line each.
    """

    by_clip: Mapping[str, ClipBudget]
    offsets_mm: Mapping[tuple[str, str], Float64]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """What goes with one confounder. taken : how much less the error is when it is taken out after those before it,
    below 0 where the error grows. alone : the same when nothing else is taken out. concerned : share of the clips on
    which it has anything to do with the lifter.
    """

    confounder: Confounder
    taken: Interval
    alone: Interval
    concerned: float


@dataclass(frozen=True, slots=True)
class LifterBudget:
    """total : the angle error as scored, on the frames that were looked at. rest : with all confounders taken out.
    right_hip_mm : where its right hip (and the left one mirrored) lies from the reference's at all times, mean and
    standard deviation over athletes, x anterior, y superior, z right; NaN where unknown.
    """

    lifter: str
    total: Interval
    bars: tuple[Bar, ...]
    rest: Interval
    right_hip_mm: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What is said of two lifters with some confounders taken out. taken_out : none, one, or all."""

    first: str
    second: str
    taken_out: tuple[Confounder, ...]
    mm: Interval
    deg: Interval

    @property
    def verdict(self) -> Verdict:
        """By both intervals."""
        return verdict_of(self.mm, self.deg)


@dataclass(frozen=True, slots=True)
class Budget:
    """frames : looked at, of clips that have so many in all. lifters : a budget each. verdicts : of every two lifters,
    as scored, with each confounder taken out alone, with all. sizes_deg : what each confounder does to perfect poses,
    with the number of angles behind it; NaN where no clip could tell. missing : clips that could not be measured.
    """

    clips: int
    frames: int
    of_frames: int
    lifters: tuple[LifterBudget, ...]
    verdicts: tuple[CaseVerdict, ...]
    sizes_deg: Mapping[Size, tuple[float, int]]
    missing: tuple[str, ...]

    def verdict(self, first: str, second: str, *taken_out: Confounder) -> CaseVerdict:
        """That of two lifters, in either order."""
        of_both = (each for each in self.verdicts if {each.first, each.second} == {first, second})
        return next(each for each in of_both if set(each.taken_out) == set(taken_out))

    def changes(self, first: str, second: str) -> tuple[Confounder, ...]:
        """The confounders without which the finding on two lifters is another."""
        as_scored = self.verdict(first, second).verdict
        return tuple(each for each in Confounder if self.verdict(first, second, each).verdict is not as_scored)

    def holds(self, first: str, second: str) -> bool:
        """Whether the finding is the same with all confounders taken out."""
        return self.verdict(first, second).verdict is self.verdict(first, second, *Confounder).verdict


def measure_clips(
    job: ScoreJob, clips: Iterable[str], most_frames: int = MOST_FRAMES, workers: Workers = HERE
) -> Generator[int, None, MeasuredClips]:
    """Measure these clips of a job in two rounds; yields how many steps are done, two for every clip.

    Stop iterating to cancel.
    """
    wanted = set(clips)
    tasks = [task for task in tasks_of(job) if task.entry.name in wanted]
    per_clip = max(_LEAST_A_CLIP, most_frames // max(len(tasks), 1))
    seams = {pairing.lifter: made_how(_folder(pairing)).seams or {} for pairing in job.pairings}
    told = set(sampled(len(tasks), SIZE_CLIPS).tolist())
    first = [
        BudgetTask(task, per_clip, {name: at.get(task.entry.name, ()) for name, at in seams.items()}, place in told)
        for place, task in enumerate(tasks)
    ]
    found: dict[str, ClipBudget] = {}
    failed: list[str] = []
    offsets: dict[tuple[str, str], dict[int, Float64]] = {}
    for done, (index, athlete, of_lifters) in enumerate(unordered(_offsets, first, workers), start=1):
        for lifter, of_clip in of_lifters.items():
            offsets.setdefault((athlete, lifter), {})[index] = of_clip
        yield done
    of_athletes = {key: _over_clips(of_clips) for key, of_clips in offsets.items()}
    second = [replace(task, offsets=_of_athlete(of_athletes, task.task.entry.athlete)) for task in first]
    for done, result in enumerate(unordered(_measured, second, workers), start=len(first) + 1):
        if isinstance(result, str):
            failed.append(result)
        else:
            found[job.dataset.clips[result.index].name] = result
        yield done
    return MeasuredClips(found, of_athletes, tuple(sorted(failed)))


def _over_clips(of_clips: Mapping[int, Float64]) -> Float64:
    """Their mean in the order of the dataset, whichever was measured first."""
    return np.asarray(np.mean([of_clips[index] for index in sorted(of_clips)], axis=0))


def _of_athlete(offsets: Mapping[tuple[str, str], Float64], athlete: str) -> dict[str, Float64]:
    return {lifter: of_lifter for (who, lifter), of_lifter in offsets.items() if who == athlete}


def _offsets(task: BudgetTask) -> tuple[int, str, dict[str, Float64]]:
    try:
        found = offsets_of_clip(task)
    except DataError:  # told in the second round
        found = {}
    return task.task.index, task.task.entry.athlete, found


def _folder(pairing: Pairing) -> Path:
    return pairing.path if pairing.path.is_dir() else pairing.path.parent


def _measured(task: BudgetTask) -> ClipBudget | str:
    try:
        return budget_of_clip(task)
    except DataError as error:
        return f"{task.task.entry.name}: {error}"


def budget_of(study: Study, measured_clips: MeasuredClips, job: ScoreJob) -> Budget:
    """The budget of the clips and lifters of a study, from :func:`measure_clips` with the same job.

    Raises :class:`DataError` where none of its clips was measured.
    """
    found = measured_clips.by_clip
    scores = study.scores.part(np.array([clip in found for clip in study.scores.clips]))
    if not len(scores):
        raise DataError("no clip could be measured again", expected="the dataset and predictions that were scored")
    clips = [found[clip] for clip in scores.clips]
    places = [_places(job, clip, scores.lifters) for clip in scores.clips]
    resampling = _resampling(scores, study)
    cases = {case: _case(scores, clips, places, k, resampling) for k, case in enumerate(CASES)}
    concerned = np.mean([clip.concerned[place] for clip, place in zip(clips, places, strict=True)], axis=0)
    sizes = np.sum([clip.sizes for clip in clips], axis=0).sum(axis=2)
    means = ratio(sizes[:, 0], sizes[:, 1])
    frames = {entry.name: entry.n_frames for entry in job.dataset.clips}
    return Budget(
        len(scores), sum(clip.frames for clip in clips), sum(frames[name] for name in scores.clips),
        tuple(_lifter(name, k, cases, concerned[k], _hip_offset(measured_clips, name))
              for k, name in enumerate(scores.lifters)),
        _verdicts(cases, study.options.by), {size: (float(means[k]), int(sizes[k, 1])) for k, size in enumerate(SIZES)},
        measured_clips.failed,
    )  # fmt: skip


def _places(job: ScoreJob, clip: str, lifters: Sequence[str]) -> list[int]:
    """Where each lifter stands among the sources of a clip."""
    there = [pairing.lifter for pairing in job.pairings if clip in pairing.sources]
    return [there.index(name) for name in lifters]


def _resampling(scores: Scores, study: Study) -> Resampling:
    """That of the study, or where clips are missing one of those that are there."""
    if len(scores) == len(study.scores):
        return study.resampling
    options = study.options
    return resampling_of(scores.takes, scores.athletes, n=options.resamples, seed=options.seed, level=options.level)


def _case(
    scores: Scores, clips: Sequence[ClipBudget], places: Sequence[list[int]], k: int, resampling: Resampling
) -> Measured:
    """The errors with one case taken out."""
    angles = np.stack([clip.angles[k, place] for clip, place in zip(clips, places, strict=True)], axis=2)
    positions = np.stack([clip.positions[k, place] for clip, place in zip(clips, places, strict=True)], axis=3)
    return measured(replace(scores, angles=angles, positions=positions), resampling)


def _hip_offset(found: MeasuredClips, lifter: str) -> tuple[tuple[float, float], ...]:
    """Mean and standard deviation over athletes of each component of where the right hip lies, left ones mirrored."""
    known = [of for (_, name), of in found.offsets_mm.items() if name == lifter]
    if not known:
        return ((float("nan"), float("nan")),) * 3
    hips = np.array([(of[RIGHT_HIP] + of[RIGHT_HIP + 1] * (1, 1, -1)) / 2 for of in known])
    return tuple((float(mean), float(sd)) for mean, sd in zip(hips.mean(axis=0), hips.std(axis=0), strict=True))


def _lifter(
    name: str, k: int, cases: Mapping[Case, Measured], concerned: Float64, right_hip_mm: tuple[tuple[float, float], ...]
) -> LifterBudget:
    """Bars as the differences between one case and the next."""
    level = cases[CASES[0]].resampling.level
    value = {case: float(found.value.mae_deg[k]) for case, found in cases.items()}
    resamples = {case: found.resamples.mae_deg[:, k] for case, found in cases.items()}

    def difference(before: Case, after: Case) -> Interval:
        return interval_of(value[before] - value[after], resamples[before] - resamples[after], level)

    order = tuple(Confounder)
    steps = [Case(order[:n]) for n in range(len(order) + 1)]
    bars = tuple(
        Bar(each, difference(steps[n], steps[n + 1]), difference(Case(), Case((each,))), float(concerned[n]))
        for n, each in enumerate(order)
    )
    total, rest = (interval_of(value[case], resamples[case], level) for case in (steps[0], steps[-1]))
    return LifterBudget(name, total, bars, rest, right_hip_mm)


def _verdicts(cases: Mapping[Case, Measured], by: str) -> tuple[CaseVerdict, ...]:
    asked = (Case(), *(Case((each,)) for each in Confounder), Case(Confounder))
    names = cases[Case()].scores.lifters
    return tuple(
        CaseVerdict(names[one], names[two], tuple(each for each in Confounder if each in case),
                    *differences(cases[case], one, two, by))
        for one, two in combinations(range(len(names)), 2) for case in asked
    )  # fmt: skip
