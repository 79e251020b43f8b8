"""Wrapping, unwrapping and lag: small cases by hand, and shifts known in advance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

from core.errors import DataError
from core.metrics.angle import angle_errors, circular_difference_deg, lag_frames, self_similarity, unwrapped_deg

CIRCULAR = np.array([True] * 6 + [False] * 6)


def test_the_short_way_round() -> None:
    a, b = [179, -179, 10, 180, 0, 359, np.nan], [-179, 179, 350, 0, 180, 0, 0]
    np.testing.assert_array_equal(circular_difference_deg(a, b), [-2, 2, 20, -180, -180, -1, np.nan])


@settings(max_examples=50, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.integers(-5, 5))
def test_circular_difference_is_an_angle(a: float, b: float, turns: int) -> None:
    d = float(circular_difference_deg(a, b))
    assert -180 <= d < 180
    assert abs(np.exp(1j * np.radians(a)) - np.exp(1j * np.radians(b + d))) < 1e-9
    again = float(circular_difference_deg(a + 360 * turns, b))
    assert abs(np.exp(1j * np.radians(again)) - np.exp(1j * np.radians(d))) < 1e-9


def test_errors_wrap_only_where_the_angle_does_and_nan_stays_local() -> None:
    source, reference = np.full((3, 12), 179.0, np.float32), np.full((3, 12), -179.0, np.float32)
    source[1, 3] = np.nan
    error = angle_errors(source, reference, CIRCULAR)
    assert error.dtype == np.float32
    assert error[0].tolist() == [-2.0] * 6 + [358.0] * 6
    assert np.argwhere(np.isnan(error)).tolist() == [[1, 3]]
    with pytest.raises(DataError, match=r"expected \(2, 12\), got \(3, 12\)"):
        angle_errors(source, reference[:2], CIRCULAR)


def test_unwrapping_across_a_gap() -> None:
    angle = np.array([[170, 170], [-175, -175], [np.nan, np.nan], [-160, -160], [175, 175]], np.float32)
    unwrapped = unwrapped_deg(angle, np.array([True, False]))
    np.testing.assert_array_equal(unwrapped[:, 0], [170, 185, np.nan, 200, 175])
    np.testing.assert_array_equal(unwrapped[:, 1], angle[:, 1])


@pytest.mark.parametrize("shift", [-7.0, -2.5, 0.0, 0.3, 4.0, 9.75])
@pytest.mark.parametrize("frames", [60, 240])
def test_lag_of_a_shifted_signal(shift: float, frames: int) -> None:
    t, period = np.arange(frames)[:, None], np.array([25.0, 40.0])
    reference = 30 * np.sin(2 * np.pi * t / period) + 100
    source = 10 * np.sin(2 * np.pi * (t - shift) / period) - 20
    np.testing.assert_allclose(lag_frames(source, reference, 12), shift, atol=0.1)


def test_lag_is_numpys_correlation_at_every_lag() -> None:
    """Against np.corrcoef over the overlap, gaps left out pairwise."""
    random = np.random.default_rng(5)
    reference = np.cumsum(random.standard_normal((50, 1)), axis=0)
    source = np.roll(reference, 3, axis=0) + 0.1 * random.standard_normal((50, 1))
    source[[7, 20, 21]] = np.nan
    shown = np.where(np.isnan(source), np.nan, reference)
    r = []
    for lag in range(-8, 9):
        x, y = source[max(lag, 0) : 50 + min(lag, 0), 0], shown[max(-lag, 0) : 50 - max(lag, 0), 0]
        both = ~np.isnan(x) & ~np.isnan(y)
        r.append(np.corrcoef(x[both], y[both])[0, 1])
    k = int(np.argmax(r))
    expected = k - 8 + 0.5 * (r[k - 1] - r[k + 1]) / (r[k - 1] - 2 * r[k] + r[k + 1])
    assert lag_frames(source, reference, 8)[0] == pytest.approx(expected, abs=1e-6)


def test_no_lag_where_there_is_none_to_find() -> None:
    t = np.arange(100.0)
    signal = np.stack([np.sin(t / 5), np.full(100, 3.1), np.sin(t / 5), t], axis=1).astype(np.float32)
    source = signal.copy()
    source[:, 2] = np.where(t < 95, np.nan, source[:, 2])
    source[:, 3] = t**3
    lag = lag_frames(source, signal, 10)
    assert lag[0] == pytest.approx(0, abs=1e-6)
    assert np.isnan(lag[1])  # constant
    assert np.isnan(lag[2])  # five frames
    assert np.isnan(lag_frames(signal[:3], signal[:3], 10)).all()  # too short to search


def test_similarity_to_itself_is_pearsons_r_of_the_overlap() -> None:
    """numpy.corrcoef of the overlap; of a long signal also scipy's autocorrelation by its energy."""
    rng = np.random.default_rng(8)
    signal = np.column_stack([np.sin(np.arange(90) / 4) + rng.normal(0, 0.3, 90), rng.normal(0, 1, 90), np.ones(90)])
    signal[20:24, 1] = np.nan
    found = self_similarity(signal, 40)
    assert found.shape == (3, 41) and np.isnan(found[2]).all()
    for column in (0, 1):
        for lag in (0, 1, 7, 25, 40):
            pair = np.stack([signal[lag:, column], signal[: 90 - lag, column]])
            pair = pair[:, np.isfinite(pair).all(axis=0)]
            assert found[column, lag] == pytest.approx(np.corrcoef(pair)[0, 1], abs=1e-12)
    long = np.sin(np.arange(20000) / 9) + rng.normal(0, 0.3, 20000)
    theirs = correlate(long, long)[len(long) - 1 :][:60] / (long @ long)
    assert self_similarity(long[:, None], 59)[0] == pytest.approx(theirs, abs=5e-3)
