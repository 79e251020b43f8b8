"""What ``anglescope train lambda-sweep`` does once its words are understood."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from core.cli.lifter_job import checked_lambda, lifter_config, said
from core.cli.output import note, print_table
from core.cli.train_job import ProgressBar, checked_rate, command_line
from core.errors import UsageError
from core.estimators import estimator_named
from core.files import ensure_writable_folder, write_atomic
from core.network.running import choose_device
from core.training.lifters.loop import LifterProgress
from core.training.running import software_versions
from core.training.sources import is_motion, named_once
from core.training.sweep.plan import Run, SweepPlan
from core.training.sweep.running import Finished, Sweep, described, sweep_data
from core.training.sweep.table import Row, rows_csv, summary, sweep_rows

__all__ = ["run_sweep", "weights_from"]

_HEAD = ("domain", "loss", "mm/°", "MPJPE mm", "P-MPJPE mm", "MAE ° (ISB)", "MAE ° (network)")


def run_sweep(
    data: list[Path], out: Path, model: str, *, lambdas: str, bone_lambdas: str, seeds: int, first_seed: int,
    wanted: str, size: str, frames: int, batch: int | None, rate: float | None, angle_frames: int,
    bodies: tuple[int, int], device: str, licence: str,
) -> None:  # fmt: skip
    """Train and measure every run that is not finished, write the tables, print the summary."""
    angle_mm, bone_mm = weights_from("--lambdas", lambdas), weights_from("--bone-lambdas", bone_lambdas)
    if rate is not None:
        checked_rate(rate)
    base = replace(lifter_config(model, size, first_seed, batch, rate, "32-true", frames), angle_frames=angle_frames)
    plan = SweepPlan(base, angle_mm, bone_mm, seeds)
    here = choose_device(device).type
    named_once(data)
    if not all(is_motion(path) for path in data):
        raise UsageError("a sweep is measured on bodies whose angles are known exactly; it needs motion (BVH)")
    ensure_writable_folder(out)
    note("reading data")
    found = sweep_data(data, wanted, bodies, estimator_named("network", device=here))
    sweep = Sweep(plan, found, out, command=command_line(("--frames", base.frames)), licence=licence, accelerator=here)
    finished = _trained(sweep)
    rows = sweep_rows(finished, sweep.floor(), found.clips)
    write_atomic(out / "sweep.csv", rows_csv(rows))
    about = {**described(sweep), "versions": software_versions()}
    write_atomic(out / "sweep.json", (json.dumps(about, indent=1, ensure_ascii=False) + "\n").encode())
    print_table(_HEAD, summary(rows), numbers=4)
    _draw(rows, out / "sweep.svg")
    typer.echo(str(out / "sweep.csv"))


def _draw(rows: Sequence[Row], path: Path) -> None:
    """The figure, where there is something to draw it with."""
    try:
        from core.report.figures_front import front_file
    except ModuleNotFoundError as error:
        note(f"no figure: it needs {error.name}: pip install 'anglescope[report]'")
        return
    write_atomic(path, front_file(rows))


def weights_from(option: str, text: str) -> tuple[float, ...]:
    """Weights in millimetres per degree from words such as ``0.3,1,3``; :class:`UsageError` for what is none."""
    try:
        weights = tuple(float(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise UsageError(f"{option} {text!r} is no list of weights; expected numbers such as 0.3,1,3") from None
    for weight in weights:
        checked_lambda(option, weight)
    return weights


def _trained(sweep: Sweep) -> Sequence[Finished]:
    runs = list(sweep.plan.runs())
    finished: list[Finished] = []
    bars: dict[Run, ProgressBar] = {}

    def shown(run: Run, done: LifterProgress) -> None:
        if run not in bars:
            note(f"run {len(finished) + 1} of {len(runs)}: {run.folder}")
            bars[run] = ProgressBar(sweep.plan.base.chunks * sweep.plan.base.steps, "frames")
        bars[run].show(done.step, done.seconds, done.frames, *said(done))

    try:
        for one in sweep.runs(shown):
            finished.append(one)
            if one.run in bars:
                bars.pop(one.run).close()
            if not one.trained:
                note(f"run {len(finished)} of {len(runs)}: {one.run.folder} was finished before")
    finally:
        for bar in bars.values():
            bar.close()
    return finished
