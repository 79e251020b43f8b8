"""Checkpoints as other code bases write them, made up from their documented names, shapes and wrappers.

Nothing here uses the project's own table of layouts: names and shapes are written down from the documentation of each
code base, numbers are random.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

Shapes = dict[str, tuple[int, ...]]

LAYOUTS = ("3d_pose_baseline_pytorch", "mmpose-simplebaseline3d", "videopose3d", "mmpose-videopose3d", "motionbert",
           "mmpose-motionbert")  # fmt: skip

OF_32 = (1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)
"""Human3.6M's joints that the PyTorch port of SimpleBaseline3D gives, by their numbers among 32."""


def _norm(name: str, n: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{part}", (n,)
    yield f"{name}.num_batches_tracked", ()


def _linear(name: str, out: int, into: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from ((f"{name}.weight", (out, into)), (f"{name}.bias", (out,)))


def port(width: int = 1024, stages: int = 2) -> Shapes:
    """weigq's PyTorch port of SimpleBaseline3D: 16 joints of 2 in, 16 of 3 out."""
    shapes = [*_linear("w1", width, 32), *_norm("batch_norm1", width)]
    for stage in range(stages):
        for part in (1, 2):
            shapes += [*_linear(f"linear_stages.{stage}.w{part}", width, width),
                       *_norm(f"linear_stages.{stage}.batch_norm{part}", width)]  # fmt: skip
    return dict([*shapes, *_linear("w2", 48, width)])


def mmpose_tcn(channels: int = 1024, blocks: int = 4, kernel: int = 3, out: int = 51) -> Shapes:
    """MMPose's temporal network: VideoPose3D, and with kernels of 1, two blocks and 48 outputs SimpleBaseline3D."""
    shapes = [("backbone.expand_conv.conv.weight", (channels, 34, kernel)), *_norm("backbone.expand_conv.bn", channels)]
    for block in range(blocks):
        for part, length in ((1, kernel), (2, 1)):
            name = f"backbone.tcn_blocks.{block}.conv{part}.0"
            shapes += [(f"{name}.conv.weight", (channels, channels, length)), *_norm(f"{name}.bn", channels)]
    return dict([*shapes, ("head.conv.weight", (out, channels, 1)), ("head.conv.bias", (out,))])


def videopose3d(channels: int = 1024, levels: int = 4) -> Shapes:
    """VideoPose3D's own names."""
    shapes = [("expand_conv.weight", (channels, 34, 3)), *_norm("expand_bn", channels)]
    for layer in range(2 * levels):
        shapes += [(f"layers_conv.{layer}.weight", (channels, channels, 1 if layer % 2 else 3)),
                   *_norm(f"layers_bn.{layer}", channels)]  # fmt: skip
    return dict([*shapes, ("shrink.weight", (51, channels, 1)), ("shrink.bias", (51,))])


def motionbert(
    width: int = 512, factor: int = 2, depth: int = 5, rep: int = 512, frames: int = 243, mmpose: bool = False
) -> Shapes:
    """MotionBERT's own names, or those that MMPose gave them."""
    front = "backbone." if mmpose else ""
    fc1, fc2 = ("0", "2") if mmpose else ("fc1", "fc2")
    shapes: list[tuple[str, tuple[int, ...]]] = [
        (f"{front}temp_embed", (1, frames, 1, width)),
        (f"{front}{'spat_embed' if mmpose else 'pos_embed'}", (1, 17, width)),
        *_linear(f"{front}joints_embed", width, 3), *_linear(f"{front}norm", 1, width),
    ]  # fmt: skip
    for order, block, part in ((o, b, p) for o in ("st", "ts") for b in range(depth) for p in "st"):
        name = f"{front}blocks_{order}.{block}"
        for norm in (1, 2):
            shapes += [(f"{name}.norm{norm}_{part}.{one}", (width,)) for one in ("weight", "bias")]
        shapes += [*_linear(f"{name}.attn_{part}.qkv", 3 * width, width),
                   *_linear(f"{name}.attn_{part}.proj", width, width),
                   *_linear(f"{name}.mlp_{part}.{fc1}", factor * width, width),
                   *_linear(f"{name}.mlp_{part}.{fc2}", width, factor * width)]  # fmt: skip
    for block in range(depth):
        shapes += _linear(f"{front}{'attn_regress' if mmpose else 'ts_attn'}.{block}", 2, 2 * width)
    shapes += [*_linear("head.pre_logits.fc" if mmpose else "pre_logits.fc", rep, width),
               *_linear("head.fc" if mmpose else "head", 3, rep)]  # fmt: skip
    return dict(shapes) | {f"{front}norm.weight": (width,), f"{front}norm.bias": (width,)}


def documented(layout: str, small: bool = False) -> Shapes:
    """Names and shapes of the published model of a layout, or of a small one."""
    return {
        "3d_pose_baseline_pytorch": lambda: port(*((12, 3) if small else ())),
        "mmpose-simplebaseline3d": lambda: mmpose_tcn(12 if small else 1024, 2, 1, 48),
        "videopose3d": lambda: videopose3d(*((8, 2) if small else ())),
        "mmpose-videopose3d": lambda: mmpose_tcn(*((8, 2) if small else ())),
        "motionbert": lambda: motionbert(*((16, 3, 2, 12, 9) if small else ())),
        "mmpose-motionbert": lambda: motionbert(*((16, 3, 2, 12, 9) if small else ()), mmpose=True),
    }[layout]()


def random_state(shapes: Mapping[str, tuple[int, ...]], seed: int = 0) -> OrderedDict[str, torch.Tensor]:
    """Random numbers of these names and shapes; what is a variance is positive."""
    generator = torch.Generator().manual_seed(seed)
    state: OrderedDict[str, torch.Tensor] = OrderedDict()
    for name, shape in shapes.items():
        numbers = torch.randn(shape, generator=generator)
        state[name] = 0.3 * numbers
        if name.endswith("running_var"):
            state[name] = 0.5 + numbers.abs()
        if name.endswith("num_batches_tracked"):
            state[name] = torch.tensor(7)
    state._metadata = OrderedDict({"": {"version": 1}})
    return state


def wrapped(layout: str, state: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    """The dictionary that a code base saves with its weights."""
    optimizer = {"state": {0: {"step": 3, "exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 1e-3, "params": [0]}]}
    if layout == "3d_pose_baseline_pytorch":
        return {
            "epoch": 11,
            "lr": 1e-3,
            "step": 9,
            "err": np.float64(45.5),
            "state_dict": state,
            "optimizer": optimizer,
        }
    if layout == "videopose3d":
        return {"epoch": 80, "lr": 1e-4, "random_state": np.random.RandomState(1234), "optimizer": optimizer,
                "model_pos": state, "model_traj": None, "random_state_semi": None}  # fmt: skip
    if layout == "motionbert":
        parallel = OrderedDict((f"module.{name}", tensor) for name, tensor in state.items())
        return {"epoch": 59, "lr": 1e-5, "optimizer": optimizer, "model_pos": parallel, "min_loss": np.float64(37.2)}
    return {"meta": {"CLASSES": None, "time": "20210419"}, "state_dict": state}


SUFFIXES = {"3d_pose_baseline_pytorch": ".pth.tar", "videopose3d": ".bin", "motionbert": ".bin"}
"""Of files by layout, ``.pth`` elsewhere."""


def checkpoint(folder: Path, layout: str, stem: str = "checkpoint", seed: int = 0) -> Path:
    """A small checkpoint as its code base writes it; the years 2018 to 2020 in the older form of ``torch.save``."""
    path = folder / f"{stem}{SUFFIXES.get(layout, '.pth')}"
    older = layout in ("3d_pose_baseline_pytorch", "videopose3d")
    torch.save(wrapped(layout, random_state(documented(layout, small=True), seed)), path,
               _use_new_zipfile_serialization=not older)  # fmt: skip
    return path


def stat_3d(folder: Path, **changes: Any) -> Path:
    """The file of 3D statistics of the PyTorch port of SimpleBaseline3D, with random numbers."""
    rng = np.random.default_rng(5)
    dim_use = np.array([3 * joint + axis for joint in OF_32 for axis in range(3)])
    content = {"mean": rng.normal(size=96), "std": rng.uniform(50, 200, 96), "dim_use": dim_use}
    path = folder / "stat_3d.pth.tar"
    torch.save({**content, **changes}, path, _use_new_zipfile_serialization=False)
    return path
