"""Where clips are scored: in this process, in worker processes, or on a Dask cluster, through one interface."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from core.errors import AnglescopeError, UsageError

__all__ = ["Workers", "begin_worker", "default_jobs", "open_workers", "unordered"]

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_ITEMS_PER_WORKER = 3


def default_jobs() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Workers:
    """Who works: an executor, or None for this process, and how many items it can work on at a time."""

    executor: Executor | None
    count: int


@contextmanager
def open_workers(jobs: int, cluster: str | None = None) -> Iterator[Workers]:
    """Workers for a while: this process (``jobs`` 1), processes, or those of the Dask scheduler at ``cluster``.

    Raises :class:`UsageError` where Dask is not installed or the scheduler does not answer.
    """
    if cluster is not None:
        with _dask(cluster) as workers:
            yield workers
    elif jobs <= 1:
        yield Workers(None, 1)
    else:
        context = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
        pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=begin_worker)
        try:
            yield Workers(pool, jobs)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def unordered(function: Callable[[_In], _Out], items: Sequence[_In], workers: Workers) -> Iterator[_Out]:
    """Results as they finish; a few items per worker are under way, so memory does not grow with the list."""
    executor, in_flight = workers.executor, workers.count * _ITEMS_PER_WORKER
    if executor is None:
        yield from map(function, items)
        return
    waiting, running = iter(items), set[Future[_Out]]()
    try:
        while True:
            for item in waiting:
                running.add(executor.submit(function, item))
                if len(running) >= in_flight:
                    break
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BrokenProcessPool:
        message = "a worker process ended unexpectedly (out of memory?); run again with --resume and fewer --jobs"
        raise AnglescopeError(message) from None
    finally:
        for future in running:
            future.cancel()


def begin_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def _dask(address: str) -> Iterator[Workers]:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("--cluster needs Dask: pip install 'anglescope[cluster]'") from None
    try:
        client = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address} ({error})") from None
    with client:
        threads = sum(client.ncores().values())  # type: ignore[no-untyped-call]
        yield Workers(client.get_executor(), max(1, threads))  # type: ignore[no-untyped-call]
