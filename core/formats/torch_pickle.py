"""What the pickle inside a file of ``torch.save`` may build, beside plain numpy: tensors, and what is saved with them.

Tensors become read-only numpy arrays that look into the storages of the file, bfloat16 becomes float32. Ordered and
default dictionaries become plain ones. States of random generators, histories of losses, devices and the like become
:class:`Inert`: nothing of them is kept. Names and arguments as of torch 0.3 to 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.formats.pickle_table import Budget, Builder, NumpyTable, RefusedError

__all__ = ["Inert", "Storages", "TorchTable"]

_BFLOAT16 = "bfloat16"
_STORAGES = {
    "Double": "f8", "Float": "f4", "Half": "f2", "BFloat16": _BFLOAT16, "Long": "i8", "Int": "i4", "Short": "i2",
    "Char": "i1", "Byte": "u1", "Bool": "?", "ComplexFloat": "c8", "ComplexDouble": "c16",
}  # fmt: skip
_UNTYPED = ("torch.UntypedStorage", "torch.storage.UntypedStorage", "torch.storage._UntypedStorage")
_DTYPES = {
    "float64": "f8", "double": "f8", "float32": "f4", "float": "f4", "float16": "f2", "half": "f2",
    "bfloat16": _BFLOAT16, "int64": "i8", "long": "i8", "int32": "i4", "int": "i4", "int16": "i2", "short": "i2",
    "int8": "i1", "uint8": "u1", "uint16": "u2", "uint32": "u4", "uint64": "u8", "bool": "?", "complex64": "c8",
    "complex128": "c16",
}  # fmt: skip
_INERT = (
    "torch.device", "torch.Generator", "numpy.random.__RandomState_ctor", "numpy.random.mtrand.RandomState",
    "numpy.random._pickle.__randomstate_ctor", "numpy.random._pickle.__bit_generator_ctor",
    "numpy.random._mt19937.MT19937", "numpy.random.bit_generator.__pyx_unpickle_SeedSequence",
    "numpy.random.bit_generator.SeedSequence", "mmengine.logging.history_buffer.HistoryBuffer",
)  # fmt: skip
_FACTORIES = ("dict", "list", "int", "float")
_MOST_AXES = 32
_ENTRY_BYTES = 64  # that an entry of a dictionary needs at least


class Inert:
    """Stands for an object that is of no use here; whatever it was made from is dropped."""

    __slots__ = ()

    def __init__(self, *_arguments: object) -> None: ...

    def __setstate__(self, state: object) -> None: ...


class Storages(Protocol):
    """Where the numbers of a file are."""

    byte_order: str
    """``<`` or ``>``."""

    def __call__(self, key: str, n_bytes: int) -> memoryview | None:
        """The bytes of a storage, exactly ``n_bytes``; None while it is not yet known where they are.

        ``ValueError`` where the storage is absent or of another size.
        """


class _Fixed:
    """Base of what a program may hold but not change."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None:
        raise RefusedError("a changed part of a tensor")


class _Element(_Fixed):
    """Type of the numbers of a storage or tensor."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def stored(self, byte_order: str) -> np.dtype[Any]:
        return np.dtype(byte_order + ("u2" if self.name == _BFLOAT16 else self.name))


class _Storage(_Fixed):
    __slots__ = ("data", "element")

    def __init__(self, element: _Element, data: memoryview | None) -> None:
        self.element, self.data = element, data


class _Tensor(np.ndarray[Any, Any]):
    """An array that a program cannot give another state. ``np.asarray`` gives the plain array."""

    __slots__ = ()

    def __setstate__(self, state: Any) -> None:
        raise RefusedError("a changed tensor")


class _Dictionary(dict[Any, Any]):
    """A dictionary that ignores the attributes that ordered ones were saved with."""

    __slots__ = ()

    def __setstate__(self, state: object) -> None: ...


class TorchTable(NumpyTable):
    """Names of plain numpy pickles and of ``torch.save``. Tensors of storages not yet known come as None."""

    holds = "tensors, numpy arrays and plain containers"

    def __init__(self, budget: Budget, storages: Storages) -> None:
        super().__init__(budget)
        self._storages = storages
        elements = {f"torch.{name}Storage": kind for name, kind in _STORAGES.items()}
        elements |= dict.fromkeys(_UNTYPED, "u1") | {f"torch.{name}": kind for name, kind in _DTYPES.items()}
        self.names |= {name: _Element(kind) for name, kind in elements.items()}
        builders: dict[str, Callable[..., object]] = {
            "collections.OrderedDict": self._dictionary,
            "collections.Counter": self._dictionary,
            "collections.defaultdict": lambda _factory=None, entries=(): self._dictionary(entries),
            "torch.Size": _size,
            "torch._utils._rebuild_tensor": self._tensor,
            "torch._utils._rebuild_tensor_v2": lambda storage, offset, size, stride, *_unused: self._tensor(
                storage, offset, size, stride),
            "torch._utils._rebuild_tensor_v3": lambda storage, offset, size, stride, _grad, _hooks, element, *_unused:
                self._tensor(storage, offset, size, stride, element),
            "torch._utils._rebuild_parameter": lambda tensor, *_unused: tensor,
        }  # fmt: skip
        self.names |= {name: Builder(build) for name, build in builders.items()}
        self.names |= dict.fromkeys(_INERT, Inert)
        self.names |= {f"{module}.{name}": _Fixed() for module in ("builtins", "__builtin__") for name in _FACTORIES}

    def refer(self, reference: object) -> object:
        """The storage that a persistent id names; :class:`RefusedError` for other references."""
        if type(reference) is not tuple or len(reference) not in (5, 6) or reference[0] != "storage":
            raise RefusedError("a reference to something other than numbers")
        _storage, element, key, _location, count, *view = reference
        if type(element) is not _Element or type(key) is not str or not _whole(count):
            raise ValueError("reference to a storage")
        size = element.stored("<").itemsize
        data = self._storages(key, count * size)
        if view and view[0] is not None:
            _key, start, length = view[0]
            if not (_whole(start) and _whole(length)) or start + length > count:
                raise ValueError("view of a storage reaches beyond it")
            data = None if data is None else data[start * size : (start + length) * size]
        return _Storage(element, data)

    def _dictionary(self, entries: Any = ()) -> _Dictionary:
        if not isinstance(entries, list | dict | tuple):
            raise RefusedError("a dictionary of something else than entries")
        self.budget.spend(_ENTRY_BYTES * len(entries))
        return _Dictionary(entries)

    def _tensor(self, storage: Any, offset: Any, size: Any, stride: Any, element: Any = None) -> NDArray[Any] | None:
        kind = storage.element if element is None and type(storage) is _Storage else element
        if type(storage) is not _Storage or type(kind) is not _Element:
            raise ValueError("tensor without a storage")
        shape, steps = _size(size), _size(stride)
        if len(shape) != len(steps) or not _whole(offset):
            raise ValueError("size and stride of a tensor")
        self.budget.spend(_cost(shape, 4 if kind.name == _BFLOAT16 else kind.stored("<").itemsize))
        if storage.data is None:
            return None
        numbers = _strided(np.frombuffer(storage.data, kind.stored(self._storages.byte_order)), offset, shape, steps)
        if kind.name == _BFLOAT16:  # the upper half of a float32
            numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
        array = numbers.view(_Tensor)
        array.flags.writeable = False
        return array


def _whole(number: Any) -> bool:
    return type(number) is int and 0 <= number < 1 << 62


def _size(numbers: Any = ()) -> tuple[int, ...]:
    if type(numbers) not in (tuple, list) or len(numbers) > _MOST_AXES or not all(map(_whole, numbers)):
        raise ValueError("size or stride of a tensor")
    return tuple(numbers)


def _cost(shape: tuple[int, ...], itemsize: int) -> int:
    """Bytes of a tensor; lengths count as 1 at least, so that (10**12, 0) costs as well."""
    cost = itemsize
    for n in shape:
        cost *= n or 1
    return cost


def _strided(flat: NDArray[Any], offset: int, shape: tuple[int, ...], steps: tuple[int, ...]) -> NDArray[Any]:
    """A tensor that lies within its storage; ``ValueError`` otherwise."""
    if 0 in shape:
        return np.empty(shape, flat.dtype)
    last = offset + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    if last >= len(flat):
        raise ValueError("tensor reaches beyond its storage")
    in_bytes = [step * flat.itemsize for step in steps]
    return np.lib.stride_tricks.as_strided(flat[offset:], shape, in_bytes, writeable=False)
