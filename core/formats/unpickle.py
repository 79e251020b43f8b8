"""A pickle reader that can build numpy arrays and plain containers, and nothing else.

A pickle is a program. Two fences stand before it runs: the opcodes are read first and must all be known harmless
ones (this also bounds the memo table, whose size a file may otherwise choose freely); then every name that the
program asks for is looked up in a table of our own builders, never imported. The builders are fixed objects that
cannot be altered by the program, and what they build is bounded by the size of the file. Numpy's own unpickling
of dtypes is not used: a forged dtype state can turn raw bytes into object pointers.

Allowed names are those of plain numpy pickles: ``ndarray``, ``dtype``, ``_reconstruct``, ``scalar``,
``_frombuffer`` (of ``numpy.core`` and ``numpy._core``) and ``_codecs.encode`` (bytes written for Python 2).
"""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.formats.pickle_scan import scan_opcodes

__all__ = ["array_in", "label_in", "load_pickle"]

_DESCR = re.compile(r"[<>=|]?([biufcSUO])[0-9]*")
_BROKEN = (pickle.UnpicklingError, EOFError, TypeError, ValueError, AttributeError, LookupError, OverflowError,
           MemoryError, RecursionError)  # fmt: skip
"""What the standard unpickler raises for a malformed program."""


class _RefusedError(Exception):
    """The program asks for something outside the table; the text says for what."""


class _Builder:
    """A callable that a pickle program may use but not change: no state, no attributes to set."""

    __slots__ = ("_build",)

    def __init__(self, build: Callable[..., object]) -> None:
        self._build = build

    def __call__(self, *args: object) -> object:
        return self._build(*args)

    def __setstate__(self, state: object) -> None:
        raise _RefusedError("a changed builder")


class _NdarrayName:
    """Stands for the class ``numpy.ndarray`` as the first argument of ``_reconstruct``; cannot be called."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None:
        raise _RefusedError("a changed array class")


class _Dtype:
    """A simple dtype: one kind, one byte order, no fields, no sub-arrays."""

    __slots__ = ("dtype",)

    def __init__(self, descr: object, *_align_copy: object) -> None:
        text = descr.decode("latin1") if isinstance(descr, bytes) else descr
        if not isinstance(text, str) or not _DESCR.fullmatch(text):
            raise _RefusedError("an array type other than numbers, text or plain objects")
        self.dtype: np.dtype[Any] = np.dtype(text)

    def __setstate__(self, state: object) -> None:
        if not isinstance(state, tuple) or len(state) < 5 or any(part is not None for part in state[2:5]):
            raise _RefusedError("an array type with fields")
        if state[1] in (">", b">"):
            self.dtype = self.dtype.newbyteorder(">")


class _Budget:
    """Bytes of arrays that may still be built; a program can otherwise reuse one buffer without end."""

    __slots__ = ("left",)

    def __init__(self, file_bytes: int) -> None:
        self.left = 8 * file_bytes + 65536  # a None in an object array: 1 byte in the file, 8 in memory

    def spend(self, n_bytes: int) -> None:
        self.left -= n_bytes
        if self.left < 0:
            raise _RefusedError("arrays far larger than the file")


class _Array(np.ndarray[Any, Any]):
    """An array while it is unpickled: only its validated state reaches numpy. ``np.asarray`` gives the plain array."""

    __slots__ = ("_budget",)
    _budget: _Budget

    def __setstate__(self, state: Any) -> None:
        *_version, shape, dtype, fortran, data = state
        kind = _real_dtype(dtype)
        size = _checked_size(shape, kind, self._budget)
        if type(data) is str:
            data = data.encode("latin1")
        if kind.hasobject:
            if type(data) is not list or len(data) != size:
                raise ValueError("object array state")
        elif type(data) is not bytes or len(data) != size * kind.itemsize:
            raise ValueError("array data of another length than its shape")
        super().__setstate__((1, shape, kind, bool(fortran), data))  # type: ignore[arg-type]


def _real_dtype(value: object) -> np.dtype[Any]:
    if type(value) is not _Dtype or not value.dtype.itemsize:
        raise ValueError("array type")
    return value.dtype


def _checked_size(shape: object, dtype: np.dtype[Any], budget: _Budget) -> int:
    """Number of elements of ``shape``; lengths count as 1 at least, so that (10**12, 0) is refused as well."""
    if type(shape) is not tuple or len(shape) > 32:
        raise ValueError("array shape")
    size, cost = 1, dtype.itemsize
    for n in shape:
        if type(n) is not int or n < 0:
            raise ValueError("array shape")
        size *= n
        cost *= n or 1
    budget.spend(cost)
    return size


def _encode(text: object, encoding: object = None) -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise _RefusedError("_codecs.encode with another coding than latin1")
    return text.encode("latin1")


def _scalar(dtype: object, data: object = None) -> object:
    kind = _real_dtype(dtype)
    raw = data.encode("latin1") if isinstance(data, str) else data
    if kind.hasobject or not isinstance(raw, bytes) or len(raw) != kind.itemsize:
        raise ValueError("scalar state")
    return np.frombuffer(raw, kind)[0]


class _Table:
    """The only names a program can reach, with one budget for all arrays of one file."""

    def __init__(self, budget: _Budget) -> None:
        self._budget = budget
        array_class = _NdarrayName()
        in_core = {
            "multiarray._reconstruct": _Builder(self._reconstruct),
            "multiarray.scalar": _Builder(_scalar),
            "numeric._frombuffer": _Builder(self._frombuffer),
        }
        self.names: dict[str, object] = {
            f"{core}.{name}": builder for core in ("numpy.core", "numpy._core") for name, builder in in_core.items()
        }
        self.names |= {"numpy.ndarray": array_class, "numpy.dtype": _Builder(_Dtype)}
        self.names["_codecs.encode"] = _Builder(_encode)

    def _reconstruct(self, cls: object, shape: object, typecode: object) -> _Array:
        if not isinstance(cls, _NdarrayName) or shape != (0,) or typecode not in (b"b", "b"):
            raise _RefusedError("an array of another class than numpy.ndarray")
        array = _Array(0, np.int8)
        array._budget = self._budget
        return array

    def _frombuffer(self, buffer: object, dtype: object, shape: object, order: object) -> _Array:
        if not isinstance(buffer, bytes | bytearray) or order not in ("C", "F") or _real_dtype(dtype).hasobject:
            raise ValueError("array buffer")
        array = self._reconstruct(self.names["numpy.ndarray"], (0,), b"b")
        array.__setstate__((shape, dtype, order == "F", bytes(buffer)))
        return array


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="latin1")
        self._table = _Table(_Budget(len(data)))

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self._table.names[f"{module}.{name}"]
        except KeyError:
            raise _RefusedError(f"{module}.{name}") from None

    def persistent_load(self, _pid: object) -> Any:
        raise _RefusedError("a reference to something outside the file")


def load_pickle(data: bytes, path: Path) -> object:
    """The object in a pickle of arrays and plain containers; nothing of the file is run.

    data : all bytes of the pickle; path : the file, for messages. Protocols 0 to 5; text of Python 2 pickles is
    read as latin-1. Arrays come as (a subclass of) ``numpy.ndarray``: pass them through ``np.asarray``.
    Raises :class:`DataError` for anything but dict, list, tuple, str, bytes, numbers, None and numpy arrays,
    dtypes and scalars (naming what was refused), and for a truncated or malformed pickle.
    """
    try:
        scan_opcodes(data, path)
        return _Unpickler(data).load()
    except _RefusedError as refused:
        what = f"pickle holds {_printable(str(refused))}, which could run code or exhaust memory; nothing was run"
        raise DataError(what, path=path, expected="numpy arrays and plain containers only") from None
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


def _printable(text: str) -> str:
    """At most 120 printable characters of a text that the file may have chosen."""
    return "".join(c if c.isprintable() else "?" for c in text[:120])
