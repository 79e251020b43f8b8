"""Errors of single angles on one clip, as sums that add: from a score, or from the tables of a results folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from core.conventions import N_ANGLES
from core.metrics.sums import ANGLE_ROWS
from core.records import Float64
from core.results.scores import SourceScore

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SUM_ROWS", "TABLE_COLUMNS", "AngleNumbers", "Measure", "angle_numbers_of_table"]

SUM_ROWS: tuple[str, ...] = ("count", "sum", "abs_sum", "sq_sum", "abs_centred_sum")
"""Rows of :attr:`AngleNumbers.table`, under their names in :data:`core.metrics.sums.ANGLE_ROWS`."""

TABLE_COLUMNS: tuple[str, ...] = ("count", "bias_deg", "mae_deg", "rmse_deg", "mae_offset_removed_deg")
"""The columns of ``evaluations.parquet`` that these sums give, in the same order."""

_ROWS = [ANGLE_ROWS.index(name) for name in SUM_ROWS]


class Measure(StrEnum):
    """What is told of an angle's errors, each as a column of ``by_clip.csv`` is called without its unit."""

    MAE = "mae"
    OFFSET_REMOVED = "mae_offset_removed"
    RMSE = "rmse"
    BIAS = "bias"

    @property
    def signed(self) -> bool:
        """True where it can be below 0."""
        return self is Measure.BIAS

    @property
    def row(self) -> int:
        """The row of sums, besides the count, that it comes from."""
        return SUM_ROWS.index(_SUM_OF[self])


_SUM_OF: Mapping[Measure, str] = MappingProxyType({
    Measure.MAE: "abs_sum", Measure.OFFSET_REMOVED: "abs_centred_sum", Measure.RMSE: "sq_sum", Measure.BIAS: "sum",
})  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class AngleNumbers:
    """One source on one clip, angle by angle. table : (5, 12) float64, rows :data:`SUM_ROWS`, degrees, read-only."""

    table: Float64

    def __post_init__(self) -> None:
        if self.table.shape != (len(SUM_ROWS), N_ANGLES):
            raise ValueError(f"sums of angles must be ({len(SUM_ROWS)}, {N_ANGLES}), not {self.table.shape}")
        self.table.flags.writeable = False

    @classmethod
    def of(cls, score: SourceScore) -> AngleNumbers:
        """The sums of a score."""
        return cls(np.ascontiguousarray(score.angle_sums[_ROWS, :N_ANGLES]))


def angle_numbers_of_table(table: pl.DataFrame) -> dict[tuple[str, str], AngleNumbers]:
    """By clip and lifter, from rows of ``evaluations.parquet`` for the twelve angles.

    table : columns clip, lifter and :data:`TABLE_COLUMNS`; the twelve rows of a clip and lifter follow each other in
    the order of the angles, as they are written. The sums are those whose means the table tells.
    """
    import polars as pl

    means = table.select(pl.col(TABLE_COLUMNS).cast(pl.Float64).fill_null(0.0)).to_numpy()
    sums = means * means[:, :1]
    sums[:, 0] = means[:, 0]
    rmse = TABLE_COLUMNS.index("rmse_deg")
    sums[:, rmse] *= means[:, rmse]
    blocks = np.ascontiguousarray(sums.reshape(-1, N_ANGLES, len(SUM_ROWS)).transpose(0, 2, 1))
    first = table.gather_every(N_ANGLES)
    keys = zip(first["clip"].to_list(), first["lifter"].to_list(), strict=True)
    return {key: AngleNumbers(block) for key, block in zip(keys, blocks, strict=True)}
