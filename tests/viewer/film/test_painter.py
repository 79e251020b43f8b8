"""What a film shows: the window's eye, what moves and what stays, every layout and size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from core.estimators import estimator_named
from core.evaluation import EvaluationOptions
from core.records import Axes, Poses
from tests.viewer.film.films import film, rgb
from viewer.content import Identity, lone_content
from viewer.film import letters, plot_part, scene_part, words
from viewer.film.film import TURN_DEG_PER_S, Flight
from viewer.film.options import SIZES, FilmLayout
from viewer.film.painter import FilmPainter
from viewer.scene.surface import PaintedSurface
from viewer.theme import DARK, LIGHT
from viewer.view import Colouring, Layout, SceneView, View, Viewpoint
from viewer.whatif.costs import costs_at
from viewer.whatif.slopes import slopes_on_screen


def test_the_eye_goes_as_that_of_the_window(qtbot, window):
    area, content = window.scene.area, window.session.content
    for viewpoint in (Viewpoint.FREE, Viewpoint.CAMERA):
        window.session.update_scene(viewpoint=viewpoint)
        window.session.seek(30)
        made = film(content, 0, 239, window.session.view)
        flight = Flight(replace(made, eye=area.eye))
        for index in (0, 15, 60, 119):
            window.session.seek(made.timing.frames[index])
            for ours, theirs in zip(_numbers(flight.eye(index)), _numbers(area.eye), strict=True):
                assert ours == pytest.approx(theirs, abs=1e-6)


def _numbers(eye):
    return (*eye.centre_mm, *eye.shift_mm, eye.azimuth_deg, eye.elevation_deg, eye.distance_mm, eye.height_mm)


def test_a_turning_view_turns_in_the_time_of_the_film(demo_content):
    made = film(demo_content, turning=True, speed=0.5)  # 120 frames a second: 60 in the film
    flight = Flight(made)
    turned = (flight.eye(60).azimuth_deg - flight.eye(0).azimuth_deg) % 360
    assert turned == pytest.approx(TURN_DEG_PER_S)
    camera = film(demo_content, turning=True, view=View(clip=demo_content.name, scene=replace(
        made.view.scene, viewpoint=Viewpoint.CAMERA)))  # fmt: skip
    assert camera.eye.fixed and not Flight(camera).eye(5).fixed


def test_the_skeletons_are_those_of_the_window(qtbot, window):
    """The cell of the scene beside the picture that the window's own painter makes with the same eye and size."""
    area = window.scene.area
    window.session.update_scene(trail_frames=30, arcs=False)  # whose card is a widget in the window
    window.session.seek(80)
    made = replace(film(window.session.content, view=window.session.view, size=(1280, 720)), eye=area.eye)
    painter = FilmPainter(made)
    rect = painter._place.scene.toRect()
    area.setFixedSize(rect.size())
    qtbot.waitUntil(lambda: area.size() == rect.size() and area.cells[0][2:] == (rect.width(), rect.height()))
    surface = PaintedSurface(area.picture)
    surface.resize(rect.size())
    image = surface.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    theirs = np.array(image.bits()).reshape(image.height(), image.width(), 4)[..., :3]
    ours = painter.pixels(40)[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1, :3]
    bottom = slice(ours.shape[0] // 4, None)  # below the names
    assert ours.shape == theirs.shape
    assert len(np.unique(ours[bottom].reshape(-1, 3), axis=0)) > 100
    assert np.mean(np.abs(ours[bottom].astype(int) - theirs[bottom]) > 40) < 0.002
    surface.deleteLater()


def test_only_what_moves_is_painted_again(demo_content):
    painter = FilmPainter(film(demo_content, size=(1280, 720)))
    one, other = painter.pixels(10).copy(), painter.pixels(90).copy()
    changed = (one != other).any(axis=2)
    place = painter._place
    still = np.ones(changed.shape, bool)
    for rect in (place.scene, place.strip, place.head, *(plot.rect.adjusted(-4, -4, 4, 4) for plot in place.plots)):
        still[round(rect.top()) : round(rect.bottom()), max(round(rect.left()), 0) : round(rect.right())] = False
    assert changed.any() and not changed[still].any()
    np.testing.assert_array_equal(painter.pixels(10), one)  # whatever was painted before


def test_the_cursor_stands_at_the_frame(demo_content):
    made = film(demo_content, 20, 219, size=(1280, 720))
    painter = FilmPainter(made)
    rect = painter._place.plots[0].rect
    row = rgb(painter.pixels(25))[round(rect.top()) + 2]  # frame 70: every second one
    bright = np.flatnonzero(row[round(rect.left()) + 2 : round(rect.right()) - 2].min(axis=1) > 180)
    at = (bright.mean() + 2.5) / rect.width() * 200 + 20 - 0.5
    assert at == pytest.approx(70, abs=0.6)


@pytest.mark.parametrize("layout", FilmLayout)
@pytest.mark.parametrize("size", SIZES)
def test_every_layout_fits_every_size(demo_content, layout, size):
    painter = FilmPainter(film(demo_content, layout=layout, size=size))
    place = painter._place
    assert painter.pixels(3).shape == (size[1], size[0], 4)
    rects = [place.head, place.scene, *(plot.rect for plot in place.plots), place.strip, place.foot]
    assert len(place.plots) == {FilmLayout.SCENE: 0, FilmLayout.ANGLE: 2, FilmLayout.TWELVE: 12}[layout]
    for i, rect in enumerate(rects):
        assert rect.width() > 100 and rect.height() > 12, rect
        assert rect.left() >= 0 and rect.right() <= place.width + 0.01 and rect.bottom() <= place.height + 0.01
        for other in rects[:i]:
            assert not rect.adjusted(1, 1, -1, -1).intersects(other.adjusted(1, 1, -1, -1))


def written_in(paint, monkeypatch):
    """What is written in letters while something is painted, with the places."""
    found = []

    def write(painter, rect, text, *args, **options):
        found.append((text, QRectF(rect)))
        letters.write(painter, rect, text, *args, **options)

    for part in (plot_part, scene_part, words):
        monkeypatch.setattr(part, "write", write)
    paint()
    return found


def test_a_film_names_clip_angle_and_frame(demo_content, monkeypatch):
    made = film(demo_content, 0, 99, layout=FilmLayout.SCENE, size=(800, 450))
    said = [text for text, _ in written_in(lambda: FilmPainter(made).pixels(20), monkeypatch)]
    assert {demo_content.name, "Right knee flexion", "frame 40 of 0–239", "0.333 s", "reference"} <= set(said)
    assert not any(track.name in said for track in demo_content.tracks)  # beside their strips, written elsewhere


def test_cells_side_by_side_name_their_lifters(demo_content, monkeypatch):
    view = View(clip=demo_content.name, scene=SceneView(layout=Layout.GRID))
    made = film(demo_content, 0, 9, view=view, size=(1280, 720))
    said = [text for text, _ in written_in(lambda: FilmPainter(made).pixels(0), monkeypatch)]
    assert all(said.count(track.name) == 1 for track in demo_content.tracks)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", FilmLayout)
def test_names_stand_beside_the_heads(demo_content, monkeypatch, layout, size):
    """No name over a joint of anybody, in the films that show few pixels too."""
    painter = FilmPainter(film(demo_content, layout=layout, size=size))
    part, place = painter._scene, painter._place.scene
    names = [rect for text, rect in written_in(lambda: part.prepare(1.0), monkeypatch) if text == "reference"]
    reach = QRectF(names[0].left(), names[0].top(), letters.width_px("reference", letters.USUAL_PX), names[0].height())
    for index in (0, 40, 110):
        eye, frame = part._flight.eye(index), part._timing.frames[index]
        joints, _ = part._stage.joints_px(0, frame, eye, (place.width(), place.height()))
        assert not any(reach.contains(QPointF(*joint)) for joint in joints.reshape(-1, 2).tolist())


@pytest.mark.parametrize("layout", [FilmLayout.ANGLE, FilmLayout.TWELVE])
@pytest.mark.parametrize("size", SIZES)
def test_every_axis_has_two_numbers_at_least(demo_content, layout, size):
    for angle in (0, 3, 6):
        view = View(clip=demo_content.name, angle=angle)
        for plot in FilmPainter(film(demo_content, 30, 60, view=view, layout=layout, size=size))._plots:
            assert len(plot._degrees()) > 1
            assert len(plot_part.seconds_ticks(plot._film, plot._place.rect.width())) > 1


def test_arrows_on_screen_are_in_the_film(demo_content):
    """Of every frame those of the engine, in the colour of marks."""
    view = View(clip=demo_content.name, angle=11, scene=SceneView(arrows=True, arcs=False))
    lifter = demo_content.tracks[0].name
    slopes = slopes_on_screen(demo_content, view, lifter)
    made = film(demo_content, 0, 9, view=view, size=(1280, 720))
    costs = costs_at(demo_content, lifter, 4, 11, estimator_named("network", device="cpu"))
    np.testing.assert_allclose(slopes(4).vectors, costs.slopes, atol=1e-5)
    mark = np.array([int(DARK.mark[i : i + 2], 16) for i in (1, 3, 5)])
    with_arrows, without = (rgb(FilmPainter(replace(made, slopes=each)).pixels(2)).astype(int)
                            for each in (slopes, None))  # fmt: skip
    assert (np.abs(with_arrows - mark).max(axis=2) < 50).sum() > 50  # thin, so that edges are most of them
    assert not (np.abs(without - mark).max(axis=2) < 50).any()
    said = " ".join(words.foot_lines(replace(made, slopes=slopes), 2000.0))
    assert "arrows: where a joint would raise the angle most" in said
    assert "arrows" not in " ".join(words.foot_lines(made, 2000.0))
    assert slopes_on_screen(demo_content, View(clip=demo_content.name), lifter) is None


@pytest.mark.parametrize(("name", "theme"), [("dark", DARK), ("light", LIGHT)])
def test_the_theme_is_the_films_own(demo_content, name, theme):
    corner = rgb(FilmPainter(film(demo_content, theme=name)).pixels(0))[0, 0]
    assert "#{:02x}{:02x}{:02x}".format(*corner) == theme.window


def test_hidden_sources_are_in_no_part(demo_content):
    colours = [tuple(int(DARK.lifter(track.colour)[i : i + 2], 16) for i in (1, 3, 5)) for track in demo_content.tracks]
    hidden = View(clip=demo_content.name, hidden=frozenset({demo_content.tracks[0].name}))
    shown = rgb(FilmPainter(film(demo_content, size=(1280, 720))).pixels(40))
    without = rgb(FilmPainter(film(demo_content, view=hidden, size=(1280, 720))).pixels(40))
    assert (shown == colours[0]).all(axis=2).sum() > 300
    assert not (without == colours[0]).all(axis=2).any()
    assert (without == colours[1]).all(axis=2).sum() > 300


def test_side_by_side_and_colours_of_errors_are_as_the_view_says(demo_content):
    view = View(clip=demo_content.name)
    plain = FilmPainter(film(demo_content, view=view))
    cells = FilmPainter(film(demo_content, view=replace(view, scene=replace(view.scene, layout=Layout.GRID))))
    coloured = FilmPainter(film(demo_content, view=replace(view, scene=replace(
        view.scene, colouring=Colouring.POSITION))))  # fmt: skip
    assert [len(painter._scene._cells) for painter in (plain, cells, coloured)] == [1, 3, 1]
    assert coloured._scene._stage.scale.unit == "mm"
    assert (cells.pixels(5) != plain.pixels(5)).any() and (coloured.pixels(5) != plain.pixels(5)).any()


def test_what_was_edited_by_hand_is_said(demo_content):
    plain = FilmPainter(film(demo_content)).pixels(0)
    edited = FilmPainter(film(replace(demo_content, edited=frozenset({demo_content.tracks[0].name})))).pixels(0)
    warning = tuple(int(DARK.warning[i : i + 2], 16) for i in (1, 3, 5))
    head = slice(0, 30)
    assert (rgb(edited)[head] == warning).all(axis=2).any() and not (rgb(plain)[head] == warning).all(axis=2).any()


@pytest.mark.parametrize("layout", FilmLayout)
def test_poses_without_a_reference_and_with_gaps_make_a_film(layout):
    xyz = np.random.default_rng(5).normal(0, 300.0, (20, 17, 3)).astype(np.float32)
    xyz[:3] = np.nan
    xyz[9, 0] = np.nan
    poses = Poses(xyz, 25.0, Axes.WORLD_Z_UP)
    content = lone_content("lone", poses, Identity("lone", 0), estimator_named("geometry"), EvaluationOptions())
    painter = FilmPainter(film(content, layout=layout))
    pictures = [painter.pixels(index).copy() for index in (0, 9, 19)]
    assert (pictures[0] != pictures[2]).any()


def test_a_film_is_painted_on_any_thread(qtbot, demo_content):
    """The worker's picture is the one of the GUI thread, bit for bit."""
    from concurrent.futures import ThreadPoolExecutor

    made = film(demo_content)
    with ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(lambda: FilmPainter(made).pixels(30).copy()).result()
    np.testing.assert_array_equal(theirs, FilmPainter(made).pixels(30))
