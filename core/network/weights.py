"""Weights on disk: safetensors with a card that says what they are and how to make them again.

One file holds the networks of one or more rigs, what they share once (:mod:`core.network.rig_networks`). It is plain
numbers: reading it runs nothing. The card travels inside it, as JSON under one metadata key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load as parse_tensors
from safetensors.torch import save as to_bytes
from torch import Tensor

from core.conventions import angle_names
from core.errors import DataError
from core.files import read_bytes, sha256_hex, write_atomic
from core.network.card import ARCHITECTURE, CONVENTION, Card
from core.network.model import AngleNet
from core.network.rig_networks import RigNetworks
from core.skeleton import RIGS

__all__ = ["Weights", "halved", "load_weights", "save_weights"]

_METADATA_KEY = "anglescope"
_LARGEST_FILE_BYTES = 1 << 30
_LARGEST_HEADER_BYTES = 100 << 20  # what the safetensors format itself allows
_PICKLES = (b"\x80", b"PK\x03\x04")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Checked weights.

    tensors : float32, by name (:meth:`core.network.rig_networks.RigNetworks.tensors`). sha256 : of the file's bytes.
    path : the file.
    """

    card: Card
    tensors: Mapping[str, Tensor]
    sha256: str
    path: Path

    def networks(self) -> RigNetworks:
        """The networks of all rigs, on the CPU, float32, ready to run."""
        networks = RigNetworks(self.card.rigs, self.card.config)
        networks.load_tensors(self.tensors)
        return networks.eval().requires_grad_(False)

    def network(self, rig: str | None = None) -> AngleNet:
        """The network of one rig, None: of the first."""
        return self.networks()[rig or self.card.rigs[0]]


def save_weights(path: Path, networks: RigNetworks, card: Card, *, half: bool = False) -> str:
    """Write weights and card atomically; returns the sha256 of the file. The same networks give the same bytes.

    half : matrices as float16, half the size; biases, scales and calibration stay float32.
    Raises :class:`DataError` where the card does not describe the networks or a weight is not finite (or too large
    for float16), :class:`core.errors.OutputError` where the file cannot be written.
    """
    if (card.rigs, card.config) != (networks.rigs, networks.config):
        raise DataError("the card does not describe the networks", path=path, expected=f"{card.rigs} {card.config}",
                        got=f"{networks.rigs} {networks.config}")  # fmt: skip
    state = {name: tensor.detach().cpu().float() for name, tensor in networks.tensors().items()}
    stored = {name: (t.half() if half and t.ndim > 1 else t).contiguous() for name, t in state.items()}
    _check_finite(stored, path)
    data = to_bytes(stored, {_METADATA_KEY: msgspec.json.encode(card, order="deterministic").decode()})
    write_atomic(path, data)
    return sha256_hex(data)


def halved(networks: RigNetworks) -> RigNetworks | None:
    """The networks as they come back from a file in half precision; None where a weight is too large for it."""
    stored = {name: (t.half() if t.ndim > 1 else t) for name, t in networks.tensors().items()}
    if not all(bool(torch.isfinite(tensor).all()) for tensor in stored.values()):
        return None
    result = RigNetworks(networks.rigs, networks.config)
    result.load_tensors(stored)
    return result.eval().requires_grad_(False)


def load_weights(path: Path, rig: str | None = None) -> Weights:
    """Read and check a weights file. rig : refuse weights for another one.

    Raises :class:`DataError` for a file that is not safetensors or truncated, a pickle, a missing or foreign card,
    another architecture, convention or rig, tensors that do not fit, and weights that are not finite.
    """
    data = read_bytes(path, _LARGEST_FILE_BYTES)
    card = _card(data, path)
    _check_card(card, path, rig)
    try:
        tensors = parse_tensors(data)
    except SafetensorError as error:
        raise DataError(f"weights cannot be read ({error})", path=path,
                        hint="The file may be truncated: copy it again") from None  # fmt: skip
    _check_shapes(tensors, card, path)
    _check_finite(tensors, path)
    return Weights(card, MappingProxyType({name: t.float() for name, t in tensors.items()}), sha256_hex(data), path)


def _card(data: bytes, path: Path) -> Card:
    metadata = _header(data, path).get("__metadata__", {})
    text = metadata.get(_METADATA_KEY) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise DataError("no card of an angle network in the file", path=path,
                        expected="weights written by anglescope train angles")  # fmt: skip
    try:
        return msgspec.json.decode(text, type=Card)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise DataError(f"the card of the weights cannot be read ({error})", path=path) from None


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


def _check_card(card: Card, path: Path, rig: str | None) -> None:
    unknown = sorted(set(card.rigs) - set(RIGS))
    if unknown or not card.rigs or len(set(card.rigs)) < len(card.rigs):
        fault = f"are for an unknown rig {unknown[0]!r}" if unknown else "name no rig, or one twice"
        raise DataError(f"weights {fault}", path=path, expected=" or ".join(RIGS))
    for field, value in {"architecture": ARCHITECTURE, "convention": CONVENTION, "angles": angle_names()}.items():
        got = getattr(card, field)
        if got != value:
            raise DataError(f"weights have another {field}", path=path, expected=str(value), got=str(got))
    if rig is not None and rig not in card.rigs:
        raise DataError("weights have another rig", path=path, expected=rig, got=" and ".join(card.rigs))
    if min(card.width, card.expansion) < 1 or not 0 <= card.blocks <= 1000 or card.width * card.expansion > 1 << 20:
        raise DataError("weights state an impossible size", path=path, got=str(card.config))


def _check_shapes(tensors: Mapping[str, Tensor], card: Card, path: Path) -> None:
    with torch.device("meta"):
        wanted = {name: tuple(t.shape) for name, t in RigNetworks(card.rigs, card.config).tensors().items()}
    got = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    wrong = sorted(name for name in wanted.keys() | got.keys() if wanted.get(name) != got.get(name))
    if wrong:
        expected, came = (str(shapes.get(wrong[0], "nothing")) for shapes in (wanted, got))
        raise DataError(f"weights are of another architecture: {wrong[0]}", path=path, expected=expected, got=came)
    if not all(tensor.is_floating_point() for tensor in tensors.values()):
        raise DataError("weights must be floating point", path=path)


def _check_finite(tensors: Mapping[str, Tensor], path: Path) -> None:
    for name, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise DataError(f"weights hold numbers that are not finite: {name}", path=path)
