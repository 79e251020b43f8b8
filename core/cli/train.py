"""``anglescope train``: train the pose→angle network, or measure weights."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.output import note
from core.errors import UsageError
from core.skeleton import rig_named

if TYPE_CHECKING:
    from core.body.rigs_bvh import JointMap
    from core.training.loop import Progress, TrainConfig
    from core.training.sources import Source

__all__ = ["Trainee", "train"]

_PROBE_CHUNKS = 3


class Trainee(StrEnum):
    """What can be trained."""

    ANGLES = "angles"


def train(
    what: Annotated[  # noqa: ARG001 - only one thing can be trained yet; the word keeps room for the others
        Trainee, typer.Argument(help="angles: the network from 17 joints to the twelve angles.")
    ],
    data: Annotated[
        list[Path],
        typer.Option("--data", "-d", help="BVH motion, or a dataset with labelled points; repeat."),
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder of the run: weights, metrics, curve.")] = None,
    rig: Annotated[str, typer.Option(help="Meaning of the joints: ap3d, ap3d_running or h36m.")] = "ap3d",
    seed: Annotated[int, typer.Option(help="The same seed and data give the same run.")] = 1,
    pairs: Annotated[int, typer.Option(min=32768, help="Training pairs in all, in chunks of 32,768.")] = 4_000_000,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Instead of --pairs: as many as fit.")] = None,
    batch: Annotated[int, typer.Option(min=64, help="Pairs per step; a divisor of 32,768.")] = 1024,
    rate: Annotated[float, typer.Option(help="Largest learning rate.")] = 1e-3,
    width: Annotated[int, typer.Option(help="Width of the network.")] = 512,
    blocks: Annotated[int, typer.Option(help="Residual blocks of the network.")] = 4,
    precision: Annotated[str, typer.Option(help="32-true, or bf16-mixed where it pays.")] = "32-true",
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    devices: Annotated[int, typer.Option(min=1, help="Number of devices.")] = 1,
    joint_map: Annotated[Path | None, typer.Option(help="Joint map in TOML for BVH of another rig.")] = None,
    licence: Annotated[str, typer.Option(help="Licence of the weights, for their card.")] = "not stated",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")] = False,
    evaluate: Annotated[
        Path | None, typer.Option(metavar="WEIGHTS", help="Train nothing: measure this file on the held-out part.")
    ] = None,
    test: Annotated[
        list[Path] | None, typer.Option(help="With --evaluate: further motion or dataset, none of it seen; repeat.")
    ] = None,
) -> None:
    """Train the pose→angle network, or measure one with --evaluate.

    BVH motion is retargeted onto sampled bodies and divided by take; a dataset is divided by athlete.
    Prints a table of errors on what was held out, beside the geometry of the same joints.
    """
    from core.body.rigs_bvh import joint_map_from

    mapped = joint_map_from(joint_map) if joint_map is not None else None
    rig_named(rig)
    if evaluate is not None:
        _evaluate(evaluate, data, test or [], seed, mapped)
        return
    if out is None:
        raise UsageError("--out is needed to train")
    if 32768 % batch:
        raise UsageError(f"--batch {batch} does not divide 32,768")
    from core.network.model import NetConfig
    from core.training.angles_job import train_weights
    from core.training.evaluation import error_table, geometry_deg, markdown
    from core.training.loop import TrainConfig
    from core.training.sources import source_for

    note("reading data")
    source = source_for(data, rig, seed, mapped)
    config = TrainConfig(seed=seed, batch=batch, chunks=max(pairs // 32768, 1), rate=rate, precision=precision,
                         net=NetConfig(width, 4, blocks))  # fmt: skip
    if minutes is not None:
        config = _fitting(config, minutes, source, device)
    bar = _Bar(config)
    path, table = train_weights(source, rig, out, config, _command(config), licence=licence, resume=resume,
                                accelerator=device, devices=devices, progress=bar)  # fmt: skip
    bar.close()
    geometry = error_table(lambda xyz: geometry_deg(xyz, rig), source.held_out)
    typer.echo(markdown(f"held out, rig {rig}", {"network": table, "geometry": geometry}))
    typer.echo(str(path))


def _command(config: TrainConfig) -> str:
    """The command line as given, with the number of pairs where --minutes chose it."""
    words = [word for word in sys.argv[1:] if word != "--resume"]
    if "--minutes" in words:
        at = words.index("--minutes")
        words[at : at + 2] = ["--pairs", str(config.chunks * config.chunk)]
    return shlex.join(["anglescope", *words])


def _fitting(config: TrainConfig, minutes: float, source: Source, device: str) -> TrainConfig:
    """As many chunks as fit into the time, by timing a few in a folder that is thrown away."""
    import tempfile
    import time
    from dataclasses import replace

    from core.training.loop import train as run

    probe = replace(config, chunks=_PROBE_CHUNKS, chunk=8192, keep_every=_PROBE_CHUNKS + 1)
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        run(source.supply, source.held_out.pairs, Path(folder), probe, accelerator=device,
            progress=lambda _: times.append(time.perf_counter()))  # fmt: skip
    seconds = (times[-2] - times[0]) / (_PROBE_CHUNKS - 2) * config.chunk / probe.chunk
    chunks = max(int(60 * minutes / seconds), 1)
    note(f"{probe.chunk / (times[-2] - times[0]):.0f} pairs/s: {chunks * config.chunk:,} pairs in {minutes:g} minutes")
    return replace(config, chunks=chunks)


class _Bar:
    """A bar on stderr in a terminal; elsewhere a line whenever the held-out error was measured."""

    def __init__(self, config: TrainConfig) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._plain, self._total, self._chunk = not console.is_terminal, config.steps, config.chunk // config.batch
        self._bar.start()
        self._task = self._bar.add_task("training", total=config.steps)

    def __call__(self, done: Progress) -> None:
        said = f"MAE {done.mae_deg:.2f}°"
        if done.held_out_mae_deg is not None:
            said += f", held out {done.held_out_mae_deg:.2f}°"
            if self._plain:
                note(f"step {done.step} of {self._total}: {said}, {done.pairs / max(done.seconds, 1e-9):.0f} pairs/s")
        self._bar.update(self._task, completed=done.step, description=said)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bar.stop()


def _evaluate(weights: Path, data: list[Path], test: list[Path], seed: int, mapped: JointMap | None) -> None:
    """Print error tables of a weights file on the held-out part of ``data`` and on all of each ``test``."""
    from core.network.weights import load_weights
    from core.training.angles_job import compare
    from core.training.evaluation import markdown
    from core.training.sources import measured_set, source_for

    rig = load_weights(weights).card.rig
    sets = [("held-out takes, unseen bodies", source_for(data, rig, seed, mapped).held_out)]
    sets += [(path.name, measured_set(path, rig, seed, mapped)) for path in test]
    for name, tables in compare(weights, sets):
        typer.echo(markdown(f"{name}, rig {rig}", tables))
