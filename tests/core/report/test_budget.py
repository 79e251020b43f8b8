"""The budget in the report: measured where the run can be opened again, marked where a finding hangs on it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli.again import job_again
from core.cli.app import app
from core.errors import DataError
from core.report.budget import budget
from core.report.build import read_subject
from core.report.in_short import verdict_lines
from core.report.methods import methods_text
from core.report.typed import study_json
from core.results.folder import RUN, read_run
from core.study.budget.confounders import Confounder
from core.study.budget.normalisation import read_normalisations
from core.study.pairs import Verdict
from core.study.resampling import Interval
from tests.core.report.conftest import DEMO, QUICK
from tests.core.study.test_budget import measured_all
from tests.planted import planted_dataset


@pytest.fixture(scope="module")
def definition(tmp_path_factory):
    """Scored results of a dataset in which only a joint definition makes one lifter look worse."""
    root = planted_dataset(tmp_path_factory.mktemp("reported") / "definition", "definition")
    return run_score(root, root.parent / "results")


def run_score(dataset: Path, out: Path) -> Path:
    """Scored by the command, which records itself."""
    arguments = ["score", str(dataset), "--out", str(out), "--no-clip-csv", "-j", "1"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["anglescope", *arguments])
        assert CliRunner().invoke(app, arguments).exit_code == 0
    return out


@pytest.fixture(scope="module")
def planted_budget(definition):
    """Its subject and its budget."""
    subject = read_subject(definition, QUICK)
    return subject, measured_all(job_again(subject.record, definition / RUN), subject.study)


@pytest.fixture(scope="module")
def ended(definition):
    return CliRunner().invoke(app, ["report", str(definition), "--resamples", "500", "-j", "1"])


def test_a_finding_that_hangs_on_a_definition_is_marked_everywhere(definition, ended):
    assert ended.exit_code == 0, ended.output
    (line, _) = ended.stdout.strip().splitlines()
    assert "reversed" in line and "constant joint offsets" in line
    assert "no moments and curves:" in ended.stderr and "without --no-clip-csv" in ended.stderr
    page = (definition / "report" / "report.html").read_text(encoding="utf-8")
    assert "⚠ exact less scaled: reversed as scored (−" in page and "agrees without constant joint offsets (" in page
    assert "⚠ reversed → agrees" in page and "put the right hip up to 88 mm apart" in page
    assert (
        "Seams of windows: unknown for exact (24 of 24 clips) and scaled (24" in page
        and "joint definitions" not in page
    )
    told = json.loads((definition / "report" / "study.json").read_text(encoding="utf-8"))["budget"]
    slopes = json.loads((definition / "report" / "study.json").read_text(encoding="utf-8"))["slopes_deg_per_mm"]
    assert len(slopes) == 12 * 17 and max(each["across"] or 0 for each in slopes) > 0.1
    (alone,) = [of for of in told["verdicts"] if of["taken_out"] == ["constant joint offsets"]]
    assert alone["verdict"] == "agrees" and alone["deg"]["high"] < 0 < alone["change_deg"]["low"]
    assert alone["hangs_on_it"] is True and (alone["first"], alone["second"]) == ("exact", "scaled")
    (unknown,) = [of for of in told["verdicts"] if of["taken_out"] == ["seams of windows"]]
    assert (unknown["verdict"], unknown["deg"]["value"], unknown["hangs_on_it"]) == (None, None, False)
    assert [of["bars"][4]["unknown"] for of in told["lifters"]] == [1, 1]
    assert {of["lifter"]: round(of["total"]["value"], 1) for of in told["lifters"]} == {"exact": 4.3, "scaled": 2.0}
    said = " ".join((definition / "report" / "methods.txt").read_text(encoding="utf-8").split())
    assert "Constant joint offsets: hips" in said
    for kind in ("svg", "pdf", "png", "csv"):
        assert (definition / "report" / "figures" / f"budget.{kind}").stat().st_size > 500


def test_the_table_and_the_bars_hold_the_numbers_of_the_budget(tmp_path):
    out = run_score(DEMO, tmp_path / "results")
    subject = read_subject(out, QUICK)
    job = job_again(subject.record, out / RUN)
    measured = replace(subject, budget=measured_all(job, subject.study))
    section = budget(measured)
    (drawing,) = section.drawings
    rows = {(row["lifter"], row["step"]): row for row in drawing.numbers.iter_rows(named=True)}
    for of in measured.budget.lifters:
        assert rows[of.lifter, "as scored"]["deg"] == of.total.value and rows[of.lifter, "left"]["deg"] == of.rest.value
        for bar in of.bars:
            row = rows[of.lifter, str(bar.confounder)]
            assert (row["deg"], row["alone_deg"], row["share_of_clips_concerned"]) == (
                bar.taken.value, bar.alone.value, bar.concerned)  # fmt: skip
    steps, hips, sizes, pairs = section.tables
    assert [len(steps.rows), len(hips.rows), len(sizes.rows)] == [3 * (len(Confounder) + 2), 4, 3]
    assert ("simplebaseline3d-compact", "seams of windows", "does not apply", "does not apply", "0") in steps.rows
    assert hips.rows[3][0].startswith("all 3, up to ") and {row[1] for row in hips.rows} == {"Human3.6M"}
    told = [row for row in pairs.rows if not row[0].startswith("–")]
    assert [row[0] for row in told] == [f"{pair.fewer_mm} less {pair.other}" for pair in subject.study.pairs]
    assert not any("2.5D" in row[0] for row in pairs.rows)  # concerns none of them
    assert "8 clips, 1,870 frames looked at of 1,870" in drawing.caption
    assert "may have hidden" in section.text[0] and "what was not measured" in drawing.caption
    assert "Confounders were taken out" in methods_text(measured)


def test_a_finding_that_moves_by_a_hair_is_told_with_its_numbers_and_no_warning(planted_budget):
    """One that comes from an interval that just no longer holds 0."""
    subject, found = planted_budget
    scored, floor, *others = found.verdicts
    near = replace(scored, deg=Interval(0.5, -0.02, 1.0))
    hair = replace(floor, mm=near.mm, deg=Interval(0.53, 0.01, 1.04), change_deg=Interval(-0.03, -0.08, 0.02))
    section = budget(replace(subject, budget=replace(found, verdicts=(near, hair, *others))))
    (row,) = [row for row in section.tables[3].rows if "floor" in row[0]]
    assert row[1] == "undecided → reversed (borderline)" and row[-1] == "−0.03 (−0.08 to 0.02)"
    assert not any("floor" in line for line in section.text if line.startswith("⚠"))


def test_where_the_run_cannot_be_opened_again_the_report_says_why(definition, subject, tmp_path):
    record = read_run(definition)
    with pytest.raises(DataError, match="not those that were scored"):
        job_again(record | {"run_fingerprint": "another"}, definition / RUN)
    with pytest.raises(DataError, match="cannot be opened again"):
        job_again(record | {"command": ["anglescope", "score", str(tmp_path / "gone"), "--out", "x"]}, definition / RUN)
    with pytest.raises(DataError, match="how it was made"):
        job_again(record | {"command": None}, definition / RUN)
    without = replace(subject, no_budget="the dataset is gone")
    assert budget(without).text[0] == "Not measured: the dataset is gone."
    assert json.loads(study_json(without))["no_budget"] == "the dataset is gone"
    assert all("taken out" not in line for line in verdict_lines(without))
    assert {pair.verdict for pair in without.study.pairs} <= set(Verdict)


def test_the_normalisation_experiment_stands_beside_it(subject, tmp_path):
    head = "model,normalisation,as_trained,frames,mpjpe_mm,angle_mae_deg"
    text = f"{head}\nvp,full image,true,90,80.5,12.25\nvp,pixel,false,90,,20.0\n"
    (tmp_path / "normalisations.csv").write_text(text)
    rows = read_normalisations(tmp_path)
    assert (rows[0].mpjpe_mm, rows[0].as_trained, rows[1].mae_deg) == (80.5, True, 20.0)
    section = budget(replace(subject, normalised=rows))
    assert "vp 7.8°" in section.text[-1] or "vp 7.7°" in section.text[-1]
    assert section.tables[-1].rows[1] == ("vp", "pixel", "90", "–", "20.00")
    for wrong, said in ((tmp_path / "gone", "no experiment"), (tmp_path / "bad.csv", "cannot be read")):
        if wrong.suffix:
            wrong.write_text("a,b\n1,2\n")
        with pytest.raises(DataError, match=said):
            read_normalisations(wrong)
