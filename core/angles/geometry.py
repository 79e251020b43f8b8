"""The twelve angles of 17-joint poses in closed form, from long axes alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.angles.frames import Frame, frame_from_hips, frame_from_shoulders
from core.angles.long_axes import Limbs, twelve_angles
from core.conventions import N_ANGLES
from core.records import Angles, Float32, Float64, Poses
from core.skeleton import JOINTS

__all__ = ["METHOD", "angles_in_frames", "geometric_angles", "geometric_angles_many", "limb_directions"]

METHOD = "geometry"
_CHUNK = 2048
_J = {name: index for index, name in enumerate(JOINTS)}


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


def _angles_of(xyz_mm: Float32) -> Float64:
    joints: Float64 = xyz_mm.transpose(1, 2, 0).astype(np.float64, order="C")
    pelvis = frame_from_hips(*(joints[_J[n]] for n in ("l_hip", "r_hip", "pelvis", "spine")))
    thorax = frame_from_shoulders(*(joints[_J[n]] for n in ("l_shoulder", "r_shoulder", "spine", "thorax")))
    return angles_in_frames(pelvis, thorax, joints)


def angles_in_frames(pelvis: Frame, thorax: Frame, joints: Float64) -> Float64:
    """(12, n) degrees of joints (17, 3, n) in a pelvis and a thorax frame given from elsewhere."""
    return twelve_angles(pelvis, thorax, limb_directions(joints, "l"), limb_directions(joints, "r"))


def limb_directions(joints: Float64, side: str) -> Limbs:
    """Thigh, shank, upper arm and forearm of one side from joints (17, 3, n)."""

    def between(start: str, end: str) -> Float64:
        direction: Float64 = joints[_J[f"{side}_{end}"]] - joints[_J[f"{side}_{start}"]]
        return direction

    thigh, upper_arm = between("hip", "knee"), between("shoulder", "elbow")
    return Limbs(thigh, upper_arm, thigh, between("knee", "ankle"), upper_arm, between("elbow", "wrist"))
