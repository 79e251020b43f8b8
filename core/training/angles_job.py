"""From trained networks to a weights file with a card that says what they get wrong."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
import torch

from core import __version__
from core.body.rigs_bvh import JointMap
from core.errors import DataError
from core.network.card import Card
from core.network.rig_networks import RigNetworks
from core.network.running import answers
from core.network.weights import load_weights, save_weights
from core.training.evaluation import Measured
from core.training.floor import MotionSet, calibrate, measure
from core.training.loop import TrainConfig
from core.training.sources import Source, measured_set

__all__ = ["HELD_OUT", "WEIGHTS", "finished_weights", "sets_to_measure"]

HELD_OUT = "held out"
WEIGHTS = "angles.safetensors"
_HALF_COSTS_DEG = 0.02
"""Half precision on disk must move the angles by less than this, on average."""


def sets_to_measure(source: Source, paths: Sequence[Path], joint_map: JointMap | None = None) -> list[MotionSet]:
    """What was held out, in detail, and further motion or datasets, in every rig that they have poses of."""
    others = [MotionSet(path.name, _in_rigs(path, source.rigs, joint_map)) for path in paths]
    return [MotionSet(HELD_OUT, source.held_out, detailed=True), *others]


def finished_weights(
    networks: RigNetworks, source: Source, sets: Sequence[MotionSet], folder: Path, config: TrainConfig, command: str,
    licence: str, notes: Sequence[str] = (),
) -> Path:  # fmt: skip
    """Calibrate, measure and write ``angles.safetensors`` into ``folder``; returns its path.

    In half precision where that costs less than 0.02 degrees on average. What is measured is what was written.
    Raises what :func:`core.network.weights.save_weights` raises.
    """
    path = folder / WEIGHTS
    calibrate(networks, source.validation)
    card = _card(source, config, command, licence, notes)
    save_weights(path, networks, card, half=True)
    stored = load_weights(path).networks()
    half = _moved_deg(networks, stored, source) < _HALF_COSTS_DEG
    if not half:
        stored = networks
    floors = tuple(measure(stored, list(sets)))
    save_weights(path, stored, msgspec.structs.replace(card, floors=floors), half=half)
    return path


def _moved_deg(networks: RigNetworks, stored: RigNetworks, source: Source) -> float:
    """Mean change of an angle on validation poses, the rig where it is largest."""
    moved = []
    for rig, pairs in source.watched().items():
        before, after = (answers(some[rig], pairs.xyz_mm)[0] for some in (networks, stored))
        moved.append(float(np.nanmean(np.abs((after - before + 180) % 360 - 180))))
    return max(moved)


def _card(source: Source, config: TrainConfig, command: str, licence: str, notes: Sequence[str]) -> Card:
    versions = {"anglescope": __version__, "python": platform.python_version(), "torch": str(torch.__version__),
                "lightning-fabric": version("lightning-fabric"), "numpy": np.__version__}  # fmt: skip
    size = config.net
    return Card(rigs=config.rigs, width=size.width, expansion=size.expansion, blocks=size.blocks, data=source.data,
                split=source.split, seed=config.seed, floors=(), versions=versions, licence=licence, command=command,
                notes=tuple(notes))  # fmt: skip


def _in_rigs(path: Path, rigs: Sequence[str], joint_map: JointMap | None) -> dict[str, Measured]:
    """A set in the rigs that it has poses of; :class:`DataError` where that is none."""
    found = {rig: measured for rig in rigs if (measured := measured_set(path, rig, joint_map)) is not None}
    if not found:
        raise DataError("no clip has labelled points and poses in any rig of the weights", path=path,
                        expected=" or ".join(rigs))  # fmt: skip
    return found
