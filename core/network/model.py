"""The network: 64 features to the directions that the twelve angles read, and how sure it is of each angle.

Angles are never regressed as numbers that wrap. The head gives a correction to the closed-form geometry of the same
17 joints: to the direction of each thigh in the pelvis and of each upper arm in the thorax (unit vectors), and to
cosine and sine of each elbow and knee. A network whose head is zero is the geometry estimator.
Size and blocks as in the study (64 to 512, four inverted bottlenecks 512-2048-512): 8.45 million parameters.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from core.conventions import N_ANGLES
from core.network.card import NetConfig
from core.network.features import N_FEATURES, bone_index

__all__ = ["N_OUTPUTS", "AngleNet", "NetConfig", "angles_from_outputs", "directions_from_angles", "outputs_from_head",
           "parameter_count", "sigma_from_outputs", "split_outputs"]  # fmt: skip

_DEGREES = 180 / math.pi
_N_DIRECTIONS = 20
N_OUTPUTS = _N_DIRECTIONS + N_ANGLES
"""Columns of the output: directions of the left and right thigh (3 + 3: forward, up, outward), of the left and right
upper arm (3 + 3), cosine and sine of left elbow, right elbow, left knee, right knee (4 x 2), then the natural
logarithm of the standard deviation of the twelve angles in degrees."""

_TYPICAL_SIGMA_DEG = 4.0
_LOG_SIGMA_REACH = 4.0
"""Standard deviations stay within a factor e^4 of the typical one, so that no input makes them 0 or infinite."""

_THIGHS = (bone_index("l_hip", "l_knee"), bone_index("r_hip", "r_knee"))
_SHANKS = (bone_index("l_knee", "l_ankle"), bone_index("r_knee", "r_ankle"))
_ARMS = (bone_index("l_shoulder", "l_elbow"), bone_index("r_shoulder", "r_elbow"))
_FOREARMS = (bone_index("l_elbow", "l_wrist"), bone_index("r_elbow", "r_wrist"))


class Block(nn.Module):
    """Inverted bottleneck with a skip: LayerNorm, widen, GELU, narrow, add."""

    def __init__(self, width: int, expansion: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, expansion * width)
        self.narrow = nn.Linear(expansion * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) to (..., width)."""
        out: Tensor = x + self.narrow(nn.functional.gelu(self.widen(self.norm(x))))
        return out

    def add_in_place(self, x: Tensor, hidden: Tensor) -> None:
        """The same on ``x`` (N, width) itself; ``hidden`` (N, expansion * width) is scratch."""
        torch.addmm(self.widen.bias, self.norm(x), self.widen.weight.T, out=hidden)
        torch.ops.aten.gelu_(hidden)
        x.add_(self.narrow.bias).addmm_(hidden, self.narrow.weight.T)


class AngleNet(nn.Module):
    """Features (..., 64) of :func:`core.network.features.pose_features` to outputs (..., 32), see :data:`N_OUTPUTS`.

    Buffers: ``feature_mean`` and ``feature_scale`` (64) standardise the features, set by :meth:`standardise` from the
    training data; ``sigma_scale`` (12) is the factor by which calibration on motion not trained on widens the learnt
    standard deviations (:func:`core.training.floor.calibrate`), 1 until that is done. All three are kept with the
    weights. A fresh network is the closed-form geometry: its head starts at zero.
    """

    feature_mean: Tensor
    feature_scale: Tensor
    sigma_scale: Tensor

    def __init__(self, config: NetConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or NetConfig()
        self.register_buffer("feature_mean", torch.zeros(N_FEATURES))
        self.register_buffer("feature_scale", torch.ones(N_FEATURES))
        self.register_buffer("sigma_scale", torch.ones(N_ANGLES))
        self.stem = nn.Linear(N_FEATURES, config.width)
        self.blocks = nn.Sequential(*(Block(config.width, config.expansion) for _ in range(config.blocks)))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, N_OUTPUTS)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def standardise(self, mean: Tensor, scale: Tensor) -> None:
        """Set mean and standard deviation (64) of the features over the training data; scales of 0 become 1."""
        self.feature_mean.copy_(mean)
        self.feature_scale.copy_(torch.where(scale > 1e-6, scale, 1.0))

    def forward(self, features: Tensor) -> Tensor:
        """Outputs (..., 32): directions of unit length, then log standard deviations. NaN features give NaN."""
        correction = self.head(self.norm(self.blocks(self.stem_of(features))))
        return outputs_from_head(correction, features, self.sigma_scale)

    def infer(self, features: Tensor) -> Tensor:
        """:meth:`forward` without gradient, (N, 64) to (N, 32), in memory that is used again from block to block.

        Large temporaries cost a fifth of the time on a processor. Only under ``torch.inference_mode()``.
        """
        x = self.stem_of(features)
        hidden = x.new_empty(len(x), self.config.expansion * self.config.width)
        for block in self.blocks:
            assert isinstance(block, Block)  # noqa: S101 - for the type checker
            block.add_in_place(x, hidden)
        return outputs_from_head(self.head(self.norm(x)), features, self.sigma_scale)

    def stem_of(self, features: Tensor) -> Tensor:
        """The first layer: standardised features (..., 64) to (..., width)."""
        x: Tensor = self.stem((features - self.feature_mean) / self.feature_scale)
        return x


def outputs_from_head(correction: Tensor, features: Tensor, sigma_scale: Tensor) -> Tensor:
    """Closed-form geometry plus the head's correction (..., 32), normalised."""
    directions = geometric_directions(features) + correction[..., :_N_DIRECTIONS]
    vectors, hinges = _as_vectors(directions), _as_hinges(directions)
    reach = _LOG_SIGMA_REACH * torch.tanh(correction[..., _N_DIRECTIONS:] / _LOG_SIGMA_REACH)
    log_sigma = reach + math.log(_TYPICAL_SIGMA_DEG) + sigma_scale.log()
    return torch.cat([_normalised(vectors).flatten(-2), _normalised(hinges).flatten(-2), log_sigma], -1)


def _normalised(vectors: Tensor) -> Tensor:
    return vectors / (vectors.square().sum(-1, keepdim=True) + 1e-12).sqrt()


def geometric_directions(features: Tensor) -> Tensor:
    """(..., 20) directions of the closed form, in the layout of the outputs, from features (..., 64)."""
    bones = torch.unflatten(features, -1, (-1, 4))[..., :3]
    left, right = bones.new_tensor([1.0, 1.0, -1.0]), bones.new_tensor([1.0, 1.0, 1.0])
    limbs = [bones[..., bone, :] * side for pair in (_THIGHS, _ARMS)
             for bone, side in zip(pair, (left, right), strict=True)]  # fmt: skip
    proximal, distal = bones[..., (*_ARMS, *_THIGHS), :], bones[..., (*_FOREARMS, *_SHANKS), :]
    cosine = (proximal * distal).sum(-1)
    # Of the two halves of a sine of 0 the root has no slope; 1e-12 costs 1e-6 of a sine there and nothing elsewhere.
    sine = (torch.linalg.cross(proximal, distal).square().sum(-1) + 1e-12).sqrt()
    return torch.cat([torch.cat(limbs, -1), torch.stack([cosine, sine], -1).flatten(-2)], -1)


def split_outputs(outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Unit vectors (..., 4, 3), hinges (..., 4, 2) and log standard deviations (..., 12) of outputs (..., 32)."""
    vectors, hinges = _as_vectors(outputs), _as_hinges(outputs)
    return vectors, hinges, outputs[..., _N_DIRECTIONS:]


def angles_from_outputs(outputs: Tensor) -> Tensor:
    """(..., 12) degrees in the order of :data:`core.conventions.ANGLES`, shoulder as components, of outputs (..., 32).

    The closed forms of :mod:`core.angles.long_axes`. Elbow and knee may come slightly below 0 for a straight limb;
    whoever reports them clamps at 0 (:mod:`core.network.estimator`), whoever trains does not, to keep the slope.
    """
    vectors, hinges, _ = split_outputs(outputs)
    forward, up, outward = vectors.unbind(-1)
    hip = slice(0, 2)
    flexion = torch.atan2(forward[..., hip], -up[..., hip])
    sagittal = _root(forward[..., hip].square() + up[..., hip].square())
    adduction = torch.atan2(-outward[..., hip], sagittal)
    arm = slice(2, 4)
    across = _root(forward[..., arm].square() + outward[..., arm].square())
    ratio = torch.atan2(across, -up[..., arm]) / across  # elevation over its sine
    hinge = torch.atan2(hinges[..., 1], hinges[..., 0])
    radians = [flexion, adduction, ratio * forward[..., arm], ratio * outward[..., arm], hinge]
    return torch.cat(radians, -1) * _DEGREES


def _root(squared: Tensor) -> Tensor:
    """Square root with a finite slope at 0; 1e-6 there."""
    return (squared + 1e-12).sqrt()


def _as_vectors(columns: Tensor) -> Tensor:
    return torch.unflatten(columns[..., :12], -1, (4, 3))


def _as_hinges(columns: Tensor) -> Tensor:
    return torch.unflatten(columns[..., 12:20], -1, (4, 2))


def sigma_from_outputs(outputs: Tensor) -> Tensor:
    """(..., 12) standard deviations of the angles in degrees, of outputs (..., 32)."""
    return outputs[..., _N_DIRECTIONS:].exp()


def directions_from_angles(angles_deg: Tensor) -> tuple[Tensor, Tensor]:
    """Unit vectors (..., 4, 3) and hinges (..., 4, 2) that read as angles (..., 12) degrees; the inverse of above."""
    radians = torch.deg2rad(angles_deg)
    flexion, adduction = radians[..., 0:2], radians[..., 2:4]
    level = torch.cos(adduction)
    hips = torch.stack([level * flexion.sin(), -level * flexion.cos(), -adduction.sin()], -1)
    pair = radians[..., 4:6], radians[..., 6:8]
    elevation = _root(pair[0].square() + pair[1].square())
    scale = elevation.sin() / elevation
    arms = torch.stack([scale * pair[0], -elevation.cos(), scale * pair[1]], -1)
    hinge = radians[..., 8:12]
    return torch.cat([hips, arms], -2), torch.stack([hinge.cos(), hinge.sin()], -1)


def parameter_count(model: nn.Module) -> int:
    """Number of trained numbers; buffers do not count."""
    return sum(parameter.numel() for parameter in model.parameters())
