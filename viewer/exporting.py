"""Errors written to disk by the functions of ``score``: of the clip on screen, or of all clips with their tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.anatomy.spans import SpanNumbers
from core.errors import DataError
from core.evaluation import ALIGNMENT, Evaluation
from core.files import write_atomic
from core.results.clip_csv import write_clip_csv
from core.results.folder import CLIPS
from core.scoring.run import ScoreJob
from core.scoring.versions import versions
from viewer.content import ClipContent
from viewer.jobs import Progress, Work
from viewer.view import EngineView
from viewer.workspace import Workspace, engine_job, estimator_for

__all__ = ["clip_provenance", "export_all", "export_clip", "export_spans", "provenance_path", "score_command"]


def provenance_path(csv: Path) -> Path:
    """Where the provenance of an exported CSV goes: beside it, ``<name>.csv.json``."""
    return csv.with_name(csv.name + ".json")


def export_clip(content: ClipContent, workspace: Workspace, engine: EngineView, path: Path) -> Work[Path]:
    """Write the clip's CSV, byte for byte as ``score`` writes ``clips/<clip>.csv``, and its provenance beside it.

    Raises :class:`DataError` for a clip without reference and :class:`core.errors.OutputError` where the disk says no.
    """
    if not content.evaluations or workspace.job is None:
        raise DataError("has no reference, so there are no errors to export", path=content.name)
    yield Progress(0, 1, path.name)
    write_clip_csv(path, _under_their_names(content))
    _write_record(path, clip_provenance(content, workspace, engine))
    return path


def _under_their_names(content: ClipContent) -> list[Evaluation]:
    """Evaluations as they leave the window: what was edited by hand is not called as the lifter is."""
    edited = content.edited
    return [replace(e, source=f"{e.source} (edited)") if e.source in edited else e for e in content.evaluations]


def clip_provenance(content: ClipContent, workspace: Workspace, engine: EngineView) -> dict[str, Any]:
    """What a reader of one clip's numbers must know, whether they are errors, angles or a picture of them.

    Takes a moment, as it makes the estimator to name its weights. Raises :class:`core.errors.AnglescopeError` for
    weights that are not there.
    """
    job, lone = workspace.job, workspace.lone.get(content.name)
    estimator = estimator_for(engine, len(workspace.clips))
    first = content.evaluations[0] if content.evaluations else None
    sources = {} if job is None else {
        p.lifter: {"title": p.title, "simulated": p.simulated, "path": str(p.sources[content.name].path)}
        for p in job.pairings if content.name in p.sources
    }  # fmt: skip
    if lone is not None:
        sources[content.name] = {"title": content.name, "simulated": False, "path": str(lone.path)}
    return {
        "anglescope_clip": 1, "clip": content.name, "athlete": content.athlete, "activity": content.activity,
        "fps": content.fps, "frames": content.n_frames, "versions": versions(),
        "estimator": {"name": estimator.name, "fingerprint": estimator.fingerprint, **estimator.facts},
        "dataset": {"path": "" if job is None else str(job.dataset.root),
                    "index_fingerprint": "" if job is None else job.dataset.fingerprint},
        "conventions": {"alignment": ALIGNMENT, "shoulder": str(content.shoulder),
                        "hip_regression": engine.hip_regression if first is None else first.options.hip_regression,
                        "reference": "none" if content.kind is None else str(content.kind)},
        "sources": sources,
        "edited": sorted(content.edited), "clip_notes": list(content.notes),
        "notes": {e.source: list(e.notes) for e in content.evaluations},
        "problems": {e.source: list(e.problems) for e in content.evaluations if e.problems},
        "not_shown": list(content.messages),
    }  # fmt: skip


def export_spans(
    spans: Sequence[tuple[str, Sequence[SpanNumbers]]], content: ClipContent, workspace: Workspace, engine: EngineView,
    path: Path,
) -> Work[Path]:  # fmt: skip
    """Write the numbers of spans, (name, those of each source), as one CSV with its provenance beside it.

    content : of the clip on screen, which the last span is of. Raises :class:`DataError` for a file without a dataset
    and :class:`core.errors.OutputError` where the disk says no.
    """
    if workspace.job is None:
        raise DataError("has no reference, so there are no errors to export", path=content.name)
    yield Progress(0, 1, path.name)
    from core.results.span_table import span_csv  # with it comes polars, which takes a while

    write_atomic(path, span_csv(spans, content.shoulder))
    ends = [{"span": name, "clip": numbers[0].clip, "first_frame": numbers[0].first, "last_frame": numbers[0].last}
            for name, numbers in spans]  # fmt: skip
    record = {"anglescope_spans": 1, "spans": ends, "edited": sorted(content.edited)}
    _write_record(path, record | clip_provenance(content, workspace, engine))
    return path


def _write_record(csv: Path, record: dict[str, Any]) -> None:
    write_atomic(provenance_path(csv), (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())


def score_command(job: ScoreJob, engine: EngineView, dataset: Path, out: Path) -> list[str]:
    """The command that writes the same results, for ``run.json``."""
    options = ["--shoulder", str(engine.shoulder), "--hip-regression", engine.hip_regression,
               "--angles", engine.estimator, "--device", engine.device]  # fmt: skip
    for pairing in job.pairings:
        if dataset.suffix != ".toml" and pairing.path.parent != job.dataset.root / "predictions":
            options += ["--lifter", f"{pairing.lifter}={pairing.path}"]
    return ["anglescope", "score", str(dataset), "--out", str(out), *options]


def export_all(workspace: Workspace, engine: EngineView, out: Path, *, resume: bool, overwrite: bool) -> Work[Path]:
    """Score every clip into a results folder, as the command does; yields after every clip.

    Raises :class:`DataError` without a dataset and :class:`core.errors.OutputError` where the folder is refused.
    """
    if workspace.job is None:
        raise DataError("no dataset is open, so there are no errors to export", path=workspace.path)
    yield Progress(0, len(workspace.clips), out.name)
    job = engine_job(workspace.job, engine, estimator_for(engine, len(workspace.clips)))
    job = replace(job, csv_folder=out / CLIPS)
    command = score_command(job, engine, _dataset_path(workspace), out)
    from core.scoring.folder_run import score_into  # with it comes polars, which takes a while

    run = score_into(job, out, command, resume=resume, overwrite=overwrite)
    try:
        while True:
            done, clip = next(run)
            yield Progress(done, len(job.dataset), "" if clip is None else clip.clip)
    except StopIteration:
        return out
    finally:
        run.close()


def _dataset_path(workspace: Workspace) -> Path:
    """What ``score`` would be given: the study or dataset, of results the dataset that they came from."""
    if workspace.results is not None and workspace.job is not None:
        return workspace.job.dataset.root
    return workspace.path
