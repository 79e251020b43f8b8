"""Studies without intervals: not asked for, or of one take, which says nothing of chance however often it is drawn."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from core.results.clip_table import clip_row
from core.scoring.opening import Choices, build_job
from core.scoring.run import tasks_of
from core.scoring.work import score_clip
from core.study.pairs import Verdict
from core.study.resampling import resampling_of
from core.study.study import StudyOptions, study_of, study_of_scores, study_steps
from core.study.words import verdict_line
from tests.core.study.made import finished, made_scores
from tests.core.study.test_study import DEMO, lifters

QUICK = StudyOptions(resamples=100)


@pytest.fixture(scope="module")
def rows():
    job = build_job(Choices(DEMO, angles="geometry", jobs=1))
    return sorted((clip_row(score_clip(task)) for task in tasks_of(job)), key=lambda row: row.clip)


def values(points):
    return [(p.lifter, p.group, p.mae_deg.value, p.positions_mm["mpjpe_mm"].value) for p in points]


def test_numbers_are_the_same_and_nothing_is_decided(rows):
    whole = study_of(rows, lifters(rows), QUICK)
    _, bare = finished(study_steps(rows, lifters(rows), QUICK, intervals=False))
    assert bare.resampling.n == 0 and bare.options == whole.options
    for field in ("points", "by_athlete", "by_activity"):
        assert values(getattr(bare, field)) == values(getattr(whole, field))
    for one, two in zip(bare.pairs, whole.pairs, strict=True):
        assert (one.mm.value, one.deg.value, one.flips.share.value, one.tests) == (
            two.mm.value, two.deg.value, two.flips.share.value, two.tests)  # fmt: skip
        assert isnan(one.mm.low) and isnan(one.deg.high) and isnan(one.equivalence.interval.low)
        assert one.verdict is Verdict.UNDECIDED and not one.equivalence.alike
        assert not isnan(two.mm.low)
    for name in ("between", "within"):
        for one, two in zip(getattr(bare, name), getattr(whole, name), strict=True):
            assert one.kendall.value == two.kendall.value and isnan(one.spearman.low)


def test_one_take_decides_nothing():
    """Its resamples are all alike: an interval of no width would hold every difference to be beyond chance."""
    scores = made_scores([[10, 11, 12], [20, 22, 21]], [[9, 9, 8], [4, 5, 5]], athletes=["lab/S1"] * 3,
                         takes=["S1_Walk_1"] * 3)  # fmt: skip
    study = study_of_scores(scores, QUICK)
    (pair,) = study.pairs
    assert (pair.mm.value, pair.deg.value) == pytest.approx((-10, 4))
    assert isnan(pair.mm.low) and isnan(pair.flips.share.low) and isnan(study.within[0].kendall.low)
    assert pair.verdict is Verdict.UNDECIDED
    line = verdict_line(pair)
    assert line == ("lifter 0 has 10.0 mm less MPJPE than lifter 1 (no interval) but 4.0° more angle error "
                    "(no interval): undecided, because there is no interval.")  # fmt: skip
    two = replace(scores, takes=("S1_Walk_1", "S1_Walk_1", "S1_Walk_2"))
    assert study_of_scores(two, QUICK).pairs[0].verdict is Verdict.REVERSED


@pytest.mark.parametrize("n", [0, 7])
def test_sums_have_a_row_for_each_resample(n):
    of_clips = np.arange(12.0).reshape(4, 3)
    sums = resampling_of(["a", "b", "c", "d"], ["x", "x", "y", "y"], n=n).sums(of_clips)
    assert sums.shape == (n, 3) and np.isfinite(sums).all()
