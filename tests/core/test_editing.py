"""Edits of poses: each does what it says and nothing else, and what cannot be is refused in one line."""

import json

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.editing import Edit, HipDefinition, Move, Noise, ScaleBone, SwapSides, below, edited
from core.errors import DataError
from core.records import Axes, Poses
from core.skeleton import BONES, JOINTS, MIRROR, N_JOINTS, PARENTS

L_HIP, R_HIP, PELVIS = JOINTS.index("l_hip"), JOINTS.index("r_hip"), 0


def poses_of(frames: int = 6, seed: int = 1, rig: str = "h36m") -> Poses:
    xyz = np.random.default_rng(seed).normal(0, 300, (frames, N_JOINTS, 3)).astype(np.float32)
    return Poses(xyz, 50.0, Axes.WORLD_Z_UP, rig=rig)


def standing(rig: str) -> Poses:
    """A person of flesh: hip centres 177 mm apart, the spine upward, facing +X, right towards -Y."""
    xyz = np.zeros((1, N_JOINTS, 3), np.float32)
    xyz[0, R_HIP], xyz[0, L_HIP] = (0, -88.5, 900), (0, 88.5, 900)
    xyz[0, PELVIS] = (0, 0, 900)
    for joint in range(N_JOINTS):
        if joint not in (PELVIS, L_HIP, R_HIP):
            xyz[0, joint] = (0, 0, 1100 + 10 * joint)
    return Poses(xyz, 50.0, Axes.WORLD_Z_UP, rig=rig)


def test_no_edit_gives_the_very_same_poses():
    poses = poses_of()
    assert edited(poses, ()) is poses


def test_a_joint_moves_in_its_frames_only():
    poses = poses_of()
    got = edited(poses, [Move(13, 2, 3, (10.0, -20.0, 30.0))])
    change = got.xyz_mm - poses.xyz_mm
    assert np.allclose(change[2:4, 13], (10, -20, 30), atol=1e-3)
    change[2:4, 13] = 0
    assert not change.any()
    assert "left wrist moved by 37.4 mm" in got.notes[-1]


def test_with_its_limb_a_joint_takes_along_what_hangs_on_it():
    elbow = JOINTS.index("l_elbow")
    assert [JOINTS[joint] for joint in below(elbow)] == ["l_elbow", "l_wrist"]
    assert set(below(PELVIS)) == set(range(N_JOINTS))
    poses = poses_of()
    change = edited(poses, [Move(elbow, 0, 5, (5.0, 0.0, 0.0), limb=True)]).xyz_mm - poses.xyz_mm
    moved = np.flatnonzero(np.abs(change).max(axis=(0, 2)))
    assert moved.tolist() == list(below(elbow))


@given(st.integers(1, N_JOINTS - 1), st.floats(0.3, 3.0))
@settings(max_examples=40, deadline=None)
def test_a_scaled_bone_changes_its_own_length_and_no_other(joint, factor):
    poses = poses_of()
    got = edited(poses, [ScaleBone(joint, 0, 5, factor)])
    for parent, child in BONES:
        before = np.linalg.norm(poses.xyz_mm[:, child] - poses.xyz_mm[:, parent], axis=1)
        after = np.linalg.norm(got.xyz_mm[:, child] - got.xyz_mm[:, parent], axis=1)
        assert np.allclose(after, before * (factor if child == joint else 1.0), rtol=1e-4)
    direction = [found.xyz_mm[:, joint] - found.xyz_mm[:, PARENTS[joint]] for found in (poses, got)]
    assert np.allclose(*(d / np.linalg.norm(d, axis=1, keepdims=True) for d in direction), atol=1e-5)


def test_swapped_sides_swapped_again_are_as_before():
    poses = poses_of()
    once = edited(poses, [SwapSides(1, 2)])
    assert np.array_equal(once.xyz_mm[1:3], poses.xyz_mm[1:3][:, MIRROR])
    assert np.array_equal(once.xyz_mm[0], poses.xyz_mm[0])
    assert np.array_equal(edited(once, [SwapSides(1, 2)]).xyz_mm, poses.xyz_mm)


def test_noise_is_as_large_as_it_says_and_the_same_again():
    poses = Poses(np.zeros((4000, N_JOINTS, 3), np.float32), 50.0, Axes.CAMERA)
    edit = Noise((3, 6), 0, 3999, 8.0, seed=4)
    got = edited(poses, [edit]).xyz_mm
    assert np.array_equal(got, edited(poses, [edit]).xyz_mm)
    assert got[:, (3, 6)].std() == pytest.approx(8.0, rel=0.02)
    assert not got[:, [j for j in range(N_JOINTS) if j not in (3, 6)]].any()
    assert not np.array_equal(got, edited(poses, [msgspec.structs.replace(edit, seed=5)]).xyz_mm)


def test_hips_of_athletepose3d_lie_where_an_adult_has_them():
    """The mean of ASIS and PSIS is 29 mm behind, 80 mm above and 6 mm inside the hip centre of an adult of 240 mm
    between the ASIS (the reference on angles, section 8.1: hip centres by Harrington et al. 2007)."""
    poses = standing("h36m")
    got = edited(poses, [HipDefinition("ap3d")])
    assert got.rig == "ap3d"
    moved = got.xyz_mm[0] - poses.xyz_mm[0]
    # Facing +X with right towards -Y: anterior is +X, superior +Z; towards the midline is +Y for the right hip.
    assert np.allclose(moved[R_HIP], (-29, 6, 80), atol=0.01)
    assert np.allclose(moved[L_HIP], (-29, -6, 80), atol=0.01)
    assert np.allclose(moved[PELVIS], (-29, 0, 80), atol=0.01)
    others = [joint for joint in range(N_JOINTS) if joint not in (PELVIS, L_HIP, R_HIP)]
    assert not moved[others].any()


def test_hips_there_and_back_are_as_before():
    poses = standing("h36m")
    back = edited(edited(poses, [HipDefinition("ap3d")]), [HipDefinition("h36m")])
    assert back.rig == "h36m"
    assert np.allclose(back.xyz_mm, poses.xyz_mm, atol=0.01)
    same = edited(poses_of(rig="ap3d"), [HipDefinition("ap3d_running")])
    assert same.rig == "ap3d_running"
    assert np.array_equal(same.xyz_mm, poses_of().xyz_mm)


def test_edits_go_one_after_the_other():
    poses = poses_of()
    one = edited(edited(poses, [SwapSides(0, 5)]), [Move(1, 0, 0, (1.0, 2.0, 3.0))])
    both = edited(poses, [SwapSides(0, 5), Move(1, 0, 0, (1.0, 2.0, 3.0))])
    assert np.allclose(one.xyz_mm, both.xyz_mm, atol=1e-4)


def test_missing_joints_stay_missing():
    xyz = poses_of().xyz_mm.copy()
    xyz[2, 5] = np.nan
    poses = Poses(xyz, 50.0, Axes.CAMERA)
    for edit in (Move(5, 0, 5, (1.0, 1.0, 1.0)), ScaleBone(5, 0, 5, 2.0), Noise((5,), 0, 5, 3.0)):
        got = edited(poses, [edit]).xyz_mm
        assert np.isnan(got[2, 5]).all()
        assert np.isnan(got).sum() == np.isnan(edited(poses, [edit]).xyz_mm[2, list(below(5))]).sum()


@pytest.mark.parametrize("edit", [
    Move(17, 0, 0, (0.0, 0.0, 0.0)), Move(-1, 0, 0, (0.0, 0.0, 0.0)), Move(1, 4, 6, (0.0, 0.0, 0.0)),
    Move(1, 3, 2, (0.0, 0.0, 0.0)), Move(1, 0, 0, (np.nan, 0.0, 0.0)), ScaleBone(0, 0, 0, 2.0),
    ScaleBone(3, 0, 0, np.inf), Noise((2, 40), 0, 0, 1.0), HipDefinition("smpl"), SwapSides(-1, 3),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(edit):
    with pytest.raises(DataError) as caught:
        edited(poses_of(), [edit])
    assert "\n" not in str(caught.value)


def test_edits_survive_a_file():
    edits = [Move(3, 0, 2, (1.0, 2.5, -3.0), True), Noise((1, 2), 0, 3, 4.0), ScaleBone(2, 1, 1, 1.1), SwapSides(0, 3),
             HipDefinition("ap3d")]  # fmt: skip
    text = json.dumps(msgspec.to_builtins(edits))
    assert msgspec.convert(json.loads(text), list[Edit]) == edits
