"""The training loop of lifters: Lightning Fabric, position loss, and angles or bone directions where asked for.

What it shares with the pose→angle network's is in :mod:`core.training.running`, exact resuming among it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from core.training.curve import POSITION_CURVE, curve_svg
from core.training.lifters.losses import PoseLoss, angle_difference_deg, angle_network, bone_difference_deg, spread
from core.training.lifters.tasks import Batch, Statistics, Task, task_for
from core.training.lifters.views import Views
from core.training.running import RunState, adamw, check_loss, follow, rate_at, recorded, resumed, told

__all__ = ["LifterConfig", "LifterProgress", "Supply", "TrainedLifter", "train_lifter"]

_MM_PER_M = 1000.0
_WATCHED_EXAMPLES = 2048


@dataclass(frozen=True, slots=True)
class LifterConfig:
    """What a run depends on.

    model, size, changed : as of :func:`core.training.lifters.tasks.task_for`. devices : that share the work, each with
    examples of its own. batch : examples of a step on each. steps : of a chunk. chunks : of the whole run. parts,
    longest : of sequences, how many a chunk has and of how many frames at most. ema : of the moving average. velocity :
    weight of the error of displacements between neighbouring frames, for models that answer several. lambda_angle,
    lambda_bone : millimetres that a degree of mean difference weighs, in angles or in directions of bones.
    angle_frames : of each step whose angles are compared, 0: all. angle_network : hash of
    :func:`core.training.lifters.losses.angle_network`, filled in where angles are compared. precision : of Fabric.
    keep_every : chunks between checkpoints and measurements.
    """

    model: str
    size: str = "compact"
    changed: dict[str, int] = field(default_factory=dict)
    seed: int = 1
    devices: int = 1
    batch: int = 256
    steps: int = 32
    chunks: int = 100
    parts: int = 256
    longest: int = 500
    rate: float = 1e-3
    warm_up_steps: int = 200
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    ema: float = 0.998
    dropout: float = 0.0
    velocity: float = 0.0
    lambda_angle: float = 0.0
    lambda_bone: float = 0.0
    angle_frames: int = 256
    angle_network: str = ""
    precision: str = "32-true"
    keep_every: int = 8

    @property
    def task(self) -> Task:
        """What the model is trained to do."""
        return task_for(self.model, self.size, self.changed)

    @property
    def frames(self) -> int:
        """Frames answered in the whole run; a frame that several examples have counts in each."""
        return self.chunks * self.steps * self.batch * self.devices * self.task.frames


class Supply(Protocol):
    """Where views come from: numbered, the same number gives the same."""

    def chunk(self, number: int, parts: int, longest: int) -> Views:
        """Views number ``number``."""
        ...


@dataclass(frozen=True, slots=True)
class LifterProgress:
    """One chunk done: step, frames answered, learning rate, mean loss (metres) and MPJPE of the chunk, validation's."""

    step: int
    frames: int
    seconds: float
    rate: float
    loss: float
    mpjpe_mm: float
    validation_mpjpe_mm: float | None


@dataclass(frozen=True, slots=True)
class TrainedLifter:
    """A finished run: the averaged model, on the CPU, and what it standardises with. is_first : whether this is the
    process that speaks for all.
    """

    model: nn.Module
    statistics: Statistics | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class _Run:
    fabric: Fabric
    config: LifterConfig
    task: Task
    state: RunState
    statistics: Statistics | None
    added: tuple[tuple[float, PoseLoss], ...]


def train_lifter(
    supply: Supply, validation: Supply, folder: Path, config: LifterConfig, *, data: Mapping[str, str] | None = None,
    resume: bool = False, accelerator: str = "cpu",
    progress: Callable[[LifterProgress], None] | None = None,
) -> TrainedLifter:  # fmt: skip
    """Train the model of ``config``.

    Writes ``checkpoint.pt``, ``metrics.jsonl`` and ``curve.svg`` into ``folder``. validation : views to measure on
    while training, which change nothing. data : what the views come from, by name and hash; only the same is resumed.
    resume : go on from the checkpoint there. progress : called after each chunk, by the first process.
    Raises what :func:`core.training.running.resumed` raises, and :class:`DataError` for a loss that is no number and
    where angles are to be compared and no network ships.
    """
    fabric = Fabric(accelerator=accelerator, devices=config.devices, precision=config.precision)  # type: ignore[arg-type]
    fabric.launch()
    config, added = _added(config, fabric)
    run = _start(fabric, supply, config, added)
    mine = told(config, data)
    lines = resumed(folder, run.state, mine, resume=resume)

    def measured(chunk: int) -> bool:
        return chunk % config.keep_every == 0 or chunk == config.chunks

    chunks = _chunks(run, supply, validation.chunk(0, config.parts, config.longest), measured)
    for done in recorded(fabric, folder, run.state, mine, chunks, lines, measured,
                         lambda some: curve_svg(some, POSITION_CURVE)):  # fmt: skip
        if progress is not None and fabric.is_global_zero:
            progress(done)
    return TrainedLifter(run.state.average.cpu(), run.statistics, fabric.is_global_zero)


def _added(config: LifterConfig, fabric: Fabric) -> tuple[LifterConfig, tuple[tuple[float, PoseLoss], ...]]:
    """The losses beside the position error with their weights, and the settings with the network they come from."""
    added: list[tuple[float, PoseLoss]] = []
    if config.lambda_angle:
        network, sha256 = angle_network(str(fabric.device))
        config = replace(config, angle_network=sha256)
        added.append((config.lambda_angle, lambda predicted, target: angle_difference_deg(
            network, spread(predicted, config.angle_frames), spread(target, config.angle_frames))))  # fmt: skip
    if config.lambda_bone:
        added.append((config.lambda_bone, bone_difference_deg))
    return config, tuple(added)


def _start(
    fabric: Fabric, supply: Supply, config: LifterConfig, added: tuple[tuple[float, PoseLoss], ...]
) -> _Run:  # fmt: skip
    torch.manual_seed(config.seed)
    task = config.task
    model, average = task.build(config.dropout), task.build(config.dropout)
    average.load_state_dict(model.state_dict())
    average.to(fabric.device)
    wrapped, optimizer = fabric.setup(model, adamw(model, config.rate, config.weight_decay))
    for name in task.methods:
        wrapped.mark_forward_method(name)
    state = RunState(wrapped, average.eval(), optimizer, 0)
    return _Run(fabric, config, task, state, task.statistics(supply.chunk(0, config.parts, config.longest)), added)


def _chunks(run: _Run, supply: Supply, watched: Views, measured: Callable[[int], bool]) -> Iterator[LifterProgress]:
    """Train chunk after chunk; with several processes each takes its own."""
    config, state = run.config, run.state
    while state.chunk < config.chunks:
        number = 1 + state.chunk * config.devices + run.fabric.global_rank
        views = supply.chunk(number, config.parts, config.longest)
        first = state.chunk * config.steps
        parts = [_step(run, views, first + index) for index in range(config.steps)]
        state.chunk += 1
        loss, error = torch.stack(parts).mean(0).tolist()
        last = first + config.steps
        check_loss(loss, last)
        validation = _mpjpe_mm(run, watched) if measured(state.chunk) else None
        seen = last * config.batch * config.devices * run.task.frames
        yield LifterProgress(last, seen, 0.0, _rate(last - 1, config), loss, error,
                             validation)  # fmt: skip


def _step(run: _Run, views: Views, step: int) -> Tensor:
    """One optimiser step; returns loss and MPJPE in millimetres, (2,)."""
    config, state = run.config, run.state
    for group in state.optimizer.param_groups:
        group["lr"] = _rate(step, config)
    of_process = step * config.devices + run.fabric.global_rank
    made = run.task.batch_of(views, config.batch, np.random.default_rng([config.seed, 4, of_process]), run.statistics)
    torch.manual_seed(config.seed * 1_000_003 + of_process)  # of dropout
    loss, error = _loss(run, _on_device(run.fabric, made))
    run.fabric.backward(loss)
    run.fabric.clip_gradients(
        state.model, state.optimizer, max_norm=config.clip_norm, error_if_nonfinite=False
    )  # the loss tells, in one line
    state.optimizer.step()
    state.optimizer.zero_grad(set_to_none=True)
    follow(state, step, config.ema)
    return torch.stack([loss.detach(), error.detach()])


def _loss(run: _Run, batch: Batch) -> tuple[Tensor, Tensor]:
    """Loss in metres and mean joint distance in millimetres."""
    predicted_mm = run.task.answer_mm(run.state.model, batch.inputs, run.statistics).float()
    off = predicted_mm - batch.target_mm
    error = off.norm(dim=-1).mean()
    loss = error / _MM_PER_M
    if run.config.velocity and off.shape[1] > 1:
        loss = loss + run.config.velocity * off.diff(dim=1).norm(dim=-1).mean() / _MM_PER_M
    for weight_mm, added in run.added:
        loss = loss + weight_mm * added(predicted_mm.flatten(0, 1), batch.target_mm.flatten(0, 1)) / _MM_PER_M
    return loss, error


def _rate(step: int, config: LifterConfig) -> float:
    return rate_at(step, config.chunks * config.steps, config.warm_up_steps, config.rate)


def _on_device(fabric: Fabric, batch: Batch) -> Batch:
    inputs, target = (fabric.to_device(part) for part in (batch.inputs, batch.target_mm))
    return Batch(inputs, target)


@torch.no_grad()
def _mpjpe_mm(run: _Run, watched: Views) -> float:
    """Mean joint distance of the averaged model on the same examples every time."""
    rng = np.random.default_rng([run.config.seed, 8])
    batches = -(-_WATCHED_EXAMPLES // run.config.batch) if run.task.frames == 1 else 2
    total = 0.0
    for _ in range(batches):
        made = _on_device(run.fabric, run.task.batch_of(watched, run.config.batch, rng, run.statistics))
        answer = run.task.answer_mm(run.state.average, made.inputs, run.statistics)
        total += float((answer - made.target_mm).norm(dim=-1).mean())
    return total / batches
