"""The cluster permutation test: against scipy's t, a brute force by the definition, and planted differences."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.ndimage import gaussian_filter1d

from core.study.along import tests_along as along


def smooth(n, curves, points=101, seed=1):
    """Smooth noise of SD 1, as curves of people are."""
    noise = gaussian_filter1d(np.random.default_rng(seed).normal(0, 1, (n, curves, points)), 6, axis=2, mode="wrap")
    return noise / noise.std(axis=0, keepdims=True)


def masses(curves):
    """First, last and mass of every cluster of (n, P), by loops."""
    t = stats.ttest_1samp(curves, 0).statistic
    beyond = stats.t.ppf(0.975, len(curves) - 1)
    found, run = [], []
    for point in range(len(t) + 1):
        goes_on = point < len(t) and abs(t[point]) > beyond and (not run or t[point] * t[run[-1]] > 0)
        if not goes_on and run:
            found.append((run[0], run[-1], t[run].sum()))
            run = []
        if point < len(t) and abs(t[point]) > beyond:
            run.append(point)
    return found


def brute_force(curves):
    """p of every cluster, of all signs."""
    largest = [
        max((abs(mass) for _, _, mass in masses(curves * np.array(signs)[:, None])), default=0.0)
        for signs in product([1, -1], repeat=len(curves))
    ]
    return [np.mean([each >= abs(mass) * (1 - 1e-9) for each in largest]) for _, _, mass in masses(curves)]


def test_t_is_scipys():
    curves = smooth(9, 3)
    for k, test in enumerate(along(curves, 1)):
        assert test.t == pytest.approx(stats.ttest_1samp(curves[:, k], 0).statistic, rel=1e-9)
        assert test.mean == pytest.approx(curves[:, k].mean(axis=0))
        assert (test.n, test.threshold) == (9, pytest.approx(2.306, abs=1e-3))


@pytest.mark.parametrize("seed", range(4))
def test_p_is_that_of_brute_force(seed):
    curves = smooth(7, 2, 40, seed) + 1
    found = along(curves, 1)
    assert any(test.stretches for test in found)
    for k, test in enumerate(found):
        expected = masses(curves[:, k])
        got = [(round(s.first * 39 / 100), round(s.last * 39 / 100), s.mass) for s in test.stretches]
        assert [each[:2] for each in got] == [each[:2] for each in expected]
        assert [each[2] for each in got] == pytest.approx([each[2] for each in expected])
        assert [s.p for s in test.stretches] == pytest.approx(brute_force(curves[:, k]))


def test_p_over_all_curves_is_against_the_largest_of_any():
    curves = smooth(8, 5, 60) + 0.5
    alone = [along(curves[:, [k]], 1)[0] for k in range(5)]
    together = along(curves, 1)
    for one, all_five in zip(alone, together, strict=True):
        assert [s.p for s in one.stretches] == [s.p for s in all_five.stretches]
        assert all(s.p_all >= s.p for s in all_five.stretches)
    assert any(s.p_all > s.p for test in together for s in test.stretches)


@pytest.mark.parametrize("n", [10, 30])
def test_a_planted_bump_is_found_there_and_nowhere_else(n):
    percent = np.arange(101)
    bump = np.where((percent >= 40) & (percent <= 60), 1 + np.cos((percent - 50) * np.pi / 10), 0.0)
    curves = 0.3 * smooth(n, 12, seed=7)
    curves[:, 5] += bump
    found = along(curves, 3)
    sure = [(k, s) for k, test in enumerate(found) for s in test.stretches if s.p_all < 0.05]
    ((angle, stretch),) = sure
    assert angle == 5 and stretch.mass > 0
    assert 38 <= stretch.first <= 44 and 56 <= stretch.last <= 62
    assert stretch.p <= 2 / (1024 if n == 10 else 10_000)


def test_no_effect_is_found_in_no_more_than_chance():
    """200 simulations as 200 curves, whose p do not depend on each other's values."""
    least = np.array([min((s.p for s in test.stretches), default=1.0) for test in along(smooth(10, 200, 60, 11), 1)])
    assert 0.01 <= np.mean(least <= 0.05) <= 0.08
    assert 0.12 <= np.mean(least <= 0.25) <= 0.35


def test_two_neighbours_of_opposite_sign_are_two_clusters():
    curves = np.tile(np.r_[np.full(10, 1.0), np.full(10, -1.0)], (8, 1)) + 0.1 * smooth(8, 1, 20)[:, 0]
    (test,) = along(curves[:, None], 1)
    assert [np.sign(s.mass) for s in test.stretches] == [1, -1]
    assert test.stretches[0].last < test.stretches[1].first


def test_a_person_without_a_curve_does_not_count_for_it():
    curves = smooth(9, 2)
    curves[3, 1] = np.nan
    curves[5, 1, 70] = np.nan
    whole, lacking = along(curves, 1)
    rest = along(np.delete(curves, [3, 5], axis=0)[:, [1]], 1)[0]
    assert (whole.n, lacking.n) == (9, 7)
    assert lacking.t == pytest.approx(rest.t) and lacking.threshold == rest.threshold
    assert [s.p for s in lacking.stretches] == pytest.approx([s.p for s in rest.stretches])


def test_too_few_people_give_no_small_p():
    (of_three,) = along(smooth(3, 1, seed=2) + 9, 1)
    assert of_three.least_p == 0.25
    assert [s.p for s in of_three.stretches] == [0.25]
    (of_one,) = along(smooth(2, 1)[:1], 1)
    assert (
        (of_one.stretches, of_one.n) == ((), 1)
        and np.isnan(of_one.least_p)
        and np.isnan(of_one.t).all()
        and np.isnan(of_one.threshold)
    )
    (of_none,) = along(np.full((2, 1, 101), np.nan), 1)
    assert (of_none.stretches, of_none.n) == ((), 0) and np.isnan(of_none.least_p) and np.isnan(of_none.mean).all()


@pytest.mark.parametrize(("n", "testable", "least"), [(5, False, 1 / 16), (6, True, 1 / 32), (20, True, 1 / 10_001)])
def test_what_so_few_can_show_is_told(n, testable, least):
    curves = smooth(n, 14, 30, seed=3) + 9  # more curves than are computed at once
    found = along(curves, 1)
    assert len(found) == 14
    assert {(test.testable, test.exact, test.signs) for test in found} == {
        (testable, n <= 12, 2**n if n <= 12 else 10_000)
    }
    assert [test.least_p for test in found] == pytest.approx([least] * 14)
    assert [s.p_all for test in found for s in test.stretches] == pytest.approx([least] * 14)


def test_the_same_everywhere_is_no_error():
    same, nothing = along(np.stack([np.full((6, 101), 2.0), np.zeros((6, 101))], axis=1), 1)
    assert [(s.first, s.last, s.mass, s.p) for s in same.stretches] == [(0, 100, np.inf, 2 / 64)]
    assert nothing.stretches == () and not nothing.t.any()


def test_the_same_seed_draws_the_same_signs():
    curves = smooth(20, 1, seed=3) + 0.3
    (one,), (same,), (other,) = along(curves, 1), along(curves, 1), along(curves, 2)
    assert [s.p for s in one.stretches] == [s.p for s in same.stretches] != [s.p for s in other.stretches]
