"""Progress of a run on disk: an append-only file of finished clips that survives a kill at any moment.

Each record is length, CRC-32 and bytes. The first record is the run's fingerprint; a torn or damaged tail is cut
off when the file is opened again.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import OutputError
from core.files import output_error
from core.results.folder import claim
from core.results.scores import ClipScore, decode

__all__ = ["Journal"]

_HEAD = struct.Struct("<II")


class Journal:
    """Finished clips of a run, written as they come and read back in the order of the dataset.

    Use as a context manager. ``path`` is made if absent; raises :class:`OutputError` if it belongs to a run with
    another fingerprint, if another process is writing it, or if it cannot be written.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path = path
        self._places: dict[int, tuple[int, int]] = {}
        try:
            # Unbuffered: after a write that fails on a full disk nothing is left that closing would try again.
            self._file: io.FileIO = os.fdopen(
                os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)), "r+b", 0
            )
        except OSError as error:
            raise output_error(path, error) from None
        try:
            claim(self._file, path)
            self._open(fingerprint.encode())
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def discard(self) -> None:
        """Remove the file: the run is finished."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def done(self) -> frozenset[int]:
        """Indices of the clips that are finished."""
        return frozenset(self._places)

    def append(self, data: bytes) -> ClipScore:
        """Keep one finished clip; it is with the operating system when this returns."""
        score = decode(data)
        end = self._file.seek(0, 2)
        self._write(data)
        self._places[score.index] = (end + _HEAD.size, len(data))
        return score

    def __iter__(self) -> Iterator[ClipScore]:
        """All finished clips in the order of the dataset, one in memory at a time."""
        for _, (start, size) in sorted(self._places.items()):
            self._file.seek(start)
            yield decode(self._file.read(size))

    def _open(self, fingerprint: bytes) -> None:
        records = self._records()
        first = next(records, None)
        if first is None:
            self._file.seek(0)
            self._file.truncate()
            self._write(fingerprint)
            return
        if first[1] != fingerprint:
            raise OutputError(
                f"{self.path.parent}: holds a run with other data or options; "
                "repeat that command to resume it, or use --overwrite"
            )
        end = first[0] + len(first[1])
        for start, data in records:
            self._places[decode(data).index] = (start, len(data))
            end = start + len(data)
        self._file.truncate(end)

    def _write(self, data: bytes) -> None:
        record = memoryview(_HEAD.pack(len(data), zlib.crc32(data)) + data)
        try:
            while record:
                record = record[self._file.write(record) :]
        except OSError as error:
            raise output_error(self.path, error) from None

    def _records(self) -> Iterator[tuple[int, bytes]]:
        """(place of the data, data) of every whole record, up to the first that is torn or damaged."""
        place = 0
        while True:
            self._file.seek(place)
            head = self._file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            size, checksum = _HEAD.unpack(head)
            data = self._file.read(size)
            if len(data) < size or zlib.crc32(data) != checksum:
                return
            yield place + _HEAD.size, data
            place += _HEAD.size + size
