"""``anglescope angles``: ISB angles from labelled points, one CSV per clip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.output import counted, grouped, note, shoulder_view, some, tracked

if TYPE_CHECKING:
    from core.results.angle_files import AngleFile

__all__ = ["angles"]


def angles(
    path: Annotated[Path, typer.Argument(help="Dataset, clip, or files with labelled points (C3D, TRC ...).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for <clip>_angles.csv.")],
    shoulder: Annotated[str, typer.Option(help="Shoulder pair: components, raw or projected.")] = "components",
    landmarks: Annotated[
        Path | None, typer.Option(help="A landmark set of your own (TOML) instead of those that ship.")
    ] = None,
    hip_regression: Annotated[
        str,
        typer.Option(help="Hip joint centres where no label has them: harrington, harrington_width, harrington_leg, "
                          "hara or bell."),
    ] = "harrington",
    split: Annotated[str | None, typer.Option(help="Only this split: train, valid or test.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
) -> None:  # fmt: skip
    """ISB joint angles from labelled points: <clip>_angles.csv with frame, time_s and the twelve angles.

    What had to be substituted (T10 for T8, regressed hip joint centres) and what is not rigid is said on stderr and
    kept per clip in angles.json.
    """
    from core.angles.hip_centre import regression_named
    from core.angles.landmarks import landmark_set_from
    from core.results.angle_files import AngleOptions, write_angle_files
    from core.results.recordings import count_recordings, find_recordings

    sets = (landmark_set_from(landmarks),) if landmarks is not None else None
    options = AngleOptions(shoulder_view(shoulder), regression_named(hip_regression).name, sets)
    found = find_recordings(path, split, out)
    items = write_angle_files(found, out, options, overwrite=overwrite)
    _report(list(tracked(items, count_recordings(found), "angles")), out)


def _report(done: list[AngleFile], out: Path) -> None:
    """What was written on stdout; substitutions, skipped files and problems, grouped and counted, on stderr."""
    written = [item for item in done if item.path is not None]
    typer.echo(f"{counted(len(written), 'recording')}, {sum(item.n_frames for item in written)} frames: {out}")
    for text, names in grouped((text, item.name) for item in written for text in item.notes):
        note(f"{text} ({counted(len(names), 'recording')})")
    for why, names in grouped((item.skipped, item.name) for item in done if item.skipped):
        note(f"{counted(len(names), 'file')} skipped, {why}: {some(names)}")
    problems = [item.problem for item in done if item.problem]
    for line in problems or ([] if written else ["nothing here has labelled points that a landmark set knows"]):
        note(f"problem: {line}")
    if problems or not written:
        raise typer.Exit(1)
