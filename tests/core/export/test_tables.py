"""CSV and Parquet of records, read back by Python's csv module and by polars."""

import csv
import json

import numpy as np
import polars as pl
import pytest
from scipy.spatial.transform import Rotation

from core.conventions import ShoulderView, column_names
from core.errors import DataError, OutputError
from core.export.tables import Columns, columns_of, write_angles_csv, write_parquet, write_points_csv
from core.formats.base import Table
from core.records import Angles, Axes, Origin, Points


@pytest.fixture
def angles():
    deg = np.random.default_rng(5).uniform(-90, 90, (9, 12))
    deg[2, 3] = deg[8] = np.nan
    return Angles(deg, "isb", ("T10 for T8",))


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_angles_csv(tmp_path, angles):
    write_angles_csv(tmp_path / "a.csv", angles, 120)
    header, *rows = rows_of(tmp_path / "a.csv")
    assert header == ["frame", "time_s", *column_names()]
    assert header[2] == "hip_flexion_l_deg"
    assert [row[0] for row in rows] == [str(k) for k in range(9)]
    assert [row[1] for row in rows][:3] == ["0.0000", "0.0083", "0.0167"]
    assert rows[8][2:] == [""] * 12
    back = [[float(cell) if cell else np.nan for cell in row[2:]] for row in rows]
    np.testing.assert_allclose(back, angles.deg, atol=5.1e-5)


def test_raw_view_is_the_yxy_sequence_of_scipy(tmp_path):
    plane, elevation = 40.0, 65.0
    axis = Rotation.from_euler("YXY", [plane, -elevation, 0], degrees=True).apply([0, -1, 0])
    angle = np.degrees(np.arctan2(axis[0], axis[2])), np.degrees(np.arccos(-axis[1]))
    deg = np.zeros((1, 12))
    deg[0, [4, 6]] = elevation * np.sin(np.radians(plane)), elevation * np.cos(np.radians(plane))
    write_angles_csv(tmp_path / "a.csv", Angles(deg, "isb"), 60, ShoulderView.RAW)
    header, row = rows_of(tmp_path / "a.csv")
    shown = dict(zip(header, row, strict=True))
    assert float(shown["shoulder_plane_l_deg"]) == pytest.approx(angle[0], abs=1e-3)
    assert float(shown["shoulder_elevation_l_deg"]) == pytest.approx(angle[1], abs=1e-3)


def test_points_csv_quotes_odd_labels_and_leaves_gaps_empty(tmp_path):
    xyz = np.arange(12.0).reshape(2, 2, 3)
    xyz[1, 0] = np.nan
    write_points_csv(tmp_path / "p.csv", Points(xyz, ('a "b", c', "ü"), None, Axes.CAMERA))
    header, first, second = rows_of(tmp_path / "p.csv")
    assert header == ["frame", *(f'a "b", c_{x}_mm' for x in "xyz"), "ü_x_mm", "ü_y_mm", "ü_z_mm"]
    assert first == ["0", "0.0000", "1.0000", "2.0000", "3.0000", "4.0000", "5.0000"]
    assert second[1:4] == ["", "", ""]


def test_parquet_is_typed_and_carries_its_meaning(tmp_path, angles):
    write_parquet(tmp_path / "a.parquet", columns_of(angles, 60))
    table = pl.read_parquet(tmp_path / "a.parquet")
    assert table.schema["frame"] == pl.Int32
    assert table.schema["time_s"] == pl.Float64
    assert table.schema["knee_flexion_r_deg"] == pl.Float32
    assert table["hip_adduction_r_deg"].null_count() == 2
    np.testing.assert_array_equal(table.drop("frame", "time_s").to_numpy(), angles.deg)
    said = pl.read_parquet_metadata(tmp_path / "a.parquet")
    assert said["anglescope_shoulder_view"] == "components"
    assert "ZXY" in json.loads(said["anglescope_conventions"])["hip_flexion_l"]
    assert json.loads(said["anglescope_notes"]) == ["T10 for T8"]


def test_parquet_of_points_names_its_source(tmp_path):
    points = Points(np.zeros((2, 1, 3)), ("a",), 60, Axes.WORLD_Z_UP, Origin("/data/x.c3d", "ab12", "c3d"))
    write_parquet(tmp_path / "p.parquet", columns_of(points))
    said = pl.read_parquet_metadata(tmp_path / "p.parquet")
    assert (said["anglescope_source"], said["anglescope_source_sha256"]) == ("x.c3d", "ab12")
    assert (said["anglescope_units"], said["anglescope_axes"]) == ("mm", "world_z_up")


def test_table_columns_carry_their_units():
    table = Table(("hip", "tx", "force"), np.zeros((1, 3), "f4"), ("deg", "m", ""), np.array([0.5]))
    assert columns_of(table).names == ("hip_deg", "tx_m", "force")


def test_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(DataError, match="one name"):
        write_parquet(tmp_path / "x.parquet", Columns(("a", "a"), np.zeros((1, 2), "f4"), None))


def test_unwritable_folder_is_one_line_and_leaves_nothing(tmp_path, angles):
    with pytest.raises(OutputError, match="cannot be written"):
        write_angles_csv(tmp_path / "absent" / "a.csv", angles, 60)
    assert list(tmp_path.iterdir()) == []
