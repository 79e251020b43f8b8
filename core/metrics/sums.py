"""Sums of errors that add: clip, subject, activity and total are the same sums grouped differently.

Counts and sums are kept, never means, so that no mean of means can arise. Float64; adding in another order moves
a sum by rounding only (1e-16 of it), so whoever wants equal bytes adds in one fixed order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.conventions import ARM_DIRECTIONS, N_ANGLES
from core.errors import DataError
from core.records import Float64
from core.skeleton import N_JOINTS

__all__ = ["ANGLE_ROWS", "N_COLUMNS", "POSITION_ROWS", "AngleSums", "PositionSums", "grouped", "ratio"]

N_COLUMNS = N_ANGLES + len(ARM_DIRECTIONS)
"""Columns of :class:`AngleSums`: the twelve angles, then the arm direction left and right."""

ANGLE_ROWS: tuple[str, ...] = (
    "count", "sum", "abs_sum", "sq_sum", "centred_count", "abs_centred_sum",
    "xx", "yy", "xy", "rom_count", "rom_abs_sum", "lag_count", "lag_sum_s",
    "singular_count", "regular_count", "regular_abs_sum",
)  # fmt: skip
"""Rows of :attr:`AngleSums.table`."""

POSITION_ROWS: tuple[str, ...] = tuple(
    f"{metric}_{what}" for metric in ("mpjpe", "n_mpjpe", "p_mpjpe", "velocity") for what in ("sum", "count")
)
"""Rows of :attr:`PositionSums.table`."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """A table of sums (rows, columns) float64, read-only, that adds.

    (rows, N, columns) holds N of them side by side; every result then has N as its first axis.
    """

    table: Float64

    def __post_init__(self) -> None:
        table = np.array(self.table, np.float64)
        rows, columns = self._shape()
        if table.ndim not in (2, 3) or table.shape[0] != rows or table.shape[-1] != columns:
            raise DataError("table of sums has the wrong shape", expected=str(self._shape()), got=str(table.shape))
        table.flags.writeable = False
        object.__setattr__(self, "table", table)

    @staticmethod
    def _shape() -> tuple[int, int]:
        raise NotImplementedError

    @classmethod
    def zero(cls) -> Self:
        """The sums of nothing."""
        return cls(np.zeros(cls._shape()))

    @classmethod
    def total(cls, parts: Iterable[Self]) -> Self:
        """The sums of all parts, added in the order given; the same bits as ``a + b + c``."""
        table = np.zeros(cls._shape())
        for part in parts:
            table += part.table
        return cls(table)

    @classmethod
    def from_flat(cls, flat: NDArray[Any]) -> Self:
        """Back from :meth:`flat`. Raises :class:`DataError` for another length."""
        if np.size(flat) != np.prod(cls._shape()):
            raise DataError("stored sums have the wrong length", expected=str(np.prod(cls._shape())),
                            got=str(np.size(flat)))  # fmt: skip
        return cls(np.reshape(flat, cls._shape()))

    def flat(self) -> Float64:
        """All sums as one float64 vector, row after row, for storage."""
        return self.table.ravel()

    def __add__(self, other: Self) -> Self:
        return type(self)(self.table + other.table)


@dataclass(frozen=True, slots=True, eq=False)
class AngleSums(_Sums):
    """Sums of angle errors of any number of frames and clips; rows :data:`ANGLE_ROWS`, columns the twelve
    angles and the arm direction left and right.

    table : (16,14) float64. Results are (14,) degrees (lag: seconds), NaN where nothing is defined. The arm
    direction is an unsigned angle: it has count, MAE, RMSE, bias (= MAE) and SD; the others are NaN there.
    xx, yy, xy are sums of squares and products for Pearson's r, where x is the unwrapped reference and y = x + error,
    both about their mean over the clip.
    """

    @staticmethod
    def _shape() -> tuple[int, int]:
        return len(ANGLE_ROWS), N_COLUMNS

    def row(self, name: str) -> Float64:
        """One row of the table, (14,)."""
        return np.asarray(self.table[ANGLE_ROWS.index(name)])

    @property
    def count(self) -> Float64:
        """Frames with a defined error, (14,)."""
        return self.row("count")

    @property
    def singular_count(self) -> Float64:
        """Of these, frames near a singular posture, (14,)."""
        return self.row("singular_count")

    @property
    def mae_deg(self) -> Float64:
        """Mean absolute error."""
        return ratio(self.row("abs_sum"), self.count)

    @property
    def mae_offset_removed_deg(self) -> Float64:
        """Mean absolute error after each clip's median error is taken out, per angle; never above :attr:`mae_deg`."""
        return ratio(self.row("abs_centred_sum"), self.row("centred_count"))

    @property
    def mae_regular_deg(self) -> Float64:
        """Mean absolute error without frames near a singular posture."""
        return ratio(self.row("regular_abs_sum"), self.row("regular_count"))

    @property
    def rmse_deg(self) -> Float64:
        """Root mean square error."""
        mean_square = ratio(self.row("sq_sum"), self.count)
        return np.asarray(np.sqrt(mean_square))

    @property
    def bias_deg(self) -> Float64:
        """Mean signed error."""
        return ratio(self.row("sum"), self.count)

    @property
    def sd_deg(self) -> Float64:
        """Standard deviation of the signed error about the bias, of the population (divided by n)."""
        variance = ratio(self.row("sq_sum"), self.count) - self.bias_deg**2
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))

    @property
    def rom_error_deg(self) -> Float64:
        """Mean over clips of |range of motion of the source - that of the reference|."""
        return ratio(self.row("rom_abs_sum"), self.row("rom_count"))

    @property
    def lag_s(self) -> Float64:
        """Mean over clips of the time by which the source comes after the reference."""
        return ratio(self.row("lag_sum_s"), self.row("lag_count"))

    @property
    def r(self) -> Float64:
        """Pearson's r of source and reference within clips; NaN where either is constant in every clip.

        Each clip's own mean is taken out, so that neither levels that differ between clips nor an offset per clip
        raise or lower it: of one clip it is the plain r, of several their mean weighted by how much they move.
        """
        energy = self.row("xx") * self.row("yy")
        r = self.row("xy") / np.sqrt(np.where(energy > 0, energy, np.nan))
        return np.asarray(np.clip(r, -1.0, 1.0))

    def pooled(self) -> AngleSums:
        """The sums over the twelve angles in every column of the twelve: the "all" row of a table.

        The arm direction is not an angle of the twelve and keeps its own columns. r over angles of different
        level says more about the levels than about the source: read it per angle.
        """
        table = self.table.copy()
        table[..., :N_ANGLES] = self.table[..., :N_ANGLES].sum(axis=-1, keepdims=True)
        return AngleSums(table)


@dataclass(frozen=True, slots=True, eq=False)
class PositionSums(_Sums):
    """Sums of position errors per joint; rows :data:`POSITION_ROWS`, columns the 17 joints.

    Results are means over defined joints and frames; NaN where nothing is defined. The mean over joints counts
    the root, whose MPJPE is 0 (see :mod:`core.metrics.position`).
    """

    @staticmethod
    def _shape() -> tuple[int, int]:
        return len(POSITION_ROWS), N_JOINTS

    @property
    def mpjpe_mm(self) -> float:
        """Mean per-joint position error, all joints."""
        return self._overall("mpjpe")

    @property
    def n_mpjpe_mm(self) -> float:
        """The same after the best factor per frame."""
        return self._overall("n_mpjpe")

    @property
    def p_mpjpe_mm(self) -> float:
        """The same after the best similarity per frame."""
        return self._overall("p_mpjpe")

    @property
    def velocity_mm_s(self) -> float:
        """Mean velocity error, all joints."""
        return self._overall("velocity")

    def per_joint(self, metric: str) -> Float64:
        """Mean per joint (17,) of ``mpjpe``, ``n_mpjpe``, ``p_mpjpe`` (mm) or ``velocity`` (mm/s)."""
        return ratio(*self._rows(metric))

    def _rows(self, metric: str) -> tuple[Float64, Float64]:
        first = POSITION_ROWS.index(f"{metric}_sum")
        return self.table[first], self.table[first + 1]

    def _overall(self, metric: str) -> float:
        total, count = self._rows(metric)
        return float(total.sum() / count.sum()) if count.any() else float("nan")


def grouped(values: Float64 | NDArray[np.bool_], groups: NDArray[np.intp], n: int) -> Float64:
    """(n, ...) sums of (K, ...) over groups. groups : (K) number of the group of each, below n."""
    sums: Float64 = np.zeros((n, *values.shape[1:]))
    np.add.at(sums, groups, values)
    return sums


def ratio(total: Float64, count: Float64) -> Float64:
    """Quotient of sums and counts, NaN where the count is 0."""
    quotient: Float64 = np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)
    return quotient
