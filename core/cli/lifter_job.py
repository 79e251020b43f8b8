"""What ``anglescope train lifter`` does once its words are understood."""

from __future__ import annotations

import math
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import typer

from core.body.rigs_bvh import joint_map_from
from core.cli.output import note
from core.cli.train_job import ProgressBar, checked_devices, checked_rate, command_line, notes_from
from core.errors import UsageError
from core.training.lifters.job import finished_lifter
from core.training.lifters.loop import LifterConfig, LifterProgress, train_lifter
from core.training.lifters.measuring import errors_markdown
from core.training.lifters.sources import LifterSource, lifter_source, unseen_set
from core.training.lifters.tasks import task_for

__all__ = ["checked_lambda", "lifter_config", "run_lifter_training", "said"]

_PROBE_CHUNKS = 3
_WARM_UP_STEPS, _WARM_UP_SHARE = 200, 0.1


def run_lifter_training(
    data: list[Path], out: Path, model: str, *, wanted: str | None, size: str, frames: int, minutes: float | None,
    seed: int, rate: float | None, batch: int | None, velocity: float, lambda_angle: float, lambda_bone: float,
    angle_frames: int, precision: str, device: str, devices: int, cameras: str, joint_map: Path | None,
    test: list[Path], licence: str, notes: Path | None, resume: bool,
) -> None:  # fmt: skip
    """Train, write the weights, print the table of errors and the file. Raises what the steps raise."""
    if resume and minutes is not None:
        raise UsageError("--resume needs the --frames that --minutes chose; they were said when the run began")
    if rate is not None:
        checked_rate(rate)
    checked_lambda("--lambda-angle", lambda_angle)
    checked_lambda("--lambda-bone", lambda_bone)
    here = checked_devices(device, devices, minutes=minutes, total="--frames")
    remarks = notes_from(notes)
    note("reading data")
    mapped = joint_map_from(joint_map) if joint_map else None
    source = lifter_source(data, wanted, seed, mapped, cameras)
    tests = [unseen_set(path, cameras, mapped, source.files) for path in test]
    config = replace(lifter_config(model, size, seed, batch, rate, precision, frames, devices), velocity=velocity,
                     lambda_angle=lambda_angle, lambda_bone=lambda_bone, angle_frames=angle_frames)  # fmt: skip
    if minutes is not None:
        config = _fitting(config, minutes, source, here)
    bar = ProgressBar(config.chunks * config.steps, "frames")
    try:
        trained = train_lifter(source.supply, source.validation, out, config,
                               data={**source.data, "split": source.split}, resume=resume, accelerator=here,
                               progress=lambda done: bar.show(done.step, done.seconds, done.frames, *said(done)),
                               )  # fmt: skip
    finally:
        bar.close()
    if not trained.is_first:
        return
    note("measuring what was held out")
    command = command_line(("--frames", config.frames))
    weights = finished_lifter(trained, source, tests, out, config, command, licence, remarks, device)
    assert weights.card.training is not None  # noqa: S101 - for the type checker
    typer.echo(errors_markdown(weights.card.training.errors))
    typer.echo(str(weights.path))


def checked_lambda(option: str, weight_mm: float) -> None:
    """:class:`UsageError` for what cannot be the weight of a loss, millimetres per degree."""
    if not 0 <= weight_mm < math.inf:
        raise UsageError(f"{option} {weight_mm:g} is not a weight; expected millimetres per degree, 0 or more")


def lifter_config(
    model: str, size: str, seed: int, batch: int | None, rate: float | None, precision: str, frames: int,
    devices: int = 1,
) -> LifterConfig:  # fmt: skip
    """What a run of about ``frames`` frames depends on; None: by model."""
    task = task_for(model, size)
    config = LifterConfig(model, size, seed=seed, devices=devices, batch=batch or task.batch, steps=task.steps,
                          parts=task.parts, longest=task.longest, rate=rate or task.rate, dropout=task.dropout,
                          precision=precision, chunks=1)  # fmt: skip
    return _with_chunks(config, frames // config.frames)


def _with_chunks(config: LifterConfig, chunks: int) -> LifterConfig:
    chunks = max(chunks, 1)
    warm_up = min(_WARM_UP_STEPS, max(int(chunks * config.steps * _WARM_UP_SHARE), 1))
    return replace(config, chunks=chunks, warm_up_steps=warm_up)


def _fitting(config: LifterConfig, minutes: float, source: LifterSource, device: str) -> LifterConfig:
    """As many chunks as fit into the time, by timing a few in a folder that is thrown away."""
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        train_lifter(source.supply, source.validation, Path(folder), _with_chunks(config, _PROBE_CHUNKS),
                     accelerator=device, progress=lambda _: times.append(time.perf_counter()))  # fmt: skip
    seconds = (times[-1] - times[0]) / (_PROBE_CHUNKS - 1)
    fitted = _with_chunks(config, int(60 * minutes / seconds))
    note(f"{config.frames / config.chunks / seconds:.0f} frames/s: --frames {fitted.frames} in {minutes:g} minutes")
    return fitted


def said(done: LifterProgress) -> tuple[str, str | None]:
    """The errors of a chunk and of the validation, in words; None where that was not measured."""
    validation = None if done.validation_mpjpe_mm is None else f"validation {done.validation_mpjpe_mm:.1f} mm"
    return f"MPJPE {done.mpjpe_mm:.1f} mm", validation
