"""MMPose 2D keypoints as JSON: every variant, joints by number and name, persons and empty frames, bad input."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.errors import DataError
from core.formats.registry import detect, read

COCO_NAMES = {str(i): name for i, name in enumerate(["nose", "left_eye"] + [f"joint_{i}" for i in range(2, 17)])}
H36M_NAMES = {str(i): name for i, name in enumerate(["root", *[f"joint_{i}" for i in range(1, 8)], "thorax"])}


def instance(keypoints, scores=None, box=(0, 0, 10, 10), box_score=0.9):
    """As ``split_instances`` writes it: the box is a list of one box."""
    scores = np.full(len(keypoints), 0.5) if scores is None else scores
    return {"keypoints": np.asarray(keypoints).tolist(), "keypoint_scores": np.asarray(scores).tolist(),
            "bbox": [list(box)], "bbox_score": box_score}  # fmt: skip


def video(people, first=0):
    return [{"frame_id": i + first, "instances": [instance(keypoints)]} for i, keypoints in enumerate(people)]


def demo(people, names):
    """``topdown_demo_with_mmdet.py --save-predictions``: long description first, frames from 1."""
    described = {"dataset_name": "coco", "keypoint_id2name": names, "keypoint_colors": [[51, 153, 255]] * 900,
                 "sigmas": {"__ndarray__": [0.026, 0.025], "dtype": "float32", "shape": [2]}}  # fmt: skip
    return {"meta_info": described, "instance_info": video(people, 1)}


@pytest.fixture
def people():
    return np.random.default_rng(3).uniform(10, 900, (6, 17, 2)).round(3)


def written(tmp_path, content, indent=None):
    path = tmp_path / "clip.json"
    path.write_text(json.dumps(content, indent=indent))
    return path


def test_every_variant_gives_the_same_pixels(tmp_path, people):
    variants = {
        "video": video(people),
        "demo": demo(people, COCO_NAMES),
        "image": [instance(people[0])],
        "demo of an image": {"meta_info": {"keypoint_id2name": COCO_NAMES}, "instance_info": [instance(people[0])]},
    }
    for name, content in variants.items():
        path = written(tmp_path, content, "\t" if name == "demo" else None)
        assert detect(path).name == "mmpose_json_2d", name
        record = read(path).items[0].record
        n_frames = 1 if "image" in name else 6
        assert np.allclose(record.xy_px, people[:n_frames], atol=1e-3), name
        assert record.layout == "coco17"
        assert (record.confidence == 0.5).all()
        assert (record.fps, record.size_px) == (None, None)


def test_demo_description_is_longer_than_what_is_looked_at_first(tmp_path, people):
    path = written(tmp_path, demo(people, COCO_NAMES), "\t")
    assert path.read_text().index('"keypoints"') > 8192


def test_human36m_joints_are_told_by_their_names(tmp_path, people):
    assert read(written(tmp_path, demo(people, H36M_NAMES))).items[0].record.layout == "h36m17"


@pytest.mark.parametrize(("count", "layout"), [(26, "halpe26"), (133, "wholebody133"), (136, "halpe136"),
                                               (21, "21 joints")])  # fmt: skip
def test_other_joint_sets_are_told_by_their_number(tmp_path, count, layout):
    people = np.random.default_rng(0).uniform(0, 100, (2, count, 2))
    record = read(written(tmp_path, video(people))).items[0].record
    assert record.layout == layout
    assert record.xy_px.shape == (2, count, 2)


def test_persons_gaps_and_frames_without_anybody(tmp_path, people):
    frames = video(people)
    frames[1]["instances"].append(instance(people[1] + 300, box=(0, 0, 500, 500), box_score=0.1))
    frames[2]["instances"] = []
    del frames[3]
    frames.append({"frame_id": 6, "instances": []})
    frames.append({"frame_id": 7, "instances": []})
    content = read(written(tmp_path, frames))
    record = content.items[0].record
    assert np.isnan(record.xy_px).all(axis=(1, 2)).tolist() == [False, False, True, True, False, False, True, True]
    assert np.allclose(record.xy_px[1], people[1] + 300, atol=1e-3)
    assert dict(content.facts)["frames without"] == "4"
    assert any("1 frame(s) hold several persons: the largest box" in note for note in record.notes)
    assert any("4 frame(s) hold no person" in note for note in record.notes)


def test_without_scores_the_confidence_is_unknown(tmp_path, people):
    frames = video(people)
    for frame in frames:
        del frame["instances"][0]["keypoint_scores"]
    assert np.isnan(read(written(tmp_path, frames)).items[0].record.confidence).all()


def bad_inputs(people):
    short, uneven, words, scores = video(people), video(people), video(people), video(people)
    short[3]["instances"][0]["keypoints"].pop()
    uneven[0]["instances"][0]["keypoints"] = [[0, 0, 0]] * 17
    words[1]["instances"][0]["keypoints"][0] = ["a", "b"]
    scores[2]["instances"][0]["keypoint_scores"].pop()
    empty = [{"frame_id": 0, "instances": [instance(np.zeros((0, 2)))]}]
    far = [*video(people), {"frame_id": 10**12, "instances": []}]
    return {
        "16 joints": (short, "frame 3: keypoints are not 2D keypoints of the same joints; expected 17 x 2 numbers"),
        "3D first": (uneven, "frame 1: keypoints are not a 3D pose"),
        "text": (words, "not numbers"),
        "scores": (scores, "frame 2: keypoint_scores do not fit the keypoints; expected 17 numbers, got 16"),
        "no joints": (empty, "not a 3D pose"),
        "forged frame": (far, "frame numbers make no sense"),
        "nobody": ([{"frame_id": 0, "instances": []}], "no frame holds a person"),
    }


@pytest.mark.parametrize("name", ["16 joints", "3D first", "text", "scores", "no joints", "forged frame", "nobody"])
def test_bad_input_is_one_line(tmp_path, people, name):
    content, words = bad_inputs(people)[name]
    with pytest.raises(DataError, match=words) as caught:
        read(written(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_truncated_anywhere(tmp_path, people):
    data = json.dumps(video(people[:2])).encode()
    path = tmp_path / "a.json"
    for end in range(0, len(data), 11):
        path.write_bytes(data[:end])
        with pytest.raises(DataError):
            read(path, "mmpose_json_2d")
