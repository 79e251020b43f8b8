"""Where a position error points: along and across the bone, in depth and in the image plane.

Two orthogonal divisions of the same root-relative error, in float64, so that in every frame and joint
``along^2 + across^2 = depth^2 + plane^2 = error^2``. They hold what the whole chain from the root has added up. What
costs degrees is how far a bone is turned, by the difference of the errors of its two ends: the angle between the bones
tells that, and the ratio of their lengths what of it costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.evaluation.axes import Truth, other_world, truth_in
from core.records import Axes, Camera, Clip, Float64, Poses, Scale
from core.skeleton import N_JOINTS, PARENTS

__all__ = ["Compared", "PositionSplit", "compared_poses", "position_split", "position_split_of"]

_PARENTS = np.array((0, *PARENTS[1:]))
_OPTICAL_AXIS = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class PositionSplit:
    """Root-relative position error and its parts, each (T, 17) float64 mm, joints as :data:`core.skeleton.JOINTS`.

    error_mm : length. along_mm : along the reference bone that ends in the joint, + away from its parent; across_mm :
    the rest of it, unsigned. depth_mm : along the optical axis, + away from the camera; plane_mm : in the plane of the
    picture, unsigned. length_percent : how much longer the bone is than the reference's; direction_deg : angle between
    the two bones, 0 to 180.
    NaN where a joint (for bones: the parent as well) is missing, for the bone of the root, where a bone has no length,
    and for depth and plane without a camera.
    """

    error_mm: Float64
    along_mm: Float64
    across_mm: Float64
    depth_mm: Float64
    plane_mm: Float64
    length_percent: Float64
    direction_deg: Float64


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Poses and what they are held against, root-relative float64 (T, 17, 3) mm in the same axes.

    away : (3,) unit vector along the optical axis away from the camera in these axes, None without a camera.
    scaled : the source has no metric scale and was brought to the reference's size, by one factor for all frames, so
    that nothing moves that did not.
    turned : False where the rotation between the two is unknown: then only what needs no axes means something.
    """

    source_mm: Float64
    reference_mm: Float64
    away: Float64 | None
    scaled: bool
    turned: bool


def position_split(source_mm: NDArray[Any], reference_mm: NDArray[Any], away: Float64 | None = None) -> PositionSplit:
    """Split the position error of poses (T, 17, 3) mm against a reference in the same axes.

    away : (3,) unit vector along the optical axis, away from the camera; None without a camera.
    Raises :class:`DataError` for shapes that differ or are not (T, 17, 3).
    """
    _check(source_mm, reference_mm)
    source, reference = _rooted(source_mm), _rooted(reference_mm)
    error = source - reference
    along, across = _parts(error, _bones(reference))
    depth, plane = _parts(error, np.full(3, np.nan) if away is None else np.broadcast_to(away, error.shape))
    longer, turned = _bone_errors(_bones(source), _bones(reference))
    return PositionSplit(_length(error), along, across, depth, plane, longer, turned)


def position_split_of(clip: Clip, poses: Poses) -> PositionSplit:
    """Split the position error of a source of a clip.

    ``error_mm`` is the evaluation's ``mpjpe_mm`` (``n_mpjpe_mm`` for a source without metric scale) before it is
    rounded to float32. All NaN but ``length_percent`` where the source's axes are those of a camera that the clip
    does not have. Raises :class:`DataError` for another number of frames and for axes that cannot be matched.
    """
    pair = compared_poses(clip, poses)
    source = pair.source_mm
    if pair.scaled:
        source = source * _best_factors(source, pair.reference_mm)[:, None, None]
    split = position_split(source, pair.reference_mm, pair.away)
    if pair.turned:
        return split
    nothing = np.full_like(split.error_mm, np.nan)
    return PositionSplit(nothing, nothing, nothing, nothing, nothing, split.length_percent, nothing)


def compared_poses(clip: Clip, poses: Poses) -> Compared:
    """A source of a clip and the reference in its axes, as every function of this package takes them.

    Raises :class:`DataError` for another number of frames and for axes that cannot be matched.
    """
    truth = truth_in(poses.axes, clip)
    if truth is None:
        raise DataError(f"axes of the poses do not fit {clip.name}", path=poses.origin.path or None,
                        expected=str(clip.poses.axes), got=str(poses.axes))  # fmt: skip
    _check(poses.xyz_mm, truth.xyz_mm)
    source, reference = _rooted(poses.xyz_mm), _rooted(truth.xyz_mm)
    scaled = poses.scale is not Scale.METRIC
    if scaled:
        source = source * _size_factor(source, reference)
    return Compared(source, reference, _away(poses.axes, clip.camera, truth), scaled, truth.turned)


def _away(axes: Axes, camera: Camera | None, truth: Truth) -> Float64 | None:
    """(3,) unit vector away from the camera in ``axes``; None where it is unknown."""
    if not truth.turned:
        return None
    if axes is Axes.CAMERA:
        return _OPTICAL_AXIS
    if camera is None:
        return None
    return camera.rotation[2] if axes is Axes.WORLD_Z_UP else other_world(camera.rotation[2], Axes.WORLD_Z_UP)


def _best_factors(source: Float64, reference: Float64) -> Float64:
    """(T,) factor that brings each root-relative source pose nearest to the reference; NaN where there is none."""
    there = ~np.isnan(source + reference)
    product = np.where(there, source * reference, 0.0).sum(axis=(1, 2))
    square = np.where(there, source * source, 0.0).sum(axis=(1, 2))
    factors: Float64 = np.divide(product, square, out=np.full(len(source), np.nan), where=square > 0)
    return factors


def _size_factor(source: Float64, reference: Float64) -> float:
    """How much larger the reference is, by the root mean square distances from the root; NaN where nothing is known."""
    there = ~np.isnan(source + reference)
    ours, theirs = (np.where(there, xyz * xyz, 0.0).sum() for xyz in (source, reference))
    return float(np.sqrt(theirs / ours)) if ours > 0 else float("nan")


def _rooted(xyz_mm: NDArray[Any]) -> Float64:
    """(T, 17, 3) float64 with the pelvis at the origin."""
    xyz = np.asarray(xyz_mm, np.float64)
    return xyz - xyz[:, :1]


def _bones(xyz: Float64) -> Float64:
    """(T, 17, 3) from the parent to each joint; NaN for the root."""
    bones = xyz - xyz[:, _PARENTS]
    bones[:, 0] = np.nan
    return bones


def _parts(error: Float64, direction: Float64) -> tuple[Float64, Float64]:
    """Signed length of the error along ``direction`` (of any length) and length of what is across it."""
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = direction / _length(direction)[..., None]
    along = (error * unit).sum(axis=-1)
    return along, _length(error - along[..., None] * unit)


def _bone_errors(source: Float64, reference: Float64) -> tuple[Float64, Float64]:
    """Length errors in percent and direction errors in degrees of bones (T, 17, 3)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ours, theirs = _length(source), _length(reference)
        percent = np.where(theirs > 0, 100.0 * (ours / theirs - 1.0), np.nan)
        known = (ours > 0) & (theirs > 0)
        ours_to, theirs_to = source / ours[..., None], reference / theirs[..., None]
    # Half the angle between two unit vectors, exact near 0 and 180 where their cosine is not.
    half = np.arctan2(_length(ours_to - theirs_to), _length(ours_to + theirs_to))
    return percent, np.where(known, np.degrees(2.0 * half), np.nan)


def _length(vectors: Float64) -> Float64:
    """Euclidean length over the last axis; faster than ``np.linalg.norm`` for three numbers."""
    length: Float64 = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    return length


def _check(source: NDArray[Any], reference: NDArray[Any]) -> None:
    for what, xyz in (("source", source), ("reference", reference)):
        if xyz.ndim != 3 or xyz.shape[1:] != (N_JOINTS, 3):
            raise DataError(f"{what} poses have the wrong shape", expected=f"(T, {N_JOINTS}, 3)", got=str(xyz.shape))
    if len(source) != len(reference):
        wanted = f"{len(reference)} frames as in the reference"
        raise DataError("source and reference differ in length", expected=wanted, got=f"{len(source)} frames")
