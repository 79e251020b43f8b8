"""What every figure must say below it: of how many clips, in what units and conventions, measured by what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np

from core.evaluation import ReferenceKind
from core.evaluation.checks import DIFFERENT_POINTS
from core.metrics.sums import ratio
from core.records import Float64
from core.report.records import Subject
from core.study.resampling import Interval, interval_of
from core.study.words import POSITION, level_words, listed, number, several

__all__ = ["angle_words", "counts_words", "dataset_words", "estimator_words", "floor_deg", "floor_intervals",
           "floors_deg", "foot", "interval_words", "near_floor", "position_words", "reference_words", "rig_notes",
           "simulated", "weights_hashes"]  # fmt: skip

_SHORT = 8


def foot(
    subject: Subject, *, intervals: bool = True, shows: str = "", n: str = "", angles: bool = True
) -> tuple[str, ...]:
    """The small print of a figure. intervals : it shows some. shows : its quantities with their units; by default
    position and angle errors, which :func:`position_words` and :func:`angle_words` name. n : of how many it is, by
    default the clips that are compared. angles : it shows any.
    """
    shows = shows or f"{position_words(subject)}; {angle_words(subject)}"
    parts = [f"n = {n or counts_words(subject)}. {shows[:1].upper()}{shows[1:]}."]
    if angles:
        parts.append(_measured_by(subject))
    parts.append(f"Dataset {dataset_words(subject.record)}.")
    if intervals:
        parts.append(interval_words(subject))
    if simulated_ones := simulated(subject):
        parts.append(f"SIMULATED: {', '.join(simulated_ones)}.")
    return (" ".join(parts),)


def _measured_by(subject: Subject) -> str:
    floor = floor_deg(subject)
    end = f"; its floor on reference poses {number(floor)}°." if floor == floor else "."
    shoulder = subject.record["conventions"]["shoulder"]
    return f"Angles by {estimator_words(subject.record)}, shoulder as {shoulder}{end}"


def position_words(subject: Subject) -> str:
    """The position error of the study with its unit."""
    return f"{POSITION[subject.study.options.by]}, mm"


def angle_words(subject: Subject, what: str = "mean absolute angle error, °") -> str:
    """An angle error with its unit and what it is held against."""
    return f"{what}, against {reference_words(subject)}"


def counts_words(subject: Subject) -> str:
    """Clips, takes, athletes."""
    clips, takes, athletes = subject.counts
    return f"{several(clips, 'clip')} of {several(takes, 'take')}, {several(athletes, 'athlete')}"


def reference_words(subject: Subject) -> str:
    """What the angles are held against."""
    if subject.study.kind is ReferenceKind.ISB:
        return "ISB angles from labelled points"
    return "the estimator on the reference poses, a STAND-IN for ISB angles"


def weights_hashes(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Of the estimator's weights, each once; nothing for an estimator without any."""
    weights = record["estimator"].get("weights") or {}
    return tuple(dict.fromkeys(of["sha256"] for of in weights.values()))


def estimator_words(record: Mapping[str, Any]) -> str:
    """The estimator and the beginning of its weights' hash."""
    hashes = " + ".join(each[:_SHORT] for each in weights_hashes(record))
    return f"{record['estimator']['name']}" + (f", weights {hashes}" if hashes else "")


def dataset_words(record: Mapping[str, Any]) -> str:
    """The name of the dataset's folder and the beginning of the hash of all files that were read."""
    dataset = record["dataset"]
    name = PurePath(dataset["path"].replace("\\", "/")).name
    return f"{name} {dataset['sha256_of_files_read'][:_SHORT]}"


def floor_deg(subject: Subject) -> float:
    """Mean absolute error of the estimator on the reference poses; NaN where it stands in for the reference."""
    return floor_intervals(subject, resampled=False)[0].value


def floors_deg(subject: Subject) -> Float64:
    """(12,) the same of each angle."""
    return np.array([of.value for of in floor_intervals(subject, resampled=False)[1:]])


def floor_intervals(subject: Subject, *, resampled: bool = True) -> tuple[Interval, ...]:
    """The floor over all angles, then of each of the twelve, degrees; NaN where it stands in for the reference.

    resampled : with their intervals, else those are NaN.
    """
    study = subject.study
    adds = np.moveaxis(study.scores.floor, 0, 1)
    adds = np.concatenate([adds.sum(axis=-1, keepdims=True), adds], axis=-1)
    if study.kind is not ReferenceKind.ISB:
        adds = np.zeros_like(adds)
    value = ratio(*adds.sum(axis=0))
    drawn = study.resampling.sums(adds) if resampled else np.full((1, *adds.shape[1:]), np.nan)
    resamples = ratio(drawn[:, 0], drawn[:, 1])
    return tuple(interval_of(float(value[k]), resamples[:, k], study.options.level) for k in range(len(value)))


def near_floor(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Angles, by their titles, of which the floor is more than half of some lifters' error, and whose."""
    found: dict[str, tuple[str, ...]] = {}
    for place, (angle, floor) in enumerate(zip(subject.angles, floors_deg(subject), strict=True)):
        whose = tuple(point.lifter for point in subject.study.points if floor > point.by_angle_deg[place].value / 2)
        found |= {angle.title: whose} if whose else {}
    return found


def interval_words(subject: Subject) -> str:
    """How intervals come about."""
    study = subject.study
    few = " (FEW CLUSTERS: mostly too narrow)" if study.resampling.few else ""
    return (f"{level_words(study.options.level)} percentile intervals of {study.resampling.n:,} resamples of "
            f"{study.resampling.stages}, seed {study.resampling.seed}{few}.")  # fmt: skip


def simulated(subject: Subject) -> tuple[str, ...]:
    """Lifters whose poses were made from the reference."""
    return tuple(name for name in subject.lifters if subject.record["lifters"][name].get("simulated"))


def rig_notes(subject: Subject) -> tuple[str, ...]:
    """Where lifters and reference mean different points by the same joints: a line for each rig of lifters, with those
    of the reference and of how many clips.
    """
    found: dict[str, dict[str, set[int]]] = {}
    hips: set[str] = set()
    for item in subject.record["notes"]:
        if DIFFERENT_POINTS in item["note"] and item["lifter"] in subject.lifters:
            theirs, _, ours = item["note"].partition(f": {DIFFERENT_POINTS}")[0].partition(" against ")
            found.setdefault(theirs, {}).setdefault(ours, set()).add(item["clips"])
            hips |= {theirs} if "hips" in item["note"] else set()
    return tuple(
        f"{theirs} against {listed([f'{ours} ({_or_clips(clips)})' for ours, clips in against.items()])}: "
        f"{DIFFERENT_POINTS}{' (the hips, by definition, by about 80 mm)' if theirs in hips else ''}, so that part of "
        "the error is definition"
        for theirs, against in found.items()
    )


def _or_clips(counts: set[int]) -> str:
    """Lifters may have different numbers of clips."""
    return several(max(counts), "clip") if len(counts) == 1 else f"{min(counts):,} to {several(max(counts), 'clip')}"
