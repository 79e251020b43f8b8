"""What single figures say of themselves: units, how many, the floor, chance, and marks that mean one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from core.evaluation import ReferenceKind
from core.report.anatomy import anatomy
from core.report.by_angle import by_angle
from core.report.by_group import by_group
from core.report.clips import clips
from core.report.facts import floor_deg, floor_intervals, floors_deg, foot, near_floor, rig_notes
from core.report.records import Drawing, Subject
from core.report.slopes import slopes
from core.report.style import ACTIVITIES, SHADE, looks_of, styled
from core.study.slopes import Slopes
from core.study.study import StudyOptions, study_of_scores
from tests.core.study.made import made_scores


def small_print(drawing: Drawing) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in drawing.figure.texts)


@pytest.fixture(scope="module")
def reasons(results, subject) -> tuple[Drawing, ...]:
    with styled():
        return anatomy(subject).drawings


@pytest.fixture(scope="module")
def angles(subject) -> Drawing:
    with styled():
        return by_angle(subject).drawings[0]


def test_the_foot_says_what_a_figure_shows(subject, reasons, angles):
    positions, shares = map(small_print, reasons)
    assert "arts of the root-relative position error, mm" in positions
    assert not any(word in positions for word in ("Angles by", "angle error", "MPJPE", "floor"))
    assert "hares of the mean square angle error, %, against ISB angles" in shares and "mean absolute" not in shares
    assert "MPJPE" not in shares and "Mean absolute angle error, °" in small_print(angles)
    assert "MPJPE" not in small_print(angles)


def test_slopes_say_of_how_many_frames_they_are(subject):
    values = np.random.default_rng(1).uniform(0, 1, (3, 12, 17))
    with styled():
        section = slopes(replace(subject, slopes=Slopes(*values, frames=400, clips=200)))
    assert section is not None
    said = small_print(section.drawings[0])
    assert said.startswith("n = 400 frames of 200 clips. Slopes of the estimator")
    assert not any(word in said for word in ("MPJPE", "8 clips", "against", "mean absolute"))
    assert "Angles by network" in said


def test_the_foot_is_as_before_where_nothing_is_asked_for(subject):
    assert foot(subject)[0].startswith(
        "n = 8 clips of 8 takes, 3 athletes. MPJPE root-centred, mm; mean absolute angle"
    )
    assert "Angles by" not in foot(subject, shows="lengths, mm", angles=False)[0]


def test_floors_are_those_of_the_table_of_the_run(subject, results):
    """Of a column of the table that the study does not read, pooled here by hand."""
    table = pl.read_parquet(results / "evaluations.parquet").filter(lifter="reference")
    total = (pl.col("floor_mae_deg") * pl.col("floor_count")).sum() / pl.col("floor_count").sum()
    by_angle = dict(table.group_by("angle").agg(total).iter_rows())
    assert floors_deg(subject) == pytest.approx([by_angle[angle.name] for angle in subject.angles], rel=1e-9)
    assert floor_deg(subject) == pytest.approx(by_angle["all"], rel=1e-9)
    for of, value in zip(floor_intervals(subject), (floor_deg(subject), *floors_deg(subject)), strict=True):
        assert of.value == pytest.approx(value) and of.low < of.value < of.high


def test_a_floor_that_hides_a_lifter_is_named(subject):
    """The demo's floor is of hips that lie elsewhere: 7 degrees of flexion, of lifters' 9 to 12."""
    assert near_floor(subject) == dict.fromkeys(("Left hip flexion", "Right hip flexion"), subject.lifters)
    stand_in = replace(subject.study, scores=replace(subject.study.scores, kind=ReferenceKind.STAND_IN))
    without = replace(subject, study=stand_in)
    assert near_floor(without) == {} and np.isnan(floors_deg(without)).all() and np.isnan(floor_deg(without))


def test_the_floor_of_each_angle_is_drawn_and_told(subject, angles):
    floors = dict(zip((angle.name for angle in subject.angles), floors_deg(subject), strict=True))
    assert dict(angles.numbers.select("angle", "floor_mae_deg").unique().iter_rows()) == floors
    drawn = {round(float(bar.get_width()), 9) for axes in angles.figure.axes for bar in axes.patches}
    assert drawn == {round(float(value), 9) for value in floors.values()}
    with styled():
        errors = by_angle(subject).tables[0]
    assert errors.heads[:2] == ("angle", "floor, °") and [row[0] for row in errors.rows][:1] == ["Left hip flexion"]
    assert errors.rows[0][1].startswith("7.24 (") and errors.rows[0][2].startswith("† 10.87 (")
    assert not any("†" in cell for row in errors.rows[2:] for cell in row)


def test_a_stand_in_has_no_floor_to_draw(subject):
    study = replace(subject.study, scores=replace(subject.study.scores, kind=ReferenceKind.STAND_IN))
    with styled():
        drawing = by_angle(replace(subject, study=study)).drawings[0]
    assert drawing.numbers["floor_mae_deg"].null_count() == len(drawing.numbers)
    assert len(drawing.figure.legends[0].get_texts()) == len(subject.lifters)


def of_athletes(subject: Subject, deg: Sequence[Sequence[float]], athletes: Sequence[str]) -> Subject:
    """Two lifters, ``b`` with 10 mm more on every clip. deg : of each lifter and clip."""
    n = len(athletes)
    scores = made_scores([[50.0 + k % 3 for k in range(n)], [60.0 + k % 3 for k in range(n)]], deg, athletes=athletes,
                         lifters=("a", "b"))  # fmt: skip
    about = next(iter(subject.record["lifters"].values()))
    study = study_of_scores(scores, StudyOptions(resamples=400))
    return replace(subject, study=study, record={**subject.record, "lifters": {"a": about, "b": about}})


def test_places_that_are_changed_by_chance_are_told_apart(subject):
    """Of four athletes the first is reversed on every take, the second by 0.01 degrees on average, the third has too
    few takes for any interval, and the fourth agrees.
    """
    athletes = ["w"] * 8 + ["x"] * 8 + ["y"] * 5 + ["z"] * 8
    more = [2.0, 3.0] * 4 + [2.0, -1.98] * 4 + [2.0] * 5 + [-3.0] * 8
    made = of_athletes(subject, [[12.0 + each for each in more], [12.0] * len(more)], athletes)
    with styled():
        section = by_group(made)
    assert section is not None
    text = " ".join(section.text)
    assert "two orders of 2 lifters that have nothing to do with each other differ in 1 of 2 cases" in text
    assert "at least 6 takes of one athlete" in text
    assert ("change places in 3 of 4 athletes; of the 3 that have so many takes or athletes, both differences of two "
            "are beyond their intervals in 1.") in text  # fmt: skip
    assert "change places in 1 of 1 activity; none has so many takes or athletes." in text
    numbers = section.drawings[0].numbers.filter(lifter="a")
    found = dict(numbers.select("athlete", "reversed").iter_rows())
    assert found == {"w": True, "x": False, "y": None, "z": False}
    wide = [max(line.get_linewidth() for line in axes.lines if len(line.get_xdata()) == 2)
            for axes in section.drawings[0].figure.axes[:4]]  # fmt: skip
    assert wide[0] > 1.5 and max(wide[1:]) < 1


def test_both_rigs_stand_in_one_line(subject):
    assert rig_notes(subject) == (
        "joints of Human3.6M against AthletePose3D running (2 clips) and AthletePose3D skating and track & field "
        "(6 clips): they stand for different points (the hips, by definition, by about 80 mm), so that part of the "
        "error is definition",
    )


def test_lifters_look_the_same_in_every_order():
    names = ("c", "a", "b")
    assert looks_of({"lifters": dict.fromkeys(names)}) == looks_of({"lifters": dict.fromkeys(sorted(names))})


def test_shapes_of_clips_are_activities_alone(subject):
    with styled():
        section = clips(subject)
    assert section is not None
    figure = section.drawings[0].figure
    assert all(axes.get_legend() is None for axes in figure.axes)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[1] == "videopose3d-compact\nless motionbert-compact"
    marks = [handle.get_marker() for handle in figure.legends[0].legend_handles if hasattr(handle, "get_marker")]
    assert len(marks) == len(set(marks)) == len(set(subject.study.scores.activities))


def luminance(colour: str) -> float:
    """Relative, after WCAG 2.2."""
    parts = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(colour: str, ground: str) -> float:
    dark, light = sorted((luminance(colour), luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def test_colours_stand_out_from_paper_and_from_the_shade():
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # as WebAIM's checker has it
    colours = [*ACTIVITIES, *(look.colour for look in looks_of({"lifters": dict.fromkeys("abcdefgh")}).values())]
    assert len(set(colours)) == 15
    for colour in colours:
        assert min(contrast(colour, ground) for ground in ("#ffffff", SHADE)) >= 3, colour
