"""What each model is trained to do: its sizes, what it reads, what it answers, and the windows of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.lifters.card import PICTURE_PX, Coding
from core.lifters.models import build_model
from core.training.lifters.views import Views

__all__ = ["SIZES", "TITLES", "Batch", "Statistics", "Task", "statistics_of", "task_for"]

TITLES: Mapping[str, str] = MappingProxyType(
    {"simplebaseline3d": "SimpleBaseline3D", "videopose3d": "VideoPose3D", "motionbert": "MotionBERT"}
)
"""The models as people know them."""

SIZES: Mapping[str, Mapping[str, Mapping[str, int]]] = MappingProxyType({
    "compact": {
        "simplebaseline3d": {"joints_in": 17, "joints_out": 16, "width": 512, "stages": 2, "bias": 1},
        "videopose3d": {"joints_in": 17, "joints_out": 17, "channels": 256, "levels": 3},
        "motionbert": {"joints": 17, "width": 64, "factor": 2, "depth": 2, "heads": 2, "representation": 128,
                       "frames": 81},
    },
    "full": {
        "simplebaseline3d": {"joints_in": 17, "joints_out": 16, "width": 1024, "stages": 2, "bias": 1},
        "videopose3d": {"joints_in": 17, "joints_out": 17, "channels": 1024, "levels": 4},
        "motionbert": {"joints": 17, "width": 512, "factor": 2, "depth": 5, "heads": 8, "representation": 512,
                       "frames": 243},
    },
})  # fmt: skip
"""Arguments of the models: published sizes, and some that a CPU trains in minutes."""

_MM_PER_M = 1000.0
_SHORT_SHARE, _SHORTEST = 0.25, 9


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Mean and standard deviation of input (17, 2), pixels of a picture 1000 wide, and target (16, 3), mm."""

    input_mean: Tensor
    input_std: Tensor
    target_mean: Tensor
    target_std: Tensor

    def tensors(self) -> dict[str, Tensor]:
        """By name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def statistics_of(views: Views) -> Statistics:
    """Of 2D and 3D of views, joint by joint and axis by axis."""
    pixels = torch.from_numpy((views.screen + 1) * (PICTURE_PX / 2))
    target = torch.from_numpy(views.xyz_mm[:, 1:])
    return Statistics(pixels.mean(0), pixels.std(0), target.mean(0), target.std(0))


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """inputs : as the model reads them. target_mm : (B, F, 17, 3) of the frames that it answers, neighbours in time."""

    inputs: Tensor
    target_mm: Tensor


class Task:
    """One frame at a time with z-scored coordinates (SimpleBaseline3D); other models override what differs.

    size : name in :data:`SIZES`. changed : sizes that differ from it. Class variables: what the card says of it,
    and how it is trained by default; methods : that a step calls instead of the model itself.
    """

    model = "simplebaseline3d"
    coding = Coding.ZSCORE
    output_joints = "h36m16"
    confidence, unit_mm, flip, in_time = False, 1.0, False, False
    dropout, rate = 0.1, 2e-3
    batch, steps, parts, longest = 1024, 64, 8192, 8
    methods: tuple[str, ...] = ()

    def __init__(self, size: str, changed: Mapping[str, int] = MappingProxyType({})) -> None:
        self.config = {**SIZES[size][self.model], **changed}

    @property
    def frames(self) -> int:
        """Frames that the answer to an example has, at most."""
        return 1

    def build(self, dropout: float) -> nn.Module:
        """A fresh model."""
        model = build_model(self.model, self.config)
        for module in model.modules():
            if isinstance(module, nn.Dropout):
                module.p = dropout
        return model

    def statistics(self, views: Views) -> Statistics | None:
        """What the model standardises with, from training views; None where it does not."""
        return statistics_of(views)

    def batch_of(self, views: Views, size: int, rng: np.random.Generator, statistics: Statistics | None) -> Batch:
        """``size`` examples at random from views."""
        rows = rng.integers(len(views), size=size)
        assert statistics is not None  # noqa: S101 - for the type checker
        pixels = (torch.from_numpy(views.screen[rows]) + 1) * (PICTURE_PX / 2)
        standardised = (pixels - statistics.input_mean) / statistics.input_std
        return Batch(standardised, torch.from_numpy(views.xyz_mm[rows, None]))

    def answer_mm(self, model: Any, inputs: Tensor, statistics: Statistics | None) -> Tensor:
        """(B, F, 17, 3) millimetres for a batch's inputs."""
        assert statistics is not None  # noqa: S101 - for the type checker
        std, mean = (part.to(inputs.device) for part in (statistics.target_std, statistics.target_mean))
        joints = model(inputs) * std + mean
        return torch.cat([torch.zeros_like(joints[:, :1]), joints], dim=1)[:, None]


class _WindowTask(Task):
    coding = Coding.SCREEN
    output_joints = "h36m17"
    unit_mm, flip, in_time = _MM_PER_M, True, True

    def statistics(self, views: Views) -> Statistics | None:  # noqa: ARG002 - screen coordinates are standard already
        """None."""
        return None


class VideoPoseTask(_WindowTask):
    """The middle frame of a window of screen coordinates; beyond a sequence its first or last frame again."""

    model = "videopose3d"
    dropout, rate = 0.0, 1e-3
    batch, steps, parts, longest = 256, 48, 256, 500
    methods = ("strided",)

    def batch_of(self, views: Views, size: int, rng: np.random.Generator, statistics: Statistics | None) -> Batch:  # noqa: ARG002
        """``size`` windows at random."""
        field = 3 ** (self.config["levels"] + 1)
        rows = rng.integers(len(views), size=size)
        window = _inside(rows - field // 2, field, views, rows)
        return Batch(torch.from_numpy(views.screen[window]), torch.from_numpy(views.xyz_mm[rows, None]))

    def answer_mm(self, model: Any, inputs: Tensor, statistics: Statistics | None) -> Tensor:  # noqa: ARG002
        """(B, 1, 17, 3) millimetres."""
        answer: Tensor = model.strided(inputs) * _MM_PER_M
        return answer


class MotionBertTask(_WindowTask):
    """Every frame of a window of screen coordinates with confidence; a quarter of the steps has shorter windows."""

    model = "motionbert"
    confidence = True
    dropout, rate = 0.0, 1e-3
    batch, steps, parts, longest = 8, 32, 256, 81

    @property
    def frames(self) -> int:
        """Of a window."""
        return self.config["frames"]

    def batch_of(self, views: Views, size: int, rng: np.random.Generator, statistics: Statistics | None) -> Batch:  # noqa: ARG002
        """``size`` windows at random, as long as the model sees or, because clips end, shorter."""
        frames = self.config["frames"]
        if rng.random() < _SHORT_SHARE:
            frames = int(rng.integers(min(_SHORTEST, frames), frames + 1))
        rows = rng.integers(len(views), size=size)
        sequence = np.searchsorted(views.starts, rows, side="right") - 1
        last = np.maximum(views.ends[sequence] - frames, views.starts[sequence])
        window = _inside(np.minimum(rows, last), frames, views, rows)
        joints = np.concatenate([views.screen[window], views.confidence[window][..., None]], axis=-1)
        return Batch(torch.from_numpy(joints), torch.from_numpy(views.xyz_mm[window]))

    def answer_mm(self, model: Any, inputs: Tensor, statistics: Statistics | None) -> Tensor:  # noqa: ARG002
        """(B, F, 17, 3) millimetres."""
        answer: Tensor = model(inputs) * _MM_PER_M
        return answer


def _inside(first: NDArray[np.intp], length: int, views: Views, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """(B, length) rows of windows, those beyond the sequence of ``rows`` replaced by its first or last."""
    sequence = np.searchsorted(views.starts, rows, side="right") - 1
    window = first[:, None] + np.arange(length)
    inside: NDArray[np.intp] = np.clip(window, views.starts[sequence][:, None], views.ends[sequence][:, None] - 1)
    return inside


_TASKS: Mapping[str, type[Task]] = MappingProxyType(
    {task.model: task for task in (Task, VideoPoseTask, MotionBertTask)}
)


def task_for(model: str, size: str, changed: Mapping[str, int] = MappingProxyType({})) -> Task:
    """The task of a model of :data:`core.lifters.card.MODELS` in a size of :data:`SIZES`; ``KeyError`` for others."""
    return _TASKS[model](size, changed)
