"""The tour: six steps beside real parts of the window, by keys and buttons, at the first start only."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import DEMO, ROOT
from viewer.actions import ACTIONS
from viewer.settings import load_settings
from viewer.theme import LIGHT
from viewer.tour import STEPS
from viewer.tour.callout import beside
from viewer.tour.guide import _KEYS


@pytest.fixture
def window(kept):
    """One window for all tests here, each time as new."""
    return kept


_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from viewer.application import _application, run_window

def main():
    application, timer, waited = _application(), QTimer(), []

    def look():
        window = next((top for top in QApplication.topLevelWidgets() if top.objectName() == "window"), None)
        if window is None or window.session.content is None:
            return
        tour = window.manners.tour
        waited.append(0)
        if tour is not None or len(waited) > 40:
            timer.stop()
            print("tour" if tour is not None and tour.step == 0 else "none")
            window.close()

    timer.timeout.connect(look)
    timer.start(100)
    run_window([Path(sys.argv[1])])

if __name__ == "__main__":  # workers that score import this file
    main()
"""


@given(st.integers(0, 900), st.integers(0, 500), st.integers(1, 900), st.integers(1, 500))
def test_the_callout_is_in_the_window_and_beside_what_it_speaks_of(x, y, wide, high):
    room, place, size = QRect(0, 0, 1024, 640), QRect(x, y, wide, high) & QRect(0, 0, 1024, 640), QSize(380, 170)
    corner, tip = beside(place, size, room)
    box = QRect(corner, size)
    assert room.contains(box)
    if tip.isNull():  # no side has room
        assert max(place.left(), room.right() - place.right()) < size.width() + 4
        assert max(place.top(), room.bottom() - place.bottom()) < size.height() + 4
    else:
        assert not box.intersects(place)
        assert QRect(QPoint(0, 0), size).adjusted(-1, -1, 1, 1).contains(tip)


def test_six_steps_name_parts_and_actions_that_exist(window):
    assert len(STEPS) == 6
    known = {action.id: action for action in ACTIONS}
    for step in STEPS:
        assert step.part in (*window.docks, "scene", "tools")
        assert all(known[name].keys for name in _KEYS.findall(step.text))


@pytest.fixture
def tour(window):
    window.setFocus()
    window.actions_.of["help.tour"].trigger()
    QApplication.processEvents()
    return window.manners.tour


def key(name):
    QTest.keyClick(QApplication.focusWidget(), name)
    QApplication.processEvents()


def assert_it_points(window, tour):
    part, box = tour.part(), tour.callout.geometry()
    place = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
    assert part.isVisible() and tour.callout.isVisible()
    assert window.rect().contains(box)
    assert tour._frame.geometry() == place
    near = place.adjusted(-4, -4, 4, 4)
    assert near.intersects(box)


def test_right_and_left_go_through_all_steps(window, tour):
    view = window.session.view
    for number, step in enumerate(STEPS):
        assert tour.step == number and tour.callout.title.text() == step.title
        assert tour.callout.count.text() == f"{number + 1} of 6"
        assert "{" not in tour.callout.text.text()
        assert_it_points(window, tour)
        assert tour.callout.next_button.hasFocus()
        key(Qt.Key.Key_Right)
    assert tour.step == -1 and not tour.callout.isVisible()
    assert window.session.view == view and QApplication.focusWidget() is window
    assert window.remembered().toured


def test_back_and_the_keys_of_buttons(tour):
    key(Qt.Key.Key_Space)
    assert tour.step == 1
    key(Qt.Key.Key_Left)
    key(Qt.Key.Key_Left)
    assert tour.step == 0
    QTest.mouseClick(tour.callout.next_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(tour.callout.back_button, Qt.MouseButton.LeftButton)
    assert tour.step == 0 and not tour.callout.back_button.isEnabled()


@pytest.mark.parametrize("how", ["key", "button"])
def test_it_can_be_skipped_at_once_and_is_not_shown_again(window, tour, how):
    if how == "key":
        key(Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(tour.callout.skip_button, Qt.MouseButton.LeftButton)
    assert tour.step == -1 and window.remembered().toured
    window.bench.settings = window.remembered()
    window.manners.show_tour_once()
    window.session.show_content(window.session.content)
    QTest.qWait(500)
    assert tour.step == -1


def test_it_follows_the_window_and_brings_what_is_hidden(qtbot, window, tour):
    window.resize(1024, 640)
    qtbot.waitUntil(lambda: window.width() == 1024)
    QTest.qWait(50)
    assert_it_points(window, tour)
    window.docks["timeline"].hide()
    for _ in range(3):
        key(Qt.Key.Key_Right)
    QTest.qWait(50)
    assert_it_points(window, tour)
    window.docks["timeline"].setFloating(True)
    QTest.qWait(50)
    assert window.rect().contains(tour.callout.geometry()) and not tour._frame.isVisible()


def test_the_window_can_be_used_meanwhile_and_colours_follow(qtbot, window, tour):
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert window.session.frame == 1 and tour.step == 0
    window.show_theme(LIGHT)
    picture = tour.callout.grab().toImage()
    assert picture.pixelColor(16, picture.height() // 2).name() == LIGHT.raised


def test_it_is_there_at_the_first_start_and_not_at_the_second(tmp_path):
    """The real start of the program, in a process of its own, with settings of its own."""
    script = tmp_path / "start.py"
    script.write_text(_START)
    environment = {**os.environ, "ANGLESCOPE_CONFIG_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    said = []
    for _ in range(2):
        answer = subprocess.run([sys.executable, script, DEMO], env=environment, capture_output=True, text=True,
                                timeout=280, check=True)  # fmt: skip
        said.append(answer.stdout.split()[-1])
    assert said == ["tour", "none"]
    assert load_settings(tmp_path / "settings.json")[0].toured


def test_six_steps_name_what_helps_to_understand_an_error():
    said = " ".join(step.text for step in STEPS)
    assert len(STEPS) == 6
    for name in ("arc", "Why here?", "What-if"):
        assert name in said
