"""The study of the demo's results: the numbers of its tables, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.errors import DataError, UsageError
from core.evaluation import ReferenceKind
from core.results.clip_table import clip_row, read_rows
from core.scoring.opening import Choices, build_job
from core.scoring.run import tasks_of
from core.scoring.work import score_clip
from core.study.scores import scores_of, take_of
from core.study.study import StudyOptions, published, study_of, study_of_scores
from tests.core.study.made import made_scores

DEMO = Path(__file__).parents[3] / "resources" / "demo"
QUICK = StudyOptions(resamples=500)


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("study") / "results"
    assert CliRunner().invoke(app, ["score", str(DEMO), "--out", str(out), "--no-clip-csv"]).exit_code == 0
    return out


@pytest.fixture(scope="module")
def rows(results):
    return read_rows(results)


def lifters(rows):
    return list(dict.fromkeys(numbers.lifter for row in rows for numbers in row.lifters))


def test_its_numbers_are_those_of_the_tables(results, rows):
    study = study_of(rows, lifters(rows), QUICK)
    summary = {row["lifter"]: row for row in pl.read_csv(results / "summary.csv").iter_rows(named=True)}
    by_angle = pl.read_csv(results / "by_angle.csv")
    by_subject = pl.read_csv(results / "by_subject.csv")
    for point in study.points:
        told = summary[point.lifter]
        assert point.mae_deg.value == pytest.approx(told["angle_mae_deg"], abs=1e-4)
        for by, interval in point.positions_mm.items():
            assert interval.value == pytest.approx(told[by], abs=1e-4)
            assert interval.low < interval.value < interval.high
        of_angles = by_angle.filter(pl.col("lifter") == point.lifter)["mae_deg"][:12].to_list()
        assert [each.value for each in point.by_angle_deg] == pytest.approx(of_angles, abs=1e-4)
        assert point.clips == 8
    for point in study.by_athlete:
        row = by_subject.filter(lifter=point.lifter, group=point.group, angle="all").row(0, named=True)
        assert (point.mae_deg.value, point.errors) == (pytest.approx(row["mae_deg"], abs=1e-4), row["count"])
    assert (study.kind, study.left_out, study.resampling.n_athletes) == (ReferenceKind.ISB, (), 3)


def test_what_is_scored_just_now_and_what_is_read_are_one(rows):
    job = build_job(Choices(DEMO, jobs=1))
    fresh = scores_of([clip_row(score_clip(task)) for task in tasks_of(job)], lifters(rows))
    read = scores_of(rows, lifters(rows))
    assert (fresh.clips, fresh.athletes, fresh.activities) == (read.clips, read.athletes, read.activities)
    for name in ("angles", "positions", "floor"):
        np.testing.assert_allclose(getattr(fresh, name), getattr(read, name), rtol=1e-9)


def test_the_demo_ranks_by_degrees_against_millimetres(rows):
    study = study_of(rows, lifters(rows), QUICK)
    assert study.between[0].kendall.value == pytest.approx(-1)
    assert {pair.verdict for pair in study.pairs} == {"reversed", "undecided"}
    assert {by.by for by in study.between} == {"mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm"}


def test_views_of_one_movement_are_one_take():
    assert take_of("S1_Running_1_cam_2") == take_of("S1_Running_1_cam_11") == "S1_Running_1"
    assert take_of("my_clip") == "my_clip"


def test_a_lifter_without_millimetres_and_clips_that_not_all_have_are_left_out_in_words():
    scores = made_scores(np.full((3, 6), 50.0), np.full((3, 6), 10.0))
    scores.positions[2] = 0
    scores.angles[1, :, 4] = 0
    scores.angles[0, 1, 5, 3] = 50
    study = study_of_scores(scores, QUICK)
    assert study.scores.lifters == ("lifter 0", "lifter 1") and len(study.scores) == 4
    assert study.left_out == ("lifter 2: has no MPJPE",
                              "2 of 6 clips: not scored for every lifter on the same frames and joints")  # fmt: skip


def test_nothing_to_compare_is_said(rows):
    with pytest.raises(DataError, match="no clip could be scored"):
        study_of([replace(row, frames=0) for row in rows], lifters(rows), QUICK)
    with pytest.raises(DataError, match="no lifter can be compared"):
        study_of(rows, ["someone else"], QUICK)


@pytest.mark.parametrize("wrong", [{"by": "mpjpe"}, {"margin_deg": 0}, {"resamples": 10}, {"level": 95}])
def test_options_that_cannot_be(wrong):
    with pytest.raises(UsageError):
        StudyOptions(**wrong)


def test_the_published_table_is_inverse_and_apart():
    rows = published()
    assert [row.mpjpe_mm for row in rows] == [37.2, 46.8, 58.5]
    assert [row.mae_deg for row in rows] == [25.19, 21.77, 19.21]
