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
        assert (row["flips_share"], row["frames"], row["difference_deg_low"]) == (
            part.flips.value, part.frames, part.deg.low)  # fmt: skip
    adds = body.numbers["adds_deg"].to_numpy().reshape(-1, 12).sum(axis=1)
    assert adds == pytest.approx([pair.deg.value for pair in framed.study.pairs])
    assert len(section.tables[0].rows) == 15
    assert "1,8" in section.text[1] and "unrelated orders would give" in section.text[1]


def test_curves_are_drawn_as_they_were_found_and_too_few_people_are_told(framed):
    with styled():
        section = curves(framed)
    assert [drawing.name for drawing in section.drawings] == ["curves_1", "curve_errors_1"]
    numbers = section.drawings[0].numbers
    assert len(numbers) == 12 * 5 * 101
    knee = numbers.filter((numbers["angle"] == "knee_flexion_r") & (numbers["series"] == "reference"))
    assert knee["mean_deg"].to_numpy() == pytest.approx(framed.over_time.curves[0].reference.mean_deg[11])
    assert section.text[1].startswith("Running: 4 cycles of 0.6")
    assert "So few cannot make a p below 0.50" in section.text[1]
    assert all("Nothing differs beyond chance." in drawing.caption for drawing in section.drawings)
    assert section.tables == ()


def test_bars_say_where_lifters_differ(framed):
    """Nine athletes, of whom one lifter is 9 degrees off in the middle of every cycle of the right knee."""
    rng = np.random.default_rng(2)
    clips = []
    for k in range(9):
        errors = np.repeat(rng.normal(0, 1, (3, 1, 12)), 101, axis=1)
        errors[1, 40:61, 11] += 9
        reference = 30 * np.sin(np.arange(101) * 2 * np.pi / 100)
        clips.append(made_frames(f"S{k}_Run_1", framed.lifters, reference, errors, np.ones((3, 101)) * [[1], [2], [3]]))
    study = study_of_frames(clips)
    found = movements_of(study, [clip_curves(clip, 100.0, [(0, 100)], "Run") for clip in clips])
    with styled():
        section = curves(replace(framed, over_time=OverTime(Movements(), None, found, 9, 0)))
        picture = figure_bytes(section.drawings[1].figure, "curve_errors_1", "png")
    assert picture.startswith(b"\x89PNG")
    assert all("Bars: " in drawing.caption for drawing in section.drawings)
    rows = [row for row in section.tables[0].rows if row[2] == "Right knee flexion" and framed.lifters[1] in row[1]]
    against = next(row for row in rows if "reference" in row[1])
    assert against[:1] + against[3:5] == ("Run", "40", "60")
    assert float(against[5]) == pytest.approx(9, abs=1.5) and float(against[6]) == pytest.approx(2 / 512, abs=1e-4)


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
    assert "Running: 4 cycles" in text and "sign flips of whole takes" in text and "frames of 8 clips, split" in text
    assert "Maris & Oostenveld 2007, J Neurosci Methods" in text
    told = json.loads(study_json(framed))
    assert told["moments"]["frames"] == 1870 and set(told["moments"]["pairs"][0]["by"]) == {str(by) for by in By}
    assert told["movements"][0]["cycles"] == 4 and len(told["movements"][0]["tests"]) == 6 * 12
    assert len(told["slopes_deg_per_mm"]) == 12 * 17 and len(told["contributions"][0]["by_angle_deg"]) == 12
    bare = replace(framed, over_time=None, slopes=None, no_frames="no CSVs")
    assert "Maris" not in methods_text(bare)
    assert json.loads(study_json(bare))["no_frames"] == "no CSVs"


def test_without_frames_the_report_says_why(framed):
    bare = replace(framed, over_time=None, no_frames="there are none")
    with styled():
        assert [drawing.name for drawing in moments(bare).drawings] == ["contributions"]
    assert moments(bare).text == ("Moments of clips are not told apart: there are none.",)
    assert curves(bare).text == ("No curves: there are none.",)
    nothing = replace(framed, over_time=OverTime(Movements(), framed.over_time.moments, (), 0, 0))
    assert curves(nothing).text[0].startswith("No clip repeats its movement")


def test_the_command_looks_at_frames(folder):
    told = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert told["moments"]["frames"] == 1870 and told["movements"][0]["name"] == "Running"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "are flips (" in page and "Running: 4 cycles" in page


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
