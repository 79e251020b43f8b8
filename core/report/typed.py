"""All numbers of a study as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np

from core.report.facts import floor_deg, weights_hashes
from core.report.in_short import verdict_lines, warnings_of
from core.report.records import Subject
from core.report.typed_frames import frame_values
from core.study.budget.budget import Budget
from core.study.pairs import Pair
from core.study.study import published

__all__ = ["STUDY_VERSION", "study_json"]

STUDY_VERSION = 1


def study_json(subject: Subject) -> bytes:
    """Numbers as numbers, undefined ones as null; points, correlations and pairs as their records are called."""
    study, record = subject.study, subject.record
    clips, takes, athletes = subject.counts
    value = {
        "anglescope_study": STUDY_VERSION,
        "run_fingerprint": record["run_fingerprint"],
        "dataset_sha256": record["dataset"]["sha256_of_files_read"],
        "estimator": {"name": record["estimator"]["name"], "weights_sha256": weights_hashes(record)},
        "shoulder": record["conventions"]["shoulder"],
        "reference": str(study.kind),
        "options": asdict(study.options),
        "lifters": subject.lifters,
        "counts": {"clips": clips, "takes": takes, "athletes": athletes},
        "resampling": {"resampled": study.resampling.stages, "n": study.resampling.n, "seed": study.resampling.seed,
                       "level": study.resampling.level, "few_clusters": study.resampling.few},
        "floor_mae_deg": floor_deg(subject),
        "verdicts": verdict_lines(subject),
        "warnings": warnings_of(subject),
        "left_out": study.left_out,
        "points": [asdict(point) for point in study.points],
        "by_athlete": [asdict(point) for point in study.by_athlete],
        "by_activity": [asdict(point) for point in study.by_activity],
        "between_lifters": [asdict(of) for of in study.between],
        "within_lifters": [asdict(of) for of in study.within],
        "pairs": [_pair(pair) for pair in study.pairs],
        "other_pairs": [_pair(pair) for pair in study.other_pairs],
        "budget": None if subject.budget is None else _budget(subject.budget),
        "normalised": [asdict(row) for row in subject.normalised],
        "no_budget": subject.no_budget if subject.budget is None else None,
        **frame_values(subject),
        "published_not_measured_here": [asdict(row) for row in published()],
    }  # fmt: skip
    encoded = msgspec.json.encode(value, enc_hook=_plain)
    return msgspec.json.format(encoded, indent=1) + b"\n"


def _pair(pair: Pair) -> Mapping[str, Any]:
    found = asdict(pair) | {"verdict": str(pair.verdict)}
    found["equivalence"]["alike"] = pair.equivalence.alike
    return found


def _budget(budget: Budget) -> Mapping[str, Any]:
    found = asdict(budget)
    verdicts = [{**asdict(of), "verdict": str(of.verdict) if of.known else None, "hangs_on_it": budget.hangs(of)}
                for of in budget.verdicts]  # fmt: skip
    sizes = [{"what": str(size), "mean_change_deg": deg, "angles": n} for size, (deg, n) in budget.sizes_deg.items()]
    return found | {"verdicts": verdicts, "sizes_deg": sizes}


def _plain(value: object) -> object:
    """Scalars of numpy as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not a number of a study")
