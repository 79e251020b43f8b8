"""Position errors split: against hand-made errors, the evaluation's own numbers, and what must hold for any poses."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.anatomy import compared_poses, position_split, position_split_of
from core.cameras import world_to_camera
from core.errors import DataError
from core.estimators import GeometryEstimator
from core.evaluation import evaluate
from core.evaluation.axes import other_world
from core.records import Axes, Poses, Scale
from core.skeleton import JOINTS, PARENTS

GEOMETRY = GeometryEstimator()
KNEE, ANKLE = JOINTS.index("r_knee"), JOINTS.index("r_ankle")


def random_poses(seed: int, frames: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Source and reference at random, metres from the origin, joints missing here and there; and a direction."""
    rng = np.random.default_rng(seed)
    reference = rng.normal(0, 400, (frames, 17, 3)) + rng.normal(0, 5000, 3)
    source = reference + rng.normal(0, rng.uniform(1, 300), reference.shape)
    source[rng.random((frames, 17)) < 0.1] = np.nan
    reference[rng.random((frames, 17)) < 0.05] = np.nan
    away = rng.normal(size=3)
    return source, reference, away / np.linalg.norm(away)


@given(st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_squares_add_up(seed):
    split = position_split(*random_poses(seed))
    whole = split.error_mm**2
    np.testing.assert_allclose(split.depth_mm**2 + split.plane_mm**2, whole, rtol=1e-12, atol=1e-9)
    bones = ~np.isnan(split.along_mm)
    np.testing.assert_allclose((split.along_mm**2 + split.across_mm**2)[bones], whole[bones], rtol=1e-12, atol=1e-9)
    assert np.isnan(split.along_mm[:, 0]).all() and bones[:, 1:].any()


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_turning_the_world_changes_nothing(seed):
    source, reference, away = random_poses(seed)
    turn, shift = Rotation.random(rng=np.random.default_rng(seed)).as_matrix(), np.array([10.0, -700.0, 30.0])
    before = position_split(source, reference, away)
    after = position_split(source @ turn.T, reference @ turn.T + shift, turn @ away)
    for field in dataclasses.fields(before):
        np.testing.assert_allclose(getattr(after, field.name), getattr(before, field.name), rtol=1e-7, atol=1e-6)


@given(st.integers(0, 10_000), st.floats(0.1, 10))
@settings(max_examples=30, deadline=None)
def test_a_body_twice_as_large_has_errors_twice_as_large(seed, factor):
    source, reference, away = random_poses(seed)
    before, after = position_split(source, reference, away), position_split(factor * source, factor * reference, away)
    for name in ("error_mm", "along_mm", "across_mm", "depth_mm", "plane_mm"):
        np.testing.assert_allclose(getattr(after, name), factor * getattr(before, name), rtol=1e-7, atol=1e-6)
    for name in ("length_percent", "direction_deg"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-7, atol=1e-6)


def test_an_error_along_the_bone_and_one_across(clips):
    reference = clips[0].poses.xyz_mm.astype(float)
    bone = reference[:, ANKLE] - reference[:, KNEE]
    length = np.linalg.norm(bone, axis=1)
    across = np.cross(bone, [0.3, 0.2, 0.9])
    across *= (length / np.linalg.norm(across, axis=1))[:, None]
    source = reference.copy()
    source[:, ANKLE] += 0.1 * bone
    split = position_split(source, reference)
    np.testing.assert_allclose(split.along_mm[:, ANKLE], 0.1 * length, rtol=1e-9)
    np.testing.assert_allclose(split.across_mm[:, ANKLE], 0, atol=1e-9)
    np.testing.assert_allclose(split.length_percent[:, ANKLE], 10, rtol=1e-9)
    np.testing.assert_allclose(split.direction_deg[:, ANKLE], 0, atol=1e-5)
    source[:, ANKLE] = reference[:, KNEE] + np.cos(np.radians(5)) * bone + np.sin(np.radians(5)) * across
    split = position_split(source, reference)
    np.testing.assert_allclose(split.direction_deg[:, ANKLE], 5, rtol=1e-9)
    np.testing.assert_allclose(split.length_percent[:, ANKLE], 0, atol=1e-9)
    np.testing.assert_allclose(split.across_mm[:, ANKLE], np.sin(np.radians(5)) * length, rtol=1e-9)
    assert (split.along_mm[:, ANKLE] < 0).all()
    assert np.isnan(split.depth_mm).all() and np.isnan(split.plane_mm).all()


def test_depth_is_away_from_the_camera(clips):
    """A joint put 50 mm further down the optical axis, given in three systems of axes."""
    clip = clips[0]
    xyz = clip.poses.xyz_mm.astype(float)
    xyz[:, ANKLE] += 50 * clip.camera.rotation[2]
    given_as = {
        Axes.WORLD_Z_UP: xyz,
        Axes.WORLD_Y_UP: other_world(xyz, Axes.WORLD_Z_UP),
        Axes.CAMERA: world_to_camera(clip.camera, xyz),
    }
    assert given_as[Axes.CAMERA][0, 0, 2] > 1000, "in front of the camera is a positive depth"
    for axes, there in given_as.items():
        split = position_split_of(clip, Poses(there, clip.fps, axes, rig=clip.poses.rig))
        np.testing.assert_allclose(split.depth_mm[:, ANKLE], 50, atol=0.01)
        np.testing.assert_allclose(split.plane_mm[:, ANKLE], 0, atol=0.01)


def test_the_error_is_the_one_of_the_evaluation(lifted):
    for pairs in lifted.values():
        for clip, poses in pairs[:4]:
            ours = position_split_of(clip, poses).error_mm
            np.testing.assert_array_equal(
                ours.astype(np.float32), evaluate(clip, poses, GEOMETRY, name="a").positions.mpjpe_mm
            )


def test_without_metric_scale_it_is_n_mpjpe(lifted):
    clip, poses = lifted["videopose3d-compact"][0]
    small = dataclasses.replace(poses, xyz_mm=poses.xyz_mm / 700, scale=Scale.ARBITRARY)
    assert compared_poses(clip, small).scaled and not compared_poses(clip, poses).scaled
    theirs = evaluate(clip, small, GEOMETRY, name="a").positions.n_mpjpe_mm
    np.testing.assert_allclose(position_split_of(clip, small).error_mm, theirs, rtol=1e-6)


def test_without_a_camera(lifted):
    """World axes: only depth is unknown. Camera axes: nothing is known but lengths."""
    clip, poses = lifted["videopose3d-compact"][0]
    blind = dataclasses.replace(clip, camera=None)
    split = position_split_of(blind, clip.poses)
    assert np.isnan(split.depth_mm).all() and (split.error_mm == 0).all()
    split = position_split_of(blind, poses)
    for name in ("error_mm", "along_mm", "across_mm", "depth_mm", "plane_mm", "direction_deg"):
        assert np.isnan(getattr(split, name)).all()
    assert np.isfinite(split.length_percent[:, 1:]).all()


def test_what_is_missing_stays_missing_and_harms_nobody(clips):
    reference = clips[0].poses.xyz_mm.astype(float)
    source = reference + np.random.default_rng(0).normal(0, 20, reference.shape)
    whole = position_split(source, reference)
    source[3, KNEE, 1] = np.nan
    split = position_split(source, reference)
    assert np.isnan(split.error_mm[3, KNEE]) and np.isnan(split.length_percent[3, ANKLE])
    split.error_mm[3, KNEE] = whole.error_mm[3, KNEE]
    np.testing.assert_array_equal(split.error_mm, whole.error_mm)
    source[5, 0] = np.nan
    assert np.isnan(position_split(source, reference).error_mm[5]).all()


def test_a_bone_without_length_has_no_direction(clips):
    reference = clips[0].poses.xyz_mm.astype(float)
    source = reference.copy()
    source[:, ANKLE] = source[:, KNEE]
    split = position_split(source, reference)
    np.testing.assert_allclose(split.length_percent[:, ANKLE], -100)
    assert np.isnan(split.direction_deg[:, ANKLE]).all()
    assert np.isnan(position_split(reference, source).along_mm[:, ANKLE]).all()
    assert PARENTS[ANKLE] == KNEE


def test_poses_that_do_not_fit_are_refused(clips):
    clip = clips[0]
    with pytest.raises(DataError, match="length"):
        position_split_of(clip, dataclasses.replace(clip.poses, xyz_mm=clip.poses.xyz_mm[:-1]))
    with pytest.raises(DataError, match="shape"):
        position_split(clip.poses.xyz_mm[:, :16], clip.poses.xyz_mm[:, :16])
    seen = dataclasses.replace(clip, poses=dataclasses.replace(clip.poses, axes=Axes.CAMERA))
    with pytest.raises(DataError, match="axes"):
        position_split_of(seen, clip.poses)
