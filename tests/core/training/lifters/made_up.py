"""Motion, sequences and views that tests make up: nothing recorded is needed."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from core.body.posture import posture, segment_motion
from core.training.lifters.motion import FPS, MovingTake, Stretch
from core.training.lifters.sequences import Sequences, posed_takes
from core.training.poses import local_rotations

SWING = 35.0


def walk(frames: int, phase: float = 0.0, turn_deg: float = 0.0) -> Stretch:
    """A person who walks along x (turned by ``turn_deg``): legs and arms swing like pendulums."""
    at = 2 * np.pi * np.arange(frames) / FPS + phase
    deg = {f"hip_flexion_{side}": sign * SWING * np.sin(at) for side, sign in (("l", 1), ("r", -1))}
    deg |= {f"knee_flexion_{side}": 30 * (1 + sign * np.cos(at)) for side, sign in (("l", 1), ("r", -1))}
    deg |= {f"shoulder_flexion_{side}": sign * SWING * np.sin(at) for side, sign in (("l", -1), ("r", 1))}
    deg |= {f"elbow_flexion_{side}": 40 + 20 * np.sin(at) for side in "lr"}
    path = np.column_stack([1200.0 * np.arange(frames) / FPS, np.zeros(frames), np.full(frames, 900.0)])
    moved = segment_motion(posture(path, deg | {"pelvis_yaw": 10 * np.sin(at)}, FPS))
    turned = Rotation.from_euler("z", turn_deg, degrees=True).as_matrix()
    return Stretch(local_rotations(moved), (turned @ moved.rotations[:, 0]).astype(np.float32),
                   (path @ turned.T / 850).astype(np.float32))  # fmt: skip


def takes(count: int = 4, frames: int = 120) -> tuple[MovingTake, ...]:
    return tuple(MovingTake(f"walk_{number}", (walk(frames, number, 40.0 * number),), f"{number}")
                 for number in range(count))  # fmt: skip


def sequences(count: int = 4, frames: int = 120, bodies: int = 2, seed: int = 1) -> Sequences:
    return posed_takes(takes(count, frames), bodies, np.random.default_rng(seed))
