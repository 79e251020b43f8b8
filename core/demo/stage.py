"""Cameras of the demo dataset."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from core.records import Camera, Float64

__all__ = ["CAMERAS"]


def _looking(
    name: str, position_mm: tuple[float, float, float], target_mm: tuple[float, float, float], focal_px: float,
    size_px: tuple[int, int], turned: bool = False,
) -> Camera:  # fmt: skip
    """A camera that looks at a target with the horizon level.

    turned : it lies on its side and the picture is shown upright. size_px : as stored.
    """
    away = np.subtract(target_mm, position_mm) / np.linalg.norm(np.subtract(target_mm, position_mm))
    right = np.cross(away, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    down = np.cross(away, right)
    # Shown upright is (x, y) -> (y, -x): what a turned camera calls x points up, what it calls y points right.
    rows: list[Float64] = [-down, right, away] if turned else [right, down, away]
    width, height = size_px
    intrinsics = np.array([[focal_px, 0.0, width / 2], [0.0, 1.001 * focal_px, height / 2], [0.0, 0.0, 1.0]])
    return Camera(name, intrinsics, np.array(rows), np.array(position_mm), size_px, turned)


CAMERAS: Mapping[str, Camera] = MappingProxyType(
    {
        camera.name: camera
        for camera in (
            _looking("demo_camera_1", (1200.0, -8600.0, 1500.0), (300.0, 0.0, 900.0), 1450.0, (1920, 1080)),
            _looking("demo_camera_2", (7600.0, -3600.0, 1700.0), (0.0, 0.0, 900.0), 1250.0, (1280, 768), turned=True),
            _looking("demo_camera_3", (3600.0, -3900.0, 1600.0), (0.0, 0.0, 1100.0), 1150.0, (1920, 1088)),
            _looking("demo_camera_4", (-200.0, -7900.0, 1800.0), (-1000.0, 0.0, 950.0), 1600.0, (1920, 1088)),
            _looking("demo_camera_5", (3900.0, 3300.0, 1500.0), (-500.0, 0.0, 950.0), 1250.0, (1280, 768)),
        )
    }
)
"""By name. 1: beside the running track. 2: ahead of it, lying on its side. 3: jumps. 4: throws. 5: shot circle."""
