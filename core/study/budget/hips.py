"""Where lifters put the right hip, each and together: what lifters of one joint set share may be its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.records import Float64
from core.study.budget.definition import RIGHT_HIP

__all__ = ["APART_MM", "RightHip", "SharedHip", "right_hip", "shared_hips"]

APART_MM = 20.0
"""Lifters of one joint set that put the hip further apart, or athletes who differ by more, show more than one
definition: the middle of ASIS and PSIS lies 78 to 90 mm from the hip joint centre, whichever regression and adult."""


@dataclass(frozen=True, slots=True)
class RightHip:
    """Where a lifter's right hip (and the left one mirrored) lies from the reference's at all times. rigs : joint sets
    that its poses state. mean_mm, sd_mm : over ``athletes``, x anterior, y superior, z right; NaN where unknown, the
    standard deviation of fewer than two athletes too.
    """

    rigs: tuple[str, ...]
    athletes: int
    mean_mm: tuple[float, float, float]
    sd_mm: tuple[float, float, float]

    @property
    def varies(self) -> bool:
        """Whether athletes differ by as much as the hip is off, which no definition does."""
        sd = float(np.linalg.norm(self.sd_mm))
        return sd > APART_MM and sd >= float(np.linalg.norm(self.mean_mm))


@dataclass(frozen=True, slots=True)
class SharedHip:
    """Of all lifters of one joint set. mean_mm : of their means. apart_mm : between the two that differ most."""

    rigs: tuple[str, ...]
    lifters: tuple[str, ...]
    mean_mm: tuple[float, float, float]
    apart_mm: float


def right_hip(by_athlete: Mapping[str, Sequence[Float64]], rigs: tuple[str, ...]) -> RightHip:
    """Of one lifter. by_athlete : (7, 3) of :func:`core.study.budget.definition.offsets_mm`, one or more each."""
    unknown = (float("nan"),) * 3
    if not by_athlete:
        return RightHip(rigs, 0, unknown, unknown)
    mirrored = (1, 1, -1)
    hips = np.array([
        np.mean([(of[RIGHT_HIP] + of[RIGHT_HIP + 1] * mirrored) / 2 for of in each], axis=0)
        for each in by_athlete.values()
    ])  # fmt: skip
    return RightHip(rigs, len(hips), _three(hips.mean(axis=0)),
                    _three(hips.std(axis=0, ddof=1)) if len(hips) > 1 else unknown)  # fmt: skip


def shared_hips(of_lifters: Mapping[str, RightHip]) -> tuple[SharedHip, ...]:
    """Of every joint set that several lifters state, of those whose hips are known."""
    known = {name: hip for name, hip in of_lifters.items() if hip.athletes}
    found = []
    for rigs in dict.fromkeys(hip.rigs for hip in known.values()):
        means = {name: np.array(hip.mean_mm) for name, hip in known.items() if hip.rigs == rigs}
        if len(means) > 1:
            apart = max(float(np.linalg.norm(one - two)) for one, two in combinations(means.values(), 2))
            found.append(SharedHip(rigs, tuple(means), _three(np.mean(list(means.values()), axis=0)), apart))
    return tuple(found)


def _three(values: Float64) -> tuple[float, float, float]:
    x, y, z = map(float, values)
    return x, y, z
