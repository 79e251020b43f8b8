"""All formats, which of them a file is, and the one way to read a file.

Detection looks at content; the ending of a name decides nothing. A format named by the user always wins. A file that
fits several formats equally well is asked about, not guessed.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import AmbiguousFileError, DataError, UsageError
from core.formats import (
    ap3d,
    ap3d_pickle,
    bvh,
    c3d,
    cameras_pickle,
    coco,
    detections,
    h36m_npz,
    h36m_pickle,
    mmpose,
    mmpose_2d,
    mot,
    motionbert,
    native,
    points_npz,
    poses_npy,
    reconstruction,
    trc,
    videopose3d,
)
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.describe import array_shapes, describe
from core.records import Axes, Scale
from core.skeleton import rig_named

__all__ = ["FORMATS", "candidates", "detect", "format_named", "read"]

FORMATS: tuple[Format, ...] = (
    *ap3d.FORMATS,
    *ap3d_pickle.FORMATS,
    *videopose3d.FORMATS,
    *motionbert.FORMATS,
    *h36m_pickle.FORMATS,
    *mmpose.FORMATS,
    *mmpose_2d.FORMATS,
    *h36m_npz.FORMATS,
    *reconstruction.FORMATS,
    *detections.FORMATS,
    *coco.FORMATS,
    *cameras_pickle.FORMATS,
    c3d.FORMAT,
    trc.FORMAT,
    bvh.FORMAT,
    mot.FORMAT,
    *native.FORMATS,
    *poses_npy.FORMATS,
    *points_npz.FORMATS,
)
"""Every format that can be read, the named ones before the plain arrays."""

_HEAD_BYTES = 8192


def format_named(name: str) -> Format:
    """The format of that name; :class:`UsageError` lists the known ones otherwise."""
    for known in FORMATS:
        if known.name == name:
            return known
    raise UsageError(f"unknown format {name!r}; known: {', '.join(known.name for known in FORMATS)}")


def candidates(path: Path) -> list[tuple[Format, Match]]:
    """Formats that the content of ``path`` fits, sure ones first.

    Raises :class:`DataError` for a file that is missing, unreadable or empty.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=path) from None
    if not head:
        raise DataError("file is empty", path=path)
    found = [(known, match) for known in FORMATS if (match := known.sniff(path, head)) is not None]
    return sorted(found, key=lambda pair: not pair[1].sure)


def detect(path: Path) -> Format:
    """The one format that ``path`` is: the only sure one, or the only possible one where none is sure.

    Raises :class:`AmbiguousFileError` naming the candidates, and :class:`DataError` that says what the file looks
    like where none fits.
    """
    found = candidates(path)
    best = [known for known, match in found if match.sure] or [known for known, _ in found]
    if not best:
        raise DataError(f"no known format; it looks like {describe(path)}", path=path, expected=array_shapes(path))
    if len(best) > 1:
        names = ", ".join(f"{known.name} ({match.why})" for known, match in found if known in best)
        raise AmbiguousFileError(f"fits several formats: {names}", path=path,
                                 hint=f"Pass --format {best[0].name}, or another of them")  # fmt: skip
    return best[0]


def read(path: Path, format: str | None = None, options: ReadOptions | None = None) -> Content:  # noqa: A002
    """Read a file, in the named format or the detected one, and apply what the user states about it.

    ``options`` override what the file says, on every record that has the field. Raises :class:`DataError` for the
    file's faults (always with its path), :class:`UsageError` for options that make no sense.
    """
    stated = options or ReadOptions()
    _check(stated)
    chosen = format_named(format) if format is not None else detect(path)
    try:
        return _overridden(chosen.read(path, stated), stated)
    except DataError as error:
        if error.path is not None:
            raise
        raise type(error)(error.what, path=path, frame=error.frame, expected=error.expected, got=error.got,
                          hint=error.hint) from None  # fmt: skip


def _check(options: ReadOptions) -> None:
    """Refuse stated values that mean nothing, before any file is opened."""
    for name, kind in (("axes", Axes), ("scale", Scale)):
        value = getattr(options, name)
        if value is not None and value not in tuple(kind):
            raise UsageError(f"unknown {name} {value!r}; known: {', '.join(kind)}")
    if options.rig is not None:
        rig_named(options.rig)
    for name in ("fps", "mm_per_unit"):
        number = getattr(options, name)
        if number is not None and not (np.isfinite(number) and number > 0):
            raise UsageError(f"{name} must be a positive number, got {number}")
    if options.size_px is not None and min(options.size_px) <= 0:
        raise UsageError(f"picture size must be positive, got {options.size_px}")


def _overridden(content: Content, options: ReadOptions) -> Content:
    """The content with the stated values in every record that has such a field, and a note for each."""
    stated = {
        name: value
        for name in ("fps", "axes", "scale", "rig", "normalisation", "size_px")
        if (value := getattr(options, name)) is not None
    }
    if not stated:
        return content
    return dataclasses.replace(content, items=tuple(_item_with(item, stated) for item in content.items))


def _item_with(item: Item, stated: dict[str, Any]) -> Item:
    record: Any = item.record
    own = {field.name for field in dataclasses.fields(record)}
    changes = {name: value for name, value in stated.items() if name in own and getattr(record, name) != value}
    if not changes:
        return item
    if "notes" in own:
        changes["notes"] = (*record.notes, *(f"{name} as stated: {changes[name]}" for name in list(changes)))
    return dataclasses.replace(item, record=dataclasses.replace(record, **changes))
