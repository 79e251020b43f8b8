"""The loss: what it is 0 for, that wrapping cannot hurt it, and that it can be descended."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.network.features import pose_features
from core.network.loss import AngleLoss, LossWeights, angle_differences, angle_loss
from core.network.model import AngleNet, NetConfig, angles_from_outputs, directions_from_angles
from tests.random_network import random_poses_mm


def outputs_for(angles_deg: torch.Tensor, sigma_deg: float = 1.0) -> torch.Tensor:
    vectors, hinges = directions_from_angles(angles_deg)
    log_sigma = torch.full((*angles_deg.shape[:-1], 12), math.log(sigma_deg), dtype=angles_deg.dtype)
    return torch.cat([vectors.flatten(-2), hinges.flatten(-2), log_sigma], -1)


def some_angles(frames: int = 40) -> torch.Tensor:
    random = np.random.default_rng(0)
    low, high = [-30] * 2 + [-20] * 2 + [-40] * 4 + [5] * 4, [100] * 2 + [30] * 2 + [90] * 4 + [120] * 4
    return torch.as_tensor(random.uniform(low, high, size=(frames, 12)))


def test_the_right_angles_cost_nothing_but_the_width_of_the_uncertainty():
    angles = some_angles()
    loss = angle_loss(outputs_for(angles, sigma_deg=2.0), angles)
    assert loss.mae_deg < 1e-3
    assert loss.direction_deg < 0.01
    assert loss.nll == pytest.approx(math.log(2.0), abs=1e-5)


def test_errors_on_both_sides_of_the_wrap_are_small():
    angles, other = some_angles(), some_angles()
    angles[:, :2], other[:, :2] = 179.0, -179.0
    loss = angle_loss(outputs_for(angles), other)
    assert loss.mae_deg == pytest.approx(2.0 * 2 / 12, abs=1e-3)
    assert angle_differences(angles, other)[0, 0] == pytest.approx(-2.0)
    far_apart = angle_differences(torch.full((12,), 100.0), torch.full((12,), -100.0))
    assert far_apart.tolist() == [-160.0] * 2 + [200.0] * 10


def test_mean_error_and_likelihood_are_those_of_numpy():
    angles, other = some_angles(), some_angles() + torch.as_tensor(np.random.default_rng(1).normal(size=(40, 12)))
    loss = angle_loss(outputs_for(angles, sigma_deg=1.5), other)
    error = np.abs((angles - other).numpy())
    assert loss.mae_deg == pytest.approx(error.mean(), rel=1e-4)
    assert loss.nll == pytest.approx((np.log(1.5) + error**2 / (2 * 1.5**2)).mean(), rel=1e-3)


def test_targets_that_are_missing_are_left_out():
    angles = some_angles()
    wrong = angles + 5.0
    wrong[:, 8:] = angles[:, 8:]
    wrong[::2, :8] = torch.nan
    loss = angle_loss(outputs_for(angles).requires_grad_(), wrong)
    assert loss.mae_deg == pytest.approx(5.0 * 20 * 8 / (20 * 8 + 40 * 4), rel=1e-3)
    assert torch.isfinite(loss.total)
    empty = angle_loss(outputs_for(angles), torch.full_like(angles, torch.nan))
    assert empty.total == 0


def test_uncertainty_is_learnt_without_excusing_errors():
    """The direction of the output gets no gradient from the likelihood, the width does."""
    angles = some_angles()
    outputs = outputs_for(angles).requires_grad_()
    angle_loss(outputs, angles + 3.0, LossWeights(direction=0.0, angle=0.0)).total.backward()
    gradient = outputs.grad
    assert (gradient[:, :20] == 0).all()
    assert (gradient[:, 20:] < 0).all()  # 3 degrees off with a width of 1: widen


def test_gradient_is_finite_at_the_singular_postures():
    angles = torch.zeros(4, 12, dtype=torch.float64)
    angles[1, 2:4], angles[2, 4:6], angles[3, 8:] = 90.0, 180.0, 180.0  # splits, arms overhead, folded limbs
    outputs = outputs_for(angles).requires_grad_()
    angle_loss(outputs, angles + 1.0).total.backward()
    assert torch.isfinite(outputs.grad).all()


def test_a_small_network_learns_a_constant_rotation_of_the_geometry():
    torch.manual_seed(0)
    features = pose_features(torch.as_tensor(random_poses_mm(256, spread_mm=25)).float())
    network = AngleNet(NetConfig(32, 2, 1))
    with torch.no_grad():
        target = angles_from_outputs(network(features))
    target[:, :2] += 15.0
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    first, last = (AngleLoss(*[torch.tensor(0.0)] * 4),) * 2
    for step in range(150):
        last = angle_loss(network(features), target)
        first = last if step == 0 else first
        optimiser.zero_grad()
        last.total.backward()
        optimiser.step()
    assert first.mae_deg == pytest.approx(2.5, abs=0.01)  # 15 degrees in two of twelve angles
    assert last.mae_deg < 0.4
    assert last.nll < first.nll - 0.5
