"""Clips to plant faults in: the eight of the demo, and four made for these tests by the demo's choreographies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import resources
from core.dataset import load_clip, open_dataset
from core.demo.programme import ClipPlan, play
from core.demo.running import RunStyle
from core.demo.shot_turn import ShotStyle
from core.demo.spin_jump import JumpStyle
from core.demo.throwing import ThrowStyle
from core.records import Axes, Clip, Poses

DEMO = Path(resources.__file__).parent / "demo"
LIFTERS = ("motionbert-compact", "simplebaseline3d-compact", "videopose3d-compact")
MADE = (
    ClipPlan("S2", "Throw", 9, ThrowStyle(48.0, 88.0, 92.0), "demo_camera_4", 50.0, 150),
    ClipPlan("S3", "Running", 9, RunStyle(4.0, 0.3, 0.21, 8.0, 36.0, 90.0, -2.0), "demo_camera_2", 100.0, 160),
    ClipPlan("S3", "Spin_jump", 9, JumpStyle(0.42, 104.0), "demo_camera_1", 60.0, 190),
    ClipPlan("S1", "Shot_turn", 9, ShotStyle(0.14, 36.0, 90.0), "demo_camera_3", 90.0, 300),
)


def made(plan: ClipPlan) -> Clip:
    done = play(plan)
    return Clip(plan.name, plan.athlete, plan.activity, plan.fps, done.poses, done.points, done.camera)


@pytest.fixture(scope="session")
def clips() -> list[Clip]:
    dataset = open_dataset(DEMO)
    return [*(load_clip(entry, dataset) for entry in dataset.clips), *(made(plan) for plan in MADE)]


@pytest.fixture(scope="session")
def lifted(clips) -> dict[str, list[tuple[Clip, Poses]]]:
    """By lifter what it made of the clips of the demo."""
    found = {}
    for lifter in LIFTERS:
        arrays = [(clip, DEMO / "predictions" / lifter / f"{clip.name}.npy") for clip in clips]
        found[lifter] = [(clip, _read(path, clip.fps)) for clip, path in arrays if path.is_file()]
        assert len(found[lifter]) == 8
    return found


def _read(path: Path, fps: float) -> Poses:
    return Poses(np.load(path), fps, Axes.CAMERA)
