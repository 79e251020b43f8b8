"""Lifters of every family, small and untrained but with random numbers everywhere, as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core.lifters.card import Coding, LifterCard
from core.lifters.models import build_model
from core.lifters.weights import LifterWeights, load_lifter, save_lifter

SMALL: Mapping[str, dict[str, int]] = {
    "simplebaseline3d": {"joints_in": 17, "joints_out": 16, "width": 32, "stages": 2, "bias": 1},
    "videopose3d": {"joints_in": 17, "joints_out": 17, "channels": 16, "levels": 2},
    "motionbert": {"joints": 17, "width": 16, "factor": 2, "depth": 2, "heads": 4, "representation": 24, "frames": 27},
}
"""Sizes that run in no time; VideoPose3D sees 27 frames, a window of MotionBERT has at most 27."""

PUBLISHED: Mapping[str, dict[str, int]] = {
    "simplebaseline3d": {"joints_in": 17, "joints_out": 16, "width": 1024, "stages": 2, "bias": 0},
    "videopose3d": {"joints_in": 17, "joints_out": 17, "channels": 1024, "levels": 4},
    "motionbert": {
        "joints": 17,
        "width": 512,
        "factor": 2,
        "depth": 5,
        "heads": 8,
        "representation": 512,
        "frames": 243,
    },
}
"""The sizes of the papers."""


def random_lifter(
    path: Path, model: str, seed: int = 1, config: Mapping[str, int] | None = None, **card: Any
) -> LifterWeights:
    """A lifter written to ``path`` and read again.

    config : sizes, None: small. card : fields of its card.
    """
    torch.manual_seed(seed)
    sizes = dict(config or SMALL[model])
    built = build_model(model, sizes)
    for module in built.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.running_mean = torch.randn(module.num_features) * 0.1
            module.running_var = torch.rand(module.num_features) + 0.5
            nn.init.normal_(module.weight, 1, 0.1)
            nn.init.normal_(module.bias, 0, 0.1)
    told: dict[str, Any] = {
        "model": model,
        "config": sizes,
        "name": f"{model}-random",
        "title": "random numbers",
    }
    statistics = {}
    if model == "simplebaseline3d":
        told |= {"coding": Coding.ZSCORE, "unit_mm": 1.0, "output_joints": "h36m16"}
        statistics = {
            "input_mean": 450 + 50 * torch.rand(17, 2), "input_std": 60 + 40 * torch.rand(17, 2),
            "target_mean": 100 * torch.randn(16, 3), "target_std": 50 + 100 * torch.rand(16, 3),
        }  # fmt: skip
    if model == "motionbert":
        told |= {"confidence": True}
    save_lifter(path, built.state_dict(), LifterCard(**{**told, **card}), statistics)
    return load_lifter(path)
