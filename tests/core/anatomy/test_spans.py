"""The numbers of a span: whole clips against the tables of ``score``, parts against numpy and scipy.

The expected values of parts are computed here from the per-frame errors with numpy and ``scipy.stats``, and lags by
trying every shift; nothing of the engine's sums is used. The clips are the demo's, with gaps and jumps of 360° put in.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from typer.testing import CliRunner

import resources
from core.anatomy.spans import TOGETHER, cut, span_numbers, span_numbers_many
from core.cli.app import app
from core.conventions import ANGLES, ShoulderView
from core.errors import DataError
from core.evaluation import EvaluationOptions
from core.records import Angles
from core.results.scores import source_scores
from core.results.span_table import span_csv, span_table
from core.scoring.clip_evaluation import evaluate_clip
from core.scoring.opening import Choices, build_job
from core.scoring.run import tasks_of

DEMO = Path(resources.__file__).parent / "demo"
CIRCULAR = [angle.circular for angle in ANGLES]


def evaluated(index, options=None):
    job = build_job(Choices(DEMO, angles="geometry"))
    task = tasks_of(job)[index]
    return evaluate_clip(task.entry, task.dataset, task.sources, job.estimator, options or EvaluationOptions())


@pytest.fixture(scope="module")
def evaluations():
    return evaluated(0).evaluations


@pytest.fixture(scope="module")
def torn(evaluations):
    """A lifter with gaps in its errors and joints, one angle never defined, and a reference that passes ±180°."""
    whole = evaluations[1]
    rng = np.random.default_rng(3)
    error = whole.error_deg.copy()
    error[rng.random(error.shape) < 0.05] = np.nan
    error[90:97] = np.nan
    error[:, 11] = np.nan
    turn = whole.reference.angles.deg.copy()
    turn[:, 0] = (turn[:, 0] + np.linspace(150, 250, len(turn)) + 180) % 360 - 180
    mpjpe = whole.positions.mpjpe_mm.copy()
    mpjpe[rng.random(mpjpe.shape) < 0.1] = np.nan
    reference = replace(whole.reference, angles=Angles(turn, "isb"))
    return replace(whole, error_deg=error, reference=reference, positions=replace(whole.positions, mpjpe_mm=mpjpe))


def signals(evaluation, column, first, last):
    """Unwrapped reference and source on frames where both are defined, NaN elsewhere."""
    reference = evaluation.reference.angles.deg[first : last + 1, column].astype(np.float64)
    there = ~np.isnan(reference)
    if CIRCULAR[column]:
        reference[there] = np.unwrap(reference[there], period=360)
    source = reference + evaluation.error_deg[first : last + 1, column]
    reference[np.isnan(source)] = np.nan
    return source, reference


def best_shift(source, reference, most):
    """Frames by which the source comes later: every shift tried, the top refined by its parabola; NaN at the ends."""
    most = min(most, len(source) // 4)
    r = []
    for shift in range(-most, most + 1):
        x = source[max(shift, 0) : len(source) + min(shift, 0)]
        y = reference[max(-shift, 0) : len(source) + min(-shift, 0)]
        both = ~(np.isnan(x) | np.isnan(y))
        r.append(pearsonr(x[both], y[both]).statistic if both.sum() >= 8 else np.nan)
    if not r or np.isnan(r).all():
        return np.nan
    top = int(np.nanargmax(r))
    if top in (0, len(r) - 1):
        return np.nan
    before, here, after = r[top - 1 : top + 2]
    return top - most + (before - after) / 2 / (before - 2 * here + after)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ends=st.tuples(st.integers(0, 239), st.integers(0, 239)).map(sorted))
def test_every_number_against_numpy_and_scipy(torn, ends):
    first, last = ends
    numbers = span_numbers(torn, first, last)
    assert (numbers.first, numbers.last, numbers.n_frames) == (first, last, last - first + 1)
    errors = torn.error_deg[first : last + 1].astype(np.float64)
    for column in range(12):
        error = errors[:, column][~np.isnan(errors[:, column])]
        assert numbers.count[column] == len(error)
        if not len(error):
            assert np.isnan([numbers.mae_deg[column], numbers.p95_deg[column], numbers.rom_source_deg[column]]).all()
            continue
        expected = {
            "mae_deg": np.mean(np.abs(error)), "rmse_deg": np.sqrt(np.mean(error**2)), "bias_deg": np.mean(error),
            "sd_deg": np.std(error), "p95_deg": np.percentile(np.abs(error), 95),
        }  # fmt: skip
        source, reference = signals(torn, column, first, last)
        expected["rom_source_deg"] = np.ptp(source[~np.isnan(source)])
        expected["rom_reference_deg"] = np.ptp(reference[~np.isnan(reference)])
        expected["rom_error_deg"] = abs(expected["rom_source_deg"] - expected["rom_reference_deg"])
        for name, value in expected.items():
            assert getattr(numbers, name)[column] == pytest.approx(value, abs=2e-4), (name, column)
    flat = errors[~np.isnan(errors)]
    if len(flat):
        assert numbers.mae_deg[TOGETHER] == pytest.approx(np.mean(np.abs(flat)), rel=1e-9)
        assert numbers.p95_deg[TOGETHER] == pytest.approx(np.percentile(np.abs(flat), 95), rel=1e-5)
        assert numbers.count[TOGETHER] == len(flat)
    assert np.isnan([numbers.r[TOGETHER], numbers.rom_source_deg[TOGETHER]]).all()


@pytest.mark.parametrize(("first", "last"), [(0, 239), (40, 160), (13, 60)])
def test_r_and_lag_against_every_shift(torn, first, last):
    numbers = span_numbers(torn, first, last)
    compared = 0
    for column in range(11):
        source, reference = signals(torn, column, first, last)
        both = ~np.isnan(source)
        assert numbers.r[column] == pytest.approx(pearsonr(source[both], reference[both]).statistic, abs=1e-6)
        lag = best_shift(source, reference, round(0.25 * torn.fps))
        assert numbers.lag_frames[column] == pytest.approx(lag, abs=0.02, nan_ok=True), column
        assert numbers.lag_s[column] == pytest.approx(lag / torn.fps, abs=2e-4, nan_ok=True)
        compared += not np.isnan(lag)
    assert compared >= 5  # most angles have a lag


@pytest.mark.parametrize("frames", [5, -4])
def test_a_planted_lag_is_found_in_frames_and_seconds(evaluations, frames):
    whole = evaluations[0]
    truth = whole.reference.angles.deg
    late = np.roll(truth, frames, axis=0) - truth
    numbers = span_numbers(replace(whole, error_deg=late), 20, 219)
    moving = numbers.rom_reference_deg[:12] > 20
    assert moving.sum() >= 6
    assert np.allclose(numbers.lag_frames[:12][moving], frames, atol=0.3)
    assert np.allclose(numbers.lag_s[:12][moving], frames / whole.fps, atol=0.3 / whole.fps)


def test_position_errors_are_means_over_joints_and_frames(torn):
    numbers = span_numbers(torn, 30, 80)
    for name in ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm"):
        values = getattr(torn.positions, name)[30:81].astype(np.float64)
        assert getattr(numbers, name) == pytest.approx(values[~np.isnan(values)].mean(), rel=1e-9)
    assert numbers.mpjpe_mm > numbers.p_mpjpe_mm


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    out = tmp_path_factory.mktemp("span") / "out"
    result = CliRunner().invoke(app, ["score", str(DEMO), "--angles", "geometry", "--jobs", "1", "--out", str(out)])
    assert result.exit_code == 0, result.output
    with (out / "by_clip.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("index", [0, 5])
def test_the_whole_clip_as_a_span_is_the_row_that_score_writes(scored, index):
    found = evaluated(index)
    last = found.clip.n_frames - 1
    text = span_csv([("", span_numbers_many(found.evaluations, 0, last))], ShoulderView.COMPONENTS).decode()
    mine = {(row["lifter"], row["angle"]): row for row in csv.DictReader(io.StringIO(text))}
    theirs = [row for row in scored if row["group"] == found.clip.name and not row["angle"].startswith("arm_")]
    assert len(theirs) == len(mine) == 13 * len(found.evaluations)
    for row in theirs:
        own = mine[row["lifter"], row["angle"]]
        shared = own.keys() & row.keys()
        assert shared >= {"count", "mae_deg", "rmse_deg", "bias_deg", "sd_deg", "p95_deg", "rom_error_deg", "r",
                          "lag_s", "mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "reference"}  # fmt: skip
        assert {name: own[name] for name in shared} == {name: row[name] for name in shared}


def test_many_are_as_one_by_one_and_a_cut_is_scored_to_the_same_sums(evaluations):
    together = span_numbers_many(evaluations, 17, 133)
    scores = source_scores([cut(each, 17, 133) for each in evaluations])
    for evaluation, many, score in zip(evaluations, together, scores, strict=True):
        one = span_numbers(evaluation, 17, 133)
        for name in ("count", "mae_deg", "rmse_deg", "p95_deg", "rom_error_deg", "rom_source_deg", "r", "lag_s"):
            np.testing.assert_array_equal(getattr(one, name), getattr(many, name))
        np.testing.assert_array_equal(many.p95_deg, score.p95_deg)
        np.testing.assert_array_equal(many.count[:12], score.angle_sums[0, :12])
    assert span_numbers_many([], 0, 3) == ()


def test_shoulder_columns_follow_the_view(evaluations):
    raw = evaluated(0, EvaluationOptions(ShoulderView.RAW)).evaluations
    ours, theirs = span_numbers(raw[1], 10, 90), span_numbers(evaluations[1], 10, 90)
    assert np.array_equal(ours.mae_deg[:4], theirs.mae_deg[:4])
    assert not np.allclose(ours.mae_deg[4:8], theirs.mae_deg[4:8])
    assert "shoulder_plane_l" in span_table([("", [ours])], ShoulderView.RAW)["angle"].to_list()


def test_one_frame_is_a_span(evaluations):
    numbers = span_numbers(evaluations[1], 50, 50)
    np.testing.assert_allclose(numbers.mae_deg[:12], np.abs(evaluations[1].error_deg[50]), rtol=1e-6)
    assert np.all(numbers.rom_source_deg[:12] == 0) and np.isnan(numbers.r).all() and np.isnan(numbers.lag_s).all()


@pytest.mark.parametrize(("first", "last"), [(-1, 5), (9, 8), (0, 240)])
def test_a_span_outside_of_the_clip_is_refused_in_one_line(evaluations, first, last):
    with pytest.raises(DataError, match=rf"^S1_Running_1_cam_1: not a span of the clip; .* got {first} to {last}$"):
        span_numbers(evaluations[0], first, last)
