"""Anatomical frames of pelvis, femur, thorax and humerus from landmarks.

A frame is a triple of unit vectors (x anterior, y superior, z right), each (3, n). Definitions: pelvis and femur
Wu et al. 2002, J Biomech 35:543-548; thorax and humerus (option 1) Wu et al. 2005, J Biomech 38:981-992.
Frames are NaN where their landmarks are missing or collinear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.angles.vectors import Vectors, cross, dot, unit

__all__ = ["Frame", "frame_from_hips", "frame_from_shoulders", "long_bone_frame", "pelvis_frame", "thorax_frame"]

_COLLINEAR = 1e-4
"""Sine below which two directions count as parallel, so that their plane is undefined: ten times what float32
coordinates leave of exactly collinear landmarks 100 mm apart at 5 m from the origin."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Unit axes of a segment: axes (3, 3, n), first x, y, z, then components in the axes of the recording."""

    axes: Vectors

    @classmethod
    def of(cls, x: Vectors, y: Vectors, z: Vectors) -> Frame:
        """From the three axes, (3, n) each."""
        return cls(np.stack([x, y, z]))

    def matrices(self) -> Vectors:
        """(n, 3, 3) rotation matrices with the axes in columns."""
        return self.axes.transpose(2, 1, 0)

    def coordinates(self, vectors: Vectors) -> Vectors:
        """Vectors (3, m, n) of the recording as components along x, y and z, same shape."""
        return dot(self.axes.transpose(1, 0, 2)[:, :, None], vectors[:, None])


def _normal(a: Vectors, b: Vectors) -> Vectors:
    """Unit vector along a x b; NaN where the two are parallel or one has no length."""
    product = cross(a, b)
    squared = dot(product, product)
    np.copyto(squared, np.nan, where=squared <= _COLLINEAR**2 * dot(a, a) * dot(b, b))
    product /= np.sqrt(squared, out=squared)
    return product


def pelvis_frame(asis_l: Vectors, asis_r: Vectors, psis: Vectors) -> Frame:
    """Pelvis from both ASIS and the midpoint of the PSIS: z to the right ASIS, y normal to the plane, up."""
    z = unit(asis_r - asis_l)
    y = _normal(z, (asis_l + asis_r) / 2 - psis)
    return Frame.of(cross(y, z), y, z)


def thorax_frame(ij: Vectors, px: Vectors, c7: Vectors, t8: Vectors) -> Frame:
    """Thorax from jugular notch, xiphoid, C7 and T8: y from mid(PX, T8) to mid(IJ, C7), z right."""
    low = (px + t8) / 2
    y = unit((ij + c7) / 2 - low)
    z = _normal(c7 - ij, low - ij)  # normal to y as well: y lies in the plane of the two
    return Frame.of(cross(y, z), y, z)


def long_bone_frame(proximal: Vectors, lateral: Vectors, medial: Vectors, side: str) -> Frame:
    """Femur or humerus from its proximal joint centre and its epicondyles, z right on both sides."""
    y = unit(proximal - (lateral + medial) / 2)
    x = _normal(y, lateral - medial if side == "r" else medial - lateral)
    return Frame.of(x, y, cross(x, y))


def frame_from_hips(hip_l: Vectors, hip_r: Vectors, pelvis: Vectors, spine: Vectors) -> Frame:
    """Pelvis from 17 joints: z along the hip joints, y the direction pelvis to spine made normal to it.

    What 17 joints lack is the tilt of the pelvis itself: the spine stands in for it, which offsets hip flexion.
    """
    return _frame_from_line_and_up(hip_r - hip_l, spine - pelvis)


def frame_from_shoulders(shoulder_l: Vectors, shoulder_r: Vectors, spine: Vectors, thorax: Vectors) -> Frame:
    """Thorax from 17 joints: z along the shoulder joints, y the direction spine to thorax made normal to it."""
    return _frame_from_line_and_up(shoulder_r - shoulder_l, thorax - spine)


def _frame_from_line_and_up(line: Vectors, up: Vectors) -> Frame:
    z = unit(line)
    x = _normal(up, z)
    return Frame.of(x, cross(z, x), z)
