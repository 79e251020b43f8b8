"""Quantiles from counts against numpy's on the errors themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics.quantiles import STEP_DEG, Histogram, histogram, quantile_deg, quantise


def test_steps() -> None:
    error = np.array([0.0, -0.004, 0.006, -12.344, 12.346, 359.999, 400.0, np.inf, np.nan], np.float32)
    assert quantise(error).tolist() == [0, 0, 1, 1234, 1235, 36000, 36000, 36000, 65535]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.sampled_from([0.0, 0.25, 0.5, 0.95, 1.0]))
def test_within_half_a_step_of_numpy(seed: int, frames: int, q: float) -> None:
    random = np.random.default_rng(seed)
    error = (random.standard_normal((frames, 3)) * (1, 10, 100)).astype(np.float32)
    error[random.random((frames, 3)) < 0.1] = np.nan
    error = np.clip(error, -360, 360)
    error[0] = 1.0
    found = quantile_deg(histogram([quantise(error)], 3), q)
    np.testing.assert_allclose(found, np.nanpercentile(np.abs(error), 100 * q, axis=0), atol=STEP_DEG / 2 + 1e-5)


def test_clips_groups_and_order_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(4)
    parts = [quantise(random.standard_normal((n, 14)) * n) for n in (5, 90, 0, 300)]
    whole = histogram([np.concatenate(parts)], 14)
    added = histogram(parts[:2], 14) + histogram(parts[:1:-1], 14)
    monkeypatch.setattr("core.metrics.quantiles._FLUSH_ROWS", 50)
    flushed = histogram(iter(parts), 14)
    np.testing.assert_array_equal(added.counts, whole.counts)
    np.testing.assert_array_equal(flushed.counts, whole.counts)
    one = histogram([np.concatenate(parts)[:, :12].reshape(-1, 1)], 1)
    np.testing.assert_array_equal(whole.pooled(slice(12)).counts[0, : one.counts.shape[1]], one.counts[0])
    assert quantile_deg(whole.pooled(slice(12)), 0.95) == quantile_deg(one, 0.95)


def test_nothing_defined() -> None:
    counts = histogram([quantise(np.full((4, 2), np.nan))], 2)
    assert np.isnan(quantile_deg(counts, 0.95)).all()
    assert np.isnan(quantile_deg(Histogram.zero(2), 0.5)).all()
    assert np.isnan(quantile_deg(histogram([], 2), 0.5)).all()
