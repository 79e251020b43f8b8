"""A pickle reader that can build numpy arrays and plain containers, and nothing else.

A pickle is a program. Two fences stand before it runs: the opcodes are read first and must all be known harmless
ones (this also bounds the memo table, whose size a file may otherwise choose freely); then every name that the
program asks for is looked up in a table of our own builders (:mod:`core.formats.pickle_table`), never imported.

Allowed names are those of plain numpy pickles: ``ndarray``, ``dtype``, ``_reconstruct``, ``scalar``,
``_frombuffer`` (of ``numpy.core`` and ``numpy._core``) and ``_codecs.encode`` (bytes written for Python 2).
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.formats.pickle_scan import scan_opcodes
from core.formats.pickle_table import Budget, NumpyTable, RefusedError

__all__ = ["array_in", "label_in", "load_pickle", "run_pickle", "shown"]

_BROKEN = (pickle.UnpicklingError, EOFError, TypeError, ValueError, AttributeError, LookupError, OverflowError,
           MemoryError, RecursionError)  # fmt: skip
"""What the standard unpickler raises for a malformed program."""


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, table: NumpyTable) -> None:
        super().__init__(io.BytesIO(data), encoding="latin1")
        self._table = table

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self._table.names[f"{module}.{name}"]
        except KeyError:
            raise RefusedError(f"{module}.{name}") from None

    def persistent_load(self, pid: object) -> Any:
        return self._table.refer(pid)


def load_pickle(data: bytes, path: Path) -> object:
    """The object in a pickle of arrays and plain containers; nothing of the file is run.

    data : all bytes of the pickle; path : the file, for messages. Protocols 0 to 5; text of Python 2 pickles is
    read as latin-1. Arrays come as (a subclass of) ``numpy.ndarray``: pass them through ``np.asarray``.
    Raises :class:`DataError` for anything but dict, list, tuple, str, bytes, numbers, None and numpy arrays,
    dtypes and scalars (naming what was refused), and for a truncated or malformed pickle.
    """
    return run_pickle(data, path, NumpyTable(Budget(len(data))))


def run_pickle(data: bytes, path: Path, table: NumpyTable) -> object:
    """As :func:`load_pickle`, with another table of what may be built."""
    try:
        scan_opcodes(data, path)
        return _Unpickler(data, table).load()
    except RefusedError as refused:
        what = f"pickle holds {_printable(str(refused))}, which could run code or exhaust memory; nothing was run"
        raise DataError(what, path=path, expected=f"{table.holds} only") from None
    except _BROKEN as error:
        raise DataError(f"damaged pickle ({_printable(str(error)) or type(error).__name__})", path=path) from None


def array_in(value: object, what: str, path: Path) -> NDArray[Any]:
    """``value`` of an unpickled container as a plain array.

    Raises :class:`DataError` for anything but an array: converting nested lists could need memory without bound,
    because a pickle may hold one list many times within another.
    """
    if not isinstance(value, np.ndarray):
        raise DataError(f"{what} is no array", path=path, expected="a numpy array", got=type(value).__name__)
    return np.asarray(value)


def label_in(value: object) -> str:
    """A key or name of an unpickled container as short text; only the type of what is neither text nor number."""
    return str(value)[:80] if isinstance(value, str | int | np.str_ | np.integer) else type(value).__name__


def shown(value: object) -> str:
    """As :func:`label_in`, with what cannot be printed replaced: the file may have chosen it."""
    return _printable(label_in(value))


def _printable(text: str) -> str:
    """At most 120 printable characters of a text that the file may have chosen."""
    return "".join(c if c.isprintable() else "?" for c in text[:120])
