"""``run.json``: everything a reader of the tables must know to repeat or to doubt them."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from core import __version__
from core.conventions import angles_in
from core.evaluation import ALIGNMENT, REFERENCE
from core.pairing import Pairing
from core.results.scores import ClipScore
from core.scoring.run import ScoreJob

__all__ = ["problem_lines", "provenance", "versions", "warnings_of"]

_PACKAGES = ("numpy", "polars", "scipy", "msgspec", "torch")


def versions() -> dict[str, str]:
    """Versions of anglescope, Python and the libraries that make or write numbers."""
    found = {"anglescope": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def provenance(
    job: ScoreJob, scores: Iterable[ClipScore], command: Sequence[str], times: Mapping[str, str]
) -> dict[str, Any]:
    """The record of a run; the same for an interrupted and resumed run, ``times`` apart.

    scores : in the order of the dataset. command : as typed. times : when the run began and ended.
    """
    facts = _Facts(scores)
    estimator_facts = dict(job.estimator.facts)
    return {
        "anglescope_results": 1,
        "command": list(command),
        "times": dict(times),
        "run_fingerprint": job.fingerprint,
        "versions": versions(),
        "device": estimator_facts.pop("device"),
        "estimator": {"name": job.estimator.name, "fingerprint": job.estimator.fingerprint, **estimator_facts},
        "dataset": {
            "path": str(job.dataset.root), "clips": len(job.dataset), "index_fingerprint": job.dataset.fingerprint,
            "sha256_of_files_read": facts.sha256, "notes": list(job.dataset.notes),
        },
        "counts": {"clips_scored": facts.clips, "frames": facts.frames, "clips_without_points": facts.stand_ins},
        "lifters": {pairing.lifter: _lifter(pairing) for pairing in job.pairings},
        "conventions": {
            "alignment": ALIGNMENT, "shoulder": str(job.options.shoulder), "hip_regression": job.options.hip_regression,
            "reference": "ISB angles from labelled points; where a clip has none, the estimator on its reference poses",
            "floor": "the estimator on the reference poses",
            "angles": [asdict(angle) for angle in angles_in(job.options.shoulder)],
        },
        "notes": _counted(facts.notes),
        "warnings": warnings_of(job),
        "problems": problem_lines(job, facts.problems),
    }  # fmt: skip


class _Facts:
    """What one pass over the scores tells about the run."""

    def __init__(self, scores: Iterable[ClipScore]) -> None:
        digest = hashlib.sha256()
        self.clips = self.frames = self.stand_ins = 0
        self.notes: Counter[tuple[str, str]] = Counter()
        self.problems: list[str] = []
        for clip in scores:
            self.problems += [failure.message for failure in clip.failures]
            self.problems += [f"{clip.clip}: {line}" for score in clip.scores for line in score.problems]
            digest.update(repr((clip.clip, sorted(clip.sha256.items()))).encode())
            self.clips += bool(clip.scores)
            self.frames += clip.frames
            self.stand_ins += clip.stands_in
            self.notes.update(_notes_of(clip))
        self.sha256 = digest.hexdigest()


def _notes_of(clip: ClipScore) -> Iterator[tuple[str, str]]:
    """(source, note) without repeats; what holds for the clip stands once, with the reference."""
    own = {note for score in clip.scores if score.source == REFERENCE for note in score.notes}
    for score in clip.scores:
        for note in dict.fromkeys(score.notes):
            if score.source == REFERENCE or note not in own:
                yield score.source, note


def _counted(notes: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [{"lifter": lifter, "note": note, "clips": clips} for (lifter, note), clips in notes.items()]


def problem_lines(job: ScoreJob, from_clips: Iterable[str]) -> list[str]:
    """What is wrong with the user's data, one line each: dataset, lifters without any usable file, then clips."""
    dataset = [problem.message for problem in job.dataset.problems]
    unpaired = [problem.message for pairing in job.pairings if not pairing.sources for problem in pairing.problems]
    return list(dict.fromkeys([*dataset, *unpaired, *from_clips]))


def warnings_of(job: ScoreJob) -> list[str]:
    """What a reader must know before comparing rows: clips without prediction, files left over, unequal coverage."""
    lines = [problem.message for pairing in job.pairings if pairing.sources for problem in pairing.problems]
    if len({frozenset(pairing.sources) for pairing in job.pairings}) > 1:
        lines.append("lifters cover different clips: their rows and ranks are not comparable as they stand")
    return lines


def _lifter(pairing: Pairing) -> dict[str, Any]:
    first = next(iter(pairing.sources.values()), None)
    read = {} if first is None else {k: v for k, v in asdict(first.options).items() if v is not None}
    return {
        "title": pairing.title, "path": str(pairing.path), "simulated": pairing.simulated,
        "format": None if first is None else first.format, "stated": read, "clips": len(pairing.sources),
        "missing": list(pairing.missing), "extra": list(pairing.extra), "other_length": list(pairing.other_length),
        "notes": list(pairing.notes),
    }  # fmt: skip
