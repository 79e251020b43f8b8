"""The panel of traces: what it draws against the arrays, and what mouse and keys do."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeySequence, QShortcut, QWheelEvent

from core.conventions import ShoulderView, angles_in
from core.evaluation import ReferenceKind
from viewer.content import ClipContent
from viewer.panels.traces import TracesPanel
from viewer.panels.traces.arrange import Measures, arrange, columns_for, followers_of, is_paired
from viewer.panels.traces.heads import names_of
from viewer.panels.traces.reading import entries_of, readings_at
from viewer.panels.traces.series import FLOOR, series_of, value_range
from viewer.session import Session
from viewer.theme import DARK, LIGHT
from viewer.view import PlotView, Quantity, View

ERROR = PlotView(quantity=Quantity.ERROR)
LEFT = Qt.MouseButton.LeftButton
SIZE = (900, 520)
SMALL = (512, 390)
MEASURES = Measures(head=20, value_axis=42, time_axis=20)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def tiled(content: ClipContent, frames: int) -> ClipContent:
    """The same clip again and again."""

    def longer(values: np.ndarray) -> np.ndarray:
        times = -(-frames // len(values))
        return np.ascontiguousarray(np.tile(values, (times, *(1,) * (values.ndim - 1)))[:frames])

    def track(old):
        names = ("xyz_mm", "angles_deg", "sigma_deg", "error_deg", "position_mm", "angle_mae_deg", "mpjpe_mm")
        return replace(old, **{name: longer(getattr(old, name)) for name in names})

    names = ("floor_deg", "floor_sigma_deg", "floor_error_deg", "near_singular")
    return replace(content, n_frames=frames, reference=track(content.reference),
                   tracks=tuple(map(track, content.tracks)),
                   **{name: longer(getattr(content, name)) for name in names})  # fmt: skip


def with_reference(content: ClipContent, change) -> ClipContent:
    angles = content.reference.angles_deg.copy()
    change(angles)
    return replace(content, reference=replace(content.reference, angles_deg=angles))


def lone(content: ClipContent) -> ClipContent:
    nothing = np.full_like(content.floor_deg, np.nan)
    track = replace(content.tracks[0], error_deg=nothing)
    return replace(content, reference=None, kind=None, tracks=(track,), floor_deg=nothing, floor_sigma_deg=nothing,
                   floor_error_deg=nothing)  # fmt: skip


@pytest.fixture
def opened(qtbot):
    """A panel on a session, connected as the window connects it."""

    def opened(content: ClipContent | None, view: View | None = None, size=SIZE, theme=DARK) -> TracesPanel:
        session = Session(view)
        panel = TracesPanel(session, theme)
        qtbot.addWidget(panel)
        session.frame_changed.connect(panel.show_frame)
        session.view_changed.connect(panel.show_view)
        session.content_changed.connect(panel.show_content)
        panel.session = session
        panel.resize(*size)
        with qtbot.waitExposed(panel):
            panel.show()
        session.show_content(content)
        rest(qtbot, panel)
        return panel

    return opened


def rest(qtbot, panel: TracesPanel) -> None:
    """Until nothing is painted any more."""
    for _ in range(30):
        before = panel.view.paints
        qtbot.wait(12)
        if panel.view.paints == before:
            return
    pytest.fail("the panel never rests")


def at(panel: TracesPanel, number: int, seconds: float, height: float = 0.5) -> QPoint:
    """The pixel of a time in a plot."""
    box = panel.view.boxes[number]
    left, right = box.viewRange()[0]
    place = box.pos() + QPointF((seconds - left) / (right - left) * box.width(), height * box.height())
    return place.toPoint()


def hover(qtbot, panel: TracesPanel, place: QPoint) -> None:
    """Rest the mouse there; a window that has just come up may not hear of the first move."""

    def is_read() -> bool:
        qtbot.mouseMove(panel.view.viewport(), place + QPoint(0, 1))
        qtbot.mouseMove(panel.view.viewport(), place)
        return panel.card.isVisible()

    qtbot.waitUntil(is_read, timeout=5000)


def pixels(panel: TracesPanel) -> np.ndarray:
    image = panel.view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), 2::-1].copy()


def rgb(colour: str) -> list[int]:
    found = QColor(colour)
    return [found.red(), found.green(), found.blue()]


def drawn_lines(panel: TracesPanel, column: int) -> dict:
    drawn = panel.grid.plot(column).body.drawn
    return {line.name: line.values for line in drawn.series.lines if line.name not in drawn.hidden}


def frame_read(panel: TracesPanel) -> int:
    """Frame of the hover card."""
    return int(panel.card.title.split()[1])


def axis_ink(panel: TracesPanel) -> list[tuple[str, int, bool]]:
    """For each axis that its plot should have: which, the angle, and whether letters are painted there."""
    shown, grid, found = pixels(panel).astype(int), panel.grid, []
    lowest = max(grid.plot(column).box.y() for column in grid.shown)
    for column in grid.shown:
        plot = grid.plot(column)
        box = plot.box
        places = {"degrees": QRectF(box.x() - 30, box.y(), 26, box.height())}
        if box.y() == lowest:
            places["seconds"] = QRectF(box.x(), box.y() + box.height() + 2, box.width(), 14)
        for name, place in places.items():
            x, y, w, h = place.toRect().getRect()
            ink = np.abs(shown[y : y + h, x : x + w] - rgb(DARK.dim)).max(axis=2) < 60
            found.append((name, column, bool(ink.sum() > 10)))
    return found


def wheel(panel: TracesPanel, place: QPoint, steps: int, keys=Qt.KeyboardModifier.NoModifier) -> None:
    event = QWheelEvent(QPointF(place), QPointF(panel.view.mapToGlobal(place)), QPoint(), QPoint(0, steps),
                        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    panel.view.wheelEvent(event)


# what is drawn


@pytest.mark.parametrize("angles", [tuple(range(12)), (0, 1), (7,), (11, 0, 4)])
def test_each_angle_of_the_subset_has_a_plot(opened, demo_content, angles):
    panel = opened(demo_content, View(plots=PlotView(angles=angles)))
    assert panel.grid.shown == angles
    assert len(panel.view.boxes) == len(angles)
    titles = [panel.grid.plot(column).head.text for column in angles]
    assert titles == [demo_content.angles[column].title for column in angles]


def test_the_subset_can_change_and_come_back(qtbot, opened, demo_content):
    panel = opened(demo_content)
    panel.session.update_plots(angles=(2, 3))
    assert len(panel.view.boxes) == 2
    assert not panel.grid.plot(0).box.isVisible()
    panel.session.update_plots(angles=(0, 2, 3))
    assert panel.grid.plot(0).box.isVisible()
    assert [box.isVisible() for box in panel.view.boxes] == [True] * 3


def test_lines_are_the_arrays_of_the_content(opened, demo_content):
    panel = opened(demo_content)
    for column in range(12):
        lines = drawn_lines(panel, column)
        assert list(lines) == [track.name for track in demo_content.everyone]
        for track in demo_content.everyone:
            np.testing.assert_array_equal(lines[track.name], track.angles_deg[:, column])
        floor = panel.grid.plot(column).body.drawn.series.floor
        sigma = demo_content.floor_sigma_deg[:, column]
        np.testing.assert_array_equal(floor.values, demo_content.floor_deg[:, column])
        np.testing.assert_allclose(floor.high - floor.low, 2 * sigma, atol=1e-4)


def test_gaps_stay_gaps(opened, demo_content):
    def change(angles):
        angles[40:60, 3] = np.nan

    content = with_reference(demo_content, change)
    line = series_of(content, 3, Quantity.VALUE).lines[0]
    assert np.isnan(line.values[40:60]).all()
    assert line.breaks.tolist() == [40, 60]
    # In the plot alone, no pixel of the reference's colour is left in the columns of the gap.
    everyone_else = frozenset(("floor", *(track.name for track in content.tracks)))
    panel = opened(content, View(frame=200, angle=0, hidden=everyone_else, plots=PlotView(angles=(3,))))
    first, last = at(panel, 0, 41 / content.fps).x(), at(panel, 0, 58 / content.fps).x()
    box = panel.view.boxes[0]
    inside = pixels(panel)[int(box.y()) + 2 : int(box.y() + box.height()) - 2]
    assert inside[:, first:last].max() < 100
    assert (inside[:, last + 10 : last + 30].max(axis=(0, 2)) > 180).all()


def test_errors_have_no_reference_but_the_floor_and_a_line_at_zero(opened, demo_content):
    panel = opened(demo_content, View(plots=ERROR))
    for column in range(12):
        lines = drawn_lines(panel, column)
        assert list(lines) == [track.name for track in demo_content.tracks]
        for track in demo_content.tracks:
            np.testing.assert_array_equal(lines[track.name], track.error_deg[:, column])
        drawn = panel.grid.plot(column).body.drawn
        assert drawn.zero
        np.testing.assert_array_equal(drawn.series.floor.values, demo_content.floor_error_deg[:, column])
        low, high = panel.grid.plot(column).box.viewRange()[1]
        assert low < 0 < high


def test_without_a_reference_there_are_values_and_no_errors(opened, demo_content):
    panel = opened(lone(demo_content))
    assert list(drawn_lines(panel, 0)) == [demo_content.tracks[0].name]
    assert panel.grid.plot(0).body.drawn.series.message == ""
    panel.session.update_plots(quantity=Quantity.ERROR)
    assert panel.grid.plot(0).body.drawn.series.message == "no reference: no errors"
    assert [button.entry.name for button in panel.legend.buttons] == [demo_content.tracks[0].name]


def test_a_floor_without_deviation_is_a_line(demo_content):
    content = replace(demo_content, floor_sigma_deg=np.full_like(demo_content.floor_sigma_deg, np.nan))
    floor = series_of(content, 2, Quantity.VALUE).floor
    np.testing.assert_array_equal(floor.bare.values, content.floor_deg[:, 2])
    assert np.isnan(floor.low).all()
    with_band = series_of(demo_content, 2, Quantity.VALUE).floor
    assert np.isnan(with_band.bare.values).all()


def test_a_circular_angle_breaks_at_the_seam_and_another_does_not(demo_content):
    def change(angles):
        angles[100:, 0] += 360
        angles[100:, 10] += 360

    content = with_reference(demo_content, change)
    assert content.angles[0].circular
    assert 100 in series_of(content, 0, Quantity.VALUE).lines[0].breaks
    assert 100 not in series_of(content, 10, Quantity.VALUE).lines[0].breaks


def test_near_singular_spans_are_shaded(opened, demo_content):
    flags = demo_content.near_singular.copy()
    flags[80:120, 4] = flags[200, 4] = True
    content = replace(demo_content, near_singular=flags)
    panel = opened(content, View(frame=10, plots=PlotView(angles=(4, 5))))
    assert panel.grid.plot(4).body.drawn.series.singular.tolist() == [[80, 119], [200, 200]]
    assert panel.grid.plot(5).body.drawn.series.singular.shape == (0, 2)
    shade, shown = rgb(DARK.singular), pixels(panel)
    for number, frame, expected in ((0, 100, True), (0, 60, False), (1, 100, False), (0, 200, True)):
        place = at(panel, number, frame / content.fps)
        column = shown[:, place.x()]
        assert (column == shade).all(axis=1).any() == expected, (number, frame)


def test_the_span_between_in_and_out_is_shaded(qtbot, opened, demo_content):
    panel = opened(demo_content, View(frame=10))
    before = pixels(panel)
    panel.session.update(span=(100, 150))
    rest(qtbot, panel)
    changed = (pixels(panel) != before).any(axis=2)
    inside, outside = at(panel, 0, 125 / demo_content.fps).x(), at(panel, 0, 60 / demo_content.fps).x()
    assert changed[:, inside].mean() > 0.5
    assert not changed[:, outside].any()


def test_left_and_right_share_a_range_that_holds_everything(opened, demo_content):
    panel = opened(demo_content)
    for column in range(0, 12, 2):
        low, high = panel.grid.plot(column).box.viewRange()[1]
        assert panel.grid.plot(column + 1).box.viewRange()[1] == [low, high]
        for track in demo_content.everyone:
            both = track.angles_deg[:, column : column + 2]
            assert low < np.nanmin(both)
            assert np.nanmax(both) < high


def test_a_flat_line_does_not_fill_its_plot(demo_content):
    names = frozenset(("floor", *(track.name for track in demo_content.tracks)))

    def change(angles):
        angles[:, 8:10] = 20 + 0.01 * np.sin(np.arange(len(angles)))[:, None]

    low, high = value_range(with_reference(demo_content, change), "elbow_flexion", Quantity.VALUE, names)
    assert high - low > 10
    assert low + high == pytest.approx(40, abs=0.1)


def test_a_range_of_nothing_is_a_range(demo_content):
    low, high = value_range(lone(demo_content), "elbow_flexion", Quantity.ERROR, frozenset())
    assert low < 0 < high


# selection, hiding, single


def test_a_click_selects_the_angle_and_goes_to_the_frame(qtbot, opened, demo_content):
    panel = opened(demo_content)
    qtbot.mouseClick(panel.view.viewport(), LEFT, pos=at(panel, 5, 150 / demo_content.fps))
    assert panel.session.view.angle == 5
    assert abs(panel.session.frame - 150) <= 1
    assert panel.grid.plot(5).head.selected
    assert not panel.grid.plot(0).head.selected


def test_the_selected_plot_has_the_accent(qtbot, opened, demo_content):
    panel = opened(demo_content, View(angle=3))
    box = panel.grid.plot(3).box
    corner = pixels(panel)[int(box.y()), int(box.x()) + 20]
    assert corner.tolist() == rgb(DARK.accent)


def test_selecting_another_angle_repaints_titles_and_frame_but_no_plot(qtbot, opened, demo_content):
    panel = opened(demo_content, View(angle=3))
    layers, before = panel.view.layers, pixels(panel)
    panel.session.update(angle=8)
    rest(qtbot, panel)
    after = pixels(panel)
    assert panel.view.layers == layers
    for column, chosen in ((3, False), (8, True)):
        box, head = panel.grid.plot(column).box, panel.grid.plot(column).head
        corner = after[int(box.y()), int(box.x()) + 20]
        assert (corner.tolist() == rgb(DARK.accent)) is chosen
        x, y, w, h = head.boundingRect().toRect().getRect()
        assert (after[y : y + h, x : x + w] == rgb(DARK.accent)).all(axis=2).any() == chosen
    panel.session.update(angle=3)
    rest(qtbot, panel)
    assert np.array_equal(pixels(panel), before)


def test_a_drag_scrubs_in_any_plot_and_stays_within_the_clip(qtbot, opened, demo_content):
    panel = opened(demo_content)
    port, fps = panel.view.viewport(), demo_content.fps
    qtbot.mousePress(port, LEFT, pos=at(panel, 2, 30 / fps))
    for frame in (60, 100, 210):
        qtbot.mouseMove(port, at(panel, 2, frame / fps))
        assert abs(panel.session.frame - frame) <= 1
    qtbot.mouseMove(port, at(panel, 2, 2 * demo_content.n_frames / fps))
    assert panel.session.frame == demo_content.n_frames - 1
    qtbot.mouseRelease(port, LEFT, pos=at(panel, 2, 0))
    qtbot.mouseMove(port, at(panel, 2, 20 / fps))
    assert panel.session.frame == demo_content.n_frames - 1


def test_a_click_on_a_title_selects_without_moving_in_time(qtbot, opened, demo_content):
    panel = opened(demo_content, View(frame=50))
    title = panel.grid.plot(6).head.boundingRect().center().toPoint()
    qtbot.mouseClick(panel.view.viewport(), LEFT, pos=title)
    assert (panel.session.view.angle, panel.session.frame) == (6, 50)


def test_a_double_click_shows_one_plot_and_back(qtbot, opened, demo_content):
    panel = opened(demo_content)
    port = panel.view.viewport()
    qtbot.mouseDClick(port, LEFT, pos=at(panel, 9, 0.5))
    assert panel.session.view.plots.single
    assert panel.grid.shown == (9,)
    assert panel.view.boxes[0].width() > 0.8 * SIZE[0]
    qtbot.mouseDClick(port, LEFT, pos=panel.grid.plot(9).head.boundingRect().center().toPoint())
    assert not panel.session.view.plots.single
    assert len(panel.grid.shown) == 12


def test_numbers_of_the_axes_survive_one_plot_and_a_subset(qtbot, opened, demo_content):
    panel = opened(demo_content, View(angle=2))
    twelve = pixels(panel)
    assert len(axis_ink(panel)) == 12 + 4
    for change, axes in (({"single": True}, 2), ({"single": False}, 16), ({"angles": (10, 11)}, 4),
                         ({"angles": tuple(range(12))}, 16)):  # fmt: skip
        panel.session.update_plots(**change)
        rest(qtbot, panel)
        found = axis_ink(panel)
        assert len(found) == axes
        assert all(ink for _, _, ink in found), (change, found)
    assert np.array_equal(pixels(panel), twelve)


def test_alone_the_plot_follows_the_selected_angle(opened, demo_content):
    panel = opened(demo_content, View(plots=PlotView(single=True)))
    panel.session.update(angle=7)
    assert panel.grid.shown == (7,)


def test_the_legend_hides_and_shows_with_a_click_and_with_the_space_bar(qtbot, opened, demo_content):
    panel = opened(demo_content)
    names = [button.entry.name for button in panel.legend.buttons]
    assert names == ["reference", "floor", *(track.name for track in demo_content.tracks)]
    qtbot.mouseClick(panel.legend.buttons[2], LEFT)
    assert panel.session.view.hidden == {names[2]}
    assert names[2] not in drawn_lines(panel, 0)
    assert not panel.legend.buttons[2].isChecked()
    panel.legend.buttons[2].setFocus()
    qtbot.keyClick(panel.legend.buttons[2], Qt.Key.Key_Space)
    assert panel.session.view.hidden == frozenset()
    assert names[2] in drawn_lines(panel, 0)


def test_a_name_in_the_legend_selects_a_lifter_and_again_no_more(qtbot, opened, demo_content):
    panel = opened(demo_content)
    name = panel.legend.names[3]
    assert "Click" in name.toolTip()
    assert "Ctrl" in name.toolTip()
    qtbot.mouseClick(name, LEFT)
    assert panel.session.view.lifter == name.entry.name == demo_content.tracks[1].name
    assert [each.isChecked() for each in panel.legend.names] == [False, False, False, True, False]
    assert panel.session.view.hidden == frozenset()
    qtbot.mouseClick(name, LEFT)
    assert panel.session.view.lifter == ""
    assert not name.isChecked()


@pytest.mark.parametrize("key", [CONTROL, SHIFT])
def test_with_ctrl_or_shift_a_name_hides(qtbot, opened, demo_content, key):
    panel = opened(demo_content)
    name = panel.legend.names[4]
    qtbot.mouseClick(name, LEFT, key)
    assert (panel.session.view.hidden, panel.session.view.lifter) == ({name.entry.name}, "")
    assert not name.isChecked()
    assert panel.legend.buttons[4].toolTip() == f"Show {name.entry.text}"
    qtbot.mouseClick(name, LEFT, key)
    assert panel.session.view.hidden == frozenset()
    qtbot.mouseClick(name, LEFT)
    assert panel.session.view.lifter == name.entry.name


def test_selecting_a_hidden_lifter_shows_it(qtbot, opened, demo_content):
    track = demo_content.tracks[2]
    panel = opened(demo_content, View(hidden=frozenset({track.name, "floor"})))
    qtbot.mouseClick(panel.legend.names[4], LEFT)
    assert (panel.session.view.hidden, panel.session.view.lifter) == ({"floor"}, track.name)


def test_reference_and_floor_cannot_be_selected_so_their_names_hide_them(qtbot, opened, demo_content):
    panel = opened(demo_content)
    for number, name in enumerate(("reference", "floor")):
        qtbot.mouseClick(panel.legend.names[number], LEFT)
        assert (panel.session.view.hidden, panel.session.view.lifter) == ({name}, "")
        qtbot.mouseClick(panel.legend.names[number], LEFT)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_legend_is_reached_by_tab_and_pressed_by_key_whatever_the_window_has_there(
    qtbot, opened, demo_content, key
):
    panel = opened(demo_content)
    taken = []
    shortcut = QShortcut(QKeySequence(key), panel)
    shortcut.activated.connect(lambda: taken.append(key))
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    box, name = panel.legend.buttons[2], panel.legend.names[2]
    box.setFocus()
    qtbot.keyClick(box, key)
    assert panel.session.view.hidden == {name.entry.name}
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert name.hasFocus()
    qtbot.keyClick(name, key)
    assert (panel.session.view.hidden, panel.session.view.lifter) == (frozenset(), name.entry.name)
    assert taken == []


def test_other_sources_leave_nothing_of_the_old_ones_in_the_legend(opened, demo_content):
    panel = opened(demo_content)
    before = panel.legend.buttons
    again = replace(demo_content.tracks[0], notes=("computed again",))
    panel.session.show_content(replace(demo_content, tracks=(again, *demo_content.tracks[1:])))
    assert panel.legend.buttons == before
    assert "computed again" in panel.legend.names[2].toolTip()
    panel.session.show_content(replace(demo_content, tracks=demo_content.tracks[1:]))
    parts = (*panel.legend.buttons, *panel.legend.names)
    seen = [part for part in panel.legend.findChildren(type(before[0]).__base__) if part.isVisible()]
    assert len(parts) == 8
    assert set(seen) == set(parts)
    texts = [name.entry.text for name in panel.legend.names]
    assert texts == [demo_content.reference.title, "floor", *(track.name for track in demo_content.tracks[1:])]


def thickness(panel: TracesPanel, track) -> float:
    """Pixels of a level lifter's ink across its line, with those half covered."""
    box = panel.view.boxes[0]
    bottom, top = box.viewRange()[1]
    y = box.y() + (top - float(track.angles_deg[0, 9])) / (top - bottom) * box.height()
    left, right = int(box.x()) + 5, int(box.x() + box.width()) - 5
    inside = pixels(panel)[int(y) - 4 : int(y) + 6, left:right]
    ink, base = np.array(rgb(DARK.lifter(track.colour)), float), np.array(rgb(DARK.base), float)
    share = ((inside - base) @ (ink - base)) / ((ink - base) @ (ink - base))
    return float(np.median(np.clip(share, 0, 1).sum(axis=0)))


@pytest.mark.parametrize("plots", [PlotView(single=True), PlotView(angles=(9, 8))])
def test_lifters_are_no_hairlines_and_the_selected_one_is_strong(qtbot, opened, demo_content, plots):
    def change(track, height):
        return replace(track, angles_deg=np.full_like(track.angles_deg, height))

    first, second = (change(track, height) for track, height in zip(demo_content.tracks, (33.0, 47.0), strict=False))
    nothing = np.full_like(demo_content.floor_deg, np.nan)
    content = replace(demo_content, reference=change(demo_content.reference, 0.0), tracks=(first, second),
                      floor_deg=nothing)  # fmt: skip
    panel = opened(content, View(angle=9, hidden=frozenset({"reference", second.name}), plots=plots))
    plain = thickness(panel, first)
    panel.session.update(lifter=first.name)
    rest(qtbot, panel)
    strong = thickness(panel, first)
    assert 1.4 < plain < 2.2
    assert strong > plain + 0.5


def test_the_selected_lifter_is_drawn_on_top(qtbot, opened, demo_content):
    same = replace(demo_content.tracks[1], angles_deg=demo_content.tracks[0].angles_deg)
    content = replace(demo_content, tracks=(demo_content.tracks[0], same))
    panel = opened(content, View(hidden=frozenset({"reference", "floor"}), plots=PlotView(single=True)))
    under, over = (rgb(DARK.lifter(track.colour)) for track in content.tracks)

    def seen(ink) -> int:
        return int((np.abs(pixels(panel).astype(int) - ink).max(axis=2) < 12).sum())

    boxes = seen(under)  # in the legend there is none of it: the view alone is looked at
    panel.session.update(lifter=content.tracks[0].name)
    rest(qtbot, panel)
    assert seen(under) > 300 > boxes
    assert seen(over) < 30


def test_a_hidden_source_leaves_the_plots(qtbot, opened, demo_content):
    track = demo_content.tracks[0]
    others = frozenset(("reference", "floor", *(t.name for t in demo_content.tracks if t is not track)))
    panel = opened(demo_content, View(hidden=others))
    ink = rgb(DARK.lifter(track.colour))

    def ink_seen() -> bool:
        return bool((np.abs(pixels(panel).astype(int) - ink).max(axis=2) < 40).any())

    assert ink_seen()
    panel.session.update(hidden=others | {track.name})
    rest(qtbot, panel)
    assert not ink_seen()


def test_the_legend_says_that_a_reference_stands_in(opened, demo_content):
    stand_in = replace(demo_content.reference, title="stand-in reference")
    panel = opened(replace(demo_content, reference=stand_in, kind=ReferenceKind.STAND_IN))
    assert panel.legend.names[0].entry.text == "stand-in reference"
    assert demo_content.tracks[0].title in panel.legend.names[2].toolTip()


# zoom


def test_the_wheel_zooms_time_of_all_plots_about_the_mouse(opened, demo_content):
    panel = opened(demo_content)
    seconds = 100 / demo_content.fps
    before = at(panel, 4, seconds)
    wheel(panel, before, 480)
    ranges = {tuple(box.viewRange()[0]) for box in panel.view.boxes}
    assert len(ranges) == 1
    assert panel.grid.seconds.width < 0.6 * demo_content.n_frames / demo_content.fps
    assert abs(at(panel, 4, seconds).x() - before.x()) <= 1
    panel.reset_zoom()
    assert panel.view.boxes[0].viewRange()[0] == pytest.approx(
        [-0.5 / demo_content.fps, (demo_content.n_frames - 0.5) / demo_content.fps]
    )


def test_shift_and_wheel_zoom_the_values_of_both_sides(opened, demo_content):
    panel = opened(demo_content)
    before, other = panel.grid.plot(2).box.viewRange()[1], panel.grid.plot(4).box.viewRange()[1]
    wheel(panel, at(panel, 2, 0.5), 240, Qt.KeyboardModifier.ShiftModifier)
    now = panel.grid.plot(2).box.viewRange()[1]
    assert now[1] - now[0] < 0.8 * (before[1] - before[0])
    assert panel.grid.plot(3).box.viewRange()[1] == now
    assert panel.grid.plot(4).box.viewRange()[1] == other
    panel.reset_zoom()
    assert panel.grid.plot(2).box.viewRange()[1] == before


def test_the_middle_button_pans_and_a_double_click_beside_the_plots_resets(qtbot, opened, demo_content):
    panel = opened(demo_content)
    port = panel.view.viewport()
    panel.session.seek(120)
    panel.zoom_time(4)
    before = panel.grid.seconds
    qtbot.mousePress(port, Qt.MouseButton.MiddleButton, pos=at(panel, 0, before.low + 0.3))
    qtbot.mouseMove(port, at(panel, 0, before.low + 0.2))
    qtbot.mouseRelease(port, Qt.MouseButton.MiddleButton, pos=QPoint())
    assert panel.grid.seconds.low - before.low == pytest.approx(0.1, abs=0.01)
    axis = panel.grid.plot(0).values.rect.center().toPoint()
    qtbot.mouseDClick(port, LEFT, pos=axis)
    assert panel.grid.seconds == panel.grid.seconds.opened()


def test_zooming_by_key_keeps_the_cursor_in_place(opened, demo_content):
    panel = opened(demo_content, View(frame=60))
    before = at(panel, 0, 60 / demo_content.fps).x()
    panel.zoom_time(3)
    assert abs(at(panel, 0, 60 / demo_content.fps).x() - before) <= 1
    panel.zoom_time(1 / 3)
    assert panel.grid.seconds.width == pytest.approx(demo_content.n_frames / demo_content.fps)


def test_the_next_page_is_shown_when_the_cursor_leaves_a_zoomed_plot(opened, demo_content):
    panel = opened(demo_content)
    panel.zoom_time(5)
    width = panel.grid.seconds.width
    panel.session.seek(150)
    seconds = panel.grid.seconds
    assert seconds.low < 150 / demo_content.fps < seconds.high
    assert seconds.width == pytest.approx(width)


def test_the_same_clip_computed_again_keeps_its_zoom_and_another_does_not(opened, demo_content, other_content):
    panel = opened(demo_content)
    panel.zoom_time(4)
    zoomed = panel.grid.seconds
    panel.session.show_content(replace(demo_content, seconds=1.0))
    assert panel.grid.seconds == zoomed
    panel.session.show_content(other_content)
    assert panel.grid.seconds == panel.grid.seconds.opened()
    assert panel.grid.seconds.most == pytest.approx((other_content.n_frames - 0.5) / other_content.fps)
    np.testing.assert_array_equal(drawn_lines(panel, 1)["reference"], other_content.reference.angles_deg[:, 1])


# the cursor


def test_the_cursor_is_on_the_pixel_of_its_frame_and_only_strips_change(qtbot, opened, demo_content):
    panel = opened(demo_content, View(frame=40))
    before, layers, paints = pixels(panel), panel.view.layers, panel.view.paints
    panel.session.seek(160)
    qtbot.waitUntil(lambda: panel.view.paints > paints)
    after = pixels(panel)
    assert panel.view.layers == layers
    changed = set(np.flatnonzero((before != after).any(axis=(0, 2))).tolist())
    expected = set()
    for number, box in enumerate(panel.view.boxes):
        width = box.width() / demo_content.n_frames
        columns = [int(box.x() + (frame + 0.5) * width) for frame in (40, 160)]
        expected.update(columns)
        inside = after[int(box.y() + box.height() / 2), columns[1]]
        assert inside.tolist() == rgb(DARK.cursor), number
    assert changed == expected


def test_a_frame_paints_no_picture_however_long_the_clip(qtbot, opened, demo_content):
    content = tiled(demo_content, 20_000)
    panel = opened(content, size=(700, 400))
    layers, paints = panel.view.layers, panel.view.paints
    for frame in range(0, 20_000, 2_000):
        panel.session.seek(frame)
        qtbot.wait(5)
    assert panel.view.layers == layers
    assert panel.view.paints > paints


def test_changes_paint_one_picture_and_what_is_not_drawn_here_none(qtbot, opened, demo_content):
    panel = opened(demo_content)
    for change, pictures in (
        ({"angle": 4}, 0), ({"lifter": "simplebaseline3d-compact"}, 1),
        ({"hidden": frozenset({"floor"})}, 1), ({"plots": PlotView(single=True)}, 1),
        ({"angle": 5}, 1), ({"joint": 3}, 0), ({"speed": 0.5}, 0), ({"plots": PlotView(single=True, signed=True)}, 0),
    ):  # fmt: skip
        layers = panel.view.layers
        panel.session.update(**change)
        rest(qtbot, panel)
        assert panel.view.layers - layers == pictures, change


def test_resizing_and_zooming_paint_one_picture(qtbot, opened, demo_content):
    panel = opened(demo_content)
    layers = panel.view.layers
    panel.resize(840, 500)
    rest(qtbot, panel)
    assert panel.view.layers == layers + 1
    panel.zoom_time(2)
    rest(qtbot, panel)
    assert panel.view.layers == layers + 2


# the read-out


def test_hovering_reads_every_line_there_without_painting_the_plots(qtbot, opened, demo_content):
    panel = opened(demo_content)
    layers = panel.view.layers
    hover(qtbot, panel, at(panel, 8, 100 / demo_content.fps))
    frame = frame_read(panel)
    assert abs(frame - 100) <= 1
    assert panel.card.isVisible()
    assert panel.card.title == f"frame {frame} · {frame / demo_content.fps:.3f} s"
    values = {reading.text: reading.value for reading in panel.card.readings}
    for track in demo_content.tracks:
        assert values[track.name] == f"{track.angles_deg[frame, 8]:.1f}°".replace("-", "−")
    assert values["floor"] == f"{demo_content.floor_deg[frame, 8]:.1f}°".replace("-", "−")
    assert panel.card.readings[1].more == f"±1σ {demo_content.floor_sigma_deg[frame, 8]:.1f}°"
    rest(qtbot, panel)
    assert panel.view.layers == layers
    qtbot.mouseMove(panel.view.viewport(), panel.grid.plot(0).values.rect.center().toPoint())
    assert not panel.card.isVisible()


def test_the_read_out_follows_what_is_shown_while_the_mouse_rests(qtbot, opened, demo_content):
    panel = opened(demo_content)
    hover(qtbot, panel, at(panel, 0, 1.0))
    panel.session.update(hidden=frozenset({"reference", "floor"}), plots=ERROR)
    assert [reading.text for reading in panel.card.readings] == [track.name for track in demo_content.tracks]
    assert panel.card.readings[0].value[0] in "+−"
    panel.session.seek(20)
    panel.zoom_time(6)
    frame = frame_read(panel)
    assert panel.grid.seconds.low <= frame / demo_content.fps <= panel.grid.seconds.high


def test_what_is_missing_is_read_as_a_dash_and_near_singular_is_said(qtbot, opened, demo_content):
    def change(angles):
        angles[100:140] = np.nan

    flags = demo_content.near_singular.copy()
    flags[90:150, 0] = True
    panel = opened(replace(with_reference(demo_content, change), near_singular=flags))
    hover(qtbot, panel, at(panel, 0, 120 / demo_content.fps))
    assert panel.card.readings[0].value == "–"
    assert "near-singular" in panel.card.note
    qtbot.mouseMove(panel.view.viewport(), at(panel, 1, 120 / demo_content.fps))
    assert panel.card.note == ""


def test_errors_are_read_with_their_sign(demo_content):
    series, entries = series_of(demo_content, 0, Quantity.ERROR), entries_of(demo_content, Quantity.ERROR)
    readings = readings_at(series, entries, 10, frozenset({FLOOR}), Quantity.ERROR)
    assert [reading.value for reading in readings] == [
        f"{track.error_deg[10, 0]:+.1f}°".replace("-", "−") for track in demo_content.tracks
    ]


# the rest


def test_the_theme_changes_everything(qtbot, opened, demo_content):
    panel = opened(demo_content)
    panel.show_theme(LIGHT)
    rest(qtbot, panel)
    shown = pixels(panel)
    box = panel.view.boxes[0]
    inside = shown[int(box.y()) + 3 : int(box.y() + box.height()) - 3, int(box.x()) + 3 : int(box.x()) + 100]
    assert (inside == rgb(LIGHT.base)).all(axis=2).mean() > 0.3
    assert not (shown == rgb(DARK.base)).all(axis=2).any()
    assert shown[1, 1].tolist() == rgb(LIGHT.window)


def test_without_a_clip_the_panel_says_so(qtbot, opened, demo_content):
    panel = opened(None)
    assert (panel.view.boxes, panel.legend.buttons) == ((), ())
    panel.show_frame(5)
    panel.zoom_time(2)
    panel.reset_zoom()
    panel.session.show_content(demo_content)
    assert len(panel.view.boxes) == 12
    panel.session.show_content(None)
    rest(qtbot, panel)
    assert panel.view.boxes == ()
    assert not panel.grid.plot(0).box.isVisible()


@pytest.mark.parametrize(
    ("size", "columns"), [((1000, 560), 4), ((420, 900), 2), ((2400, 300), 6), ((512, 330), 4), ((410, 250), 4)]
)
def test_left_and_right_stand_side_by_side_at_every_size(size, columns):
    sides = [(kind, side) for kind in "abcdef" for side in "lr"]
    assert is_paired(sides)
    assert columns_for(12, QSizeF(*size), True, MEASURES) == columns


def test_angles_of_one_side_need_no_even_columns():
    assert not is_paired([("a", "l"), ("b", "l"), ("c", "l")])
    assert is_paired([("a", "l"), ("a", "r"), ("b", "l")])
    assert columns_for(3, QSizeF(1200, 300), False, MEASURES) == 3
    assert columns_for(1, QSizeF(1200, 300), False, MEASURES) == 1


def test_rows_are_not_squeezed_to_make_plots_wider():
    """Narrow plots get fewer columns where the rows have room, as in a dock along the side, and else not."""
    assert columns_for(12, QSizeF(380, 700), True, MEASURES) == 2
    assert columns_for(12, QSizeF(380, 250), True, MEASURES) == 4


def test_narrow_plots_share_the_numbers_of_their_pair():
    sides = [(kind, side) for kind in "abcdef" for side in "lr"]
    followers = followers_of(sides)
    assert followers == frozenset(range(1, 12, 2))
    narrow = arrange(12, 4, QSizeF(512, 330), MEASURES, followers)
    assert [cell.value_axis is None for cell in narrow[:4]] == [False, True, False, True]
    alone = arrange(12, 4, QSizeF(512, 330), MEASURES)
    assert narrow[0].plot.width() - alone[0].plot.width() == pytest.approx(18, abs=1)
    assert all(cell.value_axis is not None for cell in alone)
    assert all(cell.value_axis is not None for cell in arrange(12, 4, QSizeF(900, 500), MEASURES, followers))
    for a, b in pairwise(narrow[:4]):
        assert b.plot.left() - a.plot.right() >= 2 * MEASURES.gap
        assert a.head.right() <= b.head.left()


def test_plots_are_as_large_as_one_another_and_the_lowest_have_time():
    cells = arrange(5, 2, QSizeF(801, 433), Measures(head=20, value_axis=40, time_axis=20))
    assert [cell.time_axis is not None for cell in cells] == [False, False, False, True, True]
    assert max(cell.plot.width() for cell in cells) - min(cell.plot.width() for cell in cells) <= 1
    assert max(cell.plot.height() for cell in cells) - min(cell.plot.height() for cell in cells) <= 7
    assert all(cell.plot.left() == int(cell.plot.left()) for cell in cells)
    assert not any(a.plot.intersects(b.head) for a in cells for b in cells if a is not b)
    assert max(cell.time_axis.bottom() for cell in cells if cell.time_axis is not None) <= 433


def test_titles_are_short_where_the_whole_ones_have_no_room(opened, demo_content):
    whole = opened(demo_content, size=(1100, 600))
    assert [whole.grid.plot(column).head.label for column in range(12)] == [a.title for a in demo_content.angles]
    panel = opened(demo_content, size=SMALL)
    labels = [panel.grid.plot(column).head.label for column in range(12)]
    assert labels[:6] == ["L hip flex", "R hip flex", "L hip add", "R hip add", "L shoulder flex", "R shoulder flex"]
    for column in range(12):
        head = panel.grid.plot(column).head
        assert head.text == demo_content.angles[column].title
        assert QFontMetricsF(head.font).horizontalAdvance(head.label) <= head.room.width()
    panel.resize(1100, 600)
    assert panel.grid.plot(5).head.label == "Right shoulder flexion"


def test_names_get_shorter_in_every_view_of_the_shoulder():
    for view in ShoulderView:
        for angle in angles_in(view):
            whole, short, shortest = names_of(angle)
            assert whole == angle.title
            assert len(shortest) <= len(short) < len(whole)
            assert short.startswith(angle.side.upper())


@pytest.mark.parametrize("size", [(640, 490), SMALL, (410, 320)])
@pytest.mark.parametrize("zoom", [1, 2, 12])
def test_every_axis_has_two_numbers_at_least_at_every_size_and_zoom(opened, demo_content, size, zoom):
    panel = opened(demo_content, View(frame=120), size=size)
    panel.zoom_time(zoom)
    for column in panel.grid.shown:
        plot = panel.grid.plot(column)
        (left, right), (bottom, top) = plot.box.viewRange()
        ticks = plot.seconds.ticks(left, right, plot.box.width())
        assert len(ticks.values) >= 2
        assert len(set(plot.seconds.labels(ticks))) == len(ticks.values)
        assert len(plot.values.ticks(bottom, top, plot.box.height()).values) >= 2
