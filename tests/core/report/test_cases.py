"""Results that are less than a report needs, or other than it hopes for: said in a line, or everywhere."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.errors import OutputError
from core.report.anatomy import anatomy
from core.report.build import files_of, read_subject
from core.report.by_angle import by_angle
from core.report.by_group import by_group
from core.report.clips import clips
from core.report.facts import foot
from core.report.flips import flips
from core.report.folder import write_report
from core.report.in_short import in_short, verdict_lines, warnings_of
from core.report.methods import methods, references
from core.report.overall import overall
from core.report.page import page_html
from core.report.records import Drawing, Section, Subject
from core.report.style import fitted, looks_of, styled, text_width_mm, wrapped
from core.study.pairs import Equivalence
from core.study.resampling import Interval
from core.study.study import StudyOptions
from core.study.words import level_words, listed, number, of_chance, several, verdict_line
from tests.core.report.conftest import QUICK
from tests.core.report.made import edited


def failed(*arguments: str, code: int = 1) -> str:
    """The one line that the command ends with."""
    ended = CliRunner().invoke(app, ["report", *arguments])
    assert ended.exit_code == code, ended.output
    assert ended.stdout == ""
    lines = [line for line in ended.stderr.splitlines() if "error:" in line]
    assert len(lines) == 1 and "Traceback" not in ended.stderr
    return lines[0]


def test_folders_that_cannot_be_reported_on(results, tmp_path):
    assert "holds no finished run" in failed(str(tmp_path))
    floor = edited(results, tmp_path / "floor", run=lambda record: record.update(lifters={}))
    assert "holds the floor alone, no lifter" in failed(str(floor))
    bare = edited(results, tmp_path / "bare")
    (bare / "evaluations.parquet").unlink()
    assert f"{bare}: no clip could be scored" in failed(str(bare))
    (bare / "evaluations.parquet").write_bytes(b"PAR1 and no more")
    assert "evaluations.parquet: cannot be read" in failed(str(bare))
    assert not (bare / "report").exists()


def test_options_that_cannot_be(results, tmp_path):
    out = ("--out", str(tmp_path / "out"))
    assert "no lifter 'someone'" in failed(str(results), *out, "--lifters", "someone", code=2)
    assert "names no lifter" in failed(str(results), *out, "--lifters", " , ", code=2)
    assert "unknown position error 'mm'" in failed(str(results), *out, "--by", "mm", code=2)
    assert "between 0 and 1" in failed(str(results), *out, "--level", "95", code=2)
    assert not (tmp_path / "out").exists()


def test_folders_of_others_are_left_alone(results, folder, tmp_path):
    assert "holds a report" in failed(str(results))
    (tmp_path / "notes.txt").write_text("mine")
    for more in ((), ("--overwrite",)):
        assert "holds no report of anglescope" in failed(str(results), "--out", str(tmp_path), *more)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert "is a file" in failed(str(results), "--out", str(tmp_path / "notes.txt"))


def test_an_earlier_report_is_replaced_and_nothing_else(tmp_path):
    write_report(tmp_path, {"study.json": b"{}", "figures/old.svg": b"<svg/>", "report.html": b"<html></html>"})
    (tmp_path / "figures" / "mine.txt").write_text("kept")
    write_report(tmp_path, {"study.json": b"{}", "figures/new.svg": b"<svg/>"})
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"study.json", "new.svg", "mine.txt"}


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(OutputError):
        write_report(tmp_path / "out", {"figures/a.svg": b"<svg/>", "nowhere/b.svg": b"", "study.json": b"{}"})
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("name", ["jinja2", "matplotlib"])
def test_a_missing_package_is_one_line(results, monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    assert f"report needs {name}: pip install 'anglescope[report]'" in failed(str(results), code=2)


def test_one_lifter_has_no_pairs_but_a_report(results):
    subject = read_subject(results, QUICK, ["simplebaseline3d-compact"])
    assert [maker(subject) for maker in (by_group, flips, clips)] == [None] * 3
    (line,) = verdict_lines(subject)
    assert line.startswith("simplebaseline3d-compact: MPJPE 147.9 (") and "nothing to compare" in line
    assert "Westfall" not in " ".join((*methods(subject), *references(subject)))
    page = page_html(subject, in_short(subject), [], {}).decode()
    assert line in page and "position error (MPJPE) and joint-angle error" in page


def test_lifters_can_be_chosen_and_ordered_and_keep_their_looks(results):
    names = ["videopose3d-compact", "motionbert-compact"]
    subject = read_subject(results, QUICK, names)
    assert list(subject.lifters) == names and len(subject.study.pairs) == 1
    whole = looks_of(subject.record)
    assert len({look.colour for look in whole.values()}) == len({look.mark for look in whole.values()}) == 3


@pytest.fixture(scope="module")
def stand_in(results, tmp_path_factory) -> Subject:
    """The same clips as if they had no labelled points, one lifter simulated."""

    def without_floor(table: pl.DataFrame) -> pl.DataFrame:
        nothing = pl.when(pl.lit(value=True)).then(None).otherwise(pl.col("floor_mae_deg")).alias("floor_mae_deg")
        return table.with_columns(nothing, floor_count=pl.lit(0.0), reference=pl.lit("stand_in"))

    def simulate(record: dict) -> None:
        record["lifters"]["motionbert-compact"]["simulated"] = True

    made = edited(results, tmp_path_factory.mktemp("stand_in") / "made", table=without_floor, run=simulate)
    return read_subject(made, QUICK)


def test_a_stand_in_and_a_simulation_are_said_everywhere(stand_in):
    assert warnings_of(stand_in)[0].startswith("STAND-IN REFERENCE")
    assert warnings_of(stand_in)[1].startswith("SIMULATED: motionbert-compact")
    small_print = " ".join(foot(stand_in))
    assert "STAND-IN" in small_print and "SIMULATED: motionbert-compact" in small_print and "floor" not in small_print
    said = " ".join(methods(stand_in))
    assert (
        "No clip had labelled points" in said and "SIMULATED from the reference" in said and "(the floor)" not in said
    )
    page = page_html(stand_in, in_short(stand_in), [], {}).decode()
    assert "angles are held against a stand-in for ISB angles; simulated: motionbert-compact" in page
    with styled():
        drawing = overall(stand_in).drawings[0]
    assert "STAND-IN" in " ".join(text.get_text() for text in drawing.figure.texts)


def test_without_reasons_the_anatomy_says_how_to_get_them(stand_in):
    section = anatomy(stand_in)
    assert section.drawings == () and "anglescope score --reasons" in section.text[0]


def test_what_comes_from_elsewhere_is_escaped(stand_in):
    record = json.loads(json.dumps(stand_in.record))
    record["problems"] = ["<script>alert(1)</script> & more"]
    page = page_html(replace(stand_in, record=record), in_short(stand_in), [], {}).decode()
    assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


def test_another_section_plugs_in(subject):
    """A function that makes one is all there is to it."""
    from core.report.style import sheet

    def budget(of: Subject) -> Section:
        drawing = Drawing("budget", "What is seen", sheet(20, foot(of)), pl.DataFrame({"part": ["rig"], "deg": [1.5]}))
        return Section("budget", "Error budget", ("A paragraph.",), (drawing,))

    run, files = files_of(subject, (budget,)), {}
    try:
        assert next(run) == "Error budget"
        while True:
            next(run)
    except StopIteration as end:
        files = end.value
    assert files["figures/budget.csv"] == b"part,deg\nrig,1.5\n"
    page = files["report.html"].decode()
    assert "Figure 1." in page and 'id="figure-budget"' in page and "A paragraph." in page


def test_numbers_in_words():
    assert [number(-0.04), number(-1.25, 2), number(float("nan"))] == ["0.0", "−1.25", "–"]
    assert [several(1, "clip"), several(1200, "clip"), several(2, "activity")] == [
        "1 clip",
        "1,200 clips",
        "2 activities",
    ]
    assert [listed(["a"]), listed(["a", "b", "c"]), of_chance(1 / 6)] == ["a", "a, b and c", "1 of 6 cases (17 %)"]
    assert [level_words(0.95), level_words(0.999)] == ["95 %", "99.9 %"]


def test_verdicts_in_words(subject):
    pair = replace(subject.study.pairs[0], fewer_mm="A", other="B", mm=Interval(-20.04, -35.6, -4.5),
                   deg=Interval(2.0, 0.5, 3.4), alike=2, athletes=3)  # fmt: skip
    first = "A has 20.0 mm less MPJPE than B (95 % interval 4.5 to 35.6) but 2.0° more angle error (0.5 to 3.4)"
    reversed_ = f"{first}: reversed, in 2 of 3 athletes, though alike within 5°."
    assert verdict_line(pair) == reversed_
    agreeing = replace(pair, deg=Interval(-2.0, -3.4, -0.5), by="p_mpjpe_mm",
                       equivalence=Equivalence(1.5, pair.deg))  # fmt: skip
    assert verdict_line(agreeing).endswith("less P-MPJPE than B (95 % interval 4.5 to 35.6) and 2.0° less angle error "
                                           "(0.5 to 3.4): agrees, in 2 of 3 athletes.")  # fmt: skip
    by_n = replace(agreeing, by="n_mpjpe_mm")
    told = "⚠ But agrees by P-MPJPE and N-MPJPE: a matter of the alignment."
    assert verdict_line(pair, (agreeing, by_n)) == f"{reversed_} {told}"
    assert verdict_line(pair, (replace(pair, by="p_mpjpe_mm"),)) == reversed_
    unclear = replace(pair, mm=Interval(-20.0, -35.6, 4.5, 0.9), deg=Interval(-1.0, -2.0, 0.2, 0.9))
    first = "A has 20.0 mm less MPJPE than B (90 % interval −4.5 to 35.6) and 1.0° less angle error (−0.2 to 2.0)"
    assert verdict_line(unclear) == f"{first}: undecided, because the intervals of MPJPE and angle error hold 0."


def test_few_clusters_and_unlike_joints_are_warned_of(subject):
    lines = warnings_of(subject)
    assert lines[0].startswith("Few clusters (3 athletes and their 8 takes)")
    assert sum("they stand for different points" in line for line in lines) == 1


def test_small_print_is_broken_to_fit():
    lines = wrapped("some words of small print " * 20, 50, 6.5)
    assert len(lines) > 5 and max(text_width_mm(line, 6.5) for line in lines) <= 50


def test_options_reach_the_study(results, tmp_path: Path):
    subject = read_subject(results, StudyOptions(by="p_mpjpe_mm", margin_deg=1, resamples=200, level=0.9))
    assert "P-MPJPE after the best similarity per frame, mm" in foot(subject)[0] and "90 %" in foot(subject)[0]
    said = " ".join(methods(subject))
    assert "±1°" in said and "McGinley" not in said + " ".join(references(subject))


def test_the_readme_shows_what_is_printed(results):
    """Words equal, numbers within one unit of the last digit shown (other processors round otherwise). What the budget
    adds behind a warning sign has tests of its own.
    """
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    shown = [line.partition(" ⚠ With")[0] for line in readme.split("$ anglescope report results\n")[1].splitlines()[:3]]
    printed = verdict_lines(read_subject(results, StudyOptions()))
    digits = re.compile(r"\d+\.\d+")
    for ours, theirs in zip(shown, printed, strict=True):
        assert digits.sub("#", ours) == digits.sub("#", theirs)
        numbers = zip(digits.findall(ours), digits.findall(theirs), strict=True)
        assert all(abs(float(a) - float(b)) < 0.101 for a, b in numbers)


def test_long_names_keep_both_ends():
    names = [f"a lifter with quite a long name {k}" for k in range(2)]
    short = [fitted(name, 30) for name in names]
    assert short[0] != short[1] and all(name.startswith("a lifter") and "…" in name for name in short)
    assert all(text_width_mm(name) <= 30 for name in short) and fitted("short", 30) == "short"


def test_an_end_near_0_is_told_so_that_its_side_is_seen(subject):
    pair = replace(subject.study.pairs[0], deg=Interval(0.7, -0.03, 1.5))
    assert "0.7° more angle error (−0.03 to 1.50): undecided" in verdict_line(pair)


def test_eight_lifters_fit_on_a_page(results, tmp_path):
    """The key, the pairs and the ranks of many lifters: no figure higher than A4 leaves room for."""
    names = [f"lifter {k}" for k in range(8)]

    def eight(table: pl.DataFrame) -> pl.DataFrame:
        own = table.filter(lifter="motionbert-compact")
        copies = [own.with_columns(pl.lit(name).alias("lifter"), pl.col("mpjpe_mm") * (1 + k / 10))
                  for k, name in enumerate(names)]  # fmt: skip
        return pl.concat([table.filter(lifter="reference"), *copies])

    def named(record: dict) -> None:
        about = record["lifters"]["motionbert-compact"]
        record["lifters"] = dict.fromkeys(names, about)

    many = read_subject(edited(results, tmp_path / "eight", table=eight, run=named), QUICK)
    assert len(many.study.pairs) == 28 and len({look.colour for look in looks_of(many.record).values()}) == 8
    with styled():
        sections = [maker(many) for maker in (overall, by_angle, by_group, flips, clips)]
    for section in sections:
        for drawing in section.drawings:
            width, height = drawing.figure.get_size_inches() * 25.4
            assert width == pytest.approx(170) and height < 262, drawing.name
    assert len(sections[1].tables) == 1 + 6 and "first 6 of 28 pairs" in sections[1].text[-1]
