"""Verdicts, flips and tests of two lifters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from core.study.means import measured
from core.study.pairs import Verdict, differences, pairs_of, verdict_of
from core.study.resampling import resampling_of
from core.study.signs import coin_signs, sign_tests
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
    assert (pair.flips.clips, pair.flips.share.value) == (8, pytest.approx(4 / 8))
    p, q = 7 / 8, 5 / 8
    assert pair.flips.expected == pytest.approx(p * (1 - q) + q * (1 - p))
    assert pair.flips.excess.value == pytest.approx(4 / 8 - pair.flips.expected)
    assert pair.flips_by_angle[3] == pair.flips


def test_more_flips_than_by_chance_take_the_uncertainty_of_chance_into_account():
    """Two orders of 400 clips that have nothing to do with each other, against those of which one is the other's
    reverse: the excess of the former is 0 within its interval, of the latter it is what chance left over."""
    rng = np.random.default_rng(3)
    mm, deg = rng.normal(0, 1, 400), rng.normal(0.3, 1, 400)
    (unrelated,), (inverse,) = (pair_of([50 + mm, np.full(400, 50.0)], [20 + each, np.full(400, 20.0)])
                                for each in (deg, -mm))  # fmt: skip
    assert unrelated.flips.excess.low < 0 < unrelated.flips.excess.high
    assert inverse.flips.share.value == 1 and inverse.flips.excess.low > 0.4
    half = (unrelated.flips.share.high - unrelated.flips.share.low) / 2
    assert (unrelated.flips.excess.high - unrelated.flips.excess.low) / 2 == pytest.approx(half, rel=0.3)


def test_in_how_many_athletes_two_lifters_differ_the_same_way():
    """Nine clips of three athletes in turn: the last athlete's clips have it the other way in degrees."""
    mm, deg = np.full((2, 9), 40.0), np.full((2, 9), 10.0)
    mm[1], deg[0] = 50, np.where(np.arange(9) % 3 == 2, 9.5, 12.0)
    scores = made_scores(mm, deg, athletes=[f"lab/S{k % 3}" for k in range(9)])
    (pair,) = pairs_of(measured(scores, resampling_of(scores.takes, scores.athletes, n=200)), "mpjpe_mm")
    assert pair.deg.value > 0 and (pair.athletes, pair.alike) == (3, 2)


def test_equivalence_is_within_the_margin_of_the_user():
    mm, deg = [40 + noise(1, 5), 60 + noise(2, 5)], [17 + noise(3, 1), 15 + noise(4, 1)]
    assert pair_of(mm, deg)[0].equivalence.alike
    assert not pair_of(mm, deg, margin_deg=1.5)[0].equivalence.alike


def test_what_is_alike_over_all_angles_need_not_be_so_in_one():
    deg = np.full((2, N, 12), 10.0) + np.random.default_rng(6).normal(0, 1, (2, N, 12))
    deg[0, :, 8] += 8
    (pair,) = pair_of([40 + noise(1, 5), 60 + noise(2, 5)], deg)
    assert pair.equivalence.alike
    assert [of.alike for of in pair.equivalence_by_angle] == [k != 8 for k in range(12)]
    assert pair.equivalence_by_angle[8].interval.level == 0.9


def test_the_sign_test_is_scipys_permutation_test():
    """scipy.stats.permutation_test of paired samples, exact, on the means of nine athletes."""
    differences = np.random.default_rng(5).normal(0.5, 1, 9)
    resampling = resampling_of([str(k) for k in range(9)], [str(k) for k in range(9)], n=100)
    (found,) = sign_tests(differences[:, None], np.ones((9, 1)), resampling)
    theirs = stats.permutation_test((differences, np.zeros(9)), lambda a, b, axis: (a - b).mean(axis=axis),
                                    permutation_type="samples", n_resamples=np.inf, vectorized=True)  # fmt: skip
    assert (found.clusters, found.n, found.p) == ("athletes", 9, pytest.approx(theirs.pvalue))
    assert (found.p_adjusted, found.p_least) == (found.p, 2 / 2**9)


def test_with_few_athletes_takes_are_what_is_tested():
    takes, athletes = [f"t{k}" for k in range(20)], [f"a{k % 3}" for k in range(20)]
    differences = np.random.default_rng(5).normal(1.0, 1, 20)
    (found,) = sign_tests(differences[:, None], np.ones((20, 1)), resampling_of(takes, athletes, n=100))
    assert (found.clusters, found.n) == ("takes", 20)
    assert found.p == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.01)


def step_down(sums):
    """Westfall & Young 1993, algorithm 4.1, as written there: for each statistic in turn the largest of those not yet
    removed, under every assignment of signs, and never below the one before."""
    observed = np.abs(sums.sum(axis=0)) / np.sqrt((sums**2).sum(axis=0))
    drawn = [np.abs((np.array(signs)[:, None] * sums).sum(axis=0)) / np.sqrt((sums**2).sum(axis=0))
             for signs in product((1, -1), repeat=len(sums))]  # fmt: skip
    left, found, before = list(range(sums.shape[1])), np.empty(sums.shape[1]), 0.0
    while left:
        largest = max(left, key=lambda k: observed[k])
        share = np.mean([max(each[k] for k in left) >= observed[largest] - 1e-9 for each in drawn])
        before = found[largest] = max(before, share)
        left.remove(largest)
    return found


def test_correction_is_by_the_largest_statistic_under_the_same_signs():
    names = [str(k) for k in range(8)]
    sums = np.random.default_rng(2).normal([1.5, 0.2, 0.8, -1.0, 0.0], 1, (8, 5))
    found = sign_tests(sums, np.ones((8, 5)), resampling_of(names, names, n=100))
    assert [test.p_adjusted for test in found] == pytest.approx(step_down(sums))
    assert all(test.p <= test.p_adjusted for test in found)


def test_eight_athletes_who_all_differ_are_enough_for_many_angles():
    """Bonferroni's and Holm's corrections make 36 / 128 of the smallest p of eight athletes, whatever the effect."""
    names = [str(k) for k in range(8)]
    sums = np.random.default_rng(2).normal(5, 0.1, (8, 36))
    found = sign_tests(sums, np.ones((8, 36)), resampling_of(names, names, n=100))
    assert {(test.p, test.p_adjusted, test.p_least) for test in found} == {(2 / 256,) * 3}


def test_family_of_nothing_is_seldom_wrong():
    """Of 400 families of twelve related null angles about one in twenty has a corrected p at or below 0.05."""
    rng, names = np.random.default_rng(4), [str(k) for k in range(9)]
    resampling = resampling_of(names, names, n=100)
    wrong = 0
    for _ in range(400):
        sums = rng.normal(0, 1, (9, 12)) + rng.normal(0, 1, (9, 1))
        wrong += min(test.p_adjusted for test in sign_tests(sums, np.ones((9, 12)), resampling)) <= 0.05
    assert 0.02 * 400 < wrong < 0.08 * 400


def test_what_was_not_measured_is_not_tested():
    names = [str(k) for k in range(7)]
    sums, counts = np.ones((7, 3)), np.ones((7, 3))
    sums[:, 1] = counts[:, 1] = 0
    sums[6, 2] = counts[6, 2] = 0
    whole, none, some = sign_tests(sums, counts, resampling_of(names, names, n=100))
    assert none.n == 0 and np.isnan([none.p, none.p_adjusted, none.p_least]).all()
    assert (whole.n, whole.p, some.n, some.p, some.p_least) == (7, 2 / 2**7, 6, 2 / 2**6, 2 / 2**6)
    (alike,) = sign_tests(np.zeros((7, 1)), np.ones((7, 1)), resampling_of(names, names, n=100))
    assert (alike.p, alike.p_adjusted) == (1, 1)


def test_signs_are_all_that_there_are_or_drawn():
    signs, exact = coin_signs(3, 1)
    assert exact and {tuple(row) for row in signs} == set(product((1, -1), repeat=3))
    assert [coin_signs(n, 1)[1] for n in (12, 13)] == [True, False] and len(coin_signs(13, 1)[0]) == 10_000


def test_an_angle_that_differs_is_found_and_the_others_are_not():
    deg = np.full((2, N, 12), 10.0) + np.random.default_rng(6).normal(0, 1, (2, N, 12))
    deg[0, :, 8] += 5
    (pair,) = pair_of([40 + noise(1, 5), 60 + noise(2, 5)], deg)
    assert [test.p_adjusted < 0.05 for test in pair.tests] == [k == 8 for k in range(12)]
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
