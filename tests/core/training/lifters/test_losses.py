"""Angles and directions of bones as a loss: right slopes, no NaN, and what it lowers."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from core.angles.views import circular_columns, near_singular
from core.estimators import estimator_named
from core.metrics.angle import angle_errors
from core.records import Axes, Poses
from core.training.lifters.losses import angle_difference_deg, angle_network, bone_difference_deg, spread
from tests.core.training.lifters.made_up import sequences


@pytest.fixture(scope="module")
def network():
    return angle_network()[0]


@pytest.fixture(scope="module")
def poses():
    """(8, 17, 3) true poses in millimetres, and the same with every joint 30 mm off."""
    true = sequences(count=2, frames=40).xyz_mm[::20].astype(np.float64)
    off = true + np.random.default_rng(3).normal(0, 30, true.shape)
    return torch.from_numpy(off), torch.from_numpy(true)


def slope_of(loss, predicted, target):
    predicted = predicted.clone().requires_grad_()
    loss(predicted, target).backward()
    return predicted.grad


@pytest.mark.parametrize("which", ["angle", "bone"])
def test_the_gradient_is_that_of_finite_differences(which, network, poses):
    predicted, target = poses
    exact = copy.deepcopy(network).double()
    loss = {"angle": lambda p, t: angle_difference_deg(exact, p, t), "bone": bone_difference_deg}[which]
    slope = slope_of(loss, predicted, target)
    rng = np.random.default_rng(4)
    for _ in range(4):
        way = torch.from_numpy(rng.standard_normal(predicted.shape))
        step = 1e-4
        measured = (loss(predicted + step * way, target) - loss(predicted - step * way, target)) / (2 * step)
        assert float((slope * way).sum()) == pytest.approx(float(measured), rel=1e-3)


def test_it_is_the_angle_error_that_scoring_reports(network, poses):
    predicted, target = (part.float() for part in poses)
    instrument = estimator_named("network", device="cpu")
    one, other = (instrument.angles(Poses(part.numpy(), 50.0, Axes.WORLD_Z_UP, rig="h36m"))
                  for part in (predicted, target))  # fmt: skip
    error = np.abs(angle_errors(one.deg, other.deg, circular_columns()))
    expected = error[~near_singular(other)].mean()
    # Scoring shows a straight knee or elbow as at least 0.
    assert float(angle_difference_deg(network, predicted, target)) == pytest.approx(expected, abs=0.05)


def test_turning_the_person_is_seen_by_bones_but_not_by_angles(network, poses):
    _, target = poses
    target = target.float()
    turn = torch.tensor([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert float(angle_difference_deg(network, target @ turn, target)) < 0.01
    assert 30 < float(bone_difference_deg(target @ turn, target)) < 90
    assert float(bone_difference_deg(2 * target + 5, target)) < 0.01


def test_undefined_frames_are_left_out_and_no_gradient_is_nan(network, poses):
    predicted, target = (part.float() for part in poses)
    alone = float(angle_difference_deg(network, predicted[4:], target[4:]))
    bones = float(bone_difference_deg(predicted[4:], target[4:]))
    predicted, target = predicted.clone(), target.clone()
    predicted[0] = 0  # no bone has a length
    predicted[1, 7:9] = predicted[1, 0]  # the spine has none
    target[2] = torch.nan
    predicted[3, :, 1:] = 0  # all in one line: the trunk has no plane
    for loss in (lambda p, t: angle_difference_deg(network, p, t), bone_difference_deg):
        slope = slope_of(loss, predicted, target)
        assert torch.isfinite(slope).all()
        assert slope[4:].abs().sum() > 0
        assert not slope[[0, 2]].any()
    assert float(angle_difference_deg(network, predicted, target)) == pytest.approx(alone, rel=1e-5)
    # Bones with a length on both sides still count where the others have none.
    assert float(bone_difference_deg(predicted[[0, 2, *range(4, len(target))]], target[[0, 2, *range(4, len(target))]])
                 ) == pytest.approx(bones, rel=1e-5)  # fmt: skip
    nothing = slope_of(lambda p, t: angle_difference_deg(network, p, t), predicted[:1], target[:1])
    assert not nothing.any()
    assert float(bone_difference_deg(predicted[:1], target[:1])) == 0
    assert torch.isfinite(slope_of(bone_difference_deg, target[5:], target[5:])).all()


def test_one_step_lowers_the_angle_error(network, poses):
    predicted, target = (part.float() for part in poses)

    def error(p, t=target):
        return angle_difference_deg(network, p, t)

    slope = slope_of(error, predicted, target)
    assert float(error(predicted - 50 * slope)) < float(error(predicted))
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not network.training


def test_a_part_of_the_frames_is_spread_over_all_windows():
    rows = torch.arange(1000)
    assert torch.equal(spread(rows, 0), rows)
    assert torch.equal(spread(rows, 5000), rows)
    assert spread(rows, 100).tolist() == list(range(0, 1000, 10))
