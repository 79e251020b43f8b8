"""Numbers out of the text of a motion file, quickly, and with the place of the first one that is wrong."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.records import Float64

__all__ = ["LARGEST", "cells_table", "check_frame_count", "spaced_table"]

LARGEST = 1e30
"""Beyond any measure, and safe to scale in single precision."""


def spaced_table(text: bytes, n_columns: int, path: Path) -> Float64:
    """(rows, n_columns) numbers separated by any white space.

    ``nan`` is a number here, a blank is nothing. Raises :class:`DataError` naming the frame of a word that is no
    number or beyond :data:`LARGEST`, or where the numbers do not fill whole rows.
    """
    if not text.strip():
        return np.empty((0, n_columns))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            values = np.fromstring(text.decode("ascii"), sep=" ")
    except (ValueError, DeprecationWarning):
        raise _bad_word(text.split(), n_columns, path) from None
    if len(values) % n_columns:
        raise DataError("rows of numbers are incomplete", path=path, frame=len(values) // n_columns,
                        expected=f"{n_columns} in a row", got=f"{len(values) % n_columns} in the last")  # fmt: skip
    unusable = np.abs(values) > LARGEST
    if unusable.any():
        at = int(unusable.argmax())
        raise DataError("infinite or absurd value", path=path, frame=at // n_columns,
                        expected=f"numbers below {LARGEST:g}", got=f"{values[at]:g}")  # fmt: skip
    return values.reshape(-1, n_columns)


def cells_table(text: bytes, n_columns: int, path: Path) -> Float64:
    """(rows, n_columns) numbers of tab-separated cells; an empty cell, or one that a short row lacks, is NaN.

    Raises :class:`DataError` naming the frame of a cell that is no number, or of a row with more cells.
    """
    rows = [row.rstrip(b"\t") for row in text.replace(b" ", b"").splitlines()]
    rows = [row for row in rows if row]
    lacking = [n_columns - 1 - row.count(b"\t") for row in rows]
    if min(lacking, default=0) < 0:
        frame = next(k for k, lack in enumerate(lacking) if lack < 0)
        raise DataError("a row has too many cells", path=path, frame=frame, expected=str(n_columns),
                        got=str(n_columns - lacking[frame]))  # fmt: skip
    filled = b"".join(b"\t" + row + b"\tnan" * lack + b"\t\n" for row, lack in zip(rows, lacking, strict=True))
    for _ in range(2):  # neighbouring gaps share the tab between them
        filled = filled.replace(b"\t\t", b"\tnan\t")
    return spaced_table(filled, n_columns, path)


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
