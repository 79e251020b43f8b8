"""Cameras round an athlete, as those of Human3.6M stand round its floor.

There four cameras stand at the corners of a room of about 5 by 6 metres, 1.5 to 1.7 m high, with pictures of 1000 by
1000 (1002) pixels and focal lengths of 1143 to 1150 (Ionescu et al. 2014, IEEE TPAMI 36:1325-1339, and its camera
parameters as VideoPose3D publishes them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.cameras import project, upright_size, world_to_camera
from core.errors import DataError
from core.records import Camera, Float32, Float64

__all__ = ["CameraModel", "Seen", "VirtualCameras", "seen_by_cameras", "seen_virtually", "virtual_cameras"]

SIZE_PX = 1000


@dataclass(frozen=True, slots=True)
class CameraModel:
    """Where cameras stand; each quantity uniform between its limits, the azimuth all round, the horizon level.

    They are aimed at the middle of the pelvis' path, missed by a normal error. Where somebody would leave the picture
    (less ``margin`` of its half width) or come nearer than ``nearest_mm``, the camera is moved straight back.
    """

    distance_mm: tuple[float, float] = (3500.0, 6500.0)
    height_mm: tuple[float, float] = (1200.0, 1800.0)
    focal_px: tuple[float, float] = (1100.0, 1200.0)
    aim_sd_mm: tuple[float, float, float] = (200.0, 200.0, 100.0)
    nearest_mm: float = 1500.0
    margin: float = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class VirtualCameras:
    """S cameras without distortion. rotation : (S, 3, 3) world to camera. position_mm : (S, 3). focal_px : (S,)."""

    rotation: Float64
    position_mm: Float64
    focal_px: Float64

    def camera(self, index: int) -> Camera:
        """One of them as a record."""
        focal, middle = self.focal_px[index], SIZE_PX / 2
        intrinsics = np.array([[focal, 0, middle], [0, focal, middle], [0, 0, 1.0]])
        return Camera(f"virtual_{index}", intrinsics, self.rotation[index], self.position_mm[index],
                      (SIZE_PX, SIZE_PX))  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What cameras see of N frames.

    screen : (N, 17, 2) float32, the picture's width from -1 to 1, y down, the middle at 0. xyz_mm : (N, 17, 3) float32
    in camera axes, less joint 0.
    """

    screen: Float32
    xyz_mm: Float32


def virtual_cameras(
    xyz_mm: Float32, starts: NDArray[np.intp], rng: np.random.Generator, model: CameraModel | None = None
) -> VirtualCameras:
    """One camera for each of S sequences (N, 17, 3) in a Z-up world, standing for the whole of it."""
    model, size = model or CameraModel(), len(starts)
    lengths = np.diff(np.append(starts, len(xyz_mm)))
    middle = np.add.reduceat(xyz_mm[:, 0].astype(np.float64), starts) / lengths[:, None]
    target = middle + rng.standard_normal((size, 3)) * np.array(model.aim_sd_mm)
    azimuth, distance = rng.uniform(0, 2 * np.pi, size), rng.uniform(*model.distance_mm, size)
    height, focal = rng.uniform(*model.height_mm, size), rng.uniform(*model.focal_px, size)
    ground = middle[:, :2] + distance[:, None] * np.column_stack([np.cos(azimuth), np.sin(azimuth)])
    position = np.column_stack([ground, height])
    rotation = _looking(target - position)
    far = _missing_distance(_in_axes(xyz_mm, position, rotation, lengths), focal, starts, lengths, model)
    return VirtualCameras(rotation, position - far[:, None] * rotation[:, 2], focal)


def _looking(direction: Float64) -> Float64:
    """(S, 3, 3) world to camera, the third axis along ``direction`` (S, 3), the first level."""
    away = direction / np.linalg.norm(direction, axis=1, keepdims=True)
    right = np.cross(away, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    return np.stack([right, np.cross(away, right), away], axis=1)


def _in_axes(xyz_mm: Float32, position: Float64, rotation: Float64, lengths: NDArray[np.intp]) -> Float32:
    """(N, 17, 3) in the axes of each sequence's camera."""
    places: Float32 = np.repeat(position, lengths, axis=0).astype(np.float32)
    turns: Float32 = np.repeat(np.swapaxes(rotation, 1, 2), lengths, axis=0).astype(np.float32)
    seen: Float32 = np.matmul(xyz_mm - places[:, None], turns)
    return seen


def _missing_distance(
    seen: Float32, focal: Float64, starts: NDArray[np.intp], lengths: NDArray[np.intp], model: CameraModel
) -> Float64:
    """(S,) how far each camera has to go back."""
    room = SIZE_PX / 2 * (1 - model.margin)
    sideways = np.abs(seen[..., :2]).max(axis=-1) * np.repeat(focal / room, lengths)[:, None]
    lacking = np.maximum(sideways, model.nearest_mm) - seen[..., 2]
    return np.maximum(np.maximum.reduceat(lacking.max(axis=1), starts), 0).astype(np.float64)


def seen_virtually(xyz_mm: Float32, starts: NDArray[np.intp], cameras: VirtualCameras) -> Seen:
    """Sequences (N, 17, 3) in a Z-up world as the camera of each sees them."""
    lengths = np.diff(np.append(starts, len(xyz_mm)))
    seen = _in_axes(xyz_mm, cameras.position_mm, cameras.rotation, lengths)
    factor = np.repeat((cameras.focal_px / (SIZE_PX / 2)).astype(np.float32), lengths)[:, None, None]
    return Seen(factor * seen[..., :2] / seen[..., 2:], seen - seen[:, :1])


def seen_by_cameras(xyz_mm: Float32, starts: NDArray[np.intp], cameras: tuple[Camera, ...]) -> Seen:
    """Sequences (N, 17, 3) as the recorded camera of each sees them, upright.

    Raises :class:`DataError` for a camera without a picture size.
    """
    parts = [_seen_by(part, camera) for part, camera in zip(np.split(xyz_mm, starts[1:]), cameras, strict=True)]
    return Seen(np.concatenate([part.screen for part in parts]), np.concatenate([part.xyz_mm for part in parts]))


def _seen_by(xyz_mm: Float32, camera: Camera) -> Seen:
    size = upright_size(camera)
    if size is None:
        raise DataError(f"camera {camera.name!r} has no picture size", expected="size_px")
    screen = (project(camera, xyz_mm) * 2 - np.array(size)) / size[0]
    seen = world_to_camera(camera, xyz_mm)
    return Seen(screen.astype(np.float32), (seen - seen[:, :1]).astype(np.float32))
