"""``anglescope score``: angle and position errors of every lifter over a dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.output import note, print_table, returned
from core.errors import UsageError
from core.results.notes import note_lines

if TYPE_CHECKING:
    import polars as pl

    from core.scoring.run import ScoreJob

__all__ = ["score"]

_MOST_LINES = 20
_MOST_NOTES = 12
_SHOWN = {
    "lifter": "lifter", "clips": "clips", "frames": "frames", "mpjpe_mm": "MPJPE mm", "n_mpjpe_mm": "N-MPJPE mm",
    "p_mpjpe_mm": "P-MPJPE mm", "angle_mae_deg": "angle MAE °", "floor_mae_deg": "floor °",
    "rank_mpjpe": "rank MPJPE", "rank_p_mpjpe": "rank P-MPJPE", "rank_angle_mae": "rank angles",
}  # fmt: skip
_NOT_RECORDED = ("--resume", "--overwrite", "--jobs", "-j", "--cluster")
_WITH_VALUE = ("--jobs", "-j", "--cluster")

_Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Score on a Dask cluster: address of its scheduler, the scheduler's file, or 'local' for one on this "
        "machine. Other machines must see the dataset and --out under the same paths.",
    ),
]


def score(
    dataset: Annotated[Path, typer.Argument(help="Dataset folder, split, athlete, clip, or a study.toml.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")],
    lifter: Annotated[
        list[str] | None, typer.Option("--lifter", "-l", metavar="NAME=PATH", help="Predictions of a lifter; repeat.")
    ] = None,
    angles: Annotated[
        str | None,
        typer.Option(help="Estimator of angles from poses: network (default), geometry, or a .safetensors file."),
    ] = None,
    shoulder: Annotated[str | None, typer.Option(help="Shoulder pair: components (default), raw or projected.")] = None,
    split: Annotated[str | None, typer.Option(help="Only this split: train, valid or test.")] = None,
    hip_regression: Annotated[
        str | None,
        typer.Option(
            help="Hip joint centres where no label has them: harrington (default), harrington_width, "
            "harrington_leg, hara or bell."
        ),
    ] = None,
    clip_csv: Annotated[bool, typer.Option(help="Write clips/<clip>.csv, one row per frame and lifter.")] = True,
    reasons: Annotated[
        bool,
        typer.Option(
            "--reasons",
            help="Also write why: flags.csv, angle_reasons.csv, position_reasons.csv. Takes about four times as long.",
        ),
    ] = False,
    device: Annotated[str, typer.Option(help="Where the network runs: auto, cuda, mps or cpu.")] = "auto",
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Worker processes; default: all cores.")
    ] = None,
    cluster: _Cluster = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace earlier results in the folder.")] = False,
) -> None:
    """Score lifters on a dataset: joint angles beside MPJPE, with the floor of the instrument.

    Predictions under predictions/<lifter>/ of the dataset are found by themselves; without any lifter the floor
    alone is measured. Writes summary.csv, by_*.csv, evaluations.parquet, files.csv, clips/*.csv and run.json.
    """
    from core.scoring.opening import Choices, build_job

    choices = Choices(dataset, out, tuple(lifter or ()), angles, shoulder, split, hip_regression, clip_csv, device,
                      jobs, cluster, reasons=reasons)  # fmt: skip
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
    """Run with a bar, then show what came out."""
    import sys

    from core.scoring.folder_run import score_into

    run = score_into(job, out, ["anglescope", *recorded(sys.argv[1:])], resume=resume, overwrite=overwrite)
    done, _ = next(run)
    result = returned(run, len(job.dataset), "scoring", done)
    _report(result.summary, result.record, out)


def recorded(arguments: Sequence[str]) -> list[str]:
    """The command's arguments without those that change no result, so that a resumed run records the same."""
    kept = []
    rest = iter(arguments)
    for argument in rest:
        name = argument.partition("=")[0]
        if name.startswith("-j") and name != "-j":
            continue  # -j4
        if name not in _NOT_RECORDED:
            kept.append(argument)
        elif name in _WITH_VALUE and name == argument:
            next(rest, None)
    return kept


def _report(summary: pl.DataFrame | None, record: dict[str, Any], out: Path) -> None:
    """Table on stdout; what a reader must know on stderr; exit code 1 where the data has problems."""
    if summary is not None:
        shown = _SHOWN | ({"reference": "reference"} if "stand_in" in summary["reference"] else {})
        shoulder, estimator = record["conventions"]["shoulder"], record["estimator"]["name"]
        title = f"Angles by {estimator}, shoulder as {shoulder}; MPJPE root-centred; results in {out}"
        print_table(list(shown.values()), _cells(summary, list(shown)), title, numbers=len(shown) - 1)
    for line in record["warnings"]:
        note(f"warning: {line}")
    _listed("note", note_lines(record["notes"], len(record["lifters"])), _MOST_NOTES, out)
    _listed("problem", record["problems"], _MOST_LINES, out)
    if record["problems"]:
        raise typer.Exit(1)


def _cells(summary: pl.DataFrame, columns: Sequence[str]) -> list[list[str]]:
    """The table as text. A rank is told with how many lifters it runs over: not all have every error."""
    rows = list(summary.iter_rows(named=True))
    ranked = Counter((name, row["reference"]) for row in rows for name in columns
                     if name.startswith("rank") and row[name] is not None)  # fmt: skip
    return [[_cell(row[name], ranked[name, row["reference"]]) for name in columns] for row in rows]


def _cell(value: object, among: int) -> str:
    if value is None:
        return ""
    if among:
        return f"{value} of {among}"
    return f"{value:.2f}" if isinstance(value, float) else f"{value}"


def _listed(what: str, lines: Sequence[str], most: int, out: Path) -> None:
    for line in lines[:most]:
        note(f"{what}: {line}")
    if len(lines) > most:
        more = len(lines) - most
        note(f"and {more} more {what}{'' if more == 1 else 's'}; all of them are in {out / 'run.json'}")
