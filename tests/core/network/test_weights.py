"""Weights files: what comes back is what was written, and bad files are refused with one line."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import safetensors.torch
import torch

from core.errors import DataError
from core.network.card import Card, Floor
from core.network.features import pose_features
from core.network.model import NetConfig, angles_from_outputs
from core.network.rig_networks import RigNetworks
from core.network.weights import load_weights, save_weights
from tests.random_network import card_of, random_networks, random_poses_mm


def test_what_was_written_comes_back(tmp_path, small_network):
    path = tmp_path / "w.safetensors"
    floor = Floor(measured_on="held out", group="all", rig="h36m", frames=7, mae_deg=(0.5,) * 12, p95_deg=(1.0,) * 12,
                  offset_removed_deg=(0.2,) * 12, geometry_mae_deg=(2.0,) * 12, within_sigma=0.7, jumps=0,
                  geometry_offset_removed_deg=(1.0,) * 12, within_two_sigma=0.95)  # fmt: skip
    card = card_of(small_network, floors=(floor,), notes=("bigger did not help",))
    sha256 = save_weights(path, small_network, card)
    weights = load_weights(path, rig="h36m")
    assert (weights.card, weights.sha256) == (card, sha256)
    for name, tensor in small_network["h36m"].state_dict().items():
        torch.testing.assert_close(weights.network("h36m").state_dict()[name], tensor, rtol=0, atol=0)
    assert save_weights(tmp_path / "again.safetensors", weights.networks(), card) == sha256


def test_rigs_share_their_blocks_and_answer_as_if_alone(tmp_path):
    networks = random_networks(NetConfig(64, 2, 2), "ap3d", "h36m")
    path = tmp_path / "w.safetensors"
    save_weights(path, networks, card_of(networks))
    names = set(safetensors.torch.load_file(path))
    assert "shared.blocks.0.widen.weight" in names
    assert {"ap3d.stem.weight", "h36m.head.bias", "h36m.sigma_scale"} <= names
    assert not any("blocks" in name for name in names if not name.startswith("shared."))
    features = [pose_features(torch.as_tensor(random_poses_mm(n, seed=n)).float()) for n in (5, 9)]
    with torch.inference_mode():
        together = networks(features)
        for rig, some, answer in zip(networks.rigs, features, together, strict=True):
            torch.testing.assert_close(load_weights(path).network(rig)(some), answer, rtol=1e-5, atol=1e-5)
    assert not torch.allclose(networks["ap3d"](features[0]), networks["h36m"](features[0]))


def test_half_precision_is_half_the_size_and_changes_little(tmp_path):
    network = random_networks(NetConfig(256, 4, 2))
    sizes, answers = [], []
    for half in (False, True):
        path = tmp_path / f"{half}.safetensors"
        save_weights(path, network, card_of(network), half=half)
        sizes.append(path.stat().st_size)
        with torch.inference_mode():
            features = pose_features(torch.as_tensor(random_poses_mm(300, spread_mm=30)).float())
            answers.append(angles_from_outputs(load_weights(path).network()(features)).numpy())
    assert sizes[1] < 0.53 * sizes[0]
    difference = np.abs((answers[1] - answers[0] + 180) % 360 - 180)
    assert 0 < np.median(difference) < 0.02


def test_the_file_is_read_by_the_public_library(weights_file, small_network):
    assert set(safetensors.torch.load_file(weights_file)) == set(small_network.tensors())


def rewritten(path: Path, change: Callable[[dict[str, torch.Tensor]], object], card: Card | None = None) -> None:
    """The file with its tensors or card changed, written by the safetensors library."""
    weights = load_weights(path)
    tensors = dict(weights.tensors)
    change(tensors)
    text = msgspec.json.encode(card or weights.card).decode()
    safetensors.torch.save_file(tensors, path, {"anglescope": text})


def other_card(path: Path, **changes: object) -> None:
    network = RigNetworks(("h36m",), NetConfig(64, 2, 2))
    rewritten(path, dict.copy, card_of(network, **changes))


def renamed(path: Path, rig: str) -> None:
    networks = random_networks(NetConfig(64, 2, 2), rig)
    save_weights(path, networks, card_of(networks))


def drop(path: Path, end: int) -> None:
    path.write_bytes(path.read_bytes()[:end])


def as_pickle(path: Path, protocol: int) -> None:
    path.write_bytes(pickle.dumps({"stem.weight": [1.0]}, protocol=protocol))


BAD = {
    "truncated tensors": (lambda p: drop(p, -100), "truncated"),
    "truncated header": (lambda p: drop(p, 200), "truncated"),
    "seven bytes": (lambda p: drop(p, 7), "not a safetensors"),
    "empty": (lambda p: drop(p, 0), "empty"),
    "text": (lambda p: p.write_text("weights of my network, version 3"), "not a safetensors"),
    "header that is not JSON": (lambda p: p.write_bytes((9).to_bytes(8, "little") + b"{not json"), "not JSON"),
    "no card": (lambda p: safetensors.torch.save_file({"a": torch.zeros(1)}, p), "no card"),
    "card without a seed": (
        lambda p: safetensors.torch.save_file({"a": torch.zeros(1)}, p, {"anglescope": '{"rigs": ["h36m"]}'}), "card"),
    "pickle": (lambda p: as_pickle(p, 4), "pickle"),
    "torch.save": (lambda p: torch.save({"stem.weight": torch.zeros(2)}, p), "pickle"),
    "missing layer": (
        lambda p: rewritten(p, lambda t: t.pop("shared.norm.weight")), "another architecture: shared.norm.weight"),
    "extra layer": (lambda p: rewritten(p, lambda t: t.update(more=torch.zeros(1))), "another architecture: more"),
    "another shape": (lambda p: other_card(p, width=32), "another architecture"),
    "impossible size": (lambda p: other_card(p, width=0), "impossible size"),
    "other architecture": (lambda p: other_card(p, architecture="transformer/1"), "another architecture"),
    "other convention": (lambda p: other_card(p, convention="isb12/0"), "another convention"),
    "other order of angles": (lambda p: other_card(p, angles=("knee",) * 12), "another angles"),
    "unknown rig": (lambda p: other_card(p, rigs=("smpl",)), "unknown rig 'smpl'"),
    "other rig": (lambda p: renamed(p, "ap3d"), "another rig"),
    "no rig": (lambda p: other_card(p, rigs=()), "name no rig"),
    "a rig twice": (lambda p: other_card(p, rigs=("h36m", "h36m")), "name no rig, or one twice"),
    "NaN": (lambda p: rewritten(p, lambda t: t["h36m.stem.bias"][7:8].fill_(torch.nan)), "not finite: h36m.stem.bias"),
    "infinity": (
        lambda p: rewritten(p, lambda t: t["h36m.head.bias"][:1].fill_(torch.inf)), "not finite: h36m.head.bias"),
    "integers": (lambda p: rewritten(p, lambda t: t.update({"h36m.head.bias": torch.zeros(32).int()})), "float"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_one_line_that_names_it(case, weights_file):
    spoil, words = BAD[case]
    spoil(weights_file)
    with pytest.raises(DataError) as caught:
        load_weights(weights_file, rig="h36m")
    line = str(caught.value)
    assert words in line
    assert line.startswith(str(weights_file))
    assert "\n" not in line


def test_a_pickle_is_not_opened(tmp_path):
    flag = tmp_path / "opened"

    class Trap:
        def __reduce__(self):
            return Path.touch, (flag,)

    path = tmp_path / "w.safetensors"
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(DataError, match="pickle"):
        load_weights(path)
    assert not flag.exists()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.safetensors: cannot be read"):
        load_weights(tmp_path / "none.safetensors")


def test_what_cannot_be_kept_is_not_written(tmp_path, small_network):
    path = tmp_path / "w.safetensors"
    with pytest.raises(DataError, match="card does not describe"):
        save_weights(path, small_network, card_of(RigNetworks(("h36m",), NetConfig(8, 1, 1))))
    with pytest.raises(DataError, match="card does not describe"):
        save_weights(path, small_network, card_of(small_network, rigs=("ap3d",)))
    broken = random_networks(NetConfig(16, 2, 1))
    broken["h36m"].stem.weight.data[0, 0] = 1e6  # too large for float16
    save_weights(path, broken, card_of(broken))
    with pytest.raises(DataError, match="not finite"):
        save_weights(tmp_path / "half.safetensors", broken, card_of(broken), half=True)
    assert [file.name for file in tmp_path.iterdir()] == ["w.safetensors"]
