"""Heatmaps: colours are the numbers of the content, the mouse finds the frame, the row and the lifter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from core.conventions import ShoulderView, angles_in
from core.evaluation import ReferenceKind
from core.skeleton import JOINTS
from viewer.panels.heatmaps import HeatmapsPanel
from viewer.panels.heatmaps.blocks import heat_numbers
from viewer.panels.heatmaps.labels import Ink, labels_of
from viewer.panels.heatmaps.layout import AXIS_PX, Detail, arrange
from viewer.panels.heatmaps.rows import rows_of
from viewer.session import Session
from viewer.strips import Limit
from viewer.theme import DARK, LIGHT, lut
from viewer.view import HeatRows, PlotView, View

LEFT = Qt.MouseButton.LeftButton


def with_gap(content, track=1, column=3, frames=slice(60, 90)):
    """The same clip, where one lifter has no number of one angle and one joint for a while."""
    holed = content.tracks[track]
    error, position = holed.error_deg.copy(), holed.position_mm.copy()
    error[frames, column] = position[frames, column] = np.nan
    tracks = list(content.tracks)
    tracks[track] = replace(holed, error_deg=error, position_mm=position)
    return replace(content, tracks=tuple(tracks))


def long_clip(content, n_frames, seed=5):
    """The lifters of the clip with noise of many frames for their errors."""
    noise = np.random.default_rng(seed)
    tracks = tuple(
        replace(
            track,
            error_deg=noise.normal(0, 8, (n_frames, 12)).astype(np.float32),
            position_mm=np.abs(noise.normal(0, 60, (n_frames, 17))).astype(np.float32),
        )
        for track in content.tracks
    )
    return replace(content, n_frames=n_frames, tracks=tracks)


def shown(qtbot, content, view=None, theme=DARK, size=(900, 420)):
    """Session and panel wired as the window does it, on screen."""
    session = Session(view or View())
    session.show_content(content)
    panel = HeatmapsPanel(session, theme)
    session.frame_changed.connect(panel.show_frame)
    session.view_changed.connect(panel.show_view)
    session.content_changed.connect(panel.show_content)
    qtbot.addWidget(panel)
    panel.resize(*size)
    panel.show_content(content)
    with qtbot.waitExposed(panel):
        panel.show()
    return session, panel


def point_of(canvas, block, row, frame):
    """The middle of a cell."""
    begin, end = canvas.layout_px.row_span(row)
    return QPoint(int(canvas.axis.x_of(frame)), canvas.layout_px.tops[block] + (begin + end) // 2)


def colour_at(canvas, point):
    return QColor(canvas.grab().toImage().pixel(point)).getRgb()[:3]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("block", "row", "frame"), [(0, 0, 30), (1, 5, 100), (2, 11, 199)])
def test_a_cell_has_the_colour_of_its_number(qtbot, demo_content, theme, signed, block, row, frame):
    _, panel = shown(qtbot, demo_content, View(angle=2, plots=PlotView(signed=signed)), theme)
    error = float(demo_content.tracks[block].error_deg[frame, row])
    limit = panel.canvas.numbers.limit.value
    share = (error / limit + 1) / 2 if signed else abs(error) / limit
    expected = lut(theme.difference if signed else theme.magnitude)[round(min(max(share, 0), 1) * 255)]
    assert colour_at(panel.canvas, point_of(panel.canvas, block, row, frame)) == tuple(expected[:3])


def test_joints_are_shown_in_millimetres_left_above_right(qtbot, demo_content):
    _, panel = shown(qtbot, demo_content, View(plots=PlotView(rows=HeatRows.JOINTS)), size=(900, 700))
    numbers = panel.canvas.numbers
    assert sorted(row.column for row in numbers.rows) == list(range(17))
    row = next(i for i, row in enumerate(numbers.rows) if row.column == JOINTS.index("l_ankle"))
    assert numbers.rows[row].title == "Left ankle"
    assert numbers.rows[row + 1].column == JOINTS.index("r_ankle")
    value = float(demo_content.tracks[2].position_mm[50, JOINTS.index("l_ankle")])
    expected = lut(DARK.magnitude)[round(min(value / numbers.limit.value, 1) * 255)]
    assert colour_at(panel.canvas, point_of(panel.canvas, 2, row, 50)) == tuple(expected[:3])
    assert panel.legend.words[:2] == ("joint error, mm", "0")
    assert panel.legend.words[2].endswith(f"{numbers.limit.value:g}")
    assert "aligned at the pelvis" in panel.legend.toolTip()
    assert "MPJPE" in panel.legend.toolTip()


def test_missing_cells_are_hatched_in_a_colour_that_no_map_has(qtbot, demo_content):
    _, panel = shown(qtbot, with_gap(demo_content))
    canvas = panel.canvas
    picture = canvas.grab().toImage()
    begin, end = canvas.layout_px.row_span(3)
    top = canvas.layout_px.tops[1]
    xs = range(int(canvas.axis.x_of(62)), int(canvas.axis.x_of(87)))
    seen = {QColor(picture.pixel(x, top + y)).getRgb()[:3] for x in xs for y in range(begin, end)}
    maps = {tuple(c[:3]) for theme in (DARK, LIGHT) for m in (theme.magnitude, theme.difference) for c in lut(m)}
    assert QColor(DARK.missing).getRgb()[:3] in seen
    assert len(seen) > 1  # the hatch
    assert not seen & maps


def test_a_whole_column_of_many_frames_without_numbers_is_missing(qtbot, demo_content):
    content = with_gap(long_clip(demo_content, 20_000), frames=slice(8_000, 12_000))
    _, panel = shown(qtbot, content)
    cells = panel.canvas.cells()[1]
    starts = panel.canvas.axis.starts()
    ends = np.append(starts[1:], 20_000)
    inside = (starts >= 8_000) & (ends <= 12_000)
    assert inside.sum() > 100
    np.testing.assert_array_equal(cells[3, :, 3] == 0, inside)


@pytest.mark.parametrize("button", ["angles", "joints"])
def test_a_click_goes_to_the_frame_and_selects_row_and_lifter(qtbot, demo_content, button):
    session, panel = shown(qtbot, demo_content, size=(900, 700))
    qtbot.mouseClick(panel.buttons[button], LEFT)
    row, block, frame = 7, 2, 123
    qtbot.mouseClick(panel.canvas, LEFT, pos=point_of(panel.canvas, block, row, frame))
    view = session.view
    column = panel.canvas.numbers.rows[row].column
    assert (view.frame, view.lifter) == (frame, demo_content.tracks[block].name)
    assert (view.angle, view.joint) == ((column, -1) if button == "angles" else (0, column))


def test_a_drag_scrubs_and_stays_in_its_block(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    canvas = panel.canvas
    qtbot.mousePress(canvas, LEFT, pos=point_of(canvas, 1, 4, 20))
    for frame in (40, 90, 150):
        qtbot.mouseMove(canvas, point_of(canvas, 2, 1, frame))  # over another lifter
        assert session.frame == frame
    qtbot.mouseMove(canvas, QPoint(canvas.width() + 200, 5))
    assert session.frame == demo_content.n_frames - 1
    qtbot.mouseMove(canvas, QPoint(-50, 5))
    assert session.frame == 0
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(0, 5))
    qtbot.mouseMove(canvas, point_of(canvas, 0, 1, 77))
    assert session.frame == 0
    assert (session.view.angle, session.view.lifter) == (4, demo_content.tracks[1].name)


@pytest.mark.parametrize("where", [(3, 60), (300, 3)])
def test_a_click_beside_the_cells_does_nothing(qtbot, demo_content, where):
    session, panel = shown(qtbot, demo_content)
    before = session.view
    qtbot.mouseClick(panel.canvas, LEFT, pos=QPoint(*where))
    qtbot.mouseClick(panel.canvas, Qt.MouseButton.RightButton, pos=point_of(panel.canvas, 0, 0, 9))
    assert session.view == before


def test_the_tip_says_lifter_angle_frame_time_and_value(qtbot, demo_content):
    _, panel = shown(qtbot, with_gap(demo_content))
    canvas = panel.canvas
    said = canvas.said(canvas.cell_at(point_of(canvas, 2, 4, 120)))
    track = demo_content.tracks[2]
    for part in (track.name, "Left shoulder flexion: error ", "frame 120 · 1.000 s"):
        assert part in said
    assert "<b>missing</b>" in canvas.said(canvas.cell_at(point_of(canvas, 1, 3, 70)))


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    ("error", "words"), [(-12.34, "error <b>−12.3°</b>"), (7.0, "error <b>+7.0°</b>"), (-0.04, "error <b>0.0°</b>")]
)
def test_the_tip_says_the_sign_of_an_error_also_where_colours_do_not(qtbot, demo_content, signed, error, words):
    track = demo_content.tracks[2]
    errors = track.error_deg.copy()
    errors[120, 4] = error
    content = replace(demo_content, tracks=(*demo_content.tracks[:2], replace(track, error_deg=errors)))
    _, panel = shown(qtbot, content, View(plots=PlotView(signed=signed)))
    assert words in panel.canvas.said(panel.canvas.cell_at(point_of(panel.canvas, 2, 4, 120)))


def test_the_tip_of_a_joint_says_millimetres(qtbot, demo_content):
    _, panel = shown(qtbot, demo_content, View(plots=PlotView(rows=HeatRows.JOINTS)))
    cell = panel.canvas.cell_at(point_of(panel.canvas, 1, 8, 50))
    row = panel.canvas.numbers.rows[cell.row]
    value = demo_content.tracks[1].position_mm[cell.frame, row.column]
    assert f"{row.title}: error <b>{value:.1f} mm</b>" in panel.canvas.said(cell)


def test_in_a_long_clip_a_pixel_means_its_worst_frame(qtbot, demo_content):
    content = with_gap(long_clip(demo_content, 50_000), track=0, column=5, frames=slice(25_000, 25_010))
    session, panel = shown(qtbot, content)
    point = point_of(panel.canvas, 0, 5, 25_005)
    cell = panel.canvas.cell_at(point)
    values = np.abs(content.tracks[0].error_deg[cell.first : cell.after, 5])
    assert cell.after - cell.first > 50
    assert cell.frame == cell.first + np.nanargmax(values)
    assert cell.missing == np.isnan(values).sum() == 10
    assert f"largest of frames {cell.first}–{cell.after - 1}<br>10 of them missing" in panel.canvas.said(cell)
    qtbot.mouseClick(panel.canvas, LEFT, pos=point)
    assert session.frame == cell.frame


def test_buttons_change_rows_and_sign_and_follow_the_view(qtbot, simulated_content):
    session, panel = shown(qtbot, simulated_content)
    assert panel.legend.words == ("|error|, °", "0", "≥ 30", "missing")
    assert "imits of this clip" in panel.legend.toolTip()
    qtbot.mouseClick(panel.buttons["signed"], LEFT)
    assert session.view.plots.signed
    assert panel.legend.words[:3] == ("error, °", "≤ −30", "≥ +30")
    qtbot.mouseClick(panel.buttons["joints"], LEFT)
    assert session.view.plots.rows is HeatRows.JOINTS
    assert not panel.buttons["signed"].isEnabled()
    assert panel.buttons["absolute"].isChecked()
    session.update_plots(rows=HeatRows.ANGLES, signed=False)
    assert panel.buttons["angles"].isChecked()
    assert panel.buttons["signed"].isEnabled()
    assert not panel.buttons["signed"].isChecked()


def test_a_hidden_lifter_has_no_block_and_the_limit_stays(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    before = panel.canvas.numbers.limit
    session.update(hidden=frozenset({demo_content.tracks[0].name}))
    assert [block.track for block in panel.canvas.blocks] == list(demo_content.tracks[1:])
    assert panel.canvas.numbers.limit == before


@pytest.mark.parametrize(
    ("changes", "hidden", "words"),
    [
        ({"reference": None}, (), "need a reference"),
        ({"tracks": (), "kind": ReferenceKind.STAND_IN}, (), "No lifter"),
        ({}, "all", "hidden"),
    ],
)
def test_where_nothing_can_be_shown_a_sentence_says_why(qtbot, demo_content, changes, hidden, words):
    names = [track.name for track in demo_content.tracks] if hidden else []
    _, panel = shown(qtbot, replace(demo_content, **changes), View(hidden=frozenset(names)))
    picture = panel.canvas.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    assert words in panel.canvas.sentence
    assert QColor(DARK.dim).rgb() in colours  # letters on an otherwise empty ground
    assert QColor(DARK.missing).rgb() not in colours
    assert panel.canvas.cell_at(QPoint(300, 100)) is None


def test_a_frame_change_repaints_strips_and_builds_nothing(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    canvas = panel.canvas
    builds = canvas.builds
    for frame in range(1, 60):
        session.seek(frame)
        canvas.repaint()
    assert canvas.builds == builds == 1
    x = int(canvas.axis.x_of(59))
    y = canvas.layout_px.tops[0] + 20
    assert colour_at(canvas, QPoint(x, y)) == QColor(DARK.cursor).getRgb()[:3]
    session.update(angle=4)
    canvas.repaint()
    assert canvas.builds == builds + 1


def test_the_old_place_of_the_cursor_is_clean_after_it_moved(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    point = point_of(panel.canvas, 0, 6, 100)
    session.seek(100)
    assert colour_at(panel.canvas, point) == QColor(DARK.cursor).getRgb()[:3]
    session.seek(180)
    limit = panel.canvas.numbers.limit.value
    error = abs(float(demo_content.tracks[0].error_deg[100, 6]))
    assert colour_at(panel.canvas, point) == tuple(lut(DARK.magnitude)[round(min(error / limit, 1) * 255)][:3])


def test_span_and_selection_are_marked_in_the_accent_colour(qtbot, demo_content):
    lifter = demo_content.tracks[1].name
    session, panel = shown(qtbot, demo_content, View(angle=3, lifter=lifter))
    canvas = panel.canvas
    begin, _ = canvas.layout_px.row_span(3)
    accent = QColor(DARK.accent).getRgb()[:3]
    assert colour_at(canvas, QPoint(int(canvas.axis.x_of(150)), canvas.layout_px.tops[1] + begin - 1)) == accent
    session.update(span=(40, 120))
    inside, outside = (QPoint(int(canvas.axis.x_of(f)), canvas.layout_px.bottom + 1) for f in (80, 200))
    assert colour_at(canvas, inside) == accent
    assert colour_at(canvas, outside) != accent


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_outside_of_a_span_colours_grow_pale_and_inside_they_stay(qtbot, demo_content, theme):
    session, panel = shown(qtbot, demo_content, theme=theme)
    canvas, frames = panel.canvas, (10, 80, 200)
    before = [np.array(colour_at(canvas, point_of(canvas, 1, 6, frame))) for frame in frames]
    session.update(span=(40, 120))
    after = [np.array(colour_at(canvas, point_of(canvas, 1, 6, frame))) for frame in frames]
    base = np.array(QColor(theme.base).getRgb()[:3])
    assert (after[1] == before[1]).all()
    for old, new in ((before[0], after[0]), (before[2], after[2])):
        assert 0.3 < np.abs(new - base).sum() / np.abs(old - base).sum() < 0.7


def test_another_clip_and_another_theme(qtbot, demo_content, other_content):
    session, panel = shown(qtbot, demo_content)
    session.show_content(other_content)
    panel.show_theme(LIGHT)
    error = abs(float(other_content.tracks[1].error_deg[33, 8]))
    share = min(error / panel.canvas.numbers.limit.value, 1)
    expected = tuple(lut(LIGHT.magnitude)[round(share * 255)][:3])
    assert colour_at(panel.canvas, point_of(panel.canvas, 1, 8, 33)) == expected
    session.show_content(None)
    assert panel.canvas.cell_at(QPoint(300, 100)) is None


def test_a_clip_that_goes_away_in_the_middle_of_a_drag_ends_it(qtbot, demo_content):
    session, panel = shown(qtbot, demo_content)
    place = point_of(panel.canvas, 1, 4, 20)
    qtbot.mousePress(panel.canvas, LEFT, pos=place)
    session.show_content(None)
    qtbot.mouseMove(panel.canvas, place + QPoint(50, 0))
    session.show_content(demo_content)
    qtbot.mouseMove(panel.canvas, place + QPoint(90, 0))
    assert session.frame == 20


def test_one_frame_is_as_wide_as_the_axis_and_a_span_beyond_it_ends_with_it(qtbot, demo_content):
    session, panel = shown(qtbot, long_clip(demo_content, 1), View(span=(3, 9)))
    canvas = panel.canvas
    for x in (canvas.axis.left, canvas.axis.left + canvas.axis.width - 1):
        qtbot.mouseClick(canvas, LEFT, pos=QPoint(x, canvas.layout_px.tops[2] + 1))
        assert (session.frame, session.view.lifter) == (0, demo_content.tracks[2].name)
    right = QPoint(canvas.axis.left + canvas.axis.width + 1, canvas.layout_px.bottom + 1)
    assert colour_at(canvas, right) == QColor(DARK.base).getRgb()[:3]
    assert colour_at(canvas, right - QPoint(9, 0)) == QColor(DARK.accent).getRgb()[:3]


def test_the_limit_is_that_of_all_lifters_together(simulated_content):
    numbers = heat_numbers(simulated_content, HeatRows.ANGLES)
    pooled = np.abs(np.concatenate([track.error_deg.ravel() for track in simulated_content.tracks]))
    assert np.mean(pooled <= numbers.limit.value) >= 0.98
    assert numbers.limit == Limit(30.0, exceeded=bool((pooled > 30).any()))


@pytest.mark.parametrize("height", [120, 230, 300, 700])
def test_every_pixel_of_a_block_belongs_to_the_row_that_covers_it(height):
    layout = arrange(height, 3, 12)
    for block, top in enumerate(layout.tops):
        for row in range(12):
            begin, end = layout.row_span(row)
            assert end > begin
            assert {layout.cell_at(top + y) for y in range(begin, end)} == {(block, row)}
    assert layout.cell_at(layout.bottom) is None


def test_rows_are_named_by_the_shown_shoulder_view():
    rows = rows_of(HeatRows.ANGLES, angles_in(ShoulderView.RAW))
    assert [row.short for row in rows[4:8]] == ["L shoulder plane", "R shoulder plane", "L shoulder elev",
                                                "R shoulder elev"]  # fmt: skip
    assert (rows[0].group, rows[0].own, rows[1].own) == ("hip flex", "L", "R")


@pytest.mark.parametrize("which", list(HeatRows))
@pytest.mark.parametrize("detail", [Detail.PAIRS, Detail.STAGGERED])
def test_a_selected_row_takes_no_name_from_the_others(which, detail):
    rows = rows_of(which, angles_in(ShoulderView.COMPONENTS))
    plain = labels_of(rows, detail, -1)
    assert [label.first for label in plain] == [0, *(label.after for label in plain[:-1])]
    assert plain[-1].after == len(rows)
    for selected, row in enumerate(rows):
        labels = labels_of(rows, detail, selected)
        for label, before in zip(labels, plain, strict=True):
            strong = [text for text, ink in label.parts if ink is Ink.STRONG]
            if not label.first <= selected < label.after:
                assert label == before
            elif row.group == "trunk":
                assert (label.text, strong) == (f"trunk: {row.own}", [row.own])
            else:
                assert label.text == before.text == (f"{row.group} L/R" if detail is Detail.PAIRS else row.group)
                assert [text.strip("/") for text in strong] == [row.own if detail is Detail.PAIRS else row.group]


@pytest.mark.parametrize(("height", "detail"), [(600, Detail.ROWS), (275, Detail.PAIRS), (200, Detail.STAGGERED)])
def test_labels_do_not_touch_one_another(qtbot, demo_content, height, detail):
    _, panel = shown(qtbot, demo_content, View(angle=1), size=(640, height))
    layout = panel.canvas.layout_px
    assert layout.detail is detail
    columns = {}
    for label in labels_of(panel.canvas.numbers.rows, detail, 1):
        middle = (layout.row_span(label.first)[0] + layout.row_span(label.after - 1)[1]) / 2
        columns.setdefault(label.outer, []).append(middle)
    assert len(columns) == (2 if detail is Detail.STAGGERED else 1)
    for middles in columns.values():
        assert min(np.diff(middles)) >= 10


@pytest.mark.parametrize("which", list(HeatRows))
def test_three_lifters_fit_into_the_dock_of_a_usual_window(qtbot, demo_content, which):
    session, panel = shown(qtbot, demo_content, View(plots=PlotView(rows=which)), size=(640, 270))
    canvas = panel.canvas
    assert canvas.visibleRegion().boundingRect() == canvas.rect()
    assert canvas.layout_px.bottom + AXIS_PX <= canvas.height()
    left = canvas.axis.left
    for column in (0, 3, 11):
        session.update(angle=column, joint=column)
        assert canvas.axis.left == left


@pytest.mark.parametrize("view", [PlotView(), PlotView(signed=True), PlotView(rows=HeatRows.JOINTS)])
def test_the_colour_bar_loses_words_but_never_a_number(qtbot, demo_content, view):
    _, panel = shown(qtbot, demo_content, View(plots=view), size=(700, 300))
    full = panel.legend.words
    assert full[-1] == "missing"
    seen = set()
    for width in (700, 508, 440, 400, panel.minimumSizeHint().width()):
        panel.resize(width, 300)
        words = panel.legend.words
        assert set(full[1:3]) <= set(words)
        assert panel.legend.width() >= panel.legend.minimumSizeHint().width()
        assert panel.legend.geometry().right() < panel.width()
        seen.add(words)
    assert len(seen) > 1
    assert panel.minimumSizeHint().width() <= 400


@pytest.mark.parametrize("signed", [False, True])
def test_the_bar_is_painted_within_its_widget_at_the_least_width(qtbot, demo_content, signed):
    _, panel = shown(qtbot, demo_content, View(plots=PlotView(signed=signed)), size=(300, 300))
    picture = panel.legend.grab().toImage()
    ground, columns = picture.pixel(0, 0), range(picture.width())
    painted = [any(picture.pixel(x, y) != ground for y in range(picture.height())) for x in columns]
    assert sum(painted) > 60
    assert not any(painted[-3:])
