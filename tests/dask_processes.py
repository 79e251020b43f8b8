"""A Dask scheduler and workers as processes of their own, as on a cluster, for tests of scoring."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distributed import Client

from tests.scored_runs import environment

PRELUDE = "import sys; {prelude}; from distributed.cli.dask_worker import main; main()"


class DaskProcesses:
    """A scheduler, found through ``file``, and the workers that were asked for. settings : of Dask, as environment."""

    def __init__(self, folder: Path, **settings: str) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.file = folder, folder / "scheduler.json"
        self.environment = {**environment(folder / "cache"), **settings}
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.scheduler = self._started([
            sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
            "--no-dashboard", "--dashboard-address", ":0", "--scheduler-file", str(self.file),
        ])  # fmt: skip

    def _started(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def start(self, name: str, *more: str, prelude: str = "pass", prefix: Sequence[str] = ()) -> None:
        """A worker. prelude : Python that it runs before anything else. prefix : a command that starts the worker."""
        threads = () if "--nthreads" in more else ("--nthreads", "1")
        self.workers[name] = self._started([
            *prefix, sys.executable, "-c", PRELUDE.format(prelude=prelude), "--scheduler-file", str(self.file),
            "--name", name, "--no-dashboard", "--no-nanny", "--local-directory", str(self.folder / name), *threads,
            *more,
        ])  # fmt: skip

    def wait(self, number: int) -> None:
        """Until the scheduler has that many workers."""
        deadline = time.monotonic() + 120  # at once where the machine has nothing else to do
        while not self.file.is_file():
            assert time.monotonic() < deadline, "no scheduler"
            time.sleep(0.02)
        with self.client() as client:
            while len(client.nthreads()) != number:
                assert time.monotonic() < deadline, f"{client.nthreads()}, {number} were asked for"
                time.sleep(0.02)

    def client(self) -> Client:
        return Client(scheduler_file=str(self.file), set_as_default=False)

    def asked(self, function: Any) -> Any:
        """What ``function(dask_scheduler)`` says on the scheduler."""
        with self.client() as client:
            return client.run_on_scheduler(function)

    def stop(self, name: str) -> None:
        """Kill a worker, with SIGKILL."""
        process = self.workers.pop(name)
        process.kill()
        process.wait()

    def close(self) -> None:
        for name in list(self.workers):
            self.stop(name)
        self.scheduler.kill()
        self.scheduler.wait()


@contextmanager
def dask_processes(folder: Path, **settings: str) -> Iterator[DaskProcesses]:
    processes = DaskProcesses(folder, **settings)
    try:
        yield processes
    finally:
        processes.close()


def hidden(folder: Path) -> list[str]:
    """Prefix of a command that makes ``folder`` empty for it, as on a machine that does not share it (Linux, root)."""
    return ["unshare", "--mount", "sh", "-c", f"mount -t tmpfs none '{folder}' && exec \"$@\"", "sh"]


CAN_HIDE = sys.platform == "linux" and os.geteuid() == 0
