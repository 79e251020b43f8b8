"""What every figure must say below it: of how many clips, in what units and conventions, measured by what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from core.evaluation import ReferenceKind
from core.evaluation.checks import DIFFERENT_POINTS
from core.metrics.sums import ratio
from core.report.records import Subject
from core.report.words import POSITION, level_words, number, several

__all__ = ["counts_words", "dataset_words", "estimator_words", "floor_deg", "foot", "interval_words",
           "reference_words", "rig_notes", "simulated", "weights_hashes"]  # fmt: skip

_SHORT = 8


def foot(subject: Subject, *, intervals: bool = True) -> tuple[str, ...]:
    """The small print of a figure. intervals : it shows some."""
    options = subject.study.options
    what = (f"n = {counts_words(subject)}. {POSITION[options.by]}, mm; mean absolute angle error, °, against "
            f"{reference_words(subject)}; shoulder as {subject.record['conventions']['shoulder']}.")  # fmt: skip
    floor = floor_deg(subject)
    measured_by = f"Angles by {estimator_words(subject.record)}"
    measured_by += f"; its floor on reference poses {number(floor)}°." if floor == floor else "."
    parts = [what, measured_by, f"Dataset {dataset_words(subject.record)}."]
    if intervals:
        parts.append(interval_words(subject))
    if simulated_ones := simulated(subject):
        parts.append(f"SIMULATED: {', '.join(simulated_ones)}.")
    return (" ".join(parts),)


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
    total = subject.study.scores.floor.sum(axis=1)
    if subject.study.kind is not ReferenceKind.ISB:
        return float("nan")
    return float(ratio(total[0], total[1]))


def interval_words(subject: Subject) -> str:
    """How intervals come about."""
    study = subject.study
    few = " (FEW CLUSTERS: too narrow)" if study.resampling.few else ""
    return (f"{level_words(study.options.level)} percentile intervals of {study.resampling.n:,} resamples of "
            f"{study.resampling.stages}, seed {study.resampling.seed}{few}.")  # fmt: skip


def simulated(subject: Subject) -> tuple[str, ...]:
    """Lifters whose poses were made from the reference."""
    return tuple(name for name in subject.lifters if subject.record["lifters"][name].get("simulated"))


def rig_notes(subject: Subject) -> tuple[str, ...]:
    """Where lifters and reference mean different points by the same joints, with how many clips, each once."""
    found: dict[str, dict[int, None]] = {}
    for item in subject.record["notes"]:
        if DIFFERENT_POINTS in item["note"] and item["lifter"] in subject.lifters:
            found.setdefault(item["note"], {})[item["clips"]] = None
    return tuple(f"{note} ({' or '.join(several(n, 'clip') for n in clips)})" for note, clips in found.items())
