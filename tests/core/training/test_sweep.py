"""The sweep of the weight of a loss in degrees: which runs it has, what it measures with, and its table."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from core.angles.isb import isb_angles
from core.angles.views import circular_columns
from core.errors import UsageError
from core.estimators import estimator_named
from core.metrics.angle import angle_errors
from core.metrics.position import position_errors
from core.records import Axes, Poses
from core.training.lifters.exact_clips import exact_clips
from core.training.lifters.loop import LifterConfig
from core.training.sweep.measuring import N_SUMS, floor_sums, referenced, run_sums
from core.training.sweep.plan import ANGLE, BONE, Run, SweepPlan
from core.training.sweep.table import COLUMNS, rows_csv, summary, sweep_rows
from tests.core.training.lifters.made_up import takes
from tests.core.training.sweep_made_up import finished

BASE = LifterConfig("simplebaseline3d", seed=3)


@pytest.fixture(scope="module")
def estimator():
    return estimator_named("network", device="cpu")


@pytest.fixture(scope="module")
def exact():
    return exact_clips(takes(2, 40), 2, seed=5)


@pytest.fixture(scope="module")
def clips(exact, estimator):
    return referenced(exact, estimator)


def test_every_seed_has_every_weight_once_and_zero_once():
    plan = SweepPlan(BASE, (3.0, 0.0, 0.5), (1.0,), 2)
    assert [run.folder for run in plan.runs()] == [
        f"{name}_seed_{seed}" for seed in (3, 4) for name in ("position", "angle_0.5", "angle_3", "bone_1")
    ]
    configs = [run.config(BASE) for run in plan.runs()]
    assert [(c.seed, c.lambda_angle, c.lambda_bone) for c in configs[:4]] == [
        (3, 0, 0), (3, 0.5, 0), (3, 3, 0), (3, 0, 1)]  # fmt: skip
    with pytest.raises(UsageError, match="there twice: 1, 1"):
        SweepPlan(BASE, (1.0, 1.0), (), 1)
    with pytest.raises(UsageError, match="at least one weight above 0"):
        SweepPlan(BASE, (0.0,), (), 1)


def test_the_exact_clips_hold_the_angles_that_the_bodies_were_posed_with(exact, estimator):
    assert [one.take for one in exact] == [f"walk_{take}_body_{body}" for body in (0, 1) for take in (0, 1)]
    assert {one.clip.athlete for one in exact} == {"walk_0", "walk_1"}
    for one in exact:
        angles = isb_angles(one.clip.points).deg
        # A walk whose hips swing by 35 degrees on either side; bodies are not all alike.
        assert np.ptp(angles[:, 0]) == pytest.approx(70, abs=8)
        assert one.views.xyz_mm.shape == (40, 17, 3)
        floor = angle_errors(estimator.angles(one.clip.poses).deg, angles, circular_columns())
        assert np.abs(floor).mean() < 6
    again = exact_clips(takes(2, 40), 2, seed=5)
    assert all(np.array_equal(a.views.screen, b.views.screen) for a, b in zip(exact, again, strict=True))


def test_sums_are_those_of_the_engine(clips, estimator):
    """A lifter that answers the truth moved and enlarged, held against the errors computed one by one."""
    answers = [1.1 * one.exact.views.xyz_mm + np.float32(5) for one in clips]
    sums = run_sums(answers, clips, estimator)
    assert sums.shape == (len(clips), N_SUMS)
    for row, one, answer in zip(sums, clips, answers, strict=True):
        positions = position_errors(answer, one.exact.views.xyz_mm, 50.0, metric=True)
        for place, error in enumerate((positions.mpjpe_mm, positions.n_mpjpe_mm, positions.p_mpjpe_mm)):
            assert row[2 * place] == pytest.approx(error.sum(dtype=np.float64), rel=1e-5, abs=1e-2)
            assert row[2 * place + 1] == error.size
        found = estimator.angles(Poses(answer, 50.0, Axes.CAMERA, rig="h36m")).deg
        truth = isb_angles(one.exact.clip.points).deg
        expected = np.abs(angle_errors(found, truth, circular_columns())).sum(axis=0, dtype=np.float64)
        np.testing.assert_allclose(row[6:18], expected, rtol=1e-5)
        assert (row[18:30] == 40).all()
        # Against the network on the true joints a pose that is only larger has no error.
        np.testing.assert_allclose(row[30:42] / row[42:54], 0, atol=0.02)
    floor = floor_sums(clips, estimator)
    np.testing.assert_allclose(floor[:, 6:30], sums[:, 6:30], rtol=0.02)
    assert not floor[:, :6].any()
    assert not floor[:, 30:].any()


def test_the_table_has_values_and_paired_changes(clips):
    runs = [finished(Run(ANGLE, 0.0, seed), 60 + seed, 10, len(clips)) for seed in (1, 2)]
    runs += [finished(Run(ANGLE, 3.0, seed), 62 + seed, 9, len(clips)) for seed in (1, 2)]
    runs += [finished(Run(BONE, 3.0, 1), 70, 12, len(clips))]
    floor = {"in": finished(Run(ANGLE, 0.0, 0), 0, 2, len(clips)).sums["in"]}
    rows = sweep_rows(runs, floor, {"in": clips})
    table = list(csv.DictReader(io.StringIO(rows_csv(rows).decode())))
    assert tuple(table[0]) == COLUMNS

    def one(loss, weight, seed, metric, angle=""):
        (row,) = (r for r in table if (r["loss"], r["lambda_mm_per_deg"], r["seed"], r["metric"], r["angle"])
                  == (loss, weight, seed, metric, angle))  # fmt: skip
        return {key: float(value) if value else None for key, value in list(row.items())[6:]}

    grown = 1.15  # the mean over four clips
    assert one("position", "0", "all", "mpjpe_mm")["value"] == pytest.approx(61.5 * grown, abs=1e-3)
    assert one("position", "0", "2", "mpjpe_mm")["value"] == pytest.approx(62 * grown, abs=1e-3)
    assert one("position", "0", "all", "mpjpe_mm")["change"] is None
    better = one("angle", "3", "all", "angle_mae_isb_deg", "all")
    assert better["value"] == pytest.approx(9 * grown, abs=1e-3)
    assert better["change"] == pytest.approx(-1 * grown, abs=1e-3)
    # The intervals of changes are far narrower than those of the numbers, because the same clips are in both.
    assert better["change_high"] - better["change_low"] < 0.5 * (better["high"] - better["low"])
    assert better["change_low"] <= better["change"] <= better["change_high"] < 0
    assert one("bone", "3", "1", "mpjpe_mm")["change"] == pytest.approx(9 * grown, abs=1e-3)
    assert one("floor", "", "all", "angle_mae_isb_deg", "knee_flexion_r")["value"] == pytest.approx(2 * grown, abs=1e-3)
    lines = summary(rows)
    assert [line[:3] for line in lines] == [["in", "floor", "–"], ["in", "position", "0"], ["in", "angle", "3"],
                                            ["in", "bone", "3"]]  # fmt: skip
    assert lines[2][5].startswith("10.35 (")
