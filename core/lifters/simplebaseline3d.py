"""SimpleBaseline3D: a residual multilayer perceptron from the 2D joints of one frame to 3D.

Martinez, Hossain, Romero & Little 2017, A simple yet effective baseline for 3d human pose estimation (ICCV). Names of
layers as in its PyTorch port.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_linear_bn_eval

__all__ = ["SimpleBaseline3D"]


class _Stage(nn.Module):
    """Two layers of linear, batch norm, ReLU, dropout, and a skip around both."""

    def __init__(self, width: int, dropout: float, bias: bool) -> None:
        super().__init__()
        self.w1 = nn.Linear(width, width, bias=bias)
        self.batch_norm1 = nn.BatchNorm1d(width)
        self.w2 = nn.Linear(width, width, bias=bias)
        self.batch_norm2 = nn.BatchNorm1d(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width) to (N, width)."""
        inner = self.dropout(torch.relu(self.batch_norm1(self.w1(x))))
        out: Tensor = x + self.dropout(torch.relu(self.batch_norm2(self.w2(inner))))
        return out


class SimpleBaseline3D(nn.Module):
    """2D joints (N, joints_in, 2), z-scored, to 3D joints (N, joints_out, 3), z-scored.

    bias : 1 as in the PyTorch port; 0 without biases before batch norms, as in MMPose. Frames are independent.
    """

    receptive_field = 1

    def __init__(self, joints_in: int = 16, joints_out: int = 16, width: int = 1024, stages: int = 2, bias: int = 1,
                 dropout: float = 0.5) -> None:  # fmt: skip
        super().__init__()
        self.joints_in, self.joints_out = joints_in, joints_out
        self.w1 = nn.Linear(2 * joints_in, width, bias=bool(bias))
        self.batch_norm1 = nn.BatchNorm1d(width)
        self.linear_stages = nn.ModuleList(_Stage(width, dropout, bool(bias)) for _ in range(stages))
        self.w2 = nn.Linear(width, 3 * joints_out)
        self.dropout = nn.Dropout(dropout)

    def forward(self, joints: Tensor) -> Tensor:
        """(N, joints_in, 2) to (N, joints_out, 3)."""
        x = self.dropout(torch.relu(self.batch_norm1(self.w1(joints.flatten(-2)))))
        for stage in self.linear_stages:
            x = stage(x)
        return torch.unflatten(self.w2(x), -1, (self.joints_out, 3))

    def folded(self) -> Self:
        """A copy for inference, whose batch norms are folded into the linear layers before them.

        Fewer passes over memory for the same numbers; it has other parameters and cannot be trained.
        """
        copy = deepcopy(self).eval()
        layers = [(copy, "w1", "batch_norm1")]
        for stage in copy.linear_stages:
            layers += [(stage, "w1", "batch_norm1"), (stage, "w2", "batch_norm2")]  # type: ignore[list-item]
        for module, linear, norm in layers:
            setattr(module, linear, fuse_linear_bn_eval(getattr(module, linear), getattr(module, norm)))
            setattr(module, norm, nn.Identity())
        return copy.requires_grad_(False)
