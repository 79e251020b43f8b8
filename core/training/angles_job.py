"""One training of the pose→angle network from data to a weights file, and one measurement of a weights file."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from core import __version__
from core.conventions import angle_names
from core.network.features import pose_features
from core.network.model import AngleNet, angles_from_outputs
from core.network.weights import Card, load_weights, save_weights
from core.records import Float32
from core.training.evaluation import ErrorTable, Measured, error_table, geometry_deg
from core.training.loop import Progress, TrainConfig, train
from core.training.sources import Source

__all__ = ["compare", "network_deg", "train_weights"]

_BATCH = 1024


def train_weights(
    source: Source, rig: str, folder: Path, config: TrainConfig, command: str, *, licence: str, resume: bool = False,
    accelerator: str = "cpu", devices: int = 1, progress: Callable[[Progress], None] | None = None,
) -> tuple[Path, ErrorTable]:  # fmt: skip
    """Train and write ``angles_<rig>.safetensors`` into ``folder``; returns its path and the held-out errors.

    command : that repeats it, for the card. Raises what :func:`core.training.loop.train` and
    :func:`core.network.weights.save_weights` raise.
    """
    trained = train(source.supply, source.held_out.pairs, folder, config, resume=resume, accelerator=accelerator,
                    devices=devices, progress=progress)  # fmt: skip
    network = trained.model.cpu()
    table = error_table(lambda xyz: network_deg(network, xyz), source.held_out)
    path = folder / f"angles_{rig}.safetensors"
    save_weights(path, network, _card(source, rig, config, command, licence, table))
    return path, table


def _card(source: Source, rig: str, config: TrainConfig, command: str, licence: str, table: ErrorTable) -> Card:
    versions = {"anglescope": __version__, "python": platform.python_version(), "torch": str(torch.__version__),
                "lightning-fabric": version("lightning-fabric"), "numpy": np.__version__}  # fmt: skip
    floor = {name: round(float(value), 3) for name, value in zip(angle_names(), table.mae, strict=True)}
    size = config.net
    notes = ("standard deviations are as learnt, not calibrated on held-out motion (sigma_scale is 1)",)
    return Card(rig=rig, width=size.width, expansion=size.expansion, blocks=size.blocks, data=source.data,
                split=source.split, seed=config.seed, floor_deg=floor, versions=versions, licence=licence,
                command=command, notes=notes)  # fmt: skip


def network_deg(network: AngleNet, xyz_mm: Float32) -> Float32:
    """(n, 12) degrees of poses (n, 17, 3), single precision, in batches."""
    results = []
    with torch.no_grad():
        for start in range(0, len(xyz_mm), _BATCH):
            xyz = torch.tensor(xyz_mm[start : start + _BATCH])
            results.append(angles_from_outputs(network(pose_features(xyz))).numpy())
    return np.concatenate(results)


def compare(weights: Path, sets: Sequence[tuple[str, Measured]]) -> list[tuple[str, dict[str, ErrorTable]]]:
    """Errors of a weights file and of 17-joint geometry on each set of its rig."""
    loaded = load_weights(weights)
    network = loaded.network()
    rig = loaded.card.rig
    return [
        (name, {"network": error_table(lambda xyz: network_deg(network, xyz), measured),
                "geometry": error_table(lambda xyz: geometry_deg(xyz, rig), measured)})
        for name, measured in sets
    ]  # fmt: skip
