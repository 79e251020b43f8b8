"""Lifters from files: our own, and the checkpoints of the code bases that published them.

A checkpoint is read by the restricted unpickler (:mod:`core.formats.torch_file`); nothing of it is run. Its tensors are
told by name and shape (:mod:`core.lifters.layouts`), whatever the file is called and however they are wrapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import DataError, UsageError
from core.files import read_bytes, sha256_hex
from core.formats.torch_file import LARGEST_BYTES, is_torch_file, parse_torch
from core.formats.unpickle import shown
from core.lifters.card import LifterCard
from core.lifters.checkpoint_cards import card_of, statistics_of
from core.lifters.layouts import LAYOUTS, Fit, best_fit
from core.lifters.weights import COUNTER, LifterWeights, check_weights, checked_lifter
from core.tensor_files import check_finite, is_tensor_file, read_tensor_file

__all__ = ["CheckpointOptions", "inspect_lifter", "is_checkpoint", "open_lifter"]

_KEYS = tuple(dict.fromkeys(layout.key for layout in LAYOUTS.values()))
_TRAJECTORY = "model_traj"
_TRAJECTORY_PREFIXES = ("traj_backbone.", "traj_head.", "traj_neck.")
_LEFT_OUT = "a second model for the trajectory of the root is in the file and was left out"
_PARALLEL = "module."  # of a model that was trained on several devices
_HEAD, _OLD_HEAD = "head.", "keypoint_head."
_THREE_CHANNELS = 51


@dataclass(frozen=True, slots=True)
class CheckpointOptions:
    """What a user says of a checkpoint beside the file.

    model : the family that it should be of. joints : 2D joints of VideoPose3D, ``h36m17`` or ``coco17``; None: by the
    name of the file. statistics : file with the 3D statistics of SimpleBaseline3D's PyTorch port.
    """

    model: str | None = None
    joints: str | None = None
    statistics: Path | None = None


NO_OPTIONS = CheckpointOptions()


def is_checkpoint(path: Path) -> bool:
    """True for a safetensors file and one of ``torch.save``, by its content; False for any other, or none."""
    try:
        head = _head(path)
    except DataError:
        return False
    return is_tensor_file(head) or is_torch_file(path, head)


def open_lifter(path: Path, options: CheckpointOptions = NO_OPTIONS) -> LifterWeights:
    """The lifter in a safetensors file of ours, or in a checkpoint of one of :data:`core.lifters.layouts.LAYOUTS`.

    Raises :class:`DataError` for a file that cannot be read or would run code, another family than asked for, tensors
    that are of no layout (the nearest is named, with the first that is off), and statistics that are needed and
    missing; :class:`UsageError` for options that do not apply.
    """
    read = _read(path)
    if isinstance(read, LifterWeights):
        return _checked(read, options)
    content, sha256 = read
    card, tensors = _recognised(content, sha256, path, options)
    statistics = statistics_of(card, path, options.statistics)
    check_weights(tensors, card, statistics, path)
    return LifterWeights(card, MappingProxyType(tensors), MappingProxyType(statistics), sha256, path)


def inspect_lifter(path: Path) -> tuple[LifterCard, str]:
    """The card of what :func:`open_lifter` would open, and the sha256 of the file; needs no further file.

    Raises :class:`DataError` as :func:`open_lifter` does.
    """
    read = _read(path)
    if isinstance(read, LifterWeights):
        return read.card, read.sha256
    return _recognised(*read, path, NO_OPTIONS)[0], read[1]


def _read(path: Path) -> LifterWeights | tuple[object, str]:
    """A lifter of ours; of another file what it holds, and its sha256."""
    if is_tensor_file(_head(path)):
        file = read_tensor_file(path)
        return checked_lifter(file) if file.kind is not None else (_numpy(file.parse()), file.sha256)
    data = read_bytes(path, LARGEST_BYTES)
    return parse_torch(data, path), sha256_hex(data)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror or error})", path=path) from None


def _checked(weights: LifterWeights, options: CheckpointOptions) -> LifterWeights:
    """A file of ours is what its card says; options must not say otherwise."""
    _check_model(weights.card.model, weights.card.title, weights.path, options)
    if options.joints not in (None, weights.card.input_joints):
        raise UsageError(f"{weights.path} takes {weights.card.input_joints}, not {options.joints}")
    if options.statistics is not None:
        raise UsageError(f"{weights.path} needs no statistics: they are in it, or it uses none")
    return weights


def _check_model(model: str, title: str, path: Path, options: CheckpointOptions) -> None:
    if options.model not in (None, model):
        raise DataError(f"is a checkpoint of {title}", path=path, expected=str(options.model), got=model)


def _recognised(
    content: object, sha256: str, path: Path, options: CheckpointOptions
) -> tuple[LifterCard, dict[str, Tensor]]:
    """The card and the tensors, by our names, of what a checkpoint holds."""
    state, notes = _state(content, path)
    fit = _fitting({name: array.shape for name, array in state.items()}, path)
    _check_model(fit.layout.model, fit.layout.title, path, options)
    return card_of(fit, path, sha256, options.joints, notes), _tensors(state, fit, path)


def _state(content: object, path: Path) -> tuple[dict[str, NDArray[Any]], tuple[str, ...]]:
    """The tensors of the model by the names of its layout, and what was left out, in words."""
    if not isinstance(content, dict):
        raise DataError("holds no weights", path=path, expected="a dictionary of tensors", got=type(content).__name__)
    inner = next((content[key] for key in _KEYS if isinstance(content.get(key), dict)), content)
    tensors = {key: value for key, value in inner.items() if isinstance(key, str) and isinstance(value, np.ndarray)}
    if not tensors:
        raise DataError("holds no weights", path=path, expected=" or ".join(_KEYS),
                        got=", ".join(map(shown, list(inner)[:6])) or "an empty dictionary")  # fmt: skip
    other = next((shown(key) for key in inner if key not in tensors), None)
    if other is not None:
        raise DataError(f"{other} among the weights is no tensor", path=path)
    while all(name.startswith(_PARALLEL) for name in tensors):
        tensors = {name.removeprefix(_PARALLEL): value for name, value in tensors.items()}
    second = content.get(_TRAJECTORY) is not None or any(name.startswith(_TRAJECTORY_PREFIXES) for name in tensors)
    return _model_only(tensors), (_LEFT_OUT,) if second else ()


def _model_only(tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Without counters, preprocessing and a second model; the name that MMPose 0.x gave its head becomes today's."""
    return {
        _HEAD + name.removeprefix(_OLD_HEAD) if name.startswith(_OLD_HEAD) else name: array
        for name, array in tensors.items()
        if not name.endswith(COUNTER) and not name.startswith(("data_preprocessor.", *_TRAJECTORY_PREFIXES))
    }


def _fitting(shapes: Mapping[str, tuple[int, ...]], path: Path) -> Fit:
    """The layout that all tensors fit; :class:`DataError` says which is nearest and what is off first."""
    if shapes.get("expand_conv.weight", ())[1:2] == (_THREE_CHANNELS,):
        raise DataError("is a VideoPose3D that takes three channels per joint, which cannot be run", path=path,
                        expected="two channels per joint, 34", got=str(_THREE_CHANNELS))  # fmt: skip
    fit = best_fit(shapes)
    if fit is None:
        raise DataError("is of no known lifter", path=path, got=", ".join(map(shown, list(shapes)[:4])),
                        expected="SimpleBaseline3D, VideoPose3D or MotionBERT")  # fmt: skip
    if fit.wrong:
        name = fit.wrong[0]
        raise DataError(
            f"is of no known lifter; nearest is {fit.layout.title}, whose {len(fit.wanted)} tensors are matched by "
            f"{fit.right} of {len(shapes)} here. First that is off: {shown(name)}",
            path=path, expected=str(fit.wanted[name].shape) if name in fit.wanted else "no such tensor",
            got=str(shapes.get(name, "no such tensor")),
        )  # fmt: skip
    return fit


def _tensors(state: Mapping[str, NDArray[Any]], fit: Fit, path: Path) -> dict[str, Tensor]:
    """float32, by our names and in our shapes."""
    tensors = {}
    for name, wanted in fit.wanted.items():
        if state[name].dtype.kind != "f":
            raise DataError(f"{name} is not of floating point", path=path, got=str(state[name].dtype))
        with np.errstate(over="ignore"):  # what is too large becomes infinite, which is refused by name below
            numbers = np.array(state[name], dtype=np.float32, order="C")
        tensors[wanted.ours] = torch.from_numpy(numbers.reshape(wanted.our_shape))
    check_finite(tensors, path)
    return tensors


def _numpy(tensors: Mapping[str, Tensor]) -> dict[str, NDArray[Any]]:
    return {name: (t.float() if t.is_floating_point() else t).numpy() for name, t in tensors.items()}
