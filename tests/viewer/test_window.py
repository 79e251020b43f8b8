"""The whole window: whatever is done wherever, every panel shows the same clip, frame, selection and sources."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMessageBox, QToolButton

from core.conventions import N_ANGLES, ShoulderView
from core.metrics.alignment import Alignment
from core.skeleton import JOINTS
from tests.viewer.conftest import DEMO, content_of, open_in, opened_once
from tests.viewer.whole import (
    LEFT,
    assert_panels_agree,
    assert_screen_is_fresh,
    click,
    drag,
    in_heatmap,
    in_plot,
    in_readout,
    in_strip,
    joint_px,
    pixels,
    press,
    settle,
    wait_until,
)
from viewer.docks import PLACES
from viewer.settings import Settings
from viewer.theme import DARK
from viewer.view import Colouring, Layout, Loop, Quantity
from viewer.window import Window
from viewer.wording import ALIGNED, SHOULDER

FIRST, SECOND, THIRD = LIFTERS = ("motionbert-compact", "simplebaseline3d-compact", "videopose3d-compact")
FRAME = 60


@pytest.fixture(scope="module")
def standing(qapp) -> Iterator[Window]:
    """One window for all tests here, since opening the demo takes seconds; each test finds it as new."""
    with opened_once() as made:
        yield made


@pytest.fixture
def window(standing) -> Iterator[Window]:
    """The demo's first clip at frame 60, everything else as at the beginning."""
    standing.activateWindow()
    standing.setFocus()
    wait_until(lambda: QApplication.focusWidget() is standing, "for the focus")
    standing.session.show(standing.start)
    settle(standing)
    standing.session.seek(FRAME)
    standing.choose_theme("dark")
    yield standing
    standing.playback.pause()
    while (dialog := QApplication.activeModalWidget()) is not None:
        dialog.close()
    standing.traces.reset_zoom()
    standing.messages.clear()


# One frame everywhere


def key_steps(window: Window) -> int:
    for keys in ("Ctrl+Right", "Right", "Right", "Left"):
        press(window, keys)
    return FRAME + 11


def key_end(window: Window) -> int:
    press(window, "End")
    return window.session.content.n_frames - 1


def drag_in_a_plot(window: Window) -> None:
    port = window.traces.view.viewport()
    drag(port, *(in_plot(window, 5, frame) for frame in (30, 80, 151)))
    assert abs(window.session.frame - 151) <= 2  # a pixel holds two frames
    assert window.session.view.angle == 5


def drag_in_a_zoomed_plot(window: Window) -> None:
    press(window, "Ctrl+=")
    press(window, "Ctrl+=")
    drag(window.traces.view.viewport(), *(in_plot(window, 2, frame) for frame in (60, 70)))
    assert abs(window.session.frame - 70) <= 1


def seek_out_of_a_zoomed_plot(window: Window) -> int:
    press(window, "Ctrl+=")
    press(window, "Ctrl+=")
    window.session.seek(200)
    assert window.traces.time_range()[0] > 0.5
    return 200


def click_in_a_heatmap(window: Window) -> int:
    click(window.heatmaps.canvas, in_heatmap(window, 1, 7, 123))
    assert (window.session.view.lifter, window.session.view.angle) == (SECOND, 7)
    return 123


def drag_in_a_heatmap(window: Window) -> int:
    drag(window.heatmaps.canvas, *(in_heatmap(window, 0, 3, frame) for frame in (10, 90, 171)))
    return 171


def drag_on_the_timeline(window: Window) -> int:
    drag(window.timeline.bar, *(in_strip(window, frame) for frame in (10, 50, 99, 77)))
    return 77


def click_on_a_mark(window: Window) -> int:
    bar = window.timeline.bar
    click(bar, QPoint(int(bar.axis.x_of(bar.marks[-1])), bar.layout_px.top - 4))
    return bar.marks[-1]


def step_by_button(window: Window) -> int:
    click(window.timeline.transport.buttons["step"])
    return FRAME + 1


def typed_frame(window: Window) -> int:
    press(window, "G")
    QTest.keyClicks(QApplication.focusWidget(), "144")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    return 144


def typed_time(window: Window) -> int:
    box = window.timeline.readout.time_box
    click(box)
    box.selectAll()
    QTest.keyClicks(box, "0.25")
    QTest.keyClick(box, Qt.Key.Key_Return)
    return 30


def sought(window: Window) -> int:
    window.session.seek(10**6)
    return window.session.content.n_frames - 1


def next_worst(window: Window) -> int:
    press(window, "N")
    return next(mark for mark in window.timeline.bar.marks if mark > FRAME)


def played(window: Window) -> None:
    press(window, "L")
    wait_until(lambda: window.session.frame >= FRAME + 20, "for playback", 10)
    press(window, "K")


def played_backwards_in_a_loop(window: Window) -> None:
    window.session.update(span=(50, 62), loop=Loop.SPAN)
    press(window, "J")
    seen = set()
    wait_until(lambda: seen.add(window.session.frame) or (min(seen) <= 53 and window.session.frame > 56), "", 10)
    press(window, "K")
    assert 50 <= window.session.frame <= 62


def row_of_the_table(window: Window) -> int:
    grid = window.clips.grid
    click(grid.viewport(), grid.visualRect(window.clips.model.index(3, 1)).center())
    settle(window)
    assert window.session.content.name == window.clips.model.name(3) != window.start.clip
    return 0


def worst_of_the_next_clip(window: Window) -> int:
    window.session.seek(window.timeline.bar.marks[-1])
    press(window, "N")
    settle(window)
    assert window.session.content.name == window.clips.model.name(1)
    return window.timeline.bar.marks[0]


def computed_again(window: Window) -> int:
    press(window, "Alt+4")
    settle(window)
    assert window.session.content.alignment is Alignment.PROCRUSTES
    return FRAME


WAYS = (key_steps, key_end, drag_in_a_plot, drag_in_a_zoomed_plot, seek_out_of_a_zoomed_plot, click_in_a_heatmap,
        drag_in_a_heatmap, drag_on_the_timeline, click_on_a_mark, step_by_button, typed_frame, typed_time, sought,
        next_worst, played, played_backwards_in_a_loop, row_of_the_table, worst_of_the_next_clip,
        computed_again)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_to_a_frame_takes_all_panels_along(window, way: Callable[[Window], int | None]):
    expected = way(window)
    assert expected is None or window.session.frame == expected
    assert window.session.frame != FRAME or way in (computed_again, played_backwards_in_a_loop)
    assert_panels_agree(window)
    assert_screen_is_fresh(window)


def test_what_agrees_can_disagree(window, monkeypatch):
    """The checks above would notice a panel that stays behind."""
    for panel in (window.timeline, window.traces, window.heatmaps, window.readout, window.scene):
        with monkeypatch.context() as patch:
            patch.setattr(panel, "show_frame", lambda _frame: None)
            window.session.seek(window.session.frame + 20)
            with pytest.raises(AssertionError):
                assert_panels_agree(window)
        window.session.seek(FRAME)
        assert_panels_agree(window)


# A walk


def random_step(window: Window, chance: random.Random) -> str:
    """Something that a user might do now."""
    content = window.session.content
    frame = chance.randrange(content.n_frames)
    keys = ["Right", "Left", "Ctrl+Right", "Ctrl+Left", "Home", "End", "N", "Shift+N", "I", "O", "X", "R", "PgDown",
            "PgUp", "Down", "Up", "E", "S", "H", "M", "V", "C", "Shift+C", "B", "T", "Y", "F", "5", "1", "3", "7", "0",
            "Ctrl+R", "Shift+B", "Ctrl+1", "Ctrl+2", "Alt+2", "Alt+4", "Alt+H", "Ctrl+A", "Ctrl+=", "Ctrl+-",
            "Ctrl+0", "+", "-", "Ctrl+Shift+A"]  # fmt: skip
    places: dict[str, Callable[[], None]] = {
        "plot": lambda: click(window.traces.view.viewport(), in_plot(window, 0, _in_sight(window, frame))),
        "timeline": lambda: click(window.timeline.bar, in_strip(window, frame)),
        "scene": lambda: click(window.scene.area, joint_px(window, content.tracks[0], chance.randrange(17))),
        "seek": lambda: window.session.seek(frame),
    }
    if window.heatmaps.canvas.blocks:
        places["heatmap"] = lambda: click(window.heatmaps.canvas, in_heatmap(window, 0, chance.randrange(12), frame))
    if chance.random() < 0.6:
        step = chance.choice(keys)
        press(window, step)
    else:
        step = chance.choice(list(places))
        places[step]()
    settle(window)
    return step


def _in_sight(window: Window, frame: int) -> int:
    """The frame, or the nearest one that the plots show."""
    fps = window.session.content.fps
    first, last = (round(seconds * fps) for seconds in window.traces.time_range())
    return min(max(frame, first + 1), last - 1)


def test_panels_agree_after_each_step_of_a_walk(window):
    chance, done = random.Random(1), []
    try:
        for number in range(60):
            done.append(random_step(window, chance))
            assert_panels_agree(window)
            if number % 15 == 14:
                assert_screen_is_fresh(window)
    except AssertionError as error:
        raise AssertionError(f"after {' '.join(done)}: {error}") from error


# One selection, the same sources


def heatmap_selection(window: Window) -> list[tuple[int, bool]]:
    """Row that is marked in each heatmap, and whether its name is, from the pixels of the accent."""
    canvas = window.heatmaps.canvas
    layout, picture = canvas.layout_px, pixels(canvas.grab().toImage())
    is_accent = (picture == QColor(DARK.accent).getRgb()[:3]).all(axis=2)
    found = []
    for top in layout.tops:
        middles = [top + sum(layout.row_span(row)) // 2 for row in range(layout.n_rows)]
        (row,) = (row for row, y in enumerate(middles) if is_accent[y, canvas.axis.left - 3])
        found.append((row, bool(is_accent[top + 1, 2])))
    return found


def assert_selected(window: Window, angle: int, lifter: str = "") -> None:
    content = window.session.content
    assert (window.session.view.angle, window.session.view.lifter) == (angle, lifter)
    grid = window.traces.grid
    assert [column for column in grid.shown if grid.plot(column).head.selected] == [angle]
    assert {grid.plot(column).body.drawn.emphasised for column in grid.shown} == {lifter}
    assert heatmap_selection(window) == [(angle, name == lifter) for name in LIFTERS]
    assert f"Selected: {content.angles[angle].title}." in window.readout.accessibleDescription()


def test_an_angle_is_selected_everywhere_from_everywhere(window):
    click(window.readout.viewport(), in_readout(window, 6))
    assert_selected(window, 6)
    click(window.readout.viewport(), in_readout(window, 9, THIRD))
    assert_selected(window, 9, THIRD)
    click(window.heatmaps.canvas, in_heatmap(window, 0, 2, 100))
    assert_selected(window, 2, FIRST)
    click(window.traces.view.viewport(), in_plot(window, 11, 20))
    assert_selected(window, 11, FIRST)
    click(window.traces.view.viewport(), window.traces.grid.plot(4).head.boundingRect().center().toPoint())
    assert_selected(window, 4, FIRST)
    window.setFocus()
    press(window, "Up")
    assert_selected(window, 3, FIRST)
    press(window, "S")
    assert window.traces.grid.shown == (3,)
    window.session.update_scene(colouring=Colouring.ANGLE)
    assert window.session.content.angles[3].title.lower() in window.scene.bar.scale.title.lower()
    assert_screen_is_fresh(window)


def test_a_joint_is_selected_everywhere_from_everywhere(window):
    track, knee = window.session.content.track(THIRD), JOINTS.index("l_knee")
    window.session.update(hidden=frozenset({"reference", FIRST, SECOND}))
    press(window, "H")
    click(window.scene.area, joint_px(window, track, knee))
    assert (window.session.view.joint, window.session.view.lifter) == (knee, THIRD)
    rows = window.heatmaps.canvas.numbers.rows
    assert [(rows[row].column, named) for row, named in heatmap_selection(window)] == [(knee, True)]
    wrist = next(i for i, row in enumerate(rows) if row.column == JOINTS.index("r_wrist"))
    click(window.heatmaps.canvas, in_heatmap(window, 0, wrist, 90))
    assert window.session.view.joint == JOINTS.index("r_wrist")
    assert_panels_agree(window)
    assert_screen_is_fresh(window)


def sources(window: Window) -> dict[str, set[str]]:
    """Lifters and references that each panel draws."""
    drawn = window.traces.grid.plot(0).body.drawn
    readout = window.readout
    tips = [readout.tip_at(QPoint(x, 40)) for x in range(0, readout.viewport().width(), 8)]
    names = ("reference", *LIFTERS)
    return {
        "scene": {figure.track.name for cell in window.scene.area.stage.cells for figure in cell},
        "traces": {line.name for line in drawn.series.lines if line.name not in drawn.hidden},
        "legend": {button.entry.name for button in window.traces.legend.buttons if button.isChecked()} - {"floor"},
        "heatmaps": {block.track.name for block in window.heatmaps.canvas.blocks},
        "timeline": {track.name for track in window.timeline.bar.tracks},
        "read-out": {name for name in names if any(tip.startswith(f"<b>{name}") for tip in tips)},
        "menu": {name for name, action in zip(names, ("reference", "1", "2", "3"), strict=True)
                 if window.actions_.of[f"source.{action}"].isChecked()},
    }  # fmt: skip


def assert_shown(window: Window, *lifters: str, reference: bool = True) -> None:
    found = sources(window)
    for name, shown in found.items():
        whole = {*lifters, *(["reference"] if reference and name not in ("heatmaps", "timeline") else [])}
        if name == "read-out":  # errors are measured against the reference, so it stays there
            whole |= {"reference"}
        assert shown == whole, name


def test_a_source_is_hidden_everywhere_by_legend_key_and_menu(window):
    window.resizeDocks([window.docks["clips"]], [700], Qt.Orientation.Horizontal)
    assert_shown(window, *LIFTERS)
    buttons = {button.entry.name: button for button in window.traces.legend.buttons}
    click(buttons[SECOND])
    assert_shown(window, FIRST, THIRD)
    assert_screen_is_fresh(window)
    by_legend = window.session.view
    click(buttons[SECOND])
    window.setFocus()
    press(window, "Ctrl+2")
    assert window.session.view == by_legend
    press(window, "Ctrl+R")
    assert_shown(window, FIRST, THIRD, reference=False)
    window.actions_.of["source.1"].trigger()
    assert_shown(window, THIRD, reference=False)
    assert_panels_agree(window)
    press(window, "Ctrl+Shift+A")
    assert_shown(window, *LIFTERS)
    window.restore_layout()


# Numbers that are computed again


def status(window: Window) -> list[str]:
    return [part.strip() for part in window.status.facts.text().split("·")]


def test_the_status_line_says_how_the_numbers_on_screen_were_found(window):
    estimator, took, shoulder, aligned = status(window)
    assert estimator.endswith("network on cpu")
    milliseconds, _, words = took.partition(" ")
    assert int(milliseconds) == round(1000 * window.session.content.seconds) > 0 and words == "ms for this clip"
    assert shoulder == f"shoulder: {SHOULDER[ShoulderView.COMPONENTS]}"
    assert ALIGNED[Alignment.ROOT] in aligned and "MPJPE" in aligned


def test_another_alignment_is_computed_and_said_everywhere(window, demo_job):
    expected = content_of(demo_job, 0, Alignment.PROCRUSTES)
    press(window, "Alt+4")
    settle(window)
    content = window.session.content
    for ours, theirs in zip(content.tracks, expected.tracks, strict=True):
        np.testing.assert_array_equal(ours.position_mm, theirs.position_mm)
        np.testing.assert_array_equal(ours.error_deg, theirs.error_deg)
    assert ALIGNED[Alignment.PROCRUSTES] in status(window)[-1] and "P-MPJPE" in status(window)[-1]
    assert "P-MPJPE" in window.scene.caption
    assert "P-MPJPE" in window.readout.text()
    means = window.readout.text().splitlines()[-2].split("\t")[1:]
    shown = [float(text) for text in means if text]
    np.testing.assert_allclose(shown, [track.mpjpe_mm[FRAME] for track in content.tracks], atol=0.051)
    assert_panels_agree(window)


def test_another_convention_and_estimator_are_computed_and_said_everywhere(window):
    before = window.session.content
    window.actions_.of["shoulder.raw"].trigger()
    settle(window)
    titles = [window.traces.grid.plot(column).head.text for column in range(N_ANGLES)]
    assert titles == [angle.title for angle in window.session.content.angles]
    assert titles != [angle.title for angle in before.angles]
    assert SHOULDER[ShoulderView.RAW] in status(window)[2]
    assert_panels_agree(window)
    window.actions_.of["weights.geometry"].trigger()
    settle(window)
    assert "geometry on cpu" in status(window)[0]
    assert np.isnan(window.session.content.floor_sigma_deg).all()
    assert "sigma" not in window.readout.text()
    assert_panels_agree(window)
    assert_screen_is_fresh(window)


# What the window has to say, and its tool bar


def drop(window: Window, data: QMimeData) -> bool:
    """Drag something in from a file manager and let it go over the window; whether it was taken."""
    copy, no_keys, place = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier, window.rect().center()
    enter = QDragEnterEvent(place, copy, data, LEFT, no_keys)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(place), copy, data, LEFT, no_keys)
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def errors(window: Window) -> list[str]:
    return [message.text for message in window.messages.messages() if message.severity == "error"]


def test_a_path_that_is_not_there_is_one_line_and_changes_nothing(window, tmp_path):
    content = window.session.content
    window.bench.open([tmp_path / "nothing"])
    wait_until(lambda: bool(errors(window)))
    assert errors(window) == [f"{tmp_path / 'nothing'}: no such file or folder"]
    assert window.messages.isVisible()
    assert window.session.content is content
    assert_panels_agree(window)
    window.messages.setFocus()
    QTest.keyClick(window.messages, Qt.Key.Key_Escape)
    assert not window.messages.isVisible()


def test_a_broken_file_that_is_dropped_is_explained_with_the_way_out(window, tmp_path):
    broken = tmp_path / "poses.npy"
    np.save(broken, np.zeros((5, 17, 2)))
    assert drop(window, files(broken))
    wait_until(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    wait_until(lambda: "Looking" not in dialog._verdict.text())
    assert dialog._verdict.text() == "These files cannot be used as they are"
    said = dialog._detail.text()
    assert "poses.npy" in said and "expected" in said
    dialog.reject()
    assert_panels_agree(window)


def test_nothing_to_open_is_not_accepted(window):
    data = QMimeData()
    data.setText("hello")
    assert not drop(window, data)
    QApplication.processEvents()
    assert QApplication.activeModalWidget() is None


def tool(window: Window, text: str) -> None:
    bar = window.actions_.bar
    click(bar.widgetForAction(next(action for action in bar.actions() if action.iconText() == text)))


@pytest.mark.parametrize(
    ("text", "kind"), [("Open", QFileDialog), ("Export", QFileDialog), ("Add lifter", QMessageBox)]
)
def test_buttons_of_the_tool_bar_that_ask(window, text, kind):
    tool(window, text)
    wait_until(lambda: QApplication.activeModalWidget() is not None)
    assert isinstance(QApplication.activeModalWidget(), kind)


def test_buttons_of_the_tool_bar_that_switch(window):
    tool(window, "Side by side")
    assert window.session.view.scene.layout is Layout.GRID and len(window.scene.area.cells) == 3
    tool(window, "Errors")
    assert window.session.view.plots.quantity is Quantity.ERROR
    tool(window, "One angle")
    assert len(window.traces.view.boxes) == 1
    assert_panels_agree(window)
    assert_screen_is_fresh(window)
    for text in ("Side by side", "Errors", "One angle"):
        tool(window, text)
    view = window.session.view
    assert (view.scene, view.plots) == (window.start.scene, window.start.plots)


def test_the_theme_reaches_every_pixel(window):
    before = pixels(window.picture())
    press(window, "D")
    after = pixels(window.picture())
    press(window, "D")
    assert before.mean() < 60 and after.mean() > 190
    kept = np.abs(after - QColor(DARK.window).getRgb()[:3]).max(axis=2) < 3
    assert kept.mean() < 0.001  # nothing has the old ground


# There and back

THERE_AND_BACK = (("S", "S"), ("Alt+H", "Ctrl+A"),
                  ("E", "E"), ("H", "H"), ("M", "M"), ("V", "V"), ("Shift+C", "C"),
                  ("Ctrl+1", "Ctrl+1"), ("Ctrl+R", "Ctrl+R"), ("Shift+B", "Shift+B"), ("B", "B"), ("T", "T"),
                  ("5", "5"), ("Ctrl+=", "Ctrl+0"), ("Alt+4", "Alt+2"), ("D", "D"), ("I", "X"), ("Down", "Up"),
                  ("End", "Home"), ("Ctrl+E", "Ctrl+E"))  # fmt: skip


@pytest.mark.parametrize(("there", "back"), THERE_AND_BACK)
def test_there_and_back_is_the_same_picture(window, there, back):
    press(window, "Home")
    press(window, "X")
    settle(window)
    before = pixels(window.picture())
    press(window, there)
    settle(window)
    assert np.abs(pixels(window.picture()) - before).max() > 60
    press(window, back)
    settle(window)
    left = np.argwhere(np.abs(pixels(window.picture()) - before).max(axis=2) > 8)
    assert len(left) == 0, f"not as before from {left.min(axis=0)[::-1]} to {left.max(axis=0)[::-1]}"


# Keys where the focus is


def test_an_arrow_key_in_the_table_shows_the_next_clip(window):
    grid = window.clips.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Down)
    settle(window)
    assert window.session.view.clip == window.clips.model.name(1)


def test_space_presses_the_button_that_has_the_focus(window):
    button = window.traces.legend.buttons[2]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert window.session.view.hidden == {button.entry.name}
    assert not window.playback.playing


def test_space_presses_the_buttons_of_messages(window):
    for text in ("one", "another"):
        window.messages.say(text, "error")
    button = next(one for one in window.messages.findChildren(QToolButton) if one.text() == "1 more")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert button.isChecked()
    assert not window.playback.playing


def test_down_leads_from_the_filter_into_the_table(window):
    press(window, "Ctrl+F")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert QApplication.focusWidget() is window.clips.grid
    assert window.session.view.angle == 0


def test_down_chooses_in_a_list_that_has_the_focus(window):
    box = window.clips.filters.findChildren(QComboBox)[0]
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    chosen = box.currentIndex()
    box.setCurrentIndex(0)
    assert (chosen, window.session.view.angle) == (1, 0)


def test_letters_that_are_typed_are_no_commands(window):
    before = window.session.view
    press(window, "Ctrl+F")
    QTest.keyClicks(QApplication.focusWidget(), "ln 17")
    assert window.session.view == before and not window.playback.playing
    assert window.clips.filters.chosen.text == "ln 17"
    QApplication.focusWidget().clear()


# Other windows


def test_without_opengl_everything_works_and_says_why(qtbot):
    window = Window(Settings(device="cpu", theme="dark"), "the driver said no", score_clips=False)
    window.resize(1600, 1000)
    window.show()
    try:
        open_in(qtbot, window, DEMO)
        window.session.seek(FRAME)
        settle(window)
        assert window.scene.caption.startswith("2D: no OpenGL (the driver said no)")
        assert "the driver said no" in window.scene.about()
        assert_panels_agree(window)
        assert_screen_is_fresh(window)
        area = window.scene.area
        drawn = np.abs(pixels(area.grab().toImage()) - QColor(DARK.base).getRgb()[:3]).max(axis=2) > 60
        assert drawn.mean() > 0.01
        drag(window.timeline.bar, in_strip(window, 20), in_strip(window, 180))
        click(area, joint_px(window, window.session.content.tracks[0], JOINTS.index("head")))
        assert window.session.view.joint == JOINTS.index("head")
        assert_panels_agree(window)
        assert_screen_is_fresh(window)
    finally:
        window.forget()
        window.deleteLater()


@pytest.fixture
def small(window) -> Iterator[Window]:
    """On a laptop: 1280 x 800."""
    window.resize(1280, 800)
    window.restore_layout()
    QTest.qWait(50)
    settle(window)
    yield window
    window.resize(1600, 1000)
    window.restore_layout()
    settle(window)


def in_front(window):
    """Docks that are not behind the tab of another."""
    return {place.name: window.docks[place.name] for place in PLACES if not place.behind}


def test_on_a_small_screen_everything_is_there(small):
    assert (small.width(), small.height()) == (1280, 800)
    assert all(dock.isVisible() for dock in small.docks.values())
    for name, dock in in_front(small).items():
        assert small.rect().contains(dock.geometry()), name
        least = dock.minimumSizeHint()
        assert dock.width() >= least.width() and dock.height() >= least.height(), name
    boxes = [small.scene.area, *in_front(small).values()]
    places = [box.rect().translated(box.mapTo(small, QPoint(0, 0))) for box in boxes]
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[:i])
    assert small.scene.area.width() >= 350 and small.scene.area.height() >= 500
    assert len(small.traces.view.boxes) == N_ANGLES and all(b.width() >= 60 for b in small.traces.view.boxes)
    assert_panels_agree(small)
    assert_screen_is_fresh(small)


def test_on_a_small_screen_no_panel_has_less_room_than_it_needs(small):
    for name, dock in small.docks.items():
        least = dock.widget().minimumSizeHint()
        assert dock.widget().width() >= least.width() and dock.widget().height() >= least.height(), name


def test_on_a_small_screen_the_read_out_does_not_scroll_sideways(small):
    assert small.readout.horizontalScrollBar().maximum() == 0


def test_a_window_made_smaller_leaves_room_for_the_scene(window):
    window.resize(1280, 800)
    QTest.qWait(400)  # docks move to their places
    width = window.scene.area.width()
    window.resize(1600, 1000)
    QTest.qWait(50)
    assert width >= 300
