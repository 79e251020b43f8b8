"""The budget over many clips: how much of each lifter's degrees goes with each confounder, and what is left.

Confounders are taken out one after the other, so that the bars of a lifter and its rest add up to its error exactly;
each is also taken out alone, which tells whether a finding hangs on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.metrics.sums import ratio
from core.records import Float64
from core.scoring.run import ScoreJob
from core.study.budget.clip import ClipBudget
from core.study.budget.confounders import CASES, SIZES, Case, Confounder, Size
from core.study.budget.hips import RightHip, SharedHip, right_hip, shared_hips
from core.study.budget.measuring import MeasuredClips
from core.study.means import Means, Measured, measured
from core.study.pairs import Pair, Verdict, differences, verdict_of
from core.study.resampling import Interval, Resampling, interval_of, resampling_of
from core.study.scores import Scores
from core.study.study import Study

__all__ = ["Bar", "Budget", "CaseVerdict", "LifterBudget", "budget_of"]


@dataclass(frozen=True, slots=True)
class Bar:
    """What goes with one confounder. taken : how much less the error is when it is taken out after those before it,
    below 0 where the error grows. alone : the same when nothing else is taken out. concerned : share of the clips on
    which it is known to have anything to do with the lifter; unknown : share on which that is not known. Where it is
    unknown on all, ``taken`` and ``alone`` are NaN.
    """

    confounder: Confounder
    taken: Interval
    alone: Interval
    concerned: float
    unknown: float


@dataclass(frozen=True, slots=True)
class LifterBudget:
    """total : the angle error as scored, from the frames that were looked at. rest : with all confounders taken out.
    right_hip : where its right hip lies from the reference's at all times.
    """

    lifter: str
    total: Interval
    bars: tuple[Bar, ...]
    rest: Interval
    right_hip: RightHip


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What is said of two lifters with some confounders taken out. taken_out : none, one, or all. mm, deg : errors of
    the first less those of the second. change_mm, change_deg : by how much less these are than as scored, resampled as
    pairs; 0 for what is as scored. All NaN where one is taken out that is unknown for either lifter.
    """

    first: str
    second: str
    taken_out: tuple[Confounder, ...]
    mm: Interval
    deg: Interval
    change_mm: Interval
    change_deg: Interval

    @property
    def known(self) -> bool:
        """Whether anything can be said."""
        return math.isfinite(self.deg.value)

    @property
    def verdict(self) -> Verdict:
        """By both intervals; undecided where nothing can be said."""
        return verdict_of(self.mm, self.deg)


@dataclass(frozen=True, slots=True)
class Budget:
    """frames : looked at, of clips that have so many in all; each stands for as many frames as its clip has for one
    that was looked at. lifters : a budget each. verdicts : of every two lifters, in the order of the study's pairs, as
    scored, with each confounder taken out alone, with all. hips : what lifters of one joint set share. sizes_deg : what
    each confounder does to perfect poses, with the number of angles looked at; NaN where no clip could tell. missing :
    clips that could not be measured.
    """

    clips: int
    frames: int
    of_frames: int
    lifters: tuple[LifterBudget, ...]
    verdicts: tuple[CaseVerdict, ...]
    hips: tuple[SharedHip, ...]
    sizes_deg: Mapping[Size, tuple[float, int]]
    missing: tuple[str, ...]

    def verdict(self, first: str, second: str, *taken_out: Confounder) -> CaseVerdict:
        """That of two lifters, asked for in either order."""
        of_both = (each for each in self.verdicts if {each.first, each.second} == {first, second})
        return next(each for each in of_both if set(each.taken_out) == set(taken_out))

    def changes(self, first: str, second: str) -> tuple[Confounder, ...]:
        """The confounders that the finding on two lifters hangs on: see :meth:`hangs`."""
        return tuple(each for each in Confounder if self.hangs(self.verdict(first, second, each)))

    def holds(self, first: str, second: str) -> bool:
        """Whether the finding does not hang on all confounders taken together."""
        return not self.hangs(self.verdict(first, second, *Confounder))

    def hangs(self, case: CaseVerdict) -> bool:
        """Whether the finding is another one with that taken out, and because of a difference that changes beyond
        chance. An interval that comes to hold 0, or no longer does, by a hair is no such change (Gelman & Stern 2006,
        Am Stat 60:328-331).
        """
        scored = self.verdict(case.first, case.second)
        if not case.known or case.verdict is scored.verdict:
            return False
        both = ((scored.mm, case.mm, case.change_mm), (scored.deg, case.deg, case.change_deg))
        return any(_side(before) != _side(after) and change.excludes_zero for before, after, change in both)


def _side(of: Interval) -> int:
    """Of 0 on which the whole interval lies; 0 where it holds it."""
    return (of.low > 0) - (of.high < 0)


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
    concerned = np.array([clip.concerned[place] for clip, place in zip(clips, places, strict=True)])
    hips = {name: _hip(measured_clips, name) for name in scores.lifters}
    return Budget(
        len(scores), sum(clip.frames for clip in clips), sum(clip.of_frames for clip in clips),
        tuple(_lifter(name, k, cases, concerned[:, k], hips[name]) for k, name in enumerate(scores.lifters)),
        _verdicts(cases, study.pairs, study.options.by, np.isnan(concerned).all(axis=0)), shared_hips(hips),
        _sizes(clips), measured_clips.failed,
    )  # fmt: skip


def _sizes(clips: Sequence[ClipBudget]) -> dict[Size, tuple[float, int]]:
    """Means in which clips count as they are long, and the angles that were looked at."""
    total, count = np.sum([clip.weight * clip.sizes for clip in clips], axis=0).sum(axis=2).T
    looked_at = np.sum([clip.sizes for clip in clips], axis=0).sum(axis=2)[:, 1]
    means = ratio(total, count)
    return {size: (float(means[k]), int(looked_at[k])) for k, size in enumerate(SIZES)}


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
    """The errors with one case taken out. Clips count as they are long, whatever was looked at of each."""
    there = list(zip(clips, places, strict=True))
    angles = np.stack([clip.weight * clip.angles[k, place] for clip, place in there], axis=2)
    positions = np.stack([clip.weight * clip.positions[k, place] for clip, place in there], axis=3)
    return measured(replace(scores, angles=angles, positions=positions), resampling)


def _hip(found: MeasuredClips, lifter: str) -> RightHip:
    by_athlete: dict[str, list[Float64]] = {}
    for (athlete, _, name), offsets in found.offsets_mm.items():
        if name == lifter:
            by_athlete.setdefault(athlete, []).append(offsets)
    return right_hip(by_athlete, found.rigs.get(lifter, ()))


def _lifter(name: str, k: int, cases: Mapping[Case, Measured], concerned: Float64, hip: RightHip) -> LifterBudget:
    """Bars as the differences between one case and the next. concerned : (C, confounders) of its clips."""
    level = cases[CASES[0]].resampling.level
    value = {case: float(found.value.mae_deg[k]) for case, found in cases.items()}
    resamples = {case: found.resamples.mae_deg[:, k] for case, found in cases.items()}
    order = tuple(Confounder)
    unknown, concerns = np.isnan(concerned).mean(axis=0), (concerned > 0).mean(axis=0)

    def difference(before: Case, after: Case, n: int) -> Interval:
        if unknown[n] == 1:
            return Interval(*(float("nan"),) * 3, level)
        return interval_of(value[before] - value[after], resamples[before] - resamples[after], level)

    steps = [Case(order[:n]) for n in range(len(order) + 1)]
    bars = tuple(
        Bar(each, difference(steps[n], steps[n + 1], n), difference(Case(), Case((each,)), n), float(concerns[n]),
            float(unknown[n]))
        for n, each in enumerate(order)
    )  # fmt: skip
    total, rest = (interval_of(value[case], resamples[case], level) for case in (steps[0], steps[-1]))
    return LifterBudget(name, total, bars, rest, hip)


def _verdicts(
    cases: Mapping[Case, Measured], pairs: Sequence[Pair], by: str, unknown: NDArray[np.bool_]
) -> tuple[CaseVerdict, ...]:
    """In the order and with the signs of the study's pairs. unknown : (L, confounders)."""
    names, asked = cases[Case()].scores.lifters, (Case(), *(Case((each,)) for each in Confounder), Case(Confounder))
    found = []
    for pair in pairs:
        one, two = names.index(pair.fewer_mm), names.index(pair.other)
        # What is taken out of one lifter alone says nothing of the two.
        missing = {Case((each,)) for k, each in enumerate(Confounder) if unknown[[one, two], k].any()}
        for case in asked:
            told = (*differences(cases[case], one, two, by), *_changes(cases[Case()], cases[case], one, two, by))
            nothing = Interval(*(float("nan"),) * 3, told[0].level)
            taken_out = tuple(each for each in Confounder if each in case)
            found.append(CaseVerdict(names[one], names[two], taken_out, *((nothing,) * 4 if case in missing else told)))
    return tuple(found)


def _changes(before: Measured, after: Measured, one: int, two: int, by: str) -> tuple[Interval, Interval]:
    """By how much less the differences of two lifters are: millimetres and degrees. Both sides are of the same drawn
    clips.
    """

    def difference(of: Means) -> tuple[Float64, Float64]:
        mm, deg = of.position_mm(by), of.mae_deg
        return mm[..., one] - mm[..., two], deg[..., one] - deg[..., two]

    value, resamples = (
        [was - now for was, now in zip(difference(was_all), difference(now_all), strict=True)]
        for was_all, now_all in ((before.value, after.value), (before.resamples, after.resamples))
    )
    mm, deg = (interval_of(float(value[k]), resamples[k], before.resampling.level) for k in range(2))
    return mm, deg
