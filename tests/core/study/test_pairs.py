"""Verdicts, flips and tests of two lifters."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.study.means import measured
from core.study.pairs import Verdict, differences, pairs_of, verdict_of
from core.study.resampling import resampling_of
from core.study.signs import SignTest, adjusted, sign_test
from tests.core.study.made import made_scores

N = 30


def pair_of(mm, deg, **more):
    scores = made_scores(mm, deg)
    resampling = resampling_of(scores.takes, scores.athletes, n=2000)
    return pairs_of(measured(scores, resampling), "mpjpe_mm", **more)


def noise(seed, sd):
    return np.random.default_rng(seed).normal(0, sd, N)


@pytest.mark.parametrize(("step_deg", "verdict"), [(4, Verdict.REVERSED), (-4, Verdict.AGREES), (0, Verdict.UNDECIDED)])
def test_what_is_beyond_chance_is_told_and_nothing_else(step_deg, verdict):
    (pair,) = pair_of([40 + noise(1, 5), 60 + noise(2, 5)], [15 + step_deg + noise(3, 3), 15 + noise(4, 3)])
    assert (pair.fewer_mm, pair.other, pair.verdict) == ("lifter 0", "lifter 1", verdict)
    assert pair.mm.value < 0 and pair.mm.excludes_zero
    assert pair.deg.value == pytest.approx(np.mean(step_deg + noise(3, 3) - noise(4, 3)))


def test_flips_are_counted_clip_by_clip():
    mm = np.stack([np.full(10, 40.0), np.r_[np.full(8, 50.0), 40.0, 30.0]])
    deg = np.stack([np.r_[np.full(4, 9.0), np.full(3, 11.0), 10.0, 12.0, 8.0], np.full(10, 10.0)])
    (pair,) = pair_of(mm, deg)
    # Eight clips with fewer mm: 3 have more degrees, one ties; one ties in mm; one has more mm and fewer degrees.
    assert (pair.untied, pair.flips.value) == (8, pytest.approx(4 / 8))
    p, q = 7 / 8, 5 / 8
    assert pair.expected_flips == pytest.approx(p * (1 - q) + q * (1 - p))
    assert pair.flips_by_angle[3].value == pytest.approx(4 / 8)


def test_equivalence_is_within_the_margin_of_the_user():
    mm, deg = [40 + noise(1, 5), 60 + noise(2, 5)], [17 + noise(3, 1), 15 + noise(4, 1)]
    assert pair_of(mm, deg)[0].equivalence.alike
    assert not pair_of(mm, deg, margin_deg=1.5)[0].equivalence.alike


def test_the_sign_test_is_scipys_permutation_test():
    """scipy.stats.permutation_test of paired samples, exact, on the means of nine athletes."""
    differences = np.random.default_rng(5).normal(0.5, 1, 9)
    resampling = resampling_of([str(k) for k in range(9)], [str(k) for k in range(9)], n=100)
    found = sign_test(differences, np.ones(9), resampling)
    theirs = stats.permutation_test((differences, np.zeros(9)), lambda a, b, axis: (a - b).mean(axis=axis),
                                    permutation_type="samples", n_resamples=np.inf, vectorized=True)  # fmt: skip
    assert (found.clusters, found.n, found.p) == ("athletes", 9, pytest.approx(theirs.pvalue))


def test_with_few_athletes_takes_are_what_is_tested():
    takes, athletes = [f"t{k}" for k in range(20)], [f"a{k % 3}" for k in range(20)]
    differences = np.random.default_rng(5).normal(1.0, 1, 20)
    found = sign_test(differences, np.ones(20), resampling_of(takes, athletes, n=100))
    assert (found.clusters, found.n) == ("takes", 20)
    assert found.p == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.01)


def test_holm():
    """The textbook's four: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02."""
    tests = [SignTest("takes", 9, p) for p in (0.01, 0.04, float("nan"), 0.03, 0.005)]
    told = [test.p_holm for test in adjusted(tests)]
    assert np.isnan(told[2]) and told[:2] + told[3:] == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_an_angle_that_differs_is_found_and_the_others_are_not():
    deg = np.full((2, N, 12), 10.0) + np.random.default_rng(6).normal(0, 1, (2, N, 12))
    deg[0, :, 8] += 5
    (pair,) = pair_of([40 + noise(1, 5), 60 + noise(2, 5)], deg)
    assert [test.p_holm < 0.05 for test in pair.tests] == [k == 8 for k in range(12)]
    assert pair.by_angle_deg[8].value == pytest.approx(5, abs=0.6)


def test_where_nothing_is_to_be_found_little_is_found():
    """Of 200 datasets whose degrees have nothing to do with the lifter one in twenty may look otherwise."""
    rng = np.random.default_rng(8)
    found = 0
    for _ in range(200):
        scores = made_scores([rng.normal(40, 5, N), rng.normal(60, 5, N)], rng.normal(15, 3, (2, N)))
        resampling = resampling_of(scores.takes, scores.athletes, n=200)
        mm, deg = differences(measured(scores, resampling), 0, 1, "mpjpe_mm")
        found += verdict_of(mm, deg) is not Verdict.UNDECIDED
    assert found <= 20
