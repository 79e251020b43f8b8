"""``anglescope normalisations``: the same model and clips under each normalisation of the 2D, errors side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.lift import Model, dataset_of, opened
from core.cli.output import note, print_table, returned, tracked
from core.errors import UsageError

if TYPE_CHECKING:
    from core.scoring.normalisations import Experiment, Trial

__all__ = ["normalisations"]

_COLUMNS = {"mpjpe_mm": "MPJPE mm", "n_mpjpe_mm": "N-MPJPE mm", "p_mpjpe_mm": "P-MPJPE mm",
            "angle_mae_deg": "angle MAE °"}  # fmt: skip


def normalisations(
    path: Annotated[Path, typer.Argument(help="Dataset, or a study.toml.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for predictions, results and the table.")],
    model: Annotated[
        list[Model] | None, typer.Option("--model", "-m", help="Compact models that ship; repeat. Default: all three.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", "-c", help="Checkpoints of your own; repeat.")
    ] = None,
    keypoints: Annotated[
        str, typer.Option(help="2D: auto, detected (the dataset's own), projected (from the reference), or a path.")
    ] = "auto",
    angles: Annotated[str | None, typer.Option(help="Estimator of angles, as for score.")] = None,
    split: Annotated[str | None, typer.Option(help="Only this split: train, valid or test.")] = None,
    device: Annotated[str, typer.Option(help="auto, cuda, mps or cpu.")] = "auto",
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Worker processes that score; default: all cores.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier experiment there.")] = False,
) -> None:
    """Lift the same clips under every normalisation that a model can read, score all of it, and show both errors.

    The model, the clips, the 2D and the scoring are the same in every row; what differs is where the person is placed
    in the picture that the model was trained on. Interrupted, the same command goes on with what is finished.
    """
    from core.scoring.normalisations import Experiment

    if model and checkpoint:
        raise UsageError("--model names the models that ship, --checkpoint your own: give one of them")
    lifters = [opened(None, file) for file in checkpoint or ()]
    lifters = lifters or [opened(name, None) for name in model or tuple(Model)]
    experiment = Experiment(lifters, path, split, dataset_of(path, split), keypoints, out, angles, device,
                            jobs, ["anglescope", *sys.argv[1:]])  # fmt: skip
    _show(experiment, overwrite)


def _show(experiment: Experiment, overwrite: bool) -> None:
    from core.scoring.normalisations import lift_all, score_all, table

    trials = experiment.trials()
    steps = lift_all(experiment, trials, overwrite=overwrite)
    problems = [line for line in tracked(steps, len(trials) * len(experiment.dataset), "lifting") if line]
    run = score_all(experiment, trials)
    done, _ = next(run)
    result = returned(run, len(experiment.dataset), "scoring", done)
    rows = table(experiment, trials, result.summary)
    print_table(["model", "2D normalised as", *_COLUMNS.values()], [_cells(row) for row in rows],
                f"Same model, same clips, same 2D; results in {experiment.out}", numbers=len(_COLUMNS))  # fmt: skip
    _notes(experiment, trials)
    for line in dict.fromkeys((*problems, *result.record["problems"])):
        note(f"problem: {line}")
    if problems or result.record["problems"]:
        raise typer.Exit(1)


def _cells(row: dict[str, Any]) -> list[str]:
    own = " (as trained)" if row["as_trained"] else ""
    numbers = ["" if row[name] is None else f"{row[name]:.2f}" for name in _COLUMNS]
    return [row["model"], row["normalisation"] + own, *numbers]


def _notes(experiment: Experiment, trials: list[Trial]) -> None:
    """Why a model has no row under some normalisation."""
    for lifter in experiment.lifters:
        mine = {trial.normalisation for trial in trials if trial.lifter is lifter}
        lacking = [name for name in experiment.names if name not in mine]
        if lacking:
            note(f"{lifter.card.name} reads screen coordinates: {' and '.join(lacking)} is no input of it")
