"""A small network with random weights, and bodies in random postures."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from core.network.card import Card
from core.network.model import NetConfig
from core.network.rig_networks import RigNetworks
from core.records import Axes, Poses

STANDING_MM = 10.0 * np.array([
    [0, 0, 95], [-1, -13, 94], [1, -12, 50], [-2, -12, 8], [1, 13, 95], [1, 12, 51], [-2, 12, 9],
    [2, 0, 118], [1, 1, 145], [5, 0, 158], [4, 0, 171], [0, 18, 143], [2, 24, 115], [8, 22, 91], [0, -18, 143],
    [2, -24, 114], [9, -23, 91],
])  # fmt: skip
"""A person standing, x forward, y to the left, z up; written down by eye."""


def random_poses_mm(frames: int, seed: int = 0, spread_mm: float = 60.0) -> NDArray[np.float64]:
    """(frames, 17, 3): the standing person with every joint moved at random."""
    return STANDING_MM + np.random.default_rng(seed).normal(scale=spread_mm, size=(frames, 17, 3))


def random_networks(config: NetConfig, *rigs: str, seed: int = 0) -> RigNetworks:
    """Networks whose heads correct the geometry by some tens of degrees; of rig h36m where none is named."""
    torch.manual_seed(seed)
    networks = RigNetworks(rigs or ("h36m",), config)
    for rig in networks.rigs:
        network = networks[rig]
        torch.nn.init.normal_(network.head.weight, std=0.3 / config.width**0.5)
        network.standardise(torch.randn(64) * 0.1, torch.rand(64) + 0.5)
        network.sigma_scale.copy_(torch.rand(12) + 0.5)
    return networks.eval()


def card_of(networks: RigNetworks, **changes: object) -> Card:
    config = networks.config
    facts = {
        "rigs": networks.rigs, "width": config.width, "expansion": config.expansion, "blocks": config.blocks,
        "data": {"random": "0" * 64}, "split": "none", "seed": 0, "floors": (), "versions": {"torch": "any"},
        "licence": "BSD-3-Clause", "command": "made in a test",
    }  # fmt: skip
    return Card(**(facts | changes))  # type: ignore[arg-type]


def poses(xyz_mm: NDArray[np.floating], rig: str = "h36m") -> Poses:
    return Poses(xyz_mm, 60.0, Axes.WORLD_Z_UP, rig=rig)
