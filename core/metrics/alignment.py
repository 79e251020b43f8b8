"""Poses brought onto the reference as each position error brings them, to be looked at.

The distance that is left between the aligned pose and the reference is the position error of that name
(:mod:`core.metrics.position`): root: MPJPE, scale: N-MPJPE, procrustes: P-MPJPE. For pictures; tables take the errors
themselves from there.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.metrics.procrustes import best_rotation
from core.records import Float32, Float64

__all__ = ["Alignment", "aligned"]

_LEAST_JOINTS = 3


class Alignment(StrEnum):
    """How a source is laid over the reference, frame by frame.

    none : as given. root : pelvis on pelvis. scale : the same, and the best factor about the pelvis.
    procrustes : best translation, proper rotation and factor.
    """

    NONE = "none"
    ROOT = "root"
    SCALE = "scale"
    PROCRUSTES = "procrustes"


def aligned(source_xyz_mm: NDArray[Any], reference_xyz_mm: NDArray[Any], how: Alignment) -> Float32:
    """The source laid over the reference, both (T, 17, 3) millimetres in the same axes; (T, 17, 3) float32.

    A joint that is missing in either takes no part in the fit but is moved with the rest. Frames in which the fit is
    undefined (no root; for Procrustes fewer than three common joints) are NaN throughout.
    """
    source = np.asarray(source_xyz_mm, np.float64)
    reference = np.asarray(reference_xyz_mm, np.float64)
    if how is Alignment.NONE:
        return source.astype(np.float32)
    if how is Alignment.PROCRUSTES:
        return _similar(source, reference).astype(np.float32)
    root = reference[:, :1]
    centred = source - source[:, :1]
    if how is Alignment.SCALE:
        wanted = np.where(np.isnan(centred), np.nan, reference - root)
        there = ~np.isnan(centred + wanted).any(axis=2, keepdims=True)
        known, goal = np.where(there, centred, 0.0), np.where(there, wanted, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            centred = centred * ((known * goal).sum(axis=(1, 2)) / (known * known).sum(axis=(1, 2)))[:, None, None]
    return (centred + root).astype(np.float32)


def _similar(source: Float64, reference: Float64) -> Float64:
    """The best similarity of every frame applied to the whole source pose."""
    there = np.asarray(np.isfinite(source + reference).all(axis=2))
    count = there.sum(axis=1)
    known, goal = (np.where(there[:, :, None], xyz, 0.0) for xyz in (source, reference))
    number = np.maximum(count, 1)[:, None]
    middle, aim = known.sum(axis=1) / number, goal.sum(axis=1) / number
    known = np.where(there[:, :, None], source - middle[:, None], 0.0)
    goal = np.where(there[:, :, None], reference - aim[:, None], 0.0)
    correlation = np.matmul(goal.swapaxes(1, 2), known)
    rotation, trace = best_rotation(np.ascontiguousarray(correlation.transpose(1, 2, 0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        turn = rotation.transpose(2, 0, 1) * (trace / (known * known).sum(axis=(1, 2)))[:, None, None]
        fitted = np.matmul(source - middle[:, None], turn.swapaxes(1, 2)) + aim[:, None]
    fitted[count < _LEAST_JOINTS] = np.nan
    return np.asarray(fitted)
