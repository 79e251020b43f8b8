"""Projection, viewpoints and what the mouse does to an eye, with numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.cameras import camera_looking_at, project, to_camera, world_to_camera
from core.dataset import load_clip
from core.evaluation import EvaluationOptions
from core.skeleton import JOINTS
from viewer.content import Identity, lone_content
from viewer.scene.eye import Eye, followed, freed, orbited, panned, zoomed
from viewer.scene.viewpoints import anchor_mm, eye_from, facing_deg, pelvis_path
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


CLOUD = np.array([300.0, 100.0, 900.0]) + np.random.default_rng(3).uniform(-600, 600, (40, 3))
FIXED = Eye((100, 200, 900), azimuth_deg=70, elevation_deg=20, roll_deg=4, distance_mm=6000, height_mm=2500, fixed=True)


def test_the_picture_of_a_fixed_eye_is_panned_and_zoomed_without_changing_its_perspective():
    before, step = FIXED.project(CLOUD, SIZE)[0], np.array([40.0, -25.0])
    moved = panned(FIXED, *step, SIZE)
    np.testing.assert_allclose(moved.project(CLOUD, SIZE)[0], before + step, atol=1e-9)
    nearer = zoomed(moved, 3)
    middle = np.array(SIZE) / 2
    np.testing.assert_allclose(nearer.project(CLOUD, SIZE)[0] - middle, 3 * (before + step - middle), atol=1e-9)
    np.testing.assert_array_equal(nearer.position_mm, FIXED.position_mm)


@pytest.mark.parametrize("orthographic", [False, True])
def test_following_moves_a_free_eye_and_what_a_fixed_one_cuts_out(orthographic):
    before, now = (0.0, 0.0, 900.0), (700.0, -400.0, 900.0)
    free = replace(FIXED, fixed=False, orthographic=orthographic)
    np.testing.assert_allclose(followed(free, before, now).centre_mm, (800, -200, 900))
    np.testing.assert_allclose(followed(free, None, now).centre_mm, now)
    fixed = panned(replace(FIXED, orthographic=orthographic), 30, 10, SIZE)
    carried = followed(fixed, before, now)
    np.testing.assert_allclose(px(carried, *now), px(fixed, *before), atol=1e-9)
    np.testing.assert_array_equal(carried.position_mm, fixed.position_mm)
    np.testing.assert_allclose(px(followed(fixed, None, now), *now), np.array(SIZE) / 2, atol=1e-9)
    if not orthographic:
        behind = tuple(fixed.position_mm - 100 * fixed.axes[2])
        assert followed(fixed, before, behind) == fixed


@pytest.mark.parametrize("orthographic", [False, True])
def test_a_fixed_eye_lets_go_without_a_jump_of_what_it_looks_at(orthographic):
    fixed = panned(replace(FIXED, orthographic=orthographic), 130, -60, SIZE)
    at = (900.0, 1500.0, 1100.0)
    free = freed(fixed, at)
    assert not free.fixed and free.shift_mm == (0, 0)
    np.testing.assert_allclose(free.axes, fixed.axes)
    beside = np.array(at) + fixed.axes[:2] * 200  # at the same depth, and so as far apart in the picture
    np.testing.assert_allclose(free.project(beside, SIZE)[0], fixed.project(beside, SIZE)[0], atol=1e-6)
    assert free.depth_mm(np.array(at)) == pytest.approx(free.distance_mm)
    np.testing.assert_allclose(px(orbited(free, 70, 10), *free.centre_mm), np.array(SIZE) / 2, atol=1e-6)


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


def cut_out_of(seen: np.ndarray, picture: np.ndarray) -> tuple[float, np.ndarray]:
    """Zoom and offset (2,) with which pixels of a picture are seen, and how far off the worst one is then."""
    flat = picture - picture.mean(axis=0)
    zoom = float((flat * (seen - seen.mean(axis=0))).sum() / (flat**2).sum())
    return zoom, seen - zoom * picture - (seen.mean(axis=0) - zoom * picture.mean(axis=0))


@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("frame", [0, 60, 200])
def test_from_the_camera_joints_are_where_the_camera_has_them_cut_out(demo_content, frame, follow):
    camera, xyz = demo_content.camera, demo_content.reference.xyz_mm[frame]
    eye = eye_from(Viewpoint.CAMERA, demo_content, frame, follow, orthographic=False)
    np.testing.assert_allclose(eye.position_mm, camera.position_mm, atol=1e-6)
    assert eye.fixed
    # One zoom and one offset for all joints: the perspective is that of the camera, with square pixels exactly.
    seen, _ = eye.project(xyz.astype(float), SIZE)
    rays = world_to_camera(camera, xyz)
    zoom, off = cut_out_of(seen, rays[:, :2] / rays[:, 2:])
    assert np.abs(off).max() < 1e-6 and zoom == pytest.approx(eye.scale(SIZE) * eye.distance_mm)
    zoom, off = cut_out_of(seen, project(camera, xyz))
    assert np.abs(off).max() < 1.0 and zoom > (1.5 if follow else 0.3)


@pytest.mark.parametrize("turned", [False, True])
def test_from_a_camera_on_its_side_people_stand_upright(demo_content, turned):
    camera = camera_looking_at("c", (5000, -6000, 2500), (0, 0, 900), 1400, (1920, 1080), turned)
    content = replace(demo_content, camera=camera)
    eye = eye_from(Viewpoint.CAMERA, content, 0, follow=False, orthographic=False)
    xyz = content.reference.xyz_mm[60].astype(float)
    zoom, off = cut_out_of(eye.project(xyz, SIZE)[0], project(camera, xyz))
    assert zoom > 0 and np.abs(off).max() < 1.0
    assert eye.roll_deg == pytest.approx(0, abs=1e-6)


def test_a_camera_that_is_not_level_shows_its_tilt(demo_content):
    level = camera_looking_at("c", (5000, -6000, 2500), (0, 0, 900), 1400, (1920, 1080))
    turn = np.radians(20)
    tilt = np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    camera = replace(level, rotation=tilt @ level.rotation)
    content = replace(demo_content, camera=camera)
    eye = eye_from(Viewpoint.CAMERA, content, 0, follow=True, orthographic=False)
    xyz = content.reference.xyz_mm[60].astype(float)
    zoom, off = cut_out_of(eye.project(xyz, SIZE)[0], project(camera, xyz))
    assert zoom > 0 and np.abs(off).max() < 1.0


def test_without_a_camera_the_view_is_along_the_lifters_camera(demo_job, demo_content):
    clip = load_clip(demo_job.dataset.clips[0], demo_job.dataset)
    poses = to_camera(clip.poses, clip.camera)
    content = lone_content("x", poses, Identity("x", 0), demo_job.estimator, EvaluationOptions())
    eye = eye_from(Viewpoint.CAMERA, content, 60, follow=True, orthographic=True)
    seen, _ = eye.project(content.tracks[0].xyz_mm[60].astype(float), SIZE)
    # What was right in the camera is right in the picture, what was down is down: neither mirrored nor upside down.
    camera = poses.xyz_mm[60, :, :2]
    np.testing.assert_allclose(seen - seen[0], (camera - camera[0]) * eye.scale(SIZE), atol=0.01)


def seen_following(content, viewpoint: Viewpoint, size) -> np.ndarray:
    """(T, 17, 2) pixels of the reference as an eye sees it that began at frame 0 and followed."""
    path = pelvis_path(content)
    eye, before = eye_from(viewpoint, content, 0, True, False), anchor_mm(path, 0)
    pixels = []
    for frame in range(content.n_frames):
        now = anchor_mm(path, frame)
        eye, before = followed(eye, before, now), now
        pixels.append(eye.project(content.reference.xyz_mm[frame].astype(float), size)[0])
    return np.array(pixels)


@pytest.mark.parametrize("size", [(800.0, 600.0), (480.0, 760.0), (250.0, 250.0)])
@pytest.mark.parametrize("viewpoint", list(Viewpoint))
def test_who_is_followed_fills_the_picture_and_is_not_cut(demo_content, other_content, viewpoint, size):
    for content in (demo_content, other_content):
        seen = seen_following(content, viewpoint, size)
        within = ((seen > 0) & (seen < size)).all(axis=(1, 2))
        assert within.mean() > 0.97
        low, high = (np.quantile(end(seen, axis=1), q, axis=0) for end, q in ((np.min, 0.02), (np.max, 0.98)))
        # 80 % of one dimension, about a middle that stays; a body need not reach as far on both its sides.
        middle = np.array(size) / 2
        reach = 2 * np.maximum(high - middle, middle - low) / size
        assert reach.max() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("viewpoint", list(Viewpoint))
def test_without_following_the_whole_path_is_in_the_picture(demo_content, viewpoint):
    for size in (SIZE, (480.0, 760.0)):
        eye = eye_from(viewpoint, demo_content, 0, follow=False, orthographic=False)
        seen, _ = eye.project(demo_content.reference.xyz_mm.astype(float), size)
        assert ((seen > 0) & (seen < size)).all()
        extent = (seen.max(axis=(0, 1)) - seen.min(axis=(0, 1))) / size
        assert extent.max() > 0.55


def test_a_few_frames_of_rubbish_do_not_shrink_the_athlete(demo_content):
    xyz = demo_content.reference.xyz_mm.copy()
    xyz[100:103, 5] += 50_000
    broken = replace(demo_content, reference=replace(demo_content.reference, xyz_mm=xyz))
    eyes = [eye_from(Viewpoint.SIDE, content, 0, True, False) for content in (demo_content, broken)]
    assert eyes[1].height_mm == pytest.approx(eyes[0].height_mm, rel=0.05)


def moved(content, xyz: np.ndarray):
    return replace(content, reference=replace(content.reference, xyz_mm=xyz.astype(np.float32)))


def test_what_is_followed_is_the_pelvis_on_the_floor_or_nothing(demo_content):
    xyz = demo_content.reference.xyz_mm.copy()
    path = pelvis_path(demo_content)
    np.testing.assert_array_equal(path[:, :2], xyz[:, 0, :2])
    assert set(path[:, 2]) == {demo_content.ground.centre_mm[2]}
    assert anchor_mm(path, 7) == tuple(path[7])
    xyz[7, 0] = np.nan
    assert anchor_mm(pelvis_path(moved(demo_content, xyz)), 7) is None
    assert anchor_mm(pelvis_path(None), 0) is None
    nowhere = moved(demo_content, np.full_like(xyz, np.nan))
    for viewpoint in Viewpoint:
        assert np.isfinite(eye_from(viewpoint, nowhere, 7, True, False).centre_mm).all()


def test_a_height_that_changes_by_more_than_a_body_is_followed_and_a_jump_is_not(demo_content):
    xyz, n = demo_content.reference.xyz_mm.astype(float), demo_content.n_frames
    jump, hill = xyz.copy(), xyz.copy()
    jump[100:140, :, 2] += 600 * np.sin(np.linspace(0, np.pi, 40))[:, None]
    hill[:, :, 2] -= np.linspace(0, 4000, n)[:, None]
    assert np.ptp(pelvis_path(moved(demo_content, jump))[:, 2]) == 0
    down = moved(demo_content, hill)
    np.testing.assert_allclose(pelvis_path(down)[:, 2], hill[:, 0, 2], atol=1e-3)
    alone = replace(moved(demo_content, jump), reference=None)
    np.testing.assert_array_equal(pelvis_path(alone), alone.tracks[0].xyz_mm[:, 0])  # up is only assumed there
    # The body is as large in the picture as on the flat, where it bobs by a few centimetres.
    for viewpoint in (Viewpoint.FRONT, Viewpoint.FREE):
        flat, hilly = (eye_from(viewpoint, content, 0, True, False) for content in (demo_content, down))
        assert hilly.height_mm == pytest.approx(flat.height_mm, rel=0.1)
        seen = seen_following(down, viewpoint, SIZE)
        assert ((seen > 0) & (seen < SIZE)).all(axis=(1, 2)).mean() > 0.97
