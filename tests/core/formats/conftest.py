"""A plain walking body in 17 joints, made here, for files that the reader tests write themselves."""

from __future__ import annotations

import numpy as np
import pytest

# Pelvis, right leg, left leg, spine to head, left arm, right arm; mm, camera axes (x right, y down, z away), seen from
# behind, so that the athlete's left is on the left of the picture.
STANDING_MM = np.array([
    (0, 0, 0), (130, 5, 0), (135, 430, 20), (140, 840, 60), (-130, 5, 0), (-135, 430, 10), (-140, 840, 50),
    (0, -240, 10), (0, -480, 15), (0, -560, -20), (0, -680, 0), (-170, -450, 10), (-200, -170, 30), (-190, 60, -60),
    (170, -450, 10), (200, -170, 30), (190, 60, -60),
], dtype=np.float64)  # fmt: skip


@pytest.fixture
def body_mm():
    """Function of the number of frames: (T, 17, 3) float64 mm, camera axes, root at the origin, limbs swinging."""

    def make(n_frames: int = 30) -> np.ndarray:
        phase = np.arange(n_frames) * 0.3
        body = np.repeat(STANDING_MM[None], n_frames, axis=0)
        for joint, sign, reach in ((2, 1, 90), (3, 1, 180), (5, -1, 90), (6, -1, 180), (13, 1, 120), (16, -1, 120)):
            body[:, joint, 2] += sign * reach * np.sin(phase)
        return body

    return make
