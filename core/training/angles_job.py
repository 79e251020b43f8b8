"""From trained networks to a weights file with a card that says what they get wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.body.rigs_bvh import JointMap
from core.errors import DataError
from core.network.card import Card, Floor
from core.network.rig_networks import RigNetworks
from core.network.running import answers
from core.network.weights import halved, save_weights
from core.training.evaluation import Measured, wrapped_deg
from core.training.floor import MotionSet, calibrate, measure
from core.training.loop import TrainConfig
from core.training.running import software_versions
from core.training.sources import Source, measured_sets

__all__ = ["HELD_OUT", "WEIGHTS", "finished_weights", "sets_to_measure"]

HELD_OUT = "held out"
WEIGHTS = "angles.safetensors"
_HALF_COSTS_DEG = 0.02
"""Half precision on disk must move the angles by less than this, on average."""


def sets_to_measure(source: Source, paths: Sequence[Path], joint_map: JointMap | None = None) -> list[MotionSet]:
    """What was held out, in detail, and further motion or datasets, in every rig that they have poses of."""
    others = [MotionSet(path.name, _in_rigs(path, source, joint_map)) for path in paths]
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
    stored = halved(networks)
    half = stored is not None and _moved_deg(networks, stored, source) < _HALF_COSTS_DEG
    kept = stored if stored is not None and half else networks
    floors = tuple(measure(kept, list(sets)))
    save_weights(path, kept, _card(source, config, command, licence, notes, floors), half=half)
    return path


def _moved_deg(networks: RigNetworks, stored: RigNetworks, source: Source) -> float:
    """Mean change of an angle on validation poses, the rig where it is largest."""
    moved = []
    for rig, pairs in source.watched().items():
        before, after = (answers(some[rig], pairs.xyz_mm)[0] for some in (networks, stored))
        moved.append(float(np.nanmean(np.abs(wrapped_deg(after - before)))))
    return max(moved)


def _card(
    source: Source, config: TrainConfig, command: str, licence: str, notes: Sequence[str], floors: tuple[Floor, ...]
) -> Card:
    size = config.net
    return Card(rigs=config.rigs, width=size.width, expansion=size.expansion, blocks=size.blocks, data=source.data,
                split=source.split, seed=config.seed, floors=floors, versions=software_versions(), licence=licence,
                command=command,
                notes=tuple(notes))  # fmt: skip


def _in_rigs(path: Path, source: Source, joint_map: JointMap | None) -> dict[str, Measured]:
    """A set in the rigs that it has poses of; :class:`DataError` where that is none."""
    found = measured_sets(path, source.rigs, joint_map, source.files)
    if not found:
        raise DataError("no clip has labelled points and poses in any rig of the weights", path=path,
                        expected=" or ".join(source.rigs))  # fmt: skip
    return found
