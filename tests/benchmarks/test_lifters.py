"""The three lifters at their published sizes: share of the machine's matrix rate, dilated against windowed, whole runs.

Weights are random: they cost the same. Operations are counted by torch's own counter while the model runs; the matrix
rate is that of single-precision products in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from core.dataset import open_dataset
from core.lifters.inputs import dataset_inputs
from core.lifters.lift import LiftJob, lift_into
from core.lifters.running import Runner
from tests.ap3d_layout import write_dataset
from tests.random_lifter import PUBLISHED, random_lifter

CLIP_FRAMES = 240
CLIPS = {"simplebaseline3d": 40, "videopose3d": 8, "motionbert": 2}
"""Clips measured; of MotionBERT one takes seconds."""
STEMS = {f"data/test_set/S{athlete}": [f"Jump_{trial}_cam_1" for trial in range(20)] for athlete in range(1, 6)}


class Placed:
    """Screen coordinates at random."""

    centre_x = 0.0

    def __init__(self, n_frames: int, joints: int = 17) -> None:
        self.xy = np.random.default_rng(1).normal(0, 0.3, (n_frames, joints, 2)).astype(np.float32)

    def place(self, rows: slice) -> np.ndarray:
        return self.xy[rows]


def run(runner: Runner, clips: list[Placed]) -> None:
    for clip in clips:
        for _ in runner.poses(clip, None, len(clip.xy)):
            pass


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    best = np.inf
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def matrix_rate() -> float:
    """Floating-point operations per second of a product of 1024 x 1024 matrices, all threads."""
    a, b, out = torch.randn(1024, 1024), torch.randn(1024, 1024), torch.empty(1024, 1024)
    return 2 * 1024**3 / seconds(lambda: torch.mm(a, b, out=out), rounds=20)


@pytest.mark.benchmark(group="lifters")
@pytest.mark.parametrize("model", tuple(CLIPS))
def test_share_of_the_matrix_rate(benchmark: Callable[..., object], tmp_path: Path, model: str) -> None:
    runner = Runner(random_lifter(tmp_path / "w.safetensors", model, config=PUBLISHED[model]), flip=False, device="cpu")
    clips = [Placed(CLIP_FRAMES) for _ in range(CLIPS[model])]
    with FlopCounterMode(display=False) as counter:
        run(runner, clips)
    flop = counter.get_total_flops()
    taken = seconds(lambda: run(runner, clips))
    rate = matrix_rate()
    frames = CLIP_FRAMES * len(clips)
    share = flop / taken / rate
    print(f"\n{model}: {frames / taken:.0f} frames/s in clips of {CLIP_FRAMES}, "
          f"{flop / frames / 1e6:.0f} MFLOP a frame, "
          f"{flop / taken / 1e9:.0f} of {rate / 1e9:.0f} GFLOP/s: {share:.0%} of the matrix rate")  # fmt: skip
    benchmark.pedantic(lambda: run(runner, clips[:1]), rounds=1)  # type: ignore[attr-defined]
    assert share >= 0.6


@pytest.mark.benchmark(group="lifters")
def test_videopose3d_in_one_dilated_pass_against_its_windows(benchmark: Callable[..., object], tmp_path: Path) -> None:
    """Windowed evaluation: every frame in a window of 243 by itself, as a dilated network is run on single windows."""
    weights = random_lifter(tmp_path / "w.safetensors", "videopose3d", config=PUBLISHED["videopose3d"])
    clip = Placed(CLIP_FRAMES)
    runner, module = Runner(weights, flip=False, device="cpu"), weights.module()
    whole = benchmark(lambda: np.concatenate(list(runner.poses(clip, None, CLIP_FRAMES))))
    padded = torch.from_numpy(np.pad(clip.xy, ((121, 121), (0, 0), (0, 0)), mode="edge"))
    windows = padded.unfold(0, 243, 1).permute(0, 3, 1, 2)

    def windowed(rows: slice) -> np.ndarray:
        with torch.inference_mode():
            return torch.cat([module(window[None])[0] for window in windows[rows]]).numpy() * 1000

    few = windowed(slice(0, CLIP_FRAMES, 8))
    np.testing.assert_allclose(np.asarray(whole)[::8], few - few[:, :1], atol=2e-2)
    once = seconds(lambda: run(runner, [clip]))
    each = seconds(lambda: windowed(slice(0, CLIP_FRAMES, 8)), rounds=2) * 8
    print(f"\none dilated pass {once * 1e3:.0f} ms, {CLIP_FRAMES} windows {each * 1e3:.0f} ms: {each / once:.1f} times")
    assert each / once >= 20


@pytest.mark.benchmark(group="lifters")
@pytest.mark.parametrize("model", ["simplebaseline3d", "videopose3d"])
def test_lifting_a_hundred_clips_is_spent_in_the_model(
    benchmark: Callable[..., object], tmp_path: Path, model: str
) -> None:  # fmt: skip
    weights = random_lifter(tmp_path / "w.safetensors", model, config=PUBLISHED[model])
    runner = Runner(weights, device="cpu", flip=model == "videopose3d")
    root = write_dataset(tmp_path / "data", STEMS, CLIP_FRAMES)
    for pose in root.rglob("*_h36m.npy"):
        person = np.random.default_rng(0).uniform(200, 700, (CLIP_FRAMES, 17, 2)).astype(np.float32)
        np.save(pose.with_name(pose.name.replace("_h36m", "_coco")), person)
    job = LiftJob(weights, runner, dataset_inputs(open_dataset(root), "detected"), "detected", "some")
    inside = 0.0
    lifted = runner._lifted

    def timed(inputs: torch.Tensor) -> torch.Tensor:
        nonlocal inside
        begin = time.perf_counter()
        poses = lifted(inputs)
        inside += time.perf_counter() - begin
        return poses

    runner._lifted = timed  # type: ignore[method-assign]
    begin = time.perf_counter()
    done = list(lift_into(job, tmp_path / "out"))
    whole = time.perf_counter() - begin
    assert len(done) == 100
    assert not any(item.problem for item in done)
    print(f"\n{model}: 100 clips of {CLIP_FRAMES} frames in {whole:.2f} s, {inside / whole:.0%} of it in the model")
    benchmark.pedantic(lambda: None, rounds=1)  # type: ignore[attr-defined]
    assert inside / whole >= 0.8


_LONG = """
import resource, sys
from pathlib import Path
import numpy as np
from core.lifters.lift import LiftJob, lift_into
from core.lifters.inputs import file_inputs
from core.lifters.running import Runner
from tests.random_lifter import random_lifter
folder, frames = Path(sys.argv[1]), int(sys.argv[2])
weights = random_lifter(folder / "w.safetensors", "videopose3d")
inputs = file_inputs(folder / "long.npy", (1000, 1000), 50.0)
job = LiftJob(weights, Runner(weights, device="cpu"), inputs, "", "x")
assert not [item.problem for item in lift_into(job, folder / f"out{frames}") if item.problem]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.benchmark(group="lifters")
def test_memory_does_not_grow_with_the_clip_beyond_its_2d(benchmark: Callable[..., object], tmp_path: Path) -> None:
    peaks = {}
    for frames in (2_000, 400_000):
        people = np.random.default_rng(0).uniform(200, 800, (frames, 17, 3)).astype(np.float32)
        people[..., 2] = 1
        np.save(tmp_path / "long.npy", people)
        arguments = [sys.executable, "-c", _LONG, str(tmp_path), str(frames)]
        done = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
        peaks[frames] = int(done.stdout) * 1024
    grown, read = peaks[400_000] - peaks[2_000], 398_000 * 17 * 3 * 4
    print(f"\npeak {peaks[2_000] / 1e6:.0f} MB for 2,000 frames, {peaks[400_000] / 1e6:.0f} MB for 400,000: "
          f"{grown / read:.1f} times the 2D file")  # fmt: skip
    benchmark.pedantic(lambda: None, rounds=1)  # type: ignore[attr-defined]
    assert grown < 6 * read
