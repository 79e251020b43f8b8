"""Numbers out of the text of a motion file, quickly, and with the place of the first one that is wrong."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import polars as pl

from core.errors import DataError
from core.records import Float64

__all__ = ["cells_table", "check_frame_count", "spaced_table"]


def spaced_table(text: bytes, n_columns: int, path: Path) -> Float64:
    """(rows, n_columns) numbers separated by any white space.

    ``nan`` is a number here, a blank is nothing. Raises :class:`DataError` naming the frame of a word that is no
    number, or where the numbers do not fill whole rows.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            values = np.fromstring(text.decode("ascii"), sep=" ")
    except (ValueError, DeprecationWarning):
        raise _bad_word(text.split(), n_columns, path) from None
    if len(values) % n_columns:
        raise DataError("rows of numbers are incomplete", path=path, frame=len(values) // n_columns,
                        expected=f"{n_columns} in a row", got=f"{len(values) % n_columns} in the last")  # fmt: skip
    return values.reshape(-1, n_columns)


def cells_table(text: bytes, n_columns: int, path: Path) -> Float64:
    """(rows, n_columns) numbers of tab-separated cells; an empty cell, or one that a short row lacks, is NaN.

    Raises :class:`DataError` naming the frame of a cell that is no number, or of a row with more cells.
    """
    tidy = b"\n".join(line for line in text.replace(b" ", b"").splitlines() if line.strip())
    if not tidy:
        return np.empty((0, n_columns))
    schema = {f"c{i}": pl.Float64 for i in range(n_columns)}
    padded = tidy.replace(b"\n", b"\t" * n_columns + b"\n") + b"\t" * n_columns
    try:
        frame = pl.read_csv(io.BytesIO(padded), has_header=False, separator="\t", schema=schema, quote_char=None,
                            null_values=["NaN", "nan"], truncate_ragged_lines=True)  # fmt: skip
    except pl.exceptions.PolarsError:
        raise _bad_cell(tidy, n_columns, path) from None
    if tidy.count(b"\t") > 0 and _widest(tidy) > n_columns:
        raise _bad_cell(tidy, n_columns, path)
    return frame.fill_null(float("nan")).to_numpy()


def _widest(text: bytes) -> int:
    """Cells in the row with most, empty ones at its end not counted."""
    return max(row.rstrip(b"\t").count(b"\t") + 1 for row in text.split(b"\n"))


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _bad_word(words: list[bytes], n_columns: int, path: Path) -> DataError:
    """The error for the first of ``words`` that is no number."""
    index = next((i for i, word in enumerate(words) if not _is_number(word)), 0)
    expected = f"a number in column {index % n_columns + 1}"
    return DataError(
        "not a number", path=path, frame=index // n_columns, expected=expected, got=repr(words[index][:40])[1:]
    )


def _bad_cell(text: bytes, n_columns: int, path: Path) -> DataError:
    """The error for the first row of ``text`` with a cell too many or one that is no number."""
    for frame, row in enumerate(text.split(b"\n")):
        cells = row.rstrip(b"\t").split(b"\t")
        if len(cells) > n_columns:
            return DataError("a row has too many cells", path=path, frame=frame, expected=f"{n_columns} cells",
                             got=str(len(cells)))  # fmt: skip
        for column, cell in enumerate(cells, 1):
            if cell and not _is_number(cell):
                return DataError("not a number", path=path, frame=frame, expected=f"a number in column {column}",
                                 got=repr(cell[:40])[1:])  # fmt: skip
    return DataError("numbers cannot be read", path=path)


def check_frame_count(stated: int | None, found: int, path: Path) -> tuple[str, ...]:
    """Compare a header's number of frames with what is there: fewer is an error, more is a note."""
    if stated is not None and found < stated:
        raise DataError("file is truncated or its header is wrong", path=path,
                        expected=f"{stated} frames as the header says", got=str(found))  # fmt: skip
    if found == 0:
        raise DataError("file has no frames", path=path)
    if stated is not None and found > stated:
        return (f"the header says {stated} frames, {found} are in the file and all are used",)
    return ()
