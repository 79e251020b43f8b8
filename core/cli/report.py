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
    from core.scoring.executors import Workers
    from core.study.over_time import Movements

__all__ = ["asked_movements", "report"]

_NEEDED = ("matplotlib", "jinja2")

_Out = Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the report; default: report in RESULTS.")]
_Normalisations = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Experiment of anglescope normalisations to show beside it.")
]
_Moments = Annotated[
    bool, typer.Option(help="Look at single frames: when in a movement ranks flip, curves over cycles.")
]
_CycleAngle = Annotated[
    str, typer.Option(metavar="ANGLE", help="Its maxima, of the reference, begin the cycles of a movement.")
]
_Marks = Annotated[
    Path | None, typer.Option(metavar="FILE", help="File of marks; spans of one name are a movement's cycles.")
]
_Budget = Annotated[
    bool, typer.Option(help="Measure on the clips how many degrees are definition, floor, scale, seams.")
]
_Jobs = Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Worker processes; default: all cores.")]


def report(
    results: Annotated[Path, typer.Argument(help="Folder that anglescope score wrote.")],
    out: _Out = None,
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
    budget: _Budget = True,
    normalisations: _Normalisations = None,
    jobs: _Jobs = None,
    moments: _Moments = True,
    cycle_angle: _CycleAngle = "hip_flexion_r",
    marks: _Marks = None,
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
    from core.scoring.executors import default_jobs, open_workers, warm_up
    from core.study.budget.normalisation import read_normalisations
    from core.study.study import StudyOptions

    folder = results / "report" if out is None else out
    options = StudyOptions(by=by, margin_deg=margin_deg, resamples=resamples, seed=seed, level=level)
    normalised = () if normalisations is None else read_normalisations(normalisations)
    movements, names = asked_movements(cycle_angle, marks), _names(lifters)
    refuse_others(folder, overwrite=overwrite)
    note(f"resampling {results}")
    with open_workers(jobs or default_jobs(), "run again with fewer --jobs") as workers:
        warm_up(workers, _imports)
        subject = replace(read_subject(results, options, names), normalised=normalised)
        if moments:
            subject = _with_frames(subject, movements, workers)
        if budget:
            subject = _with_budget(subject, workers)
        files = returned(files_of(subject, workers=workers), STEPS, "drawing")
    write_report(folder, files)
    for line in warnings_of(subject):
        note(f"warning: {line}")
    for line in verdict_lines(subject):
        typer.echo(line)
    typer.echo(f"{folder / PAGE}")


def _imports() -> None:
    """What workers need takes them seconds to load, while this process resamples."""
    import core.network.estimator
    import core.report.build  # noqa: F401


def _names(lifters: str | None) -> list[str]:
    """Those of a list with commas; none, where all are meant."""
    names = [name for name in map(str.strip, (lifters or "").split(",")) if name]
    if lifters is not None and not names:
        raise UsageError(f"--lifters {lifters!r} names no lifter; leave it out for all, or give A,B")
    return names


def asked_movements(angle: str, marks: Path | None) -> Movements:
    """Where cycles come from: all names of a file of marks, else the maxima of an angle.

    Raises :class:`UsageError` for an unknown angle and :class:`DataError` for a file that holds no marks.
    """
    from core.marks import read_marks
    from core.study.over_time import Movements

    if marks is None:
        return Movements(angle)
    found = read_marks(marks)
    if not found:
        raise DataError("holds no marks", path=marks, expected="marks of the clips that were scored")
    return Movements(angle, found, tuple(sorted({mark.name for mark in found})))


def _with_frames(subject: Subject, movements: Movements, workers: Workers) -> Subject:
    """The subject with what its single frames say, or with the reason why they are not there."""
    from core.conventions import shoulder_view
    from core.study.over_time import over_time

    view = shoulder_view(subject.record["conventions"]["shoulder"])
    try:
        steps = over_time(subject.folder, subject.study, view, movements, workers)
        return replace(subject, over_time=returned(steps, len(subject.study.scores), "reading frames"))
    except DataError as error:
        note(f"warning: no moments and curves: {error}")
        return replace(subject, no_frames=str(error))


def _with_budget(subject: Subject, workers: Workers) -> Subject:
    """The subject with its clips measured again, or with the reason why they cannot be."""
    from core.cli.again import job_again
    from core.results.folder import RUN
    from core.study.budget.budget import budget_of
    from core.study.budget.measuring import measure_clips
    from core.study.slopes import measure_slopes, slope_steps, slopes_of

    try:
        job = job_again(subject.record, subject.folder / RUN)
        clips = subject.study.scores.clips
        found = returned(measure_clips(job, clips, workers=workers), 2 * len(clips), "measuring the budget")
        subject = replace(subject, budget=budget_of(subject.study, found, job))
        slopes = returned(measure_slopes(job, clips, workers=workers), slope_steps(len(clips)), "measuring slopes")
        return replace(subject, slopes=slopes_of(slopes.by_clip.values()) if slopes.by_clip else None)
    except DataError as error:
        note(f"warning: no error budget: {error}")
        return replace(subject, no_budget=str(error))


def _require_packages() -> None:
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(f"report needs {' and '.join(missing)}: pip install 'anglescope[report]'")
