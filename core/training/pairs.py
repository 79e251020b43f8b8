"""Training pairs: 17 joints of a posed body in a rig, and its twelve ISB angles from the same labelled points.

The angles are computed by :func:`core.angles.isb.isb_angles` from the labels themselves, the code that makes every
reference; nothing else defines what the network learns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.angles.isb import isb_angles
from core.angles.landmarks import resolve
from core.body.landmarks import FIELD_LABELS, RUNNING_LABELS
from core.body.points import JOINT_CENTRES
from core.body.segments import PARENTS, SEGMENTS
from core.records import Axes, Float32, Points
from core.skeleton import AP3D_RUNNING, rig_named
from core.training.bodies import BodyBank, body_bank
from core.training.poses import Mix, postures_in_range, sampled_postures, tilt_alone

__all__ = ["PairSource", "Pairs", "angle_labels", "bank_for", "pairs_of", "posed_labels_mm"]

_WIDE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """xyz_mm : (n, 17, 3) float32 joints. deg : (n, 12) float32 angles, order of :data:`core.conventions.ANGLES`."""

    xyz_mm: Float32
    deg: Float32


def _recipes(rig: str) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) for name in JOINT_CENTRES) if rig == "h36m" else rig_named(rig).labels


def angle_labels(rig: str) -> tuple[str, ...]:
    """Those labels of the dialect of ``rig`` that the angles read."""
    dialect = RUNNING_LABELS if rig == AP3D_RUNNING.name else FIELD_LABELS
    columns = {column for found in resolve(dialect).found.values() for column in found.columns}
    return tuple(dialect[column] for column in sorted(columns))


def bank_for(rig: str, size: int, rng: np.random.Generator) -> BodyBank:
    """Bodies with the labels that the joints of ``rig`` and the angles need. :class:`UsageError` for another rig."""
    joints = [label for recipe in _recipes(rig) for label in recipe]
    return body_bank(tuple(dict.fromkeys((*angle_labels(rig), *joints))), size, rng)


def posed_labels_mm(poses: Float32, bank: BodyBank, chosen: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Float32:
    """(n, K, 3) labels of bodies ``chosen`` (n,) in postures (n, 18, 3, 3), in the axes of the pelvis.

    Each body stands with its own tilt of the pelvis: trunk and thighs keep the directions of the posture.
    """
    size = len(poses)
    poses = poses.copy()
    tilt_alone(poses, 0, bank.pelvis_tilt_deg[chosen])
    joints = bank.joint_mm[chosen]
    places = bank.label_mm[chosen]
    world, origin = [poses[:, 0]], [np.zeros((size, 3), np.float32)]
    for index, parent in enumerate(PARENTS[1:], start=1):
        world.append(world[parent] @ poses[:, index])
        origin.append(origin[parent] + (world[parent] @ joints[:, index, :, None])[..., 0])
    result = np.empty_like(places)
    segments = np.array(bank.segment)
    for index in range(len(SEGMENTS)):
        columns = np.flatnonzero(segments == index)
        if len(columns):
            result[:, columns] = origin[index][:, None] + places[:, columns] @ np.swapaxes(world[index], 1, 2)
    return result


def pairs_of(poses: Float32, bank: BodyBank, chosen: np.ndarray[tuple[int], np.dtype[np.intp]], rig: str) -> Pairs:
    """Pairs of postures (n, 18, 3, 3) on bodies ``chosen`` (n,) of a bank of :func:`bank_for` the same rig."""
    labels_mm = posed_labels_mm(poses, bank, chosen)
    names = angle_labels(rig)
    column = {name: index for index, name in enumerate(bank.labels)}
    measured = Points(labels_mm[:, [column[name] for name in names]], names, None, Axes.WORLD_Y_UP)
    joints = [labels_mm[:, [column[label] for label in recipe]].mean(axis=1) for recipe in _recipes(rig)]
    return Pairs(np.stack(joints, axis=1), np.array(isb_angles(measured).deg))


class PairSource:
    """An endless, numbered supply of pairs: the same seed and number give the same pairs, whatever came before."""

    def __init__(self, pool: Float32, rig: str, seed: int, *, bodies: int = 4096, mix: Mix | None = None) -> None:
        self.pool, self.rig, self.seed, self.mix, self.bodies = pool, rig, seed, mix or Mix(), bodies

    @cached_property
    def bank(self) -> BodyBank:
        """The bodies; made when the first pairs are."""
        return bank_for(self.rig, self.bodies, np.random.default_rng([self.seed, 1]))

    @cached_property
    def wide(self) -> Float32:
        """Postures from the whole range of motion."""
        return postures_in_range(_WIDE, np.random.default_rng([self.seed, 2]))

    def chunk(self, number: int, size: int) -> Pairs:
        """Pairs number ``number`` of ``size`` postures each."""
        rng = np.random.default_rng([self.seed, 3, number])
        poses = sampled_postures(self.pool, self.wide, size, self.mix, rng)
        return pairs_of(poses, self.bank, rng.integers(self.bank.size, size=size), self.rig)
