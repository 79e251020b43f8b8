"""Checkpoints of other code bases: made up with their documented names, shapes and wrappers, opened and converted.

What the models then compute is compared with forward passes written down again in numpy, fed by the names in the file.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from msgspec import structs
from torch import Tensor

from core.errors import DataError, UsageError
from core.files import sha256_hex
from core.lifters.checkpoint import CheckpointOptions, inspect_lifter, is_checkpoint, open_lifter
from core.lifters.layouts import best_fit, to_layout
from core.lifters.normalisation import check_normalisation
from core.lifters.statistics import published_statistics
from core.lifters.weights import load_lifter, save_lifter
from tests import lifters_by_hand as by_hand
from tests.lifter_checkpoints import (
    LAYOUTS,
    OF_32,
    checkpoint,
    documented,
    motionbert,
    random_state,
    stat_3d,
    wrapped,
)

PORT = LAYOUTS[0]
FAMILY = dict(zip(LAYOUTS, ("simplebaseline3d",) * 2 + ("videopose3d",) * 2 + ("motionbert",) * 2, strict=True))


def options(layout: str, folder: Path, **more: Any) -> CheckpointOptions:
    """What has to be said of a checkpoint of this layout: where its statistics are."""
    return CheckpointOptions(statistics=stat_3d(folder) if layout == PORT else None, **more)


def of_tcn(name: str) -> str:
    """VideoPose3D's name of a tensor to MMPose's."""
    for part in ("conv", "bn"):
        for n in range(8):
            name = name.replace(f"layers_{part}.{n}.", f"backbone.tcn_blocks.{n // 2}.conv{n % 2 + 1}.0.{part}.")
    name = name.replace("expand_conv.", "backbone.expand_conv.conv.").replace("expand_bn.", "backbone.expand_conv.bn.")
    return name.replace("shrink.", "head.conv.")


def of_perceptron(name: str) -> str:
    """The PyTorch port's name of a tensor of SimpleBaseline3D to MMPose's."""
    if not name.startswith("linear_stages"):
        name = name.replace("batch_norm1.", "backbone.expand_conv.bn.").replace("w1.", "backbone.expand_conv.conv.")
        return name.replace("w2.", "head.conv.")
    _, stage, part, kind = name.split(".")
    inner = "bn" if part.startswith("batch") else "conv"
    return f"backbone.tcn_blocks.{stage}.conv{part[-1]}.0.{inner}.{kind}"


def of_transformer(name: str) -> str:
    """MotionBERT's name of a tensor to MMPose's."""
    if name.startswith("pre_logits"):
        return f"head.{name}"
    if name.startswith("head."):
        return name.replace("head.", "head.fc.")
    for theirs, mmpose in (
        ("pos_embed", "spat_embed"),
        ("ts_attn", "attn_regress"),
        (".fc1.", ".0."),
        (".fc2.", ".2."),
    ):
        name = name.replace(theirs, mmpose)
    return f"backbone.{name}"


def expected(layout: str, state: Mapping[str, Tensor], joints: np.ndarray) -> np.ndarray:
    """What the weights under their own names compute, by hand; (N, T, ...) to the same."""

    def get(rename: Callable[[str], str] = str) -> by_hand.Get:
        return lambda name: state[rename(name)].double().numpy()

    def matrix(name: str) -> np.ndarray:
        found = get(of_perceptron)(name)
        return found[..., 0] if found.ndim == 3 else found

    return {
        PORT: lambda: by_hand.simplebaseline3d(joints, get(), 3, True),
        "mmpose-simplebaseline3d": lambda: by_hand.simplebaseline3d(joints, matrix, 2, False),
        "videopose3d": lambda: by_hand.videopose3d(joints, get(), 2),
        "mmpose-videopose3d": lambda: by_hand.videopose3d(joints, get(of_tcn), 2),
        "motionbert": lambda: by_hand.motionbert(joints, get(), 2, 8),
        "mmpose-motionbert": lambda: by_hand.motionbert(joints, get(of_transformer), 2, 8),
    }[layout]()


def some_joints(layout: str) -> np.ndarray:
    shape = {PORT: (4, 16, 2), "motionbert": (3, 17, 3), "mmpose-motionbert": (3, 17, 3)}.get(layout, (30, 17, 2))
    return np.random.default_rng(3).normal(size=shape)


def computed(module: torch.nn.Module, layout: str, joints: np.ndarray) -> np.ndarray:
    single = FAMILY[layout] == "simplebaseline3d"
    batch = torch.from_numpy(joints if single else joints[None])
    with torch.inference_mode():
        out = module.double()(batch).numpy()
    return out if single else out[0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_checkpoint_computes_what_its_code_base_would(layout, tmp_path):
    path = checkpoint(tmp_path, layout)
    weights = open_lifter(path, options(layout, tmp_path))
    state = random_state(documented(layout, small=True))
    joints = some_joints(layout)
    np.testing.assert_allclose(computed(weights.module(), layout, joints), expected(layout, state, joints), atol=1e-5)
    card = weights.card
    assert (card.model, card.layout, card.source) == (FAMILY[layout], layout, path.name)
    assert card.source_sha256 == weights.sha256 == sha256_hex(path.read_bytes())
    assert is_checkpoint(path)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_conversion_changes_no_number(layout, tmp_path):
    weights = open_lifter(checkpoint(tmp_path, layout), options(layout, tmp_path))
    path = tmp_path / "converted.safetensors"
    save_lifter(path, weights.tensors, weights.card, weights.statistics)
    again = open_lifter(path)
    assert again.card == weights.card
    joints = some_joints(layout)
    assert np.array_equal(*(computed(one.module(), layout, joints) for one in (weights, again)))
    assert again.statistics.keys() == weights.statistics.keys()
    assert all(torch.equal(again.statistics[name], weights.statistics[name]) for name in weights.statistics)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_model_can_be_written_as_its_code_base_would(layout, tmp_path):
    weights = open_lifter(checkpoint(tmp_path, layout), options(layout, tmp_path))
    state = {name: tensor for name, tensor in random_state(documented(layout, small=True)).items()
             if not name.endswith("num_batches_tracked")}  # fmt: skip
    written = to_layout(weights, layout)
    assert written.keys() == state.keys()
    assert all(np.array_equal(written[name], state[name].numpy()) for name in state)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_published_sizes_are_concluded_from_the_published_shapes(layout):
    shapes = {name: shape for name, shape in documented(layout).items() if not name.endswith("num_batches_tracked")}
    fit = best_fit(shapes)
    assert fit is not None and fit.layout.name == layout
    assert not fit.wrong and fit.right == len(shapes) == len(fit.wanted)
    sizes = {
        "simplebaseline3d": {"joints_in": 16 if layout == PORT else 17, "joints_out": 16, "width": 1024, "stages": 2,
                             "bias": int(layout == PORT)},
        "videopose3d": {"joints_in": 17, "joints_out": 17, "channels": 1024, "levels": 4},
        "motionbert": {"joints": 17, "width": 512, "factor": 2, "depth": 5, "heads": 8, "representation": 512,
                       "frames": 243},
    }  # fmt: skip
    assert dict(fit.config) == sizes[FAMILY[layout]]


CARDS = {
    PORT: ("zscore", "z-score", 1.0, "metric", None, False, "h36m16", "h36m16"),
    "mmpose-simplebaseline3d": ("zscore", "person crop", 1.0, "metric", None, False, "h36m17", "h36m16"),
    "videopose3d": ("screen", "full image", 1000.0, "metric", 50.0, True, "h36m17", "h36m17"),
    "mmpose-videopose3d": ("screen", "full image", 1000.0, "metric", 50.0, True, "h36m17", "h36m17"),
    "motionbert": ("screen", "full image", 1000.0, "weak_perspective", None, True, "h36m17", "h36m17"),
    "mmpose-motionbert": ("screen", "full image", 1000.0, "weak_perspective", None, True, "h36m17", "h36m17"),
}
"""Coding, normalisation, millimetres per unit, scale, frames per second, flip averaging, joints in and out, as
documented by each code base."""


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_card_says_what_is_documented(layout, tmp_path):
    path = checkpoint(tmp_path, layout)
    card, sha256 = inspect_lifter(path)
    told = (card.coding, card.normalisation, card.unit_mm, card.scale, card.fps, card.flip, card.input_joints,
            card.output_joints)  # fmt: skip
    assert told == CARDS[layout]
    check_normalisation(card.normalisation, card.coding)  # raises where a model of this coding cannot be fed so
    assert card.confidence == (FAMILY[layout] == "motionbert")
    assert sha256 == sha256_hex(path.read_bytes())


def bare(state: OrderedDict[str, Tensor], path: Path) -> None:
    torch.save(state, path)


def parallel(state: OrderedDict[str, Tensor], path: Path) -> None:
    torch.save({"state_dict": {f"module.{name}": tensor for name, tensor in state.items()}}, path)


def as_safetensors(state: OrderedDict[str, Tensor], path: Path) -> None:
    safetensors.torch.save_file(dict(state), path)


def old_head(state: OrderedDict[str, Tensor], path: Path) -> None:
    renamed = {re.sub("^head", "keypoint_head", name): tensor for name, tensor in state.items()}
    torch.save({"meta": {}, "state_dict": {**renamed, "data_preprocessor.mean": torch.zeros(3)}}, path)


def without_counters(state: OrderedDict[str, Tensor], path: Path) -> None:
    kept = {name: tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    torch.save({"model_pos": kept}, path, _use_new_zipfile_serialization=False)


def doubles(state: OrderedDict[str, Tensor], path: Path) -> None:
    torch.save({name: tensor.double() if tensor.ndim else tensor for name, tensor in state.items()}, path)


WRAPPINGS = [(layout, write) for layout in LAYOUTS
             for write in (bare, parallel, as_safetensors, without_counters, doubles)]  # fmt: skip
WRAPPINGS += [(layout, old_head) for layout in LAYOUTS if layout.startswith("mmpose")]


@pytest.mark.parametrize(("layout", "write"), WRAPPINGS)
def test_however_it_is_wrapped_it_is_the_same_model(layout, write, tmp_path):
    state = random_state(documented(layout, small=True))
    path = tmp_path / "other.pth"
    write(state, path)
    chosen = options(layout, tmp_path)
    one, other = open_lifter(path, chosen), open_lifter(checkpoint(tmp_path, layout), chosen)
    assert one.tensors.keys() == other.tensors.keys()
    assert all(torch.equal(one.tensors[name], other.tensors[name]) for name in one.tensors)
    assert structs.replace(one.card, source="", source_sha256="") == structs.replace(
        other.card, source="", source_sha256=""
    )


def test_videopose3d_takes_coco_joints_where_its_name_or_the_user_says_so(tmp_path):
    for stem, said, joints, why in (
        ("pretrained_h36m_detectron_coco", None, "coco17", "by the name of the file"),
        ("pretrained_h36m_cpn", None, "h36m17", "by the name of the file"),
        ("pretrained_h36m_detectron_coco", "h36m17", "h36m17", "as was said"),
        ("pretrained_h36m_cpn", "coco17", "coco17", "as was said"),
    ):
        weights = open_lifter(checkpoint(tmp_path, "videopose3d", stem), CheckpointOptions(joints=said))
        assert weights.card.input_joints == joints
        assert any(joints in note and why in note for note in weights.card.notes)


def test_a_second_model_of_the_trajectory_is_left_out_and_said(tmp_path):
    state = random_state(documented("videopose3d", small=True))
    content = {**wrapped("videopose3d", state), "model_traj": state}
    torch.save(content, tmp_path / "semi.bin", _use_new_zipfile_serialization=False)
    weights = open_lifter(tmp_path / "semi.bin")
    assert any("trajectory" in note for note in weights.card.notes)
    mmpose = random_state(documented("mmpose-videopose3d", small=True))
    both = {**mmpose, **{f"traj_{name}": tensor for name, tensor in mmpose.items()}}
    torch.save({"state_dict": both}, tmp_path / "semi.pth")
    assert any("trajectory" in note for note in open_lifter(tmp_path / "semi.pth").card.notes)
    assert not any("trajectory" in note for note in open_lifter(checkpoint(tmp_path, "videopose3d")).card.notes)


def test_motionbert_lite_is_called_so(tmp_path):
    torch.save({"model_pos": random_state(motionbert(256, 4, 1, 8, 3))}, tmp_path / "lite.bin")
    card, _ = inspect_lifter(tmp_path / "lite.bin")
    assert (card.name, card.title) == ("motionbert-lite", "MotionBERT, lite")
    assert any("8 heads" in note for note in card.notes)


def test_statistics_of_the_port_are_its_own_for_3d_and_published_ones_for_2d(tmp_path):
    path = stat_3d(tmp_path)
    content = torch.load(path, weights_only=False)
    weights = open_lifter(checkpoint(tmp_path, PORT), CheckpointOptions(statistics=path))
    for name in ("mean", "std"):
        wanted = np.array([[content[name][3 * joint + axis] for axis in range(3)] for joint in OF_32])
        np.testing.assert_allclose(weights.statistics[f"target_{name}"].numpy(), wanted, rtol=1e-6)
    # From MMPose's configuration: root 532.1 419.7, and the head, tenth of its sixteen joints without the neck.
    assert weights.statistics["input_mean"].shape == (16, 2)
    assert weights.statistics["input_mean"][0].tolist() == pytest.approx([532.1, 419.7])
    assert weights.statistics["input_mean"][9].tolist() == pytest.approx([534.9, 282.3])
    assert weights.statistics["input_std"][9].tolist() == pytest.approx([113.2, 79.9])
    assert any("MMPose" in note for note in weights.card.notes)


def test_published_statistics_are_those_of_people():
    """Spot checks against MMPose's configuration, and that the mean pose has the order of Human3.6M's joints."""
    found = published_statistics(17)
    assert {name: array.shape for name, array in found.items()} == {
        "input_mean": (17, 2), "input_std": (17, 2), "target_mean": (16, 3), "target_std": (16, 3)
    }  # fmt: skip
    mean = found["target_mean"]
    assert mean[0].tolist() == pytest.approx([-0.3, -7.1, -1.0])
    assert mean[15].tolist() == pytest.approx([0.9, -168.7, -37.4])
    assert found["target_std"][15].tolist() == pytest.approx([244.0, 239.8, 255.2])
    heights = -mean[:, 1]  # y down
    right_hip, knee, ankle, spine, thorax, neck, head = heights[[0, 1, 2, 6, 7, 8, 9]]
    assert ankle < knee < right_hip < spine < thorax < neck < head
    picture = found["input_mean"][:, 1]
    assert picture[3] > picture[2] > picture[0] > picture[7] > picture[8] > picture[9] > picture[10]


WRONG_STATISTICS = {
    "missing": ({"std": None}, "std is no array"),
    "of other joints": ({"dim_use": np.arange(48)}, "dim_use names other coordinates"),
    "of fewer joints": ({"mean": np.zeros(51)}, "96 finite numbers"),
    "not finite": ({"std": np.full(96, np.nan)}, "96 finite numbers"),
    "without spread": ({"std": np.zeros(96)}, "not positive"),
}


@pytest.mark.parametrize("case", WRONG_STATISTICS)
def test_wrong_statistics_are_refused_with_one_line(case, tmp_path):
    changes, words = WRONG_STATISTICS[case]
    with pytest.raises(DataError, match=words) as caught:
        open_lifter(checkpoint(tmp_path, PORT), CheckpointOptions(statistics=stat_3d(tmp_path, **changes)))
    assert "\n" not in str(caught.value)


def test_statistics_that_are_needed_or_useless_are_said(tmp_path):
    path = checkpoint(tmp_path, PORT)
    with pytest.raises(DataError, match=r"needs the statistics.*--statistics stat_3d\.pth\.tar"):
        open_lifter(path)
    with pytest.raises(DataError, match="holds no 3D statistics"):
        open_lifter(path, CheckpointOptions(statistics=path))
    with pytest.raises(UsageError, match="needs no file of statistics"):
        open_lifter(checkpoint(tmp_path, "videopose3d"), CheckpointOptions(statistics=stat_3d(tmp_path)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_another_family_than_asked_for_is_refused(layout, tmp_path):
    path = checkpoint(tmp_path, layout)
    chosen = options(layout, tmp_path)
    for family in {*FAMILY.values()} - {FAMILY[layout]}:
        with pytest.raises(DataError, match=rf"is a checkpoint of .*expected {family}, got {FAMILY[layout]}"):
            open_lifter(path, replace(chosen, model=family))
    assert open_lifter(path, replace(chosen, model=FAMILY[layout])).card.model == FAMILY[layout]


def test_options_that_do_not_apply_are_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="takes h36m17, not coco17"):
        open_lifter(checkpoint(tmp_path, "motionbert"), CheckpointOptions(joints="coco17"))
    with pytest.raises(UsageError, match="takes no 2D joints called 'smpl'"):
        open_lifter(checkpoint(tmp_path, "videopose3d"), CheckpointOptions(joints="smpl"))
    weights = open_lifter(checkpoint(tmp_path, "videopose3d"))
    path = tmp_path / "ours.safetensors"
    save_lifter(path, weights.tensors, weights.card)
    with pytest.raises(UsageError, match="takes h36m17, not coco17"):
        open_lifter(path, CheckpointOptions(joints="coco17"))
    with pytest.raises(UsageError, match="needs no statistics"):
        open_lifter(path, CheckpointOptions(statistics=path))
    with pytest.raises(DataError, match=r"is a checkpoint of VideoPose3D; expected motionbert"):
        open_lifter(path, CheckpointOptions(model="motionbert"))
    assert load_lifter(path).card == open_lifter(path, CheckpointOptions(model="videopose3d")).card


def test_layouts_that_a_model_does_not_have(tmp_path):
    port = open_lifter(checkpoint(tmp_path, PORT), options(PORT, tmp_path))
    with pytest.raises(DataError, match="has no layout 'motionbert'; expected 3d_pose_baseline_pytorch or mmpose"):
        to_layout(port, "motionbert")
    with pytest.raises(DataError, match="no place for the biases"):
        to_layout(port, "mmpose-simplebaseline3d")
    video = open_lifter(checkpoint(tmp_path, "videopose3d"))
    there = {name: torch.from_numpy(array) for name, array in to_layout(video, "mmpose-videopose3d").items()}
    torch.save({"state_dict": there}, tmp_path / "there.pth")
    back = open_lifter(tmp_path / "there.pth")
    assert all(torch.equal(back.tensors[name], video.tensors[name]) for name in video.tensors)
