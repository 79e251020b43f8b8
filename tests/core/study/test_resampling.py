"""Intervals: whole athletes and takes are drawn, from a seed; as wide as theory says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.study import resampling
from core.study.resampling import Interval, interval_of, resampling_of


def names(sizes):
    """Takes and athletes of clips: sizes of each athlete's takes, in clips."""
    takes = [f"{a}_{t}" for a, of_athlete in enumerate(sizes) for t, size in enumerate(of_athlete) for _ in range(size)]
    return takes, [take.split("_")[0] for take in takes]


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=4), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_a_resample_has_as_many_takes_of_an_athlete_as_it_has_times_the_athlete(sizes):
    takes, athletes = names(sizes)
    found = resampling_of(takes, athletes, n=50)
    counts = np.concatenate(list(found.counts()))
    assert counts.shape == (50, sum(map(len, sizes)))
    of_athlete = np.stack([counts[:, found.athletes == a].sum(axis=1) for a in range(len(sizes))], axis=1)
    times = of_athlete / [len(of) for of in sizes]
    assert (times == times.round()).all() and (times.sum(axis=1) == len(sizes)).all()


def test_all_clips_of_a_take_come_together_and_the_seed_is_all_that_matters():
    takes, athletes = names([[2, 1], [3]])
    one, same, other = (resampling_of(takes, athletes, n=300, seed=seed) for seed in (1, 1, 2))
    each = one.sums(np.eye(6))
    np.testing.assert_array_equal(each[:, 0], each[:, 1])
    np.testing.assert_array_equal(each[:, 3], each[:, 5])
    np.testing.assert_array_equal(each, same.sums(np.eye(6)))
    assert (each != other.sums(np.eye(6))).any()


def test_too_many_to_keep_are_drawn_again_each_time(monkeypatch):
    takes, athletes = names([[1, 1], [1]])
    kept = resampling_of(takes, athletes, n=2500)
    monkeypatch.setattr(resampling, "_MOST_KEPT", 10)
    drawn = resampling_of(takes, athletes, n=2500)
    assert kept.drawn is not None and drawn.drawn is None
    for _ in range(2):
        np.testing.assert_array_equal(kept.sums(np.eye(3)), drawn.sums(np.eye(3)))


def test_the_interval_of_a_mean_is_that_of_scipys_bootstrap():
    """Of one athlete with takes of one clip each it is the plain bootstrap: scipy.stats.bootstrap, percentile."""
    values = np.random.default_rng(3).normal(10, 2, 60)
    found = resampling_of([str(k) for k in range(60)], ["a"] * 60, n=20_000)
    ours = interval_of(values.mean(), found.sums(values) / 60)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=5).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.03)


def test_athletes_who_differ_widen_it_however_many_clips_they_have():
    """The variance of a mean over clusters is that of cluster means: sd / sqrt(athletes), not sd / sqrt(clips)."""
    levels = np.random.default_rng(4).normal(0, 5, 40)
    takes, athletes = names([[1] * 25] * 40)
    values = np.repeat(levels, 25)
    found = resampling_of(takes, athletes, n=4000)
    width = np.std(found.sums(values) / 1000)
    assert width == pytest.approx(levels.std() / np.sqrt(40), rel=0.05)
    assert found.stages == "40 athletes and their 1000 takes" and not found.few


def test_few_clusters_are_said():
    assert resampling_of(*names([[1], [1]])).few
    alone = resampling_of(*names([[1] * 12]))
    assert not alone.few and alone.stages == "12 takes of one athlete"


def test_an_interval_leaves_out_what_has_no_value():
    values = np.array([1.0, 2.0, 3.0, np.nan])
    assert interval_of(2.0, values, 1.0) == Interval(2.0, 1.0, 3.0, 1.0)
    nothing = interval_of(2.0, values[3:])
    assert np.isnan([nothing.low, nothing.high]).all() and not nothing.excludes_zero
