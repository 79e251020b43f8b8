"""Reference poses as a confounder would show them, though no lifter erred: what it alone does to angles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.cameras import to_camera
from core.editing import HipDefinition, edited
from core.errors import DataError
from core.pairing.fitting import resample_poses
from core.records import Axes, Clip, Poses, Scale
from core.skeleton import RIGS

__all__ = ["RATE_FPS", "at_rate", "other_hips", "weak_perspective"]

RATE_FPS = 50.0
"""Of Human3.6M, at which the published lifters were trained."""


def other_hips(poses: Poses) -> Poses:
    """With hip joint centres where the rig has the middle of ASIS and PSIS, and the other way round."""
    centres = RIGS[poses.rig].hips_are_centres
    return edited(poses, [HipDefinition("ap3d" if centres else "h36m")])


def weak_perspective(clip: Clip) -> Poses | None:
    """As 2.5D labels have them: picture coordinates at the scale of the root, depth relative to the root.

    None without a camera. That of MMPose's and AthletePose3D's picture labels (formats: Human3.6M in pixels).
    """
    if clip.camera is None and clip.poses.axes is not Axes.CAMERA:
        return None
    try:
        seen = clip.poses if clip.camera is None else to_camera(clip.poses, clip.camera)
    except DataError:
        return None
    xyz = seen.xyz_mm.astype(np.float64)
    root = xyz[:, :1, 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = np.where(xyz[..., 2:] > 0, xyz[..., :2] * root / xyz[..., 2:], np.nan)
    if not np.isfinite(flat).any():
        return None
    placed = np.concatenate([flat, xyz[..., 2:] - root], axis=2)
    return replace(seen, xyz_mm=placed.astype(np.float32), scale=Scale.WEAK_PERSPECTIVE)


def at_rate(poses: Poses, fps: float, frames: NDArray[np.intp]) -> Poses | None:
    """These frames, from poses that are known at :data:`RATE_FPS` only and interpolated; None where the clip is not
    faster. fps : of the clip.
    """
    if fps <= RATE_FPS * 1.01:
        return None
    slow = resample_poses(replace(poses, fps=fps), RATE_FPS)
    back = resample_poses(slow, fps).xyz_mm
    xyz = np.full_like(poses.xyz_mm, np.nan)
    n = min(len(xyz), len(back))
    xyz[:n] = back[:n]
    return replace(poses, xyz_mm=xyz[frames])
