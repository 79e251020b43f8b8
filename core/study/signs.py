"""A paired test that assumes nothing but symmetry: would the difference be as large if signs were drawn by a coin?

Signs are drawn for whole clusters, because clips of one athlete are alike: for athletes where there are enough of them
to make a small p possible, else for takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.records import Float64
from core.study.resampling import Resampling

__all__ = ["LEAST_ATHLETES", "SignTest", "adjusted", "coin_signs", "sign_test"]

LEAST_ATHLETES = 6
"""With them the smallest p of two sides is 2 / 2**6 = 0.03."""
_EXACT = 12
_DRAWN = 10_000


@dataclass(frozen=True, slots=True)
class SignTest:
    """clusters : ``athletes`` or ``takes``, of which there are n. p : of two sides. p_holm : corrected for all tests of
    the family (Holm 1979, Scand J Stat 6:65-70). NaN where there is nothing to test.
    """

    clusters: str
    n: int
    p: float
    p_holm: float = float("nan")


def sign_test(difference: Float64, count: Float64, resampling: Resampling) -> SignTest:
    """Of a weighted mean difference. difference : (C) sums of clips; count : (C) what each is over.

    Up to 12 clusters all signs are tried, else 10,000 are drawn from the seed of the resampling.
    """
    of_athletes = resampling.n_athletes >= LEAST_ATHLETES
    clusters = resampling.athletes[resampling.takes] if of_athletes else resampling.takes
    sums = np.bincount(clusters, difference)
    sums = sums[np.bincount(clusters, count) > 0]
    name, n = ("athletes" if of_athletes else "takes"), len(sums)
    if n == 0:
        return SignTest(name, 0, float("nan"))
    signs, exact = coin_signs(n, resampling.seed)
    observed = abs(float(sums.sum()))
    # Not below by rounding: the observed signs are among the exact ones.
    as_large = int(np.count_nonzero(np.abs(signs @ sums) >= observed * (1 - 1e-12)))
    p = as_large / len(signs) if exact else (as_large + 1) / (len(signs) + 1)
    return SignTest(name, n, p)


def coin_signs(n: int, seed: int) -> tuple[Float64, bool]:
    """(m, n) of +1 and -1: all that there are up to n = 12, else 10,000 drawn from the seed; and whether it is all."""
    if n <= _EXACT:
        bits = np.arange(2**n)[:, None] >> np.arange(n) & 1
    else:
        bits = np.random.default_rng(seed).integers(0, 2, (_DRAWN, n))
    return np.asarray(1.0 - 2.0 * bits, np.float64), n <= _EXACT


def adjusted(tests: Sequence[SignTest]) -> list[SignTest]:
    """The same tests with Holm's correction over all that have a p."""
    ps = np.array([test.p for test in tests])
    order = [int(place) for place in np.argsort(ps, kind="stable") if np.isfinite(ps[place])]
    found, largest = list(tests), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, ps[place] * (len(order) - rank)))
        found[place] = replace(tests[place], p_holm=largest)
    return found
