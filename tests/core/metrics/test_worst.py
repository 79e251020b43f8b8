"""Worst frames: peaks that stand out, in order, apart, and never one without a number; against scipy's peaks."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import find_peaks

from core.metrics.worst import worst_frames

ERRORS = arrays(np.float64, st.integers(0, 60), elements=st.one_of(st.floats(0, 90), st.just(np.nan)))


@given(ERRORS, st.integers(1, 8), st.integers(1, 12))
def test_they_are_high_peaks_that_are_apart(error, most, apart):
    found = worst_frames(error, most, apart)
    assert len(found) <= most
    values = [error[frame] for frame in found]
    assert values == sorted(values, reverse=True)
    assert all(abs(a - b) >= apart for i, a in enumerate(found) for b in found[:i])
    level = np.nan_to_num(error, nan=-1.0)
    for frame in found:
        assert error[frame] > 0
        assert error[frame] >= np.nanquantile(error, 0.75)
        assert level[frame] >= max(level[max(0, frame - 1) : frame + 2])
    if np.nanmax(error, initial=0) > 0:
        assert error[found[0]] == np.nanmax(error)


def test_they_are_those_of_scipy():
    generator = np.random.default_rng(4)
    error = np.convolve(generator.uniform(0, 20, 400), np.ones(9) / 9, mode="valid")
    padded = np.concatenate([[-1], error, [-1]])
    peaks, _ = find_peaks(padded, distance=15, height=np.quantile(error, 0.75))
    assert sorted(worst_frames(error, most=100, apart=15)) == sorted(peaks - 1)


def test_a_plain_case():
    error = np.array([0, 5, 9, 5, 0, 7, 0, 0, 8, np.nan])
    assert worst_frames(error, most=3, apart=3) == (2, 8, 5)
    assert worst_frames(np.zeros(5)) == ()
    assert worst_frames(np.array([])) == ()
    assert worst_frames(np.full(4, np.nan)) == ()
    # The flank of the peak before, just outside its distance, is no peak.
    assert worst_frames(np.array([1.0, 9, 8, 7, 6, 1, 1, 1]), apart=3) == (1,)
