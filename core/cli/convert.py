"""``anglescope convert``: files of one format into files of another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.lift import Model
from core.cli.output import counted, grouped, note, some
from core.errors import OutputError, UsageError
from core.export.targets import Target

if TYPE_CHECKING:
    from core.body.rigs_bvh import JointMap
    from core.export.convert import Converted

__all__ = ["convert"]

_CHECKPOINT_SUFFIXES = (".tar", ".pth", ".pt", ".bin", ".ckpt", ".safetensors")


def convert(
    path: Annotated[Path, typer.Argument(help="A file in any readable format, a folder of such files, or weights.")],
    to: Annotated[Target, typer.Option("--to", help="Format to write.", case_sensitive=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the files written; made if absent.")],
    format_name: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="Read PATH as this format instead of detecting it.")
    ] = None,
    fps: Annotated[
        float | None, typer.Option(help="Frames per second of the input; wins over what the file says.")
    ] = None,
    axes: Annotated[
        str | None, typer.Option(help="Axes of the input: world_z_up, world_y_up or camera (x right, y down).")
    ] = None,
    mm_per_unit: Annotated[
        float | None, typer.Option(help="Millimetres per unit of length of the input: 1000 for metres.")
    ] = None,
    joint_map: Annotated[
        str | None,
        typer.Option(help="Rig of BVH for athletepose3d: a name or a joint map in TOML; default: told by its joints."),
    ] = None,
    model: Annotated[
        Model | None, typer.Option(help="What a checkpoint should be of; another one is refused.", case_sensitive=False)
    ] = None,
    joints: Annotated[str | None, typer.Option(help="2D joints of a VideoPose3D checkpoint: h36m17 or coco17.")] = None,
    statistics: Annotated[Path | None, typer.Option(help="stat_3d.pth.tar of a SimpleBaseline3D checkpoint.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files of the same names.")] = False,
) -> None:
    """Write what PATH holds as TRC, MOT, CSV, NPZ or Parquet, one file per recording, or BVH as a dataset.

    \b
    trc           labelled points, or the 17 joints of poses; Y up, mm
    mot           joint angles in degrees: ISB from labelled points, else by
                  the geometry of 17 joints
    csv, parquet  one row per frame: coordinates in mm, angles in degrees
    npz           anglescope's own archive: everything that was read (of BVH
                  the positions)
    athletepose3d a dataset of BVH motion on a body of its leg length: labelled
                  points, joints, two cameras, exact angles
    onnx          weights (.safetensors) as a graph from poses to angles, one
                  file per rig, for other programs and languages
    safetensors   a published checkpoint of a lifter (.bin, .pth, .pth.tar) as
                  plain tensors with a card; nothing of it is run

    Prints the files written. In a folder, files of other kinds are left alone and counted; predictions are read by
    their manifest.json. What fails is said on stderr and ends with exit code 1.
    """  # noqa: D301 - the escape that keeps the lines of a list apart in the help
    of_motion = any(option is not None for option in (format_name, fps, axes, mm_per_unit, joint_map))
    if _weights_written(path, to, out, overwrite, of_motion, (model, joints, statistics)):
        return
    from core.cli.predictions import PredictionReader
    from core.export.convert import convert_files
    from core.formats.base import ReadOptions

    options = ReadOptions(fps=fps, axes=axes, mm_per_unit=mm_per_unit)
    items = convert_files(
        path, to, out, format_name=format_name, options=options, overwrite=overwrite, reader=PredictionReader(),
        joint_map=_joint_map(joint_map, to),
    )  # fmt: skip
    done = []
    for item in items:
        done.append(item)
        if item.output is not None:
            typer.echo(str(item.output))
    _report(done, path)


def _weights_written(
    path: Path, to: Target, out: Path, overwrite: bool, of_motion: bool,
    said: tuple[Model | None, str | None, Path | None],
) -> bool:  # fmt: skip
    """Convert weights where that is asked for; False where motion is to be converted.

    of_motion : whether options of motion were given. said : the options of checkpoints. Raises :class:`UsageError`
    where they are of the other kind.
    """
    if to != Target.SAFETENSORS and any(option is not None for option in said):
        raise UsageError("--model, --joints and --statistics are of checkpoints: they go with --to safetensors")
    if to != Target.SAFETENSORS and not (to == Target.ONNX and path.suffix == ".safetensors"):
        return False
    if of_motion:
        raise UsageError(f"--to {to} converts weights: --format, --fps, --axes, --mm-per-unit and --joint-map say "
                         "nothing about them")  # fmt: skip
    if to == Target.ONNX:
        _write_networks(path, out, overwrite)
    else:
        _write_lifter(path, out, *said, overwrite)
    return True


def _write_networks(weights: Path, out: Path, overwrite: bool) -> None:
    """One ONNX file per rig of the weights; none where one of them would be replaced unasked."""
    from core.files import ensure_writable_folder
    from core.network.onnx_export import export_onnx
    from core.network.weights import load_weights

    loaded = load_weights(weights)
    targets = {rig: out / f"{weights.stem}_{rig}.onnx" for rig in loaded.card.rigs}
    for target in targets.values():
        if target.exists() and not overwrite:
            raise OutputError(f"{target} exists. Pass --overwrite to replace it")
    ensure_writable_folder(out)
    for rig, target in targets.items():
        export_onnx(loaded, target, rig)
        typer.echo(str(target))


def _write_lifter(
    path: Path, out: Path, model: Model | None, joints: str | None, statistics: Path | None, overwrite: bool
) -> None:
    """A checkpoint as safetensors, ``<stem>.safetensors``, with what is known of it said on stderr."""
    from core.files import ensure_writable_folder
    from core.lifters.checkpoint import CheckpointOptions, open_lifter
    from core.lifters.weights import save_lifter

    if path.is_dir():
        raise UsageError(f"{path} is a folder: --to {Target.SAFETENSORS} takes one checkpoint")
    target = out / f"{_stem(path)}.{Target.SAFETENSORS}"
    if target.exists() and not overwrite:
        raise OutputError(f"{target} exists. Pass --overwrite to replace it")
    loaded = open_lifter(path, CheckpointOptions(model and str(model), joints, statistics))
    ensure_writable_folder(out)
    save_lifter(target, loaded.tensors, loaded.card, loaded.statistics)
    for text in loaded.card.notes:
        note(text)
    typer.echo(str(target))


def _stem(path: Path) -> str:
    """The name of a checkpoint without its suffixes, of which it may have two: ``ckpt_best.pth.tar``."""
    name = path.name
    while Path(name).suffix in _CHECKPOINT_SUFFIXES:
        name = Path(name).stem
    return name


def _joint_map(wanted: str | None, to: Target) -> JointMap | None:
    """The rig that ``--joint-map`` names; None: each file's own."""
    if wanted is None:
        return None
    if to != Target.ATHLETEPOSE3D:
        raise UsageError(f"--joint-map is for --to {Target.ATHLETEPOSE3D}; {to} needs none")
    from core.body.rigs_bvh import joint_map_for

    return joint_map_for((), wanted)


def _report(done: list[Converted], path: Path) -> None:
    """Notes and skipped files, grouped and counted, and every problem, on stderr."""
    for text, names in grouped((text, str(item.output)) for item in done for text in item.notes):
        note(f"{text} ({counted(len(names), 'file')})")
    for why, names in grouped((item.skipped, _shown(item, path)) for item in done if item.skipped):
        note(f"{len(names)} skipped, {why}: {some(names)}")
    problems = [item.problem for item in done if item.problem]
    written = any(item.output is not None for item in done)
    for line in problems or ([] if written else ["nothing here can be written in this format"]):
        note(f"problem: {line}")
    if problems or not written:
        raise typer.Exit(1)


def _shown(item: Converted, path: Path) -> str:
    """File, from the folder that is converted, and record."""
    file = item.source.relative_to(path).as_posix() if path.is_dir() else item.source.name
    return f"{file}[{item.key}]" if item.key else file
