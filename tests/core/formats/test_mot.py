"""MOT and STO: degrees whatever the file uses, translations untouched, damaged files, and the writer's round trip."""

from pathlib import Path

import numpy as np
import pytest

from core.conventions import angle_names
from core.errors import DataError
from core.export.opensim import write_mot, write_mot_table
from core.formats import registry
from core.formats.base import ReadOptions, Table
from core.formats.mot import FORMAT, frame_rate
from core.inspection.summary import summarise
from core.records import Angles

TEXT = (
    "Coordinates\nversion=1\nnRows=3\nnColumns=4\ninDegrees=no\n\n"
    "Units are S.I. units (second, meters, Newtons, ...)\nIf the header above contains a line with 'inDegrees', ...\n\n"
    "endheader\n"
    "time\tpelvis_tx\thip_flexion_r\tknee_speed\n"
    "0.00\t0.5\t0.1\t7\n0.01\t0.6\t-3.141592653589793\t8\n0.03\t0.7\tnan\t9\n"
)


def read(path):
    return FORMAT.read(path, ReadOptions()).items[0].record


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "ik.mot"
        path.write_bytes(text.encode())
        return path

    return write


def test_radians_become_degrees_and_nothing_else_does(file):
    table = read(file(TEXT))
    assert table.names == ("pelvis_tx", "hip_flexion_r", "knee_speed")
    assert table.units == ("m", "deg", "")
    np.testing.assert_allclose(table.values, [[0.5, 5.729578, 7], [0.6, -180, 8], [0.7, np.nan, 9]], rtol=1e-6)
    np.testing.assert_array_equal(table.time_s, [0, 0.01, 0.03])
    assert table.notes == ("1 columns named *_tx, *_ty, *_tz are translations in metres",
                           "1 columns of angles converted from radians to degrees")  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [lambda t: t.replace("\n", "\r\n"), lambda t: t.replace("\t", "   "),
     lambda t: t.replace("endheader", " EndHeader "),
     lambda t: t.replace("nRows=3\nnColumns=4", "datarows 3\ndatacolumns 4"), lambda t: t.replace("nRows=3\n", "")],
)  # fmt: skip
def test_text_variants(file, change):
    np.testing.assert_allclose(read(file(change(TEXT))).values, read(file(TEXT)).values)


def test_degrees_stay_and_silence_gives_no_unit(file):
    assert read(file(TEXT.replace("=no", "=yes"))).values[0, 1] == pytest.approx(0.1)
    silent = read(file(TEXT.replace("inDegrees=no\n", "")))
    assert silent.units == ("m", "", "")
    assert any("does not say inDegrees" in note for note in silent.notes)


def test_state_file_paths_of_opensim_4(file):
    names = "time\t/jointset/ground_pelvis/pelvis_tx/value"
    names += "\t/jointset/hip_r/hip_flexion_r/value\t/jointset/hip_r/hip_flexion_r/speed"
    table = read(file(TEXT.replace("time\tpelvis_tx\thip_flexion_r\tknee_speed", names)))
    assert table.units == ("m", "deg", "")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("nRows=3", "nRows=4", "expected 4 frames as the header says, got 3"),
     ("nColumns=4", "nColumns=5", "got 4 names"),
     ("endheader", "end", "no endheader"), ("time\t", "t\t", "first column must be time"),
     ("knee_speed", "pelvis_tx", "'pelvis_tx' occurs twice"), ("0.7\tnan\t9", "0.7\tnan", "frame 2: rows of numbers"),
     ("0.6\t", "0.6x\t", "frame 1: not a number; expected a number in column 2"),
     ("0.01\t", "0.00\t", "frame 1: time must"),
     ("0.6\t", "inf\t", "frame 1: infinite"), ("version=1", "DataType=Quaternion", "expected DataType=double")],
)  # fmt: skip
def test_damage_is_named_in_one_line(file, old, new, expected):
    assert old in TEXT
    with pytest.raises(DataError, match=expected) as caught:
        read(file(TEXT.replace(old, new)))
    assert "\n" not in str(caught.value)


def test_angles_round_trip_under_their_own_names(tmp_path):
    deg = np.random.default_rng(2).uniform(-180, 180, (6, 12))
    deg[[0, 3, 5], [0, 4, 11]] = deg[2, 5:8] = np.nan
    angles = Angles(deg, "isb", ("T10 for T8", "endheader = a trap\nnRows=1"))
    write_mot(tmp_path / "x.mot", angles, 120)
    table = read(tmp_path / "x.mot")
    assert table.names == angle_names()
    assert set(table.units) == {"deg"}
    np.testing.assert_allclose(table.values, angles.deg, atol=6e-5)
    np.testing.assert_allclose(table.time_s, np.arange(6) / 120, atol=1e-6)
    text = (tmp_path / "x.mot").read_text()
    assert "NOT the coordinates knee_angle" in text
    assert "# T10 for T8" in text


@pytest.mark.parametrize("fps", [120, 60, 29.97, 12.5, 119.88, 1000])
@pytest.mark.parametrize("n_frames", [2, 3, 240])
def test_the_frame_rate_survives_the_round_trip_and_so_does_every_step(tmp_path, fps, n_frames):
    write_mot(tmp_path / "x.mot", Angles(np.zeros((n_frames, 12)), "isb"), fps)
    time_s = read(tmp_path / "x.mot").time_s
    assert frame_rate(time_s) == pytest.approx(fps, rel=1e-6)
    np.testing.assert_allclose(1 / np.diff(time_s), fps, rtol=2e-6)
    if fps == 120:
        content = registry.read(tmp_path / "x.mot")
        assert summarise(content.items[0].record)["fps"] == 120


@pytest.mark.parametrize(
    ("fps", "decimals", "n_frames"), [(120, 6, 2), (120, 6, 100), (120, 3, 240), (100, 2, 50), (60, 4, 7)]
)
def test_rounded_times_give_the_whole_number_that_was_meant(fps, decimals, n_frames):
    assert frame_rate(np.round(np.arange(n_frames) / fps, decimals)) == fps


@pytest.mark.parametrize(("fps", "n_frames"), [(29.97, 100), (12.5, 3), (59.94, 600)])
def test_what_is_no_whole_number_stays_none(fps, n_frames):
    assert frame_rate(np.round(np.arange(n_frames) / fps, 3)) == pytest.approx(fps, rel=1e-4)


def test_times_that_are_not_even_have_no_rate(file):
    assert (
        read(file(TEXT.replace("0.03", "0.04"))).notes[0] == "the times are not evenly spaced: there is no frame rate"
    )
    assert frame_rate(np.array([0, 0.01, 0.02, 0.04])) is None
    assert frame_rate(np.array([0.5])) is None


def test_table_round_trip(tmp_path, file):
    table = read(file(TEXT))
    write_mot_table(tmp_path / "again.mot", table)
    again = read(tmp_path / "again.mot")
    assert (again.names, again.units) == (table.names, table.units)
    np.testing.assert_allclose(again.values, table.values, atol=6e-5)
    assert isinstance(again, Table)


def test_detection_is_by_content():
    assert FORMAT.sniff(Path("x.txt"), TEXT.encode()).sure
    assert FORMAT.sniff(Path("x.mot"), b"endheader\n") is None
