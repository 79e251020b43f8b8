"""3-vectors over many frames, component axis first: arrays (3, ..., n), so that every operation is one long pass.

Only element-wise operations are used: a frame's numbers then do not depend on how many frames are computed together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Vectors", "cross", "dot", "norm", "unit"]

Vectors = NDArray[np.floating[Any]]
"""(3, ..., n) vectors, or (..., n) scalars; float32 for whole clips, float64 where it costs nothing."""


def dot(a: Vectors, b: Vectors) -> Vectors:
    """Scalar products, (..., n)."""
    out: Vectors = a[0] * b[0]
    out += a[1] * b[1]
    out += a[2] * b[2]
    return out


def cross(a: Vectors, b: Vectors) -> Vectors:
    """Vector products, (3, ..., n)."""
    out = np.empty(np.broadcast_shapes(a.shape, b.shape), dtype=np.result_type(a, b))
    for axis, (i, j) in enumerate(((1, 2), (2, 0), (0, 1))):
        np.multiply(a[i], b[j], out=out[axis])
        out[axis] -= a[j] * b[i]
    return out


def norm(a: Vectors) -> Vectors:
    """Lengths, (..., n)."""
    squared = dot(a, a)
    return np.sqrt(squared, out=squared)


def unit(a: Vectors) -> Vectors:
    """Directions, (3, ..., n); NaN where the length is 0."""
    length = norm(a)
    np.copyto(length, np.nan, where=length == 0)
    return a / length
