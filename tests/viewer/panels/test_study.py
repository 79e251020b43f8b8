"""The study's panel: its numbers are the engine's on the same rows, and mouse, keys and choices do what they say.

Rows are those of the demo, scored here with the geometry of the joints, which takes no time.
"""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.evaluation import ReferenceKind
from core.metrics.alignment import Alignment
from core.scoring.opening import Choices, build_job
from core.study.pairs import Verdict
from core.study.study import StudyOptions, published, study_of
from tests.viewer.conftest import DEMO, finished
from viewer.changes import change_text
from viewer.jobs import Jobs
from viewer.memory import DatasetMemory, as_left, keep
from viewer.panels.study import StudyPanel
from viewer.panels.study.finding import FINE, LIVE, MEANS
from viewer.panels.study.targets import Target
from viewer.panels.study.texts import PUBLISHED, Kind
from viewer.session import Session
from viewer.study_files import export_study
from viewer.theme import DARK, LIGHT
from viewer.view import StudyPlot, StudyView, View
from viewer.workspace import ClipInfo, LoneSource, Workspace

LIFTERS = ("motionbert-compact", "simplebaseline3d-compact", "videopose3d-compact")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def rows(demo_rows):
    return demo_rows


@pytest.fixture(scope="module")
def expected(rows):
    """The engine's own study."""
    return study_of(rows, LIFTERS)


def wait_until(holds, what="", seconds=60.0):
    """Run the event loop until something holds; asleep in between, for a wait of Qt keeps Python from its workers."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, f"waited in vain {what}"
        QApplication.processEvents()
        time.sleep(0.005)


class Shown:
    """A panel on the screen with its session, wired as the window does it."""

    def __init__(self, rows, size=(560, 620), given=None, lifters=LIFTERS):
        self.session, self.jobs = Session(), Jobs()
        self.panel = StudyPanel(self.session, DARK, self.jobs)
        self.canvas = self.panel.canvas
        self.session.view_changed.connect(self.panel.show_view)
        self.session.content_changed.connect(self.panel.show_content)
        self.session.frame_changed.connect(self.panel.show_frame)
        self.panel.resize(*size)
        infos = [ClipInfo(row.clip, row.athlete, row.activity, row.frames, row.fps) for row in rows]
        self.panel.show_rows(infos, lifters)
        self.panel.show_scores(rows if given is None else given)
        self.panel.show()
        assert QTest.qWaitForWindowExposed(self.panel)

    def settle(self, resamples=FINE):
        panel = self.panel
        wait_until(lambda: panel.study is not None and panel.study.resampling.n >= resamples, "for the study")
        return self

    def by(self, name):
        wait_until(lambda: self.panel.study.options.by == name, "for the other position error")

    def close(self):
        self.jobs.close()
        self.panel.close()
        self.panel.deleteLater()

    def choose(self, **changes):
        self.panel.change(**changes)
        return self.panel.canvas.plot

    def click(self, target):
        QTest.mouseClick(self.canvas, LEFT, pos=self.canvas.place_of(target))

    def row(self, kind, place=0):
        model = self.panel.list.rows
        found = [i for i, row in enumerate(model.rows) if row.kind is kind]
        return model.index(found[place])

    def click_row(self, kind, place=0):
        index = self.row(kind, place)
        self.panel.list.scrollTo(index)
        QTest.mouseClick(self.panel.list.viewport(), LEFT, pos=self.panel.list.visualRect(index).center())

    def said(self):
        return " | ".join(row.said for row in self.panel.list.rows.rows)


@pytest.fixture
def shows(qapp):
    """Makes panels, and closes them."""
    made = []

    def show(*args, **options):
        made.append(Shown(*args, **options))
        return made[-1]

    yield show
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def lasting(qapp, rows):
    made = Shown(rows).settle()
    yield made
    made.close()


@pytest.fixture
def shown(lasting):
    """The demo's clips, finely computed, nothing chosen."""
    lasting.session.show_content(None)
    lasting.session.show(View())
    lasting.panel.show_theme(DARK)
    lasting.canvas.show_target(None)
    lasting.settle()
    return lasting


# Numbers


def numbers_of(study):
    return (study.points, study.by_athlete, study.by_activity, study.between, study.within, study.pairs,
            study.other_pairs, study.left_out)  # fmt: skip


def test_numbers_are_those_of_the_engine_in_whatever_order_clips_came(shows, rows, expected):
    came = [rows[place] for place in np.random.default_rng(2).permutation(len(rows))]
    shown = shows(rows, given=came).settle()
    assert numbers_of(shown.panel.study) == numbers_of(expected)
    assert shown.panel.study.options == StudyOptions()


def test_points_are_clips_and_lifters_with_their_intervals(shown, expected):
    plot = shown.canvas.plot
    for name, point in zip(LIFTERS, expected.points, strict=True):
        spot = next(spot for spot in plot.spots if spot.lifter == name)
        assert (spot.x, spot.y, spot.clips) == (point.positions_mm["mpjpe_mm"], point.mae_deg, 8)
        own = plot.dots.series == LIFTERS.index(name)
        np.testing.assert_array_equal(plot.dots.x[own], expected.scores.position_mm("mpjpe_mm")[LIFTERS.index(name)])
        np.testing.assert_array_equal(plot.dots.y[own], expected.scores.mae_deg()[LIFTERS.index(name)])
    for low, high, values in ((*plot.x_range, plot.dots.x), (*plot.y_range, plot.dots.y)):
        assert low < values.min() and values.max() < high


def test_it_fills_as_clips_come_in_never_on_the_spot_and_finely_at_last(shows, rows, expected):
    shown = shows(rows, given=rows[:3])
    assert shown.panel.study is None  # a worker computes it
    shown.settle(LIVE)
    assert shown.panel.study.resampling.n == LIVE and len(shown.panel.study.scores) == 3
    assert shown.panel.foot.text == "3 of 8 clips scored · 1,000 resamples"
    for row in rows[3:6]:
        shown.panel.show_score(row)
    assert (
        shown.panel.foot.text.startswith("6 of 8 clips scored, numbers of 3 so far · ")
        and len(shown.panel.study.scores) == 3
    )
    wait_until(lambda: len(shown.panel.study.scores) == 6, "for six clips")
    assert shown.panel.study.resampling.n == LIVE  # nothing rough once something is shown
    for row in rows[6:]:
        shown.panel.show_score(row)
    shown.settle()
    assert numbers_of(shown.panel.study) == numbers_of(expected)
    assert shown.panel.foot.text == "8 clips · 10,000 resamples"


def test_a_results_folder_is_shown_without_intervals_first(shows, rows):
    shown, seen = shows(rows), []
    shown.panel._finding.found.connect(lambda study: seen.append(study.resampling.n))
    shown.settle()
    assert seen == [MEANS, LIVE, FINE]


def test_nothing_is_computed_while_nobody_looks(shows, rows):
    shown = shows(rows, given=[])
    shown.panel.hide()
    shown.panel.show_scores(rows)
    QTest.qWait(50)
    assert not shown.jobs.running() and shown.panel.study is None
    shown.panel.show()
    shown.settle(LIVE)


def test_another_alignment_is_another_position_error_and_is_kept(shown, rows):
    shown.session.update_engine(alignment=Alignment.PROCRUSTES)
    shown.by("p_mpjpe_mm")
    shown.settle()
    assert numbers_of(shown.panel.study) == numbers_of(study_of(rows, LIFTERS, StudyOptions("p_mpjpe_mm")))
    assert shown.canvas.plot.x_titles[0] == "P-MPJPE, mm"
    shown.session.update_engine(alignment=Alignment.ROOT)
    assert shown.panel.study.options.by == "mpjpe_mm" and not shown.jobs.running()


def test_stopped_work_goes_on_when_the_panel_is_shown_again(shows, rows):
    shown = shows(rows).settle(LIVE)
    shown.jobs.cancel("study")
    stopped = shown.panel.study.resampling.n
    assert stopped < FINE
    QTest.qWait(30)
    assert shown.panel.study.resampling.n == stopped
    shown.panel.hide()
    shown.panel.show()
    shown.settle()


def test_numbers_that_no_longer_hold_go(shows, rows):
    shown = shows(rows).settle(LIVE)
    shown.panel.forget_scores()
    assert shown.panel.study is None and shown.canvas.plot is None
    assert shown.canvas.sentence == "No clip is scored yet." and not shown.panel.list.rows.rows


def test_a_stop_is_said_and_undone_by_a_button(shows, rows):
    shown = shows(rows)
    assert shown.panel.canvas.sentence == "Computing the means…"
    shown.settle(MEANS)
    shown.jobs.cancel("study")
    wait_until(lambda: "stopped" in shown.panel.foot.text, "for the word")
    n = shown.panel.study.resampling.n
    assert shown.panel.foot.text == f"8 clips · stopped at {n:,} of 10,000 resamples"
    shown.panel.foot.go_on.click()
    assert "computing" in shown.panel.foot.text and not shown.panel.foot.go_on.isVisible()
    shown.settle()


def test_progress_is_told(shows, rows):
    shown, told = shows(rows, given=[]), []
    shown.jobs.progressed.connect(lambda kind, progress: told.append((kind, progress.done, progress.total)))
    shown.panel.show_scores(rows)
    shown.settle()
    assert {kind for kind, *_ in told} == {"study"} and {total for *_, total in told} == {8}
    assert max(done for _, done, _ in told) == 8


# What is compared


def test_choices_of_what_is_compared_are_those_of_the_engine(shown, rows):
    shown.choose(by="n_mpjpe_mm", margin_deg=2.0, left_out=frozenset({LIFTERS[0]}))
    wait_until(lambda: shown.panel.study.scores.lifters == LIFTERS[1:], "for two lifters")
    shown.settle()
    expected = study_of(rows, LIFTERS[1:], StudyOptions("n_mpjpe_mm", margin_deg=2.0))
    assert numbers_of(shown.panel.study) == numbers_of(expected)
    assert shown.panel.study.options == expected.options
    assert "Not compared, as you chose: motionbert-compact." in shown.said()
    shown.session.update_engine(alignment=Alignment.PROCRUSTES)
    assert shown.panel.study.options.by == "n_mpjpe_mm" and "chosen here" in shown.said()
    shown.choose(by="", left_out=frozenset(), margin_deg=5.0)
    shown.by("p_mpjpe_mm")


def test_the_menu_says_and_changes_what_is_compared(shown):
    compared = shown.panel.choices.compared

    def entry(text):
        compared.fill()
        return next(action for action in compared.menu().actions() if action.text().startswith(text))

    assert entry("As skeletons are aligned (MPJPE)").isChecked() and entry("5°").isChecked()
    for text, study, said in (
        ("P-MPJPE", StudyView(by="p_mpjpe_mm"), "P-MPJPE · ±5°"),
        ("2°", StudyView(by="p_mpjpe_mm", margin_deg=2.0), "P-MPJPE · ±2°"),
        (LIFTERS[0], StudyView(by="p_mpjpe_mm", margin_deg=2.0, left_out=frozenset(LIFTERS[:1])),
         "P-MPJPE · ±2° · 2 of 3"),
    ):  # fmt: skip
        entry(text).trigger()
        assert shown.session.view.study == study and compared.text() == said
    entry(LIFTERS[1]).trigger()
    assert not entry(LIFTERS[2]).isEnabled()  # somebody must be left
    shown.choose(left_out=frozenset())
    shown.session.update(hidden=frozenset({LIFTERS[2]}))
    assert f"hidden elsewhere, compared here: {LIFTERS[2]}" in shown.panel.foot.text
    entry("Only those that are shown").trigger()
    assert shown.session.view.study.left_out == {LIFTERS[2]} and shown.session.view.hidden == {LIFTERS[2]}


@pytest.mark.parametrize("change", [{"by": "mpjpe"}, {"margin_deg": 0.0}, {"margin_deg": float("nan")}])
def test_choices_that_no_study_can_have_are_refused(change):
    with pytest.raises(ValueError, match=r"unknown position error|above 0 degrees"):
        StudyView(**change)


# What is plotted


def test_one_angle_the_selected_one(shown, expected):
    plot = shown.choose(plot=StudyPlot.ANGLE)
    shown.session.update(angle=10)
    plot = shown.canvas.plot
    assert [spot.y for spot in plot.spots] == [point.by_angle_deg[10] for point in expected.points]
    assert plot.y_titles[0] == "MAE of left knee flexion, °"
    pair, said = expected.pairs[0], shown.row(Kind.PAIR).data()
    assert f"{pair.by_angle_deg[10].value:.1f}° more left knee flexion error" in said
    assert f"p {pair.tests[10].p_adjusted:.3f} corrected for all angles and pairs" in said
    assert "left knee flexion" in shown.said()


@pytest.mark.parametrize(("plot", "field", "count"), [(StudyPlot.ATHLETES, "by_athlete", 3),
                                                      (StudyPlot.ACTIVITIES, "by_activity", 4)])  # fmt: skip
def test_groups_have_a_point_for_each_lifter(shown, expected, plot, field, count):
    spots = shown.choose(plot=plot).spots
    points = getattr(expected, field)
    assert [(spot.lifter, spot.group, spot.y) for spot in spots] == [
        (point.lifter, point.group, point.mae_deg) for point in points
    ]
    assert len({spot.group for spot in spots}) == count
    shown.click(Target(spots[0].lifter, group=spots[0].group))
    assert shown.session.view.lifter == spots[0].lifter


def test_two_lifters_clip_by_clip(shown, expected):
    shown.click_row(Kind.PAIR)
    pair, plot = expected.pairs[0], shown.canvas.plot
    assert shown.session.view.study.pair == (pair.fewer_mm, pair.other) == (plot.pair.fewer_mm, plot.pair.other)
    assert np.count_nonzero(plot.flips) == round(pair.flips.share.value * pair.flips.clips)
    one, other = LIFTERS.index(pair.fewer_mm), LIFTERS.index(pair.other)
    mm = expected.scores.position_mm("mpjpe_mm")
    np.testing.assert_array_equal(plot.dots.x, mm[one] - mm[other])
    assert (plot.spots[0].x, plot.spots[0].y) == (pair.mm, pair.deg)
    assert plot.x_range[0] < 0 < plot.x_range[1] and plot.y_range[0] < 0 < plot.y_range[1]
    assert shown.panel.choices.plot.currentText() == "Clips: videopose3d less simplebaseline3d"
    shown.click_row(Kind.PAIR)  # once more: all lifters again
    assert shown.session.view.study.pair is None and shown.canvas.plot.pair is None


def test_the_difference_is_named_as_it_is_drawn(shown):
    """By P-MPJPE the other one has fewer millimetres."""
    shown.choose(pair=(LIFTERS[2], LIFTERS[1]))
    shown.session.update_engine(alignment=Alignment.PROCRUSTES)
    shown.by("p_mpjpe_mm")
    pair = shown.canvas.plot.pair
    assert (pair.fewer_mm, pair.other) == (LIFTERS[1], LIFTERS[2]) and shown.session.view.study.pair[0] == LIFTERS[2]
    assert shown.panel.choices.plot.currentText() == "Clips: simplebaseline3d less videopose3d"


def test_flip_quadrants_are_shaded(shown):
    plot = shown.choose(pair=(LIFTERS[0], LIFTERS[2]))
    area, image = shown.canvas.area, shown.canvas.grab().toImage()
    x, y = float(area.x_px(0.0)), float(area.y_px(0.0))

    def ground(left, right, top, bottom):
        """The most frequent colour: dots, letters and lines are rarer."""
        found = [image.pixelColor(i, j).name() for i in range(int(left) + 2, int(right) - 1, 2)
                 for j in range(int(top) + 2, int(bottom) - 1, 2)]  # fmt: skip
        return max(set(found), key=found.count)

    flips = ground(area.left, x, area.top, y), ground(x, area.right, y, area.bottom)
    others = ground(x, area.right, area.top, y), ground(area.left, x, y, area.bottom)
    assert plot.pair is not None and flips[0] == flips[1] != others[0] == others[1] == DARK.base


def test_published_rows_are_named_as_such_and_only_where_they_fit(shown):
    assert shown.canvas.plot.beside == ()
    shown.panel.choices.published.click()
    assert shown.canvas.plot.beside == published()
    row = published()[0]
    tip = shown.canvas.targets_at(shown.canvas.place_of(Target(row.lifter, published=True)))[0]
    assert tip == Target(row.lifter, published=True)
    before = shown.session.view
    shown.click(tip)
    assert shown.session.view == before  # there is nothing to go to
    assert PUBLISHED in shown.panel.table()
    for change in ({"plot": StudyPlot.ANGLE}, {"pair": (LIFTERS[0], LIFTERS[2])}):
        assert shown.choose(**change).beside == () and not shown.panel.choices.published.isEnabled()
        shown.choose(plot=StudyPlot.ALL, pair=None)
    shown.session.update_engine(alignment=Alignment.SCALE)
    shown.by("n_mpjpe_mm")
    assert shown.canvas.plot.beside == ()


def test_the_list_chooses_what_is_plotted(shown):
    combo = shown.panel.choices.plot
    for place, plot in enumerate(StudyPlot):
        combo.setCurrentIndex(place)
        combo.activated.emit(place)
        assert shown.session.view.study == StudyView(plot)
    shown.choose(pair=(LIFTERS[0], LIFTERS[2]))
    assert combo.count() == 5 and combo.currentIndex() == 4
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    assert shown.session.view.study == StudyView() and combo.count() == 4


def test_a_clip_far_from_all_others_stands_at_the_edge(shows, rows):
    def larger(row):
        first, *rest = row.lifters
        total, count = first.sums.mpjpe
        far = replace(first, sums=replace(first.sums, mpjpe=(90 * total, count)))
        return replace(row, clip="S9_Far_1", lifters=(far, *rest))

    many = [replace(row, clip=f"{row.clip}_{k}") for k in range(12) for row in rows]
    shown = shows([*many, larger(rows[0])]).settle(LIVE)
    plot = shown.canvas.plot
    assert plot.beyond == 1 and plot.x_range[1] < 1000 < plot.dots.x.max()
    at = shown.canvas.place_of(Target(LIFTERS[0], "S9_Far_1"))
    assert at.x() == shown.canvas.area.right and shown.canvas.targets_at(at) == (Target(LIFTERS[0], "S9_Far_1"),)


# Mouse and keys


def test_a_point_opens_its_clip_at_the_worst_frame_of_its_lifter(shown, demo_content):
    shown.session.update(hidden=frozenset({LIFTERS[1]}))
    shown.click(Target(LIFTERS[1], demo_content.name))
    view = shown.session.view
    assert (view.clip, view.lifter, view.hidden) == (demo_content.name, LIFTERS[1], frozenset())
    shown.session.show_content(demo_content)
    assert shown.session.frame == np.nanargmax(demo_content.track(LIFTERS[1]).angle_mae_deg)
    shown.choose(plot=StudyPlot.ANGLE)
    shown.session.update(angle=9)
    shown.click(Target(LIFTERS[2], demo_content.name))  # it is on screen already
    assert shown.session.frame == np.nanargmax(np.abs(demo_content.track(LIFTERS[2]).error_deg[:, 9]))


def test_a_difference_opens_the_lifter_with_more_degrees_there(shown, expected):
    shown.choose(pair=(LIFTERS[0], LIFTERS[2]))
    deg = expected.scores.mae_deg()
    for place, clip in enumerate(expected.scores.clips[:3]):
        shown.click(Target("", clip))
        assert shown.session.view.clip == clip
        assert shown.session.view.lifter == LIFTERS[0 if deg[0, place] > deg[2, place] else 2]


def test_large_points_names_and_rows_select_lifters(shown):
    shown.click(Target(LIFTERS[2]))
    assert shown.session.view.lifter == LIFTERS[2]
    key = next(key for key in shown.canvas.area.keys if key.entry.lifter == LIFTERS[0])
    QTest.mouseClick(shown.canvas, LEFT, pos=QPoint(key.left + 8, key.top + 8))
    assert shown.session.view.lifter == LIFTERS[0]
    shown.click_row(Kind.LIFTER, 1)
    assert shown.session.view.lifter == LIFTERS[1]


def test_keys_walk_through_points_and_say_them(shown, demo_content):
    canvas = shown.canvas
    shown.panel.activateWindow()
    canvas.setFocus()

    def press(key):
        QTest.keyClick(canvas, key)
        return canvas.target

    assert press(Qt.Key.Key_Right) == Target(LIFTERS[0])
    assert LIFTERS[0] in canvas.accessibleDescription() and "8 clips" in canvas.accessibleDescription()
    first = press(Qt.Key.Key_Right)
    plot = canvas.plot
    own = plot.dots.x[plot.dots.series == 0]
    assert canvas.place_of(first).x() == round(float(canvas.area.x_px(own.min())))
    assert first.clip in canvas.accessibleDescription()
    assert press(Qt.Key.Key_Down) == Target(LIFTERS[1], first.clip)
    assert press(Qt.Key.Key_Up) == first
    last = press(Qt.Key.Key_End)
    assert canvas.place_of(last).x() == round(float(canvas.area.x_px(own.max()))) and press(Qt.Key.Key_Right) == last
    assert press(Qt.Key.Key_Home) == Target(LIFTERS[0])
    press(Qt.Key.Key_PageDown)
    press(Qt.Key.Key_Return)
    assert (shown.session.view.clip, shown.session.view.lifter) == (last.clip, LIFTERS[0])
    QTest.keyClick(canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == shown.panel.table("\t")


def test_rows_by_keys(shown, expected):
    rows = shown.panel.list
    shown.panel.activateWindow()
    rows.setFocus()
    rows.setCurrentIndex(shown.row(Kind.PAIR))
    QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert shown.session.view.study.pair == (expected.pairs[1].fewer_mm, expected.pairs[1].other)


def test_frames_cost_nothing(shown, demo_content):
    shown.session.show_content(demo_content)
    QApplication.processEvents()
    before = shown.canvas.paints, shown.canvas.builds
    for frame in range(1, 60):
        shown.session.seek(frame)
        QApplication.processEvents()
    assert (shown.canvas.paints, shown.canvas.builds) == before
    shown.session.update(lifter=LIFTERS[1])
    QApplication.processEvents()
    assert shown.canvas.paints > before[0] and shown.canvas.builds == before[1]  # rings are painted over the picture


# Words


def test_pairs_are_said_in_full(shown, expected):
    for pair, place in zip(expected.pairs, range(3), strict=True):
        said = shown.row(Kind.PAIR, place).data()
        assert said.startswith(f"{pair.fewer_mm} has {-pair.mm.value:.1f} mm less MPJPE than {pair.other} (95 % inter")
        assert f": {pair.verdict}, " in said
        assert f"{round(pair.flips.share.value * pair.flips.clips)} of {pair.flips.clips} clips flip" in said
        assert f"by chance {100 * pair.flips.expected:.0f} %" in said and "8 clips compared" in said
        assert shown.panel.list.rows.rows[shown.row(Kind.PAIR, place).row()].verdict is pair.verdict
    assert {pair.verdict for pair in expected.pairs} <= set(Verdict)


def test_how_it_was_found_is_said(shown, expected):
    said = shown.said()
    assert "95 % intervals: 3 athletes and their 8 takes, 10,000 resamples, seed 1." in said
    assert "Few clusters (3 athletes and their 8 takes): percentile intervals of fewer than ten are unreliable" in said
    assert "Held against ISB angles." in said
    for one in expected.within:
        assert f"τ {one.kendall.value:.2f}".replace("-", "−") in said


def test_a_stand_in_and_what_is_left_out_are_said(shows, rows):
    stand_in = [replace(row, kind=ReferenceKind.STAND_IN) for row in rows]
    stand_in[0] = replace(stand_in[0], lifters=stand_in[0].lifters[:2])
    shown = shows(stand_in).settle(LIVE)
    assert "which stands in: no clip has ISB angles" in shown.said()
    assert "Left out: 1 of 8 clips: not scored for every lifter" in shown.said()
    assert len(shown.panel.study.scores) == 7


def test_empty_panels_say_what_to_do(shows, rows):
    jobs = Jobs()
    fresh = StudyPanel(Session(), DARK, jobs)
    assert fresh.canvas.sentence.startswith("Open a dataset and lifters' predictions")
    assert not fresh.choices.copy.isEnabled() and not fresh.choices.published.isEnabled()
    fresh.deleteLater()
    jobs.close()
    nobody = shows(rows, lifters=())
    assert nobody.canvas.isVisible() and not nobody.panel.list.isVisible()
    assert nobody.canvas.sentence.startswith("No lifter is loaded.\nAdd one: File > Add lifter") and not nobody.said()
    assert nobody.panel.foot.text == "" and not nobody.jobs.running()


def test_one_lifter_has_nothing_to_compare(shows, rows):
    shown = shows(rows, lifters=LIFTERS[:1]).settle(LIVE)
    assert "With one lifter there is nothing to compare." in shown.said()
    assert len(shown.canvas.plot.spots) == 1


def test_nothing_to_compare_is_said_in_the_plot(shows, rows):
    shown = shows(rows, lifters=("nobody",))
    wait_until(lambda: "no lifter can be compared" in shown.canvas.sentence, "for the reason")
    shown.panel.show_rows([], [], measured=False)
    assert "Errors need a reference." in shown.canvas.sentence and shown.panel.foot.text == ""


# Taking away


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_holds_all_that_is_shown(shown, expected):
    table = read(shown.panel.table())
    levels = [row["level"] for row in table]
    assert {level: levels.count(level) for level in set(levels)} == {
        "lifter": 3, "pair": 3, "between lifters": 1, "between clips": 3, "clip": 24,
    }  # fmt: skip
    pair = next(row for row in table if row["level"] == "pair")
    assert float(pair["mpjpe_difference_mm"]) == pytest.approx(expected.pairs[0].mm.value, abs=1e-4)
    assert float(pair["flips_high"]) == pytest.approx(expected.pairs[0].flips.share.high, abs=1e-4)
    assert pair["verdict"] == expected.pairs[0].verdict
    clip = next(row for row in table if row["level"] == "clip" and row["lifter"] == LIFTERS[1])
    place = expected.scores.clips.index(clip["clip"])
    assert float(clip["angle_mae_deg"]) == pytest.approx(expected.scores.mae_deg()[1, place], abs=1e-4)
    shown.choose(pair=(LIFTERS[0], LIFTERS[2]), plot=StudyPlot.ANGLE)
    table = read(shown.panel.table())
    assert [row["level"] for row in table] == ["pair", *["clip"] * 8]
    assert all((row["flips"] == "1") == (float(row["mpjpe_difference_mm"])
                * float(row["hip_flexion_l_mae_difference_deg"]) < 0) for row in table[1:])  # fmt: skip


def test_a_file_says_where_its_numbers_come_from(shown, tmp_path):
    job = build_job(Choices(DEMO, angles="geometry", jobs=1))
    clips = tuple(ClipInfo(entry.name, entry.athlete, entry.activity, entry.n_frames, entry.fps)
                  for entry in job.dataset.clips)  # fmt: skip
    workspace, engine = Workspace(DEMO, "demo", clips, job), replace(shown.session.view.engine, estimator="geometry")
    path = tmp_path / "study.csv"
    assert finished(export_study(shown.panel.table(), shown.panel.study, workspace, engine, path)) == path
    assert path.read_text() == shown.panel.table()
    record = json.loads((tmp_path / "study.csv.json").read_text())
    assert record["options"] == {"by": "mpjpe_mm", "margin_deg": 5.0, "resamples": 10_000, "seed": 1, "level": 0.95}
    assert record["resampled"] == "3 athletes and their 8 takes" and record["too_few"] is True
    assert record["dataset"]["index_fingerprint"] == job.dataset.fingerprint
    assert list(record["lifters"]) == list(LIFTERS) and record["estimator"]["name"] == "geometry"


# Looks


def test_every_lifter_has_its_colour_and_mark_in_both_themes(shown):
    for theme in (DARK, LIGHT):
        shown.panel.show_theme(theme)
        image = shown.canvas.grab().toImage()
        for place, name in enumerate(LIFTERS):
            at = shown.canvas.place_of(Target(name))
            assert image.pixelColor(at).name() == theme.lifter(place)


@pytest.mark.parametrize(("size", "orientation", "both"), [
    ((900, 500), Qt.Orientation.Horizontal, True), ((448, 420), Qt.Orientation.Vertical, True),
    ((360, 560), Qt.Orientation.Vertical, True), ((286, 207), Qt.Orientation.Vertical, False),
])  # fmt: skip
def test_parts_stand_as_there_is_room(shows, rows, size, orientation, both):
    shown = shows(rows, size=size).settle(LIVE)
    panel = shown.panel
    QApplication.processEvents()
    assert panel.split.orientation() is orientation
    controls = panel.choices.plot, panel.choices.copy, *panel.choices.pages.values()
    assert all(control.height() >= control.minimumSizeHint().height() for control in controls if control.isVisible())
    assert panel.choices.height() <= (2 if size[0] < 400 and both else 1) * (panel.choices.plot.height() + 6)
    assert panel.canvas.isVisible() and panel.list.isVisible() is both
    assert panel.canvas.area.right - panel.canvas.area.left >= 200 and panel.canvas.area.shown
    panel.choices.pages["rows"].click() if not both else panel.show_page("rows")
    assert panel.list.isVisible() and panel.canvas.isVisible() is both
    wide = panel.list.viewport().width()
    assert all(panel.list.visualRect(shown.row(Kind.PAIR, place)).width() <= wide for place in range(3))
    shown.click_row(Kind.PAIR)
    assert panel.canvas.isVisible()  # what was asked for is seen
    pair = panel.canvas.plot.pair
    assert (f": {pair.verdict}\u00a0⚠ · 8 clips" in panel.foot.text) is not both  # there is no room for rows beside


# Undo and memory


def test_choices_have_names_for_undo():
    plain = View()
    for study, text in (
        (StudyView(StudyPlot.ATHLETES), "study by athlete"), (StudyView(pair=("a", "b")), "a less b, clip by clip"),
        (StudyView(published=True), "published numbers on"), (StudyView(by="p_mpjpe_mm"), "study by P-MPJPE"),
        (StudyView(margin_deg=2.5), "alike within 2.5°"), (StudyView(left_out=frozenset("a")), "study without a"),
    ):  # fmt: skip
        assert change_text(plain, replace(plain, study=study)) == text
    assert change_text(replace(plain, study=StudyView(pair=("a", "b"))), plain) == "study of all lifters"


@pytest.mark.parametrize(("pair", "found"), [(None, None), (("x", "y"), ("x", "y")), (("x", "gone"), None)])
def test_choices_are_found_as_they_were_left(tmp_path, pair, found):
    clips = (ClipInfo("a", "", "", 10, 50.0),)
    workspace = Workspace(tmp_path, "d", clips, lone={name: LoneSource(tmp_path, name, None) for name in "xy"})
    left = StudyView(StudyPlot.ANGLE, pair, True, "n_mpjpe_mm", 2.5, frozenset({"x", "gone"}))
    kept = msgspec.json.encode(keep((), workspace, View("a", study=left)))
    memories = msgspec.json.decode(kept, type=tuple[DatasetMemory, ...])
    view, _ = as_left(memories, workspace, View("a"))
    assert view.study == replace(left, pair=found, left_out=frozenset("x"))
    assert view.study.plot is StudyPlot.ANGLE
