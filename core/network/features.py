"""17 joints to 64 numbers that do not change when the athlete is turned, moved or scaled.

Each of the 16 bones gives its unit direction (3) in a frame of the body and its length divided by the mean length of
the 16 bones (1). Two frames serve, because the limbs hang from two segments: pelvis (z along the hip joints, y toward
the spine joint) for legs, trunk and clavicles; thorax (z along the shoulder joints, y from spine to thorax joint) for
neck, head and arms. Nothing is lost: the clavicles and the upper trunk seen from the pelvis say how the thorax stands
on it. The long axis of a thigh or an upper arm in its frame is then what the hip or shoulder angle reads.
Axes as everywhere: x anterior, y superior, z right.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.skeleton import BONES, JOINTS

__all__ = ["MIRROR_FEATURES", "N_FEATURES", "bone_index", "defined_frames", "pose_features"]

N_FEATURES = 4 * len(BONES)
"""Bone by bone in the order of :data:`core.skeleton.BONES`: direction x, y, z, relative length."""

_PARENT, _CHILD = (list(column) for column in zip(*BONES, strict=True))
_SHORTEST = 1e-4
"""Length of a bone, relative to the mean, below which it has no direction."""
_COLLINEAR = 1e-4
"""Sine below which the two directions that span a frame count as parallel."""


def bone_index(parent: str, child: str) -> int:
    """Place of a bone, by the names of its joints, in :data:`core.skeleton.BONES`."""
    return BONES.index((JOINTS.index(parent), JOINTS.index(child)))


_SPINE, _CHEST = bone_index("pelvis", "spine"), bone_index("spine", "thorax")
_HIP_R, _HIP_L = bone_index("pelvis", "r_hip"), bone_index("pelvis", "l_hip")
_CLAVICLE_R, _CLAVICLE_L = bone_index("thorax", "r_shoulder"), bone_index("thorax", "l_shoulder")
_FROM_THORAX = [
    bone_index(*names)
    for names in (("thorax", "neck"), ("neck", "head"), ("l_shoulder", "l_elbow"), ("l_elbow", "l_wrist"),
                  ("r_shoulder", "r_elbow"), ("r_elbow", "r_wrist"))
]  # fmt: skip


def pose_features(xyz: Tensor) -> Tensor:
    """Features (..., 64) of poses (..., 17, 3), in any frame of right-handed axes, any unit; differentiable.

    Invariant to rotation, translation and uniform scale. Mirroring a pose and exchanging its left and right joints
    exchanges left and right bones and turns the sign of z (:data:`MIRROR_FEATURES`).
    A frame is NaN in all its features where a joint is missing, a bone is shorter than 1e-4 of the mean bone, or a
    body frame is undefined because the two directions that span it are parallel. Its gradient is then 0.
    Bones are smooth functions of the joints everywhere else.
    """
    features, defined = _features_and_defined(xyz)
    return torch.where(defined[..., None], features, torch.nan)


def defined_frames(xyz: Tensor) -> Tensor:
    """(...,) True where :func:`pose_features` of poses (..., 17, 3) is defined."""
    return _features_and_defined(xyz)[1]


def _features_and_defined(xyz: Tensor) -> tuple[Tensor, Tensor]:
    bones = xyz[..., _CHILD, :] - xyz[..., _PARENT, :]
    present = torch.isfinite(bones).all(-1).all(-1)
    bones = torch.where(present[..., None, None], bones, 1.0)  # keeps the gradient of missing frames finite
    # Scale cannot matter, so the size taken out against overflow needs no gradient.
    largest = bones.detach().abs().amax((-1, -2), keepdim=True)
    bones = bones / torch.where(largest > 0, largest, 1.0)
    length, unit, long_enough = _lengths(bones)
    pelvis, pelvis_ok = _axes(bones[..., _HIP_R, :] - bones[..., _HIP_L, :], unit[..., _SPINE, :])
    thorax, thorax_ok = _axes(bones[..., _CLAVICLE_R, :] - bones[..., _CLAVICLE_L, :], unit[..., _CHEST, :])
    per_bone = [thorax if bone in _FROM_THORAX else pelvis for bone in range(len(BONES))]
    # Products and sums instead of a matrix product: the same numbers on every device, whatever its matrix precision.
    directions = (torch.stack(per_bone, -3) * unit[..., None, :]).sum(-1)
    features = torch.cat([directions, length[..., None]], -1).flatten(-2)
    return features, present & long_enough & pelvis_ok & thorax_ok


def _lengths(bones: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Relative lengths (..., 16), unit directions (..., 16, 3), and whether all have one (...)."""
    length, unit = _unit(bones)
    mean = length.mean(-1, keepdim=True)
    relative = length / torch.where(mean > 0, mean, 1.0)
    return relative, unit, (relative > _SHORTEST).all(-1)


def _axes(line: Tensor, up: Tensor) -> tuple[Tensor, Tensor]:
    """Axes (..., 3, 3), one per row, with z along ``line`` and y toward the unit vector ``up``; whether defined."""
    _, z = _unit(line)
    sine, x = _unit(torch.linalg.cross(up, z))
    return torch.stack([x, torch.linalg.cross(z, x), z], -2), sine > _COLLINEAR


def _unit(vectors: Tensor) -> tuple[Tensor, Tensor]:
    """Lengths (...) and directions of vectors (..., 3); 0 and 0, with gradient 0, where a vector is 0."""
    squared = vectors.square().sum(-1)
    length = torch.where(squared > 0, squared, 1.0).sqrt()
    return torch.where(squared > 0, length, 0.0), vectors / length[..., None]


def _mirror_features() -> tuple[tuple[int, ...], tuple[float, ...]]:
    def other(joint: int) -> int:
        name = JOINTS[joint]
        swapped = {"l_": "r_", "r_": "l_"}.get(name[:2], name[:2]) + name[2:]
        return JOINTS.index(swapped)

    bones = [BONES.index((other(parent), other(child))) for parent, child in BONES]
    places = tuple(4 * bone + part for bone in bones for part in range(4))
    return places, (1.0, 1.0, -1.0, 1.0) * len(BONES)


MIRROR_FEATURES: tuple[tuple[int, ...], tuple[float, ...]] = _mirror_features()
"""(places, signs): features of a pose mirrored with its left and right joints exchanged are
``signs * features[..., places]``."""
