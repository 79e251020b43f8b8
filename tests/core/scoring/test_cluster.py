"""Scoring on Dask clusters whose scheduler and workers are processes: lost workers, lost schedulers, workers unfit."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import AnglescopeError
from core.results.folder import CLIPS, JOURNAL, prepare_folder
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.on_worker import Needs, misfit, needed_versions, sizes_of
from core.scoring.run import ScoreJob, score
from tests.core.scoring.test_resume import job_for, left_over, session_is_empty, start_and_wait_for_progress
from tests.dask_processes import CAN_HIDE, DaskProcesses, dask_processes, hidden
from tests.scored_runs import files_of, write_scored
from tests.scored_runs import score as run_score

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
CLIPS_IN_ALL = 100
GUILTY = "S2_Axel_40_cam_1"

KILLER = f"""
import os, signal
from core.scoring import on_worker

def dask_setup(worker):
    real = on_worker.score_clip
    def score_clip(task):
        if task.entry.name == {GUILTY!r}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(task)
    on_worker.score_clip = score_clip
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    return write_scored(tmp_path_factory.mktemp("cluster") / "dataset", CLIPS_IN_ALL, 30)


@pytest.fixture(scope="module")
def whole(dataset, tmp_path_factory) -> dict[str, bytes]:
    """The files of a run in one process."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert run_score(dataset, out).returncode == 0
    return files_of(out)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[DaskProcesses]:
    """Two workers that may work."""
    with dask_processes(tmp_path_factory.mktemp("dask")) as processes:
        processes.start("one")
        processes.start("two")
        processes.wait(2)
        yield processes


@pytest.fixture
def small_batches(monkeypatch) -> None:
    """So that many are left when another worker joins."""
    monkeypatch.setattr("core.scoring.cluster._CLIPS_PER_BATCH", 2)


def one_line(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    return lines[0]


def prepared(dataset: Path, out: Path, file: Path) -> ScoreJob:
    prepare_folder(out, resume=False, overwrite=False, clip_csv=True)
    return job_for(dataset, out, cluster=str(file))


def test_the_bytes_are_those_of_one_process_and_the_scheduler_keeps_nothing(dataset, whole, cluster, tmp_path):
    address = json.loads(cluster.file.read_text())["address"]
    here = run_score(dataset, tmp_path / "out")
    there = run_score(dataset, tmp_path / "out", "--overwrite", "--cluster", address)
    assert there == here  # and nothing is said of Dask
    assert files_of(tmp_path / "out") == whole
    assert left_over(tmp_path / "out") == []
    assert cluster.asked(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0


def test_few_tasks_are_under_way_and_they_are_small(dataset, cluster, tmp_path):
    job = prepared(dataset, tmp_path / "out", cluster.file)
    with Journal(tmp_path / "out" / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        next(running)
        tasks, size = cluster.asked(lambda dask_scheduler: (
            len(dask_scheduler.tasks),
            max(len(__import__("pickle").dumps(task.run_spec)) for task in dask_scheduler.tasks.values()),
        ))  # fmt: skip
        running.close()
    assert 1 <= tasks <= 2 * 3
    assert size < 16 * 1000
    assert left_over(tmp_path / "out") == [JOURNAL]


@POSIX
def test_a_worker_that_is_killed_costs_only_its_clips(dataset, whole, cluster, tmp_path):
    """It is stopped with clips in hand, so that they are lost for certain when it is killed."""
    out = tmp_path / "out"
    cluster.start("doomed")
    cluster.wait(3)
    job = prepared(dataset, out, cluster.file)
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        names = [next(running).clip]
        cluster.workers["doomed"].send_signal(signal.SIGSTOP)
        names += [next(running).clip for _ in range(23)]
        held = cluster.asked(lambda dask_scheduler: [
            len(worker.processing) for worker in dask_scheduler.workers.values() if worker.name == "doomed"
        ])  # fmt: skip
        cluster.stop("doomed")
        names += [clip.clip for clip in running]
        finish(job, journal, out, ["test"], {})
    assert held[0] > 0
    assert sorted(names) == sorted(entry.name for entry in job.dataset.clips)
    assert files_of(out) == whole


@POSIX
def test_a_clip_that_ends_every_worker_is_named_and_the_others_are_kept(dataset, whole, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "killer.py").write_text(KILLER)
    with dask_processes(tmp_path / "dask", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as processes:
        for name in ("one", "two", "three"):  # one is lost with the batch, one with the clip alone
            processes.start(name, "--preload", str(tmp_path / "killer.py"))
        processes.wait(3)
        ended = run_score(dataset, out, "--cluster", str(processes.file))
    assert ended.returncode == 1
    line = one_line(ended.stderr)
    assert f"{GUILTY}: every worker that tried it ended" in line and "--resume" in line
    assert left_over(out) == [JOURNAL]
    with Journal(out / JOURNAL, job_for(dataset, out).fingerprint) as journal:
        assert {entry.name for entry in job_for(dataset, out).dataset.clips} - {clip.clip for clip in journal} == {
            GUILTY
        }
    assert run_score(dataset, out, "--resume").returncode == 0
    assert files_of(out) == whole


@POSIX
def test_a_scheduler_that_is_lost_is_one_line_and_the_run_goes_on_without_it(dataset, whole, tmp_path):
    out = tmp_path / "out"
    with dask_processes(tmp_path / "dask") as processes:
        processes.start("one")
        processes.wait(1)
        job = prepared(dataset, out, processes.file)
        with Journal(out / JOURNAL, job.fingerprint) as journal, pytest.raises(AnglescopeError) as lost:
            for _ in score(job, journal):
                processes.scheduler.kill()
    assert str(lost.value).startswith(f"the connection to the Dask scheduler at {processes.file} is lost")
    assert str(lost.value).endswith("run again with --resume")
    assert left_over(out) == [JOURNAL]
    resumed = run_score(dataset, out, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert files_of(out) == whole


UNFIT = {
    "bare": "cannot run anglescope",
    "old": "has anglescope 0.0.1, this machine",
    "threads": "has 2 threads, which would wait for each other; start a process per core: dask worker",
}
if CAN_HIDE:
    UNFIT |= {"apart": "must be on a file system that all machines share", "no_out": "or --no-clip-csv"}


def start_unfit(processes: DaskProcesses, dataset: Path, out: Path) -> None:
    processes.start("bare", prelude="sys.modules['core'] = None")
    processes.start("old", prelude="import core; core.__version__ = '0.0.1'")
    processes.start("threads", "--nthreads", "2")
    if CAN_HIDE:
        processes.start("apart", prefix=hidden(dataset))
        processes.start("no_out", prefix=hidden(out))


def test_workers_that_may_not_work_are_one_line_each_before_anything_is_scored(dataset, whole, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    with dask_processes(tmp_path / "dask") as processes:
        processes.wait(0)
        monkeypatch.setattr("core.scoring.cluster._ANSWER_S", 0.1)  # so long it waits for the first worker
        line = one_line(run_score(dataset, out, "--cluster", str(processes.file)).stderr)
        assert f"has no workers; start some: dask worker --scheduler-file {processes.file} --nthreads 1" in line
        monkeypatch.undo()
        start_unfit(processes, dataset, out)
        processes.start("good")
        processes.wait(len(UNFIT) + 1)
        names = processes.asked(lambda dask_scheduler: {w.address: w.name for w in dask_scheduler.workers.values()})
        while len(processes.workers) > 1:
            refused = run_score(dataset, out, "--cluster", str(processes.file))
            line = one_line(refused.stderr)
            name = next(name for address, name in names.items() if address in line)
            assert refused.returncode == 2 and UNFIT[name] in line
            assert [path.name for path in out.rglob("*")] == [CLIPS]
            processes.stop(name)
            processes.wait(len(processes.workers))
        assert run_score(dataset, out, "--cluster", str(processes.file)).returncode == 0
    assert files_of(out) == whole


def test_a_worker_that_joins_later_and_may_not_work_ends_the_run_in_one_line(dataset, cluster, tmp_path, small_batches):
    """Its clips must not count as clips that cannot be read."""
    out = tmp_path / "out"
    job = prepared(dataset, out, cluster.file)
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        next(running)
        if CAN_HIDE:
            cluster.start("late", prefix=hidden(dataset))
        else:
            cluster.start("late", prelude="import core; core.__version__ = '0.0.1'")
        cluster.wait(3)
        with pytest.raises(AnglescopeError, match=r"worker tcp://.* (has anglescope|cannot see)"):
            list(running)
        assert not any(clip.failures for clip in journal)
    assert left_over(out) == [JOURNAL]
    cluster.stop("late")
    cluster.wait(2)


def test_a_worker_that_joins_later_without_anglescope_does_no_harm(dataset, whole, cluster, tmp_path, small_batches):
    """It ends at the first clip that it is sent, as Dask cannot read what it is to do."""
    out = tmp_path / "out"
    job = prepared(dataset, out, cluster.file)
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        next(running)
        cluster.start("bare", prelude="sys.modules['core'] = None")
        cluster.wait(3)
        assert len(list(running)) == CLIPS_IN_ALL - 1
        finish(job, journal, out, ["test"], {})
    assert files_of(out) == whole
    cluster.stop("bare")
    cluster.wait(2)


@POSIX
def test_ctrl_c_ends_a_local_cluster_and_it_can_be_resumed(dataset, whole, tmp_path):
    out = tmp_path / "out"
    process = start_and_wait_for_progress(dataset, out, "--cluster", "local")
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends Ctrl-C to the whole group, workers included
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "--resume" in one_line(errors)
    assert session_is_empty(process.pid, 15.0)
    assert left_over(out) == [JOURNAL]
    assert run_score(dataset, out, "--resume").returncode == 0
    assert files_of(out) == whole


def test_schedulers_that_cannot_be_had_are_one_line_and_leave_nothing_to_resume(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("core.scoring.cluster._ANSWER_S", 0.5)
    (tmp_path / "odd.json").write_text("{}")
    none, odd = tmp_path / "none.json", tmp_path / "odd.json"
    for address, said in ((none, f"{none} is not there or not the file of a Dask scheduler"),
                          (odd, f"{odd} is not there or not the file of a Dask scheduler"),
                          ("tcp://127.0.0.1:1", "no Dask scheduler answers at tcp://127.0.0.1:1")):  # fmt: skip
        refused = run_score(dataset, tmp_path / "out", "--cluster", str(address))
        assert refused.returncode == 2
        assert said in one_line(refused.stderr)
        assert not (tmp_path / "out" / JOURNAL).exists()


def test_what_a_worker_must_have(tmp_path):
    file, token = tmp_path / "clip.npy", tmp_path / ".token.part"
    file.write_bytes(b"12345")
    token.touch()
    fitting = Needs(needed_versions(), sizes_of([file, tmp_path / "absent"]), str(token))
    assert fitting.files == ((str(file), 5),)
    assert misfit(fitting) == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == [".token.part", "clip.npy"]
    other = tuple((name, "1.0" if name == "numpy" else version) for name, version in needed_versions())
    assert misfit(Needs(other)).endswith("this machine 1.0; install the same on both")
    file.write_bytes(b"123")
    assert "of 3 bytes where this machine has 5" in misfit(fitting)
    file.unlink()
    assert misfit(fitting).startswith(f"cannot see {file}")
    token.unlink()
    assert "--no-clip-csv" in misfit(Needs(needed_versions(), token=str(token)))
