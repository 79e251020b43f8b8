"""Paired tests that assume nothing but symmetry: would differences be as large if signs were drawn by a coin?

Signs are drawn for whole clusters, because clips of one athlete are alike: for athletes where there are enough of them
to make a small p possible, else for takes. All tests of a family get the same signs, so that its largest statistic
tells how far chance alone goes (Westfall & Young 1993, Resampling-Based Multiple Testing, Wiley: step-down maxT). That
does not multiply a p that few clusters cannot make small, as Holm's correction does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.sums import grouped, ratio
from core.records import Float64
from core.study.resampling import Resampling

__all__ = ["LEAST_ATHLETES", "SignTest", "coin_signs", "sign_tests"]

LEAST_ATHLETES = 6
"""With them the smallest p of two sides is 2 / 2**6 = 0.03."""
_EXACT = 12
_DRAWN = 10_000
_ROUNDING = 1 - 1e-12
"""Not below by rounding: the observed signs are among the exact ones."""


@dataclass(frozen=True, slots=True)
class SignTest:
    """clusters : ``athletes`` or ``takes``, of which there are n. p : of two sides. p_adjusted : for all tests of the
    family. p_least : below which no p of so few clusters can be. NaN where there is nothing to test.
    """

    clusters: str
    n: int
    p: float
    p_adjusted: float
    p_least: float


def sign_tests(differences: Float64, counts: Float64, resampling: Resampling) -> tuple[SignTest, ...]:
    """Of weighted mean differences, one a column: (C, K) sums of clips, and (C, K) what each is over.

    Up to 12 clusters all signs are tried, else 10,000 are drawn from the seed of the resampling.
    """
    name, clusters = _clusters(resampling)
    most = int(clusters.max(initial=-1)) + 1
    there = grouped(counts, clusters, most) > 0
    used, n = there.any(axis=1), there.sum(axis=0)
    sums = grouped(differences, clusters, most)[used]
    signs, exact = coin_signs(len(sums), resampling.seed)
    # The size is the same whatever the signs are: it makes angles of any spread comparable.
    size = np.sqrt((sums * sums).sum(axis=0))
    drawn, observed = (ratio(np.abs(each), size) for each in (signs @ sums, sums.sum(axis=0)))
    drawn, observed = np.nan_to_num(drawn), np.nan_to_num(observed)
    p, adjusted = _share(drawn >= observed * _ROUNDING, exact), _step_down(drawn, observed, exact)
    least = np.maximum(2.0 ** (1 - n), 0.0 if exact else 1 / (len(signs) + 1))
    values = np.where(n > 0, [p, adjusted, least], np.nan).T
    return tuple(SignTest(name, int(n[k]), *map(float, values[k])) for k in range(len(n)))


def _clusters(resampling: Resampling) -> tuple[str, NDArray[np.intp]]:
    """Whose signs are drawn, and of which each clip is."""
    if resampling.n_athletes >= LEAST_ATHLETES:
        return "athletes", resampling.athletes[resampling.takes]
    return "takes", resampling.takes


def _share(as_large: NDArray[np.bool_], exact: bool) -> Float64:
    """(K) of the drawn signs (m, K); those observed are among them only where they are all."""
    count, m = as_large.sum(axis=0), len(as_large)
    return np.asarray(count / m if exact else (count + 1) / (m + 1))


def _step_down(drawn: Float64, observed: Float64, exact: bool) -> Float64:
    """(K) corrected p: each statistic against the largest drawn one of itself and all that are smaller."""
    order = np.argsort(observed, kind="stable")
    largest = np.maximum.accumulate(drawn[:, order], axis=1)
    p = _share(largest >= observed[order] * _ROUNDING, exact)
    found = np.empty(len(order))
    found[order] = np.maximum.accumulate(p[::-1])[::-1]
    return found


def coin_signs(n: int, seed: int) -> tuple[Float64, bool]:
    """(m, n) of +1 and -1: all that there are up to n = 12, else 10,000 drawn from the seed; and whether it is all."""
    if n <= _EXACT:
        bits = np.arange(2**n)[:, None] >> np.arange(n) & 1
    else:
        bits = np.random.default_rng(seed).integers(0, 2, (_DRAWN, n))
    return np.asarray(1.0 - 2.0 * bits, np.float64), n <= _EXACT
