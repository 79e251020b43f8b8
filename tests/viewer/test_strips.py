"""What heatmaps and timeline share: columns of frames, colours of numbers, limits and ticks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from viewer.strips import (
    FrameAxis,
    Limit,
    angle_error_limit,
    angle_mae_limit,
    colour_limit,
    colours_of,
    limit_label,
    peaks,
    position_error_limit,
    round_ticks,
    tick_step,
)
from viewer.theme import DARK, lut


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("n_frames", "width"), [(1_000, 700), (240, 801), (99_991, 1_377), (1, 500)])
def test_columns_hold_the_largest_magnitude_of_their_frames(signed, n_frames, width):
    noise = np.random.default_rng(2)
    values = noise.normal(size=(3, n_frames)).astype(np.float32)
    values[noise.random(values.shape) < 0.3] = np.nan
    starts = FrameAxis(40, width, n_frames).starts()
    found = peaks(values, starts, signed)
    assert found.shape == (3, width)
    for column in range(0, width, 37):
        after = max(starts[column] + 1, starts[column + 1] if column + 1 < width else n_frames)
        for row in range(3):
            part = values[row, starts[column] : after]
            expected = np.nan if np.isnan(part).all() else part[np.nanargmax(np.abs(part))]
            np.testing.assert_equal(found[row, column], expected if signed else np.abs(expected))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 3_000), st.integers(20, 900), st.floats(-50, 1_000), st.floats(-50, 1_000))
def test_the_span_between_two_pixels_is_the_same_from_either_side_and_holds_both(n_frames, width, x, other):
    axis = FrameAxis(40, width, n_frames)
    first, last = axis.span_of(x, other)
    assert (first, last) == axis.span_of(other, x) and 0 <= first <= last < n_frames
    for place in (x, other):
        assert first <= axis.frames_at(place)[0] <= axis.frames_at(place)[1] - 1 <= last


@pytest.mark.parametrize(("n_frames", "width"), [(240, 801), (1_000, 700), (7, 300), (1, 50)])
def test_the_frames_under_a_pixel_are_those_of_its_column(n_frames, width):
    axis = FrameAxis(40, width, n_frames)
    np.testing.assert_array_equal([axis.frames_at(40 + c)[0] for c in range(width)], axis.starts())
    for frame in range(0, n_frames, 13):
        first, after = axis.frames_at(axis.x_of(frame))
        assert first <= frame < after
    assert axis.frames_at(-100)[0] == 0
    assert axis.frames_at(10_000)[1] == n_frames


def test_the_limit_is_round_and_robust():
    ordinary, spike = np.full(1_000, 11, np.float32), np.array([500, np.nan], np.float32)
    assert colour_limit([ordinary]) == Limit(15.0, exceeded=False)
    assert colour_limit([ordinary, spike]) == Limit(15.0, exceeded=True)
    assert colour_limit([np.zeros(4, np.float32)]) == Limit(1.0, exceeded=False)
    assert colour_limit([]) == Limit(1.0, exceeded=False)
    assert limit_label(Limit(15.0, exceeded=True)) == "≥ 15"
    assert limit_label(Limit(0.25, exceeded=False)) == "0.25"


@pytest.mark.parametrize(
    ("limit_of", "errors"),
    [(angle_error_limit, "error_deg"), (position_error_limit, "position_mm"), (angle_mae_limit, "angle_mae_deg")],
)
def test_a_clip_has_one_limit_per_quantity_for_all_lifters(demo_content, limit_of, errors):
    pooled = np.abs(np.concatenate([getattr(track, errors).ravel() for track in demo_content.tracks]))
    limit = limit_of(demo_content)
    assert np.mean(pooled <= limit.value) >= 0.98
    assert np.mean(pooled <= limit.value / 2) < 0.98  # and not wider than it must
    assert limit.exceeded == bool((pooled > limit.value).any())
    assert limit_of(replace(demo_content, tracks=())).value > 0


def test_beyond_the_limit_is_the_colour_of_the_limit_and_nan_is_transparent():
    table = lut(DARK.difference)
    colours = colours_of(np.array([-99, -10, 0, 10, 99, np.nan], np.float32), Limit(10.0, True), table, signed=True)
    np.testing.assert_array_equal(colours[:2], table[[0, 0]])
    np.testing.assert_array_equal(colours[2], table[128])
    np.testing.assert_array_equal(colours[3:5], table[[255, 255]])
    assert colours[5, 3] == 0


@pytest.mark.parametrize(("span", "most", "step"), [(2.0, 10, 0.2), (2.0, 9, 0.5), (240, 10, 50), (61, 8, 10)])
def test_ticks_are_round_and_not_too_many(span, most, step):
    assert tick_step(span, most) == pytest.approx(step)


@pytest.mark.parametrize(("low", "high", "most", "expected"), [
    (0.0, 100.0, 5, (0, 20, 40, 60, 80, 100)), (-9.0, 9.0, 3, (-5, 0, 5)), (0.0, 0.3, 1, (0, 0.2)),
    (31.0, 39.0, 1, (32, 34, 36, 38)),
])  # fmt: skip
def test_ticks_of_a_range_are_round_and_two_at_least(low, high, most, expected):
    assert round_ticks(low, high, most) == pytest.approx(expected)
