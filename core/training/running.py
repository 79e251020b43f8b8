"""What every training run here has in common: a folder to resume from, a schedule of rates, a moving average.

A run is chunks of steps. Everything random in a step follows from the seed and the number of the step, so that a
checkpoint is weights, moving average, optimiser and a number of chunks, and a run that was killed continues on the same
curve.
"""

from __future__ import annotations

import io
import json
import math
import pickle
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import nn

from core import __version__
from core.errors import DataError, UsageError
from core.files import ensure_writable_folder, write_atomic

__all__ = ["RunState", "adamw", "check_loss", "follow", "rate_at", "recorded", "resumed",
           "software_versions", "told"]  # fmt: skip

_CHECKPOINT, _METRICS, _CURVE = "checkpoint.pt", "metrics.jsonl", "curve.svg"


_Done = TypeVar("_Done", bound=Any)
"""A chunk that is done: a frozen dataclass of numbers, ``seconds`` among them."""


@dataclass(slots=True)
class RunState:
    """What changes; all of it is in a checkpoint. model : as Fabric wraps it. chunk : number of chunks done."""

    model: Any
    average: nn.Module
    optimizer: Any
    chunk: int

    @property
    def inner(self) -> nn.Module:
        """The model without Fabric's wrapping."""
        inner: nn.Module = getattr(self.model, "module", self.model)
        return inner


def told(config: Any, data: Mapping[str, str] | None) -> dict[str, Any]:
    """What a run depends on, as JSON holds it: the settings (a dataclass) and the data."""
    described: dict[str, Any] = json.loads(json.dumps({**asdict(config), "data": dict(data or {})}))
    return described


def software_versions() -> dict[str, str]:
    """What trains here, for cards."""
    return {"anglescope": __version__, "python": platform.python_version(), "torch": str(torch.__version__),
            "lightning-fabric": version("lightning-fabric"), "numpy": np.__version__}  # fmt: skip


def adamw(model: nn.Module, rate: float, weight_decay: float) -> torch.optim.AdamW:
    """AdamW that decays matrices, not biases and scales."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.99))


def rate_at(step: int, steps: int, warm_up_steps: int, largest: float) -> float:
    """Learning rate: linear warm-up, then half a cosine down to nothing."""
    if step < warm_up_steps:
        return largest * (step + 1) / warm_up_steps
    done = (step - warm_up_steps) / max(steps - warm_up_steps, 1)
    return largest * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))


@torch.no_grad()
def follow(state: RunState, step: int, most: float) -> None:
    """Move the average towards the model, in early steps faster; running statistics of the model along with it."""
    share = 1 - min(most, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(state.average.parameters()), list(state.inner.parameters()), share)
    for mine, its in zip(state.average.buffers(), state.inner.buffers(), strict=True):
        if mine.is_floating_point():
            mine.lerp_(its, share)
        else:
            mine.copy_(its)


def check_loss(loss: float, step: int) -> None:
    """:class:`DataError` for a loss that is no number."""
    if not math.isfinite(loss):
        raise DataError("training went astray: the loss is no number", got=f"step {step}",
                        hint="Lower the learning rate")  # fmt: skip


def resumed(folder: Path, state: RunState, mine: Mapping[str, Any], *, resume: bool) -> list[dict[str, Any]]:
    """Put back what the folder holds of the run, where ``resume`` is set; returns the lines of its metrics.

    mine : of :func:`told`. Raises :class:`UsageError` where the folder has a run and ``resume`` is not set, has none
    and it is set, or its settings differ, :class:`DataError` for a damaged checkpoint, :class:`OutputError` for a
    folder that cannot be written.
    """
    ensure_writable_folder(folder)
    if resume:
        _restore(folder / _CHECKPOINT, state, mine)
    elif (folder / _CHECKPOINT).exists():
        raise UsageError(f"{folder} already holds a run. Pass --resume to go on, or choose another folder")
    return _kept_lines(folder / _METRICS, state.chunk)


def recorded(
    fabric: Fabric, folder: Path, state: RunState, mine: Mapping[str, Any], chunks: Iterator[_Done],
    lines: list[dict[str, Any]], keep: Callable[[int], bool], curve: Callable[[list[dict[str, Any]]], str],
) -> Iterator[_Done]:  # fmt: skip
    """The chunks as they are done, their seconds filled in; writes checkpoint, metrics and curve as it goes.

    lines : of the run so far, of :func:`resumed`. keep : whether to write after so many chunks. curve : the picture of
    the lines.
    """
    began = time.perf_counter() - (lines[-1]["seconds"] if lines else 0.0)
    for done in chunks:
        said = replace(done, seconds=round(time.perf_counter() - began, 2))
        lines.append(asdict(said))
        if fabric.is_global_zero and keep(state.chunk):
            _keep(folder, state, mine, lines, curve(lines))
        yield said


def _keep(folder: Path, state: RunState, mine: Mapping[str, Any], lines: list[dict[str, Any]], curve: str) -> None:
    kept = {
        "model": state.inner.state_dict(), "average": state.average.state_dict(),
        "optimizer": state.optimizer.state_dict(), "chunk": state.chunk, "config": json.dumps(mine, sort_keys=True),
    }  # fmt: skip
    written = io.BytesIO()  # torch hides a full disk behind an error of its own
    torch.save(kept, written)
    # The checkpoint last: killed between two of them, the lines beyond the checkpoint are cut off and made again.
    write_atomic(folder / _METRICS, "".join(json.dumps(line) + "\n" for line in lines).encode())
    write_atomic(folder / _CURVE, curve.encode())
    write_atomic(folder / _CHECKPOINT, written.getvalue())


def _restore(path: Path, state: RunState, mine: Mapping[str, Any]) -> None:
    """Put a checkpoint back; read without unpickling anything but tensors."""
    if not path.exists():
        raise UsageError(f"{path.parent} holds no checkpoint to resume from")
    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
        earlier, chunk = json.loads(kept["config"]), int(kept["chunk"])
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, pickle.UnpicklingError) as error:
        raise DataError(f"checkpoint cannot be read ({type(error).__name__})", path=path) from None
    if earlier != mine:
        changed = sorted(key for key in mine if earlier.get(key) != mine[key])
        raise UsageError(f"{path} is of a run with other settings: {', '.join(changed)} differ")
    state.inner.load_state_dict(kept["model"])
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
