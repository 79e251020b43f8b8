"""Opening a dataset at every level, its problems, its cache, and loading clips."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from core.dataset import index as index_module
from core.dataset import iter_clips, load_clip, load_keypoints, open_dataset
from core.errors import DataError, UsageError
from core.records import Clip
from tests.ap3d_layout import FIELD_LABELS, poses_of, walking_points, write_clip, write_dataset

STEMS = ["Axel_1_cam_1", "Axel_1_cam_2"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "set", {"data/train_set/S1": STEMS, "data/test_set/S2": ["Comb_3_cam_2"]})


def names(path: Path, **options: str) -> list[str]:
    return [clip.name for clip in open_dataset(path, **options)]


def test_every_level_of_the_layout_opens(root: Path) -> None:
    assert names(root) == ["S1_Axel_1_cam_1", "S1_Axel_1_cam_2", "S2_Comb_3_cam_2"]
    assert names(root / "data") == names(root)
    assert names(root / "data" / "train_set") == ["S1_Axel_1_cam_1", "S1_Axel_1_cam_2"]
    assert names(root / "data" / "test_set" / "S2") == ["S2_Comb_3_cam_2"]
    for ending in (".json", ".npy", "_h36m.npy"):
        one = open_dataset(root / "data" / "train_set" / "S1" / f"Axel_1_cam_2{ending}")
        assert [clip.name for clip in one] == ["S1_Axel_1_cam_2"]
        assert one.root == root
        assert load_clip(one.clips[0], one).camera is not None


def test_split_names_with_and_without_set(root: Path, tmp_path: Path) -> None:
    assert names(root, split="train") == names(root, split="train_set") == ["S1_Axel_1_cam_1", "S1_Axel_1_cam_2"]
    plain = write_dataset(tmp_path / "plain", {"train/S1": STEMS, "valid/S1": ["Flip_1_cam_1"]})
    assert names(plain, split="valid_set") == ["S1_Flip_1_cam_1"]
    with pytest.raises(DataError, match=r"no split 'test'; it has: train, valid"):
        open_dataset(plain, split="test")
    with pytest.raises(UsageError, match="unknown split 'holdout'; known: train, valid, test"):
        open_dataset(plain, split="holdout")


def test_entry_says_what_the_files_say(root: Path) -> None:
    write_clip(root / "data/test_set/S2", "Running_12_cam_4", 11, fps=120, type="running", rotation_ccw_90=True,
               source_start_frame=25, cam="cam_b")  # fmt: skip
    entry = open_dataset(root).entry("S2_Running_12_cam_4")
    assert (entry.athlete, entry.activity, entry.trial, entry.camera_index) == ("running/S2", "Running", "12", "4")
    assert (entry.n_frames, entry.fps, entry.n_labels, entry.rotated) == (11, 120.0, len(FIELD_LABELS), True)
    assert (entry.split, entry.camera_id, entry.size_px, entry.source_start_frame) == ("test", "cam_b", (1280, 768), 25)
    assert json.loads(json.dumps(dataclasses.asdict(entry)))["location"] == "data/test_set/S2/Running_12_cam_4"


def test_loaded_clip_holds_the_files_numbers_and_crosses_processes(root: Path) -> None:
    dataset = pickle.loads(pickle.dumps(open_dataset(root)))
    clip = load_clip(dataset.entry("S1_Axel_1_cam_2"), dataset)
    points = walking_points(8, seed=1)
    np.testing.assert_array_equal(clip.points.xyz_mm, points)
    np.testing.assert_array_equal(clip.poses.xyz_mm, poses_of(points))
    assert clip.points.names == FIELD_LABELS
    assert clip.poses.rig == "ap3d"
    assert clip.camera is not None
    assert clip.camera.size_px == (1280, 768)
    assert [role for role, _ in clip.sha256] == ["info", "points", "poses"]
    assert clip.notes == ()


def test_two_clips_of_one_name_are_both_kept_and_told_apart(tmp_path: Path) -> None:
    folders = {"data/train_set/S1": STEMS[:1], "data/valid_set/S1": STEMS[:1], "data/train/S1": ["Flip_1_cam_1"]}
    dataset = open_dataset(write_dataset(tmp_path / "d", folders))
    assert [c.name for c in dataset] == ["S1_Flip_1_cam_1", "train_S1_Axel_1_cam_1", "valid_S1_Axel_1_cam_1"]
    (problem,) = dataset.problems
    assert not problem.excluded
    assert "data/train_set/S1/Axel_1_cam_1 and data/valid_set/S1/Axel_1_cam_1" in problem.message


def test_one_split_in_two_folders_is_told_apart_by_the_folders(tmp_path: Path) -> None:
    dataset = open_dataset(write_dataset(tmp_path / "d", {"train/S1": STEMS[:1], "train_set/S1": STEMS[:1]}))
    assert [clip.name for clip in dataset] == ["train_S1_Axel_1_cam_1", "train_set_S1_Axel_1_cam_1"]


BROKEN = {
    "fps_zero": ({"fps": 0}, "frame rate must be positive; expected fps > 0, got fps = 0"),
    "fps_negative": ({"fps": -60}, "frame rate must be positive"),
    "fps_missing": ({"fps": None}, "cannot be used; expected key 'fps', got no such key"),
    "fps_text": ({"fps": "60"}, "expected a number for 'fps', got text"),
    "camera_missing": ({"cam": None}, "expected key 'cam', got no such key"),
    "names_too_few": ({"keypoint_name": list(FIELD_LABELS[:-1])}, "expected (T, 22, 3)"),
    "names_twice": ({"keypoint_name": [*FIELD_LABELS[:-1], "RASI"]}, "label 'RASI' occurs twice"),
    "size_zero": ({"video_width": 0}, "picture size must be positive"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_information_leaves_one_clip_out_with_one_line(root: Path, case: str) -> None:
    changes, expected = BROKEN[case]
    write_clip(root / "data/test_set/S2", "Loop_1_cam_1", **changes)
    dataset = open_dataset(root)
    assert len(dataset) == 3
    (problem,) = dataset.problems
    assert problem.excluded
    assert problem.clip == "S2_Loop_1_cam_1"
    assert expected in problem.message
    assert "Loop_1_cam_1" in problem.message
    assert "\n" not in problem.message


def _truncate(stem: Path) -> None:
    path = stem.with_name(f"{stem.name}.npy")
    path.write_bytes(path.read_bytes()[:-10])


BROKEN_FILES = {
    "truncated": (_truncate, "file is truncated"),
    "empty": (lambda stem: stem.with_name(f"{stem.name}.npy").write_bytes(b""), "file is empty"),
    "no_json": (lambda stem: stem.with_name(f"{stem.name}.json").unlink(), "clip information is missing"),
    "json_cut": (lambda stem: stem.with_name(f"{stem.name}.json").write_text('{"fps": 6'), "not valid JSON: "),
    "json_list": (
        lambda stem: stem.with_name(f"{stem.name}.json").write_text("[1]"),
        "expected an object at the top",
    ),
    "integers": (lambda stem: np.save(f"{stem}_h36m.npy", np.zeros((8, 17, 3), int)), "int64"),
    "complex": (lambda stem: np.save(f"{stem}_h36m.npy", np.zeros((8, 17, 3), complex)), "complex128"),
    "wrong_shape": (lambda stem: np.save(f"{stem}_h36m.npy", np.zeros((8, 16, 3))), "expected (T, 17, 3)"),
    "other_length": (lambda stem: np.save(f"{stem}_h36m.npy", np.zeros((7, 17, 3))), "expected 8 frames"),
    "no_frames": (lambda stem: np.save(f"{stem}_h36m.npy", np.zeros((0, 17, 3))), "one frame at least"),
    "objects": (lambda stem: np.save(f"{stem}_h36m.npy", np.array([{}]), allow_pickle=True), "wrong shape or type"),
}


@pytest.mark.parametrize("case", BROKEN_FILES)
def test_broken_files_leave_one_clip_out_with_one_line(root: Path, case: str) -> None:
    break_it, expected = BROKEN_FILES[case]
    break_it(write_clip(root / "data/test_set/S2", "Loop_1_cam_1"))
    dataset = open_dataset(root)
    assert len(dataset) == 3
    (problem,) = dataset.problems
    assert problem.excluded
    assert expected in problem.message
    assert "Loop_1_cam_1" in problem.message


def _spoil(path: Path, index: tuple[int, ...], value: float) -> None:
    array = np.load(path)
    array[index] = value
    np.save(path, array)


def test_infinite_and_absent_coordinates_name_file_and_frame(root: Path) -> None:
    stem = root / "data/test_set/S2/Comb_3_cam_2"
    _spoil(Path(f"{stem}_h36m.npy"), (5, 2, 0), np.inf)
    dataset = open_dataset(stem.with_name(f"{stem.name}.json"))
    with pytest.raises(DataError, match=r"Comb_3_cam_2_h36m.npy, frame 5: infinite"):
        load_clip(dataset.clips[0], dataset)
    _spoil(Path(f"{stem}_h36m.npy"), (...,), np.nan)
    with pytest.raises(DataError, match=r"Comb_3_cam_2_h36m.npy: every coordinate is missing"):
        load_clip(dataset.clips[0], dataset)


def test_gaps_bones_without_length_and_single_frames_are_said(root: Path) -> None:
    stem = write_clip(root / "data/test_set/S2", "Loop_1_cam_1", source_start_frame=0, source_end_frame=99)
    _spoil(Path(f"{stem}_h36m.npy"), (slice(2, 5), 3), np.nan)
    _spoil(Path(f"{stem}_h36m.npy"), (0, slice(1, 3)), 7.0)
    write_clip(root / "data/test_set/S2", "Loop_2_cam_1", n_frames=1)
    dataset = open_dataset(root)
    notes = " | ".join(load_clip(dataset.entry("S2_Loop_1_cam_1"), dataset).notes)
    assert "reference joints are missing: r_ankle in 3 of 8 frames" in notes
    assert "bone r_hip-r_knee has no length in 1 of 8 frames" in notes
    assert "source frames 0 to 99 do not make 8 frames" in notes
    assert "reference joints differ from the labelled points of rig ap3d by up to: r_hip" in notes
    assert "clip has one frame" in " | ".join(load_clip(dataset.entry("S2_Loop_2_cam_1"), dataset).notes)


def test_poses_are_made_from_points_where_absent_and_points_may_be_absent(root: Path) -> None:
    folder = root / "data/test_set/S2"
    write_clip(folder, "Loop_1_cam_1").with_name("Loop_1_cam_1_h36m.npy").unlink()
    write_clip(folder, "Loop_2_cam_1").with_name("Loop_2_cam_1.npy").unlink()
    dataset = open_dataset(root)
    made = load_clip(dataset.entry("S2_Loop_1_cam_1"), dataset)
    np.testing.assert_allclose(made.poses.xyz_mm, poses_of(walking_points(8)), atol=1e-3)
    assert "made from the labelled points by the recipe of rig ap3d" in made.notes[0]
    bare = load_clip(dataset.entry("S2_Loop_2_cam_1"), dataset)
    assert bare.points is None
    assert "no labelled points: reference angles are not available" in bare.notes


def test_unknown_labels_are_named(root: Path) -> None:
    folder = root / "data/test_set/S2"
    renamed = ["Knee right" if label == "RKNE" else label for label in FIELD_LABELS]
    write_clip(folder, "Loop_1_cam_1", keypoint_name=renamed)
    dataset = open_dataset(root)
    clip = load_clip(dataset.entry("S2_Loop_1_cam_1"), dataset)
    assert any("could not be verified on all joints: no label RKNE" in note for note in clip.notes)
    (folder / "Loop_1_cam_1_h36m.npy").unlink()
    dataset = open_dataset(root)
    with pytest.raises(DataError, match=r"Loop_1_cam_1.npy: .*cannot be made.*no RKNE"):
        load_clip(dataset.entry("S2_Loop_1_cam_1"), dataset)


def test_metres_become_millimetres_and_it_is_said(root: Path) -> None:
    stem = root / "data/test_set/S2/Comb_3_cam_2"
    for ending in (".npy", "_h36m.npy"):
        np.save(f"{stem}{ending}", np.load(f"{stem}{ending}") / 1000)
    dataset = open_dataset(root)
    clip = load_clip(dataset.entry("S2_Comb_3_cam_2"), dataset)
    np.testing.assert_allclose(clip.poses.xyz_mm, poses_of(walking_points(8)), rtol=1e-5)
    assert clip.notes.count("coordinates were in metres and were multiplied by 1000") == 2


def test_missing_and_broken_cameras_do_not_stop_a_clip(root: Path) -> None:
    write_clip(root / "data/test_set/S2", "Loop_1_cam_1", cam="nobody")
    dataset = open_dataset(root)
    clip = load_clip(dataset.entry("S2_Loop_1_cam_1"), dataset)
    assert clip.camera is None
    assert any("camera 'nobody' is not in cam_param.json" in note for note in clip.notes)
    (root / "cam_param.json").write_text("{")
    dataset = open_dataset(root)
    assert "cam_param.json: cameras cannot be used" in dataset.problems[0].message
    assert load_clip(dataset.clips[0], dataset).camera is None
    (root / "cam_param.json").unlink()
    assert any("no cam_param.json" in note for note in open_dataset(root).notes)


def test_one_broken_clip_among_many_comes_as_its_error(root: Path) -> None:
    dataset = open_dataset(root)
    (root / "data/train_set/S1/Axel_1_cam_2_h36m.npy").unlink()
    results = list(iter_clips(dataset))
    assert [type(result) for result in results] == [Clip, DataError, Clip]
    assert "Axel_1_cam_2_h36m.npy" in str(results[1])


def test_a_clip_that_changed_after_indexing_is_refused(root: Path) -> None:
    dataset = open_dataset(root)
    write_clip(root / "data/test_set/S2", "Comb_3_cam_2", n_frames=9)
    with pytest.raises(DataError, match="changed since it was indexed; expected 8 frames, got 9"):
        load_clip(dataset.entry("S2_Comb_3_cam_2"), dataset)


def test_warm_index_reads_no_file_and_sees_changes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = open_dataset(root)
    examined: list[Path] = []
    real = index_module._examine
    monkeypatch.setattr(index_module, "_examine", lambda stem, stamps: examined.append(stem) or real(stem, stamps))
    assert open_dataset(root).clips == cold.clips
    assert examined == []
    write_clip(root / "data/test_set/S2", "Comb_3_cam_2", n_frames=9)
    assert open_dataset(root).entry("S2_Comb_3_cam_2").n_frames == 9
    assert [stem.name for stem in examined] == ["Comb_3_cam_2"]
    for file in (root / "data/train_set/S1").glob("Axel_1_cam_2*"):
        file.unlink()
    assert [clip.name for clip in open_dataset(root)] == ["S1_Axel_1_cam_1", "S2_Comb_3_cam_2"]


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x93\x01\xa1x\x80"])
def test_corrupt_cache_is_ignored_and_rebuilt(root: Path, own_cache: Path, content: bytes) -> None:
    first = open_dataset(root)
    for file in own_cache.iterdir():
        file.write_bytes(content)
    assert open_dataset(root).clips == first.clips
    assert all(file.read_bytes() != content for file in own_cache.iterdir())


def test_cache_that_cannot_be_written_is_no_error(root: Path, own_cache: Path) -> None:
    own_cache.write_text("a file stands where the folder should be")
    assert len(open_dataset(root)) == 3


def test_fingerprint_is_of_the_content_not_of_place_or_time(root: Path, tmp_path: Path) -> None:
    first = open_dataset(root).fingerprint
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(root, copy)
    for file in copy.rglob("*.npy"):
        os.utime(file, (1, 1))
    assert open_dataset(copy).fingerprint == first
    assert open_dataset(copy, split="train").fingerprint != first
    cameras = json.loads((copy / "cam_param.json").read_text())
    cameras["cam_a"]["xyz"][2] += 1
    (copy / "cam_param.json").write_text(json.dumps(cameras))
    assert open_dataset(copy).fingerprint != first


def test_nothing_to_open_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        open_dataset(tmp_path / "absent")
    with pytest.raises(DataError, match="no clips found; expected a dataset in AthletePose3D layout"):
        open_dataset(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(DataError, match=r"notes.txt: not a file of a clip"):
        open_dataset(tmp_path / "notes.txt")


def test_a_file_beside_clips_that_belongs_to_none_is_said(root: Path) -> None:
    (root / "data/train_set/S1/other.json").write_text("{}")
    assert len(open_dataset(root)) == 3
    with pytest.raises(DataError, match=r"other.json: no clip goes with this file"):
        open_dataset(root / "data/train_set/S1/other.json")


def test_keypoints_load_upright_and_in_length(root: Path) -> None:
    stem = root / "data/test_set/S2/Comb_3_cam_2"
    pixels = np.full((8, 17, 2), 5.0, np.float32)
    np.save(f"{stem}_coco.npy", pixels)
    dataset = open_dataset(root)
    entry = dataset.entry("S2_Comb_3_cam_2")
    np.testing.assert_array_equal(load_keypoints(entry, dataset).xy_px, pixels)
    np.save(f"{stem}_coco.npy", pixels[:7])
    with pytest.raises(DataError, match="expected 8 frames, got 7"):
        load_keypoints(entry, dataset)


def test_real_motion_in_the_layout_opens_whole(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "opensim_ap3d")
    assert len(dataset) == 28
    assert dataset.problems == ()
    notes = {note for clip in iter_clips(dataset) if isinstance(clip, Clip) for note in clip.notes}
    assert notes == set()
