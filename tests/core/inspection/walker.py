"""A made walker: 17 joints in world axes (X forward, Y left, Z up), knees that bend as knees do, no noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.records import Axes, Poses, Scale

THIGH, SHANK, UPPER_ARM, FOREARM = 430.0, 400.0, 300.0, 260.0


def _limb(root, upper, lower, swing, bend):
    """Two bones that hang from ``root`` (T,3), swung forward by ``swing`` and bent by ``bend`` radians."""
    down = lambda angle: np.stack([np.sin(angle), np.zeros_like(angle), -np.cos(angle)], axis=1)  # noqa: E731
    middle = root + upper * down(swing)
    return middle, middle + lower * down(swing + bend)


def walker_mm(n_frames: int = 120) -> NDArray[np.float64]:
    """(T, 17, 3) millimetres."""
    phase = 2 * np.pi * np.arange(n_frames) / 60
    pelvis = np.stack([20.0 * np.arange(n_frames), 10 * np.sin(phase), 900 + 15 * np.cos(2 * phase)], axis=1)
    xyz = np.zeros((n_frames, 17, 3))
    xyz[:, 0] = pelvis
    for index, height, forward in ((7, 250, 5), (8, 480, 0), (9, 600, 90), (10, 730, 20)):
        xyz[:, index] = pelvis + np.array([forward, 0, height])
    for side, hip, shoulder, turn in ((1, 4, 11, 0.0), (-1, 1, 14, np.pi)):
        xyz[:, hip] = pelvis + np.array([0, side * 95, -20])
        bend = 0.5 + 0.4 * np.sin(phase + turn)
        xyz[:, hip + 1], xyz[:, hip + 2] = _limb(xyz[:, hip], THIGH, SHANK, 0.4 * np.cos(phase + turn), -bend)
        xyz[:, shoulder] = pelvis + np.array([0, side * 180, 440])
        elbow = 0.6 + 0.2 * np.sin(phase)
        xyz[:, shoulder + 1], xyz[:, shoulder + 2] = _limb(
            xyz[:, shoulder], UPPER_ARM, FOREARM, -0.4 * np.cos(phase + turn), elbow
        )
    return xyz


def walker(xyz=None, **fields) -> Poses:
    """The walker as a record; ``xyz`` replaces its coordinates, ``fields`` the record's."""
    known = {"fps": 60.0, "axes": Axes.WORLD_Z_UP, "scale": Scale.METRIC, "rig": "h36m"}
    return Poses(walker_mm() if xyz is None else xyz, **(known | fields))
