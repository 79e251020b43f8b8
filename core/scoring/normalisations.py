"""The normalisation experiment: one model, the same clips and 2D, under each normalisation of its input."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from core.dataset import Dataset
from core.errors import UsageError
from core.files import write_atomic
from core.lifters.inputs import dataset_inputs
from core.lifters.lift import LiftJob, lift_into
from core.lifters.lifting import LiftOptions
from core.lifters.normalisation import NORMALISATIONS, check_normalisation
from core.lifters.running import Runner
from core.lifters.weights import LifterWeights
from core.results.scores import ClipScore
from core.scoring.folder_run import RunResult, score_into
from core.scoring.opening import Choices, build_job
from core.scoring.versions import versions

__all__ = ["TABLE", "Experiment", "Trial", "lift_all", "score_all", "table"]

TABLE = "normalisations.csv"
_ERRORS = ("frames", "mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "angle_mae_deg", "floor_mae_deg")


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One lifter under one normalisation. name : in tables."""

    lifter: LifterWeights
    normalisation: str

    @property
    def name(self) -> str:
        """Lifter and normalisation, as the lifter is called in the results."""
        return f"{self.lifter.card.name} ({self.normalisation})"


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """lifters : to try. path, split : of the dataset, which ``dataset`` is. keypoints : as of
    :func:`core.lifters.inputs.dataset_inputs`. out : folder of everything. angles, device, jobs : as for scoring.
    command : for the manifests.
    """

    lifters: Sequence[LifterWeights]
    path: Path
    split: str | None
    dataset: Dataset
    keypoints: str
    out: Path
    angles: str | None = None
    device: str = "auto"
    jobs: int | None = None
    command: Sequence[str] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every normalisation there is."""
        return tuple(NORMALISATIONS)

    def trials(self) -> list[Trial]:
        """Every lifter under every normalisation that it can read."""
        return [Trial(lifter, name) for lifter in self.lifters for name in self.names if _readable(lifter, name)]

    def folder(self, trial: Trial) -> Path:
        """Where the predictions of a trial lie."""
        return self.out / "lifted" / trial.lifter.card.name / trial.normalisation.replace(" ", "_")


def _readable(lifter: LifterWeights, normalisation: str) -> bool:
    try:
        check_normalisation(normalisation, lifter.card.coding)
    except UsageError:
        return False
    return True


def lift_all(experiment: Experiment, trials: Sequence[Trial], *, overwrite: bool = False) -> Iterator[str]:
    """Lift every clip in every trial, keeping what an earlier run finished; yields a problem or '' per clip.

    Raises what :func:`core.lifters.lift.lift_into` raises.
    """
    inputs = dataset_inputs(experiment.dataset, experiment.keypoints)
    runners = {id(lifter): Runner(lifter, device=experiment.device) for lifter in experiment.lifters}
    for trial in trials:
        job = LiftJob(trial.lifter, runners[id(trial.lifter)], inputs, experiment.keypoints, trial.name,
                      LiftOptions(trial.normalisation), None, experiment.command, versions())  # fmt: skip
        for lifted in lift_into(job, experiment.folder(trial), resume=not overwrite, overwrite=overwrite):
            yield f"{trial.name}: {lifted.problem}" if lifted.problem else ""


def score_all(
    experiment: Experiment, trials: Sequence[Trial]
) -> Generator[tuple[int, ClipScore | None], None, RunResult]:
    """Score all trials as lifters of one run into ``results`` of the experiment's folder."""
    lifters = tuple(f"{trial.name}={experiment.folder(trial)}" for trial in trials)
    out = experiment.out / "results"
    job = build_job(Choices(experiment.path, out, lifters, experiment.angles, split=experiment.split, clip_csv=False,
                            device=experiment.device, jobs=experiment.jobs, only_named=True))  # fmt: skip
    return score_into(job, out, list(experiment.command), overwrite=True)


def table(experiment: Experiment, trials: Sequence[Trial], summary: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Rows of ``normalisations.csv``, which is written: model, normalisation, whether it was trained so, errors."""
    found = {} if summary is None else {row["lifter"]: row for row in summary.iter_rows(named=True)}
    rows = []
    for trial in trials:
        row = found.get(trial.name, {})
        rows.append({"model": trial.lifter.card.name, "normalisation": trial.normalisation,
                     "as_trained": trial.normalisation == trial.lifter.card.normalisation,
                     **{name: row.get(name) for name in _ERRORS}})  # fmt: skip
    write_atomic(experiment.out / TABLE, pl.DataFrame(rows, infer_schema_length=None).write_csv().encode())
    return rows
