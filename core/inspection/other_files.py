"""Naming files that are no motion: text, videos, pictures, tables, archives of other arrays."""

from __future__ import annotations

from pathlib import Path

from core.errors import DataError
from core.formats.arrays import npz_headers
from core.formats.describe import describe
from core.formats.registry import FORMATS

__all__ = ["name_other_file"]

_STRANGE = ("a numpy array", "binary data", "a pickle", "a large pickle")
"""Of these kinds motion is made: one that no format fits is at fault, not another kind of file."""


def name_other_file(path: Path) -> str | None:
    """What a file is that no format fits, or None where it should have been motion and its content is wrong.

    Raises :class:`DataError` for a damaged or dangerous file of a readable kind.
    """
    phrase = describe(path)
    if phrase.startswith(_STRANGE):
        return None
    if phrase.startswith("an archive of arrays"):
        arrays = [f"{name} {header.shape} {header.dtype}" for name, header in npz_headers(path).items()]
        return f"a numpy archive with the arrays {_listed(arrays)}" if arrays else None
    if not phrase.startswith("a text file"):
        return phrase
    if path.suffix.lower() == ".csv":
        return _csv(path)
    motion_suffixes = {suffix for known in FORMATS for suffix in known.suffixes}
    return None if path.suffix.lower() in motion_suffixes else phrase


def _csv(path: Path) -> str:
    """A table by its header row; a row of numbers is no header."""
    with path.open(encoding="utf-8", errors="replace") as file:
        columns = [name.strip().strip('"') for name in file.readline().split(",")]
        rows = sum(1 for line in file if line.strip())
    if len(columns) < 2 or not any(name[:1].isalpha() for name in columns):
        raise DataError("not a table with a header row", path=path, expected="names of columns in the first line")
    angles = sum(name.endswith("_deg") for name in columns) > len(columns) / 2
    return f"a CSV table{' of angles' * angles}, {rows} rows, columns {_listed(columns)}"


def _listed(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(name[:60] for name in names[:most]) + more
