"""*Look along the angle's axis*: every arc flat in the picture, from the near side, and a way back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.viewer.whole import press, settle
from viewer.scene.along import TurnsAbout, turns_about
from viewer.scene.eye import Eye, looking_along, turned_to
from viewer.scene.stage import staged
from viewer.theme import DARK
from viewer.view import Layout, SceneView, View, Viewpoint

FRAME, KNEE_R = 60, 11


def axis_of_reference(area, frame):
    return area.stage.arcs[0].at(frame).arcs.axis[:, 0].astype(np.float64)


def messages(window):
    heard = []
    window.session.message.connect(heard.append)
    return heard


@pytest.mark.parametrize("column", range(12))
def test_the_arc_lies_in_the_picture_and_its_joint_is_seen(kept, column):
    session, area = kept.session, kept.scene.area
    session.update(angle=column, frame=FRAME)
    before = area.eye
    press(kept, "9")
    after, axis = area.eye, axis_of_reference(area, FRAME)
    assert np.linalg.norm(np.cross(after.axes[2], axis)) < 1e-6
    assert after.axes[2] @ before.axes[2] >= 0  # from the side that is nearer
    assert (after.distance_mm, after.height_mm, after.roll_deg) == (before.distance_mm, before.height_mm, 0.0)
    assert session.view.scene.viewpoint is Viewpoint.FREE
    size = np.array(area.cells[0][2:])
    pixels, _ = after.project(area.stage.arcs[0].at(FRAME).arcs.centre_mm[:, 0], tuple(size))
    assert ((pixels > 0.1 * size) & (pixels < 0.9 * size)).all()


def test_directions_of_the_arc_have_their_true_angle_on_the_screen(kept):
    """Without perspective the angle can be measured off the screen."""
    kept.session.update_scene(orthographic=True, follow=False)
    kept.session.update(angle=KNEE_R, frame=FRAME)
    press(kept, "9")
    area = kept.scene.area
    arcs = area.stage.arcs[0].at(FRAME).arcs
    ends = np.stack([arcs.centre_mm[:, 0] + 100 * way[:, 0] for way in (arcs.zero * 0, arcs.zero, arcs.end)])
    centre, zero, end = area.eye.project(ends, area.cells[0][2:])[0]
    a, b = zero - centre, end - centre
    turn = np.degrees(np.arccos(a @ b / np.hypot(*a) / np.hypot(*b)))
    assert turn == pytest.approx(kept.session.content.reference.angles_deg[FRAME, KNEE_R], abs=0.05)
    assert area.eye.orthographic


@pytest.mark.parametrize("viewpoint", [Viewpoint.FREE, Viewpoint.SIDE, Viewpoint.CAMERA])
def test_undo_leads_back_and_redo_there_again(kept, viewpoint):
    session, area = kept.session, kept.scene.area
    session.update_scene(viewpoint=viewpoint)
    session.update(angle=KNEE_R, frame=FRAME)
    area.frame_again()
    before = area.eye
    press(kept, "9")
    there = area.eye
    assert not there.fixed and there.direction_deg != before.direction_deg
    assert kept.manners.undoing.history.undo_text == "look along the angle's axis"
    press(kept, "Ctrl+Z")
    assert session.view.scene.viewpoint is viewpoint
    assert area.eye.direction_deg == pytest.approx(before.direction_deg) and area.eye.fixed is before.fixed
    press(kept, "Ctrl+Shift+Z")
    assert session.view.scene.viewpoint is Viewpoint.FREE
    assert area.eye.direction_deg == pytest.approx(there.direction_deg)


def test_undo_leads_back_to_where_the_mouse_had_turned_the_eye(kept):
    session, area = kept.session, kept.scene.area
    session.update(angle=KNEE_R, frame=FRAME)
    press(kept, "9")
    area._watcher.orbit(session.view.scene, 70.0, 30.0)
    turned = area.eye.direction_deg
    session.update(angle=4)
    press(kept, "9")
    assert area.eye.direction_deg != pytest.approx(turned)
    press(kept, "Ctrl+Z")
    assert area.eye.direction_deg == pytest.approx(turned)


def test_the_eye_that_follows_goes_on_to_look_that_way(kept):
    session, area = kept.session, kept.scene.area
    session.update(angle=KNEE_R, frame=FRAME)
    press(kept, "9")
    before = area.eye
    session.seek(FRAME + 30)
    assert area.eye.direction_deg == before.direction_deg
    assert area.eye.centre_mm != before.centre_mm


def test_side_by_side_without_the_reference_a_lifter_says_the_axis(kept):
    session, area = kept.session, kept.scene.area
    session.update(angle=KNEE_R, frame=FRAME, hidden=frozenset({"reference"}))
    session.update_scene(layout=Layout.GRID)
    press(kept, "9")
    axis = area.stage.arcs[0].at(FRAME).arcs.axis[:, 0]
    assert np.linalg.norm(np.cross(area.eye.axes[2], axis)) < 1e-6


def test_where_there_is_no_axis_one_line_says_why_and_nothing_moves(kept):
    session, area = kept.session, kept.scene.area
    content, heard = session.content, messages(kept)
    session.update(angle=KNEE_R, frame=FRAME)
    lone = replace(content.tracks[0], angles_deg=np.full_like(content.tracks[0].angles_deg, np.nan))
    session.show_content(replace(content, reference=None, tracks=(lone,)))
    before = area.eye
    press(kept, "9")
    assert heard == ["no axis to look along: right knee flexion is missing in this frame"]
    assert area.eye == before and not kept.manners.undoing.history.undo_text.startswith("look")
    session.show_content(content)
    settle(kept)


def test_a_straight_limb_has_no_axis_and_a_joint_that_turns_about_a_fixed_one_has(demo_content):
    def lone(column):
        track = demo_content.tracks[0]
        xyz = track.xyz_mm.copy()
        hip, ankle = xyz[FRAME, 1], xyz[FRAME, 3]
        xyz[FRAME, 2] = (hip + ankle) / 2
        content = replace(demo_content, reference=None, tracks=(replace(track, xyz_mm=xyz),))
        return turns_about(staged(content, View(angle=column), DARK), FRAME)

    assert lone(KNEE_R) == "no axis to look along: the limb of right knee flexion is straight in this frame"
    assert isinstance(lone(1), TurnsAbout)
    nobody = View(hidden=frozenset(track.name for track in demo_content.everyone))
    assert turns_about(staged(demo_content, nobody, DARK), FRAME) == "no angle to look at: nobody is shown"
    switched_off = View(angle=KNEE_R, scene=SceneView(arcs=False))
    assert isinstance(turns_about(staged(demo_content, switched_off, DARK), FRAME), TurnsAbout)


@pytest.mark.parametrize("axis", [(0, 0, 1), (0, 0, -1), (1, 0, 0), (0.6, -0.48, 0.64)])
def test_an_axis_is_looked_along_from_the_nearer_side(axis):
    for azimuth in (0, 75, 190, 300):
        eye = Eye(azimuth_deg=azimuth, elevation_deg=20, roll_deg=7)
        there = turned_to(eye, looking_along(eye, np.array(axis)))
        np.testing.assert_allclose(np.abs(there.axes[2] @ np.array(axis)), 1.0, atol=1e-12)
        assert there.axes[2] @ eye.axes[2] >= -1e-12 and there.roll_deg == 0
        assert there.centre_mm == eye.centre_mm
