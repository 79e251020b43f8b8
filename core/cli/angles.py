"""``anglescope angles``: ISB angles from labelled points, one CSV per clip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.output import counted, grouped, note, some, tracked
from core.conventions import shoulder_view

if TYPE_CHECKING:
    from core.results.angle_files import AngleFile

__all__ = ["angles"]


def angles(
    path: Annotated[
        Path, typer.Argument(help="A dataset, a file of one clip, a file with labelled points (C3D, TRC ...), or a "
                                  "folder of such files.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for <clip>_angles.csv; made if absent.")],
    shoulder: Annotated[
        str,
        typer.Option(metavar="VIEW", help="Shoulder pair. components: elevation split by its plane into flexion and "
                                          "abduction; raw: plane and elevation; projected: the clinical pair."),
    ] = "components",
    landmarks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Which labels mark which landmark, as TOML, instead of the sets that ship."),
    ] = None,
    hip_regression: Annotated[
        str,
        typer.Option(metavar="NAME", help="How hip joint centres without a label are placed: harrington, "
                                          "harrington_width, harrington_leg, hara or bell."),
    ] = "harrington",
    split: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this split of a dataset: train, valid or test.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the results of an earlier run in the output folder.")
    ] = False,
) -> None:  # fmt: skip
    """Compute ISB joint angles from labelled points: one <clip>_angles.csv per recording.

    A CSV has frame, time_s and the twelve angles in degrees; an empty cell is undefined. What had to be substituted
    (T10 for T8, regressed hip joint centres), which segments are not rigid and which files of a folder were skipped
    is said on stderr and kept in angles.json. Exit code 1 where a recording cannot be used, or there is none.
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
