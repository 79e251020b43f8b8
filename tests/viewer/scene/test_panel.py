"""The panel on a screen, by OpenGL and by the painter: what is seen of clip and view, and where OpenGL fails."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

from core.metrics.alignment import Alignment
from core.skeleton import JOINTS
from tests.viewer.conftest import content_of
from tests.viewer.scene.shown import BY_PAINTER, FRAME, PLAIN, alone, joint_pixels, rgb255, with_missing
from viewer.scene import opengl_problem
from viewer.scene.colour_bar import ColourBar
from viewer.scene.legend import Legend
from viewer.scene.opengl import NO_OPENGL
from viewer.scene.surface import PaintedSurface
from viewer.theme import DARK, LIGHT
from viewer.view import Colouring, Layout, SceneView, View, Viewpoint
from viewer.wording import ALIGNED, POSITION_ERROR

WAYS = pytest.mark.parametrize("reason", [None, BY_PAINTER], ids=["opengl", "painter"])


def test_opengl_works_on_the_tests_screen(show, demo_content):
    assert opengl_problem() is None
    shown = show(demo_content)
    shown.picture()
    assert shown.panel.reason_for_2d == ""
    assert "2D" not in shown.panel.caption and "OpenGL" in shown.panel.about()


@WAYS
def test_joints_are_on_the_screen_where_the_projection_says_in_the_colour_of_the_source(show, demo_content, reason):
    track = demo_content.tracks[1]
    shown = show(demo_content, reason, alone(demo_content, track.name))
    off = np.abs(joint_pixels(shown, track) - rgb255(DARK.lifter(track.colour))).max(axis=1)
    # Some joints may lie behind another limb's rim.
    assert (off <= 3).sum() >= 14
    background = shown.pixel((5, shown.area.height() - 5))
    np.testing.assert_array_equal(background, rgb255(DARK.base))


def test_both_ways_give_the_same_picture(show, demo_content):
    view = View(frame=FRAME, scene=SceneView(trail_frames=25), joint=2)
    pictures = [show(demo_content, reason, view).picture() for reason in (None, BY_PAINTER)]
    off = np.abs(pictures[0] - pictures[1]).max(axis=2)
    assert (off > 60).mean() < 0.01
    assert (np.abs(pictures[0] - rgb255(DARK.base)).max(axis=2) > 60).mean() > 0.01


@WAYS
def test_position_errors_colour_the_joints_on_the_screen(show, demo_content, reason):
    track = demo_content.tracks[2]
    shown = show(demo_content, reason, alone(demo_content, track.name, replace(PLAIN, colouring=Colouring.POSITION)))
    scale = shown.area.stage.scale
    wanted = scale.colours(track.position_mm[FRAME])[:, :3] * 255
    assert (np.abs(joint_pixels(shown, track) - wanted).max(axis=1) <= 3).sum() >= 14
    assert shown.panel.bar.isVisible()
    larger = max(np.nanmax(each.position_mm) for each in demo_content.tracks) > scale.limit
    assert shown.panel.bar.labels[0] == "0"
    assert shown.panel.bar.labels[-1] == f"{'≥ ' if larger else ''}{scale.limit:g}"
    assert shown.panel.bar.heading == "position error, mm"


def with_lifters(content, n: int):
    tracks = (*content.tracks, *(replace(content.tracks[0], name=f"lifter {i}", colour=i) for i in range(3, n)))
    return replace(content, tracks=tracks[:n])


@pytest.mark.parametrize("n", [1, 3, 4, 5, 6])
@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("size", [(640, 560), (380, 800)])
def test_the_colour_bar_stands_where_nobody_stands(show, demo_content, n, layout, size):
    content = with_lifters(demo_content, n)
    shown = show(content, BY_PAINTER, View(frame=FRAME, scene=SceneView(colouring=Colouring.POSITION, layout=layout)))
    shown.panel.resize(*size)
    QApplication.processEvents()
    bar = QRectF(shown.panel.bar.geometry())
    assert shown.area.rect().contains(shown.panel.bar.geometry())
    assert not any(QRectF(*place).intersects(bar) for place in shown.area.cells)
    assert bar.width() > 100 or n == 5
    # The cells take what is left, and an empty cell costs nothing.
    low = max(top + height for _, top, _, height in shown.area.cells)
    assert low > shown.area.height() - bar.height() - 40
    shown.session.update_scene(colouring=Colouring.SOURCE)
    assert max(top + height for _, top, _, height in shown.area.cells) >= shown.area.height() - 3


def test_the_bar_has_a_swatch_for_missing_errors(show, demo_content):
    shown = show(demo_content, BY_PAINTER, View(scene=SceneView(colouring=Colouring.ANGLE)))
    image = shown.panel.bar.grab().toImage()
    found = {image.pixelColor(x, shown.panel.bar.fontMetrics().height() // 2).name() for x in range(image.width())}
    assert DARK.missing in found


@WAYS
def test_a_hidden_source_leaves_the_screen_and_comes_back(show, demo_content, reason):
    shown = show(demo_content, reason, View(frame=FRAME))
    before = shown.picture()
    shown.session.update(hidden=frozenset({demo_content.tracks[0].name}))
    without = shown.picture()
    gone = np.abs(before - without).max(axis=2) > 30
    assert 200 < gone.sum() < gone.size / 10
    shown.session.update(hidden=frozenset())
    np.testing.assert_array_equal(shown.picture(), before)
    shown.session.update(hidden=frozenset(t.name for t in demo_content.everyone))
    assert "all sources are hidden" in shown.panel.caption


@WAYS
def test_a_missing_joint_is_not_on_the_screen(show, demo_content, reason):
    track, wrist = demo_content.tracks[0], JOINTS.index("l_wrist")
    shown = show(with_missing(demo_content, track.name, FRAME, wrist), reason, alone(demo_content, track.name))
    at = shown.joint_px(track, wrist)
    np.testing.assert_array_equal(shown.pixel(at), rgb255(DARK.base))
    shown.session.show_content(demo_content)
    np.testing.assert_allclose(shown.pixel(at), rgb255(DARK.lifter(0)), atol=3)


def test_the_selected_joint_has_a_ring_on_the_screen(show, demo_content):
    track = demo_content.tracks[0]
    shown = show(demo_content, None, alone(demo_content, track.name))
    before = shown.picture()
    shown.session.update(joint=JOINTS.index("head"))
    after = shown.picture()
    changed = np.argwhere(np.abs(after - before).max(axis=2) > 40)
    x, y = shown.joint_px(track, JOINTS.index("head"))
    off = np.hypot(changed[:, 1] + 0.5 - x, changed[:, 0] + 0.5 - y)
    assert len(changed) > 20 and off.min() > 4 and off.max() < 14


@pytest.mark.parametrize("alignment", list(Alignment))
def test_the_caption_says_the_alignment_and_the_picture_shows_it(show, demo_job, alignment):
    content = content_of(demo_job, 0, alignment)
    shown = show(content, None, View(frame=FRAME, scene=SceneView(viewpoint=Viewpoint.FRONT)))
    said = f"{ALIGNED[alignment]}: {POSITION_ERROR[alignment]} · from the front · Z up · grid 0.5 m"
    assert shown.panel.caption == said and said in shown.panel.caption_tip
    for track in content.tracks:
        distance = np.linalg.norm(track.xyz_mm[FRAME] - content.reference.xyz_mm[FRAME], axis=1)
        np.testing.assert_allclose(distance, track.position_mm[FRAME], atol=0.05)


def test_without_a_reference_the_caption_says_that_there_are_no_errors(show, demo_content):
    lone = replace(demo_content, reference=None, tracks=demo_content.tracks[:1])
    shown = show(lone, None, View(scene=SceneView(colouring=Colouring.POSITION)))
    assert shown.panel.caption.startswith("no reference: placed on the floor · no errors to colour by")
    assert not shown.panel.bar.isVisible()
    assert "grid 0.5 m" in shown.panel.caption
    shown.session.show_content(replace(lone, metric=False))
    assert shown.panel.caption.endswith("scale unknown") and "grid" not in shown.panel.caption_tip


def test_what_the_caption_has_no_room_for_is_left_out_whole(show, demo_content):
    shown = show(demo_content, None, View(scene=SceneView(viewpoint=Viewpoint.CAMERA)))
    label, parts = shown.panel.findChild(QLabel, "caption"), shown.panel.caption.split(" · ")
    assert label.shown == shown.panel.caption
    for n in (3, 2, 1):
        wanted = " · ".join(parts[:n])
        label.resize(label.fontMetrics().horizontalAdvance(wanted) + 1, label.height())
        assert label.shown == wanted
    label.resize(60, label.height())
    assert label.shown.endswith("…") and len(label.shown) > 4 and parts[0].startswith(label.shown[:-1])


def test_the_legend_shows_who_is_who_as_it_is_drawn(show, demo_content):
    shown = show(demo_content, BY_PAINTER, View(frame=FRAME))
    (legend,) = shown.area.legends
    names = [track.name for track in demo_content.tracks]
    assert legend.texts == ("reference: left right", *names)  # whose joints they are the colours of
    ghost = shown.area.stage.cells[0][0]
    assert legend.rows[0].ghost and legend.rows[0].colour == QColor.fromRgbF(*ghost.fill[0].tolist())
    assert not any(row.ghost for row in legend.rows[1:])
    image = legend.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    drawn = {DARK.left, DARK.right, *(DARK.lifter(track.colour) for track in demo_content.tracks)}
    assert drawn <= colours and legend.rows[0].colour.name() in colours
    shown.session.update_scene(ghost=False, sides=False)
    assert legend.texts == ("reference", *names) and not legend.rows[0].ghost
    assert legend.rows[0].colour == QColor(DARK.reference)
    shown.session.update(hidden=frozenset(names[:2]))
    assert legend.texts == ("reference", names[2])


def test_long_names_are_cut_in_the_middle_and_keep_off_the_skeletons(show, demo_content):
    long = tuple(replace(track, name=f"a_lifter_with_a_very_long_name_{track.name}") for track in demo_content.tracks)
    shown = show(replace(demo_content, tracks=long), BY_PAINTER)
    (legend,) = shown.area.legends
    assert legend.width() < 0.4 * shown.area.width() and legend.rows[1].title == long[0].name


@WAYS
def test_another_theme_changes_the_whole_picture(show, demo_content, reason):
    shown = show(demo_content, reason, View(frame=FRAME))
    shown.panel.show_theme(LIGHT)
    np.testing.assert_array_equal(shown.pixel((5, shown.area.height() - 150)), rgb255(LIGHT.base))
    assert shown.area.legends[0].rows[1].colour == QColor(LIGHT.lifter(0))


def test_many_contents_and_layouts_add_no_widgets_and_no_buffers(show, demo_content, other_content):
    shown = show(demo_content, None, View(scene=SceneView(layout=Layout.GRID, trail_frames=40)))
    shown.picture()
    surface = shown.area.findChild(QWidget, "surface")
    batches, widgets = surface.n_batches, len(shown.panel.findChildren(QWidget))
    assert batches == 4  # three lifters and the empty place beside the third
    for i in range(50):
        shown.session.show_content((other_content, demo_content)[i % 2])
        shown.session.update_scene(layout=(Layout.OVERLAY, Layout.GRID)[i % 2])
        if i % 10 == 9:
            shown.picture()
    assert (surface.n_batches, len(shown.panel.findChildren(QWidget))) == (batches, widgets)


def test_many_changes_between_two_paints_are_drawn_once(show, demo_content, monkeypatch):
    shown = show(demo_content, BY_PAINTER)
    QApplication.processEvents()
    drawn = []
    paint = PaintedSurface.paintEvent
    monkeypatch.setattr(PaintedSurface, "paintEvent", lambda self, event: (drawn.append(1), paint(self, event))[1])
    for frame in range(1, 40):
        shown.session.seek(frame)
    QApplication.processEvents()
    assert len(drawn) == 1


def test_legend_and_colour_bar_are_painted_once_for_many_frames(show, demo_content, monkeypatch):
    shown = show(demo_content, None, View(scene=SceneView(colouring=Colouring.POSITION)))
    before = shown.panel.bar.grab().toImage(), shown.area.legends[0].grab().toImage()
    painted = []
    for kind in (Legend, ColourBar):
        paint = kind.paint
        monkeypatch.setattr(kind, "paint", lambda self, painter, paint=paint: (painted.append(1), paint(self, painter)))
    for frame in range(1, 6):
        shown.session.seek(frame)
        QApplication.processEvents()
    assert not painted
    assert before == (shown.panel.bar.grab().toImage(), shown.area.legends[0].grab().toImage())
    shown.panel.show_theme(LIGHT)
    QApplication.processEvents()
    assert len(painted) == 2
    assert before[0] != shown.panel.bar.grab().toImage() and before[1] != shown.area.legends[0].grab().toImage()


def test_moved_to_another_window_it_draws_again(qtbot, show, demo_content):
    track = demo_content.tracks[1]
    shown = show(demo_content, None, alone(demo_content, track.name))
    shown.picture()
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(700, 600)
    window.setCentralWidget(shown.panel)
    with qtbot.waitExposed(window):
        window.show()
    QTest.qWait(50)
    off = np.abs(joint_pixels(shown, track) - rgb255(DARK.lifter(track.colour))).max(axis=1)
    assert shown.panel.reason_for_2d == "" and (off <= 3).sum() >= 14


def test_the_snapshot_is_as_large_as_the_panel(show, demo_content):
    shown = show(demo_content)
    image = shown.panel.snapshot()
    assert (image.width(), image.height()) == (shown.panel.width(), shown.panel.height())


def test_opengl_can_be_refused_by_the_environment(monkeypatch, show, demo_content):
    monkeypatch.setenv(NO_OPENGL, "1")
    reason = opengl_problem()
    assert NO_OPENGL in reason
    shown = show(demo_content, reason)
    assert shown.panel.caption.startswith("2D: no OpenGL (") and NO_OPENGL in shown.panel.caption
    assert shown.panel.reason_for_2d == reason and NO_OPENGL in shown.panel.about()
    monkeypatch.setenv(NO_OPENGL, "0")
    assert opengl_problem() is None


@pytest.mark.parametrize("where", ["GLSurface.start", "_Batch.draw"])
def test_opengl_that_fails_is_replaced_and_said(monkeypatch, show, demo_content, where):
    from viewer.scene import gl

    def fail(*_args: object) -> None:
        raise RuntimeError("the driver said no")

    owner, name = where.split(".")
    monkeypatch.setattr(getattr(gl, owner), name, fail)
    track = demo_content.tracks[1]
    shown = show(demo_content, None, alone(demo_content, track.name))
    shown.qtbot.waitUntil(lambda: shown.panel.reason_for_2d != "", timeout=2000)
    assert "the driver said no" in shown.panel.caption
    off = np.abs(joint_pixels(shown, track) - rgb255(DARK.lifter(track.colour))).max(axis=1)
    assert (off <= 3).sum() >= 14
