"""The training loop: Lightning Fabric, AdamW, warm-up and cosine, a moving average of the weights, exact resuming.

The networks of all rigs are trained together (:mod:`core.network.rig_networks`): every step takes pairs of each.

Everything random in a step follows from the seed and the number of the step, so that a checkpoint is weights, moving
average, optimiser and a number, and a run that was killed continues on the same curve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor

from core.network.features import pose_features
from core.network.loss import angle_loss
from core.network.model import NetConfig
from core.network.rig_networks import RigNetworks
from core.training.curve import ANGLE_CURVE, curve_svg
from core.training.pairs import Pairs
from core.training.running import RunState, adamw, check_loss, follow, rate_at, recorded, resumed, told

__all__ = ["Progress", "TrainConfig", "Trained", "train"]


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """What a run depends on.

    rigs : trained together. devices : that share the work, each with chunks of its own. batch : pairs of each rig in
    a step. chunk : pairs of each rig made at a time; a multiple of batch. chunks : of the whole run. noise_mm :
    largest standard deviation of joint noise; each pose has its own, from 0. ema : of the moving average. precision :
    of Fabric. keep_every : chunks between checkpoints and measurements.
    """

    rigs: tuple[str, ...] = ("ap3d",)
    seed: int = 1
    devices: int = 1
    batch: int = 384
    chunk: int = 12288
    chunks: int = 100
    rate: float = 1e-3
    warm_up_steps: int = 200
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    ema: float = 0.999
    noise_mm: float = 25.0
    precision: str = "32-true"
    keep_every: int = 4
    net: NetConfig = field(default_factory=NetConfig)

    @property
    def steps(self) -> int:
        """Number of optimiser steps of the whole run."""
        return self.chunks * (self.chunk // self.batch)


class Supply(Protocol):
    """Where pairs come from: numbered, the same number gives the same pairs."""

    def chunk(self, number: int, size: int) -> Pairs:
        """Pairs number ``number``."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """One chunk done: step, pairs seen, learning rate, mean loss and MAE of the chunk, MAE on the validation pairs."""

    step: int
    pairs: int
    seconds: float
    rate: float
    loss: float
    mae_deg: float
    validation_mae_deg: float | None


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished run: the averaged networks. is_first : whether this is the process that speaks for all."""

    networks: RigNetworks
    is_first: bool


def train(
    supplies: Mapping[str, Supply], validation: Mapping[str, Pairs], folder: Path, config: TrainConfig, *,
    data: Mapping[str, str] | None = None, resume: bool = False, accelerator: str = "cpu",
    progress: Callable[[Progress], None] | None = None,
) -> Trained:  # fmt: skip
    """Train the networks of ``config.rigs``.

    Writes ``checkpoint.pt``, ``metrics.jsonl`` and ``curve.svg`` into ``folder``. supplies, validation : by rig; the
    latter are pairs to measure on while training, which change nothing. data : what the pairs come from, by name and
    hash; only the same is resumed. resume : go on from the checkpoint there. progress : called after each chunk, by
    the first process. Raises :class:`UsageError` where the folder already has a run and ``resume`` is
    not set or its settings differ, :class:`DataError` for a damaged checkpoint or a loss that is no number.
    """
    fabric = Fabric(accelerator=accelerator, devices=config.devices, precision=config.precision)  # type: ignore[arg-type]
    fabric.launch()
    state, mine = _start(fabric, supplies, config), told(config, data)
    lines = resumed(folder, state, mine, resume=resume)
    chunks = _chunks(fabric, supplies, state, config, validation)
    keep, curve = _measured(config), lambda some: curve_svg(some, ANGLE_CURVE)
    for done in recorded(fabric, folder, state, mine, chunks, lines, keep, curve):
        if progress is not None and fabric.is_global_zero:
            progress(done)
    return Trained(cast(RigNetworks, state.average), fabric.is_global_zero)


def _measured(config: TrainConfig) -> Callable[[int], bool]:
    """Whether validation pairs are measured and a checkpoint is written after so many chunks."""
    return lambda chunk: chunk % config.keep_every == 0 or chunk == config.chunks


def _start(fabric: Fabric, supplies: Mapping[str, Supply], config: TrainConfig) -> RunState:
    """Fresh networks, the features of each rig standardised on its first chunk."""
    torch.manual_seed(config.seed)
    model, average = RigNetworks(config.rigs, config.net), RigNetworks(config.rigs, config.net)
    for rig in config.rigs:
        features = pose_features(torch.tensor(supplies[rig].chunk(0, config.chunk).xyz_mm))
        features = features[torch.isfinite(features).all(-1)]
        model[rig].standardise(features.mean(0), features.std(0))
    average.load_state_dict(model.state_dict())
    average.to(fabric.device)
    wrapped, optimizer = fabric.setup(model, adamw(model, config.rate, config.weight_decay))
    return RunState(wrapped, average.eval(), optimizer, 0)


def _chunks(
    fabric: Fabric, supplies: Mapping[str, Supply], state: RunState, config: TrainConfig,
    validation: Mapping[str, Pairs],
) -> Iterator[Progress]:  # fmt: skip
    """Train chunk after chunk; with several processes each takes its own chunks."""
    while state.chunk < config.chunks:
        number = 1 + state.chunk * fabric.world_size + fabric.global_rank
        made = [_on_device(fabric, supplies[rig].chunk(number, config.chunk)) for rig in config.rigs]
        per_chunk = config.chunk // config.batch
        first = state.chunk * per_chunk
        losses = []
        for index in range(per_chunk):
            rows = slice(index * config.batch, (index + 1) * config.batch)
            losses.append(_step(fabric, state, [(xyz[rows], deg[rows]) for xyz, deg in made], first + index, config))
        state.chunk += 1
        loss, mae = torch.stack(losses).mean(0).tolist()
        check_loss(loss, first + per_chunk)
        error = _mae(cast(RigNetworks, state.average), validation) if _measured(config)(state.chunk) else None
        seen = state.chunk * config.chunk * fabric.world_size * len(config.rigs)
        yield Progress(first + per_chunk, seen, 0.0, _rate(first + per_chunk - 1, config), loss, mae, error)


def _on_device(fabric: Fabric, pairs: Pairs) -> tuple[Tensor, Tensor]:
    xyz, deg = (fabric.to_device(torch.tensor(part)) for part in (pairs.xyz_mm, pairs.deg))
    return xyz, deg


def _step(
    fabric: Fabric, state: RunState, pairs: list[tuple[Tensor, Tensor]], step: int, config: TrainConfig
) -> Tensor:
    """One optimiser step on poses and angles of each rig; returns loss and MAE, (2,), means over the rigs."""
    for group in state.optimizer.param_groups:
        group["lr"] = _rate(step, config)
    places = range(fabric.global_rank * len(pairs), (fabric.global_rank + 1) * len(pairs))
    features = [pose_features(_noisy(xyz, step, place, config)) for place, (xyz, _) in zip(places, pairs, strict=True)]
    outputs = state.model(features)
    parts = [angle_loss(out.float(), deg) for out, (_, deg) in zip(outputs, pairs, strict=True)]
    total = torch.stack([part.total for part in parts]).mean()
    fabric.backward(total)
    fabric.clip_gradients(
        state.model, state.optimizer, max_norm=config.clip_norm, error_if_nonfinite=False
    )  # the loss tells, in one line
    state.optimizer.step()
    state.optimizer.zero_grad(set_to_none=True)
    follow(state, step, config.ema)
    return torch.stack([total.detach(), torch.stack([part.mae_deg for part in parts]).mean()])


def _noisy(xyz: Tensor, step: int, place: int, config: TrainConfig) -> Tensor:
    """Joints with noise: half of the poses with none, the others with a standard deviation up to ``noise_mm``.

    Small ones are the more frequent: a network that expects noise in every pose distrusts the clean ones.
    """
    generator = torch.Generator().manual_seed(
        (config.seed * 1_000_003 + step) * len(config.rigs) * config.devices + place
    )
    size = (torch.rand(len(xyz), 1, 1, generator=generator) * 2 - 1).clamp(min=0).square() * config.noise_mm
    noise = torch.randn(xyz.shape, generator=generator) * size
    return xyz + noise.to(xyz.device)


def _rate(step: int, config: TrainConfig) -> float:
    return rate_at(step, config.steps, config.warm_up_steps, config.rate)


@torch.no_grad()
def _mae(networks: RigNetworks, pairs: Mapping[str, Pairs]) -> float:
    """Mean absolute error over the rigs' pairs, in batches, in single precision."""
    means = []
    for rig, some in pairs.items():
        network = networks[rig]
        device, total = network.feature_mean.device, 0.0
        for start in range(0, len(some.deg), 1024):
            xyz, deg = (torch.tensor(part[start : start + 1024]).to(device) for part in (some.xyz_mm, some.deg))
            total += float(angle_loss(network(pose_features(xyz)), deg).mae_deg) * len(deg)
        means.append(total / len(some.deg))
    return sum(means) / len(means)
