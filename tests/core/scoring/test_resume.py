"""Interrupted runs: however they end, ``--resume`` makes the very bytes of an uninterrupted one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.errors import OutputError
from core.results.folder import CLIPS, JOURNAL, prepare_folder
from core.results.scores import decode, encode
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.opening import Choices, build_job
from core.scoring.run import ScoreJob, score
from tests.scored_runs import COMMAND, environment, files_of, write_scored
from tests.scored_runs import score as run_score

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups of POSIX")
CLIPS_IN_ALL = 100


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    return write_scored(tmp_path_factory.mktemp("resume") / "dataset", CLIPS_IN_ALL, 120)


@pytest.fixture(scope="module")
def whole(dataset, tmp_path_factory) -> dict[str, bytes]:
    """The files of an uninterrupted run with two workers."""
    out = tmp_path_factory.mktemp("whole") / "out"
    ended = run_score(dataset, out, "--jobs", "2")
    assert ended.returncode == 0, ended.stderr
    return files_of(out)


def job_for(dataset: Path, out: Path, **changes) -> ScoreJob:
    stated = {"dataset": dataset, "out": out, "lifters": (), "angles": "geometry", "shoulder": None, "split": None,
              "hip_regression": "harrington", "clip_csv": True, "device": "cpu", "jobs": 1,
              "cluster": None}  # fmt: skip
    return build_job(Choices(**{**stated, **changes}))


def finished(job: ScoreJob, out: Path) -> dict[str, bytes]:
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        for _ in score(job, journal):
            pass
        finish(job, journal, out, ["test"], {})
    return files_of(out)


def left_over(out: Path) -> list[str]:
    return [path.name for path in out.rglob("*") if path.name.endswith(".part") or path.name == JOURNAL]


def test_one_worker_makes_the_bytes_of_two(dataset, whole, tmp_path):
    out = tmp_path / "out"
    assert run_score(dataset, out, "--jobs", "1").returncode == 0
    assert files_of(out) == whole


def test_order_of_finishing_does_not_matter(dataset, whole, tmp_path):
    """The same records, appended in reverse."""
    out, other = tmp_path / "out", tmp_path / "other"
    job = job_for(dataset, out)
    prepare_folder(out, resume=False, overwrite=False, clip_csv=True)
    with Journal(tmp_path / "first", job.fingerprint) as journal:
        scores = list(score(job, journal))
    other.mkdir()
    (out / CLIPS).rename(other / CLIPS)
    with Journal(other / JOURNAL, job.fingerprint) as journal:
        for clip in reversed(scores):
            journal.append(encode(clip))
        finish(job, journal, other, ["test"], {})
    assert files_of(other) == whole


def test_stopping_the_generator_keeps_what_was_yielded(dataset, whole, tmp_path):
    out = tmp_path / "out"
    job = job_for(dataset, out)
    prepare_folder(out, resume=False, overwrite=False, clip_csv=True)
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        stopped = [next(running).clip for _ in range(7)]
        running.close()
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        assert [clip.clip for clip in journal] == sorted(stopped)
    prepare_folder(out, resume=True, overwrite=False, clip_csv=True)
    assert finished(job, out) == whole


def start_and_wait_for_progress(dataset: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    """The command in a process group of its own, some clips done."""
    command = [*COMMAND, "score", str(dataset), "--angles", "geometry", "--out", str(out), "--jobs", "2", *more]
    process = subprocess.Popen(
        command, env=environment(dataset.parent / "cache"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    journal, deadline = out / JOURNAL, time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        if journal.exists() and journal.stat().st_size > 50_000:
            return process
        time.sleep(0.002)
    pytest.fail(f"no progress seen: {process.communicate()}")


def session_is_empty(leader: int, within_s: float) -> bool:
    """No process of the leader's session lives."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@POSIX
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_signal_to_the_program_and_then_resume(dataset, whole, tmp_path, ending):
    out = tmp_path / "out"
    process = start_and_wait_for_progress(dataset, out)
    if ending == signal.SIGINT:
        os.killpg(process.pid, ending)  # a terminal sends Ctrl-C to the whole group, workers included
    else:
        process.send_signal(ending)
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    assert process.returncode == (130 if ending == signal.SIGINT else -9)
    assert session_is_empty(process.pid, 15.0)  # at once on an idle machine
    assert not (out / "run.json").exists()
    if ending == signal.SIGINT:
        assert "--resume" in errors
        assert left_over(out) == [JOURNAL]
    refused = run_score(dataset, out, "--jobs", "2")
    assert refused.returncode == 1
    assert "unfinished run" in refused.stderr
    resumed = run_score(dataset, out, "--jobs", "2", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert files_of(out) == whole
    assert left_over(out) == []


def test_a_second_run_into_the_same_folder_is_refused_and_harms_nothing(dataset, whole, tmp_path):
    out = tmp_path / "out"
    job = job_for(dataset, out)
    prepare_folder(out, resume=False, overwrite=False, clip_csv=True)
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        next(running)
        for option in ("--resume", "--overwrite"):
            refused = run_score(dataset, out, option)
            assert refused.returncode == 1
            assert "another run is writing" in refused.stderr
        for _ in running:
            pass
        finish(job, journal, out, ["test"], {})
    assert files_of(out) == whole


def test_resuming_a_finished_run_changes_nothing(dataset, whole, tmp_path):
    out = tmp_path / "out"
    run_score(dataset, out)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in out.rglob("*") if path.is_file()}
    (out / JOURNAL).write_bytes(b"")  # as left by a kill after run.json was written
    again = run_score(dataset, out, "--resume")
    assert again.returncode == 0
    assert "nothing to resume" in again.stderr
    assert "poor" in again.stdout
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in out.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("damage", ["cut", "flipped", "garbage"])
def test_a_torn_tail_is_cut_off(dataset, whole, tmp_path, damage):
    out = tmp_path / "out"
    job = job_for(dataset, out)
    prepare_folder(out, resume=False, overwrite=False, clip_csv=True)
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        running = score(job, journal)
        kept = [next(running) for _ in range(3)]
        running.close()
    data = bytearray((out / JOURNAL).read_bytes())
    if damage == "cut":
        del data[-11:]
    elif damage == "flipped":
        data[-100] ^= 1
    else:
        data += b"\xff" * 50
    (out / JOURNAL).write_bytes(data)
    intact = 3 if damage == "garbage" else 2
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        assert len(journal.done) == intact
        assert [c.clip for c in journal] == [c.clip for c in kept[:intact]]
    assert finished(job, out) == whole


def test_progress_of_other_data_or_options_is_refused(dataset, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    fingerprint = job_for(dataset, out).fingerprint
    with Journal(out / JOURNAL, fingerprint):
        pass
    for other in (job_for(dataset, out, shoulder="raw"), job_for(dataset, out, clip_csv=False)):
        assert other.fingerprint != fingerprint
        with pytest.raises(OutputError, match="other data or options"):
            Journal(out / JOURNAL, other.fingerprint)
    with Journal(out / JOURNAL, fingerprint) as journal:
        assert journal.done == frozenset()


def test_a_replaced_file_makes_another_run(tmp_path):
    dataset = write_scored(tmp_path / "dataset", 2)
    before = job_for(dataset, tmp_path).fingerprint
    assert job_for(dataset, tmp_path / "elsewhere").fingerprint == before
    for file in (dataset / "predictions/good/S1_Axel_0_cam_1.npy", dataset / "data/test_set/S1/Axel_0_cam_1.npy"):
        os.utime(file, ns=(1, 1))
        after = job_for(dataset, tmp_path).fingerprint
        assert after != before
        before = after


def test_a_score_survives_its_encoding(dataset, tmp_path):
    job = job_for(dataset, tmp_path, clip_csv=False)
    with Journal(tmp_path / "journal", job.fingerprint) as journal:
        clip = next(iter(score(job, journal)))
    assert decode(encode(clip)) == clip
    assert {s.source for s in clip.scores} == {"reference", "good", "poor"}


@POSIX
def test_run_json_of_a_resumed_run_differs_in_its_times_alone(dataset, tmp_path):
    """The very bytes of the file, with other options of the kind that change no result."""
    out = tmp_path / "out"
    process = start_and_wait_for_progress(dataset, out)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    texts = []
    for options in (["--jobs", "1", "--resume"], ["-j2", "--overwrite"]):
        command = [*COMMAND, "score", str(dataset), "--angles", "geometry", "--out", str(out), *options]
        subprocess.run(command, env=environment(dataset.parent / "cache"), capture_output=True, check=True, timeout=120)
        text = (out / "run.json").read_text()
        times = text[text.index('  "times"') : text.index('  "run_fingerprint"')]
        texts.append(text.replace(times, ""))
    assert texts[0] == texts[1]
    assert "--resume" not in texts[0]
