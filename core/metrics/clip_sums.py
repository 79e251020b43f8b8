"""The sums of one clip from its errors, for one source or for several at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.conventions import ANGLES, ARM_DIRECTIONS, N_ANGLES
from core.errors import DataError
from core.metrics.angle import lag_frames, unwrapped_deg
from core.metrics.position import PositionErrors
from core.metrics.sums import ANGLE_ROWS, N_COLUMNS, AngleSums, PositionSums
from core.records import Float32, Float64
from core.skeleton import N_JOINTS

__all__ = ["angle_sums", "angle_sums_many", "position_sums", "ranges_of_motion_deg"]

_LONGEST_LAG_S = 0.25
_CIRCULAR = np.array([angle.circular for angle in ANGLES])
_CIRCULAR.flags.writeable = False
# A signal whose variance is below this part of its mean square is constant: what is left is rounding of float32.
_CONSTANT = 1e-12


def position_sums(errors: PositionErrors) -> PositionSums:
    """Sums and counts of one clip's position errors over its defined frames."""
    stacked = np.stack([errors.mpjpe_mm, errors.n_mpjpe_mm, errors.p_mpjpe_mm, errors.velocity_mm_s])
    there = ~np.isnan(stacked)
    total = np.where(there, stacked, 0).sum(axis=1, dtype=np.float64)
    return PositionSums(np.stack([total, np.count_nonzero(there, axis=1)], axis=1).reshape(-1, N_JOINTS))


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
    return angle_sums_many(
        error_deg[None], reference_deg, arm_direction_deg[None], near_singular, fps, circular=circular
    )[0]


def angle_sums_many(
    error_deg: Float32,
    reference_deg: Float32,
    arm_direction_deg: Float32,
    near_singular: NDArray[np.bool_],
    fps: float,
    *,
    circular: NDArray[np.bool_] = _CIRCULAR,
) -> list[AngleSums]:
    """:func:`angle_sums` of S sources on one clip, bit for bit the same, in one go.

    error_deg : (S,T,12). arm_direction_deg : (S,T,2); the others as there.
    """
    for error, arm in zip(error_deg, arm_direction_deg, strict=True):
        _check_shapes(error, reference_deg, arm, near_singular)
    error = np.concatenate([error_deg, arm_direction_deg], axis=2).transpose(0, 2, 1).astype(np.float64, order="C")
    x = np.ascontiguousarray(unwrapped_deg(reference_deg, circular).T)
    rows = _error_rows(error, near_singular.T) | _signal_rows(x, error[:, :N_ANGLES], fps)
    tables = np.zeros((len(error), len(ANGLE_ROWS), N_COLUMNS))
    for number, name in enumerate(ANGLE_ROWS):
        tables[:, number, : rows[name].shape[1]] = rows[name]
    return [AngleSums(table) for table in tables]


def ranges_of_motion_deg(
    error_deg: Float32, reference_deg: Float32, *, circular: NDArray[np.bool_] = _CIRCULAR
) -> tuple[Float64, Float64]:
    """Ranges of motion of S sources and of the reference on the same frames, (S,12) degrees each, NaN without a frame.

    error_deg : (S,T,12). reference_deg : (T,12). circular : as for :func:`angle_sums`, whose range-of-motion error is
    the size of their difference.
    """
    x = np.ascontiguousarray(unwrapped_deg(reference_deg, circular).T)
    source = x + error_deg.transpose(0, 2, 1).astype(np.float64)
    there = ~np.isnan(source)
    reference = np.broadcast_to(x, source.shape)
    some = there.any(axis=-1)
    of_source, of_reference = (np.where(some, _range(signal, there), np.nan) for signal in (source, reference))
    return of_source, of_reference


def _check_shapes(error: Any, reference: Any, arm: Any, singular: Any) -> None:
    frames = len(error)
    named = (("errors", error, N_ANGLES), ("reference angles", reference, N_ANGLES),
             ("arm directions", arm, len(ARM_DIRECTIONS)), ("singular flags", singular, N_ANGLES))  # fmt: skip
    for what, array, columns in named:
        if array.shape != (frames, columns):
            raise DataError(f"{what} have the wrong shape", expected=f"({frames}, {columns})", got=str(array.shape))


def _error_rows(error: Float64, near_singular: NDArray[np.bool_]) -> dict[str, Float64]:
    """Rows that need the errors (S,14,T) alone, (S,14) or of the twelve (S,12)."""
    there = ~np.isnan(error)
    filled = np.where(there, error, 0.0)
    size = np.abs(filled)
    count, total = _counted(there), filled.sum(axis=-1)
    twelve, angles = there[:, :N_ANGLES], filled[:, :N_ANGLES]
    regular = twelve & ~near_singular
    offset = _median(angles, twelve)[:, :, None]
    return {
        "count": count, "sum": total, "abs_sum": size.sum(axis=-1), "sq_sum": (filled * filled).sum(axis=-1),
        "centred_count": count[:, :N_ANGLES],
        "abs_centred_sum": np.where(twelve, np.abs(angles - offset), 0.0).sum(axis=-1),
        "singular_count": _counted(twelve & near_singular), "regular_count": _counted(regular),
        "regular_abs_sum": (size[:, :N_ANGLES] * regular).sum(axis=-1),
    }  # fmt: skip


def _signal_rows(reference: Float64, error: Float64, fps: float) -> dict[str, Float64]:
    """Rows (S,12) that need the unwrapped reference (12,T) and errors (S,12,T), where both are defined."""
    source = reference + error
    there = ~np.isnan(source)
    x, y = np.where(there, reference, 0.0), np.where(there, source, 0.0)
    count = _counted(there)
    rom = _range(y, there) - _range(x, there)
    x, y = _centred(x, there, count), _centred(y, there, count)
    lag_s = _lag_s(source, reference, fps)
    return {
        "xx": (x * x).sum(axis=-1), "yy": (y * y).sum(axis=-1), "xy": (x * y).sum(axis=-1),
        "rom_count": (count > 0).astype(np.float64), "rom_abs_sum": np.abs(rom),
        "lag_count": (~np.isnan(lag_s)).astype(np.float64), "lag_sum_s": np.nan_to_num(lag_s),
    }  # fmt: skip


def _centred(signal: Float64, there: NDArray[np.bool_], count: Float64) -> Float64:
    """Signals (S,12,T), 0 where undefined, about their mean; 0 throughout where constant but for rounding."""
    mean = signal.sum(axis=-1) / np.maximum(count, 1.0)
    centred = np.where(there, signal - mean[..., None], 0.0)
    varies = (centred * centred).sum(axis=-1) > _CONSTANT * (signal * signal).sum(axis=-1)
    return np.asarray(centred * varies[..., None])


def _median(errors: Float64, there: NDArray[np.bool_]) -> Float64:
    """(S,12) median over the frames of (S,12,T) that are there, 0 where none is: no constant leaves less error."""
    if errors.shape[-1] == 0:
        return np.zeros(errors.shape[:-1])
    ordered = np.sort(np.where(there, errors, np.inf), axis=-1)
    count = np.count_nonzero(there, axis=-1)[..., None]
    below, above = (np.take_along_axis(ordered, np.maximum(n, 0) // 2, axis=-1)[..., 0] for n in (count - 1, count))
    return np.where(count[..., 0] > 0, 0.5 * (below + above), 0.0)


def _lag_s(source: Float64, reference: Float64, fps: float) -> Float64:
    """(S,12) seconds by which sources (S,12,T) come after the reference (12,T)."""
    sources, columns, frames = source.shape
    shifts = lag_frames(
        source.reshape(sources * columns, frames).T, np.tile(reference, (sources, 1)).T, round(_LONGEST_LAG_S * fps)
    ).reshape(sources, columns)  # fmt: skip
    return shifts / fps


def _counted(flags: NDArray[np.bool_]) -> Float64:
    """Number of True along the last axis, as floats to be summed."""
    return np.asarray(np.count_nonzero(flags, axis=-1), np.float64)


def _range(signal: Float64, there: NDArray[np.bool_]) -> Float64:
    """Largest less smallest value along the last axis over the frames that are there; 0 where none is."""
    highest = np.where(there, signal, -np.inf).max(axis=-1, initial=-np.inf)
    lowest = np.where(there, signal, np.inf).min(axis=-1, initial=np.inf)
    spread: Float64 = np.zeros(signal.shape[:-1])
    np.subtract(highest, lowest, out=spread, where=np.isfinite(lowest))
    return spread
