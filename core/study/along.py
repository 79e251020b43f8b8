"""Where along a curve two things differ beyond chance: a cluster permutation test.

Points at which the paired t is beyond its two-sided 5 % form clusters with their neighbours of the same sign; the mass
of a cluster is the size of the sum of its t. Its p is how often the largest mass of a curve is as large when the signs
of whole athletes (or takes) are drawn by a coin (Maris & Oostenveld 2007, J Neurosci Methods 164:177-190). A p speaks
of a whole cluster: that there is a difference about there, not that it begins and ends at its very edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from core.records import Float64
from core.study.signs import coin_signs

__all__ = ["LEVEL", "AlongTest", "Stretch", "tests_along"]

LEVEL = 0.05
"""Below which a p shows a difference."""
_POINTWISE = 0.05
_ROUNDING = 1e-9
_AT_ONCE, _CURVES_AT_ONCE = 1000, 12
"""Signs and curves, so that what is computed stays in the cache of a processor."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A cluster. first, last : in percent of the curve. mass : sum of t, with its sign. p : against the largest cluster
    of the same curve. p_all : against the largest of all curves that were tested together.
    """

    first: float
    last: float
    mass: float
    p: float
    p_all: float


@dataclass(frozen=True, slots=True, eq=False)
class AlongTest:
    """One curve of P points. n : athletes or takes with it. signs : that were tried, of which exact says that
    there are no more. least_p : the smallest p that they
    can give, NaN where n is below 2: then nothing is tested. threshold : that the size of t must exceed, NaN likewise.
    mean, t : (P) difference and its t, NaN where unknown.
    """

    n: int
    signs: int
    exact: bool
    least_p: float
    threshold: float
    mean: Float64
    t: Float64
    stretches: tuple[Stretch, ...]

    @property
    def testable(self) -> bool:
        """Whether so few could show anything at all."""
        return self.least_p <= LEVEL


def tests_along(differences: Float64, seed: int) -> tuple[AlongTest, ...]:
    """Of K curves together. differences : (n, K, P) of each athlete or take, NaN throughout a curve that it lacks.

    Up to 12 athletes or takes all signs are tried, else 10,000 are drawn from the seed.
    """
    blocks = [
        _Curves.of(differences[:, k : k + _CURVES_AT_ONCE]) for k in range(0, differences.shape[1], _CURVES_AT_ONCE)
    ]
    if not blocks:
        return ()
    signs, exact = coin_signs(len(differences), seed)
    largest = [curves.largest_masses(signs) for curves in blocks]
    of_all = np.max([masses.max(axis=1) for masses in largest], axis=0)
    return tuple(
        _test(curves, k, masses[:, k], of_all, exact=exact)
        for curves, masses in zip(blocks, largest, strict=True) for k in range(len(curves.n))
    )  # fmt: skip


def _test(curves: _Curves, k: int, largest: Float64, of_all: Float64, *, exact: bool) -> AlongTest:
    """Of the curve k. largest, of_all : (m) largest masses with each of the signs, of this curve and of any."""
    n, t = int(curves.n[k]), curves.t()[k]
    mean = curves.sums[k] / n if n else np.full(t.shape, np.nan)
    stretches = tuple(
        Stretch(first, last, mass, *(_share(of, abs(mass), exact=exact) for of in (largest, of_all)))
        for first, last, mass in _clusters(t, curves.thresholds[k])
    )
    least_p = max(2.0 ** (1 - n), 0.0 if exact else 1 / (len(largest) + 1)) if n > 1 else float("nan")
    return AlongTest(n, len(largest), exact, least_p, float(curves.thresholds[k]), mean, t, stretches)


def _share(masses: Float64, mass: float, *, exact: bool) -> float:
    as_large = int(np.count_nonzero(masses >= mass * (1 - _ROUNDING)))
    return as_large / len(masses) if exact else (as_large + 1) / (len(masses) + 1)


def _clusters(t: Float64, threshold: float) -> list[tuple[float, float, float]]:
    """First and last percent, and mass, of each."""
    sign = np.where(np.abs(t) > threshold, np.sign(t), 0.0)
    edges = np.flatnonzero(np.diff(sign, prepend=0.0, append=0.0))
    percent = 100.0 / max(len(t) - 1, 1)
    return [
        (float(first * percent), float((end - 1) * percent), float(t[first:end].sum()))
        for first, end in pairwise(edges)
        if sign[first]
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Curves:
    """K curves. known : (N, P, K) differences, 0 where there is none. n : (K) how many there are. thresholds : (K).
    sums, squares : (K, P) over them.
    """

    known: Float64
    n: NDArray[np.intp]
    thresholds: Float64
    sums: Float64
    squares: Float64

    @classmethod
    def of(cls, differences: Float64) -> _Curves:
        there: NDArray[np.bool_] = np.asarray(np.isfinite(differences).all(axis=2))
        n = there.sum(axis=0)
        known = np.where(there[..., None], differences, 0.0)
        beyond = np.asarray(student.ppf(1 - _POINTWISE / 2, np.maximum(n - 1, 1)), np.float64)
        thresholds = np.where(n > 1, beyond, np.nan)
        return cls(np.ascontiguousarray(known.swapaxes(1, 2)), n, thresholds, known.sum(axis=0),
                   (known * known).sum(axis=0))  # fmt: skip

    def t(self) -> Float64:
        """(K, P) of what was observed; NaN where fewer than two are known."""
        n = np.where(self.n > 1, self.n, np.nan)[:, None]
        return _t(self.sums, self.squares, n)

    def largest_masses(self, signs: Float64) -> Float64:
        """(m, K) largest mass of each curve with each of the signs (m, N), 0 where no point is beyond its threshold."""
        return np.concatenate([self._largest(signs[k : k + _AT_ONCE]) for k in range(0, len(signs), _AT_ONCE)])

    def _largest(self, signs: Float64) -> Float64:
        """Point by point. The sum of squares is the same whatever the signs, so that t is beyond its threshold where
        the sum is beyond a bound; only there is t worked out.
        """
        n, square = self.n.astype(np.float64), self.thresholds**2
        bounds = square[:, None] * n[:, None] * self.squares / (n - 1 + square)[:, None]
        all_sums = (signs @ self.known.reshape(len(self.known), -1)).reshape(len(signs), *self.known.shape[1:])
        far = all_sums * all_sums > bounds.T * (1 + _ROUNDING)
        mass = np.zeros((len(signs), len(n)))
        largest = np.zeros_like(mass)
        for point in range(far.shape[1]):
            beyond = np.nonzero(far[:, point])
            curve = beyond[1]
            t = _t(all_sums[:, point][beyond], self.squares[curve, point], n[curve])
            before = mass[beyond]
            now = t + np.where(np.sign(before) == np.sign(t), before, 0.0)
            mass = np.zeros_like(mass)
            mass[beyond] = now
            largest[beyond] = np.maximum(largest[beyond], np.abs(now))
        return largest


def _t(sums: Float64, squares: Float64, n: Float64) -> Float64:
    """Paired t from sums and sums of squares; 0 where all are 0, infinite where all are alike."""
    rest = np.maximum(n * squares - sums * sums, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(sums == 0, 0.0 * n, sums * np.sqrt((n - 1) / rest)))
