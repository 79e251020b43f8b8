"""A pool of recorded postures, and new postures made of it.

A posture is the rotation of each segment in its parent (18, 3, 3), axes anterior, superior, right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.body.posture import posture, segment_motion, shoulder_components
from core.body.retarget import STANDING_TILT_DEG
from core.body.segments import PARENTS, SEGMENTS, SegmentMotion
from core.records import Float32, Float64

__all__ = ["LOWER", "UPPER", "Mix", "local_rotations", "postures_in_range", "sampled_postures", "tilt_alone"]

_SIDES = {side: tuple(i for i, name in enumerate(SEGMENTS) if name.endswith(f"_{side}")) for side in "lr"}
_SWAP = tuple(
    SEGMENTS.index(n[:-1] + {"l": "r", "r": "l"}[n[-1]]) if n.endswith(("_l", "_r")) else i
    for i, n in enumerate(SEGMENTS)
)
_LEGS = {side: tuple(SEGMENTS.index(f"{n}_{side}") for n in ("femur", "tibia", "foot")) for side in "lr"}
_ARMS = {
    side: tuple(SEGMENTS.index(f"{n}_{side}") for n in ("clavicle", "humerus", "forearm", "hand")) for side in "lr"
}
LOWER: tuple[int, ...] = tuple(sorted((*_LEGS["l"], *_LEGS["r"])))
UPPER: tuple[int, ...] = tuple(i for i in range(1, len(SEGMENTS)) if i not in LOWER)
"""Segments of the lower and upper body; the pelvis itself is where everything starts."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How postures are widened; shares are probabilities, angles standard deviations in degrees.

    recombined : lower body of another frame. limb : one arm or leg of yet another. in_range : a limb from anywhere in
    the published range of motion. turned : of a joint. tilted : of the pelvis and the thorax between their
    neighbours.
    """

    recombined: float = 0.2
    limb: float = 0.07
    in_range: float = 0.04
    perturbed: float = 0.8
    turned_deg: float = 3.0
    pelvis_tilted_deg: float = 1.5
    thorax_tilted_deg: float = 2.5


def local_rotations(motion: SegmentMotion) -> Float32:
    """(T, 18, 3, 3) rotation of each segment in its parent; the pelvis counts as unturned."""
    local = np.empty(motion.rotations.shape, np.float32)
    local[:, 0] = np.eye(3)
    for index, parent in enumerate(PARENTS[1:], start=1):
        local[:, index] = np.swapaxes(motion.rotations[:, parent], 1, 2) @ motion.rotations[:, index]
    return local


_RANGE = {
    "hip_flexion": (-30, 125), "hip_adduction": (-45, 30), "hip_rotation": (-40, 40), "knee_flexion": (0, 140),
    "ankle_flexion": (-40, 20), "elbow_flexion": (0, 150), "pronation": (-70, 70), "shoulder_rotation": (-60, 60),
}  # fmt: skip
"""Degrees; American Academy of Orthopaedic Surgeons 1965, Joint Motion: Method of Measuring and Recording."""


def postures_in_range(size: int, rng: np.random.Generator) -> Float32:
    """(size, 18, 3, 3) postures whose arms and legs are anywhere in their range of motion, the trunk upright."""
    deg: dict[str, Float64 | float] = {}
    for name, (low, high) in _RANGE.items():
        deg |= {f"{name}_{side}": rng.uniform(low, high, size) for side in "lr"}
    for side in "lr":
        elevation = 175 * np.sqrt(rng.uniform(size=size))
        deg[f"shoulder_flexion_{side}"], deg[f"shoulder_abduction_{side}"] = shoulder_components(
            rng.uniform(-70, 140, size), elevation
        )
        deg[f"clavicle_elevation_{side}"] = elevation / 180 * rng.uniform(0, 40, size)
    poses = local_rotations(segment_motion(posture(np.zeros((size, 3)), deg, 60.0)))
    tilt_alone(poses, 0, np.full(size, STANDING_TILT_DEG))  # the pelvis of a standing person, as in recordings
    return poses


def sampled_postures(pool: Float32, wide: Float32, size: int, mix: Mix, rng: np.random.Generator) -> Float32:
    """(size, 18, 3, 3) new postures.

    pool : (P, 18, 3, 3) of recordings. wide : of :func:`postures_in_range`. Half of them are mirrored.
    """
    poses = pool[rng.integers(len(pool), size=size)]
    _replace(poses, pool, LOWER, mix.recombined, rng)
    for parts in (*_LEGS.values(), *_ARMS.values()):
        _replace(poses, pool, parts, mix.limb, rng)
        _replace(poses, wide, parts, mix.in_range, rng)
    _perturb(poses, mix, rng)
    mirrored = rng.random(size) < 0.5
    poses[mirrored] = _mirror(poses[mirrored])
    return poses


def _replace(poses: Float32, source: Float32, parts: tuple[int, ...], share: float, rng: np.random.Generator) -> None:
    """Take ``parts`` of a share of the postures from elsewhere, in place."""
    rows = np.flatnonzero(rng.random(len(poses)) < share)
    donors = rng.integers(len(source), size=len(rows))
    for part in parts:
        poses[rows, part] = source[donors, part]


def _mirror(poses: Float32) -> Float32:
    """Left and right exchanged, seen in a mirror: z turned over in frames of both segment and parent."""
    sign = np.array([1, 1, -1], np.float32)
    return poses[:, list(_SWAP)] * (sign[:, None] * sign)


def _perturb(poses: Float32, mix: Mix, rng: np.random.Generator) -> None:
    """Turn joints a little, in place: all but hinges about every axis, elbow and knee about their hinge."""
    size = len(poses)
    some = (rng.random((size, 1)) < mix.perturbed) * mix.turned_deg
    for index in range(1, len(SEGMENTS)):
        vector = (rng.standard_normal((size, 3)) * some).astype(np.float32)
        if SEGMENTS[index].startswith(("tibia", "forearm")):
            poses[:, index] = _turned_about_z(vector[:, 2]) @ poses[:, index]
            continue
        if not SEGMENTS[index].startswith(("femur", "humerus")):
            vector *= 0.6
        poses[:, index] = _rotation(vector) @ poses[:, index]
    tilt_alone(poses, 0, rng.normal(0.0, mix.pelvis_tilted_deg, size))
    tilt_alone(poses, SEGMENTS.index("thorax"), rng.normal(0.0, mix.thorax_tilted_deg, size))


def tilt_alone(poses: Float32, index: int, deg: NDArray[np.floating]) -> None:
    """Tilt one segment of postures (n, 18, 3, 3) by (n,) degrees about z, in place.

    Segments that hang on it keep their direction.
    """
    tilt = _turned_about_z(deg.astype(np.float32))
    if index:
        poses[:, index] = poses[:, index] @ tilt
    back = np.swapaxes(tilt, 1, 2)
    for child, parent in enumerate(PARENTS):
        if parent == index:
            poses[:, child] = back @ poses[:, child]


def _turned_about_z(deg: NDArray[np.float32]) -> Float32:
    radians = np.deg2rad(deg)
    rotation = np.zeros((len(deg), 3, 3), np.float32)
    rotation[:, 0, 0] = rotation[:, 1, 1] = np.cos(radians)
    rotation[:, 1, 0] = np.sin(radians)
    rotation[:, 0, 1] = -rotation[:, 1, 0]
    rotation[:, 2, 2] = 1
    return rotation


def _rotation(vector_deg: Float32) -> Float32:
    """(n, 3, 3) rotations of rotation vectors (n, 3) in degrees (Rodrigues' formula)."""
    vector = np.deg2rad(vector_deg)
    angle = np.linalg.norm(vector, axis=1)
    axis = vector / np.maximum(angle, 1e-9)[:, None]
    sine, cosine = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    cross = np.zeros((len(angle), 3, 3), np.float32)
    cross[:, 2, 1], cross[:, 0, 2], cross[:, 1, 0] = axis.T
    cross -= np.swapaxes(cross, 1, 2)
    rotation: Float32 = (np.eye(3) * cosine + sine * cross + (1 - cosine) * axis[:, :, None] * axis[:, None, :]).astype(
        np.float32
    )
    return rotation
