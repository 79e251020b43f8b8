"""Camera geometry against a projection written out here, homogeneous matrices, and recorded motion."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from core.cameras import project, to_camera, upright_size, world_to_camera
from core.errors import DataError
from core.records import Axes, Camera, Poses

K = np.array([[1000.0, 0, 640], [0, 1010.0, 384], [0, 0, 1]])


def a_camera(**changes: object) -> Camera:
    rotation = Rotation.from_euler("xyz", [100, 20, -5], degrees=True).as_matrix()
    given = {"name": "c", "intrinsics": K, "rotation": rotation, "position_mm": np.array([300.0, -4000, 900]),
             "size_px": (1280, 768), **changes}  # fmt: skip
    return Camera(**given)


def in_front(camera: Camera, n: int = 50) -> np.ndarray:
    """World points 2 to 8 m before the camera."""
    rng = np.random.default_rng(1)
    seen = rng.uniform([-1500, -1500, 2000], [1500, 1500, 8000], (n, 3))
    return seen @ camera.rotation + camera.position_mm


def test_projection_equals_the_homogeneous_matrix() -> None:
    camera = a_camera()
    xyz = in_front(camera)
    matrix = K @ np.hstack((camera.rotation, -camera.rotation @ camera.position_mm[:, None]))
    homogeneous = np.hstack((xyz, np.ones((len(xyz), 1)))) @ matrix.T
    np.testing.assert_allclose(project(camera, xyz), homogeneous[:, :2] / homogeneous[:, 2:], atol=1e-9)


def test_turned_pixels_and_turned_axes_agree() -> None:
    """(u, v) -> (v, W - u) must be the projection of (x, y) -> (y, -x) by the turned intrinsics."""
    raw, turned = a_camera(), a_camera(rotated_ccw_90=True)
    xyz = in_front(raw)
    u, v = project(raw, xyz).T
    np.testing.assert_allclose(project(turned, xyz), np.stack((v, 1280 - u), axis=1))
    x, y, z = world_to_camera(turned, xyz).T
    again = np.stack((K[1, 1] * x / z + K[1, 2], K[0, 0] * y / z + (1280 - K[0, 2])), axis=1)
    np.testing.assert_allclose(project(turned, xyz), again)
    assert upright_size(turned) == (768, 1280)
    assert upright_size(raw) == (1280, 768)


def test_turning_keeps_handedness_and_lengths() -> None:
    turned = a_camera(rotated_ccw_90=True)
    axes = world_to_camera(turned, np.eye(3)) - world_to_camera(turned, np.zeros(3))
    assert np.linalg.det(axes) == pytest.approx(1)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)


def test_points_behind_the_camera_have_no_pixel_and_gaps_stay() -> None:
    camera = a_camera()
    behind = camera.position_mm - 1000 * camera.rotation[2]
    gap = np.array([np.nan, 0, 0])
    assert np.isnan(project(camera, np.stack((behind, camera.position_mm, gap)))).all()


def test_poses_go_to_the_camera_once_and_keep_their_meaning() -> None:
    camera = a_camera()
    world = Poses(in_front(camera, 34).reshape(2, 17, 3), 60, Axes.WORLD_Z_UP, rig="ap3d")
    seen = to_camera(world, camera)
    assert (seen.axes, seen.rig, seen.fps) == (Axes.CAMERA, "ap3d", 60)
    np.testing.assert_allclose(seen.xyz_mm, (world.xyz_mm - camera.position_mm) @ camera.rotation.T, atol=1e-3)
    assert to_camera(seen, camera) is seen
    with pytest.raises(DataError, match="expected world_z_up, got world_y_up"):
        to_camera(Poses(world.xyz_mm, 60, Axes.WORLD_Y_UP), camera)
    with pytest.raises(DataError, match="turned and has no picture size"):
        project(a_camera(size_px=None, rotated_ccw_90=True), world.xyz_mm)
