"""Long work off the GUI thread: named jobs that report progress, can be cancelled, and give way to newer ones."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from core.errors import AnglescopeError
from viewer.garbage import Garbage

__all__ = ["Jobs", "Progress", "Work"]

_T = TypeVar("_T")
_LOG = logging.getLogger(__name__)
_WAIT_MS = 20_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: ``done`` of ``total`` items (total 0: not known), and a word on what is being done."""

    done: int = 0
    total: int = 0
    text: str = ""


Work = Generator[Progress, None, _T]
"""A job: yields its progress and returns its result. Between two yields it cannot be cancelled."""


class _Messenger(QObject):
    """Carries what happens on a worker thread to the GUI thread by queued signals."""

    progressed = Signal(int, object)
    ended = Signal(int, object, object)


class _Task(QRunnable):
    """Steps through one generator until it ends or is told to stop; never touches a widget."""

    def __init__(self, number: int, work: Work[Any], messenger: _Messenger) -> None:
        super().__init__()
        self._number, self._work, self._messenger = number, work, messenger
        self.stop = threading.Event()

    def run(self) -> None:
        """Run to the end; whatever happens, ``ended`` is told once."""
        result, error = None, None
        try:
            while not self.stop.is_set():
                self._messenger.progressed.emit(self._number, next(self._work))
            self._work.close()
        except StopIteration as end:
            result = end.value
        except AnglescopeError as problem:
            error = str(problem)
        except Exception as problem:
            _LOG.exception("a job failed")
            error = f"internal error, please report it: {type(problem).__name__}: {problem}"
        self._messenger.ended.emit(self._number, result, error)


@dataclass(slots=True)
class _Entry:
    kind: str
    title: str
    task: _Task
    done: Callable[[Any], None] | None
    failed: Callable[[str], None] | None


class Jobs(QObject):
    """Jobs of the window, at most one of each kind: a newer one of a kind makes the older give way.

    What a cancelled or superseded job still finds is dropped. Signals, all in the GUI thread:
    ``started(kind, title)``, ``progressed(kind, Progress)``, ``ended(kind)``.
    """

    started = Signal(str, str)
    progressed = Signal(str, object)
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._garbage = Garbage(self)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(3)
        self._messenger = _Messenger(self)
        self._messenger.progressed.connect(self._on_progress)
        self._messenger.ended.connect(self._on_end)
        self._entries: dict[int, _Entry] = {}
        self._number = 0

    def run(
        self, kind: str, title: str, work: Work[_T], done: Callable[[_T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """Run ``work`` on a worker; ``done(result)`` or ``failed(one line)`` follows in the GUI thread."""
        self.cancel(kind)
        self._number += 1
        task = _Task(self._number, work, self._messenger)
        self._entries[self._number] = _Entry(kind, title, task, done, failed)
        self.started.emit(kind, title)
        self._pool.start(task)

    def cancel(self, kind: str) -> None:
        """Make the job of that kind stop at its next step; nothing is heard of it any more but ``ended``."""
        for entry in self._entries.values():
            if entry.kind == kind and entry.done is not None:
                entry.task.stop.set()
                entry.done = entry.failed = None
                self.ended.emit(kind)

    def running(self) -> tuple[str, ...]:
        """Kinds of the jobs that still matter."""
        return tuple(entry.kind for entry in self._entries.values() if entry.done is not None)

    def close(self) -> None:
        """Cancel everything and wait until no worker runs."""
        for kind in self.running():
            self.cancel(kind)
        self._pool.waitForDone(_WAIT_MS)
        self._garbage.close()

    def _on_progress(self, number: int, progress: Progress) -> None:
        entry = self._entries.get(number)
        if entry is not None and entry.done is not None:
            self.progressed.emit(entry.kind, progress)

    def _on_end(self, number: int, result: Any, error: str | None) -> None:
        entry = self._entries.pop(number)
        if entry.done is None:
            return
        self.ended.emit(entry.kind)
        if error is None:
            entry.done(result)
        elif entry.failed is not None:
            entry.failed(error)
