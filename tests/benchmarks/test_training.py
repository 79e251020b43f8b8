"""Training: pairs a second against the machine's matrix rate, and what a short run with the shipped seed reaches.

A step costs three times the forward products (forward, gradient of the inputs, gradient of the weights).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from core.network.rig_networks import RigNetworks
from core.network.running import answers
from core.network.shipped import shipped_weights
from core.network.weights import load_weights
from core.training.evaluation import error_table, errors_deg
from core.training.loop import Progress, TrainConfig, train
from core.training.sources import Source, source_for
from tests.benchmarks.test_network import SGEMM_FLOP, flop_per_frame, sgemm

TRAINED_ON = ("cmu", "cmu_expmap", "deepmimic")
TENTH_PAIRS, REACHED_DEG = 260_000, 2.2


@pytest.fixture(scope="module")
def source(shared_data: Path) -> Source:
    seed = load_weights(shipped_weights()[0]).card.seed
    return source_for([shared_data / "mocap" / name for name in TRAINED_ON], (), seed)


@pytest.mark.benchmark(group="training")
def test_pairs_a_second_against_the_matrix_rate(
    benchmark: Callable[..., object], source: Source, tmp_path: Path
) -> None:
    rows, times = 3 * 384, []
    config = TrainConfig(rigs=source.rigs, chunk=384 * 12, chunks=4, keep_every=5)

    def chunk_done(done: Progress) -> None:
        times.append(time.perf_counter())

    benchmark.pedantic(  # type: ignore[attr-defined]
        lambda: train(source.supplies, source.watched(), tmp_path, config, progress=chunk_done), rounds=1
    )
    products, seconds = sgemm(rows), np.inf
    for _ in range(12):
        begin = time.perf_counter()
        products()
        seconds = min(seconds, time.perf_counter() - begin)
    limit = rows * SGEMM_FLOP / seconds / (3 * flop_per_frame())
    rate = config.chunk * len(config.rigs) / (times[2] - times[1])  # the last chunk also measures
    print(f"\n{rate:.0f} pairs/s with making them, {rate / limit:.0%} of {limit:.0f}, three forward products each, "
          f"{torch.get_num_threads()} threads")  # fmt: skip
    assert rate >= 0.5 * limit


@pytest.mark.benchmark(group="training")
def test_a_tenth_of_the_training_with_the_shipped_seed(
    benchmark: Callable[..., object], source: Source, tmp_path: Path
) -> None:
    """260,000 pairs instead of 2,600,000: some minutes on two cores."""
    chunks = TENTH_PAIRS // (3 * 12288)
    config = TrainConfig(rigs=source.rigs, seed=load_weights(shipped_weights()[0]).card.seed, chunks=chunks)
    begin = time.perf_counter()
    networks: RigNetworks = benchmark.pedantic(  # type: ignore[attr-defined]
        lambda: train(source.supplies, source.watched(), tmp_path, config).networks, rounds=1
    )
    minutes = (time.perf_counter() - begin) / 60
    means = {}
    for rig in ("ap3d", "h36m"):
        measured = source.held_out[rig].thinned(8000)
        deg, _ = answers(networks[rig], measured.pairs.xyz_mm)
        means[rig] = float(error_table(errors_deg(deg, measured), measured.clip).mae.mean())
    print(f"\n{minutes:.1f} minutes: " + ", ".join(f"{rig} {mean:.2f} degrees" for rig, mean in means.items()))
    assert max(means.values()) <= REACHED_DEG
