"""The whole way of a researcher by real events: from the demo to the worst moment, its reason, and what goes into the
paper.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import av
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from tests.viewer.conftest import DEMO, open_in
from tests.viewer.panels.clips_on_screen import cell, click, click_head, column, shown
from tests.viewer.whole import joint_px
from viewer.dialogs.figure import FigureDialog
from viewer.dialogs.film import FilmDialog
from viewer.film import FilmLayout, FilmOptions
from viewer.panels.clips.columns import Kind
from viewer.scene import opengl_problem
from viewer.settings import Settings
from viewer.window import Window

LONG_MS = 120_000
NO, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def scored(qtbot) -> Iterator[Window]:
    """The window on the demo as a user sees it once the table is filled."""
    settings = Settings(device="cpu", theme="dark", film=FilmOptions(FilmLayout.SCENE, size=(800, 450)))
    window = Window(settings, opengl_problem())
    window.resize(1600, 1000)
    window.show()
    qtbot.waitExposed(window)
    open_in(qtbot, window, DEMO, clip="S3_Shot_turn_1_cam_5")
    qtbot.waitUntil(window.bench.idle, timeout=LONG_MS)
    window.activateWindow()
    yield window
    window.forget()
    window.deleteLater()


def key(window: Window, which: Qt.Key, modifiers: Qt.KeyboardModifier = NO) -> None:
    QTest.keyClick(window, which, modifiers)


def saved_as(qtbot, window: Window, path) -> None:
    """The file dialog that is open is given a path and accepted; waits until the file is written."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog), timeout=LONG_MS)
    asking = QApplication.activeModalWidget()
    with qtbot.waitSignal(window.bench.said, timeout=LONG_MS, check_params_cb=lambda *_: path.exists()):
        asking.fileSelected.emit(str(path))
        asking.reject()


def test_from_the_demo_to_the_paper(scored, qtbot, tmp_path):
    window, session = scored, scored.session

    # Sort by angle error and open the worst clip.
    worst_of = column(window.clips, Kind.WORST)
    while window.clips.model.sorted_by != (worst_of, Qt.SortOrder.DescendingOrder):
        click_head(qtbot, window.clips, worst_of)
    names = shown(window.clips)
    shown_mae = [float(cell(window.clips, row, Kind.WORST)) for row in range(len(names))]
    assert shown_mae == sorted(shown_mae, reverse=True)
    assert names[0] != session.view.clip  # there is something to open
    with qtbot.waitSignal(session.content_changed, timeout=LONG_MS, check_params_cb=lambda c: c is not None):
        click(qtbot, window.clips, 0, 0)
    assert session.content.name == names[0]

    # Jump to the worst frame; choose the angle that is worst there.
    key(window, Qt.Key.Key_W)
    content = session.content
    peak = np.nanmax([np.nanmax(track.angle_mae_deg) for track in content.tracks])
    assert max(track.angle_mae_deg[session.frame] for track in content.tracks) == peak
    lifter = max(content.tracks, key=lambda track: track.angle_mae_deg[session.frame])
    wanted = int(np.nanargmax(np.abs(lifter.error_deg[session.frame])))
    for _ in range((wanted - session.view.angle) % 12):
        key(window, Qt.Key.Key_Down)
    assert session.view.angle == wanted

    # The arc is on the body, with its number beside it.
    stage = window.scene.area.stage
    assert stage.measured(0, session.frame)
    assert any(card.isVisible() for card in window.scene.area.readings)

    # Drag a joint of that lifter: both errors change; undo brings them back.
    key(window, Qt.Key.Key_Q)
    before = float(lifter.mpjpe_mm[session.frame]), float(lifter.error_deg[session.frame, wanted])
    joint = 16 if content.angles[wanted].joint in ("shoulder", "elbow") else 3
    at = joint_px(window, session.content.track(lifter.name), joint)
    QTest.mousePress(window.scene.area, LEFT, NO, at)
    assert window.whatif.holding
    QTest.mouseMove(window.scene.area, at + QPoint(25, -25))
    qtbot.wait(1)
    with qtbot.waitSignal(session.content_changed, timeout=LONG_MS):
        QTest.mouseRelease(window.scene.area, LEFT, NO, at + QPoint(25, -25))
    edited = session.content.track(window.whatif.lifter)
    assert session.view.edits
    assert float(edited.mpjpe_mm[session.frame]) != before[0]
    whose = window.whatif.lifter
    with qtbot.waitSignal(session.content_changed, timeout=LONG_MS):
        key(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not session.view.edits
    again = session.content.track(whose)
    assert np.array_equal(again.error_deg, content.track(whose).error_deg, equal_nan=True)
    key(window, Qt.Key.Key_Q)

    # Mark the moment as a span by dragging on the timeline.
    key(window, Qt.Key.Key_I)
    for _ in range(2):
        key(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    key(window, Qt.Key.Key_O)
    first, last = session.view.span
    assert last > first

    # Export errors, a figure and a film of it.
    key(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    saved_as(qtbot, window, tmp_path / "errors.csv")
    rows = list(csv.DictReader((tmp_path / "errors.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["lifter"] for row in rows} >= set(window.lifter_names())
    window.activateWindow()
    key(window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FigureDialog), timeout=LONG_MS)
    figure = QApplication.activeModalWidget()
    qtbot.waitUntil(figure.save.isEnabled, timeout=LONG_MS)
    QTest.mouseClick(figure.save, LEFT)
    saved_as(qtbot, window, tmp_path / "figure.pdf")
    assert (tmp_path / "figure.pdf").read_bytes().startswith(b"%PDF")
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=LONG_MS)
    window.activateWindow()
    key(window, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FilmDialog), timeout=LONG_MS)
    QTest.mouseClick(QApplication.activeModalWidget().save, LEFT)
    saved_as(qtbot, window, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) >= (last - first + 1) // 4
