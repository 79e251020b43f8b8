"""The end of a run: tables and provenance from the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from core.results.folder import write_run
from core.results.groups import group_scores, overall_totals
from core.results.ranks import rank_lifters
from core.results.reason_tables import reason_tables
from core.results.tables import files_table, tables_of, write_tables
from core.scoring.journal import Journal
from core.scoring.provenance import provenance
from core.scoring.run import ScoreJob

__all__ = ["finish"]


def finish(
    job: ScoreJob, journal: Journal, folder: Path, command: Sequence[str], times: Mapping[str, str]
) -> tuple[pl.DataFrame | None, dict[str, Any]]:
    """Write every table and then ``run.json``, and remove the progress file. Returns summary and provenance.

    Where not one clip could be scored there are no tables, only ``run.json`` with the reasons.
    Raises :class:`core.errors.OutputError` where something cannot be written.
    """
    totals = group_scores(journal)
    lifters = [pairing.lifter for pairing in job.pairings]
    overall = overall_totals(totals, lifters)
    unranked = [line for kind, total in overall.items() for line in rank_lifters(kind, total).warnings]
    record = provenance(job, journal, unranked, command, times)
    summary = None
    if totals:
        tables = tables_of(journal, totals, lifters, job.options.shoulder)
        tables["files.csv"] = files_table(journal, job.dataset.cameras_path)
        if job.reasons:
            tables |= reason_tables(journal, job.options.shoulder)
        facts = {"anglescope": record["versions"]["anglescope"], "alignment": record["conventions"]["alignment"],
                 "shoulder": str(job.options.shoulder), "run_fingerprint": job.fingerprint}  # fmt: skip
        write_tables(folder, tables, facts)
        summary = tables["summary.csv"]
    write_run(folder, record)
    journal.discard()
    return summary, record
