"""What the network gets wrong on motion and bodies that it never saw, beside the geometry of the same 17 joints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.angles.geometry import geometric_angles
from core.conventions import ANGLES, N_ANGLES
from core.errors import DataError
from core.records import Axes, Float32, Float64, Poses
from core.training.corpus import Take
from core.training.pairs import Pairs, bank_for, pairs_of

__all__ = ["ErrorTable", "Measured", "error_table", "geometry_deg", "markdown", "take_pairs"]

_CIRCULAR = np.array([angle.circular for angle in ANGLES])


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Poses with a reference in clips. clip : (n,) number of the clip of each frame."""

    pairs: Pairs
    clip: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class ErrorTable:
    """Errors in degrees, (12,) each; ``offset_removed`` after a constant per clip and angle is taken out.

    frames : measured; undefined : left out, because the estimator had no answer.
    """

    mae: Float64
    offset_removed: Float64
    p95: Float64
    bias: Float64
    frames: int
    undefined: int

    @property
    def mean(self) -> tuple[float, float, float]:
        """Means of MAE, MAE without offsets and 95th percentile over the twelve angles."""
        return float(self.mae.mean()), float(self.offset_removed.mean()), float(self.p95.mean())


def take_pairs(takes: Sequence[Take], rig: str, seed: int, *, bodies: int = 4) -> Measured:
    """Every take as it was recorded on ``bodies`` bodies of its own each, nothing widened, mirrored or recombined.

    seed : of the bodies; training uses other generators, so that no body is met twice.
    """
    rng = np.random.default_rng([seed, 7])
    bank = bank_for(rig, bodies * len(takes), rng)
    poses = np.concatenate([take.poses for take in takes for _ in range(bodies)])
    clip = np.repeat(np.arange(bodies * len(takes)), [len(take.poses) for take in takes for _ in range(bodies)])
    return Measured(pairs_of(poses, bank, clip, rig), clip)


def geometry_deg(xyz_mm: Float32, rig: str) -> Float32:
    """(n, 12) closed-form angles of 17 joints: the estimator that the network must beat."""
    return geometric_angles(Poses(xyz_mm, None, Axes.WORLD_Y_UP, rig=rig)).deg


def error_table(estimate: Callable[[Float32], Float32], measured: Measured) -> ErrorTable:
    """Errors of an estimator of (n, 12) degrees from (n, 17, 3) joints; frames without an answer are counted apart.

    Raises :class:`DataError` where no frame has one.
    """
    error = estimate(measured.pairs.xyz_mm).astype(np.float64) - measured.pairs.deg
    error[:, _CIRCULAR] = (error[:, _CIRCULAR] + 180) % 360 - 180
    defined = np.isfinite(error).all(axis=1)
    if not defined.any():
        raise DataError("no frame could be measured: the estimator has no answer to any")
    error, clip = error[defined], measured.clip[defined]
    centred = error.copy()
    for number in np.unique(clip):
        centred[clip == number] -= np.median(error[clip == number], axis=0)
    size = np.abs(error)
    return ErrorTable(size.mean(axis=0), np.abs(centred).mean(axis=0), np.percentile(size, 95, axis=0),
                      error.mean(axis=0), len(error), int((~defined).sum()))  # fmt: skip


def markdown(title: str, tables: dict[str, ErrorTable]) -> str:
    """A table for people: one line per kind of angle, both sides together, one group of columns per estimator."""
    names = list(tables)
    frames = next(iter(tables.values())).frames
    head = " | ".join(f"{name} MAE | offset removed | p95" for name in names)
    rows = [f"### {title} ({frames} frames)", "", f"| angle | {head} |", "|---" * (1 + 3 * len(names)) + "|"]
    for first in range(0, N_ANGLES, 2):
        sides = slice(first, first + 2)
        cells = [f"{part[sides].mean():.2f}" for name in names
                 for part in (tables[name].mae, tables[name].offset_removed, tables[name].p95)]  # fmt: skip
        rows.append(f"| {ANGLES[first].kind} | {' | '.join(cells)} |")
    means = [f"**{value:.2f}**" for name in names for value in tables[name].mean]
    return "\n".join([*rows, f"| **all twelve** | {' | '.join(means)} |", ""])
