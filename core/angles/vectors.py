"""3-vectors over many frames, component axis first: arrays (3, n), so that every operation is one pass."""

from __future__ import annotations

import numpy as np

from core.records import Float64

__all__ = ["cross", "dot", "norm", "unit"]


def dot(a: Float64, b: Float64) -> Float64:
    """Scalar products, (n,)."""
    result: Float64 = np.einsum("in,in->n", a, b)
    return result


def cross(a: Float64, b: Float64) -> Float64:
    """Vector products, (3, n)."""
    out = np.empty(np.broadcast_shapes(a.shape, b.shape))
    for axis, (i, j) in enumerate(((1, 2), (2, 0), (0, 1))):
        np.multiply(a[i], b[j], out=out[axis])
        out[axis] -= a[j] * b[i]
    return out


def norm(a: Float64) -> Float64:
    """Lengths, (n,)."""
    squared = dot(a, a)
    return np.sqrt(squared, out=squared)


def unit(a: Float64) -> Float64:
    """Directions, (3, n); NaN where the length is 0."""
    length = norm(a)
    length[length == 0] = np.nan
    return a / length
