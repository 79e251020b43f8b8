"""All clips together above the rows of their table, and the position error that follows the alignment."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from core.evaluation import ReferenceKind
from core.metrics.alignment import Alignment
from core.results.clip_table import ClipRow, clip_row, read_rows
from core.results.folder import JOURNAL
from core.results.scores import ClipScore, Failure
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.run import ScoreJob, score
from tests.viewer.panels.clips_on_screen import (
    DESCENDING,
    LIFTERS,
    NAN,
    cell,
    click_head,
    column,
    infos,
    made,
    row_of,
    shown,
    sums_of,
)
from viewer.content import Identity
from viewer.panels.clips import ClipsPanel
from viewer.panels.clips.columns import Column, Kind
from viewer.workspace import ClipInfo

MM = {"mpjpe_mm": Kind.MPJPE, "n_mpjpe_mm": Kind.N_MPJPE, "p_mpjpe_mm": Kind.P_MPJPE}
ALIGNMENTS = {Kind.MPJPE: Alignment.ROOT, Kind.N_MPJPE: Alignment.SCALE, Kind.P_MPJPE: Alignment.PROCRUSTES}


@pytest.fixture(scope="module")
def simulated(simulated_job, tmp_path_factory) -> tuple[list[ClipScore], list[dict[str, str]], object]:
    """Scores of the simulated sources, their ``summary.csv`` and the folder that holds it."""
    folder = tmp_path_factory.mktemp("results")
    with Journal(folder / JOURNAL, simulated_job.fingerprint) as journal:
        scores = list(score(replace(simulated_job, jobs=1), journal))
        finish(simulated_job, journal, folder, ["anglescope"], {})
    with (folder / "summary.csv").open(encoding="utf-8") as file:
        return scores, list(csv.DictReader(file)), folder


def panel_of(qtbot: QtBot, job: ScoreJob, rows: list[ClipRow]) -> ClipsPanel:
    people = {p.lifter: Identity(p.title, i, p.simulated) for i, p in enumerate(job.pairings)}
    clips = [ClipInfo(e.name, e.athlete, e.activity, e.n_frames, e.fps) for e in job.dataset]
    panel = made(qtbot, clips, [], ())
    panel.show_rows(clips, people)
    panel.show_scores(rows)
    return panel


def line(panel: ClipsPanel, place: int = 0) -> list[tuple[str, int]]:
    """Text and rank of every column of a line of all clips."""
    drawn = panel.model.summary[place]
    return [(drawn.text(column), drawn.rank(column) if column.is_error else 0) for column in panel.model.columns]


def tip(panel: ClipsPanel, kind: Kind, lifter: str = "", place: int = 0) -> str:
    return panel.grid.horizontalHeader().summary_tip(column(panel, kind, lifter), place)


@pytest.mark.parametrize("source", ["scored", "folder"])
@pytest.mark.parametrize("metric", MM)
def test_all_clips_together_are_the_summary_of_score(qtbot, simulated_job, simulated, source, metric):
    scores, summary, folder = simulated
    rows = [clip_row(of_clip) for of_clip in scores] if source == "scored" else list(read_rows(folder))
    panel = panel_of(qtbot, simulated_job, rows)
    panel._session.update_engine(alignment=ALIGNMENTS[MM[metric]])
    drawn, floors = line(panel), line(panel, 1)
    assert drawn[0][0] == "8 of 8 clips"
    assert drawn[column(panel, Kind.MARK)][0] == "⇄"  # noise in depth has the better position, the worse angles
    rank = "rank_" + metric.removesuffix("_mm")
    for row in summary[1:]:
        lifter = row["lifter"]
        mm, deg = column(panel, MM[metric], lifter), column(panel, Kind.ANGLES, lifter)
        assert drawn[mm] == (f"{float(row[metric]):.1f}", int(row[rank]))
        assert drawn[deg] == (f"{float(row['angle_mae_deg']):.2f}", int(row["rank_angle_mae"]))
        assert floors[deg] == (f"{float(row['floor_mae_deg']):.2f}", 0)
        assert floors[mm] == ("", 0)
        assert f"P-MPJPE {float(row['p_mpjpe_mm']):.2f} mm, rank {row['rank_p_mpjpe']}" in tip(
            panel, mm_kind(panel), lifter
        )
    worst = max(float(row["angle_mae_deg"]) for row in summary[1:])
    assert drawn[column(panel, Kind.WORST)] == (f"{worst:.2f}", 0)
    assert "angles: sim_hip_offset < sim_over_smooth < sim_depth_noise" in tip(panel, Kind.MARK)
    assert "sim_depth_noise" in tip(panel, Kind.WORST)


def mm_kind(panel: ClipsPanel) -> Kind:
    return panel.model.table.position


def test_before_and_while_clips_are_scored_it_says_how_many(qtbot):
    clips = infos(4)
    panel = made(qtbot, clips, [])
    assert line(panel)[0] == ("all clips", 0)
    assert line(panel)[column(panel, Kind.ANGLES, "first")] == ("…", 0)
    assert "none is scored yet" in tip(panel, Kind.NAME)
    height = panel.grid.horizontalHeader().height()
    panel.show_score(row_of(clips[0], {"first": (40.0, 4.0), "second": (50.0, 5.0), "third": (60.0, 6.0)}))
    panel.show_score(row_of(clips[1], {"first": (80.0, 8.0), "second": (90.0, 9.0), "third": (99.0, 9.5)}))
    qtbot.waitUntil(lambda: line(panel)[0][0] == "2 of 4, so far", timeout=2000)
    frames = [clip.n_frames for clip in clips[:2]]
    assert line(panel)[column(panel, Kind.MPJPE, "first")] == (f"{np.average([40.0, 80.0], weights=frames):.1f}", 1)
    assert "All clips so far: 2 of 4" in tip(panel, Kind.NAME)
    panel.show_score(row_of(clips[2], {}, (Failure(clips[2].name, "", "broken"),)))
    panel.show_score(row_of(clips[3], {"first": (40.0, 4.0), "second": (50.0, 5.0), "third": (60.0, 6.0)}))
    assert line(panel)[0] == ("4 of 4 clips", 0)  # at once: nothing more is to come
    assert panel.grid.horizontalHeader().height() == height
    panel.forget_scores()
    assert line(panel)[0] == ("all clips", 0)


def test_a_clip_that_could_not_be_read_is_not_counted(qtbot):
    clips = infos(2)
    broken = replace(row_of(clips[1], {}, (Failure(clips[1].name, "", "broken"),)), floor=None)
    panel = made(qtbot, clips, [row_of(clips[0], {"first": (40.0, 4.0)}), broken])
    assert line(panel)[0] == ("1 of 2 clips", 0)


def test_no_rank_where_lifters_cover_different_clips_and_the_tip_says_why(qtbot):
    clips = infos(2)
    panel = made(qtbot, clips, [row_of(clips[0], {"first": (40.0, 4.0), "second": (50.0, 3.0)}),
                                row_of(clips[1], {"first": (40.0, 4.0)})], ("first", "second"))  # fmt: skip
    drawn = dict(zip(panel.model.columns, line(panel), strict=True))
    assert drawn[Column(Kind.MPJPE, "first")] == ("40.0", 0)
    assert drawn[Column(Kind.ANGLES, "second")] == ("3.00", 0)
    assert drawn[Column(Kind.MARK)] == ("", 0)
    for kind, lifter in ((Kind.NAME, ""), (Kind.MPJPE, "first"), (Kind.ANGLES, "second")):
        assert "they cover different clips, first 2, second 1" in tip(panel, kind, lifter)
    assert tip(panel, Kind.ANGLES, "second").startswith("second on all clips: 1 of 2")


def test_kinds_of_reference_are_never_added_up(qtbot):
    clips = infos(3)
    errors = [{"first": (mm, deg), "second": (2 * mm, 2 * deg)} for mm, deg in ((10.0, 1.0), (20.0, 2.0), (30.0, 3.0))]
    rows = [row_of(clip, of) for clip, of in zip(clips, errors, strict=True)]
    rows[2] = replace(rows[2], kind=ReferenceKind.STAND_IN)
    panel = made(qtbot, clips, rows, ("first", "second"))
    assert [each.text(Column(Kind.NAME)) for each in panel.model.summary] == [
        "ISB 2 of 3 clips", "floor", "stand-in 1 of 3 clips",
    ]  # fmt: skip
    assert line(panel, 2)[column(panel, Kind.ANGLES, "second")] == ("6.00", 2)
    assert "not ISB angles" in tip(panel, Kind.ANGLES, "second", 2)


def test_an_undefined_error_is_a_dash(qtbot):
    clips = infos(1)
    panel = made(qtbot, clips, [row_of(clips[0], {"first": (NAN, 4.0), "second": (50.0, 3.0)})], ("first", "second"))
    assert line(panel)[column(panel, Kind.MPJPE, "first")] == ("–", 0)
    assert "no metric scale" in tip(panel, Kind.MPJPE, "first")


# --- on screen


def test_lines_are_drawn_above_the_rows_and_have_their_own_tips(qtbot):
    clips = infos(40)
    panel = made(qtbot, clips, [row_of(clip, {"first": (40.0, 4.0), "second": (50.0, 3.0)}) for clip in clips],
                 ("first", "second"))  # fmt: skip
    head, section = panel.grid.horizontalHeader(), column(panel, Kind.ANGLES, "second")
    rect = head.summary_rect(section, 0)
    assert head.height() >= head.summary_rect(section, 1).bottom()
    image = head.viewport().grab(rect).toImage()
    assert max(image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())) > 150
    panel.grid.verticalScrollBar().setValue(20)
    assert head.summary_rect(section, 0) == rect
    at = rect.center()
    QApplication.sendEvent(head.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, head.viewport().mapToGlobal(at)))
    assert "second on all clips: 40 of 40" in QToolTip.text()
    at = QPoint(at.x(), 4)
    QApplication.sendEvent(head.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, head.viewport().mapToGlobal(at)))
    assert QToolTip.text().endswith("small: rank among its lifters")
    QToolTip.hideText()


def test_a_click_on_a_line_sorts_too(qtbot):
    clips = infos(3)
    rows = [
        row_of(clip, {"first": (40.0, deg), "second": (50.0, 1.0)})
        for clip, deg in zip(clips, (2.0, 9.0, 4.0), strict=True)
    ]
    panel = made(qtbot, clips, rows, ("first", "second"))
    click_head(qtbot, panel, column(panel, Kind.WORST))  # clicks near its lower edge, where the lines are
    assert shown(panel) == [clips[place].name for place in (1, 2, 0)]


@pytest.mark.parametrize(("width", "lifters"), [(440, 3), (275, 1)])
def test_names_mark_worst_and_lifters_stand_side_by_side(qtbot, width, lifters):
    clips = [replace(clip, name=f"S{i}_a_rather_long_name_{i}_cam_3") for i, clip in enumerate(infos(8))]
    rows = [row_of(clip, dict(zip(LIFTERS, ((38.0, 5.27), (10.8, 4.19), (71.7, 10.2)), strict=True))) for clip in clips]
    panel = made(qtbot, clips, rows)
    panel.resize(width, 420)
    qtbot.wait(20)
    last = column(panel, Kind.ANGLES, LIFTERS[lifters - 1])
    assert panel.grid.columnViewportPosition(last) + panel.grid.columnWidth(last) <= panel.grid.viewport().width()
    assert panel.grid.columnWidth(0) >= 96
    for place, each in enumerate(panel.model.columns):
        if each.is_error:
            text = cell(panel, 0, each.kind, each.lifter).partition(" ")[0]
            letters = QFontMetrics(panel.grid._delegate.fonts.plain)
            assert letters.horizontalAdvance(text) + 8 <= panel.grid.columnWidth(place)


def test_numbers_that_get_longer_get_room(qtbot):
    clips = infos(2)
    panel = made(qtbot, clips, [row_of(clips[0], {"first": (40.0, 4.0), "second": (50.0, 3.0)})], ("first", "second"))
    mm = column(panel, Kind.MPJPE, "first")
    before = panel.grid.columnWidth(mm)
    panel.show_score(row_of(clips[1], {"first": (1234.5, 44.0), "second": (50.0, 3.0)}))
    assert panel.grid.columnWidth(mm) > before


def test_a_width_of_the_names_that_was_chosen_stays(qtbot):
    panel = made(qtbot, infos(2), [])
    panel.grid._names.setColumnWidth(0, 150)
    panel.resize(300, 420)
    qtbot.wait(20)
    assert panel.grid.columnWidth(0) == 150


# --- the position error of the alignment


def test_the_position_error_is_that_of_the_alignment(qtbot):
    clips = infos(2)
    rows = [row_of(clip, {"first": (40.0, 4.0), "second": (50.0, 5.0)}) for clip in clips]
    panel = made(qtbot, clips, rows, ("first", "second"))
    for alignment, kind, text in (
        (Alignment.PROCRUSTES, Kind.P_MPJPE, "28.0 (2)"),
        (Alignment.SCALE, Kind.N_MPJPE, "36.0 (1)"),
        (Alignment.NONE, Kind.MPJPE, "40.0 (1)"),
        (Alignment.ROOT, Kind.MPJPE, "40.0 (1)"),
    ):
        panel._session.update_engine(alignment=alignment)
        assert cell(panel, 0, kind, "first") == text
        head = panel.model.headerData(column(panel, kind, "first"), Qt.Orientation.Horizontal)
        assert head == {Kind.MPJPE: "MPJPE mm", Kind.N_MPJPE: "N-MPJPE mm", Kind.P_MPJPE: "P-MPJPE mm"}[kind]
        assert sum(each.is_position for each in panel.model.columns) == 2
        assert cell(panel, 0, Kind.MARK) == ("⇄" if kind is Kind.P_MPJPE else "")  # it ranks them the other way round
        assert line(panel)[column(panel, Kind.MARK)][0] == ""  # pooled, all three rank alike


def test_order_and_filter_follow_the_alignment(qtbot):
    clips = infos(3)
    rows = [
        row_of(clip, {"first": (mm, 4.0), "second": (50.0, 5.0)})
        for clip, mm in zip(clips, (30.0, 60.0, 40.0), strict=True)
    ]
    panel = made(qtbot, clips, rows, ("first", "second"))
    panel.grid.sortByColumn(column(panel, Kind.MPJPE, "first"), DESCENDING)
    panel.filters.error.setCurrentText("MPJPE mm · first")
    panel.filters.low.setText("35")
    want = [clips[1].name, clips[2].name]
    assert shown(panel) == want
    panel._session.update_engine(alignment=Alignment.PROCRUSTES)
    assert panel.model.sorted_by == (column(panel, Kind.P_MPJPE, "first"), DESCENDING)
    assert panel.filters.error.currentText() == "MPJPE mm · first"  # a limit in one measure is none in another
    assert shown(panel) == want
    offered = [panel.filters.error.itemText(place) for place in range(panel.filters.error.count())]
    assert "P-MPJPE mm · first" in offered
    panel.filters.clear()
    panel._session.update_engine(alignment=Alignment.ROOT)
    offered = [panel.filters.error.itemText(place) for place in range(panel.filters.error.count())]
    assert not any(text.startswith("P-MPJPE") for text in offered)


def test_sums_of_these_tests_have_the_means_they_say():
    sums = sums_of(10, 40.0, 4.0)
    assert (sums.mpjpe[0] / sums.mpjpe[1], sums.angles[0] / sums.angles[1]) == (40.0, 4.0)
