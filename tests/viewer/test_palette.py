"""The command palette: what fits what was typed, in which order, and the box on a real window by real keys."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.conventions import ANGLES
from tests.viewer.whole import press, wait_until
from viewer.actions import ACTIONS
from viewer.palette.entries import entries_of
from viewer.palette.matching import best, marks, points
from viewer.palette.panel import MOST_RECENT
from viewer.theme import LIGHT

words = st.text("abc dé_1", min_size=1, max_size=12)


@pytest.fixture
def window(kept):
    """One window for all tests here, each time as new."""
    return kept


def ranked(typed, *texts):
    return [texts[place] for place in best(typed, [(text.casefold(), "") for text in texts], lambda _: 0.0, 10)[0]]


@given(words, words)
def test_letters_that_are_marked_are_those_that_were_typed(typed, text):
    typed, text = typed.casefold(), text.casefold()
    if points(typed, text) is None:
        return
    for word in typed.split():
        assert set(word) <= {text[place] for place in marks(typed, text)}
    assert all(0 <= place < len(text) for place in marks(typed, text))


@given(words.filter(str.strip), words)
def test_what_holds_all_words_fits(typed, text):
    assert points(typed.casefold(), f"{text} {typed}".casefold()) is not None
    assert (points(typed.casefold(), text.casefold()) is None) <= (typed.casefold().strip() not in text.casefold())


def test_beginnings_come_before_words_initials_middles_and_scattered_letters():
    texts = ("Left side", "Outside", "Side by side", "Slide show", "Stop it, dear", "Sand and other dust, even")
    assert ranked("side", *texts) == ["Side by side", "Left side", "Outside", "Slide show", "Stop it, dear"]
    assert ranked("sbs", "Subs", "Side by side", "Absence") == ["Side by side", "Subs"]
    knees = ["Knees", "Left knee", "Right knee flexion"]
    assert ranked("knee", *knees[::-1]) == knees
    assert ranked("s1thr4", "S1_Throw_1_cam_4", "S1_Throw_1_cam_3") == ["S1_Throw_1_cam_4"]
    assert ranked("", "b", "a") == ["b", "a"]


def test_words_may_stand_in_the_menu():
    assert points("scene grid", "grid", "scene") > points("scene grid", "grid of lines", "scene")
    assert points("scene grid", "grid", "angles") is None


def test_tens_of_thousands_of_clips_do_not_block():
    clips = [(f"s{number % 40}_running_{number}_cam_{number % 8}", "clip") for number in range(30_000)]
    begin = time.process_time()
    first, fitting = best("run 123", clips, lambda _: 0.0, 100)
    assert time.process_time() - begin < 1.5  # 0.2 s
    assert clips[first[0]][0] == "s3_running_123_cam_3" and len(first) == 100 < len(fitting)


@pytest.fixture
def opened(qtbot, window):
    qtbot.waitUntil(window.isActiveWindow)
    window.setFocus()
    press(window, "Ctrl+Shift+P")
    palette = window.manners.palette
    qtbot.waitUntil(palette.line.hasFocus)
    return palette


def texts(palette):
    return [entry.text for entry in palette.shown()]


def test_it_offers_every_action_angle_lifter_and_clip(window):
    found = {entry.id: entry for entry in entries_of(window)}
    for action in ACTIONS:
        made = window.actions_.of[action.id]
        if made.isVisible() and action.id != "help.palette":
            entry = found[action.id]
            assert (entry.text, bool(entry.reason)) == (made.text(), not made.isEnabled())
            assert entry.keys == window.actions_.keys_of(action.id)
    assert [found[f"angle {column}"].text for column in range(12)] == [angle.title for angle in ANGLES]
    assert all(f"clip {clip.name}" in found for clip in window.bench.workspace.clips)
    assert all(f"lifter {name}" in found for name in window.lifter_names())


def test_an_angle_is_typed_and_chosen(window, opened):
    QTest.keyClicks(opened.line, "r knee")
    assert texts(opened)[0] == "Right knee flexion"
    QTest.keyClick(opened.line, Qt.Key.Key_Return)
    assert window.session.view.angle == 11 and opened.isHidden()
    assert window.session.frame == 0  # no key of it went to the window
    assert QApplication.focusWidget() is window


def test_a_clip_is_typed_and_opened(qtbot, window, opened):
    QTest.keyClicks(opened.line, "s3 throw")
    QTest.keyClick(opened.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.content.name == "S3_Throw_1_cam_4", timeout=30_000)


def test_arrows_move_and_the_keys_of_the_window_do_nothing(window, opened):
    view = window.session.view
    shown = opened.list
    wait_until(lambda: shown.visualRect(opened.lines.index(11)).bottom() < shown.viewport().height(), "for its height")
    for key, row in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1), (Qt.Key.Key_PageDown, 12),
                     (Qt.Key.Key_PageUp, 1), (Qt.Key.Key_Up, 0), (Qt.Key.Key_Up, len(texts(opened)) - 1)):  # fmt: skip
        QTest.keyClick(opened.line, key)
        assert opened.list.currentIndex().row() == row
    assert opened.line.accessibleDescription().startswith(texts(opened)[-1])
    assert window.session.view == view
    QTest.keyClick(opened.line, Qt.Key.Key_Escape)
    assert opened.isHidden() and window.session.view == view


def test_the_list_follows_a_mouse_that_moves_and_none_that_rests(opened):
    view = opened.list.viewport()
    at = opened.list.visualRect(opened.lines.index(4)).center()
    QTest.mouseMove(view, at)
    QTest.mouseMove(view, at + QPoint(3, 0))
    wait_until(lambda: opened.list.currentIndex().row() == 4, "for the mouse")
    QTest.keyClick(opened.line, Qt.Key.Key_PageDown)
    resting = QMouseEvent(QEvent.Type.MouseMove, at + QPoint(3, 0), view.mapToGlobal(at + QPoint(3, 0)),
                          Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(view, resting)
    assert opened.list.currentIndex().row() == 15


def test_a_click_chooses_and_one_elsewhere_closes(qtbot, window, opened):
    QTest.keyClicks(opened.line, "side by")
    QTest.mouseClick(opened.list.viewport(), Qt.MouseButton.LeftButton,
                     pos=opened.list.visualRect(opened.lines.index(0)).center())  # fmt: skip
    assert window.session.view.scene.layout == "grid" and opened.isHidden()
    press(window, "Ctrl+P")
    assert not opened.isHidden()
    box = window.timeline.readout.frame_box
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(opened.isHidden)
    assert box.hasFocus()


def test_what_cannot_be_done_says_why(window, opened):
    QTest.keyClicks(opened.line, "frame rate of")
    entry = opened.shown()[0]
    assert (entry.id, entry.reason) == ("file.fps", "needs a file that stands alone")
    QTest.keyClick(opened.line, Qt.Key.Key_Return)
    assert not opened.isHidden() and QApplication.activeModalWidget() is None


def test_what_was_used_lately_comes_first_and_is_remembered(window, opened):
    QTest.keyClicks(opened.line, "trails")
    QTest.keyClick(opened.line, Qt.Key.Key_Return)
    press(window, "Ctrl+P")
    assert texts(opened)[0] == "Trails" and opened.shown()[0].on
    QTest.keyClick(opened.line, Qt.Key.Key_Escape)
    assert window.remembered().used == ("scene.trails",)
    for number in range(MOST_RECENT + 5):
        opened.used.emit(f"angle {number}")
    assert len(window.remembered().used) == MOST_RECENT


def test_nothing_fits_is_said_and_the_box_follows_the_window(qtbot, window, opened):
    QTest.keyClicks(opened.line, "qqqq")
    assert texts(opened) == [] and opened.none.isVisible() and not opened.list.isVisible()
    QTest.keyClick(opened.line, Qt.Key.Key_Return)
    opened.line.clear()
    assert len(texts(opened)) == 100
    for size in ((1024, 640), (1600, 1000)):
        window.resize(*size)
        qtbot.waitUntil(lambda size=size: window.width() == size[0])
        QApplication.processEvents()
        assert window.rect().contains(opened.geometry())
        assert abs(opened.geometry().center().x() - window.width() // 2) <= 1


def test_letters_are_bold_where_they_were_found_and_colours_follow_the_theme(window, opened):
    QTest.keyClicks(opened.line, "knee")
    window.show_theme(LIGHT)
    picture = opened.list.grab().toImage()
    middle = QPoint(picture.width() // 2, opened.list.visualRect(opened.lines.index(0)).center().y())
    assert picture.pixelColor(middle).name() == LIGHT.accent
