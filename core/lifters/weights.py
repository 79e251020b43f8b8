"""Weights of lifters on disk: safetensors with a card, under the names that our models use.

Beside the model's own numbers, a file holds the statistics that its coordinates are standardised with, under
``statistics.``: ``input_mean``, ``input_std`` (J, 2) in pixels of a picture 1000 wide, ``target_mean``,
``target_std`` (K, 3) in millimetres.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import torch
from torch import Tensor, nn

from core.errors import DataError
from core.lifters.card import Coding, LifterCard
from core.lifters.models import CLASSES, build_model
from core.lifters.normalisation import NORMALISATIONS
from core.records import Scale
from core.skeleton import RIGS
from core.tensor_files import LIFTER, TensorFile, check_shapes, halved_matrices, read_tensor_file, write_tensor_file

__all__ = ["COUNTER", "INPUT_JOINTS", "OUTPUT_JOINTS", "STATISTICS", "LifterWeights", "check_weights",
           "checked_lifter", "load_lifter", "model_shapes", "save_lifter"]  # fmt: skip

INPUT_JOINTS: Mapping[str, int] = MappingProxyType({"h36m17": 17, "h36m16": 16, "coco17": 17})
"""Layouts of 2D joints that a model may want, and how many joints they have."""
OUTPUT_JOINTS: Mapping[str, int] = MappingProxyType({"h36m17": 17, "h36m16": 16})
"""Layouts of 3D joints that a model may give; ``h36m16`` is without the root."""
STATISTICS = ("input_mean", "input_std", "target_mean", "target_std")
"""What a model of coding ``zscore`` standardises its coordinates with."""
COUNTER = "num_batches_tracked"
"""End of the names of tensors that only count training steps; files need not have them."""

_PREFIX = "statistics."
_NO_STATISTICS: Mapping[str, Tensor] = MappingProxyType({})
_LARGEST: Mapping[str, Mapping[str, int]] = MappingProxyType({
    "simplebaseline3d": {"joints_in": 64, "joints_out": 64, "width": 1 << 14, "stages": 64, "bias": 1},
    "videopose3d": {"joints_in": 64, "joints_out": 64, "channels": 1 << 14, "levels": 8},
    "motionbert": {"joints": 64, "width": 1 << 14, "factor": 64, "depth": 64, "heads": 1 << 10,
                   "representation": 1 << 14, "frames": 1 << 14},
})  # fmt: skip
"""Sizes that a card may state, and what is beyond reason: a file must not choose how long building takes."""
_MAY_BE_ZERO = ("bias", "stages", "levels")


@dataclass(frozen=True, slots=True, eq=False)
class LifterWeights:
    """Checked weights of a lifter.

    tensors : float32, by the names of the model's ``state_dict`` (:mod:`core.lifters.models`), without counters of
    batches. statistics : float32, by :data:`STATISTICS`; empty where the file has none. sha256 : of the file's bytes.
    path : the file.
    """

    card: LifterCard
    tensors: Mapping[str, Tensor]
    statistics: Mapping[str, Tensor]
    sha256: str
    path: Path

    def module(self) -> nn.Module:
        """The model with these weights, on the CPU, float32, ready to run; a copy, free to be changed."""
        with torch.device("meta"):
            model = build_model(self.card.model, self.card.config)
        model.load_state_dict({name: tensor.clone() for name, tensor in self.tensors.items()}, assign=True)
        return model.eval().requires_grad_(False)


def model_shapes(model: str, config: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Shapes of the tensors of a model by name, without counters of batches; nothing of their size is allocated."""
    with torch.device("meta"):
        state = build_model(model, config).state_dict()
    return {name: tuple(tensor.shape) for name, tensor in state.items() if not name.endswith(COUNTER)}


def save_lifter(
    path: Path,
    state: Mapping[str, Tensor],
    card: LifterCard,
    statistics: Mapping[str, Tensor] = _NO_STATISTICS,
    *,
    half: bool = False,
) -> str:
    """Write weights, statistics and card atomically; returns the sha256 of the file.

    state : as of the model's ``state_dict``; counters of batches are left out. half : matrices of the model as
    float16. The same input gives the same bytes. Raises :class:`DataError` where the card does not describe the
    tensors or a number is not finite (or too large for float16), :class:`core.errors.OutputError` where the file
    cannot be written.
    """
    numbers = {name: tensor.detach().float() for name, tensor in state.items() if not name.endswith(COUNTER)}
    stored = {_PREFIX + name: tensor.detach().float() for name, tensor in statistics.items()}
    check_weights(numbers, card, statistics, path)
    return write_tensor_file(path, stored | (halved_matrices(numbers) if half else numbers), LIFTER, card)


def load_lifter(path: Path) -> LifterWeights:
    """Read and check a lifter's weights.

    Raises :class:`DataError` for a file that is not safetensors or truncated, a pickle, a missing card or that of
    another kind of model, a model, layout of joints or coding that is unknown, sizes beyond reason, tensors or
    statistics that do not fit, and numbers that are not finite.
    """
    return checked_lifter(read_tensor_file(path))


def checked_lifter(file: TensorFile) -> LifterWeights:
    """As :func:`load_lifter`, of a file already read."""
    card = file.card(LIFTER, LifterCard)
    _check_card(card, file.path)
    stored = file.tensors(_shapes(card, file.names))
    tensors = {name: tensor for name, tensor in stored.items() if not name.startswith(_PREFIX)}
    statistics = {name: stored[_PREFIX + name] for name in STATISTICS if _PREFIX + name in stored}
    _check_statistics(statistics, card, file.path)
    return LifterWeights(card, MappingProxyType(tensors), MappingProxyType(statistics), file.sha256, file.path)


def check_weights(
    tensors: Mapping[str, Tensor], card: LifterCard, statistics: Mapping[str, Tensor], path: Path
) -> None:
    """:class:`DataError` where the card is not possible, or not that of these tensors and statistics."""
    _check_card(card, path)
    stored = {_PREFIX + name: tensor for name, tensor in statistics.items()}
    check_shapes({**tensors, **stored}, _shapes(card, stored.keys()), path)
    _check_statistics(statistics, card, path)


def _check_card(card: LifterCard, path: Path) -> None:
    known = {"model": CLASSES, "input_joints": INPUT_JOINTS, "output_joints": OUTPUT_JOINTS,
             "coding": (Coding.SCREEN, Coding.ZSCORE), "normalisation": NORMALISATIONS, "scale": tuple(Scale),
             "rig": RIGS}  # fmt: skip
    for field, values in known.items():
        if getattr(card, field) not in values:
            raise DataError(f"weights state an unknown {field.replace('_', ' ')}", path=path,
                            expected=" or ".join(values), got=repr(getattr(card, field)))  # fmt: skip
    for field, value in {"unit_mm": card.unit_mm, "fps": card.fps}.items():
        if value is not None and not 0 < value < math.inf:
            raise DataError(f"weights state an impossible {field}", path=path, got=str(value))
    _check_sizes(card, path)


def _check_sizes(card: LifterCard, path: Path) -> None:
    largest = _LARGEST[card.model]
    if card.config.keys() != largest.keys():
        raise DataError(f"weights state other sizes than {card.model} has", path=path, expected=", ".join(largest),
                        got=", ".join(card.config) or "none")  # fmt: skip
    for size, value in card.config.items():
        least = 0 if size in _MAY_BE_ZERO else 1
        if not least <= value <= largest[size]:
            raise DataError(f"weights state an impossible size: {size}", path=path,
                            expected=f"{least} to {largest[size]}", got=str(value))  # fmt: skip
    if card.model == "motionbert" and card.config["width"] % card.config["heads"]:
        raise DataError("weights state a width that its heads do not divide", path=path, got=str(card.config["width"]),
                        expected=f"a multiple of {card.config['heads']}")  # fmt: skip
    joints_in, joints_out = INPUT_JOINTS[card.input_joints], OUTPUT_JOINTS[card.output_joints]
    for size, count in (("joints_in", joints_in), ("joints_out", joints_out), ("joints", joints_in),
                        ("joints", joints_out)):  # fmt: skip
        if card.config.get(size, count) != count:
            raise DataError(f"the card contradicts itself: {size}", path=path, got=str(card.config[size]),
                            expected=f"{count} for {card.input_joints} to {card.output_joints}")  # fmt: skip


def _shapes(card: LifterCard, names: Collection[str]) -> dict[str, tuple[int, ...]]:
    """Of every tensor of the model, and of the statistics among ``names``."""
    sides = {"input": (INPUT_JOINTS[card.input_joints], 2), "target": (OUTPUT_JOINTS[card.output_joints], 3)}
    stored = [name for name in STATISTICS if _PREFIX + name in names]
    return model_shapes(card.model, card.config) | {_PREFIX + name: sides[name.split("_")[0]] for name in stored}


def _check_statistics(statistics: Mapping[str, Tensor], card: LifterCard, path: Path) -> None:
    missing = [name for name in STATISTICS if name not in statistics]
    if card.coding == Coding.ZSCORE and missing:
        raise DataError(f"weights of coding {card.coding} lack their statistics {', '.join(missing)}", path=path)
    for name, tensor in statistics.items():
        if name.endswith("_std") and not bool((tensor > 0).all()):
            raise DataError(f"a standard deviation in the statistics is not positive: {name}", path=path)
