"""``anglescope train``: train the pose→angle network or a lifter, or measure weights."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.errors import UsageError
from core.skeleton import rig_named

__all__ = ["train"]

train = typer.Typer(help="Train the pose→angle network or a lifter: resumable, errors on its card.",
                    no_args_is_help=True, rich_markup_mode=None)  # fmt: skip
"""The commands of ``anglescope train``."""


class Precision(StrEnum):
    """Of the matrix products in training."""

    FULL = "32-true"
    BF16 = "bf16-mixed"


class Model(StrEnum):
    """Architectures of lifters."""

    SIMPLEBASELINE3D = "simplebaseline3d"
    VIDEOPOSE3D = "videopose3d"
    MOTIONBERT = "motionbert"


class Size(StrEnum):
    """Of a lifter: small enough for a CPU, or as published."""

    COMPACT = "compact"
    FULL = "full"


class TakeSet(StrEnum):
    """Sets of takes in ``resources/bvh_rigs/sets.csv``."""

    LAB = "lab"
    ATHLETIC = "athletic"


class Cameras(StrEnum):
    """That see a dataset."""

    AUTO = "auto"
    REAL = "real"
    VIRTUAL = "virtual"


LambdaAngle = Annotated[
    float,
    typer.Option(metavar="MM/°", help="Millimetres that a degree of mean difference in the twelve angles weighs in the "
                 "loss; the network reads the angles of predicted and true joints."),
]  # fmt: skip
"""Weight of a loss."""

LambdaBone = Annotated[
    float, typer.Option(metavar="MM/°", help="The same for the mean angle between directions of bones.")
]
"""Weight of a loss."""

AngleFrames = Annotated[
    int, typer.Option(min=0, help="Frames of each step whose angles are compared; 0: all, at several times the cost.")
]
"""Of a step."""


@train.command()
def angles(
    data: Annotated[
        list[Path],
        typer.Option("--data", "-d", help="BVH motion, or a dataset with labelled points; repeat."),
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder of the run: weights, metrics, curve.")] = None,
    rig: Annotated[
        list[str] | None,
        typer.Option(help="Meaning of the joints: ap3d, ap3d_running or h36m; repeat. Default: all that the data has."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and data give the same run.")] = 1,
    pairs: Annotated[int, typer.Option(min=12288, help="Training pairs of all rigs together.")] = 6_000_000,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Instead of --pairs: as many as fit.")] = None,
    batch: Annotated[int, typer.Option(min=64, help="Pairs of each rig per step; a divisor of 12,288.")] = 384,
    rate: Annotated[float, typer.Option(help="Largest learning rate.")] = 1e-3,
    width: Annotated[int, typer.Option(min=1, help="Width of the network.")] = 512,
    blocks: Annotated[int, typer.Option(min=0, help="Residual blocks of the network.")] = 4,
    precision: Annotated[Precision, typer.Option(help="bf16-mixed where it pays.")] = Precision.FULL,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps or auto.")] = "auto",
    devices: Annotated[int, typer.Option(min=1, help="Number of devices.")] = 1,
    joint_map: Annotated[Path | None, typer.Option(help="Joint map in TOML for BVH of another rig.")] = None,
    licence: Annotated[str, typer.Option(help="Licence of the weights, for their card.")] = "not stated",
    notes: Annotated[Path | None, typer.Option(help="Text file whose lines go into the card.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")] = False,
    evaluate: Annotated[
        Path | None, typer.Option(metavar="WEIGHTS", help="Train nothing: measure this file on the held-out part.")
    ] = None,
    test: Annotated[
        list[Path] | None, typer.Option(help="Further motion or dataset to measure on, never trained on; repeat.")
    ] = None,
) -> None:
    """Train the network from 17 joints to the twelve angles, or measure one with --evaluate.

    BVH motion is retargeted onto sampled bodies and divided by take; a dataset is divided by athlete.
    Prints tables of errors on what was held out, beside the geometry of the same joints, and keeps them in the card
    of the weights.
    """
    try:
        from core.cli.train_job import evaluate_weights, run_training
    except ModuleNotFoundError as error:
        raise _lacking(error) from None
    for name in rig or ():
        rig_named(name)
    if evaluate is not None:
        evaluate_weights(evaluate, data, test or [], joint_map)
        return
    if out is None:
        raise UsageError("--out is needed to train")
    run_training(data, out, rig or (), joint_map, test=test or [], licence=licence, notes=notes, pairs=pairs,
                 minutes=minutes, seed=seed, batch=batch, rate=rate, width=width, blocks=blocks, precision=precision,
                 device=device, devices=devices, resume=resume)  # fmt: skip


@train.command()
def lifter(
    model: Annotated[Model, typer.Option("--model", "-m", help="Architecture of the lifter.")],
    data: Annotated[
        list[Path],
        typer.Option("--data", "-d", help="BVH motion, or a dataset with reference poses and cameras; repeat."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the run: weights, metrics, curve.")],
    wanted: Annotated[
        TakeSet | None, typer.Option("--set", help="Takes of the motion to train on; the others test it. Default: all.")
    ] = None,
    size: Annotated[Size, typer.Option(help="compact: for a CPU; full: as published.")] = Size.COMPACT,
    frames: Annotated[int, typer.Option(min=1, help="Frames to answer in the whole run.")] = 10_000_000,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Instead of --frames: as many as fit.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed and data give the same run.")] = 1,
    batch: Annotated[int | None, typer.Option(min=2, help="Examples per step. Default: by model.")] = None,
    rate: Annotated[float | None, typer.Option(help="Largest learning rate. Default: by model.")] = None,
    velocity: Annotated[
        float, typer.Option(min=0, help="Weight of the error of displacements between frames (motionbert only).")
    ] = 0.0,
    lambda_angle: LambdaAngle = 0.0,
    lambda_bone: LambdaBone = 0.0,
    angle_frames: AngleFrames = 256,
    cameras: Annotated[
        Cameras, typer.Option(help="Of a dataset: its own, or virtual ones round the athlete.")
    ] = Cameras.AUTO,
    precision: Annotated[Precision, typer.Option(help="bf16-mixed where it pays.")] = Precision.FULL,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps or auto.")] = "auto",
    devices: Annotated[int, typer.Option(min=1, help="Number of devices.")] = 1,
    joint_map: Annotated[Path | None, typer.Option(help="Joint map in TOML for BVH of another rig.")] = None,
    licence: Annotated[str, typer.Option(help="Licence of the weights, for their card.")] = "not stated",
    notes: Annotated[Path | None, typer.Option(help="Text file whose lines go into the card.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")] = False,
    test: Annotated[
        list[Path] | None, typer.Option(help="Further motion or dataset to measure on, never trained on; repeat.")
    ] = None,
) -> None:
    """Train a lifter, from the 2D of 17 joints to 3D.

    BVH motion is retargeted onto sampled bodies that virtual cameras of a laboratory see, and divided by take; a
    dataset is seen by its own cameras and divided by athlete. The 2D has a detector's errors. Prints a table of errors
    on what was held out, beside the mean pose and linear regression, and keeps it in the card of the weights.
    """
    try:
        from core.cli.lifter_job import run_lifter_training
    except ModuleNotFoundError as error:
        raise _lacking(error) from None
    run_lifter_training(data, out, model, wanted=wanted, size=size, frames=frames, minutes=minutes, seed=seed,
                        rate=rate, batch=batch, velocity=velocity, lambda_angle=lambda_angle, lambda_bone=lambda_bone,
                        angle_frames=angle_frames, precision=precision, device=device, devices=devices,
                        cameras=cameras, joint_map=joint_map, test=test or [], licence=licence, notes=notes,
                        resume=resume)  # fmt: skip


@train.command("lambda-sweep")
def lambda_sweep(
    model: Annotated[Model, typer.Option("--model", "-m", help="Architecture of the lifter.")],
    data: Annotated[list[Path], typer.Option("--data", "-d", help="BVH motion; repeat.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the sweep; run again, it goes on.")],
    lambdas: Annotated[
        str, typer.Option(metavar="MM/°,…", help="Weights of the difference of the twelve angles; 0 is always trained.")
    ] = "0.3,1,3,10",
    bone_lambdas: Annotated[
        str, typer.Option(metavar="MM/°,…", help="Weights of the angle between directions of bones, in its place.")
    ] = "1,3",
    seeds: Annotated[int, typer.Option(min=1, help="Number of seeds; each trains every weight once.")] = 2,
    first_seed: Annotated[int, typer.Option(min=0, help="The first of them.")] = 1,
    wanted: Annotated[
        TakeSet, typer.Option("--set", help="Takes to train on; some are held out, the other set is out of domain.")
    ] = TakeSet.LAB,
    size: Annotated[Size, typer.Option(help="compact: for a CPU; full: as published.")] = Size.COMPACT,
    frames: Annotated[int, typer.Option(min=1, help="Frames to answer in each run.")] = 1_000_000,
    batch: Annotated[int | None, typer.Option(min=2, help="Examples per step. Default: by model.")] = None,
    rate: Annotated[float | None, typer.Option(help="Largest learning rate. Default: by model.")] = None,
    angle_frames: AngleFrames = 256,
    bodies: Annotated[int, typer.Option(min=1, help="Bodies on which each held-out take is measured.")] = 4,
    other_bodies: Annotated[int, typer.Option(min=1, help="The same for each take of the other set.")] = 1,
    device: Annotated[str, typer.Option(help="cpu, cuda, mps or auto.")] = "auto",
    licence: Annotated[str, typer.Option(help="Licence of the weights, for their cards.")] = "not stated",
) -> None:
    """Train one lifter with several weights of a loss in degrees, and measure what each does to mm and degrees.

    Data, split, seeds and steps are the same for every weight. Every run is measured on held-out takes and on takes of
    the other set, on bodies never trained on, through the scoring engine, against the exact ISB angles of those bodies
    and against the network on their true joints. Writes sweep.csv, sweep.json and, with matplotlib, sweep.svg; every
    run keeps its folder, and one that is finished is not trained again.
    """
    try:
        from core.cli.sweep_job import run_sweep
    except ModuleNotFoundError as error:
        raise _lacking(error) from None
    run_sweep(data, out, model, lambdas=lambdas, bone_lambdas=bone_lambdas, seeds=seeds, first_seed=first_seed,
              wanted=wanted, size=size, frames=frames, batch=batch, rate=rate, angle_frames=angle_frames,
              bodies=(bodies, other_bodies), device=device, licence=licence)  # fmt: skip


def _lacking(error: ModuleNotFoundError) -> UsageError:
    return UsageError(f"training needs {error.name}: pip install 'anglescope[train]'")
