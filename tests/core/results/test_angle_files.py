"""Angles of everything under a path: no recording overwrites another, a wish for a split is never forgotten, and a
folder holds the files of its last run only."""

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from core.cli import app
from core.errors import DataError, OutputError, UsageError
from core.export.opensim import write_trc
from core.records import Axes, Points
from core.results.angle_files import AngleOptions, write_angle_files
from core.results.recordings import LooseFiles, count_recordings, find_recordings
from tests.ap3d_layout import FIELD_LABELS, walking_points, write_clip, write_dataset


def recording(path, n_frames=8, names=FIELD_LABELS):
    """A TRC of the walking stick figure; labels that no landmark set knows where ``names`` are others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_trc(path, Points(walking_points(n_frames)[:, : len(names)], tuple(names), 60, Axes.WORLD_Z_UP))


def run(*arguments):
    return CliRunner().invoke(app, ["angles", *map(str, arguments)])


def csvs(folder):
    return sorted(path.name for path in folder.glob("*.csv"))


def listed(folder):
    return json.loads((folder / "angles.json").read_text())


@pytest.fixture
def col(tmp_path):
    """Two recordings of one name in two folders, of 8 and 12 frames."""
    recording(tmp_path / "col/a/walk.trc", 8)
    recording(tmp_path / "col/b/walk.trc", 12)
    return tmp_path / "col"


def test_recordings_of_one_name_keep_a_file_each(col, tmp_path):
    out = tmp_path / "out"
    result = run(col, "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"2 recordings, 20 frames: {out}\n")
    assert csvs(out) == ["a_walk_angles.csv", "b_walk_angles.csv"]
    assert [pl.read_csv(out / name).height for name in csvs(out)] == [8, 12]
    assert [entry["file"] for entry in listed(out)["recordings"]] == csvs(out)


def test_one_name_for_two_recordings_is_a_problem_and_the_first_stays(col, tmp_path):
    recording(col / "a_walk.trc", 3)
    result = run(col, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "a_walk_angles.csv was already written for another recording" in result.stderr
    assert csvs(tmp_path / "out") == ["a_walk_angles.csv", "b_walk_angles.csv"]
    heights = sorted(pl.read_csv(tmp_path / "out" / name).height for name in csvs(tmp_path / "out"))
    assert heights == [8, 12]


@pytest.mark.parametrize("split", ["train", "valid"])
def test_a_split_that_is_not_there_is_said_and_nothing_else_is_read(tmp_path, split):
    root = write_dataset(tmp_path / "data set", {"data/test_set/S1": ["Run_1_cam_1"]})
    result = run(root, "--split", split, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert f"data set: no split '{split}'; it has: test" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_split_of_loose_files_is_no_wish_to_forget(col, tmp_path):
    result = run(col, "--split", "test", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "expected a dataset in AthletePose3D layout" in result.stderr
    with pytest.raises(UsageError, match="unknown split"):
        find_recordings(col, "tset")


def test_a_dataset_and_each_file_of_its_clips_is_opened_as_such(tmp_path):
    stem = write_clip(tmp_path / "S1", "Run_1_cam_1")
    for path in (tmp_path, tmp_path / "S1", stem.with_name("Run_1_cam_1.npy"), stem.with_name("Run_1_cam_1.json")):
        assert [clip.name for clip in find_recordings(path)] == ["S1_Run_1_cam_1"], path
    with pytest.raises(DataError, match="no such file"):
        find_recordings(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no files"):
        find_recordings(tmp_path / "empty")


def test_a_json_beside_recordings_makes_no_dataset_of_a_file(tmp_path):
    recording(tmp_path / "walk.trc")
    (tmp_path / "walk.json").write_text("{}")
    found = find_recordings(tmp_path / "walk.json")
    assert isinstance(found, LooseFiles)
    assert count_recordings(found) == 1


def test_overwriting_removes_the_files_of_the_earlier_run_and_only_those(col, tmp_path):
    out = tmp_path / "out"
    assert run(col, "--out", out).exit_code == 0
    (out / "mine_angles.csv").write_text("mine")
    (out / "notes.txt").write_text("mine")
    assert run(col / "a", "--out", out).exit_code == 1  # holds angles of another run
    assert csvs(out) == ["a_walk_angles.csv", "b_walk_angles.csv", "mine_angles.csv"]
    assert run(col / "a", "--out", out, "--overwrite").exit_code == 0
    assert csvs(out) == ["mine_angles.csv", "walk_angles.csv"]
    assert (out / "notes.txt").exists()
    assert [entry["file"] for entry in listed(out)["recordings"]] == ["walk_angles.csv"]


def test_a_record_cannot_name_files_elsewhere(col, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    for place in (tmp_path / "mine_angles.csv", out / "mine.csv"):
        place.write_text("mine")
    names = ["../mine_angles.csv", str(tmp_path / "mine_angles.csv"), "mine.csv", None]
    (out / "angles.json").write_text(json.dumps({"recordings": [{"file": name} for name in names]}))
    assert run(col, "--out", out, "--overwrite").exit_code == 0
    assert (tmp_path / "mine_angles.csv").exists()
    assert (out / "mine.csv").exists()


def test_a_broken_record_stops_before_anything_is_written(col, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "angles.json").write_text("{")
    result = run(col, "--out", out, "--overwrite")
    assert result.exit_code == 1
    assert "the files of the earlier run are not known" in result.stderr
    assert csvs(out) == []


def test_results_beside_the_recordings_are_not_taken_for_recordings(col):
    for _ in range(2):
        result = run(col, "--out", col, "--overwrite")
        assert (result.exit_code, result.stdout) == (0, f"2 recordings, 20 frames: {col}\n")
        assert "skipped" not in result.stderr


def test_a_run_that_is_stopped_lists_what_it_wrote(col, tmp_path):
    stream = write_angle_files(find_recordings(col), tmp_path / "out", AngleOptions())
    next(stream)
    stream.close()
    record = listed(tmp_path / "out")
    assert (record["complete"], [entry["file"] for entry in record["recordings"]]) == (False, ["a_walk_angles.csv"])
    assert list(write_angle_files(find_recordings(col), tmp_path / "out", AngleOptions(), overwrite=True))
    assert listed(tmp_path / "out")["complete"] is True


def test_files_that_are_no_recordings_are_skipped_and_counted_by_reason(col, tmp_path):
    recording(col / "calibration/wand.trc", names=("w1", "w2"))
    origins = {name: np.random.default_rng(0).normal(0, 500, (4, 3)) for name in ("LFEO", "RFEO", "LHUO")}
    np.savez(col / "axes.npz", LFE=np.zeros((4, 3, 3)), **origins)  # an archive of axes: no frame rate
    for name in ("LICENSE", "README.md"):
        (col / name).write_text("text")
    result = run(col, "--out", tmp_path / "out")
    assert (result.exit_code, csvs(tmp_path / "out")) == (0, ["a_walk_angles.csv", "b_walk_angles.csv"])
    assert "2 files skipped, no labelled points: LICENSE, README.md" in result.stderr
    assert "2 files skipped, no landmark set knows their labels: axes.npz, calibration/wand.trc" in result.stderr
    skipped = {entry["name"]: entry["skipped"] for entry in listed(tmp_path / "out")["recordings"]}
    assert skipped["calibration/wand.trc"] == "no landmark set knows their labels"


@pytest.mark.parametrize(
    ("place", "said"),
    [("in/wand.trc", "no landmark set knows its labels (w1, w2"), ("in/note.txt", "no known format"),
     ("in", "nothing here has labelled points that a landmark set knows")],
)  # fmt: skip
def test_alone_such_a_file_is_a_problem_and_so_is_a_folder_of_nothing_else(tmp_path, place, said):
    recording(tmp_path / "in/wand.trc", names=("w1", "w2"))
    (tmp_path / "in/note.txt").write_text("text")
    result = run(tmp_path / place, "--out", tmp_path / "out")
    assert (result.exit_code, csvs(tmp_path / "out")) == (1, [])
    assert said in result.stderr.split("problem: ")[1]


def test_vicon_recordings_beside_their_archives_of_axes(shared_data, tmp_path):
    result = run(shared_data / "vicon_pig", "--out", tmp_path / "out")
    assert (result.exit_code, len(csvs(tmp_path / "out"))) == (0, 4)
    assert "problem" not in result.stderr


def test_an_unwritable_folder_is_said(col, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        list(write_angle_files(find_recordings(col), tmp_path / "file", AngleOptions()))
