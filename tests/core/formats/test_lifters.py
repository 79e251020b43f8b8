"""Readers of lifter outputs: numbers, units, axes and stated meaning, on files made here and on real ones."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from core.errors import AmbiguousFileError, DataError
from core.formats.base import ReadOptions
from core.formats.registry import detect, read
from core.records import Axes, Camera, Poses, Poses2D, Scale

TO_WORLD = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], float)  # camera (x, y, z) -> world Z up (x, z, -y)


def the_record(path, kind=Poses, **options):
    content = read(path, options=ReadOptions(**options))
    assert len(content.items) == 1
    record = content.items[0].record
    assert isinstance(record, kind)
    return content, record


def test_videopose3d_metres_to_millimetres(tmp_path, body_mm):
    path = tmp_path / "clip.npy"
    np.save(path, (body_mm() / 1000 + 1e-5).astype(np.float32))
    content, record = the_record(path)
    assert content.format == "videopose3d_npy"
    assert (record.axes, record.scale, record.rig, record.fps) == (Axes.CAMERA, Scale.METRIC, "h36m", None)
    assert np.allclose(record.xyz_mm, body_mm() + 0.01, atol=1e-3)
    assert record.origin.sha256 == content.sha256
    assert "frame rate" in " ".join(record.notes)


def test_motionbert_unit_box_and_pixels(tmp_path, body_mm):
    path = tmp_path / "X3D.npy"
    unit = body_mm(500) / 1000 + np.array([0.2, 0.1, 0])
    unit[:, :, 2] += np.linspace(0, 0.3, 500)[:, None] * (np.arange(500) % 243 > 0)[:, None]
    unit[::243, 0, 2] = 0
    np.save(path, unit.astype(np.float32))
    content, record = the_record(path)
    assert content.format == "motionbert_npy"
    assert (record.axes, record.scale) == (Axes.CAMERA, Scale.WEAK_PERSPECTIVE)
    assert np.allclose(record.xyz_mm, unit * 1000, atol=1e-3)
    assert dict(content.facts)["chunk borders"] == "243, 486"
    pixels = unit * 540 + np.array([960, 540, 0])
    np.save(path, pixels.astype(np.float32))
    content, record = the_record(path)
    assert content.format == "motionbert_npy"
    assert dict(content.facts)["units"] == "pixels"
    assert np.allclose(record.xyz_mm, pixels * 4, rtol=1e-6, atol=1e-3)


@pytest.mark.parametrize(
    ("turn", "shift_mm", "per_unit", "axes", "scale"),
    [
        (TO_WORLD, (500, 300, 950), 1, Axes.WORLD_Z_UP, Scale.METRIC),
        (TO_WORLD, (500, 300, 950), 1000, Axes.WORLD_Z_UP, Scale.METRIC),
        (np.diag([1, -1, -1]), (0, 900, 0), 1, Axes.WORLD_Y_UP, Scale.METRIC),
        (np.eye(3), (0, 0, 0), 1, Axes.CAMERA, Scale.METRIC),
        (np.eye(3), (300, -200, 4000), 1000, Axes.CAMERA, Scale.METRIC),
        (np.eye(3), (300, -200, 55), 4, Axes.CAMERA, Scale.ARBITRARY),
    ],
    ids=["world mm", "world m", "y up mm", "SB3D mm", "camera m", "camera px"],
)
def test_plain_array_unit_and_axes_by_the_body(tmp_path, body_mm, turn, shift_mm, per_unit, axes, scale):
    path = tmp_path / "poses.npy"
    expected = body_mm() @ turn.T + shift_mm
    np.save(path, (expected / per_unit).astype(np.float32))
    content, record = the_record(path)
    assert content.format == "poses_npy"
    assert (record.axes, record.scale) == (axes, scale)
    assert np.allclose(record.xyz_mm, expected, atol=0.01)
    assert any("concluded" in note for note in record.notes)


def test_plain_array_that_does_not_tell_is_asked_about(tmp_path, body_mm):
    path = tmp_path / "poses.npy"
    np.save(path, body_mm() / 10 + 5)  # centimetres or pixels
    with pytest.raises(AmbiguousFileError, match="unit cannot be told"):
        read(path)
    assert np.allclose(the_record(path, mm_per_unit=10.0)[1].xyz_mm, body_mm() + 50, atol=1e-3)
    np.save(path, body_mm()[..., [1, 0, 2]] + 900)  # stands along -x
    with pytest.raises(AmbiguousFileError, match="axes cannot be told"):
        read(path)
    assert the_record(path, axes="camera")[1].axes is Axes.CAMERA
    np.save(path, np.zeros((3, 17, 3)))
    with pytest.raises(AmbiguousFileError, match="0 units long"):
        read(path)


def test_keypoints_with_confidence_are_no_poses(tmp_path, body_mm):
    path = tmp_path / "detections.npy"
    keypoints = np.concatenate([body_mm()[..., :2] / 4 + 500, np.full((30, 17, 1), 0.9)], axis=-1)
    np.save(path, keypoints)
    content, record = the_record(path, Poses2D)
    assert content.format == "keypoints_npy"
    assert np.allclose(record.xy_px, keypoints[..., :2], atol=1e-4)
    assert np.allclose(record.confidence, 0.9)


def test_videopose3d_training_sets(tmp_path, body_mm):
    world = (body_mm() @ TO_WORLD.T + (0, 0, 950)) / 1000
    full = np.full((30, 32, 3), 9.0)
    # The 17 of 32 joints as VideoPose3D's own skeleton reduction leaves them: those it removes are named in its code.
    removed = [4, 5, 9, 10, 11, 16, 20, 21, 22, 23, 24, 28, 29, 30, 31]
    full[:, [j for j in range(32) if j not in removed]] = world
    path = tmp_path / "data_3d_h36m.npz"
    positions = {"S1": {"Walking 1": full.astype(np.float32), "Short": world[:5].astype(np.float32)}}
    np.savez_compressed(path, positions_3d=np.array(positions, dtype=object))
    content = read(path)
    assert content.format == "videopose3d_data3d"
    assert [(item.subject, item.action) for item in content.items] == [("S1", "Walking 1"), ("S1", "Short")]
    first = content.items[0].record
    assert np.allclose(first.xyz_mm, world * 1000, atol=1e-3)
    assert (first.axes, first.scale) == (Axes.WORLD_Z_UP, Scale.METRIC)

    path = tmp_path / "data_2d_h36m_gt.npz"
    views = [np.ones((30, 17, 2), np.float32), np.full((30, 17, 2), 2, np.float32)]
    metadata = {"layout_name": "h36m", "num_joints": 17, "keypoints_symmetry": [[4], [1]],
                "video_metadata": {"S1": {"w": 1000, "h": 1002}}}  # fmt: skip
    np.savez(path, positions_2d=np.array({"S1": {"Walking 1": views}}, dtype=object),
             metadata=np.array(metadata, dtype=object))  # fmt: skip
    content = read(path)
    assert content.format == "videopose3d_data2d"
    assert [(i.subject, i.action, i.camera) for i in content.items] == [
        ("S1", "Walking 1", "0"),
        ("S1", "Walking 1", "1"),
    ]
    assert content.items[1].record.layout == "h36m17"
    assert content.items[1].record.size_px == (1000, 1002)
    assert np.all(content.items[1].record.xy_px == 2)


def test_reconstruction_with_and_without_picture_size(tmp_path, body_mm):
    width, height = 1920, 1088
    pixels = body_mm() / 4 + np.array([900, 500, 0])
    normalised = pixels / width * 2 - np.array([1, height / width, 0])
    path = tmp_path / "S1_Axel_1_cam_1.npz"
    np.savez(path, reconstruction=normalised.astype(np.float32))
    content, record = the_record(path)
    assert content.format == "reconstruction_npz"
    assert record.scale is Scale.WEAK_PERSPECTIVE
    assert np.allclose(record.xyz_mm, normalised * 1000, atol=1e-3)
    _, sized = the_record(path, size_px=(width, height))
    assert np.allclose(sized.xyz_mm, pixels * 4, atol=0.01)


def test_motionbert_h36m_pickle(tmp_path, body_mm):
    n = 12
    image = (body_mm(n) / 4 + np.array([500, 500, 0])).astype(np.float32)
    part = {"joint_2d": image[..., :2], "confidence": np.full((n, 17, 1), 0.5, np.float32), "joint3d_image": image,
            "camera_name": ["54138969"] * n, "source": ["a"] * 5 + ["b"] * 4 + ["a"] * 3}  # fmt: skip
    test = {**part, "action": ["x"] * n, "joints_2.5d_image": image, "2.5d_factor": np.full(n, 4.5, np.float32)}
    for protocol in (2, 4):
        path = tmp_path / "h36m.pkl"
        path.write_bytes(pickle.dumps({"train": part, "test": test}, protocol))
        content = read(path)
        assert content.format == "h36m_pickle"
        keys = [item.key for item in content.items]
        assert keys[:6] == ["train/0/3d", "train/0/2d", "train/1/3d", "train/1/2d", "train/2/3d", "train/2/2d"]
        records = {item.key: item.record for item in content.items}
        assert [records[f"train/{i}/3d"].n_frames for i in range(3)] == [5, 4, 3]
        assert np.allclose(records["test/1/3d"].xyz_mm, image[5:9] * 4.5, rtol=1e-6)
        assert np.allclose(records["train/1/3d"].xyz_mm, image[5:9] * 4)
        assert np.all(records["test/0/2d"].confidence == 0.5)
        assert records["test/0/3d"].scale is Scale.WEAK_PERSPECTIVE


def test_native_angle_of_cameras_pickle(tmp_path):
    # An independent projection: MMPose's camera is x_cam = R^T (x_world - T), then f * x/z + c.
    rng = np.random.default_rng(3)
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    entry = {"R": rotation, "T": np.array([[1.8], [4.9], [1.5]]), "c": np.array([[512.0], [515.0]]),
             "f": np.array([[1145.0], [1143.0]]), "k": np.zeros((3, 1)), "p": np.zeros((2, 1)), "w": 1000, "h": 1002,
             "name": "camera1", "id": "54138969"}  # fmt: skip
    path = tmp_path / "cameras.pkl"
    path.write_bytes(pickle.dumps({("S1", "54138969"): entry}, 2))
    content, camera = the_record(path, Camera)
    assert content.format == "cameras_pickle"
    assert (content.items[0].subject, content.items[0].camera, camera.size_px) == ("S1", "54138969", (1000, 1002))
    world = np.array([0.3, -0.2, 1.1])
    expected = rotation.T @ (world - entry["T"][:, 0]) * 1000
    assert np.allclose(camera.rotation @ (world * 1000 - camera.position_mm), expected, atol=1e-3)


def test_alphapose_persons_and_gaps(tmp_path):
    def person(frame, value, area):
        return {"image_id": f"{frame}.jpg", "category_id": 1, "keypoints": [value, value + 1, 0.5] * 26, "score": 1.0,
                "box": [0, 0, area, 1], "idx": 1}  # fmt: skip

    path = tmp_path / "alphapose-results.json"
    path.write_text(json.dumps([person(0, 10, 5), person(1, 20, 5), person(1, 30, 9), person(3, 40, 5)]))
    content, record = the_record(path, Poses2D)
    assert content.format == "alphapose_json"
    assert record.layout == "halpe26"
    assert np.array_equal(record.xy_px[:, 0, 0], [10, 30, np.nan, 40], equal_nan=True)
    assert record.notes == ("1 frame(s) hold several persons: the one with the largest box was taken",
                            "1 frame(s) hold no person and are NaN")  # fmt: skip


def test_detectron_picks_the_best_score(tmp_path):
    def rows(value):
        return np.full((4, 17), value, np.float32)

    two = np.stack([rows(1), rows(2)])
    keypoints = np.empty((3, 2), dtype=object)
    boxes = np.empty((3, 2), dtype=object)
    for frame, (people, scores) in enumerate([(two, [0.3, 0.9]), (two, [0.8, 0.1]), ([], [])]):
        keypoints[frame, 0], keypoints[frame, 1] = [], people
        boxes[frame, 0] = []
        boxes[frame, 1] = np.array([[0, 0, 1, 1, s] for s in scores], np.float32) if scores else []
    path = tmp_path / "video.mp4.npz"
    np.savez_compressed(path, boxes=boxes, keypoints=keypoints, segments=np.array([None]),
                        metadata=np.array({"w": 640, "h": 480}, dtype=object))  # fmt: skip
    content, record = the_record(path, Poses2D)
    assert content.format == "detectron2_npz"
    assert (record.size_px, record.layout) == ((640, 480), "coco17")
    assert np.array_equal(record.xy_px[:, 0, 0], [2, 1, np.nan], equal_nan=True)
    assert "2 frame(s) hold several persons" in record.notes[0]


# ---- real files -----------------------------------------------------------------------------------------------------


def test_real_videopose3d(shared_data):
    for path in sorted((shared_data / "lifter_outputs" / "videopose3d_psychomugs").glob("*.npy")):
        content, record = the_record(path)
        assert content.format == "videopose3d_npy"
        assert record.scale is Scale.METRIC
        assert np.allclose(record.xyz_mm, np.load(path) * 1000, rtol=1e-6)
        flat_content, flat = the_record(path.with_suffix(".mp4.npz"), Poses2D)
        assert flat_content.format == "detectron2_npz"
        assert len(flat.xy_px) == record.n_frames
        assert flat.size_px in ((640, 480), (480, 360))


def test_real_motionbert(shared_data):
    for name, borders in (("motionbert_boxing", "243"), ("motionbert_cycling", "243")):
        content, record = the_record(shared_data / "lifter_outputs" / name / "X3D.npy")
        assert content.format == "motionbert_npy"
        assert record.scale is Scale.WEAK_PERSPECTIVE
        assert dict(content.facts) == {"units": "unit-box coordinates", "chunk borders": borders}
    _, halpe = the_record(shared_data / "lifter_outputs" / "motionbert_boxing" / "alphapose-results.json", Poses2D)
    assert halpe.xy_px.shape == (301, 26, 2)


def test_real_mmpose_samples_agree_with_one_another(shared_data):
    folder = shared_data / "lifter_outputs" / "mmpose_h36m_samples"
    seventeen = read(folder / "test_h36m_body3d.npz")
    mesh = read(folder / "test_h36m.npz")
    assert seventeen.format == mesh.format == "mmpose_h36m_npz"
    subjects = [item.subject for item in seventeen.items[::2]]
    assert subjects == ["S1", "S5", "S7", "S8"]
    for a, b in zip(seventeen.items, mesh.items, strict=True):
        if isinstance(a.record, Poses):
            assert (a.record.axes, a.record.scale) == (Axes.CAMERA, Scale.METRIC)
            assert np.allclose(a.record.xyz_mm, b.record.xyz_mm, atol=0.1)  # same frames, 17 and 24 joints
        else:
            assert np.allclose(a.record.xy_px, b.record.xy_px, atol=0.1)
    content, keypoints = the_record(folder / "test_h36m_2d_detection.npy", Poses2D)
    assert content.format == "keypoints_npy"
    assert np.all(keypoints.confidence == 1)


def test_real_cameras_project_world_to_annotations(shared_data):
    """COCO file: world points in metres and their pixels, so camera and joint order are checked by projection."""
    folder = shared_data / "lifter_outputs" / "mmpose_h36m_samples"
    cameras = {item.key: item.record for item in read(folder / "cameras.pkl").items}
    raw = json.loads((folder / "h36m_coco.json").read_text())
    keypoints = read(folder / "h36m_coco.json")
    assert (keypoints.format, len(cameras)) == ("coco_json", 44)
    assert "left_hip" in keypoints.notes[0]
    world = {image["file_name"]: np.array(annotation["keypoints_3d"]).reshape(17, 4)[:, :3] * 1000
             for image, annotation in zip(raw["images"], raw["annotations"], strict=True)}  # fmt: skip
    for item, (name, xyz_mm) in zip(keypoints.items, sorted(world.items()), strict=True):
        subject, camera_id = name.split("_")[0], name.split(".")[1].split("_")[0]
        camera = cameras[f"{subject}/{camera_id}"]
        seen = (xyz_mm - camera.position_mm) @ camera.rotation.T
        flat = seen[:, :2] / seen[:, 2:] @ camera.intrinsics[:2, :2].T + camera.intrinsics[:2, 2]
        assert item.record.layout == "h36m17"
        assert np.abs(flat - item.record.xy_px[0]).max() < 8  # px: lens distortion is left out


def test_real_reference_poses_read_alone(shared_data, tmp_path):
    for path in sorted((shared_data / "opensim_ap3d" / "reference").glob("*_h36m_anatomical.npy")):
        content, record = the_record(path)
        assert content.format == "poses_npy"
        assert (record.axes, record.scale) == (Axes.WORLD_Z_UP, Scale.METRIC)
        assert np.array_equal(record.xyz_mm, np.load(path))
    source = shared_data / "opensim_ap3d" / "data" / "test_set" / "S1" / "Running_1_cam_1_h36m.npy"
    alone = tmp_path / "poses.npy"
    alone.write_bytes(source.read_bytes())
    assert detect(alone).holds == "poses"
    _, record = the_record(alone)
    assert (record.axes, record.scale) == (Axes.WORLD_Z_UP, Scale.METRIC)


def test_real_archives_of_points(shared_data):
    osim, joints = the_record_points(shared_data / "opensim_ap3d" / "reference" / "S1_Running_1_osim.npz")
    assert osim.format == "points_npz"
    assert joints.axes is Axes.WORLD_Z_UP
    assert "jc_knee_l" in joints.names
    assert any("R_pelvis" in note for note in joints.notes)
    _, vicon = the_record_points(shared_data / "vicon_pig" / "reference" / "HC002D06_axes.npz")
    assert "PEL_O" in vicon.names


def the_record_points(path):
    content = read(path)
    return content, content.items[0].record


@pytest.mark.parametrize(
    "content", [{}, {"S1": 3}, {"S1": {"walk": "text"}}, {"S1": {"walk": np.zeros((3, 5, 3))}}, []]
)
def test_object_archives_of_another_shape(tmp_path, content):
    path = tmp_path / "data_3d.npz"
    np.savez(path, positions_3d=np.array(content, dtype=object))
    with pytest.raises(DataError):
        read(path)
