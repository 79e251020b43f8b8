"""Jobs: progress and results in the GUI thread, cancelled and superseded ones are not heard of again."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QThread

from core.errors import DataError
from viewer.jobs import Jobs, Progress


@pytest.fixture
def jobs(qtbot):
    made = Jobs()
    yield made
    made.close()


def counting(total, seen=None, pause=0.0):
    for done in range(total):
        yield Progress(done, total, f"item {done}")
        time.sleep(pause)
        if seen is not None:
            seen.append(done)
    return total


def test_progress_and_result_come_in_the_gui_thread(qtbot, jobs):
    progress, results, threads = [], [], []
    jobs.progressed.connect(lambda kind, p: progress.append((kind, p.done, p.total)))

    def done(result):
        results.append(result)
        threads.append(QThread.currentThread())

    jobs.run("count", "counting", counting(3), done)
    qtbot.waitUntil(lambda: bool(results))
    assert results == [3]
    assert progress == [("count", 0, 3), ("count", 1, 3), ("count", 2, 3)]
    assert threads == [jobs.thread()]
    assert jobs.running() == ()


def test_a_user_error_is_one_line_and_a_bug_says_so(qtbot, jobs, caplog):
    def wrong():
        yield Progress()
        raise DataError("no frames", path="a.npy", expected="at least 1")

    def bug():
        yield Progress()
        raise ZeroDivisionError("x")

    lines, results = [], []
    jobs.run("wrong", "", wrong(), results.append, lines.append)
    jobs.run("bug", "", bug(), results.append, lines.append)
    qtbot.waitUntil(lambda: len(lines) == 2)
    assert "a.npy: no frames; expected at least 1" in lines
    assert any(line.startswith("internal error, please report it: ZeroDivisionError") for line in lines)
    assert results == []
    assert "a job failed" in caplog.text  # the traceback is kept for the report


def test_a_cancelled_job_stops_between_steps_and_is_silent(qtbot, jobs):
    seen, results, ended = [], [], []
    jobs.ended.connect(ended.append)
    jobs.run("count", "", counting(1000, seen, 0.005), results.append)
    qtbot.waitUntil(lambda: len(seen) > 2)
    jobs.cancel("count")
    assert ended == ["count"]
    jobs.close()
    stopped = len(seen)
    assert stopped < 1000
    qtbot.wait(50)
    assert (results, len(seen), ended) == ([], stopped, ["count"])


def test_cancelling_lets_the_work_clean_up(qtbot, jobs):
    cleaned = threading.Event()

    def work():
        try:
            while True:
                yield Progress()
                time.sleep(0.002)
        finally:
            cleaned.set()

    jobs.run("w", "", work(), lambda _: None)
    qtbot.wait(20)
    jobs.cancel("w")
    jobs.close()
    assert cleaned.is_set()


def test_the_newer_of_a_kind_wins(qtbot, jobs):
    results = []
    for name in "abc":
        jobs.run("load", name, iter_to(name), results.append)
    qtbot.waitUntil(lambda: bool(results))
    qtbot.wait(100)
    assert results == ["c"]


def iter_to(name):
    for _ in range(5):
        yield Progress()
        time.sleep(0.005)
    return name


def test_closing_waits_for_the_workers(qtbot):
    jobs, ended = Jobs(), []

    def slow():
        yield Progress()
        time.sleep(0.2)
        ended.append(True)
        yield Progress()

    jobs.run("slow", "", slow(), lambda _: None)
    qtbot.wait(50)
    jobs.close()
    assert ended == [True]
