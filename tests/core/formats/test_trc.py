"""TRC: text as OpenSim, OpenCap and Motion Analysis write it, damaged files, and the writer's round trip."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.export.opensim import write_trc, y_up
from core.formats.base import ReadOptions
from core.formats.trc import FORMAT
from core.records import Axes, Points

TEXT = (
    "PathFileType\t4\t(X/Y/Z)\twalk.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
    "50\t50\t3\t2\tm\t50\t1\t3\n"
    "Frame#\tTime\tHead\t\t\tR Heel\t\t\n"
    "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n"
    "\n"
    "1\t0.00\t0.1\t1.70\t0.3\t0.1\t0.05\t0.2\n"
    "2\t0.02\t0.2\t1.71\t0.3\t\t\t\n"
    "3\t0.04\t\t\t\t0.1\t0.05\t-2e-1\n"
)
EXPECTED = [[[100, 1700, 300], [100, 50, 200]], [[200, 1710, 300], [np.nan] * 3], [[np.nan] * 3, [100, 50, -200]]]


def read(path, **options):
    return FORMAT.read(path, ReadOptions(**options)).items[0].record


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "walk.trc"
        path.write_bytes(text.encode())
        return path

    return write


VARIANTS = {
    "as written": lambda t: t,
    "carriage returns": lambda t: t.replace("\n", "\r\n"),
    "no empty line": lambda t: t.replace("\n\n", "\n"),
    "byte order mark": lambda t: "\ufeff" + t,
    "tabs at row ends": lambda t: t.replace("-2e-1\n", "-2e-1\t\t\n").replace("Z2\n", "Z2\t\n"),
    "blanks for missing": lambda t: t.replace("\t\t\t\n", "\t  \t \t \n"),
    "short row": lambda t: t.replace("0.3\t\t\t\n", "0.3\n"),
    "nan for missing": lambda t: t.replace("0.3\t\t\t\n", "0.3\tnan\tNaN\tnan\n"),
    "centimetres": lambda t: t.replace("\tm\t", "\tcm\t").replace("50\t50\t3", "50\t50\t3"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_text_variants(file, variant):
    points = read(file(VARIANTS[variant](TEXT)))
    factor = 0.01 if variant == "centimetres" else 1
    np.testing.assert_allclose(points.xyz_mm, np.array(EXPECTED) * factor, rtol=1e-6)
    assert (points.names, points.fps, points.axes) == (("Head", "R Heel"), 50.0, Axes.WORLD_Y_UP)


def test_separated_by_spaces(file):
    text = (
        TEXT.replace("R Heel", "RHeel")
        .replace("0.3\t\t\t\n", "0.3 nan nan nan\n")
        .replace("0.04\t\t\t\t", "0.04 nan nan nan ")
    )
    np.testing.assert_allclose(read(file(text.replace("\t", "  "))).xyz_mm, EXPECTED, rtol=1e-6)


def test_axes_by_the_body_or_by_the_user(file):
    rows = (
        TEXT.replace("1.70\t0.3", "0.3\t1.70").replace("1.71\t0.3", "0.3\t1.71").replace("0.05\t0.2\n", "0.2\t0.05\n")
    )
    assert read(file(rows)).axes == Axes.WORLD_Z_UP
    assert any("Z up, because the body" in note for note in read(file(rows)).notes)
    assert read(file(rows), axes="world_y_up").axes == Axes.WORLD_Y_UP
    lying = read(file(TEXT.replace("Head", "A").replace("R Heel", "B")))
    assert lying.axes == Axes.WORLD_Y_UP
    assert any("no clear sign" in note for note in lying.notes)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("50\t50\t3\t2", "50\t50\t4\t2", "expected 4 frames as the header says, got 3"),
     ("50\t50\t3\t2", "50\t50\t3\t3", "NumMarkers = 3, got 2 labels"), ("\tm\t", "\tly\t", "length unit.*'ly'"),
     ("1.71", "1,71", "frame 1: not a number; expected a number in column 4, got '1,71'"),
     ("1.71", "1.71\t5\t5\t5\t5\t5", "frame 1: a row has too many cells"), ("1.71", "inf", "frame 1: infinite"),
     ("50\t50\t3\t2", "0\t50\t3\t2", "frame rate is not positive"), ("R Heel", "Head", "label 'Head' occurs twice"),
     ("PathFileType", "Path", "not a TRC"), ("NumMarkers", "Markers", "header is damaged"),
     (TEXT[TEXT.index("1\t0.00") :], "", "got 0"), (TEXT[40:], "", "cut off")],
)  # fmt: skip
def test_damage_is_named_in_one_line(file, old, new, expected):
    assert old in TEXT
    with pytest.raises(DataError, match=expected) as caught:
        read(file(TEXT.replace(old, new)))
    assert "\n" not in str(caught.value)


def test_more_frames_or_another_rate_than_stated_is_said(file):
    assert any("says 2 frames, 3 are" in n for n in read(file(TEXT.replace("50\t50\t3", "50\t50\t2"))).notes)
    assert any("time column runs at 50" in n for n in read(file(TEXT.replace("50\t50\t3", "60\t50\t3"))).notes)


@pytest.mark.parametrize("axes", list(Axes))
def test_round_trip(tmp_path, axes):
    xyz = np.random.default_rng(1).normal(0, 900, (7, 5, 3))
    xyz[2, 3] = xyz[6, 4] = xyz[0, 0] = np.nan
    points = Points(xyz, ("a", "b", "c d", "e", "f"), 59.94, axes)
    write_trc(tmp_path / "x.trc", points)
    again = read(tmp_path / "x.trc")
    np.testing.assert_allclose(again.xyz_mm, y_up(points.xyz_mm, axes), atol=2e-4)
    assert (again.names, again.fps) == (points.names, 59.94)


@pytest.mark.parametrize("axes", list(Axes))
def test_turning_to_y_up_is_a_rotation(axes):
    up = {Axes.WORLD_Z_UP: [0, 0, 1], Axes.WORLD_Y_UP: [0, 1, 0], Axes.CAMERA: [0, -1, 0]}[axes]
    matrix = y_up(np.eye(3, dtype=np.float32)[None], axes)[0]
    assert np.linalg.det(matrix) == pytest.approx(1)
    np.testing.assert_array_equal(np.array(up) @ matrix, [0, 1, 0])


def test_writer_layout_is_what_opensim_reads(tmp_path):
    write_trc(tmp_path / "x.trc", Points([[[1, 2, 3], [np.nan] * 3]], ("A", "B"), 60, Axes.WORLD_Y_UP))
    rows = [line.split("\t") for line in (tmp_path / "x.trc").read_text().split("\n")]
    assert rows[0][:3] == ["PathFileType", "4", "(X/Y/Z)"]
    assert dict(zip(rows[1], rows[2], strict=True))["Units"] == "mm"
    assert rows[3][:2] == ["Frame#", "Time"]
    assert rows[3][2::3][:2] == ["A", "B"]
    assert rows[4][2:] == ["X1", "Y1", "Z1", "X2", "Y2", "Z2"]
    assert rows[5] == [""]
    assert rows[6] == ["1", "0.000000", "1.0000", "2.0000", "3.0000", "", "", ""]


def test_writer_refuses_what_trc_cannot_hold(tmp_path):
    for names, fps, expected in ((("a\tb",), 60, "label"), (("a",), None, "frame rate")):
        with pytest.raises(DataError, match=expected):
            write_trc(tmp_path / "x.trc", Points(np.zeros((1, 1, 3)), names, fps, Axes.WORLD_Y_UP))
    assert list(tmp_path.iterdir()) == []


def test_detection_is_by_content():
    assert FORMAT.sniff(Path("x.txt"), b"PathFileType\t4").sure
    assert FORMAT.sniff(Path("x.trc"), b"HIERARCHY") is None
