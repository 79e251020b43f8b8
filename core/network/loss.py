"""What training minimises: directions, angles and the honesty of the stated uncertainty, each in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from core.conventions import ANGLES
from core.network.model import angles_from_outputs, directions_from_angles, split_outputs

__all__ = ["AngleLoss", "LossWeights", "angle_differences", "angle_loss"]

_CIRCULAR = [column for column, angle in enumerate(ANGLES) if angle.circular]


@dataclass(frozen=True, slots=True)
class LossWeights:
    """Weight of each part, and the error in degrees below which the angle part is quadratic instead of linear."""

    direction: float = 1.0
    angle: float = 1.0
    uncertainty: float = 0.1
    huber_deg: float = 1.0


class AngleLoss(NamedTuple):
    """Scalars. total : to minimise. direction_deg, mae_deg : mean errors for people. nll : of the uncertainty."""

    total: Tensor
    direction_deg: Tensor
    mae_deg: Tensor
    nll: Tensor


def angle_differences(angles_deg: Tensor, target_deg: Tensor) -> Tensor:
    """Signed differences (..., 12) in degrees, wrapped to [-180, 180) where the angle is circular."""
    difference = angles_deg - target_deg
    wrapped = torch.remainder(difference + 180, 360) - 180
    circular = torch.zeros(difference.shape[-1], dtype=torch.bool, device=difference.device)
    circular[_CIRCULAR] = True
    return torch.where(circular, wrapped, difference)


def angle_loss(outputs: Tensor, target_deg: Tensor, weights: LossWeights | None = None) -> AngleLoss:
    """Loss of outputs (..., 32) of the network against angles (..., 12) degrees.

    Direction: chord between unit directions, as degrees, smooth at 0; no wrap, no singular posture. Angle: Huber on
    the wrapped difference, which is what is reported; near the shoulder's singular overhead posture its slope is
    limited by the linear part. Uncertainty: negative log likelihood of a Gaussian, its errors taken as given, so that
    no error is excused by a wide uncertainty. Targets that are NaN are left out, the rest averages.
    """
    weights = weights or LossWeights()
    present = torch.isfinite(target_deg)
    target = torch.where(present, target_deg, 0.0)
    chord = _chords_deg(outputs, target)
    direction = _mean(chord, _limbs_present(present))
    difference = angle_differences(angles_from_outputs(outputs), target)
    size = difference.abs()
    huber = torch.where(size < weights.huber_deg, size.square() / (2 * weights.huber_deg),
                        size - weights.huber_deg / 2)  # fmt: skip
    log_sigma = split_outputs(outputs)[2]
    nll = _mean(log_sigma + 0.5 * (difference.detach() * torch.exp(-log_sigma)).square(), present)
    total = weights.direction * direction + weights.angle * _mean(huber, present) + weights.uncertainty * nll
    return AngleLoss(total, direction.detach(), _mean(size, present).detach(), nll.detach())


def _chords_deg(outputs: Tensor, target_deg: Tensor) -> Tensor:
    """(..., 8): thighs, upper arms, elbows, knees, left before right."""
    vectors, hinges, _ = split_outputs(outputs)
    wanted_vectors, wanted_hinges = directions_from_angles(target_deg)
    squared = torch.cat([(vectors - wanted_vectors).square().sum(-1), (hinges - wanted_hinges).square().sum(-1)], -1)
    return torch.rad2deg((squared + 1e-8).sqrt())


def _limbs_present(present: Tensor) -> Tensor:
    """(..., 8) whether the angles (..., 12) of each direction are all there."""
    pairs = torch.unflatten(present[..., :8], -1, (2, 2, 2)).all(-2).flatten(-2)
    return torch.cat([pairs, present[..., 8:]], -1)


def _mean(values: Tensor, present: Tensor) -> Tensor:
    return torch.where(present, values, 0.0).sum() / present.sum().clamp(min=1)
