"""A comment in a GIF, which FFmpeg's writer leaves out: put in on the way to the file.

Layout after the GIF89a specification (CompuServe, 1990): six bytes of signature, seven of the screen with a flag and
the size of the colour table that may follow; a comment is an extension of sub-blocks of up to 255 bytes.
"""

from __future__ import annotations

from typing import BinaryIO

__all__ = ["Commented"]

_HEAD = 13
_FLAGS_AT, _HAS_TABLE, _TABLE_BITS = 10, 0x80, 0x07
_COMMENT = b"\x21\xfe"
_BLOCK = 255


class Commented:
    """Passes what is written on to a file, and puts the comment between the head of the GIF and all else.

    Cannot seek, which a GIF does not need.
    """

    def __init__(self, file: BinaryIO, comment: bytes) -> None:
        self._file, self._comment = file, comment
        self._head: bytes | None = b""

    def write(self, data: bytes) -> int:
        """Pass on; the head waits until all of it is there."""
        data = bytes(data)
        if self._head is None:
            self._file.write(data)
            return len(data)
        self._head += data
        end = _head_length(self._head)
        if end is not None:
            self._file.write(self._head[:end] + _extension(self._comment) + self._head[end:])
            self._head = None
        return len(data)


def _head_length(data: bytes) -> int | None:
    """Bytes before the first extension, or None where they are not all there."""
    if len(data) < _HEAD:
        return None
    flags = data[_FLAGS_AT]
    table = 3 * 2 ** ((flags & _TABLE_BITS) + 1) if flags & _HAS_TABLE else 0
    return _HEAD + table if len(data) >= _HEAD + table else None


def _extension(comment: bytes) -> bytes:
    blocks = (comment[i : i + _BLOCK] for i in range(0, len(comment), _BLOCK))
    return _COMMENT + b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00"
