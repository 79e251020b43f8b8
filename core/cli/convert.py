"""``anglescope convert``: files of one format into files of another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import note
from core.export.targets import Target

__all__ = ["convert"]


def convert(
    path: Annotated[Path, typer.Argument(help="A file in any readable format, or a folder of such files.")],
    to: Annotated[Target, typer.Option("--to", help="Format to write.", case_sensitive=False)],
    out: Annotated[Path, typer.Option("--out", help="Folder for the files written; made if absent.")],
    format_name: Annotated[str | None, typer.Option("--format", help="Format of the input; else by content.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frames per second, where the file states none.")] = None,
    axes: Annotated[str | None, typer.Option(help="world_z_up, world_y_up or camera.")] = None,
    mm_per_unit: Annotated[float | None, typer.Option(help="Millimetres per unit of length in the file.")] = None,
    joint_map: Annotated[
        str | None, typer.Option(help="BVH rig for athletepose3d: a known name or a joint map in TOML; else by joints.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")] = False,
) -> None:
    """Write every record of PATH as TRC, MOT, CSV, NPZ or Parquet, or BVH as a dataset.

    trc: labelled points, Y up, mm. mot: joint angles in degrees (ISB from labelled points, geometry from 17 joints).
    csv, parquet: one row per frame. npz: anglescope's own archive (of jointed motion the positions).
    athletepose3d: BVH on a body of its leg length, as a dataset with labelled points, joints, cameras, exact angles.
    Prints the files written; what cannot be converted is said on stderr and ends with exit code 1.
    """
    from core.export.convert import convert_files
    from core.formats.base import ReadOptions

    mapped = None
    if joint_map is not None:
        from core.body.rigs_bvh import joint_map_for

        mapped = joint_map_for((), joint_map)
    options = ReadOptions(fps=fps, axes=axes, mm_per_unit=mm_per_unit)
    failed = skipped = 0
    for done in convert_files(
        path, to, out, format_name=format_name, options=options, overwrite=overwrite, joint_map=mapped
    ):
        if done.output is not None:
            typer.echo(str(done.output))
            for text in done.notes:
                note(f"{done.source.name}: {text}")
        elif done.skipped:
            skipped += 1
        else:
            failed += 1
            typer.echo(f"anglescope: error: {done.problem}", err=True)
    if skipped:
        note(f"{skipped} files of no known format were left alone")
    if failed:
        raise typer.Exit(1)
