"""The panel of spans and marks: its numbers are those of the errors on screen, and real keys and mouse do what it says.

Expected numbers are computed here from the content's per-frame errors with numpy; the content is the demo's.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.marks import new_mark
from viewer.jobs import Jobs
from viewer.marks import MarkBook
from viewer.panels.spans import SpansPanel, finding
from viewer.panels.spans.numbers import COLUMNS, Rows, measured, rows_of, worse_of
from viewer.session import Session
from viewer.theme import DARK
from viewer.view import View

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PLACE = {column.field: place for place, column in enumerate(COLUMNS)}


def shown(qtbot, content, view=None, size=(640, 300)):
    """Session and panel wired as the window does it, on screen."""
    session = Session(view or View(clip=content.name))
    session.show_content(content)
    book = MarkBook()
    jobs = Jobs()
    panel = SpansPanel(session, DARK, jobs, book)
    session.view_changed.connect(panel.show_view)
    session.content_changed.connect(panel.show_content)
    qtbot.addWidget(panel, before_close_func=lambda _: jobs.close())
    panel.resize(*size)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: panel.now is not None)
    return session, panel


def mark_span(qtbot, session, panel, first, last):
    session.mark_span(first, last)
    qtbot.waitUntil(lambda: (panel.now.first, panel.now.last) == (first, last))


def cell(panel, row, field):
    model = panel.table.model()
    return model.data(model.index(row, PLACE[field]))


def names(panel):
    model = panel.table.model()
    return [model.headerData(row, Qt.Orientation.Vertical).strip() for row in range(model.rowCount())]


def expected_mae(track, angle, first, last):
    return f"{np.abs(track.error_deg[first : last + 1, angle].astype(np.float64)).mean():.2f}"


def click_row(qtbot, panel, row):
    table = panel.table
    rect = table.visualRect(table.model().index(row, 0))
    qtbot.mouseClick(table.viewport(), LEFT, pos=rect.center())


def test_a_row_per_lifter_at_the_selected_angle(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    assert names(panel) == ["floor", *(track.name for track in demo_content.tracks)]
    last = demo_content.n_frames - 1
    for angle, ends in ((0, (0, last)), (9, (0, last)), (9, (40, 120)), (9, (77, 77))):
        session.update(angle=angle)
        mark_span(qtbot, session, panel, *ends)
        for row, track in enumerate(demo_content.tracks, 1):
            assert cell(panel, row, "mae_deg") == expected_mae(track, angle, *ends)
            error = track.error_deg[ends[0] : ends[1] + 1, angle].astype(np.float64)
            assert cell(panel, row, "bias_deg") == f"{error.mean():+.2f}".replace("-", "−")
            assert cell(panel, row, "mpjpe_mm") == f"{track.position_mm[ends[0] : ends[1] + 1].mean():.1f}"
            assert cell(panel, row, "count") == str(ends[1] - ends[0] + 1)
    assert cell(panel, 1, "r") == cell(panel, 1, "lag_s") == "–"  # of one frame there is none
    assert "77" in panel._of.text() and "1 frame, 0.008 s" in panel._of.text()


def test_a_row_per_angle_of_the_selected_lifter(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    mark_span(qtbot, session, panel, 40, 120)
    qtbot.mouseClick(panel.buttons["angles"], LEFT)
    for track in demo_content.tracks[::-1]:
        session.update(lifter=track.name)
        assert names(panel) == [*(angle.title for angle in demo_content.angles), "All twelve"]
        assert [cell(panel, row, "mae_deg") for row in range(12)] == [
            expected_mae(track, angle, 40, 120) for angle in range(12)
        ]
        together = np.abs(track.error_deg[40:121].astype(np.float64)).mean()
        assert cell(panel, 12, "mae_deg") == f"{together:.2f}"
        assert cell(panel, 12, "mpjpe_mm") == f"{track.position_mm[40:121].mean():.1f}"
        assert cell(panel, 3, "mpjpe_mm") == ""
        assert track.name in panel.title()


def test_a_click_on_a_row_selects_its_lifter_or_angle(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    click_row(qtbot, panel, 2)
    assert session.view.lifter == demo_content.tracks[1].name
    click_row(qtbot, panel, 0)  # the floor is no lifter
    assert session.view.lifter == demo_content.tracks[1].name
    qtbot.mouseClick(panel.buttons["angles"], LEFT)
    click_row(qtbot, panel, 4)
    assert session.view.angle == 4


def test_hidden_sources_have_no_row_and_an_unmeasured_floor_none(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    session.update(hidden=frozenset({"floor", demo_content.tracks[0].name}))
    assert names(panel) == [track.name for track in demo_content.tracks[1:]]


def test_without_a_reference_it_says_why_there_is_nothing(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    session.show_content(replace(demo_content, evaluations=(), reference=None))
    assert panel.rows() == () and panel._pages.currentWidget() is panel._empty
    assert not panel.buttons["copy"].isEnabled() and not panel.buttons["pin"].isEnabled()
    session.show_content(None)
    assert panel.title() == "" and not panel.buttons["mark"].isEnabled()


def test_the_table_is_copied_with_heads_units_and_numbers_that_spreadsheets_read(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    mark_span(qtbot, session, panel, 40, 120)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    title, head, *lines = QGuiApplication.clipboard().text().splitlines()
    assert title == f"{demo_content.name} · frames 40–120 · 0.333–1.000 s · 81 frames, 0.675 s · Left hip flexion"
    assert head.split("\t")[1:6] == ["MAE °", "RMSE °", "bias °", "ROM err. °", "r"] and "MPJPE mm" in head
    for track, line in zip(demo_content.tracks, lines[1:], strict=True):
        name, *numbers = line.split("\t")
        assert name == track.name and len(numbers) == len(COLUMNS)
        error = track.error_deg[40:121, 0].astype(np.float64)
        assert float(numbers[PLACE["mae_deg"]]) == pytest.approx(np.abs(error).mean(), abs=0.005)
        assert float(numbers[PLACE["bias_deg"]]) == pytest.approx(error.mean(), abs=0.005)  # an ASCII minus
        assert float(numbers[PLACE["lag_frames"]]) / demo_content.fps == pytest.approx(
            float(numbers[PLACE["lag_s"]]), abs=0.001
        )
    panel.copy_markdown()
    said, empty, head, rule, *body = QGuiApplication.clipboard().text().splitlines()
    assert said == title and empty == "" and rule.startswith("| :--- | ---: |")
    assert len(body) == 4 and {line.count("|") for line in (head, rule, *body)} == {len(COLUMNS) + 2}


def test_two_spans_are_compared_and_the_worse_one_is_told(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    mark_span(qtbot, session, panel, 20, 60)
    qtbot.mouseClick(panel.buttons["pin"], LEFT)
    mark_span(qtbot, session, panel, 150, 200)
    rows = panel.rows()
    assert [row.part for row in rows] == ["A", "B", "B − A"] * 4
    for track, at in zip(demo_content.tracks, range(3, 12, 3), strict=True):
        a, b = (np.abs(track.error_deg[first : last + 1, 0].astype(np.float64)).mean()
                for first, last in ((20, 60), (150, 200)))  # fmt: skip
        a_row, b_row, difference = rows[at : at + 3]
        assert (a_row.values[0], b_row.values[0]) == pytest.approx((a, b))
        assert difference.values[0] == pytest.approx(b - a)
        assert difference.worse[0] == ("A" if a > b else "B")
        sign = "▼" if a > b else "▲"
        assert cell(panel, at + 2, "mae_deg") == f"{b - a:+.2f} {sign}".replace("-", "−")
    panel.copy()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert "A: frames 20–60" in lines[0][0] and "B: frames 150–200" in lines[0][0]
    assert lines[1][1] == "span"
    assert [line[1] for line in lines[2:9]] == ["A", "B", "B − A", "A", "B", "B − A", "worse"]  # none of the floor
    assert panel._against.isVisible()
    qtbot.mouseClick(panel.buttons["pin"], LEFT)
    assert panel.pinned is None and len(panel.rows()) == 4 and not panel._against.isVisible()


def test_of_the_floor_neither_span_is_called_worse(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    mark_span(qtbot, session, panel, 20, 60)
    panel.pin()
    mark_span(qtbot, session, panel, 150, 200)
    floor, lifter = (panel.rows()[at] for at in (2, 5))
    assert floor.key == "floor" and floor.part == lifter.part == "B − A"
    assert not any(floor.worse) and any(lifter.worse)
    inks = {panel.model.data(panel.model.index(2, place), Qt.ItemDataRole.ForegroundRole).color().name()
            for place in range(len(COLUMNS))}  # fmt: skip
    assert inks == {DARK.text}
    assert cell(panel, 2, "mae_deg")[-1].isdigit()


def test_the_error_of_the_range_of_motion_has_a_sign(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    mark_span(qtbot, session, panel, 40, 120)
    truth = demo_content.reference.angles_deg
    signs = set()
    for angle in range(12):
        session.update(angle=angle)
        for row, track in enumerate(demo_content.tracks, start=1):
            moved = np.ptp((truth + track.error_deg)[40:121, angle].astype(np.float64))
            wanted = moved - np.ptp(truth[40:121, angle].astype(np.float64))
            value = panel.rows()[row].values[PLACE["rom_difference_deg"]]
            assert value == pytest.approx(wanted, abs=0.01)
            text = cell(panel, row, "rom_difference_deg")
            assert text[0] == ("+" if wanted > 0 else "−")
            signs.add(text[0])
    assert signs == {"+", "−"}
    panel.show_page("angles")
    assert cell(panel, 12, "rom_difference_deg")[0].isdigit()  # of all twelve the mean size


def test_no_two_columns_have_one_name(qtbot, demo_content):
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)


def test_a_span_of_another_clip_can_be_compared_but_not_one_that_was_made_otherwise(qtbot, demo_content, other_content):
    session, panel = shown(qtbot, demo_content)
    panel.pin()
    session.show(replace(session.view, clip=other_content.name))
    session.show_content(other_content)
    assert panel.pinned.clip == demo_content.name and f"A: {demo_content.name}" in panel.title()
    session.show_content(replace(other_content, estimator="another"))
    assert panel.pinned is None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(COLUMNS), st.floats(-99, 99), st.floats(-99, 99))
def test_worse_is_the_same_whichever_span_is_called_a(column, a, b):
    other = {"A": "B", "B": "A", "": ""}
    assert worse_of(column, a, b) == other[worse_of(column, b, a)]
    assert worse_of(column, a, float("nan")) == ""
    if column.field == "r" and round(a, 3) < round(b, 3):
        assert worse_of(column, a, b) == "A"
    if column.field == "bias_deg" and round(abs(a), 2) > round(abs(b), 2):
        assert worse_of(column, a, b) == "A"


def test_only_while_it_is_seen_something_is_computed(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    panel.hide()
    session.mark_span(3, 9)
    qtbot.wait(120)
    assert panel.now.whole
    panel.show()
    assert (panel.now.first, panel.now.last) == (3, 9)


@pytest.fixture
def held(monkeypatch):
    """Every span is left to a worker, which waits until it is let go."""
    gate = threading.Event()

    def slow(content, span):
        assert threading.current_thread() is not threading.main_thread()
        gate.wait(20)
        return measured(content, span)

    def hold():
        monkeypatch.setattr(finding, "_MOST_AT_ONCE", 0)
        monkeypatch.setattr(finding, "measured", slow)
        return gate

    yield hold
    gate.set()


def test_long_spans_are_left_to_a_worker_and_a_drag_meanwhile_costs_one_more(qtbot, demo_content, held):
    session, panel = shown(qtbot, demo_content)
    gate, seen = held(), []
    panel._finding.found.connect(lambda found: seen.append(found.last))
    session.mark_span(20, 49)
    qtbot.waitUntil(lambda: panel._finding._busy)
    for last in range(50, 180, 3):
        session.mark_span(20, last)
    qtbot.wait(100)
    assert seen == []
    gate.set()
    qtbot.waitUntil(lambda: panel.now.last == 179 and not panel._finding.waiting)
    assert seen == [49, 179]  # what was on its way, then the last
    direct = measured(demo_content, (20, 179))
    expected = rows_of(Rows.LIFTERS, direct, None, 0, "", frozenset())
    np.testing.assert_array_equal([row.values for row in panel.rows()], [row.values for row in expected])


def test_what_a_worker_finds_of_a_clip_that_is_left_is_dropped(qtbot, demo_content, other_content, held):
    session, panel = shown(qtbot, demo_content)
    gate = held()
    session.mark_span(1, 5)
    qtbot.waitUntil(lambda: panel._finding._busy)
    session.show_content(None)
    gate.set()
    qtbot.waitUntil(lambda: not panel._finding._busy)
    assert panel.now is None
    session.show_content(other_content)
    qtbot.waitUntil(lambda: panel.now is not None)
    assert panel.now.clip == other_content.name


def test_a_worker_that_is_cancelled_does_not_end_it(qtbot, demo_content, held):
    session, panel = shown(qtbot, demo_content)
    gate = held()
    session.mark_span(1, 5)
    qtbot.waitUntil(lambda: panel._finding._busy)
    panel._finding._jobs.cancel("spans")
    gate.set()
    mark_span(qtbot, session, panel, 7, 70)


# -- in the window -------------------------------------------------------------------------------------------------
def drag(widget, begin, end, modifier):
    QTest.mousePress(widget, LEFT, modifier, begin)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(widget, begin + (end - begin) * share)
        QGuiApplication.processEvents()
    QTest.mouseRelease(widget, LEFT, modifier, end)
    QGuiApplication.processEvents()


def places(window, where, first, last):
    """Widget and two points over frames."""
    if where == "plot":
        box = window.traces.grid.plot(3).box
        rect = box.mapRectToScene(box.rect())
        low, high = window.traces.time_range()
        fps = window.session.content.fps
        xs = [rect.left() + (frame / fps - low) / (high - low) * rect.width() for frame in (first, last)]
        return window.traces.view.viewport(), [QPoint(round(x), round(rect.center().y())) for x in xs]
    canvas = window.heatmaps.canvas if where == "heatmap" else window.timeline.bar
    y = canvas.layout_px.tops[0] + 4 if where == "heatmap" else canvas.layout_px.top + 3
    return canvas, [QPoint(int(canvas.axis.x_of(frame)), y) for frame in (first, last)]


@pytest.mark.parametrize("where", ["plot", "heatmap", "timeline"])
def test_a_drag_with_shift_marks_a_span_and_one_without_scrubs(window, where):
    widget, (begin, end) = places(window, where, 60, 150)
    coarse = {"plot": 2, "heatmap": 1, "timeline": 0}[where]
    for a, b in ((begin, end), (end, begin)):
        before = window.session.view
        drag(widget, a, b, Qt.KeyboardModifier.ShiftModifier)
        span = window.session.view.span
        assert abs(span[0] - 60) <= coarse and abs(span[1] - 150) <= coarse
        assert replace(window.session.view, span=None) == replace(before, span=None)  # neither frame nor selection
        window.session.update(span=None)
    drag(widget, begin, end, NONE)
    assert window.session.view.span is None and abs(window.session.frame - 150) <= max(coarse, 1)


def test_the_whole_clip_is_no_span_and_a_click_with_shift_changes_nothing(window):
    bar, last = window.timeline.bar, window.session.content.n_frames - 1
    _, (begin, end) = places(window, "timeline", 0, last)
    QTest.mouseClick(bar, LEFT, Qt.KeyboardModifier.ShiftModifier, begin)
    assert window.session.view.span is None and window.session.frame == 0
    drag(bar, begin, end, Qt.KeyboardModifier.ShiftModifier)
    assert window.session.view.span is None


def test_escape_clears_the_span_unless_something_else_wants_it(qtbot, window):
    window.session.mark_span(30, 90)
    box = window.timeline.readout.frame_box
    window.timeline.focus_goto()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, Qt.Key.Key_Escape)  # gives the box back its frame
    assert window.session.view.span == (30, 90)
    for focus in (window.heatmaps.canvas, window.marking.panel.table, window):
        window.session.mark_span(30, 90)
        window.marking.show("lifters")
        qtbot.keyClick(focus, Qt.Key.Key_Escape)
        assert window.session.view.span is None, focus


def name_it(qtbot, window, text):
    """What Ctrl+M opened is typed over and taken."""
    table = window.marking.panel.marks.table
    qtbot.waitUntil(lambda: table.state() is table.State.EditingState)
    editor = QGuiApplication.focusObject()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table.state() is not table.State.EditingState)


def test_marks_are_made_named_found_gone_through_and_removed(qtbot, window):
    marking, session = window.marking, window.session
    clips = [clip.name for clip in window.bench.workspace.clips]
    book, table = marking.book, marking.panel.marks.table
    session.mark_span(40, 120)
    window.setFocus()
    QTest.keySequence(window, "Ctrl+M")
    name_it(qtbot, window, "landing")
    assert [(m.name, m.clip, m.first, m.last) for m in book.marks] == [("landing", clips[0], 40, 120)]
    session.update(span=None, frame=200)
    window.setFocus()
    QTest.keySequence(window, "Ctrl+M")
    name_it(qtbot, window, "take-off")
    assert book.marks[1].is_moment and book.marks[1].first == 200
    book.add(clips[1], 10, 20)
    session.seek(0)
    window.setFocus()
    for expected in ((clips[0], 40, (40, 120)), (clips[0], 200, (40, 120)), (clips[1], 10, (10, 20))):
        QTest.keySequence(window, "Alt+Right")
        qtbot.waitUntil(lambda to=expected: session.content.name == to[0] and session.frame == to[1], timeout=30_000)
        assert session.view.span == expected[2]
    QTest.keySequence(window, "Alt+Right")  # there is no further one
    assert (session.view.clip, session.frame) == (clips[1], 10)
    for expected in ((clips[0], 200), (clips[0], 40)):
        QTest.keySequence(window, "Alt+Left")
        qtbot.waitUntil(lambda to=expected: (session.content.name, session.frame) == to, timeout=30_000)
    marking.show("marks")
    table.setFocus()
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert [mark.name for mark in book.marks] == ["take-off", "Mark 1"]
    qtbot.mouseClick(marking.panel.marks.buttons["back"], LEFT)
    assert [mark.name for mark in book.ordered()] == ["landing", "take-off", "Mark 1"]
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_F2)  # a preset of the window elsewhere
    name_it(qtbot, window, "touch-down")
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert session.frame == 200 and book.of_clip(clips[0])[1].name == "touch-down"


def test_marks_are_on_the_timeline_with_their_names_and_a_click_goes_there(window):
    bar, book, clip = window.timeline.bar, window.marking.book, window.session.content.name
    low = bar.layout_px.frames_top
    assert bar.layout_px.names == 0
    book.add(clip, 60, 110)
    book.add(clip, 200, 200)
    book.add("a clip that is not here", 1, 2)
    assert [mark.first for mark in bar.named] == [60, 200] and bar.layout_px.names > 0
    assert bar.layout_px.frames_top != low or bar.layout_px.y >= 0
    at = QPoint(int(bar.axis.x_of(80)), bar.layout_px.names_top + 6)
    assert "Mark 1" in bar.said(at) and "frames 60–110" in bar.said(at)
    picture = bar.grab().toImage()
    ground = picture.pixelColor(int(bar.axis.x_of(150)), at.y())
    inside = picture.pixelColor(int(bar.axis.x_of(108)), at.y())
    assert inside != ground
    QTest.mouseClick(bar, LEFT, NONE, at)
    assert window.session.view.span == (60, 110) and window.session.frame == 60
    QTest.mouseClick(bar, LEFT, NONE, QPoint(int(bar.axis.x_of(200)), at.y()))
    assert window.session.frame == 200 and window.session.view.span == (60, 110)
    assert "not open" in window.marking.panel.marks.model.data(
        window.marking.panel.marks.model.index(2, 0), Qt.ItemDataRole.ToolTipRole
    )


def test_a_mark_keeps_its_name_where_the_new_one_is_none(window):
    book = window.marking.book
    mark = book.add(window.session.content.name, 1, 2)
    assert not book.replace(mark.key, name="  ") and book.marks[0].name == "Mark 1"
    assert "a mark's name is one line" in window.messages.messages()[-1].text
    assert book.replace(mark.key, note="left foot") and book.marks[0].note == "left foot"


def test_everything_of_the_menu(qtbot, window):
    panel, of = window.marking.panel, window.actions_.of
    for keys, button in (("Alt+N", "lifters"), ("Alt+Shift+N", "angles"), ("Ctrl+Shift+M", "marks"),
                         ("Alt+N", "lifters")):  # fmt: skip
        QTest.keySequence(window, keys)
        assert panel.buttons[button].isChecked() and panel.isVisible()
    mark_span(qtbot, window.session, panel, 40, 120)
    QTest.keySequence(window, "Alt+Shift+A")
    assert panel.pinned is panel.now
    QTest.keySequence(window, "Alt+Shift+X")
    assert panel.pinned is None
    of["spans.copy"].trigger()
    assert QGuiApplication.clipboard().text().startswith(panel.title() + "\n\tMAE °")
    of["spans.markdown"].trigger()
    assert "| MAE (°) |" in QGuiApplication.clipboard().text()


def test_every_number_goes_into_a_csv_with_its_provenance(qtbot, window, tmp_path):
    panel, content = window.marking.panel, window.session.content
    window.marking.show("angles")
    mark_span(qtbot, window.session, panel, 40, 120)
    panel.pin()
    mark_span(qtbot, window.session, panel, 150, 200)
    path = tmp_path / "spans.csv"
    window.marking.write_csv(path)
    qtbot.waitUntil(lambda: any("written" in message.text for message in window.messages.messages()), timeout=30_000)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert len(rows) == 2 * 4 * 13
    for row in rows:
        if row["lifter"] == content.tracks[0].name and row["angle"] == "knee_flexion_r":
            first, last = {"A": (40, 120), "B": (150, 200)}[row["span"]]
            assert (int(row["first_frame"]), int(row["last_frame"])) == (first, last)
            mae = np.abs(content.tracks[0].error_deg[first : last + 1, 11].astype(np.float64)).mean()
            assert row["mae_deg"] == f"{mae:.4f}" and row["mpjpe_mm"] == ""
    record = json.loads((tmp_path / "spans.csv.json").read_text(encoding="utf-8"))
    assert [(span["span"], span["first_frame"]) for span in record["spans"]] == [("A", 40), ("B", 150)]
    assert record["clip"] == content.name and record["estimator"]["name"] and record["versions"]["anglescope"]


def test_the_csv_is_asked_for_by_key_and_by_the_button(qtbot, window):
    window.marking.show("lifters")
    for ask in (lambda: QTest.keySequence(window, "Alt+Shift+S"),
                lambda: qtbot.mouseClick(window.marking.panel.buttons["csv"], LEFT)):  # fmt: skip
        ask()
        qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog))
        QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_marks_of_other_clips_do_not_reach_beyond_the_clip(window):
    book, clip = window.marking.book, window.session.content.name
    book._change(lambda _: (new_mark("long", clip, 100, 99_999),))  # the clip was longer once
    QTest.keySequence(window, "Alt+Right")
    window.marking.show("lifters")
    assert window.session.frame == 100
    assert window.marking.panel.rows()
