"""What leaves the window: a figure by its dialog, pictures and numbers on the clipboard, files of angles."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from core.conventions import ShoulderView
from core.evaluation import REFERENCE
from core.export.opensim_coordinates import COORDINATES
from core.formats.registry import read
from tests.viewer.conftest import DEMO, finished, open_in
from viewer.angle_files import AngleFormat, angle_paths, angles_of, export_angles
from viewer.copying import angle_text
from viewer.dialogs.figure import SIZES, FigureDialog
from viewer.figures.choices import FigureFormat, FigureKind, FrameRange
from viewer.opening import open_workspace
from viewer.view import EngineView, View
from viewer.workspace import estimator_for, load_content

LONG_MS = 60_000
PREDICTIONS = DEMO / "predictions" / "motionbert-compact"


@pytest.fixture
def lone(tmp_path_factory):
    """A lifter's file and its manifest, away from any dataset."""
    folder = tmp_path_factory.mktemp("alone")
    for name in ("S1_Throw_1_cam_4.npy", "manifest.json"):
        shutil.copy(PREDICTIONS / name, folder / name)
    return folder / "S1_Throw_1_cam_4.npy"


def settled(qtbot, window):
    qtbot.waitUntil(lambda: not window.bench.jobs.running(), timeout=LONG_MS)


@pytest.fixture
def dialog(qtbot, window):
    """The dialog as its action opens it, its first preview drawn."""
    window.session.seek(50)
    window.session.update(angle=6, span=(10, 60))
    window.actions_.of["take.figure"].trigger()
    made = window.findChild(FigureDialog)
    drawn(qtbot, made)
    return made


def drawn(qtbot, dialog):
    """Wait until what is chosen is what is shown."""
    qtbot.waitUntil(lambda: not dialog._pause.isActive() and not dialog._latest._busy, timeout=LONG_MS)


def choose(box, value):
    box.setCurrentIndex(box.findData(value))


def test_a_figure_from_the_menu_to_the_file(qtbot, window, dialog, tmp_path):
    choose(dialog.kind, FigureKind.STRIPS)
    choose(dialog.format, FigureFormat.SVG)
    choose(dialog.range, FrameRange.SPAN)
    dialog.size_.setCurrentIndex(0)
    dialog.size_.activated.emit(0)
    assert dialog.width_mm.value() == SIZES[0][1] and dialog.fit.isChecked()
    drawn(qtbot, dialog)
    assert not dialog.preview.pixmap().isNull() and dialog.verdict.text() == ""
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    ask = dialog.findChild(QFileDialog)
    assert ask.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    path = tmp_path / "figure.svg"
    ask.fileSelected.emit(str(path))
    ask.reject()
    settled(qtbot, window)
    name = window.session.content.name
    assert {p.name for p in tmp_path.iterdir()} == {"figure.svg", "figure_data.csv", "figure_data.csv.json"}
    record = json.loads((tmp_path / "figure_data.csv.json").read_text())
    assert record["clip"] == name and record["figure"]["first_frame"] == 10
    assert record["dataset"]["index_fingerprint"] == window.bench.workspace.job.dataset.fingerprint
    assert set(record["sources"]) == set(window.lifter_names()) and "matplotlib" not in record["sources"]
    with (tmp_path / "figure_data.csv").open() as file:
        assert [int(row["frame"]) for row in csv.DictReader(file)] == list(range(10, 61))
    assert "estimator" in record and record["estimator"]["fingerprint"][:12] in path.read_text()
    assert window.bench.settings.figure.kind is FigureKind.STRIPS  # remembered


def test_what_cannot_be_drawn_is_said_and_not_saved(qtbot, dialog):
    dialog.fit.setChecked(False)
    dialog.height_mm.setValue(25)
    qtbot.waitUntil(lambda: "mm of height would do" in dialog.verdict.text(), timeout=LONG_MS)
    assert not dialog.save.isEnabled()
    dialog.fit.setChecked(True)
    qtbot.waitUntil(dialog.save.isEnabled, timeout=LONG_MS)
    assert dialog.height_mm.value() > 40
    dialog.reject()


def test_only_what_can_be_chosen_is_offered(qtbot, window, dialog):
    choose(dialog.kind, FigureKind.TABLE)
    assert not dialog.range.isEnabled() and not dialog.shots.isEnabled()
    choose(dialog.kind, FigureKind.SCENE)
    assert dialog.shots.isEnabled() and not dialog.range.isEnabled()
    dialog.shots.setValue(3)
    assert dialog.range.isEnabled()
    dialog.reject()
    window.session.update(span=None)
    window.take.figure()
    again = window.findChildren(FigureDialog)[-1]
    assert not again.range.model().item(again.range.findData(FrameRange.SPAN)).isEnabled()
    assert again.choices.shots == 3
    again.reject()


def test_the_figure_goes_to_the_clipboard_at_its_resolution(qtbot, window, dialog):
    choose(dialog.kind, FigureKind.STRIPS)
    dialog.dpi.setValue(150)
    dialog.width_mm.setValue(127)
    drawn(qtbot, dialog)
    with qtbot.waitSignal(dialog.copied, timeout=LONG_MS):
        QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().image().width() == 750
    dialog.reject()


def test_pictures_of_panels(window):
    clipboard = QGuiApplication.clipboard()
    for name in ("traces", "heatmaps", "timeline", "readout"):
        window.actions_.of[f"take.copy_{name}"].trigger()
        panel = window.docks[name].widget()
        ratio = panel.devicePixelRatioF()
        assert clipboard.image().size() == (panel.size().toSizeF() * ratio).toSize()
    window.actions_.of["take.copy_window"].trigger()
    assert clipboard.image().width() == round(window.width() * window.devicePixelRatioF())
    window.actions_.of["take.copy_scene"].trigger()
    seen = clipboard.image()
    assert seen.width() == round(window.scene.width() * window.devicePixelRatioF())
    assert len({seen.pixel(x, y) for x in range(0, seen.width(), 5) for y in range(0, seen.height(), 5)}) > 20


def test_a_picture_of_the_window_has_what_lies_over_the_scene(window):
    """The palette, as it is on screen, and OpenGL's drawing where nothing lies over it."""
    area = window.scene.area
    scene = QRect(area.mapTo(window, QPoint(0, 0)), area.size()).adjusted(1, 1, -1, -1)
    assert len(np.unique(part(pixels(window.picture()), scene).reshape(-1, 3), axis=0)) > 100
    window.manners.open_palette()
    palette = window.manners.palette
    both = palette.geometry().intersected(scene).adjusted(3, 3, -3, -3)  # its edge lets the ground through
    assert both.width() > 100 and both.height() > 100
    own = pixels(palette.grab(both.translated(-palette.pos())).toImage())
    np.testing.assert_array_equal(part(pixels(window.picture()), both), own)


def pixels(image):
    """(height, width, 3) of a picture."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    whole = np.array(image.constBits()).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return whole[:, : image.width(), :3]


def part(picture, rect):
    return picture[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]


def test_the_panel_with_the_keyboard_is_copied(qtbot, window):
    window.readout.setFocus()
    qtbot.waitUntil(window.readout.hasFocus)
    assert window.take.panel_in_focus() == "readout"
    window.actions_.of["take.copy"].trigger()
    assert QGuiApplication.clipboard().image().height() == round(
        window.readout.height() * window.readout.devicePixelRatioF()
    )
    window.scene.setFocus()
    window.readout.clearFocus()
    assert window.take.panel_in_focus() == "scene"


def test_numbers_on_the_clipboard(window, demo_content):
    window.session.update(angle=3, span=(5, 8))
    window.actions_.of["take.copy_angle"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    head, rows = lines[0].split("\t"), [line.split("\t") for line in lines[1:]]
    track, angle = window.session.content.tracks[0], window.session.content.angles[3].name
    assert head[:3] == ["frame", "time_s", f"reference_{angle}_deg"] and head[-1] == f"floor_{angle}_deg"
    assert [row[0] for row in rows] == ["5", "6", "7", "8"]
    column = head.index(f"{track.name}_{angle}_error_deg")
    np.testing.assert_allclose([float(row[column]) for row in rows], track.error_deg[5:9, 3], atol=6e-5)
    window.actions_.of["take.copy_numbers"].trigger()
    assert QGuiApplication.clipboard().text() == window.readout.text()
    hidden = View(hidden=frozenset({"floor", track.name}))
    assert angle_text(demo_content, hidden).count("\n") == demo_content.n_frames
    assert not {"floor", track.name} & {name.partition("_")[0] for name in angle_text(demo_content, hidden).split()}


@pytest.fixture(scope="module")
def workspace():
    return finished(open_workspace([DEMO], EngineView()))


def loaded(workspace, engine, clip=0):
    name = workspace.clips[clip].name
    return load_content(workspace, name, engine, estimator_for(engine, len(workspace.clips)))


@pytest.mark.parametrize("view", ShoulderView)
@pytest.mark.parametrize("kind", AngleFormat)
def test_angle_files_hold_the_clips_angles(workspace, tmp_path, view, kind):
    engine = EngineView(shoulder=view)
    content = loaded(workspace, engine)
    beside = finished(export_angles(content, workspace, engine, (), tmp_path, kind))
    record = json.loads(beside.read_text())
    names = [REFERENCE, "floor", *(track.name for track in content.tracks)]
    assert list(record["files"]) == names
    assert {p.name for p in tmp_path.iterdir()} == {*record["files"].values(), beside.name}
    assert record["dataset"]["index_fingerprint"] == workspace.job.dataset.fingerprint
    track = content.tracks[0]
    path = tmp_path / record["files"][track.name]
    if kind is AngleFormat.CSV:
        with path.open() as file:
            rows = list(csv.DictReader(file))
        values = np.array([[float(row[a.column] or "nan") for a in content.angles] for row in rows])
        np.testing.assert_allclose(values, track.angles_deg, atol=6e-5, equal_nan=True)
        return
    table = read(path).items[0].record
    if kind is AngleFormat.COORDINATES:
        assert path.name == f"{content.name}_{track.name}_coordinates.mot"
        assert table.names == tuple(name for name, _, _ in COORDINATES)
        np.testing.assert_allclose(table.values[:, :2], track.angles_deg[:, :2], atol=6e-5)
        return
    assert path.name == f"{content.name}_{track.name}_angles.{kind}"
    assert table.names == tuple(angle.name for angle in content.angles)
    np.testing.assert_allclose(table.values, track.angles_deg, atol=6e-5, equal_nan=True)
    np.testing.assert_allclose(table.time_s, np.arange(content.n_frames) / content.fps, atol=1e-6)


def test_angles_of_a_file_alone(lone, tmp_path):
    """Without a reference there is one file; another view of the shoulder comes from the stored angles."""
    alone = finished(open_workspace([lone], EngineView()))
    plain, raw = EngineView(), EngineView(shoulder=ShoulderView.RAW)
    written = {}
    for engine in (plain, raw):
        content = loaded(alone, engine)
        folder = tmp_path / str(engine.shoulder)
        folder.mkdir()
        finished(export_angles(content, alone, engine, (), folder, AngleFormat.MOT))
        path, beside = angle_paths(content, folder, AngleFormat.MOT)
        written[engine.shoulder] = read(path).items[0].record
        assert json.loads(beside.read_text())["sources"]
        np.testing.assert_allclose(written[engine.shoulder].values, content.tracks[0].angles_deg, atol=1e-3,
                                   equal_nan=True)  # fmt: skip
    flexion, abduction = (written[ShoulderView.COMPONENTS].values[:, i] for i in (4, 6))
    np.testing.assert_allclose(written[ShoulderView.RAW].values[:, 6], np.hypot(flexion, abduction), atol=2e-3)
    assert list(angles_of(content)) == [content.tracks[0].name]


@pytest.mark.parametrize("kind", AngleFormat)
def test_angles_by_the_menu(qtbot, window, tmp_path, kind):
    window.actions_.of[f"take.angles_{kind}"].trigger()
    ask = QApplication.activeModalWidget()
    assert isinstance(ask, QFileDialog)
    ask.fileSelected.emit(str(tmp_path))
    ask.reject()
    settled(qtbot, window)
    paths = angle_paths(window.session.content, tmp_path, kind)
    assert all(path.is_file() for path in paths) and len(paths) == len(list(tmp_path.iterdir())) == 6


def test_files_are_not_replaced_unasked(qtbot, window, tmp_path):
    paths = angle_paths(window.session.content, tmp_path, AngleFormat.STO)
    paths[0].write_text("mine")
    window.take.angles_into(tmp_path, AngleFormat.STO)
    box = window.findChild(QMessageBox)
    assert paths[0].name in box.text()
    QTest.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    settled(qtbot, window)
    assert paths[0].read_text() == "mine" and len(list(tmp_path.iterdir())) == 1
    window.take.angles_into(tmp_path, AngleFormat.STO)
    box = window.findChildren(QMessageBox)[-1]
    QTest.mouseClick(box.buttons()[0] if "Replace" in box.buttons()[0].text() else box.buttons()[1],
                     Qt.MouseButton.LeftButton)  # fmt: skip
    settled(qtbot, window)
    assert all(path.is_file() for path in paths) and paths[0].read_text() != "mine"


def test_a_folder_that_cannot_be_written_is_one_line(qtbot, window, tmp_path):
    with qtbot.waitSignal(window.bench.said, timeout=LONG_MS) as said:
        window.take.angles_into(tmp_path / "no" / "folder", AngleFormat.MOT)
    line, severity = said.args
    assert severity == "error" and "cannot be written" in line and "\n" not in line


def test_without_matplotlib_the_window_says_so(window, monkeypatch):
    import sys

    lines = []
    window.bench.said.connect(lambda line, severity: lines.append((line, severity)))
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    window.take.figure()
    assert lines == [('figures need matplotlib, which is not installed: pip install "anglescope[viewer]"', "error")]
    assert window.findChild(FigureDialog) is None


def test_a_file_alone_can_be_drawn(qtbot, window, lone):
    open_in(qtbot, window, lone)
    window.take.figure()
    dialog = window.findChild(FigureDialog)
    drawn(qtbot, dialog)
    assert dialog.save.isEnabled() and dialog.verdict.text() == ""
    dialog.reject()
