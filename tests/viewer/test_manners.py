"""Undo on the window, focus that is seen, names for screen readers, options of each dataset, cancelling, sharpness."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from core.conventions import ShoulderView
from core.editing import Move, SwapSides
from core.metrics.alignment import Alignment
from core.results.angle_numbers import Measure
from tests.viewer.conftest import DEMO, ROOT
from tests.viewer.whole import in_plot, pixels, press, settle, wait_until
from viewer.actions import ACTIONS
from viewer.jobs import Progress
from viewer.memory import MOST, DatasetMemory, as_left, keep, unusual
from viewer.names import nameless
from viewer.settings import Settings, load_settings, save_settings
from viewer.theme import DARK, LIGHT
from viewer.view import ClipOrder, DatasetView, EngineView, SourceEdit, View
from viewer.workspace import ClipInfo, LoneSource, Workspace


@pytest.fixture
def window(kept):
    """One window for all tests here, each time as new."""
    return kept


# Undo


def test_a_change_is_undone_and_made_again_by_key(window):
    press(window, "B")
    press(window, "V")
    changed = window.session.view
    undo, redo = (window.actions_.of[f"edit.{name}"] for name in ("undo", "redo"))
    assert (undo.text(), redo.isEnabled()) == ("Undo: side by side", False)
    press(window, "Ctrl+Z")
    assert (undo.text(), redo.text()) == ("Undo: reference as a ghost off", "Redo: side by side")
    press(window, "Ctrl+Z")
    assert window.session.view == window.start and not undo.isEnabled() and undo.text() == "Undo"
    press(window, "Ctrl+Z")
    press(window, "Ctrl+Shift+Z")
    press(window, "Ctrl+Y")
    assert window.session.view == changed


def test_playing_and_scrubbing_are_no_steps_and_the_frame_comes_back(window):
    window.session.seek(40)
    press(window, "Down")
    press(window, "L")
    wait_until(lambda: window.session.frame > 50, "for playback", 20)
    press(window, "K")
    press(window, "J")
    press(window, "K")
    assert window.actions_.of["edit.undo"].text() == "Undo: Right hip flexion"
    there = window.session.view
    press(window, "Ctrl+Z")
    assert (window.session.view.angle, window.session.frame) == (0, 40)
    press(window, "Ctrl+Y")
    assert window.session.view == there


def test_another_clip_is_undone_with_its_frame_and_span(window):
    window.session.seek(window.session.content.n_frames - 1)
    window.session.update(span=(10, 20))
    before = window.session.view
    names = [clip.name for clip in window.bench.workspace.clips]
    window.session.update(clip=names[1], frame=0)
    settle(window)
    window.session.update(span=(10, 20))
    after = window.session.view
    for _ in range(2):
        press(window, "Ctrl+Z")
    settle(window)
    assert window.session.view == before and window.session.content.name == before.clip
    for _ in range(2):
        press(window, "Ctrl+Y")
    settle(window)
    assert window.session.view == after and window.session.content.name == names[1]


def test_an_edit_of_poses_is_undone_and_says_what_it_was(window):
    lifter = window.lifter_names()[0]
    clip, poses = window.session.view.clip, window.session.content.track(lifter).xyz_mm.copy()
    for number, edit in enumerate((Move(3, 0, 20, (30.0, 0.0, 40.0)), SwapSides(0, 50))):
        window.session.update(edits=(*window.session.view.edits, SourceEdit(clip, lifter, edit)))
        settle(window)
        assert window.actions_.of["edit.undo"].text() == (
            "Undo: right ankle moved by 50.0 mm", "Undo: left and right exchanged")[number]  # fmt: skip
    assert not np.array_equal(window.session.content.track(lifter).xyz_mm, poses, equal_nan=True)
    press(window, "Ctrl+Z")
    press(window, "Ctrl+Z")
    settle(window)
    assert window.session.view.edits == ()
    np.testing.assert_array_equal(window.session.content.track(lifter).xyz_mm, poses)


def test_opening_another_dataset_forgets_and_adding_a_lifter_does_not(window):
    press(window, "B")
    with_more = replace(window.bench.workspace)
    window.bench._show(with_more, keep_clip=True)
    settle(window)
    assert window.actions_.of["edit.undo"].isEnabled()
    window.bench.open([DEMO])
    settle(window)
    assert not window.actions_.of["edit.undo"].isEnabled()


def test_in_a_box_the_keys_of_undo_are_those_of_the_text(window):
    press(window, "B")
    box = window.clips.filters.text
    box.setFocus()
    QTest.keyClicks(box, "throw")
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.text() == "" and not window.session.view.scene.ghost


# Focus and names


@pytest.mark.parametrize("of", [lambda w: w.traces.view, lambda w: w.heatmaps.canvas, lambda w: w.timeline.bar],
                         ids=["plots", "heatmaps", "timeline"])  # fmt: skip
def test_tab_reaches_what_is_drawn_over_time_and_keys_work_there(window, of):
    part = of(window)
    QApplication.focusWidget().clearFocus()
    window.setFocus()
    for _ in range(80):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() is part:
            break
    assert QApplication.focusWidget() is part
    wait_until(lambda: window.manners.rings.about is part, "for the ring")
    frame, angle = window.session.frame, window.session.view.angle
    QTest.keyClick(part, Qt.Key.Key_Right)
    assert window.session.frame == frame + 1
    QTest.keyClick(part, Qt.Key.Key_Down)
    assert window.session.view.angle == angle + 1


def focusable(window):
    """What Tab should reach: everything that takes it and can be seen, as Qt has laid it out."""
    return {
        widget for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        and widget.focusProxy() is None and widget.window() is window
        and not any(dock.isAncestorOf(widget) and dock.visibleRegion().isEmpty() for dock in window.docks.values())
    }  # fmt: skip


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_tab_goes_through_everything_and_the_focus_is_seen_everywhere(window, theme):
    window.choose_theme(theme)
    colour = (DARK if theme == "dark" else LIGHT).accent
    seen: list[QWidget] = []
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        QTest.qWait(5)
        focus = QApplication.focusWidget()
        if focus in seen:
            break
        seen.append(focus)
        assert window.manners.rings.about is focus, focus
        ring = window.manners.rings._ring
        place = QRect(focus.mapTo(window, QPoint(0, 0)), focus.size())
        assert place.contains(ring.geometry())
        # Its corner is that of a filled mask: the first two pixels of every side are of the accent.
        picture = ring.grab().toImage()
        assert picture.pixelColor(0, 0).name() == picture.pixelColor(1, picture.height() // 2).name() == colour
    assert focusable(window) <= set(seen), focusable(window) - set(seen)


def test_tab_goes_from_left_to_right(window):
    order = [window.clips.filters.text, window.clips.grid, window.readout, window.traces]
    met: list[int] = []
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        met += [place for place, part in enumerate(order) if part is focus or part.isAncestorOf(focus)]
    firsts = list(dict.fromkeys(met))
    assert firsts[firsts.index(0) :] + firsts[: firsts.index(0)] == [0, 1, 2, 3]


def test_the_ring_goes_along_and_away_with_its_widget(window):
    box = window.clips.filters.text
    press(window, "Ctrl+F")
    QTest.qWait(20)
    rings = window.manners.rings
    assert rings.about is box
    window.resize(1100, 700)
    QTest.qWait(50)
    ring = rings._ring
    assert ring.geometry() == QRect(box.mapTo(window, QPoint(0, 0)), box.size())
    window.docks["clips"].hide()  # Qt gives the focus to what comes next
    QTest.qWait(50)
    assert rings.about in (None, QApplication.focusWidget()) and rings.about is not box
    window.docks["clips"].show()


def test_dialogs_have_a_ring_of_their_own(window):
    press(window, "F1")
    wait_until(lambda: QApplication.activeModalWidget() is not None, "for the dialog")
    dialog = QApplication.activeModalWidget()
    QTest.qWait(30)
    QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
    QTest.qWait(30)
    assert isinstance(dialog, QDialog) and window.manners.rings.about is QApplication.focusWidget()
    assert window.manners.rings._ring.window() is dialog
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    window.activateWindow()  # nobody manages windows on a virtual screen
    wait_until(window.isActiveWindow, "for the window")
    QTest.qWait(100)
    press(window, "Ctrl+F")
    QTest.qWait(30)
    assert window.manners.rings.about is window.clips.filters.text


def test_a_click_shows_no_ring(window):
    """By the window system's own events: Qt then knows that a button is pressed."""
    handle = window.windowHandle()
    plot = window.traces.view.viewport().mapTo(window, in_plot(window, 0, 30))
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, plot)
    QTest.qWait(50)
    assert QApplication.focusWidget() is window.traces.view
    assert window.manners.rings.about is None


def test_everything_has_a_name_for_screen_readers(window):
    press(window, "Ctrl+P")
    window.manners.show_tour()
    assert [(widget, widget.parentWidget()) for widget in nameless(window)] == []
    for part in (
        window.scene,
        window.scene.area,
        window.traces,
        window.traces.view,
        window.heatmaps,
        window.readout,
        window.heatmaps.canvas,
        window.timeline,
        window.timeline.bar,
        window.clips,
        *window.docks.values(),
    ):
        assert part.accessibleName(), part  # fmt: skip


def test_a_widget_without_a_name_is_found(qtbot):
    root = QWidget()
    qtbot.addWidget(root)
    child = QWidget(root)
    child.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    assert nameless(root) == [child]


def test_twice_the_pixels_are_twice_as_sharp(tmp_path):
    """The window with two pixels a point: what is drawn twice as fine differs from what is blown up.

    Measured by what is lost of the picture when it is made small and large again: one of small pixels that was blown up
    loses nothing; letters and lines drawn finely lose a good part of their edges.
    """
    out = tmp_path / "fine.png"
    subprocess.run(
        [Path(sys.executable).with_name("anglescope"), "snapshot", DEMO, "--frame", "60", "--out", out,
         "--width", "1024", "--height", "640"],
        env={**os.environ, "QT_SCALE_FACTOR": "2", "PYTHONPATH": str(ROOT)}, check=True, timeout=280,
    )  # fmt: skip
    picture = pixels(QImage(str(out))).astype(float)
    assert picture.shape[:2] == (1280, 2048)
    blocks = picture.reshape(640, 2, 1024, 2, -1)
    rough = np.abs(blocks - blocks.mean(axis=(1, 3), keepdims=True)).mean(axis=(1, 3, 4))
    lost = {name: rough[part].mean() for name, part in {
        "scene": np.s_[150:430, 300:600], "traces": np.s_[100:300, 640:1010], "table": np.s_[300:480, 10:270],
    }.items()}  # fmt: skip
    assert all(value > 0.5 for value in lost.values()), lost


# Options of each dataset

CLIPS = tuple(ClipInfo(name, "", "", 100, 50.0) for name in ("a", "b"))


def workspace(path, clips=CLIPS, lifters=("x",)):
    return Workspace(Path(path), str(path), clips, lone={name: LoneSource(Path(path), name, None) for name in lifters})


@given(
    st.sampled_from(ShoulderView), st.sampled_from(Alignment), st.sampled_from(["network", "geometry"]),
    st.sampled_from(["", "h36m"]), st.sampled_from("ab"), st.integers(0, 99), st.booleans(),
)  # fmt: skip
def test_a_dataset_is_found_as_it_was_left(shoulder, alignment, estimator, rig, clip, frame, hides):
    hidden = frozenset({"x", "floor"}) if hides else frozenset()
    engine = EngineView(estimator, "cpu", shoulder, rig=rig if rig in ("",) else "", alignment=alignment)
    view = View(clip, frame, hidden=hidden, engine=engine)
    memories = keep(keep((), workspace("/d/one"), view), workspace("/d/other"), View("b", 3))
    found, lines = as_left(memories, workspace("/d/one"), View("a"))
    assert (found, len(lines)) == (view, int(bool(unusual(workspace("/d/one"), engine))))
    assert as_left(memories, workspace("/d/third"), View("a", 7)) == (View("a", 7), ())
    other_files = workspace("/d/one", CLIPS[:1])
    assert as_left(memories, other_files, View("a", 7)) == (View("a", 7), ())


@given(st.sampled_from(["", "reference", "x", "gone"]), st.sampled_from(Measure), st.sampled_from(ClipOrder),
       st.integers(-2, 15), st.booleans())  # fmt: skip
def test_choices_of_the_dataset_heatmap_are_found_as_they_were_left(source, measure, order, column, overview):
    against = "x" if source == "reference" else ""
    left = DatasetView(source, against, measure, order, column, overview, ClipOrder.ATHLETE)
    memories = keep((), workspace("/d"), View("b", dataset=left))
    written = msgspec.json.decode(msgspec.json.encode(memories), type=tuple[DatasetMemory, ...])
    found = as_left(written, workspace("/d"), View("a"))[0].dataset
    there, known = source != "gone", 0 <= column <= 13
    assert found == replace(left, source=source if there else "", column=column if known else DatasetView().column)
    assert found.measure is measure and found.order is order


def test_what_is_not_there_any_more_is_told_and_left_out():
    engine = EngineView("/nowhere/mine.safetensors", "cuda:7", rig="", alignment=Alignment.NONE)
    memories = keep((), workspace("/d"), View("b", 9, hidden=frozenset({"x", "gone"}), engine=engine))
    view, lines = as_left(memories, workspace("/d"), View("a"))
    assert view == View("b", 9, hidden=frozenset({"x"}), engine=EngineView(alignment=Alignment.NONE))
    assert len(lines) == 2 and "mine.safetensors" in lines[0] and "cuda:7" in lines[1]


def test_only_the_newest_are_kept_and_each_once():
    memories = ()
    for number in range(MOST + 5):
        memories = keep(memories, workspace(f"/d/{number}"), View("a"))
    memories = keep(memories, workspace("/d/20"), View("b"))
    assert len(memories) == MOST == 50
    assert (memories[0].path, memories[0].clip) == ("/d/20", "b")
    assert len({one.path for one in memories}) == MOST


def test_memories_survive_the_file_and_a_broken_one_costs_one_line(tmp_path):
    path = tmp_path / "settings.json"
    settings = Settings(datasets=keep((), workspace("/d"), View("a", 5)), used=("go.home",), toured=True)
    assert save_settings(settings, path) == ""
    assert load_settings(path) == (settings, "")
    path.write_text(path.read_text().replace('"components"', '"sideways"'))
    found, line = load_settings(path)
    assert found == Settings() and "\n" not in line and str(path) in line


def test_the_window_takes_up_a_dataset_where_it_was_left_says_so_and_can_go_back(window):
    window.session.update(hidden=frozenset({"floor"}))
    window.session.update_engine(shoulder=ShoulderView.RAW, alignment=Alignment.SCALE)
    names = [clip.name for clip in window.bench.workspace.clips]
    window.session.update(clip=names[2], frame=0)
    settle(window)
    window.session.seek(77)
    left = window.session.view
    window.bench.open([DEMO / "data" / "test_set" / "S2" / "Running_1_cam_2.npy"])
    settle(window)
    assert window.session.view.hidden == frozenset() and window.session.frame == 0
    window.bench.open([DEMO])
    settle(window)
    assert window.session.view == left and window.session.content.name == names[2]
    said = window.messages.shown()
    assert "shoulder as plane and elevation" in said.text and "Usual options" in said.text
    window.actions_.of["edit.usual"].trigger()
    settle(window)
    usual = window.session.view
    assert (usual.engine, usual.hidden, usual.clip) == (EngineView(device="cpu"), frozenset(), names[2])
    assert unusual(window.bench.workspace, usual.engine) == ()
    press(window, "Ctrl+Z")
    settle(window)
    assert window.session.view == left
    assert window.remembered().datasets[0].clip == names[2]
    window.messages.clear()


# Cancelling


def test_escape_and_the_button_stop_every_kind_of_job(window):
    def endless():
        while True:
            yield Progress(0, 0, "never done")
            QTest.qSleep(5)

    for stop in ("Escape", "button", "Ctrl+."):
        for kind in ("open", "scoring", "export", "figure", "film", "anything else"):
            window.bench.jobs.run(kind, "an endless job", endless(), lambda _: None)
        QApplication.processEvents()
        assert window.status.stop.isVisible() and not window.bench.idle()
        if stop == "button":
            QTest.mouseClick(window.status.stop, Qt.MouseButton.LeftButton)
        else:
            press(window, stop)
        assert window.bench.idle() and not window.status.stop.isVisible()


def test_every_new_action_is_here(window):
    """Undo, redo, usual options above; presets, palette and tour in files of their own."""
    ours = {"edit.undo", "edit.redo", "edit.usual", "preset.inspect", "preset.compare", "preset.review", "help.palette",
            "help.tour"}  # fmt: skip
    assert ours <= {action.id for action in ACTIONS}
    assert window.actions_.menus["Edit"].actions()[0] is window.actions_.of["edit.undo"]
