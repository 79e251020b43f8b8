"""Rank correlations, against scipy.stats (kendalltau: tau-b, spearmanr)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.study.correlation import _Ordered, between_clips, between_lifters
from core.study.means import measured
from core.study.resampling import resampling_of
from tests.core.study.made import made_scores

NUMBERS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=12)


@given(NUMBERS)
@settings(max_examples=60, deadline=None)
def test_a_clip_that_is_drawn_twice_counts_as_two(rows):
    x, y, times = (np.array(column, float) for column in zip(*rows, strict=True))
    again = np.repeat(np.stack([x, y]), times.astype(int), axis=1)
    kendall, spearman = _Ordered(x, y).correlations(times[None].astype(np.float32))[:, 0]
    if again.shape[1] < 2 or (np.ptp(again, axis=1) == 0).any():
        assert np.isnan([kendall, spearman]).all()
    else:
        assert kendall == pytest.approx(stats.kendalltau(*again).statistic, abs=1e-6)
        assert spearman == pytest.approx(stats.spearmanr(*again).statistic, abs=1e-6)


def test_between_lifters_and_by_chance():
    scores = made_scores(np.outer([40, 50, 60, 70], np.ones(9)), np.outer([20, 25, 15, 10], np.ones(9)))
    found = measured(scores, resampling_of(scores.takes, scores.athletes, n=100))
    told = between_lifters(found, "mpjpe_mm")
    expected = stats.kendalltau([1, 2, 3, 4], [20, 25, 15, 10]).statistic
    assert told.kendall.value == pytest.approx(expected) and told.kendall.low == pytest.approx(expected)
    assert told.spearman.value == pytest.approx(stats.spearmanr([1, 2, 3, 4], [20, 25, 15, 10]).statistic)
    assert (told.n, told.chance) == (4, pytest.approx(1 / 24))


def test_between_clips_is_of_each_lifter():
    rng = np.random.default_rng(1)
    mm = rng.uniform(20, 80, (2, 40))
    scores = made_scores(mm, np.stack([mm[0] / 4, rng.uniform(5, 20, 40)]))
    first, second = between_clips(scores, resampling_of(scores.takes, scores.athletes, n=500), "mpjpe_mm")
    assert first.kendall.value == first.spearman.low == pytest.approx(1.0)
    assert second.spearman.value == pytest.approx(stats.spearmanr(mm[1], scores.mae_deg()[1]).statistic)
    assert second.spearman.low < 0 < second.spearman.high
