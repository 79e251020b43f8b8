"""Conversion of files and folders, through the function and through the command."""

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from core.cli import app
from core.errors import DataError, OutputError
from core.export.convert import convert_files, points_of, write_record
from core.export.opensim import write_mot_table, write_trc
from core.export.targets import Target
from core.formats.base import Table
from core.formats.native import write_native
from core.formats.registry import read
from core.records import Axes, Camera, Points, Poses, Poses2D, Scale
from tests.ap3d_layout import write_dataset


@pytest.fixture
def folder(tmp_path):
    """Two takes of one name in two subfolders, a table, a text file and a broken TRC."""
    source = tmp_path / "in"
    for k, sub in enumerate(("A", "B")):
        (source / sub).mkdir(parents=True)
        write_trc(source / sub / "take.trc", Points(np.full((3, 2, 3), k + 1.0), ("p", "q"), 50, Axes.WORLD_Y_UP))
    write_mot_table(source / "ik.mot", Table(("knee",), np.ones((3, 1), "f4"), ("deg",), np.arange(3) / 50))
    (source / "readme.txt").write_text("hello")
    (source / "broken.trc").write_text("PathFileType\t4\n")
    return source


def converted(path, target, out, **more):
    return list(convert_files(path, Target(target), out, **more))


def poses(scale=Scale.METRIC, fps=50.0):
    xyz = np.random.default_rng(0).normal(0, 300, (4, 17, 3))
    return Poses(xyz, fps, Axes.CAMERA, scale)


def test_folder_is_converted_and_the_broken_file_named(folder, tmp_path):
    results = converted(folder, "csv", tmp_path / "out")
    assert {r.output.name for r in results if r.output} == {"A_take.csv", "B_take.csv", "ik.csv"}
    assert [r.source.name for r in results if r.skipped] == ["readme.txt"]
    (problem,) = [r.problem for r in results if r.problem]
    assert "broken.trc" in problem
    table = pl.read_csv(tmp_path / "out" / "B_take.csv")
    assert table.columns[:3] == ["frame", "time_s", "p_x_mm"]
    assert table["q_z_mm"].to_list() == [2.0] * 3


def test_what_exists_is_kept_unless_overwriting_is_asked(folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "take.npz").write_bytes(b"mine")
    (refused,) = converted(folder / "A" / "take.trc", "npz", out)
    assert refused.output is None
    assert "--overwrite" in refused.problem
    assert (out / "take.npz").read_bytes() == b"mine"
    (done,) = converted(folder / "A" / "take.trc", "npz", out, overwrite=True)
    again = read(done.output).items[0].record
    np.testing.assert_array_equal(again.xyz_mm, np.full((3, 2, 3), 1.0))


def test_two_sources_of_one_name_do_not_replace_each_other(folder, tmp_path):
    write_trc(folder / "A_take.trc", Points(np.zeros((1, 1, 3)), ("p",), 50, Axes.WORLD_Y_UP))
    results = converted(folder, "trc", tmp_path / "out", overwrite=True)
    problems = [r.problem for r in results if "already written" in r.problem]
    assert len(problems) == 1


def test_stopping_early_leaves_only_whole_files(folder, tmp_path):
    stream = convert_files(folder, Target.CSV, tmp_path / "out")
    first = next(r for r in stream if r.output)
    stream.close()
    assert [p.name for p in (tmp_path / "out").iterdir()] == [first.output.name]


def test_poses_become_the_points_of_17_joints(tmp_path):
    notes = write_record(poses(Scale.ARBITRARY), Target.TRC, tmp_path / "p.trc")
    assert "the scale is arbitrary: millimetres are nominal" in notes
    assert "turned from camera to Y up" in notes
    again = read(tmp_path / "p.trc").items[0].record
    assert again.names[:2] == ("pelvis", "r_hip")
    np.testing.assert_allclose(again.xyz_mm, poses().xyz_mm * [1, -1, -1], atol=2e-4)


def test_poses_become_mot_by_geometry(tmp_path):
    write_record(poses(), Target.MOT, tmp_path / "p.mot")
    table = read(tmp_path / "p.mot").items[0].record
    xyz = poses().xyz_mm.astype(float)
    thigh, shank = xyz[:, 5] - xyz[:, 4], xyz[:, 6] - xyz[:, 5]
    cosine = (thigh * shank).sum(1) / np.linalg.norm(thigh, axis=1) / np.linalg.norm(shank, axis=1)
    np.testing.assert_allclose(
        table.values[:, table.names.index("knee_flexion_l")], np.degrees(np.arccos(cosine)), atol=1e-3
    )


@pytest.mark.parametrize(
    ("record", "target", "expected"),
    [(Poses2D(np.zeros((1, 17, 2)), "coco17"), "trc", "2D keypoints"),
     (Camera("c", np.eye(3), np.eye(3), np.zeros(3)), "csv", "a camera"), (poses(fps=None), "mot", "frame rate.*--fps"),
     (poses(fps=None), "trc", "frame rate.*--fps"),
     (Table(("f",), np.zeros((1, 1), "f4"), ("N",), np.zeros(1)), "mot", "got N"),
     (Points(np.ones((2, 2, 3)), ("p", "q"), 50, Axes.WORLD_Y_UP), "mot", r"fit no known landmark set \(p, q")],
)  # fmt: skip
def test_what_a_format_cannot_hold_is_said(tmp_path, record, target, expected):
    with pytest.raises(DataError, match=expected):
        write_record(record, Target(target), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_empty_folder_and_unwritable_output(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no files"):
        converted(tmp_path / "empty", "csv", tmp_path / "out")
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        converted(tmp_path / "file", "csv", tmp_path / "file" / "out")


def test_points_of_points_is_itself():
    points = Points(np.zeros((1, 1, 3)), ("p",), 50, Axes.WORLD_Y_UP)
    assert points_of(points) is points


def test_command_says_what_failed_and_converts_the_rest(folder, tmp_path):
    result = CliRunner().invoke(app, ["convert", str(folder), "--to", "parquet", "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert sorted(result.stdout.split()) == [str(tmp_path / "out" / f"{n}.parquet") for n in ("A_take", "B_take", "ik")]
    assert "broken.trc" in result.stderr
    assert "1 skipped, no known format: readme.txt" in result.stderr
    assert "Traceback" not in result.output


def convert(path, to, out, *more):
    return CliRunner().invoke(app, ["convert", str(path), "--to", to, "--out", str(out), *more])


@pytest.fixture
def lifted(tmp_path):
    """A dataset of two clips with the predictions of a lifter in camera axes, whose manifest leaves the rate open."""
    root = write_dataset(tmp_path / "set", {"data/test_set/S1": ["Run_1_cam_1", "Run_2_cam_1"]})
    folder = root / "predictions" / "lifter"
    folder.mkdir(parents=True)
    for k in (1, 2):
        np.save(folder / f"S1_Run_{k}_cam_1.npy", (poses().xyz_mm / 1000).repeat(2, axis=0).astype(np.float32))
    manifest = {"anglescope_predictions": 1, "format": "poses_npy", "axes": "camera", "scale": "metric", "unit": "m",
                "rig": "clip"}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return root


@pytest.mark.parametrize("part", ["", "predictions/lifter"])
def test_predictions_of_a_dataset_are_read_by_their_manifest_and_clip(lifted, tmp_path, part):
    result = convert(lifted / part, "npz", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    prefix = "" if part else "predictions_lifter_"
    record = read(tmp_path / "out" / f"{prefix}S1_Run_2_cam_1.npz").items[0].record
    assert (record.fps, record.axes, record.rig, record.scale) == (60, Axes.CAMERA, "ap3d", Scale.METRIC)
    np.testing.assert_allclose(record.xyz_mm[::2], poses().xyz_mm, rtol=1e-5)


def test_what_the_user_states_wins_over_manifest_and_clip(lifted, tmp_path):
    file = lifted / "predictions/lifter/S1_Run_1_cam_1.npy"
    assert convert(file, "npz", tmp_path / "out", "--fps", "25", "--mm-per-unit", "10").exit_code == 0
    record = read(tmp_path / "out" / f"{file.stem}.npz").items[0].record
    assert (record.fps, record.axes) == (25, Axes.CAMERA)
    np.testing.assert_allclose(record.xyz_mm[::2], poses().xyz_mm / 100, rtol=1e-5)


def test_predictions_in_no_dataset_are_read_by_their_manifest(lifted, tmp_path):
    folder = (lifted / "predictions" / "lifter").rename(tmp_path / "alone")
    assert convert(folder, "npz", tmp_path / "out").exit_code == 0
    record = read(tmp_path / "out" / "S1_Run_1_cam_1.npz").items[0].record
    assert (record.fps, record.axes, record.scale) == (None, Axes.CAMERA, Scale.METRIC)
    np.testing.assert_allclose(record.xyz_mm[::2], poses().xyz_mm, rtol=1e-5)


def test_a_broken_manifest_is_a_problem_of_its_files_only(lifted, tmp_path):
    (lifted / "predictions/lifter/manifest.json").write_text("{")
    result = convert(lifted, "trc", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.count("manifest cannot be used") == 2
    assert len(result.stdout.split()) == 4


def test_a_dataset_is_told_in_a_few_lines(lifted, tmp_path):
    result = convert(lifted, "trc", tmp_path / "out")
    assert (result.exit_code, len(result.stdout.split())) == (0, 6)
    lines = result.stderr.splitlines()
    assert "anglescope: frame rate taken from the clip: 60 (2 files)" in lines
    assert "anglescope: turned from world_z_up to Y up (4 files)" in lines
    assert any("2 skipped, a camera cannot be written as TRC" in line for line in lines)
    assert len(lines) <= 8


def test_a_folder_of_other_things_is_a_problem(folder, tmp_path):
    source = tmp_path / "text"
    source.mkdir()
    for name in ("readme.txt", "a/readme.txt"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("hello")
    result = convert(source, "csv", tmp_path / "out")
    assert result.exit_code == 1
    assert "2 skipped, no known format: a/readme.txt, readme.txt" in result.stderr
    assert "nothing here can be written in this format" in result.stderr


def test_the_folder_that_is_read_is_not_written_to(folder, monkeypatch):
    assert convert(folder, "csv", folder).exit_code == 2
    monkeypatch.chdir(folder)
    for _ in range(2):  # what lies in the output folder is no input, however it is spelled
        result = convert(folder, "csv", "out", "--overwrite")
        assert len(result.stdout.split()) == 3, result.stderr


def test_command_with_a_stated_frame_rate(tmp_path):
    write_native(tmp_path / "poses.npz", poses(fps=None))
    command = ["convert", str(tmp_path / "poses.npz"), "--to", "mot", "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(app, command).exit_code == 1
    result = CliRunner().invoke(app, [*command, "--fps", "25"])
    assert result.exit_code == 0
    assert read(tmp_path / "out" / "poses.mot").items[0].record.time_s[1] == pytest.approx(0.04)


def test_command_refuses_axes_that_do_not_exist(folder, tmp_path):
    command = ["convert", str(folder / "ik.mot"), "--to", "csv", "--out", str(tmp_path / "out"), "--axes", "sideways"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert "unknown axes 'sideways'" in result.stderr


def test_command_refuses_an_unknown_target(tmp_path):
    assert CliRunner().invoke(app, ["convert", str(tmp_path), "--to", "docx", "--out", str(tmp_path)]).exit_code == 2


@pytest.mark.parametrize(("path", "target"), [("vicon_pig/HC030A05.c3d", "mot"), ("vicon_pig/HC030A05.c3d", "trc"),
                                              ("mocap/deepmimic/humanoid3d_run.bvh", "trc")])  # fmt: skip
def test_real_files(shared_data, tmp_path, path, target):
    (done,) = converted(shared_data / path, target, tmp_path)
    original, again = read(shared_data / path).items[0].record, read(done.output).items[0].record
    if target == "trc":
        expected = points_of(original).xyz_mm
        turned = expected if original.axes == Axes.WORLD_Y_UP else expected[..., [0, 2, 1]] * [1, 1, -1]
        np.testing.assert_allclose(again.xyz_mm, turned, atol=2e-4)
        assert again.axes == Axes.WORLD_Y_UP
    else:
        assert len(again.values) == original.n_frames
        knee = again.values[:, again.names.index("knee_flexion_l")]
        assert 40 < np.nanmax(knee) < 85
