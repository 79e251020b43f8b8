"""What-if: changes of 17-joint poses that say what they do, can be kept in a file, and are applied by one function.

Millimetres and axes are those of the poses that are changed. Frames are 0-based, first and last both included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from core.angles.frames import frame_from_hips
from core.errors import DataError
from core.records import Float64, Poses
from core.skeleton import JOINTS, MIRROR, N_JOINTS, PARENTS, RIGS, joint_name

__all__ = ["Edit", "HipDefinition", "Move", "Noise", "ScaleBone", "SwapSides", "below", "edited"]

_L_HIP, _R_HIP, _PELVIS, _SPINE = (JOINTS.index(name) for name in ("l_hip", "r_hip", "pelvis", "spine"))

_SPINES_FROM_CENTRE = (-29.0, 80.0, -6.0)
"""Mean of right ASIS and PSIS seen from the right hip joint centre, x anterior, y superior, z right, millimetres: an
adult of 240 mm between the ASIS, 150 mm from them to the PSIS, centres by Harrington et al. 2007
(J Biomech 40:595-602)."""
_BETWEEN_CENTRES = 177.0
"""Distance between the centres of that adult, by which the vector is scaled to another."""
_TURNS = 30
"""Each brings the centres some five times nearer."""


class Move(msgspec.Struct, frozen=True, tag="move"):
    """A joint, and with ``limb`` all that hangs on it, is displaced by the same vector in each of the frames."""

    joint: int
    first: int
    last: int
    by_mm: tuple[float, float, float]
    limb: bool = False

    def text(self) -> str:
        """In words."""
        size = float(np.linalg.norm(self.by_mm))
        return f"{joint_name(self.joint)}{' and what hangs on it' if self.limb else ''} moved by {size:.1f} mm"


class Noise(msgspec.Struct, frozen=True, tag="noise"):
    """Gaussian noise, independent per frame, joint and axis. joints : which; sd_mm : per axis; seed : of the noise."""

    joints: tuple[int, ...]
    first: int
    last: int
    sd_mm: float
    seed: int = 1

    def text(self) -> str:
        """In words."""
        whose = "all joints" if len(self.joints) == N_JOINTS else ", ".join(joint_name(joint) for joint in self.joints)
        return f"noise of {self.sd_mm:g} mm per axis on {whose}"


class ScaleBone(msgspec.Struct, frozen=True, tag="scale_bone"):
    """The bone that ends in ``joint`` is so many times as long; what hangs on it moves along, its direction stays."""

    joint: int
    first: int
    last: int
    factor: float

    def text(self) -> str:
        """In words."""
        return f"bone {joint_name(PARENTS[self.joint])} to {joint_name(self.joint)} scaled by {self.factor:g}"


class SwapSides(msgspec.Struct, frozen=True, tag="swap_sides"):
    """Left and right joints exchange their names."""

    first: int
    last: int

    def text(self) -> str:
        """In words."""
        return "left and right exchanged"


class HipDefinition(msgspec.Struct, frozen=True, tag="hip_definition"):
    """Hips, and the pelvis as their middle, become those of another rig; a property of the whole clip.

    Where one rig has hip joint centres and the other the mean of ASIS and PSIS, the joints are moved between the two in
    the pelvis frame of the 17 joints, by the vector of an adult scaled to this one. All other joints stay.
    """

    rig: str

    def text(self) -> str:
        """In words."""
        return f"hips as in {RIGS[self.rig].title}"


Edit = Move | Noise | ScaleBone | SwapSides | HipDefinition
"""What can be done to poses."""


def edited(poses: Poses, edits: Sequence[Edit]) -> Poses:
    """The poses with all edits in order, and a note that says so.

    Raises :class:`DataError` for a frame, joint, rig or number that cannot be.
    """
    if not edits:
        return poses
    xyz, rig = poses.xyz_mm.astype(np.float64), poses.rig
    for edit in edits:
        _check(edit, poses)
        if isinstance(edit, HipDefinition):
            xyz, rig = _other_hips(xyz, rig, edit.rig), edit.rig
        else:
            part = slice(edit.first, edit.last + 1)
            xyz[part] = _changed(xyz[part], edit)
    told = f"edited by hand, not the lifter's own: {'; '.join(edit.text() for edit in edits)}"
    return replace(poses, xyz_mm=xyz.astype(np.float32), rig=rig, notes=(*poses.notes, told))


def below(joint: int) -> tuple[int, ...]:
    """The joint and all that hang on it."""
    hanging = [joint]
    for child, parent in enumerate(PARENTS):
        if parent in hanging:
            hanging.append(child)
    return tuple(hanging)


def _changed(xyz: Float64, edit: Move | Noise | ScaleBone | SwapSides) -> Float64:
    if isinstance(edit, SwapSides):
        return xyz[:, MIRROR]
    changed = xyz.copy()
    if isinstance(edit, Move):
        changed[:, below(edit.joint) if edit.limb else (edit.joint,)] += np.asarray(edit.by_mm)
    elif isinstance(edit, Noise):
        drawn = np.random.default_rng(edit.seed).normal(0.0, edit.sd_mm, (len(xyz), len(edit.joints), 3))
        changed[:, edit.joints] += drawn
    else:
        longer = (edit.factor - 1.0) * (xyz[:, edit.joint] - xyz[:, PARENTS[edit.joint]])
        changed[:, below(edit.joint)] += longer[:, None]
    return changed


def _other_hips(xyz: Float64, before: str, after: str) -> Float64:
    """Hips and pelvis from one rig's definition to another's."""
    if RIGS[before].hips_are_centres == RIGS[after].hips_are_centres:
        return xyz
    if RIGS[before].hips_are_centres:
        return xyz + _to_spines(xyz)
    centres = xyz
    for _ in range(_TURNS):  # the vectors are known from the centres, which are what is looked for
        centres = xyz - _to_spines(centres)
    return centres


def _to_spines(xyz: Float64) -> Float64:
    """(T, 17, 3) vectors from hip joint centres, and the pelvis between them, to the means of ASIS and PSIS; else 0."""
    joints = np.ascontiguousarray(xyz.transpose(2, 1, 0))
    pelvis = frame_from_hips(*(joints[:, joint] for joint in (_L_HIP, _R_HIP, _PELVIS, _SPINE)))
    size = np.linalg.norm(xyz[:, _R_HIP] - xyz[:, _L_HIP], axis=1) / _BETWEEN_CENTRES
    x, y, z = _SPINES_FROM_CENTRE
    vectors = np.zeros_like(xyz)
    for joint, side in ((_R_HIP, 1.0), (_L_HIP, -1.0)):
        vectors[:, joint] = size[:, None] * (pelvis.matrices() @ np.array([x, y, side * z]))
    vectors[:, _PELVIS] = vectors[:, (_L_HIP, _R_HIP)].mean(axis=1)
    return vectors


def _check(edit: Edit, poses: Poses) -> None:
    where = poses.origin.path or None
    if isinstance(edit, HipDefinition):
        if edit.rig not in RIGS:
            raise DataError(f"unknown rig {edit.rig!r}", path=where, expected=" or ".join(RIGS))
        return
    if not 0 <= edit.first <= edit.last < poses.n_frames:
        raise DataError("an edit is of frames that are not there", path=where,
                        expected=f"0 to {poses.n_frames - 1}", got=f"{edit.first} to {edit.last}")  # fmt: skip
    joints = edit.joints if isinstance(edit, Noise) else () if isinstance(edit, SwapSides) else (edit.joint,)
    least = 1 if isinstance(edit, ScaleBone) else 0
    for joint in joints:
        if not least <= joint < N_JOINTS:
            raise DataError("an edit is of a joint that is not there", path=where,
                            expected=f"{least} to {N_JOINTS - 1}", got=str(joint))  # fmt: skip
    if not np.isfinite(_numbers(edit)).all():
        raise DataError("an edit has a number that is none", path=where, expected="finite numbers", got=str(edit))


def _numbers(edit: Edit) -> tuple[float, ...]:
    if isinstance(edit, Move):
        return edit.by_mm
    return (edit.sd_mm,) if isinstance(edit, Noise) else (edit.factor,) if isinstance(edit, ScaleBone) else ()
