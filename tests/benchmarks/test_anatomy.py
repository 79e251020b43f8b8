"""The whole anatomy of 10,000 frames: position split, angle split and flags; processor seconds."""

from __future__ import annotations

import time

import numpy as np

from core.anatomy import Compared, angle_split, flags, position_split
from core.demo.programme import CLIPS, play

FRAMES = 10_000


def test_ten_thousand_frames_well_under_a_second(benchmark):
    clip = play(CLIPS[0])
    rng = np.random.default_rng(0)
    reference = np.resize(clip.poses.xyz_mm.astype(float), (FRAMES, 17, 3))
    reference = reference - reference[:, :1]
    source = reference + rng.normal(0, 40, (FRAMES, 17, 1)) * clip.camera.rotation[2]
    angles = np.resize(clip.angles.deg.astype(float), (FRAMES, 12))
    pair = Compared(source, reference, clip.camera.rotation[2], scaled=False, turned=True)

    def everything() -> float:
        began = time.process_time()
        position_split(source, reference, pair.away)
        angle_split(angles + rng.normal(0, 3, angles.shape), angles, np.zeros(12, dtype=bool), 120.0)
        assert flags(pair, 120.0, "a")
        return time.process_time() - began

    seconds = benchmark.pedantic(everything, rounds=3, warmup_rounds=1)
    print(f"\n{FRAMES} frames: {seconds:.2f} s of one processor")
    assert seconds < 1.0
