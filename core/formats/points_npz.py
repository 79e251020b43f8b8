"""An ``.npz`` of named points, one (T, 3) array per point, as motion software exports joint centres.

Other members of the archive (rotations, scalars) are not points; they are named in the notes and left out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import DataError
from core.formats.arrays import floating, load_npz, npz_headers
from core.formats.arrays import is_zip as _is_zip
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.upright import axes_by_body
from core.records import Axes, Float32, Origin, Points

__all__ = ["FORMATS"]

_AT_LEAST = 3
_METRES_BELOW = 10.0


def _point_names(path: Path) -> list[str]:
    """Members of shape (T, 3) and floating type that share the most common T."""
    lengths = {
        name: header.shape[0]
        for name, header in npz_headers(path).items()
        if len(header.shape) == 2 and header.shape[1] == 3 and header.dtype.kind == "f"
    }
    counts = list(lengths.values())
    usual = max(counts, key=counts.count, default=0)
    return [name for name, n in lengths.items() if n == usual and n > 0]


def _sniff(path: Path, head: bytes) -> Match | None:
    if not _is_zip(head):
        return None
    try:
        names = _point_names(path)
    except DataError:
        return None
    return Match(False, f"archive with {len(names)} arrays of shape (T, 3)") if len(names) >= _AT_LEAST else None


def _read(path: Path, options: ReadOptions) -> Content:
    """(T, K, 3) labelled points; unit and axes as the body shows."""
    names = _point_names(path)
    others = sorted(set(npz_headers(path)) - set(names))
    if not names:
        raise DataError("archive holds no points", path=path, expected="arrays of shape (T, 3)")
    arrays, sha256 = load_npz(path, only=names)
    xyz = np.stack([floating(arrays[name], (None, 3), path, name) for name in names], axis=1)
    factor, unit_note = _factor(xyz, options)
    xyz_mm = xyz * np.float32(factor)
    axes, axes_notes = axes_by_body(xyz_mm, names, Axes.WORLD_Z_UP, options.axes, "an archive of points")
    left_out = (f"{len(others)} member(s) are no points and were left out: {', '.join(others[:12])}",) if others else ()
    record = Points(xyz_mm, tuple(names), None, axes, Origin(str(path), sha256, FORMAT.name),
                    (unit_note, *axes_notes, *left_out, "the file does not say its frame rate"))  # fmt: skip
    return Content(FORMAT.name, path, sha256, (Item(record),), (("points", str(len(names))),))


def _factor(xyz: Float32, options: ReadOptions) -> tuple[float, str]:
    """Factor to millimetres: a body's points spread over less than 10 units only in metres."""
    if options.mm_per_unit is not None:
        return options.mm_per_unit, f"units multiplied by {options.mm_per_unit:g}, as stated"
    known = ~np.isnan(xyz)
    spread = np.max(xyz, axis=1, where=known, initial=-np.inf) - np.min(xyz, axis=1, where=known, initial=np.inf)
    spread = spread[np.isfinite(spread)]
    metres = len(spread) > 0 and float(np.max(spread)) < _METRES_BELOW
    return (1000.0, "metres multiplied by 1000") if metres else (1.0, "taken as millimetres, by the size of the body")


FORMAT = Format("points_npz", "labelled points (archive of arrays)", (".npz",), "points", _sniff, _read)
FORMATS = (FORMAT,)
