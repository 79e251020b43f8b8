"""Where clips are scored: in this process, in worker processes, or anywhere else through one interface."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from core.errors import AnglescopeError

__all__ = ["HERE", "ITEMS_PER_WORKER", "Workers", "batched", "begin_worker", "default_jobs", "open_workers",
           "unordered", "warm_up"]  # fmt: skip

_In = TypeVar("_In")
_Out = TypeVar("_Out")
ITEMS_PER_WORKER = 3
"""Under way at a time: while one is worked on, the next are there already."""

_LOOK_S = 2.0
"""However long the items take, it is looked after the workers this often."""


def default_jobs() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _broken(_: Any, error: Exception) -> None:
    raise error


@dataclass(frozen=True, slots=True)
class Workers:
    """Who works.

    executor : or None for this process. count : how many items can be worked on at a time; asked again and again, as
    workers may come and go. failed : is told of an item that could not be worked on, and why; raises, or keeps it.
    """

    executor: Executor | None
    count: Callable[[], int]
    failed: Callable[[Any, Exception], None] = _broken


HERE = Workers(None, lambda: 1)
"""This process."""


@contextmanager
def open_workers(jobs: int, otherwise: str = "run again with --resume and fewer --jobs") -> Iterator[Workers]:
    """Workers on this machine for a while: this process (``jobs`` 1) or processes.

    otherwise : what helps where one dies, which raises :class:`AnglescopeError`.
    """
    if jobs <= 1:
        yield HERE
        return
    context = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=begin_worker)
    try:
        yield Workers(pool, lambda: jobs)
    except BrokenProcessPool:
        raise AnglescopeError(f"a worker process ended unexpectedly (out of memory?); {otherwise}") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def warm_up(workers: Workers, function: Callable[[], object]) -> None:
    """Have each worker call this while something else is done, such as importing what it will need."""
    if workers.executor is not None:
        for _ in range(workers.count()):
            workers.executor.submit(function)


def unordered(function: Callable[[_In], _Out], items: Iterable[_In], workers: Workers) -> Iterator[_Out]:
    """Results as they finish; a few items per worker are under way, so memory does not grow with the items."""
    executor = workers.executor
    if executor is None:
        yield from map(function, items)
        return
    waiting, running = iter(items), dict[Future[_Out], _In]()
    try:
        while True:
            room = workers.count() * ITEMS_PER_WORKER - len(running)
            running.update((executor.submit(function, item), item) for item in islice(waiting, max(0, room)))
            if not running:
                return
            for future in wait(running, _LOOK_S, FIRST_COMPLETED).done:
                item = running.pop(future)
                if (error := future.exception()) is None:
                    yield future.result()
                elif isinstance(error, Exception):
                    workers.failed(item, error)
                else:
                    raise error
    finally:
        for future in running:
            future.cancel()


def batched(items: Iterable[_In], size: int) -> Iterator[list[_In]]:
    """Lists of ``size`` items, the last perhaps shorter; made when they are asked for."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
