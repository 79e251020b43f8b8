"""What weights are: the card that travels in their file. Readable without torch, which takes seconds to import."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from core.conventions import angle_names

__all__ = ["ARCHITECTURE", "CONVENTION", "WHOLE", "Card", "Floor", "NetConfig"]

ARCHITECTURE = "anglenet/2"
"""Changes with the meaning of features, layers or outputs (:mod:`core.network.features`, :mod:`core.network.model`)."""

CONVENTION = "isb12/1"
"""Changes with the meaning of any of the twelve angles (:mod:`core.conventions`)."""

WHOLE = "all"
"""Group of a floor that is of a whole set."""


@dataclass(frozen=True, slots=True)
class NetConfig:
    """Size of the network: width of the trunk, factor by which a block widens it, number of blocks."""

    width: int = 512
    expansion: int = 4
    blocks: int = 4


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """What the instrument itself gets wrong on some motion in one rig; degrees, per angle (12).

    measured_on : the set. group : a part of it, such as ``activity: walking``, or :data:`WHOLE`. mae_deg,
    offset_removed_deg, p95_deg : of the network, the second after a constant per clip and angle is taken out.
    geometry_mae_deg, geometry_offset_removed_deg : of the closed form on the same frames. within_sigma,
    within_two_sigma : shares of all errors that are at most one or two of the standard deviations that the network
    stated. jumps : steps between neighbouring frames of over 20 degrees in the network's angles where the closed form
    and the truth both move by less than half as much; of whole sets, 0 elsewhere.
    """

    measured_on: str
    group: str
    rig: str
    frames: int
    mae_deg: tuple[float, ...]
    offset_removed_deg: tuple[float, ...]
    p95_deg: tuple[float, ...]
    geometry_mae_deg: tuple[float, ...]
    geometry_offset_removed_deg: tuple[float, ...]
    within_sigma: float
    within_two_sigma: float
    jumps: int


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the weights are.

    rigs : poses they are for. architecture, convention, angles : must be those of this version to be used.
    width, expansion, blocks : size of the network. data : name of each data set trained on, with its hash.
    split : what was held out and how. seed, command : to train them again. floors : errors on motion that was not
    trained on. versions : of the software that trained them. licence : of the weights. notes : what else
    a user should know, such as what was tried and did not help.
    """

    rigs: tuple[str, ...]
    width: int
    expansion: int
    blocks: int
    data: dict[str, str]
    split: str
    seed: int
    floors: tuple[Floor, ...]
    versions: dict[str, str]
    licence: str
    command: str
    notes: tuple[str, ...] = ()
    architecture: str = ARCHITECTURE
    convention: str = CONVENTION
    angles: tuple[str, ...] = angle_names()

    @property
    def config(self) -> NetConfig:
        """Size of the network."""
        return NetConfig(self.width, self.expansion, self.blocks)

    def told_of(self, rig: str) -> Card:
        """The same, of the floors those of whole sets in one rig."""
        mine = tuple(floor for floor in self.floors if floor.rig == rig and floor.group == WHOLE)
        return msgspec.structs.replace(self, floors=mine)
