"""Undo of what the window shows: listens to the session, and gives earlier views back to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QObject

from viewer.changes import change_text
from viewer.content import ClipContent
from viewer.history import History
from viewer.session import Session
from viewer.view import View
from viewer.workspace import Workspace

__all__ = ["Undoing", "when_there"]


class Undoing(QObject):
    """Keeps the steps of a session. playing : whether the clip is being played; then undo leaves the frame alone."""

    def __init__(
        self, session: Session, playing: Callable[[], bool], parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.history = History()
        self._session, self._playing, self._clock = session, playing, clock
        self._opened: Workspace | None = None
        self._going, self._name = False, ""
        session.view_changed.connect(self._on_view)

    def undo(self) -> None:
        """One step back."""
        self._go(self.history.undo(self._session.view))

    def redo(self) -> None:
        """One step on again."""
        self._go(self.history.redo(self._session.view))

    @contextmanager
    def named(self, text: str) -> Iterator[None]:
        """Changes in here are called so."""
        self._name = text
        try:
            yield
        finally:
            self._name = ""

    @contextmanager
    def unnoticed(self) -> Iterator[None]:
        """Changes in here belong to the step before."""
        self._going = True
        try:
            yield
        finally:
            self._going = False

    def on_opened(self, workspace: Workspace) -> None:
        """Something else is open: views of what was open before mean nothing any more. A further lifter is no such
        thing.
        """
        old, self._opened = self._opened, workspace
        if old is None or old.job is None or workspace.job is None or old.job.dataset is not workspace.job.dataset:
            self.history.clear()

    def _on_view(self, new: View, old: View) -> None:
        if not self._going:
            self.history.push(old, new, self._name or change_text(old, new), self._clock())

    def _go(self, view: View | None) -> None:
        if view is None:
            return
        session, now = self._session, self._session.view
        if self._playing() and view.clip == now.clip:
            view = replace(view, frame=now.frame)
        with self.unnoticed():
            if view.clip != now.clip and view.span == now.span:
                session.update(span=None)  # else it would be taken for that of the clip that is left
            session.show(view)
        if view.clip != now.clip:
            when_there(session, view.clip, lambda: session.seek(view.frame))


def when_there(session: Session, clip: str, call: Callable[[], object]) -> None:
    """Call once the arrays of a clip are there, perhaps now; never where another one comes first."""

    def once(content: ClipContent | None) -> None:
        if content is None and session.view.clip == clip:
            return  # emptied while it is computed
        session.content_changed.disconnect(once)
        if content is not None and content.name == clip == session.view.clip:
            call()

    if session.content is not None and session.content.name == clip:
        call()
    else:
        session.content_changed.connect(once)
