"""How checkpoints of others name and shape what our models hold: one layout per code base, by way of functions.

A layout turns the name of a tensor of our model (:mod:`core.lifters.models`) into its own; the way back follows from
the names that a model of the same sizes has. Sizes are concluded from the shapes in a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.lifters.weights import LifterWeights, model_shapes

__all__ = ["LAYOUTS", "Fit", "Layout", "Wanted", "best_fit", "to_layout"]

Shape = tuple[int, ...]

_HEADS = 8  # of both published models; no shape tells it
_MOST_LAYERS = 64  # a file must not choose how long building takes


@dataclass(frozen=True, slots=True)
class Layout:
    """Names and shapes of one code base.

    name : as cards state it. title : for people. model : the family. key : under which its files keep the weights.
    rename : from our name to this one. convolved : where we have a matrix, it has a convolution of length 1. sizes :
    arguments of the model's class, from the shapes in a file by our names.
    """

    name: str
    title: str
    model: str
    key: str
    rename: Callable[[str], str]
    sizes: Callable[[_Shapes], dict[str, int]]
    convolved: bool = False

    def shape(self, ours: Shape) -> Shape:
        """Shape here of a tensor that has the shape ``ours`` in our model."""
        return (*ours, 1) if self.convolved and len(ours) == 2 else ours


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tensor that a layout wants. ours : its name in our model. our_shape, shape : in our model, in the file."""

    ours: str
    our_shape: Shape
    shape: Shape


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the tensors of a file fit a layout.

    config : sizes concluded from the file. wanted : by name in the file. right : how many are there in that shape.
    wrong : names of those that are missing, too many or of another shape, sorted.
    """

    layout: Layout
    config: Mapping[str, int]
    wanted: Mapping[str, Wanted]
    right: int
    wrong: tuple[str, ...]


class _Shapes:
    """Shapes in a file, asked for by our names; what is absent has the published size."""

    def __init__(self, found: Mapping[str, Shape], rename: Callable[[str], str]) -> None:
        self._found, self._rename = found, rename

    def __contains__(self, ours: str) -> bool:
        return self._rename(ours) in self._found

    def size(self, ours: str, axis: int, published: int) -> int:
        """Length of one axis of a tensor."""
        shape = self._found.get(self._rename(ours), ())
        return max(shape[axis], 1) if axis < len(shape) else published

    def count(self, ours: str, published: int) -> int:
        """How many of a numbered tensor there are, from 0 on; ``ours`` has ``{}`` for the number."""
        n = 0
        while n < _MOST_LAYERS and ours.format(n) in self:
            n += 1
        return n or published


def _simplebaseline3d(shapes: _Shapes) -> dict[str, int]:
    return {
        "joints_in": max(shapes.size("w1.weight", 1, 32) // 2, 1),
        "joints_out": max(shapes.size("w2.weight", 0, 48) // 3, 1),
        "width": shapes.size("w1.weight", 0, 1024),
        "stages": shapes.count("linear_stages.{}.w1.weight", 2),
        "bias": int("w1.bias" in shapes),
    }


def _videopose3d(shapes: _Shapes) -> dict[str, int]:
    return {
        "joints_in": max(shapes.size("expand_conv.weight", 1, 34) // 2, 1),
        "joints_out": max(shapes.size("shrink.weight", 0, 51) // 3, 1),
        "channels": shapes.size("expand_conv.weight", 0, 1024),
        "levels": shapes.count("layers_conv.{}.weight", 8) // 2,
    }


def _motionbert(shapes: _Shapes) -> dict[str, int]:
    width = shapes.size("joints_embed.weight", 0, 512)
    return {
        "joints": shapes.size("pos_embed", 1, 17),
        "width": width,
        "factor": max(shapes.size("blocks_st.0.mlp_s.fc1.weight", 0, 2 * width) // width, 1),
        "depth": shapes.count("ts_attn.{}.weight", 5),
        "heads": _HEADS,
        "representation": shapes.size("pre_logits.fc.weight", 0, 512),
        "frames": shapes.size("temp_embed", 1, 243),
    }


def _same(ours: str) -> str:
    return ours


def _renamed(rules: Mapping[str, str], ours: str) -> str:
    """By the first rule, a pattern and its replacement, that fits the beginning of a name."""
    for pattern, replacement in rules.items():
        name, found = re.subn(f"^{pattern}", replacement, ours)
        if found:
            return name
    return ours


def _mmpose_simplebaseline3d(ours: str) -> str:
    return _renamed({
        r"w1\.": "backbone.expand_conv.conv.",
        r"batch_norm1\.": "backbone.expand_conv.bn.",
        r"linear_stages\.(\d+)\.w([12])\.": r"backbone.tcn_blocks.\1.conv\2.0.conv.",
        r"linear_stages\.(\d+)\.batch_norm([12])\.": r"backbone.tcn_blocks.\1.conv\2.0.bn.",
        r"w2\.": "head.conv.",
    }, ours)  # fmt: skip


def _mmpose_videopose3d(ours: str) -> str:
    numbered = re.fullmatch(r"layers_(conv|bn)\.(\d+)\.(.+)", ours)
    if numbered:
        part, n, rest = numbered[1], int(numbered[2]), numbered[3]
        return f"backbone.tcn_blocks.{n // 2}.conv{n % 2 + 1}.0.{part}.{rest}"
    return _renamed({r"expand_(conv|bn)\.": r"backbone.expand_conv.\1.", r"shrink\.": "head.conv."}, ours)


def _mmpose_motionbert(ours: str) -> str:
    inner = re.sub(r"\.mlp_([st])\.fc([12])\.", lambda m: f".mlp_{m[1]}.{2 * int(m[2]) - 2}.", ours)
    return _renamed({
        r"pre_logits\.fc\.": "head.pre_logits.fc.", r"head\.": "head.fc.", r"pos_embed": "backbone.spat_embed",
        r"ts_attn\.": "backbone.attn_regress.", "": "backbone.",
    }, inner)  # fmt: skip


LAYOUTS: Mapping[str, Layout] = MappingProxyType({
    layout.name: layout
    for layout in (
        Layout("3d_pose_baseline_pytorch", "SimpleBaseline3D (PyTorch port)", "simplebaseline3d", "state_dict", _same,
               _simplebaseline3d),
        Layout("mmpose-simplebaseline3d", "SimpleBaseline3D (MMPose)", "simplebaseline3d", "state_dict",
               _mmpose_simplebaseline3d, _simplebaseline3d, convolved=True),
        Layout("videopose3d", "VideoPose3D", "videopose3d", "model_pos", _same, _videopose3d),
        Layout("mmpose-videopose3d", "VideoPose3D (MMPose)", "videopose3d", "state_dict", _mmpose_videopose3d,
               _videopose3d),
        Layout("motionbert", "MotionBERT", "motionbert", "model_pos", _same, _motionbert),
        Layout("mmpose-motionbert", "MotionBERT (MMPose)", "motionbert", "state_dict", _mmpose_motionbert, _motionbert),
    )
})  # fmt: skip
"""By name."""


def best_fit(found: Mapping[str, Shape]) -> Fit | None:
    """The layout that the tensors of a file fit best; None where it has not one name in common with any.

    found : shapes by name, without prefixes and counters.
    """
    fits = [_fit(layout, found) for layout in LAYOUTS.values()]
    best = max(fits, key=lambda fit: (fit.right, len(fit.wanted.keys() & found.keys()), -len(fit.wrong)))
    return best if best.wanted.keys() & found.keys() else None


def to_layout(weights: LifterWeights, layout: str) -> dict[str, NDArray[np.float32]]:
    """The numbers of a model as a checkpoint of this layout names and shapes them, without wrapper and counters.

    Raises :class:`DataError` where the layout is unknown, of another family, or has no place for biases.
    """
    known = LAYOUTS.get(layout)
    if known is None or known.model != weights.card.model:
        fitting = [name for name, one in LAYOUTS.items() if one.model == weights.card.model]
        raise DataError(f"{weights.card.model} has no layout {layout!r}", path=weights.path,
                        expected=" or ".join(fitting))  # fmt: skip
    if known.convolved and weights.card.config["bias"]:
        raise DataError(f"layout {layout} has no place for the biases before the normalisations", path=weights.path)
    return {known.rename(ours): tensor.numpy().reshape(known.shape(tuple(tensor.shape)))
            for ours, tensor in weights.tensors.items()}  # fmt: skip


def _fit(layout: Layout, found: Mapping[str, Shape]) -> Fit:
    config = layout.sizes(_Shapes(found, layout.rename))
    wanted = {
        layout.rename(ours): Wanted(ours, shape, layout.shape(shape))
        for ours, shape in model_shapes(layout.model, config).items()
    }
    wrong = sorted(
        name for name in wanted.keys() | found.keys() if name not in wanted or found.get(name) != wanted[name].shape
    )
    right = sum(name in wanted and wanted[name].shape == shape for name, shape in found.items())
    return Fit(layout, MappingProxyType(config), MappingProxyType(wanted), right, tuple(wrong))
