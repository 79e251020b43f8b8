"""``anglescope score``: angle and position errors of every lifter over a dataset."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.output import note, print_table, tracked
from core.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from core.scoring.journal import Journal
    from core.scoring.run import ScoreJob

__all__ = ["score"]

_MOST_LINES = 20
_SHOWN = {
    "lifter": "lifter", "clips": "clips", "frames": "frames", "mpjpe_mm": "MPJPE mm", "n_mpjpe_mm": "N-MPJPE mm",
    "p_mpjpe_mm": "P-MPJPE mm", "angle_mae_deg": "angle MAE °", "floor_mae_deg": "floor °",
    "rank_mpjpe": "rank mm", "rank_angle_mae": "rank °",
}  # fmt: skip


def score(
    dataset: Annotated[Path, typer.Argument(help="Dataset folder, split, athlete, clip, or a study.toml.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")],
    lifter: Annotated[
        list[str] | None, typer.Option("--lifter", "-l", metavar="NAME=PATH", help="Predictions of a lifter; repeat.")
    ] = None,
    angles: Annotated[
        str, typer.Option(help="Estimator of angles from poses: geometry, network, or a .safetensors file of weights.")
    ] = "geometry",
    shoulder: Annotated[str | None, typer.Option(help="Shoulder pair: components (default), raw or projected.")] = None,
    split: Annotated[str | None, typer.Option(help="Only this split: train, valid or test.")] = None,
    hip_regression: Annotated[
        str,
        typer.Option(
            help="Hip joint centres where no label has them: harrington, harrington_width, "
            "harrington_leg, hara or bell."
        ),
    ] = "harrington",
    clip_csv: Annotated[bool, typer.Option(help="Write clips/<clip>.csv, one row per frame and lifter.")] = True,
    device: Annotated[str, typer.Option(help="Where the network runs: auto, cuda, mps or cpu.")] = "auto",
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Worker processes; default: all cores.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Score on the Dask cluster of this scheduler instead.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace earlier results in the folder.")] = False,
) -> None:
    """Score lifters on a dataset: joint angles beside MPJPE, with the floor of the instrument.

    Predictions under predictions/<lifter>/ of the dataset are found by themselves; without any lifter the floor
    alone is measured. Writes summary.csv, by_*.csv, evaluations.parquet, clips/*.csv and run.json.
    """
    from core.cli.score_job import Choices, build_job

    choices = Choices(dataset, out, tuple(lifter or ()), angles, shoulder, split, hip_regression, clip_csv, device,
                      jobs, cluster)  # fmt: skip
    if resume and overwrite:
        raise UsageError("--resume and --overwrite exclude each other")
    job = build_job(choices)
    if resume and _already_finished(job, out):
        return
    _score_into(job, out, resume=resume, overwrite=overwrite)


def _already_finished(job: ScoreJob, out: Path) -> bool:
    """Show the table of this very run where it is finished."""
    import polars as pl

    from core.results.folder import JOURNAL, is_finished, read_run

    if not is_finished(out, job.fingerprint):
        return False
    (out / JOURNAL).unlink(missing_ok=True)  # left where the run was killed at its very last step
    note(f"{out}: this run is finished, nothing to resume")
    summary = out / "summary.csv"
    _report(pl.read_csv(summary) if summary.is_file() else None, read_run(out), out)
    return True


def _score_into(job: ScoreJob, out: Path, *, resume: bool, overwrite: bool) -> None:
    import sys

    from core.results.folder import JOURNAL, prepare_folder
    from core.scoring.finish import finish
    from core.scoring.journal import Journal

    prepare_folder(out, resume=resume, overwrite=overwrite, clip_csv=job.csv_folder is not None)
    started = _now()
    with Journal(out / JOURNAL, job.fingerprint) as journal:
        _show_progress(job, journal)
        times = {"started": started, "finished": _now()}
        summary, record = finish(job, journal, out, ["anglescope", *sys.argv[1:]], times)
    _report(summary, record, out)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _show_progress(job: ScoreJob, journal: Journal) -> None:
    """Score what is left."""
    from core.scoring.run import score as score_clips

    done = len(journal.done)
    for _ in tracked(score_clips(job, journal), len(job.dataset), "scoring", done):
        pass


def _report(summary: pl.DataFrame | None, record: dict[str, Any], out: Path) -> None:
    """Table on stdout; what a reader must know on stderr; exit code 1 where the data has problems."""
    if summary is not None:
        rows = [[_cell(name, row[name]) for name in _SHOWN] for row in summary.iter_rows(named=True)]
        shoulder, estimator = record["conventions"]["shoulder"], record["estimator"]["name"]
        title = f"Angles by {estimator}, shoulder as {shoulder}; MPJPE root-centred; results in {out}"
        print_table(list(_SHOWN.values()), rows, title, numbers=len(_SHOWN) - 1)
    for line in record["warnings"]:
        note(line)
    problems = record["problems"]
    for line in problems[:_MOST_LINES]:
        note(f"problem: {line}")
    if len(problems) > _MOST_LINES:
        note(f"and {len(problems) - _MOST_LINES} more problems; all of them are in {out / 'run.json'}")
    if problems:
        raise typer.Exit(1)


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) and not name.startswith("rank") else f"{value}"
