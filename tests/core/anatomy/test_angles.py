"""Angle errors split: planted parts come back, the sums hold for any series, and scipy fits the same model."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit
from scipy.signal import correlate

from core.anatomy import Cause, angle_split, angle_split_of, cause, explained
from core.anatomy.angles import LEAST_MOTION_DEG
from core.conventions import ShoulderView
from core.errors import DataError
from core.estimators import GeometryEstimator
from core.evaluation import EvaluationOptions, evaluate, evaluate_floor
from core.metrics.angle import angle_errors

FPS = 60.0
PLAIN = np.zeros(1, dtype=bool)


def movement(t: np.ndarray) -> np.ndarray:
    """A swing of about +-35 degrees that does not repeat within seconds; (T, 1)."""
    return (25 * np.sin(2 * np.pi * 0.9 * t) + 12 * np.sin(2 * np.pi * 1.7 * t + 1) + 30)[:, None]


TIME = np.arange(240) / FPS
REFERENCE = movement(TIME)


def modelled(gain: float = 1.0, lag_frames: float = 0.0, bias: float = 0.0) -> np.ndarray:
    late = movement(TIME - lag_frames / FPS)
    mean = REFERENCE.mean()
    return mean + gain * (late - mean) + bias


def random_series(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    reference = rng.normal(0, 3, (90, 4)).cumsum(axis=0)
    source = rng.normal(0.8, 0.4) * np.roll(reference, rng.integers(-6, 7), axis=0) + rng.normal(0, 5, reference.shape)
    source[:, 3] += rng.choice([0, 200, 360])
    source[rng.random(source.shape) < 0.1] = np.nan
    reference[rng.random(source.shape) < 0.1] = np.nan
    return source, reference, np.array([False, False, False, True])


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_shares_add_up_to_one_and_none_is_negative(seed):
    source, reference, circular = random_series(seed)
    split = angle_split(source, reference, circular, FPS)
    assert (split.shares >= -1e-12).all()
    np.testing.assert_allclose(split.shares.sum(axis=1), 1, rtol=1e-12)
    error = angle_errors(source, reference, circular).astype(float)
    np.testing.assert_allclose(split.mean_square_deg2, np.nanmean(error**2, axis=0), rtol=1e-5)
    np.testing.assert_allclose(split.bias_deg, np.nanmean(error, axis=0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(split.rest_rms_deg**2, split.shares[:, 3] * split.mean_square_deg2, rtol=1e-9)
    assert (split.frames == np.isfinite(error).sum(axis=0)).all()


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_shifting_both_and_turning_time_round(seed):
    source, reference, circular = random_series(seed)
    split = angle_split(source, reference, circular, FPS)
    moved = angle_split(source + 11, reference + 11, circular, FPS)
    back = angle_split(source[::-1], reference[::-1], circular, FPS)
    for name in ("bias_deg", "lag_frames", "gain", "rest_rms_deg", "shares"):
        sign = -1 if name == "lag_frames" else 1
        np.testing.assert_allclose(getattr(moved, name), getattr(split, name), rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(sign * getattr(back, name), getattr(split, name), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("parts", "found"),
    [({"bias": 7.0}, Cause.BIAS), ({"lag_frames": 5.0}, Cause.LAG), ({"gain": 0.8}, Cause.GAIN),
     ({"gain": 1.3}, Cause.GAIN), ({"lag_frames": -3.5}, Cause.LAG), ({"bias": -4.0, "gain": 0.95}, Cause.BIAS)],
)  # fmt: skip
def test_planted_parts_come_back(parts, found):
    split = angle_split(modelled(**parts), REFERENCE, PLAIN, FPS)
    assert cause(split, 0) is found
    np.testing.assert_allclose(split.gain, parts.get("gain", 1.0), atol=0.01)
    np.testing.assert_allclose(split.lag_frames, parts.get("lag_frames", 0.0), atol=0.1)
    np.testing.assert_allclose(split.lag_s, split.lag_frames / FPS)
    if "lag_frames" not in parts:
        np.testing.assert_allclose(split.bias_deg, parts.get("bias", 0.0), atol=1e-9)
        assert split.rest_rms_deg < 1e-6
    assert split.shares[0, 3] < 0.03


@pytest.mark.parametrize("seed", range(12))
def test_scipy_fits_the_same_gain_and_lag(seed):
    """The model fitted by least squares from the best of several starts; white noise of 1 degree over it."""
    rng = np.random.default_rng(seed)
    gain, lag, bias = rng.uniform(0.5, 1.5), rng.uniform(-7, 7), rng.uniform(-10, 10)
    source = modelled(gain, lag, bias) + rng.normal(0, 1, REFERENCE.shape)
    split = angle_split(source, REFERENCE, PLAIN, FPS)
    inner = slice(15, -15)

    def model(frame, a, d, c):
        return a * (np.interp(frame - d, np.arange(len(TIME)), REFERENCE[:, 0]) - REFERENCE.mean()) + c

    frames = np.arange(len(TIME), dtype=float)[inner]
    fits = [curve_fit(model, frames, source[inner, 0], p0=(1, start, 30)) for start in (-8, -4, 0, 4, 8)]
    best, _ = min(fits, key=lambda fit: np.sum((model(frames, *fit[0]) - source[inner, 0]) ** 2))
    assert split.gain[0] == pytest.approx(best[0], abs=0.05)
    assert split.lag_frames[0] == pytest.approx(best[1], abs=0.25)
    centred = source[:, 0] - source.mean(), REFERENCE[:, 0] - REFERENCE.mean()
    whole = int(np.argmax(correlate(*centred))) - (len(TIME) - 1)
    assert split.lag_frames[0] == pytest.approx(whole, abs=1.0)


def test_a_wrapped_angle_is_the_same_as_an_unwrapped_one():
    circular = np.ones(1, dtype=bool)
    source, reference = modelled(0.9, 2, 5) + 150, REFERENCE + 150
    wrapped = [(angle + 180) % 360 - 180 for angle in (source, reference)]
    assert np.abs(np.diff(wrapped[1], axis=0)).max() > 300
    plain, round_ = angle_split(source, reference, PLAIN, FPS), angle_split(*wrapped, circular, FPS)
    for field in dataclasses.fields(plain):
        np.testing.assert_allclose(getattr(round_, field.name), getattr(plain, field.name), atol=1e-6)
    far = angle_split(np.array([[179.0]] * 20), np.array([[-179.0]] * 20), circular, FPS)
    np.testing.assert_allclose(far.bias_deg, -2)


def test_gaps_leave_the_parts_as_they_are():
    source, reference = modelled(0.8, 3, 6), REFERENCE.copy()
    source[40:55] = np.nan
    reference[120:126] = np.nan
    split = angle_split(source, reference, PLAIN, FPS)
    assert split.frames == 240 - 15 - 6
    assert split.gain[0] == pytest.approx(0.8, abs=0.03)
    assert split.lag_frames[0] == pytest.approx(3, abs=0.3)


def test_a_reference_that_hardly_moves_has_no_gain_and_no_lag():
    reference = np.full((100, 2), 20.0)
    reference[:, 1] += LEAST_MOTION_DEG * 0.9 * np.sqrt(2) * np.sin(np.arange(100) / 4)
    split = angle_split(reference * 0.5 + 3, reference, np.zeros(2, dtype=bool), FPS)
    assert not split.moves.any()
    assert np.isnan(split.gain).all() and np.isnan(split.lag_frames).all()
    assert (split.shares[:, 1:3] == 0).all()
    np.testing.assert_allclose(split.shares.sum(axis=1), 1)
    lively = angle_split(reference * 3, reference * 2, np.zeros(2, dtype=bool), FPS)
    assert lively.moves.tolist() == [False, True]


def test_series_that_have_nothing_in_common_have_no_lag():
    source = np.random.default_rng(0).normal(30, 10, REFERENCE.shape)
    split = angle_split(source, REFERENCE, PLAIN, FPS)
    assert np.isnan(split.lag_frames[0]) and split.shares[0, 1] == 0
    assert abs(split.gain[0]) < 0.2


def test_no_error_has_no_parts():
    split = angle_split(REFERENCE, REFERENCE, PLAIN, FPS)
    assert np.isnan(split.shares).all() and split.mean_square_deg2 == 0 and cause(split, 0) is None
    assert explained(split, 0) == "no error"


def test_nothing_defined_is_nan_and_not_zero():
    split = angle_split(np.full_like(REFERENCE, np.nan), REFERENCE, PLAIN, FPS)
    assert split.frames == 0
    for name in ("mean_square_deg2", "bias_deg", "lag_frames", "lag_s", "gain", "rest_rms_deg", "shares"):
        assert np.isnan(getattr(split, name)).all(), name
    assert explained(split, 0) == "no frame in which both angles are defined"


def test_a_span_counts_its_frames_only_but_looks_beyond_for_the_shift():
    source = modelled(lag_frames=5)
    source[:60] += 40
    split = angle_split(source, REFERENCE, PLAIN, FPS, (100, 159))
    assert split.frames == 60
    np.testing.assert_allclose(split.mean_square_deg2, np.mean((source - REFERENCE)[100:160] ** 2))
    alone = angle_split(source[100:160], REFERENCE[100:160], PLAIN, FPS)
    assert split.shares[0, 1] > alone.shares[0, 1]
    assert split.shares[0, :3].sum() > 0.99
    assert angle_split(source, REFERENCE, PLAIN, FPS, (7, 7)).frames == 1


def test_what_does_not_fit_is_refused():
    with pytest.raises(DataError, match="shape"):
        angle_split(REFERENCE, REFERENCE[:-1], PLAIN, FPS)
    for span in ((-1, 5), (9, 8), (0, 240)):
        with pytest.raises(DataError, match="span"):
            angle_split(REFERENCE, REFERENCE, PLAIN, FPS, span)


@pytest.mark.parametrize("view", list(ShoulderView))
def test_the_split_of_an_evaluation_is_of_its_errors(lifted, view):
    clip, poses = lifted["videopose3d-compact"][0]
    options = EvaluationOptions(shoulder=view)
    found = evaluate(clip, poses, GeometryEstimator(), name="a", options=options)
    split = angle_split_of(found, (20, 150))
    error = found.error_deg[20:151].astype(float)
    np.testing.assert_allclose(split.mean_square_deg2, np.nanmean(error**2, axis=0), rtol=1e-5)
    np.testing.assert_allclose(split.bias_deg, np.nanmean(error, axis=0), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(split.shares.sum(axis=1), 1)


def test_an_error_that_nothing_measures_is_not_zero(clips):
    """Without labelled points the floor stands in for the reference, and has no error of its own."""
    floor = evaluate_floor(dataclasses.replace(clips[0], points=None), GeometryEstimator())
    assert (angle_split_of(floor).frames == 0).all()


@pytest.mark.parametrize(
    ("parts", "start"),
    [({"bias": 7.1}, "bias of +7.1° explains 100 % of the mean square error"),
     ({"bias": -7.1}, "bias of \N{MINUS SIGN}7.1° explains 100 %"),
     ({"lag_frames": 5.0}, "lag of 5.0 frames (83 ms behind the reference) explains "),
     ({"lag_frames": -5.0}, "lag of 5.0 frames (83 ms ahead of the reference) explains "),
     ({"gain": 0.8}, "gain of 0.80 explains 100 % of the mean square error")],
)  # fmt: skip
def test_the_sentence_says_what_explains_most(parts, start):
    assert explained(angle_split(modelled(**parts), REFERENCE, PLAIN, FPS), 0).startswith(start)


def test_the_sentence_where_nothing_explains_it_and_where_several_do():
    noise = np.random.default_rng(1).normal(0, 4, REFERENCE.shape)
    left = explained(angle_split(REFERENCE + noise, REFERENCE, PLAIN, FPS), 0)
    assert left.startswith("no bias, lag or gain explains it: ") and left.endswith(
        " % of the mean square error is left"
    )
    mixed = explained(angle_split(modelled(0.8, 0, 3.5) + 0.7 * noise, REFERENCE, PLAIN, FPS), 0)
    assert mixed.startswith("no single part explains half of the mean square error: ")
    assert " % bias of +3." in mixed and " % gain of 0.8" in mixed and " % rest of 2." in mixed and "lag" not in mixed
