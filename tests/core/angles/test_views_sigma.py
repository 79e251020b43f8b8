"""Standard deviations in the views of the shoulder, against the closed form and against random draws."""

from __future__ import annotations

import numpy as np
import pytest

from core.angles.views import circular_columns, in_view, sigma_in_view
from core.conventions import SHOULDER_COLUMNS, ShoulderView
from core.records import Angles

LEFT = list(SHOULDER_COLUMNS[0])


def some(n=40, seed=3):
    generator = np.random.default_rng(seed)
    deg = generator.uniform(-20, 60, (n, 12))
    elevation, plane = generator.uniform(20, 75, (n, 2)), generator.uniform(-1.2, 1.2, (n, 2))
    for side, pair in enumerate(SHOULDER_COLUMNS):
        deg[:, pair[0]], deg[:, pair[1]] = (elevation[:, side] * f(plane[:, side]) for f in (np.sin, np.cos))
    return Angles(deg, "test"), generator.uniform(0.5, 2, (n, 12)).astype(np.float32)


def test_components_are_what_is_stored():
    angles, sigma = some()
    assert sigma_in_view(angles, sigma) is sigma


def test_raw_is_the_closed_form():
    """plane = atan2(F, A), elevation = hypot(F, A): propagated by hand."""
    angles, sigma = some()
    f, a = angles.deg[:, LEFT].astype(float).T
    sf, sa = sigma[:, LEFT].astype(float).T
    e = np.hypot(f, a)
    got = sigma_in_view(angles, sigma, ShoulderView.RAW)
    np.testing.assert_allclose(got[:, LEFT[0]], np.degrees(np.hypot(a * sf, f * sa) / e**2), rtol=5e-3)
    np.testing.assert_allclose(got[:, LEFT[1]], np.hypot(f * sf, a * sa) / e, rtol=5e-3)
    others = [column for column in range(12) if column not in (4, 5, 6, 7)]
    np.testing.assert_array_equal(got[:, others], sigma[:, others])


@pytest.mark.parametrize("view", [ShoulderView.RAW, ShoulderView.PROJECTED])
def test_it_is_the_spread_of_random_draws(view):
    angles, sigma = some(n=6)
    draws = np.random.default_rng(5).normal(angles.deg[:, None], sigma[:, None], (6, 20_000, 12))
    shown = np.stack([in_view(Angles(frame, "test"), view) for frame in draws])
    difference = shown - in_view(angles, view)[:, None]
    circular = circular_columns(view)
    difference = np.where(circular, (difference + 180) % 360 - 180, difference)
    np.testing.assert_allclose(difference.std(axis=1), sigma_in_view(angles, sigma, view), rtol=0.05)


def test_undefined_stays_undefined():
    angles, sigma = some(n=2)
    deg = angles.deg.copy()
    deg[0] = np.nan
    assert np.isnan(sigma_in_view(Angles(deg, "test"), sigma, ShoulderView.RAW)[0, LEFT]).all()
