"""The whole window and files: dropping, exporting by dialogs, what is remembered, results folders and studies."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QFileDialog, QLineEdit, QMessageBox, QPushButton
from typer.testing import CliRunner

from core.cli.app import app
from core.conventions import ShoulderView
from core.metrics.alignment import Alignment
from core.scoring import folder_run
from tests.viewer.conftest import DEMO
from tests.viewer.whole import assert_panels_agree, click, press, settle, wait_until
from viewer import application
from viewer.panels.clips.table import Cell
from viewer.settings import Settings, load_settings, settings_path
from viewer.view import Layout, Quantity
from viewer.window import Window

REASON = "not wanted in this test"


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """What the command writes for the demo."""
    out = tmp_path_factory.mktemp("results") / "r"
    command = ["score", str(DEMO), "--out", str(out), "--jobs", "1"]
    answer = CliRunner().invoke(app, command)
    assert answer.exit_code == 0, answer.output
    run = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**run, "command": ["anglescope", *command]}))  # not that of the tests
    return out


@pytest.fixture
def opened(qapp) -> Iterator[Callable[..., Window]]:
    """Makes windows from what is remembered, as the program does, on paths; those that are left go at the end."""
    made: list[Window] = []

    def opened(*paths: Path, score_clips: bool = False) -> Window:
        remembered, line = load_settings()
        assert line == ""
        window = Window(remembered, REASON, score_clips=score_clips)
        made.append(window)
        window.show()
        if paths:
            window.bench.open(paths)
            wait_until(lambda: window.session.content is not None, "for the clip")
        window.activateWindow()
        settle(window)
        QTest.qWait(30)
        return window

    yield opened
    for window in made:
        window.forget()
        window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def window(opened) -> Window:
    return opened(DEMO)


def drop(window: Window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, none, place = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier, window.rect().center()
    QApplication.sendEvent(window, QDragEnterEvent(place, copy, data, Qt.MouseButton.LeftButton, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(place), copy, data, Qt.MouseButton.LeftButton, none))


def dialog(kind: type[QDialog] = QDialog) -> QDialog:
    """The dialog that has come up."""
    wait_until(lambda: isinstance(QApplication.activeModalWidget(), kind), f"for a {kind.__name__}")
    return QApplication.activeModalWidget()


def push(box: QDialog, text: str) -> None:
    """Press a button of a dialog, which then goes."""
    button = next(one for one in box.findChildren(QPushButton) if one.text().replace("&", "") == text)
    wait_until(button.isEnabled, f"for {text}")
    click(button)
    wait_until(lambda: QApplication.activeModalWidget() is None, "for the dialog to go")


def save_as(name: str) -> None:
    """Type a name into the dialog for files and accept it by its button."""
    box = dialog(QFileDialog)
    line = box.findChild(QLineEdit)
    line.setCompleter(None)  # its list comes up whenever the folder has been read
    box.activateWindow()
    wait_until(line.hasFocus, "for the focus")  # without it every folder on the way stays selected beside the name
    line.selectAll()
    QTest.keyClicks(line, name)
    accept = box.findChild(QDialogButtonBox).buttons()[0]
    wait_until(accept.isEnabled)
    click(accept)
    wait_until(lambda: QApplication.activeModalWidget() is None, "for the dialog to go")


def said(window: Window, severity: str = "info") -> list[str]:
    return [message.text for message in window.messages.messages() if message.severity == severity]


# Dropping


def test_a_dropped_dataset_is_opened(window, tmp_path):
    shutil.copytree(DEMO / "data", tmp_path / "mine" / "data")
    before = window.session.content
    drop(window, tmp_path / "mine")
    wait_until(lambda: window.session.content is not before)
    settle(window)
    assert QApplication.activeModalWidget() is None
    assert window.windowTitle().endswith(" – mine – anglescope")
    assert window.session.content.tracks == () and window.lifter_names() == ()
    assert window.clips.model.rowCount() == 8
    assert_panels_agree(window)


def test_a_dropped_lifter_is_shown_first_and_added_when_the_user_agrees(window, tmp_path):
    shutil.copytree(DEMO / "predictions" / "simplebaseline3d-compact", tmp_path / "again")
    before = window.session.content
    window.session.seek(17)
    drop(window, tmp_path / "again")
    push(dialog(), "Cancel")
    settle(window)
    assert window.session.content is before
    drop(window, tmp_path / "again")
    name = dialog().findChild(QLineEdit)
    assert name.text() == "simplebaseline3d-compact_2"  # as its manifest says, which is taken
    name.selectAll()
    QTest.keyClicks(name, "again")
    push(dialog(), "Add lifter")
    wait_until(lambda: window.session.content is not before)
    settle(window)
    assert [track.name for track in window.session.content.tracks][3:] == ["again"]
    assert window.session.frame == 17 and window.session.content.name == before.name
    assert [button.entry.name for button in window.traces.legend.buttons][-1] == "again"
    assert window.actions_.of["source.4"].text() == "again" and window.actions_.of["source.4"].isVisible()
    assert {column.lifter for column in window.clips.model.columns} >= {"again"}
    assert_panels_agree(window)


# Exporting


def test_a_clip_is_exported_by_its_dialog_as_the_command_writes_it(window, results, tmp_path):
    press(window, "Ctrl+S")
    box = dialog(QFileDialog)
    assert box.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert box.selectedFiles()[0].endswith("S1_Running_1_cam_1.csv")
    save_as(str(tmp_path / "errors"))  # the suffix is added
    settle(window)
    written = tmp_path / "errors.csv"
    assert written.read_bytes() == (results / "clips" / "S1_Running_1_cam_1.csv").read_bytes()
    assert said(window) == [f"written: {written}"]
    assert json.loads((tmp_path / "errors.csv.json").read_text())["clip"] == "S1_Running_1_cam_1"


def waiting_after_two_clips(score, go_on):
    """The engine's own scoring, which holds still after two clips, or the demo would be done before it is stopped."""

    def held(*arguments):
        for number, done in enumerate(score(*arguments)):
            if number == 2:
                go_on.wait(60)
            yield done

    return held


def test_all_clips_are_exported_and_earlier_results_are_asked_about(window, results, tmp_path, monkeypatch):
    out = tmp_path / "r"
    window.ask.export_all_into(out)
    assert "scoring into r" in window.status.doing.text() and window.status.stop.isVisible()
    wait_until(lambda: said(window) == [f"written: {out}"], "for the export", 60)
    settle(window)
    assert not window.status.stop.isVisible()
    for name in ("summary.csv", "by_clip.csv", "clips/S3_Throw_1_cam_4.csv"):
        assert (out / name).read_bytes() == (results / name).read_bytes(), name
    before = (out / "run.json").stat().st_mtime_ns
    window.ask.export_all_into(out)
    box = dialog(QMessageBox)
    assert "results of an earlier run" in box.text() and str(out) in box.text()
    assert "Go on with it" not in [button.text() for button in box.buttons()]
    push(box, "Cancel")
    settle(window)
    assert (out / "run.json").stat().st_mtime_ns == before
    stopped = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(folder_run, "score", waiting_after_two_clips(folder_run.score, stopped))
        window.ask.export_all_into(out)
        push(dialog(QMessageBox), "Replace it")
        wait_until(lambda: "export" in window.bench.jobs.running())
        wait_until(lambda: window.status.bar.value() > 0, "for progress", 60)
        click(window.status.stop)
        stopped.set()
        window.bench.jobs.close()
    QApplication.processEvents()
    window.ask.export_all_into(out)
    box = dialog(QMessageBox)
    assert "an unfinished run" in box.text()
    push(box, "Go on with it")
    wait_until(lambda: "export" not in window.bench.jobs.running(), "for the second export", 60)
    settle(window)
    assert said(window)[-1] == f"written: {out}"
    assert (out / "summary.csv").read_bytes() == (results / "summary.csv").read_bytes()


def test_a_picture_of_the_window_is_saved(window, tmp_path):
    press(window, "P")
    save_as(str(tmp_path / "picture"))
    assert QImage(str(tmp_path / "picture.png")).size() == window.size()


# What is remembered


def test_what_was_set_is_there_again_the_next_time(opened):
    first = opened(DEMO)
    first.resize(1400, 900)
    first.docks["heatmaps"].close()
    press(first, "V")
    press(first, "E")
    press(first, "Y")
    first.choose_theme("light")
    first.session.update_engine(alignment=Alignment.SCALE, shoulder=ShoulderView.RAW)
    settle(first)
    places = {name: dock.geometry() for name, dock in first.docks.items() if dock.isVisible()}
    first.close()
    second = opened(DEMO)
    view = second.session.view
    assert view.scene.layout is Layout.GRID and view.scene.trail_frames == 15
    assert view.plots.quantity is Quantity.ERROR
    assert (view.engine.alignment, view.engine.shoulder) == (Alignment.SCALE, ShoulderView.RAW)
    assert second.theme.name == "light"
    assert (second.width(), second.height()) == (1400, 900)
    assert not second.docks["heatmaps"].isVisible()
    assert {name: dock.geometry() for name, dock in second.docks.items() if dock.isVisible()} == places
    assert second.bench.settings.last == str(DEMO)
    second.restore_layout()
    assert all(dock.isVisible() for dock in second.docks.values())


def test_a_window_that_is_to_forget_writes_nothing(opened):
    opened().forget()
    assert not settings_path().exists()


@pytest.mark.parametrize("text", ["{not json", '{"theme": 7}'])
def test_settings_that_cannot_be_read_cost_one_line_and_nothing_else(monkeypatch, text):
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(text)
    found = run_window_until_shown(monkeypatch, [])
    (line,) = found["warnings"]
    assert str(settings_path()) in line and "defaults" in line
    assert found["clip"] == "S1_Running_1_cam_1"  # the demo, as on the first start
    assert settings_path().with_suffix(".bad").read_text() == text


def test_the_program_opens_what_was_open_last(monkeypatch, tmp_path):
    shutil.copytree(DEMO / "data", tmp_path / "mine" / "data")
    assert run_window_until_shown(monkeypatch, [tmp_path / "mine"])["title"].endswith("mine – anglescope")
    assert run_window_until_shown(monkeypatch, [])["title"].endswith("mine – anglescope")
    shutil.rmtree(tmp_path / "mine")
    found = run_window_until_shown(monkeypatch, [])
    assert found["title"].endswith("demo – anglescope") and found["warnings"] == []
    assert load_settings()[0].recent == (str(application.demo_folder()), str(tmp_path / "mine"))


def run_window_until_shown(monkeypatch, paths: list[Path]) -> dict:
    """The program's own start, until a clip is on screen; then the window is closed as a user does."""
    made, found = [], {}

    def watched(settings: Settings, _reason: str | None) -> Window:
        window = Window(settings, REASON, score_clips=False)
        window.session.content_changed.connect(lambda _: QTimer.singleShot(0, window, lambda: tell(window)))
        made.append(window)
        return window

    def tell(window: Window) -> None:
        found.update(title=window.windowTitle(), clip=window.session.view.clip, warnings=said(window, "warning"))
        window.close()

    monkeypatch.setattr(application, "Window", watched)
    guard = QTimer(singleShot=True, interval=30_000)
    guard.timeout.connect(lambda: QApplication.exit(1))
    guard.start()
    assert application.run_window(paths) == 0  # closing the last window ends the program
    made[0].deleteLater()
    return found


# Results and studies


def test_a_results_folder_fills_the_table_without_scoring(opened, results):
    window = opened(results, score_clips=True)
    assert window.bench.idle() and not window.bench.scores.running
    table = window.clips.model.table
    assert table.scored == len(table) == 8
    assert (table.cells == Cell.SCORED).all()
    row = table.rows[table.place(window.session.content.name)]
    for lifter in row.lifters:
        track = window.session.content.track(lifter.lifter)
        assert abs(float(track.mpjpe_mm.mean()) - lifter.mpjpe_mm) < 0.01
    assert window.clips.count.text().startswith("8 of 8")
    assert_panels_agree(window)
    window.session.update_engine(shoulder=ShoulderView.RAW)  # for which these results do not hold
    wait_until(lambda: window.bench.scores.running)
    assert window.clips.model.table.scored == 0
    wait_until(lambda: window.clips.model.table.scored >= 1, "for a score", 60)
    window.bench.cancel()


def test_a_study_is_opened_with_its_options(opened, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(f'dataset = "{DEMO}"\nangles = "geometry"\nshoulder = "projected"\n')
    window = opened(study)
    assert window.windowTitle().endswith("study.toml – anglescope")
    content = window.session.content
    assert content.estimator == "geometry" and content.shoulder is ShoulderView.PROJECTED
    assert window.actions_.of["shoulder.projected"].isChecked() and window.actions_.of["weights.geometry"].isChecked()
    assert_panels_agree(window)


def test_poses_without_a_reference_are_shown_without_errors(opened, shared_data):
    window = opened(shared_data / "lifter_outputs" / "motionbert_boxing" / "X3D.npy")
    content = window.session.content
    assert content.reference is None
    assert window.heatmaps.canvas.sentence and window.timeline.bar.marks == ()
    assert "no reference" in window.scene.caption
    assert (
        not window.actions_.of["file.export_clip"].isEnabled() and not window.actions_.of["go.worst_next"].isEnabled()
    )
    press(window, "Ctrl+Right")
    assert window.session.frame == 10
    assert_panels_agree(window)
