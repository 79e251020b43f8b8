"""Moments, contributions, tests along curves and slopes as plain values; the curves themselves are in their CSVs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from core.report.records import Subject
from core.skeleton import JOINTS
from core.study.contributions import contributions_of
from core.study.curves import Movement

__all__ = ["frame_values"]


def frame_values(subject: Subject) -> dict[str, Any]:
    """Keys and values for the file of all numbers; None where it was not looked at."""
    found = subject.over_time
    moments = found and found.moments
    return {
        "contributions": [asdict(of) for of in contributions_of(subject.study)],
        "moments": moments and asdict(moments),
        "movements": None if found is None else [_movement(subject, of) for of in found.curves],
        "no_frames": subject.no_frames if found is None else None,
        "slopes_deg_per_mm": None if subject.slopes is None else list(_slopes(subject)),
    }


def _movement(subject: Subject, of: Movement) -> Mapping[str, Any]:
    counts = {name: getattr(of, name) for name in ("name", "cycles", "views", "clips", "takes", "athletes", "seconds")}
    tests = [
        {"first": each.first, "second": each.second, "over": each.over, "angle": angle.name, "n": test.n,
         "signs": test.signs, "least_p": test.least_p, "testable": test.testable, "threshold_t": test.threshold,
         "stretches": [asdict(stretch) for stretch in test.stretches]}
        for each in of.comparisons for angle, test in zip(subject.angles, each.tests, strict=True)
    ]  # fmt: skip
    return {**counts, "left_out": list(of.left_out), "tests": tests}


def _slopes(subject: Subject) -> Iterator[Mapping[str, Any]]:
    slopes = subject.slopes
    if slopes is None:
        return
    for (a, j), steepest in np.ndenumerate(slopes.steepest):
        yield {"angle": subject.angles[a].name, "joint": JOINTS[j], "steepest": float(steepest),
               "along": float(slopes.along[a, j]), "across": float(slopes.across[a, j])}  # fmt: skip
