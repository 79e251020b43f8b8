"""The table of clips: sorting, filtering and what cells say, with thousands of rows and with the demo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.evaluation import ReferenceKind
from core.results.clip_table import clip_row
from core.results.lifter_numbers import LifterNumbers
from core.results.scores import Failure
from core.scoring.run import tasks_of
from core.scoring.work import score_clip
from tests.viewer.panels.clips_on_screen import (
    ASCENDING,
    DESCENDING,
    LIFTERS,
    NAN,
    TIP,
    cell,
    click_head,
    column,
    identities,
    infos,
    made,
    row_of,
    selected,
    shown,
    sums_of,
    synthetic,
)  # fmt: skip
from viewer.content import Identity
from viewer.panels.clips.columns import FLOOR, Column, Kind
from viewer.panels.clips.table import Filter, Table, natural
from viewer.scores import BackgroundScores
from viewer.theme import LIGHT
from viewer.workspace import ClipInfo

# --- sorting


@pytest.mark.parametrize("order", [ASCENDING, DESCENDING], ids=["up", "down"])
@pytest.mark.parametrize("lifter", LIFTERS)
@pytest.mark.parametrize("kind", [Kind.MPJPE, Kind.ANGLES])
def test_errors_sort_like_numpy_with_the_undefined_last_both_ways(panel, clips, rows, kind, lifter, order):
    panel.model.sort(column(panel, kind, lifter), order)
    of = {row.clip: {n.lifter: n for n in row.lifters}[lifter] for row in rows}
    field = "mpjpe_mm" if kind is Kind.MPJPE else "angle_mae_deg"
    values = np.array([getattr(of[clip.name], field) if clip.name in of else NAN for clip in clips])
    assert 200 < np.isnan(values).sum() < 700
    key = values if order is ASCENDING else -values
    want = sorted(range(len(clips)), key=lambda i: (np.isnan(key[i]), 0 if np.isnan(key[i]) else key[i], i))
    assert shown(panel) == [clips[i].name for i in want]


def test_words_and_counts_sort_naturally(panel, clips):
    for kind, value in ((Kind.NAME, lambda c: natural(c.name)), (Kind.ATHLETE, lambda c: c.athlete),
                        (Kind.ACTIVITY, lambda c: c.activity), (Kind.FRAMES, lambda c: c.n_frames),
                        (Kind.SECONDS, lambda c: c.n_frames / c.fps)):  # fmt: skip
        panel.model.sort(column(panel, kind), ASCENDING)
        assert shown(panel) == [clip.name for clip in sorted(clips, key=value)]
        panel.model.sort(column(panel, kind), DESCENDING)
        assert shown(panel) == [clip.name for clip in sorted(clips, key=value, reverse=True)]
    assert natural("S1_Run_2") < natural("S1_Run_10")
    panel.model.sort(-1)
    assert shown(panel) == [clip.name for clip in clips]


def test_the_mark_brings_disagreements_together(panel, rows):
    panel.model.sort(column(panel, Kind.MARK), DESCENDING)
    differing = {row.clip for row in rows if row.disagreements()}
    assert 100 < len(differing) < 2700
    assert set(shown(panel)[: len(differing)]) == differing


def test_heads_sort_by_click_worst_first_and_a_third_click_gives_the_order_of_the_dataset(qtbot, few):
    names = [clip.name for clip in few.model.table.clips]
    by_angle = column(few, Kind.ANGLES, "first")
    click_head(qtbot, few, by_angle)
    assert shown(few) == names[::-1]
    click_head(qtbot, few, by_angle)
    assert shown(few) == names
    few.model.sort(by_angle, DESCENDING)
    click_head(qtbot, few, by_angle)
    assert shown(few) == names
    assert few.grid.horizontalHeader().sortIndicatorSection() == -1


def test_the_head_of_the_names_sorts_too_and_both_heads_agree(qtbot, few):
    few.model.sort(column(few, Kind.MPJPE, "first"), ASCENDING)
    click_head(qtbot, few, 0)
    assert shown(few) == sorted((clip.name for clip in few.model.table.clips), key=natural)
    assert few.grid.horizontalHeader().sortIndicatorSection() == 0
    click_head(qtbot, few, column(few, Kind.MPJPE, "first"))
    assert few.grid._names.horizontalHeader().sortIndicatorSection() == column(few, Kind.MPJPE, "first")
    assert few.model.sorted_by == (column(few, Kind.MPJPE, "first"), DESCENDING)


def test_numbers_that_come_later_are_sorted_in(qtbot, clips):
    few = infos(4)
    panel = made(qtbot, few, [])
    panel.model.sort(column(panel, Kind.MPJPE, "first"), DESCENDING)
    for clip, mm in zip(few, (20.0, 40.0, 10.0, 30.0), strict=True):
        panel.show_score(row_of(clip, {"first": (mm, 5.0)}))
    qtbot.waitUntil(lambda: shown(panel) == [few[i].name for i in (1, 3, 0, 2)], timeout=2000)


# --- filtering


def test_text_finds_words_in_name_athlete_and_activity(qtbot, panel, clips):
    panel.focus_filter()
    assert panel.focusWidget() is panel.filters.text
    qtbot.keyClicks(panel.filters.text, "RUN s2")
    assert shown(panel) == [c.name for c in clips if c.activity == "Running" and ("s2" in c.name.lower())]
    assert panel.count.text().startswith("250 of 3,000 clips · 2,700 of 3,000 scored")
    qtbot.keyClick(panel.filters.text, Qt.Key.Key_Escape)
    assert panel.model.rowCount() == 3000
    qtbot.keyClick(panel.filters.text, Qt.Key.Key_Escape)
    assert panel.focusWidget() is panel.grid


def test_athlete_and_activity_are_chosen_from_lists(qtbot, panel, clips):
    athletes = [panel.filters.athlete.itemText(i) for i in range(panel.filters.athlete.count())]
    assert athletes == ["all athletes", "S1", "S2", "S3", "S4"]
    panel.filters.athlete.setFocus()
    qtbot.keyClicks(panel.filters.athlete, "S3")
    panel.filters.activity.setCurrentText("Throw")
    assert shown(panel) == [c.name for c in clips if (c.athlete, c.activity) == ("S3", "Throw")]
    qtbot.mouseClick(panel.filters.clear_all, Qt.MouseButton.LeftButton)
    assert panel.model.rowCount() == 3000
    assert not panel.filters.clear_all.isEnabled()


def test_a_range_of_an_error_is_inclusive_and_open_where_empty(qtbot, panel, rows):
    values = {row.clip: next(n.mpjpe_mm for n in row.lifters if n.lifter == "second") for row in rows}
    assert not panel.filters.low.isVisible()
    panel.filters.error.setCurrentText("MPJPE mm · second")
    assert panel.filters.low.isVisible()
    assert panel.model.rowCount() == 3000
    assert (panel.filters.low.placeholderText(), panel.filters.high.placeholderText()) == ("20.0", "89.0")
    assert panel.filters.unit.text() == "mm"
    qtbot.keyClicks(panel.filters.low, "80")
    assert shown(panel) == [clip for clip, value in values.items() if value >= 80]
    qtbot.keyClicks(panel.filters.high, "85")
    assert shown(panel) == [clip for clip, value in values.items() if 80 <= value <= 85]
    panel.filters.low.clear()
    assert shown(panel) == [clip for clip, value in values.items() if value <= 85]


def test_only_disagreements(qtbot, panel, rows):
    qtbot.mouseClick(panel.filters.differing, Qt.MouseButton.LeftButton)
    assert shown(panel) == [row.clip for row in rows if row.disagreements()]


def test_filters_and_order_go_together(qtbot, panel, clips):
    panel.model.sort(column(panel, Kind.FRAMES), DESCENDING)
    panel.filters.text.setText("axel")
    want = sorted((c for c in clips if c.activity == "Axel"), key=lambda c: -c.n_frames)
    assert shown(panel) == [c.name for c in want]
    qtbot.waitUntil(lambda: panel.grid.verticalScrollBar().maximum() < 1000, timeout=2000)
    panel._session.update(clip=want[-1].name)
    panel.model.sort(-1)
    panel.filters.clear()
    assert want[-1].name in panel.visible_names()
    qtbot.wait(20)
    assert want[-1].name in panel.visible_names()
    panel.filters.text.setText("no such clip")
    assert panel.model.rowCount() == 0
    assert panel.visible_names() == ()


def test_a_clip_that_is_not_scored_passes_no_range_but_comes_in_when_it_is(qtbot):
    few = infos(3)
    panel = made(qtbot, few, [row_of(few[0], {"first": (50.0, 5.0)})])
    panel.filters.error.setCurrentText("MPJPE mm · first")
    panel.filters.low.setText("40")
    assert shown(panel) == [few[0].name]
    panel.show_score(row_of(few[2], {"first": (45.0, 5.0)}))
    panel.show_score(row_of(few[1], {"first": (35.0, 5.0)}))
    qtbot.waitUntil(lambda: shown(panel) == [few[0].name, few[2].name], timeout=2000)


def test_what_has_no_choice_is_not_offered(qtbot):
    lone = made(qtbot, [ClipInfo("dance", "", "", 300, 30.0)], [], ("dance",))
    assert lone.filters.athlete.isHidden()
    assert lone.filters.activity.isHidden()
    assert lone.filters.differing.isHidden()
    assert {Column(Kind.MARK), Column(Kind.ATHLETE), Column(Kind.ACTIVITY)}.isdisjoint(lone.model.columns)
    two_lines = lone.grid.horizontalHeader().height()
    lone.show_rows(lone.model.table.clips, {})
    assert lone.count.text() == "1 of 1 clip"
    assert [column.kind for column in lone.model.columns] == [Kind.NAME, Kind.FRAMES, Kind.SECONDS]
    assert lone.model.summary == ()
    assert lone.grid.horizontalHeader().height() < two_lines
    assert lone.grid._names.horizontalHeader().height() == lone.grid.horizontalHeader().height()


# --- cells


def test_cells_say_what_is_known(qtbot):
    clips = infos(5)
    agreeing = row_of(clips[0], {"first": (41.23, 3.456), "second": (50.0, 4.0), "third": (60.0, 5.0)})
    differing = row_of(clips[1], {"first": (50.0, 3.0), "second": (40.0, 4.0), "third": (NAN, 2.0)})
    failing = row_of(clips[2], {"first": (50.0, 3.0)}, (Failure(clips[2].name, "second", "b.npy: too short"),),
                     kind=ReferenceKind.STAND_IN)  # fmt: skip
    broken = row_of(clips[3], {}, (Failure(clips[3].name, "", "c_h36m.npy: cannot be read"),))
    panel = made(qtbot, clips, [agreeing, differing, failing, broken])
    assert cell(panel, 0, Kind.MPJPE, "first") == "41.2 (1)"
    assert cell(panel, 0, Kind.ANGLES, "first") == "3.46 (1)"
    assert cell(panel, 0, Kind.MARK) == ""
    assert cell(panel, 0, Kind.SECONDS) == "1.67"
    assert [cell(panel, row, Kind.WORST) for row in range(5)] == ["5.00", "4.00", "3.00", "–", "…"]
    assert cell(panel, 1, Kind.WORST, role=TIP).endswith("second: angle MAE 4.00°")
    assert cell(panel, 1, Kind.MARK) == "⇄"
    assert cell(panel, 1, Kind.MARK, role=TIP).endswith("MPJPE: second < first\nangles: first < second")
    assert cell(panel, 1, Kind.MPJPE, "third") == "–"
    assert "no metric scale" in cell(panel, 1, Kind.MPJPE, "third", TIP)
    assert np.isnan(cell(panel, 1, Kind.MPJPE, "third", Qt.ItemDataRole.UserRole))
    assert cell(panel, 2, Kind.MPJPE, "second") == "⚠"
    assert "b.npy: too short" in cell(panel, 2, Kind.MPJPE, "second", TIP)
    assert "b.npy: too short" in cell(panel, 2, Kind.NAME, role=TIP)
    assert cell(panel, 2, Kind.MPJPE, "third") == "–"
    assert "no prediction" in cell(panel, 2, Kind.MPJPE, "third", TIP)
    assert "not ISB angles" in cell(panel, 2, Kind.ANGLES, "first", TIP)
    assert {cell(panel, 3, Kind.ANGLES, lifter) for lifter in LIFTERS} == {"⚠"}
    assert "cannot be read" in cell(panel, 3, Kind.NAME, role=TIP)
    assert cell(panel, 4, Kind.MPJPE, "first") == "…"
    assert panel.count.text() == "5 of 5 clips · 4 of 5 scored · ⇄ 1 · ⚠ 2"


def test_alone_a_lifter_has_no_rank_and_is_not_the_worst(few):
    assert cell(few, 0, Kind.MPJPE, "first") == "60.0"
    assert Column(Kind.WORST) not in few.model.columns
    assert Column(Kind.MARK) not in few.model.columns


def test_a_clip_without_frame_rate_has_no_seconds(qtbot):
    timed, untimed = ClipInfo("b", "", "", 60, 60.0), ClipInfo("a", "", "", 300, NAN)
    panel = made(qtbot, [untimed, timed], [])
    assert [cell(panel, row, Kind.SECONDS) for row in range(2)] == ["–", "1.00"]
    assert "300 frames (frame rate not stated)" in cell(panel, 0, Kind.NAME, role=TIP)
    for order in (ASCENDING, DESCENDING):
        panel.model.sort(column(panel, Kind.SECONDS), order)
        assert shown(panel) == ["b", "a"]
    untimed_only = made(qtbot, [untimed], [])
    assert cell(untimed_only, 0, Kind.SECONDS) == "–"


def test_heads_say_what_and_in_which_unit(panel):
    head = {column: panel.model.headerData(section, Qt.Orientation.Horizontal)
            for section, column in enumerate(panel.model.columns)}  # fmt: skip
    assert head[Column(Kind.MPJPE, "first")] == "MPJPE mm"
    assert head[Column(Kind.ANGLES, "third")] == "angle MAE °"
    assert head[Column(Kind.WORST)] == "angle MAE °"
    assert Column(Kind.WORST).lines == ("worst", "MAE °")


def test_the_worst_lifter_of_each_clip_sorts(qtbot, panel, clips, rows):
    largest = {row.clip: max(n.angle_mae_deg for n in row.lifters) for row in rows}
    assert shown(panel) == [clip.name for clip in clips]
    click_head(qtbot, panel, column(panel, Kind.WORST))
    want = sorted(clips, key=lambda clip: -largest.get(clip.name, -1.0))
    assert shown(panel) == [clip.name for clip in want]
    panel.filters.error.setCurrentText("angle MAE ° · worst lifter")
    panel.filters.low.setText("18")
    assert shown(panel) == [clip.name for clip in want if largest.get(clip.name, 0.0) >= 18]


def test_a_bar_is_in_the_colour_of_its_lifter_and_as_long_as_the_error(qtbot, few):
    few.model.settle()
    qtbot.wait(20)
    image = few.grid.viewport().grab().toImage()
    lengths = []
    for row in range(6):
        rect = few.grid.visualRect(few.model.index(row, column(few, Kind.MPJPE, "first")))
        pixels = [image.pixelColor(x, rect.bottom() - 2) for x in range(rect.left(), rect.right())]
        lengths.append(sum(pixel.red() > 1.5 * pixel.blue() and pixel.red() > 80 for pixel in pixels))
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] / lengths[4] == pytest.approx(57.5 / 20, rel=0.15)


def test_the_other_theme_repaints(qtbot, few):
    before = few.grid.grab().toImage().pixelColor(400, 200)
    few.show_theme(LIGHT)
    qtbot.wait(20)
    after = few.grid.grab().toImage().pixelColor(400, 200)
    assert before.lightness() < 60 < 200 < after.lightness()


def test_a_frame_costs_nothing_and_content_changes_nothing(few, demo_content):
    before = shown(few), few.count.text()
    few.show_content(demo_content)
    few.show_frame(3)
    few.show_content(None)
    assert (shown(few), few.count.text()) == before


def test_the_model_keeps_qts_rules(qtbot):
    clips = infos(30)
    panel = made(qtbot, clips, synthetic(clips))
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    panel.model.sort(3, DESCENDING)
    panel.filters.text.setText("axel")
    panel.filters.clear()
    panel.show_score(row_of(clips[0], {"first": (1.0, 1.0)}))
    panel.model.settle()
    panel.show_scores(synthetic(clips))
    panel.show_rows(clips[:10], identities("first"))
    assert tester.model() is panel.model
    assert panel.model.rowCount() == 10


def test_a_results_folder_fills_the_table_at_once(panel, clips, rows):
    panel.model.sort(column(panel, Kind.MPJPE, "first"), DESCENDING)
    before = shown(panel)
    panel.show_rows(clips, identities(*LIFTERS))
    assert shown(panel) != before
    panel.show_scores(rows)
    assert shown(panel) == before
    assert panel.count.text().startswith("3,000 of 3,000 clips · 2,700 of 3,000 scored")


def test_other_lifters_keep_the_filter_where_it_still_means_something(panel, clips):
    panel.model.sort(column(panel, Kind.MPJPE, "third"), DESCENDING)
    panel.filters.error.setCurrentText("angle MAE ° · third")
    panel.filters.athlete.setCurrentText("S2")
    panel.show_rows(clips, identities("first", "second"))
    assert panel.filters.chosen == Filter(athlete="S2")
    assert panel.model.sorted_by == (-1, ASCENDING)
    assert panel.grid.horizontalHeader().sortIndicatorSection() == -1


def test_other_lifters_keep_the_order_though_its_column_moves(panel, clips):
    panel.grid.sortByColumn(column(panel, Kind.ATHLETE), DESCENDING)
    before = shown(panel)
    panel.show_rows(clips, identities("first", "second"))
    assert shown(panel) == before
    for head in (panel.grid.horizontalHeader(), panel.grid._names.horizontalHeader()):
        assert head.sortIndicatorSection() == column(panel, Kind.ATHLETE)
        assert head.sortIndicatorOrder() is DESCENDING


def test_numbers_that_no_longer_hold_are_taken_away(panel, clips):
    panel.model.sort(column(panel, Kind.MPJPE, "first"), DESCENDING)
    panel._session.update(clip=clips[77].name)
    panel.forget_scores()
    assert panel.count.text() == "3,000 of 3,000 clips · 0 of 3,000 scored"
    assert {cell(panel, row, Kind.MPJPE, "first") for row in range(3000)} == {"…"}
    assert shown(panel) == [clip.name for clip in clips]
    assert selected(panel) == [clips[77].name]


def test_a_table_without_clips():
    table = Table()
    assert table.order(None, descending=False).size == 0
    assert table.passing(Filter("x")).size == 0
    assert table.put(row_of(infos(1)[0], {"first": (1.0, 1.0)})) == -1


# --- with real numbers


def test_without_lifters_the_floor_of_each_clip_is_shown(qtbot):
    clips = infos(4)
    panel = made(qtbot, clips, [], ())
    panel._session.update(clip=clips[2].name)
    assert panel.count.text() == "4 of 4 clips"
    stand_in = replace(row_of(clips[3], {}), kind=ReferenceKind.STAND_IN, floor=LifterNumbers("reference"))
    for place, deg in enumerate((1.25, 3.5, 2.0)):
        floor = LifterNumbers("reference", angle_mae_deg=deg, sums=sums_of(clips[place].n_frames, NAN, deg))
        panel.show_score(replace(row_of(clips[place], {}), floor=floor))
    panel.show_score(stand_in)
    assert [cell(panel, row, Kind.ANGLES, FLOOR) for row in range(4)] == ["1.25", "3.50", "2.00", "–"]
    assert "the estimator on the reference poses" in cell(panel, 0, Kind.ANGLES, FLOOR, TIP)
    assert "no ISB angles" in cell(panel, 3, Kind.ANGLES, FLOOR, TIP)
    assert [column.kind for column in panel.model.columns if column.is_error] == [Kind.ANGLES]
    assert panel.model.headerData(1, Qt.Orientation.Horizontal, TIP).startswith("floor: ")
    assert selected(panel) == [clips[2].name]
    assert panel.count.text() == "4 of 4 clips · 4 of 4 scored"
    panel.grid.sortByColumn(1, DESCENDING)
    assert shown(panel) == [clips[place].name for place in (1, 2, 0, 3)]
    qtbot.wait(20)
    rect = panel.grid.visualRect(panel.model.index(0, 1))
    bar = panel.grid.viewport().grab().toImage().pixelColor(rect.left() + 6, rect.bottom() - 2)
    assert abs(bar.red() - bar.blue()) < 25 < bar.red()  # the floor's grey
    panel.forget_scores()
    assert {cell(panel, row, Kind.ANGLES, FLOOR) for row in range(4)} == {"…"}


def test_the_background_fills_the_table_with_the_numbers_of_score(qtbot, demo_job):
    people = {p.lifter: Identity(p.title, i, p.simulated) for i, p in enumerate(demo_job.pairings)}
    clips = [ClipInfo(e.name, e.athlete, e.activity, e.n_frames, e.fps) for e in demo_job.dataset]
    panel = made(qtbot, clips, [], ())
    panel.show_rows(clips, people)
    assert cell(panel, 0, Kind.MPJPE, demo_job.pairings[0].lifter) == "…"
    scores = BackgroundScores()
    scores.scored.connect(panel.show_score)
    panel.visible_changed.connect(lambda: scores.prioritise(panel.visible_names()))
    with qtbot.waitSignal(scores.finished, timeout=60_000):
        scores.start(demo_job)
    assert panel.count.text().startswith("8 of 8 clips · 8 of 8 scored")
    want = {row.clip: row for row in (clip_row(score_clip(task)) for task in tasks_of(demo_job))}
    for row in range(8):
        for numbers in want[panel.model.name(row)].lifters:
            got = [cell(panel, row, kind, numbers.lifter, Qt.ItemDataRole.UserRole)
                   for kind in (Kind.MPJPE, Kind.ANGLES)]  # fmt: skip
            assert got == [numbers.mpjpe_mm, numbers.angle_mae_deg]
            assert cell(panel, row, Kind.MPJPE, numbers.lifter) == f"{numbers.mpjpe_mm:.1f} ({numbers.rank_mpjpe})"
