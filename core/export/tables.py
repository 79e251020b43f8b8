"""Writers of records as tables, one row per frame: CSV for people and scripts, Parquet typed and with its meaning."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from core.angles.views import in_view
from core.conventions import ShoulderView, angles_in, column_names
from core.errors import DataError
from core.export.csvblock import format_csv
from core.files import write_atomic
from core.formats.base import Table
from core.records import Angles, Float32, Float64, Points

__all__ = ["Columns", "columns_of", "write_angles_csv", "write_columns_csv", "write_parquet", "write_points_csv"]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A record as columns: names with units, (T, N) values, time in seconds or None, and what a reader should know."""

    names: tuple[str, ...]
    values: Float32
    time_s: Float64 | None
    meaning: tuple[tuple[str, str], ...] = ()


def columns_of(
    record: Points | Angles | Table, fps: float | None = None, view: ShoulderView = ShoulderView.COMPONENTS
) -> Columns:
    """Columns of labelled points (``<label>_x_mm`` ...), of the twelve angles (``<name>_deg``) or of a table.

    fps : frame rate of angles; points and tables bring their own time. view : shoulder pair of angles.
    """
    if isinstance(record, Points):
        names = tuple(f"{name}_{axis}_mm" for name in record.names for axis in "xyz")
        meaning = {"axes": record.axes.value, "units": "mm", "format": record.origin.format,
                   "source": Path(record.origin.path).name, "source_sha256": record.origin.sha256}  # fmt: skip
        values = record.xyz_mm.reshape(record.n_frames, -1)
        return Columns(names, values, _time(record.n_frames, record.fps), _with_notes(meaning, record.notes))
    if isinstance(record, Angles):
        conventions = {a.name: f"{a.sequence}; positive: {a.positive}; zero: {a.zero}" for a in angles_in(view)}
        meaning = {"method": record.method, "units": "deg", "shoulder_view": view.value,
                   "conventions": json.dumps(conventions)}  # fmt: skip
        values = in_view(record, view)
        return Columns(column_names(view), values, _time(record.n_frames, fps), _with_notes(meaning, record.notes))
    names = tuple(f"{name}_{unit}" if unit else name for name, unit in zip(record.names, record.units, strict=True))
    return Columns(names, record.values, record.time_s, _with_notes({}, record.notes))


def _time(n_frames: int, fps: float | None) -> Float64 | None:
    return None if fps is None else np.arange(n_frames, dtype=np.float64) / fps


def _with_notes(meaning: dict[str, str], notes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((meaning | ({"notes": json.dumps(notes)} if notes else {})).items())


def write_angles_csv(path: Path, angles: Angles, fps: float, view: ShoulderView = ShoulderView.COMPONENTS) -> None:
    """``frame,time_s,`` and the twelve angles in degrees; empty cell = undefined, four decimals, written atomically.

    Raises :class:`core.errors.OutputError` where the file cannot be written.
    """
    write_columns_csv(path, columns_of(angles, fps, view))


def write_points_csv(path: Path, points: Points) -> None:
    """``frame,time_s,`` and x, y, z of each label in mm; empty cell = missing. Without a frame rate no ``time_s``."""
    write_columns_csv(path, columns_of(points))


def write_columns_csv(path: Path, columns: Columns) -> None:
    """Columns as CSV with four decimals, ``frame`` counted from 0 first; raises :class:`core.errors.OutputError`."""
    header: list[str] = ["frame", *columns.names]
    values: Float32 | Float64 = columns.values
    if columns.time_s is not None:
        header.insert(1, "time_s")
        values = np.concatenate((columns.time_s[:, None], columns.values), axis=1, dtype=np.float64)
    write_atomic(path, format_csv(header, [np.arange(len(values))], values))


def write_parquet(path: Path, columns: Columns) -> None:
    """Columns as Parquet: ``frame`` int32, ``time_s`` float64, the rest float32, null = undefined.

    The meaning (units, axes, conventions, source and its hash, notes) goes into the file's key-value metadata.
    Raises :class:`DataError` for names that repeat, :class:`core.errors.OutputError` where it cannot be written.
    """
    names = list(columns.names)
    if len(set(names)) < len(names) or {"frame", "time_s"} & set(names):
        raise DataError("two columns would have one name", expected="unique column names, not frame or time_s")
    frames = {"frame": pl.Series(np.arange(len(columns.values), dtype=np.int32))}
    times = {} if columns.time_s is None else {"time_s": pl.Series(columns.time_s)}
    numbers = {name: pl.Series(np.ascontiguousarray(columns.values[:, k])) for k, name in enumerate(names)}
    buffer = io.BytesIO()
    table = pl.DataFrame(frames | times | numbers).fill_nan(None)
    table.write_parquet(buffer, metadata={f"anglescope_{key}": text for key, text in columns.meaning})
    write_atomic(path, buffer.getvalue())
