"""Aligned poses leave the position errors of the tables; the fits are also held against scipy's Procrustes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import procrustes as scipy_procrustes

from core.metrics.alignment import Alignment, aligned
from core.metrics.position import position_errors

MEASURED = {Alignment.ROOT: "mpjpe_mm", Alignment.SCALE: "n_mpjpe_mm", Alignment.PROCRUSTES: "p_mpjpe_mm"}


def poses(seed, frames=20):
    generator = np.random.default_rng(seed)
    reference = generator.normal(0, 400, (frames, 17, 3)) + generator.normal(0, 3000, (frames, 1, 3))
    source = 1.2 * reference + generator.normal(0, 60, reference.shape) + [500, -800, 200]
    return source, reference


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(list(MEASURED)), st.booleans())
def test_what_is_left_is_the_position_error(seed, how, gaps):
    source, reference = poses(seed)
    if gaps:
        source[3, 5], reference[4, 9, 1], source[6, 12:] = np.nan, np.nan, np.nan
    left = np.linalg.norm(aligned(source, reference, how) - reference, axis=2)
    expected = getattr(position_errors(source, reference, 50.0, metric=True), MEASURED[how])
    defined = ~np.isnan(expected)
    assert defined.sum() > 300
    np.testing.assert_allclose(left[defined], expected[defined], atol=2e-2)


def test_procrustes_agrees_with_scipy():
    source, reference = poses(1)
    ours = aligned(source, reference, Alignment.PROCRUSTES)
    for frame in range(len(source)):
        wanted, fitted, _ = scipy_procrustes(reference[frame], source[frame])  # both scaled to unit size
        centred = reference[frame] - reference[frame].mean(axis=0)
        size = np.linalg.norm(centred)
        np.testing.assert_allclose(ours[frame], fitted * size + reference[frame].mean(axis=0), atol=1e-2)
        np.testing.assert_allclose(wanted * size, centred, atol=1e-6)


def test_none_leaves_everything_as_it_is():
    source, reference = poses(2)
    np.testing.assert_array_equal(aligned(source, reference, Alignment.NONE), source.astype(np.float32))


def test_a_missing_joint_is_moved_with_the_rest():
    source, reference = poses(3)
    gap = reference.copy()
    gap[:, 8] = np.nan
    whole = aligned(source, reference, Alignment.ROOT)
    np.testing.assert_allclose(aligned(source, gap, Alignment.ROOT), whole)


@pytest.mark.parametrize("how", [Alignment.ROOT, Alignment.SCALE])
def test_without_a_root_there_is_no_fit(how):
    source, reference = poses(4)
    source[2, 0] = np.nan
    result = aligned(source, reference, how)
    assert np.isnan(result[2]).all() and np.isfinite(result[3]).all()


def test_procrustes_needs_three_joints():
    source, reference = poses(5)
    source[2, 2:] = np.nan
    result = aligned(source, reference, Alignment.PROCRUSTES)
    assert np.isnan(result[2]).all() and np.isfinite(result[3]).all()
