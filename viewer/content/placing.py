"""Every source in one upright world, so that all skeletons can be drawn together."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cameras import camera_to_world
from core.metrics.alignment import Alignment, aligned
from core.records import Axes, Camera, Clip, Float32, Float64, Poses
from viewer.content.records import Ground

__all__ = ["ground_of", "on_floor", "over_reference", "upright", "upright_xyz"]

_NO_PATH_MM = 1.0
_ANKLES = (3, 6)
_FLOOR_QUANTILE = 2.0
# Ankle centres are above the sole by about this much in adults.
_ANKLE_HEIGHT_MM = 85.0
# A laboratory's floor is z = 0; feet that come this near to it stand on it.
_NEAR_FLOOR_MM = 150.0


def upright(poses: Poses, camera: Camera | None) -> Float64:
    """(T, 17, 3) millimetres in a world with Z up; see :func:`upright_xyz`."""
    return upright_xyz(poses.xyz_mm, poses.axes, camera)


def upright_xyz(xyz_mm: NDArray[Any], axes: Axes, camera: Camera | None) -> Float64:
    """Positions (..., 3) in a world with Z up, millimetres.

    Camera axes are turned back by the clip's camera; without one, down in the picture is taken for down in the world.
    """
    xyz = xyz_mm.astype(np.float64)
    if axes is Axes.WORLD_Z_UP:
        return xyz
    x, y, z = np.moveaxis(xyz, -1, 0)
    if axes is Axes.WORLD_Y_UP:
        return np.stack([x, -z, y], axis=-1)
    if camera is None:
        return np.stack([x, z, -y], axis=-1)
    return camera_to_world(camera, xyz)


def over_reference(poses: Poses, clip: Clip, reference: NDArray[Any], how: Alignment) -> tuple[Float32, str]:
    """A source in the upright world over the upright reference (T, 17, 3), and a sentence on what that took.

    Poses whose pelvis stays at the origin have no path of their own: unaligned, they are carried on the pelvis of
    the reference.
    """
    placed = upright(poses, clip.camera)
    root = poses.xyz_mm[:, 0]
    if how is Alignment.NONE and np.nanmax(np.abs(root), initial=0.0) < _NO_PATH_MM:
        return aligned(placed, reference, Alignment.ROOT), "positions are about the pelvis: put on the reference's"
    return aligned(placed, reference, how), ""


def on_floor(xyz_mm: Float64) -> Float32:
    """Poses of a file without reference, its lowest ankles on the floor and the middle of its path at the origin."""
    if np.isnan(xyz_mm).all():
        return xyz_mm.astype(np.float32)
    middle = np.nanmean(xyz_mm[:, 0], axis=0)
    low = np.nanpercentile(xyz_mm[:, _ANKLES, 2], _FLOOR_QUANTILE) - _ANKLE_HEIGHT_MM
    return np.asarray(xyz_mm - np.array([middle[0], middle[1], low]), np.float32)


def ground_of(xyz_mm: NDArray[Any]) -> Ground:
    """Floor, middle and extent of upright poses (T, 17, 3)."""
    if np.isnan(xyz_mm).all():
        return Ground()
    ankles = xyz_mm[:, _ANKLES, 2]
    low = float(np.nanpercentile(ankles, _FLOOR_QUANTILE)) if np.isfinite(ankles).any() else 0.0
    floor = 0.0 if abs(low - _ANKLE_HEIGHT_MM) < _NEAR_FLOOR_MM else low - _ANKLE_HEIGHT_MM
    joints = xyz_mm.reshape(-1, 3)
    lowest, highest = np.nanmin(joints, axis=0), np.nanmax(joints, axis=0)
    middle = (lowest + highest) / 2
    radius = float(np.nanmax(np.linalg.norm(joints - middle, axis=1)))
    return Ground(floor, (float(middle[0]), float(middle[1]), float(middle[2])), max(radius, 500.0))
