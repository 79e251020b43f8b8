"""Where named marks are kept: beside a study, else in the user's own folder, never in a dataset."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtTest import QTest

from core.marks import change_marks, new_mark, read_marks
from tests.viewer.conftest import DEMO, open_in
from viewer.marks import marks_path
from viewer.settings import settings_path


def tree(folder):
    return {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


@pytest.fixture
def study(tmp_path):
    shutil.copytree(DEMO, tmp_path / "demo")
    path = tmp_path / "study.toml"
    path.write_text('dataset = "demo"\n', encoding="utf-8")
    return path


def test_with_a_study_they_are_beside_it_and_are_there_again(qtbot, window, study):
    open_in(qtbot, window, study)
    beside = study.with_name("study.marks.json")
    assert marks_path(window.bench.workspace) == beside and not beside.exists()
    before = tree(study.parent / "demo")
    clip = window.session.content.name
    window.session.seek(33)
    window.setFocus()
    QTest.keySequence(window, "Ctrl+M")
    assert [mark.first for mark in read_marks(beside)] == [33]
    assert any(str(beside) in message.text for message in window.messages.messages())
    assert tree(study.parent / "demo") == before  # nothing is written into the data
    stranger = new_mark("kept", "clip of another day", 1, 2)
    change_marks(beside, lambda marks: (*marks, stranger), "")
    open_in(qtbot, window, DEMO)
    assert window.marking.book.marks == ()
    open_in(qtbot, window, study)
    assert [(mark.clip, mark.first) for mark in window.marking.book.marks] == [(clip, 33), (stranger.clip, 1)]
    assert [mark.first for mark in window.timeline.bar.named] == [33]
    window.marking.book.add(clip, 5, 6)
    assert stranger in read_marks(beside)


def test_without_a_study_they_are_in_the_users_folder(window):
    path = marks_path(window.bench.workspace)
    assert path.parent == settings_path().parent / "marks" and path.name.startswith("demo-")
    before = tree(DEMO)
    window.marking.book.add(window.session.content.name, 1, 2)
    assert len(read_marks(path)) == 1 and tree(DEMO) == before


def test_a_part_of_a_dataset_has_the_marks_of_the_whole(qtbot, window):
    whole = marks_path(window.bench.workspace)
    open_in(qtbot, window, DEMO / "data" / "test_set" / "S2" / "Running_1_cam_2.npy")
    assert marks_path(window.bench.workspace) == whole


def test_a_bad_file_is_said_and_kept(qtbot, window, study):
    beside = study.with_name("study.marks.json")
    beside.write_text("{ not marks", encoding="utf-8")
    open_in(qtbot, window, study)
    said = [message.text for message in window.messages.messages() if "not usable as marks" in message.text]
    assert len(said) == 1 and str(beside) in said[0]
    assert beside.read_text(encoding="utf-8") == "{ not marks"
    window.marking.book.add(window.session.content.name, 1, 2)
    assert study.with_name("study.marks.json.bad").read_text(encoding="utf-8") == "{ not marks"
    assert len(read_marks(beside)) == 1


def test_where_nothing_can_be_written_the_mark_is_not_pretended(window):
    book = window.marking.book
    folder = settings_path().parent / "marks"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
    assert book.add(window.session.content.name, 1, 2) is None and book.marks == ()
    assert "cannot be written" in window.messages.messages()[-1].text
