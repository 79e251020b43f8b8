"""The training loop: Lightning Fabric, AdamW, warm-up and cosine, a moving average of the weights, exact resuming.

The networks of all rigs are trained together (:mod:`core.network.rig_networks`): every step takes pairs of each.

Everything random in a step follows from the seed and the number of the step, so that a checkpoint is weights, moving
average, optimiser and a number, and a run that was killed continues on the same curve.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from core.errors import DataError, UsageError
from core.files import ensure_writable_folder, write_atomic
from core.network.features import pose_features
from core.network.loss import angle_loss
from core.network.model import NetConfig
from core.network.rig_networks import RigNetworks
from core.training.curve import curve_svg
from core.training.pairs import Pairs

__all__ = ["Progress", "TrainConfig", "Trained", "train"]

_CHECKPOINT, _METRICS, _CURVE = "checkpoint.pt", "metrics.jsonl", "curve.svg"


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


@dataclass(slots=True)
class _State:
    """What changes; all of it is in a checkpoint."""

    model: Any
    average: RigNetworks
    optimizer: Any
    chunk: int


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
    ensure_writable_folder(folder)
    fabric = Fabric(accelerator=accelerator, devices=config.devices, precision=config.precision)  # type: ignore[arg-type]
    fabric.launch()
    state = _start(fabric, supplies, config)
    if resume:
        _restore(folder / _CHECKPOINT, state, _told(config, data))
    elif (folder / _CHECKPOINT).exists():
        raise UsageError(f"{folder} already holds a run. Pass --resume to go on, or choose another folder")
    lines = _kept_lines(folder / _METRICS, state.chunk)
    began = time.perf_counter() - (lines[-1]["seconds"] if lines else 0.0)
    for done in _chunks(fabric, supplies, state, config, validation):
        said = replace(done, seconds=round(time.perf_counter() - began, 2))
        lines.append(asdict(said))
        if fabric.is_global_zero and (state.chunk % config.keep_every == 0 or state.chunk == config.chunks):
            _keep(folder, state, _told(config, data), lines)
        if progress is not None and fabric.is_global_zero:
            progress(said)
    return Trained(state.average, fabric.is_global_zero)


def _told(config: TrainConfig, data: Mapping[str, str] | None) -> dict[str, Any]:
    """What a run depends on, as JSON holds it."""
    told: dict[str, Any] = json.loads(json.dumps({**asdict(config), "data": dict(data or {})}))
    return told


def _start(fabric: Fabric, supplies: Mapping[str, Supply], config: TrainConfig) -> _State:
    """Fresh networks, the features of each rig standardised on its first chunk."""
    torch.manual_seed(config.seed)
    model, average = RigNetworks(config.rigs, config.net), RigNetworks(config.rigs, config.net)
    for rig in config.rigs:
        features = pose_features(torch.tensor(supplies[rig].chunk(0, config.chunk).xyz_mm))
        features = features[torch.isfinite(features).all(-1)]
        model[rig].standardise(features.mean(0), features.std(0))
    average.load_state_dict(model.state_dict())
    average.to(fabric.device)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=config.rate, betas=(0.9, 0.99))
    wrapped, optimizer = fabric.setup(model, optimizer)
    return _State(wrapped, average.eval(), optimizer, 0)


def _chunks(
    fabric: Fabric, supplies: Mapping[str, Supply], state: _State, config: TrainConfig, validation: Mapping[str, Pairs]
) -> Iterator[Progress]:
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
        if not math.isfinite(loss):
            raise DataError("training went astray: the loss is no number", got=f"step {first + per_chunk}",
                            hint="Lower the learning rate")  # fmt: skip
        measured = state.chunk % config.keep_every == 0 or state.chunk == config.chunks
        error = _mae(state.average, validation) if measured else None
        seen = state.chunk * config.chunk * fabric.world_size * len(config.rigs)
        yield Progress(first + per_chunk, seen, 0.0, _rate(first + per_chunk - 1, config), loss, mae, error)


def _on_device(fabric: Fabric, pairs: Pairs) -> tuple[Tensor, Tensor]:
    xyz, deg = (fabric.to_device(torch.tensor(part)) for part in (pairs.xyz_mm, pairs.deg))
    return xyz, deg


def _step(fabric: Fabric, state: _State, pairs: list[tuple[Tensor, Tensor]], step: int, config: TrainConfig) -> Tensor:
    """One optimiser step on poses and angles of each rig; returns loss and MAE, (2,), means over the rigs."""
    for group in state.optimizer.param_groups:
        group["lr"] = _rate(step, config)
    places = range(fabric.global_rank * len(pairs), (fabric.global_rank + 1) * len(pairs))
    features = [pose_features(_noisy(xyz, step, place, config)) for place, (xyz, _) in zip(places, pairs, strict=True)]
    outputs = state.model(features)
    parts = [angle_loss(out.float(), deg) for out, (_, deg) in zip(outputs, pairs, strict=True)]
    total = torch.stack([part.total for part in parts]).mean()
    fabric.backward(total)
    fabric.clip_gradients(state.model, state.optimizer, max_norm=config.clip_norm)
    state.optimizer.step()
    state.optimizer.zero_grad(set_to_none=True)
    _average(state.average, state.model, min(config.ema, (1 + step) / (10 + step)))
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
    """Learning rate: linear warm-up, then half a cosine down to nothing."""
    if step < config.warm_up_steps:
        return config.rate * (step + 1) / config.warm_up_steps
    done = (step - config.warm_up_steps) / max(config.steps - config.warm_up_steps, 1)
    return config.rate * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))


@torch.no_grad()
def _average(average: nn.Module, model: nn.Module, keep: float) -> None:
    inner = getattr(model, "module", model)
    torch._foreach_lerp_(list(average.parameters()), list(inner.parameters()), 1 - keep)


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


def _keep(folder: Path, state: _State, told: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    inner = getattr(state.model, "module", state.model)
    kept = {
        "model": inner.state_dict(), "average": state.average.state_dict(), "optimizer": state.optimizer.state_dict(),
        "chunk": state.chunk, "config": json.dumps(told, sort_keys=True),
    }  # fmt: skip
    written = io.BytesIO()  # torch hides a full disk behind an error of its own
    torch.save(kept, written)
    # The checkpoint last: killed between two of them, the lines beyond the checkpoint are cut off and made again.
    write_atomic(folder / _METRICS, "".join(json.dumps(line) + "\n" for line in lines).encode())
    write_atomic(folder / _CURVE, curve_svg(lines).encode())
    write_atomic(folder / _CHECKPOINT, written.getvalue())


def _restore(path: Path, state: _State, mine: dict[str, Any]) -> None:
    """Put a checkpoint back; read without unpickling anything but tensors."""
    if not path.exists():
        raise UsageError(f"{path.parent} holds no checkpoint to resume from")
    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
        told, chunk = json.loads(kept["config"]), int(kept["chunk"])
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, pickle.UnpicklingError) as error:
        raise DataError(f"checkpoint cannot be read ({type(error).__name__})", path=path) from None
    if told != mine:
        changed = sorted(key for key in mine if told.get(key) != mine[key])
        raise UsageError(f"{path} is of a run with other settings: {', '.join(changed)} differ")
    getattr(state.model, "module", state.model).load_state_dict(kept["model"])
    state.average.load_state_dict(kept["average"])
    state.optimizer.load_state_dict(kept["optimizer"])
    state.chunk = chunk


def _kept_lines(path: Path, chunk: int) -> list[dict[str, Any]]:
    """Metrics of the chunks that the checkpoint has."""
    if not chunk or not path.exists():
        return []
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[:chunk]]
    except (OSError, ValueError) as error:
        raise DataError(f"metrics cannot be read ({type(error).__name__})", path=path,
                        hint="Remove the file to go on without the earlier part of the curve") from None  # fmt: skip
