"""Poses that are mirrored, or whose left and right are exchanged: found by how much better they then fit.

Neither can be seen in MPJPE alone, where they look like a bad lifter. A few frames of a clip are fitted to the
reference as given, reflected, with their sides exchanged, and both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.metrics.position import position_errors_many
from core.metrics.procrustes import best_rotation
from core.records import Float64
from core.skeleton import MIRROR

__all__ = ["CLEARLY", "CLEARLY_MM", "Orientation", "orientations"]

_FRAMES = 16
CLEARLY, CLEARLY_MM = 0.6, 10.0
"""A way fits clearly better at this part of the distance as given, and with so much less."""
# The cheap fit below is a root mean square; what passes it loosely is measured as P-MPJPE.
_LOOSELY = 0.75
_WAYS = ("as given", "reflected", "with sides exchanged", "reflected and with sides exchanged")
_REFLECTION = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True)
class Orientation:
    """A way in which poses fit far better than as given.

    way : ``reflected``, ``with sides exchanged`` or both. given_mm, better_mm : mean P-MPJPE over sampled frames as
    given and that way.
    """

    way: str
    given_mm: float
    better_mm: float


def orientations(pairs: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> list[Orientation | None]:
    """For each (source, reference), both (T, 17, 3) mm, the way in which it fits clearly better, or None.

    Clearly: P-MPJPE below 0.6 of that as given, and 10 mm less, over at most 16 frames spread over the clip.
    """
    if not pairs:
        return []
    sampled = [(source[frames], truth[frames]) for source, truth in pairs for frames in [_spread(len(source))]]
    sizes = [len(source) for source, _ in sampled]
    fits = _fit_mm(np.concatenate([s for s, _ in sampled]), np.concatenate([t for _, t in sampled]))
    return [
        _measured(source, truth, _mean_over_frames(part))
        for (source, truth), part in zip(sampled, np.split(fits, np.cumsum(sizes)[:-1], axis=1), strict=True)
    ]


def _spread(n_frames: int) -> NDArray[np.intp]:
    """At most 16 frames, evenly over the clip."""
    return np.linspace(0, n_frames - 1, min(n_frames, _FRAMES)).astype(np.intp)


def _fit_mm(source: NDArray[Any], truth: NDArray[Any]) -> Float64:
    """(4, n) root mean square distance after the best similarity, per way and frame; NaN where undefined."""
    both = np.stack([source, source[:, MIRROR]]).astype(np.float64)
    there = ~np.isnan(both + truth)
    count = np.count_nonzero(there[..., 0], axis=2)
    about = [_about_mean(np.where(there, xyz, 0.0), there, count) for xyz in (both, truth)]
    correlation = np.matmul(about[1].swapaxes(2, 3), about[0]).transpose(2, 3, 0, 1)
    size, wanted = ((xyz * xyz).sum(axis=(2, 3)) for xyz in about)
    # Reflecting the source changes the sign of one column of its correlation.
    all_ways = np.stack([correlation, correlation * _REFLECTION[None, :, None, None]], axis=3)
    _, trace = best_rotation(all_ways.reshape(3, 3, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = wanted[:, None] - trace.reshape(2, 2, -1) ** 2 / size[:, None]
        fit: Float64 = np.sqrt(np.maximum(rest, 0.0) / count[:, None])
    return fit.reshape(4, -1)


def _about_mean(xyz_mm: Float64, there: NDArray[np.bool_], count: NDArray[np.intp]) -> Float64:
    """Poses (2, n, 17, 3), 0 where undefined, about the mean of their defined joints."""
    mean = xyz_mm.sum(axis=2, keepdims=True) / np.maximum(count, 1)[:, :, None, None]
    return np.where(there, xyz_mm - mean, 0.0)


def _mean_over_frames(fit_mm: Float64) -> Float64:
    """(4,) mean over the frames in which all four are defined; NaN where there is none."""
    there = ~np.isnan(fit_mm).any(axis=0)
    return fit_mm[:, there].mean(axis=1) if there.any() else np.full(len(fit_mm), np.nan)


def _measured(source: NDArray[Any], truth: NDArray[Any], fit_mm: Float64) -> Orientation | None:
    """P-MPJPE as given and the way that fits best, where that is worth a look; the finding if it is clear."""
    if np.isnan(fit_mm).any():
        return None
    best = int(np.argmin(fit_mm))
    if fit_mm[best] >= _LOOSELY * fit_mm[0]:
        return None
    turned = source[:, MIRROR] if best >= 2 else source
    turned = turned * _REFLECTION if best % 2 else turned
    errors = position_errors_many([(source, truth, 1.0, True), (turned, truth, 1.0, True)])
    given, better = (float(np.nanmean(error.p_mpjpe_mm, dtype=np.float64)) for error in errors)
    if better < CLEARLY * given and given - better > CLEARLY_MM:
        return Orientation(_WAYS[best], given, better)
    return None
