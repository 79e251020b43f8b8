"""Reading ``.npy`` and ``.npz`` safely: nothing is unpickled unasked, no header is believed, sizes are bounded."""

from __future__ import annotations

import ast
import io
import math
import re
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.files import read_bytes, sha256_hex
from core.formats.unpickle import load_pickle
from core.records import Float32
from core.skeleton import N_JOINTS

__all__ = ["NpyHeader", "as_poses_array", "floating", "is_npy", "is_zip", "load_npy", "load_npz", "npy_header",
           "npz_headers", "parse_npy"]  # fmt: skip

Array = NDArray[Any]

_MAGIC = b"\x93NUMPY"
_CANONICAL = re.compile(
    r"\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(((?:\d+, ?)*\d*)\), \} *\n?", re.ASCII
)
_DESCR = re.compile(r"[<>=|]?([?biufcSUO])[0-9]{0,9}")
_HEAD_BYTES = 512
_MAX_HEADER = 10_000
_MIN_UNPACKED = 64 << 20
_MAX_RATIO = 100
_MAX_UNPACKED = 8 << 30
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, LookupError,
               OverflowError, OSError)  # fmt: skip
"""What zipfile raises for a damaged, encrypted or exotic archive."""


@dataclass(frozen=True, slots=True)
class NpyHeader:
    """What the header of an ``.npy`` says: shape, dtype, memory order, and where the numbers begin (bytes)."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran_order: bool
    data_offset: int

    @property
    def n_bytes(self) -> int:
        """Size of the numbers in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize


def is_npy(head: bytes) -> bool:
    """True where the first bytes are those of an ``.npy``."""
    return head.startswith(_MAGIC)


def is_zip(head: bytes) -> bool:
    """True where the first bytes are those of a zip archive, as every ``.npz`` is."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def npy_header(path: Path) -> NpyHeader:
    """Shape and dtype of an ``.npy`` from its first bytes (about 20 microseconds; nothing else is read).

    Raises :class:`DataError` for a file that is missing, no ``.npy``, or whose header is damaged.
    """
    try:
        with path.open("rb", buffering=0) as file:
            head = file.read(_HEAD_BYTES)
            header_bytes = _header_end(head, path)
            if header_bytes > len(head):
                head += file.read(header_bytes - len(head))
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=path) from None
    return _parse_header(head, path)


def load_npy(path: Path) -> tuple[Array, str]:
    """The array of an ``.npy`` (read-only, as stored) and the sha256 of the file, both from one read.

    Raises :class:`DataError` for a missing, empty, truncated or over-long file, one that is no ``.npy``, and one
    that holds Python objects.
    """
    data = read_bytes(path)
    return parse_npy(data, path), sha256_hex(data)


def parse_npy(data: bytes, path: Path, member: str = "") -> Array:
    """The array in the bytes of an ``.npy``; ``member`` names the part of an archive in messages."""
    header = _parse_header(data, path, member)
    if header.dtype.hasobject:
        raise DataError(f"{_of(member)}holds Python objects instead of numbers", path=path,
                        expected="a plain numeric array", got="dtype object")  # fmt: skip
    have = len(data) - header.data_offset
    if have != header.n_bytes:
        what = "file is truncated" if have < header.n_bytes else "file is longer than its header says"
        raise DataError(f"{_of(member)}{what}", path=path, expected=f"{header.n_bytes} bytes of numbers",
                        got=f"{have} bytes")  # fmt: skip
    return _numbers(data, header)


def _numbers(data: bytes, header: NpyHeader) -> Array:
    flat: Array = np.frombuffer(data, header.dtype, math.prod(header.shape), header.data_offset)
    return flat.reshape(header.shape, order="F" if header.fortran_order else "C")


def _of(member: str) -> str:
    return f"member {member!r}: " if member else ""


def _header_end(data: bytes, path: Path, member: str = "") -> int:
    """Where the header ends; versions 1 to 3 of the format differ in the width of its length."""
    if not data:
        raise DataError(f"{_of(member)}file is empty", path=path)
    if not is_npy(data):
        raise DataError(f"{_of(member)}not a numpy .npy file", path=path, expected="a file that begins with \\x93NUMPY")
    width = 2 if data[6:7] == b"\x01" else 4
    if len(data) < 8 + width:
        raise _damaged(path, member, "it is cut short")
    length = int.from_bytes(data[8 : 8 + width], "little")
    if length > _MAX_HEADER:
        raise _damaged(path, member, f"it claims {length} bytes")
    return 8 + width + length


def _parse_header(data: bytes, path: Path, member: str = "") -> NpyHeader:
    end = _header_end(data, path, member)
    text = data[10 if data[6] == 1 else 12 : end].decode("latin1")
    if end > len(data):
        raise _damaged(path, member, "it is cut short")
    match = _CANONICAL.fullmatch(text)
    if match:
        descr, fortran, lengths = match[1], match[2] == "True", match[3]
        shape = tuple(int(n) for n in lengths.split(",") if n.strip())
    else:
        descr, fortran, shape = _loose_header(text, path, member)
    return NpyHeader(shape, _dtype(descr, path, member), fortran, end)


def _loose_header(text: str, path: Path, member: str) -> tuple[object, bool, tuple[int, ...]]:
    """Header that is not written the usual way: read as a Python literal, never evaluated."""
    try:
        fields = ast.literal_eval(text.strip())
        descr, fortran, shape = fields["descr"], fields["fortran_order"], fields["shape"]
    except (ValueError, SyntaxError, TypeError, LookupError, MemoryError, RecursionError):
        raise _damaged(path, member, "it cannot be read") from None
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape) or type(fortran) is not bool:
        raise _damaged(path, member, "its shape makes no sense")
    return descr, fortran, shape


def _dtype(descr: object, path: Path, member: str) -> np.dtype[Any]:
    if isinstance(descr, str) and _DESCR.fullmatch(descr):
        try:
            dtype = np.dtype(descr)
        except (TypeError, ValueError):
            raise _damaged(path, member, f"unknown dtype {descr}") from None
        if dtype.itemsize:
            return dtype
    raise DataError(f"{_of(member)}array of an unsupported type", path=path, expected="plain numbers or text",
                    got=f"dtype {str(descr)[:60]}")  # fmt: skip


def _damaged(path: Path, member: str, why: str) -> DataError:
    return DataError(f"{_of(member)}damaged .npy header ({why})", path=path)


def load_npz(
    path: Path, *, objects: bool = False, only: Collection[str] | None = None, limit_bytes: int = _MAX_UNPACKED
) -> tuple[dict[str, Array], str]:
    """The arrays of an ``.npz`` by name, and the sha256 of the file.

    objects : also read members that hold Python objects, with the restricted unpickler (an array of dtype object).
    only : names to read, which must be there; the rest is left packed.
    limit_bytes : largest unpacked size of all members together; besides, an archive may grow to 100 times its size
    (or 64 MiB), so that a zip bomb is refused, not unpacked.
    Raises :class:`DataError` for a missing, damaged, encrypted or too large archive, a member that is no array,
    and object members unless ``objects``.
    """
    data = read_bytes(path)
    left = min(limit_bytes, max(_MIN_UNPACKED, _MAX_RATIO * len(data)))
    arrays = {}
    with _archive(data, path) as archive:
        members = _members(archive, path)
        missing = sorted(set(only or ()) - set(members))
        if missing:
            raise DataError(f"archive holds no {' and no '.join(missing)}", path=path,
                            got=", ".join(sorted(members)[:8])[:200] or "nothing")  # fmt: skip
        for name, info in members.items():
            if only is None or name in only:
                unpacked = _unpack(archive, info, left, path)
                left -= len(unpacked)
                arrays[name] = _member_array(unpacked, path, name, objects)
    return arrays, sha256_hex(data)


def npz_headers(path: Path) -> dict[str, NpyHeader]:
    """Shape and dtype of every array in an ``.npz``, without unpacking them.

    Raises :class:`DataError` as :func:`load_npz` does.
    """
    headers = {}
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=path) from None
    try:
        with file, _archive(file, path) as archive:
            for name, info in _members(archive, path).items():
                with archive.open(info) as member:
                    headers[name] = _parse_header(member.read(_MAX_HEADER + 16), path, name)
    except _BROKEN_ZIP as error:
        raise _broken(path, error) from None
    return headers


def _archive(source: bytes | io.BufferedReader, path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except _BROKEN_ZIP as error:
        raise _broken(path, error) from None


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """Array members by name without ``.npy``; a name that comes twice is refused, because one would be lost."""
    members: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name in members:
            raise DataError(f"archive holds member {name!r} twice", path=path)
        members[name] = info
    return members


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, path: Path) -> bytes:
    """Bytes of one member, at most ``left`` whatever its header declares."""
    too_large = DataError("archive unpacks to far more than it should; refused as a zip bomb", path=path,
                          expected=f"at most {left} bytes more", got=f"member {info.filename!r}")  # fmt: skip
    if info.file_size > left:
        raise too_large
    try:
        with archive.open(info) as member:
            data = member.read(left + 1)
    except _BROKEN_ZIP as error:
        raise _broken(path, error) from None
    if len(data) > left:
        raise too_large
    return data


def _member_array(data: bytes, path: Path, name: str, objects: bool) -> Array:
    header = _parse_header(data, path, name)
    if not (objects and header.dtype.hasobject):
        return parse_npy(data, path, name)
    value = load_pickle(data[header.data_offset :], path)
    if not isinstance(value, np.ndarray) or value.shape != header.shape or not value.dtype.hasobject:
        raise DataError(f"member {name!r} holds something else than its header says", path=path,
                        expected=f"an object array {header.shape}")  # fmt: skip
    return np.asarray(value)


def _broken(path: Path, error: Exception) -> DataError:
    return DataError(f"damaged .npz archive ({str(error)[:100]})", path=path)


def floating(array: Array, shape: tuple[int | None, ...], path: Path, what: str = "array") -> Float32:
    """``array`` as native float32, checked: floating point, of ``shape`` (None: any length), one frame at least.

    Raises :class:`DataError` for complex, integer, boolean or text dtypes, another shape, no frames, infinity (frame
    named; axis 0 is time), and values beyond float32.
    """
    wanted = "(" + ", ".join("T" if n is None else str(n) for n in shape) + ") floating point"
    fits = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))
    if array.dtype.kind != "f" or not fits:
        raise DataError(f"{what} has the wrong {'shape' if array.dtype.kind == 'f' else 'type'}", path=path,
                        expected=wanted, got=f"{array.shape} {array.dtype}")  # fmt: skip
    if not array.size:
        raise DataError(f"{what} has no frames", path=path, expected=wanted, got=str(array.shape))
    with np.errstate(over="ignore", invalid="ignore"):  # times one: signalling NaN, which would warn later, turns quiet
        numbers = np.multiply(array, 1, dtype=np.float32, order="C", casting="unsafe")
    infinite = np.isinf(numbers)
    if infinite.any():
        raise DataError(f"infinite coordinate in the {what}", path=path, frame=int(np.argwhere(infinite)[0][0]),
                        expected="finite numbers, NaN where missing")  # fmt: skip
    return numbers


def as_poses_array(array: Array, path: Path, n_joints: int = N_JOINTS) -> Float32:
    """``array`` as (T, 17, 3) float32 in the file's own units, checked as :func:`floating` does.

    Also raises :class:`DataError` where no frame has a single defined number.
    """
    poses = floating(array, (None, n_joints, 3), path, "pose array")
    if np.isnan(poses).all():
        raise DataError("no defined frame: every coordinate is NaN", path=path)
    return poses
