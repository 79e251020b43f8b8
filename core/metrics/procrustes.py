"""The rotation that best turns one cloud into another, for many frames at once, without a loop over frames.

Largest root of the quaternion characteristic polynomial (Theobald 2005, Acta Cryst. A61:478-480; Liu, Agrafiotis
and Theobald 2010, J Comput Chem 31:1561-1563), then the rotation in closed form (Markley 1993, "Attitude
determination using vector observations: a fast optimal matrix algorithm", J Astronaut Sci 41:261-280).
Where the rotation is ill-conditioned, singular value decomposition (Kabsch 1976, Acta Cryst. A32:922-923).

Only +, -, *, / and square roots act on whole arrays, so a frame gives the same bits in any company.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.records import Float64

__all__ = ["best_rotation"]

_NEXT, _AFTER = [1, 2, 0], [2, 0, 1]
_ITERATIONS = 6
# Rounding of the closed form grows as eps / gap^2; at this gap it is 1e-9 of the cloud's size.
_SMALLEST_GAP = 1e-2


def best_rotation(correlation: Float64) -> tuple[Float64, Float64]:
    """Proper rotation R maximising trace(R^T B), and that largest trace.

    correlation : (3,3,n) B[i,j] = sum over joints of reference_i * source_j, both about their centroids.
    Returns R (3,3,n), turning source into reference, and trace (n,); NaN where B is zero (any rotation serves).
    Where two rotations are equally good (a perfect mirror image with an axis of symmetry), one of them.
    """
    norm = np.sqrt(_sum9(correlation * correlation))
    with np.errstate(invalid="ignore", divide="ignore"):
        b = correlation / norm
        cofactors = _cofactors(b)
        det = b[0, 0] * cofactors[0, 0] + b[0, 1] * cofactors[0, 1] + b[0, 2] * cofactors[0, 2]
        trace, step = _largest_root(det, _sum9(cofactors * cofactors))
        kappa = 0.5 * (trace * trace - 1.0)
        gap = kappa * trace - det
        rotation = ((kappa + 1.0) * b + trace * cofactors - _product(_product(b, b, transposed=True), b)) / gap
        doubtful = ~((gap > _SMALLEST_GAP) & (step < 1e-12)) & (norm > 0)
    if doubtful.any():
        rotation[:, :, doubtful], trace[doubtful] = _by_svd(b[:, :, doubtful])
    return rotation, trace * norm


def _sum9(a: Float64) -> Float64:
    """Sum of the nine entries of (3,3,n), in fixed order."""
    rows: Float64 = a[0] + a[1] + a[2]
    total: Float64 = rows[0] + rows[1] + rows[2]
    return total


def _cofactors(b: Float64) -> Float64:
    """Cofactor matrices of (3,3,n); cyclic indices give the signs."""
    following, after = b[_NEXT], b[_AFTER]
    result: Float64 = following[:, _NEXT] * after[:, _AFTER] - following[:, _AFTER] * after[:, _NEXT]
    return result


def _product(a: Float64, b: Float64, *, transposed: bool = False) -> Float64:
    """A B, or A B^T, of (3,3,n) matrices, summed in fixed order."""
    right = b.transpose(1, 0, 2) if transposed else b
    result: Float64 = a[:, 0, None] * right[None, 0] + a[:, 1, None] * right[None, 1] + a[:, 2, None] * right[None, 2]
    return result


def _largest_root(det: Float64, cofactor_square: Float64) -> tuple[Float64, Float64]:
    """Largest root of (x^2-1)^2 - 8 x det - 4 |cof|^2, whose four roots are real, and the last step taken.

    Laguerre's iteration from the upper bound sqrt(3) comes down to it without overshooting, in a fixed number
    of steps, so that a frame's result does not depend on the other frames.
    """
    x = np.full_like(det, np.sqrt(3.0))
    step = x
    for _ in range(_ITERATIONS):
        square = x * x
        less_one = square - 1.0
        value = less_one * less_one - 8.0 * det * x - 4.0 * cofactor_square
        slope = 4.0 * (x * less_one - 2.0 * det)
        bend = 12.0 * square - 4.0
        inner = 9.0 * slope * slope - 12.0 * value * bend
        step = 4.0 * value / (slope + np.sqrt(np.maximum(inner, 0.0)))
        x = x - step
    return x, np.abs(step)


def _by_svd(b: Float64) -> tuple[Float64, Float64]:
    """As :func:`best_rotation` for normalised correlations, by singular value decomposition."""
    u, sigma, vt = np.linalg.svd(np.ascontiguousarray(b.transpose(2, 0, 1)))
    sign: NDArray[np.float64] = np.where(np.linalg.det(u) * np.linalg.det(vt) < 0, -1.0, 1.0)
    u[:, :, 2] *= sign[:, None]
    rotation = np.matmul(u, vt).transpose(1, 2, 0)
    return rotation, sigma[:, 0] + sigma[:, 1] + sign * sigma[:, 2]
