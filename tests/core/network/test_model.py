"""The network: its size, what it says untrained, and that its outputs read as the angles of the house."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.angles.geometry import geometric_angles
from core.conventions import ANGLES
from core.network.features import MIRROR_FEATURES, pose_features
from core.network.model import (
    N_OUTPUTS,
    AngleNet,
    NetConfig,
    angles_from_outputs,
    directions_from_angles,
    parameter_count,
    sigma_from_outputs,
    split_outputs,
)
from tests.random_network import poses, random_networks, random_poses_mm

SWAP_SIDES = [column + (1 if column % 2 == 0 else -1) for column in range(12)]


def outputs_with(columns: dict[int, list[float]]) -> torch.Tensor:
    """Outputs that are zero except for some runs of columns."""
    outputs = torch.zeros(N_OUTPUTS, dtype=torch.float64)
    for start, values in columns.items():
        outputs[start : start + len(values)] = torch.tensor(values, dtype=torch.float64)
    return outputs


def test_size_is_that_of_the_study():
    # 64*512+512; four blocks of LayerNorm 2*512, 512*2048+2048, 2048*512+512; LayerNorm; 512*32+32.
    by_hand = 33_280 + 4 * (1_024 + 1_050_624 + 1_049_088) + 1_024 + 16_416
    assert parameter_count(AngleNet()) == by_hand == 8_453_664
    assert abs(by_hand / 8.44e6 - 1) < 0.002


def test_an_untrained_network_is_the_closed_form():
    xyz = random_poses_mm(200, spread_mm=40)
    with torch.inference_mode():
        got = angles_from_outputs(AngleNet(NetConfig(32, 2, 1))(pose_features(torch.as_tensor(xyz).float())))
    expected = geometric_angles(poses(xyz)).deg
    difference = (got.numpy() - expected + 180) % 360 - 180
    assert np.abs(difference).max() < 0.01  # a right angle between 1e-6 and 0 of a sine, in float32


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_hip_columns_read_as_the_cardan_angles_of_scipy(seed):
    """Z-X-Y of scipy on a random femur: the direction of its -y axis carries flexion and adduction."""
    rotation = Rotation.random(random_state=seed)
    flexion, adduction, _ = rotation.as_euler("ZXY", degrees=True)
    x, y, z = rotation.apply([0.0, -1.0, 0.0])
    got = angles_from_outputs(outputs_with({0: [x, y, -z], 3: [x, y, z]}))
    assert got[[1, 3]].numpy() == pytest.approx([flexion, adduction], abs=1e-4)
    left = Rotation.from_euler("ZXY", [flexion, -adduction, 0.0], degrees=True).apply([0.0, -1.0, 0.0])
    mirrored = angles_from_outputs(outputs_with({0: [left[0], left[1], -left[2]]}))
    assert mirrored[[0, 2]].numpy() == pytest.approx([flexion, adduction], abs=1e-4)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_shoulder_columns_read_as_the_rotation_vector_of_scipy(seed):
    """The components are the rotation vector that takes the hanging arm to the arm (angles.md 5c): F = rz, A = -rx."""
    direction = Rotation.random(random_state=seed).apply([0.0, -1.0, 0.0])
    vector = Rotation.align_vectors([direction], [[0.0, -1.0, 0.0]])[0].as_rotvec(degrees=True)
    got = angles_from_outputs(outputs_with({6: list(direction), 9: list(direction)}))
    expected = [vector[2], vector[2], -vector[0], -vector[0]]
    assert got[4:8].numpy() == pytest.approx(expected, abs=2e-3)


@given(st.lists(st.floats(-170, 170), min_size=12, max_size=12))
@settings(max_examples=50, deadline=None)
def test_angles_and_directions_are_inverse(values):
    angles = torch.tensor(values, dtype=torch.float64)
    angles[2:4] /= 2  # adduction reaches 90
    angles[4:8] /= 1.5  # elevation stays below 180
    angles[8:12] = angles[8:12].abs()
    vectors, hinges = directions_from_angles(angles)
    outputs = torch.cat([vectors.flatten(), hinges.flatten(), torch.zeros(12, dtype=torch.float64)])
    torch.testing.assert_close(angles_from_outputs(outputs), angles, atol=1e-3, rtol=0)


def test_outputs_are_unit_directions_whatever_the_weights():
    network = random_networks(NetConfig(64, 2, 2))["h36m"]
    with torch.inference_mode():
        vectors, hinges, _ = split_outputs(network(pose_features(torch.as_tensor(random_poses_mm(50)).float())))
    torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(50, 4))
    torch.testing.assert_close(hinges.norm(dim=-1), torch.ones(50, 4))


def test_the_closed_form_mirrors_into_the_other_side():
    features = pose_features(torch.as_tensor(random_poses_mm(20, spread_mm=30)))
    places, signs = MIRROR_FEATURES
    mirrored = features[:, list(places)] * torch.tensor(signs, dtype=torch.float64)
    network = AngleNet(NetConfig(8, 1, 0)).double()
    with torch.inference_mode():
        angles, other = angles_from_outputs(network(features)), angles_from_outputs(network(mirrored))
    torch.testing.assert_close(other, angles[:, SWAP_SIDES])
    assert [ANGLES[c].side for c in SWAP_SIDES] == ["r", "l"] * 6


def test_uncertainty_is_scaled_by_its_calibration_and_never_zero_or_infinite():
    network = random_networks(NetConfig(64, 2, 2))["h36m"]
    features = pose_features(torch.as_tensor(random_poses_mm(20)).float())
    with torch.inference_mode():
        before = sigma_from_outputs(network(features))
        network.sigma_scale.mul_(3.0)
        torch.testing.assert_close(sigma_from_outputs(network(features)), 3 * before)
        network.head.bias[20:] = torch.tensor([1e9, -1e9] * 6)
        extreme = sigma_from_outputs(network(features))
    assert torch.isfinite(extreme).all()
    assert (extreme > 0).all()


def test_undefined_features_give_undefined_outputs_of_that_frame_only():
    network = random_networks(NetConfig(64, 2, 2))["h36m"]
    xyz = torch.as_tensor(random_poses_mm(6)).float()
    with torch.inference_mode():
        whole = network(pose_features(xyz))
        xyz[2, 5] = torch.nan
        got = network(pose_features(xyz))
    assert torch.isnan(got[2]).all()
    torch.testing.assert_close(got[[0, 1, 3, 4, 5]], whole[[0, 1, 3, 4, 5]], rtol=0, atol=0)


def test_the_faster_way_gives_the_same():
    network = random_networks(NetConfig())["h36m"]
    features = pose_features(torch.as_tensor(random_poses_mm(40)).float())
    features[3] = torch.nan
    with torch.inference_mode():
        torch.testing.assert_close(network.infer(features), network(features), atol=2e-6, rtol=1e-5, equal_nan=True)
