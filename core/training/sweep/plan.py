"""Which runs a sweep has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.errors import UsageError
from core.training.lifters.loop import LifterConfig

__all__ = ["ANGLE", "BONE", "Run", "SweepPlan"]

ANGLE, BONE = "angle", "bone"
"""Losses beside the mean joint distance: differences of the twelve angles, of the directions of the bones."""


@dataclass(frozen=True, slots=True)
class Run:
    """One training. loss : of :data:`ANGLE` and :data:`BONE`. weight_mm : per degree; 0 is the same run for both."""

    loss: str
    weight_mm: float
    seed: int

    @property
    def folder(self) -> str:
        """Name of its folder."""
        what = f"{self.loss}_{self.weight_mm:g}" if self.weight_mm else "position"
        return f"{what}_seed_{self.seed}"

    def config(self, base: LifterConfig) -> LifterConfig:
        """Its settings; ``base`` has what all runs share."""
        angle_mm, bone_mm = (self.weight_mm if self.loss == loss else 0.0 for loss in (ANGLE, BONE))
        return replace(base, seed=self.seed, lambda_angle=angle_mm, lambda_bone=bone_mm)


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """base : what all runs share. angle_mm, bone_mm : weights in millimetres per degree. seeds : number of seeds, from
    that of ``base`` on.

    Raises :class:`UsageError` for a weight that is there twice and for nothing to compare.
    """

    base: LifterConfig
    angle_mm: tuple[float, ...]
    bone_mm: tuple[float, ...]
    seeds: int

    def __post_init__(self) -> None:
        for weights in (self.angle_mm, self.bone_mm):
            if len(set(weights)) < len(weights):
                raise UsageError(f"a weight is there twice: {', '.join(f'{weight:g}' for weight in weights)}")
        if not any((*self.angle_mm, *self.bone_mm)):
            raise UsageError("a sweep needs at least one weight above 0; 0 itself is always trained")

    def runs(self) -> Iterator[Run]:
        """All runs, seed by seed, the one without an added loss first."""
        for seed in range(self.base.seed, self.base.seed + self.seeds):
            yield Run(ANGLE, 0.0, seed)
            for loss, weights in ((ANGLE, self.angle_mm), (BONE, self.bone_mm)):
                yield from (Run(loss, weight, seed) for weight in sorted(weights) if weight)
