"""What ``anglescope train angles`` does once its words are understood."""

from __future__ import annotations

import math
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
import typer
from rich import progress
from rich.console import Console

from core.body.rigs_bvh import joint_map_from
from core.cli.output import note
from core.errors import DataError, UsageError
from core.network.card import NetConfig
from core.network.running import choose_device
from core.network.weights import load_weights
from core.training.angles_job import finished_weights, sets_to_measure
from core.training.floor import measure
from core.training.floor_tables import floors_markdown
from core.training.loop import Progress, TrainConfig, train
from core.training.sources import Source, source_for

__all__ = ["ProgressBar", "checked_devices", "checked_rate", "command_line", "evaluate_weights", "notes_from",
           "run_training"]  # fmt: skip

_CHUNK, _PROBE_CHUNK, _PROBE_CHUNKS = 12288, 3072, 3


def run_training(
    data: list[Path], out: Path, rigs: Sequence[str], joint_map: Path | None, *, test: list[Path], licence: str,
    notes: Path | None, pairs: int, minutes: float | None, seed: int, batch: int, rate: float, width: int, blocks: int,
    precision: str, device: str, devices: int, resume: bool,
) -> None:  # fmt: skip
    """Train, write the weights, print the tables of errors and the file. Raises what the steps raise."""
    device = _checked_device(batch, minutes, rate, device, devices, resume=resume)
    said = notes_from(notes)
    note("reading data")
    mapped = joint_map_from(joint_map) if joint_map else None
    source = source_for(data, rigs, seed, mapped)
    sets = sets_to_measure(source, test, mapped)
    chunks = max(pairs // (_CHUNK * len(source.rigs) * devices), 1)
    config = TrainConfig(rigs=source.rigs, seed=seed, devices=devices, batch=batch, chunk=_CHUNK, chunks=chunks,
                         rate=rate, precision=precision, net=NetConfig(width, 4, blocks))  # fmt: skip
    if minutes is not None:
        config = _fitting(config, minutes, source, device)
    bar = ProgressBar(config.steps, "pairs")
    try:
        trained = train(source.supplies, source.watched(), out, config, data={**source.data, "split": source.split},
                        resume=resume, accelerator=device,
                        progress=lambda done: bar.show(done.step, done.seconds, done.pairs, *_said(done)))  # fmt: skip
    finally:
        bar.close()
    if trained.is_first:
        note("measuring what was held out")
        path = finished_weights(trained.networks.cpu(), source, sets, out, config, _command(config), licence, said)
        typer.echo(floors_markdown(load_weights(path).card.floors))
        typer.echo(str(path))


def _checked_device(batch: int, minutes: float | None, rate: float, device: str, devices: int, *, resume: bool) -> str:
    """The kind of device to train on; refuses what cannot work before data is read."""
    if _CHUNK % batch:
        raise UsageError(f"--batch {batch} does not divide {_CHUNK:,}")
    checked_rate(rate)
    if resume and minutes is not None:
        raise UsageError("--resume needs the --pairs that --minutes chose; they were said when the run began")
    return checked_devices(device, devices, minutes=minutes, total="--pairs")


def checked_devices(device: str, devices: int, *, minutes: float | None, total: str) -> str:
    """The kind of device to train on. total : the option that says how long without ``--minutes``.

    Raises :class:`UsageError` for devices that are not here.
    """
    if minutes is not None and devices > 1:
        raise UsageError(f"--minutes is measured on one device; give {total} with --devices")
    here = choose_device(device)
    if here.type == "cuda" and devices > torch.cuda.device_count():
        raise UsageError(f"--devices {devices}: this machine has {torch.cuda.device_count()} CUDA devices")
    return here.type


def checked_rate(rate: float) -> None:
    """:class:`UsageError` for what cannot be a learning rate."""
    if not 0 < rate < math.inf:
        raise UsageError(f"--rate {rate} is not a learning rate; expected a positive number such as 0.001")


def evaluate_weights(weights: Path, data: list[Path], test: list[Path], joint_map: Path | None) -> None:
    """Print the floors of a weights file on the held-out part of ``data`` and on all of each ``test``."""
    loaded = load_weights(weights)
    mapped = joint_map_from(joint_map) if joint_map else None
    source = source_for(data, (), loaded.card.seed, mapped)
    if (source.data, source.split) != (loaded.card.data, loaded.card.split):
        note("warning: these are not the data and the split that the weights were trained with: what is held out here "
             "may have been trained on")  # fmt: skip
    typer.echo(floors_markdown(tuple(measure(loaded.networks(), sets_to_measure(source, test, mapped)))))


def notes_from(notes: Path | None) -> tuple[str, ...]:
    """Lines of a text file of notes; :class:`DataError` where it cannot be read."""
    if notes is None:
        return ()
    try:
        return tuple(line for line in notes.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"notes cannot be read ({error})", path=notes) from None


def _command(config: TrainConfig) -> str:
    return command_line(("--pairs", config.chunks * config.chunk * len(config.rigs) * config.devices))


def command_line(instead_of_minutes: tuple[str, int]) -> str:
    """The command line as given, with an option and its number where --minutes chose it."""
    words = [word for word in sys.argv[1:] if word != "--resume"]
    chosen = [instead_of_minutes[0], str(instead_of_minutes[1])]
    for at, word in enumerate(words):
        if word.partition("=")[0] == "--minutes":
            words[at : at + (1 if "=" in word else 2)] = chosen
            break
    return shlex.join(["anglescope", *words])


def _fitting(config: TrainConfig, minutes: float, source: Source, device: str) -> TrainConfig:
    """As many chunks as fit into the time, by timing a few in a folder that is thrown away."""
    chunk = config.batch * max(1, _PROBE_CHUNK // config.batch)
    probe = replace(config, chunks=_PROBE_CHUNKS, chunk=chunk, keep_every=_PROBE_CHUNKS + 1)
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        train(source.supplies, source.watched(), Path(folder), probe, accelerator=device,
            progress=lambda _: times.append(time.perf_counter()))  # fmt: skip
    seconds = (times[-2] - times[0]) / (_PROBE_CHUNKS - 2) * config.chunk / probe.chunk
    chunks = max(int(60 * minutes / seconds), 1)
    pairs = config.chunk * len(config.rigs)
    note(f"{pairs / seconds:.0f} pairs/s: {chunks * pairs:,} pairs in {minutes:g} minutes")
    return replace(config, chunks=chunks)


def _said(done: Progress) -> tuple[str, str | None]:
    validation = None if done.validation_mae_deg is None else f"validation {done.validation_mae_deg:.2f}°"
    return f"MAE {done.mae_deg:.2f}°", validation


class ProgressBar:
    """A bar on stderr in a terminal; elsewhere a line whenever the validation error was measured.

    steps : of the whole run. examples : what is learnt from, for the speed.
    """

    def __init__(self, steps: int, examples: str) -> None:
        console = Console(stderr=True)
        columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.MofNCompleteColumn(),
                   progress.TimeRemainingColumn())  # fmt: skip
        self._bar = progress.Progress(*columns, console=console, disable=not console.is_terminal)
        self._plain, self._total, self._examples = not console.is_terminal, steps, examples
        self._bar.start()
        self._task = self._bar.add_task("training", total=steps)

    def show(self, step: int, seconds: float, seen: int, error: str, validation: str | None) -> None:
        """One chunk is done: errors in words, validation None where it was not measured."""
        said = error if validation is None else f"{error}, {validation}"
        if validation is not None and self._plain:
            note(f"step {step} of {self._total}: {said}, {seen / max(seconds, 1e-9):.0f} {self._examples}/s")
        self._bar.update(self._task, completed=step, description=said)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bar.stop()
