"""``anglescope report``: does the lifter with fewer millimetres have the better angles, from a folder of results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.output import note, returned
from core.errors import DataError, UsageError

if TYPE_CHECKING:
    from core.report.records import Subject

__all__ = ["report"]

_NEEDED = ("matplotlib", "jinja2")


def report(
    results: Annotated[Path, typer.Argument(help="Folder that anglescope score wrote.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the report; default: report in RESULTS.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Position error that angles are held against: mpjpe_mm, n_mpjpe_mm or p_mpjpe_mm.")
    ] = "mpjpe_mm",
    margin_deg: Annotated[float, typer.Option(help="Lifters whose errors differ by less are alike, degrees.")] = 5.0,
    resamples: Annotated[int, typer.Option(help="Resamples of athletes and takes behind the intervals.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the resamples.")] = 1,
    level: Annotated[float, typer.Option(help="Level of the intervals, between 0 and 1.")] = 0.95,
    lifters: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Only these lifters, in this order; default: all.")
    ] = None,
    budget: Annotated[
        bool, typer.Option(help="Measure on the clips how many degrees are definition, floor, scale, seams.")
    ] = True,
    normalisations: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Experiment of anglescope normalisations to show beside it.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="Worker processes of the budget; default: all cores.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier report in the folder.")] = False,
) -> None:
    """Report on scored lifters: are millimetres and degrees of one opinion, and how sure is that?

    Writes report.html (one file with everything), figures/*.svg, .pdf, .png with their numbers as .csv, methods.txt
    (to paste into a paper) and study.json (all numbers). The verdicts go to stdout.
    """
    _require_packages()
    from core.report.build import STEPS, files_of, read_subject
    from core.report.folder import PAGE, refuse_others, write_report
    from core.report.in_short import verdict_lines, warnings_of
    from core.study.budget.normalisation import read_normalisations
    from core.study.study import StudyOptions

    folder = results / "report" if out is None else out
    options = StudyOptions(by=by, margin_deg=margin_deg, resamples=resamples, seed=seed, level=level)
    refuse_others(folder, overwrite=overwrite)
    normalised = () if normalisations is None else read_normalisations(normalisations)
    note(f"resampling {results}")
    subject = read_subject(results, options, [name for name in (lifters or "").split(",") if name])
    subject = replace(subject, normalised=normalised)
    if budget:
        subject = _with_budget(subject, jobs)
    write_report(folder, returned(files_of(subject), STEPS, "drawing"))
    for line in warnings_of(subject):
        note(f"warning: {line}")
    for line in verdict_lines(subject):
        typer.echo(line)
    typer.echo(f"{folder / PAGE}")


def _with_budget(subject: Subject, jobs: int | None) -> Subject:
    """The subject with its clips measured again, or with the reason why they cannot be."""
    from core.cli.again import job_again
    from core.results.folder import RUN
    from core.study.budget.budget import budget_of, measure_clips

    try:
        job = job_again(subject.record, subject.folder / RUN, jobs=jobs)
        clips = subject.study.scores.clips
        found = returned(measure_clips(job, clips), 2 * len(clips), "measuring the budget")
        return replace(subject, budget=budget_of(subject.study, found, job))
    except DataError as error:
        note(f"warning: no error budget: {error}")
        return replace(subject, no_budget=str(error))


def _require_packages() -> None:
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(f"report needs {' and '.join(missing)}: pip install 'anglescope[report]'")
