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


def over_time(
    folder: Path, study: Study, view: ShoulderView, movements: Movements | None = None
) -> Generator[int, None, OverTime]:
    """From the frames that a run wrote for the clips of its study; yields how many clips are read.

    view : of the shoulder, as the run had it. Raises :class:`core.errors.DataError` where frames are missing.
    """
    movements = movements or Movements()
    scores = study.scores
    moments: list[ClipMoments] = []
    curves: list[ClipCurves] = []
    cyclic = irregular = 0
    of_clips = zip(scores.clips, scores.fps.tolist(), scores.activities, strict=True)
    for done, (clip, fps, activity) in enumerate(of_clips, start=1):
        frames = read_clip_frames(folder, clip, scores.lifters, view, study.options.by)
        found = _cycles(frames, fps, activity, movements)
        for name, cycles in found.items():
            irregular += cycles.irregular
            if cycles.spans:
                curves.append(clip_curves(frames, fps, cycles.spans, name))
        spans = [span for cycles in found.values() for span in cycles.spans]
        cyclic += bool(spans)
        if study.pairs:
            moments.append(clip_moments(frames, fps, cycle_phase(spans, frames.n_frames)))
        yield done
    told = moments_of(study, moments) if study.pairs else None
    return OverTime(movements, told, movements_of(study, curves), cyclic, irregular)


def _cycles(frames: ClipFrames, fps: float, activity: str, movements: Movements) -> dict[str, Cycles]:
    """By name of the movement."""
    if movements.names:
        marked = {name: marked_spans(movements.marks, name, frames.clip, frames.n_frames) for name in movements.names}
        return {name: Cycles(spans, irregular=unfit) for name, (spans, unfit) in marked.items()}
    column = [angle.name for angle in ANGLES].index(movements.angle)
    reference = unwrapped_deg(in_components(frames.reference_deg, frames.view), circular_columns())
    return {activity: cycles_of(reference, fps, column)}
