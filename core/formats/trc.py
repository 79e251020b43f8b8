"""TRC: labelled points as tab-separated text (Motion Analysis, OpenSim, OpenCap)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.base import Content, Format, Item, Match, ReadOptions
from core.formats.numbertext import cells_table, check_frame_count, spaced_table
from core.formats.upright import axes_by_body
from core.records import Axes, Float64, Origin, Points

__all__ = ["FORMAT"]

_TO_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "meters": 1000.0, "millimeters": 1.0}
_HEADER_ROWS = 5


def _sniff(path: Path, head: bytes) -> Match | None:  # noqa: ARG001 - the content says it
    return Match(True, "starts with PathFileType") if head.lstrip(b"\xef\xbb\xbf")[:12] == b"PathFileType" else None


def read(path: Path, options: ReadOptions) -> Content:
    """Labelled points of a TRC file as one :class:`Points` record in millimetres; empty cells are NaN.

    TRC does not state its axes: Y up is assumed unless the body stands along Z or ``options.axes`` says otherwise.
    Raises :class:`DataError` for a header that does not fit the data, unknown units, repeated labels, or a cell that
    is no number.
    """
    data = read_bytes(path)
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n", _HEADER_ROWS)
    if not lines[0].startswith(b"PathFileType") or len(lines) <= _HEADER_ROWS:
        raise DataError(
            "not a TRC file or cut off in its header", path=path, expected="PathFileType and five header rows"
        )
    header = [line.decode("utf-8", "replace").rstrip("\r\n") for line in lines[:_HEADER_ROWS]]
    settings = _settings(header, path)
    names = _labels(header[3], settings, path)
    table = _table(lines[_HEADER_ROWS], 2 + 3 * len(names), path)
    notes = check_frame_count(_count(settings, "NumFrames"), len(table), path)
    mm_per_unit, said = _mm_per_unit(settings, options, path)
    fps, told = _fps(settings, table[:, 1], options, path)
    xyz = (table[:, 2:].reshape(len(table), len(names), 3) * mm_per_unit).astype(np.float32)
    axes, shown = axes_by_body(xyz, names, Axes.WORLD_Y_UP, options.axes, "TRC")
    origin = Origin(str(path), sha256_hex(data), FORMAT.name)
    record = Points(xyz, names, fps, axes, origin, (*notes, *said, *told, *shown))
    facts = (("points", str(len(names))), ("units in file", settings.get("Units", "not stated")))
    return Content(FORMAT.name, path, origin.sha256, (Item(record),), facts)


def _settings(header: list[str], path: Path) -> dict[str, str]:
    """Rows two and three: keys and their values."""
    keys, values = header[1].split(), header[2].split()
    if "NumMarkers" not in keys or len(values) < len(keys):
        raise DataError("TRC header is damaged", path=path, expected="a value for each key of row two",
                        got=f"{len(keys)} keys, {len(values)} values")  # fmt: skip
    return dict(zip(keys, values, strict=False))


def _count(settings: dict[str, str], key: str) -> int | None:
    """A whole number of the header, None where it is absent or no number."""
    text = settings.get(key, "")
    return int(float(text)) if text.replace(".", "", 1).isdigit() else None


def _labels(row: str, settings: dict[str, str], path: Path) -> tuple[str, ...]:
    """Labels of the fourth row (each stands above three columns), their number checked against the header."""
    cells = row.split("\t") if "\t" in row else row.split()
    names = tuple(cell.strip() for cell in cells[2:] if cell.strip())
    if not names or len(names) != _count(settings, "NumMarkers"):
        raise DataError("TRC labels do not fit the header", path=path,
                        expected=f"NumMarkers = {settings['NumMarkers']}", got=f"{len(names)} labels")  # fmt: skip
    return names


def _table(text: bytes, n_columns: int, path: Path) -> Float64:
    """Frame, time and coordinates; by tabs, so that empty cells count, or by spaces where there are no tabs."""
    return cells_table(text, n_columns, path) if b"\t" in text else spaced_table(text, n_columns, path)


def _mm_per_unit(settings: dict[str, str], options: ReadOptions, path: Path) -> tuple[float, tuple[str, ...]]:
    if options.mm_per_unit is not None:
        return options.mm_per_unit, ()
    units = settings.get("Units", "").lower()
    if units not in _TO_MM:
        raise DataError("unknown TRC length unit", path=path, expected=" or ".join(_TO_MM), got=repr(units),
                        hint="State the factor to millimetres")  # fmt: skip
    return _TO_MM[units], () if _TO_MM[units] == 1 else (f"coordinates in {units} converted to mm",)


def _fps(settings: dict[str, str], time_s: Float64, options: ReadOptions, path: Path) -> tuple[float, tuple[str, ...]]:
    """DataRate, with a note where the time column runs at another rate."""
    try:
        fps = options.fps or float(settings.get("DataRate", ""))
    except ValueError:
        fps = 0.0
    if not (np.isfinite(fps) and fps > 0):
        raise DataError("TRC frame rate is not positive", path=path, expected="DataRate > 0",
                        got=settings.get("DataRate", "none"), hint="State the frame rate")  # fmt: skip
    span = time_s[-1] - time_s[0]
    by_time = (len(time_s) - 1) / span if span > 0 else fps
    if options.fps is None and abs(by_time / fps - 1) > 0.01:
        return fps, (f"DataRate says {fps:g} frames/s, the time column runs at {by_time:.4g}; DataRate is used",)
    return fps, ()


FORMAT = Format("trc", "TRC labelled points", (".trc",), "points", _sniff, read)
"""The TRC reader."""
