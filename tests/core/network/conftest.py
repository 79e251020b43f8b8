"""Weights files of small networks with random weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.network.model import NetConfig
from core.network.rig_networks import RigNetworks
from core.network.weights import save_weights
from tests.random_network import card_of, random_networks


@pytest.fixture(scope="session")
def small_network() -> RigNetworks:
    """Of rig h36m alone."""
    return random_networks(NetConfig(64, 2, 2))


@pytest.fixture
def weights_file(tmp_path: Path, small_network: RigNetworks) -> Path:
    path = tmp_path / "angles_h36m.safetensors"
    save_weights(path, small_network, card_of(small_network))
    return path


@pytest.fixture
def make_weights(tmp_path: Path) -> Callable[..., Path]:
    """Writes the weights of a random network for a rig."""

    def make(rig: str, seed: int = 0, config: NetConfig | None = None) -> Path:
        network = random_networks(config or NetConfig(64, 2, 2), rig, seed=seed)
        path = tmp_path / f"{rig}_{seed}.safetensors"
        save_weights(path, network, card_of(network))
        return path

    return make
