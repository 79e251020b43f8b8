"""Lifting the clips of a dataset, or plain 2D files, into a folder of predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.lifters.folder import ClipLine, PredictionFolder
from core.lifters.inputs import InputRef, Inputs, load_input
from core.lifters.lifting import LiftOptions, lifted_blocks, prepare
from core.lifters.running import Runner
from core.lifters.weights import LifterWeights

__all__ = ["LiftJob", "Lifted", "lift_into"]


@dataclass(frozen=True, slots=True, eq=False)
class LiftJob:
    """What is to be lifted with what.

    name : of the lifter, for its predictions. runner : the model, ready. source : where the 2D comes from, in words.
    fps : of 2D without a dataset, whose clips say it otherwise. command, versions : for the manifest.
    """

    weights: LifterWeights
    runner: Runner
    inputs: Inputs
    source: str
    name: str
    options: LiftOptions = field(default_factory=LiftOptions)
    fps: float | None = None
    command: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def manifest(self) -> dict[str, Any]:
        """The manifest without what is found in each clip: meaning of the numbers, then how they were made."""
        card, runner = self.weights.card, self.runner
        return {
            "anglescope_predictions": 1, "lifter": self.name, "title": card.title, "simulated": False,
            "format": "poses_npy", "axes": "camera", "scale": card.scale, "unit": "mm", "rig": card.rig,
            "normalisation": self.options.normalisation_for(card), "fps": self.fps,
            "model": card.model, "checkpoint": card.source or self.weights.path.name,
            "checkpoint_sha256": self.weights.sha256, "checkpoint_layout": card.layout,
            "trained_on": None if card.training is None else card.training.data,
            "input": {
                "keypoints": self.source, "joints": card.input_joints,
                "min_confidence": self.options.min_confidence, "longest_gap_frames": self.options.longest_gap,
                "at_trained_rate": self.options.at_trained_rate,
            },
            "trained_fps": card.fps, "flip_averaged": runner.flip, "receptive_field_frames": runner.receptive_field,
            "overlap_frames": runner.overlap, "root": "joint 0 is at the origin in every frame",
            "device": str(runner.device), "command": list(self.command), "versions": dict(self.versions),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lifted:
    """One clip done: its line of the manifest, or what is wrong with it. kept : it was finished before."""

    clip: str
    line: ClipLine | None = None
    problem: str = ""
    kept: bool = False


def lift_into(job: LiftJob, out: Path, *, resume: bool = False, overwrite: bool = False) -> Iterator[Lifted]:
    """Lift every clip into ``out``, one at a time; a clip that cannot be lifted is its problem, and the others go on.

    Each clip becomes ``<clip>.npy``: (T, 17, 3) float32 millimetres in upright camera axes, relative to joint 0, NaN
    where there is no usable 2D. Raises :class:`core.errors.OutputError` where the folder may not or cannot be written,
    :class:`core.errors.UsageError` for a normalisation that the model cannot read.
    """
    folder = PredictionFolder(out, job.manifest(), resume=resume, overwrite=overwrite)
    problems = [problem.message for problem in job.inputs.problems]
    for ref in job.inputs.refs:
        try:
            yield _lifted(job, ref, folder)
        except DataError as error:
            problems.append(str(error))
            yield Lifted(ref.clip, problem=str(error))
    folder.finish(problems)


def _lifted(job: LiftJob, ref: InputRef, folder: PredictionFolder) -> Lifted:
    keypoints = load_input(ref)
    known = folder.done.get(ref.clip)
    if known is not None and (known.frames, known.input_sha256) == (len(keypoints.xy_px), keypoints.origin.sha256):
        return Lifted(ref.clip, known, kept=True)
    prepared = prepare(keypoints, job.weights.card, job.options)
    seams = [round(at / prepared.step) for at in job.runner.seams(prepared.placed.n_frames)]
    notes = (*prepared.notes, *((f"windows meet at frame(s) {', '.join(map(str, seams[:20]))}",) if seams else ()))
    line = ClipLine(ref.clip, prepared.n_frames, 0, keypoints.origin.sha256, notes, tuple(seams))
    return Lifted(ref.clip, folder.write(line, lifted_blocks(job.runner, prepared)))
