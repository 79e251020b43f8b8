"""Features: what they do not change with, how they mirror, and what happens to frames without them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.network.features import MIRROR_FEATURES, N_FEATURES, defined_frames, pose_features
from core.skeleton import BONES, JOINTS, MIRROR
from tests.random_network import random_poses_mm

SEEDS = st.integers(0, 2**32 - 1)


def features(xyz: np.ndarray, dtype: torch.dtype = torch.float32) -> np.ndarray:
    return pose_features(torch.as_tensor(xyz, dtype=dtype)).numpy()


def moved(xyz: np.ndarray, seed: int) -> np.ndarray:
    """About a metre away: float32 holds a bone of 100 mm to 1e-6 there."""
    random = np.random.default_rng(seed)
    turned = xyz @ Rotation.random(random_state=seed).as_matrix().T
    return 10.0 ** random.uniform(-4, 3) * (turned + random.normal(scale=500, size=3))


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_turning_moving_and_scaling_a_pose_changes_nothing(seed):
    xyz = random_poses_mm(6, seed, spread_mm=25)
    np.testing.assert_allclose(features(moved(xyz, seed)), features(xyz), atol=1e-5)
    np.testing.assert_allclose(features(moved(xyz, seed), torch.float64), features(xyz, torch.float64), atol=1e-11)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_mirrored_pose_has_mirrored_features(seed):
    xyz = random_poses_mm(4, seed)
    mirrored = (xyz * [-1, 1, 1])[:, MIRROR]
    places, signs = MIRROR_FEATURES
    np.testing.assert_allclose(features(mirrored), features(xyz)[:, places] * signs, atol=1e-5)


def test_directions_are_those_of_a_frame_written_out():
    """Axes as angles.md 4 states them, with numpy, for one bone of each segment."""
    xyz = random_poses_mm(1, 3)[0]
    at = dict(zip(JOINTS, xyz, strict=True))

    def seen(line: np.ndarray, up: np.ndarray, bone: np.ndarray) -> np.ndarray:
        z = line / np.linalg.norm(line)
        x = np.cross(up, z) / np.linalg.norm(np.cross(up, z))
        return np.array([x, np.cross(z, x), z]) @ bone / np.linalg.norm(bone)

    got = features(xyz, torch.float64).reshape(16, 4)
    lengths = np.array([np.linalg.norm(xyz[child] - xyz[parent]) for parent, child in BONES])
    np.testing.assert_allclose(got[:, 3], lengths / lengths.mean(), rtol=1e-12)
    pelvis = (at["r_hip"] - at["l_hip"], at["spine"] - at["pelvis"])
    thorax = (at["r_shoulder"] - at["l_shoulder"], at["thorax"] - at["spine"])
    for frame, parent, child in ((pelvis, "l_knee", "l_ankle"), (pelvis, "spine", "thorax"),
                                 (pelvis, "thorax", "l_shoulder"), (thorax, "r_shoulder", "r_elbow"),
                                 (thorax, "neck", "head")):  # fmt: skip
        bone = BONES.index((JOINTS.index(parent), JOINTS.index(child)))
        np.testing.assert_allclose(got[bone, :3], seen(*frame, at[child] - at[parent]), atol=1e-12)


def test_reflection_is_seen():
    """A pose mirrored without exchanging its joints is another pose: nothing else could tell left from right."""
    xyz = random_poses_mm(1)
    assert np.abs(features(xyz * [-1, 1, 1]) - features(xyz)).max() > 0.5


def test_features_vary_smoothly_and_their_gradient_is_right():
    xyz = torch.as_tensor(random_poses_mm(2) / 1000, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(pose_features, (xyz,), atol=1e-6)


DEGENERATE = {
    "missing joint": lambda xyz: xyz.__setitem__((2, 12, 1), np.nan),
    "bone without length": lambda xyz: xyz.__setitem__((2, 13), xyz[2, 12]),
    "all joints in one place": lambda xyz: xyz.__setitem__(2, 5.0),
    "spine along the hips": lambda xyz: xyz.__setitem__((2, 7), xyz[2, 0] + 1.5 * (xyz[2, 1] - xyz[2, 4])),
    "chest along the shoulders": lambda xyz: xyz.__setitem__((2, 8), xyz[2, 7] + 0.7 * (xyz[2, 11] - xyz[2, 14])),
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_a_degenerate_frame_is_nan_and_leaves_its_neighbours_alone(case):
    whole = random_poses_mm(5)
    broken = whole.copy()
    DEGENERATE[case](broken)
    got, expected = features(broken), features(whole)
    assert np.isnan(got[2]).all()
    others = [0, 1, 3, 4]
    np.testing.assert_array_equal(got[others], expected[others])
    assert defined_frames(torch.as_tensor(broken)).tolist() == [True, True, False, True, True]


@pytest.mark.parametrize("case", DEGENERATE)
def test_a_degenerate_frame_leaves_the_gradient_finite(case):
    broken = random_poses_mm(5)
    DEGENERATE[case](broken)
    xyz = torch.as_tensor(broken, dtype=torch.float32).requires_grad_()
    pose_features(xyz).nan_to_num().square().sum().backward()
    gradient = xyz.grad
    assert torch.isfinite(gradient).all()
    assert (gradient[2] == 0).all()
    assert (gradient[0] != 0).any()


@pytest.mark.parametrize("size", [1e-12, 1e-3, 1e12])
def test_poses_in_any_unit_are_served(size):
    xyz = random_poses_mm(3)
    np.testing.assert_allclose(features(xyz * size), features(xyz), atol=1e-5)


def test_leading_axes_are_kept():
    xyz = torch.as_tensor(random_poses_mm(6), dtype=torch.float32)
    assert pose_features(xyz[0]).shape == (N_FEATURES,)
    torch.testing.assert_close(pose_features(xyz.reshape(2, 3, 17, 3)).reshape(6, 64), pose_features(xyz))
