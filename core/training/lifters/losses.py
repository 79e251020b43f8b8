"""Losses beside the position error: the twelve angles as a frozen network reads them, and the directions of bones.

Both are mean differences in degrees between predicted and true poses. Neither sees where a person stands or turns as a
whole; the directions of bones do see how the camera stands, the angles do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor, nn

from core.angles.views import near_singular
from core.errors import DataError
from core.network.features import defined_frames, pose_features
from core.network.loss import angle_differences
from core.network.model import angles_from_outputs
from core.network.shipped import shipped_weights
from core.network.weights import load_weights
from core.records import Angles
from core.skeleton import BONES

__all__ = ["RIG", "PoseLoss", "angle_difference_deg", "angle_network", "bone_difference_deg", "spread"]

RIG = "h36m"
"""What the joints of the targets stand for."""

PoseLoss = Callable[[Tensor, Tensor], Tensor]
"""Predicted and true joints, (N, 17, 3) each in the same axes and unit, to a scalar in degrees."""

_PARENT, _CHILD = (list(column) for column in zip(*BONES, strict=True))
_SHORTEST = 1e-6
"""Of a bone, in the unit of the poses, below which it has no direction."""


@lru_cache(maxsize=2)
def angle_network(device: str = "cpu") -> tuple[nn.Module, str]:
    """The network that ships for rig ``h36m``, frozen, and the sha256 of its numbers; loaded once.

    Raises :class:`DataError` where no weights ship.
    """
    found = shipped_weights()
    if not found:
        raise DataError("the weights of the network are missing from this installation",
                        hint="Install anglescope again")  # fmt: skip
    network = load_weights(found[0], RIG).network(RIG).eval().requires_grad_(False)
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return network.to(device), digest.hexdigest()


def angle_difference_deg(network: nn.Module, predicted: Tensor, target: Tensor) -> Tensor:
    """Mean absolute difference of the twelve angles, the short way round where an angle is circular.

    Of poses (N, 17, 3). Frames whose features are undefined in either pose are left out, and so are angles that
    scoring calls near singular in the true pose, where a millimetre can be any number of degrees. 0 where nothing is
    left; the gradient never has a NaN where the predicted joints are numbers.
    """
    defined = defined_frames(predicted.detach()) & defined_frames(target)
    predicted, target = predicted[defined], target[defined]
    if not len(target):
        return predicted.sum()
    with torch.no_grad():
        true = angles_from_outputs(network(pose_features(target)))
    regular = torch.from_numpy(~near_singular(Angles(true.float().cpu().numpy(), "network"))).to(true.device)
    angles = angles_from_outputs(network(pose_features(predicted)))
    size = angle_differences(angles, true).abs()
    return torch.where(regular, size, 0.0).sum() / regular.sum().clamp(min=1)


def bone_difference_deg(predicted: Tensor, target: Tensor) -> Tensor:
    """Mean angle between the directions of the 16 bones, of poses (N, 17, 3) in the same axes.

    Bones without length and bones with a missing joint are left out; 0 where nothing is left.
    """
    one, other = _bones(predicted), _bones(target)
    lengths = torch.stack([one.detach().norm(dim=-1), other.norm(dim=-1)])
    there = torch.isfinite(lengths).all(0) & (lengths > _SHORTEST).all(0)
    one, other = one[there], other[there]
    across = torch.linalg.cross(one, other).square().sum(-1)
    scale = lengths[0][there] * lengths[1][there]
    # A root has no slope at 0, where a bone is right to the last digit.
    sine = (across + (1e-6 * scale).square()).sqrt()
    angle = torch.atan2(sine, (one * other).sum(-1))
    return torch.rad2deg(angle).sum() / max(len(one), 1)


def _bones(xyz: Tensor) -> Tensor:
    return xyz[:, _CHILD] - xyz[:, _PARENT]


def spread(poses: Tensor, count: int) -> Tensor:
    """About ``count`` of poses (N, ...), at equal distances, so that every window of frames has its share; 0: all."""
    return poses if not count else poses[:: max(-(-len(poses) // count), 1)]
