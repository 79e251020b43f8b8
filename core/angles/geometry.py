"""The twelve angles of 17-joint poses in closed form, from long axes alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.angles.frames import Frame, frame_from_hips, frame_from_shoulders
from core.angles.long_axes import Limbs, twelve_angles
from core.angles.vectors import Vectors
from core.conventions import N_ANGLES
from core.records import Angles, Float32, Poses
from core.skeleton import JOINTS, N_JOINTS

__all__ = [
    "METHOD",
    "angles_in_frames",
    "geometric_angles",
    "geometric_angles_many",
    "geometric_slopes",
    "limb_directions",
    "trunk_frames",
]

METHOD = "geometry"
_CHUNK = 4096
"""Frames per pass: temporaries then stay near the processor, and calls cost little against work."""
_STEP_MM, _SLOPE_CHUNK = 0.01, 64

_J = {name: index for index, name in enumerate(JOINTS)}
_BONES = [
    (_J[f"{side}_{start}"], _J[f"{side}_{end}"])
    for start, end in (("hip", "knee"), ("shoulder", "elbow"), ("elbow", "wrist"), ("knee", "ankle"))
    for side in "lr"
]
_STARTS, _ENDS = (np.array(column) for column in zip(*_BONES, strict=True))
_MEETING = np.array([2, 3, 0, 1])  # rows of _BONES before the elbows and the knees: upper arms, thighs


def geometric_angles(poses: Poses) -> Angles:
    """Angles of 17-joint poses, (T, 12) degrees, shoulder as components.

    Pelvis: z along the hip joints, y toward the spine joint. Thorax: z along the shoulders, y from spine to
    thorax. With these two frames given, hip and shoulder equal the full decompositions; 17 joints do not hold the
    tilt of the pelvis, so hip flexion has an offset that depends on the rig. Any frame of axes and any scale.
    """
    return geometric_angles_many([poses])[0]


def geometric_angles_many(clips: Sequence[Poses]) -> list[Angles]:
    """:func:`geometric_angles` of several clips computed together; every number equals the single call's."""
    if not clips:
        return []
    joined = clips[0].xyz_mm if len(clips) == 1 else np.concatenate([poses.xyz_mm for poses in clips])
    out = np.empty((len(joined), N_ANGLES), dtype=np.float32)
    for start in range(0, len(joined), _CHUNK):
        out[start : start + _CHUNK] = _angles_of(joined[start : start + _CHUNK]).T
    borders = np.cumsum([poses.n_frames for poses in clips])[:-1]
    return [Angles(deg, METHOD) for deg in np.split(out, borders)]


def geometric_slopes(poses: Poses) -> Float32:
    """(T, 12, 17, 3) derivatives of :func:`geometric_angles` by the joints, degrees per millimetre.

    Central differences over a hundredth of a millimetre in double precision: right to 1e-6 of their size, and 0 where a
    straight limb has an edge instead of a slope.
    """
    slopes = np.empty((poses.n_frames, N_ANGLES, N_JOINTS, 3), np.float32)
    offsets = _STEP_MM * np.eye(N_JOINTS * 3).reshape(-1, N_JOINTS, 3)
    for start in range(0, poses.n_frames, _SLOPE_CHUNK):
        xyz = poses.xyz_mm[start : start + _SLOPE_CHUNK, None].astype(np.float64)
        ahead, behind = (_angles_of((xyz + offset).reshape(-1, N_JOINTS, 3)) for offset in (offsets, -offsets))
        change = (ahead - behind + 180) % 360 - 180
        found = (change / (2 * _STEP_MM)).reshape(N_ANGLES, len(xyz), N_JOINTS, 3)
        slopes[start : start + _SLOPE_CHUNK] = found.swapaxes(0, 1)
    return slopes


def _angles_of(xyz_mm: NDArray[np.floating]) -> Vectors:
    joints = np.ascontiguousarray(xyz_mm.transpose(2, 1, 0))
    return angles_in_frames(*trunk_frames(joints), joints)


def trunk_frames(joints: Vectors) -> tuple[Frame, Frame]:
    """Pelvis and thorax of joints (3, 17, n)."""
    pelvis = frame_from_hips(*(joints[:, _J[n]] for n in ("l_hip", "r_hip", "pelvis", "spine")))
    thorax = frame_from_shoulders(*(joints[:, _J[n]] for n in ("l_shoulder", "r_shoulder", "spine", "thorax")))
    return pelvis, thorax


def angles_in_frames(pelvis: Frame, thorax: Frame, joints: Vectors) -> Vectors:
    """(12, n) degrees of joints (3, 17, n) in a pelvis and a thorax frame given from elsewhere."""
    return twelve_angles(pelvis, thorax, limb_directions(joints))


def limb_directions(joints: Vectors) -> Limbs:
    """Thighs, shanks, upper arms and forearms from joints (3, 17, n)."""
    bones = joints[:, _ENDS] - joints[:, _STARTS]
    return Limbs(bones[:, 0:2], bones[:, 2:4], bones[:, _MEETING], bones[:, 4:8])
