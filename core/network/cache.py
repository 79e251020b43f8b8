"""What the network said about a series of poses, kept in memory and, where a folder is given, on disk.

A key holds everything that a number depends on. The cache is a convenience: what cannot be written is computed again,
and what cannot be read, or is damaged, is not used.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

import numpy as np

from core.conventions import N_ANGLES
from core.errors import OutputError
from core.files import write_atomic
from core.records import Float32

__all__ = ["AngleCache"]

_COLUMNS = 2 * N_ANGLES
_ROW_BYTES = 4 * _COLUMNS
_CHECK_BYTES = 4
_SUFFIX = ".angles"
_FULL_TO = 0.75  # of the bound, after old files were removed


class AngleCache:
    """Series (T, 24) float32, angles then standard deviations in degrees, by key (hexadecimal text).

    folder : on disk as well, one file per series; None: memory only. memory_bytes, disk_bytes : bounds; what was not
    used for longest goes first. Picklable: a copy in another process begins with an empty memory and the same folder.
    """

    def __init__(self, folder: Path | None = None, memory_bytes: int = 64 << 20, disk_bytes: int = 2 << 30) -> None:
        self._folder, self._memory_bytes, self._disk_bytes = folder, memory_bytes, disk_bytes
        self._memory: OrderedDict[str, Float32] = OrderedDict()
        self._held_bytes = 0
        self._until_check_bytes = 0  # the first write looks at what earlier processes left

    def __reduce__(self) -> tuple[type[AngleCache], tuple[Path | None, int, int]]:
        return AngleCache, (self._folder, self._memory_bytes, self._disk_bytes)

    def get(self, key: str) -> Float32 | None:
        """The series of that key, read-only, or None."""
        series = self._memory.get(key)
        if series is not None:
            self._memory.move_to_end(key)
            return series
        if self._folder is None:
            return None
        series = self._read(self._path(self._folder, key))
        if series is not None:
            self._remember(key, series)
        return series

    def put(self, key: str, series: Float32) -> None:
        """Keep a series (T, 24)."""
        self._remember(key, series)
        if self._folder is not None:
            with suppress(OutputError, OSError):
                self._write(self._folder, key, series)

    def _remember(self, key: str, series: Float32) -> None:
        series.flags.writeable = False
        self._held_bytes += series.nbytes - (self._memory.pop(key).nbytes if key in self._memory else 0)
        self._memory[key] = series
        while self._held_bytes > self._memory_bytes:
            _, oldest = self._memory.popitem(last=False)
            self._held_bytes -= oldest.nbytes

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / f"{key}{_SUFFIX}"

    @staticmethod
    def _read(path: Path) -> Float32 | None:
        try:
            data = path.read_bytes()
            path.touch()  # used last now
        except OSError:
            return None
        body = data[_CHECK_BYTES:]
        if len(body) % _ROW_BYTES or zlib.crc32(body).to_bytes(_CHECK_BYTES, "little") != data[:_CHECK_BYTES]:
            return None
        return np.frombuffer(body, dtype="<f4").astype(np.float32).reshape(-1, _COLUMNS)

    def _write(self, folder: Path, key: str, series: Float32) -> None:
        body = series.astype("<f4").tobytes()
        path = self._path(folder, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, zlib.crc32(body).to_bytes(_CHECK_BYTES, "little") + body)
        self._until_check_bytes -= len(body)
        if self._until_check_bytes < 0:
            self._shrink(folder)
            self._until_check_bytes = self._disk_bytes // 16

    def _shrink(self, folder: Path) -> None:
        """Remove the files not used for longest where all together are larger than the bound."""
        found = []
        for path in folder.glob(f"*/*{_SUFFIX}"):
            with suppress(OSError):  # another process may have removed it
                status = path.stat()
                found.append((status.st_mtime_ns, status.st_size, path))
        excess = sum(size for _, size, _ in found) - self._disk_bytes
        if excess <= 0:
            return
        excess += int((1 - _FULL_TO) * self._disk_bytes)
        for _, size, path in sorted(found):
            path.unlink(missing_ok=True)
            excess -= size
            if excess <= 0:
                return
