"""The reference poses in the axes of a source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import world_to_camera
from core.records import Axes, Camera, Clip, Float32, Float64

__all__ = ["Truth", "other_world", "truth_in"]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Reference poses that a source can be held against.

    xyz_mm : (T, 17, 3) in the source's axes, up to a translation per frame, which no metric sees.
    turned : False where the rotation into the source's axes is unknown: only P-MPJPE means something then.
    notes : what was done.
    """

    xyz_mm: NDArray[Any]
    turned: bool = True
    notes: tuple[str, ...] = ()


def truth_in(axes: Axes, clip: Clip) -> Truth | None:
    """The clip's reference poses in ``axes``; None where no source in these axes can belong to the clip."""
    poses = clip.poses
    if axes is poses.axes:
        return Truth(poses.xyz_mm)
    if axes is Axes.CAMERA and poses.axes is Axes.WORLD_Z_UP:
        if clip.camera is None:
            return Truth(poses.xyz_mm, turned=False)
        return Truth(_seen(clip.camera, poses.xyz_mm), notes=("reference turned into the axes of the clip's camera",))
    if {axes, poses.axes} == {Axes.WORLD_Z_UP, Axes.WORLD_Y_UP}:
        return Truth(other_world(poses.xyz_mm, poses.axes), notes=(f"reference turned from {poses.axes} to {axes}",))
    return None


def _seen(camera: Camera, xyz_mm: Float32) -> Float64:
    """World poses about their root, turned into the axes of the camera.

    About the root and in float64: in float32 and tens of metres from the origin, rounding alone would make
    errors of 0.001 mm, and at 120 frames per second of 0.2 mm/s. Where the root is missing, the mean of the
    joints that are there is the centre, which P-MPJPE needs only to be near.
    """
    centred = xyz_mm - xyz_mm[:, :1].astype(np.float64)
    rootless = np.isnan(xyz_mm[:, 0]).any(axis=1)
    if rootless.any():
        centred[rootless] = _about_mean(xyz_mm[rootless])
    return world_to_camera(replace(camera, position_mm=np.zeros(3)), centred)


def _about_mean(xyz_mm: Float32) -> Float64:
    """Frames (T, 17, 3) about the mean of their defined joints."""
    there = ~np.isnan(xyz_mm).any(axis=2, keepdims=True)
    total = np.where(there, xyz_mm, 0).sum(axis=1, dtype=np.float64, keepdims=True)
    return np.asarray(xyz_mm - total / np.maximum(there.sum(axis=1, keepdims=True), 1))


def other_world(xyz_mm: NDArray[Any], axes: Axes) -> NDArray[Any]:
    """Exchange the two world conventions, from ``axes``: (x, y, z) Y-up is (x, -z, y) Z-up, X forward in both."""
    x, y, z = np.moveaxis(xyz_mm, -1, 0)
    return np.stack([x, -z, y] if axes is Axes.WORLD_Y_UP else [x, z, -y], axis=-1)
