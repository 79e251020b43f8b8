"""Figures: every letter legible and in its place at all sizes, real vectors, the numbers, and where they are from."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import xml.etree.ElementTree as ElementTree
import zlib
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from core.errors import DataError, OutputError, UsageError
from core.metrics.alignment import Alignment
from tests.viewer.conftest import finished
from tests.viewer.figures.conftest import subject_of
from tests.viewer.figures.letters import letters_of
from viewer.figures.bodies import lines_of, within
from viewer.figures.caption import caption_parts
from viewer.figures.cells import draw_cells
from viewer.figures.choices import FigureChoices, FigureFormat, FigureKind, FrameRange
from viewer.figures.data import figure_csv
from viewer.figures.drawing import drawn, drawn_picture, least_height_mm, written_figure
from viewer.figures.inks import ink_of
from viewer.figures.records import frames_of, spread_frames
from viewer.figures.sheet import MM, Box, Sheet, text_width, wrapped
from viewer.figures.writing import data_paths, export_figure
from viewer.scene.strokes import Drawing
from viewer.strips import Limit
from viewer.theme import LIGHT, lut
from viewer.view import Colouring, HeatRows, Layout, PlotView, Quantity, SceneView

PROVENANCE = {"clip": "c", "versions": {"anglescope": "x"}, "dataset": {"index_fingerprint": "f00"}}
LEAST_PT = 5.0


def svg_of(data):
    return ElementTree.fromstring(data)  # noqa: S314 - written by this very test


def overlapping(a, b):
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.3 and min(a[3], b[3]) - max(a[1], b[1]) > 0.3


@pytest.mark.parametrize("kind", FigureKind)
@pytest.mark.parametrize(("width", "font"), [(85, 7), (85, 9), (180, 8)])
def test_no_letters_overlap_or_are_cut(subject, kind, width, font):
    sheet = drawn(subject, FigureChoices(kind=kind, width_mm=width, font_pt=font, shots=3))
    found = letters_of(sheet)
    assert len(found) > 5
    wide, high = sheet.box.width, sheet.box.height
    for text, (x0, y0, x1, y1) in found:
        assert x0 > -0.5 and y0 > -0.5 and x1 < wide + 0.5 and y1 < high + 0.5, text
        assert text.get_fontsize() >= LEAST_PT
    for (one, a), (other, b) in combinations(found, 2):
        assert not overlapping(a, b), (one.get_text(), other.get_text())


@pytest.mark.parametrize(
    "changes",
    [
        {"plots": PlotView(quantity=Quantity.ERROR, single=True), "span": (20, 60)},
        {"plots": PlotView(angles=(0, 1, 2, 3)), "hidden": frozenset({"floor", "videopose3d-compact"})},
        {"plots": PlotView(rows=HeatRows.JOINTS, signed=True)},
        {"scene": SceneView(layout=Layout.GRID, colouring=Colouring.POSITION)},
        {"scene": SceneView(colouring=Colouring.ANGLE, ghost=False, trail_frames=30)},
    ],
)
def test_whatever_the_window_shows(demo_content, changes):
    subject = subject_of(demo_content, frames=(10, 90), **changes)
    for kind in (FigureKind.TRACES, FigureKind.HEATMAPS, FigureKind.SCENE, FigureKind.PAGE):
        sheet = drawn(subject, FigureChoices(kind=kind, width_mm=170))
        found = letters_of(sheet)
        for (one, a), (other, b) in combinations(found, 2):
            assert not overlapping(a, b), (kind, one.get_text(), other.get_text())


def test_a_slide_is_laid_out_in_columns(subject):
    sheet = drawn(subject, FigureChoices(kind=FigureKind.PAGE, width_mm=254, height_mm=143, fit=False))
    found = letters_of(sheet)
    assert {text.get_text() for text, _ in found} >= {"a", "b", "c", "d", "e"}
    assert not [1 for (_, a), (_, b) in combinations(found, 2) if overlapping(a, b)]


def test_what_does_not_fit_is_refused_with_a_height_that_does(subject):
    choices = FigureChoices(kind=FigureKind.TABLE, width_mm=85, height_mm=40, fit=False)
    with pytest.raises(UsageError, match=r"too low.*; (\d+) mm of height would do") as refused:
        drawn(subject, choices)
    height = float(re.search(r"(\d+) mm of height", str(refused.value))[1])
    drawn(subject, replace(choices, height_mm=height))
    with pytest.raises(UsageError, match="20 to 1200 mm"):
        drawn(subject, replace(choices, width_mm=5))
    with pytest.raises(UsageError, match="too narrow"):
        drawn(subject, replace(choices, width_mm=30, height_mm=100))


def test_the_size_is_the_one_asked_for(subject):
    choices = FigureChoices(kind=FigureKind.STRIPS, width_mm=85, height_mm=60, fit=False, format=FigureFormat.PNG)
    image = Image.open(io.BytesIO(written_figure(subject, choices, PROVENANCE)))
    assert image.size == (int(85 / 25.4 * 300), int(60 / 25.4 * 300))
    svg = svg_of(written_figure(subject, replace(choices, format=FigureFormat.SVG), PROVENANCE))
    assert float(svg.get("width").removesuffix("pt")) == pytest.approx(85 * MM, abs=1e-3)
    pdf = written_figure(subject, replace(choices, format=FigureFormat.PDF), PROVENANCE)
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", pdf)
    assert [float(x) for x in box.groups()] == pytest.approx([85 * MM, 60 * MM], abs=1e-2)


@pytest.mark.parametrize("kind", FigureKind)
def test_svg_holds_vectors_and_letters_and_no_pictures(subject, kind):
    data = written_figure(subject, FigureChoices(kind=kind, format=FigureFormat.SVG), PROVENANCE)
    svg = svg_of(data)
    tags = {element.tag.rpartition("}")[2] for element in svg.iter()}
    assert "image" not in tags and {"text", "path"} <= tags
    said = " ".join(element.text or "" for element in svg.iter() if element.tag.endswith("}text"))
    assert subject.content.name in said


def test_pdf_holds_letters_and_no_pictures(subject):
    pdf = written_figure(subject, FigureChoices(kind=FigureKind.HEATMAPS, format=FigureFormat.PDF), PROVENANCE)
    assert b"/Subtype /Image" not in pdf and b"/Type /Font" in pdf
    streams = [zlib.decompress(body) for body in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
               if body[:1] == b"\x78"]  # fmt: skip
    assert any(b" Tj" in stream or b"] TJ" in stream for stream in streams)


def record_in(kind, data):
    """The JSON inside of a file, read by other programs than wrote it."""
    if kind is FigureFormat.PNG:
        return json.loads(Image.open(io.BytesIO(data)).text["Description"])
    if kind is FigureFormat.SVG:
        found = [e.text for e in svg_of(data).iter() if e.tag.endswith("}description")]
        return json.loads(found[0])
    keywords = re.search(rb"/Keywords \((.*?)(?<!\\)\)", data, re.DOTALL)[1]
    return json.loads(re.sub(rb"\\([()\\])", rb"\1", keywords))


@pytest.mark.parametrize("kind", FigureFormat)
def test_provenance_is_inside_and_the_same_figure_gives_the_same_bytes(subject, kind):
    choices = FigureChoices(kind=FigureKind.STRIPS, width_mm=85, format=kind, dpi=100)
    data = written_figure(subject, choices, PROVENANCE)
    record = record_in(kind, data)
    assert record["dataset"] == {"index_fingerprint": "f00"} and record["versions"] == {"anglescope": "x"}
    assert record["figure"]["kind"] == "strips" and record["figure"]["frame"] == 79
    assert record["figure"]["last_frame"] == subject.content.n_frames - 1
    assert data == written_figure(subject, choices, PROVENANCE)


def test_the_caption_says_what_is_shown(subject, demo_content):
    said = " · ".join(caption_parts(subject, FigureChoices()))
    for part in (demo_content.name, f"n = {demo_content.n_frames} frames", "all frames", "angles in degrees",
                 "shoulder: flexion and abduction components", "network (weights 98fc502e4b59)",
                 "reference: ISB angles from labelled points"):  # fmt: skip
        assert part in said
    part = subject_of(demo_content, frames=(5, 9), plots=PlotView(quantity=Quantity.ERROR))
    said = caption_parts(part, FigureChoices())
    assert "frames 5–9" in said and "errors in degrees, lifter minus reference" in said
    assert "MPJPE" not in said  # angles do not depend on where a skeleton is laid
    assert "frames 5, 7, 9" in caption_parts(part, FigureChoices(kind=FigureKind.SCENE, shots=3))
    with_caption, without = (letters_of(drawn(subject, FigureChoices(kind=FigureKind.STRIPS, caption=on)))
                             for on in (True, False))  # fmt: skip
    assert sum(demo_content.name in text.get_text() for text, _ in with_caption) == 1
    assert sum(demo_content.name in text.get_text() for text, _ in without) == 0


def test_print_is_light_and_lines_differ_without_colour(subject, demo_content):
    sheet = Sheet(85, 60, 8)
    inks = [ink_of(track, sheet) for track in demo_content.everyone]
    assert len({str(ink.dash) for ink in inks[1:]}) == len(inks) - 1
    assert inks[0].width > max(ink.width for ink in inks[1:])
    assert [ink.colour for ink in inks] == [LIGHT.lifter(track.colour) for track in demo_content.everyone]
    image = Image.open(io.BytesIO(drawn_picture(subject, FigureChoices(width_mm=85), 72))).convert("L")
    assert image.getpixel((1, 1)) == 255 and np.mean(image) > 200


def test_lines_of_the_figure_are_the_clips_numbers(subject, demo_content):
    """The widest plot's data, as matplotlib holds it, equals the content."""
    single = replace(subject, view=replace(subject.view, plots=PlotView(single=True)), frames=(30, 120))
    sheet = drawn(single, FigureChoices())
    axes = next(axes for axes in sheet.figure.axes if axes is not sheet.layer)
    lines = {str(line.get_color()): line.get_xydata() for line in axes.lines if len(line.get_xydata()) > 50}
    for track in demo_content.everyone:
        drawn_line = lines[LIGHT.lifter(track.colour)]
        drawn_line = drawn_line[np.isfinite(drawn_line[:, 1])]
        np.testing.assert_allclose(drawn_line[:, 1], track.angles_deg[30:121, 6], rtol=1e-6)
        np.testing.assert_allclose(drawn_line[:, 0], np.arange(30, 121) / demo_content.fps)


def test_cells_have_the_colour_of_their_value():
    values = np.array([[0.0, 10.0, np.nan, 5.0], [-10.0, 3.0, 20.0, 0.0]], np.float32)
    sheet = Sheet(72 / MM, 72 / MM, 8)
    draw_cells(sheet, Box(0, 0, 72, 72), values, Limit(10.0, True), signed=True)
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    sheet.figure.set_dpi(72)
    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    table = lut(LIGHT.difference)
    for row, column in np.ndindex(2, 4):
        seen = pixels[18 + 36 * row, 9 + 18 * column, :3].astype(int)
        value = values[row, column]
        if np.isnan(value):
            continue
        expected = table[round((np.clip(value / 10, -1, 1) + 1) / 2 * 255)][:3].astype(int)
        assert np.abs(seen - expected).max() <= 8, (row, column)  # 64 steps of 256


@pytest.mark.parametrize("kind", FigureKind)
def test_data_beside_the_figure_is_what_it_shows(demo_content, kind):
    subject = subject_of(demo_content, frames=(10, 40), hidden=frozenset({"floor"}))
    rows = list(csv.DictReader(io.StringIO(figure_csv(subject, FigureChoices(kind=kind, shots=3)).decode())))
    track = demo_content.tracks[0]
    name, angle = track.name, demo_content.angles[3].name
    if kind is FigureKind.TABLE:
        assert [row["angle"] for row in rows] == [a.name for a in demo_content.angles]
        assert float(rows[3][f"{name}_error_deg"]) == pytest.approx(float(track.error_deg[79, 3]), abs=1e-4)
        return
    expected = [10, 25, 40] if kind is FigureKind.SCENE else list(range(10, 41))
    assert [int(row["frame"]) for row in rows] == expected
    assert float(rows[1]["time_s"]) == pytest.approx(expected[1] / demo_content.fps, abs=1e-4)
    columns = {
        FigureKind.TRACES: (f"{name}_{angle}_deg", track.angles_deg[:, 3]),
        FigureKind.HEATMAPS: (f"{name}_{angle}_error_deg", track.error_deg[:, 3]),
        FigureKind.STRIPS: (f"{name}_angle_mae_deg", track.angle_mae_deg),
        FigureKind.SCENE: (f"{name}_pelvis_z_mm", track.xyz_mm[:, 0, 2]),
        FigureKind.PAGE: (f"{name}_angle_mae_deg", track.angle_mae_deg),
    }  # fmt: skip
    head, values = columns[kind]
    np.testing.assert_allclose([float(row[head]) for row in rows], values[expected], atol=6e-5)
    assert not any(column.startswith("floor") for column in rows[0])


def test_export_writes_all_three_files_or_none(subject, tmp_path):
    choices = FigureChoices(kind=FigureKind.STRIPS, width_mm=85, format=FigureFormat.SVG)
    path = tmp_path / "f.svg"
    work = export_figure(subject, choices, lambda: PROVENANCE, path)
    next(work)
    work.close()
    assert not list(tmp_path.iterdir())
    assert finished(export_figure(subject, choices, lambda: PROVENANCE, path)) == path
    table, beside = data_paths(path)
    assert {p.name for p in tmp_path.iterdir()} == {path.name, table.name, beside.name}
    assert json.loads(beside.read_text())["figure"]["width_mm"] == 85
    finished(export_figure(subject, replace(choices, data=False), lambda: PROVENANCE, tmp_path / "g.svg"))
    assert len(list(tmp_path.iterdir())) == 4
    with pytest.raises(OutputError):
        finished(export_figure(subject, choices, lambda: PROVENANCE, tmp_path / "no" / "f.svg"))


def test_without_errors_there_is_no_heatmap_but_the_rest(demo_content):
    lone = replace(demo_content, reference=None, kind=None, tracks=demo_content.tracks[:1])
    for kind in (FigureKind.HEATMAPS, FigureKind.STRIPS):
        with pytest.raises(DataError, match="reference"):
            drawn(subject_of(lone), FigureChoices(kind=kind))
    for kind in (FigureKind.TRACES, FigureKind.SCENE, FigureKind.TABLE, FigureKind.PAGE):
        assert letters_of(drawn(subject_of(lone), FigureChoices(kind=kind)))


def test_frames_of_a_range(demo_content):
    subject = subject_of(demo_content, span=(7, 30))
    last = demo_content.n_frames - 1
    fps = demo_content.fps
    assert frames_of(demo_content, subject.view, FrameRange.SPAN, (0, 1)) == (7, 30)
    assert frames_of(demo_content, replace(subject.view, span=None), FrameRange.SPAN, (0, 1)) == (0, last)
    assert frames_of(demo_content, subject.view, FrameRange.ZOOM, (12 / fps, 40 / fps)) == (12, 40)
    assert frames_of(demo_content, subject.view, FrameRange.WHOLE, (0, 1)) == (0, last)
    assert spread_frames(replace(subject, frames=(7, 30)), 1) == (79,)
    assert spread_frames(replace(subject, frames=(7, 9)), 8) == (7, 8, 9)


def test_widths_of_text_are_those_that_are_drawn():
    sheet = Sheet(180, 50, 8)
    for text in ("simplebaseline3d-compact", "angle MAE, °", "−13.6"):
        sheet.text(10, 10, text)
        box = letters_of(sheet)[-1][1]
        assert text_width(text, 8) == pytest.approx(box[2] - box[0], rel=0.05)
    lines = wrapped(["one two three", "four", "five six seven eight nine ten eleven twelve"], 8, 90)
    assert " ".join(lines).replace(" · ", " ").split() == (
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
    assert all(text_width(line, 8) <= 90 for line in lines)


def test_a_page_takes_less_than_three_seconds_of_a_processor(subject):
    choices = FigureChoices(kind=FigureKind.PAGE, format=FigureFormat.PDF)
    drawn(subject, choices)  # loads what is loaded once
    begun = time.thread_time()
    written_figure(subject, choices, PROVENANCE)
    assert time.thread_time() - begun < 3.0


def test_without_matplotlib_one_line_says_how_to_get_it(subject, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r'pip install "anglescope\[viewer\]"'):
        drawn(subject, FigureChoices())


def test_other_alignments_and_heights(other_content):
    """Another clip, other words, and heights that suit: more plots need more."""
    assert other_content.alignment is Alignment.ROOT
    few, many = (least_height_mm(subject_of(other_content, plots=PlotView(angles=angles)), FigureChoices(width_mm=85))
                 for angles in ((0, 1), tuple(range(12))))  # fmt: skip
    assert many > few + 50


def test_joints_are_seen_and_strokes_end_at_the_edge_of_the_picture():
    """A stroke without length is a dot; of one that leaves the picture, its part in it, where a ray meets the wall."""
    one = np.ones(4, np.float32)
    ends = np.array([[[50, 50], [50, 50]], [[-50, 20], [150, 20]], [[50, 90], [150, 140]], [[120, 0], [130, 90]]])
    colour = np.tile(np.array([0, 0, 0, 1], np.float32), (4, 1))
    drawing = Drawing(ends.astype(np.float32), 6 * one, 0 * one, colour, colour)
    inside = within(drawing, (100.0, 100.0))
    np.testing.assert_allclose(inside.ends_px, [[[50, 50], [50, 50]], [[0, 20], [100, 20]], [[50, 90], [70, 100]]])
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    sheet = Sheet(72 / MM, 72 / MM, 8)
    sheet.figure.set_dpi(100)
    axes = sheet.axes(Box(0, 0, 72, 72))
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(100, 0)
    axes.add_collection(lines_of(inside), autolim=False)
    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    dark = np.asarray(canvas.buffer_rgba())[..., 0] < 128
    dot = dark[35:65, 35:65].sum()
    assert dot == pytest.approx(np.pi * (6 * 0.75 * 100 / 72) ** 2, rel=0.1)
