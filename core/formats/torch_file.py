"""Files of ``torch.save`` read without torch: nothing of the file is run.

Two forms are known: since torch 1.6 a zip archive (:mod:`core.formats.torch_zip`); before that five pickles in a row
(a magic number, a version, facts about the machine, the object, the keys of its storages) and then the storages, each
after its number of elements. Checkpoints of the years 2018 to 2020 are of the second.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from core.errors import DataError
from core.files import read_bytes
from core.formats.pickle_scan import scan_opcodes
from core.formats.pickle_table import Budget
from core.formats.torch_pickle import TorchTable
from core.formats.torch_zip import TorchArchive, is_torch_archive
from core.formats.unpickle import load_pickle, run_pickle

__all__ = ["LARGEST_BYTES", "is_torch_file", "load_torch", "parse_torch"]

LARGEST_BYTES = 4 << 30
"""A larger file is not read: the largest lifter's weights with the state of their optimiser have 0.5 GB."""

_MAGIC = 0x1950A86A20F9469CFC6C
_MAGIC_BYTES = _MAGIC.to_bytes(10, "little")
_ZIP = b"PK\x03\x04"
_VERSION = 1001
_COUNT_BYTES = 8


def is_torch_file(path: Path, head: bytes) -> bool:
    """True where a file with these first bytes is of ``torch.save``: has its magic number, or is a zip with its pickle.

    False where the file cannot be read.
    """
    return _is_legacy(head) or (head.startswith(_ZIP) and is_torch_archive(path))


def load_torch(path: Path) -> object:
    """The object in a file of ``torch.save``.

    Tensors and parameters come as read-only numpy arrays (bfloat16 as float32), ordered and default dictionaries as
    plain ones, states of random generators as :class:`core.formats.torch_pickle.Inert`. Raises :class:`DataError` for a
    file that is missing, truncated, damaged or not of ``torch.save``, and, by its name, for anything else in it.
    """
    return parse_torch(read_bytes(path, LARGEST_BYTES), path)


def parse_torch(data: bytes, path: Path) -> object:
    """As :func:`load_torch`, from all bytes of the file."""
    if data.startswith(_ZIP):
        archive = TorchArchive(data, path)
        return run_pickle(bytes(archive.member("data.pkl")), path, TorchTable(Budget(archive.n_bytes), archive))
    if _is_legacy(data):
        return _parse_legacy(data, path)
    what = "is a pickle, but not of torch.save" if data.startswith(b"\x80") else "is not a file of torch.save"
    raise DataError(what, path=path, expected="a checkpoint of PyTorch")


def _is_legacy(data: bytes) -> bool:
    return data.startswith(b"\x80") and _MAGIC_BYTES in data[:24]


def _parse_legacy(data: bytes, path: Path) -> object:
    ends = [0]
    for _ in range(5):
        ends.append(scan_opcodes(data, path, ends[-1]))
    magic, version, machine, body, keys = (data[a:b] for a, b in pairwise(ends))
    if load_pickle(magic, path) != _MAGIC or load_pickle(version, path) != _VERSION:
        raise DataError("is of an unknown version of torch.save", path=path)
    load_pickle(machine, path)  # how wide its integers were: of no use, but it has to be whole
    # Where a storage begins depends on the sizes of those before it, which only the object's own program tells.
    sizes = _Sizes()
    run_pickle(body, path, TorchTable(Budget(len(data)), sizes))
    storages = _LegacyStorages(data, ends[-1], _keys(load_pickle(keys, path), path), sizes.found, path)
    return run_pickle(body, path, TorchTable(Budget(len(data)), storages))


def _keys(value: object, path: Path) -> list[str]:
    if type(value) is not list or not all(type(key) is str for key in value) or len(set(value)) < len(value):
        raise DataError("damaged checkpoint: no list of its storages", path=path)
    return value


class _Sizes:
    """Takes down how large the storages are that a program asks for."""

    byte_order = "<"

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def __call__(self, key: str, n_bytes: int) -> None:
        if self.found.setdefault(key, n_bytes) != n_bytes:
            raise ValueError("one storage of two sizes")


class _LegacyStorages:
    """Storages one after the other, little-endian, each after its number of elements."""

    byte_order = "<"

    def __init__(self, data: bytes, at: int, keys: list[str], sizes: dict[str, int], path: Path) -> None:
        self._found: dict[str, memoryview] = {}
        for key in keys:
            if key not in sizes:
                raise DataError("damaged checkpoint: a storage that nothing refers to", path=path)
            at += _COUNT_BYTES
            self._found[key] = memoryview(data)[at : at + sizes[key]]
            count = int.from_bytes(data[at - _COUNT_BYTES : at], "little")
            at += sizes[key]
            if at > len(data):
                raise DataError("checkpoint is truncated", path=path, expected=f"at least {at} bytes",
                                got=f"{len(data)} bytes", hint="Copy the file again")  # fmt: skip
            if count > sizes[key] or (count and sizes[key] % count) or bool(count) != bool(sizes[key]):
                raise DataError("damaged checkpoint: a storage of another size than its tensors say", path=path)

    def __call__(self, key: str, n_bytes: int) -> memoryview:
        found = self._found.get(key)
        if found is None or len(found) != n_bytes:
            raise ValueError("a storage that the file does not list")
        return found
