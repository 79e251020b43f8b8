"""Means and standard deviations of Human3.6M, by which SimpleBaseline3D standardises its coordinates.

Two sources: the configuration of SimpleBaseline3D in MMPose (Apache-2.0), rounded to a tenth (2D in pixels of pictures
1000 wide, 3D relative to the root in the camera's frame), and the file of 3D statistics that goes with checkpoints of
the model's PyTorch port.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.formats.torch_file import load_torch
from core.formats.unpickle import array_in, shown

__all__ = ["port_statistics", "published_statistics"]

_NECK = 9  # between neck and nose: models of 16 joints do not take it
_OF_32 = (1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27)  # of the corpus' 32 joints: our 17 without the root

_INPUT_MEAN = """
    532.1 419.7  531.8 418.3  530.7 493.5  529.4 576.0  532.3 421.3  531.9 494.7  529.7 579.0  532.9 370.7  534.1 317.9
    534.6 304.2  534.9 282.3  534.1 330.1  533.5 376.3  533.5 391.7  533.5 330.1  532.5 374.2  532.7 380.6"""
_INPUT_STD = """
    107.7 63.4  119.0 64.1  119.1 50.5  120.6 56.4  102.0 62.9  106.2 48.4  108.5 54.6  109.1 68.7  111.2 74.9
    111.6 77.8  113.2 79.9  105.7 73.3  107.1 73.9  108.0 83.3  121.6 74.3  134.3 77.5  131.8 89.9"""
_TARGET_MEAN = """
    -0.3 -7.1 -1.0  -5.7 319.6 71.9  -10.2 691.1 155.4  0.3 7.1 1.0  -5.1 327.0 72.2  -10.0 708.3 158.0
    2.9 -211.4 -47.4  5.7 -435.1 -97.7  5.9 -491.9 -110.7  7.4 -583.9 -131.2  5.4 -383.9 -86.8  3.0 -187.6 -43.5
    1.3 -120.2 -28.3  4.7 -383.6 -85.5  1.7 -197.0 -43.1  0.9 -168.7 -37.4"""
_TARGET_STD = """
    110.7 22.4 72.5  158.6 189.3 208.8  191.8 243.2 247.6  110.7 22.4 72.5  158.8 199.8 214.7  180.0 250.5 248.5
    52.1 52.1 69.1  95.2 101.3 129.0  117.4 126.5 164.7  123.6 130.9 164.3  146.0 97.1 139.5  243.5 129.8 202.3
    244.7 215.0 239.4  138.8 100.9 142.4  236.9 144.9 209.8  244.0 239.8 255.2"""


def published_statistics(joints_in: int) -> dict[str, NDArray[np.float32]]:
    """``input_mean``, ``input_std`` (17 or 16, 2) in pixels, ``target_mean``, ``target_std`` (16, 3) in mm.

    joints_in : 17, or 16 without the neck.
    """
    tables = {"input_mean": (_INPUT_MEAN, 2), "input_std": (_INPUT_STD, 2), "target_mean": (_TARGET_MEAN, 3),
              "target_std": (_TARGET_STD, 3)}  # fmt: skip
    found = {name: np.array(text.split(), np.float32).reshape(-1, axes) for name, (text, axes) in tables.items()}
    if joints_in == len(found["input_mean"]):
        return found
    return found | {name: np.delete(found[name], _NECK, axis=0) for name in ("input_mean", "input_std")}


def port_statistics(path: Path) -> dict[str, NDArray[np.float32]]:
    """``target_mean``, ``target_std`` (16, 3) in mm from the PyTorch port's ``stat_3d.pth.tar``.

    That file has ``mean`` and ``std`` of 32 joints, and in ``dim_use`` which of the 96 coordinates the model gives.
    Raises :class:`DataError` for a file that is something else.
    """
    content = load_torch(path)
    wanted = ("mean", "std", "dim_use")
    if not isinstance(content, dict) or any(name not in content for name in wanted):
        got = ", ".join(map(shown, list(content)[:6])) if isinstance(content, dict) else type(content).__name__
        raise DataError("holds no 3D statistics", path=path, expected=", ".join(wanted), got=got)
    used = (3 * np.array(_OF_32)[:, None] + np.arange(3)).ravel()
    dim_use = array_in(content["dim_use"], "dim_use", path)
    if not np.array_equal(dim_use.ravel(), used):
        raise DataError("dim_use names other coordinates than those of the 16 joints", path=path,
                        expected=f"{len(used)} of 96, {used[:4].tolist()} ...",
                        got=f"{dim_use.size}, {dim_use.ravel()[:4].tolist()} ...")  # fmt: skip
    return {f"target_{name}": _coordinates(content[name], name, path)[used].reshape(-1, 3) for name in ("mean", "std")}


def _coordinates(value: Any, name: str, path: Path) -> NDArray[np.float32]:
    array = array_in(value, name, path).ravel()
    if array.dtype.kind != "f" or array.size != 96 or not np.isfinite(array).all():
        raise DataError(f"{name} is not one number per coordinate of 32 joints", path=path,
                        expected="96 finite numbers", got=f"{array.size} of type {array.dtype}")  # fmt: skip
    return array.astype(np.float32)
