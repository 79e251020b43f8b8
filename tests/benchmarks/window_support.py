"""What the benchmarks of the window share: a window, long clips, counted repaints, times of changes, and peers.

Each time is that of a whole change: until everything that shows it has been painted, OpenGL included, and the screen's
server has taken it. A step to the frame that is already there paints nothing, so repaints are counted.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from core.skeleton import BONES
from viewer.content import ClipContent
from viewer.content.records import Track
from viewer.scene.opengl import opengl_problem
from viewer.session import Session
from viewer.settings import Settings
from viewer.window import Window

PEERS = Path(__file__).parent / "peers"
SIZE = (1600, 1000)
STEPS, ROUNDS = 60, 5
_LIMIT_S = 10.0


@dataclass(frozen=True)
class Times:
    """Milliseconds of single changes: median, 95th percentile."""

    p50: float
    p95: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Times:
        return cls(*(float(x) for x in np.percentile(milliseconds, (50, 95))))

    def __str__(self) -> str:
        return f"{self.p50:6.1f} / {self.p95:6.1f} ms"


def best(rounds: Iterable[Times]) -> Times:
    """The round with the least median: what else runs on the machine can only slow down."""
    return min(rounds, key=lambda times: times.p50)


@contextmanager
def opened_window(dataset: Path) -> Iterator[Window]:
    """The window with a dataset open and its first clip on screen; nothing is scored in the background."""
    assert opengl_problem() is None
    window = Window(Settings(theme="dark"), None, score_clips=False)
    window.resize(*SIZE)
    window.show()
    window.bench.open([dataset])
    wait_for(lambda: window.session.content is not None)
    settle()
    assert (window.width(), window.height()) == SIZE
    yield window
    window.forget()
    window.deleteLater()
    settle(0.1)


def heading(title: str) -> None:
    """What is measured, on how many cores and how busy they are: without this, milliseconds say little."""
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"\n{title} [{os.cpu_count()} cores{busy}]")


def long_content(content: ClipContent, n_frames: int) -> ClipContent:
    """The clip forwards and backwards until it has so many frames: no jumps where it turns."""
    there_and_back = np.concatenate([np.arange(content.n_frames), np.arange(content.n_frames - 2, 0, -1)])
    frames = np.resize(there_and_back, n_frames)

    def longer(record: ClipContent | Track) -> dict[str, object]:
        values = {field.name: getattr(record, field.name) for field in fields(record)}
        return {name: value[frames] for name, value in values.items() if isinstance(value, np.ndarray)}

    def track(of: Track) -> Track:
        return replace(of, **longer(of))

    assert content.reference is not None
    return replace(
        content, **longer(content), n_frames=n_frames, name=f"{n_frames} frames", evaluations=(), sources=(),
        found=None, reference=track(content.reference), tracks=tuple(track(of) for of in content.tracks),
    )  # fmt: skip


def jumps(n_frames: int, steps: int = STEPS) -> list[int]:
    """Frames all over the clip in random order, far enough apart to move the cursor in every panel."""
    frames = np.unique(np.linspace(0, n_frames - 1, steps).astype(int))
    return [int(frame) for frame in np.random.default_rng(0).permutation(frames)]


class Paints(QObject):
    """Counts repaints of what a frame change has to repaint: in each panel the widgets that the first change paints.

    Found by listening to the whole application for one change; the times are taken with few widgets watched.
    """

    def __init__(self, panels: Mapping[str, QWidget], change: Callable[[], object]) -> None:
        super().__init__()
        self._counts: dict[QObject, int] = {}
        self._found: set[QObject] = set()
        application = QApplication.instance()
        application.installEventFilter(self)
        change()
        settle()
        application.removeEventFilter(self)
        widgets = [found for found in self._found if isinstance(found, QWidget)]
        innermost = [
            one for one in widgets if not any(one.isAncestorOf(other) for other in widgets if other is not one)
        ]
        self.watched = {name: [widget for widget in innermost if panel.isAncestorOf(widget)]
                        for name, panel in panels.items()}  # fmt: skip
        assert all(self.watched.values()), f"not repainted: {[n for n, found in self.watched.items() if not found]}"
        for found in self.watched.values():
            for widget in found:
                self._counts[widget] = 0
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self._found.add(watched)
            if watched in self._counts:
                self._counts[watched] += 1
        return False

    def counts(self) -> dict[str, int]:
        """Repaints so far of each panel."""
        return {name: sum(self._counts[widget] for widget in found) for name, found in self.watched.items()}

    def finish(self, before: Mapping[str, int]) -> None:
        """Run the event loop until every panel has painted since ``before``."""
        limit = time.perf_counter() + _LIMIT_S
        QApplication.sync()
        while missing := [name for name, count in self.counts().items() if count == before[name]]:
            assert time.perf_counter() < limit, f"not repainted: {missing}"
            QApplication.sync()

    def timed(self, change: Callable[[], object]) -> float:
        """Milliseconds of one change with its repaints."""
        before = self.counts()
        begin = time.perf_counter()
        change()
        self.finish(before)
        return 1000 * (time.perf_counter() - begin)


def frame_times(session: Session, paints: Paints, frames: Sequence[int]) -> Times:
    """Times of going to these frames."""
    return Times.of([paints.timed(lambda frame=frame: session.seek(frame)) for frame in frames])


def settle(seconds: float = 0.3) -> None:
    """Let layouts, timers and repaints come to rest."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        QApplication.sync()
        time.sleep(0.005)


def wait_for(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    """Run the event loop until something holds."""
    limit = time.perf_counter() + seconds
    while not happened():
        assert time.perf_counter() < limit, "waited in vain"
        QApplication.processEvents()
        time.sleep(0.0005)  # a worker's thread wants Python, too


def on_screen(widget: QWidget) -> QImage:
    """Pixels of a widget as the screen has them, not painted for the occasion."""
    picture = widget.screen().grabWindow(widget.window().winId()).toImage()
    return picture.copy(widget.rect().translated(widget.mapTo(widget.window(), widget.rect().topLeft())))


def write_peer_clip(content: ClipContent, file: Path) -> Path:
    """The clip as the peers' scripts read it: metres, Z up, the person in one place; five curves per angle."""
    joints = np.stack([track.xyz_mm for track in content.everyone]) / 1000
    joints[..., :2] -= joints[:1, :, :1, :2]
    joints[..., 2] -= np.nanmin(joints[..., 2])
    curves = np.stack([*(track.angles_deg for track in content.everyone), content.floor_deg])
    np.savez(file, joints_m=joints, bones=np.array(BONES), curves_deg=curves, fps=content.fps,
             steps=jumps(content.n_frames, 30))  # fmt: skip
    return file


def peer_times(script: str, clip: Path, size: tuple[int, int], *more: str) -> tuple[str, Times] | None:
    """Version and times of a peer in a process of its own on the same screen, or None where it is not installed."""
    package = script.partition("_")[0]
    if importlib.util.find_spec(package) is None:
        return None
    command = [sys.executable, str(PEERS / f"{script}.py"), str(clip), *(str(x) for x in size), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, env={**os.environ, "QT_API": "pyside6"})
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["moved"], f"{script} shows the same picture for two frames"
    return f"{package} {found['version']}", Times.of(found["ms"])
