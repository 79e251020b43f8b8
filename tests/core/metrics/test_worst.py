"""Worst frames: in order, apart, and never one without a number."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.metrics.worst import worst_frames

ERRORS = arrays(np.float64, st.integers(0, 60), elements=st.one_of(st.floats(0, 90), st.just(np.nan)))


@given(ERRORS, st.integers(1, 8), st.integers(1, 12))
def test_they_are_the_largest_that_are_apart(error, most, apart):
    found = worst_frames(error, most, apart)
    assert len(found) <= most
    values = [error[frame] for frame in found]
    assert values == sorted(values, reverse=True)
    assert all(abs(a - b) >= apart for i, a in enumerate(found) for b in found[:i])
    assert all(value > 0 for value in values)
    if found:
        assert error[found[0]] == np.nanmax(error)
    if len(found) < most:  # then every frame with an error is near one that was found
        rest = [f for f in range(len(error)) if error[f] > 0]
        assert all(any(abs(f - g) < apart for g in found) for f in rest)


def test_a_plain_case():
    error = np.array([0, 5, 9, 5, 0, 7, 0, 0, 8, np.nan])
    assert worst_frames(error, most=3, apart=3) == (2, 8, 5)
    assert worst_frames(np.zeros(5)) == ()
    assert worst_frames(np.array([])) == ()
