"""Reading whole files safely and writing them atomically."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import DataError, DiskFullError, OutputError

__all__ = ["atomic_output", "ensure_writable_folder", "files_under", "read_bytes", "sha256_hex", "write_atomic"]


def sha256_hex(data: bytes | memoryview) -> str:
    """Hexadecimal sha256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def read_bytes(path: Path, limit_bytes: int | None = None) -> bytes:
    """All bytes of a file, read once; the hash and the parsed numbers then come from the same bytes.

    limit_bytes : refuse larger files before reading. Raises :class:`DataError` for a missing, unreadable,
    empty or too large file, and for one that changed while it was read.
    """
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if limit_bytes is not None and before.st_size > limit_bytes:
                raise DataError("file is too large", path=path, expected=f"at most {limit_bytes} bytes",
                                got=f"{before.st_size} bytes")  # fmt: skip
            data = file.read()
            after = os.fstat(file.fileno())
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=path) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise DataError("file changed while it was read", path=path, hint="Wait until its writer is done and run again")
    if not data:
        raise DataError("file is empty", path=path)
    return data


def files_under(folder: Path) -> tuple[Path, ...]:
    """Every file below ``folder`` in order of path; hidden files and folders are left out.

    Raises :class:`DataError` where ``folder`` or a folder below it cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise DataError(f"cannot be read ({error.strerror or error})", path=error.filename or folder) from None

    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return tuple(sorted(path for path in found if path.is_file()))


@contextmanager
def atomic_output(path: Path) -> Iterator[BinaryIO]:
    """A binary file that appears under ``path`` complete or not at all.

    Written beside the target, flushed to disk, then renamed over it; an exception removes the partial file.
    Raises :class:`OutputError` where the folder cannot be written or the disk is full.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
        partial.replace(path)
    except OSError as error:
        _remove(partial)
        raise output_error(path, error) from None
    except BaseException:
        _remove(partial)
        raise


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` as :func:`atomic_output` does."""
    with atomic_output(path) as file:
        file.write(data)


def ensure_writable_folder(folder: Path) -> None:
    """Make ``folder`` (and parents) and check that a file can be made in it; :class:`OutputError` otherwise."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(folder, error) from None
    write_atomic(folder / ".anglescope_write_test", b"x")
    _remove(folder / ".anglescope_write_test")


def output_error(path: Path, error: OSError) -> OutputError:
    """One clear line for an operating-system error while writing ``path``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(f"{path}: disk is full; nothing half-written was left behind. Free space, then run again")
    return OutputError(f"{path}: cannot be written ({error.strerror or error})")


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
