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
_CHUNK = 1023
# Numbers of 8 bytes in a cache line.
_LINE = 8
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


def position_errors_many(clips: Iterable[tuple[NDArray[Any], NDArray[Any], float, bool]]) -> list[PositionErrors]:
    """:func:`position_errors` of several (source, reference, fps, metric), bit for bit the same, in one go.

    Poses of float32 or float64.
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
    work = _Work.of(min(_CHUNK, len(source)))
    for start in range(0, len(source), _CHUNK):
        stop = min(start + _CHUNK, len(source))
        if stop - start < work.frames:
            work = _Work.of(stop - start)
        work.load(source, reference, start)
        if not _chunk_errors(work, rate_hz[start:stop]):
            _refuse_infinite((source, reference), start, stop)
            work.load(source, reference, start)
            _fitted_errors_with_gaps(work)
        errors[:3, start:stop] = work.errors[:3, :, -work.frames :].transpose(0, 2, 1)
        errors[3, start:stop] = work.errors[3, :, -work.frames - 1 : -1].T
    return errors


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Arrays of one chunk, used again by the next: fresh memory for each step would cost more than the step.

    source, reference, first, second : (3,17,m); errors : (4,17,m). The last ``frames`` columns are the chunk,
    all before them the frame before the chunk. The velocity error of a frame stands one column earlier, so that
    whole arrays are worked on. Rows start at multiples of 64 bytes, which doubles numpy's speed here.
    Never one column alone: numpy then sums over joints row by row, in the same order for every m.
    """

    frames: int
    source: Float64
    reference: Float64
    first: Float64
    second: Float64
    errors: Float64

    @classmethod
    def of(cls, frames: int) -> _Work:
        """Arrays for so many frames."""
        columns = -(-(frames + 1) // _LINE) * _LINE
        memory = np.empty(16 * N_JOINTS * columns + _LINE)
        begin = (-memory.ctypes.data // memory.itemsize) % _LINE
        rows = memory[begin : begin + 16 * N_JOINTS * columns].reshape(16, N_JOINTS, columns)
        return cls(frames, rows[:3], rows[3:6], rows[6:9], rows[9:12], rows[12:])

    def load(self, source: NDArray[Any], reference: NDArray[Any], start: int) -> None:
        """Fill ``source`` and ``reference``; the first frame stands in for the one before it."""
        for columns, xyz in ((self.source, source), (self.reference, reference)):
            columns[:, :, : -self.frames] = xyz[max(start - 1, 0)].T[:, :, None]
            columns[:, :, -self.frames :] = xyz[start : start + self.frames].transpose(2, 1, 0)


def _chunk_errors(work: _Work, rate_hz: Float64) -> bool:
    """All four errors where nothing is missing; otherwise MPJPE and velocity error, and False."""
    with np.errstate(invalid="ignore"):
        for pose in (work.source, work.reference):
            pose -= pose[:, :1].copy()
        difference = np.subtract(work.source, work.reference, out=work.first)
        # As one row: what runs over from a joint to the next stands in the last column, which is not read.
        flat, steps = difference.reshape(-1), work.second.reshape(-1)
        np.subtract(flat[1:], flat[:-1], out=steps[:-1])
        steps[-1] = 0.0
        _length(work.second, work.errors[3])
        work.errors[3, :, -work.frames - 1 : -1] *= rate_hz
        _length(difference, work.errors[0])
    whole = bool(np.isfinite(work.errors[0]).all())
    if whole:
        _fitted_errors(work, float(N_JOINTS))
    return whole


def _length(vector: Float64, out: Float64) -> None:
    """Euclidean length over axis 0 of three; overwrites ``vector``."""
    vector *= vector
    np.add(vector[0], vector[1], out=out)
    out += vector[2]
    np.sqrt(out, out=out)


def _fitted_errors_with_gaps(work: _Work) -> None:
    """As :func:`_fitted_errors` where joints are missing: they weigh nothing, and are NaN in the result."""
    defined = ~np.isnan(work.source + work.reference).any(axis=0)
    origin = np.argmax(defined, axis=0)[None, None]  # the root where it is there, else the first joint that is
    for pose in (work.source, work.reference):
        pose[:] = np.where(defined, pose - np.take_along_axis(pose, origin, axis=1), 0.0)
    count = np.add.reduce(defined, axis=0, dtype=np.float64)
    _fitted_errors(work, np.maximum(count, 1.0))
    work.errors[1][np.isnan(work.errors[0])] = np.nan
    work.errors[2][~defined | (count < _LEAST_JOINTS)] = np.nan


def _fitted_errors(work: _Work, count: Float64 | float) -> None:
    """N-MPJPE and P-MPJPE of poses about one of their own joints, ``count`` of them defined, the others 0.

    That origin keeps the sums about the centroid from cancelling, however far away the camera is.
    """
    source, reference, first, second = work.source, work.reference, work.first, work.second
    correlation = np.empty((3, 3, source.shape[2]))
    for axis in range(3):
        np.add.reduce(np.multiply(reference[axis], source, out=first), axis=1, out=correlation[axis])
    squares = np.add.reduce(np.multiply(source, source, out=first), axis=1)
    means = np.add.reduce(source, axis=1) / count, np.add.reduce(reference, axis=1) / count
    with np.errstate(invalid="ignore", divide="ignore"):
        size = squares[0] + squares[1] + squares[2]
        factor = (correlation[0, 0] + correlation[1, 1] + correlation[2, 2]) / size
        np.multiply(source, factor, out=first)
        _length(np.subtract(reference, first, out=first), work.errors[1])

        turn, shift = _similarity(correlation, size, means, count)
        np.subtract(reference, shift[:, None], out=first)
        for axis in range(3):
            first -= np.multiply(turn[:, axis, None], source[axis], out=second)
        _length(first, work.errors[2])


def _similarity(
    correlation: Float64, size: Float64, means: tuple[Float64, Float64], count: Float64 | float
) -> tuple[Float64, Float64]:
    """Matrix (3,3,m), rotation times factor, and shift (3,m) that fit source to reference best.

    correlation, size : sums of reference x source and |source|^2 about the origin; means : the centroids.
    """
    source, reference = means
    rotation, trace = best_rotation(correlation - count * (reference[:, None] * source))
    square = source * source
    turn = rotation * (trace / (size - count * (square[0] + square[1] + square[2])))
    return turn, reference - (turn[:, 0] * source[0] + turn[:, 1] * source[1] + turn[:, 2] * source[2])


def _joined(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _check(source: NDArray[Any], reference: NDArray[Any], fps: float) -> None:
    """Raise :class:`DataError` unless both are (T,17,3) of one length, and fps is positive."""
    for what, pose in (("source", source), ("reference", reference)):
        if pose.ndim != 3 or pose.shape[1:] != (N_JOINTS, 3):
            raise DataError(f"{what} poses have the wrong shape", expected=f"(T, {N_JOINTS}, 3)", got=str(pose.shape))
    if len(source) != len(reference):
        wanted = f"{len(reference)} frames as in the reference"
        raise DataError("source and reference differ in length", expected=wanted, got=f"{len(source)} frames")
    if not (np.isfinite(fps) and fps > 0):
        raise DataError("frame rate must be positive", expected="fps > 0", got=f"fps = {fps}")


def _refuse_infinite(poses: tuple[NDArray[Any], ...], start: int, stop: int) -> None:
    for what, pose in zip(("source", "reference"), poses, strict=True):
        frames = np.isinf(pose[start:stop]).any(axis=(1, 2))
        if frames.any():
            raise DataError(f"infinite coordinate in the {what} poses", frame=start + int(np.argmax(frames)),
                            expected="finite numbers, NaN where missing")  # fmt: skip
