"""Frames in which left and right are exchanged, or the body is mirrored: where that way of looking fits better.

The pose of each frame is fitted to the reference (best translation, rotation and scale) as given, reflected, with all
sides exchanged, and with those of the legs or the arms only. No axes are needed, and a body that faces the wrong way
is neither swapped nor mirrored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.anatomy.windows import lasting, runs
from core.evaluation.orientation import CLEARLY, CLEARLY_MM
from core.metrics.procrustes import best_rotation
from core.records import Float64
from core.skeleton import MIRROR

__all__ = ["MIRRORED", "SWAPPED", "Sides", "sides"]

_MIDDLE, _LEGS, _ARMS = [0, 7, 8, 9, 10], [1, 2, 3, 4, 5, 6], [11, 12, 13, 14, 15, 16]
_LEAST_JOINTS = 4
MIRRORED = ("mirrored", "mirrored with sides exchanged")
SWAPPED = ("left and right exchanged", "left and right legs exchanged", "left and right arms exchanged")
_WAYS = ("as given", MIRRORED[0], SWAPPED[0], MIRRORED[1], SWAPPED[1], SWAPPED[2])
"""In the order of the rows of ``_fits_mm``."""


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Of each way but the first the frames (T,) in which it holds; distances after the fit (T,) mm, root mean square.

    given_mm : as given; best_mm : the way that fits best.
    """

    frames: dict[str, NDArray[np.bool_]]
    given_mm: Float64
    best_mm: Float64

    def any_of(self, ways: tuple[str, ...]) -> NDArray[np.bool_]:
        """(T,) True where one of the ways holds."""
        return np.asarray(np.logical_or.reduce([self.frames[way] for way in ways]))


def sides(source: Float64, reference: Float64, fps: float) -> Sides:
    """Which way each frame of poses (T, 17, 3) fits the reference best, where one fits clearly better than as given.

    Clearly as for whole clips (:mod:`core.evaluation.orientation`). Around clear frames the way also holds in those
    that are too symmetrical to be clear, as long as it fits best. Mirrored with sides exchanged, which a walk is half
    a step later, must last (:data:`core.anatomy.windows.LASTING_S`).
    """
    fits = _fits_mm(source, reference)
    defined = ~np.isnan(fits).any(axis=0)
    fits[:, ~defined] = 0.0  # nothing is clear there
    way, best, given = np.argmin(fits, axis=0), fits.min(axis=0), fits[0]
    clear = (best < CLEARLY * given) & (given - best > CLEARLY_MM)
    frames = {name: _spread(way == index, clear & defined) for index, name in enumerate(_WAYS) if index}
    frames[MIRRORED[1]] = lasting(frames[MIRRORED[1]], fps)
    return Sides(frames, given, best)


def _fits_mm(source: Float64, reference: Float64) -> Float64:
    """(6, T) root mean square distance after the best similarity, per way and frame; NaN where undefined.

    A joint counts where it and the one on the other side are there in both poses: then all ways look at the same
    joints, with the same centroid and size.
    """
    there: NDArray[np.bool_] = np.all(np.isfinite(source + reference), axis=2)
    there &= there[:, MIRROR]
    count = np.count_nonzero(there, axis=1)
    ours, theirs = (_about_mean(xyz, there, count) for xyz in (source, reference))
    middle, legs, arms = (_correlation(ours, theirs, group, group) for group in (_MIDDLE, _LEGS, _ARMS))
    crossed_legs, crossed_arms = (_correlation(ours, theirs, [MIRROR[joint] for joint in group], group)
                                  for group in (_LEGS, _ARMS))  # fmt: skip
    given, exchanged = middle + legs + arms, middle + crossed_legs + crossed_arms
    reflection = np.array([-1.0, 1.0, 1.0])  # of the source: the sign of one column
    ways = np.stack([given, given * reflection, exchanged, exchanged * reflection, middle + crossed_legs + arms,
                     middle + legs + crossed_arms])  # fmt: skip
    _, trace = best_rotation(np.ascontiguousarray(ways.transpose(2, 3, 0, 1)).reshape(3, 3, -1))
    size, wanted = (np.einsum("tjk,tjk->t", xyz, xyz) for xyz in (ours, theirs))
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = wanted - trace.reshape(len(ways), -1) ** 2 / size
        fit: Float64 = np.sqrt(np.maximum(rest, 0.0) / count)
    fit[:, count < _LEAST_JOINTS] = np.nan
    return fit


def _about_mean(xyz: Float64, there: NDArray[np.bool_], count: NDArray[np.intp]) -> Float64:
    """Poses (T, 17, 3), 0 where a joint does not count, about the mean of those that do."""
    kept = np.where(there[..., None], xyz, 0.0)
    mean = kept.sum(axis=1) / np.maximum(count, 1)[:, None]
    return np.where(there[..., None], kept - mean[:, None], 0.0)


def _correlation(ours: Float64, theirs: Float64, of_ours: list[int], of_theirs: list[int]) -> Float64:
    """(T, 3, 3) sums over joints of the reference times the source."""
    sums: Float64 = np.matmul(theirs[:, of_theirs].swapaxes(1, 2), ours[:, of_ours])
    return sums


def _spread(best: NDArray[np.bool_], clear: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(T,) runs of ``best`` with at least one clear frame."""
    run = runs(best)
    return np.asarray(best & (np.bincount(run, best & clear) > 0)[run])
