"""The files of a report on the demo: their numbers are those of the study, and they are what they should be."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from core.report.in_short import in_short, verdict_lines
from core.report.methods import methods_text
from core.report.page import page_html
from core.report.sections import SECTIONS
from core.report.style import FORMATS, figure_bytes, styled
from core.report.typed import study_json
from core.study.words import number, with_span

FIGURES = ("overall", "by_angle", "by_athlete", "by_activity", "flips", "clips", "moments", "contributions",
           "curves_1", "curve_errors_1", "correlations", "anatomy_positions", "anatomy_angles")  # fmt: skip
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """What a page holds. Fails where elements do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.handle_startendtag(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if name in ("href", "xlink:href", "src") else []
            self.links += re.findall(r"url\((.*?)\)", value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def page(folder) -> Page:
    found = Page()
    found.feed((folder / "report.html").read_text(encoding="utf-8"))
    found.close()
    return found


def numbers_of(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / "figures" / f"{name}.csv", infer_schema_length=None)


def test_every_figure_has_its_formats_and_numbers(folder):
    names = {path.name for path in (folder / "figures").iterdir()}
    assert names == {f"{figure}.{kind}" for figure in FIGURES for kind in ("svg", "pdf", "png", "csv")}
    for figure in FIGURES:
        svg = ElementTree.fromstring((folder / f"figures/{figure}.svg").read_bytes())  # noqa: S314 - ours
        assert float(svg.attrib["width"].removesuffix("pt")) == pytest.approx(170 / 25.4 * 72, abs=0.1)
        pdf = (folder / f"figures/{figure}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF") and pdf.rstrip().endswith(b"%%EOF")
        png = (folder / f"figures/{figure}.png").read_bytes()
        assert png.startswith(b"\x89PNG") and int.from_bytes(png[16:20]) == int(170 / 25.4 * 300)
        assert len(numbers_of(folder, figure)) > 0


def test_the_page_is_whole_and_needs_nothing_else(page, folder):
    assert page.open == []
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert len(page.ids) == len(set(page.ids))
    assert page.links and {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert "url(" not in re.sub(r"url\(#", "", (folder / "report.html").read_text())
    assert sum(tag == "svg" for tag in page.tags) == 1 and "@media print" in "".join(page.text)


def test_the_page_says_what_the_study_found(page, subject, reported):
    text = re.sub(r"\s+", " ", "".join(page.text))
    for line in verdict_lines(subject):
        assert line in text and line in reported.stdout
    for point in subject.study.points:
        assert with_span(point.mae_deg, 2) in text and with_span(point.positions_mm["p_mpjpe_mm"]) in text
    for correlation in (*subject.study.within, *subject.study.between):
        assert with_span(correlation.kendall, 2) in text
    for pair in subject.study.pairs:
        assert number(pair.tests[3].p_adjusted, 4) in text
    assert text.index(verdict_lines(subject)[0]) < text.index("Figure 1.") < text.index("Figure 9.")


def test_overall_and_by_angle_hold_the_numbers_of_the_study(folder, subject):
    overall, by_angle = numbers_of(folder, "overall"), numbers_of(folder, "by_angle")
    measured = overall.filter(source="measured")
    assert overall.filter(pl.col("source") != "measured")["published_mpjpe_mm"].to_list() == [37.2, 46.8, 58.5]
    for point in subject.study.points:
        row = measured.row(by_predicate=pl.col("lifter") == point.lifter, named=True)
        assert (row["mpjpe_mm"], row["angle_mae_deg"]) == (point.positions_mm["mpjpe_mm"].value, point.mae_deg.value)
        assert (row["mpjpe_mm_low"], row["angle_mae_deg_high"]) == (
            point.positions_mm["mpjpe_mm"].low,
            point.mae_deg.high,
        )
        own = by_angle.filter(lifter=point.lifter)
        assert own["angle_mae_deg"].to_list() == [of.value for of in point.by_angle_deg]
    knee = by_angle.filter(angle="knee_flexion_l")["pairs_reversed"].unique().item()
    assert knee == sum(pair.mm.high < 0 and pair.by_angle_deg[10].low > 0 for pair in subject.study.pairs)


def test_groups_flips_clips_and_correlations_hold_the_numbers_of_the_study(folder, subject):
    study = subject.study
    groups = numbers_of(folder, "by_activity")
    assert sorted(groups["angle_mae_deg"]) == sorted(point.mae_deg.value for point in study.by_activity)
    assert groups.group_by("activity").agg(pl.col("rank_angle_mae").sum())["rank_angle_mae"].unique().to_list() == [6]
    flips = numbers_of(folder, "flips").filter(angle="all")
    assert flips["flips_share"].to_list() == [pair.flips.share.value for pair in study.pairs]
    assert flips["expected_share"].to_list() == [pair.flips.expected for pair in study.pairs]
    clips = numbers_of(folder, "clips")
    for pair in study.pairs:
        own = clips.filter(fewer_mm=pair.fewer_mm, other=pair.other)
        disagree = (own["difference_mpjpe_mm"] * own["difference_angle_mae_deg"] < 0).sum()
        assert disagree == round(pair.flips.share.value * pair.flips.clips) and len(own) == 8
    taus = numbers_of(folder, "correlations")["kendall_tau"].to_list()
    assert taus == [of.kendall.value for of in (*study.within, *study.between)]


def test_the_anatomy_is_that_of_the_tables(folder, results):
    lifter = "videopose3d-compact"
    angles = pl.read_csv(results / "angle_reasons.csv").filter(lifter=lifter)
    energy = angles.select((pl.col("rmse_deg") ** 2 * pl.col("frames")).alias("all"), "share_bias")
    bias = (energy["all"] * energy["share_bias"]).sum() / energy["all"].sum()
    shown = numbers_of(folder, "anatomy_angles").filter(lifter=lifter)
    assert shown["share_of_mean_square_error"][0] == pytest.approx(bias, abs=1e-4)
    assert shown["share_of_mean_square_error"].sum() == pytest.approx(1, abs=1e-3)
    assert shown["main_cause_count"].sum() == 96
    assert shown["main_cause_count"][0] == (angles["cause"] == "bias").sum()
    joints = pl.read_csv(results / "position_reasons.csv").filter(lifter=lifter).drop_nulls("across_bone_mm")
    assert "pelvis" not in joints["joint"]
    for part in ("across_bone_mm", "in_plane_mm", "direction_error_deg"):
        mean = (joints[part] * joints["frames"]).sum() / joints["frames"].sum()
        shown = numbers_of(folder, "anatomy_positions").filter(lifter=lifter, part=part).row(0, named=True)
        assert shown["mean"] == pytest.approx(mean, rel=1e-9)
        assert shown["mean_low"] < mean < shown["mean_high"]


def test_the_json_holds_all_numbers_typed(folder, subject):
    study = json.loads((folder / "study.json").read_bytes())
    assert study["counts"] == {"clips": 8, "takes": 8, "athletes": 3}
    assert [pair["mm"]["low"] for pair in study["pairs"]] == [pair.mm.low for pair in subject.study.pairs]
    assert [pair["verdict"] for pair in study["pairs"]] == [str(pair.verdict) for pair in subject.study.pairs]
    assert study["options"] == {"by": "mpjpe_mm", "margin_deg": 5.0, "resamples": 300, "seed": 4, "level": 0.95}
    assert study["points"][0]["by_angle_deg"][11]["value"] == subject.study.points[0].by_angle_deg[11].value
    assert study["run_fingerprint"] == subject.record["run_fingerprint"]


def test_methods_say_what_was_done(folder, subject):
    text = " ".join((folder / "methods.txt").read_text(encoding="utf-8").split())
    record = subject.record
    for said in (
        "8 clips, 1,870 frames", "8 clips of 8 takes, 3 athletes", "300 resamples (seed 4) of 3 athletes",
        record["estimator"]["weights"]["ap3d"]["sha256"], record["dataset"]["sha256_of_files_read"],
        "36 tests (12 angles, 3 pairs of lifters)", "±5°", "MotionBERT, compact", "joints of Human3.6M",
        "normalised by full image", "trained on cmu, cmu_expmap and deepmimic", "1.62° (the floor)",
        "Westfall & Young 1993", "Harrington et al. 2007", "sign-flip test over 8 takes",
    ):  # fmt: skip
        assert said in text, said


def test_every_figure_says_of_what_it_is(folder, subject):
    """In the small print, which is drawn as outlines: what is asked for is in the text it is drawn from."""
    from core.report.facts import foot

    text = " ".join(foot(subject))
    for said in (
        "8 clips of 8 takes, 3 athletes", "MPJPE root-centred, mm", "shoulder as components", "network",
        "weights 922e7d7a", "Dataset demo 93c922b6", "95 % percentile intervals of 300 resamples", "FEW",
    ):  # fmt: skip
        assert said in text, said


def test_the_same_results_give_the_same_bytes(folder, subject):
    """Of the whole page, whose figures are those files, and of three figures in every format."""
    with styled():
        sections = [section for maker in SECTIONS if (section := maker(subject)) is not None]
        drawings = {drawing.name: drawing for section in sections for drawing in section.drawings}
        for name in ("overall", "clips", "anatomy_angles"):
            for kind in FORMATS:
                again = figure_bytes(drawings[name].figure, name, kind)
                assert again == (folder / "figures" / f"{name}.{kind}").read_bytes()
    svgs = {name: (folder / "figures" / f"{name}.svg").read_bytes() for name in drawings}
    assert page_html(subject, in_short(subject), sections, svgs) == (folder / "report.html").read_bytes()
    assert study_json(subject) == (folder / "study.json").read_bytes()
    assert methods_text(subject).encode() == (folder / "methods.txt").read_bytes()
