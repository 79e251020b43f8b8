"""What a study says of single frames: moments and curves, every clip's frames read once."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from core.angles.views import circular_columns, in_components
from core.conventions import ANGLES, ShoulderView
from core.errors import UsageError
from core.marks import Mark
from core.metrics.angle import unwrapped_deg
from core.results.clip_frames import ClipFrames, read_clip_frames
from core.scoring.executors import HERE, Workers, unordered
from core.study.curves import ClipCurves, Movement, clip_curves, movements_of
from core.study.cycles import Cycles, cycle_phase, cycles_of, marked_spans
from core.study.moments import ClipMoments, Moments, clip_moments, moments_of
from core.study.study import Study

__all__ = ["CYCLE_ANGLE", "Movements", "OverTime", "over_time"]

CYCLE_ANGLE = "hip_flexion_r"
"""Whose maxima begin cycles, unless another angle is named."""


@dataclass(frozen=True, slots=True)
class Movements:
    """Where cycles come from. angle : its maxima begin cycles of movements that repeat themselves, which are named
    after the clip's activity. marks : with ``names``, the spans of these names are the cycles, and nothing else is.
    """

    angle: str = CYCLE_ANGLE
    marks: tuple[Mark, ...] = ()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = [angle.name for angle in ANGLES]
        if self.angle not in known:
            raise UsageError(f"unknown angle {self.angle!r} for cycles; known: {', '.join(known)}")
        there = {mark.name for mark in self.marks}
        if unknown := [name for name in self.names if name not in there]:
            raise UsageError(f"no mark is named {unknown[0]!r}; known: {', '.join(sorted(there)) or 'none'}")


@dataclass(frozen=True, slots=True)
class OverTime:
    """movements : where cycles came from. moments : None of a single lifter. curves : of each movement. cyclic : clips
    with cycles. irregular : distances between two events that are no cycle; of marks, those that do not fit their clip.
    """

    movements: Movements
    moments: Moments | None
    curves: tuple[Movement, ...]
    cyclic: int
    irregular: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """One clip to read. index : among those of the study. by : the position error. moments : whether to take them."""

    index: int
    folder: Path
    clip: str
    fps: float
    activity: str
    lifters: tuple[str, ...]
    view: ShoulderView
    by: str
    movements: Movements
    moments: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What its frames say. cyclic : it has cycles. irregular : distances that are none."""

    index: int
    moments: ClipMoments | None
    curves: tuple[ClipCurves, ...]
    cyclic: bool
    irregular: int


def over_time(
    folder: Path, study: Study, view: ShoulderView, movements: Movements | None = None, workers: Workers = HERE
) -> Generator[int, None, OverTime]:
    """From the frames that a run wrote for the clips of its study; yields how many clips are read.

    view : of the shoulder, as the run had it. Raises :class:`core.errors.DataError` where frames are missing.
    """
    movements = movements or Movements()
    scores = study.scores
    of_clips = zip(scores.clips, scores.fps.tolist(), scores.activities, strict=True)
    asked = [
        _Asked(k, folder, *of_clip, scores.lifters, view, study.options.by, movements, bool(study.pairs))
        for k, of_clip in enumerate(of_clips)
    ]
    found: list[_Found] = []
    for done, of_one in enumerate(unordered(_found, asked, workers), start=1):
        found.append(of_one)
        yield done
    found.sort(key=lambda each: each.index)  # sums do not depend on which worker was faster
    moments = [each.moments for each in found if each.moments is not None]
    curves = [each for of_one in found for each in of_one.curves]
    return OverTime(
        movements, moments_of(study, moments) if study.pairs else None, movements_of(study, curves),
        sum(each.cyclic for each in found), sum(each.irregular for each in found),
    )  # fmt: skip


def _found(asked: _Asked) -> _Found:
    frames = read_clip_frames(asked.folder, asked.clip, asked.lifters, asked.view, asked.by)
    cycles = _cycles(frames, asked.fps, asked.activity, asked.movements)
    curves = tuple(clip_curves(frames, asked.fps, of.spans, name) for name, of in cycles.items() if of.spans)
    spans = [span for of in cycles.values() for span in of.spans]
    moments = clip_moments(frames, asked.fps, cycle_phase(spans, frames.n_frames)) if asked.moments else None
    return _Found(asked.index, moments, curves, bool(spans), sum(of.irregular for of in cycles.values()))


def _cycles(frames: ClipFrames, fps: float, activity: str, movements: Movements) -> dict[str, Cycles]:
    """By name of the movement."""
    if movements.names:
        marked = {name: marked_spans(movements.marks, name, frames.clip, frames.n_frames) for name in movements.names}
        return {name: Cycles(spans, irregular=unfit) for name, (spans, unfit) in marked.items()}
    column = [angle.name for angle in ANGLES].index(movements.angle)
    reference = unwrapped_deg(in_components(frames.reference_deg, frames.view), circular_columns())
    return {activity: cycles_of(reference, fps, column)}
