"""In which axes a lifter's poses resemble the reference: evidence on what the numbers mean, never a correction.

Axes are a fact of the files, the same for every clip, joint and frame of a lifter. Three candidates leave nothing to
fit: the sizes are taken out and no rotation is sought, so no lifter can gain a better score by it than the right
reading of its files gives. It is needed because posture alone misleads: an athlete on the hands stands along the
wrong axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.cameras import world_to_camera
from core.dataset import ClipEntry, Dataset
from core.errors import DataError
from core.formats.ap3d_clip import ROLES
from core.formats.arrays import as_poses_array, load_npy
from core.records import Axes, Float32, Float64

__all__ = ["ClipPoses", "misfits"]

_CLIPS = 8
_FRAMES = 32


@dataclass(frozen=True, slots=True, eq=False)
class ClipPoses:
    """A lifter's (T, 17, 3) poses for a clip, in their own unit and axes."""

    clip: ClipEntry
    poses: Float32


def misfits(sample: Sequence[ClipPoses], dataset: Dataset) -> dict[Axes, float]:
    """How far the poses are from the reference in each possible system of axes: 0 the same, 1 nothing in common.

    Per clip the root-centred coordinates of up to 32 frames, after the best common scale: the N-MPJPE idea
    (Rhodin et al. 2018) as a relative root mean square. The median over up to 8 clips whose reference poses have as
    many frames as the source; axes that no clip allows (camera axes without a camera) are left out.
    """
    found: dict[Axes, list[float]] = {}
    compared = 0
    for one in sample:
        truth = _reference(one, dataset)
        if truth is None:
            continue
        every = slice(None, None, max(1, len(one.poses) // _FRAMES))
        for axes, xyz in _candidates(truth[every].astype(np.float64), one.clip, dataset).items():
            found.setdefault(axes, []).append(_misfit(_centred(one.poses[every].astype(np.float64)), _centred(xyz)))
        compared += 1
        if compared == _CLIPS:
            break
    return {axes: float(np.median(values)) for axes, values in found.items()}


def _reference(one: ClipPoses, dataset: Dataset) -> Float32 | None:
    """Reference poses as they stand in the file, or None where they cannot be compared frame by frame."""
    if "poses" not in one.clip.roles or one.clip.n_frames != len(one.poses):
        return None
    path = dataset.file(one.clip, ROLES["poses"])
    try:
        truth = as_poses_array(load_npy(path)[0], path)
    except DataError:  # scoring will say what is wrong with this clip
        return None
    return truth if len(truth) == len(one.poses) else None


def _candidates(truth: Float64, clip: ClipEntry, dataset: Dataset) -> Mapping[Axes, Float64]:
    """The Z-up reference in every system of axes that a lifter may have used; where it lies does not matter."""
    x, y, z = np.moveaxis(truth, -1, 0)
    candidates = {Axes.WORLD_Z_UP: truth, Axes.WORLD_Y_UP: np.stack((x, z, -y), axis=-1)}
    camera = dataset.camera(clip.camera_id)
    if camera is not None:
        candidates[Axes.CAMERA] = world_to_camera(replace(camera, rotated_ccw_90=clip.rotated), truth)
    return candidates


def _centred(xyz: Float64) -> Float64:
    return xyz - xyz[:, :1]


def _misfit(source: Float64, truth: Float64) -> float:
    """Sine of the angle between the two as vectors: the relative residual after the best scale; 1 from 90° on."""
    both = np.isfinite(source) & np.isfinite(truth)
    a, b = source[both], truth[both]
    size = float(np.sqrt((a @ a) * (b @ b)))
    cosine = float(a @ b) / size if size > 0 else 0.0
    return float(np.sqrt(max(0.0, 1 - cosine * cosine))) if cosine > 0 else 1.0
