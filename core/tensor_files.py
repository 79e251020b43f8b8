"""Weights on disk, of any model of ours: safetensors with a card that says what they are.

A file is plain numbers: reading it runs nothing. The card travels inside it, as JSON under one metadata key that also
says of what kind of model the weights are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load as parse_tensors
from safetensors.torch import save as to_bytes
from torch import Tensor

from core.errors import DataError
from core.files import read_bytes, sha256_hex, write_atomic

__all__ = ["ANGLES", "LIFTER", "Kind", "TensorFile", "check_finite", "check_shapes", "halved_matrices",
           "is_tensor_file", "read_tensor_file", "write_tensor_file"]  # fmt: skip

_LARGEST_FILE_BYTES = 1 << 30
_LARGEST_HEADER_BYTES = 100 << 20  # what the safetensors format itself allows
_PICKLES = (b"\x80", b"PK\x03\x04")
_Card = TypeVar("_Card", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of model. key : of its card in the metadata. what : in words. origin : where such files come from."""

    key: str
    what: str
    origin: str


ANGLES = Kind("anglescope", "an angle network", "weights written by anglescope train angles")
LIFTER = Kind("anglescope_lifter", "a lifter",
              "weights written by anglescope train lifter or anglescope convert --to safetensors")  # fmt: skip
_KINDS = (ANGLES, LIFTER)


@dataclass(frozen=True, eq=False)
class TensorFile:
    """A safetensors file whose header was read. data : all its bytes. header : as in the file."""

    path: Path
    data: bytes
    header: Mapping[str, Any]

    @cached_property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return sha256_hex(self.data)

    @property
    def names(self) -> frozenset[str]:
        """Names of the tensors in the file."""
        return frozenset(self.header) - {"__metadata__"}

    @property
    def kind(self) -> Kind | None:
        """Of what the weights are; None where the file has no card of ours."""
        return next((kind for kind in _KINDS if self._text(kind) is not None), None)

    def card(self, kind: Kind, card_type: type[_Card]) -> _Card:
        """The card; :class:`DataError` where there is none, or one of another kind of model."""
        text = self._text(kind)
        if text is None and self.kind is not None:
            raise DataError(f"weights are of {self.kind.what}", path=self.path, expected=f"weights of {kind.what}")
        if text is None:
            raise DataError(f"no card of {kind.what} in the file", path=self.path, expected=kind.origin)
        try:
            return msgspec.json.decode(text, type=card_type)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise DataError(f"the card of the weights cannot be read ({error})", path=self.path) from None

    def parse(self) -> dict[str, Tensor]:
        """All tensors as they are stored; :class:`DataError` for a truncated file."""
        try:
            return parse_tensors(self.data)
        except SafetensorError as error:
            raise DataError(f"weights cannot be read ({error})", path=self.path,
                            hint="The file may be truncated: copy it again") from None  # fmt: skip

    def tensors(self, shapes: Mapping[str, tuple[int, ...]]) -> Mapping[str, Tensor]:
        """All tensors as float32, in this order; :class:`DataError` where they are others, or not finite."""
        tensors = self.parse()
        check_shapes(tensors, shapes, self.path)
        if not all(tensor.is_floating_point() for tensor in tensors.values()):
            raise DataError("weights must be floating point", path=self.path)
        numbers = {name: tensors[name].float() for name in shapes}
        check_finite(numbers, self.path)
        return MappingProxyType(numbers)

    def _text(self, kind: Kind) -> str | None:
        metadata = self.header.get("__metadata__", {})
        text = metadata.get(kind.key) if isinstance(metadata, dict) else None
        return text if isinstance(text, str) else None


def is_tensor_file(head: bytes) -> bool:
    """True where the first bytes may be those of a safetensors file: the length of a header, and where it begins."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= _LARGEST_HEADER_BYTES


def read_tensor_file(path: Path) -> TensorFile:
    """Read a safetensors file as far as its header.

    Raises :class:`DataError` for a missing file, one that is not safetensors, a pickle, and a truncated header.
    """
    data = read_bytes(path, _LARGEST_FILE_BYTES)
    return TensorFile(path, data, _header(data, path))


def write_tensor_file(path: Path, tensors: Mapping[str, Tensor], kind: Kind, card: msgspec.Struct) -> str:
    """Write tensors and card atomically; returns the sha256 of the file. The same input gives the same bytes.

    Raises :class:`DataError` where a number is not finite, :class:`core.errors.OutputError` where the file cannot be
    written.
    """
    stored = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    check_finite(stored, path)
    data = to_bytes(stored, {kind.key: msgspec.json.encode(card, order="deterministic").decode()})
    write_atomic(path, data)
    return sha256_hex(data)


def check_shapes(tensors: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]], path: Path) -> None:
    """:class:`DataError` that names the first tensor that is missing, too many or of another shape."""
    got = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    wrong = sorted(name for name in shapes.keys() | got.keys() if shapes.get(name) != got.get(name))
    if wrong:
        expected, came = (str(known.get(wrong[0], "nothing")) for known in (shapes, got))
        raise DataError(f"weights are of another architecture: {wrong[0]}", path=path, expected=expected, got=came)


def halved_matrices(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same with matrices in float16, half the size; biases, scales and the like stay float32."""
    return {name: (tensor.half() if tensor.ndim > 1 else tensor) for name, tensor in tensors.items()}


def _header(data: bytes, path: Path) -> dict[str, Any]:
    """The JSON header of a safetensors file: 8 bytes of length, little-endian, then the text."""
    # The first bytes of a safetensors file are the length of its header, which may look like the start of a pickle.
    if data.startswith(_PICKLES) and len(data) > 8 and data[8:9] != b"{":
        raise DataError("is a pickle, which could run code when opened", path=path, expected="a safetensors file",
                        hint="It was not opened")  # fmt: skip
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 or size > _LARGEST_HEADER_BYTES or data[8:9] != b"{":
        raise DataError("is not a safetensors file", path=path)
    if 8 + size > len(data):
        raise DataError("weights are truncated", path=path, expected=f"a header of {size} bytes",
                        got=f"{len(data) - 8} bytes")  # fmt: skip
    try:
        header = json.loads(data[8 : 8 + size])
    except (ValueError, RecursionError):
        raise DataError("is not a safetensors file: its header is not JSON", path=path) from None
    return header if isinstance(header, dict) else {}


def check_finite(tensors: Mapping[str, Tensor], path: Path) -> None:
    """:class:`DataError` that names the first tensor with NaN or infinity in it."""
    for name, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise DataError(f"weights hold numbers that are not finite: {name}", path=path)
