"""Cameras of the demo dataset."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.cameras import camera_looking_at
from core.records import Camera

__all__ = ["CAMERAS"]


CAMERAS: Mapping[str, Camera] = MappingProxyType(
    {
        camera.name: camera
        for camera in (
            camera_looking_at("demo_camera_1", (1200.0, -8600.0, 1500.0), (300.0, 0.0, 900.0), 1450.0, (1920, 1080)),
            camera_looking_at(
                "demo_camera_2", (7600.0, -3600.0, 1700.0), (0.0, 0.0, 900.0), 1250.0, (1280, 768), turned=True
            ),
            camera_looking_at("demo_camera_3", (3600.0, -3900.0, 1600.0), (0.0, 0.0, 1100.0), 1150.0, (1920, 1088)),
            camera_looking_at("demo_camera_4", (-200.0, -7900.0, 1800.0), (-1000.0, 0.0, 950.0), 1600.0, (1920, 1088)),
            camera_looking_at("demo_camera_5", (3900.0, 3300.0, 1500.0), (-500.0, 0.0, 950.0), 1250.0, (1280, 768)),
        )
    }
)
"""By name. 1: beside the running track. 2: ahead of it, lying on its side. 3: jumps. 4: throws. 5: shot circle."""
