"""Weights on disk: safetensors with a card that says what they are and how to make them again.

One file holds the networks of one or more rigs, what they share once (:mod:`core.network.rig_networks`). It is plain
numbers: reading it runs nothing. The card travels inside it, as JSON under one metadata key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.conventions import angle_names
from core.errors import DataError
from core.network.card import ARCHITECTURE, CONVENTION, Card
from core.network.model import AngleNet
from core.network.rig_networks import RigNetworks
from core.skeleton import RIGS
from core.tensor_files import ANGLES, halved_matrices, read_tensor_file, write_tensor_file

__all__ = ["Weights", "halved", "load_weights", "save_weights"]


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
    state = {name: tensor.detach().float() for name, tensor in networks.tensors().items()}
    return write_tensor_file(path, halved_matrices(state) if half else state, ANGLES, card)


def halved(networks: RigNetworks) -> RigNetworks | None:
    """The networks as they come back from a file in half precision; None where a weight is too large for it."""
    stored = halved_matrices(networks.tensors())
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
    file = read_tensor_file(path)
    card = file.card(ANGLES, Card)
    _check_card(card, path, rig)
    with torch.device("meta"):
        shapes = {name: tuple(t.shape) for name, t in RigNetworks(card.rigs, card.config).tensors().items()}
    return Weights(card, file.tensors(shapes), file.sha256, path)


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
