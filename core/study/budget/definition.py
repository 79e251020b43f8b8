"""Where a lifter's hips and trunk lie on the reference's: a definition moves them by the same vector always.

Rigs agree about knees, ankles, shoulders, elbows and wrists, and differ about hips, pelvis, spine, neck and head. Each
pose is laid over the reference by the former; what then lies between the latter, in the axes of the reference's pelvis
or thorax, is errors, which vary, and the definition, which does not: its median over the frames of an athlete.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.angles.frames import frame_from_hips, frame_from_shoulders
from core.metrics.procrustes import best_rotation
from core.records import Float64
from core.skeleton import JOINTS

__all__ = ["DEFINED", "RIGHT_HIP", "offsets_mm", "without_offsets"]

_OF_PELVIS, _OF_THORAX = ("pelvis", "r_hip", "l_hip"), ("spine", "thorax", "neck", "head")
DEFINED = tuple(JOINTS.index(name) for name in (*_OF_PELVIS, *_OF_THORAX))
"""The joints that rigs define differently, in the order of the offsets."""
RIGHT_HIP = DEFINED.index(JOINTS.index("r_hip"))
"""Row of the right hip among them; the left one follows."""

_PELVIS, _R_HIP, _L_HIP, _SPINE, _THORAX = DEFINED[:5]
_SHOULDERS = [JOINTS.index(name) for name in ("l_shoulder", "r_shoulder")]
_LIMBS = [k for k, name in enumerate(JOINTS) if name.split("_")[-1] in ("knee", "ankle", "shoulder", "elbow", "wrist")]
_LEAST_JOINTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """How poses are laid over the reference, frame by frame: x to factor * turn (x - middle) + aim. axes :
    (T, 7, 3, 3) of the reference's pelvis or thorax in columns, for each of :data:`DEFINED`. NaN where unknown.
    """

    middle: Float64
    aim: Float64
    turn: Float64
    factor: Float64
    axes: Float64

    def forth(self, xyz_mm: Float64) -> Float64:
        """(T, m, 3) over the reference."""
        turned = np.matmul(xyz_mm - self.middle[:, None], self.turn.swapaxes(1, 2))
        return np.asarray(self.factor[:, None, None] * turned + self.aim[:, None])

    def back(self, xyz_mm: Float64) -> Float64:
        """The same undone."""
        return np.asarray(np.matmul((xyz_mm - self.aim[:, None]) / self.factor[:, None, None], self.turn)
                          + self.middle[:, None])  # fmt: skip


def offsets_mm(source_mm: Float64, reference_mm: Float64) -> Float64:
    """(T, 7, 3) of :data:`DEFINED`: from the reference's to the source's, x anterior, y superior, z right, at the size
    of the reference; NaN in frames where it is unknown. Both (T, 17, 3) in the same axes.
    """
    laid = _laid(source_mm, reference_mm)
    between = laid.forth(source_mm[:, DEFINED]) - reference_mm[:, DEFINED]
    return np.asarray(np.einsum("tjk,tjka->tja", between, laid.axes))


def without_offsets(source_mm: Float64, reference_mm: Float64, offsets: Float64) -> Float64:
    """The source (T, 17, 3) with these joints moved back by constant ``offsets`` (7, 3) of :func:`offsets_mm`; frames
    in which that is unknown as they were.
    """
    laid = _laid(source_mm, reference_mm)
    moved = laid.back(laid.forth(source_mm[:, DEFINED]) - np.einsum("ja,tjka->tjk", offsets, laid.axes))
    whole = source_mm.copy()
    known = np.isfinite(moved).all(axis=(1, 2))
    whole[np.ix_(known, np.array(DEFINED))] = moved[known]
    return whole


def _laid(source_mm: Float64, reference_mm: Float64) -> _Laid:
    source, goal = source_mm[:, _LIMBS], reference_mm[:, _LIMBS]
    there: NDArray[np.bool_] = np.asarray(np.isfinite(source + goal).all(axis=2))[..., None]
    count = there.sum(axis=(1, 2))
    number = np.where(count >= _LEAST_JOINTS, count, np.nan)[:, None]
    middle, aim = (np.where(there, xyz, 0.0).sum(axis=1) / number for xyz in (source, goal))
    known, wanted = np.where(there, source - middle[:, None], 0.0), np.where(there, goal - aim[:, None], 0.0)
    rotation, trace = best_rotation(np.ascontiguousarray(np.matmul(wanted.swapaxes(1, 2), known).transpose(1, 2, 0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = trace / (known * known).sum(axis=(1, 2))
    joints = np.ascontiguousarray(reference_mm.transpose(2, 1, 0))
    pelvis = frame_from_hips(*(joints[:, joint] for joint in (_L_HIP, _R_HIP, _PELVIS, _SPINE)))
    thorax = frame_from_shoulders(*(joints[:, joint] for joint in (*_SHOULDERS, _SPINE, _THORAX)))
    of_each = [pelvis.matrices()] * len(_OF_PELVIS) + [thorax.matrices()] * len(_OF_THORAX)
    return _Laid(middle, aim, rotation.transpose(2, 0, 1), factor, np.stack(of_each, axis=1))
