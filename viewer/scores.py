"""Numbers for the table of clips, found in the background by another process, what is looked at first."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal

from core.errors import AnglescopeError
from core.results.clip_table import ClipRow, clip_row
from core.results.scores import Failure, decode
from core.scoring.executors import begin_worker
from core.scoring.run import ScoreJob, tasks_of
from core.scoring.work import Task, score_tasks

__all__ = ["BackgroundScores"]

_NICENESS = 10
_WORKER_DIED = "scoring stopped: its process ended unexpectedly (out of memory?)"


class BackgroundScores(QObject):
    """Scores the clips of a job one by one, those first that are asked for by :meth:`prioritise`.

    The work is done by one process of low priority that shares nothing with the window, through the functions behind
    ``anglescope score``; no file is written. Signals, all in the thread of this object: ``scored(row)`` with a
    :class:`core.results.clip_table.ClipRow`, ``progress(done, total)`` after each and once at the start, ``finished()``
    after the last clip, and ``failed(line)`` where scoring had to stop. What is wrong with a clip stands in its row
    and stops nothing.
    """

    scored = Signal(object)
    progress = Signal(int, int)
    finished = Signal()
    failed = Signal(str)
    _row_came = Signal(int, object)
    _ended = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: _Run | None = None
        self._number = self._done = self._total = 0
        self._urgent: tuple[str, ...] = ()
        self._row_came.connect(self._on_row, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_end, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """True from :meth:`start` until the last clip, a failure or :meth:`cancel`."""
        return self._run is not None

    def start(self, job: ScoreJob) -> None:
        """Score every clip of the job; what was under way is cancelled."""
        self.cancel()
        self._number += 1
        self._done, self._total = 0, len(job.dataset)
        self._run = _Run(self, self._number, replace(job, csv_folder=None, reasons=False), self._urgent)
        self.progress.emit(0, self._total)
        self._run.start()

    def prioritise(self, names: Sequence[str]) -> None:
        """These clips come next, in this order, then the others in that of the dataset; holds until called again."""
        self._urgent = tuple(names)
        if self._run is not None:
            self._run.prioritise(self._urgent)

    def cancel(self) -> None:
        """Stop at once, in the middle of a clip; no signal comes afterwards. The process is ended, not waited for."""
        if self._run is not None:
            self._run.cancel()
            self._run = None

    def _on_row(self, number: int, row: ClipRow) -> None:
        if self._run is None or number != self._number:
            return
        self._done += 1
        self.scored.emit(row)
        if self._run is not None and number == self._number:  # a listener may have cancelled
            self.progress.emit(self._done, self._total)

    def _on_end(self, number: int, problem: str) -> None:
        if self._run is None or number != self._number:
            return
        self._run = None
        if problem:
            self.failed.emit(problem)
        else:
            self.finished.emit()


class _Run(threading.Thread):
    """Sends one clip after the other to a worker process and waits for its numbers."""

    def __init__(self, owner: BackgroundScores, number: int, job: ScoreJob, urgent: tuple[str, ...]) -> None:
        super().__init__(name="scores")
        self._owner, self._number, self._job, self._urgent = owner, number, job, urgent
        self._lock = threading.Lock()
        self._waiting: dict[str, Task] = {}
        self._pid: int | None = None
        self._cancelled = False

    def prioritise(self, names: tuple[str, ...]) -> None:
        """Take these clips first."""
        with self._lock:
            self._urgent = names

    def cancel(self) -> None:
        """Say nothing more, and end the process."""
        with self._lock:
            self._cancelled = True
            if self._pid is not None:
                with suppress(OSError):  # it may just have died by itself
                    os.kill(self._pid, signal.SIGTERM)  # on Windows this ends the process, too

    def run(self) -> None:
        """Score until nothing is left; whatever happens, the owner hears of the end once."""
        problem = ""
        try:
            self._score_all()
        except BrokenProcessPool:
            problem = _WORKER_DIED
        except Exception as error:  # a bug of ours must not leave the table waiting for ever
            problem = f"scoring stopped: {type(error).__name__}: {error}"
        self._tell_end(problem)

    def _score_all(self) -> None:
        self._waiting = {task.entry.name: task for task in tasks_of(self._job)}
        context = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
        pool = ProcessPoolExecutor(1, mp_context=context, initializer=begin_worker)
        try:
            pid = pool.submit(os.getpid).result()
            if hasattr(os, "nice"):
                pool.submit(os.nice, _NICENESS)
            while (task := self._next(pid)) is not None:
                self._tell_row(_scored(pool, task))
        finally:
            with self._lock:
                self._pid = None
            pool.shutdown(wait=True, cancel_futures=True)

    def _next(self, pid: int) -> Task | None:
        """The most urgent clip that is left, or None at the end; from here on, cancelling ends the process."""
        with self._lock:
            if self._cancelled or not self._waiting:
                return None
            self._pid = pid
            name = next((name for name in self._urgent if name in self._waiting), None)
            return self._waiting.pop(name if name is not None else next(iter(self._waiting)))

    def _tell_row(self, row: ClipRow) -> None:
        with self._lock:
            if not self._cancelled:
                self._owner._row_came.emit(self._number, row)

    def _tell_end(self, problem: str) -> None:
        with self._lock:
            if not self._cancelled:
                self._owner._ended.emit(self._number, problem)


def _scored(pool: ProcessPoolExecutor, task: Task) -> ClipRow:
    """The numbers of a clip; where it could not be scored at all, a row that says why."""
    future = pool.submit(score_tasks, [task])
    try:
        (data,) = future.result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        line = str(error) if isinstance(error, AnglescopeError) else f"{type(error).__name__}: {error}"
        entry = task.entry
        failure = Failure(entry.name, "", f"{entry.name}: {line}")
        return ClipRow(entry.name, entry.athlete, entry.activity, entry.fps, 0, failures=(failure,))
    return clip_row(decode(data))
