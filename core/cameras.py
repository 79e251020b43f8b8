"""Camera geometry: world millimetres to camera axes and to pixels.

The camera model is that of AthletePose3D (github.com/calvinyeungck/AthletePose3D, ``utils``): a pinhole with
separate focal lengths, no skew and no distortion. Where the video is shown turned by 90 degrees, everything that
leaves this module is *upright*, as a lifter that watched the video sees it: pixels (u, v) -> (v, W - u), camera
coordinates (x, y) -> (y, -x), with W the stored width.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from core.errors import DataError
from core.records import Axes, Camera, Float64, Poses

__all__ = ["camera_looking_at", "camera_to_world", "project", "to_camera", "upright_size", "world_to_camera"]


def world_to_camera(camera: Camera, xyz_mm: ArrayLike) -> Float64:
    """World points in camera axes.

    xyz_mm : (..., 3) millimetres in the world of the camera. Returns (..., 3) float64 millimetres, x right,
    y down, z away from the camera, upright for turned videos. NaN stays NaN.
    """
    seen: Float64 = (np.asarray(xyz_mm, np.float64) - camera.position_mm) @ camera.rotation.T
    if camera.rotated_ccw_90:
        seen = np.stack((seen[..., 1], -seen[..., 0], seen[..., 2]), axis=-1)
    return seen


def camera_to_world(camera: Camera, xyz_mm: ArrayLike) -> Float64:
    """Points (..., 3) in upright camera axes back in the camera's world: :func:`world_to_camera` undone."""
    seen = np.asarray(xyz_mm, np.float64)
    if camera.rotated_ccw_90:
        seen = np.stack((-seen[..., 1], seen[..., 0], seen[..., 2]), axis=-1)
    world: Float64 = seen @ camera.rotation + camera.position_mm
    return world


def project(camera: Camera, xyz_mm: ArrayLike) -> Float64:
    """World points in upright pixels.

    xyz_mm : (..., 3) millimetres. Returns (..., 2) float64 pixels (u right, v down); NaN for points at or behind
    the camera. Raises :class:`DataError` for a turned camera without a picture size.
    """
    seen: Float64 = (np.asarray(xyz_mm, np.float64) - camera.position_mm) @ camera.rotation.T
    depth = np.where(seen[..., 2] > 0, seen[..., 2], np.nan)
    k = camera.intrinsics
    u = k[0, 0] * seen[..., 0] / depth + k[0, 2]
    v = k[1, 1] * seen[..., 1] / depth + k[1, 2]
    if not camera.rotated_ccw_90:
        return np.stack((u, v), axis=-1)
    if camera.size_px is None:
        raise DataError(f"camera {camera.name!r} is turned and has no picture size", expected="size_px")
    return np.stack((v, camera.size_px[0] - u), axis=-1)


def upright_size(camera: Camera) -> tuple[int, int] | None:
    """(width, height) of the picture as shown: swapped for turned videos; None where unknown."""
    if camera.size_px is None or not camera.rotated_ccw_90:
        return camera.size_px
    return camera.size_px[1], camera.size_px[0]


def to_camera(poses: Poses, camera: Camera) -> Poses:
    """The same poses in upright camera axes; poses that are there already are returned as they are.

    Raises :class:`DataError` for Y-up poses, since cameras are given in a Z-up world.
    """
    if poses.axes is Axes.CAMERA:
        return poses
    if poses.axes is not Axes.WORLD_Z_UP:
        raise DataError("poses and camera are in different worlds", path=poses.origin.path or None,
                        expected=str(Axes.WORLD_Z_UP), got=str(poses.axes))  # fmt: skip
    seen = world_to_camera(camera, poses.xyz_mm).astype(np.float32)
    note = f"turned from the world into the axes of camera {camera.name}"
    return replace(poses, xyz_mm=seen, axes=Axes.CAMERA, notes=(*poses.notes, note))


def camera_looking_at(
    name: str, position_mm: ArrayLike, target_mm: ArrayLike, focal_px: float, size_px: tuple[int, int],
    turned: bool = False,
) -> Camera:  # fmt: skip
    """A camera in a Z-up world that looks at a target with the horizon level.

    position_mm, target_mm : (3,), not one above the other. turned : it lies on its side and the picture is shown
    upright. size_px : as stored.
    """
    position = np.asarray(position_mm, np.float64)
    away = np.asarray(target_mm, np.float64) - position
    away /= np.linalg.norm(away)
    right = np.cross(away, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    down = np.cross(away, right)
    # Shown upright is (x, y) -> (y, -x): what a turned camera calls x points up, what it calls y points right.
    rows: list[Float64] = [-down, right, away] if turned else [right, down, away]
    width, height = size_px
    intrinsics = np.array([[focal_px, 0.0, width / 2], [0.0, 1.001 * focal_px, height / 2], [0.0, 0.0, 1.0]])
    return Camera(name, intrinsics, np.array(rows), position, size_px, turned)
