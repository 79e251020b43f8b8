"""Moments, curves and slopes in the report: what is drawn is what was found, and what is missing is said."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.cli.report import asked_movements
from core.conventions import ShoulderView
from core.marks import change_marks, new_mark
from core.report.build import read_subject
from core.report.curves import curves
from core.report.methods import methods_text
from core.report.moments import moments
from core.report.slopes import slopes
from core.report.style import figure_bytes, styled
from core.report.typed import study_json
from core.scoring.opening import Choices, build_job
from core.study.curves import clip_curves, movements_of
from core.study.moments import By
from core.study.over_time import Movements, OverTime, over_time
from core.study.parts import Trend
from core.study.resampling import Interval
from core.study.slopes import measure_slopes, slopes_of
from tests.core.report.conftest import QUICK
from tests.core.study.made_frames import made_frames, study_of_frames
from tests.scored_runs import score
from tests.simulated_sources import DEMO


def finished(steps):
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            return ended.value


@pytest.fixture(scope="module")
def framed(tmp_path_factory):
    """The demo with single frames, by the geometry estimator, and its slopes."""
    out = tmp_path_factory.mktemp("framed") / "results"
    assert score(DEMO, out).returncode == 0
    subject = read_subject(out, QUICK)
    job = build_job(Choices(DEMO, angles="geometry", jobs=1))
    measured = finished(measure_slopes(job, subject.study.scores.clips, 40))
    found = finished(over_time(out, subject.study, ShoulderView.COMPONENTS))
    return replace(subject, over_time=found, slopes=slopes_of(measured.by_clip.values()))


def test_moments_are_drawn_as_they_were_found(framed):
    with styled():
        section = moments(framed)
    drawn, body = section.drawings
    rows = list(drawn.numbers.iter_rows(named=True))
    found = framed.over_time.moments
    assert len(rows) == len(found.pairs) * (1 + 5 + 5 + 10 + 10)
    speeds = [row for row in rows if row["by"] == "speed" and row["fewer_mm"] == found.pairs[0].fewer_mm][:5]
    for row, part in zip(speeds, found.pairs[0].by[By.SPEED], strict=True):
        assert (row["flips_share"], row["frames"], row["difference_deg_low"], row["excess_share_high"]) == (
            part.flips.value, part.frames, part.deg.low, part.excess.high)  # fmt: skip
        assert row["excess_share"] == pytest.approx(row["flips_share"] - row["expected_share"])
        assert (row["clips"], row["takes"], row["athletes"]) == (part.clips, part.takes, part.athletes)
    few = [row for row in rows if row["frames"] and row["athletes"] < 3]
    assert {row["by"] for row in few} >= {"cycle"}
    ends = [name for name in rows[0] if name.endswith(("_low", "_high"))]
    assert all(row[name] is None for row in few for name in ends) and all(row["flips_share"] is not None for row in few)
    adds = body.numbers["adds_deg"].to_numpy().reshape(-1, 12).sum(axis=1)
    assert adds == pytest.approx([pair.deg.value for pair in framed.study.pairs])
    assert len(section.tables[0].rows) == 15
    counted = found.pairs[0].whole.counted
    assert f"of {counted:,} frames are flips, unrelated orders would give" in section.text[1]
    assert "Fastest fifth less slowest:" in section.text[1] and "98.3 % interval" in section.text[1]
    assert section.text[1].endswith("no trend is shown (3 athletes: too few for one).")
    assert f"n = {counted:,} of 1,870 frames of 8 clips" in " ".join(words_in(drawn.figure))
    assert section.title == "Flips frame by frame, and what each angle adds"


def words_in(figure):
    return " ".join(text.get_text() for text in figure.texts).split()


def test_parts_that_few_feed_are_hollow_and_their_athletes_counted(framed):
    with styled():
        figure = moments(framed).drawings[0].figure
    axes = figure.axes
    pair, marks = framed.over_time.moments.pairs[0], []
    for axis, by in zip(axes[:4], By, strict=True):
        marks = [line for line in axis.lines if line.get_marker() == "o"]
        assert [line.get_markerfacecolor() == "white" for line in marks] == [part.few for part in pair.by[by]]
        assert [line.get_ydata()[0] for line in marks] == pytest.approx(
            [100 * part.excess.value for part in pair.by[by]], nan_ok=True
        )
        counts = [text.get_text() for text in axis.texts if text.get_text().isdigit()]
        assert counts == [str(part.athletes) for part in pair.by[by] if part.frames]
        uprights = [line for line in axis.lines if len(line.get_xdata()) == 2 and line.get_xdata()[0] % 1 == 0]
        assert len(uprights) - 1 == sum(not part.few for part in pair.by[by])  # and the line at 0


def test_a_trend_is_said_where_it_is_shown(framed):
    found = framed.over_time.moments
    excess = Interval(0.24, 0.1, 0.4, 1 - 0.05 / 3)
    pairs = tuple(replace(pair, trend=Trend(excess, 8, enough=True)) for pair in found.pairs)
    with_trend = replace(framed, over_time=replace(framed.over_time, moments=replace(found, pairs=pairs)))
    with styled():
        text = moments(with_trend).text
    assert text[1].endswith("24 percentage points (10 to 40, 98.3 % interval); the excess is larger in fast frames, "
                            "beyond chance.")  # fmt: skip


def test_curves_are_drawn_as_they_were_found_and_too_few_people_are_told(framed):
    with styled():
        section = curves(framed)
    assert [drawing.name for drawing in section.drawings] == ["curves_1", "curve_errors_1"]
    numbers = section.drawings[0].numbers
    assert len(numbers) == 12 * 5 * 101
    knee = numbers.filter((numbers["angle"] == "knee_flexion_r") & (numbers["series"] == "reference"))
    assert knee["mean_deg"].to_numpy() == pytest.approx(framed.over_time.curves[0].reference.mean_deg[11])
    assert section.text[1].startswith("Running: 4 cycles, 2 clips of 2 takes, 2 athletes; a cycle lasts 0.65 s")
    assert "2 athletes" in section.text[1] and "compared over 2 takes" in section.text[1]
    untestable = "Differences are not testable with 2 takes (smallest attainable p 0.50)"
    assert all(untestable in drawing.caption for drawing in section.drawings)
    assert not any(word in drawing.caption for drawing in section.drawings for word in ("beyond chance", "No diff"))
    assert section.tables == ()


def test_one_cycle_in_four_views_is_one_and_cannot_be_tested(framed):
    errors = np.random.default_rng(2).normal(0, 1, (3, 101, 12))
    reference = 30 * np.sin(np.arange(101) * 2 * np.pi / 100)
    clips = [made_frames(f"S1_Squat_1_cam_{k}", framed.lifters, reference, errors, np.ones((3, 101)) * [[1], [2], [3]])
             for k in range(4)]  # fmt: skip
    study = study_of_frames(clips, athletes=["S1"] * 4, takes=["Squat 1"] * 4)
    found = movements_of(study, [clip_curves(clip, 100.0, [(0, 100)], "Squat") for clip in clips])
    with styled():
        section = curves(replace(framed, over_time=OverTime(Movements(), None, found, 4, 0)))
    first, second = section.drawings
    assert first.caption.startswith("Squat, 1 cycle in 4 views, 4 clips of 1 take, 1 athlete: ")
    assert "no bands, as there is one cycle" in first.caption
    assert "not testable with 1 take" in first.caption and "not testable with 1 take" in second.caption
    assert first.numbers["sd_deg"].null_count() == len(first.numbers) and set(first.numbers["cycles"]) == {1}


def test_lifters_have_lines_of_their_own(framed):
    with styled():
        figure = curves(framed).drawings[0].figure
    for axes in figure.axes:
        lines = [line for line in axes.lines if len(line.get_xdata()) == 101]
        patterns = {(str(line._unscaled_dash_pattern), line.get_linewidth()) for line in lines}
        assert len(lines) == len(patterns) == 5


def test_bars_say_where_lifters_differ(framed):
    """Nine athletes, of whom one lifter is 25 degrees off in the middle of every cycle of the right knee."""
    rng = np.random.default_rng(2)
    clips = []
    for k in range(9):
        errors = np.repeat(rng.normal(0, 1, (3, 1, 12)), 101, axis=1)
        errors[1, 40:61, 11] += 25
        reference = 30 * np.sin(np.arange(101) * 2 * np.pi / 100)
        clips.append(made_frames(f"S{k}_Run_1", framed.lifters, reference, errors, np.ones((3, 101)) * [[1], [2], [3]]))
    study = study_of_frames(clips)
    found = movements_of(study, [clip_curves(clip, 100.0, [(0, 100)], "Run") for clip in clips])
    with styled():
        section = curves(replace(framed, over_time=OverTime(Movements(), None, found, 9, 0)))
        picture = figure_bytes(section.drawings[1].figure, "curve_errors_1", "png")
    assert picture.startswith(b"\x89PNG")
    against, between = (drawing.caption for drawing in section.drawings)
    test = "Cluster permutation test by sign flips of 9 athletes (all 512 signs), level 5 %, corrected for 3 "
    assert f"{test}lifters × 12 angles. Bars: " in against and f"{test}pairs × 12 angles. Bars: " in between
    assert "± SD over 9 cycles" in against
    rows = [row for row in section.tables[0].rows if row[2] == "Right knee flexion" and framed.lifters[1] in row[1]]
    row = next(row for row in rows if "reference" in row[1])
    assert row[:1] + row[3:4] == ("Run", "40 to 60")
    assert float(row[4]) == pytest.approx(25, abs=1.5) and float(row[5]) == pytest.approx(2 / 512, abs=1e-4)
    names = [text.get_text() for text in section.drawings[1].figure.legends[0].get_texts()]
    assert sorted(names)[:3] == [f"{k} {name}" for k, name in enumerate(framed.lifters, 1)]
    assert sorted(names)[3:] == ["bar: the first of the row errs less", "bar: the first of the row errs more"]
    pairs = [(framed.lifters.index(pair.fewer_mm) + 1, framed.lifters.index(pair.other) + 1) for pair in study.pairs]
    knee = section.drawings[1].figure.axes[11]
    assert [text.get_text() for text in knee.texts] == [f"{one}–{two}" for one, two in pairs if 2 in (one, two)]
    filled = [bar.get_facecolor() != (1, 1, 1, 1) for bar in knee.patches if bar.get_height() > 0.02]
    assert filled == [one == 2 for one, two in pairs if 2 in (one, two)]  # the first of the row errs more


@pytest.mark.parametrize(("athletes", "reservation"), [
    (3, "Takes of 3 athletes are taken as exchangeable: p is too small."),
    (1, "Takes are of one athlete: nothing is said of others."),
])  # fmt: skip
def test_bars_over_whole_cycles_and_over_takes_are_told(framed, athletes, reservation):
    clips = []
    for k in range(8):
        errors = np.random.default_rng(k).normal(0, 0.1, (3, 101, 12)) + np.array([9.0, 0, 0])[:, None, None]
        clips.append(
            made_frames(f"clip {k}", framed.lifters, np.zeros(101), errors, np.ones((3, 101)) * [[1], [2], [3]])
        )
    study = study_of_frames(clips, athletes=[f"athlete {k % athletes}" for k in range(8)])
    found = movements_of(study, [clip_curves(clip, 100.0, [(0, 100)], "Run") for clip in clips])
    with styled():
        section = curves(replace(framed, over_time=OverTime(Movements(), None, found, 8, 0)))
    caption = section.drawings[0].caption
    assert "sign flips of 8 takes (all 256 signs)" in caption and caption.endswith(reservation)
    bars = sum(s.p_all < 0.05 for each in found[0].comparisons[:3] for test in each.tests for s in test.stretches)
    assert f"12 of {bars} bars go over the whole cycle and localise nothing." in caption
    assert sum(row[3] == "whole cycle" for row in section.tables[0].rows if "reference" in row[1]) == 12


def test_slopes_are_drawn_by_angle_and_joint(framed):
    with styled():
        section = slopes(framed)
    numbers = section.drawings[0].numbers
    assert len(numbers) == 12 * 17
    wrist = numbers.filter((numbers["angle"] == "elbow_flexion_l") & (numbers["joint"] == "l_wrist"))
    assert wrist["across_deg_per_mm"].to_list() == pytest.approx([framed.slopes.across[8, 13]])
    pelvis = numbers.filter(numbers["joint"] == "pelvis")
    assert pelvis["across_deg_per_mm"].null_count() == 12 and pelvis["steepest_deg_per_mm"].null_count() == 0
    assert "Most expensive is a millimetre of the" in section.text[1]
    assert slopes(replace(framed, slopes=None)) is None


def test_words_and_numbers_say_what_was_done(framed):
    text = " ".join(methods_text(framed).split())
    counted = framed.over_time.moments.pairs[0].whole.counted
    assert f"Flips were also counted frame by frame, in {counted:,} of 1,870 frames" in text and counted < 1870
    assert "corrected for 3 pairs (Bonferroni)" in text and "are not corrected for their number" in text
    assert "Running: 4 cycles" in text and "not testable for want of athletes or takes in Running (2 takes)" in text
    assert "frames of 8 clips, split" in text
    assert "Maris & Oostenveld 2007, J Neurosci Methods" in text
    told = json.loads(study_json(framed))
    assert told["moments"]["frames"] == 1870 and set(told["moments"]["pairs"][0]["by"]) == {str(by) for by in By}
    assert (told["movements"][0]["cycles"], told["movements"][0]["views"]) == (4, 4)
    assert len(told["movements"][0]["tests"]) == 6 * 12
    assert {(test["testable"], test["least_p"], test["signs"]) for test in told["movements"][0]["tests"]} == {
        (False, 0.5, 4)
    }
    trend = told["moments"]["pairs"][0]["trend"]
    assert trend["enough"] is False and trend["excess"]["level"] == pytest.approx(1 - 0.05 / 3)
    assert len(told["slopes_deg_per_mm"]) == 12 * 17 and len(told["contributions"][0]["by_angle_deg"]) == 12
    bare = replace(framed, over_time=None, slopes=None, no_frames="no CSVs")
    assert "Maris" not in methods_text(bare)
    assert json.loads(study_json(bare))["no_frames"] == "no CSVs"


def test_without_frames_the_report_says_why(framed):
    bare = replace(framed, over_time=None, no_frames="there are none")
    with styled():
        assert [drawing.name for drawing in moments(bare).drawings] == ["contributions"]
    assert moments(bare).text == ("Flips are not counted frame by frame: there are none.",)
    assert curves(bare).text == ("No curves: there are none.",)
    nothing = replace(framed, over_time=OverTime(Movements(), framed.over_time.moments, (), 0, 0))
    assert curves(nothing).text[0].startswith("No clip repeats its movement")


def test_the_command_looks_at_frames(folder):
    told = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert told["moments"]["frames"] == 1870 and told["movements"][0]["name"] == "Running"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "are flips, unrelated" in page and "Running: 4 cycles" in page


def test_movements_are_asked_for_by_marks_or_an_angle(tmp_path):
    marks = tmp_path / "marks.json"
    made = tuple(new_mark(name, "S1_Throw_1_cam_4", 9, 30) for name in ("release", "aim", "release"))
    change_marks(marks, lambda _: made, "demo")
    asked = asked_movements("hip_flexion_r", marks)
    assert (asked.names, asked.marks) == (("aim", "release"), made)
    assert asked_movements("knee_flexion_l", None) == Movements("knee_flexion_l")


def test_the_command_refuses_movements_that_are_not_there(framed, tmp_path):
    command = ["report", str(framed.folder), "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(app, [*command, "--cycle-angle", "hip"])
    assert refused.exit_code == 2 and "unknown angle 'hip'" in refused.stderr
    empty = CliRunner().invoke(app, [*command, "--marks", str(tmp_path / "none.json")])
    assert empty.exit_code == 1 and "holds no marks" in empty.stderr
    assert not (tmp_path / "out").exists()
