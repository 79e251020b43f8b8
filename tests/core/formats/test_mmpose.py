"""MMPose JSON: every variant, the reflection and the lift undone, persons and gaps, bad input."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.errors import DataError
from core.formats.base import ReadOptions
from core.formats.registry import detect, read
from core.records import Axes, Scale


def as_mmpose(camera_mm: np.ndarray) -> np.ndarray:
    """Keypoints as MMPose's inferencer writes them, from its own two steps written out here.

    ``keypoints = -keypoints[..., [0, 2, 1]]`` for the camera frame with z negated twice amounts to
    (x', y', z') = (-x, z, -y); then ``keypoints[..., 2] -= min(keypoints[..., 2])`` per frame. Metres.
    """
    x, y, z = np.moveaxis(camera_mm / 1000, -1, 0)
    shown = np.stack([-x, z, -y], axis=-1)
    shown[..., 2] -= shown[..., 2].min(axis=-1, keepdims=True)
    return shown


def instance(keypoints, bbox=(0, 0, 10, 10), score=0.9):
    return {"keypoints": np.asarray(keypoints).tolist(), "keypoint_scores": [1.0] * 17, "bbox": [list(bbox)],
            "bbox_score": score}  # fmt: skip


def video(poses, first=0):
    return [{"frame_id": i + first, "instances": [instance(pose)]} for i, pose in enumerate(poses)]


@pytest.fixture
def moving(body_mm):
    """A body that travels through the camera's view, so that root-centring has something to do."""
    return body_mm(8) + np.linspace([0, 0, 3000], [500, 100, 3500], 8)[:, None]


def test_every_variant_gives_camera_coordinates(tmp_path, moving):
    shown = as_mmpose(moving)
    expected = moving - moving[:, :1]
    variants = {
        "video": video(shown),
        "demo": {"meta_info": {"keypoint_id2name": {"0": "root"}, "x": "y" * 3000}, "instance_info": video(shown, 1)},
        "image": [instance(shown[0])],
    }
    for name, content in variants.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content, indent="\t" if name == "demo" else None))  # as the demo script does
        assert detect(path).name == "mmpose_json"
        record = read(path).items[0].record
        assert (record.axes, record.scale, record.fps) == (Axes.CAMERA, Scale.ARBITRARY, None)
        assert np.allclose(record.xyz_mm, expected[: record.n_frames], atol=1e-3), name
        assert record.n_frames == (1 if name == "image" else 8)


def test_the_undoing_is_a_reflection():
    """Without it hip flexion of +60 degrees would read -60: the map from file to camera has determinant -1."""
    undo = np.array([[-1, 0, 0], [0, 0, -1], [0, 1, 0]], float)  # x = -x', y = -z', z = y'
    assert np.isclose(np.linalg.det(undo), -1)
    point = np.array([0.1, 0.2, 0.7])
    assert np.allclose(undo @ as_mmpose_direction(point), point)


def as_mmpose_direction(point):
    return np.array([-point[0], point[2], -point[1]])


def test_scale_is_the_users_word(tmp_path, moving):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(video(as_mmpose(moving))))
    record = read(path, options=ReadOptions(scale="metric", fps=50)).items[0].record
    assert (record.scale, record.fps) == (Scale.METRIC, 50)
    assert any("as stated" in note for note in record.notes)


def test_persons_and_gaps(tmp_path, moving):
    shown = as_mmpose(moving)
    frames = video(shown)
    frames[2]["instances"].insert(0, instance(shown[0], (0, 0, 5, 5), 0.99))  # smaller box, better score
    frames[4]["instances"] = []
    del frames[6]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(frames))
    record = read(path).items[0].record
    assert np.allclose(record.xyz_mm[2], (moving - moving[:, :1])[2], atol=1e-3)
    missing = np.isnan(record.xyz_mm).all(axis=(1, 2))
    assert missing.tolist() == [False, False, False, False, True, False, True, False]
    assert any("1 frame(s) hold several persons: the largest box" in note for note in record.notes)
    assert any("2 frame(s) hold no person" in note for note in record.notes)


def bad_inputs(poses):
    frames = video(poses)
    short = video(poses)
    short[3]["instances"][0]["keypoints"] = short[3]["instances"][0]["keypoints"][:16]
    uneven = video(poses)
    uneven[1]["instances"][0]["keypoints"] = [[0.0] * 2] * 17
    words = video(poses)
    words[1]["instances"][0]["keypoints"][0] = ["a", "b", "c"]
    huge = [{**frames[0], "frame_id": 10**12}]
    nan = json.dumps(frames).replace("0.9", "NaN")
    return {
        "16 joints": (json.dumps(short), "frame 3: keypoints are not a 3D pose"),
        "2D": (json.dumps(uneven), "frame 1: keypoints are not a 3D pose; expected 17 x 3 numbers"),
        "text": (json.dumps(words), "not numbers"),
        "forged frame": (json.dumps(huge), "frame numbers make no sense"),
        "twice": (json.dumps([*frames, frames[3]]), "frame 3: frame occurs twice"),
        "nobody": (json.dumps([{"frame_id": 0, "instances": []}]), "no frame holds a person"),
        "NaN": (nan, "not usable as MMPose JSON"),
    }


@pytest.mark.parametrize("name", ["16 joints", "2D", "text", "forged frame", "twice", "nobody", "NaN"])
def test_bad_input_is_one_line(tmp_path, moving, name):
    text, words = bad_inputs(as_mmpose(moving))[name]
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(DataError, match=words) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_truncated_anywhere(tmp_path, moving):
    path = tmp_path / "a.json"
    data = json.dumps(video(as_mmpose(moving[:2]))).encode()
    for end in range(0, len(data), 7):
        path.write_bytes(data[:end])
        with pytest.raises(DataError):
            read(path, "mmpose_json")
