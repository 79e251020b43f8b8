"""What ``score --reasons`` found, over the clips of a study: parts of the errors, causes and flags of each lifter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from core.errors import DataError
from core.metrics.sums import ratio
from core.records import Float64
from core.report.records import Subject
from core.results.reason_tables import ANGLES, FLAGS, POSITIONS
from core.skeleton import JOINTS
from core.study.resampling import Interval, interval_of

__all__ = ["CAUSES", "PARTS", "Reasons", "read_reasons"]

PARTS = {
    "abs_along_bone_mm": "along the bone", "across_bone_mm": "across the bone", "abs_depth_mm": "in depth",
    "in_plane_mm": "in the picture", "direction_error_deg": "direction", "abs_length_error_percent": "length",
}  # fmt: skip
"""By their columns: parts of the position error of joints, two divisions of the same error; and errors of bones."""
CAUSES = ("bias", "lag", "gain", "rest")


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """Of L lifters. parts : of each, the mean of each of :data:`PARTS` over the joints in which a bone ends. shares :
    (L, 4) of the mean square angle error, in the order of :data:`CAUSES`; angle_shares : (L, 12, 4). causes : (L, 5)
    clips and angles of which each explains at least half, and none does. flags : clips with each flag, by lifter.
    """

    parts: tuple[tuple[Interval, ...], ...]
    shares: Float64
    angle_shares: Float64
    causes: Float64
    flags: tuple[tuple[str, tuple[int, ...]], ...]


def read_reasons(subject: Subject) -> Reasons | None:
    """Of the clips and lifters that are compared; None where the run did not look for reasons.

    Raises :class:`DataError` where a table cannot be read.
    """
    if not all((subject.folder / name).is_file() for name in (ANGLES, POSITIONS, FLAGS)):
        return None
    scores = subject.study.scores
    angles, positions, flags = (_read(subject.folder / name, scores.clips, scores.lifters)
                                for name in (ANGLES, POSITIONS, FLAGS))  # fmt: skip
    try:
        shares, angle_shares = _shares(subject, angles)
        return Reasons(_parts(subject, positions), shares, angle_shares, _causes(angles, scores.lifters),
                       _flags(flags, scores.lifters))  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise DataError(f"tables of reasons are not as expected ({str(error).splitlines()[0]})", path=subject.folder,
                        expected="those of this version of anglescope") from None  # fmt: skip


def _read(path: Path, clips: Sequence[str], lifters: Sequence[str]) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, infer_schema_length=None)
        return table.filter(pl.col("clip").is_in(clips) & pl.col("lifter").is_in(lifters))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"cannot be read ({str(error).splitlines()[0]})", path=path) from None


def _parts(subject: Subject, table: pl.DataFrame) -> tuple[tuple[Interval, ...], ...]:
    """Means over joints and frames, resampled as everything else. Without the root, whose error is 0 by definition."""
    scores, resampling = subject.study.scores, subject.study.resampling
    adds = np.zeros((len(scores), len(scores.lifters), len(PARTS), 2))
    known = [pl.col(part).is_not_null() for part in PARTS]
    sums = table.filter(pl.col("joint") != JOINTS[0]).group_by("clip", "lifter").agg(
        *(pl.struct(total=(pl.col(part) * pl.col("frames")).sum(), count=pl.col("frames").filter(there).sum())
          .alias(part) for part, there in zip(PARTS, known, strict=True))
    )  # fmt: skip
    rows, columns = {clip: k for k, clip in enumerate(scores.clips)}, {name: k for k, name in enumerate(scores.lifters)}
    for row in sums.iter_rows(named=True):
        adds[rows[row["clip"]], columns[row["lifter"]]] = [(row[p]["total"], row[p]["count"]) for p in PARTS]
    value, drawn = adds.sum(axis=0), resampling.sums(adds)
    mean, resamples = ratio(value[..., 0], value[..., 1]), ratio(drawn[..., 0], drawn[..., 1])
    return tuple(
        tuple(interval_of(float(mean[k, p]), resamples[:, k, p], resampling.level) for p in range(len(PARTS)))
        for k in range(len(scores.lifters))
    )


def _shares(subject: Subject, table: pl.DataFrame) -> tuple[Float64, Float64]:
    """(L, 4) and (L, 12, 4), of sums of squares over frames."""
    names = [angle.name for angle in subject.angles]
    lifters = subject.lifters
    squares = pl.col("rmse_deg") ** 2 * pl.col("frames")
    energies = ((squares * pl.col(f"share_{cause}")).sum().alias(cause) for cause in CAUSES)
    sums = table.group_by("lifter", "angle").agg(*energies)
    energy = np.zeros((len(lifters), len(names), len(CAUSES)))
    for lifter, angle, *values in sums.iter_rows():
        if angle in names:
            energy[lifters.index(lifter), names.index(angle)] = values
    whole = energy.sum(axis=1)
    return ratio(whole, whole.sum(axis=-1, keepdims=True)), ratio(energy, energy.sum(axis=-1, keepdims=True))


def _causes(table: pl.DataFrame, lifters: Sequence[str]) -> Float64:
    counted = table.filter(pl.col("rmse_deg").is_not_null()).group_by("lifter", "cause").len()
    found = {(lifter, cause or ""): n for lifter, cause, n in counted.iter_rows()}
    return np.array([[found.get((lifter, cause), 0) for cause in (*CAUSES, "")] for lifter in lifters], np.float64)


def _flags(table: pl.DataFrame, lifters: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    counted = table.group_by("flag", "lifter").agg(pl.col("clip").n_unique())
    found = {(flag, lifter): n for flag, lifter, n in counted.iter_rows()}
    kinds = sorted({flag for flag, _ in found})
    return tuple((kind, tuple(found.get((kind, lifter), 0) for lifter in lifters)) for kind in kinds)
