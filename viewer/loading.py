"""Clips computed off the GUI thread, the last few kept: opening one again costs nothing."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.estimators import Estimator
from core.records import Axes, Poses
from core.skeleton import N_JOINTS
from viewer.content import ClipContent
from viewer.jobs import Jobs, Progress, Work
from viewer.session import Session
from viewer.view import EngineView, SourceEdit
from viewer.workspace import Workspace, estimator_for, load_content

__all__ = ["Loader"]

_KIND = "clip"
_MOST_CLIPS = 6
_MOST_FRAMES = 60_000


@dataclass(frozen=True, slots=True)
class _Key:
    """What a content depends on; workspaces count by a number that rises with each change."""

    generation: int
    clip: str
    engine: EngineView
    edits: tuple[SourceEdit, ...]


class Loader(QObject):
    """Keeps the session's content in step with its view: the clip, and all that its numbers depend on.

    ``loaded(content)`` follows every content that was computed, not those that were still there; ``failed(line)``
    tells why a clip cannot be shown.
    """

    loaded = Signal(object)
    failed = Signal(str)

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._workspace: Workspace | None = None
        self._generation = 0
        self._estimators: dict[tuple[str, str, bool], Estimator] = {}
        self._kept: OrderedDict[_Key, ClipContent] = OrderedDict()
        self._shown: _Key | None = None
        session.view_changed.connect(lambda _new, _old: self.refresh())

    def show_workspace(self, workspace: Workspace) -> None:
        """Other files are open, or another lifter: nothing that was computed holds any more. Call :meth:`refresh`
        once the view names a clip of it.
        """
        self._workspace = workspace
        self._generation += 1
        self._kept.clear()

    def refresh(self) -> None:
        """Show the content of the current view: at once where it is kept, else when a worker has computed it."""
        workspace, view = self._workspace, self._session.view
        if workspace is None or not view.clip:
            return
        key = _Key(self._generation, view.clip, view.engine, view.edits_of(view.clip))
        if key == self._shown:
            return
        self._shown = key
        if key in self._kept:
            self._jobs.cancel(_KIND)
            self._kept.move_to_end(key)
            self._session.show_content(self._kept[key])
            return
        self._jobs.run(_KIND, f"opening {view.clip}", self._work(workspace, key),
                       lambda content: self._show(key, content), self._fail)  # fmt: skip

    def _work(self, workspace: Workspace, key: _Key) -> Work[ClipContent]:
        yield Progress(0, 0, key.clip)
        estimator = self._estimator(key.engine, len(workspace.clips))
        yield Progress(0, 0, key.clip)
        return load_content(workspace, key.clip, key.engine, estimator, key.edits)

    def _estimator(self, engine: EngineView, clips: int) -> Estimator:
        """Kept, because loading weights takes longer than a clip; only ever called by one worker at a time."""
        key = (engine.estimator, engine.device, clips > 1)
        if key not in self._estimators:
            made = estimator_for(engine, clips)
            made.angles(_one_frame(made.rigs[0]))  # loads libraries and weights, which are no part of a clip's time
            self._estimators[key] = made
        return self._estimators[key]

    def _show(self, key: _Key, content: ClipContent) -> None:
        self._kept[key] = content
        while len(self._kept) > 1 and (
            len(self._kept) > _MOST_CLIPS or sum(kept.n_frames for kept in self._kept.values()) > _MOST_FRAMES
        ):
            self._kept.popitem(last=False)
        self._session.show_content(content)
        self.loaded.emit(content)

    def _fail(self, line: str) -> None:
        self._session.show_content(None)
        self.failed.emit(line)


def _one_frame(rig: str) -> Poses:
    """Some pose of that rig."""
    return Poses(np.zeros((1, N_JOINTS, 3), np.float32), 1.0, Axes.WORLD_Z_UP, rig=rig)
