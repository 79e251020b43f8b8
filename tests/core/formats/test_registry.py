"""Detection by content, explicit formats, what the user states, and files that are none of the known ones."""

from __future__ import annotations

import json
import pickle
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import AmbiguousFileError, DataError, UsageError
from core.formats import registry
from core.formats.base import Format, Match, ReadOptions
from core.formats.registry import FORMATS, candidates, detect, format_named, read
from core.records import Axes


def test_names_are_unique_and_found():
    names = [known.name for known in FORMATS]
    assert len(set(names)) == len(names)
    assert all(format_named(name).name == name for name in names)
    with pytest.raises(UsageError, match=r"unknown format 'x'; known: .*videopose3d_npy"):
        format_named("x")


def test_the_ending_decides_nothing(tmp_path, body_mm):
    right = tmp_path / "a.npy"
    np.save(right, body_mm() / 1000)
    for ending in ("json", "npz", "bvh", "c3d", "mp4", "txt"):
        other = shutil.copy(right, tmp_path / f"a.{ending}")
        assert detect(tmp_path / other).name == "videopose3d_npy"


def test_named_format_wins(tmp_path, body_mm):
    path = tmp_path / "a.npy"
    np.save(path, body_mm() / 1000)
    assert detect(path).name == "videopose3d_npy"
    assert read(path, "motionbert_npy").items[0].record.scale == "weak_perspective"
    with pytest.raises(DataError, match="not usable as MMPose JSON"):
        read(path, "mmpose_json")


def _refuse(path, options):
    raise AssertionError("an ambiguous file must not be read")


def test_ambiguous_files_are_asked_about(tmp_path, monkeypatch):
    def fits(path, head):
        return Match(True, "it says so")

    two = tuple(Format(name, name, (), "poses", fits, _refuse) for name in ("one", "two"))
    monkeypatch.setattr(registry, "FORMATS", two)
    (tmp_path / "x").write_text("x")
    with pytest.raises(AmbiguousFileError, match=r"one \(it says so\), two \(it says so\)\. Pass --format one"):
        detect(tmp_path / "x")


def test_what_the_user_states_is_applied_and_noted(tmp_path, body_mm):
    path = tmp_path / "a.npy"
    np.save(path, body_mm() / 1000)
    stated = ReadOptions(fps=50, axes="world_y_up", rig="ap3d_running", normalisation="person box", scale="arbitrary")
    record = read(path, options=stated).items[0].record
    assert (record.fps, record.axes, record.rig) == (50, Axes.WORLD_Y_UP, "ap3d_running")
    assert (record.normalisation, record.scale) == ("person box", "arbitrary")
    assert sum("as stated" in note for note in record.notes) == 5
    assert np.allclose(
        read(path, options=ReadOptions(mm_per_unit=500)).items[0].record.xyz_mm, body_mm() / 2, atol=1e-3
    )


@pytest.mark.parametrize("stated", [{"axes": "up"}, {"rig": "horse"}, {"scale": "big"}, {"fps": 0}, {"fps": np.nan},
                                    {"mm_per_unit": -1}, {"size_px": (0, 5)}])  # fmt: skip
def test_statements_that_mean_nothing(tmp_path, stated):
    with pytest.raises(UsageError):
        read(tmp_path / "absent.npy", options=ReadOptions(**stated))


class Evil:
    def __reduce__(self):
        return eval, ("1",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "file is empty"),
        (b"\x00\x00\x00\x18ftypmp42", "MP4"),
        (b"hello\nworld", "text file that begins with 'hello'"),
        (bytes(range(256)), "binary data"),
        (b'{"a": 1, "b": [2]}', "JSON with the keys a, b"),
        (pickle.dumps({"weights": 1}), "pickle of a dictionary with the keys weights"),
        (pickle.dumps([Evil()]), r"builtins\.eval, which could run code"),
        (b"\x93NUMPY\x01\x00", "header"),
        (b"PK\x03\x04xxxx", "damaged"),
    ],
)
def test_unknown_files_are_described(tmp_path, content, words):
    path = tmp_path / "x.npy"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_arrays_of_other_shapes_are_described(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.zeros((5, 4)))
    with pytest.raises(DataError, match=r"no known format; it looks like a numpy array \(5, 4\) float64"):
        read(path)
    np.save(path, np.zeros((8, 16, 3)))
    with pytest.raises(DataError, match=r"numpy array \(8, 16, 3\) float64; expected \(T, 17, 3\): frames, joints"):
        read(path)
    np.savez(tmp_path / "x.npz", alpha=np.zeros(3))
    with pytest.raises(DataError, match="archive of arrays named alpha"):
        read(tmp_path / "x.npz")
    with pytest.raises(DataError, match="cannot be read"):
        candidates(tmp_path / "absent")
    with pytest.raises(DataError, match="cannot be read"):
        candidates(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a.astype(complex), "complex128"),
        (lambda a: (a * 1000).astype(int), "int64"),
        (lambda a: np.full_like(a, np.nan), "no defined frame"),
        (lambda a: np.where(np.arange(len(a))[:, None, None] == 4, np.inf, a), "frame 4"),
        (lambda a: a[:0], "no frames"),
    ],
)
def test_odd_pose_arrays_name_their_fault(tmp_path, body_mm, change, words):
    path = tmp_path / "x.npy"
    np.save(path, change(body_mm() / 1000))
    with pytest.raises(DataError, match=words):
        read(path)


def test_one_frame_and_one_missing_joint_are_fine(tmp_path, body_mm):
    path = tmp_path / "x.npy"
    poses = body_mm(1) / 1000
    poses[0, 13] = np.nan
    np.save(path, poses)
    record = read(path).items[0].record
    assert np.isnan(record.xyz_mm).sum() == 3


def seeds(folder, body):
    """One valid small file per container: array, archive, object archive, pickle, JSON."""
    metres = (body / 1000).astype(np.float32)
    np.save(folder / "0", metres)
    (folder / "0.npy").rename(folder / "0")
    for name, arrays in (("1", {"reconstruction": metres}),
                         ("2", {"positions_3d": np.array({"S1": {"a": metres}}, dtype=object)})):  # fmt: skip
        with (folder / name).open("wb") as file:
            np.savez_compressed(file, **arrays)
    camera = {"R": np.eye(3), "T": np.ones((3, 1)), "f": np.ones((2, 1)), "c": np.ones((2, 1)), "w": 5, "h": 6}
    (folder / "3").write_bytes(pickle.dumps({("S1", "1"): camera}))
    frames = [{"frame_id": 0, "instances": [{"keypoints": metres[0].tolist(), "keypoint_scores": [1.0]}]}]
    (folder / "4").write_text(json.dumps(frames))
    detections = [{"image_id": "0.jpg", "keypoints": [1.0] * 51, "score": 1.0}]
    (folder / "5").write_text(json.dumps(detections))
    annotations = {"images": [{"id": 1, "file_name": "a_1.jpg"}],
                   "annotations": [{"image_id": 1, "keypoints": [1.0] * 51}]}  # fmt: skip
    (folder / "6").write_text(json.dumps(annotations))
    return [(folder / str(i)).read_bytes() for i in range(7)]


def test_seeds_are_read(tmp_path, body_mm):
    names = ["videopose3d_npy", "reconstruction_npz", "videopose3d_data3d", "cameras_pickle", "mmpose_json",
             "alphapose_json", "coco_json"]  # fmt: skip
    for i, _ in enumerate(seeds(tmp_path, body_mm(2))):
        assert read(tmp_path / str(i)).format == names[i]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_mutated_files_read_or_fail_with_one_line(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fuzz")
    body = np.random.default_rng(1).normal(0, 300, (2, 17, 3))
    content = bytearray(data.draw(st.sampled_from(seeds(folder, body))))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = folder / "mutated"
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))] if data.draw(st.booleans()) else content))
    named = data.draw(st.none() | st.sampled_from([known.name for known in FORMATS]))
    try:
        read(path, named)
    except DataError as error:
        assert "\n" not in str(error)


def test_third_party_folders_are_all_named(shared_data):
    """Every file of the lifter outputs and of the AthletePose3D-like data is the one format that its README says."""
    by_folder = {
        "videopose3d_psychomugs/*.npy": "videopose3d_npy", "videopose3d_psychomugs/*.npz": "detectron2_npz",
        "motionbert_*/X3D.npy": "motionbert_npy", "motionbert_boxing/*.json": "alphapose_json",
        "mmpose_h36m_samples/test_h36m*.npz": "mmpose_h36m_npz", "mmpose_h36m_samples/*.npy": "keypoints_npy",
        "mmpose_h36m_samples/*.pkl": "cameras_pickle", "mmpose_h36m_samples/*.json": "coco_json",
        "../opensim_ap3d/reference/*_h36m_anatomical.npy": "poses_npy",
        "../opensim_ap3d/reference/*.npz": "points_npz", "../opensim_ap3d/data/test_set/S3/*_h36m.npy": "ap3d_h36m",
        "../opensim_ap3d/data/test_set/S3/*_coco.npy": "ap3d_coco", "../vicon_pig/*.c3d": "c3d",
        "../opensim_ap3d/cam_param.json": "ap3d_cameras", "../vicon_pig/reference/*_axes.npz": "points_npz",
    }  # fmt: skip
    for pattern, name in by_folder.items():
        paths = sorted((shared_data / "lifter_outputs").glob(pattern))
        assert paths, pattern
        for path in paths:
            assert detect(path).name == name, path.name
    with pytest.raises(DataError, match="MP4"):
        detect(shared_data / "lifter_outputs" / "motionbert_boxing" / "boxing2.mp4")
