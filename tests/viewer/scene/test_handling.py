"""What the mouse does in the scene, and how the eye moves with view and frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.skeleton import JOINTS
from tests.viewer.scene.shown import BY_PAINTER, FRAME, PLAIN, alone, rgb255, with_missing
from viewer.theme import DARK
from viewer.view import Colouring, Layout, SceneView, View, Viewpoint

WAYS = pytest.mark.parametrize("reason", [None, BY_PAINTER], ids=["opengl", "painter"])


def drag(shown, start: QPoint, step: QPoint, button, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mousePress(shown.area, button, modifier, start)
    for part in (1, 2, 3, 4):
        _move(shown.area, start + step * part / 4, button, modifier)
    QTest.mouseRelease(shown.area, button, modifier, start + step)


def hover(shown, at: QPoint) -> None:
    # Not by QTest, which moves the pointer of the screen: the screen's own events would come late and once more.
    _move(shown.area, at, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)


def _move(area, at: QPoint, button, modifier) -> None:
    where = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, area.mapToGlobal(where), Qt.MouseButton.NoButton, button, modifier
    )
    QApplication.sendEvent(area, event)


@WAYS
def test_a_click_on_a_joint_selects_it_and_its_lifter(show, demo_content, reason):
    track, wrist = demo_content.tracks[2], JOINTS.index("l_wrist")
    shown = show(demo_content, reason, View(frame=FRAME, scene=SceneView(viewpoint=Viewpoint.FRONT)))
    QTest.mouseClick(shown.area, Qt.MouseButton.LeftButton, pos=QPoint(*map(int, shown.joint_px(track, wrist))))
    assert (shown.session.view.joint, shown.session.view.lifter) == (wrist, track.name)
    before = shown.session.view
    QTest.mouseClick(shown.area, Qt.MouseButton.LeftButton, pos=QPoint(5, shown.area.height() - 5))
    QTest.mouseClick(shown.area, Qt.MouseButton.RightButton, pos=QPoint(*map(int, shown.joint_px(track, 0))))
    assert shown.session.view == before


def test_a_click_on_the_reference_selects_the_joint_and_keeps_the_lifter(show, demo_content):
    view = replace(alone(demo_content, "reference"), lifter="kept")
    shown = show(demo_content, BY_PAINTER, view)
    at = QPoint(*map(int, shown.joint_px(demo_content.reference, 3)))
    QTest.mouseClick(shown.area, Qt.MouseButton.LeftButton, pos=at)
    assert (shown.session.view.joint, shown.session.view.lifter) == (3, "kept")


@WAYS
def test_resting_on_a_joint_names_it_with_its_errors_and_follows_the_frames(show, demo_content, reason):
    track, knee = demo_content.tracks[0], JOINTS.index("l_knee")
    shown = show(demo_content, reason, alone(demo_content, track.name))
    tip = shown.area.tip
    assert tip.isHidden()
    hover(shown, QPoint(3, shown.area.height() // 2))
    hover(shown, QPoint(*map(int, shown.joint_px(track, knee))))
    QApplication.processEvents()
    assert tip.isVisible()
    assert "left knee" in tip.text() and f"{track.position_mm[FRAME, knee]:.1f}&nbsp;mm" in tip.text()
    assert shown.area.rect().contains(tip.geometry())
    shown.session.seek(FRAME + 1)
    assert tip.isHidden() or f"{track.position_mm[FRAME, knee]:.1f}" not in tip.text()
    hover(shown, QPoint(3, shown.area.height() // 2))
    QApplication.processEvents()
    assert tip.isHidden()


@WAYS
def test_dragging_orbits_and_makes_the_view_free(show, demo_content, reason):
    shown = show(demo_content, reason, View(frame=FRAME, scene=SceneView(viewpoint=Viewpoint.SIDE)))
    before, picture = shown.area.eye, shown.picture()
    drag(shown, QPoint(60, 300), QPoint(80, 40), Qt.MouseButton.LeftButton)
    after = shown.area.eye
    assert shown.session.view.scene.viewpoint is Viewpoint.FREE
    assert (before.azimuth_deg - after.azimuth_deg) % 360 == pytest.approx(80 * 0.4)
    assert after.elevation_deg == pytest.approx(40 * 0.4)
    assert (after.centre_mm, after.height_mm) == (before.centre_mm, before.height_mm)
    assert (np.abs(shown.picture() - picture) > 40).any()
    assert "free view" in shown.panel.caption_tip


@pytest.mark.parametrize(
    ("button", "modifier"),
    [(Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
     (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
     (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)],
)  # fmt: skip
def test_panning_moves_the_picture_with_the_mouse(show, demo_content, button, modifier):
    track = demo_content.tracks[0]
    scene = SceneView(viewpoint=Viewpoint.SIDE, orthographic=True)
    shown = show(demo_content, BY_PAINTER, View(frame=FRAME, scene=scene))
    before = np.array(shown.joint_px(track, 10))
    drag(shown, QPoint(60, 300), QPoint(40, -28), button, modifier)
    np.testing.assert_allclose(np.array(shown.joint_px(track, 10)) - before, (40, -28), atol=1e-6)
    assert shown.session.view.scene.viewpoint is Viewpoint.SIDE


def wheel(shown, at: QPointF, notches: int) -> None:
    event = QWheelEvent(at, shown.area.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(shown.area, event)


def test_the_wheel_zooms_at_the_mouse_and_a_double_click_frames_again(show, demo_content):
    scene = SceneView(viewpoint=Viewpoint.SIDE, orthographic=True)
    shown = show(demo_content, BY_PAINTER, View(frame=FRAME, scene=scene))
    head = demo_content.reference, JOINTS.index("head")
    first, at = shown.area.eye, QPointF(*shown.joint_px(*head))
    wheel(shown, at, 3)
    assert shown.area.eye.height_mm == pytest.approx(first.height_mm / 1.15**3)
    np.testing.assert_allclose(shown.joint_px(*head), (at.x(), at.y()), atol=1e-6)
    QTest.mouseDClick(shown.area, Qt.MouseButton.LeftButton, pos=QPoint(5, shown.area.height() - 5))
    assert shown.area.eye == first


@WAYS
def test_a_grid_has_a_cell_for_each_lifter_and_one_eye_for_all(show, simulated_content, reason):
    shown = show(simulated_content, reason, View(frame=FRAME, scene=replace(PLAIN, layout=Layout.GRID, ghost=True)))
    assert len(shown.area.cells) == len(simulated_content.tracks) == 3
    *own, common = shown.area.legends
    for track, legend, (left, top, width, _) in zip(simulated_content.tracks, own, shown.area.cells, strict=True):
        assert [(row.title, row.colour) for row in legend.rows] == [(track.name, QColor(DARK.lifter(track.colour)))]
        assert left < legend.x() < legend.geometry().right() < left + width and legend.y() - top < 20
    # What they have in common is said once, where nobody stands.
    assert common.texts == ("In every cell", "reference")
    assert not any(QRectF(*place).contains(QRectF(common.geometry())) for place in shown.area.cells)
    for _ in range(2):
        picture = shown.picture()
        for cell, track in enumerate(simulated_content.tracks):
            x, y = shown.joint_px(track, JOINTS.index("head"), cell)
            np.testing.assert_allclose(picture[int(y), int(x)], rgb255(DARK.lifter(track.colour)), atol=3)
        # Turned in the last cell, all have turned.
        left, top, _, height = map(int, shown.area.cells[2])
        drag(shown, QPoint(left + 10, top + height - 40), QPoint(30, 10), Qt.MouseButton.LeftButton)
    track = simulated_content.tracks[2]
    at = QPoint(*map(int, shown.joint_px(track, JOINTS.index("head"), 2)))
    QTest.mouseClick(shown.area, Qt.MouseButton.LeftButton, pos=at)
    assert (shown.session.view.lifter, shown.session.view.joint) == (track.name, JOINTS.index("head"))


def test_the_empty_place_of_a_grid_says_what_lines_mean_and_whose_sides_are_coloured(show, demo_content):
    scene = SceneView(layout=Layout.GRID)
    shown = show(demo_content, BY_PAINTER, View(angle=11, frame=FRAME, scene=scene))
    key = ("Right knee flexion", "where it reads 0°", "the body as drawn")
    common = shown.area.legends[-1]
    assert common.texts == ("In every cell", "reference: left right", *key)
    image = common.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {DARK.left, DARK.right, DARK.text} <= colours
    shown.session.update_scene(arcs=False)
    assert common.texts == ("In every cell", "reference: left right")
    shown.session.update_scene(arcs=True, colouring=Colouring.POSITION)
    assert common.texts == ("In every cell", "reference", *key)
    assert not common.geometry().intersects(shown.area.bar.geometry())
    shown.panel.resize(300, 330)  # no room for a key, nor for the names of the sides
    shown.session.update_scene(colouring=Colouring.SOURCE)
    assert common.texts == ("In every cell", "reference: L R")
    shown.session.update(hidden=frozenset({demo_content.tracks[0].name}))
    assert shown.area.legends[-1].texts == ("reference: L R",)  # two cells: no place is empty


def test_the_card_keeps_off_the_middle_of_the_axes_in_the_corner(show, demo_content):
    shown = show(demo_content, BY_PAINTER, View(scene=SceneView(layout=Layout.GRID)))
    shown.panel.resize(500, 808)
    for angle in range(12):
        shown.session.update(angle=angle, frame=FRAME)
        for card, place in zip(shown.area.readings, shown.area.cells, strict=True):
            corner = shown.area.stage.corner(place[2:])
            assert not QRectF(card.geometry()).contains(QRectF(*corner).translated(*place[:2]).center())


def test_following_keeps_the_pelvis_in_the_middle_and_zoom_and_direction(show, demo_content):
    shown = show(demo_content, BY_PAINTER, View(scene=SceneView(viewpoint=Viewpoint.SIDE)))
    drag(shown, QPoint(60, 300), QPoint(20, 10), Qt.MouseButton.RightButton)
    wheel(shown, QPointF(100, 100), 1)
    pelvis, first = demo_content.reference.xyz_mm[:, 0].astype(float), shown.area.eye
    for frame in (50, 120, 239, 3):
        shown.session.seek(frame)
        eye = shown.area.eye
        moved = np.subtract(eye.centre_mm, first.centre_mm)
        np.testing.assert_allclose(moved, (*(pelvis[frame] - pelvis[0])[:2], 0), atol=1e-3)
        assert replace(eye, centre_mm=first.centre_mm) == first
    shown.session.seek(0)
    np.testing.assert_allclose(shown.area.eye.centre_mm, first.centre_mm, atol=1e-6)
    shown.session.update_scene(follow=False)
    shown.session.seek(100)
    np.testing.assert_allclose(shown.area.eye.centre_mm, first.centre_mm, atol=1e-6)
    shown.session.update_scene(follow=True)
    np.testing.assert_allclose(shown.area.eye.centre_mm[:2], pelvis[100, :2], atol=1e-3)


def test_a_missing_pelvis_leaves_the_eye_where_it_was(show, demo_content):
    content = with_missing(demo_content, "reference", FRAME, 0)
    shown = show(content, BY_PAINTER, View(frame=FRAME - 1))
    before = shown.area.eye
    shown.session.seek(FRAME)
    assert shown.area.eye == before
    shown.session.seek(FRAME + 1)
    np.testing.assert_allclose(
        np.subtract(shown.area.eye.centre_mm, before.centre_mm)[:2],
        np.diff(demo_content.reference.xyz_mm[[FRAME - 1, FRAME + 1], 0, :2].astype(float), axis=0)[0], atol=1e-3,
    )  # fmt: skip


def test_the_camera_stays_where_it_stands_and_its_picture_is_cut_out_about_the_athlete(show, demo_content):
    shown = show(demo_content, BY_PAINTER, View(scene=SceneView(viewpoint=Viewpoint.CAMERA)))
    before = shown.area.eye
    for frame in (100, 239, 20):
        shown.session.seek(frame)
        eye = shown.area.eye
        np.testing.assert_allclose(eye.position_mm, demo_content.camera.position_mm, atol=1e-6)
        assert replace(eye, shift_mm=before.shift_mm) == before
        off = np.subtract(shown.joint_px(demo_content.reference, 0), np.array(shown.area.cells[0][2:]) / 2)
        assert np.abs(off).max() < 60
    assert "as the clip's camera sees it (zoomed)" in shown.panel.caption
    shown.session.update_scene(follow=False)
    fixed = shown.area.eye
    shown.session.seek(30)
    assert shown.area.eye == fixed


@pytest.mark.parametrize("by", ["mouse", "view"])
def test_a_camera_that_is_turned_becomes_a_free_eye_about_the_athlete(show, demo_content, by):
    shown = show(demo_content, BY_PAINTER, View(frame=FRAME, scene=SceneView(viewpoint=Viewpoint.CAMERA)))
    pelvis = demo_content.reference, 0
    before = shown.joint_px(*pelvis)
    if by == "view":
        shown.session.update_scene(viewpoint=Viewpoint.FREE)
        np.testing.assert_allclose(shown.joint_px(*pelvis), before, atol=1.0)
    else:
        drag(shown, QPoint(60, 300), QPoint(20, 0), Qt.MouseButton.LeftButton)
        assert shown.session.view.scene.viewpoint is Viewpoint.FREE
    assert not shown.area.eye.fixed and shown.area.eye.shift_mm == (0, 0)
    drag(shown, QPoint(60, 300), QPoint(200, 0), Qt.MouseButton.LeftButton)
    assert abs(shown.joint_px(*pelvis)[0] - before[0]) < 25  # it turns about the athlete, not about the floor's middle


def test_orthographic_and_viewpoints_come_from_the_view(show, demo_content):
    shown = show(demo_content, BY_PAINTER)
    assert "orthographic" not in shown.panel.caption and "perspective" in shown.panel.caption_tip
    before = shown.area.eye
    shown.session.update_scene(orthographic=True)
    assert shown.area.eye == replace(before, orthographic=True)
    assert "orthographic" in shown.panel.caption and "perspective" not in shown.panel.caption_tip
    shown.session.update_scene(viewpoint=Viewpoint.TOP)
    assert shown.area.eye.elevation_deg == 90 and "from above" in shown.panel.caption
    shown.session.update_scene(viewpoint=Viewpoint.FREE)
    assert shown.area.eye.elevation_deg == 90


def test_another_clip_begins_anew_and_the_same_clip_keeps_the_eye(show, demo_content, other_content):
    shown = show(demo_content, BY_PAINTER)
    drag(shown, QPoint(60, 300), QPoint(50, 30), Qt.MouseButton.LeftButton)
    turned = shown.area.eye
    shown.session.show_content(replace(demo_content, seconds=1.0))
    assert shown.area.eye == turned
    shown.session.show_content(other_content)
    assert shown.area.eye.elevation_deg != turned.elevation_deg
    shown.session.show_content(None)
    assert shown.panel.caption == f"2D: no OpenGL ({BY_PAINTER})" and shown.area.legends == ()
    shown.picture()
