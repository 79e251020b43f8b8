"""The dialog of films on the whole window, by real events."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog

from viewer.dialogs.film import FilmDialog
from viewer.film.options import FilmFormat, FilmLayout, FilmOptions, FilmSpan
from viewer.settings import Settings, load_settings, save_settings

SMALL = FilmOptions(size=(800, 450), layout=FilmLayout.SCENE)


def opened(qtbot, window) -> FilmDialog:
    window.setFocus()
    QTest.keySequence(window, QKeySequence("Alt+P"))
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FilmDialog), timeout=10_000)
    return QApplication.activeModalWidget()


def choose(box, value):
    """By keys, as a user does."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    while box.value != value:
        QTest.keyClick(box, Qt.Key.Key_Down)


def save_as(qtbot, dialog, path):
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
    asking = QApplication.activeModalWidget()
    asking.selectFile(str(path))
    asking.accept()


def test_it_previews_says_how_long_and_makes_the_film(qtbot, window, tmp_path):
    window.bench.settings = Settings(device="cpu", film=SMALL)
    window.session.update(span=(10, 29), frame=12)
    dialog = opened(qtbot, window)
    assert dialog.says.text() == "10 frames, 0.2 s\nreal time, every 2nd frame, 60 frames/s"
    qtbot.waitUntil(lambda: not dialog.preview.pixmap().isNull(), timeout=20_000)
    assert (dialog.preview.pixmap().width(), dialog.preview.pixmap().height()) == (640, 360)
    dialog.every.click()
    assert dialog.says.text() == "20 frames, 0.3 s\nhalf speed, every frame, 60 frames/s"
    path = tmp_path / "throw.mp4"
    with qtbot.waitSignal(window.bench.said, timeout=60_000) as said:
        save_as(qtbot, dialog, path)
    assert said.args == [f"written: {path}", "info"]
    facts = json.loads((tmp_path / "throw.mp4.json").read_text())
    assert (facts["first_frame"], facts["last_frame"], facts["film_frames"]) == (10, 29, 20)
    assert facts["dataset"]["index_fingerprint"] == window.bench.workspace.job.dataset.fingerprint
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert window.bench.remembered().film == FilmOptions(FilmLayout.SCENE, size=(800, 450), every_frame=True)


def test_choices_become_options(qtbot, window):
    window.session.update(span=None)
    dialog = opened(qtbot, window)
    assert dialog.options.span is FilmSpan.CLIP  # there is no in and out
    choose(dialog.layout_box, FilmLayout.TWELVE)
    choose(dialog.format_box, FilmFormat.GIF)
    assert dialog.options.size == (800, 450)
    choose(dialog.size_box, (800, 800))
    choose(dialog.speed_box, 0.25)
    choose(dialog.theme_box, "light")
    dialog.turning.click()
    assert dialog.options == FilmOptions(FilmLayout.TWELVE, FilmFormat.GIF, (800, 800), "light", 0.25, False, True,
                                         FilmSpan.CLIP)  # fmt: skip
    assert dialog.says.text().startswith("240 frames, 8.0 s")
    choose(dialog.span_box, FilmSpan.RANGE)
    assert dialog.first_box.isEnabled()
    dialog.first_box.setValue(100)
    dialog.last_box.setValue(99)
    assert "no frame in the span" in dialog.says.text() and not dialog.save.isEnabled()
    dialog.last_box.setValue(100)
    assert dialog.says.text().startswith("1 frame, ") and dialog.save.isEnabled()
    assert (dialog.film.first, dialog.film.last) == (100, 100)
    QTest.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_a_film_is_cancelled_in_the_status_line(qtbot, window, tmp_path):
    window.bench.settings = Settings(device="cpu", film=SMALL)
    dialog = opened(qtbot, window)
    with qtbot.waitSignal(window.bench.jobs.progressed, timeout=60_000,
                          check_params_cb=lambda _kind, progress: progress.done >= 3):  # fmt: skip
        save_as(qtbot, dialog, tmp_path / "x.mp4")
    assert window.status.stop.isVisible() and window.status.doing.text() == "writing x.mp4"
    assert window.status.bar.maximum() == 120
    QTest.mouseClick(window.status.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.bench.idle)
    qtbot.waitUntil(lambda: list(tmp_path.iterdir()) == [], timeout=10_000)


def test_what_cannot_be_written_is_one_line(qtbot, window, tmp_path):
    window.bench.settings = Settings(device="cpu", film=SMALL)
    dialog = opened(qtbot, window)
    with qtbot.waitSignal(window.bench.said, timeout=60_000) as said:
        dialog._choose(tmp_path / "nowhere" / "x.mp4")
    assert said.args == [f"{tmp_path / 'nowhere'}: there is no such folder", "error"]


def test_without_pyav_the_dialog_does_not_open(qtbot, window, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    with qtbot.waitSignal(window.bench.said) as said:
        window.actions_.of["film.make"].trigger()
    assert said.args == ["films need PyAV, which is not installed. Run: pip install av", "error"]
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("options", [FilmOptions(), FilmOptions(FilmLayout.SCENE, FilmFormat.GIF, (800, 450), "light")])
def test_how_the_last_film_was_made_is_remembered(tmp_path, options):
    path = tmp_path / "settings.json"
    assert save_settings(Settings(film=options), path) == ""
    assert load_settings(path)[0].film == options
