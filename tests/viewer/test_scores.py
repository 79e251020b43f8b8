"""Scoring in the background: the numbers of the tables, in the order asked for, and gone at once when cancelled."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from core.results.clip_table import ClipRow
from core.results.folder import JOURNAL
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.opening import Choices, build_job
from core.scoring.run import ScoreJob, score
from tests.scored_runs import write_scored
from viewer.scores import BackgroundScores

TIMEOUT_MS = 60_000


class Heard:
    """Everything that was signalled."""

    def __init__(self, scores: BackgroundScores) -> None:
        self.rows: list[ClipRow] = []
        self.steps: list[tuple[int, int]] = []
        self.ends: list[str] = []
        scores.scored.connect(self.rows.append)
        scores.progress.connect(lambda done, total: self.steps.append((done, total)))
        scores.finished.connect(lambda: self.ends.append(""))
        scores.failed.connect(self.ends.append)

    @property
    def names(self) -> list[str]:
        return [row.clip for row in self.rows]


@pytest.fixture
def scores(qtbot: QtBot):
    made = BackgroundScores()
    yield made
    made.cancel()
    qtbot.waitUntil(lambda: not multiprocessing.active_children(), timeout=TIMEOUT_MS)


@pytest.fixture(scope="module")
def small_job(tmp_path_factory) -> ScoreJob:
    """Forty short clips by geometry: many, and each of them quick."""
    return build_job(Choices(write_scored(tmp_path_factory.mktemp("small") / "data", 40), angles="geometry"))


def finished(qtbot: QtBot, scores: BackgroundScores, job: ScoreJob) -> Heard:
    heard = Heard(scores)
    with qtbot.waitSignal(scores.finished, timeout=TIMEOUT_MS):
        scores.start(job)
    return heard


def worker_pid(qtbot: QtBot, heard: Heard, rows: int = 1) -> int:
    """The process that scores, once it has scored something."""
    qtbot.waitUntil(lambda: len(heard.rows) >= rows, timeout=TIMEOUT_MS)
    (worker,) = multiprocessing.active_children()
    assert worker.pid is not None
    return worker.pid


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_demo_is_scored_with_the_numbers_of_by_clip(qtbot, scores, demo_job, tmp_path):
    heard = finished(qtbot, scores, demo_job)
    assert not scores.running
    assert heard.names == [entry.name for entry in demo_job.dataset]
    assert heard.steps == [(done, 8) for done in range(9)]
    with Journal(tmp_path / JOURNAL, demo_job.fingerprint) as journal:
        list(score(replace(demo_job, jobs=1), journal))
        finish(demo_job, journal, tmp_path, ["anglescope"], {})
    with (tmp_path / "by_clip.csv").open(encoding="utf-8") as file:
        table = {(row["group"], row["lifter"]): row for row in csv.DictReader(file) if row["angle"] == "all"}
    found = {(row.clip, n.lifter): n for row in heard.rows for n in row.lifters}
    assert len(found) == 24
    for key, numbers in found.items():
        got = (numbers.mpjpe_mm, numbers.p_mpjpe_mm, numbers.angle_mae_deg)
        want = (table[key]["mpjpe_mm"], table[key]["p_mpjpe_mm"], table[key]["mae_deg"])
        assert got == pytest.approx(tuple(map(float, want)), abs=1.01e-4)


def test_what_is_asked_for_comes_first(qtbot, scores, small_job):
    names = [entry.name for entry in small_job.dataset]
    scores.prioritise([names[30], "no such clip", names[20]])
    heard = finished(qtbot, scores, small_job)
    assert heard.names == [names[30], names[20], *(name for name in names if name not in (names[30], names[20]))]


def test_priorities_change_while_it_works(qtbot, scores, small_job):
    names = [entry.name for entry in small_job.dataset]
    heard = Heard(scores)
    scores.scored.connect(lambda row: scores.prioritise([names[-1]]) if row.clip == names[0] else None)
    with qtbot.waitSignal(scores.finished, timeout=TIMEOUT_MS):
        scores.start(small_job)
    assert sorted(heard.names) == sorted(names)
    assert heard.names.index(names[-1]) < 39


def test_cancelling_ends_the_process_and_all_signals(qtbot, scores, demo_job):
    heard = Heard(scores)
    scores.start(demo_job)
    pid = worker_pid(qtbot, heard)
    if hasattr(os, "getpriority"):
        assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
    started = time.perf_counter()
    scores.cancel()
    assert time.perf_counter() - started < 0.05
    assert not scores.running
    told = len(heard.rows), len(heard.steps)
    qtbot.waitUntil(lambda: not is_running(pid), timeout=5000)
    qtbot.wait(200)
    assert (len(heard.rows), len(heard.steps)) == told
    assert heard.ends == []
    assert multiprocessing.active_children() == []


def test_cancelled_before_the_process_is_there_it_ends_too(qtbot, scores, demo_job):
    heard = Heard(scores)
    scores.start(demo_job)
    scores.cancel()
    qtbot.waitUntil(lambda: not multiprocessing.active_children(), timeout=TIMEOUT_MS)
    qtbot.wait(100)
    assert (heard.rows, heard.steps, heard.ends) == ([], [(0, 8)], [])


def test_a_listener_may_cancel(qtbot, scores, small_job):
    heard = Heard(scores)
    scores.scored.connect(lambda _: scores.cancel())
    scores.start(small_job)
    qtbot.waitUntil(lambda: bool(heard.rows), timeout=TIMEOUT_MS)
    qtbot.wait(200)
    assert len(heard.rows) == 1
    assert heard.steps == [(0, 40)]


def test_a_new_start_supersedes(qtbot, scores, small_job, demo_job):
    heard = Heard(scores)
    scores.start(small_job)
    worker_pid(qtbot, heard, 2)
    before = len(heard.rows)
    with qtbot.waitSignal(scores.finished, timeout=TIMEOUT_MS):
        scores.start(demo_job)
    assert heard.names[before:] == [entry.name for entry in demo_job.dataset]
    assert heard.ends == [""]


def test_a_clip_that_fails_says_why_and_stops_nothing(qtbot, scores, tmp_path):
    root = write_scored(tmp_path / "data", 3)
    job = build_job(Choices(root, angles="geometry"))
    clip = job.dataset.clips[1]
    job.dataset.file(clip, "_h36m.npy").unlink()
    heard = finished(qtbot, scores, job)
    assert [bool(row.lifters) for row in heard.rows] == [True, False, True]
    assert clip.stem in heard.rows[1].failures[0].message


def test_a_process_that_dies_is_told_once(qtbot, scores, small_job):
    heard = Heard(scores)
    scores.start(small_job)
    os.kill(worker_pid(qtbot, heard), signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=TIMEOUT_MS)
    assert len(heard.ends) == 1
    assert "ended unexpectedly" in heard.ends[0]
    assert not scores.running


def test_no_file_is_written(qtbot, scores, small_job, tmp_path):
    finished(qtbot, scores, replace(small_job, csv_folder=tmp_path / "clips"))
    assert not (tmp_path / "clips").exists()


PARENT = """
import multiprocessing, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from core.scoring.opening import Choices, build_job
from viewer.scores import BackgroundScores
if __name__ == "__main__":
    app = QCoreApplication([])
    scores = BackgroundScores()
    tell = lambda row: print(multiprocessing.active_children()[0].pid, flush=True)
    scores.scored.connect(tell)
    scores.start(build_job(Choices(Path(sys.argv[1]), angles="geometry")))
    app.exec()
"""


def test_the_process_dies_with_a_window_that_was_killed(tmp_path):
    root = write_scored(tmp_path / "data", 300)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(root)], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()
    deadline = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
