"""A local Dask cluster against local processes: the same clips on the same cores, in turn; starting up is told apart.

From the 97th result on both have all workers at work; from there to the last, wall and processor time per clip are
taken, the latter of all processes involved, scheduler included: it depends less on what else the machine does. CLIPS
and ROUNDS in the environment make it longer.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from core.scoring.journal import Journal
from core.scoring.opening import Choices, build_job
from core.scoring.run import score
from tests.benchmarks.test_score_dataset import write_large

CLIPS, ROUNDS = int(os.environ.get("CLIPS", "400")), int(os.environ.get("ROUNDS", "5"))
WARM = 96
SLOWER = 1.10


class Timed(NamedTuple):
    """Seconds to the first result; wall and processor seconds per clip from then on."""

    start_s: float
    wall_s: float
    cpu_s: float


def cpu_seconds() -> float:
    """Of this process and all that descend from it and live."""
    parents, used = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(place.name)] = int(fields[1])
        used[int(place.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(used[pid] for pid in ours)


def timed(dataset: Path, journal: Path, cluster: str | None) -> Timed:
    job = build_job(Choices(dataset, angles="geometry", jobs=2, cluster=cluster))
    marks = {}
    begin = time.perf_counter()
    with Journal(journal, job.fingerprint) as kept:
        for number, _ in enumerate(score(job, kept)):
            if number in (0, WARM, CLIPS - 1):
                marks[number] = time.perf_counter() - begin, cpu_seconds()
        kept.discard()
    wall, cpu = ((last - first) / (CLIPS - 1 - WARM) for first, last in zip(marks[WARM], marks[CLIPS - 1], strict=True))
    return Timed(marks[0][0], wall, cpu)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.benchmark(group="score a dataset")
def test_a_local_cluster_is_as_fast_as_processes(benchmark, tmp_path, monkeypatch):
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path / "cache"))
    dataset = write_large(tmp_path / "large", CLIPS)
    rounds = [[timed(dataset, tmp_path / "journal", cluster) for cluster in (None, "local")] for _ in range(ROUNDS)]
    benchmark.pedantic(lambda: None, rounds=1)
    print(f"\n{CLIPS} clips x 240 frames x 3 lifters, 2 workers, medians of {ROUNDS} rounds")
    for name, runs in zip(("processes", "Dask"), zip(*rounds, strict=True), strict=True):
        start, wall, cpu = map(median, zip(*runs, strict=True))
        print(f"{name}: first result after {start:.1f} s, then {1000 * wall:.1f} ms a clip by the clock, "
              f"{1000 * cpu:.1f} ms of the processor")  # fmt: skip
    wall = median(there.wall_s / here.wall_s for here, there in rounds)
    cpu = median(there.cpu_s / here.cpu_s for here, there in rounds)
    print(f"Dask to processes: {wall:.2f} x by the clock, {cpu:.2f} x processor time (limit {SLOWER})")
    assert wall <= SLOWER
