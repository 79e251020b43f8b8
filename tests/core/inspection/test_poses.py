"""Every fault that inspection claims to find is put into a clean walker and must be found; the clean one has none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.errors import DataError
from core.inspection import Finding, Kind, Severity, inspect_poses
from core.records import Axes, Poses, Scale
from core.skeleton import JOINTS, MIRROR
from tests.core.inspection.walker import walker, walker_mm

LEGS, ARMS = [1, 2, 3, 4, 5, 6], [11, 12, 13, 14, 15, 16]


def kinds(poses: Poses) -> list[Kind]:
    return [finding.kind for finding in inspect_poses(poses)]


def only(poses: Poses, kind: Kind) -> Finding:
    findings = inspect_poses(poses)
    assert [finding.kind for finding in findings] == [kind]
    return findings[0]


def exchanged(xyz, joints, frames=slice(None)):
    changed = xyz.copy()
    changed[frames, joints] = xyz[frames][:, [MIRROR[joint] for joint in joints]]
    return changed


def test_a_clean_walker_has_no_finding():
    assert kinds(walker()) == []


@pytest.mark.parametrize("axis", [0, 1])
def test_a_mirrored_walker_is_found(axis):
    xyz = walker_mm()
    xyz[..., axis] *= -1
    finding = only(walker(xyz), Kind.MIRRORED)
    assert finding.severity is Severity.WARNING
    assert "knees bend backwards" in finding.message
    assert "the nose points back" in finding.message


def test_exchanged_labels_look_like_a_mirror_and_both_are_named():
    finding = only(walker(walker_mm()[:, list(MIRROR)]), Kind.MIRRORED)
    assert "left and right are exchanged" in finding.message
    assert "mirrored" in finding.message


@pytest.mark.parametrize(("joints", "half"), [(LEGS, "legs"), (ARMS, "arms")])
def test_exchanging_one_half_names_that_half(joints, half):
    assert f"left and right {half}" in only(walker(exchanged(walker_mm(), joints)), Kind.SWAP).message


def test_exchanging_legs_below_the_hips_is_found():
    assert "legs" in only(walker(exchanged(walker_mm(), [2, 3, 5, 6])), Kind.SWAP).message


@pytest.mark.parametrize(("joints", "half"), [(LEGS, "legs"), (ARMS, "arms")])
def test_a_swap_in_some_frames_names_the_frames(joints, half):
    found = [f for f in inspect_poses(walker(exchanged(walker_mm(), joints, slice(40, 52)))) if f.kind is Kind.SWAP]
    assert [(f.frames, half in f.message) for f in found] == [(((40, 51),), True)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_sides_are_judged_alike_however_the_body_is_turned_and_placed(seed, mirrored):
    rng = np.random.default_rng(seed)
    turn = Rotation.random(random_state=rng).as_matrix()
    xyz = walker_mm() @ turn.T + rng.uniform(-5000, 5000, 3)
    found = kinds(walker(xyz * [-1, 1, 1] if mirrored else xyz))
    assert (Kind.MIRRORED in found) == mirrored
    assert Kind.SWAP not in found
    assert Kind.UNITS not in found


@pytest.mark.parametrize(("factor", "unit"), [(0.001, "m"), (0.1, "cm"), (1 / 25.4, "inch")])
def test_other_units_taken_for_millimetres_are_named(factor, unit):
    assert f"probably {unit}, taken" in only(walker(walker_mm() * factor), Kind.UNITS).message


def test_a_size_in_no_unit_is_said():
    assert "not a human size" in only(walker(walker_mm() * 7), Kind.UNITS).message


def test_an_arbitrary_scale_has_no_wrong_size():
    assert kinds(walker(walker_mm() * 0.001, scale=Scale.ARBITRARY)) == []


@pytest.mark.parametrize("factor", [0.6, 1.2])
def test_children_and_giants_are_human(factor):
    assert kinds(walker(walker_mm() * factor)) == []


def test_frozen_frames_are_counted_and_placed():
    xyz = walker_mm()
    xyz[31:36] = xyz[30]
    finding = next(f for f in inspect_poses(walker(xyz)) if f.kind is Kind.FROZEN)
    assert finding.frames == ((31, 35),)
    assert "5 frames repeat" in finding.message


@pytest.mark.parametrize("length", [25, 30, 35, 90])
@pytest.mark.parametrize("first", [5, 20, 40])
def test_a_leg_that_swung_on_during_a_freeze_is_not_exchanged(first, length):
    """About half a stride later each leg is where the other was; a narrow gait leaves little to tell them apart."""
    xyz = walker_mm(150) * [1, 0.25, 1]
    assert Kind.SWAP not in kinds(walker(xyz))
    xyz[first : first + length] = xyz[first]
    assert Kind.SWAP not in kinds(walker(xyz))
    xyz[first : first + length] = np.nan
    assert Kind.SWAP not in kinds(walker(xyz))


@pytest.mark.parametrize("held", [np.nan, None])
@pytest.mark.parametrize("joints", [LEGS, ARMS])
def test_a_swap_that_began_unseen_is_placed_behind_the_freeze_or_gap(joints, held):
    xyz = exchanged(walker_mm(), joints, slice(40, 52))
    xyz[30:40] = xyz[29] if held is None else held
    assert [f.frames for f in inspect_poses(walker(xyz)) if f.kind is Kind.SWAP] == [((40, 51),)]


def test_a_swap_is_found_though_every_frame_comes_twice():
    xyz = np.repeat(exchanged(walker_mm(), LEGS, slice(40, 52)), 2, axis=0)
    assert [f.frames for f in inspect_poses(walker(xyz)) if f.kind is Kind.SWAP] == [((80, 103),)]


def test_a_clip_that_stands_still_in_every_bit_is_frozen():
    assert "all 50 frames" in only(walker(np.repeat(walker_mm(1), 50, axis=0)), Kind.FROZEN).message


def test_missing_frames_joints_and_gaps_are_told_apart():
    xyz = walker_mm()
    xyz[10:13] = np.nan
    xyz[:, 9] = np.nan
    xyz[50, 3] = np.nan
    messages = [f.message for f in inspect_poses(walker(xyz)) if f.kind is Kind.MISSING]
    assert messages == [
        "no coordinate in 3 of 120 frames: frames 10-12",
        "1 of 17 points never seen: neck",
        "gaps in 1 points: r_ankle 0.9%; frame 50",
    ]


def test_a_clip_without_coordinates_is_an_error_and_nothing_else():
    finding = only(walker(np.full((8, 17, 3), np.nan)), Kind.ALL_MISSING)
    assert finding.severity is Severity.ERROR


def test_infinity_never_becomes_a_record():
    xyz = walker_mm()
    xyz[7, 2, 1] = np.inf
    with pytest.raises(DataError, match="frame 7: infinite coordinate at joint 2"):
        walker(xyz)


def test_one_frame_is_said():
    assert only(walker(walker_mm(1)), Kind.ONE_FRAME).severity is Severity.NOTE


def test_zeros_for_missing_are_found_but_a_root_at_zero_is_fine():
    rooted = walker_mm() - walker_mm()[:, :1]
    assert kinds(walker(rooted)) == []
    rooted[60:62] = np.nan
    assert kinds(walker(rooted)) == [Kind.MISSING]
    rooted[20:22, 13] = 0
    finding = next(f for f in inspect_poses(walker(rooted)) if f.kind is Kind.ZEROS)
    assert (finding.frames, "l_wrist" in finding.message) == (((20, 21),), True)


def test_a_bone_without_length_is_found():
    xyz = walker_mm()
    xyz[:, 13] = xyz[:, 12]
    finding = next(f for f in inspect_poses(walker(xyz)) if f.kind is Kind.ZERO_BONE)
    assert "l_elbow-l_wrist" in finding.message


def test_bones_that_change_are_listed_worst_first_with_their_variation():
    xyz = walker_mm()
    wave = np.sin(2 * np.pi * np.arange(120) / 40)[:, None]
    for joint, share in ((16, 0.2), (13, 0.1)):
        xyz[:, joint] = xyz[:, joint - 1] + (xyz[:, joint] - xyz[:, joint - 1]) * (1 + share * wave)
    finding = only(walker(xyz), Kind.BONE_LENGTH)
    # A sine of amplitude a about 1 has SD a / sqrt(2).
    assert finding.message.endswith("r_elbow-r_wrist 14%, l_elbow-l_wrist 7%")
    assert finding.severity is Severity.WARNING
    lifted = inspect_poses(walker(xyz, scale=Scale.ARBITRARY))
    assert [f.severity for f in lifted] == [Severity.NOTE]


@pytest.mark.parametrize("chunk", [81, 243])
def test_breaks_at_chunk_borders_are_seams(chunk):
    xyz = walker_mm(300)
    xyz += (np.arange(300) // chunk)[:, None, None] * [0, 60.0, 0]
    findings = inspect_poses(walker(xyz))
    assert {f.kind for f in findings} == {Kind.SEAM}
    assert [f.frames for f in findings] == [((n, n),) for n in range(chunk, 300, chunk)]


def test_a_break_elsewhere_is_a_jump():
    xyz = walker_mm()
    xyz[70:] += [0, 0, 80.0]
    assert only(walker(xyz), Kind.JUMP).frames == ((70, 70),)


def test_upside_down_and_lying():
    xyz = walker_mm()
    assert only(walker(xyz * [1, -1, -1]), Kind.UPSIDE_DOWN)
    assert only(walker(xyz, axes=Axes.WORLD_Y_UP), Kind.AXES)


def test_camera_axes_point_down():
    xyz = walker_mm()
    in_camera = np.stack(
        [-xyz[..., 1], -xyz[..., 2], xyz[..., 0]], axis=-1
    )  # looking along the walk: right, down, away
    assert kinds(walker(in_camera, axes=Axes.CAMERA)) == []


@pytest.mark.parametrize("n_frames", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("joint", range(len(JOINTS)))
def test_short_clips_with_a_joint_missing_never_fail(n_frames, joint):
    xyz = walker_mm(n_frames)
    xyz[:, joint] = np.nan
    assert Kind.MISSING in kinds(walker(xyz))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 9))
def test_any_numbers_and_gaps_are_survived(seed, n_frames):
    rng = np.random.default_rng(seed)
    xyz = rng.choice([0.0, 1.0, -3e4, np.nan, 1e-30, 2.5e30], size=(n_frames, 17, 3))
    inspect_poses(walker(xyz))
