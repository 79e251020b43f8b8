"""What a worker does: load one clip and its sources, evaluate each, write the clip's CSV, return the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.dataset import ClipEntry, Dataset
from core.errors import DataError
from core.estimators import Estimator
from core.evaluation import REFERENCE, EvaluationOptions
from core.formats.ap3d_clip import ROLES
from core.pairing import SourceRef
from core.records import Clip, Poses
from core.results.clip_csv import write_clip_csv
from core.results.reason_records import SourceReasons
from core.results.scores import ClipScore, Failure, FileRead, encode, source_scores
from core.scoring.clip_evaluation import EvaluatedClip, evaluate_clip

__all__ = ["Task", "score_clip", "score_tasks"]


@dataclass(frozen=True, slots=True)
class Task:
    """One clip to score; holds names and places only, so it is cheap to send to another process.

    index : place of the clip in the dataset. dataset : index without its clips, for paths and cameras.
    sources : (lifter, source) pairs. csv_folder : where the clip's CSV goes, or None. reasons : look for them as well.
    """

    index: int
    entry: ClipEntry
    dataset: Dataset
    sources: tuple[tuple[str, SourceRef], ...]
    estimator: Estimator
    options: EvaluationOptions = field(default_factory=EvaluationOptions)
    csv_folder: Path | None = None
    reasons: bool = False


def score_tasks(tasks: Sequence[Task]) -> list[bytes]:
    """Encoded scores of a few clips; several at once keep the traffic between processes small."""
    return [encode(score_clip(task)) for task in tasks]


def score_clip(task: Task) -> ClipScore:
    """Score one clip. What is wrong with it or with a source becomes a :class:`Failure`; the rest is scored.

    Raises :class:`core.errors.OutputError` where its CSV cannot be written.
    """
    entry = task.entry
    try:
        found = evaluate_clip(entry, task.dataset, task.sources, task.estimator, task.options)
    except DataError as error:
        failure = Failure(entry.name, "", str(error))
        return ClipScore(task.index, entry.name, entry.athlete, entry.activity, entry.fps, 0, failures=(failure,))
    clip = found.clip
    if task.csv_folder is not None:
        write_clip_csv(task.csv_folder / f"{clip.name}.csv", found.evaluations)
    return ClipScore(
        task.index, clip.name, clip.athlete, clip.activity, clip.fps, clip.n_frames, found.reference.stands_in,
        files=(*_files_of_clip(task, clip), *_files_of_sources(found)), scores=source_scores(found.evaluations),
        failures=found.failures, reasons=_reasons(found) if task.reasons else (),
    )  # fmt: skip


def _reasons(found: EvaluatedClip) -> tuple[SourceReasons, ...]:
    from core.results.reasons import reasons_of_clip  # with it comes scipy, which takes a while

    return reasons_of_clip(found.clip, found.evaluations, found.sources)


def _files_of_sources(found: EvaluatedClip) -> list[FileRead]:
    """What was read of every source, and of those that were scored also how."""
    return [
        FileRead(lifter, poses.origin.path, poses.origin.sha256, poses.n_frames,
                 {} if lifter in found.refused else _meaning(poses))
        for lifter, poses in found.sources
    ]  # fmt: skip


def _meaning(poses: Poses) -> dict[str, str]:
    """How the numbers of a scored source were read."""
    return {
        "format": poses.origin.format, "axes": str(poses.axes), "scale": str(poses.scale), "rig": poses.rig,
        "fps": f"{poses.fps:g}", "normalisation": poses.normalisation or "not stated",
    }  # fmt: skip


def _files_of_clip(task: Task, clip: Clip) -> list[FileRead]:
    """The clip's own files."""
    return [
        FileRead(role, str(task.dataset.file(task.entry, ROLES[role])), sha256, clip.n_frames)
        for role, sha256 in clip.sha256
    ]


RESERVED_NAMES = frozenset({REFERENCE})
"""Names that no lifter may have, because a row of the tables is called so."""
