"""The network against the machine's matrix rate and onnxruntime, in one run; prints frames per second and ratios.

Rates are per thread, in processor time: that is how ``score`` runs (one thread per worker), and what other programs
take of the machine does not count. Waiting times are wall time with all cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from core.network.cache import AngleCache
from core.network.estimator import NetworkEstimator
from core.network.model import AngleNet
from core.network.onnx_export import export_onnx
from core.network.shipped import shipped_weights
from core.network.weights import load_weights
from core.records import Poses
from tests.random_network import poses, random_poses_mm

onnxruntime = pytest.importorskip("onnxruntime")

CLIP_FRAMES = 240
WHOLE = 2048


@pytest.fixture(scope="module")
def weights() -> Path:
    (path,) = shipped_weights()
    return path


@pytest.fixture
def one_thread() -> Iterator[None]:
    """For what is measured beside the estimator, which limits itself."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def estimator(weights: Path, threads: int | None = 1) -> NetworkEstimator:
    """On the CPU, nothing remembered."""
    return NetworkEstimator([weights], device="cpu", threads=threads, cache=AngleCache(memory_bytes=0))


def flop_per_frame() -> int:
    """Multiplications and additions of the matrix products."""
    return sum(2 * p.numel() for name, p in AngleNet().named_parameters() if p.ndim == 2)


def best_seconds(
    ways: dict[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.thread_time
) -> dict[str, float]:
    """Best of some rounds, taken in turn, so that a busy machine slows all of them alike."""
    best = dict.fromkeys(ways, np.inf)
    for _ in range(rounds):
        for name, way in ways.items():
            begin = clock()
            way()
            best[name] = min(best[name], clock() - begin)
    return best


def sgemm(rows: int) -> Callable[[], object]:
    """The products of the four blocks alone, into memory that is there already: the most this machine gives."""
    wide, narrow = torch.randn(512, 2048), torch.randn(2048, 512)
    x, hidden, out = torch.randn(rows, 512), torch.empty(rows, 2048), torch.empty(rows, 512)

    def run() -> None:
        for _ in range(4):
            torch.mm(x, wide, out=hidden)
            torch.mm(hidden, narrow, out=out)

    return run


SGEMM_FLOP = 4 * 2 * 2 * 512 * 2048


@pytest.mark.benchmark(group="network")
@pytest.mark.parametrize("frames", [512, WHOLE])
@pytest.mark.usefixtures("one_thread")
def test_share_of_the_matrix_rate(benchmark: Callable[..., object], weights: Path, frames: int) -> None:
    network, clip = estimator(weights), poses(random_poses_mm(frames))
    benchmark(lambda: network.angles(clip))
    seconds = best_seconds({"network": lambda: network.angles(clip), "sgemm": sgemm(frames)}, rounds=30)
    rate = {"network": frames * flop_per_frame() / seconds["network"], "sgemm": frames * SGEMM_FLOP / seconds["sgemm"]}
    share = rate["network"] / rate["sgemm"]
    print(f"\n{frames} frames: {frames / seconds['network']:.0f} frames/s, {rate['network'] / 1e9:.0f} of "
          f"{rate['sgemm'] / 1e9:.0f} GFLOP/s: {share:.0%} of the matrix rate, poses to angles")  # fmt: skip
    assert share >= 0.85


@pytest.mark.benchmark(group="network")
@pytest.mark.usefixtures("one_thread")
def test_against_onnxruntime(benchmark: Callable[..., object], weights: Path, tmp_path: Path) -> None:
    export_onnx(load_weights(weights), tmp_path / "w.onnx", "h36m")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(tmp_path / "w.onnx", options, providers=["CPUExecutionProvider"])
    clip = poses(random_poses_mm(WHOLE))
    network = estimator(weights)
    benchmark(lambda: network.angles(clip))
    seconds = best_seconds(
        {"ours": lambda: network.angles(clip), "onnxruntime": lambda: session.run(None, {"poses": clip.xyz_mm})},
        rounds=12,
    )
    for name, time_s in seconds.items():
        print(f"\n{name}: {WHOLE / time_s:.0f} frames/s", end="")
    ratio = seconds["onnxruntime"] / seconds["ours"]
    print(f"; {ratio:.2f} x onnxruntime")
    assert ratio >= 0.9


@pytest.mark.benchmark(group="network")
def test_short_clips_run_at_the_rate_of_a_long_one(benchmark: Callable[..., object], weights: Path) -> None:
    network, long = estimator(weights), poses(random_poses_mm(24 * CLIP_FRAMES))
    short = [poses(part) for part in np.split(long.xyz_mm, 24)]
    benchmark(lambda: network.angles_many(short))
    seconds = best_seconds({
        "one clip": lambda: network.angles(long),
        "24 clips together": lambda: network.angles_many(short),
        "24 clips one by one": lambda: [network.angles(clip) for clip in short],
    }, rounds=8)  # fmt: skip
    for name, time_s in seconds.items():
        print(f"\n{name}: {long.n_frames / time_s:.0f} frames/s", end="")
    print()
    assert seconds["24 clips together"] < 1.1 * seconds["one clip"]


@pytest.mark.benchmark(group="network")
@pytest.mark.parametrize(("frames", "most_ms"), [(1, 5.0), (CLIP_FRAMES, 60.0)])
def test_waiting_time(benchmark: Callable[..., object], weights: Path, frames: int, most_ms: float) -> None:
    network = estimator(weights, threads=None)
    clip: Poses = poses(random_poses_mm(frames))
    benchmark(lambda: network.angles(clip))
    fastest_ms = 1e3 * best_seconds({"clip": lambda: network.angles(clip)}, rounds=50, clock=time.perf_counter)["clip"]
    print(f"\n{frames} frames: {fastest_ms:.1f} ms")
    assert fastest_ms <= most_ms


@pytest.mark.benchmark(group="network")
def test_a_cached_clip_against_a_computed_one(benchmark: Callable[..., object], weights: Path, tmp_path: Path) -> None:
    clip = poses(random_poses_mm(CLIP_FRAMES))
    NetworkEstimator([weights], device="cpu", cache=AngleCache(tmp_path)).angles(clip)
    cold = NetworkEstimator([weights], device="cpu", cache=AngleCache(tmp_path, memory_bytes=0))
    computing = estimator(weights)
    benchmark(lambda: cold.angles(clip))
    ways = {"read": lambda: cold.angles(clip), "computed": lambda: computing.angles(clip)}
    seconds = best_seconds(ways, rounds=20, clock=time.perf_counter)
    ratio = seconds["computed"] / seconds["read"]
    print(f"\nread from disk in {1e3 * seconds['read']:.2f} ms, {ratio:.0f} x faster than computed")
    assert ratio >= 10
