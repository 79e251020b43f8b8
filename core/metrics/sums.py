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

from core.conventions import ANGLES, ARM_DIRECTIONS, N_ANGLES
from core.errors import DataError
from core.metrics.angle import lag_frames, unwrapped_deg
from core.metrics.position import PositionErrors
from core.records import Float32, Float64
from core.skeleton import N_JOINTS

__all__ = ["ANGLE_ROWS", "N_COLUMNS", "POSITION_ROWS", "AngleSums", "PositionSums", "angle_sums", "position_sums"]

N_COLUMNS = N_ANGLES + len(ARM_DIRECTIONS)
"""Columns of :class:`AngleSums`: the twelve angles, then the arm direction left and right."""

ANGLE_ROWS: tuple[str, ...] = (
    "count", "sum", "abs_sum", "sq_sum", "centred_count", "abs_centred_sum",
    "r_count", "x", "y", "xx", "yy", "xy",
    "rom_count", "rom_sum", "rom_abs_sum", "lag_count", "lag_sum_s",
    "singular_count", "regular_count", "regular_abs_sum",
)  # fmt: skip
"""Rows of :attr:`AngleSums.table`."""

POSITION_ROWS: tuple[str, ...] = tuple(
    f"{metric}_{what}" for metric in ("mpjpe", "n_mpjpe", "p_mpjpe", "velocity") for what in ("sum", "count")
)
"""Rows of :attr:`PositionSums.table`."""

_LONGEST_LAG_S = 0.25
_CIRCULAR = np.array([angle.circular for angle in ANGLES])
_CIRCULAR.flags.writeable = False
# Below this part of the mean square a pooled variance is rounding, and r undefined.
_CONSTANT = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """A table of sums (rows, columns) float64, read-only, that adds."""

    table: Float64

    def __post_init__(self) -> None:
        table = np.array(self.table, np.float64)
        if table.shape != self._shape():
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

    table : (20,14) float64. Results are (14,) degrees (lag: seconds), NaN where nothing is defined. The arm
    direction is an unsigned angle: it has count, MAE, RMSE, bias (= MAE) and SD; the others are NaN there.
    For Pearson's r, x is the unwrapped reference and y = x + error, frames of all clips pooled.
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
        return _ratio(self.row("abs_sum"), self.count)

    @property
    def mae_offset_removed_deg(self) -> Float64:
        """Mean absolute error after each clip's mean error is taken out, per angle."""
        return _ratio(self.row("abs_centred_sum"), self.row("centred_count"))

    @property
    def mae_regular_deg(self) -> Float64:
        """Mean absolute error without frames near a singular posture."""
        return _ratio(self.row("regular_abs_sum"), self.row("regular_count"))

    @property
    def rmse_deg(self) -> Float64:
        """Root mean square error."""
        mean_square = _ratio(self.row("sq_sum"), self.count)
        return np.asarray(np.sqrt(mean_square))

    @property
    def bias_deg(self) -> Float64:
        """Mean signed error."""
        return _ratio(self.row("sum"), self.count)

    @property
    def sd_deg(self) -> Float64:
        """Standard deviation of the signed error about the bias, of the population (divided by n)."""
        variance = _ratio(self.row("sq_sum"), self.count) - self.bias_deg**2
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))

    @property
    def rom_error_deg(self) -> Float64:
        """Mean over clips of |range of motion of the source - that of the reference|."""
        return _ratio(self.row("rom_abs_sum"), self.row("rom_count"))

    @property
    def rom_bias_deg(self) -> Float64:
        """Mean over clips of range of motion of the source - that of the reference."""
        return _ratio(self.row("rom_sum"), self.row("rom_count"))

    @property
    def lag_s(self) -> Float64:
        """Mean over clips of the time by which the source comes after the reference."""
        return _ratio(self.row("lag_sum_s"), self.row("lag_count"))

    @property
    def r(self) -> Float64:
        """Pearson's r of source and reference over all frames; NaN where either is constant."""
        n = self.row("r_count")
        mean_x, mean_y = _ratio(self.row("x"), n), _ratio(self.row("y"), n)
        square_x, square_y = _ratio(self.row("xx"), n), _ratio(self.row("yy"), n)
        variance_x, variance_y = square_x - mean_x**2, square_y - mean_y**2
        varies = (variance_x > _CONSTANT * square_x) & (variance_y > _CONSTANT * square_y)
        covariance = _ratio(self.row("xy"), n) - mean_x * mean_y
        r = covariance / np.sqrt(np.where(varies, variance_x * variance_y, np.nan))
        return np.asarray(np.clip(r, -1.0, 1.0))

    def pooled(self) -> AngleSums:
        """The sums over the twelve angles in every column of the twelve: the "all" row of a table.

        The arm direction is not an angle of the twelve and keeps its own columns. r over angles of different
        level says more about the levels than about the source: read it per angle.
        """
        table = self.table.copy()
        table[:, :N_ANGLES] = self.table[:, :N_ANGLES].sum(axis=1, keepdims=True)
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
        return _ratio(*self._rows(metric))

    def _rows(self, metric: str) -> tuple[Float64, Float64]:
        first = POSITION_ROWS.index(f"{metric}_sum")
        return self.table[first], self.table[first + 1]

    def _overall(self, metric: str) -> float:
        total, count = self._rows(metric)
        return float(total.sum() / count.sum()) if count.any() else float("nan")


def _ratio(total: Float64, count: Float64) -> Float64:
    """Quotient of sums and counts, NaN where the count is 0."""
    quotient: Float64 = np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)
    return quotient


def position_sums(errors: PositionErrors) -> PositionSums:
    """Sums and counts of one clip's position errors over its defined frames."""
    rows: list[Float64] = []
    for error in (errors.mpjpe_mm, errors.n_mpjpe_mm, errors.p_mpjpe_mm, errors.velocity_mm_s):
        rows += [np.nansum(error, axis=0, dtype=np.float64), np.count_nonzero(~np.isnan(error), axis=0)]
    return PositionSums(np.stack(rows))


def angle_sums(
    error_deg: Float32,
    reference_deg: Float32,
    arm_direction_deg: Float32,
    near_singular: NDArray[np.bool_],
    fps: float,
    *,
    circular: NDArray[np.bool_] = _CIRCULAR,
) -> AngleSums:
    """Sums of one clip's angle errors.

    error_deg : (T,12) signed, source - reference. reference_deg : (T,12). arm_direction_deg : (T,2) unsigned.
    near_singular : (T,12) frames that are counted apart. fps : turns the lag into seconds.
    circular : (12,) columns to unwrap before range of motion, r and lag; by default those of
        :data:`core.conventions.ANGLES`.
    A frame counts for an angle where its error is defined. The lag is searched within 0.25 s.
    Raises :class:`DataError` where the lengths differ.
    """
    _check_shapes(error_deg, reference_deg, arm_direction_deg, near_singular)
    x = unwrapped_deg(reference_deg, circular)
    sums = _error_rows(np.concatenate([error_deg.T, arm_direction_deg.T], dtype=np.float64), near_singular.T)
    sums |= _signal_rows(x, x + error_deg, fps)
    table = np.zeros((len(ANGLE_ROWS), N_COLUMNS))
    for number, name in enumerate(ANGLE_ROWS):
        table[number, : len(sums[name])] = sums[name]
    return AngleSums(table)


def _check_shapes(error: Any, reference: Any, arm: Any, singular: Any) -> None:
    frames = len(error)
    named = (("errors", error, N_ANGLES), ("reference angles", reference, N_ANGLES),
             ("arm directions", arm, len(ARM_DIRECTIONS)), ("singular flags", singular, N_ANGLES))  # fmt: skip
    for what, array, columns in named:
        if array.shape != (frames, columns):
            raise DataError(f"{what} have the wrong shape", expected=f"({frames}, {columns})", got=str(array.shape))


def _error_rows(error: Float64, near_singular: NDArray[np.bool_]) -> dict[str, Float64]:
    """Rows that need the error (14,T) alone, of all columns or of the twelve."""
    there = ~np.isnan(error)
    filled = np.where(there, error, 0.0)
    size = np.abs(filled)
    count, total = _counted(there), filled.sum(axis=1)
    twelve, angles = there[:N_ANGLES], slice(N_ANGLES)
    regular = twelve & ~near_singular
    mean = _ratio(total, count)[angles, None]
    return {
        "count": count, "sum": total, "abs_sum": size.sum(axis=1), "sq_sum": (filled * filled).sum(axis=1),
        "centred_count": count[angles],
        "abs_centred_sum": np.abs(filled[angles] - mean).sum(axis=1, where=twelve),
        "singular_count": _counted(twelve & near_singular), "regular_count": _counted(regular),
        "regular_abs_sum": (size[angles] * regular).sum(axis=1),
    }  # fmt: skip


def _signal_rows(reference: Float64, source: Float64, fps: float) -> dict[str, Float64]:
    """Rows that need the unwrapped reference and source (T,12), over frames where both are defined."""
    lag_s = lag_frames(source, reference, round(_LONGEST_LAG_S * fps)) / fps
    there = ~np.isnan(source).T
    count = _counted(there)
    x, y = np.where(there, reference.T, 0.0), np.where(there, source.T, 0.0)
    rom = _range(y, there) - _range(x, there)
    return {
        "r_count": count, "x": x.sum(axis=1), "y": y.sum(axis=1),
        "xx": (x * x).sum(axis=1), "yy": (y * y).sum(axis=1), "xy": (x * y).sum(axis=1),
        "rom_count": (count > 0).astype(np.float64), "rom_sum": rom, "rom_abs_sum": np.abs(rom),
        "lag_count": (~np.isnan(lag_s)).astype(np.float64), "lag_sum_s": np.nan_to_num(lag_s),
    }  # fmt: skip


def _counted(flags: NDArray[np.bool_]) -> Float64:
    """Number of True per row, as a float to be summed."""
    return np.asarray(np.count_nonzero(flags, axis=1), np.float64)


def _range(signal: Float64, there: NDArray[np.bool_]) -> Float64:
    """Largest less smallest value per row over the frames that are there; 0 where none is."""
    highest = np.where(there, signal, -np.inf).max(axis=1, initial=-np.inf)
    lowest = np.where(there, signal, np.inf).min(axis=1, initial=np.inf)
    spread: Float64 = np.zeros(len(signal))
    np.subtract(highest, lowest, out=spread, where=np.isfinite(lowest))
    return spread
