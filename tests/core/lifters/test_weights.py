"""Weights of lifters on disk: what comes back is what was written, and bad files are refused with one line."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import safetensors.torch
import torch
from torch import Tensor

from core.errors import DataError
from core.lifters.card import LifterCard, Measured, Training
from core.lifters.models import build_model
from core.lifters.weights import LifterWeights, load_lifter, save_lifter
from core.network.model import NetConfig
from core.network.weights import load_weights, save_weights
from core.tensor_files import LIFTER, read_tensor_file
from tests.random_lifter import SMALL, random_lifter
from tests.random_network import card_of, random_networks

TRAINING = Training(
    data={"cmu": "ab12"}, split="by take and body", motion_minutes=31.5, frames=7_000_000, seed=3,
    input="4 cameras, 8 px of noise", command="anglescope train lifter", versions={"torch": "2"},
    errors=(Measured(measured_on="held out", domain="in", input="noisy", frames=900, mpjpe_mm=50.5, n_mpjpe_mm=48.0,
                     p_mpjpe_mm=39.0, mean_pose_mm=170.0, linear_mm=90.0),),
)  # fmt: skip


def answers(weights: LifterWeights) -> Tensor:
    single = weights.card.model == "simplebaseline3d"
    channels = 3 if weights.card.model == "motionbert" else 2
    joints = torch.randn(
        (5, 17, channels) if single else (1, 27, 17, channels), generator=torch.Generator().manual_seed(0)
    )
    return weights.module()(joints)


@pytest.mark.parametrize("model", SMALL)
def test_what_was_written_comes_back(model, tmp_path):
    written = random_lifter(tmp_path / "a.safetensors", model, training=TRAINING, notes=("first", "second"))
    assert written.card.training == TRAINING
    path = tmp_path / "b.safetensors"
    assert save_lifter(path, written.module().state_dict(), written.card, written.statistics) == written.sha256
    again = load_lifter(path)
    assert (again.card, again.sha256, again.path) == (written.card, written.sha256, path)
    for ours, theirs in ((again.tensors, written.tensors), (again.statistics, written.statistics)):
        assert list(ours) == list(theirs)
        assert all(torch.equal(ours[name], theirs[name]) and ours[name].dtype == torch.float32 for name in ours)
    assert torch.equal(answers(again), answers(written))


@pytest.mark.parametrize("model", SMALL)
def test_the_module_is_ready_to_run_and_free_to_be_changed(model, tmp_path):
    weights = random_lifter(tmp_path / "a.safetensors", model)
    module = weights.module()
    assert not module.training and not any(parameter.requires_grad for parameter in module.parameters())
    before = answers(weights)
    for parameter in module.parameters():
        parameter.fill_(0.0)
    assert torch.equal(answers(weights), before)
    assert before.abs().sum() > 0


@pytest.mark.parametrize("model", SMALL)
def test_half_precision_changes_little_and_no_statistics(model, tmp_path):
    weights = random_lifter(tmp_path / "a.safetensors", model)
    path = tmp_path / "half.safetensors"
    save_lifter(path, weights.tensors, weights.card, weights.statistics, half=True)
    stored = safetensors.torch.load_file(path)
    matrices = {name for name, tensor in weights.tensors.items() if tensor.ndim > 1}
    assert matrices and {name for name, tensor in stored.items() if tensor.dtype == torch.float16} == matrices
    half = load_lifter(path)
    assert all(torch.equal(half.statistics[name], tensor) for name, tensor in weights.statistics.items())
    change = (answers(half) - answers(weights)).abs().max()
    assert 0 < change < 0.01 * answers(weights).abs().max()


def test_the_file_is_read_by_the_public_library(tmp_path):
    weights = random_lifter(tmp_path / "a.safetensors", "simplebaseline3d")
    names = {*weights.tensors, *(f"statistics.{name}" for name in weights.statistics)}
    assert set(safetensors.torch.load_file(weights.path)) == names
    assert not any(name.endswith("num_batches_tracked") for name in names)
    assert read_tensor_file(weights.path).kind == LIFTER


def test_weights_of_another_kind_of_model_are_called_what_they_are(tmp_path):
    networks = random_networks(NetConfig(16, 1, 1))
    save_weights(tmp_path / "angles.safetensors", networks, card_of(networks))
    with pytest.raises(DataError, match="weights are of an angle network; expected weights of a lifter"):
        load_lifter(tmp_path / "angles.safetensors")
    lifter = random_lifter(tmp_path / "lifter.safetensors", "videopose3d")
    with pytest.raises(DataError, match="weights are of a lifter; expected weights of an angle network"):
        load_weights(lifter.path)


def card(model: str = "videopose3d", **changes: Any) -> LifterCard:
    return LifterCard(**{"model": model, "config": SMALL[model], "name": "x", "title": "x", **changes})


def rewritten(
    weights: LifterWeights, change: Callable[[dict[str, Tensor]], object] = dict.copy, card: LifterCard | None = None
) -> None:
    """The file with its tensors or card changed, written by the safetensors library."""
    tensors = {**weights.tensors, **{f"statistics.{name}": tensor for name, tensor in weights.statistics.items()}}
    change(tensors)
    text = msgspec.json.encode(card or weights.card).decode()
    safetensors.torch.save_file(tensors, weights.path, {LIFTER.key: text})


def told(**changes: Any) -> Callable[[LifterWeights], object]:
    return lambda weights: rewritten(weights, card=msgspec.structs.replace(weights.card, **changes))


def sized(**sizes: int) -> Callable[[LifterWeights], object]:
    return lambda weights: told(config={**weights.card.config, **sizes})(weights)


def put(name: str, tensor: Tensor) -> Callable[[LifterWeights], object]:
    return lambda weights: rewritten(weights, lambda tensors: tensors.update({name: tensor}))


def dropped(name: str) -> Callable[[LifterWeights], object]:
    return lambda weights: rewritten(weights, lambda tensors: tensors.pop(name))


def cut(end: int) -> Callable[[LifterWeights], object]:
    return lambda weights: weights.path.write_bytes(weights.path.read_bytes()[:end])


BAD: Mapping[str, tuple[str, Callable[[LifterWeights], object], str]] = {
    "truncated tensors": ("videopose3d", cut(-100), "truncated"),
    "truncated header": ("videopose3d", cut(200), "truncated"),
    "empty": ("videopose3d", cut(0), "file is empty"),
    "text": ("videopose3d", lambda w: w.path.write_text("weights of my lifter"), "not a safetensors"),
    "pickle": ("videopose3d", lambda w: w.path.write_bytes(pickle.dumps({"a": [1.0]})), "is a pickle"),
    "torch.save": ("videopose3d", lambda w: torch.save({"a": torch.zeros(2)}, w.path), "is a pickle"),
    "no card": ("videopose3d", lambda w: safetensors.torch.save_file({"a": torch.zeros(1)}, w.path), "no card"),
    "card of nothing": (
        "videopose3d", lambda w: safetensors.torch.save_file({"a": torch.zeros(1)}, w.path, {LIFTER.key: "{}"}),
        "card of the weights"),
    "unknown model": ("videopose3d", told(model="poseformer"), "unknown model.*got 'poseformer'"),
    "unknown coding": ("videopose3d", told(coding="polar"), "unknown coding.*expected screen or zscore"),
    "unknown input joints": ("videopose3d", told(input_joints="smpl24"), "unknown input joints.*got 'smpl24'"),
    "unknown output joints": ("videopose3d", told(output_joints="coco17"), "unknown output joints"),
    "unknown normalisation": ("videopose3d", told(normalisation="by eye"), "unknown normalisation.*got 'by eye'"),
    "unknown scale": ("videopose3d", told(scale="feet"), "unknown scale"),
    "unknown rig": ("videopose3d", told(rig="smpl"), "unknown rig"),
    "no unit": ("videopose3d", told(unit_mm=0.0), "impossible unit_mm"),
    "backwards in time": ("videopose3d", told(fps=-50.0), "impossible fps"),
    "other joints than its size": ("videopose3d", told(input_joints="h36m16"), "contradicts itself: joints_in"),
    "fewer joints out": ("videopose3d", told(output_joints="h36m16"), "contradicts itself: joints_out"),
    "size of zero": ("videopose3d", sized(channels=0), "impossible size: channels; expected 1 to"),
    "absurd size": ("videopose3d", sized(levels=40), "impossible size: levels; expected 0 to 8, got 40"),
    "sizes of another model": ("videopose3d", sized(heads=8), "other sizes than videopose3d has"),
    "heads that do not divide": ("motionbert", sized(heads=3), "a multiple of 3"),
    "another size": ("videopose3d", sized(channels=32), r"another architecture: expand_bn\.bias"),
    "layer missing": ("motionbert", dropped("head.bias"), r"another architecture: head\.bias; .*got nothing"),
    "layer too many": ("motionbert", put("more", torch.zeros(1)), "another architecture: more; expected nothing"),
    "statistics missing": (
        "simplebaseline3d", dropped("statistics.input_std"), "lack their statistics input_std"),
    "statistics of other joints": (
        "simplebaseline3d", put("statistics.target_mean", torch.zeros(17, 3)),
        r"statistics\.target_mean; expected \(16, 3\), got \(17, 3\)"),
    "statistics without spread": (
        "simplebaseline3d", put("statistics.target_std", torch.zeros(16, 3)), "not positive: target_std"),
    "statistics that nobody knows": (
        "simplebaseline3d", put("statistics.median", torch.zeros(16, 3)), r"another architecture: statistics\.median"),
    "NaN": ("motionbert", put("head.bias", torch.full((3,), torch.nan)), r"not finite: head\.bias"),
    "infinity": ("motionbert", put("head.bias", torch.full((3,), torch.inf)), r"not finite: head\.bias"),
    "integers": ("motionbert", put("head.bias", torch.zeros(3).int()), "floating point"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_one_line_that_names_it(case, tmp_path):
    model, spoil, words = BAD[case]
    weights = random_lifter(tmp_path / "x.safetensors", model)
    spoil(weights)
    with pytest.raises(DataError, match=words) as caught:
        load_lifter(weights.path)
    line = str(caught.value)
    assert line.startswith(f"{weights.path}: ") and "\n" not in line


def test_a_file_does_not_choose_how_much_is_allocated(tmp_path):
    """Sizes within reason, of which one layer alone would have 1.6 GB, are compared with the file and refused."""
    weights = random_lifter(tmp_path / "x.safetensors", "videopose3d")
    sized(channels=1 << 14, levels=8)(weights)
    with pytest.raises(DataError, match="another architecture"):
        load_lifter(weights.path)


def test_optional_statistics_are_kept(tmp_path):
    weights = random_lifter(tmp_path / "a.safetensors", "videopose3d")
    mean = torch.rand(17, 3)
    save_lifter(tmp_path / "b.safetensors", weights.tensors, weights.card, {"target_mean": mean})
    assert weights.statistics == {}
    assert torch.equal(load_lifter(tmp_path / "b.safetensors").statistics["target_mean"], mean)


WRONG: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Tensor], str]] = {
    "card of another size": ({"config": {**SMALL["videopose3d"], "levels": 1}}, {}, "another architecture"),
    "card of another model": ({"model": "motionbert", "config": SMALL["motionbert"]}, {}, "another architecture"),
    "no statistics": ({"coding": "zscore"}, {}, "lack their statistics input_mean, input_std, target_mean, target_std"),
    "NaN": ({}, {"input_mean": torch.full((17, 2), torch.nan)}, r"not finite: statistics\.input_mean"),
    "unknown statistics": ({}, {"median": torch.zeros(17, 2)}, r"statistics\.median; expected nothing"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_its_card_is_not_written(case, tmp_path):
    changes, statistics, words = WRONG[case]
    path = tmp_path / "x.safetensors"
    state = build_model("videopose3d", SMALL["videopose3d"]).state_dict()
    with pytest.raises(DataError, match=words):
        save_lifter(path, state, card(**changes), statistics)
    assert not path.exists()


def test_weights_too_large_for_half_precision_are_not_written(tmp_path):
    state = build_model("videopose3d", SMALL["videopose3d"]).state_dict()
    state["shrink.weight"].fill_(1e5)
    path = tmp_path / "x.safetensors"
    with pytest.raises(DataError, match=r"not finite: shrink\.weight"):
        save_lifter(path, state, card(), half=True)
    assert not path.exists()
    save_lifter(path, state, card())


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.safetensors: cannot be read"):
        load_lifter(tmp_path / "none.safetensors")


def test_files_with_no_card_can_still_be_told_apart(tmp_path):
    path = Path(tmp_path / "x.safetensors")
    safetensors.torch.save_file({"a": torch.zeros(1)}, path)
    file = read_tensor_file(path)
    assert file.kind is None and file.names == {"a"}
