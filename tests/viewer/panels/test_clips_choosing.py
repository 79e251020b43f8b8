"""Choosing clips in their table by mouse and keys, and what can be seen of it."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt

from tests.viewer.panels.clips_on_screen import (
    ASCENDING,
    DESCENDING,
    LIFTERS,
    click,
    column,
    identities,
    row_of,
    selected,
    view_of,
)  # fmt: skip
from viewer.panels.clips.columns import Kind

ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


def test_a_click_on_name_or_number_shows_the_clip_from_its_first_frame(qtbot, few):
    few._session.update(clip="elsewhere", frame=17)
    click(qtbot, few, 2, 0)
    assert (view_of(few).clip, view_of(few).frame) == (few.model.name(2), 0)
    click(qtbot, few, 4, column(few, Kind.MPJPE, "first"))
    assert view_of(few).clip == few.model.name(4)
    assert selected(few) == [few.model.name(4)]


def test_keys_move_and_choose(qtbot, few):
    few.grid.setFocus()
    click(qtbot, few, 0, 0)
    for key, row in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
        qtbot.keyClick(few.grid, key)
        assert view_of(few).clip == few.model.name(row)


def test_enter_shows_the_row_and_leaves_the_frame_of_the_clip_that_is_shown(qtbot, few):
    click(qtbot, few, 3, 0)
    few._session.update(frame=9)
    qtbot.keyClick(few.grid, Qt.Key.Key_Return)
    assert view_of(few).frame == 9
    few.grid.selectionModel().blockSignals(True)
    few.grid.selectionModel().setCurrentIndex(few.model.index(1, 0), ROW)
    few.grid.selectionModel().blockSignals(False)
    qtbot.keyClick(few.grid, Qt.Key.Key_Return)
    assert view_of(few).clip == few.model.name(1)


def test_the_view_selects_its_row_without_answering(few):
    heard = []
    few._session.view_changed.connect(lambda new, _: heard.append(new.clip))
    few._session.update(clip=few.model.name(3), frame=5)
    assert selected(few) == [few.model.name(3)]
    assert heard == [few.model.name(3)]
    assert view_of(few).frame == 5
    few._session.update(clip="none of these")
    assert selected(few) == []


def test_the_selection_stays_with_the_clip(panel, clips):
    name = clips[1501].name
    panel._session.update(clip=name)
    for kind, lifter in ((Kind.MPJPE, "first"), (Kind.ANGLES, "third"), (Kind.NAME, ""), (Kind.FRAMES, "")):
        for order in (ASCENDING, DESCENDING):
            panel.grid.sortByColumn(column(panel, kind, lifter), order)
            assert selected(panel) == [name]
            assert panel.model.name(panel.grid.currentIndex().row()) == name
    panel.filters.text.setText(clips[1501].activity)
    assert selected(panel) == [name]
    panel.filters.text.setText("nothing like it")
    assert selected(panel) == []
    assert view_of(panel).clip == name
    panel.filters.text.clear()
    assert selected(panel) == [name]
    panel.show_score(row_of(clips[1501], {"first": (500.0, 5.0)}))
    panel.model.settle()
    assert selected(panel) == [name]
    panel.show_rows(clips, identities(*LIFTERS))
    assert selected(panel) == [name]
    assert panel.count.text() == "3,000 of 3,000 clips · 0 of 3,000 scored"


def test_next_and_previous_follow_what_is_shown(few):
    names = [clip.name for clip in few.model.table.clips]
    few.model.sort(column(few, Kind.MPJPE, "first"), ASCENDING)
    assert few.next_clip()
    assert view_of(few).clip == names[5]
    assert few.next_clip()
    assert view_of(few).clip == names[4]
    few.filters.text.setText("S4")  # hides the current one and leaves the one of 30 mm
    assert few.next_clip()
    assert view_of(few).clip == names[3]
    assert not few.next_clip()
    few.filters.clear()
    assert [few.next_clip() for _ in range(4)] == [True, True, True, False]
    assert view_of(few).clip == names[0]
    assert few.previous_clip()
    assert view_of(few).clip == names[1]
    few.filters.text.setText("S3")  # only that of 40 mm, which stands before the current one
    assert not few.next_clip()
    assert few.previous_clip()
    assert view_of(few).clip == names[2]


def test_without_a_clip_next_is_the_first_and_previous_the_last(few):
    assert few.previous_clip()
    assert view_of(few).clip == few.model.name(5)
    few._session.update(clip="")
    assert few.next_clip()
    assert view_of(few).clip == few.model.name(0)


# --- what is seen


def test_visible_names_follow_scrolling_and_are_told_once_it_rests(qtbot, panel, clips):
    first = panel.visible_names()
    assert first == tuple(clip.name for clip in clips[: len(first)])
    assert 5 < len(first) < 40
    qtbot.wait(200)
    heard = []
    panel.visible_changed.connect(lambda: heard.append(panel.visible_names()))
    for value in (10, 500, 2000):
        panel.grid.verticalScrollBar().setValue(value)
    qtbot.waitUntil(lambda: bool(heard), timeout=2000)
    qtbot.wait(200)
    assert len(heard) == 1
    assert heard[0][0] == clips[2000].name
    panel.model.sort(column(panel, Kind.FRAMES), DESCENDING)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=2000)


def test_names_stay_and_rows_stay_together_when_the_numbers_scroll(qtbot, panel):
    names, grid = panel.grid._names, panel.grid
    panel.resize(420, 420)
    qtbot.wait(20)
    grid.horizontalScrollBar().setValue(grid.horizontalScrollBar().maximum())
    grid.verticalScrollBar().setValue(700)
    assert names.verticalScrollBar().value() == 700
    index = panel.model.index(703, 0)
    number = panel.model.index(703, len(panel.model.columns) - 1)
    assert names.visualRect(index).top() == grid.visualRect(number).top()
    assert names.visualRect(index).left() == 0
    assert names.width() == grid.columnWidth(0)
    across = grid.horizontalScrollBar().value()
    panel._session.update(clip=panel.model.name(2500))
    assert grid.horizontalScrollBar().value() == across
    assert panel.model.name(2500) in panel.visible_names()
    names.setColumnWidth(0, 150)
    assert grid.columnWidth(0) == 150
