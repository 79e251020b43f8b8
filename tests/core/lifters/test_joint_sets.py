"""Joint sets made of others: every recipe against its published definition, missing joints, and the impossible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError, UsageError
from core.lifters.joint_sets import JOINT_NAMES, MODEL_LAYOUTS, in_layout, layouts_with, placeholders
from core.records import Origin, Poses2D
from core.skeleton import JOINTS

COUNTS = {"h36m17": 17, "h36m16": 16, "coco17": 17, "halpe26": 26, "halpe136": 136, "wholebody133": 133}
COCO = {name: i for i, name in enumerate(JOINT_NAMES["coco17"])}
HALPE = {name: i for i, name in enumerate(JOINT_NAMES["halpe26"])}
SIDED = [f"{side}_{part}" for side in ("l", "r") for part in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")]


def keypoints(layout: str, n_frames: int = 5, seed: int = 0, confidence: bool = True) -> Poses2D:
    rng = np.random.default_rng(seed)
    xy = rng.uniform(1, 1000, (n_frames, COUNTS[layout], 2)).astype(np.float32)
    scores = rng.uniform(0.1, 1, xy.shape[:2]).astype(np.float32) if confidence else None
    return Poses2D(xy, layout, 50, scores, (1000, 1000), Origin("some/file.json"), ("read so",))


def joint(poses: Poses2D, name: str) -> np.ndarray:
    return poses.xy_px[:, JOINT_NAMES[poses.layout].index(name)].astype(np.float64)


def long_name(short: str) -> str:
    return short.replace("l_", "left_").replace("r_", "right_")


def test_order_of_coco_and_halpe_is_the_published_one():
    """COCO person keypoints (cocodataset.org, nose first, left before right), Halpe-FullBody's first 26."""
    assert [COCO[name] for name in ("nose", "left_eye", "right_ear", "left_hip", "right_ankle")] == [0, 1, 4, 11, 16]
    assert [HALPE[name] for name in ("head", "neck", "hip", "left_big_toe", "right_heel")] == [17, 18, 19, 20, 25]
    assert all(len(names) == COUNTS[layout] for layout, names in JOINT_NAMES.items())


@pytest.mark.parametrize("layout", ["coco17", "wholebody133"])
def test_coco_to_human36m_as_mmpose(layout):
    """MMPose ``convert_keypoint_definition`` (formats.md 4): limbs by name, the trunk by these midpoints."""
    came = keypoints(layout)
    coco = Poses2D(came.xy_px[:, :17], "coco17")
    made = in_layout(came, "h36m17")
    for name in SIDED:
        assert np.array_equal(joint(made, name), joint(coco, long_name(name))), name
    hips = (joint(coco, "left_hip") + joint(coco, "right_hip")) / 2
    shoulders = (joint(coco, "left_shoulder") + joint(coco, "right_shoulder")) / 2
    eyes = (joint(coco, "left_eye") + joint(coco, "right_eye")) / 2
    for name, expected in (("pelvis", hips), ("thorax", shoulders), ("spine", (hips + shoulders) / 2),
                           ("neck", joint(coco, "nose")), ("head", eyes)):  # fmt: skip
        assert np.allclose(joint(made, name), expected, atol=1e-4), name
    assert made.layout == "h36m17"
    assert made.notes[0] == "read so"
    assert "as MMPose does: head between the eyes" in made.notes[1]
    assert (made.fps, made.size_px, made.origin.path) == (50, (1000, 1000), "some/file.json")


def test_coco_without_a_face_as_athletepose3d():
    """formats.md 1.5: 7 = mean(5,6,11,12), 8 = mean(5,6), 9 = mean(5,6,0,0), 10 = 0; its file has no eyes and ears."""
    coco = keypoints("coco17")
    xy = coco.xy_px.copy()
    xy[:, 1:5] = np.nan
    made = in_layout(Poses2D(xy, "coco17"), "h36m17")
    wanted = {0: (11, 12), 1: (12,), 2: (14,), 3: (16,), 4: (11,), 5: (13,), 6: (15,), 7: (5, 6, 11, 12), 8: (5, 6),
              9: (5, 6, 0, 0), 10: (0,), 11: (5,), 12: (7,), 13: (9,), 14: (6,), 15: (8,), 16: (10,)}  # fmt: skip
    for index, sources in wanted.items():
        expected = sum(xy[:, source].astype(float) for source in sources) / len(sources)
        assert np.allclose(made.xy_px[:, index], expected, atol=1e-4), JOINTS[index]
    assert "as AthletePose3D does" in made.notes[-1]


def test_a_face_seen_in_one_frame_decides_the_recipe():
    xy = keypoints("coco17").xy_px.copy()
    xy[1:, 1:5] = np.nan
    made = in_layout(Poses2D(xy, "coco17"), "h36m17")
    head = JOINTS.index("head")
    assert "as MMPose does" in made.notes[-1]
    assert np.isnan(made.xy_px[:, head, 0]).tolist() == [False, True, True, True, True]


@pytest.mark.parametrize("layout", ["halpe26", "halpe136"])
def test_halpe_to_human36m_as_motionbert(layout):
    """formats.md 4: 0=19 1=12 2=14 3=16 4=11 5=13 6=15 7=mean(18,19) 8=18 9=0 10=17 11=5 12=7 13=9 14=6 15=8 16=10."""
    came = keypoints(layout)
    made = in_layout(came, "h36m17")
    order = [19, 12, 14, 16, 11, 13, 15, None, 18, 0, 17, 5, 7, 9, 6, 8, 10]
    for index, source in enumerate(order):
        expected = came.xy_px[:, source] if source is not None else came.xy_px[:, [18, 19]].mean(axis=1)
        assert np.allclose(made.xy_px[:, index], expected, atol=1e-4), JOINTS[index]


@pytest.mark.parametrize("layout", ["halpe26", "halpe136", "wholebody133"])
def test_the_first_seventeen_are_coco(layout):
    came = keypoints(layout)
    made = in_layout(came, "coco17")
    assert np.array_equal(made.xy_px, came.xy_px[:, :17])
    assert np.array_equal(made.confidence, came.confidence[:, :17])


@pytest.mark.parametrize("layout", ["h36m17", "coco17", "halpe26", "wholebody133"])
def test_sixteen_joints_are_the_seventeen_without_the_neck(layout):
    came = keypoints(layout)
    whole, less = in_layout(came, "h36m17"), in_layout(came, "h36m16")
    assert np.array_equal(less.xy_px, np.delete(whole.xy_px, 9, axis=1))
    assert np.array_equal(less.confidence, np.delete(whole.confidence, 9, axis=1))
    assert JOINT_NAMES["h36m16"] == tuple(name for name in JOINTS if name != "neck")


def test_the_same_layout_is_returned_as_it_is():
    for layout in MODEL_LAYOUTS:
        came = keypoints(layout)
        assert in_layout(came, layout) is came


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["coco17", "halpe26", "wholebody133"]), st.sampled_from(["h36m17", "h36m16"]), st.data())
def test_a_missing_source_is_missing_in_what_is_made_of_it_and_in_nothing_else(layout, target, data):
    came = keypoints(layout, n_frames=3)
    lost = data.draw(st.integers(0, 16))
    xy = came.xy_px.copy()
    xy[1, lost, data.draw(st.integers(0, 1))] = np.nan
    made, whole = in_layout(Poses2D(xy, layout), target), in_layout(came, target)
    changed = np.isnan(made.xy_px).any(axis=2)
    moved = xy.copy()
    moved[1, lost] = came.xy_px[1, lost] + 100
    depends = (in_layout(Poses2D(moved, layout), target).xy_px != whole.xy_px).any(axis=2)
    assert np.array_equal(changed, depends)
    assert np.array_equal(made.xy_px[~changed], whole.xy_px[~changed])
    assert np.isnan(made.xy_px[changed]).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**16), st.floats(0.1, 10), st.floats(-500, 500))
def test_scaling_and_moving_the_picture_goes_through_every_recipe(seed, factor, shift):
    for layout in ("coco17", "halpe26"):
        came = keypoints(layout, n_frames=2, seed=seed)
        moved = Poses2D(came.xy_px * np.float32(factor) + np.float32(shift), layout)
        expected = in_layout(came, "h36m17").xy_px * factor + shift
        assert np.allclose(in_layout(moved, "h36m17").xy_px, expected, atol=0.01)


def test_confidence_is_that_of_the_least_sure_source():
    came = keypoints("coco17")
    made = in_layout(came, "h36m17")
    column = {name: made.confidence[:, i] for i, name in enumerate(JOINTS)}
    assert np.array_equal(column["pelvis"], came.confidence[:, 11:13].min(axis=1))
    assert np.array_equal(column["spine"], came.confidence[:, [5, 6, 11, 12]].min(axis=1))
    assert np.array_equal(column["l_wrist"], came.confidence[:, 9])
    assert in_layout(keypoints("coco17", confidence=False), "h36m17").confidence is None


def test_the_corner_of_the_picture_is_no_joint():
    """An eye at (0, 0) with confidence 0 is a missing one: half of it would put the head half way to the corner."""
    came = keypoints("coco17", n_frames=2)
    xy, scores = came.xy_px.copy(), came.confidence.copy()
    xy[0, 1], scores[0, 1] = 0, 0
    xy[1, 1] = 0  # seen there, says the detector
    poses = Poses2D(xy, "coco17", confidence=scores)
    assert np.argwhere(placeholders(poses)).tolist() == [[0, 1]]
    assert np.argwhere(placeholders(Poses2D(xy, "coco17"))).tolist() == [[0, 1], [1, 1]]
    head = in_layout(poses, "h36m17").xy_px[:, JOINTS.index("head")]
    assert np.isnan(head[0]).all()
    assert np.allclose(head[1], xy[1, 2] / 2)


@pytest.mark.parametrize(
    ("came", "target", "expected", "hint"),
    [
        ("h36m17", "coco17",
         "expected coco17, or halpe26, halpe136, wholebody133 which can be made into it, got h36m17, 17 keypoints",
         "Eyes and ears cannot be made from h36m17"),
        ("h36m16", "h36m17", "expected h36m17, or coco17, halpe26", "A neck cannot be made from h36m16"),
    ],
)  # fmt: skip
def test_impossible_ones_say_what_is_needed_and_what_came(came, target, expected, hint):
    with pytest.raises(DataError) as caught:
        in_layout(keypoints(came), target)
    line = str(caught.value)
    assert line.startswith("some/file.json: 2D keypoints hold other joints than the model reads")
    assert expected in line
    assert hint in line
    assert "\n" not in line


def test_unknown_and_miscounted_joint_sets():
    odd = Poses2D(np.ones((2, 14, 2)), "14 joints", origin=Origin("a.json"))
    with pytest.raises(DataError, match="got 14 joints, 14 keypoints"):
        in_layout(odd, "h36m17")
    with pytest.raises(DataError, match="said to be coco17 and are not; expected 17 joints, got 14"):
        in_layout(Poses2D(np.ones((2, 14, 2)), "coco17"), "h36m17")
    with pytest.raises(UsageError, match="unknown joint set 'body25'; known: h36m17, h36m16, coco17"):
        in_layout(odd, "body25")


def test_where_a_joint_can_come_from():
    assert layouts_with("head", "h36m17") == "h36m17 (head) or coco17 (left_eye and right_eye) or halpe26 (head)"
    assert layouts_with("left_eye", "coco17") == "coco17 (left_eye) or halpe26 (left_eye)"
