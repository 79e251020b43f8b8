"""3-vectors over many frames, component axis first: arrays (3, n), so that every operation is one pass."""

from __future__ import annotations

import numpy as np

from core.records import Float64

__all__ = ["cross", "dot", "norm", "unit"]


def dot(a: Float64, b: Float64) -> Float64:
    """Scalar products, (n,)."""
    result: Float64 = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    return result


def cross(a: Float64, b: Float64) -> Float64:
    """Vector products, (3, n)."""
    out = np.empty(np.broadcast_shapes(a.shape, b.shape))
    np.subtract(a[1] * b[2], a[2] * b[1], out=out[0])
    np.subtract(a[2] * b[0], a[0] * b[2], out=out[1])
    np.subtract(a[0] * b[1], a[1] * b[0], out=out[2])
    return out


def norm(a: Float64) -> Float64:
    """Lengths, (n,)."""
    return np.sqrt(dot(a, a))


def unit(a: Float64) -> Float64:
    """Directions, (3, n); NaN where the length is 0."""
    length = norm(a)
    length[length == 0] = np.nan
    return a / length
