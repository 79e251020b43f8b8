"""A whole run into a results folder, as a generator of finished clips: for the command and for the window."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from core.errors import DiskFullError, OutputError, UsageError
from core.results.folder import JOURNAL, prepare_folder
from core.results.scores import ClipScore
from core.scoring.finish import finish
from core.scoring.journal import Journal
from core.scoring.run import ScoreJob, score

__all__ = ["RunResult", "score_into"]


@dataclass(frozen=True, slots=True, eq=False)
class RunResult:
    """What a finished run wrote: the summary (None where no clip could be scored) and the record of ``run.json``."""

    summary: pl.DataFrame | None
    record: dict[str, Any]


def score_into(
    job: ScoreJob, out: Path, command: Sequence[str], *, resume: bool = False, overwrite: bool = False
) -> Generator[tuple[int, ClipScore | None], None, RunResult]:
    """Score ``job`` into ``out`` and return what was written; yields (clips finished so far, the last of them).

    The first item comes before any clip is scored and tells how many an interrupted run had finished. Stop iterating
    to cancel: finished clips are kept, and ``resume`` goes on with them. command : recorded in ``run.json``, without
    options that change no result. Raises :class:`core.errors.OutputError` where the folder is refused or full.
    """
    prepare_folder(out, resume=resume, overwrite=overwrite, clip_csv=job.csv_folder is not None)
    started = _now()
    try:
        with Journal(out / JOURNAL, job.fingerprint) as journal:
            before = len(journal.done)
            yield before, None
            try:
                yield from enumerate(score(job, journal), start=before + 1)
            except UsageError:  # workers that cannot be had: the next try need not resume what never began
                if not journal.done:
                    journal.discard()
                raise
            summary, record = finish(job, journal, out, command, {"started": started, "finished": _now()})
    except DiskFullError as error:
        raise OutputError(f"{error} with --resume") from None
    return RunResult(summary, record)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
