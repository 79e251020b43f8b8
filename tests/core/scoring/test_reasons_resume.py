"""Runs that look for reasons: interrupted and resumed, with workers, and beside runs that do not."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from core.results.folder import JOURNAL, prepare_folder
from core.results.reason_tables import REASON_FILES
from core.results.scores import decode, encode
from core.scoring.journal import Journal
from core.scoring.run import score
from core.skeleton import MIRROR
from tests.core.scoring.test_resume import finished, job_for, start_and_wait_for_progress
from tests.scored_runs import files_of, write_scored
from tests.scored_runs import score as run_score

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups of POSIX")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    """Sixty clips; in every third the first lifter exchanges sides from frame 20 to 39."""
    root = write_scored(tmp_path_factory.mktemp("reasons") / "dataset", 60, 90)
    for file in sorted((root / "predictions" / "good").glob("*.npy"))[::3]:
        xyz = np.load(file)
        xyz[20:40] = xyz[20:40][:, MIRROR]
        np.save(file, xyz)
    return root


@pytest.fixture(scope="module")
def whole(dataset, tmp_path_factory) -> dict[str, bytes]:
    """The files of an uninterrupted run with one worker."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert run_score(dataset, out, "--reasons").returncode == 0
    files = files_of(out)
    assert set(REASON_FILES) < set(files)
    assert files["flags.csv"].count(b"good,left/right swap,20,39,") == 20
    return files


def test_two_workers_make_the_bytes_of_one(dataset, whole, tmp_path):
    assert run_score(dataset, tmp_path / "out", "--reasons", "--jobs", "2").returncode == 0
    assert files_of(tmp_path / "out") == whole


def test_a_run_that_is_stopped_and_resumed_makes_the_same_bytes(dataset, whole, tmp_path):
    out = tmp_path / "out"
    job = job_for(dataset, out, reasons=True)
    prepare_folder(out, resume=False, overwrite=False, clip_csv=True)
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        kept = [next(running) for _ in range(7)]
        running.close()
    assert all(len(clip.reasons) == 3 and decode(encode(clip)) == clip for clip in kept)
    for options in ((), ("--shoulder", "raw", "--reasons")):
        refused = run_score(dataset, out, "--resume", *options)
        assert refused.returncode == 1 and "other data or options" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
    prepare_folder(out, resume=True, overwrite=False, clip_csv=True)
    assert finished(job, out) == whole


@POSIX
def test_a_run_that_is_killed_and_resumed_makes_the_same_bytes(dataset, whole, tmp_path):
    out = tmp_path / "out"
    process = start_and_wait_for_progress(dataset, out, "--reasons")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert not (out / "flags.csv").exists()
    assert run_score(dataset, out, "--reasons", "--resume").returncode == 0
    assert files_of(out) == whole


def test_a_finished_run_is_not_completed_but_replaced(tmp_path):
    """Another switch makes another run; what it does not write does not stay."""
    out = tmp_path / "out"
    small = write_scored(tmp_path / "small", 2)
    assert run_score(small, out, "--reasons").returncode == 0
    before = files_of(out)
    refused = run_score(small, out, "--resume")
    assert refused.returncode == 1 and "with other data or options" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1 and files_of(out) == before
    assert "nothing to resume" in run_score(small, out, "--reasons", "--resume").stderr
    assert run_score(small, out, "--overwrite").returncode == 0
    assert not set(REASON_FILES) & set(files_of(out))
    assert set(before) - set(files_of(out)) == set(REASON_FILES)
