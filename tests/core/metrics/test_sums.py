"""Sums against numpy on the concatenated frames, and against themselves grouped otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import DataError
from core.metrics.angle import angle_errors
from core.metrics.clip_sums import angle_sums, position_sums
from core.metrics.position import position_errors
from core.metrics.sums import AngleSums, PositionSums

FPS = 60.0
PLAIN = np.zeros(12, bool)
Clip = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]


def clip(seed: int, frames: int = 90, gaps: float = 0.05) -> Clip:
    random = np.random.default_rng(seed)
    t = np.arange(frames)[:, None] / FPS
    reference = 40 * np.sin(2 * np.pi * 1.5 * t + np.arange(12)) + 10 * random.standard_normal(12)
    error = random.standard_normal((frames, 12)) * 3 + random.standard_normal(12) * 5
    error[random.random((frames, 12)) < gaps] = np.nan
    arm = np.abs(random.standard_normal((frames, 2))) * 10
    return error.astype(np.float32), reference.astype(np.float32), arm.astype(np.float32), np.abs(reference) > 35


def sums_of(one: Clip) -> AngleSums:
    return angle_sums(*one, FPS, circular=PLAIN)


CLIPS = [clip(seed, frames) for seed, frames in enumerate((90, 41, 200))]
TOTAL = AngleSums.total(sums_of(one) for one in CLIPS)


def test_against_numpy_on_all_frames_together() -> None:
    error = np.concatenate([np.concatenate([c[0], c[2]], axis=1) for c in CLIPS]).astype(float)
    np.testing.assert_array_equal(TOTAL.count, np.sum(~np.isnan(error), axis=0))
    np.testing.assert_allclose(TOTAL.mae_deg, np.nanmean(np.abs(error), axis=0), rtol=1e-12)
    np.testing.assert_allclose(TOTAL.rmse_deg, np.sqrt(np.nanmean(error**2, axis=0)), rtol=1e-12)
    np.testing.assert_allclose(TOTAL.bias_deg, np.nanmean(error, axis=0), rtol=1e-12)
    np.testing.assert_allclose(TOTAL.sd_deg, np.nanstd(error, axis=0), rtol=1e-10)
    singular = np.concatenate([c[3] for c in CLIPS])
    regular = np.where(singular, np.nan, error[:, :12])
    np.testing.assert_allclose(TOTAL.mae_regular_deg[:12], np.nanmean(np.abs(regular), axis=0), rtol=1e-12)
    for column in range(12):
        there = ~np.isnan(error[:, column])
        assert TOTAL.singular_count[column] == singular[there, column].sum()


def test_what_is_taken_per_clip() -> None:
    centred, rom = [], []
    for error, reference, _, _ in CLIPS:
        centred.append(np.abs(error - np.nanmedian(error.astype(float), axis=0)))
        x = np.where(np.isnan(error), np.nan, reference).astype(float)
        rom.append(
            np.nanmax(x + error, axis=0) - np.nanmin(x + error, axis=0) - np.nanmax(x, axis=0) + np.nanmin(x, axis=0)
        )
    expected = np.nanmean(np.concatenate(centred), axis=0)
    np.testing.assert_allclose(TOTAL.mae_offset_removed_deg[:12], expected, rtol=1e-6)
    np.testing.assert_allclose(TOTAL.rom_error_deg[:12], np.mean(np.abs(rom), axis=0), rtol=1e-12)
    assert (TOTAL.mae_offset_removed_deg[:12] <= TOTAL.mae_deg[:12]).all()


def test_r_of_several_clips_is_that_within_clips() -> None:
    """numpy's corrcoef on frames from which each clip's mean was taken; an offset per clip changes nothing."""
    for column in range(12):
        pairs = []
        for error, reference, _, _ in CLIPS:
            there = ~np.isnan(error[:, column])
            x = reference[there, column].astype(float)
            y = x + error[there, column]
            pairs.append([x - x.mean(), y - y.mean()])
        expected = np.corrcoef(np.hstack(pairs))[0, 1]
        assert TOTAL.r[column] == pytest.approx(expected, abs=1e-9)
    shifted = [(e + np.float32(30 * k), ref + np.float32(50 * k), arm, near)
               for k, (e, ref, arm, near) in enumerate(CLIPS)]  # fmt: skip
    moved = AngleSums.total(sums_of(one) for one in shifted)
    np.testing.assert_allclose(moved.r[:12], TOTAL.r[:12], atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-180, 180, width=32), min_size=1, max_size=9))
def test_taking_the_offset_out_never_adds_error(values: list[float]) -> None:
    """The clip's median is the constant that leaves the least |error|; a mean may leave more than there was."""
    error = np.zeros((len(values), 12), np.float32)
    error[:, 3] = values
    sums = angle_sums(error, np.zeros_like(error), np.zeros((len(values), 2), np.float32), error > 999, FPS)
    assert sums.mae_offset_removed_deg[3] <= sums.mae_deg[3] + 1e-12
    assert sums.mae_offset_removed_deg[3] == pytest.approx(np.abs(np.subtract(values, np.median(values))).mean())


def test_a_delayed_source_lags_by_that_time() -> None:
    t = np.arange(240)[:, None] / FPS
    reference = (40 * np.sin(2 * np.pi * t + np.arange(12))).astype(np.float32)
    source = (40 * np.sin(2 * np.pi * (t - 0.05) + np.arange(12))).astype(np.float32)
    error = angle_errors(source, reference, PLAIN)
    sums = angle_sums(error, reference, np.abs(error[:, :2]), error > 100, FPS)
    np.testing.assert_allclose(sums.lag_s[:12], 0.05, atol=2e-3)


def test_small_case_by_hand() -> None:
    error, reference = np.zeros((4, 12), np.float32), np.zeros((4, 12), np.float32)
    error[:, 0], reference[:, 0] = (3, -1, np.nan, 4), (170, 178, 179, -176)  # hip flexion wraps: 184 at the end
    sums = angle_sums(error, reference, np.ones((4, 2), np.float32), np.zeros((4, 12), bool), FPS)
    assert sums.count[:2].tolist() == [3, 4]
    assert sums.mae_deg[0] == pytest.approx(8 / 3)
    assert sums.bias_deg[0] == pytest.approx(2)
    assert sums.sd_deg[0] == pytest.approx(np.sqrt((1 + 9 + 4) / 3))
    assert sums.mae_offset_removed_deg[0] == pytest.approx((0 + 4 + 1) / 3)
    assert sums.rom_error_deg[0] == pytest.approx((188 - 173) - (184 - 170))
    assert sums.r[0] == pytest.approx(np.corrcoef([170, 178, 184], [173, 177, 188])[0, 1])
    assert np.isnan(sums.r[1])  # constant
    assert np.isnan(sums.lag_s).all()
    assert sums.mae_deg[12:].tolist() == [1, 1]
    for undefined in (sums.r, sums.rom_error_deg, sums.mae_offset_removed_deg, sums.lag_s, sums.mae_regular_deg):
        assert np.isnan(undefined[12:]).all()


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(3)), st.integers(0, 3))
def test_grouping_changes_nothing(order: list[int], cut: int) -> None:
    parts = [sums_of(CLIPS[k]) for k in order]
    grouped = AngleSums.total(parts[:cut]) + AngleSums.total(parts[cut:])
    np.testing.assert_allclose(grouped.table, TOTAL.table, rtol=1e-13, atol=1e-9)


def test_storage_total_and_zero() -> None:
    again = AngleSums.from_flat(TOTAL.flat())
    assert again.table.tobytes() == TOTAL.table.tobytes()
    one, two = sums_of(CLIPS[0]), sums_of(CLIPS[1])
    assert (one + two).table.tobytes() == AngleSums.total([one, two]).table.tobytes()
    assert (one + AngleSums.zero()).table.tobytes() == one.table.tobytes()
    assert np.isnan(AngleSums.zero().mae_deg).all()
    assert np.isnan(AngleSums.zero().r).all()
    with pytest.raises(ValueError, match="read-only"):
        TOTAL.table[0, 0] = 1
    with pytest.raises(DataError, match="expected 224, got 3"):
        AngleSums.from_flat(np.zeros(3))


def test_all_twelve_together() -> None:
    error = np.concatenate([c[0] for c in CLIPS]).astype(float)
    pooled = TOTAL.pooled()
    np.testing.assert_allclose(pooled.mae_deg[:12], np.nanmean(np.abs(error)), rtol=1e-12)
    np.testing.assert_array_equal(pooled.mae_deg[12:], TOTAL.mae_deg[12:])


def test_undefined_everywhere_counts_nothing() -> None:
    error, reference, arm, singular = clip(3)
    error[:, 4] = np.nan
    sums = sums_of((error, reference, arm, singular))
    for value in (sums.mae_deg, sums.rmse_deg, sums.r, sums.rom_error_deg, sums.lag_s, sums.mae_regular_deg):
        assert np.argwhere(np.isnan(value[:12])).tolist() == [[4]]
    none = angle_sums(error[:0], reference[:0], arm[:0], singular[:0], FPS)
    assert none.table.tobytes() == AngleSums.zero().table.tobytes()
    with pytest.raises(DataError, match="reference angles have the wrong shape"):
        angle_sums(error, reference[:-1], arm, singular, FPS)


def test_position_sums() -> None:
    random = np.random.default_rng(2)
    poses = random.standard_normal((2, 30, 17, 3)).astype(np.float32) * 300
    poses[0, 4, 5] = np.nan
    errors = position_errors(poses[0], poses[1], FPS, metric=True)
    sums = position_sums(errors)
    halves = [position_errors(poses[0, half], poses[1, half], FPS, metric=False) for half in (slice(9), slice(9, 30))]
    split = PositionSums.total(position_sums(half) for half in halves)
    assert sums.mpjpe_mm == pytest.approx(np.nanmean(errors.mpjpe_mm, dtype=float))
    assert sums.velocity_mm_s == pytest.approx(np.nanmean(errors.velocity_mm_s, dtype=float))
    np.testing.assert_allclose(sums.per_joint("p_mpjpe"), np.nanmean(errors.p_mpjpe_mm, axis=0, dtype=float))
    assert split.p_mpjpe_mm == pytest.approx(sums.p_mpjpe_mm, rel=1e-14)
    assert split.n_mpjpe_mm == pytest.approx(sums.n_mpjpe_mm, rel=1e-14)
    assert np.isnan(split.mpjpe_mm)
    assert np.isnan(split.velocity_mm_s)
    assert PositionSums.from_flat(sums.flat()).table.tobytes() == sums.table.tobytes()
