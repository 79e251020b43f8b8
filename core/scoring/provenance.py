"""``run.json``: everything a reader of the tables must know to repeat or to doubt them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.conventions import angles_in
from core.evaluation import ALIGNMENT
from core.pairing import Pairing
from core.results.scores import ClipScore
from core.scoring.facts import Facts
from core.scoring.run import ScoreJob
from core.scoring.versions import versions

__all__ = ["provenance"]


def provenance(
    job: ScoreJob,
    scores: Iterable[ClipScore],
    unranked: Sequence[str],
    command: Sequence[str],
    times: Mapping[str, str],
) -> dict[str, Any]:
    """The record of a run; the same for an interrupted and resumed run, ``times`` apart.

    scores : in the order of the dataset. unranked : why ranks are empty, where they are. command : as typed, without
    the options that change no result. times : when the run began and ended.
    """
    facts = Facts(scores)
    estimator_facts = dict(job.estimator.facts)
    return {
        "anglescope_results": 1,
        "command": list(command),
        "working_folder": str(Path.cwd()),
        "times": dict(times),
        "run_fingerprint": job.fingerprint,
        "versions": versions(),
        "device": estimator_facts.pop("device"),
        "estimator": {"name": job.estimator.name, "fingerprint": job.estimator.fingerprint, **estimator_facts},
        "dataset": {
            "path": str(job.dataset.root), "clips": len(job.dataset), "index_fingerprint": job.dataset.fingerprint,
            "sha256_of_files_read": facts.sha256, "notes": list(job.dataset.notes),
        },
        "reasons": job.reasons,
        "counts": {"clips_scored": facts.clips, "frames": facts.frames, "clips_stand_in": facts.stand_ins},
        "lifters": {pairing.lifter: _lifter(pairing, facts) for pairing in job.pairings},
        "conventions": {
            "alignment": ALIGNMENT, "shoulder": str(job.options.shoulder), "hip_regression": job.options.hip_regression,
            "reference": {
                "isb": "ISB angles from labelled points",
                "stand_in": "the estimator on the reference poses, where a clip has no labelled points that can "
                            "serve; never pooled with isb, and without a floor",
            },
            "floor": "the estimator on the reference poses",
            "angles": [asdict(angle) for angle in angles_in(job.options.shoulder)],
        },
        "notes": facts.counted_notes(),
        "warnings": _warnings(job, facts, unranked),
        "problems": _problem_lines(job, facts),
    }  # fmt: skip


def _problem_lines(job: ScoreJob, facts: Facts) -> list[str]:
    """What is wrong with the user's data, one line each: dataset, lifters, then clips."""
    dataset = [problem.message for problem in job.dataset.problems]
    lifters = [problem.message for pairing in job.pairings for problem in pairing.problems]
    return list(dict.fromkeys([*dataset, *lifters, *facts.problems()]))


def _warnings(job: ScoreJob, facts: Facts, unranked: Sequence[str]) -> list[str]:
    """What a reader must know before comparing rows: stand-ins, clips without prediction, assumptions, no ranks."""
    lines = []
    if facts.stand_ins:
        lines.append(f"{facts.stand_ins} of {facts.clips} clips have no labelled points that can serve: there the "
                     f"{job.estimator.name} angles of the reference poses stand in for ISB angles; their rows say "
                     "stand_in, have no floor, and are not pooled with the others")  # fmt: skip
    for pairing in job.pairings:
        lines += pairing.cautions
    return [*lines, *unranked]


def _lifter(pairing: Pairing, facts: Facts) -> dict[str, Any]:
    first = next(iter(pairing.sources.values()), None)
    stated = {} if first is None else {k: v for k, v in asdict(first.options).items() if v is not None}
    return {
        "title": pairing.title, "path": str(pairing.path), "simulated": pairing.simulated,
        "read_as": facts.meaning(pairing.lifter), "stated": stated, "fit": None if first is None else asdict(first.fit),
        "clips": len(pairing.sources), "missing": list(pairing.missing), "extra": list(pairing.extra),
        "other_length": list(pairing.other_length), "notes": list(pairing.notes),
    }  # fmt: skip
