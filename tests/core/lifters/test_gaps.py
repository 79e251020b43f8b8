"""Gaps in 2D keypoints: what counts as missing, how it is filled, which frames may be kept, and what is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.lifters.gaps import filled
from core.lifters.joint_sets import JOINT_NAMES, in_layout
from core.records import Origin, Poses2D
from core.skeleton import JOINTS

WRIST = JOINTS.index("l_wrist")


def moving(n_frames: int = 20, layout: str = "h36m17") -> np.ndarray:
    """(T, J, 2): joint j starts at (100 + 10 j, 200 + 5 j) and moves by (2, -1) pixels a frame: a straight line."""
    n_joints = len(JOINT_NAMES[layout])
    start = np.array([100.0, 200.0]) + np.arange(n_joints)[:, None] * np.array([10.0, 5.0])
    return (start + np.arange(n_frames)[:, None, None] * np.array([2.0, -1.0])).astype(np.float32)


def fill(xy, confidence=None, *, min_confidence=0.0, longest_gap=5, layout="h36m17", made_by="alphapose_json"):
    poses = Poses2D(xy, layout, confidence=confidence, origin=Origin("a.json", "", made_by))
    return filled(poses, min_confidence=min_confidence, longest_gap=longest_gap)


def test_nothing_missing_changes_nothing_and_says_nothing():
    whole = fill(moving())
    assert np.array_equal(whole.poses.xy_px, moving())
    assert (whole.usable.all(), whole.n_filled, whole.n_unusable, whole.notes) == (True, 0, 0, ())
    assert (whole.poses.confidence == 1).all()


def test_a_short_gap_is_a_straight_line_between_its_neighbours():
    xy = moving()
    xy[4:7, WRIST] = np.nan
    whole = fill(xy)
    assert np.allclose(whole.poses.xy_px, moving(), atol=1e-4)
    assert whole.usable.all()
    assert whole.n_filled == 3
    assert np.argwhere(whole.poses.confidence == 0).tolist() == [[4, WRIST], [5, WRIST], [6, WRIST]]
    assert whole.notes == ("3 frames: l_wrist missing, filled over at most 3 frames",)


def test_the_ends_take_the_nearest_position():
    xy = moving()
    xy[:2, WRIST] = np.nan
    xy[-1:, WRIST] = np.nan
    whole = fill(xy)
    assert np.array_equal(whole.poses.xy_px[[0, 1, -1], WRIST], xy[[2, 2, -2], WRIST])
    assert whole.usable.all()
    assert whole.notes == ("3 frames: l_wrist missing, filled over at most 2 frames",)


def test_longer_gaps_are_filled_and_not_usable():
    xy = moving()
    xy[3:6, WRIST] = np.nan
    xy[10:16, WRIST] = np.nan
    xy[17:, 0, 0] = np.nan  # one coordinate is enough to lack a joint
    whole = fill(xy, longest_gap=3)
    assert np.allclose(whole.poses.xy_px[:17], moving()[:17], atol=1e-4)
    assert np.flatnonzero(~whole.usable).tolist() == [10, 11, 12, 13, 14, 15]
    assert (whole.n_filled, whole.n_unusable) == (6, 6)
    assert whole.notes == (
        "9 frames: l_wrist missing, filled over at most 3 frames", "3 frames: pelvis missing, filled over at most "
        "3 frames", "6 frames in gaps of more than 3: no poses there",
    )  # fmt: skip


def test_gaps_longer_than_allowed_at_the_ends_are_not_usable_either():
    xy = moving()
    xy[:4] = np.nan
    whole = fill(xy, longest_gap=3)
    assert np.flatnonzero(~whole.usable).tolist() == [0, 1, 2, 3]
    assert whole.notes[0] == "4 frames: no person, in longer gaps than are filled"
    assert not np.isnan(whole.poses.xy_px).any()


def test_no_gap_at_all_may_be_filled():
    xy = moving()
    xy[7, WRIST] = np.nan
    assert np.flatnonzero(~fill(xy, longest_gap=0).usable).tolist() == [7]


def test_frames_without_a_person_are_one_line_not_seventeen():
    xy = moving()
    xy[5:7] = np.nan
    xy[9, WRIST] = np.nan
    notes = fill(xy).notes
    assert notes == ("2 frames: no person, filled over at most 2 frames",
                     "1 frame: l_wrist missing, filled over at most 1 frame")  # fmt: skip


def test_many_joints_are_counted_not_listed():
    xy = moving()
    for joint in range(7):
        xy[joint : 8 + joint // 3, joint] = np.nan
    notes = fill(xy, longest_gap=10).notes
    assert len(notes) == 5
    assert notes[0] == "8 frames: pelvis missing, filled over at most 8 frames"
    assert notes[-1].endswith("one of 3 more joints missing")


def test_low_confidence_and_the_corner_count_as_missing():
    xy, scores = moving(), np.full((20, 17), 0.9, np.float32)
    scores[4, WRIST] = 0.29
    xy[8, WRIST], scores[8, WRIST] = 0, 0
    kept = fill(xy, scores)
    assert kept.n_filled == 1  # without a threshold only the placeholder is missing
    assert kept.poses.confidence[4, WRIST] == np.float32(0.29)
    whole = fill(xy, scores, min_confidence=0.3)
    assert whole.n_filled == 2
    assert np.allclose(whole.poses.xy_px, moving(), atol=1e-4)
    assert whole.notes[0] == "1 keypoint(s) with a confidence below 0.3 count as missing"


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 30), st.integers(0, 6), st.integers(0, 2**16), st.floats(0, 0.6))
def test_no_frame_without_all_joints_and_usable_as_told_by_runs(n_frames, longest_gap, seed, share):
    """Usable frames against run lengths counted one by one; what was seen stays; what was not lies within its span."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(10, 500, (n_frames, 17, 2)).astype(np.float32)
    lost = rng.random((n_frames, 17)) < share
    lost[rng.integers(n_frames), :] = False  # every joint is seen once, and one frame is whole
    came = np.where(lost[..., None], np.float32(np.nan), xy)
    whole = fill(came, longest_gap=longest_gap)
    expected = np.ones(n_frames, bool)
    for joint in range(17):
        begin = None
        for frame in range(n_frames + 1):
            gone = frame < n_frames and lost[frame, joint]
            begin = frame if gone and begin is None else begin
            if not gone and begin is not None:
                expected[begin:frame] &= frame - begin <= longest_gap
                begin = None
    assert np.array_equal(whole.usable, expected)
    assert np.array_equal(whole.poses.xy_px[~lost], xy[~lost])
    assert not np.isnan(whole.poses.xy_px).any()
    assert (whole.poses.xy_px >= np.nanmin(came, axis=0) - 1e-3).all()
    assert (whole.poses.xy_px <= np.nanmax(came, axis=0) + 1e-3).all()
    assert np.array_equal(whole.poses.confidence == 0, lost)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**16))
def test_mirrored_in_time_is_filled_the_same(seed):
    rng = np.random.default_rng(seed)
    came = np.where(rng.random((12, 17, 1)) < 0.3, np.nan, moving(12))
    came[rng.integers(12)] = 300
    there, back = fill(came, longest_gap=2), fill(came[::-1], longest_gap=2)
    assert np.allclose(there.poses.xy_px, back.poses.xy_px[::-1], atol=1e-3)
    assert np.array_equal(there.usable, back.usable[::-1])


def test_confidence_as_a_model_may_read_it():
    """Scores a little above 1 are cut (AlphaPose: 1.13 in a real file), visibility flags and logits become seen or not.

    Detectron2's scores reach 6 in real files: no probability, whatever a short clip of them may look like.
    """
    scores = np.linspace(0.2, 1.13, 20 * 17).reshape(20, 17)
    assert np.allclose(fill(moving(), scores).poses.confidence, np.clip(scores, 0, 1))
    flags = np.tile([1.0, 2.0], 170).reshape(20, 17)
    assert (fill(moving(), flags).poses.confidence == 1).all()
    for other, made_by in ((scores * 9 - 3, "alphapose_json"), (scores, "detectron2_npz")):
        whole = fill(moving(), other, made_by=made_by)
        assert (whole.poses.confidence == 1).all()
        assert "no probability" in whole.notes[-1]
    unknown = np.full((20, 17), np.nan)
    assert (fill(moving(), unknown).poses.confidence == 1).all()


def test_a_caution_where_many_keypoints_are_unsure():
    scores = np.full((20, 17), 0.9)
    scores[:5] = 0.1  # a quarter
    assert fill(moving(), scores).notes == ("caution: 25% of the keypoints have a confidence below 0.3",)
    scores[4:5] = 0.9  # exactly a fifth
    assert fill(moving(), scores).notes == ()
    flags = np.zeros((20, 17))
    flags[:, ::2] = 1
    assert fill(moving(), flags).notes == ()
    assert not any("caution" in note for note in fill(moving(), scores * 20 - 8).notes)


def test_nobody_there():
    for confidence in (None, np.zeros((20, 17))):
        with pytest.raises(DataError, match=r"a\.json: no frame holds a person; got 20 frames"):
            fill(np.zeros((20, 17, 2)), confidence)
    with pytest.raises(DataError, match="no frame holds a person"):
        fill(np.full((20, 17, 2), np.nan))
    with pytest.raises(DataError, match=r"no frame holds a person.*below 0\.5: lower --min-confidence"):
        fill(moving(), np.full((20, 17), 0.4), min_confidence=0.5)


def test_a_joint_that_is_never_there_is_named_with_what_has_it():
    coco = moving(layout="coco17")
    coco[:, 1] = np.nan  # one eye: the other and the ears are there, so the head is made of the eyes
    made = in_layout(Poses2D(coco, "coco17", origin=Origin("a.json")), "h36m17")
    with pytest.raises(DataError) as caught:
        filled(made, min_confidence=0, longest_gap=5)
    assert "head missing in every frame; expected all 17 joints of h36m17 in some frame" in str(caught.value)
    assert "head can come from h36m17 (head) or coco17 (left_eye and right_eye) or halpe26 (head)" in str(caught.value)


def test_a_model_of_coco_joints_needs_a_face():
    """AthletePose3D's ``_coco.npy`` has none, so VideoPose3D's COCO checkpoint cannot read it."""
    xy = moving(layout="coco17")
    xy[:, 1:5] = np.nan
    with pytest.raises(DataError, match=r"left_eye, right_eye, left_ear, right_ear missing in every frame.*h36m17"):
        fill(xy, layout="coco17")


def test_a_joint_that_is_never_sure_points_at_the_threshold():
    scores = np.full((20, 17), 0.9)
    scores[:, WRIST] = 0.2
    with pytest.raises(DataError, match=r"l_wrist missing in every frame.*below 0\.3: lower --min-confidence"):
        fill(moving(), scores, min_confidence=0.3)


def test_no_usable_frame():
    """Wrist in the first frame only, pelvis in all but the first ten: no frame is near both."""
    xy = moving()
    xy[1:, WRIST] = np.nan
    xy[:10, 0] = np.nan
    with pytest.raises(DataError, match="expected gaps of at most 5 frames, got l_wrist missing over 19 frames"):
        fill(xy)
