"""VideoPose3D: temporal convolutions from a sequence of 2D joints to 3D.

Pavllo, Feichtenhofer, Grangier & Auli 2019, 3D human pose estimation in video with temporal convolutions and
semi-supervised training (CVPR). Names of layers as in its reference implementation.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

__all__ = ["VideoPose3D"]

_KERNEL = 3


class VideoPose3D(nn.Module):
    """2D joints (B, T, joints_in, 2) in screen coordinates to root-relative 3D (B, T - R + 1, joints_out, 3), metres.

    R is :attr:`receptive_field`, 3 to the power of (levels + 1): 243 frames with the four levels of the paper. Frame t
    of the output sees the R frames of the input from t on, so its own frame is t + R // 2 there.
    """

    def __init__(self, joints_in: int = 17, joints_out: int = 17, channels: int = 1024, levels: int = 4,
                 dropout: float = 0.25) -> None:  # fmt: skip
        super().__init__()
        self.joints_in, self.joints_out, self.levels = joints_in, joints_out, levels
        self.expand_conv = nn.Conv1d(2 * joints_in, channels, _KERNEL, bias=False)
        self.expand_bn = nn.BatchNorm1d(channels)
        convs, norms = [], []
        for level in range(1, levels + 1):
            convs += [nn.Conv1d(channels, channels, _KERNEL, dilation=_KERNEL**level, bias=False),
                      nn.Conv1d(channels, channels, 1, bias=False)]  # fmt: skip
            norms += [nn.BatchNorm1d(channels), nn.BatchNorm1d(channels)]
        self.layers_conv, self.layers_bn = nn.ModuleList(convs), nn.ModuleList(norms)
        self.shrink = nn.Conv1d(channels, 3 * joints_out, 1)
        self.dropout = nn.Dropout(dropout)

    @property
    def receptive_field(self) -> int:
        """Frames of input that one frame of output sees."""
        return int(_KERNEL ** (self.levels + 1))

    def forward(self, joints: Tensor) -> Tensor:
        """All frames at once, by dilated convolutions: what neighbouring windows share is computed once."""
        x = self._activated(self.expand_conv(_channels_first(joints)), self.expand_bn)
        for level, (wide, narrow, norm1, norm2) in enumerate(self._levels(), start=1):
            skip = x[..., _KERNEL**level : x.shape[-1] - _KERNEL**level]
            inner = self._activated(wide(x), norm1)
            x = skip + self._activated(narrow(inner), norm2)
        return self._frames(self.shrink(x))

    def strided(self, joints: Tensor) -> Tensor:
        """One frame of output per R frames of input, by strided convolutions with the same weights.

        (B, n R, joints_in, 2) to (B, n, joints_out, 3): for windows of which only the middle is wanted, as in training,
        a fraction of the work of :meth:`forward` for the same numbers.
        """
        x = self._activated(_by_threes(joints.flatten(-2), self.expand_conv.weight), self.expand_bn)
        for wide, narrow, norm1, norm2 in self._levels():
            middle = torch.unflatten(x, 0, (-1, _KERNEL))[:, _KERNEL // 2]
            inner = self._activated(_by_threes(x, wide.weight), norm1)
            x = middle + self._activated(inner @ narrow.weight[..., 0].T, norm2)
        poses = nn.functional.linear(x, self.shrink.weight[..., 0], self.shrink.bias)
        return poses.view(len(joints), -1, self.joints_out, 3)

    def _levels(self) -> Iterator[tuple[nn.Conv1d, nn.Conv1d, nn.Module, nn.Module]]:
        convs, norms = list(self.layers_conv), list(self.layers_bn)
        for at in range(0, 2 * self.levels, 2):
            wide, narrow = convs[at], convs[at + 1]
            assert isinstance(wide, nn.Conv1d)  # noqa: S101 - for the type checker
            assert isinstance(narrow, nn.Conv1d)  # noqa: S101
            yield wide, narrow, norms[at], norms[at + 1]

    def _activated(self, x: Tensor, norm: nn.Module) -> Tensor:
        out: Tensor = self.dropout(torch.relu(norm(x)))
        return out

    def _frames(self, x: Tensor) -> Tensor:
        """(B, 3 joints, T) to (B, T, joints, 3)."""
        return torch.unflatten(x.transpose(1, 2), -1, (self.joints_out, 3))


def _by_threes(x: Tensor, weight: Tensor) -> Tensor:
    """(..., channels) rows, in threes that follow one another, through a kernel (out, channels, 3) without overlap.

    A matrix product, which is faster than a convolution of so few channels.
    """
    return x.reshape(-1, _KERNEL * x.shape[-1]) @ weight.permute(2, 1, 0).reshape(-1, len(weight))


def _channels_first(joints: Tensor) -> Tensor:
    """(B, T, joints, 2) to (B, 2 joints, T)."""
    return joints.flatten(-2).transpose(1, 2)
