"""Edited poses written as a source of their own; runs on a worker thread. No Qt widgets here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.dataset import load_clip
from core.editing import Edit, edited
from core.errors import DataError
from core.estimators import GeometryEstimator
from core.lifters.edits import save_edited
from core.pairing import Pairing, load_source, pair_lifter
from core.records import Poses
from core.scoring.run import tasks_of
from core.scoring.versions import versions
from viewer.jobs import Progress, Work
from viewer.view import EngineView, SourceEdit
from viewer.workspace import Workspace, engine_job

__all__ = ["save_edits"]


def save_edits(
    workspace: Workspace, engine: EngineView, edits: Sequence[SourceEdit], lifter: str, out: Path
) -> Work[Pairing]:
    """Write the clips of a lifter that were edited into a predictions folder; returns it paired with the dataset.

    The new source is called as the folder is. Raises :class:`DataError` without a dataset or edits, and what
    :func:`core.lifters.edits.save_edited` raises.
    """
    done: dict[str, list[Edit]] = {}
    for one in edits:
        if one.source == lifter:
            done.setdefault(one.clip, []).append(one.edit)
    if workspace.job is None or not done:
        raise DataError(f"no edited poses of {lifter!r} in a dataset to save", path=workspace.path)
    names = {pairing.lifter for pairing in workspace.job.pairings}
    if out.name in names:
        raise DataError(f"a source is called {out.name!r} already", path=out, hint="Choose another name")
    poses: dict[str, Poses] = {}
    for number, (clip, mine) in enumerate(done.items()):
        yield Progress(number, len(done) + 1, clip)
        poses[clip] = edited(_as_read(workspace, engine, clip, lifter), mine)
    yield Progress(len(done), len(done) + 1, out.name)
    save_edited(out, out.name, poses, done, lifter=lifter, versions=versions())
    return pair_lifter(workspace.job.dataset, out.name, out)


def _as_read(workspace: Workspace, engine: EngineView, clip: str, lifter: str) -> Poses:
    """The poses of a lifter in a clip, paired as the window pairs them."""
    assert workspace.job is not None  # noqa: S101 - checked by the caller
    whole = workspace.job
    only = replace(whole, dataset=replace(whole.dataset, clips=(whole.dataset.entry(clip),)))
    task = tasks_of(engine_job(only, engine, GeometryEstimator()))[0]
    return load_source(dict(task.sources)[lifter], load_clip(task.entry, task.dataset))
