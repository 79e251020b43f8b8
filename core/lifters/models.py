"""The three models by name, built to the sizes of a card."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import nn

from core.errors import DataError
from core.lifters.motionbert import MotionBERT
from core.lifters.simplebaseline3d import SimpleBaseline3D
from core.lifters.videopose3d import VideoPose3D

__all__ = ["CLASSES", "build_model", "count_parameters"]

CLASSES: Mapping[str, type[nn.Module]] = MappingProxyType(
    {"simplebaseline3d": SimpleBaseline3D, "videopose3d": VideoPose3D, "motionbert": MotionBERT}
)
"""By family; keyword arguments of each are the sizes that a card's ``config`` holds."""


def build_model(model: str, config: Mapping[str, int]) -> nn.Module:
    """A fresh model of a family; :class:`DataError` for an unknown family or sizes that it does not have."""
    try:
        return CLASSES[model](**config)
    except KeyError:
        raise DataError(f"no lifter model is called {model!r}", expected=" or ".join(CLASSES)) from None
    except (TypeError, ValueError, RuntimeError, AssertionError) as error:
        raise DataError(f"impossible sizes for {model} ({error})", got=str(dict(config))) from None


def count_parameters(model: str, config: Mapping[str, int]) -> int:
    """How many numbers of a model are learnt; nothing of their size is allocated. Raises as :func:`build_model`."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in build_model(model, config).parameters())
