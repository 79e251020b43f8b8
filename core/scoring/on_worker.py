"""What a worker of a cluster does, perhaps on another machine: make sure that it may work, then score clips.

A worker that sees other files or has other versions would make other numbers, or problems of clips that have none. It
refuses instead, with one line that says why.
"""

from __future__ import annotations

import os
import platform
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import AnglescopeError
from core.results.scores import encode
from core.scoring.executors import begin_worker
from core.scoring.versions import versions
from core.scoring.work import Task, score_clip

__all__ = ["Needs", "dask_setup", "misfit", "needed_versions", "score_here", "sizes_of"]


@dataclass(frozen=True, slots=True)
class Needs:
    """What a worker must have so that its numbers are those of the machine that asks.

    versions : (package, version) that make numbers. files : (path, size in bytes) of some that will be read.
    token : a file in the folder of clip CSVs, there for as long as the run lasts; None where none are written.
    """

    versions: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, int], ...] = ()
    token: str | None = None


def needed_versions() -> tuple[tuple[str, str], ...]:
    """Of anglescope and the libraries that make numbers here; of Python the first two parts."""
    python = ".".join(platform.python_version_tuple()[:2])
    return tuple({**versions(), "python": python}.items())


def sizes_of(paths: Iterable[Path]) -> tuple[tuple[str, int], ...]:
    """(path, size in bytes) of those files that are here."""
    return tuple((str(path), size) for path in dict.fromkeys(paths) if (size := _size(path)) is not None)


def misfit(needs: Needs) -> str:
    """Why this process may not work, in words that follow "worker ADDRESS"; empty where it may."""
    here = dict(needed_versions())
    for name, wanted in needs.versions:
        if here[name] != wanted:
            return f"has {name} {here[name]}, this machine {wanted}; install the same on both"
    for path, size in needs.files:
        found = _size(Path(path))
        if found is None:
            return (f"cannot see {path}; dataset, predictions and weights must be on a file system that all machines "
                    "share, under the same path")  # fmt: skip
        if found != size:
            return f"has another {path}, of {found} bytes where this machine has {size}"
    return "" if needs.token is None else _unshared(Path(needs.token))


def score_here(needs: Needs, tasks: Sequence[Task]) -> list[bytes]:
    """Encoded scores of a few clips. Raises :class:`AnglescopeError` where this process may not work for the run.

    Nothing is written once the run is over, which a worker of a cluster is not told: the token is gone then.
    """
    found = []
    for task in tasks:
        why = _misfit(needs) or ("" if needs.token is None or Path(needs.token).exists() else _unseen(needs.token))
        if why:
            raise AnglescopeError(f"worker {_address()} {why}")
        found.append(encode(score_clip(task)))
    return found


@lru_cache(maxsize=1)
def _misfit(needs: Needs) -> str:
    return misfit(needs)


def _address() -> str:
    from distributed import get_worker

    return f"{get_worker().address}"


def _size(path: Path) -> int | None:
    with suppress(OSError):
        return path.stat().st_size
    return None


def _unseen(token: str) -> str:
    return (f"cannot see the folder {Path(token).parent}, where clip CSVs go; give --out on a file system that all "
            "machines share, or --no-clip-csv")  # fmt: skip


def _unshared(token: Path) -> str:
    """Why files beside the token cannot be written; empty where they can."""
    if not token.exists():
        return _unseen(str(token))
    own = token.with_name(f".{secrets.token_hex(4)}.part")
    try:
        own.write_bytes(b"x")
        own.unlink()
    except OSError as error:
        return f"cannot write to {token.parent} ({os.strerror(error.errno or 0)}); make it writable, or --no-clip-csv"
    return ""


def dask_setup(_: object) -> None:
    """Called by Dask in each worker process of a local cluster: it ends with its parent, not by Ctrl-C."""
    begin_worker()
