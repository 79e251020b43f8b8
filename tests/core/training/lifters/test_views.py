"""Cameras project as :mod:`core.cameras` does, noise is what is stated, mirror images are those of a mirrored world."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cameras import camera_looking_at, project, world_to_camera
from core.skeleton import MIRROR
from core.training.lifters.cameras import CameraModel, seen_by_cameras, seen_virtually, virtual_cameras
from core.training.lifters.noise import JOINT_SD, NoiseModel, detected, undisturbed
from core.training.lifters.sequences import Sequences
from core.training.lifters.views import Views, ViewSupply, mirrored, whole_views
from tests.core.training.lifters.made_up import sequences

QUIET = NoiseModel(outlier_rate=0, swap_rate_s=0)


@pytest.fixture(scope="module")
def made():
    return sequences(count=3, frames=90, bodies=3)


def world_of(rng, count=3, frames=40):
    """Joints anywhere: a cloud that drifts."""
    drift = rng.uniform(-3000, 3000, (count, 1, 1, 3)) * np.linspace(0, 1, frames)[:, None, None]
    xyz = rng.normal(0, 400, (count, frames, 17, 3)) + drift + [0, 0, 950]
    return xyz.reshape(-1, 17, 3).astype(np.float32), np.arange(count) * frames


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_virtual_cameras_see_what_the_camera_model_says(seed):
    rng = np.random.default_rng(seed)
    xyz, starts = world_of(rng)
    cameras = virtual_cameras(xyz, starts, rng)
    seen = seen_virtually(xyz, starts, cameras)
    for index, (part, screen, relative) in enumerate(
        zip(np.split(xyz, 3), np.split(seen.screen, 3), np.split(seen.xyz_mm, 3), strict=True)
    ):
        camera = cameras.camera(index)
        pixels = project(camera, part)
        np.testing.assert_allclose(screen, pixels / 500 - 1, atol=1e-4)
        inside = world_to_camera(camera, part)
        np.testing.assert_allclose(relative, inside - inside[:, :1], atol=0.02)
        assert inside[..., 2].min() >= 1499  # in front of it
        assert np.abs(screen).max() <= 0.961  # and in the picture
        assert abs(camera.rotation[0, 2]) < 1e-9  # the horizon is level
        np.testing.assert_allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(camera.rotation) == pytest.approx(1)


def test_virtual_cameras_stand_all_round_within_the_stated_limits():
    rng = np.random.default_rng(1)
    person = rng.normal((0, 0, 900), 100, (17, 3))  # so small that no camera has to go back
    xyz = np.repeat(person[None], 2000, axis=0).astype(np.float32)
    cameras = virtual_cameras(xyz, np.arange(2000), rng)
    model = CameraModel()
    offset = cameras.position_mm[:, :2] - xyz[0, 0, :2]
    distance, azimuth = np.hypot(*offset.T), np.arctan2(offset[:, 1], offset[:, 0])
    for values, (low, high) in ((distance, model.distance_mm), (cameras.position_mm[:, 2], model.height_mm),
                                (cameras.focal_px, model.focal_px), (azimuth, (-np.pi, np.pi))):  # fmt: skip
        assert low - 1e-3 <= values.min() < low + 0.02 * (high - low)
        assert high - 0.02 * (high - low) < values.max() <= high + 1e-3
        np.testing.assert_allclose(np.histogram(values, 4, (low, high))[0], 500, atol=75)


def test_recorded_cameras_are_used_as_they_are(made):
    upright = camera_looking_at("a", (5000, 0, 1500), (0, 0, 900), 1145.0, (1280, 768))
    turned = camera_looking_at("b", (0, 6000, 1200), (0, 0, 900), 900.0, (1280, 768), turned=True)
    first = made.lengths[0]
    xyz = made.xyz_mm[: 2 * first]
    seen = seen_by_cameras(xyz, np.array([0, first]), (upright, turned))
    np.testing.assert_allclose(
        (seen.screen[:first] + np.array([1, 768 / 1280])) * 640, project(upright, xyz[:first]), atol=0.01
    )
    np.testing.assert_allclose(
        (seen.screen[first:] + np.array([1, 1280 / 768])) * 384, project(turned, xyz[first:]), atol=0.01
    )
    inside = world_to_camera(turned, xyz[first:])
    np.testing.assert_allclose(seen.xyz_mm[first:], inside - inside[:, :1], atol=0.02)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_mirror_image_is_what_the_same_camera_sees_of_a_mirrored_person(seed):
    rng = np.random.default_rng(seed)
    xyz, starts = world_of(rng)
    cameras = virtual_cameras(xyz, starts, rng)
    seen = seen_virtually(xyz, starts, cameras)
    views = Views(seen.screen, np.ones(seen.screen.shape[:2], np.float32), seen.xyz_mm, starts)
    turned = mirrored(views, np.ones(len(xyz), bool))
    for index, part in enumerate(np.split(xyz, 3)):
        inside = world_to_camera(cameras.camera(index), part)
        other = inside[:, list(MIRROR)] * [-1, 1, 1]
        focal = cameras.focal_px[index]
        rows = slice(starts[index], starts[index] + len(part))
        np.testing.assert_allclose(turned.screen[rows], other[..., :2] / other[..., 2:] * focal / 500, atol=1e-4)
        np.testing.assert_allclose(turned.xyz_mm[rows], other - other[:, :1], atol=0.02)
    back = mirrored(turned, np.ones(len(xyz), bool))
    np.testing.assert_array_equal(back.screen, views.screen)
    half = mirrored(views, np.arange(len(xyz)) < 40)
    np.testing.assert_array_equal(half.screen[40:], views.screen[40:])


def still(frames=60_000, size=0.8):
    """One person who does not move, ``size`` high on the screen."""
    pose = np.random.default_rng(0).uniform(-0.1, 0.1, (17, 2))
    pose[:, 1] *= size / np.ptp(pose[:, 1])
    return np.repeat(pose[None], frames, axis=0).astype(np.float32)


def test_jitter_has_the_stated_size_and_memory():
    screen = still()
    found = detected(screen, np.array([0]), np.random.default_rng(2), 1.0, QUIET)
    error = found.screen - screen
    np.testing.assert_allclose(error.std(axis=0), 0.8 * np.repeat(np.array(JOINT_SD)[:, None], 2, axis=1), rtol=0.06)
    assert np.abs(error.mean(axis=0)).max() < 0.001
    scaled = error / error.std(axis=0)
    keep = np.exp(-1 / (50 * QUIET.memory_s))
    for lag in (1, 5, 20):
        together = (scaled[lag:] * scaled[:-lag]).mean()
        assert together == pytest.approx(QUIET.slow * keep**lag, abs=0.02)
    # 1.5 % of the size in the mean, as the text says, and more at the ends of limbs than in the trunk.
    assert np.linalg.norm(error / 0.8, axis=-1).mean() == pytest.approx(0.0148, rel=0.03)
    assert min(JOINT_SD[joint] for joint in (3, 6, 13, 16)) > max(JOINT_SD[joint] for joint in (0, 1, 4, 7, 8, 9, 10))


def test_amounts_run_from_none_to_twice_the_typical():
    screen, starts = still(60_000), np.arange(0, 60_000, 300)
    error = detected(screen, starts, np.random.default_rng(3), None, QUIET).screen - screen
    amount = (error / (0.8 * np.array(JOINT_SD)[:, None])).reshape(200, 300, 17, 2).std(axis=(1, 2, 3))
    assert amount.min() < 0.06
    assert amount.max() > 1.85
    assert amount.max() < 2.4
    assert amount.mean() == pytest.approx(1, abs=0.12)
    np.testing.assert_array_equal(detected(screen, starts, np.random.default_rng(3), 0.0).screen, screen)
    doubled = detected(screen, starts, np.random.default_rng(4), 2.0, QUIET).screen - screen
    single = detected(screen, starts, np.random.default_rng(4), 1.0, QUIET).screen - screen
    np.testing.assert_allclose(doubled, 2 * single, atol=1e-5)


def test_gross_errors_are_as_frequent_as_stated():
    screen, rng = still(), np.random.default_rng(5)
    found = detected(screen, np.array([0]), rng, 1.0, NoiseModel(swap_rate_s=0))
    length = np.linalg.norm((found.screen - screen) / (0.8 * np.array(JOINT_SD)[:, None]), axis=-1)
    # Rayleigh: jitter alone passes 5 in exp(-12.5) of cases, an outlier (7 times jitter in all) in exp(-25 / 2 / 37).
    assert (length > 5).mean() == pytest.approx(0.004 * np.exp(-12.5 / 37), rel=0.12)
    swaps = NoiseModel(outlier_rate=0, swap_rate_s=0.5)
    moved = detected(screen, np.array([0]), np.random.default_rng(6), 1e-4, swaps).screen
    assert np.abs(moved - screen).max() < 0.01  # the amount rules gross errors too
    apart = screen.copy()
    apart[:, [4, 5, 6]] = apart[:, [1, 2, 3]] + [1, 0]
    apart[:, [14, 15, 16]] = apart[:, [11, 12, 13]] + [1, 0]
    moved = detected(apart, np.array([0]), np.random.default_rng(7), 1.0, swaps).screen
    for one, other in ((1, 4), (11, 14)):
        exchanged = moved[:, one, 0] > moved[:, other, 0]
        np.testing.assert_array_equal(exchanged, moved[:, one + 1, 0] > moved[:, other + 1, 0])
        assert exchanged.mean() == pytest.approx(0.5 * 5 / 50, rel=0.25)  # twice a second of 5 frames each, in halves
        runs = np.flatnonzero(np.diff(exchanged.astype(int)))
        assert 2 <= np.median(np.diff(runs)[::2]) <= 8


def test_confidence_follows_the_error_as_stated():
    screen = still(2000)
    found = detected(screen, np.array([0]), np.random.default_rng(8), 1.5, NoiseModel(swap_rate_s=0))
    length = np.linalg.norm(found.screen - screen, axis=-1) / 0.8
    np.testing.assert_allclose(found.confidence, np.maximum(1 - 10 * length, 0.1), atol=1e-4)
    assert undisturbed(screen).confidence.min() == 1


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name))
               for name in ("screen", "confidence", "xyz_mm", "starts"))  # fmt: skip


def test_a_chunk_follows_from_its_number_alone(made):
    supply = ViewSupply(made, 5)
    supply.chunk(9, 4, 30)
    third = supply.chunk(3, 40, 30)
    assert same(third, ViewSupply(made, 5).chunk(3, 40, 30))
    assert not same(third, supply.chunk(4, 40, 30))
    assert not same(third, ViewSupply(made, 6).chunk(3, 40, 30))
    np.testing.assert_array_equal(np.diff(third.starts), 30)
    assert np.isfinite(third.screen).all()
    assert third.xyz_mm[:, 0].any() == np.False_
    # Half of them mirrored: the right ankle is the bent one as often as not.
    assert ViewSupply(made, 5).chunk(3, 40, 500).ends[-1] == 40 * 90


def test_whole_views_keep_cameras_whatever_the_noise(made):
    clean, noisy = (whole_views(made, 4, cameras=3, amount=amount) for amount in (0.0, 1.0))
    np.testing.assert_array_equal(clean.xyz_mm, noisy.xyz_mm)
    np.testing.assert_array_equal(clean.starts, np.arange(27) * 90)
    assert 0 < np.abs(clean.screen - noisy.screen).mean() < 0.02
    camera = camera_looking_at("a", (5000, 0, 1500), (0, 0, 900), 1145.0, (1000, 1000))
    filmed = Sequences(made.xyz_mm, made.starts, made.take, made.activity, (camera,) * len(made.starts))
    seen = whole_views(filmed, 4, cameras=3)
    np.testing.assert_allclose(seen.screen, project(camera, made.xyz_mm) / 500 - 1, atol=1e-4)
