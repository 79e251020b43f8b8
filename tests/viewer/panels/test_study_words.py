"""What the study's panel says: its words are the report's, of the numbers of the engine, with their reservations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.evaluation.checks import DIFFERENT_POINTS
from core.study.margin import with_margin
from core.study.pairs import MARGIN_DEG
from core.study.study import StudyOptions, study_of, study_of_scores, study_steps
from core.study.words import verdict_line
from tests.core.study.made import finished, made_scores
from viewer.panels.study.below import Standing, below_said
from viewer.panels.study.texts import Around, Kind, rows_of, summary
from viewer.view import StudyPlot

LIFTERS = ("motionbert-compact", "simplebaseline3d-compact", "videopose3d-compact")
QUICK = StudyOptions(resamples=200)


@pytest.fixture(scope="module")
def study(demo_rows):
    return study_of(demo_rows, LIFTERS, QUICK)


def of_kind(study, kind, around=None):
    return [row for row in rows_of(study, around or Around()) if row.kind is kind]


def made(mm, deg, **options):
    """Two lifters on clips of twelve athletes, so that nothing is said of few."""
    return study_of_scores(made_scores(mm, deg, lifters=["a", "b"], **options), QUICK)


def test_pairs_are_said_as_in_the_report(study):
    for row, pair in zip(of_kind(study, Kind.PAIR), study.pairs, strict=True):
        others = [other for other in study.other_pairs if {other.fewer_mm, other.other} == set(row.names)]
        assert len(others) == 2 and row.said.startswith(verdict_line(pair, others))
        assert row.verdict is pair.verdict
        assert f"in {pair.alike} of 3 athletes" in " ".join(row.lines).replace("\xa0", " ")


def test_a_verdict_that_hangs_on_the_alignment_is_marked():
    """Errors by MPJPE are the reverse of those by the other two."""
    rng = np.random.default_rng(1)
    deg = np.array([[9.0], [6.0]]) + rng.normal(0, 0.2, (2, 12))
    scores = made_scores(np.array([[40.0], [60.0]]) + rng.normal(0, 1, (2, 12)), deg, lifters=["a", "b"])
    scores.positions[:, 1:] = scores.positions[::-1, 1:]
    (row,) = of_kind(study_of_scores(scores, QUICK), Kind.PAIR)
    assert row.warned and str(row.verdict) == "reversed"
    assert "⚠ agrees by N-MPJPE and P-MPJPE: a matter of the alignment" in row.lines
    scores.positions[:, 1:] = scores.positions[:, :1]
    (row,) = of_kind(study_of_scores(scores, QUICK), Kind.PAIR)
    assert not row.warned and "the same by N-MPJPE and P-MPJPE" in row.lines[2]


def test_of_an_angle_nothing_is_said_that_is_of_all(study):
    around = Around(StudyPlot.ANGLE, 10, "Left knee flexion")
    for row, pair in zip(of_kind(study, Kind.PAIR, around), study.pairs, strict=True):
        assert "left knee flexion error" in row.said and f"in {pair.alike} of 3 athletes" not in row.said
        flips, lines = pair.flips_by_angle[10], " ".join(row.lines).replace("\xa0", " ")
        assert f"{round(flips.share.value * flips.clips)} of {flips.clips} clips flip" in lines
        p = pair.tests[10].p_adjusted
        assert f"p {p:.{3 if p < 0.1 else 2}f} corrected" in lines


def test_reservations_stand_above_the_verdicts(study):
    first, second, *_ = rows_of(study, Around(unlike={LIFTERS[0]: (f"x against y: {DIFFERENT_POINTS}",)}))
    assert first.kind is Kind.HEAD and second.title.startswith("⚠ 3 athletes: intervals are mostly too narrow")
    assert "Unlike joints: x against y" in second.said and "lifters' joints" in second.title
    assert "confounders are not taken out" in second.title
    one = made([[10, 11, 12], [20, 22, 21]], [[9, 9, 8], [4, 5, 5]], athletes=["lab/S1"] * 3, takes=["S1_Walk_1"] * 3)
    assert rows_of(one, Around())[1].title.startswith("⚠ One take alone gives no intervals")
    assert "(one take alone gives no interval)" in of_kind(one, Kind.PAIR)[0].lines[0].replace("\xa0", " ")
    many = made(np.full((2, 12), 50.0) + np.arange(12), np.full((2, 12), 9.0) + np.arange(12))
    assert "too narrow" not in rows_of(many, Around())[1].title


def test_ranks_of_lifters_stand_under_the_first_question(study):
    rows = rows_of(study, Around())
    heads = [place for place, row in enumerate(rows) if row.kind is Kind.HEAD]
    place = next(place for place, row in enumerate(rows) if row.title.startswith("Ranks of the 3 lifters"))
    assert heads[0] < place < heads[1]
    one = study.between[0]
    assert f"τ {one.kendall.value:.2f}".replace("-", "−") in rows[place].said
    assert f"ρ {one.spearman.value:.2f}".replace("-", "−") in rows[place].said
    assert "by chance in 1 of 6 cases" in rows[place].said


@pytest.mark.parametrize(
    ("plot", "points", "names"),
    [(StudyPlot.ATHLETES, "by_athlete", "athletes"), (StudyPlot.ACTIVITIES, "by_activity", "activities")],
)
def test_groups_are_counted_by_their_own_means(study, plot, points, names):
    rows = rows_of(study, Around(plot))
    assert rows[0].kind is Kind.HEAD and rows[0].title.startswith("By ")
    means = {(p.group, p.lifter): (p.positions_mm["mpjpe_mm"].value, p.mae_deg.value) for p in getattr(study, points)}
    groups = sorted({group for group, _ in means})
    for row, pair in zip(rows[1:4], study.pairs, strict=True):
        signs = [np.sign(np.subtract(means[group, pair.fewer_mm], means[group, pair.other])) for group in groups]
        flips = sum(mm != deg for mm, deg in signs)
        assert f"contradict each other in {flips} of {len(groups)} {names}" in row.said


def test_before_intervals_are_there_nothing_is_decided(demo_rows, study):
    _, bare = finished(study_steps(demo_rows, LIFTERS, QUICK, intervals=False))
    for row, pair in zip(of_kind(bare, Kind.PAIR), study.pairs, strict=True):
        assert row.verdict is None and "computing intervals…" in row.said
        assert row.lines[0].replace("\xa0", " ").startswith(f"{-pair.mm.value:.1f} mm less")
    assert summary(bare, Around(), None) == "computing intervals…"
    assert not any("no interval" in row.said for row in rows_of(bare, Around()))


def test_verdicts_in_a_line(study):
    verdicts = [pair.verdict for pair in study.pairs]
    said = summary(study, Around(), None)
    assert said.startswith("3 pairs: ") and said.endswith("⚠")
    for verdict in set(verdicts):
        assert f"{verdicts.count(verdict)} {verdict}" in said
    pair = study.pairs[1]
    assert f": {pair.verdict}\u00a0⚠" in summary(study, Around(), (pair.fewer_mm, pair.other))


@pytest.mark.parametrize("margin", [0.5, 3.0, 60.0])
def test_another_margin_is_what_the_engine_finds_with_it(demo_rows, study, margin):
    found, expected = with_margin(study, margin), study_of(demo_rows, LIFTERS, replace(QUICK, margin_deg=margin))
    assert found.pairs == expected.pairs and found.other_pairs == expected.other_pairs
    assert found.options == expected.options
    assert with_margin(found, MARGIN_DEG).pairs == study.pairs


def test_the_line_below_says_of_how_many_and_how_far(demo_rows, study):
    assert below_said(None, Standing(0, 8)) == "0 of 8 clips scored"
    assert below_said(study, Standing(8, 8)) == "8 clips · 200 resamples"
    assert below_said(study, Standing(8, 8, wanted=10_000)) == "8 clips · 200 of 10,000 resamples, computing…"
    stopped = Standing(8, 8, wanted=10_000, stopped=True)
    assert below_said(study, stopped) == "8 clips · stopped at 200 of 10,000 resamples"
    assert "2 of 8 pass the filter; numbers are of all 8" in below_said(study, Standing(8, 8, passing=2))
    assert "hidden elsewhere, compared here: x and y" in below_said(study, Standing(8, 8, hidden=("x", "y")))
    few = [replace(row, lifters=row.lifters[:2]) if place < 4 else row for place, row in enumerate(demo_rows)]
    assert below_said(study_of(few, LIFTERS, QUICK), Standing(8, 8)).startswith(
        "4 of 8 clips compared (4 of 8 clips: not scored for every lifter on the same frames and joints)")  # fmt: skip
