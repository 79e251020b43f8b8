"""The plot of the study: what is painted over what, what mouse and keys find and say, and what its table holds.

Expected numbers are worked out here from the scores themselves, expected colours read from pixels.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from core.conventions import ANGLES
from core.study.resampling import Interval
from core.study.study import StudyOptions, study_of
from viewer.panels.study.area import area_of
from viewer.panels.study.canvas import StudyCanvas
from viewer.panels.study.keys import Sign, entries_of, notes_of
from viewer.panels.study.look import Look, fitting, fonts_of
from viewer.panels.study.painting import paint_plot
from viewer.panels.study.plots import Dots, Spot, plot_of
from viewer.panels.study.tables import csv_of
from viewer.panels.study.targets import Target, at_px, led_to
from viewer.panels.study.tips import said_of
from viewer.panels.study.titles import angle_titles, group_names, position_titles
from viewer.session import Session
from viewer.theme import DARK, LIGHT
from viewer.view import StudyPlot, StudyView, View

LIFTERS = ("motionbert-compact", "simplebaseline3d-compact", "videopose3d-compact")
COLOURS = {name: place for place, name in enumerate(LIFTERS)}
PAIR = (LIFTERS[2], LIFTERS[1])
LEFT, KNEE = Qt.MouseButton.LeftButton, 10


@pytest.fixture(scope="module")
def study(demo_rows):
    return study_of(demo_rows, LIFTERS, StudyOptions(resamples=200))


def view_of(plot=StudyPlot.ALL, pair=None, **changes):
    return View(study=StudyView(plot, pair), angle=KNEE, **changes)


@pytest.fixture
def canvas(qapp):
    made = StudyCanvas(Session(), DARK)
    made.resize(520, 300)
    made.show()
    assert QTest.qWaitForWindowExposed(made)
    made.activateWindow()
    yield made
    QToolTip.hideText()
    made.close()
    made.deleteLater()


def shown(canvas, plot):
    canvas.show_plot(plot, COLOURS)
    return plot


def picks(canvas):
    got = []
    canvas.picked.connect(got.append)
    return got


def at_dots(plot, x, y, clips=None):
    """The plot with other small points, all of the first lifter."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    clips = np.arange(len(x)) % len(plot.study.scores) if clips is None else clips
    dots = Dots(x, y, np.zeros(len(x), np.intp), np.asarray(clips, np.intp))
    return replace(plot, dots=dots, passing=np.ones(len(x), bool))


# What lies over what


def test_bars_cut_neither_marks_nor_small_points(canvas, study):
    plot = shown(canvas, plot_of(view_of(StudyPlot.ATHLETES), study))
    x, y = sum(plot.x_range) / 2, sum(plot.y_range) / 2
    first = Spot(LIFTERS[0], "S1", "S1", Interval(x, x, x), Interval(y, y, y), 1)
    later = Spot(LIFTERS[1], "S2", "S2", Interval(plot.x_range[1], plot.x_range[0], plot.x_range[1]),
                 Interval(y, y, y), 1)  # fmt: skip
    far = [plot.x_range[0]]
    shown(canvas, at_dots(replace(plot, spots=(first, later)), far, [y]))
    image, middle = canvas.grab().toImage(), canvas.place_of(Target(LIFTERS[0], group="S1"))
    own = [image.pixelColor(middle + QPoint(dx, dy)) for dx in range(-2, 3) for dy in range(-2, 3)]
    # The bar of the second, which is painted later, goes right through the first.
    assert all(colour.red() > 200 and colour.blue() < 20 for colour in own)
    dot = image.pixelColor(canvas.place_of(Target(LIFTERS[0], study.scores.clips[0])))
    assert dot.red() > dot.blue()  # orange over the blue bar


def test_a_bar_is_seen_over_very_many_small_points(canvas, study):
    plot = plot_of(view_of(), study)
    across = np.linspace(*plot.x_range, 4000)
    low, high = plot.x_range
    y = plot.spots[0].y.value
    spot = Spot(LIFTERS[1], "", "", Interval(low, low, high), Interval(y, np.nan, np.nan), 8)
    plot = shown(canvas, at_dots(replace(plot, spots=(spot,)), across, np.full(4000, y)))
    at = QPoint(round(float(canvas.area.x_px(sum(plot.x_range) / 2))), round(float(canvas.area.y_px(y))))
    assert canvas.grab().toImage().pixelColor(at).name() == DARK.lifter(1)


def test_words_in_a_quadrant_keep_clear_of_points(canvas, study):
    plot = plot_of(view_of(pair=PAIR), study)
    low, high = plot.x_range[0], plot.y_range[1]
    free = at_dots(replace(plot, spots=()), [low / 2], [high / 2])
    grids = [shown(canvas, one) and canvas.grab().toImage() for one in (
        free, at_dots(free, [low / 2, 0.97 * low], [high / 2, 0.97 * high]))]  # fmt: skip
    area = canvas.area
    corner = [QRect(left, area.top + 3, 60, 14) for left in (area.left + 8, round(float(area.x_px(0.0))) - 70)]

    def letters(image, box):
        ground = image.pixelColor(box.right() + 1, area.top + 40).name()
        return sum(image.pixelColor(i, j).name() != ground for i in range(box.left(), box.right())
                   for j in range(box.top(), box.bottom()))  # fmt: skip

    assert letters(grids[0], corner[0]) > 5 * letters(grids[0], corner[1])
    assert letters(grids[1], corner[1]) > 100


def test_a_mark_without_any_interval_is_hollow_and_the_key_says_so(canvas, study):
    plot = plot_of(view_of(StudyPlot.ACTIVITIES), study)
    none = Interval(plot.spots[0].x.value, np.nan, np.nan), Interval(plot.spots[0].y.value, np.nan, np.nan)
    bare = replace(plot.spots[0], x=none[0], y=none[1])
    only = replace(plot, spots=(bare,))
    shown(canvas, only)
    at = canvas.place_of(Target(bare.lifter, group=bare.group))
    assert canvas.grab().toImage().pixelColor(at).name() == DARK.base
    assert Sign.HOLLOW in [entry.sign for entry in entries_of(only, rings=True)]
    assert Sign.HOLLOW not in [entry.sign for entry in entries_of(plot, rings=True)]
    assert "no interval: one take alone gives none" in said_of(only, Target(bare.lifter, group=bare.group))
    waiting = replace(only, study=replace(study, resampling=replace(study.resampling, n=0)))
    assert Sign.HOLLOW not in [entry.sign for entry in entries_of(waiting, rings=True)]
    assert "intervals are being computed" in said_of(waiting, Target(bare.lifter, group=bare.group))


def test_more_points_at_one_place_than_make_it_full_change_nothing(canvas, study):
    plot = plot_of(view_of(), study)
    x, y = sum(plot.x_range) / 2, sum(plot.y_range) / 2
    images = []
    for count in (80, 5000):
        spread = np.linspace(*plot.x_range, 61)  # many, so that both are painted pale
        xs, ys = np.append(spread, np.full(count, x)), np.append(np.full(61, plot.y_range[0]), np.full(count, y))
        shown(canvas, at_dots(replace(plot, spots=()), xs, ys))
        images.append(canvas.grab().toImage())
    assert images[0] == images[1]


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_small_points_stand_where_their_numbers_are_on_any_screen(qapp, study, ratio):
    plot = plot_of(view_of(), study)
    x, y = sum(plot.x_range) / 2, sum(plot.y_range) / 2
    plot = at_dots(replace(plot, spots=()), [x], [y])
    area = area_of(plot, (400, 300), 20, ())
    picture = QPixmap(round(400 * ratio), round(300 * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(DARK.base))
    with QPainter(picture) as painter:
        paint_plot(painter, plot, Look(area, DARK, fonts_of(qapp.font()), COLOURS, ratio))
    image = picture.toImage()
    orange = np.array([(i, j) for i in range(image.width()) for j in range(image.height())
                       if image.pixelColor(i, j).red() > 100 > image.pixelColor(i, j).blue()])  # fmt: skip
    middle = (orange + 0.5).mean(axis=0) / ratio
    np.testing.assert_allclose(middle, [area.x_px(x), area.y_px(y)], atol=0.6)
    assert len(orange) == pytest.approx(np.pi * (4 * ratio) ** 2, rel=0.2)  # a disc of 4 pixels


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_clips_that_do_not_pass_the_filter_are_pale_and_count_as_before(canvas, study, theme):
    canvas.show_theme(theme)
    everything, clips = plot_of(view_of(), study), study.scores.clips
    some = plot_of(view_of(), study, passing=set(clips[1:]))
    assert everything.passing.all()
    assert [clips[c] for c in some.dots.clips[~some.passing]] == [clips[0]] * 3
    assert (some.spots, some.x_range, some.y_range) == (everything.spots, everything.x_range, everything.y_range)

    def contrast(plot, target):
        shown(canvas, replace(plot, spots=()))  # a large point may lie over it
        ink, ground = canvas.grab().toImage().pixelColor(canvas.place_of(target)), QColor(theme.base)
        return sum(abs(a - b) for a, b in zip(ink.getRgb()[:3], ground.getRgb()[:3], strict=True))

    for name in LIFTERS:
        faded, kept = Target(name, clips[0]), Target(name, clips[3])
        assert 10 < contrast(some, faded) < 0.45 * contrast(everything, faded)
        assert contrast(some, kept) == contrast(everything, kept)
    assert "pale: 1 clip filtered out" in [entry.text for entry in entries_of(some, rings=False)]
    assert "does not pass the filter of the clip table" in said_of(some, Target(LIFTERS[0], clips[0]))
    assert not any("filter" in line for line in said_of(some, Target(LIFTERS[0], clips[3])))


def test_marks_of_groups_are_clearly_larger_than_clips(canvas, study):
    shown(canvas, plot_of(view_of(StudyPlot.ATHLETES), study))
    canvas.resize(256, 170)
    plot = canvas.plot
    x, y = sum(plot.x_range) / 2, sum(plot.y_range) / 2
    blue, orange = (Spot(LIFTERS[k], "S1", "", Interval(at, at, at), Interval(y, y, y), 1)
                    for k, at in ((1, plot.x_range[0]), (0, x)))  # fmt: skip
    sizes = []
    for spots, xs in (((blue,), [x]), ((blue, orange), [])):
        shown(canvas, at_dots(replace(plot, spots=spots), xs, [y] * len(xs)))
        image, area = canvas.grab().toImage(), canvas.area
        colours = [image.pixelColor(i, j) for i in range(area.left, area.right) for j in range(area.top, area.bottom)]
        sizes.append(sum(colour.red() > colour.blue() + 40 for colour in colours))
    assert sizes[1] > 3 * sizes[0] > 0


# Mouse and keys


@pytest.mark.parametrize("plot", StudyPlot)
def test_a_large_point_leads_to_the_clip_of_its_group_with_most_degrees(canvas, study, plot):
    shown(canvas, plot_of(view_of(plot), study))
    scores, got = study.scores, picks(canvas)
    degrees = scores.angle_mae_deg()[..., KNEE] if plot is StudyPlot.ANGLE else scores.mae_deg()
    names = {StudyPlot.ATHLETES: scores.athletes, StudyPlot.ACTIVITIES: scores.activities}.get(plot, [""] * 8)
    for spot in canvas.plot.spots:
        inside = [c for c in range(8) if names[c] == spot.group]
        worst = max(inside, key=lambda c: degrees[LIFTERS.index(spot.lifter), c])
        canvas.show_target(Target(spot.lifter, group=spot.group))
        QTest.keyClick(canvas, Qt.Key.Key_Return)
        assert got[-1] == Target(spot.lifter, scores.clips[worst])
        said = said_of(canvas.plot, canvas.target)
        assert said[-1].endswith(scores.clips[worst])


def test_the_mean_of_two_lifters_leads_to_their_largest_difference(study):
    plot, mae = plot_of(view_of(pair=PAIR), study), study.scores.mae_deg()
    largest = int(np.abs(mae[2] - mae[1]).argmax())
    assert led_to(plot, Target("")) == Target("", study.scores.clips[largest])
    assert led_to(plot, Target("", study.scores.clips[0])) == Target("", study.scores.clips[0])


@pytest.mark.parametrize(("dot", "order"), [(9.0, ("dot",)), (8.0, ("dot", "large")), (3.0, ("large", "dot"))])
def test_the_nearer_mark_is_found_and_of_two_at_a_place_the_upper_one(study, dot, order):
    plot = at_dots(replace(plot_of(view_of(), study), spots=plot_of(view_of(), study).spots[:1]), [0.0], [0.0])
    found = at_px(plot, (dot, 0.0), (np.array([dot]), np.zeros(1)), np.zeros((1, 2)), (4.0, 7.5))
    large, small = Target(LIFTERS[0]), Target(LIFTERS[0], study.scores.clips[0])
    assert found == tuple({"dot": small, "large": large}[name] for name in order)


def test_far_from_all_marks_nothing_is_found(study):
    plot = plot_of(view_of(), study)
    away = np.full(len(plot.dots.x), 20.0)
    assert at_px(plot, (0.0, 0.0), (away, away), np.full((3, 2), 30.0), (4.0, 7.5)) == ()
    assert at_px(plot, (0.0, 0.0), (away[:0], away[:0]), np.zeros((0, 2)), (4.0, 7.5)) == ()


def test_clicks_at_one_place_go_through_all_clips_there(canvas, study):
    plot = plot_of(view_of(), study)
    x, y = sum(plot.x_range) / 2, sum(plot.y_range) / 2
    shown(canvas, at_dots(replace(plot, spots=()), [x, x, x, plot.x_range[0]], [y, y, y, y]))
    got, at = picks(canvas), canvas.place_of(Target(LIFTERS[0], study.scores.clips[0]))
    QTest.mouseMove(canvas, at)
    assert len(canvas.targets_at(at)) == 3
    for _ in range(4):
        QTest.mouseClick(canvas, LEFT, pos=at)
        assert f"<b>{canvas.target.clip}</b>" in QToolTip.text() and "and 2 more here" in QToolTip.text()
    assert [target.clip for target in got] == [study.scores.clips[k] for k in (0, 1, 2, 0)]
    QTest.mouseDClick(canvas, LEFT, pos=at)  # the second half of a double click, whose first is a click
    assert len(got) == 4
    away = canvas.place_of(Target(LIFTERS[0], study.scores.clips[3]))
    for place, clip in ((away, 3), (at, 0)):  # from elsewhere it begins anew
        QTest.mouseClick(canvas, LEFT, pos=place)
        assert got[-1].clip == study.scores.clips[clip]


def test_a_name_in_the_key_selects_its_lifter_and_says_its_whole_name(canvas, study):
    shown(canvas, plot_of(view_of(), study))
    got, key = picks(canvas), canvas.area.keys[1]
    at = QPoint(key.left + 8, key.top + 8)
    assert canvas.lifter_at(at) == LIFTERS[1] and canvas.lifter_at(QPoint(at.x(), 200)) == ""
    QTest.mouseMove(canvas, at)
    QTest.mouseClick(canvas, LEFT, pos=at)
    assert got == [Target(LIFTERS[1])]
    assert LIFTERS[1] in QToolTip.text() and "A click selects it" in QToolTip.text()


def test_keys_show_what_is_at_the_focus(canvas, study):
    plot = shown(canvas, plot_of(view_of(), study))
    canvas.setFocus()
    assert QToolTip.text() == ""
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert f"<b>{LIFTERS[0]}</b>" in QToolTip.text() and f"{plot.spots[0].y.value:.2f}°" in QToolTip.text()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    left = plot.dots.clips[plot.dots.series == 0][plot.dots.x[plot.dots.series == 0].argmin()]
    assert f"<b>{study.scores.clips[left]}</b>" in QToolTip.text() and "worst frame" in QToolTip.text()
    QToolTip.hideText()
    QApplication.processEvents()
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert f"<b>{study.scores.clips[left]}</b>" in QToolTip.text()


# Words


def test_tips_say_numbers_intervals_and_whose_they_are(study):
    plot = plot_of(view_of(StudyPlot.ANGLE), study)
    said = " | ".join(said_of(plot, Target(LIFTERS[0])))
    deg = study.points[0].by_angle_deg[KNEE]
    assert f"MAE of left knee flexion {deg.value:.2f}° ({deg.low:.2f} to {deg.high:.2f})" in said
    assert "8 clips of 3 athletes" in said and "in brackets: 95 % intervals, mostly too narrow: few athletes" in said
    plot = plot_of(view_of(StudyPlot.ATHLETES), study)
    who = study.scores.athletes[0]
    several = study.scores.athletes.count(who)
    assert said_of(plot, Target(LIFTERS[0], group=who))[1] == f"{who}: {several} clip{'s' * (several > 1)}"
    plot = plot_of(view_of(pair=PAIR), study)
    said = " | ".join(said_of(plot, Target("", study.scores.clips[2]), 4))
    mm = study.scores.position_mm("mpjpe_mm")[:, 2]
    assert f"{mm[2] - mm[1]:+.1f} mm".replace("-", "−") in said and f"{PAIR[0]} less {PAIR[1]}" in said
    assert "and 4 more here: click again for the next" in said
    assert said_of(plot, Target("nobody", "no clip")) == ()


def test_below_the_plot_stand_level_clips_and_athletes(study):
    assert notes_of(plot_of(view_of(), study))[0] == "bars: 95 % intervals · 8 clips, 3 athletes"
    plot = plot_of(view_of(), study)
    none = Interval(1.0, np.nan, np.nan)
    bare = replace(plot, spots=tuple(replace(spot, x=none, y=none) for spot in plot.spots))
    assert notes_of(bare)[0] == "8 clips, 3 athletes"


@pytest.mark.parametrize("pair", [None, PAIR])
def test_the_axis_of_degrees_names_the_angle_at_any_length(qapp, study, pair):
    metrics = QFontMetrics(fonts_of(qapp.font())[0])
    plot = plot_of(view_of(StudyPlot.ANGLE, pair), study)
    wide = [metrics.horizontalAdvance(text) for text in plot.y_titles]
    assert wide == sorted(wide, reverse=True)
    for room in range(10, 400, 10):
        assert "knee flex" in fitting(plot.y_titles, metrics, room)
    assert ("videopose3d less simplebaseline3d" in plot.y_titles[0]) is (pair is not None)
    if pair is not None:
        assert "videopose3d less simplebaseline3d" in [entry.text for entry in entries_of(plot, rings=True)]


def test_titles_of_all_angles_and_of_both_lifters():
    assert angle_titles("", "", None) == ("Angle MAE, °", "MAE, °", "°")
    assert position_titles("N-MPJPE", ("a-x", "b-x"))[:2] == ("N-MPJPE, a less b, mm", "Difference of N-MPJPE, mm")


@pytest.mark.parametrize(("groups", "blanks", "expected"), [
    (("fs/S1", "running/S1", "fs/S2"), False, ("fs/S1", "running/S1", "S2")),
    (("fs/S_1", "S2"), False, ("S_1", "S2")),
    (("Spin_jump", "Shot_turn"), True, ("Spin jump", "Shot turn")),
    (("a_b", "a b"), True, ("a_b", "a b")),
    (("S1", "fs/S1"), False, ("S1", "fs/S1")),
    (("",), False, ("",)),
])  # fmt: skip
def test_groups_have_the_shortest_name_that_is_theirs_alone(groups, blanks, expected):
    assert tuple(group_names(groups, blanks=blanks)[group] for group in groups) == expected


def test_two_sports_with_an_athlete_of_one_name_are_told_apart(demo_rows):
    sports = [replace(row, athlete=f"{'fs' if k % 2 else 'running'}/S1") for k, row in enumerate(demo_rows)]
    plot = plot_of(view_of(StudyPlot.ATHLETES), study_of(sports, LIFTERS, StudyOptions(resamples=100)))
    assert {spot.label for spot in plot.spots} == {"fs/S1", "running/S1"}


def test_the_key_leaves_out_notes_where_there_is_no_room_but_no_lifter(study):
    plot = plot_of(view_of(), study)
    entries = [(entry, 90) for entry in entries_of(plot, rings=True)]
    for size, signs in (((600, 300), 4), ((130, 700), 4), ((130, 400), 3)):
        keys = area_of(plot, size, 20, entries).keys
        assert len(keys) == signs and [key.entry.lifter for key in keys][:3] == list(LIFTERS)
        assert all(key.left + key.wide <= size[0] for key in keys)


def test_the_angle_is_named_in_full_even_beside_a_very_low_plot(canvas, study):
    plot = plot_of(view_of(StudyPlot.ANGLE), study)
    left = []
    for y_titles in (plot.y_titles, ("",)):  # what is dark without a title is its letters
        canvas.resize(274, 130)
        shown(canvas, replace(plot, y_titles=y_titles))
        left.append(canvas.grab(QRect(0, canvas.area.top, 15, 130 - canvas.area.top)).toImage())
    rows = [j for j in range(left[0].height()) for i in range(15) if left[0].pixel(i, j) != left[1].pixel(i, j)]
    metrics = QFontMetrics(canvas._fonts[0])
    assert canvas.area.bottom - canvas.area.top < metrics.horizontalAdvance(plot.y_titles[-1])  # too low for it
    assert max(rows) - min(rows) > 0.9 * metrics.tightBoundingRect(plot.y_titles[-1]).width()
    assert max(rows) < left[0].height() - 1  # not cut at the edge


# The table


@pytest.mark.parametrize("plot", [StudyPlot.ALL, StudyPlot.ANGLE])
def test_differences_have_columns_of_their_own(study, plot):
    shown_plot = plot_of(view_of(plot), study)
    table = list(csv.DictReader(io.StringIO(csv_of(shown_plot, plot, ANGLES))))
    deg = "angle_mae" if plot is StudyPlot.ALL else "knee_flexion_l_mae"
    of = {row["lifter"]: row for row in table if row["level"] == "lifter"}
    pairs = [row for row in table if row["level"] == "pair"]
    assert len(pairs) == 3
    for row in pairs:
        one, other = of[row["lifter"]], of[row["other"]]
        assert row["mpjpe_mm"] == row[f"{deg}_deg"] == ""
        for whole, less in (("mpjpe_mm", "mpjpe_difference_mm"), (f"{deg}_deg", f"{deg}_difference_deg")):
            assert float(row[less]) == pytest.approx(float(one[whole]) - float(other[whole]), abs=2e-4)
            assert one[less] == ""
        low, high = (float(row[f"{deg}_difference_deg_{end}"]) for end in ("low", "high"))
        assert row["athletes"] == "3" and row["equivalent"] in "01"
        assert not (row["equivalent"] == "1" and max(-low, high) > 20)
    (order,) = [row for row in table if row["level"] == "between lifters"]
    assert (order["n"], order["clips"], order["lifter"]) == ("3", "8", "")
    assert {row["n"] for row in table if row["level"] == "between clips"} == {"8"}


def test_clips_of_two_lifters_are_differences_too(study):
    plot = plot_of(view_of(pair=PAIR), study)
    table = list(csv.DictReader(io.StringIO(csv_of(plot, StudyPlot.ALL, ANGLES))))
    mm = study.scores.position_mm("mpjpe_mm")
    for row, clip in zip([row for row in table if row["level"] == "clip"], range(8), strict=True):
        assert float(row["mpjpe_difference_mm"]) == pytest.approx(mm[2, clip] - mm[1, clip], abs=1e-4)
        assert row["mpjpe_mm"] == ""
