"""The window's tests run on real widgets with the demo's real data, on a virtual screen where there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.evaluation import EvaluationOptions
from core.metrics.alignment import Alignment
from core.results.clip_table import ClipRow, clip_row
from core.scoring.opening import Choices, build_job
from core.scoring.run import ScoreJob, tasks_of
from core.scoring.work import score_clip
from tests.simulated_sources import simulated_demo
from tests.viewer.whole import settle, wait_until
from viewer.content import ClipContent, Identity, build_content
from viewer.display import has_screen, virtual_screen
from viewer.scene import opengl_problem
from viewer.settings import Settings
from viewer.window import Window

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "resources" / "demo"


@pytest.fixture(scope="session", autouse=True)
def screen(request) -> Iterator[None]:
    """A display for the whole session; without one, and without Xvfb, the tests cannot run and fail."""
    if has_screen():
        yield
        return
    with virtual_screen() as there:
        if not there:
            pytest.fail("no screen, and Xvfb is not installed: apt-get install xvfb")
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        request.getfixturevalue("qapp")  # stays connected, so that the screen outlives what else looks at it
        yield
        os.environ.pop("QT_QPA_PLATFORM", None)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, tmp_path_factory) -> None:
    """No test reads or changes what the user has set."""
    monkeypatch.setenv("ANGLESCOPE_CONFIG_DIR", str(tmp_path_factory.mktemp("config")))


@pytest.fixture(scope="session")
def demo_job() -> ScoreJob:
    return build_job(Choices(DEMO))


@pytest.fixture(scope="session")
def demo_rows() -> list[ClipRow]:
    """Of the demo's eight clips, by name as a results folder has them, angles in closed form."""
    job = build_job(Choices(DEMO, angles="geometry", jobs=1))
    return sorted((clip_row(score_clip(task)) for task in tasks_of(job)), key=lambda row: row.clip)


def content_of(job: ScoreJob, index: int, alignment: Alignment = Alignment.ROOT) -> ClipContent:
    task = tasks_of(job)[index]
    identities = {p.lifter: Identity(p.title, i, p.simulated) for i, p in enumerate(job.pairings)}
    return build_content(task.entry, task.dataset, task.sources, identities, job.estimator, EvaluationOptions(),
                         alignment)  # fmt: skip


@pytest.fixture(scope="session")
def demo_content(demo_job) -> ClipContent:
    """The first clip of the demo with its three lifters: S1_Running_1_cam_1, 240 frames or so."""
    return content_of(demo_job, 0)


@pytest.fixture(scope="session")
def simulated_job(tmp_path_factory) -> ScoreJob:
    """The demo's clips with three simulated sources, whose errors are known."""
    return build_job(Choices(simulated_demo(tmp_path_factory.mktemp("simulated") / "demo")))


@pytest.fixture(scope="session")
def simulated_content(simulated_job) -> ClipContent:
    """The first clip of the demo with the simulated sources."""
    return content_of(simulated_job, 0)


@pytest.fixture(scope="session")
def other_content(demo_job) -> ClipContent:
    """The second clip of the demo."""
    return content_of(demo_job, 1)


def finished(work):
    """What a job returns, run here and now."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.fixture
def window(qtbot) -> Iterator[Window]:
    """The whole window on the demo's first clip, on the CPU, its table not yet scored."""
    made = Window(Settings(device="cpu", theme="dark"), opengl_problem(), score_clips=False)
    made.resize(1600, 1000)
    made.show()
    qtbot.waitExposed(made)
    open_in(qtbot, made, DEMO)
    made.activateWindow()
    yield made
    made.forget()
    made.deleteLater()


def open_in(qtbot, window: Window, *paths: Path, clip: str = "") -> ClipContent:
    """Open paths and wait until the clip is on screen."""
    with qtbot.waitSignal(window.session.content_changed, timeout=30_000, check_params_cb=lambda c: c is not None):
        window.bench.open(paths, clip)
    return window.session.content


@contextmanager
def opened_once() -> Iterator[Window]:
    """A window on the demo for all tests of a module, since opening it takes seconds; ``start`` is its first view."""
    made = Window(Settings(device="cpu", theme="dark"), None, score_clips=False)
    made.resize(1600, 1000)
    made.show()
    made.bench.open([DEMO])
    wait_until(lambda: made.session.content is not None, "for the demo", 120)
    made.activateWindow()
    made.setFocus()
    made.start = made.session.view
    QTest.qWait(100)  # docks find their sizes
    yield made
    made.forget()
    made.deleteLater()


@pytest.fixture(scope="module")
def lasting(qapp) -> Iterator[Window]:
    """One window for all tests of a module; ask for :func:`kept`, which finds it as new."""
    with opened_once() as made:
        yield made


@pytest.fixture
def kept(lasting) -> Iterator[Window]:
    """The demo's first clip at its first frame, nothing to undo, all panels in their first places."""
    lasting.activateWindow()
    wait_until(lasting.isActiveWindow, "for the window")
    lasting.resize(1600, 1000)
    lasting.session.show(lasting.start)
    settle(lasting)
    lasting.session.seek(0)
    lasting.restore_layout()
    lasting.choose_theme("dark")
    lasting.bench.settings = Settings(device="cpu", theme="dark")
    lasting.manners.undoing.history.clear()
    lasting.actions_.refresh()
    lasting.setFocus()
    QApplication.processEvents()
    yield lasting
    while (dialog := QApplication.activeModalWidget()) is not None:
        dialog.close()
    for part in (lasting.manners.palette, lasting.manners.tour):
        if part is not None:
            (part.close_again if part is lasting.manners.palette else part.stop)()
