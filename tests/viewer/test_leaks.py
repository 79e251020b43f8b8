"""Nothing is left over: windows that were closed, and clips that were shown, cost no memory, threads or widgets."""

from __future__ import annotations

import gc
import os
import sys
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from tests.viewer.conftest import DEMO
from tests.viewer.whole import press, settle, wait_until
from viewer.content import ClipContent, Track
from viewer.scene import opengl_problem
from viewer.settings import Settings
from viewer.window import Window

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
WINDOWS = 3
CLIPS, WARM = 120, 45
PATIENCE_S = 10.0
MEGABYTE = 2**20


def resident() -> int:
    """Memory of this process that is in use, bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def children() -> set[int]:
    """Processes that this one has started and that still run."""
    found = {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}
    return {pid for pid in found if "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()}


@dataclass(frozen=True)
class Left:
    """What there is: threads of the system by name, Qt's own, running timers, windows by class, widgets, processes."""

    threads: Counter[str]
    qt_threads: int
    timers: int
    windows: Counter[str]
    widgets: int
    processes: int

    def more_than(self, before: Left) -> dict[str, object]:
        """What has been added."""
        found = {field.name: (getattr(self, field.name), getattr(before, field.name)) for field in fields(Left)}
        return {name: now - then for name, (now, then) in found.items() if now > then or _more(now, then)}


def _more(now: object, then: object) -> bool:
    return isinstance(now, Counter) and bool(now - then)


def left() -> Left:
    """What is there once everything that was to go has gone."""
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        gc.collect()
    alive = [found for found in gc.get_objects() if issubclass(type(found), QObject) and isValid(found)]
    return Left(
        Counter((task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()),
        sum(isinstance(found, QThread) and found.isRunning() for found in alive),
        sum(isinstance(found, QTimer) and found.isActive() for found in alive),
        Counter(type(widget).__name__ for widget in QApplication.topLevelWidgets()),
        len(QApplication.allWidgets()), len(children()),
    )  # fmt: skip


def assert_nothing_more(before: Left) -> None:
    """Threads and processes that were told to end may take a moment."""
    limit = time.monotonic() + PATIENCE_S
    while more := left().more_than(before):
        assert time.monotonic() < limit, f"left over: {more}"


def used_window() -> weakref.ref[Window]:
    """Make a window, do a little of everything in it, and close it in the middle of its work."""
    window = Window(Settings(device="cpu", theme="dark"), opengl_problem())
    window.resize(1200, 800)
    window.show()
    window.bench.open([DEMO])
    wait_until(lambda: window.session.content is not None)
    wait_until(lambda: window.bench.scores.running, "for scoring")
    window.activateWindow()
    wait_until(window.isActiveWindow, "for the keyboard")
    for keys in ("Space", "V", "S", "D", "H", "Alt+4"):
        press(window, keys)
    press(window, "?")
    wait_until(lambda: QApplication.activeModalWidget() is not None, "for the keys")
    QApplication.activeModalWidget().close()
    window.session.update(clip=window.clips.model.name(3))  # still being computed when the window closes
    window.forget()
    window.deleteLater()
    return weakref.ref(window)


def test_closed_windows_leave_nothing_behind(qapp):
    used_window()  # what is made once for the whole program
    before = left()
    windows = [used_window() for _ in range(WINDOWS)]
    assert_nothing_more(before)
    assert [window() for window in windows] == [None] * WINDOWS


def test_a_window_that_is_left_is_noticed(qapp):
    """The counts above would see it."""
    before = left()
    window = Window(Settings(device="cpu", theme="dark"), "not wanted here", score_clips=False)
    timer = QTimer(window, interval=1000)
    timer.start()
    more = left().more_than(before)
    assert more["windows"]["Window"] == 1 and more["timers"] >= 1 and more["widgets"] > 50
    window.forget()
    window.deleteLater()
    del window, timer
    assert_nothing_more(before)


def longer(content: ClipContent, n_frames: int) -> ClipContent:
    """The clip again and again, in arrays of its own, without the engine's records, which are shorter."""

    def arrays(record: ClipContent | Track) -> dict[str, np.ndarray]:
        values = {field.name: getattr(record, field.name) for field in fields(record)}
        return {name: np.resize(value, (n_frames, *value.shape[1:])) for name, value in values.items()
                if isinstance(value, np.ndarray)}  # fmt: skip

    def track(of: Track) -> Track:
        return replace(of, **arrays(of))

    return replace(content, **arrays(content), n_frames=n_frames, evaluations=(), sources=(), found=None,
                   reference=track(content.reference), tracks=tuple(map(track, content.tracks)))  # fmt: skip


def clips_in_a_row(window: Window) -> Iterator[str]:
    """Opens clips one after the other, for ever: one of the demo through the loader, painted, then two long ones."""
    first = window.session.content
    while True:
        for row in range(window.clips.model.rowCount()):
            window.session.update(clip=window.clips.model.name(row), frame=0)
            settle(window)
            assert window.session.content.name == window.clips.model.name(row)
            yield window.session.content.name
            for n_frames in (3000 + 500 * row, 900):
                window.session.show_content(longer(first, n_frames))
                window.session.seek(n_frames // 2)
                yield f"{n_frames} frames"


def test_many_clips_take_no_more_memory_than_the_first(qapp):
    window = Window(Settings(device="cpu", theme="dark"), opengl_problem(), score_clips=False)
    window.resize(1024, 640)
    window.show()
    window.bench.open([DEMO])
    wait_until(lambda: window.session.content is not None)
    memory, widgets = [], []
    for _, _ in zip(range(CLIPS), clips_in_a_row(window), strict=False):
        memory.append(resident() / MEGABYTE)
        widgets.append(len(window.findChildren(QObject)))
    window.forget()
    window.deleteLater()
    # The end against the middle, each at its least: what is freed comes back to the system in its own time.
    grown = min(memory[-24:]) - min(memory[WARM : WARM + 24])
    assert grown < 30, f"{grown:.0f} MB more, {memory[::20]}"
    assert max(widgets[WARM:]) <= max(widgets[:WARM])
