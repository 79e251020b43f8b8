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

_ITERATIONS = 8
# The iteration is cubic: after a last step this small nothing is left but rounding.
_LAST_STEP = 1e-6
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
        rotation = cofactors  # the array is free from here on
        rotation *= trace
        rotation -= _product(_product(b, b.transpose(1, 0, 2)), b)
        rotation += (kappa + 1.0) * b
        rotation /= gap
        doubtful = ~((gap > _SMALLEST_GAP) & (step <= _LAST_STEP)) & (norm > 0)
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
    cycle = np.empty((5, 5, b.shape[2]))
    cycle[:3, :3], cycle[3:, :3] = b, b[:2]
    cycle[:, 3:] = cycle[:, :2]
    result: Float64 = cycle[1:4, 1:4] * cycle[2:5, 2:5]
    result -= cycle[1:4, 2:5] * cycle[2:5, 1:4]
    return result


def _product(a: Float64, b: Float64) -> Float64:
    """A B of (3,3,n) matrices, summed in fixed order."""
    result: Float64 = a[:, 0, None] * b[None, 0]
    result += a[:, 1, None] * b[None, 1]
    result += a[:, 2, None] * b[None, 2]
    return result


def _largest_root(det: Float64, cofactor_square: Float64) -> tuple[Float64, Float64]:
    """Largest root of (x^2-1)^2 - 8 x det - 4 |cof|^2, whose four roots are real, and the last step taken.

    x^2 = 1 + 2 sqrt(|cof|^2 + 2 x det) at the root, which lies between 1/sqrt(3) and sqrt(3): that gives a close
    upper bound. Laguerre's iteration comes down from it without overshooting. A frame stops at its own small step, so
    that its result does not depend on the other frames.
    """
    det2, square4 = 2.0 * det, 4.0 * cofactor_square
    bound = cofactor_square + det2 * np.where(det > 0, np.sqrt(3.0), np.sqrt(1 / 3))
    x = np.sqrt(1.0 + 2.0 * np.sqrt(np.maximum(bound, 0.0)))
    last = np.full_like(x, np.inf)
    for _ in range(_ITERATIONS):
        square = x * x
        less_one = square - 1.0
        slope = x * less_one  # a quarter of the derivative
        slope -= det2
        value = less_one * less_one
        value -= 4.0 * det2 * x
        value -= square4
        inner = 3.0 * slope * slope - value * (3.0 * square - 1.0)
        step = value / (slope + np.sqrt(3.0 * np.maximum(inner, 0.0)))
        moving = last > _LAST_STEP
        np.subtract(x, step, out=x, where=moving)
        np.abs(step, out=last, where=moving)
        if not (last > _LAST_STEP).any():
            break
    return x, last


def _by_svd(b: Float64) -> tuple[Float64, Float64]:
    """As :func:`best_rotation` for normalised correlations, by singular value decomposition."""
    u, sigma, vt = np.linalg.svd(np.ascontiguousarray(b.transpose(2, 0, 1)))
    sign: NDArray[np.float64] = np.where(np.linalg.det(u) * np.linalg.det(vt) < 0, -1.0, 1.0)
    u[:, :, 2] *= sign[:, None]
    rotation = np.matmul(u, vt).transpose(1, 2, 0)
    return rotation, sigma[:, 0] + sigma[:, 1] + sign * sigma[:, 2]
