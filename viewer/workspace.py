"""What is open: a dataset with its lifters, or lifters' files alone. Frozen; no Qt here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.angles.hip_centre import regression_named
from core.dataset.index import cache_folder
from core.editing import Edit, edited
from core.errors import DataError
from core.estimators import Estimator, estimator_named
from core.evaluation import EvaluationOptions
from core.formats.base import ReadOptions
from core.formats.registry import read
from core.pairing import Pairing
from core.records import Poses, Scale
from core.results.clip_table import ClipRow
from core.scoring.run import ScoreJob, tasks_of
from viewer.content import ClipContent, Identity, build_content, lone_content
from viewer.view import EngineView, SourceEdit

__all__ = ["ClipInfo", "LoneSource", "Workspace", "engine_job", "estimator_for", "load_content", "lone_poses",
           "with_lifter"]  # fmt: skip

_ASSUMED_FPS = 30.0


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What is known of a clip before it is loaded; fps is NaN where its file does not say."""

    name: str
    athlete: str
    activity: str
    n_frames: int
    fps: float


@dataclass(frozen=True, slots=True)
class LoneSource:
    """Poses in a file that belongs to no dataset: file, record in it, how to read it."""

    path: Path
    key: str
    format: str | None
    options: ReadOptions = field(default_factory=ReadOptions)


@dataclass(frozen=True, slots=True, eq=False)
class Workspace:
    """What is open.

    path : as the user gave it. title : for the window. clips : in order. job : dataset, lifters and options as
    ``score`` takes them, or None where only files without reference are open. lone : clip name to source, for those.
    rows : errors per clip read from a results folder, else empty. results : that folder. estimator : that a study or
    results folder asks for, as :func:`core.estimators.estimator_named` takes it. messages : what the user should know,
    one line each.
    """

    path: Path
    title: str
    clips: tuple[ClipInfo, ...]
    job: ScoreJob | None = None
    lone: Mapping[str, LoneSource] = field(default_factory=dict)
    rows: tuple[ClipRow, ...] = ()
    results: Path | None = None
    estimator: str = "network"
    messages: tuple[str, ...] = ()

    @property
    def identities(self) -> dict[str, Identity]:
        """Who each source is, by name; the colour is its place among the lifters."""
        if self.job is None:
            return {name: Identity(name, 0) for name in self.lone}
        return {p.lifter: Identity(p.title or p.lifter, i, p.simulated) for i, p in enumerate(self.job.pairings)}


def with_lifter(workspace: Workspace, pairing: Pairing) -> Workspace:
    """The workspace with one more lifter; errors read from a results folder no longer cover it and are dropped."""
    if workspace.job is None:
        raise DataError("a lifter can be added to a dataset only", path=workspace.path)
    job = replace(workspace.job, pairings=(*workspace.job.pairings, pairing))
    return replace(workspace, job=job, rows=(), results=None)


def estimator_for(engine: EngineView, clips: int) -> Estimator:
    """The estimator as ``score`` makes it for a dataset of so many clips, so that every number is the same.

    Raises :class:`core.errors.AnglescopeError` for weights or a device that are not there.
    """
    threads = 1 if clips > 1 else None
    return estimator_named(engine.estimator, device=engine.device, threads=threads,
                           cache_folder=cache_folder() / "angles")  # fmt: skip


def engine_job(job: ScoreJob, engine: EngineView, estimator: Estimator) -> ScoreJob:
    """The job with the options that the window shows: view of the shoulder, hip centres, rig of the lifters."""
    options = EvaluationOptions(engine.shoulder, regression_named(engine.hip_regression).name)
    pairings = tuple(_with_rig(pairing, engine.rig) for pairing in job.pairings) if engine.rig else job.pairings
    return replace(job, estimator=estimator, options=options, pairings=pairings)


def _with_rig(pairing: Pairing, rig: str) -> Pairing:
    sources = {clip: replace(ref, options=replace(ref.options, rig=rig)) for clip, ref in pairing.sources.items()}
    return replace(pairing, sources=sources)


def load_content(
    workspace: Workspace, name: str, engine: EngineView, estimator: Estimator, edits: Sequence[SourceEdit] = ()
) -> ClipContent:
    """Everything that is drawn of a clip. edits : of its sources by hand.

    Raises :class:`DataError` where the clip cannot be used.
    """
    if workspace.job is None:
        return _lone(workspace, name, engine, estimator, _by_source(edits))
    whole = workspace.job
    only = replace(whole, dataset=replace(whole.dataset, clips=(whole.dataset.entry(name),)))
    job = engine_job(only, engine, estimator)
    task = tasks_of(job)[0]
    return build_content(task.entry, task.dataset, task.sources, workspace.identities, estimator, job.options,
                         engine.alignment, _by_source(edits))  # fmt: skip


def _by_source(edits: Sequence[SourceEdit]) -> dict[str, list[Edit]]:
    found: dict[str, list[Edit]] = {}
    for one in edits:
        found.setdefault(one.source, []).append(one.edit)
    return found


def _lone(
    workspace: Workspace, name: str, engine: EngineView, estimator: Estimator, edits: Mapping[str, Sequence[Edit]]
) -> ClipContent:
    source = workspace.lone.get(name)
    if source is None:
        raise DataError(f"no clip is called {name!r}", path=workspace.path)
    poses, cautions = _as_stated(lone_poses(source), engine)
    options = EvaluationOptions(engine.shoulder)
    poses = edited(poses, edits.get(name, ()))
    return lone_content(name, poses, workspace.identities[name], estimator, options, cautions)


def _as_stated(poses: Poses, engine: EngineView) -> tuple[Poses, tuple[str, ...]]:
    """The poses with what the user states about the file, and what had to be assumed all the same."""
    cautions: list[str] = []
    fps = engine.fps or poses.fps
    if fps is None:
        fps = _ASSUMED_FPS
        cautions.append(
            f"frame rate not in the file: {fps:g} per second assumed; File > Frame rate of the file sets it"
        )
    if poses.scale is not Scale.METRIC:
        cautions.append("the scale of the poses is not known: angles need none, lengths mean nothing")
    return replace(poses, fps=fps, rig=engine.rig or poses.rig), tuple(cautions)


def lone_poses(source: LoneSource) -> Poses:
    """The poses of a file that stands alone."""
    content = read(source.path, source.format, source.options)
    for item in content.items:
        if item.key == source.key and isinstance(item.record, Poses):
            return item.record
    raise DataError(f"no poses under {source.key!r}", path=source.path, got="the file changed since it was opened")
