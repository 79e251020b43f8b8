"""Dialogs: what is understood of a lifter's files is said and can be corrected; keys are found."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTreeWidget,
)

from core.dataset import open_dataset
from core.errors import DataError
from core.pairing import FitPolicy, LifterOptions, Pairing
from tests.simulated_sources import write_simulated
from viewer.dialogs.add_lifter import AddLifterDialog
from viewer.dialogs.key_sheet import KeySheet, _dealt
from viewer.dialogs.latest import Latest
from viewer.dialogs.understood import FACTS, Unplaced, _unplaced, name_fault, suggested_name, understand
from viewer.theme import DARK, palette_of

ENOUGH_MS = 20_000
LIFTER = "motionbert-compact"


@pytest.fixture(scope="session")
def demo(demo_job):
    return demo_job.dataset


@pytest.fixture
def predictions(demo):
    return demo.root / "predictions"


@pytest.fixture(scope="session")
def noisy(tmp_path_factory):
    """Predictions that are near enough to the reference for their axes to be found: noise in depth, simulated."""
    return write_simulated(tmp_path_factory.mktemp("simulated") / "sim_depth_noise", "sim_depth_noise")


@pytest.fixture
def bare(noisy, tmp_path):
    """The depth noise as plain arrays without a manifest."""
    folder = tmp_path / "my lifter!"
    shutil.copytree(noisy, folder)
    (folder / "manifest.json").unlink()
    return folder


@pytest.fixture
def ask(qtbot):
    """Makes a dialog, and waits until it has looked at the files."""

    def make(dataset, path, taken=()):
        dialog = AddLifterDialog(dataset, path, taken)
        qtbot.addWidget(dialog)
        bring_up(qtbot, dialog)
        settled(qtbot, dialog)
        return dialog

    return make


def bring_up(qtbot, dialog):
    """Show it with the focus of the keyboard, which no window manager gives here."""
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def settled(qtbot, dialog):
    """Until nothing is being looked at and nothing waits to be."""
    qtbot.waitUntil(lambda: not dialog._pause.isActive() and not dialog._verdict.text().startswith("Looking"),
                    timeout=ENOUGH_MS)  # fmt: skip


def field(dialog, kind, name):
    return next(found for found in dialog.findChildren(kind) if found.accessibleName() == name)


def choose(qtbot, dialog, name, text):
    """Choose an entry of a list by keys."""
    box = field(dialog, QComboBox, name)
    box.setFocus()
    for _ in range(box.count()):
        if box.currentText() == text:
            break
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == text
    settled(qtbot, dialog)


def fact(dialog, key):
    return field(dialog, QLabel, f"{FACTS[key]}, as it is understood").text()


def groups(dialog):
    """Lines of the tree by the title of their group."""
    tree = dialog.findChild(QTreeWidget)
    tops = [tree.topLevelItem(index) for index in range(tree.topLevelItemCount())]
    return {top.text(0): [top.child(i).text(0) for i in range(top.childCount())] for top in tops}


def adding(dialog):
    return next(button for button in dialog.findChildren(QPushButton) if button.text() == "Add lifter")


# -- adding a lifter -----------------------------------------------------------------------------------------------
def test_the_demos_predictions_are_understood(qtbot, ask, demo, predictions):
    dialog = ask(demo, predictions / LIFTER, (LIFTER,))
    assert dialog._verdict.text() == "8 of 8 clips matched"
    assert fact(dialog, "format") == "17-joint poses (plain array) (poses_npy)"
    assert fact(dialog, "axes") == "camera: x right, y down, z away"
    assert fact(dialog, "scale") == "metric"
    assert fact(dialog, "unit") == "mm"
    assert fact(dialog, "rig") == "Human3.6M (h36m)"
    assert fact(dialog, "fps") == "not in the file; the clip's 120 per second"
    assert fact(dialog, "length") == "240 frames; the clip has 240"
    listed = groups(dialog)
    assert listed["Matched (8)"][0] == "S1_Running_1_cam_1   ←   S1_Running_1_cam_1.npy"
    assert not any(title.startswith(("Problems", "Cautions", "Clips without")) for title in listed)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(adding(dialog), Qt.MouseButton.LeftButton)
    pairing = dialog.pairing()
    assert isinstance(pairing, Pairing)
    assert (pairing.lifter, len(pairing.sources), pairing.simulated) == (f"{LIFTER}_2", 8, False)


def test_a_simulation_is_said_to_be_one(ask, demo, noisy):
    dialog = ask(demo, noisy)
    assert dialog._verdict.text() == "8 of 8 clips matched"
    assert "simulation of noise in depth" in dialog._detail.text()
    assert "marked as a simulation" in dialog._detail.text()
    assert fact(dialog, "rig").endswith("(ap3d_running, as its clip)")
    assert (dialog.pairing().lifter, dialog.pairing().simulated) == ("sim_depth_noise", True)


def test_enter_adds_and_escape_does_not(qtbot, ask, demo, predictions):
    dialog = ask(demo, predictions / LIFTER)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    dialog = ask(demo, predictions / LIFTER)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_file_that_fits_no_clip_is_told_in_one_line(ask, demo, tmp_path):
    file = tmp_path / "notes.npy"
    np.save(file, np.zeros((5, 3)))
    dialog = ask(demo, file)
    assert dialog._verdict.text() == "These files cannot be used as they are"
    assert str(file) in dialog._detail.text()
    assert "\n" not in dialog._detail.text()
    assert "Traceback" not in dialog._detail.text()
    assert not adding(dialog).isEnabled()
    assert fact(dialog, "axes") == "–"
    with pytest.raises(LookupError):
        dialog.pairing()


def test_poses_of_no_clip_match_nothing(ask, demo, predictions, tmp_path):
    folder = tmp_path / "strange"
    folder.mkdir()
    for name in ("one", "two"):
        shutil.copy(predictions / LIFTER / "S1_Running_1_cam_1.npy", folder / f"{name}.npy")
    dialog = ask(demo, folder)
    assert dialog._verdict.text() == "0 of 8 clips matched"
    assert not adding(dialog).isEnabled()
    assert len(groups(dialog)["Clips without a prediction (8)"]) == 8
    assert groups(dialog)["Files without a clip (2)"] == ["one.npy", "two.npy"]


@pytest.fixture
def elsewhere(noisy, tmp_path):
    """One clip's prediction under a name that means no clip, with what its numbers are."""
    xyz = np.load(noisy / "S1_Running_1_cam_1.npy").astype(np.float32) / 1000
    file = tmp_path / "X3D.npy"
    np.save(file, xyz - xyz[:, :1])
    return file


def entries(dialog):
    box = field(dialog, QComboBox, "For the clip")
    return [box.itemText(index) for index in range(box.count()) if box.itemText(index)]


def test_a_file_whose_name_means_no_clip_is_given_one(qtbot, ask, demo, elsewhere):
    dialog = ask(demo, elsewhere)
    assert dialog._verdict.text() == "0 of 8 clips matched"
    assert "choose below which clip" in dialog._detail.text()
    assert not adding(dialog).isEnabled()
    assert entries(dialog)[:2] == ["choose the clip …", "S1_Running_1_cam_1   (240 frames)"]
    hint = next(label.text() for label in dialog.findChildren(QLabel) if label.text().startswith("X3D.npy has"))
    assert "has 240 frames" in hint
    assert "S1_Running_1_cam_1.npy or S1_Spin_jump_1_cam_3.npy" in hint
    choose(qtbot, dialog, "For the clip", "S1_Running_1_cam_1   (240 frames)")
    assert dialog._verdict.text() == "1 of 8 clips matched"
    assert dialog.options().clips == (("S1_Running_1_cam_1", "X3D.npy"),)
    assert {clip: ref.path for clip, ref in dialog.pairing().sources.items()} == {"S1_Running_1_cam_1": elsewhere}
    assert adding(dialog).isEnabled()
    choose(qtbot, dialog, "For the clip", "S2_Running_1_cam_2   (240 frames)")  # another thought
    assert list(dialog.pairing().sources) == ["S2_Running_1_cam_2"]
    box = field(dialog, QComboBox, "For the clip")
    qtbot.keyClick(box, Qt.Key.Key_Home)
    settled(qtbot, dialog)
    assert dialog._verdict.text() == "0 of 8 clips matched"


def test_clips_as_long_as_the_file_come_first(qtbot, ask, demo, elsewhere):
    lengths = {clip.name: clip.n_frames for clip in demo.clips}
    length = lengths["S3_Shot_turn_1_cam_5"]
    same = [name for name in lengths if lengths[name] == length]
    assert 0 < len(same) < len(lengths), lengths
    np.save(elsewhere, np.resize(np.load(elsewhere), (length, 17, 3)))
    first = entries(ask(demo, elsewhere))[1 : 1 + len(same)]
    assert first == [f"{name}   ({length} frames)" for name in same]


def test_nothing_is_told_twice_where_nothing_matches(ask, demo, elsewhere, predictions):
    dialog = ask(demo, elsewhere)
    listed = groups(dialog)
    assert list(listed) == ["Problems (1)", "Clips without a prediction (8)", "Files without a clip (1)"]
    assert listed["Files without a clip (1)"] == ["X3D.npy"]
    assert dialog._detail.text() not in str(listed)
    assert not field(ask(demo, predictions / LIFTER), QComboBox, "For the clip").isVisible()


def test_a_choice_survives_what_is_stated_besides(qtbot, ask, demo, elsewhere):
    dialog = ask(demo, elsewhere)
    choose(qtbot, dialog, "For the clip", "S1_Running_1_cam_1   (240 frames)")
    choose(qtbot, dialog, "Unit", "m")
    assert dialog.options().clips == (("S1_Running_1_cam_1", "X3D.npy"),)
    assert list(dialog.pairing().sources) == ["S1_Running_1_cam_1"]


def test_the_record_of_a_file_is_told_by_its_key(demo, predictions, elsewhere):
    pairing = understand(demo, "x", elsewhere, LifterOptions()).pairing
    for extra, unplaced in (
        (("X3D.npy#",), Unplaced("X3D.npy", 240, ".npy")), (("X3D.npy#walk",), Unplaced("X3D.npy#walk", 240, ".npy")),
        (("a.npy", "b.npy"), None), ((), None),
    ):  # fmt: skip
        assert _unplaced(replace(pairing, extra=extra), LifterOptions()) == unplaced


def test_an_empty_box_can_be_seen(qtbot, ask, demo, predictions):
    """Its edge stands out against its ground, as the style's own does not on a dark one."""
    palette = QApplication.palette()
    QApplication.setPalette(palette_of(DARK))
    dialog = ask(demo, predictions / LIFTER)
    image = dialog.findChild(QCheckBox).grab().toImage()
    QApplication.setPalette(palette)
    lightness = [image.pixelColor(x, image.height() // 2).lightness() for x in range(14)]
    assert max(lightness) - min(lightness) > 90


def test_what_is_missing_is_listed_and_the_rest_can_be_added(ask, demo, bare):
    (bare / "S1_Running_1_cam_1.npy").unlink()
    (bare / "S2_Running_1_cam_2.npy").unlink()
    dialog = ask(demo, bare)
    assert dialog._verdict.text() == "6 of 8 clips matched"
    assert groups(dialog)["Clips without a prediction (2)"] == ["S1_Running_1_cam_1", "S2_Running_1_cam_2"]
    assert "no prediction for 2 clips" in groups(dialog)["Cautions (1)"][0]
    assert adding(dialog).isEnabled()


def test_stating_axes_pairs_again(qtbot, ask, demo, bare):
    dialog = ask(demo, bare)
    assert fact(dialog, "axes") == "camera: x right, y down, z away"
    before = dialog.pairing()
    choose(qtbot, dialog, "Axes", "world, Z up")
    assert fact(dialog, "axes") == "world, Z up"
    assert dialog.pairing() is not before
    assert {ref.options.axes for ref in dialog.pairing().sources.values()} == {"world_z_up"}
    assert dialog.options().read.axes == "world_z_up"
    assert adding(dialog).isEnabled()
    choose(qtbot, dialog, "Unit", "m")
    assert fact(dialog, "unit") == "m"
    assert {ref.options.mm_per_unit for ref in dialog.pairing().sources.values()} == {1000.0}


def test_nothing_can_be_added_while_a_correction_is_looked_at(qtbot, ask, demo, bare):
    dialog = ask(demo, bare)
    box = field(dialog, QComboBox, "Rig")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert not adding(dialog).isEnabled()
    settled(qtbot, dialog)
    assert adding(dialog).isEnabled()


def test_another_length_is_refused_until_the_user_says_what_to_do(qtbot, ask, demo, bare):
    file = bare / "S1_Running_1_cam_1.npy"
    np.save(file, np.load(file)[:200])
    dialog = ask(demo, bare)
    assert groups(dialog)["Another length than the clip (1)"] == [
        "S1_Running_1_cam_1: S1_Running_1_cam_1.npy has 200 frames, the clip 240"
    ]
    assert "differ in length" in groups(dialog)["Cannot be used as it is (1)"][0]
    assert fact(dialog, "length") == "200 frames; the clip has 240"
    choose(qtbot, dialog, "Length", "cut or fill at the end")
    assert "Cannot be used as it is (1)" not in groups(dialog)
    assert {ref.fit for ref in dialog.pairing().sources.values()} == {FitPolicy(trim="end")}
    choose(qtbot, dialog, "Length", "begins at clip frame")
    offset = field(dialog, QSpinBox, "Clip frame of the first frame")
    assert offset.isVisible()
    offset.setFocus()
    offset.selectAll()
    qtbot.keyClicks(offset, "13")
    settled(qtbot, dialog)
    assert {ref.fit for ref in dialog.pairing().sources.values()} == {FitPolicy(offset=13)}


def test_all_that_can_be_stated_reaches_the_options(qtbot, ask, demo, bare):
    dialog = ask(demo, bare)
    fields = dialog._statements
    fields._fps.setValue(60)
    fields._resample.setChecked(True)
    fields._normalisation.setText(" full image ")
    fields._width.setValue(1280)
    assert dialog.options().read.size_px is None  # a width alone says nothing
    fields._height.setValue(768)
    read, fit = dialog.options().read, dialog.options().fit
    assert (read.fps, read.normalisation, read.size_px, fit.resample) == (60.0, "full image", (1280, 768), True)
    assert (read.axes, read.scale, read.rig, read.mm_per_unit, fit.trim, fit.offset) == (None,) * 6
    settled(qtbot, dialog)
    assert fact(dialog, "fps") == "60 per second"
    assert fact(dialog, "size_px") == "1280 × 768 px"


def test_a_name_that_cannot_be_is_refused_and_mended(qtbot, ask, demo, predictions):
    dialog = ask(demo, predictions / LIFTER, ("taken",))
    name = field(dialog, QLineEdit, "Name of the lifter")
    for text, fault in (("taken", "is there already"), ("reference", "the tables use that name"),
                        ("a/b", "letters, digits"), ("", "needs a name")):  # fmt: skip
        name.selectAll()
        qtbot.keyClicks(name, text) if text else qtbot.keyClick(name, Qt.Key.Key_Delete)
        settled(qtbot, dialog)
        assert fault in dialog._detail.text()
        assert not adding(dialog).isEnabled()
    qtbot.keyClicks(name, "mine")
    settled(qtbot, dialog)
    assert adding(dialog).isEnabled()
    assert dialog.pairing().lifter == "mine"


def test_names_are_suggested(predictions, bare, tmp_path):
    assert suggested_name(predictions / LIFTER, ()) == LIFTER
    assert suggested_name(predictions / LIFTER, (LIFTER, f"{LIFTER}_2")) == f"{LIFTER}_3"
    assert suggested_name(bare, ()) == "my_lifter"
    assert suggested_name(tmp_path / "reference.npz", ()) == "reference_2"
    assert suggested_name(tmp_path / "???.npz", ()) == "lifter"
    for name in (LIFTER, "my_lifter", "reference_2"):
        assert name_fault(name, ()) == ""


def test_one_broken_file_does_not_hide_the_facts(ask, demo, bare):
    (bare / "S1_Running_1_cam_1.npy").write_bytes(b"\x93NUMPY broken")
    dialog = ask(demo, bare)
    assert fact(dialog, "axes") == "camera: x right, y down, z away"
    assert any("S1_Running_1_cam_1.npy" in line for line in groups(dialog)["Cannot be used as it is (1)"])


def test_a_dialog_that_closes_does_not_wait_for_its_worker(qtbot, demo, predictions, monkeypatch):
    going, release = threading.Event(), threading.Event()

    def slow(*arguments):
        going.set()
        release.wait(10)
        raise DataError("too late")

    monkeypatch.setattr("viewer.dialogs.add_lifter.understand", slow)
    dialog = AddLifterDialog(demo, predictions / LIFTER)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    assert going.wait(10)
    begin = time.perf_counter()
    with qtbot.waitSignal(dialog.destroyed, timeout=2000):
        dialog.reject()
    assert time.perf_counter() - begin < 2
    release.set()
    qtbot.wait(100)  # what the worker still says reaches nobody


def test_a_real_dataset_of_one_clip_takes_a_lone_file(ask, demo, predictions):
    dataset = open_dataset(demo.file(demo.clips[0], ".json"))
    dialog = ask(dataset, predictions / "simplebaseline3d-compact" / f"{demo.clips[0].name}.npy")
    assert dialog._verdict.text() == "1 of 1 clip matched"
    assert fact(dialog, "rig") == "Human3.6M (h36m)"


def test_thousands_of_lines_are_cut(qtbot, ask, demo, predictions):
    dialog = ask(demo, predictions / LIFTER)
    found = dialog._found
    missing = tuple(f"clip_{number}" for number in range(3000))
    dialog._tree.show_found(replace(found, pairing=replace(found.pairing, missing=missing)))
    lines = groups(dialog)["Clips without a prediction (3000)"]
    assert len(lines) == 501
    assert lines[-1] == "… and 2500 more"


# -- work off the GUI thread ---------------------------------------------------------------------------------------
def test_only_the_newest_result_is_told(qtbot):
    owner = QObject()
    latest, told, release = Latest(owner), [], threading.Event()
    latest.ended.connect(lambda result, error: told.append((result, error)))
    calls = []

    def first():
        release.wait(10)
        return "first"

    latest.run(first)
    for name in ("second", "third"):
        latest.run(lambda name=name: calls.append(name) or name)
    release.set()
    qtbot.waitUntil(lambda: bool(told), timeout=ENOUGH_MS)
    assert told == [("third", "")]
    assert calls == ["third"]  # the second was never begun


def test_errors_come_as_one_line_and_dropped_work_not_at_all(qtbot, caplog):
    owner = QObject()
    latest, told = Latest(owner), []
    latest.ended.connect(lambda result, error: told.append((result, error)))

    def wrong():
        raise DataError("file is empty", path="a.npy")

    def broken():
        raise KeyError("x")

    for function, error in (
        (wrong, "a.npy: file is empty"),
        (broken, "internal error, please report it: KeyError: 'x'"),
    ):
        latest.run(function)
        qtbot.waitUntil(lambda: bool(told), timeout=ENOUGH_MS)
        assert told.pop() == (None, error)
    assert "work of a dialog failed" in caplog.text
    latest.run(lambda: "unwanted")
    latest.drop()
    qtbot.wait(100)
    assert told == []


# -- keys ----------------------------------------------------------------------------------------------------------
ROWS = (
    ("File", "Open a dataset", "Ctrl+O"),
    ("File", "Save a picture", "Ctrl+Shift+S"),
    ("Play", "Next frame", "Right, L"),
    ("Play", "Previous frame", "Left, J"),
    ("Play", "Play or pause", "Space"),
    ("Help", "Keys", "?"),
)


@pytest.fixture
def sheet(qtbot):
    dialog = KeySheet(ROWS)
    qtbot.addWidget(dialog)
    bring_up(qtbot, dialog)
    return dialog


def visible(sheet):
    return {label.text() for label in sheet.findChildren(QLabel) if label.isVisible()}


def test_every_key_is_on_the_sheet(sheet):
    assert sheet.shown() == ROWS
    assert {"File", "Open a dataset", "Ctrl+O", "Right", "L", "Space", "?", "6 entries"} <= visible(sheet)
    assert "Nothing matches" not in visible(sheet)


def test_the_search_has_the_focus_and_finds_by_all_words(qtbot, sheet):
    search = sheet.findChild(QLineEdit)
    assert search.hasFocus()
    qtbot.keyClicks(search, "FRAME next")
    assert sheet.shown() == (ROWS[2],)
    assert {"Play", "Next frame", "1 of 6"} <= visible(sheet)
    assert not {"File", "Open a dataset", "Previous frame"} & visible(sheet)
    qtbot.keyClicks(search, " zzz")
    assert sheet.shown() == ()
    assert "Nothing matches" in visible(sheet)
    search.clear()
    assert sheet.shown() == ROWS


@pytest.mark.parametrize(("word", "number"), [("ctrl", 2), ("play", 3), ("space", 1), ("?", 1)])
def test_groups_and_keys_are_searched_too(qtbot, sheet, word, number):
    qtbot.keyClicks(sheet.findChild(QLineEdit), word)
    assert len(sheet.shown()) == number


def test_escape_closes(qtbot, sheet):
    with qtbot.waitSignal(sheet.rejected):
        qtbot.keyClick(sheet.findChild(QLineEdit), Qt.Key.Key_Escape)


def test_columns_follow_the_width_and_nothing_is_cut(qtbot, sheet):
    area = sheet.findChild(QScrollArea)
    lefts = {}
    for width in (1200, 380):
        sheet.resize(width, 600)
        qtbot.wait(50)
        heads = [label for label in sheet.findChildren(QLabel) if label.text() in ("File", "Play", "Help")]
        lefts[width] = {label.mapTo(sheet, label.rect().topLeft()).x() for label in heads}
        assert area.horizontalScrollBar().maximum() == 0
        for label in sheet.findChildren(QLabel):
            if label.text() in ("Ctrl+Shift+S", "Space"):
                assert label.width() >= label.sizeHint().width()
    assert (len(lefts[1200]), len(lefts[380])) == (3, 1)


def test_a_hundred_lines_fit_without_scrolling_and_without_wrapping(qtbot):
    """Two long keys stand one below the other, rather than leave the words no room."""
    lines = (("100 frames on", "Ctrl+Alt+Right, Ctrl+Shift+Right"), ("Previous peak of the error", "Shift+N"),
             ("Next clip", "PgDown, Alt+Down"), ("Turn the skeletons", "drag in the scene"),
             ("Open dataset or results…", "Ctrl+O"), ("Export errors of all clips…", "Ctrl+Shift+S"))  # fmt: skip
    rows = [(f"Group {i // 8}", *lines[i % 25 if i % 25 < 6 else 1 + i % 5]) for i in range(100)]
    texts = {text for text, _ in lines}
    dialog = KeySheet(rows)
    qtbot.addWidget(dialog)
    bring_up(qtbot, dialog)
    assert (dialog.width(), dialog.height()) == (1200, 800)
    assert dialog.findChild(QScrollArea).verticalScrollBar().maximum() == 0
    labels = [label for label in dialog.findChildren(QLabel) if label.isVisible()]
    words = [label for label in labels if label.text() in texts]
    assert len(words) == 100
    assert {label.heightForWidth(label.width()) for label in words} == {words[0].fontMetrics().height()}

    def place(key):
        return next(label for label in labels if label.text() == key).mapTo(dialog, QPoint(0, 0))

    assert place("Ctrl+Shift+Right").y() > place("Ctrl+Alt+Right").y()
    assert place("Alt+Down").y() == place("PgDown").y()


def test_columns_keep_the_order_and_are_about_equal():
    assert _dealt([9, 16, 13, 10, 11], 3) == [[0, 1], [2, 3], [4]]
    assert _dealt([5], 3) == [[0], [], []]
    assert _dealt([], 2) == [[], []]
    assert _dealt([1, 50, 1], 2) == [[0, 1], [2]]
