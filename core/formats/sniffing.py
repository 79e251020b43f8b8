"""Looking at a file without reading all of it: names in an archive, keys of a JSON file, first byte of a pickle."""

from __future__ import annotations

from pathlib import Path

import msgspec

from core.errors import DataError
from core.files import read_bytes
from core.formats.arrays import is_zip, npz_headers

__all__ = ["WORTH_PARSING", "has_member", "is_pickle", "json_keys"]

WORTH_PARSING = 256 << 20
"""Bytes of the largest file that is looked into as a whole to learn what it is."""


def has_member(path: Path, head: bytes, *names: str) -> bool:
    """True for a readable ``.npz`` that holds all of these members."""
    if not is_zip(head):
        return False
    try:
        return set(names) <= set(npz_headers(path))
    except DataError:
        return False


def is_pickle(head: bytes) -> bool:
    """True where a file begins like a pickle of protocol 2 to 5, or like a container of the text protocols."""
    return (head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")) or head[:3] in (b"(dp", b"(lp")


def json_keys(path: Path, head: bytes) -> frozenset[str]:
    """Keys of the object, or of the first object of the list, that a JSON file holds; empty for anything else.

    Values are skipped, not built. Files above 256 MiB are not looked into.
    """
    if head.lstrip()[:1] not in (b"{", b"["):
        return frozenset()
    try:
        value = msgspec.json.decode(read_bytes(path, WORTH_PARSING), type=dict[str, msgspec.Raw] | list[msgspec.Raw])
        if isinstance(value, list):
            value = msgspec.json.decode(value[0], type=dict[str, msgspec.Raw]) if value else {}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, DataError):
        return frozenset()
    return frozenset(value)
