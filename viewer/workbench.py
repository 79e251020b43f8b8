"""What the window does, without widgets: opening, loading, scoring in the background, exporting, remembering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from core.errors import AnglescopeError
from core.pairing import Pairing
from core.scoring.run import ScoreJob
from viewer.content import ClipContent
from viewer.exporting import export_all, export_clip
from viewer.jobs import Jobs, Progress, Work
from viewer.loading import Loader
from viewer.memory import as_left, keep, usual_engine
from viewer.opening import open_workspace
from viewer.playback import Playback
from viewer.scores import BackgroundScores
from viewer.session import Session
from viewer.settings import Settings, remember_path
from viewer.undoing import when_there
from viewer.view import EngineView, View
from viewer.whatif.saving import save_edits
from viewer.workspace import Workspace, engine_job, estimator_for, with_lifter

__all__ = ["Workbench"]

EXPORT = "export"
"""Kind of the jobs that write; cancelling one leaves nothing half-written."""
_OPEN, _SCORING = "open", "scoring"


class Workbench(QObject):
    """The window's hands. Signals: ``opened(workspace)``, ``said(line, severity)`` with info, warning or error,
    ``clip_timed(content)`` after a clip was computed. ``rows_changed(rows)`` where the table's numbers no longer hold
    and these, perhaps none, do.
    """

    opened = Signal(object)
    said = Signal(str, str)
    clip_timed = Signal(object)
    rows_changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None, *, score_clips: bool = True) -> None:
        """score_clips : fill the table in the background."""
        super().__init__(parent)
        self.settings = settings
        self.session = Session(_first_view(settings), self)
        self.jobs = Jobs(self)
        self.playback = Playback(self.session, self)
        self.scores = BackgroundScores(self)
        self.workspace: Workspace | None = None
        self._score_clips, self._wanted_clip = score_clips, ""
        self._loader = Loader(self.session, self.jobs, self)
        self._loader.failed.connect(lambda line: self.said.emit(line, "error"))
        self._loader.loaded.connect(self._on_loaded)
        self.scores.failed.connect(lambda line: self.said.emit(line, "error"))
        self.session.message.connect(lambda line: self.said.emit(line, "info"))
        self.session.view_changed.connect(self._on_view)

    def open(self, paths: Sequence[Path], clip: str = "") -> None:
        """Open a dataset, clip, study, results folder or files of poses; what is open stays until that has worked.

        clip : name of the clip to begin with; the first one otherwise.
        """
        self._wanted_clip = clip
        work = open_workspace(paths, self.session.view.engine)
        self.jobs.run(_OPEN, f"opening {paths[0].name or paths[0]}", work, self._on_opened, self._on_error)

    def add_lifter(self, pairing: Pairing) -> None:
        """One more lifter beside those of the open dataset."""
        if self.workspace is None:
            return
        try:
            self._show(with_lifter(self.workspace, pairing), keep_clip=True)
        except AnglescopeError as error:
            self.said.emit(str(error), "error")

    def export_clip(self, path: Path) -> None:
        """Write the errors of the clip on screen."""
        content, workspace = self.session.content, self.workspace
        if content is None or workspace is None:
            return
        work = export_clip(content, workspace, self.session.view.engine, path)
        self.jobs.run(EXPORT, f"writing {path.name}", work, self._on_written, self._on_error)

    def export_all(self, out: Path, *, resume: bool = False, overwrite: bool = False) -> None:
        """Score every clip into a results folder, as ``anglescope score`` does."""
        if self.workspace is None:
            return
        work = export_all(self.workspace, self.session.view.engine, out, resume=resume, overwrite=overwrite)
        self.jobs.run(EXPORT, f"scoring into {out.name}", work, self._on_written, self._on_error)

    def save_edited(self, out: Path, lifter: str) -> None:
        """Write the edited poses of a lifter into a new folder, and show them as a source."""
        if self.workspace is None:
            return
        view = self.session.view
        work = save_edits(self.workspace, view.engine, view.edits, lifter, out)
        self.jobs.run(EXPORT, f"writing {out.name}", work, self._on_saved, self._on_error)

    def cancel(self) -> None:
        """Stop what is running, except the clip that is being opened."""
        for kind in self.jobs.running():
            if kind != "clip":
                self.jobs.cancel(kind)
        self.scores.cancel()

    def idle(self) -> bool:
        """True while nothing is opened, computed, scored or written."""
        return not self.jobs.running() and not self.scores.running

    def close(self) -> None:
        """Stop everything and wait for it; the workbench cannot be used afterwards."""
        self.playback.pause()
        self.scores.cancel()
        self.jobs.close()

    def remembered(self) -> Settings:
        """The settings with the view as it is now."""
        view = self.session.view
        return msgspec.structs.replace(
            self._with_memory(), scene=view.scene, plots=view.plots, alignment=view.engine.alignment,
            shoulder=view.engine.shoulder, device=view.engine.device, every_frame=view.every_frame,
        )  # fmt: skip

    def _on_opened(self, workspace: Workspace) -> None:
        self.settings = remember_path(self._with_memory(), workspace.path)
        self._show(workspace, keep_clip=False)

    def _show(self, workspace: Workspace, *, keep_clip: bool) -> None:
        names = [clip.name for clip in workspace.clips]
        view, lines = self.session.view, tuple[str, ...]()
        if not keep_clip:
            first = self._wanted_clip if self._wanted_clip in names else names[0]
            engine = usual_engine(workspace, view.engine)
            view = replace(view, clip=first, frame=0, span=None, joint=-1, lifter="", hidden=frozenset(), edits=(),
                           engine=engine)  # fmt: skip
            view, lines = self._as_left(workspace, view)
        self._loader.show_workspace(workspace)
        self.workspace = None  # while the view changes over, nothing is scored
        self.session.show(view)
        self.workspace = workspace
        self.opened.emit(workspace)
        for line in (*workspace.messages, *lines):
            self.said.emit(line, "warning")
        when_there(self.session, view.clip, lambda: self.session.seek(view.frame))
        self._loader.refresh()
        self._score()

    def _as_left(self, workspace: Workspace, view: View) -> tuple[View, tuple[str, ...]]:
        """The view of a dataset as it was left, except the clip where one was asked for, and what the user should know
        of it.
        """
        left, lines = as_left(self.settings.datasets, workspace, view)
        return (replace(left, clip=view.clip, frame=view.frame) if self._wanted_clip else left), lines

    def _with_memory(self) -> Settings:
        """The settings with how the dataset that is open is left."""
        if self.workspace is None:
            return self.settings
        datasets = keep(self.settings.datasets, self.workspace, self.session.view)
        return msgspec.structs.replace(self.settings, datasets=datasets)

    def _score(self) -> None:
        """Fill the table: from the results folder, else by scoring in the background."""
        workspace = self.workspace
        self.scores.cancel()
        self.jobs.cancel(_SCORING)
        if workspace is None or workspace.job is None:
            return
        kept = workspace.rows if _same_numbers(workspace, self.session.view.engine) else ()
        self.rows_changed.emit(kept)
        if kept or not self._score_clips:
            return
        work = _background_job(workspace, self.session.view.engine)
        self.jobs.run(_SCORING, "preparing to score", work, self.scores.start, self._on_error)

    def _on_view(self, new: View, old: View) -> None:
        if replace(new.engine, alignment=old.engine.alignment) != old.engine:
            self._score()

    def _on_loaded(self, content: ClipContent) -> None:
        for line in content.messages:
            self.said.emit(line, "warning")
        self.clip_timed.emit(content)

    def _on_saved(self, pairing: Pairing) -> None:
        self._on_written(pairing.path)
        self.add_lifter(pairing)

    def _on_written(self, path: Path) -> None:
        self.said.emit(f"written: {path}", "info")

    def _on_error(self, line: str) -> None:
        self.said.emit(line, "error")


def _first_view(settings: Settings) -> View:
    engine = EngineView(device=settings.device, shoulder=settings.shoulder, alignment=settings.alignment)
    return View(engine=engine, scene=settings.scene, plots=settings.plots, every_frame=settings.every_frame)


def _same_numbers(workspace: Workspace, engine: EngineView) -> bool:
    """True where a results folder was made with the options that are shown."""
    return engine.rig == "" and workspace.job is not None and (
        workspace.job.options.shoulder, workspace.job.options.hip_regression, workspace.estimator
    ) == (engine.shoulder, engine.hip_regression, engine.estimator)  # fmt: skip


def _background_job(workspace: Workspace, engine: EngineView) -> Work[ScoreJob]:
    """The job for the table, made on a worker because checking weights takes a moment."""
    yield Progress()
    assert workspace.job is not None  # noqa: S101 - checked by the caller
    return engine_job(workspace.job, engine, estimator_for(engine, len(workspace.clips)))
