"""The panel on a screen, by OpenGL and by the painter: what is seen of clip and view, and where OpenGL fails."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from core.metrics.alignment import Alignment
from core.skeleton import JOINTS
from tests.viewer.conftest import content_of
from tests.viewer.scene.shown import BY_PAINTER, FRAME, PLAIN, alone, joint_pixels, rgb255, with_missing
from viewer.scene import opengl_problem
from viewer.scene.opengl import NO_OPENGL
from viewer.scene.surface import PaintedSurface
from viewer.theme import DARK, LIGHT
from viewer.view import Colouring, Layout, SceneView, View

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
    # A joint or two may lie behind another limb's rim.
    assert (off <= 3).sum() >= 15
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
    assert shown.panel.bar.labels[0] == "0" and shown.panel.bar.labels[-1] == f"≥ {scale.limit:g} mm"


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


@pytest.mark.parametrize(
    ("alignment", "error"),
    [
        (Alignment.ROOT, "(MPJPE)"),
        (Alignment.SCALE, "N-MPJPE"),
        (Alignment.PROCRUSTES, "P-MPJPE"),
        (Alignment.NONE, "as given"),
    ],
)
def test_the_caption_says_the_alignment_and_the_picture_shows_it(show, demo_job, alignment, error):
    content = content_of(demo_job, 0, alignment)
    shown = show(content, BY_PAINTER, View(frame=FRAME))
    assert error in shown.panel.caption
    for track in content.tracks:
        distance = np.linalg.norm(track.xyz_mm[FRAME] - content.reference.xyz_mm[FRAME], axis=1)
        np.testing.assert_allclose(distance, track.position_mm[FRAME], atol=0.05)


def test_without_a_reference_the_caption_says_that_there_are_no_errors(show, demo_content):
    lone = replace(demo_content, reference=None, tracks=demo_content.tracks[:1])
    shown = show(lone, BY_PAINTER, View(scene=SceneView(colouring=Colouring.POSITION)))
    assert "no reference" in shown.panel.caption and "no errors to colour by" in shown.panel.caption
    assert not shown.panel.bar.isVisible()


@WAYS
def test_another_theme_changes_the_whole_picture(show, demo_content, reason):
    shown = show(demo_content, reason, View(frame=FRAME))
    shown.panel.show_theme(LIGHT)
    np.testing.assert_array_equal(shown.pixel((5, shown.area.height() - 150)), rgb255(LIGHT.base))
    assert LIGHT.lifter(0) in shown.area.names[0]


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
    assert shown.panel.reason_for_2d == "" and (off <= 3).sum() >= 15


def test_the_snapshot_belongs_where_the_panel_is(qtbot, show, demo_content):
    shown = show(demo_content)
    image = shown.panel.snapshot()
    assert (image.width(), image.height()) == (shown.panel.width(), shown.panel.height())
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setMenuWidget(QWidget())
    window.menuWidget().setFixedHeight(31)
    window.setCentralWidget(shown.panel)
    window.show()
    assert shown.panel.snapshot_position(window) == QPoint(0, 31)


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
    assert (off <= 3).sum() >= 15
