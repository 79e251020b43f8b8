"""Flags: each rule below and above its threshold, what must not matter to it, and what is said of real lifters."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.anatomy import Flag, FlagKind, compared_poses, flagged_frames, flags, flags_of, main_flag
from core.anatomy.rules import rigid_bones
from core.anatomy.windows import difference, frames_of, lasting, mean_over_joints, moving_mean
from core.body.anthropometry import anthropometry
from core.body.points import poses_in_rig
from core.body.retarget import retarget
from core.errors import DataError
from core.formats.base import ReadOptions
from core.formats.bvh import FORMAT
from core.inspection.bones import LIMB_BONES
from core.records import Clip, Scale
from core.skeleton import MIRROR
from tests.core.anatomy.planting import IN_POSES, planted

RUN, JUMP = 0, 1


def said(clip, xyz, **changes) -> dict[FlagKind, Flag]:
    """Flags of the clip's own poses with other coordinates."""
    return {flag.kind: flag for flag in flags_of(clip, dataclasses.replace(clip.poses, xyz_mm=xyz, **changes), "a")}


def test_a_flag_says_what_where_how_much_and_by_which_rule(clips):
    clip = clips[RUN]
    xyz = clip.poses.xyz_mm.copy()
    xyz[30:42] = xyz[30:42][:, MIRROR]
    flag = said(clip, xyz)[FlagKind.SWAP]
    assert flag.source == "a" and flag.frames == ((30, 41),) and flag.n_frames == 12
    assert flag.unit == "mm" and flag.value > 10
    assert flag.sentence.startswith("left and right exchanged: 12 frames, 30-41; ")
    assert "0 mm when this is undone" in flag.sentence and "(rule: " in flag.sentence


@pytest.mark.parametrize(("half", "joints"), [("legs", range(1, 7)), ("arms", range(11, 17))])
def test_half_a_swap_is_told_as_such(clips, half, joints):
    clip = clips[RUN]
    xyz = clip.poses.xyz_mm.copy()
    order = [MIRROR[joint] if joint in joints else joint for joint in range(17)]
    xyz[10:30] = xyz[10:30][:, order]
    assert said(clip, xyz)[FlagKind.SWAP].sentence.startswith(f"left and right {half} exchanged: 20 frames, 10-29; ")


def test_a_body_that_faces_the_wrong_way_is_neither_swapped_nor_mirrored(clips):
    for clip in clips:
        turned = clip.poses.xyz_mm * [-1, -1, 1]
        assert not {FlagKind.SWAP, FlagKind.MIRROR} & set(said(clip, turned))


@pytest.mark.parametrize(("sigma_mm", "raised"), [(1.0, False), (3.0, True)])
def test_jitter_has_a_threshold(clips, sigma_mm, raised):
    """The noise of the root comes on top, so that 1 mm is 1.4 mm relative to it."""
    for seed, clip in enumerate(clips):
        noise = np.random.default_rng(seed).normal(0, sigma_mm, clip.poses.xyz_mm.shape)
        found = said(clip, clip.poses.xyz_mm + noise)
        assert set(found) == ({FlagKind.JITTER} if raised else set())
        if raised:
            assert found[FlagKind.JITTER].value == pytest.approx(sigma_mm * np.sqrt(2), rel=0.15)


@pytest.mark.parametrize(("percent", "raised"), [(10, False), (22, True)])
def test_bone_length_has_a_threshold(clips, percent, raised):
    clip = clips[RUN]
    xyz = clip.poses.xyz_mm.astype(float)
    xyz[50:120, 13] += percent / 100 * (xyz[50:120, 13] - xyz[50:120, 12])
    found = said(clip, xyz)
    assert set(found) == ({FlagKind.BONE_LENGTH} if raised else set())
    if raised:
        assert "left elbow to wrist" in found[FlagKind.BONE_LENGTH].sentence
        assert found[FlagKind.BONE_LENGTH].value == pytest.approx(percent, abs=4)


def test_a_body_of_another_size_or_a_constant_bone_is_no_change(clips):
    clip = clips[RUN]
    assert said(clip, 0.7 * clip.poses.xyz_mm) == {}
    xyz = clip.poses.xyz_mm.astype(float)
    xyz[:, 13] += 0.4 * (xyz[:, 13] - xyz[:, 12])
    assert FlagKind.BONE_LENGTH not in said(clip, xyz)


def test_errors_in_depth_need_a_camera(clips):
    clip = clips[RUN]
    poses, _ = planted(clip, "depth noise", 3)
    assert FlagKind.DEPTH in said(clip, poses.xyz_mm)
    assert FlagKind.DEPTH not in said(dataclasses.replace(clip, camera=None), poses.xyz_mm)
    sideways = clip.poses.xyz_mm + (poses.xyz_mm - clip.poses.xyz_mm) @ np.array(
        [np.cross(row, clip.camera.rotation[2]) for row in np.eye(3)]
    )
    assert FlagKind.DEPTH not in said(clip, sideways), "the same error in the plane of the picture"


def test_who_stands_still_with_the_reference_is_not_frozen(clips):
    clip = clips[JUMP]
    xyz = clip.poses.xyz_mm.copy()
    xyz[50:80] = xyz[50]
    still = dataclasses.replace(clip, poses=dataclasses.replace(clip.poses, xyz_mm=xyz))
    assert FlagKind.FROZEN not in said(still, xyz)
    assert said(clip, xyz)[FlagKind.FROZEN].frames == ((51, 79),)


def test_two_repeated_frames_are_a_slower_video_and_not_frozen(clips):
    clip = clips[RUN]
    assert FlagKind.FROZEN not in said(clip, clip.poses.xyz_mm[np.arange(clip.n_frames) // 3 * 3])


def test_frames_that_are_told_are_not_told_twice(clips):
    for kind in ("swap", "freeze"):
        for index, clip in enumerate(clips):
            poses, _ = planted(clip, kind, 500 + index)
            assert [str(flag.kind) for flag in flags_of(clip, poses, "a")] == [IN_POSES[kind][1]]


@given(st.integers(0, 1000), st.sampled_from([kind for kind in IN_POSES if kind != "mirror"]))
@settings(max_examples=20, deadline=None)
def test_neither_place_nor_direction_in_the_world_matters(clips, seed, kind):
    clip = clips[seed % len(clips)]
    pair = compared_poses(clip, planted(clip, kind, seed)[0])
    turn = Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
    turned = dataclasses.replace(
        pair, source_mm=pair.source_mm @ turn.T, reference_mm=pair.reference_mm @ turn.T, away=turn @ pair.away
    )
    before, after = flags(pair, clip.fps, "a"), flags(turned, clip.fps, "a")
    assert [(flag.kind, flag.frames) for flag in after] == [(flag.kind, flag.frames) for flag in before]


def test_without_metric_scale_the_flags_are_the_same(clips):
    for index, clip in enumerate(clips[:4]):
        for kind in ("swap", "freeze", "stretch"):
            poses, _ = planted(clip, kind, index)
            plain = {flag.kind for flag in flags_of(clip, poses, "a")}
            assert set(said(clip, poses.xyz_mm / 900, scale=Scale.ARBITRARY)) == plain


def test_gaps_and_short_clips_raise_nothing(clips):
    clip = clips[RUN]
    xyz = clip.poses.xyz_mm.copy()
    xyz[20:60] = np.nan
    xyz[100:130, 5] = np.nan
    assert said(clip, xyz) == {}
    assert said(clip, np.full_like(xyz, np.nan)) == {}
    for frames in (1, 2, 5):
        poses = dataclasses.replace(clip.poses, xyz_mm=clip.poses.xyz_mm[:frames])
        assert flags_of(dataclasses.replace(clip, poses=poses, points=None), poses, "a") == ()


def test_another_length_is_refused(clips):
    with pytest.raises(DataError, match="length"):
        said(clips[RUN], clips[RUN].poses.xyz_mm[:-3])


def test_thighs_are_left_out_where_the_hips_are_other_points():
    assert rigid_bones("ap3d", "ap3d_running") == LIMB_BONES
    assert set(LIMB_BONES) - set(rigid_bones("h36m", "ap3d")) == {(1, 2), (4, 5)}


def test_what_is_said_of_the_lifters_of_the_demo(lifted):
    """Seen by eye: MotionBERT trembles, VideoPose3D is slow, none has a frozen or a mirrored frame."""
    kinds = {
        lifter: [{flag.kind: flag.n_frames / clip.n_frames for flag in flags_of(clip, poses, lifter)}
                 for clip, poses in pairs]
        for lifter, pairs in lifted.items()
    }  # fmt: skip
    raised = {lifter: set().union(*rows) for lifter, rows in kinds.items()}
    assert not any({FlagKind.FROZEN, FlagKind.MIRROR} & found for found in raised.values())
    assert sum(FlagKind.JITTER in row for row in kinds["motionbert-compact"]) >= 5  # of 8 clips
    assert FlagKind.SMOOTH in raised["videopose3d-compact"]
    for lifter in ("simplebaseline3d-compact", "videopose3d-compact"):
        assert FlagKind.JITTER not in raised[lifter]
    assert all(row.get(FlagKind.SWAP, 0) < 0.05 for rows in kinds.values() for row in rows)


def test_swapped_and_frozen_frames_are_found_in_lifted_poses_too(lifted):
    """On top of errors of 90 to 200 mm."""
    hits = {"swap": 0, "freeze": 0}
    pairs = [pair for rows in lifted.values() for pair in rows]
    for index, (clip, poses) in enumerate(pairs):
        for kind in hits:
            changed, frames = planted(dataclasses.replace(clip, poses=poses), kind, index)
            named = [flag for flag in flags_of(clip, changed, "a") if flag.kind == IN_POSES[kind][1]]
            hits[kind] += (flagged_frames(named, clip.n_frames) & frames).sum() > 0.5 * frames.sum()
    assert all(count >= 0.9 * len(pairs) for count in hits.values()), hits


def test_mocap_raises_nothing_even_late(shared_data):
    """Recorded motion of other people, clean, with noise of 1 mm, and 5 frames late."""
    files = sorted((shared_data / "mocap").glob("*/*.bvh"))[::18]
    assert len(files) >= 6
    for path in files:
        motion = retarget(FORMAT.read(path, ReadOptions()).items[0].record).motion
        poses = poses_in_rig(anthropometry(1750.0, "male"), motion, "ap3d")
        clip = Clip(path.stem, "someone", "something", poses.fps, poses)
        xyz = poses.xyz_mm.astype(float)
        noise = np.random.default_rng(0).normal(0, 1, xyz.shape)
        for changed in (xyz, xyz + noise, np.concatenate([np.full_like(xyz[:5], np.nan), xyz[:-5]])[: len(xyz)]):
            pair = compared_poses(clip, dataclasses.replace(poses, xyz_mm=changed))
            assert flags(dataclasses.replace(pair, away=np.array([1.0, 0, 0])), clip.fps, "a") == (), path.stem


def test_the_main_flag_holds_longest():
    short, long, longer = (
        Flag(kind, "a", frames, 1.0, "mm", "", "")
        for kind, frames in (
            (FlagKind.SWAP, ((0, 9),)),
            (FlagKind.DEPTH, ((0, 9),)),
            (FlagKind.JITTER, ((0, 4), (7, 12))),
        )
    )
    assert main_flag((long, short)) is short, "of equals the most specific"
    assert main_flag((short, long, longer)) is longer
    assert main_flag(()) is None
    assert np.flatnonzero(flagged_frames((longer,), 14)).tolist() == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12]


@given(st.integers(1, 60), st.integers(0, 9), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_moving_means_equal_means_written_out(n, half, seed):
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((n, 2)) < 0.3, np.nan, rng.normal(size=(n, 2)))
    got = moving_mean(values, 2 * half + 1)
    for frame in range(n):
        window = values[max(0, frame - half) : frame + half + 1]
        for column in range(2):
            known = window[~np.isnan(window[:, column]), column]
            expected = known.mean() if 2 * len(known) > half else np.nan
            np.testing.assert_allclose(got[frame, column], expected, rtol=1e-9, atol=1e-9)


def test_small_tools():
    assert frames_of(0.5, 61) == 31
    assert frames_of(0.01, 30) == 3
    assert lasting(np.array([True] * 3 + [False] + [True] * 2), 12).tolist() == [True] * 3 + [False] * 3
    line = np.arange(9.0)[:, None, None] ** 2 * np.ones((1, 2, 3))
    np.testing.assert_array_equal(difference(line, 2)[1:-1], 2.0)
    np.testing.assert_array_equal(difference(line, 2, 3)[3:-3], 18.0)
    assert np.isnan(difference(line, 2, 3)[:3]).all() and np.isnan(difference(line[:3], 4)).all()
    np.testing.assert_array_equal(mean_over_joints(np.array([[1, np.nan], [np.nan, np.nan]])), [1, np.nan])
