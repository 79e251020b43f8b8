"""``anglescope score`` with the network: how much of the wall time is the network, and scoring again from the cache.

The same dataset as in test_score_dataset.py, fewer clips unless CLIPS says otherwise: 996 take two minutes.
"""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.benchmarks.test_score_dataset import FRAMES, write_large
from tests.scored_runs import COMMAND, environment

CLIPS = int(os.environ.get("CLIPS", "996"))


def wall_seconds(dataset: Path, out: Path, cache: Path) -> float:
    command = [*COMMAND, "score", str(dataset), "--out", str(out), "--jobs", "2", "--no-clip-csv", "--device", "cpu"]
    begin = time.perf_counter()
    subprocess.run(command, env=environment(cache), check=True, capture_output=True)
    return time.perf_counter() - begin


@pytest.mark.benchmark(group="score a dataset")
def test_the_network_is_the_work_and_is_not_done_twice(benchmark, tmp_path):
    dataset = write_large(tmp_path / "large", CLIPS)
    first = wall_seconds(dataset, tmp_path / "first", tmp_path / "cache")
    again = wall_seconds(dataset, tmp_path / "again", tmp_path / "cache")
    benchmark.pedantic(lambda: None, rounds=1)
    assert (tmp_path / "first" / "summary.csv").read_bytes() == (tmp_path / "again" / "summary.csv").read_bytes()
    share = 1 - again / first  # what is not done the second time
    print(f"\n{CLIPS} clips x {FRAMES} frames x 3 lifters and the floor: {first:.1f} s, {share:.0%} the network; "
          f"again, from the cache: {again:.1f} s, {first / again:.1f} x")  # fmt: skip
    assert share >= 0.9
    assert first / again >= 10
