"""``anglescope lift``: 3D poses from 2D keypoints, by one of the three models."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.output import counted, grouped, note, some, tracked
from core.errors import UsageError

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.lifters.inputs import Inputs
    from core.lifters.lift import Lifted, LiftJob
    from core.lifters.lifting import LiftOptions
    from core.lifters.running import Runner
    from core.lifters.weights import LifterWeights

__all__ = ["Model", "dataset_of", "lift", "opened"]

_MOST_NOTES, _MOST_PROBLEMS = 12, 20


class Model(StrEnum):
    """The families of lifters."""

    SIMPLEBASELINE3D = "simplebaseline3d"
    VIDEOPOSE3D = "videopose3d"
    MOTIONBERT = "motionbert"


def lift(
    path: Annotated[Path, typer.Argument(help="Dataset, study.toml, or 2D keypoints: one file or a folder of them.")],
    model: Annotated[
        Model | None, typer.Option("--model", "-m", help="Without --checkpoint: the compact one that ships.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option("--checkpoint", "-c", help="Official checkpoint, or weights of anglescope.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder; default for a dataset: its predictions/NAME.")
    ] = None,
    keypoints: Annotated[
        str, typer.Option(help="2D of a dataset: auto, detected (its own), projected (from the reference), or a path.")
    ] = "auto",
    normalisation: Annotated[
        str | None,
        typer.Option(help="full image, person crop, clip box, pixel or z-score; default: as the model was trained."),
    ] = None,
    flip: Annotated[
        bool | None, typer.Option("--flip/--no-flip", help="Average with the mirrored input; default: as published.")
    ] = None,
    overlap: Annotated[int, typer.Option(min=0, help="Frames that windows of MotionBERT share.")] = 0,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Keypoints with less count as missing.")] = 0.0,
    longest_gap: Annotated[int, typer.Option(min=0, help="Frames over which missing keypoints are interpolated.")] = 10,
    at_trained_rate: Annotated[
        bool, typer.Option("--at-trained-rate", help="Bring the 2D to the model's frame rate and the poses back.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="Name in tables; default: that of the weights.")] = None,
    joints: Annotated[str | None, typer.Option(help="2D joints of a VideoPose3D checkpoint: h36m17 or coco17.")] = None,
    statistics: Annotated[Path | None, typer.Option(help="stat_3d.pth.tar of a SimpleBaseline3D checkpoint.")] = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="Picture size of 2D files that do not say.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frame rate of 2D files without a dataset.")] = None,
    split: Annotated[str | None, typer.Option(help="Only this split of the dataset: train, valid or test.")] = None,
    device: Annotated[str, typer.Option(help="auto, cuda, mps or cpu.")] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Keep what an interrupted run finished.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace earlier predictions.")] = False,
) -> None:
    """Lift 2D keypoints to 3D poses with SimpleBaseline3D, VideoPose3D or MotionBERT.

    Writes one .npy per clip and a manifest.json, which score and the window read without being told anything.
    How the 2D is normalised moves results more than the model does; it is recorded with the predictions.
    """
    if resume and overwrite:
        raise UsageError("--resume and --overwrite exclude each other")
    from core.lifters.lifting import LiftOptions
    from core.lifters.running import Runner

    weights = opened(model, checkpoint, joints, statistics)
    options = LiftOptions(normalisation, min_confidence, longest_gap, at_trained_rate)
    options.normalisation_for(weights.card)
    runner = Runner(weights, flip=flip, overlap=overlap, device=device)
    inputs, source, default = _inputs(path, keypoints, _size(size), fps, split)
    _lift(weights, runner, inputs, source, name or weights.card.name, options, fps, out, default,
          (resume, overwrite))  # fmt: skip


def opened(
    model: str | None, checkpoint: Path | None, joints: str | None = None, statistics: Path | None = None
) -> LifterWeights:
    """The checkpoint, or the compact model of that name that ships; raises what opening it does."""
    if model is None and checkpoint is None:
        raise UsageError(f"which model? Give --model {', '.join(Model)} or a --checkpoint")
    from core.lifters.checkpoint import CheckpointOptions, open_lifter
    from core.lifters.shipped import shipped_lifter

    path = checkpoint if checkpoint is not None else shipped_lifter(str(model))
    return open_lifter(path, CheckpointOptions(model=model and str(model), joints=joints, statistics=statistics))


def dataset_of(path: Path, split: str | None) -> Dataset:
    """The dataset at a path, or the one that a study file names; raises what opening it does."""
    from core.dataset import open_dataset
    from core.study_file import read_study

    study = read_study(path) if path.suffix == ".toml" else None
    return open_dataset(study.dataset if study else path, split=split or (study.split if study else None))


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"([1-9]\d{0,5})[x×,]([1-9]\d{0,5})", text.strip())
    if match is None:
        raise UsageError(f"--size {text!r} is not WIDTHxHEIGHT, such as 1920x1080")
    return int(match[1]), int(match[2])


def _inputs(
    path: Path, keypoints: str, size: tuple[int, int] | None, fps: float | None, split: str | None
) -> tuple[Inputs, str, Path | None]:
    """2D of every clip, where it comes from in words, and the folder of a dataset's predictions (None without one)."""
    from core.lifters.inputs import dataset_inputs, file_inputs
    from core.results.recordings import has_dataset_layout

    if path.suffix != ".toml" and split is None and path.exists() and not has_dataset_layout(path):
        if keypoints != "auto":
            raise UsageError(f"--keypoints chooses the 2D of a dataset; {path} is none, it is the 2D itself")
        return file_inputs(path, size, fps), str(path), None
    if size is not None or fps is not None:
        raise UsageError("--size and --fps are for 2D files without a dataset; a dataset says both")
    dataset = dataset_of(path, split)
    return dataset_inputs(dataset, keypoints), keypoints, dataset.root / "predictions"


def _lift(
    weights: LifterWeights, runner: Runner, inputs: Inputs, source: str, name: str, options: LiftOptions,
    fps: float | None, out: Path | None, default: Path | None, how: tuple[bool, bool],
) -> None:  # fmt: skip
    """Lift everything into ``out``, or into the lifter's folder in ``default``. how : resume, overwrite."""
    from core.lifters.lift import LiftJob, lift_into
    from core.scoring.versions import versions

    target = out or (default / name if default is not None else None)
    if target is None:
        raise UsageError("--out is needed: 2D files belong to no dataset that predictions could be put into")
    job = LiftJob(weights, runner, inputs, source, name, options, fps, ["anglescope", *sys.argv[1:]], versions())
    work = lift_into(job, target, resume=how[0], overwrite=how[1])
    _report(job, list(tracked(work, len(inputs.refs), f"lifting with {name}")), target)


def _which(clips: list[str], among: int) -> str:
    return "all clips" if len(clips) == among > 1 else some(clips, 3)


def _report(job: LiftJob, done: list[Lifted], out: Path) -> None:
    """The folder on stdout; counts, notes and problems on stderr; exit code 1 where a clip has no poses."""
    lines = [item.line for item in done if item.line is not None]
    frames, undefined = sum(line.frames for line in lines), sum(line.undefined for line in lines)
    kept = sum(item.kept for item in done)
    note(f"{job.name}: {counted(len(lines), 'clip')}, {frames:,} frames"
         + (f", {undefined:,} of them without a pose" if undefined else "")
         + (f"; {counted(kept, 'clip')} had been finished" if kept else "")
         + f"; 2D normalised as {job.manifest()['normalisation']!r}")  # fmt: skip
    said = grouped((text, line.clip) for line in lines for text in line.notes)
    said = [*((text, []) for text in job.inputs.notes), *said]
    for text, clips in said[:_MOST_NOTES]:
        note(f"note: {text}" + (f" ({_which(clips, len(lines))})" if clips else ""))
    if len(said) > _MOST_NOTES:
        note(f"and {len(said) - _MOST_NOTES} more notes; all of them are in {out / 'manifest.json'}")
    problems = [problem.message for problem in job.inputs.problems] + [item.problem for item in done if item.problem]
    for line in problems[:_MOST_PROBLEMS]:
        note(f"problem: {line}")
    if len(problems) > _MOST_PROBLEMS:
        note(f"and {len(problems) - _MOST_PROBLEMS} more problems; all of them are in {out / 'manifest.json'}")
    typer.echo(str(out))
    if problems:
        raise typer.Exit(1)
