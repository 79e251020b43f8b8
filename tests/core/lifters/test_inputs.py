"""Where the 2D of each clip comes from: datasets, their references, files of all kinds, and real ones."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from core.cameras import project
from core.dataset import load_clip, open_dataset
from core.errors import AmbiguousFileError, DataError
from core.lifters.gaps import filled
from core.lifters.inputs import Inputs, dataset_inputs, file_inputs, load_input
from core.lifters.joint_sets import in_layout
from core.lifters.normalisation import check_picture, placement
from core.records import Poses2D
from core.skeleton import JOINTS
from tests.ap3d_layout import write_dataset

CLIPS = {"data/test_set/S1": ["Axel_1_cam_1", "Axel_1_cam_2"], "data/test_set/S2": ["Loop_3_cam_1"]}
NAMES = ["S1_Axel_1_cam_1", "S1_Axel_1_cam_2", "S2_Loop_3_cam_1"]


@pytest.fixture
def root(tmp_path) -> Path:
    return write_dataset(tmp_path / "dataset", CLIPS)


def own_keypoints(root: Path, folder: str, stem: str, n_frames: int = 8) -> np.ndarray:
    xy = np.random.default_rng(4).uniform(100, 700, (n_frames, 17, 2)).astype(np.float32)
    xy[:, 1:5] = np.nan
    np.save(root / folder / f"{stem}_coco.npy", xy)
    return xy


def alphapose(path: Path, xy: np.ndarray) -> None:
    """Keypoints in pixels with score 0.8, one person a frame, as AlphaPose writes them."""
    scored = np.concatenate((xy, np.full((*xy.shape[:2], 1), 0.8)), axis=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([
        {"image_id": f"{frame}.jpg", "category_id": 1, "keypoints": person.ravel().tolist(), "score": 3.0,
         "box": [0, 0, 10, 10], "idx": [0.0]}
        for frame, person in enumerate(scored)
    ]))  # fmt: skip


def data_2d(path: Path, positions: dict, metadata: dict | None = None) -> None:
    """A ``data_2d_*.npz`` of VideoPose3D: {subject: {action: [per camera (T, J, 2)]}}."""
    content = {"layout_name": "coco", "num_joints": 17, "keypoints_symmetry": [[1], [2]], **(metadata or {})}
    np.savez_compressed(path, positions_2d=np.array(positions, object), metadata=np.array(content, object))


def pixels(n_frames: int = 8, n_joints: int = 17, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(50, 700, (n_frames, n_joints, 2)).astype(np.float32)


def lines(inputs: Inputs) -> list[str]:
    return [problem.message for problem in inputs.problems]


# The dataset's own 2D


def test_auto_takes_a_clips_own_keypoints_else_its_reference(root):
    own = own_keypoints(root, "data/test_set/S1", "Axel_1_cam_2")
    inputs = dataset_inputs(open_dataset(root))
    assert [(ref.clip, ref.source) for ref in inputs.refs] == list(
        zip(NAMES, ["projected", "detected", "projected"], strict=True)
    )
    assert inputs.problems == ()
    assert inputs.notes == ("2D: the dataset's own keypoints for 1 clip(s), reference poses projected for 2 without "
                            "them; errors of the two do not compare",)  # fmt: skip
    loaded = load_input(inputs.refs[1])
    assert np.array_equal(loaded.xy_px, own, equal_nan=True)
    assert (loaded.layout, loaded.fps, loaded.size_px) == ("coco17", 60, (1280, 768))
    assert "labelled points projected" in loaded.notes[-1]


def test_projected_is_the_reference_through_the_clips_camera(root):
    dataset = open_dataset(root)
    loaded = load_input(dataset_inputs(dataset, "projected").refs[0])
    clip = load_clip(dataset.clips[0], dataset)
    # The camera of tests/ap3d_layout, its formula written out: at x = -5000, looking along +X, right is -Y, up is Z.
    forward, right, down = (clip.poses.xyz_mm[..., i] * s + o for i, s, o in ((0, 1, 5000), (1, -1, 0), (2, -1, 1200)))
    expected = np.stack((1000 * right / forward + 640, 1001 * down / forward + 384), axis=-1)
    assert np.allclose(loaded.xy_px, expected, atol=0.01)
    assert (loaded.layout, loaded.fps, loaded.size_px) == ("h36m17", 60, (1280, 768))
    assert (loaded.confidence == 1).all()
    assert loaded.origin.path.endswith("Axel_1_cam_1_h36m.npy")
    assert loaded.notes[-1].startswith("2D is the reference (rig ap3d) projected through camera cam_a")


def test_detected_without_keypoints_and_projected_without_camera_are_problems(root):
    own_keypoints(root, "data/test_set/S2", "Loop_3_cam_1")
    inputs = dataset_inputs(open_dataset(root), "detected")
    assert [ref.clip for ref in inputs.refs] == ["S2_Loop_3_cam_1"]
    assert [problem.clip for problem in inputs.problems] == NAMES[:2]
    assert lines(inputs)[0] == "S1_Axel_1_cam_1: no 2D keypoints (Axel_1_cam_1_coco.npy is not there)"
    (root / "cam_param.json").write_text("{}")
    inputs = dataset_inputs(open_dataset(root), "projected")
    assert inputs.refs == ()
    assert lines(inputs)[2] == ("S2_Loop_3_cam_1: reference poses cannot be projected, camera 'cam_a' is not in "
                                "cam_param.json")  # fmt: skip


def test_own_keypoints_of_another_length_are_refused(root):
    own_keypoints(root, "data/test_set/S1", "Axel_1_cam_1", n_frames=7)
    with pytest.raises(DataError, match="2D keypoints and reference differ in length; expected 8 frames, got 7"):
        load_input(dataset_inputs(open_dataset(root)).refs[0])


def test_references_can_be_hashed_and_sent_to_another_process(root):
    own_keypoints(root, "data/test_set/S1", "Axel_1_cam_1")
    inputs = dataset_inputs(open_dataset(root))
    assert len({*inputs.refs}) == 3
    for ref in inputs.refs:
        again = pickle.loads(pickle.dumps(ref))
        assert again.clip == ref.clip
        assert np.array_equal(load_input(again).xy_px, load_input(ref).xy_px, equal_nan=True)


# Files for the clips of a dataset


def test_files_are_matched_by_name_as_predictions_are(root, tmp_path):
    folder = tmp_path / "detections"
    alphapose(folder / "S1_Axel_1_cam_1.json", pixels(seed=1))
    alphapose(folder / "Loop_3_cam_1" / "alphapose-results.json", pixels(seed=2))
    alphapose(folder / "S9_Flip_1_cam_1.json", pixels(seed=3))
    (folder / "notes.json").write_text('{"a": 1}')
    inputs = dataset_inputs(open_dataset(root), folder)
    assert [ref.clip for ref in inputs.refs] == [NAMES[0], NAMES[2]]
    assert np.allclose(load_input(inputs.refs[1]).xy_px, pixels(seed=2), atol=1e-3)
    assert lines(inputs) == [f"{folder}: no 2D keypoints for 1 clip(s): S1_Axel_1_cam_2"]
    assert f"{folder}: 1 file(s) of 2D keypoints without a clip in the dataset: S9_Flip_1_cam_1.json" in inputs.notes
    loaded = load_input(inputs.refs[0])
    assert (loaded.fps, loaded.size_px, loaded.layout) == (60, (1280, 768), "coco17")


def test_a_file_of_another_length_is_a_problem_where_it_is_known_and_an_error_where_it_is_read(root, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    np.save(folder / "S1_Axel_1_cam_1_coco.npy", pixels(9))
    alphapose(folder / "S2_Loop_3_cam_1.json", pixels(9))
    alphapose(folder / "S1_Axel_1_cam_2.json", pixels())
    inputs = dataset_inputs(open_dataset(root), folder)
    assert [ref.clip for ref in inputs.refs] == NAMES[1:]
    assert inputs.problems[0].clip == NAMES[0]
    assert "of another length; expected 8 frames as in clip S1_Axel_1_cam_1, got 9" in lines(inputs)[0]
    with pytest.raises(DataError, match="differ in length; expected 8 frames as in clip S2_Loop_3_cam_1, got 9"):
        load_input(inputs.refs[1])


def test_several_files_for_one_clip_and_one_file_for_several_clips(tmp_path):
    root = write_dataset(tmp_path / "d", {"S1": ["Axel_1_cam_1"], "S2": ["Axel_1_cam_1", "Loop_1_cam_1"]})
    folder = tmp_path / "files"
    alphapose(folder / "S1_Axel_1_cam_1_a.json", pixels())
    alphapose(folder / "S1_Axel_1_cam_1_b.json", pixels())
    alphapose(folder / "Loop_1_cam_1.json", pixels())
    inputs = dataset_inputs(open_dataset(root), folder)
    assert [ref.clip for ref in inputs.refs] == ["S2_Loop_1_cam_1"]
    assert lines(inputs)[0] == ("S1_Axel_1_cam_1: several files of 2D keypoints, none taken: S1_Axel_1_cam_1_a.json "
                                "and S1_Axel_1_cam_1_b.json")  # fmt: skip
    for file in folder.glob("S1*"):
        file.unlink()
    alphapose(folder / "Axel_1_cam_1.json", pixels())
    message = lines(dataset_inputs(open_dataset(root), folder))[0]
    assert "may belong to several clips: S1_Axel_1_cam_1 and S2_Axel_1_cam_1. Put the athlete's folder" in message


def test_records_of_one_file_are_matched_by_subject_action_and_camera(root, tmp_path):
    path = tmp_path / "data_2d_custom_detectron.npz"
    data_2d(path, {"S1": {"Axel_1": [pixels(seed=1), pixels(seed=2)]}, "S2": {"Loop_3": [pixels(seed=3)]},
                   "S7": {"Loop_3": [pixels()]}})  # fmt: skip
    inputs = dataset_inputs(open_dataset(root), path)
    assert [(ref.clip, ref.key) for ref in inputs.refs] == list(
        zip(NAMES, ["S1/Axel_1/0", "S1/Axel_1/1", "S2/Loop_3/0"], strict=True)
    )
    for seed, ref in enumerate(inputs.refs, 1):
        assert np.array_equal(load_input(ref).xy_px, pixels(seed=seed))
    assert not lines(inputs)
    assert inputs.notes == (
        f"{path}: 1 file(s) of 2D keypoints without a clip in the dataset: {path.name}#S7/Loop_3/0",
    )


def test_the_only_file_serves_the_only_clip(tmp_path):
    root = write_dataset(tmp_path / "d", {"S1": ["Axel_1_cam_1"]})
    alphapose(tmp_path / "mine.json", pixels())
    inputs = dataset_inputs(open_dataset(root), tmp_path / "mine.json")
    assert [ref.clip for ref in inputs.refs] == ["S1_Axel_1_cam_1"]
    assert inputs.problems == ()


def test_the_files_own_size_wins_and_another_shape_is_refused(root, tmp_path):
    path = tmp_path / "data_2d_custom.npz"
    positions = {"S1": {"Axel_1": [pixels(), pixels()]}, "S2": {"Loop_3": [pixels()]}}
    data_2d(path, positions, {"video_metadata": {"S1": {"w": 640, "h": 384}, "S2": {"w": 768, "h": 1280}}})
    inputs = dataset_inputs(open_dataset(root), path)
    halved = load_input(inputs.refs[0])
    assert halved.size_px == (640, 384)
    assert "2D is of a picture of 640x384, the clip's is 1280x768" in halved.notes
    with pytest.raises(
        DataError, match="another shape than the clip's; expected 1280x768 as shown upright, got 768x1280"
    ):
        load_input(inputs.refs[2])


def test_a_turned_clip_is_seen_upright(tmp_path):
    root = write_dataset(tmp_path / "d", {"S1": ["Run_1_cam_1"]})
    info = root / "S1" / "Run_1_cam_1.json"
    info.write_text(json.dumps({**json.loads(info.read_text()), "rotation_ccw_90": True}))
    alphapose(tmp_path / "Run_1_cam_1.json", pixels())
    dataset = open_dataset(root)
    assert load_input(dataset_inputs(dataset, tmp_path / "Run_1_cam_1.json").refs[0]).size_px == (768, 1280)
    projected = load_input(dataset_inputs(dataset, "projected").refs[0])
    clip = load_clip(dataset.clips[0], dataset)
    assert projected.size_px == (768, 1280)
    assert np.allclose(projected.xy_px, project(clip.camera, clip.poses.xyz_mm), atol=1e-3)


def test_nothing_that_fits(root, tmp_path):
    dataset = open_dataset(root)
    with pytest.raises(DataError, match="2D keypoints not found; expected auto, detected, projected, or a file"):
        dataset_inputs(dataset, "detectd")
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(DataError, match="no 2D keypoints here; expected files ending in"):
        dataset_inputs(dataset, folder)
    alphapose(folder / "strange.json", pixels())
    alphapose(folder / "stranger.json", pixels())
    with pytest.raises(DataError, match=r"belong to any clip; got strange\.json means no clip"):
        dataset_inputs(dataset, folder)
    np.save(tmp_path / "S1_Axel_1_cam_1.npy", np.zeros((8, 17, 3)))
    with pytest.raises(DataError, match=r"no 2D keypoints here belong to any clip; got .*S1_Axel_1_cam_1\.npy"):
        dataset_inputs(dataset, tmp_path / "S1_Axel_1_cam_1.npy")


# Files without a dataset


def test_one_file_is_a_clip_called_by_it(tmp_path):
    alphapose(tmp_path / "jump.json", pixels(5, 26))
    inputs = file_inputs(tmp_path / "jump.json", (1280, 720), 30)
    assert [ref.clip for ref in inputs.refs] == ["jump"]
    loaded = load_input(inputs.refs[0])
    assert (loaded.layout, loaded.size_px, loaded.fps) == ("halpe26", (1280, 720), 30)
    bare = load_input(file_inputs(tmp_path / "jump.json").refs[0])
    assert (bare.size_px, bare.fps) == (None, None)


def test_files_of_a_folder_are_called_by_their_stems_or_paths(tmp_path):
    alphapose(tmp_path / "a" / "jump.mp4.json", pixels())
    alphapose(tmp_path / "b" / "run 1.json", pixels())
    assert [ref.clip for ref in file_inputs(tmp_path).refs] == ["jump", "run_1"]
    for name in "abc":
        alphapose(tmp_path / name / "alphapose-results.json", pixels())
    assert {ref.clip for ref in file_inputs(tmp_path).refs} == {
        "a_alphapose-results", "b_alphapose-results", "c_alphapose-results", "a_jump", "b_run_1"}  # fmt: skip
    data_2d(tmp_path / "a" / "alphapose-results.npz", {"S1": {"custom": [pixels()]}})
    names = [ref.clip for ref in file_inputs(tmp_path).refs]
    assert len(set(names)) == len(names) == 6


def test_records_of_one_file_are_clips_called_by_their_keys(tmp_path):
    path = tmp_path / "data_2d_h36m_gt.npz"
    data_2d(path, {"S9": {"Walking 1": [pixels(seed=1), pixels(seed=2)]}}, {"layout_name": "h36m"})
    inputs = file_inputs(path, (1000, 1002))
    assert [ref.clip for ref in inputs.refs] == ["S9_Walking_1_0", "S9_Walking_1_1"]
    assert np.array_equal(load_input(inputs.refs[1]).xy_px, pixels(seed=2))
    assert load_input(inputs.refs[0]).layout == "h36m17"
    alone = tmp_path / "data_2d_custom_mine.npz"
    data_2d(alone, {"mine.mp4": {"custom": [pixels()]}}, {"video_metadata": {"mine.mp4": {"w": 640, "h": 480}}})
    ref = file_inputs(alone).refs[0]
    assert (ref.clip, load_input(ref).size_px) == ("data_2d_custom_mine", (640, 480))


def test_what_is_stated_must_not_contradict_the_file(tmp_path):
    path = tmp_path / "data_2d_custom_mine.npz"
    data_2d(path, {"mine.mp4": {"custom": [pixels()]}}, {"video_metadata": {"mine.mp4": {"w": 640, "h": 480}}})
    with pytest.raises(DataError, match="stated picture size contradicts the file; expected 640x480, got 1280x720"):
        load_input(file_inputs(path, (1280, 720)).refs[0])
    root = write_dataset(tmp_path / "d", {"S1": ["Axel_1_cam_1"]})
    own_keypoints(root, "S1", "Axel_1_cam_1")
    own = root / "S1" / "Axel_1_cam_1_coco.npy"
    with pytest.raises(DataError, match="stated frame rate contradicts the file; expected 60, got 50 as stated"):
        load_input(file_inputs(own, fps=50).refs[0])
    assert load_input(file_inputs(own, fps=59.94).refs[0]).fps == 60


def test_other_files_of_a_folder_are_left_aside_or_problems(tmp_path):
    alphapose(tmp_path / "jump.json", pixels())
    (tmp_path / "broken.json").write_text('[{"image_id": ')
    (tmp_path / "manifest.json").write_text("{")
    (tmp_path / "jump.mp4").write_bytes(b"video")
    np.savez(tmp_path / "jump_3d.npz", reconstruction=np.zeros((4, 17, 3), np.float32))
    inputs = file_inputs(tmp_path)
    assert [ref.clip for ref in inputs.refs] == ["jump"]
    assert len(inputs.problems) == 1
    assert lines(inputs)[0].startswith(f"{tmp_path / 'broken.json'}: no known format")
    assert inputs.notes == ("1 file(s) left aside: AthletePose3D-style predictions, no 2D keypoints",)


def test_nothing_of_2d(tmp_path):
    with pytest.raises(DataError, match="no such file or folder"):
        file_inputs(tmp_path / "none")
    with pytest.raises(DataError, match="nothing here holds 2D keypoints; got no file that can be read"):
        file_inputs(tmp_path)
    path = tmp_path / "jump_3d.npz"
    np.savez(path, reconstruction=np.ones((4, 17, 3), np.float32))
    with pytest.raises(DataError):
        file_inputs(path)
    with pytest.raises(DataError, match="nothing here holds 2D keypoints; got AthletePose3D-style predictions"):
        file_inputs(tmp_path)


def test_a_record_that_is_gone_or_not_named(tmp_path):
    path = tmp_path / "data_2d_custom.npz"
    data_2d(path, {"S1": {"a": [pixels()], "b": [pixels()]}})
    refs = file_inputs(path).refs
    data_2d(path, {"S1": {"c": [pixels()], "d": [pixels()]}})
    with pytest.raises(DataError, match="no 2D record 'S1/a/0'; got 'S1/c/0', 'S1/d/0'"):
        load_input(refs[0])
    unnamed = file_inputs(path).refs[0]
    with pytest.raises(AmbiguousFileError, match="file holds several 2D records"):
        load_input(type(unnamed)("a", path=path))


# Real files


def shapes_correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(T,) similarity correlation of two (T, J, 2) shapes: 1 where a turn, a size and a shift make them equal."""
    a, b = ((xy - xy.mean(axis=1, keepdims=True)) @ np.array([1, 1j]) for xy in (one, other))
    return np.abs((a.conj() * b).sum(axis=1)) / np.sqrt((np.abs(a) ** 2).sum(axis=1) * (np.abs(b) ** 2).sum(axis=1))


def test_real_detectron_files_and_videopose3ds_poses_of_them(shared_data):
    """2D converted by MMPose's recipe against the xy of what VideoPose3D made of the same 2D (README: 0.98 to 0.99)."""
    folder = shared_data / "lifter_outputs" / "videopose3d_psychomugs"
    inputs = file_inputs(folder)
    assert (len(inputs.refs), inputs.problems) == (12, ())
    assert inputs.notes == ("12 file(s) left aside: VideoPose3D exported poses, no 2D keypoints",)
    n_frames = 0
    for ref in inputs.refs:
        keypoints = load_input(ref)
        lifted = np.load(folder / f"{ref.clip}.npy")
        assert keypoints.layout == "coco17"
        assert keypoints.size_px in ((640, 480), (480, 360))
        whole = filled(in_layout(keypoints, "h36m17"), min_confidence=0, longest_gap=5)
        assert check_picture(whole.poses) == ()
        correlation = shapes_correlation(whole.poses.xy_px.astype(np.float64), lifted[..., :2].astype(np.float64))
        assert np.median(correlation) > 0.98, ref.clip
        mirrored = whole.poses.xy_px * np.array([-1, 1])
        assert np.median(shapes_correlation(mirrored, lifted[..., :2].astype(np.float64))) < 0.98
        n_frames += whole.usable.sum()
    assert n_frames == 2918


def test_real_alphapose_and_motionberts_own_output(shared_data):
    """Halpe joints placed by ``clip box`` against the xy of MotionBERT's X3D.npy of the same frames, whose units these
    are. The model moves x by up to a few hundredths (slope 0.907, offset 0.039, correlation 0.989) and y hardly
    (1.012, -0.004, 0.999); any other placement is further off.
    """
    folder = shared_data / "lifter_outputs" / "motionbert_boxing"
    lifted = np.load(folder / "X3D.npy")[..., :2]
    keypoints = load_input(file_inputs(folder / "alphapose-results.json", (854, 480)).refs[0])
    assert (keypoints.layout, keypoints.xy_px.shape) == ("halpe26", (301, 26, 2))
    whole = filled(in_layout(keypoints, "h36m17"), min_confidence=0, longest_gap=5)
    placed = {name: placement(whole.poses, name).place(slice(None)) for name in ("clip box", "pixel", "full image")}
    box = placed.pop("clip box")
    for axis, correlation, residual in ((0, 0.98, 0.03), (1, 0.998, 0.025)):
        slope, offset = np.polyfit(box[..., axis].ravel(), lifted[..., axis].ravel(), 1)
        left = lifted[..., axis] - (slope * box[..., axis] + offset)
        assert np.corrcoef(box[..., axis].ravel(), lifted[..., axis].ravel())[0, 1] > correlation
        assert left.std() < residual
        assert abs(slope - 1) < 0.1
        assert abs(offset) < 0.05
    off = np.abs(box - lifted).mean()
    assert off < 0.02
    assert all(np.abs(other - lifted).mean() > 5 * off for other in placed.values())
    joints = np.linalg.norm(box - lifted, axis=2).mean(axis=0)
    assert JOINTS[int(joints.argmax())].endswith(("wrist", "elbow"))
    assert joints.max() < 0.07


@pytest.mark.parametrize("keypoints", ["auto", "detected", "projected"])
def test_real_layout_gives_every_clip_its_2d(shared_data, keypoints):
    dataset = open_dataset(shared_data / "opensim_ap3d")
    inputs = dataset_inputs(dataset, keypoints)
    assert [ref.clip for ref in inputs.refs] == [clip.name for clip in dataset.clips]
    assert inputs.problems == ()
    for ref, clip in list(zip(inputs.refs, dataset.clips, strict=True))[::5]:
        whole = filled(in_layout(load_input(ref), "h36m17"), min_confidence=0.3, longest_gap=0)
        assert whole.usable.all()
        assert whole.poses.fps == clip.fps
        assert check_picture(whole.poses) == ()


def test_projected_reference_equals_its_own_2d_where_the_rigs_agree(shared_data):
    """Limbs of AthletePose3D's COCO and Human3.6M rigs are the same labels, so the reference projected equals
    ``_coco.npy`` (README of opensim_ap3d: within 0.01 px), upright pictures included. In the running rig the recipe for
    keypoints without a face gives its trunk and head, too, all but the thorax (formats.md 1.5); in the other rig it
    cannot: the nose is no vertex.
    """
    dataset = open_dataset(shared_data / "opensim_ap3d")
    own, projected = dataset_inputs(dataset, "detected"), dataset_inputs(dataset, "projected")
    limbs = [joint for joint, name in enumerate(JOINTS) if name[:2] in ("l_", "r_")]
    rotated = 0
    for one, other in zip(own.refs, projected.refs, strict=True):
        a, b = in_layout(load_input(one), "h36m17"), load_input(other)
        apart = np.linalg.norm(a.xy_px - b.xy_px, axis=2).max(axis=0)
        assert apart[limbs].max() < 0.01, one.clip
        running = "rig ap3d_running" in b.notes[-1]
        assert (np.delete(apart, JOINTS.index("thorax")).max() < 1) == running, one.clip
        assert apart[[JOINTS.index("thorax"), JOINTS.index("head")]].max() > 5
        assert a.size_px == b.size_px
        rotated += a.size_px[0] < a.size_px[1]
        assert "as AthletePose3D does" in a.notes[-1]
    assert rotated == 3


def test_real_files_given_for_the_clips_of_a_real_dataset(shared_data):
    """The 2D of a dataset, given as a folder, is found among its points, poses and information."""
    dataset = open_dataset(shared_data / "opensim_ap3d")
    inputs = dataset_inputs(dataset, shared_data / "opensim_ap3d" / "data")
    assert [ref.clip for ref in inputs.refs] == [clip.name for clip in dataset.clips]
    assert inputs.problems == ()
    assert all(ref.format == "ap3d_coco" for ref in inputs.refs)
    loaded, own = load_input(inputs.refs[3]), load_input(dataset_inputs(dataset, "detected").refs[3])
    assert isinstance(loaded, Poses2D)
    assert np.array_equal(loaded.xy_px, own.xy_px, equal_nan=True)
    assert (loaded.size_px, loaded.fps) == (own.size_px, own.fps)
