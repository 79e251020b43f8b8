"""Cycles are freed by the GUI thread alone, and a closed window leaves nothing of OpenGL to whoever frees it."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref

import pytest

from tests.scored_runs import ROOT
from viewer.garbage import Garbage
from viewer.jobs import Jobs, Progress


class Cycle:
    """Two of them hold each other; each tells in which thread it was freed."""

    def __init__(self, freed):
        self.other, self.freed = self, freed

    def __del__(self):
        self.freed.append(threading.current_thread())


def test_a_worker_that_makes_much_garbage_frees_none(qtbot):
    """By Python's own rules a collection comes every 700 objects, in whichever thread makes them."""
    freed, results = [], []

    def work():
        for _ in range(20):
            for _ in range(1000):
                Cycle(freed)
            yield Progress()
        return threading.current_thread()

    jobs = Jobs()
    jobs.run("garbage", "", work(), results.append)
    qtbot.waitUntil(lambda: bool(results) and len(freed) > 10_000, timeout=5000)
    assert results[0] is not threading.main_thread()
    assert set(freed) == {threading.main_thread()}
    jobs.close()


def test_python_collects_by_itself_when_the_last_one_is_closed(qtbot):
    gc.collect()  # of what other tests have left
    assert gc.isenabled()
    first, second = Garbage(), Garbage()
    assert not gc.isenabled()
    first.close()
    assert not gc.isenabled()
    second.close()
    second.close()
    assert gc.isenabled()
    dropped = Jobs()
    assert not gc.isenabled()
    del dropped
    assert gc.isenabled()


def test_old_garbage_is_collected_too(qtbot):
    garbage, cycle = Garbage(), Cycle([])
    for _ in range(2):
        gc.collect()
    seen = weakref.ref(cycle)
    del cycle
    for _ in range(150):
        held = [[] for _ in range(1000)]
        garbage.collect()
        del held
    assert seen() is None
    garbage.close()


_SCRIPT = """
import gc, sys, threading
from pathlib import Path
from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.viewer.whole import wait_until
from viewer.scene.opengl import opengl_problem
from viewer.settings import Settings
from viewer.window import Window

gc.disable()
app = QApplication([])
assert opengl_problem() is None, opengl_problem()
for _ in range(3):
    window = Window(Settings(), None, score_clips=False)
    window.show()
    window.bench.open([Path("resources/demo")])
    wait_until(lambda: window.session.content is not None, "a clip", 60)
    QTest.qWait(50)
    assert window.scene.reason_for_2d == ""
    window.forget()
    window.deleteLater()
    del window
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    other = threading.Thread(target=gc.collect)
    other.start()
    other.join()
    QApplication.processEvents()
print("survived")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the screen of these tests is a virtual X server")
def test_what_is_left_of_a_closed_window_may_be_freed_by_any_thread(own_settings):
    """In a process of its own, which ends by a segmentation fault where a context of OpenGL is left to Python."""
    script = [sys.executable, "-X", "faulthandler", "-c", _SCRIPT]
    ended = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stdout) == (0, "survived\n"), ended.stderr
