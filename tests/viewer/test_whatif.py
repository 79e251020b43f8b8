"""What-if by real events: a joint is dragged, both errors move at once, and the saved poses score as was shown."""

from __future__ import annotations

import csv
import shutil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from typer.testing import CliRunner

from core.cli.app import app
from core.editing import HipDefinition, Move, Noise, ScaleBone, SwapSides
from tests.viewer.conftest import DEMO, finished, open_in
from tests.viewer.whole import joint_px
from viewer.exporting import export_clip
from viewer.scene.eye import dragged_mm
from viewer.whatif.scope import Scope

CLIP, FRAME, LIFTER = "S1_Throw_1_cam_4", 60, "motionbert-compact"
R_WRIST = 16


@pytest.fixture
def whatif(window, qtbot):
    """The window on a throw, its joints following the mouse, the side view so that a drag has room."""
    open_in(qtbot, window, DEMO, clip=CLIP)
    window.session.seek(FRAME)
    window.session.update(angle=9, lifter=LIFTER, hidden=frozenset({"simplebaseline3d-compact", "videopose3d-compact"}))
    qtbot.keyClick(window, Qt.Key.Key_Q)
    qtbot.waitUntil(window.bench.idle, timeout=20_000)
    assert window.session.view.whatif
    return window


def of_lifter(window, joint: int) -> QPoint:
    """Where a joint of the lifter is on the scene."""
    return joint_px(window, window.session.content.track(LIFTER), joint)


def press(window, joint: int, modifier=Qt.KeyboardModifier.NoModifier) -> QPoint:
    at = of_lifter(window, joint)
    QTest.mousePress(window.scene.area, Qt.MouseButton.LeftButton, modifier, at)
    assert window.whatif.holding
    return at


def drag(qtbot, window, joint: int, by: QPoint, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """The joint taken, moved in steps and let go; waits until the whole clip was computed."""
    area, at = window.scene.area, press(window, joint, modifier)
    for step in range(1, 5):
        QTest.mouseMove(area, at + by * step / 4)
        qtbot.wait(1)
    with qtbot.waitSignal(window.session.content_changed, timeout=20_000):
        QTest.mouseRelease(area, Qt.MouseButton.LeftButton, modifier, at + by)


def read_rows(path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def errors(window) -> tuple[float, float]:
    """MPJPE in mm and error of the selected angle in degrees at the frame."""
    track = window.session.content.track(LIFTER)
    return float(track.mpjpe_mm[FRAME]), float(track.error_deg[FRAME, window.session.view.angle])


def test_both_errors_move_while_a_joint_is_dragged(whatif, qtbot):
    before, at = errors(whatif), press(whatif, R_WRIST)
    seen = []
    for step in (10, 20, 30):
        with qtbot.waitSignal(whatif.session.edited, timeout=5000):
            QTest.mouseMove(whatif.scene.area, at + QPoint(step, -step))
        seen.append(errors(whatif))
    assert len({*seen, before}) == 4
    assert len({mm for mm, _ in (*seen, before)}) == 4
    assert len({deg for _, deg in (*seen, before)}) == 4
    # The joint is under the mouse, and the row of the read-out is the number of the content.
    assert (of_lifter(whatif, R_WRIST) - (at + QPoint(30, -30))).manhattanLength() <= 2
    assert f"{seen[-1][1]:+.1f}".lstrip("+") in whatif.readout.text()
    QTest.mouseRelease(whatif.scene.area, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_what_is_dragged_is_what_is_computed_afterwards(whatif, qtbot):
    """The live frame and the clip computed again have the same numbers; other frames and lifters are as before."""
    untouched = whatif.session.content
    shown: list[tuple[float, float]] = []
    whatif.session.edited.connect(lambda _: shown.append(errors(whatif)))
    drag(qtbot, whatif, R_WRIST, QPoint(40, -30))
    assert errors(whatif) == pytest.approx(shown[-1], abs=1e-3)
    content, (edit,) = whatif.session.content, whatif.session.view.edits
    assert (edit.clip, edit.source) == (CLIP, LIFTER)
    assert isinstance(edit.edit, Move)
    assert (edit.edit.joint, edit.edit.first, edit.edit.last, edit.edit.limb) == (R_WRIST, FRAME, FRAME, False)
    others = np.arange(content.n_frames) != FRAME
    for before, after in zip(untouched.tracks, content.tracks, strict=True):
        kept = others if after.name == LIFTER else slice(None)
        assert np.allclose(before.error_deg[kept], after.error_deg[kept], atol=1e-3, equal_nan=True)
        assert np.array_equal(before.xyz_mm[kept], after.xyz_mm[kept])


def test_with_shift_the_limb_comes_along(whatif, qtbot):
    elbow, wrist = 15, R_WRIST
    before = whatif.session.content.track(LIFTER).xyz_mm[FRAME]
    drag(qtbot, whatif, elbow, QPoint(0, 25), Qt.KeyboardModifier.ShiftModifier)
    moved = whatif.session.content.track(LIFTER).xyz_mm[FRAME] - before
    assert np.allclose(moved[elbow], moved[wrist], atol=0.01)
    assert np.linalg.norm(moved[elbow]) > 20
    assert not np.delete(moved, [elbow, wrist], axis=0).any()


def test_edited_poses_are_marked_everywhere(whatif, qtbot, tmp_path):
    drag(qtbot, whatif, R_WRIST, QPoint(40, -30))
    content = whatif.session.content
    assert content.edited == {LIFTER}
    assert content.track(LIFTER).label == f"{LIFTER} (edited)"
    assert LIFTER in whatif.whatif_panel.state.text()
    assert any("edited by hand" in note for note in content.track(LIFTER).notes)
    finished(export_clip(content, whatif.bench.workspace, whatif.session.view.engine, tmp_path / "x.csv"))
    lifters = {row["lifter"] for row in read_rows(tmp_path / "x.csv")}
    assert f"{LIFTER} (edited)" in lifters
    table = whatif.readout._table
    heads = zip(table.geometry.places, table.heads.every, strict=True)
    assert [place.group.name for place, head in heads if "(edited)" in head.lines] == [LIFTER]
    assert f"{LIFTER} (edited) error °" in whatif.readout.text().splitlines()[1].split("\t")
    assert LIFTER not in lifters


def test_saved_poses_score_through_the_command_as_was_shown(whatif, qtbot, tmp_path):
    """Every number of the frame, and of its neighbours, in the CSV that ``anglescope score`` writes."""
    drag(qtbot, whatif, R_WRIST, QPoint(40, -30))
    whatif.whatif.scope = Scope.CLIP
    with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
        whatif.whatif.apply(ScaleBone(2, *whatif.whatif.frames(), 1.15))
    shown = whatif.session.content
    with qtbot.waitSignal(whatif.bench.opened, timeout=20_000):
        whatif.bench.save_edited(tmp_path / "mine", LIFTER)
    assert "mine" in whatif.lifter_names()
    one = tmp_path / "one"
    shutil.copytree(DEMO, one, ignore=shutil.ignore_patterns("predictions", "S2", "S3", "S1_*", "Running*", "Spin*"))
    command = ["score", str(one), "--lifter", f"mine={tmp_path / 'mine'}", "--out", str(tmp_path / "r"), "--jobs", "1"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    rows = [row for row in read_rows(tmp_path / "r" / "clips" / f"{CLIP}.csv")
            if row["lifter"] == "mine"]  # fmt: skip
    track = shown.track(LIFTER)
    names = [angle.name for angle in shown.angles]
    assert len(rows) == shown.n_frames
    got = np.array([[float(row[f"{name}_error_deg"] or "nan") for name in names] for row in rows])
    assert np.allclose(got, track.error_deg, atol=6e-4, equal_nan=True)  # of a file with three decimals
    assert np.allclose([float(row["mpjpe_mm"]) for row in rows], track.mpjpe_mm, atol=6e-4)


def test_keys_nudge_the_selected_joint(whatif, qtbot):
    whatif.session.update(joint=R_WRIST)
    before = of_lifter(whatif, R_WRIST)
    for _ in range(3):
        with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
            qtbot.keyClick(whatif, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
    assert (of_lifter(whatif, R_WRIST) - before - QPoint(0, -12)).manhattanLength() <= 2
    assert len(whatif.session.view.edits) == 1  # a joint that is moved on is one edit


NUDGES = {Qt.Key.Key_Up: QPoint(0, -4), Qt.Key.Key_Down: QPoint(0, 4), Qt.Key.Key_Left: QPoint(-4, 0),
          Qt.Key.Key_Right: QPoint(4, 0)}  # fmt: skip


@pytest.mark.parametrize("which", NUDGES)
def test_each_arrow_nudges_its_way(whatif, qtbot, which):
    whatif.session.update(joint=R_WRIST)
    before = of_lifter(whatif, R_WRIST)
    with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
        qtbot.keyClick(whatif, which, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
    assert (of_lifter(whatif, R_WRIST) - before - NUDGES[which]).manhattanLength() <= 2


def test_the_menu_swaps_clears_and_saves(whatif, qtbot, tmp_path):
    """The actions whatif.swap, whatif.clear and whatif.save."""
    with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
        whatif.actions_.of["whatif.swap"].trigger()
    assert [edit.edit for edit in whatif.session.view.edits] == [SwapSides(FRAME, FRAME)]
    whatif.actions_.of["whatif.save"].trigger()
    asking = whatif.findChild(QFileDialog)
    with qtbot.waitSignal(whatif.bench.opened, timeout=20_000):
        asking.fileSelected.emit(str(tmp_path / "swapped"))
        asking.reject()
    assert (tmp_path / "swapped" / "manifest.json").is_file()
    assert whatif.lifter_names()[-1] == "swapped"
    qtbot.waitUntil(whatif.bench.idle, timeout=20_000)
    with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(whatif, Qt.Key.Key_Backspace, keys)
    assert not whatif.session.view.edits


def test_without_a_joint_a_nudge_says_what_is_missing(whatif, qtbot):
    whatif.session.update(joint=-1)
    with qtbot.waitSignal(whatif.session.message) as said:
        qtbot.keyClick(whatif, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier)
    assert "select a joint" in said.args[0]
    assert not whatif.session.view.edits


def test_the_panel_does_every_kind_of_edit(whatif, qtbot):
    panel = whatif.whatif_panel
    whatif.session.update(joint=R_WRIST)
    choose(panel.tools.scope, str(Scope.CLIP))
    last = whatif.session.content.n_frames - 1
    steps = [(lambda: panel.tools.noise.click(), Noise((R_WRIST,), 0, last, 10.0, 1)),
             (lambda: panel.tools.scale.click(), ScaleBone(R_WRIST, 0, last, 1.1)),
             (lambda: panel.tools.swap.click(), SwapSides(0, last)),
             (lambda: choose(panel.tools.hips, "ap3d"), HipDefinition("ap3d"))]  # fmt: skip
    for number, (do, edit) in enumerate(steps, start=1):
        before = whatif.session.content.track(LIFTER).error_deg.copy()
        with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
            do()
        assert whatif.session.view.edits[-1].edit == edit
        assert panel.done.count() == number
        assert not np.array_equal(whatif.session.content.track(LIFTER).error_deg, before, equal_nan=True)
    with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
        panel.remove.click()
    assert [type(edit.edit) for edit in whatif.session.view.edits] == [Noise, ScaleBone, SwapSides]
    with qtbot.waitSignal(whatif.session.content_changed, timeout=20_000):
        panel.clear.click()
    assert not whatif.session.view.edits
    assert not panel.save.isEnabled()


def choose(combo, data) -> None:
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_arrows_point_where_the_angle_grows_and_the_table_says_how_much(whatif, qtbot):
    """The dearest joint, moved a millimetre along its arrow, changes the angle by what the table says."""
    with qtbot.waitSignal(whatif.whatif.costs_changed, timeout=20_000) as told:
        qtbot.keyClick(whatif, Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    costs = told.args[0]
    joint = costs.order[0]
    assert whatif.whatif_panel.costs.joints[0] == joint
    shown = float(whatif.whatif_panel.costs.item(0, 1).text())
    assert shown == pytest.approx(costs.per_mm[joint], abs=6e-4)
    way = costs.slopes[joint] / costs.per_mm[joint]
    before = float(whatif.session.content.track(LIFTER).angles_deg[FRAME, 9])
    assert whatif.whatif.hold(LIFTER, joint, limb=False)
    with qtbot.waitSignal(whatif.session.edited, timeout=5000):
        whatif.whatif.drag(way)
    after = float(whatif.session.content.track(LIFTER).angles_deg[FRAME, 9])
    whatif.whatif.cancel()
    assert after - before == pytest.approx(costs.per_mm[joint], rel=0.02)
    assert float(whatif.session.content.track(LIFTER).angles_deg[FRAME, 9]) == before
    assert not whatif.session.view.edits


def test_a_drag_in_the_picture_is_that_drag_in_the_world(whatif):
    area = whatif.scene.area
    point = whatif.session.content.track(LIFTER).xyz_mm[FRAME, R_WRIST].astype(float)
    size = area.cells[0][2:]
    before, depth = area.eye.project(point, size)
    after, _ = area.eye.project(point + dragged_mm(area.eye, float(depth), 31.0, -17.0, size), size)
    assert np.allclose(after - before, (31.0, -17.0), atol=0.01)


def test_without_the_switch_a_drag_turns_the_scene(window, qtbot):
    open_in(qtbot, window, DEMO, clip=CLIP)
    window.session.seek(FRAME)
    at, before = of_lifter(window, R_WRIST), window.scene.area.eye
    QTest.mousePress(window.scene.area, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(window.scene.area, at + QPoint(40, 0))
    QTest.mouseRelease(window.scene.area, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at + QPoint(40, 0))
    assert window.scene.area.eye != before
    assert not window.session.view.edits
