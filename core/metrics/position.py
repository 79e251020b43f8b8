"""Position errors per joint: MPJPE, N-MPJPE, P-MPJPE and velocity error.

Definitions as in the field (Pavllo et al. 2019, VideoPose3D; N-MPJPE: Rhodin et al. 2018), per joint and frame:

* MPJPE: distance after both poses are put with joint 0 (pelvis) at the origin. The mean over joints here counts
  all 17, the pelvis with its error of 0, as VideoPose3D does; a mean over the other 16 is 17/16 as large
  (github.com/facebookresearch/VideoPose3D/issues/16).
* N-MPJPE: the same after the root-centred source is multiplied by the factor that fits it best, frame by frame.
* P-MPJPE: distance after the best translation, proper rotation and factor, frame by frame (Procrustes).
* Velocity error: length of the difference of the frame-to-frame displacements of the root-centred poses, times fps.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.metrics.procrustes import best_rotation
from core.records import Float32, Float64
from core.skeleton import N_JOINTS

__all__ = ["PositionErrors", "position_errors", "position_errors_many", "position_kernel"]

# Frames at a time: the temporaries of one chunk stay in a core's L2 cache.
_CHUNK = 512
_LEAST_JOINTS = 3
_METRIC_ONLY = [0, 3]


@dataclass(frozen=True, slots=True, eq=False)
class PositionErrors:
    """Position errors of one clip, each (T,17) float32, NaN undefined; joints as :data:`core.skeleton.JOINTS`.

    mpjpe_mm, velocity_mm_s : all NaN for a source without metric scale. First frame of velocity: NaN.
    n_mpjpe_mm, p_mpjpe_mm : defined up to scale. See the module for definitions.
    """

    mpjpe_mm: Float32
    n_mpjpe_mm: Float32
    p_mpjpe_mm: Float32
    velocity_mm_s: Float32


def position_errors(source_xyz_mm: Float32, reference_xyz_mm: Float32, fps: float, *, metric: bool) -> PositionErrors:
    """Position errors of a source against the reference, both (T,17,3) mm in the same axes.

    metric : False for a source known only up to scale; metric MPJPE and velocity error are then NaN.
    A joint that is NaN in either is NaN in the result and takes no part in the fits; without the root only
    P-MPJPE is defined. P-MPJPE needs three defined joints, not all in one place.
    Raises :class:`DataError` for shapes that differ or are not (T,17,3), fps <= 0, infinite coordinates.
    """
    return position_errors_many([(source_xyz_mm, reference_xyz_mm, fps, metric)])[0]


def position_errors_many(clips: Iterable[tuple[Float32, Float32, float, bool]]) -> list[PositionErrors]:
    """:func:`position_errors` of several (source, reference, fps, metric), bit for bit the same, in one go.

    Faster than a call per clip where clips are short. Raises as :func:`position_errors`.
    """
    batch = list(clips)
    for source, reference, fps, _ in batch:
        _check(source, reference, fps)
    if not batch:
        return []
    starts = np.cumsum([0] + [len(source) for source, *_ in batch])
    rate = np.repeat([float(fps) for _, _, fps, _ in batch], np.diff(starts))
    rate[starts[:-1][np.diff(starts) > 0]] = np.nan
    joined = _joined([clip[0] for clip in batch]), _joined([clip[1] for clip in batch])
    errors = position_kernel(*joined, rate)
    for start, stop, (_, _, _, metric) in zip(starts[:-1], starts[1:], batch, strict=True):
        if not metric:
            errors[_METRIC_ONLY, start:stop] = np.nan
    errors.flags.writeable = False
    return [PositionErrors(*errors[:, start:stop]) for start, stop in itertools.pairwise(starts)]


def position_kernel(
    source: NDArray[Any], reference: NDArray[Any], rate_hz: Float64, dtype: type[np.floating[Any]] = np.float32
) -> NDArray[Any]:
    """The four errors (4,T,17) of poses (T,17,3), in the order of :class:`PositionErrors`, computed in float64.

    rate_hz : (T,) frames per second by which the step from the frame before is multiplied; NaN at the first
        frame of each clip, so that clips may follow one another.
    Every frame is computed on its own, velocity from its own and the one before: no result depends on the chunks.
    Raises :class:`DataError` for an infinite coordinate.
    """
    errors = np.empty((4, len(source), N_JOINTS), dtype)
    for start in range(0, len(source), _CHUNK):
        stop = min(start + _CHUNK, len(source))
        chunk = _chunk_errors(_columns(source, start, stop), _columns(reference, start, stop), rate_hz[start:stop])
        errors[:, start:stop] = chunk.transpose(0, 2, 1)
        if not np.isfinite(chunk[0]).all():
            _refuse_infinite((source, reference), start, stop)
    return errors


def _columns(xyz: NDArray[Any], start: int, stop: int) -> Float64:
    """Frames start-1 to stop as (3,17,n+1) float64; the first frame stands in for the one before it.

    Never one column alone: numpy then sums over joints row by row, in the same order for every n.
    """
    columns = np.empty((3, N_JOINTS, stop - start + 1))
    columns[:, :, 0] = xyz[max(start - 1, 0)].T
    columns[:, :, 1:] = xyz[start:stop].transpose(2, 1, 0)
    return columns


def _chunk_errors(source: Float64, reference: Float64, rate_hz: Float64) -> Float64:
    """The four errors (4,17,n) of the last n columns of (3,17,n+1) poses."""
    errors = np.empty((4, *source.shape[1:]))
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = source - source[:, :1], reference - reference[:, :1]
        difference = centred[0] - centred[1]
        _length(difference, errors[0])
        _length(difference[:, :, 1:] - difference[:, :, :-1], errors[3, :, 1:])
        errors[3, :, 1:] *= rate_hz
        if np.isfinite(errors[0]).all():
            _fitted_errors(*centred, float(N_JOINTS), errors)
        else:
            _fitted_errors_with_gaps(source, reference, errors)
    return errors[:, :, 1:]


def _length(vector: Float64, out: Float64) -> None:
    """Euclidean length over axis 0 of three."""
    square = vector * vector
    np.add(square[0], square[1], out=out)
    out += square[2]
    np.sqrt(out, out=out)


def _fitted_errors_with_gaps(source: Float64, reference: Float64, errors: Float64) -> None:
    """As :func:`_fitted_errors` where joints are missing: they weigh nothing, and are NaN in the result."""
    defined = ~np.isnan(source + reference).any(axis=0)
    origin = np.argmax(defined, axis=0)[None, None]  # the root where it is there, else the first joint that is
    relative = [np.where(defined, pose - np.take_along_axis(pose, origin, axis=1), 0.0) for pose in (source, reference)]
    count = np.add.reduce(defined, axis=0, dtype=np.float64)
    _fitted_errors(relative[0], relative[1], count, errors)
    errors[1][np.isnan(errors[0])] = np.nan
    errors[2][~defined | (count < _LEAST_JOINTS)] = np.nan


def _fitted_errors(source: Float64, reference: Float64, count: Float64 | float, errors: Float64) -> None:
    """N-MPJPE and P-MPJPE into ``errors[1:3]``, of poses (3,17,m) about one of their own joints.

    That origin keeps the sums about the centroid from cancelling, however far away the camera is.
    """
    correlation = np.stack([np.add.reduce(reference[i] * source, axis=1) for i in range(3)])
    squares = np.add.reduce(source * source, axis=1)
    size = squares[0] + squares[1] + squares[2]
    factor = (correlation[0, 0] + correlation[1, 1] + correlation[2, 2]) / size
    _length(reference - factor * source, errors[1])

    mean_source, mean_reference = np.add.reduce(source, axis=1) / count, np.add.reduce(reference, axis=1) / count
    rotation, trace = best_rotation(correlation - count * (mean_reference[:, None] * mean_source[None]))
    spread = mean_source * mean_source
    spread_square = size - count * (spread[0] + spread[1] + spread[2])
    turn = rotation * (trace / spread_square)
    shift = mean_reference - _turned(turn, mean_source[:, None])[:, 0]
    _length(reference - shift[:, None] - _turned(turn, source), errors[2])


def _turned(turn: Float64, pose: Float64) -> Float64:
    """Matrices (3,3,m) times poses (3,k,m)."""
    turned: Float64 = turn[:, 0, None] * pose[0]
    turned += turn[:, 1, None] * pose[1]
    turned += turn[:, 2, None] * pose[2]
    return turned


def _joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _check(source: NDArray[Any], reference: NDArray[Any], fps: float) -> None:
    """Raise :class:`DataError` unless both are (T,17,3) of one length, and fps is positive."""
    for what, pose in (("source", source), ("reference", reference)):
        if pose.ndim != 3 or pose.shape[1:] != (N_JOINTS, 3):
            raise DataError(f"{what} poses have the wrong shape", expected=f"(T, {N_JOINTS}, 3)", got=str(pose.shape))
    if len(source) != len(reference):
        raise DataError("source and reference differ in length",
                        expected=f"{len(reference)} frames as in the reference", got=f"{len(source)} frames")  # fmt: skip
    if not (np.isfinite(fps) and fps > 0):
        raise DataError("frame rate must be positive", expected="fps > 0", got=f"fps = {fps}")


def _refuse_infinite(poses: tuple[NDArray[Any], ...], start: int, stop: int) -> None:
    for what, pose in zip(("source", "reference"), poses, strict=True):
        frames = np.isinf(pose[start:stop]).any(axis=(1, 2))
        if frames.any():
            raise DataError(f"infinite coordinate in the {what} poses", frame=start + int(np.argmax(frames)),
                            expected="finite numbers, NaN where missing")  # fmt: skip
