"""What a dataset of very many clips costs: to open, per clip, and to finish. README, "Ten million clips".

MANY=10000 in the environment measures at that number of clips beside 1,000; both are of 4 frames, so that files are
quick to write. Prints; what must hold is that cost grows with the number of clips and no faster.
"""

from __future__ import annotations

import os
import resource
import shutil
import time
from pathlib import Path

import msgspec
import pytest

from core.results.scores import encode
from core.scoring.executors import Workers, unordered
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.opening import Choices, build_job
from core.scoring.run import ScoreJob, tasks_of
from core.scoring.work import score_clip
from tests.benchmarks.test_score_dataset import write_large
from tests.dask_processes import dask_processes
from tests.scored_runs import write_scored

FEWER, MANY = 1000, int(os.environ.get("MANY", "4000"))
TASKS = 3000
PER_ATHLETE = 100


def write_many(root: Path, n_clips: int) -> Path:
    """The same short clip in a folder per athlete, with predictions of three lifters."""
    seed = write_scored(root / "seed", 1, 4)
    stem = "Axel_0_cam_1"
    files = {path.name.removeprefix(stem): path.read_bytes() for path in (seed / "data/test_set/S1").iterdir()}
    predicted = (seed / f"predictions/good/S1_{stem}.npy").read_bytes()
    for lifter in range(3):
        folder = root / f"many/predictions/lifter_{lifter}"
        folder.mkdir(parents=True)
        shutil.copy(seed / "predictions/good/manifest.json", folder)
        for number in range(n_clips):
            (folder / f"S{number // PER_ATHLETE}_Axel_{number}_cam_1.npy").write_bytes(predicted)
    shutil.copy(seed / "cam_param.json", root / "many")
    for number in range(n_clips):
        folder = root / f"many/data/test_set/S{number // PER_ATHLETE}"
        folder.mkdir(parents=True, exist_ok=True)
        for ending, data in files.items():
            (folder / f"Axel_{number}_cam_1{ending}").write_bytes(data)
    return root / "many"


def finishing(job: ScoreJob, out: Path) -> float:
    """Seconds to make the tables, of one clip's sums under all names."""
    tasks = tasks_of(job)
    scored = score_clip(tasks[0])
    out.mkdir()
    with Journal(out / ".progress", job.fingerprint) as journal:
        for task in tasks:
            journal.append(encode(msgspec.structs.replace(
                scored, index=task.index, clip=task.entry.name, athlete=task.entry.athlete)))  # fmt: skip
        begin = time.perf_counter()
        finish(job, journal, out, ["score"], {})
    return time.perf_counter() - begin


@pytest.mark.benchmark(group="many clips")
def test_opening_and_finishing_grow_with_the_number_of_clips(benchmark, tmp_path, monkeypatch):
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path / "cache"))
    seconds = {}
    for number in (FEWER, MANY):
        dataset = write_many(tmp_path / str(number), number)
        begin = time.perf_counter()
        job = build_job(Choices(dataset, angles="geometry", jobs=1))
        opened = time.perf_counter() - begin
        seconds[number] = opened, finishing(job, tmp_path / f"out{number}")
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"\n{number} clips, 3 lifters: opened and paired in {opened:.1f} s, tables in "
              f"{seconds[number][1]:.1f} s, at most {peak_mb:.0f} MB")  # fmt: skip
    benchmark.pedantic(lambda: None, rounds=1)
    for fewer, many in zip(seconds[FEWER], seconds[MANY], strict=True):
        assert many < 2 * MANY / FEWER * fewer


@pytest.mark.benchmark(group="many clips")
def test_a_clip_on_one_core(benchmark, tmp_path, monkeypatch):
    """240 frames and three lifters; processor time."""
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path / "cache"))
    dataset = write_large(tmp_path / "large", 32)
    costs = {}
    (tmp_path / "out" / "clips").mkdir(parents=True)
    for angles, clip_csv in (("geometry", False), ("geometry", True), ("network", False)):
        choices = Choices(dataset, tmp_path / "out", angles=angles, clip_csv=clip_csv, device="cpu")
        tasks = tasks_of(build_job(choices))
        for task in tasks[:2]:
            score_clip(task)
        begin = time.process_time()
        sizes = [len(encode(score_clip(task))) for task in tasks[2:]]
        costs[angles, clip_csv] = (time.process_time() - begin) / len(sizes)
        print(f"\n{angles}{', clip CSV' if clip_csv else ''}: {1000 * costs[angles, clip_csv]:.1f} ms a clip, "
              f"{sum(sizes) / len(sizes):,.0f} bytes of progress")  # fmt: skip
    benchmark.pedantic(lambda: None, rounds=1)
    assert costs["network", False] < 1


@pytest.mark.benchmark(group="many clips")
def test_the_scheduler_stays_small(benchmark, tmp_path):
    """Memory of a Dask scheduler that has passed on many tasks, a few at a time, as scoring does."""
    with dask_processes(tmp_path / "dask") as processes:
        processes.start("one")
        processes.start("two")
        processes.wait(2)
        place = Path(f"/proc/{processes.scheduler.pid}/statm")
        memory_mb = []
        with processes.client() as client:
            for number, _ in enumerate(
                unordered(abs, range(TASKS), Workers(client.get_executor(pure=False), lambda: 2))
            ):
                if number in (TASKS // 2, TASKS - 1):
                    memory_mb.append(int(place.read_text().split()[1]) * resource.getpagesize() / 1e6)
    benchmark.pedantic(lambda: None, rounds=1)
    per_task = (memory_mb[1] - memory_mb[0]) * 1e6 / (TASKS / 2)
    print(f"\nscheduler after {TASKS} tasks: {memory_mb[1]:.0f} MB, {per_task:.0f} bytes more for each")
    assert memory_mb[1] < 150
    assert per_task < 10_000
