"""Projection, viewpoints and what the mouse does to an eye, with numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.cameras import camera_looking_at, project, to_camera, upright_size
from core.dataset import load_clip
from core.evaluation import EvaluationOptions
from core.skeleton import JOINTS
from viewer.content import Identity, lone_content
from viewer.scene.eye import Eye, orbited, panned, zoomed
from viewer.scene.viewpoints import anchor_mm, eye_from, facing_deg
from viewer.view import Viewpoint

SIZE = (800.0, 600.0)
L_HIP, R_HIP = JOINTS.index("l_hip"), JOINTS.index("r_hip")


def px(eye: Eye, *xyz: float) -> np.ndarray:
    return eye.project(np.array(xyz, float), SIZE)[0]


def test_an_eye_that_looks_along_y_has_x_right_and_z_up_at_its_scale():
    eye = Eye((0, 0, 1000), azimuth_deg=90, distance_mm=4000, height_mm=2000)
    assert eye.scale(SIZE) == 0.3
    np.testing.assert_allclose(px(eye, 0, 0, 1000), (400, 300))
    np.testing.assert_allclose(px(eye, 100, 0, 1100), (430, 270))
    # Twice as far away is half as large; orthographic it is not.
    np.testing.assert_allclose(px(eye, 100, 4000, 1100), (415, 285))
    np.testing.assert_allclose(px(replace(eye, orthographic=True), 100, 4000, 1100), (430, 270))
    np.testing.assert_allclose(eye.position_mm, (0, -4000, 1000), atol=1e-9)


@pytest.mark.parametrize("elevation", [-90, -20, 0, 35, 90])
@pytest.mark.parametrize("roll", [0, 25, -170])
def test_axes_are_a_right_handed_frame(elevation, roll):
    right, up, away = Eye(azimuth_deg=33, elevation_deg=elevation, roll_deg=roll).axes
    np.testing.assert_allclose(np.array([right, up, away]) @ np.array([right, up, away]).T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(np.cross(right, up), -away, atol=1e-12)


def test_points_behind_the_eye_and_missing_points_are_nan_without_warnings():
    eye = Eye((0, 0, 0), azimuth_deg=90, distance_mm=1000)
    seen, _ = eye.project(np.array([[0.0, -1500, 0], [np.nan, 0, 0], [0, 0, 0]]), SIZE)
    assert np.isnan(seen[:2]).all() and np.isfinite(seen[2]).all()


def test_a_narrow_cell_keeps_people_in_the_picture():
    eye = Eye(height_mm=2000, aspect=0.5)
    assert eye.scale((200, 600)) == 0.2
    assert eye.scale((300, 600)) == eye.scale((900, 600)) == 0.3


def test_orbiting_keeps_centre_and_zoom_and_stops_at_the_poles():
    eye = Eye(azimuth_deg=10, elevation_deg=80, roll_deg=5, fixed=True)
    moved = orbited(eye, 30, 40)
    assert (moved.azimuth_deg, moved.elevation_deg, moved.roll_deg, moved.fixed) == (340, 90, 0, False)
    assert (moved.centre_mm, moved.distance_mm, moved.height_mm) == (eye.centre_mm, eye.distance_mm, eye.height_mm)


def test_zooming_walks_and_a_fixed_eye_narrows_its_lens():
    eye = Eye(distance_mm=4000, height_mm=2000)
    assert (zoomed(eye, 2).distance_mm, zoomed(eye, 2).height_mm) == (2000, 1000)
    assert (zoomed(replace(eye, fixed=True), 2).distance_mm, zoomed(eye, 2).height_mm) == (4000, 1000)
    assert zoomed(eye, 1e9).height_mm > 0


def test_panning_carries_the_centre_with_the_mouse():
    eye = Eye((100, 200, 900), azimuth_deg=70, elevation_deg=20)
    moved = panned(eye, 40, -25, SIZE)
    np.testing.assert_allclose(px(moved, 100, 200, 900), (440, 275), atol=1e-6)


def hips(content, frame: int) -> np.ndarray:
    return content.reference.xyz_mm[frame, [L_HIP, R_HIP]].astype(float)


@pytest.mark.parametrize("frame", [0, 100, 200])
def test_from_the_front_the_left_hip_is_at_the_right(demo_content, frame):
    eye = eye_from(Viewpoint.FRONT, demo_content, frame, follow=True, orthographic=False)
    (left, _), (right, _) = eye.project(hips(demo_content, frame), SIZE)[0]
    assert left > right + 20


def test_from_the_side_forward_is_right_and_the_right_hip_is_nearer(demo_content):
    eye = eye_from(Viewpoint.SIDE, demo_content, 60, follow=True, orthographic=True)
    depth = eye.depth_mm(hips(demo_content, 60))
    assert depth[1] < depth[0]
    ahead = np.radians(facing_deg(demo_content, 60))
    pelvis = demo_content.reference.xyz_mm[60, 0]
    seen, _ = eye.project(pelvis + np.array([[0, 0, 0], [300 * np.cos(ahead), 300 * np.sin(ahead), 0]]), SIZE)
    assert seen[1, 0] - seen[0, 0] == pytest.approx(300 * eye.scale(SIZE), rel=1e-3)


def test_a_runner_faces_where_the_pelvis_goes_throughout(demo_content):
    path = demo_content.reference.xyz_mm[:, 0, :2]
    goes = path[-1] - path[0]
    facing = np.radians([facing_deg(demo_content, frame) for frame in (0, 50, 150)])
    assert np.ptp(facing) == 0
    assert np.dot(goes / np.linalg.norm(goes), (np.cos(facing[0]), np.sin(facing[0]))) > 0.95


def test_who_spins_is_faced_as_in_the_frame(other_content):
    turned = [facing_deg(other_content, frame) for frame in range(0, other_content.n_frames, 10)]
    assert np.ptp(np.unwrap(np.radians(turned))) > np.pi
    for frame in (0, 100, other_content.n_frames - 1):
        eye = eye_from(Viewpoint.FRONT, other_content, frame, follow=True, orthographic=False)
        (left, _), (right, _) = eye.project(hips(other_content, frame), SIZE)[0]
        assert left > right


def test_from_above_forward_is_up_and_right_is_right(demo_content):
    eye = eye_from(Viewpoint.TOP, demo_content, 60, follow=True, orthographic=True)
    (left, _), (right, _) = eye.project(hips(demo_content, 60), SIZE)[0]
    assert right > left
    head, ankle = JOINTS.index("head"), JOINTS.index("l_ankle")
    depth = eye.depth_mm(demo_content.reference.xyz_mm[60, [head, ankle]])
    assert depth[0] < depth[1]
    assert eye.axes[1] @ eye_from(Viewpoint.SIDE, demo_content, 60, True, True).axes[0] > 0.999


@pytest.mark.parametrize("frame", [0, 60, 200])
def test_from_the_camera_joints_are_where_the_camera_has_them(demo_content, frame):
    camera = demo_content.camera
    eye = eye_from(Viewpoint.CAMERA, demo_content, frame, follow=True, orthographic=False)
    np.testing.assert_allclose(eye.position_mm, camera.position_mm, atol=1e-6)
    xyz = demo_content.reference.xyz_mm[frame]
    width, height = upright_size(camera)
    seen, _ = eye.project(xyz.astype(float), (width, height))
    np.testing.assert_allclose(seen, project(camera, xyz), atol=1.0)
    # In a cell of half the size everything is half as far from the middle.
    half, _ = eye.project(xyz.astype(float), (width / 2, height / 2))
    np.testing.assert_allclose(half * 2, seen, atol=1e-6)


@pytest.mark.parametrize("turned", [False, True])
def test_from_a_camera_on_its_side_people_stand_upright(demo_content, turned):
    camera = camera_looking_at("c", (5000, -6000, 2500), (0, 0, 900), 1400, (1920, 1080), turned)
    content = replace(demo_content, camera=camera)
    eye = eye_from(Viewpoint.CAMERA, content, 0, follow=False, orthographic=False)
    xyz = content.reference.xyz_mm[60].astype(float)
    np.testing.assert_allclose(eye.project(xyz, upright_size(camera))[0], project(camera, xyz), atol=1.0)
    assert eye.roll_deg == pytest.approx(0, abs=1e-6)


def test_a_camera_that_is_not_level_shows_its_tilt(demo_content):
    level = camera_looking_at("c", (5000, -6000, 2500), (0, 0, 900), 1400, (1920, 1080))
    turn = np.radians(20)
    tilt = np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    camera = replace(level, rotation=tilt @ level.rotation)
    content = replace(demo_content, camera=camera)
    eye = eye_from(Viewpoint.CAMERA, content, 0, follow=False, orthographic=False)
    xyz = content.reference.xyz_mm[60].astype(float)
    np.testing.assert_allclose(eye.project(xyz, (1920, 1080))[0], project(camera, xyz), atol=1.0)


def test_without_a_camera_the_view_is_along_the_lifters_camera(demo_job, demo_content):
    clip = load_clip(demo_job.dataset.clips[0], demo_job.dataset)
    poses = to_camera(clip.poses, clip.camera)
    content = lone_content("x", poses, Identity("x", 0), demo_job.estimator, EvaluationOptions())
    eye = eye_from(Viewpoint.CAMERA, content, 60, follow=True, orthographic=True)
    seen, _ = eye.project(content.tracks[0].xyz_mm[60].astype(float), SIZE)
    # What was right in the camera is right in the picture, what was down is down: neither mirrored nor upside down.
    camera = poses.xyz_mm[60, :, :2]
    np.testing.assert_allclose(seen - seen[0], (camera - camera[0]) * eye.scale(SIZE), atol=0.01)


@pytest.mark.parametrize("viewpoint", [Viewpoint.FREE, Viewpoint.FRONT, Viewpoint.SIDE, Viewpoint.TOP])
def test_people_are_within_the_picture_when_followed_and_the_whole_path_when_not(demo_content, viewpoint):
    for frame in range(0, demo_content.n_frames, 20):
        eye = eye_from(viewpoint, demo_content, frame, follow=True, orthographic=False)
        seen, _ = eye.project(demo_content.reference.xyz_mm[frame], SIZE)
        assert ((seen > 0) & (seen < SIZE)).all()
    eye = eye_from(viewpoint, demo_content, 0, follow=False, orthographic=False)
    seen, _ = eye.project(demo_content.reference.xyz_mm[::10], SIZE)
    assert ((seen > 0) & (seen < SIZE)).mean() > 0.95


def test_the_anchor_is_the_pelvis_on_the_floor_or_nothing(demo_content):
    np.testing.assert_array_equal(anchor_mm(demo_content, 7), demo_content.reference.xyz_mm[7, 0, :2])
    xyz = demo_content.reference.xyz_mm.copy()
    xyz[7, 0] = np.nan
    holed = replace(demo_content, reference=replace(demo_content.reference, xyz_mm=xyz))
    assert anchor_mm(holed, 7) is None
    nowhere = replace(demo_content, reference=replace(demo_content.reference, xyz_mm=np.full_like(xyz, np.nan)))
    for viewpoint in Viewpoint:
        assert np.isfinite(eye_from(viewpoint, nowhere, 7, True, False).centre_mm).all()
