"""Lines, ranges, axes and the view that paints its plots once: numbers against numbers, and real pixels."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from viewer.plotting import (
    CachedPlotView,
    DegreeAxis,
    Range,
    ScrubView,
    SecondsAxis,
    Ticks,
    breaks_of,
    is_dense,
    outlines,
    polyline,
    runs_of,
)

NAN = np.nan


def series(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def segments(line) -> list[tuple[float, float]]:
    """Pairs of frames that are connected."""
    return [(a, b) for a, b, on in zip(line.frames[:-1], line.frames[1:], line.joined[:-1], strict=True) if on]


def test_a_line_breaks_at_gaps_and_only_at_the_seam_if_it_wraps():
    values = series(170, 179, -179, -170, NAN, NAN, -160)
    assert breaks_of(values).tolist() == [4, 6]
    assert breaks_of(values, wraps=True).tolist() == [2, 4, 6]


def test_runs_are_first_and_last_frames():
    flags = np.array([1, 0, 0, 1, 1, 0, 1], bool)
    assert runs_of(flags).tolist() == [[0, 0], [3, 4], [6, 6]]
    assert runs_of(np.zeros(4, bool)).shape == (0, 2)
    assert runs_of(np.ones(4, bool)).tolist() == [[0, 3]]


def test_few_samples_are_drawn_as_they_are():
    values = series(1, 2, NAN, 4, 5, 6)
    line = polyline(values, breaks_of(values), 0, 6, 100)
    assert line.frames.tolist() == [0, 1, 3, 4, 5]
    assert line.values.tolist() == [1, 2, 4, 5, 6]
    assert segments(line) == [(0, 1), (3, 4), (4, 5)]


@pytest.mark.parametrize(("values", "at"), [((NAN, 3, NAN), 1), ((3, NAN, NAN), 0), ((NAN, NAN, 3), 2)])
def test_a_sample_alone_is_a_short_dash_about_its_frame(values, at):
    line = polyline(series(*values), breaks_of(series(*values)), 0, 3, 100)
    assert segments(line) == [(at - 0.25, at + 0.25)]
    assert line.values.tolist() == [3, 3]


def test_a_dense_line_keeps_every_extreme():
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, 21_000).astype(np.float32)
    values[12_345] = 99
    line = polyline(values, breaks_of(values), 0, len(values), 300)
    assert len(line.frames) == 600
    assert line.joined[:-1].all()
    columns = np.array_split(values, 300)
    drawn = line.values.reshape(300, 2)
    assert drawn.max(axis=1).tolist() == [column.max() for column in columns]
    assert drawn.min(axis=1).tolist() == [column.min() for column in columns]


def test_a_dense_line_follows_its_direction():
    values = np.concatenate([np.arange(1000), np.arange(1000)[::-1]]).astype(np.float32)
    line = polyline(values, breaks_of(values), 0, 2000, 10)
    assert np.all(np.diff(line.values[:10]) >= 0)
    assert np.all(np.diff(line.values[10:]) <= 0)


def test_a_dense_line_keeps_its_gaps_and_never_crosses_the_seam():
    values = (((np.arange(10_000) * 1.5) + 180) % 360 - 180).astype(np.float32)
    values[4000:5000] = NAN
    line = polyline(values, breaks_of(values, wraps=True), 0, len(values), 100)
    connected = np.abs(np.diff(line.values))[line.joined[:-1]]
    assert connected.max() < 180
    assert not np.any((line.frames >= 4000) & (line.frames < 5000))
    assert all(not (a < 4000 and b >= 5000) for a, b in segments(line))
    assert line.values.max() == np.nanmax(values)


def test_one_missing_frame_breaks_a_dense_line():
    values = np.zeros(10_000, np.float32)
    values[5000] = NAN
    line = polyline(values, breaks_of(values), 0, len(values), 100)
    assert (~line.joined[:-1]).sum() == 1


def test_a_part_of_a_line_is_drawn_from_its_frames_alone():
    values = np.arange(100_000, dtype=np.float32)
    line = polyline(values, breaks_of(values), 70_000, 70_050, 400)
    assert line.frames.tolist() == list(range(70_000, 70_050))
    assert line.values.tolist() == list(range(70_000, 70_050))


@pytest.mark.parametrize("columns", [100, 2])
def test_a_band_is_cut_at_gaps(columns):
    low = np.arange(12, dtype=np.float32)
    low[5:7] = NAN
    found = outlines(low, low + 2, breaks_of(low), 0, 12, columns)
    assert len(found) == 2
    assert is_dense(12, columns) is (columns == 2)
    assert found[0].low.min() == 0
    assert found[0].high.max() == 6
    assert found[1].low.min() == 7
    assert found[1].high.max() == 13
    assert all(len(part.frames) >= 2 for part in found)


def test_one_sample_of_a_band_is_as_wide_as_a_frame():
    low = series(NAN, 3, NAN)
    (part,) = outlines(low, low + 1, breaks_of(low), 0, 3, 100)
    assert part.frames.tolist() == [0.5, 1.5]
    assert part.high.tolist() == [4, 4]


def test_zooming_keeps_the_place_under_the_mouse():
    whole = Range.whole(0, 100, 2)
    zoomed = whole.zoomed(4, 25)
    assert zoomed.width == 25
    assert (25 - zoomed.low) / zoomed.width == pytest.approx(0.25)
    assert zoomed.zoomed(1000, 25).width == 2
    assert zoomed.zoomed(0.01, 25) == whole
    assert zoomed.opened() == whole


def test_panning_stops_at_the_ends():
    part = Range.whole(0, 100, 2).zoomed(4, 0)
    assert (part.moved(-5).low, part.moved(1000).high) == (0, 100)
    assert part.moved(10).low == 10


def test_the_next_page_shows_the_value_near_its_beginning():
    part = Range.whole(0, 100, 1).zoomed(10, 0)
    assert part.showing(5) is part
    page = part.showing(30)
    assert (page.low, page.high) == pytest.approx((29, 39))
    assert page.showing(20).high == pytest.approx(21)
    assert page.showing(3).low == 0


def test_a_line_without_gaps_is_all_its_samples_and_a_missing_one_none():
    values = series(1, 2, 3, NAN, NAN, 4, 5)
    breaks = breaks_of(values)
    for first, last, expected in ((0, 3, [1, 2, 3]), (5, 7, [4, 5]), (3, 5, [])):
        line = polyline(values, breaks, first, last, 100)
        assert line.values.tolist() == expected
        assert line.frames.tolist() == list(range(first, first + len(expected)))
        assert segments(line) == list(zip(line.frames[:-1], line.frames[1:], strict=True))


@pytest.mark.usefixtures("qapp")
def test_axes_count_in_steps_of_people_and_name_their_unit():
    degrees, seconds = DegreeAxis(), SecondsAxis()
    ticks = degrees.ticks(-100, 100, 150)
    assert ticks == (45.0, [-90, -45, 0, 45, 90])
    assert degrees.labels(ticks) == ["−90°", "−45°", "0°", "45°", "90°"]
    ticks = seconds.ticks(0.1, 2.1, 220)
    assert ticks == (0.5, [0.5, 1.0, 1.5, 2.0])
    assert seconds.labels(ticks)[0] == "0.5 s"
    assert seconds.labels(Ticks(0.05, [1.25])) == ["1.25 s"]
    assert seconds.labels(Ticks(30.0, [60.0])) == ["60 s"]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("size", [48, 60, 75, 110, 300])
def test_an_axis_has_two_numbers_apart_from_one_another_wherever_they_have_room(size):
    degrees, seconds = DegreeAxis(), SecondsAxis()
    rng = np.random.default_rng(size)
    for low, width in zip(rng.uniform(-150, 150, 300), 10 ** rng.uniform(0, 2.5, 300), strict=True):
        ticks = degrees.ticks(low, low + width, size)
        apart = np.diff(ticks.values) * size / width
        assert len(apart)
        assert apart.min() >= degrees.least_px
    for low, width in zip(rng.uniform(0, 500, 300), 10 ** rng.uniform(-1, 3, 300), strict=True):
        ticks = seconds.ticks(low, low + width, max(size, 70))
        apart = np.diff(ticks.values) * max(size, 70) / width
        assert len(apart)
        assert apart.min() >= seconds.least_px - 1e-6
        assert len(set(seconds.labels(ticks))) == len(ticks.values)


@pytest.mark.usefixtures("qapp")
def test_numbers_at_the_ends_of_an_axis_move_inward_and_none_touch():
    axis = SecondsAxis()
    axis.show_colour(QColor("white"))
    axis.place(QRectF(20, 2, 60, 20), QFont())
    axis.show_range(0.0, 2.0)
    image = QImage(100, 30, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    axis.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    data = np.frombuffer(image.constBits(), np.uint8).reshape(30, image.bytesPerLine() // 4, 4)[:, :100, 0]
    inked = np.flatnonzero(data.max(axis=0) > 60)
    assert inked.min() >= 20 - 4
    assert inked.max() < 80 + 4
    assert np.diff(inked).max() >= 4


class TwoPlots:
    """A view with two plots beside each other, each with a line."""

    def __init__(self, view: CachedPlotView) -> None:
        self.view = view
        self.boxes = [pg.ViewBox(enableMouse=False, enableMenu=False) for _ in range(2)]
        for i, box in enumerate(self.boxes):
            view.scene().addItem(box)
            box.setGeometry(QRectF(10 + 200 * i, 10, 180, 100))
            box.addItem(pg.PlotCurveItem(np.arange(11.0), np.arange(11.0), pen="r"))
            box.setRange(xRange=(0, 10), yRange=(0, 10), padding=0)
        view.set_colours("#000000", {"cursor": "#ffffff"})


@pytest.fixture
def plots(qtbot):
    view = ScrubView()
    qtbot.addWidget(view)
    view.resize(400, 120)
    found = TwoPlots(view)
    view.set_plots(found.boxes, [QRectF(10, 0, 180, 10), QRectF(210, 0, 180, 10)])
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: view.layers > 0)
    settle(qtbot, view)
    return found


def settle(qtbot, view: CachedPlotView) -> None:
    """Until nothing is painted any more."""
    for _ in range(20):
        before = view.paints
        qtbot.wait(15)
        if view.paints == before:
            return
    pytest.fail("the view never rests")


def pixels(view: CachedPlotView) -> np.ndarray:
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), :3].copy()


def test_a_mark_is_on_the_pixel_of_its_value_in_every_plot(plots):
    plots.view.set_mark("cursor", 5.0)
    white = np.flatnonzero((pixels(plots.view)[50] == 255).all(axis=1))
    assert white.tolist() == [10 + 90, 210 + 90]


def test_only_the_strips_differ_when_a_mark_moves_and_the_picture_stays(qtbot, plots):
    view = plots.view
    view.set_mark("cursor", 2.0)
    settle(qtbot, view)
    before, layers, paints = pixels(view), view.layers, view.paints
    view.set_mark("cursor", 7.0)
    qtbot.waitUntil(lambda: view.paints > paints)
    changed = np.flatnonzero((pixels(view) != before).any(axis=(0, 2)))
    assert changed.tolist() == [10 + 36, 10 + 126, 210 + 36, 210 + 126]
    assert view.layers == layers


def test_a_mark_that_stays_paints_nothing_and_can_be_taken_away(qtbot, plots):
    view = plots.view
    empty = pixels(view)
    view.set_mark("cursor", 2.0)
    settle(qtbot, view)
    paints = view.paints
    view.set_mark("cursor", 2.0)
    qtbot.wait(30)
    assert view.paints == paints
    view.set_mark("cursor", None)
    settle(qtbot, view)
    assert np.array_equal(pixels(view), empty)


def test_a_mark_outside_of_the_range_is_not_drawn(plots):
    empty = pixels(plots.view)
    plots.view.set_mark("cursor", 10.5)
    assert np.array_equal(pixels(plots.view), empty)


def test_a_change_of_the_scene_paints_the_picture_once(qtbot, plots):
    view, layers = plots.view, plots.view.layers
    for box in plots.boxes:
        box.setRange(xRange=(0, 5), padding=0)
    view.scene().prepareForPaint()
    qtbot.waitUntil(lambda: view.layers > layers)
    settle(qtbot, view)
    assert view.layers == layers + 1
    view.set_mark("cursor", 2.5)
    assert (pixels(view)[50, 100] == 255).all()


class Patch:
    """An overlay: a green rectangle."""

    def __init__(self, rect: QRectF) -> None:
        self.rect, self.paints = rect, 0

    def boundingRect(self) -> QRectF:  # noqa: N802
        return self.rect

    def paint(self, painter: QPainter) -> None:
        self.paints += 1
        painter.fillRect(self.rect, QColor(0, 255, 0))


def test_an_overlay_is_between_picture_and_marks_and_moves_without_the_picture(qtbot, plots):
    view, patch = plots.view, Patch(QRectF(90, 40, 30, 20))
    bare = pixels(view)
    view.set_overlays([patch])
    view.set_mark("cursor", 5.0)
    settle(qtbot, view)
    layers = view.layers
    shown = pixels(view)
    assert shown[50, 95].tolist() == [0, 255, 0]
    assert (shown[50, 100] == 255).all()
    patch.rect = QRectF(150, 40, 30, 20)
    view.refresh(patch)
    settle(qtbot, view)
    moved = pixels(view)
    assert view.layers == layers
    assert moved[50, 155].tolist() == [0, 255, 0]
    assert np.array_equal(moved[:, 91:99], bare[:, 91:99])
    painted = patch.paints
    view.set_mark("cursor", 6.0)  # far from the overlay in both plots
    settle(qtbot, view)
    assert patch.paints == painted


def test_resizing_paints_the_picture_once(qtbot, plots):
    view, layers = plots.view, plots.view.layers
    with qtbot.waitSignal(view.resized):
        view.resize(420, 130)
    settle(qtbot, view)
    assert view.layers == layers + 1


def test_places_are_data_and_back(plots):
    view = plots.view
    assert view.box_at(QPointF(100, 50)) == 0
    assert view.box_at(QPointF(300, 50)) == 1
    assert view.box_at(QPointF(200, 50)) is None
    assert view.value_at(1, QPointF(300, 60)) == pytest.approx((5.0, 5.0))
    assert view.value_at(0, QPointF(1, 10)) == pytest.approx((-0.5, 10.0))


def wheel(view: ScrubView, at: QPoint, steps: QPoint, keys=Qt.KeyboardModifier.NoModifier) -> QWheelEvent:
    event = QWheelEvent(QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), steps, Qt.MouseButton.NoButton, keys,
                        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    view.wheelEvent(event)
    return event


def test_a_press_picks_and_a_drag_scrubs_beyond_the_plot_too(qtbot, plots):
    view, said = plots.view, []
    view.picked.connect(lambda plot, x: said.append(("picked", plot, round(x, 2))))
    view.scrubbed.connect(lambda x: said.append(("scrubbed", round(x, 2))))
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(port, left, pos=QPoint(210 + 18, 50))
    qtbot.mouseMove(port, QPoint(210 + 90, 50))
    qtbot.mouseMove(port, QPoint(210 - 18, 50))
    qtbot.mouseRelease(port, left, pos=QPoint(210 - 18, 50))
    qtbot.mouseMove(port, QPoint(300, 50))
    assert said == [("picked", 1, 1.0), ("scrubbed", 5.0), ("scrubbed", -1.0)]


def test_the_wheel_zooms_time_and_with_shift_values(plots):
    view, said = plots.view, []
    view.time_zoomed.connect(lambda factor, x: said.append((factor > 1, round(x, 2))))
    view.values_zoomed.connect(lambda plot, factor, y: said.append((plot, factor > 1, round(y, 2))))
    view.panned.connect(lambda plot, x, y: said.append(("panned", plot, round(x, 2), y)))
    assert wheel(view, QPoint(100, 35), QPoint(0, 120)).isAccepted()
    wheel(view, QPoint(100, 35), QPoint(0, -120))
    wheel(view, QPoint(300, 35), QPoint(0, 120), Qt.KeyboardModifier.ShiftModifier)
    wheel(view, QPoint(300, 35), QPoint(-36, 0))
    assert said == [(True, 5.0), (False, 5.0), (1, True, 7.5), ("panned", 1, 1.0, 0.0)]
    assert not wheel(view, QPoint(200, 50), QPoint(0, 120)).isAccepted()


def test_the_middle_button_pans_and_the_right_one_zooms_values(qtbot, plots):
    view, said = plots.view, []
    view.panned.connect(lambda plot, x, y: said.append((plot, round(x, 2), round(y, 2))))
    view.values_zoomed.connect(lambda plot, factor, y: said.append((plot, factor > 1, round(y, 2))))
    port = view.viewport()
    qtbot.mousePress(port, Qt.MouseButton.MiddleButton, pos=QPoint(100, 50))
    qtbot.mouseMove(port, QPoint(118, 60))
    qtbot.mouseRelease(port, Qt.MouseButton.MiddleButton, pos=QPoint(118, 60))
    qtbot.mousePress(port, Qt.MouseButton.RightButton, pos=QPoint(100, 60))
    qtbot.mouseMove(port, QPoint(100, 50))
    qtbot.mouseRelease(port, Qt.MouseButton.RightButton, pos=QPoint(100, 50))
    assert said == [(0, -1.0, 1.0), (0, True, 5.0)]


def test_heads_can_be_clicked_and_double_clicks_tell_where(qtbot, plots):
    view, said = plots.view, []
    view.head_clicked.connect(lambda plot: said.append(("head", plot)))
    view.activated.connect(lambda plot: said.append(("activated", plot)))
    view.reset_asked.connect(lambda: said.append("reset"))
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseClick(port, left, pos=QPoint(250, 5))
    for place in (QPoint(250, 5), QPoint(50, 50), QPoint(200, 115)):
        qtbot.mouseDClick(port, left, pos=place)
    assert [each for each in said if each != ("head", 1)] == [("activated", 1), ("activated", 0), "reset"]
    assert ("head", 1) in said


def test_hovering_tells_the_plot_and_leaving_ends_it(qtbot, plots):
    view, said = plots.view, []
    view.hovered.connect(lambda plot, x, _: said.append((plot, round(x, 2))))
    view.left.connect(lambda: said.append("left"))
    qtbot.mouseMove(view.viewport(), QPoint(300, 50))
    qtbot.mouseMove(view.viewport(), QPoint(200, 50))
    assert said == [(1, 5.0), "left"]


def test_keys_are_left_to_the_window(qtbot):
    class Window(QWidget):
        heard: Qt.Key | None = None

        def keyPressEvent(self, event):  # noqa: N802
            self.heard = event.key()

    window = Window()
    qtbot.addWidget(window)
    view = ScrubView(window)
    window.show()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert window.heard == Qt.Key.Key_Right
