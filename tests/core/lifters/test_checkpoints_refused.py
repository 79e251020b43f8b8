"""What is no checkpoint of a lifter, or a damaged one, is refused with one line that says how far off it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor

from core.errors import DataError
from core.lifters.checkpoint import is_checkpoint, open_lifter
from tests.lifter_checkpoints import documented, random_state


def changed(layout: str, change: Callable[[dict[str, Tensor]], object]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        state = dict(random_state(documented(layout, small=True)))
        change(state)
        torch.save({"state_dict": state}, path)

    return write


def put(**tensors: Tensor) -> Callable[[dict[str, Tensor]], object]:
    return lambda state: state.update({name.replace("__", "."): tensor for name, tensor in tensors.items()})


# The small VideoPose3D has 27 tensors: 6 convolutions, a bias, and 4 of each of 5 norms.
REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "layer missing": (
        changed("videopose3d", lambda s: s.pop("shrink.bias")),
        r"nearest is VideoPose3D, whose 27 tensors are matched by 26 of 26 here. First that is off: shrink\.bias; "
        r"expected \(51,\), got no such tensor"),
    "layer too many": (
        changed("videopose3d", put(layers_conv__4__weight=torch.zeros(8, 8, 3))),
        r"27 tensors are matched by 27 of 28 .*layers_conv\.4\.weight; expected no such tensor, got \(8, 8, 3\)"),
    "layer of another shape": (
        changed("mmpose-motionbert", put(head__fc__weight=torch.zeros(4, 12))),
        r"nearest is MotionBERT \(MMPose\).*head\.fc\.weight; expected \(3, 12\), got \(4, 12\)"),
    "joints of another dataset": (
        changed("3d_pose_baseline_pytorch", put(w1__weight=torch.zeros(12, 30))),
        "takes 15 joints, of which no layout is known"),
    "three channels per joint": (
        changed("videopose3d", put(expand_conv__weight=torch.zeros(8, 51, 3))), "takes three channels per joint"),
    "another network": (
        lambda p: torch.save({"state_dict": {"conv1.weight": torch.zeros(3), "fc.bias": torch.zeros(2)}}, p),
        r"is of no known lifter; expected SimpleBaseline3D, VideoPose3D or MotionBERT, got conv1\.weight, fc\.bias"),
    "integers": (changed("videopose3d", put(shrink__bias=torch.zeros(51, dtype=torch.int32))), "not of floating point"),
    "NaN": (changed("videopose3d", put(shrink__bias=torch.full((51,), torch.nan))), r"not finite: shrink\.bias"),
    "too large for float32": (
        changed("motionbert", put(head__bias=torch.full((3,), 1e300, dtype=torch.float64))), r"not finite: head\.bias"),
    "no weights": (lambda p: torch.save({"epoch": 3, "lr": 1e-3}, p), "holds no weights.*got epoch, lr"),
    "an empty dictionary": (lambda p: torch.save({}, p), "holds no weights.*got an empty dictionary"),
    "a list": (lambda p: torch.save([torch.zeros(3)], p), "holds no weights; expected a dictionary of tensors"),
    "other things among the weights": (
        lambda p: torch.save({"state_dict": {"w": torch.zeros(3), "epoch": 3}}, p),
        "epoch among the weights is no tensor"),
    "itself among the weights": (lambda p: torch.save(looped(), p), "self among the weights is no tensor"),
    "names that terminals obey": (
        lambda p: torch.save({"\x1b[2J\nname": torch.zeros(3)}, p), r"got \?\[2J\?name"),
    "text": (lambda p: p.write_text("weights"), "is not a file of torch.save"),
    "an angle network": (
        lambda p: safetensors.torch.save_file({"a": torch.zeros(1)}, p, {"anglescope": "{}"}),
        "weights are of an angle network"),
}  # fmt: skip


def looped() -> dict[str, Any]:
    inner: dict[str, Any] = {"w": torch.zeros(3)}
    inner["self"] = inner
    return {"state_dict": inner}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_lifter_is_refused_with_one_line(case, tmp_path):
    write, words = REFUSED[case]
    path = tmp_path / "x.pth"
    write(path)
    with pytest.raises(DataError, match=words) as caught:
        open_lifter(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ") and "\n" not in line and "\x1b" not in line


def test_missing_and_other_files_are_no_checkpoints(tmp_path):
    (tmp_path / "a.txt").write_text("some text")
    np.savez(tmp_path / "a.npz", np.ones(3))
    assert not any(is_checkpoint(tmp_path / name) for name in ("a.txt", "a.npz", "none.pth", "."))
    with pytest.raises(DataError, match=r"none\.pth: cannot be read"):
        open_lifter(tmp_path / "none.pth")
