"""``score``: a dataset and its lifters to a stream of finished clips, and at the end to tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from core import __version__
from core.dataset import Dataset
from core.estimators import Estimator
from core.evaluation import EvaluationOptions
from core.files import sha256_hex
from core.formats.ap3d_clip import ROLES
from core.pairing import Pairing
from core.results.scores import ClipScore
from core.scoring.cluster import Cluster, score_on_cluster
from core.scoring.executors import batched, open_workers, unordered
from core.scoring.journal import Journal
from core.scoring.on_worker import sizes_of
from core.scoring.work import Task, score_tasks

__all__ = ["ScoreJob", "pending_and_done", "score", "tasks_of"]

_CLIPS_PER_BATCH = 4


@dataclass(frozen=True, slots=True)
class ScoreJob:
    """What to score and how. csv_folder : where per-clip CSVs go, or None for none. reasons : look for them as well."""

    dataset: Dataset
    pairings: tuple[Pairing, ...]
    estimator: Estimator
    options: EvaluationOptions = field(default_factory=EvaluationOptions)
    csv_folder: Path | None = None
    jobs: int = 1
    cluster: str | None = None
    reasons: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes with anything that changes a number or a file of the results; a resumed run must agree in it."""
        lifters = [
            (p.lifter, [(clip, str(ref.path), ref.key, ref.format, repr(ref.options), repr(ref.fit), _stamp(ref.path))
                        for clip, ref in p.sources.items()])
            for p in self.pairings
        ]  # fmt: skip
        clips = [(entry.name, *(_stamp(self.dataset.file(entry, ROLES[role])) for role in ("info", "points", "poses")))
                 for entry in self.dataset.clips]  # fmt: skip
        parts = (__version__, self.dataset.fingerprint, clips, self.estimator.fingerprint, repr(self.options),
                 self.csv_folder is not None, self.reasons, lifters)  # fmt: skip
        return sha256_hex(msgspec.json.encode(parts))


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of modification: a file that was replaced makes another run."""
    try:
        status = path.stat()
    except OSError:
        return (-1, -1)
    return status.st_size, status.st_mtime_ns


def score(job: ScoreJob, journal: Journal) -> Iterator[ClipScore]:
    """Score what the journal does not hold yet; every finished clip is kept in the journal, then yielded.

    The order is that of finishing. Stop iterating to cancel: what was yielded is kept. Raises
    :class:`core.errors.OutputError` where results cannot be written.
    """
    pending, _ = pending_and_done(job, journal)
    if not pending:
        return
    done = journal.done
    for results in _here(job, done, pending) if job.cluster is None else _on_cluster(job, done, pending, job.cluster):
        for data in results:
            yield journal.append(data)


def _here(job: ScoreJob, done: frozenset[int], pending: int) -> Iterator[list[bytes]]:
    per_batch = _CLIPS_PER_BATCH if job.jobs > 1 else 1
    batches = batched(_tasks(job, done), per_batch)
    with open_workers(min(job.jobs, -(-pending // per_batch))) as workers:
        yield from unordered(score_tasks, batches, workers)


def _on_cluster(job: ScoreJob, done: frozenset[int], pending: int, address: str) -> Iterator[list[bytes]]:
    first = next(_tasks(job, done))
    files = (*(first.dataset.file(first.entry, ROLES[role]) for role in ("info", "points", "poses")),
             *(source.path for _, source in first.sources), *job.estimator.own_files)  # fmt: skip
    cluster = Cluster(address, job.jobs, sizes_of(files), job.csv_folder)
    return score_on_cluster(_tasks(job, done), pending, cluster)


def pending_and_done(job: ScoreJob, journal: Journal) -> tuple[int, int]:
    """How many clips are still to be scored, and how many are finished."""
    done = len(journal.done)
    return len(job.dataset) - done, done


def tasks_of(job: ScoreJob, done: frozenset[int] = frozenset()) -> list[Task]:
    """One task per clip that is not done, in the order of the dataset."""
    return list(_tasks(job, done))


def _tasks(job: ScoreJob, done: frozenset[int]) -> Iterator[Task]:
    bare = replace(job.dataset, clips=(), problems=(), cameras=())
    with_camera = {camera.name: replace(bare, cameras=(camera,)) for camera in job.dataset.cameras}
    for index, entry in enumerate(job.dataset.clips):
        if index not in done:
            dataset = with_camera.get(entry.camera_id, bare)
            sources = tuple((p.lifter, p.sources[entry.name]) for p in job.pairings if entry.name in p.sources)
            yield Task(index, entry, dataset, sources, job.estimator, job.options, job.csv_folder, job.reasons)
