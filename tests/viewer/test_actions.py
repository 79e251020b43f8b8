"""Every action of the table by its keys and by its menu, on the whole window with the demo's data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from core.conventions import ANGLES as TWELVE
from core.conventions import ShoulderView
from core.metrics.alignment import Alignment
from core.results.angle_numbers import Measure
from tests.viewer.conftest import DEMO, open_in
from viewer.actions import ACTIONS, MENUS, Needs
from viewer.view import ClipOrder, Colouring, HeatRows, Layout, Loop, Quantity, StudyPlot, Viewpoint

_GROUPINGS = (ClipOrder.DATASET, ClipOrder.ATHLETE, ClipOrder.ACTIVITY)


def view_after(window, action):
    """What an action makes of the view: its record's own effect, as (field path, expected value)."""
    view = window.session.view
    last = window.session.content.n_frames - 1
    scene = {
        "scene.grid": ("layout", Layout.GRID), "scene.orthographic": ("orthographic", True),
        "scene.follow": ("follow", False), "scene.ghost": ("ghost", False), "scene.sides": ("sides", False),
        "scene.trails": ("trail_frames", 15), "scene.floor": ("floor", False), "scene.axes": ("axes", False),
        "scene.arcs": ("arcs", False), "scene.frames": ("frames", True),
        **{f"colour.{c}": ("colouring", c) for c in Colouring}, **{f"look.{v}": ("viewpoint", v) for v in Viewpoint},
    }  # fmt: skip
    plots = {
        "plots.error": ("quantity", Quantity.ERROR), "plots.single": ("single", True),
        "heat.joints": ("rows", HeatRows.JOINTS), "heat.signed": ("signed", True),
        **{f"plots.{name}": ("angles", tuple(i for i, a in enumerate(TWELVE) if a.joint in kinds)) for name, kinds in (
            ("hips", ["hip"]), ("shoulders", ["shoulder"]), ("elbows", ["elbow"]), ("knees", ["knee"]),
            ("legs", ["hip", "knee"]), ("arms", ["shoulder", "elbow"]), ("all", ["hip", "shoulder", "elbow", "knee"]))},
    }  # fmt: skip
    other = {
        "go.forward_1": replace(view, frame=51), "go.back_1": replace(view, frame=49),
        "go.forward_10": replace(view, frame=60), "go.back_10": replace(view, frame=40),
        "go.forward_100": replace(view, frame=150), "go.back_100": replace(view, frame=0),
        "go.home": replace(view, frame=0), "go.end": replace(view, frame=last),
        "play.faster": replace(view, speed=2.0), "play.slower": replace(view, speed=0.5),
        "play.every_frame": replace(view, every_frame=True), "play.loop_all": replace(view, loop=Loop.ALL),
        "play.in": replace(view, span=(50, last), loop=Loop.SPAN),
        "play.out": replace(view, span=(0, 50), loop=Loop.SPAN),
        "play.loop_span": replace(view, loop=Loop.SPAN),
        "angle.next": replace(view, angle=1), "angle.previous": replace(view, angle=11),
        "source.reference": replace(view, hidden=frozenset({"reference"})),
        "source.floor": replace(view, hidden=frozenset({"floor"})),
        "source.1": replace(view, hidden=frozenset({"motionbert-compact"})),
        "source.2": replace(view, hidden=frozenset({"simplebaseline3d-compact"})),
        "source.3": replace(view, hidden=frozenset({"videopose3d-compact"})),
    }  # fmt: skip
    dataset = {
        "dataset.source": ("source", "simplebaseline3d-compact"), "dataset.positions": ("positions", False),
        "dataset.overview": ("overview", True), **{f"dataset.{m}": ("measure", m) for m in Measure},
        **{f"dataset.groups_{by}": ("groups", by) for by in _GROUPINGS},
    }  # fmt: skip
    study = {"study.published": ("published", True), **{f"study.{plot}": ("plot", plot) for plot in StudyPlot}}
    for table, part in ((scene, "scene"), (plots, "plots"), (dataset, "dataset"), (study, "study")):
        if action in table:
            name, value = table[action]
            return replace(view, **{part: replace(getattr(view, part), **{name: value})})
    if action.startswith("align."):
        return replace(view, engine=replace(view.engine, alignment=Alignment(action.removeprefix("align."))))
    if action in ("weights.file", "device.cuda", "device.mps"):  # a dialog, and what this machine may not have
        return None
    if action.startswith(("shoulder.", "weights.", "device.", "rig.")):
        part, _, value = action.partition(".")
        field = {"weights": "estimator"}.get(part, part)
        value = ShoulderView(value) if part == "shoulder" else value
        return replace(view, engine=replace(view.engine, **{field: "" if value == "stated" else value}))
    return other.get(action)


# What an action does beside the view is tested below and in the tests of its panel.
ELSEWHERE = {
    "file.open_folder", "file.open_file", "file.demo", "file.add_lifter", "file.export_clip", "file.export_all",
    "edit.undo", "edit.redo", "edit.usual", "preset.inspect", "preset.compare", "preset.review",
    "preset.study", "help.palette",
    "help.tour",
    "file.cancel", "file.quit", "file.fps", "go.to", "go.worst", "go.worst_next", "go.worst_previous",
    "go.clip_next", "go.clip_previous",
    "go.filter", "play.toggle", "play.forward", "play.pause", "play.backward", "play.real_speed", "play.clear",
    "play.loop_off", "plots.zoom_in", "plots.zoom_out", "plots.reset", "weights.file", "device.cuda", "device.mps",
    "source.all", "look.again", "look.axis", "theme.system", "theme.dark", "theme.light", "theme.other",
    "window.restore",
    "dataset.show", "dataset.copy", "study.show", "study.copy", "study.csv", "window.full", "angle.card",
    "window.picture", "film.make", "help.keys", "help.notes", "help.conventions", "help.about",
    "spans.lifters", "spans.angles", "spans.pin", "spans.unpin", "spans.copy", "spans.markdown", "spans.csv",
    "why.show", "why.next", "why.previous", "whatif.follow", "whatif.arrows", "whatif.swap", "whatif.clear",
    "whatif.save",
    *(f"whatif.{way}" for way in ("up", "down", "left", "right")),
    "marks.add", "marks.next", "marks.previous", "marks.show",
    *(f"source.{number}" for number in range(4, 10)),
    "take.figure", "take.copy", "take.copy_angle", "take.copy_numbers",
    *(f"take.angles_{kind}" for kind in ("mot", "sto", "csv", "coordinates")),
    *(f"take.copy_{name}" for name in ("window", "scene", "traces", "heatmaps", "timeline", "readout")),
}  # fmt: skip


@pytest.fixture
def at_fifty(qtbot, window):
    window.session.seek(50)
    window.setFocus()
    return window


def press(window, keys):
    QTest.keySequence(window, QKeySequence(keys))
    QApplication.processEvents()


def settled(qtbot, window):
    qtbot.waitUntil(lambda: not window.bench.jobs.running(), timeout=30_000)


def trigger_from_menu(window, action):
    """Choose the entry in its menu by the mouse's way: the menu's own action is activated."""
    menu = window.actions_.menus[action.menu]
    made = window.actions_.of[action.id]
    assert made in menu.actions()
    menu.popup(window.pos())
    QApplication.processEvents()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(made).center())
    menu.close()
    QApplication.processEvents()


def test_the_table_is_sound():
    ids = [action.id for action in ACTIONS]
    assert len(set(ids)) == len(ids)
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(set(keys)) == len(keys), sorted(key for key in keys if keys.count(key) > 1)
    assert all(action.menu.partition("/")[0] in MENUS for action in ACTIONS)
    assert all(QKeySequence(key).toString() for key in keys)


def test_every_action_is_tested(window):
    window.session.seek(50)
    untold = {action.id for action in ACTIONS if view_after(window, action.id) is None}
    assert untold == ELSEWHERE


def test_actions_that_change_the_view_do_so_by_key_and_by_menu(qtbot, at_fifty):
    window = at_fifty
    start = window.session.view
    for action in ACTIONS:
        expected = view_after(window, action.id)
        if expected is None:
            continue
        for how in (*action.keys, "the menu"):
            if how == "the menu":
                trigger_from_menu(window, action)
            else:
                press(window, how)
            assert window.session.view == expected, (action.id, how)
            made = window.actions_.of[action.id]
            if action.checked is not None:
                assert made.isChecked() is action.checked(expected), (action.id, how)
            window.session.show(start)
            settled(qtbot, window)


def test_playback_keys(qtbot, at_fifty):
    window, playback = at_fifty, at_fifty.playback
    press(window, "Space")
    assert playback.playing
    qtbot.waitUntil(lambda: window.session.frame > 55, timeout=5000)
    press(window, "Space")
    assert not playback.playing
    press(window, "J")
    before = window.session.frame
    qtbot.waitUntil(lambda: window.session.frame < before, timeout=5000)
    press(window, "K")
    assert not playback.playing
    press(window, "L")
    assert playback.playing and window.session.view.speed > 0
    press(window, "Right")
    assert not playback.playing  # a step pauses
    press(window, "+")
    press(window, "Backspace")
    assert window.session.view.speed == 1.0


def test_marks_can_be_cleared(at_fifty):
    press(at_fifty, "I")
    press(at_fifty, "Ctrl+Right")
    press(at_fifty, "O")
    assert at_fifty.session.view.span == (50, 60) and at_fifty.session.view.loop is Loop.SPAN
    press(at_fifty, "X")
    assert at_fifty.session.view.span is None and at_fifty.session.view.loop is Loop.OFF


def test_clips_and_worst_frames_by_key(qtbot, window):
    names = [clip.name for clip in window.bench.workspace.clips]
    press(window, "PgDown")
    qtbot.waitUntil(lambda: window.session.content.name == names[1], timeout=30_000)
    press(window, "PgUp")
    qtbot.waitUntil(lambda: window.session.content.name == names[0], timeout=30_000)
    marks = window.timeline.bar.marks
    window.session.seek(0)
    for mark in (mark for mark in marks if mark > 0):
        press(window, "N")
        assert window.session.frame == mark
    press(window, "N")  # goes on with the next clip
    qtbot.waitUntil(lambda: window.session.content.name == names[1], timeout=30_000)
    assert window.session.frame == window.timeline.bar.marks[0]
    press(window, "Shift+N")
    qtbot.waitUntil(lambda: window.session.content.name == names[0], timeout=30_000)
    assert window.session.frame == marks[-1]


def test_going_to_a_frame(qtbot, window):
    press(window, "G")
    box = window.timeline.readout.frame_box
    qtbot.waitUntil(box.hasFocus)
    QTest.keyClicks(box, "123")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert window.session.frame == 123


def test_zooming_time(window):
    plot = window.traces
    press(window, "Ctrl+=")
    assert plot.time_range()[1] - plot.time_range()[0] < 1.2
    press(window, "Ctrl+0")
    assert plot.time_range()[1] - plot.time_range()[0] >= 1.99
    press(window, "Ctrl+=")
    press(window, "Ctrl+-")
    assert plot.time_range()[1] - plot.time_range()[0] >= 1.9


def test_the_theme_by_key_and_menu(window):
    press(window, "D")
    assert window.theme.name == "light"
    press(window, "D")
    assert window.theme.name == "dark" and window.bench.settings.theme == "dark"
    for name in ("light", "dark", "system"):
        window.actions_.of[f"theme.{name}"].trigger()
        assert window.bench.settings.theme == name


def test_all_sources_again(window):
    press(window, "Ctrl+1")
    press(window, "Ctrl+R")
    press(window, "Ctrl+Shift+A")
    assert window.session.view.hidden == frozenset()


@pytest.mark.parametrize(
    ("keys", "kind"),
    [("Ctrl+O", QFileDialog), ("Ctrl+Shift+O", QFileDialog), ("Ctrl+L", QMessageBox), ("Ctrl+S", QFileDialog),
     ("Ctrl+Shift+S", QFileDialog), ("Ctrl+Shift+W", QFileDialog), ("P", QFileDialog), ("?", QDialog), ("F1", QDialog)],
)  # fmt: skip
def test_dialogs_open_by_key_and_close_by_escape(qtbot, window, keys, kind):
    press(window, keys)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


@pytest.mark.parametrize("action", ["help.conventions", "help.notes", "help.about"])
def test_dialogs_of_the_help_menu(qtbot, window, action):
    trigger_from_menu(window, next(a for a in ACTIONS if a.id == action))
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_what_is_not_possible_is_not_offered(window):
    of = window.actions_.of
    window.session.show_content(None)
    for action in ACTIONS:
        possible = action.needs in (Needs.NOTHING, Needs.DATASET) and action.lifter < 0
        possible = possible and (action.live is None or bool(action.live(window)))
        assert of[action.id].isEnabled() is possible, action.id
    assert [of[f"source.{n}"].isVisible() for n in (1, 3, 4, 9)] == [True, True, False, False]
    assert of["source.2"].text() == "simplebaseline3d-compact"


def test_what_was_opened_lately_can_be_opened_from_the_menu(qtbot, window, tmp_path):
    clip = DEMO / "data" / "test_set" / "S2" / "Running_1_cam_2.npy"
    open_in(qtbot, window, clip)
    recents = window.actions_.recents
    assert recents.menuAction() in window.actions_.menus["File"].actions()
    recents.popup(window.pos())
    QApplication.processEvents()
    assert [entry.text() for entry in recents.actions()] == [str(clip), str(DEMO)]
    with qtbot.waitSignal(window.bench.opened, timeout=30_000):
        QTest.mouseClick(recents, Qt.MouseButton.LeftButton, pos=recents.actionGeometry(recents.actions()[1]).center())
    assert window.bench.workspace.path == DEMO and len(window.bench.workspace.clips) == 8
    assert window.bench.settings.recent == (str(DEMO), str(clip))
