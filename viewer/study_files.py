"""The numbers of the study panel as a file, with what a reader must know of them beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.evaluation import ALIGNMENT
from core.files import write_atomic
from core.scoring.versions import versions
from core.study.study import Study
from viewer.exporting import provenance_path
from viewer.jobs import Progress, Work
from viewer.view import EngineView
from viewer.workspace import Workspace, estimator_for

__all__ = ["export_study"]


def export_study(table: str, study: Study, workspace: Workspace, engine: EngineView, path: Path) -> Work[Path]:
    """Write a table of the panel and its provenance. Raises :class:`DataError` for what has no dataset, and
    :class:`core.errors.OutputError` where the disk says no.
    """
    if workspace.job is None:
        raise DataError("no dataset is open, so there is no study to export", path=workspace.path)
    yield Progress(0, 1, path.name)
    write_atomic(path, table.encode())
    record = json.dumps(_provenance(study, workspace, engine), indent=2, ensure_ascii=False) + "\n"
    write_atomic(provenance_path(path), record.encode())
    return path


def _provenance(study: Study, workspace: Workspace, engine: EngineView) -> dict[str, Any]:
    job = workspace.job
    assert job is not None  # noqa: S101 - the caller has looked
    estimator = estimator_for(engine, len(workspace.clips))
    return {
        "anglescope_study": 1, "versions": versions(), "options": asdict(study.options),
        "clips": len(study.scores), "resampled": study.resampling.stages, "too_few": study.resampling.few,
        "left_out": list(study.left_out),
        "dataset": {"path": str(job.dataset.root), "index_fingerprint": job.dataset.fingerprint},
        "results": "" if workspace.results is None else str(workspace.results),
        "estimator": {"name": estimator.name, "fingerprint": estimator.fingerprint, **estimator.facts},
        "conventions": {"alignment": ALIGNMENT, "shoulder": str(engine.shoulder),
                        "hip_regression": engine.hip_regression, "reference": str(study.kind)},
        "lifters": {p.lifter: {"title": p.title, "simulated": p.simulated, "path": str(p.path)} for p in job.pairings},
    }  # fmt: skip
