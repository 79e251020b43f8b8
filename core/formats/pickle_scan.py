"""Reads the opcodes of a pickle without running them: all must be known, complete, and modest in memory."""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import DataError

__all__ = ["scan_opcodes"]

_NO_ARGUMENT = b"(012NRabd}el]st)uoQ\x81\x92\x85\x86\x87\x88\x89\x93\x94"
"""Marks, stack moves, None, booleans, containers, names, REDUCE, BUILD, MEMOIZE. Opcodes that make instances or
refer outside pass here, because the unpickler then refuses them by the name they ask for.

Left out, so refused: EXT (names from a registry that the unpickler would not be asked about), sets, out-of-band
buffers.
"""
_FIXED = rb"|[Khq\x80].|M..|[Jj].{4}|[G\x95].{8}"
_FIXED_OPCODES = b"Khq\x80MJjG\x95r"
_COUNT_BYTES = {b"\x8a": 1, b"\x8b": 4, b"U": 1, b"T": 4, b"\x8c": 1, b"X": 4, b"\x8d": 8, b"C": 1, b"B": 4,
                b"\x8e": 8, b"\x96": 8}  # fmt: skip
"""Opcodes followed by a length and that many bytes -> width of the length."""
_LINES = {b"c": 2, b"I": 1, b"L": 1, b"F": 1, b"S": 1, b"V": 1, b"p": 1, b"g": 1,
          b"i": 2, b"P": 1}  # fmt: skip
"""Opcodes of the text protocol -> number of lines that follow."""
_STOP = b"."
_LONGEST_INTEGER = 64


def scan_opcodes(data: bytes, path: Path, start: int = 0) -> int:
    """Walk the whole program from ``start`` up to its STOP; returns the position after it.

    Raises :class:`DataError` for an opcode outside the allow-list, a program cut short, and a memo index larger
    than the file could need (the standard unpickler would allocate a table of that size).
    """
    run = _run_pattern(len(data))
    at = start
    while True:
        at = run.match(data, at).end()  # type: ignore[union-attr]  # zero repeats always match
        opcode = data[at : at + 1]
        if opcode == _STOP:
            return at + 1
        if opcode in _COUNT_BYTES:
            at = _after_counted(data, at, _COUNT_BYTES[opcode], path)
        elif opcode in _LINES:
            at = _after_lines(data, at, path)
        elif not run.match(data, at).end() > at:  # type: ignore[union-attr]
            raise _unreadable(data, at, path)


def _run_pattern(n_bytes: int) -> re.Pattern[bytes]:
    """A pattern that swallows runs of opcodes without own data; bounds LONG_BINPUT (``r``) by the file's size."""
    if n_bytes < 1 << 24:
        put = rb"|r..[\x00-" + re.escape(bytes([n_bytes >> 16])) + rb"]\x00"
    else:
        put = rb"|r...[\x00-" + re.escape(bytes([min(n_bytes >> 24, 255)])) + rb"]"
    return re.compile(rb"(?:[" + re.escape(_NO_ARGUMENT) + rb"]" + _FIXED + put + rb"){0,10000}+", re.DOTALL)


def _after_counted(data: bytes, at: int, width: int, path: Path) -> int:
    """Position after an opcode with a length and its bytes."""
    start = at + 1 + width
    length = int.from_bytes(data[at + 1 : start], "little")
    if data[at] in b"\x8a\x8b" and length > _LONGEST_INTEGER:
        raise DataError("pickle holds an integer of absurd length; nothing was run", path=path)
    if start + length >= len(data):
        raise _truncated(path)
    return start + length


def _after_lines(data: bytes, at: int, path: Path) -> int:
    """Position after an opcode of the text protocol; a memo index must be one the file could need."""
    end = at
    for _ in range(_LINES[data[at : at + 1]]):
        end = data.find(b"\n", end) + 1
        if not end:
            raise _truncated(path)
    if data[at : at + 1] == b"p":
        index = data[at + 1 : end].strip()
        if len(index) > 10 or not index.isdigit() or int(index) > len(data):
            raise DataError("pickle asks for a table larger than the file; nothing was run", path=path)
    return end


def _unreadable(data: bytes, at: int, path: Path) -> DataError:
    """Why no opcode could be read at ``at``: end of data, a huge memo index, or an opcode not allowed."""
    if at >= len(data) or (len(data) - at < 9 and data[at] in _FIXED_OPCODES):
        return _truncated(path)
    if data[at : at + 1] == b"r":
        return DataError("pickle asks for a table larger than the file; nothing was run", path=path)
    return DataError(f"pickle uses opcode 0x{data[at]:02x} at byte {at}, which plain arrays and containers do not "
                     "need; nothing was run", path=path)  # fmt: skip


def _truncated(path: Path) -> DataError:
    return DataError("pickle ends in the middle; the file is truncated", path=path)
