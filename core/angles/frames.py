"""Anatomical frames of pelvis, femur, thorax and humerus from landmarks.

A frame is a triple of unit vectors (x anterior, y superior, z right), each (3, n). Definitions: pelvis and femur
Wu et al. 2002, J Biomech 35:543-548; thorax and humerus (option 1) Wu et al. 2005, J Biomech 38:981-992.
Frames are NaN where their landmarks are missing or collinear.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.angles.vectors import cross, dot, norm, unit
from core.records import Float64

__all__ = ["Frame", "frame_from_hips", "frame_from_shoulders", "long_bone_frame", "pelvis_frame", "thorax_frame"]

_COLLINEAR = 1e-6
"""Sine below which two directions count as parallel, so that their plane is undefined."""


class Frame(NamedTuple):
    """Unit axes of a segment, each (3, n)."""

    x: Float64
    y: Float64
    z: Float64

    def matrices(self) -> Float64:
        """(n, 3, 3) rotation matrices with the axes in columns."""
        return np.stack(self, axis=-1).transpose(1, 0, 2)


def _normal(a: Float64, b: Float64) -> Float64:
    """Unit vector along a x b; NaN where the two are parallel or one has no length."""
    product = cross(a, b)
    length = norm(product)
    length[length <= _COLLINEAR * np.sqrt(dot(a, a) * dot(b, b))] = np.nan
    return product / length


def pelvis_frame(asis_l: Float64, asis_r: Float64, psis: Float64) -> Frame:
    """Pelvis from both ASIS and the midpoint of the PSIS: z to the right ASIS, y normal to the plane, up."""
    z = unit(asis_r - asis_l)
    y = _normal(z, (asis_l + asis_r) / 2 - psis)
    return Frame(cross(y, z), y, z)


def thorax_frame(ij: Float64, px: Float64, c7: Float64, t8: Float64) -> Frame:
    """Thorax from jugular notch, xiphoid, C7 and T8: y from mid(PX, T8) to mid(IJ, C7), z right."""
    low = (px + t8) / 2
    y = unit((ij + c7) / 2 - low)
    z = _normal(c7 - ij, low - ij)  # normal to y as well: y lies in the plane of the two
    return Frame(cross(y, z), y, z)


def long_bone_frame(proximal: Float64, lateral: Float64, medial: Float64, side: str) -> Frame:
    """Femur or humerus from its proximal joint centre and its epicondyles, z right on both sides."""
    y = unit(proximal - (lateral + medial) / 2)
    x = _normal(y, lateral - medial if side == "r" else medial - lateral)
    return Frame(x, y, cross(x, y))


def frame_from_hips(hip_l: Float64, hip_r: Float64, pelvis: Float64, spine: Float64) -> Frame:
    """Pelvis from 17 joints: z along the hip joints, y the direction pelvis to spine made normal to it.

    What 17 joints lack is the tilt of the pelvis itself: the spine stands in for it, which offsets hip flexion.
    """
    return _frame_from_line_and_up(hip_r - hip_l, spine - pelvis)


def frame_from_shoulders(shoulder_l: Float64, shoulder_r: Float64, spine: Float64, thorax: Float64) -> Frame:
    """Thorax from 17 joints: z along the shoulder joints, y the direction spine to thorax made normal to it."""
    return _frame_from_line_and_up(shoulder_r - shoulder_l, thorax - spine)


def _frame_from_line_and_up(line: Float64, up: Float64) -> Frame:
    z = unit(line)
    x = _normal(up, z)
    return Frame(x, cross(z, x), z)
