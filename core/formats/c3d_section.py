"""Header and parameter section of a C3D file, every offset checked against the bytes that are there.

Layout: the C3D file format user guide (Motion Lab Systems, c3d.org): 512-byte blocks; block 1 is the header, then
a list of groups and parameters, then the frames. Written for this project because the usual C++ library can end the
whole process on a damaged file.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError

__all__ = ["BLOCK", "Header", "Parameters", "decode_floats", "read_header", "read_parameters"]

BLOCK = 512
MAGIC = 0x50
_BYTE_ORDER = {84: "<", 85: "<", 86: ">"}
_DEC = 85
_KINDS = {-1: "S1", 1: "i1", 2: "i2", 4: "f4"}


@dataclass(frozen=True, slots=True)
class Header:
    """Block 1.

    processor : 84 Intel, 85 DEC, 86 MIPS. order : numpy byte order of integers. parameter_start, data_start : offsets
    in bytes. n_points, analog_words : per frame. first, last : frame numbers, 16 bits. scale : negative for float data.
    fps : frames per second.
    """

    processor: int
    order: str
    parameter_start: int
    data_start: int
    n_points: int
    analog_words: int
    first: int
    last: int
    scale: float
    fps: float


Parameters = Mapping[tuple[str, str], tuple[Any, ...]]
"""Values by (GROUP, PARAMETER), upper case; strings stripped."""


def decode_floats(raw: NDArray[np.uint8], processor: int) -> NDArray[np.float32]:
    """32-bit floats of a processor type from bytes; DEC's are word-swapped and four times as large."""
    if processor != _DEC:
        return raw.view(f"{_BYTE_ORDER[processor]}f4").astype(np.float32)
    swapped: NDArray[np.uint16] = raw.view("<u2").reshape(-1, 2)[:, ::-1]
    return np.ascontiguousarray(swapped).view("<f4").reshape(-1).astype(np.float32) / np.float32(4)


def read_header(data: bytes, path: Path) -> Header:
    """The header of a C3D file. Raises :class:`DataError` where it is none or points outside the file."""
    if len(data) < 2 * BLOCK or data[1] != MAGIC:
        raise DataError("not a C3D file", path=path, expected="second byte 80 and two blocks or more",
                        got=f"second byte {data[1] if len(data) > 1 else 'none'}, {len(data)} bytes")  # fmt: skip
    parameter_start = (data[0] - 1) * BLOCK
    if parameter_start < BLOCK or parameter_start + 4 > len(data):
        raise DataError("C3D parameter section lies outside the file", path=path, got=f"block {data[0]}")
    processor = data[parameter_start + 3]
    if processor not in _BYTE_ORDER:
        raise DataError("unknown C3D processor type", path=path, expected="84, 85 or 86", got=str(processor))
    order = _BYTE_ORDER[processor]
    n_points, analog, first, last = struct.unpack_from(f"{order}4H", data, 2)
    (data_block,) = struct.unpack_from(f"{order}H", data, 16)
    floats = decode_floats(np.frombuffer(data, np.uint8)[np.r_[12:16, 20:24]], processor)
    data_start = (data_block - 1) * BLOCK
    if data_start < BLOCK or data_start > len(data):
        raise DataError("C3D data section lies outside the file", path=path, got=f"block {data_block}")
    if not 1e-9 < abs(floats[0]) < 1e9:
        raise DataError("C3D scale is unusable", path=path, expected="POINT:SCALE, not 0", got=f"{floats[0]:g}")
    return Header(processor, order, parameter_start, data_start, n_points, analog, first, last,
                  float(floats[0]), float(floats[1]))  # fmt: skip


def read_parameters(data: bytes, header: Header, path: Path) -> Parameters:
    """All groups and parameters. Raises :class:`DataError` where an entry runs over the end of the section."""
    n_blocks = data[header.parameter_start + 2]
    end = min(header.parameter_start + n_blocks * BLOCK, len(data)) if n_blocks else header.data_start
    section = data[header.parameter_start : end]
    groups: dict[int, str] = {}
    found: list[tuple[int, str, tuple[Any, ...]]] = []
    try:
        position: int | None = 4
        while position is not None and position + 2 <= len(section) and section[position]:
            position = _entry(section, position, header, groups, found)
    except (IndexError, ValueError, struct.error):
        raise DataError(
            "C3D parameter section is damaged", path=path, got=f"a broken entry at byte {position}"
        ) from None
    return {(groups.get(group, f"#{group}"), name): values for group, name, values in found}


def _entry(
    section: bytes, at: int, header: Header, groups: dict[int, str], found: list[tuple[int, str, tuple[Any, ...]]]
) -> int | None:
    """Put the group or parameter at ``at`` into ``groups`` or ``found``; where the next starts, None at the end."""
    length = abs(struct.unpack_from("b", section, at)[0])
    (group,) = struct.unpack_from("b", section, at + 1)
    name = section[at + 2 : at + 2 + length].decode("latin-1").strip().upper()
    pointer = at + 2 + length
    (offset,) = struct.unpack_from(f"{header.order}H", section, pointer)
    if group < 0:
        groups[-group] = name
    else:
        found.append((group, name, _values(section, pointer + 2, header)))
    return pointer + offset if offset >= 2 else None


def _values(section: bytes, at: int, header: Header) -> tuple[Any, ...]:
    """Values of the parameter whose type byte is at ``at``; a matrix is flattened, first index fastest."""
    kind, n_dimensions = struct.unpack_from("bB", section, at)
    dimensions = list(section[at + 2 : at + 2 + n_dimensions])
    if kind not in _KINDS or len(dimensions) != n_dimensions:
        raise ValueError(kind)
    size = abs(kind) * int(np.prod(dimensions, dtype=np.int64))
    raw = section[at + 2 + n_dimensions : at + 2 + n_dimensions + size]
    if len(raw) != size:
        raise ValueError(size)
    if kind == -1:
        width = dimensions[0] if dimensions else 1
        cells = [raw[i : i + width] for i in range(0, size, width)] if size else []
        return tuple(cell.decode("utf-8", "replace").strip(" \0") for cell in cells)
    if kind == 4:
        return tuple(decode_floats(np.frombuffer(raw, np.uint8), header.processor).tolist())
    return tuple(np.frombuffer(raw, f"{header.order}{_KINDS[kind]}").tolist())
