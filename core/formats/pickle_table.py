"""What a pickle program may build: a table of our own builders in place of everything that it could import.

The builders are fixed objects that a program cannot alter, and what they build is bounded by the size of the file.
Numpy's own unpickling of dtypes is not used: a forged dtype state can turn raw bytes into object pointers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["Budget", "Builder", "NumpyTable", "RefusedError"]

_DESCR = re.compile(r"[<>=|]?([biufcSUO])[0-9]*")


class RefusedError(Exception):
    """The program asks for something outside the table; the text says for what."""


class Builder:
    """A callable that a pickle program may use but not change: no state, no attributes to set."""

    __slots__ = ("_build",)

    def __init__(self, build: Callable[..., object]) -> None:
        self._build = build

    def __call__(self, *args: object) -> object:
        """What is built from the program's arguments; any of the errors that the unpickler takes for damage."""
        return self._build(*args)

    def __setstate__(self, state: object) -> None:
        raise RefusedError("a changed builder")


class _NdarrayName:
    """Stands for the class ``numpy.ndarray`` as the first argument of ``_reconstruct``; cannot be called."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None:
        raise RefusedError("a changed array class")


class _Dtype:
    """A simple dtype: one kind, one byte order, no fields, no sub-arrays."""

    __slots__ = ("dtype",)

    def __init__(self, descr: object, *_align_copy: object) -> None:
        text = descr.decode("latin1") if isinstance(descr, bytes) else descr
        if not isinstance(text, str) or not _DESCR.fullmatch(text):
            raise RefusedError("an array type other than numbers, text or plain objects")
        self.dtype: np.dtype[Any] = np.dtype(text)

    def __setstate__(self, state: object) -> None:
        if not isinstance(state, tuple) or len(state) < 5 or any(part is not None for part in state[2:5]):
            raise RefusedError("an array type with fields")
        if state[1] in (">", b">"):
            self.dtype = self.dtype.newbyteorder(">")


class Budget:
    """Bytes that may still be built, some for each byte of the file: a program can reuse one buffer without end."""

    __slots__ = ("left",)

    def __init__(self, file_bytes: int) -> None:
        self.left = 8 * file_bytes + 65536  # a None in an object array: 1 byte in the file, 8 in memory

    def spend(self, n_bytes: int) -> None:
        """Take ``n_bytes`` off; :class:`RefusedError` where they are not left."""
        self.left -= n_bytes
        if self.left < 0:
            raise RefusedError("arrays far larger than the file")


class _Array(np.ndarray[Any, Any]):
    """An array while it is unpickled: only its validated state reaches numpy. ``np.asarray`` gives the plain array."""

    __slots__ = ("_budget",)
    _budget: Budget

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


def _checked_size(shape: object, dtype: np.dtype[Any], budget: Budget) -> int:
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


class NumpyTable:
    """The only names a program can reach, with one budget for all that it builds: those of plain numpy pickles.

    names : what a name of the form ``module.name`` stands for. holds : in words, for messages.
    """

    holds = "numpy arrays and plain containers"

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        array_class = _NdarrayName()
        in_core = {
            "multiarray._reconstruct": Builder(self._reconstruct),
            "multiarray.scalar": Builder(self._scalar),
            "numeric._frombuffer": Builder(self._frombuffer),
        }
        self.names: dict[str, object] = {
            f"{core}.{name}": builder for core in ("numpy.core", "numpy._core") for name, builder in in_core.items()
        }
        self.names |= {"numpy.ndarray": array_class, "numpy.dtype": Builder(_Dtype)}
        self.names["_codecs.encode"] = Builder(self._encode)

    def refer(self, _reference: object) -> object:
        """What a persistent id stands for: nothing here, so :class:`RefusedError`."""
        raise RefusedError("a reference to something outside the file")

    def _encode(self, text: object, encoding: object = None) -> bytes:
        if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
            raise RefusedError("_codecs.encode with another coding than latin1")
        self.budget.spend(len(text))
        return text.encode("latin1")

    def _scalar(self, dtype: object, data: object = None) -> object:
        kind = _real_dtype(dtype)
        self.budget.spend(kind.itemsize)
        raw = data.encode("latin1") if isinstance(data, str) else data
        if kind.hasobject or not isinstance(raw, bytes) or len(raw) != kind.itemsize:
            raise ValueError("scalar state")
        return np.frombuffer(raw, kind)[0]

    def _reconstruct(self, cls: object, shape: object, typecode: object) -> _Array:
        if not isinstance(cls, _NdarrayName) or shape != (0,) or typecode not in (b"b", "b"):
            raise RefusedError("an array of another class than numpy.ndarray")
        array = _Array(0, np.int8)
        array._budget = self.budget
        return array

    def _frombuffer(self, buffer: object, dtype: object, shape: object, order: object) -> _Array:
        if not isinstance(buffer, bytes | bytearray) or order not in ("C", "F") or _real_dtype(dtype).hasobject:
            raise ValueError("array buffer")
        array = self._reconstruct(self.names["numpy.ndarray"], (0,), b"b")
        array.__setstate__((shape, dtype, order == "F", bytes(buffer)))
        return array
