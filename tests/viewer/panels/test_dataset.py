"""The heatmap of all clips: what cells tell, sorting, groups, overview, mouse, keys and clipboard; then in the window.

Numbers are made up per clip and angle, so that every expected one can be told by a plain loop; that they are the ones
of the tables is tested in ``tests/core/results/test_dataset_grid.py``.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeySequence
from PySide6.QtTest import QTest

from core.conventions import ANGLES, N_ANGLES
from core.evaluation import REFERENCE, ReferenceKind
from core.results.angle_numbers import SUM_ROWS, AngleNumbers, Measure
from core.results.clip_table import ClipRow, clip_row
from core.results.dataset_grid import MEAN, POSITION
from core.results.lifter_numbers import LifterNumbers
from core.results.scores import Failure
from core.scoring.run import tasks_of
from core.scoring.work import score_clip
from tests.viewer.panels.clips_on_screen import infos, sums_of
from viewer.panels.dataset import DatasetPanel
from viewer.panels.dataset.layout import HEAD_PX
from viewer.panels.dataset.lines import Role
from viewer.panels.dataset.texts import cell_said
from viewer.session import Session
from viewer.theme import DARK, LIGHT, lut
from viewer.view import ClipOrder, DatasetView
from viewer.workspace import ClipInfo

LIFTERS = ("first", "second")
NAN = float("nan")


def errors_of(count: int) -> np.ndarray:
    """(count, 2, 12) degrees, all different; some undefined."""
    rng = np.random.default_rng(3)
    errors = rng.uniform(1.0, 30.0, (count, 2, N_ANGLES))
    errors[rng.random(errors.shape) < 0.05] = NAN
    return errors


def row_of(clip: ClipInfo, errors: np.ndarray, **more) -> ClipRow:
    """A clip on which every frame has these errors (2, 12), MPJPE ten times the mean, and a floor of half the first."""

    def by_angle(degrees: np.ndarray) -> AngleNumbers:
        count = np.where(np.isnan(degrees), 0.0, clip.n_frames)
        known = np.nan_to_num(degrees)
        table = np.stack([count, -known * count, known * count, known**2 * count, 0.5 * known * count])
        assert len(table) == len(SUM_ROWS)
        return AngleNumbers(table)

    means = [float(np.nanmean(each)) for each in errors]
    ranks = [1 + (means[0] > means[1]), 1 + (means[1] > means[0])]
    lifters = tuple(
        LifterNumbers(name, 10 * mean, 9 * mean, 8 * mean, mean, rank_mpjpe=3 - rank, rank_p_mpjpe=rank,
                      rank_angle_mae=rank, sums=sums_of(clip.n_frames, 10 * mean, mean), by_angle=by_angle(degrees))
        for name, degrees, mean, rank in zip(LIFTERS, errors, means, ranks, strict=True)
    )  # fmt: skip
    floor = LifterNumbers(REFERENCE, angle_mae_deg=1.0, by_angle=by_angle(errors[0] / 2))
    return ClipRow(
        clip.name, clip.athlete, clip.activity, clip.fps, clip.n_frames, lifters=lifters, floor=floor, **more
    )


class Shown:
    """A panel on the screen with its session, and the errors that it was given."""

    def __init__(self, qtbot, count: int, size=(640, 420), theme=DARK, **choices) -> None:
        self.clips, self.errors = infos(count), errors_of(count)
        self.rows = [row_of(clip, each) for clip, each in zip(self.clips, self.errors, strict=True)]
        self.session = Session()
        self.session.update(dataset=DatasetView(**choices))
        self.panel = DatasetPanel(self.session, theme)
        self.session.view_changed.connect(self.panel.show_view)
        self.panel.resize(*size)
        qtbot.addWidget(self.panel)
        self.panel.show_rows(self.clips, LIFTERS)
        self.panel.show_scores(self.rows)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.canvas = self.panel.canvas

    def choose(self, **changes) -> None:
        self.session.update(dataset=replace(self.session.view.dataset, **changes))

    @property
    def lines(self):
        return self.panel.board.lines

    def names(self) -> list[str]:
        return [self.clips[place].name for place in self.lines.order]

    def line(self, clip: int) -> int:
        return int(self.lines.line_of[clip])

    def click(self, line: int, column: int, *, double: bool = False) -> None:
        at = self.canvas.rect_of(line, column).center()
        act = QTest.mouseDClick if double else QTest.mouseClick
        act(self.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def click_head(self, column: int) -> None:
        at = QPoint(self.canvas.rect_of(0, column).center().x(), HEAD_PX // 2)
        QTest.mouseClick(self.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def picture(self) -> QImage:
        return self.canvas.viewport().grab().toImage()

    def said(self, clip: int, column: int) -> tuple[str, ...]:
        return cell_said(self.panel.board, self.line(clip), column)


@pytest.fixture
def shown(qtbot) -> Shown:
    return Shown(qtbot, 40)


def means(errors: np.ndarray) -> np.ndarray:
    """(N, 13) the angles and the mean of those that are defined."""
    return np.column_stack([errors, np.nanmean(errors, axis=1)])


# --- numbers and colours


def test_cells_are_the_numbers_of_the_first_lifter(shown):
    np.testing.assert_allclose(shown.lines.values[:, : MEAN + 1], means(shown.errors[:, 0]), rtol=1e-12)
    np.testing.assert_allclose(shown.lines.values[:, POSITION], 10 * means(shown.errors[:, 0])[:, MEAN], rtol=1e-12)
    assert shown.names() == [clip.name for clip in shown.clips]


@pytest.mark.parametrize(("measure", "factor"), [(Measure.MAE, 1), (Measure.OFFSET_REMOVED, 0.5), (Measure.BIAS, -1)])
def test_measures_and_sources(shown, measure, factor):
    shown.choose(measure=measure, source="second")
    np.testing.assert_allclose(shown.lines.values[:, :MEAN], factor * shown.errors[:, 1], rtol=1e-12)
    shown.choose(source=REFERENCE)
    np.testing.assert_allclose(shown.lines.values[:, :MEAN], factor * shown.errors[:, 0] / 2, rtol=1e-12)
    assert not shown.panel.board.numbers.chosen.positions  # the floor has the poses of the reference


def test_a_difference_has_a_sign_and_its_own_colours(shown):
    shown.choose(against="second")
    np.testing.assert_allclose(shown.lines.values[:, :MEAN], shown.errors[:, 0] - shown.errors[:, 1], rtol=1e-9)
    chosen = shown.panel.board.numbers.chosen
    assert chosen.signed and shown.panel.choices.against.currentText() == "second"
    shown.choose(source="second")  # less itself is nothing to see
    assert not shown.panel.board.numbers.chosen.is_difference
    np.testing.assert_allclose(shown.lines.values[:, :MEAN], shown.errors[:, 1], rtol=1e-12)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("against", ["", "second"], ids=["one", "difference"])
def test_pixels_have_the_colour_of_the_value(qtbot, theme, against):
    shown = Shown(qtbot, 12, theme=theme, against=against)
    picture, limit = shown.picture(), shown.panel.board.numbers.limits.angles.value
    table = lut(theme.difference if against else theme.magnitude)
    seen = 0
    for line in range(12):
        for column in range(N_ANGLES):
            value = shown.lines.values[line, column]
            colour = picture.pixelColor(shown.canvas.rect_of(line, column).topLeft() + QPoint(2, 2))
            if np.isnan(value):
                continue
            share = np.clip((value / limit + 1) / 2 if against else value / limit, 0, 1)
            assert [colour.red(), colour.green(), colour.blue()] == list(table[round(share * 255)][:3]), (line, column)
            seen += 1
    assert seen > 120


def test_undefined_is_hatched_and_not_scored_is_empty(qtbot):
    shown = Shown(qtbot, 12)
    shown.panel.forget_scores()
    shown.panel.show_scores(shown.rows[:6])
    picture = shown.picture()
    place, column = np.argwhere(np.isnan(shown.errors[:6, 0]))[0]
    hatched = {picture.pixel(x, y) for x, y in inside(shown.canvas.rect_of(int(place), int(column)))}
    assert QColor(DARK.missing).rgb() in hatched and len(hatched) > 1
    waiting = {picture.pixel(x, y) for x, y in inside(shown.canvas.rect_of(9, 0))}
    assert waiting == {QColor(DARK.window).rgb()}
    assert shown.said(9, 0)[-1] == "not scored yet" and "undefined" in shown.said(9, 0)[-3]
    assert shown.panel.count.text() == "12 of 12 clips · 6 scored · ⇄ 6"


def inside(rect) -> list[tuple[int, int]]:
    return [(x, y) for x in range(rect.x() + 2, rect.right() - 2) for y in range(rect.y() + 2, rect.bottom() - 1)]


def test_a_failure_says_so(shown):
    failed = Failure(shown.clips[1].name, "first", "why")
    shown.panel.show_scores([replace(shown.rows[1], lifters=shown.rows[1].lifters[1:], failures=(failed,))])
    assert shown.said(1, 3)[-1] == "could not be scored"
    assert np.isnan(shown.lines.values[shown.line(1), :MEAN]).all()


def test_colours_do_not_depend_on_the_lifter_or_the_filter(shown):
    limits = shown.panel.board.numbers.limits
    shown.choose(source="second")
    shown.panel.show_passing(np.arange(40) < 3)
    assert shown.panel.board.numbers.limits == limits


# --- words


def test_the_tip_names_clip_angle_number_and_frames(shown):
    place = int(np.flatnonzero(~np.isnan(shown.errors[:, :, 4]).any(axis=1))[0])
    clip, (one, two) = shown.clips[place], shown.errors[place, :, 4]
    assert shown.said(place, 4) == (
        clip.name, "Left shoulder flexion", f"first: MAE {one:.2f}°", f"{clip.n_frames} frames",
    )  # fmt: skip
    shown.choose(against="second")
    sign = "+" if one > two else "−"
    assert shown.said(place, 4) == (
        clip.name, "Left shoulder flexion", f"first: MAE {one:.2f}°, {clip.n_frames} frames",
        f"second: MAE {two:.2f}°, {clip.n_frames} frames", f"difference {sign}{abs(one - two):.2f}°",
    )  # fmt: skip
    assert shown.said(place, POSITION)[1] == "MPJPE"


def test_the_mark_follows_the_ranks(shown):
    assert shown.panel.board.numbers.marks.all()  # MPJPE ranks the other way round than angles, P-MPJPE does not
    assert shown.said(0, -1)[-1].startswith("⇄")
    shown.session.update_engine(alignment=type(shown.session.view.engine.alignment).PROCRUSTES)
    assert not shown.panel.board.numbers.marks.any()
    assert shown.panel.board.position == "P-MPJPE"
    np.testing.assert_allclose(shown.lines.values[:, POSITION], 8 * means(shown.errors[:, 0])[:, MEAN], rtol=1e-12)


def test_copied_numbers_can_be_read_back(shown):
    shown.choose(order=ClipOrder.COLUMN, column=2, descending=True)
    shown.canvas.setFocus()
    QTest.keyClick(shown.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, *lines = QGuiApplication.clipboard().text().splitlines()
    angles = [f"{angle.name}_mae_deg" for angle in ANGLES]
    assert head.split("\t") == ["clip", "athlete", "activity", "lifter", *angles, "all_mae_deg", "mpjpe_mm"]
    cells = [line.split("\t") for line in lines]
    assert [cell[0] for cell in cells] == shown.names() and {cell[3] for cell in cells} == {"first"}
    read = np.array([[float(v) if v else NAN for v in cell[4:]] for cell in cells])
    np.testing.assert_allclose(read, shown.lines.values, atol=5.1e-5)
    assert np.isnan(read).any()
    shown.choose(against="second")
    shown.panel.copy()
    head, first, *_ = QGuiApplication.clipboard().text().splitlines()
    assert "knee_flexion_r_mae_difference_deg" in head and first.split("\t")[3] == "first minus second"


# --- order and groups


def test_heads_sort_the_worst_first_then_the_best_then_as_in_the_dataset(shown):
    own = [clip.name for clip in shown.clips]
    for column in (0, 7, MEAN, POSITION):
        keys = shown.panel.board.numbers.values[:, column]
        known, unknown = np.flatnonzero(~np.isnan(keys)), np.flatnonzero(np.isnan(keys))
        for sign in (-1, 1):
            shown.click_head(column)
            want = [*known[np.argsort(sign * keys[known], kind="stable")], *unknown]
            assert shown.names() == [own[i] for i in want]
            assert shown.panel.choices.order.key == (ClipOrder.COLUMN, column)
        shown.click_head(column)
        assert shown.names() == own


def test_names_athletes_and_activities_sort_naturally(shown):
    shown.click_head(-1)
    assert shown.session.view.dataset.order is ClipOrder.NAME and not shown.session.view.dataset.descending
    want = sorted(shown.clips, key=lambda c: (c.athlete, c.activity, int(c.name.rpartition("_")[2])))
    assert shown.names() == [clip.name for clip in want]
    for order, field in ((ClipOrder.ATHLETE, "athlete"), (ClipOrder.ACTIVITY, "activity")):
        box = shown.panel.choices.order
        box.setCurrentIndex(box.findText(f"by {field}"))
        box.activated.emit(box.currentIndex())
        assert shown.session.view.dataset.order is order
        assert shown.names() == [clip.name for clip in sorted(shown.clips, key=lambda c: getattr(c, field))]


def weighted(shown: Shown, places: list[int], column: int) -> float:
    """The mean over all frames of some clips, by a loop."""
    frames = [(shown.clips[i].n_frames, shown.errors[i, 0, column]) for i in places]
    known = [(count, error) for count, error in frames if not np.isnan(error)]
    return sum(count * error for count, error in known) / sum(count for count, _ in known)


def test_groups_have_the_numbers_of_all_their_frames(shown):
    assert shown.lines.total[5] == pytest.approx(weighted(shown, list(range(40)), 5))
    shown.choose(groups=ClipOrder.ATHLETE, order=ClipOrder.COLUMN, column=5, descending=True)
    assert [section.title for section in shown.lines.sections] == ["S1", "S2", "S3", "S4"]
    for section in shown.lines.sections:
        places = [i for i, clip in enumerate(shown.clips) if clip.athlete == section.title]
        assert shown.lines.roles[section.first] == Role.SECTION
        assert sorted(shown.lines.places(section.first)) == places and section.clips == len(places)
        assert shown.lines.values[section.first, 5] == pytest.approx(weighted(shown, places, 5))
        own = shown.lines.values[section.first + 1 : section.after, 5]
        known = own[~np.isnan(own)]
        assert len(own) == len(places) and (np.diff(known) <= 0).all() and np.isnan(own[len(known) :]).all()


def test_kinds_of_reference_are_never_added_together(shown):
    shown.panel.show_scores([replace(row, kind=ReferenceKind.STAND_IN) for row in shown.rows[:5]])
    assert shown.lines.total is None
    assert [s.title for s in shown.lines.sections] == ["against ISB angles", "against a stand-in"]
    assert [s.clips for s in shown.lines.sections] == [35, 5]
    shown.choose(source=REFERENCE)
    assert np.isnan(shown.panel.board.numbers.values[:5]).all()


def test_a_filter_leaves_clips_out_and_says_when_none_is_left(shown):
    passing = np.arange(40) % 4 == 1
    shown.panel.show_passing(passing)
    assert shown.names() == [clip.name for clip, kept in zip(shown.clips, passing, strict=True) if kept]
    assert shown.lines.total[5] == pytest.approx(weighted(shown, list(np.flatnonzero(passing)), 5))
    assert shown.panel.count.text().startswith("10 of 40 clips") and shown.panel.choices.reset.isVisible()
    shown.panel.show_passing(np.zeros(40, bool))
    assert shown.canvas.sentence == "No clip passes the filter." and len(shown.lines) == 0
    QTest.keyClick(shown.canvas, Qt.Key.Key_Down)
    shown.panel.show_passing(np.ones(40, bool))
    assert len(shown.lines) == 40 and not shown.panel.choices.reset.isVisible()


# --- mouse and keys


def test_a_click_shows_the_clip_and_selects_angle_and_lifter(shown):
    shown.choose(source="second")
    shown.session.seek(17)
    shown.click(3, 9)
    view = shown.session.view
    assert (view.clip, view.frame, view.angle, view.lifter) == (shown.clips[3].name, 0, 9, "second")
    shown.session.seek(17)
    shown.click(3, 2)
    assert (shown.session.view.frame, shown.session.view.angle) == (17, 2)  # the clip is there already
    for column in (-1, MEAN, POSITION):
        shown.click(5, column)
        assert (shown.session.view.clip, shown.session.view.angle) == (shown.clips[5].name, 2)
    shown.choose(source=REFERENCE)
    shown.click(6, 1)
    assert (shown.session.view.clip, shown.session.view.lifter) == (shown.clips[6].name, "second")


def test_heads_of_groups_are_no_clips(shown):
    shown.choose(groups=ClipOrder.ATHLETE)
    before = shown.session.view
    shown.click(0, 3)
    assert shown.session.view == before


def press(shown: Shown, *keys: Qt.Key) -> tuple[str, int]:
    for key in keys:
        QTest.keyClick(shown.canvas, key)
    focus = shown.canvas.focus
    return shown.clips[focus.place].name, focus.column


def test_keys_move_a_focus_over_clips_and_columns(shown):
    key, names = Qt.Key, shown.names()
    shown.canvas.setFocus()
    assert press(shown, key.Key_Down) == (names[0], 0)
    assert press(shown, key.Key_Down, key.Key_Down, key.Key_Right) == (names[2], 1)
    assert press(shown, key.Key_Up, key.Key_Left, key.Key_Left) == (names[1], 0)
    assert press(shown, key.Key_End) == (names[-1], 0)
    assert shown.canvas.verticalScrollBar().value() == shown.canvas.verticalScrollBar().maximum() > 0
    assert press(shown, *[key.Key_Right] * 20) == (names[-1], POSITION)
    assert press(shown, key.Key_Home) == (names[0], POSITION)
    page = shown.canvas.layout_px.visible
    assert press(shown, key.Key_PageDown) == (names[page], POSITION)
    assert names[page] in shown.canvas.accessibleDescription()
    before = shown.canvas.focus
    shown.choose(groups=ClipOrder.ACTIVITY, order=ClipOrder.COLUMN, column=3)
    assert shown.canvas.focus == before  # it stays with the clip
    walked = {press(shown, key.Key_Down)[0] for _ in range(40)} | {press(shown, key.Key_Up)[0] for _ in range(40)}
    assert walked == set(names)  # heads of groups are passed over
    shown.session.update(clip="")
    assert press(shown, key.Key_Return)[0] == shown.session.view.clip


def test_the_focus_is_seen(qtbot, shown):
    shown.panel.activateWindow()
    shown.canvas.setFocus()
    qtbot.waitUntil(shown.canvas.hasFocus)
    before = shown.picture()
    press(shown, Qt.Key.Key_Down)
    rect, after = shown.canvas.rect_of(0, 0), shown.picture()
    frame = QPoint(rect.x() - 1, rect.center().y())
    assert after.pixelColor(frame) == QColor(DARK.cursor) != before.pixelColor(frame)


def test_the_selected_clip_and_angle_are_marked(shown):
    shown.session.update(clip=shown.clips[2].name, angle=3)
    picture, accent = shown.picture(), QColor(DARK.accent)
    assert picture.pixelColor(1, shown.canvas.rect_of(2, -1).center().y()) == accent
    head = shown.canvas.rect_of(2, 3)
    assert picture.pixelColor(head.center().x(), HEAD_PX - 1) == accent
    shown.session.update(clip=shown.clips[39].name)
    assert shown.canvas.verticalScrollBar().value() > 0  # scrolled to


# --- many clips


@pytest.fixture(scope="module")
def many() -> tuple[list[ClipInfo], list[ClipRow]]:
    """Thirty thousand clips, made of forty."""
    clips, errors = infos(30_000), errors_of(40)
    made = [row_of(clip, errors[i]) for i, clip in enumerate(infos(40))]
    rows = [replace(made[i % 40], clip=clip.name, athlete=clip.athlete, activity=clip.activity)
            for i, clip in enumerate(clips)]  # fmt: skip
    return clips, rows


def test_the_overview_has_every_clip_once_and_no_line_of_two_groups(qtbot, many):
    shown = Shown(qtbot, 40)
    clips, rows = many
    shown.panel.show_rows(clips, LIFTERS)
    shown.panel.show_scores(rows)
    assert len(shown.lines) == 30_000
    shown.choose(overview=True, groups=ClipOrder.ACTIVITY, order=ClipOrder.COLUMN, column=MEAN, descending=True)
    lines = shown.lines
    assert 50 < len(lines) <= shown.canvas.room + 3 and (lines.roles == Role.SEVERAL).all()
    assert sorted(lines.order) == list(range(30_000))
    assert (lines.first[1:] == lines.after[:-1]).all() and lines.after[-1] == 30_000
    assert shown.canvas.verticalScrollBar().maximum() == 0
    activity = np.array([clip.activity for clip in clips])
    for line in range(0, len(lines), 7):
        places = lines.places(line)
        assert len(set(activity[places])) == 1 and (lines.line_of[places] == line).all()
    line = 11
    table = [rows[i].lifters[0].by_angle.table[:, 0] for i in lines.places(line)]
    assert lines.values[line, 0] == pytest.approx(sum(t[2] for t in table) / sum(t[0] for t in table))
    shown.click(line, 0)
    values = shown.panel.board.numbers.values[lines.places(line), 0]
    assert shown.session.view.clip == clips[lines.places(line)[int(np.nanargmax(values))]].name
    assert "largest:" in cell_said(shown.panel.board, line, 0)[-1]


def test_painting_costs_as_the_window_is_high_whatever_the_number_of_clips(qtbot, many):
    shown = Shown(qtbot, 100)

    def cost() -> float:
        spent = []
        for _ in range(7):
            start = time.process_time()
            shown.canvas.outdate()
            shown.canvas.viewport().repaint()
            spent.append(time.process_time() - start)
        return min(spent)

    few = cost()
    clips, rows = many
    shown.panel.show_rows(clips, LIFTERS)
    shown.panel.show_scores(rows)
    assert cost() < 2.5 * few
    builds = shown.canvas.builds
    shown.session.update(clip=clips[1].name)
    shown.canvas.setFocus()
    press_focus = shown.canvas.focus
    shown.canvas.show_focus(replace(press_focus, place=2))
    shown.canvas.viewport().repaint()
    assert shown.canvas.builds == builds  # selection and focus are painted over the picture that is kept


def test_ctrl_and_wheel_choose_the_overview(shown):
    shown.canvas.overview_wanted.emit(True)
    assert shown.session.view.dataset.overview and len(shown.lines) == 40
    assert shown.canvas.verticalScrollBar().maximum() == 0  # all of them fit
    assert shown.panel.choices.overview.isChecked()


def test_what_cannot_be_seen_is_not_arranged(qtbot, shown):
    shown.panel.hide()
    board = shown.panel.board
    shown.panel.show_scores(shown.rows[:3])
    shown.choose(measure=Measure.BIAS)
    assert shown.panel.board is board
    shown.panel.show()
    qtbot.waitExposed(shown.panel)
    assert shown.panel.board is not board and shown.panel.board.numbers.chosen.measure is Measure.BIAS


@pytest.mark.parametrize("width", [260, 430, 1200])
def test_it_fits_narrow_and_wide_panels(qtbot, width):
    shown = Shown(qtbot, 12, size=(width, 400))
    assert shown.panel.width() == width
    cells = shown.canvas.layout_px.cells
    assert cells[-1][1] <= shown.canvas.viewport().width()
    assert all(left < right <= following for (left, right), (following, _) in pairwise(cells))
    for column in range(POSITION + 1):
        assert shown.canvas.cell_at(shown.canvas.rect_of(4, column).center()) == (4, column)


# --- in the window


@pytest.fixture
def scored(qtbot, window, demo_job):
    """The window on the demo, with two of its clips scored by the engine."""
    for task in tasks_of(demo_job)[:2]:
        row = clip_row(score_clip(task))
        window.clips.show_score(row)
        window.dataset.show_score(row)
    window.docks.bring("dataset")
    qtbot.waitUntil(lambda: window.dataset.board is not None)
    qtbot.waitUntil(lambda: not window.dataset.board.numbers.waiting[:2].any(), timeout=5000)
    return window


def test_a_double_click_goes_to_the_worst_frame_once_the_clip_is_there(qtbot, scored):
    canvas, session = scored.dataset.canvas, scored.session
    lifter, second = scored.lifter_names()[0], scored.bench.workspace.clips[1].name
    at = canvas.rect_of(1, 8).center()
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: session.content is not None and session.content.name == second, timeout=30_000)
    error = np.abs(session.content.track(lifter).error_deg[:, 8])
    assert (session.view.clip, session.view.angle, session.view.lifter) == (second, 8, lifter)
    assert session.frame == int(np.nanargmax(error)) > 0
    for column, errors in ((MEAN, session.content.track(lifter).angle_mae_deg),
                           (POSITION, session.content.track(lifter).mpjpe_mm)):  # fmt: skip
        session.seek(0)
        QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.rect_of(1, column).center())
        assert session.frame == int(np.nanargmax(errors))
    scored.dataset.change(source=REFERENCE)
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.rect_of(1, 4).center())
    assert session.frame == int(np.nanargmax(np.abs(session.content.floor_error_deg[:, 4])))


def test_another_clip_chosen_meanwhile_takes_the_wish_back(qtbot, scored):
    canvas, session, clips = scored.dataset.canvas, scored.session, scored.bench.workspace.clips
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.rect_of(1, 8).center())
    session.update(clip=clips[2].name, frame=5)
    qtbot.waitUntil(lambda: session.content is not None and session.content.name == clips[2].name, timeout=30_000)
    session.update(clip=clips[1].name, frame=5)
    qtbot.waitUntil(lambda: session.content is not None and session.content.name == clips[1].name, timeout=30_000)
    assert session.frame == 5


def test_keys_of_the_heatmap_are_no_shortcuts_while_it_has_the_focus(qtbot, scored):
    canvas, session = scored.dataset.canvas, scored.session
    session.seek(50)
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.focus.column == 1 and (session.frame, session.view.angle) == (50, 0)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not canvas.hasFocus())
    QTest.keyClick(scored, Qt.Key.Key_Right)
    assert session.frame == 51


def test_actions_show_the_heatmap_and_copy_its_numbers(qtbot, scored):
    scored.docks.bring("clips")
    qtbot.waitUntil(lambda: scored.dataset.visibleRegion().isEmpty())
    board = scored.dataset.board
    scored.dataset.change(measure=Measure.BIAS)
    assert scored.dataset.board is board  # nothing is arranged behind another panel
    QGuiApplication.clipboard().clear()
    menu = scored.actions_.menus["Dataset"]
    assert {scored.actions_.of["dataset.show"], scored.actions_.of["dataset.copy"]} <= set(menu.actions())
    scored.dataset.change(measure=Measure.RMSE)
    scored.actions_.of["dataset.copy"].trigger()  # also while it cannot be seen
    head, *lines = QGuiApplication.clipboard().text().splitlines()
    assert "hip_flexion_l_rmse_deg" in head and [line.count("\t") for line in lines] == [head.count("\t")] * 8
    scored.dataset.change(measure=Measure.MAE)
    QTest.keySequence(scored, QKeySequence("Shift+H"))
    qtbot.waitUntil(lambda: not scored.dataset.visibleRegion().isEmpty())
    qtbot.waitUntil(lambda: scored.dataset.board.numbers.chosen.measure is Measure.MAE)


def test_one_filter_for_table_and_heatmap(qtbot, scored):
    dataset, filters = scored.dataset, scored.clips.filters
    QTest.keyClicks(dataset.choices.search, "spin")
    assert filters.text.text() == "spin" and scored.clips.model.rowCount() == len(dataset.board.lines.order) == 2
    filters.clear()
    assert dataset.choices.search.text() == "" and len(dataset.board.lines.order) == 8
    filters.athlete.setCurrentIndex(1)
    want = scored.clips.model.rowCount()
    assert 0 < want < 8 and len(dataset.board.lines.order) == want
    QTest.mouseClick(dataset.choices.reset, Qt.MouseButton.LeftButton)
    assert len(dataset.board.lines.order) == 8 and filters.athlete.currentIndex() == 0
