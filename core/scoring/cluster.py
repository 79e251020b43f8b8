"""Scoring on a Dask cluster: one that runs somewhere, or one started on this machine for the run.

Tasks are a few clips each and hold names and places only; sums come back. Dask runs a lost worker's tasks again
elsewhere; a task that no worker survives is taken apart here, so that one clip is named and the others are scored.
"""

from __future__ import annotations

import json
import logging
import secrets
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import AnglescopeError, UsageError
from core.files import output_error
from core.scoring import on_worker
from core.scoring.executors import ITEMS_PER_WORKER, Workers, batched, unordered
from core.scoring.on_worker import Needs, misfit, needed_versions, score_here
from core.scoring.work import Task

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["LOCAL", "Cluster", "score_on_cluster"]

LOCAL = "local"
"""In place of an address: a cluster of this machine's own, for as long as the run lasts."""

_CLIPS_PER_BATCH = 16
"""At most: a batch costs scheduler and client some 10 ms, and a lost worker costs its batches."""

_ANSWER_S = 10
_ASK_S = 2.0
_PATIENCE_S = 120.0
"""A cluster may be without workers that long before the run gives up on it."""

_LOCAL_SETTINGS = {
    "distributed.admin.tick.interval": "1s", "distributed.admin.system-monitor.interval": "10s",
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ": dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
}  # fmt: skip
"""Dask looks after itself less often than by default, which would cost a tenth of a core; and, other than by default,
memory that a clip gave back is kept for the next."""

_MOST_SUSPECTS, _MOST_GUILTY = 64, 3
_KEPT = "finished clips are kept"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where to score, and what a worker there must see.

    address : of a scheduler, its file, or :data:`LOCAL`. jobs : workers of a local cluster. files : (path, size in
    bytes) of some that will be read. csv_folder : where clip CSVs go, or None.
    """

    address: str
    jobs: int
    files: tuple[tuple[str, int], ...] = ()
    csv_folder: Path | None = None


def score_on_cluster(tasks: Iterable[Task], clips: int, cluster: Cluster) -> Iterator[list[bytes]]:
    """Encoded scores of a few clips at a time as they finish, every clip once. Stop iterating to cancel.

    clips : number of the tasks, which are made when they are asked for.
    Raises :class:`UsageError` where Dask is not installed, no scheduler answers, it has no workers or they may not
    work; :class:`AnglescopeError` where the scheduler, all workers, or every worker that tried a certain clip are lost.
    """
    with _client(cluster) as client, _token(cluster.csv_folder) as token:
        needs = Needs(needed_versions(), cluster.files, token)
        _check_workers(client, cluster.address, needs)
        crew = _Crew(client, cluster.address)
        suspects: list[Task] = []
        workers = Workers(client.get_executor(pure=False), crew.count,  # type: ignore[no-untyped-call]
                          partial(_set_aside, suspects))  # fmt: skip
        share = clips // (crew.count() * ITEMS_PER_WORKER)
        batches = batched(tasks, min(max(1, share), _CLIPS_PER_BATCH))
        yield from unordered(partial(score_here, needs), batches, workers)
        yield from _one_by_one(suspects, needs, workers)


def _set_aside(suspects: list[Task], batch: Sequence[Task], error: Exception) -> None:
    """Keep the clips of a batch that no worker survived: one of them may be why, or it was near another."""
    from distributed import KilledWorker

    if not isinstance(error, KilledWorker):
        raise error
    suspects += batch
    if len(suspects) > _MOST_SUSPECTS:
        raise AnglescopeError("the workers of the cluster end again and again (out of memory?); see their logs. "
                              f"{_KEPT.capitalize()}: run again with --resume") from None  # fmt: skip


def _one_by_one(suspects: Sequence[Task], needs: Needs, workers: Workers) -> Iterator[list[bytes]]:
    """Score each with nothing else under way, so that a worker which ends is this clip's doing."""
    guilty: list[str] = []

    def failed(batch: Sequence[Task], error: Exception) -> None:
        _set_aside([], batch, error)
        guilty.append(batch[0].entry.name)

    alone = Workers(workers.executor, lambda: 1, failed)
    for task in suspects:
        if len(guilty) < _MOST_GUILTY:
            yield from unordered(partial(score_here, needs), [[task]], alone)
    if guilty:
        more = " and perhaps others" if len(guilty) == _MOST_GUILTY else ""
        raise AnglescopeError(f"{', '.join(guilty)}{more}: every worker that tried it ended (out of memory? see its "
                              f"log); {_KEPT}: run again with --resume, on workers with more memory or without "
                              "--cluster")  # fmt: skip


@dataclass(slots=True)
class _Crew:
    """How many workers there are, asked now and then."""

    client: Client
    address: str
    _number: int = 1
    _asked_s: float = -_ASK_S
    _seen_s: float = field(default_factory=time.monotonic)

    def count(self) -> int:
        """At least 1: while there are none, something waits for the first."""
        now = time.monotonic()
        if now - self._asked_s >= _ASK_S:
            self._asked_s, self._number = now, len(self.client.nthreads())  # type: ignore[no-untyped-call]
            if self._number:
                self._seen_s = now
            elif now - self._seen_s > _PATIENCE_S:
                raise AnglescopeError(f"{_named(self.address)} has been without workers for {_PATIENCE_S:.0f} s; "
                                      f"{_KEPT}: start workers, then run again with --resume")  # fmt: skip
        return max(1, self._number)


def _check_workers(client: Client, address: str, needs: Needs) -> None:
    """Raises :class:`UsageError` where there are no workers, or one may not work."""
    where = _named(address)
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=_ANSWER_S)
    threads: dict[str, int] = client.nthreads()  # type: ignore[no-untyped-call]
    if not threads:
        raise UsageError(f"{where} has no workers; start some: {_worker_command(address, 'CORES')}")
    for worker, number in threads.items():
        if number > 1:
            raise UsageError(f"worker {worker} has {number} threads, which would wait for each other; start a process "
                             f"per core: {_worker_command(address, number)}")  # fmt: skip
    apart = Needs(tuple(item for item in needs.versions if item[0] in ("anglescope", "python")))
    try:
        answers = {where: client.run_on_scheduler(misfit, apart)}  # type: ignore[no-untyped-call]
    except Exception as error:  # of any kind: it is another installation that cannot take the question
        answers = {where: error}
    found = client.run(misfit, needs, on_error="return")
    answers |= {f"worker {worker}": answer for worker, answer in found.items()}
    _refuse_misfits(answers)


def _refuse_misfits(answers: dict[str, Any]) -> None:
    """One line for the first that may not work. A worker that is gone since it was asked is no obstacle."""
    wrong = {}
    for who, answer in answers.items():
        if isinstance(answer, Exception) and not isinstance(answer, OSError):
            wrong[who] = f"cannot run anglescope ({answer}); install the same version as here"
        elif isinstance(answer, str) and answer:
            wrong[who] = answer
    for who, why in wrong.items():
        others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise UsageError(f"{who}{others} {why}")


@contextmanager
def _token(folder: Path | None) -> Iterator[str | None]:
    """A file in the folder of clip CSVs while the run lasts; a run that was killed leaves it, the next removes it."""
    if folder is None:
        yield None
        return
    token = folder / f".{secrets.token_hex(8)}.part"
    try:
        token.touch()
    except OSError as error:
        raise output_error(token, error) from None
    try:
        yield str(token)
    finally:
        for left in folder.glob(".*.part"):  # those of workers that were stopped while they wrote, too
            left.unlink(missing_ok=True)


@contextmanager
def _client(cluster: Cluster) -> Iterator[Client]:
    """A connection to the scheduler. Where that is lost, everything under way is; it is told in one line."""
    try:
        import distributed  # noqa: F401 - is it here
    except ImportError:
        raise UsageError("--cluster needs Dask: pip install 'anglescope[cluster]'") from None
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        client = _connected(_started(cluster.jobs, stack) if cluster.address == LOCAL else cluster.address)
        stack.callback(client.close)
        try:
            yield client
        except AnglescopeError:
            raise
        except Exception as error:
            if client.status == "running" and not isinstance(error, CancelledError):
                raise
            raise AnglescopeError(f"the connection to {_named(cluster.address)} is lost; {_KEPT}: "
                                  "run again with --resume") from None  # fmt: skip


def _connected(address: str) -> Client:
    from distributed import Client

    if by_file := _is_file(address):
        _check_file(Path(address))
    place = {"scheduler_file": address} if by_file else {"address": address}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions; those that matter are checked
            return Client(**place, timeout=f"{_ANSWER_S}s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address} ({error})") from None


def _started(jobs: int, stack: ExitStack) -> str:
    """Address of a cluster of this machine's own with ``jobs`` workers, until the stack is closed."""
    import dask
    from distributed import LocalCluster

    stack.enter_context(dask.config.set(_LOCAL_SETTINGS))
    folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    started = stack.enter_context(LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=logging.CRITICAL,
        preload=on_worker.__name__, local_directory=folder, scheduler_kwargs={"dashboard_address": ":0"},
    ))  # fmt: skip
    return str(started.scheduler_address)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask tells its log what becomes one line here."""
    known = [logging.getLogger(name) for name in ("distributed", "distributed.client", "tornado", "asyncio")]
    levels = [(handler, handler.level) for logger in known for handler in logger.handlers]
    try:
        for handler, _ in levels:
            handler.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for handler, level in levels:
            handler.setLevel(level)


def _check_file(path: Path) -> None:
    """Dask would wait for it to appear."""
    try:
        known = isinstance(json.loads(path.read_bytes())["address"], str)
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise UsageError(f"{path} is not there or not the file of a Dask scheduler (dask scheduler --scheduler-file)")


def _is_file(address: str) -> bool:
    return Path(address).suffix == ".json" or Path(address).is_file()


def _worker_command(address: str, processes: int | str) -> str:
    option = "--scheduler-file " if _is_file(address) else ""
    return f"dask worker {option}{address} --nthreads 1 --nworkers {processes}"


def _named(address: str) -> str:
    return "the local Dask cluster" if address == LOCAL else f"the Dask scheduler at {address}"
