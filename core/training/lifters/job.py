"""From a trained lifter to a weights file with a card that says what it gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec
import numpy as np
import torch
from torch import Tensor

from core.lifters.card import LifterCard, Training
from core.lifters.running import Runner
from core.lifters.weights import LifterWeights, load_lifter, save_lifter
from core.tensor_files import halved_matrices
from core.training.lifters.baselines import fitted_baselines
from core.training.lifters.loop import LifterConfig, TrainedLifter
from core.training.lifters.losses import angle_network
from core.training.lifters.measuring import lifted_mm, measured
from core.training.lifters.motion import FPS
from core.training.lifters.sources import LifterSource, UnseenSet
from core.training.lifters.tasks import TITLES
from core.training.lifters.views import ViewSupply, whole_views
from core.training.running import software_versions

__all__ = ["finished_lifter", "written_lifter"]

_HALF_COSTS_MM = 0.1
"""Half precision on disk must move the joints by less than this, on average."""

_BASELINE_PARTS, _BASELINE_LONGEST = 16384, 8
_INPUT = ("joints projected by {cameras}, with errors of a detector in time and place, none to twice the typical "
          "(core/training/lifters/noise.py); half of it mirrored")  # fmt: skip
_VIRTUAL = "virtual cameras 3.5 to 6.5 m away and 1.2 to 1.8 m high, pictures of 1000 pixels, focal length 1100 to 1200"


def finished_lifter(
    trained: TrainedLifter, source: LifterSource, tests: Sequence[UnseenSet], folder: Path, config: LifterConfig,
    command: str, licence: str, notes: Sequence[str] = (), device: str = "auto",
) -> LifterWeights:  # fmt: skip
    """Measure and write ``<model>-<size>.safetensors`` into ``folder``; returns it as read back.

    In half precision where that moves the joints by less than 0.1 mm on average. What is measured is what was written.
    Raises what :func:`core.lifters.weights.save_lifter` raises.
    """
    card = _card(source, config, command, licence, notes)
    state = _state(trained)
    statistics = {} if trained.statistics is None else trained.statistics.tensors()
    path = folder / f"{card.name}.safetensors"
    halves = halved_matrices(state)
    stored, full = (_weights(card, tensors, statistics, path) for tensors in (halves, state))
    half = all(bool(torch.isfinite(tensor).all()) for tensor in halves.values())
    half = half and _moved_mm(full, stored, source.validation, device) < _HALF_COSTS_MM
    runner = Runner(stored if half else full, device=device)
    baselines = fitted_baselines(source.supply.chunk(0, _BASELINE_PARTS, _BASELINE_LONGEST))
    assert card.training is not None  # noqa: S101 - for the type checker
    errors = tuple(measured(runner, baselines, (*source.tests, *tests)))
    training = msgspec.structs.replace(card.training, errors=errors)
    save_lifter(path, state, msgspec.structs.replace(card, training=training), statistics, half=half)
    return load_lifter(path)


def written_lifter(
    trained: TrainedLifter, source: LifterSource, folder: Path, config: LifterConfig, command: str, licence: str
) -> LifterWeights:  # fmt: skip
    """Write the weights as they are, with a card that has no errors, for whoever measures them; as read back."""
    card = _card(source, config, command, licence, ())
    state = _state(trained)
    path = folder / f"{card.name}.safetensors"
    save_lifter(path, state, card, {} if trained.statistics is None else trained.statistics.tensors(), half=False)
    return load_lifter(path)


def _state(trained: TrainedLifter) -> dict[str, Tensor]:
    return {name: tensor.detach().float().cpu() for name, tensor in trained.model.state_dict().items()
            if not name.endswith("num_batches_tracked")}  # fmt: skip


def _weights(card: LifterCard, state: dict[str, Tensor], statistics: dict[str, Tensor], path: Path) -> LifterWeights:
    """Weights as they come back from a file."""
    tensors = MappingProxyType({name: tensor.float() for name, tensor in state.items()})
    return LifterWeights(card, tensors, MappingProxyType(statistics), "", path)


def _moved_mm(full: LifterWeights, stored: LifterWeights, validation: ViewSupply, device: str) -> float:
    """Mean distance by which half precision moves a joint."""
    views = whole_views(validation.sequences, 1, cameras=1, amount=1.0)
    before, after = (lifted_mm(Runner(weights, device=device), views) for weights in (full, stored))
    return float(np.linalg.norm(after - before, axis=-1).mean())


def _loss(config: LifterConfig) -> str:
    """What was added to the mean joint distance, in words."""
    parts = []
    if config.lambda_angle:
        of = f"{config.angle_frames} frames of each step" if config.angle_frames else "all frames"
        parts.append(f"{config.lambda_angle:g} mm/° times the mean difference of the twelve angles in {of}, as network "
                     f"{angle_network()[1][:12]} reads them")  # fmt: skip
    if config.lambda_bone:
        parts.append(f"{config.lambda_bone:g} mm/° times the mean angle between directions of bones")
    return " + ".join(["mean joint distance", *parts]) if parts else ""


def _card(source: LifterSource, config: LifterConfig, command: str, licence: str, notes: Sequence[str]) -> LifterCard:
    task = config.task
    cameras = "the cameras of the dataset" if source.supply.sequences.cameras else _VIRTUAL
    training = Training(data=source.data, split=source.split, motion_minutes=round(source.minutes, 2),
                        frames=config.frames, input=_INPUT.format(cameras=cameras), seed=config.seed, command=command,
                        versions=software_versions())  # fmt: skip
    training = msgspec.structs.replace(training, loss=_loss(config))
    title = f"{TITLES[config.model]}, {config.size}, trained on {source.minutes:.1f} minutes of {source.what}"
    return LifterCard(model=config.model, config=task.config, name=f"{config.model}-{config.size}", title=title,
                      output_joints=task.output_joints, coding=task.coding, confidence=task.confidence,
                      unit_mm=task.unit_mm, fps=FPS if task.in_time else None, flip=task.flip, training=training,
                      licence=licence, notes=tuple(notes))  # fmt: skip
