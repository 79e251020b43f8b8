"""The project's own ``.npz``: one record with all that it means, readable by numpy alone.

Members: ``anglescope`` holds JSON (``kind``, ``version`` and every field that is no array) as text; each array field
is a plain member of its own name. Nothing in it needs a pickle.
"""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.errors import DataError
from core.files import write_atomic
from core.formats.arrays import load_npz
from core.formats.base import Content, Format, Item, Match, ReadOptions, Table
from core.formats.sniffing import has_member
from core.records import Angles, Camera, Origin, Points, Poses, Poses2D

__all__ = ["FORMATS", "write_native"]

_HEADER = "anglescope"
_VERSION = 1
_KINDS: dict[str, type] = {
    "poses": Poses, "points": Points, "poses2d": Poses2D, "angles": Angles, "table": Table, "camera": Camera,
}  # fmt: skip


def write_native(path: Path, record: Poses | Points | Poses2D | Angles | Table | Camera) -> None:
    """Write one record to ``path``, complete or not at all; equal records give equal bytes.

    Raises :class:`core.errors.OutputError` where ``path`` cannot be written.
    """
    kind = next(name for name, cls in _KINDS.items() if isinstance(record, cls))
    fields = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    arrays = {name: value for name, value in fields.items() if isinstance(value, np.ndarray)}
    rest = {name: value for name, value in fields.items() if name not in arrays}
    header = msgspec.json.encode({"kind": kind, "version": _VERSION, "fields": rest})
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **{_HEADER: np.array(header.decode())}, **arrays)
    write_atomic(path, buffer.getvalue())


def _sniff(path: Path, head: bytes) -> Match | None:
    return Match(True, "archive with the member anglescope") if has_member(path, head, _HEADER) else None


def _read(path: Path, options: ReadOptions) -> Content:
    """The record as it was written; its origin is the file that the numbers first came from."""
    del options  # the registry overrides fields
    arrays, sha256 = load_npz(path)
    kind, fields = _header(arrays.pop(_HEADER, np.array(0)), path)
    cls = _KINDS[kind]
    known = {field.name for field in dataclasses.fields(cls)}
    if not set(arrays) | set(fields) <= known:
        raise DataError("own archive holds unknown fields", path=path,
                        got=", ".join(sorted((set(arrays) | set(fields)) - known))[:80])  # fmt: skip
    try:
        record = cls(**_typed(fields), **arrays)
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise DataError(f"own archive is damaged ({error})", path=path) from None
    return Content(FORMAT.name, path, sha256, (Item(record),), (("kind", kind),))


def _header(member: np.ndarray[Any, Any], path: Path) -> tuple[str, dict[str, Any]]:
    """Kind and fields; files of a later version are refused, because their meaning is not known here."""
    try:
        header = msgspec.json.decode(str(member), type=dict[str, Any])
        kind, version, fields = header["kind"], header["version"], header["fields"]
    except (msgspec.MsgspecError, KeyError, RecursionError):
        raise DataError("own archive without a readable header", path=path) from None
    if not isinstance(version, int) or version > _VERSION:
        raise DataError("written by a later version of anglescope", path=path, expected=f"version {_VERSION}",
                        got=f"version {str(version)[:20]}")  # fmt: skip
    if kind not in _KINDS or not isinstance(fields, dict):
        raise DataError("own archive of an unknown kind", path=path, expected=" or ".join(_KINDS), got=str(kind)[:40])
    return kind, fields


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """JSON values as the records hold them: tuples for lists, an Origin for its dictionary."""
    typed: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
    if "origin" in typed:
        typed["origin"] = msgspec.convert(typed["origin"], Origin)
    return typed


FORMAT = Format("anglescope_npz", "anglescope's own archive", (".npz",), "poses", _sniff, _read)
FORMATS = (FORMAT,)
