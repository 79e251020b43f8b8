"""Where results go: whose folder it is, what may be removed, full and unwritable disks."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from core.results.folder import JOURNAL
from tests.scored_runs import files_of, score, write_scored


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    return write_scored(tmp_path_factory.mktemp("output") / "dataset", 12)


def one_line(stderr: str) -> str:
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    return lines[0]


def test_results_of_another_run_are_refused_unless_overwritten(dataset, tmp_path):
    out = tmp_path / "out"
    assert score(dataset, out).returncode == 0
    before = files_of(out)
    for option in ((), ("--resume", "--shoulder", "raw")):
        refused = score(dataset, out, *option)
        assert refused.returncode == 1
        assert str(out) in one_line(refused.stderr)
        assert files_of(out) == before
    (out / "mine.txt").write_text("keep")
    (out / "clips" / "mine.png").write_text("keep")
    (out / "clips" / "S9_gone.csv").write_text("old")
    assert score(dataset, out, "--overwrite").returncode == 0
    after = files_of(out)
    assert (after.pop("mine.txt"), after.pop("clips/mine.png")) == (b"keep", b"keep")
    assert after == before


@pytest.mark.parametrize("option", [(), ("--resume",), ("--overwrite",)])
def test_a_folder_with_something_else_in_it_is_left_alone(dataset, tmp_path, option):
    out = tmp_path / "out"
    (out / "clips").mkdir(parents=True)
    (out / "clips" / "holiday.csv").write_text("mine")
    (out / "summary.csv").write_text("mine")
    refused = score(dataset, out, *option)
    assert refused.returncode == 1
    assert "not empty" in one_line(refused.stderr)
    assert sorted(path.name for path in out.rglob("*")) == ["clips", "holiday.csv", "summary.csv"]


def test_what_a_run_leaves_that_was_killed_before_it_began_is_no_obstacle(dataset, tmp_path):
    out = tmp_path / "out"
    (out / "clips").mkdir(parents=True)
    (out / "clips" / ".x.1234.part").write_bytes(b"half")
    assert score(dataset, out).returncode == 0
    assert not list(out.rglob("*.part"))


def test_an_output_that_is_a_file_or_below_one_is_one_line(dataset, tmp_path):
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        refused = score(dataset, out)
        assert refused.returncode == 1
        assert str(out) in one_line(refused.stderr)
    assert (tmp_path / "file").read_text() == "x"


def test_resume_and_overwrite_exclude_each_other(dataset, tmp_path):
    refused = score(dataset, tmp_path / "out", "--resume", "--overwrite")
    assert refused.returncode == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("option", [(), ("--no-clip-csv",)])
def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_space(dataset, tmp_path, small_disk, jobs, option):
    out = small_disk / "out"
    filler = small_disk / "filler"
    filler.write_bytes(bytes(100 << 10))
    failed = score(dataset, out, "--jobs", jobs, *option)
    assert failed.returncode == 1
    assert "disk is full" in one_line(failed.stderr)
    assert one_line(failed.stderr).endswith("Free space, then run again with --resume")
    assert not list(out.rglob("*.part"))
    assert (out / JOURNAL).exists()
    assert not (out / "run.json").exists()
    filler.unlink()
    libc = ctypes.CDLL(None)
    libc.mount(b"tmpfs", str(small_disk).encode(), b"tmpfs", 32, b"size=8m")  # 32: remount with more space
    resumed = score(dataset, out, "--jobs", jobs, "--resume", *option)
    assert resumed.returncode == 0, resumed.stderr
    assert score(dataset, tmp_path / "whole", *option).returncode == 0
    assert files_of(out) == files_of(tmp_path / "whole")


def test_a_read_only_disk_is_one_line(dataset, small_disk):
    libc = ctypes.CDLL(None)
    assert libc.mount(b"tmpfs", str(small_disk).encode(), b"tmpfs", 32 | 1, b"") == 0  # remount, read-only
    refused = score(dataset, small_disk / "out")
    assert refused.returncode == 1
    assert "Read-only" in one_line(refused.stderr)


def test_a_cluster_that_does_not_answer_is_one_line(dataset, tmp_path):
    refused = score(dataset, tmp_path / "out", "--cluster", "nonsense://127.0.0.1:1")
    assert refused.returncode == 2
    assert "no Dask scheduler answers at nonsense://127.0.0.1:1" in one_line(refused.stderr)
