"""Retargeted motion against the recordings themselves."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.spatial.transform import Rotation

from core.angles.isb import isb_angles
from core.body.anthropometry import anthropometry
from core.body.exact import motion_angles
from core.body.points import labelled_points
from core.body.posture import exact_angles, posture, segment_motion
from core.body.retarget import STANDING_TILT_DEG, retarget
from core.body.rigs_bvh import builtin_maps, joint_map_for, joint_map_from
from core.body.segments import SEGMENTS
from core.body.usable import usable_frames
from core.conventions import ANGLES
from core.errors import DataError, UsageError
from core.formats.base import ReadOptions
from core.formats.bvh import FORMAT

CLIPS = ("cmu/007_03", "cmu/002_01", "cmu/005_02", "cmu_expmap/train_soccer_2", "deepmimic/humanoid3d_kick",
         "bandai_namco/dataset-1_kick_normal_001")  # fmt: skip
BROKEN = {"005_05": (160, 194), "005_06": (59, 96), "005_08": (65, 98), "005_10": (121, 126), "005_16": (163, 171),
          "005_18": (645, 648), "005_19": (117, 160), "005_20": (337, 339)}  # fmt: skip
"""First and last frame of a burst, from the table of the corpus."""


def motion_of(shared_data, clip):
    return FORMAT.read(shared_data / "mocap" / f"{clip}.bvh", ReadOptions()).items[0].record


def column(angles, name):
    return angles.deg[:, [angle.name for angle in ANGLES].index(name)]


def between(a, b):
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), (a * b).sum(-1)))


@pytest.mark.parametrize("clip", CLIPS)
def test_knees_and_elbows_are_those_of_the_recorded_joint_positions(shared_data, clip):
    motion = motion_of(shared_data, clip)
    joint_map = joint_map_for(motion.names)
    angles = isb_angles(labelled_points(anthropometry(1700, "female"), retarget(motion).motion))
    for side in "lr":
        for name, upper, lower in (("knee", "femur", "tibia"), ("elbow", "humerus", "forearm")):
            first, second = joint_map.segments[f"{upper}_{side}"], joint_map.segments[f"{lower}_{side}"]
            a, b, c = (
                motion.positions_mm[:, motion.names.index(joint)].astype(float)
                for joint in (first.joint, second.joint, second.toward)
            )
            assert np.abs(column(angles, f"{name}_flexion_{side}") - between(b - a, c - b)).max() < 0.05


@pytest.mark.parametrize("clip", CLIPS)
def test_thighs_and_upper_arms_point_where_the_recorded_bones_point(shared_data, clip):
    motion = motion_of(shared_data, clip)
    joint_map = joint_map_for(motion.names)
    rotations = retarget(motion).motion.rotations
    for segment in ("femur_l", "femur_r", "humerus_l", "humerus_r"):
        source = joint_map.segments[segment]
        start, end = (
            motion.positions_mm[:, motion.names.index(j)].astype(float) for j in (source.joint, source.toward)
        )
        x, y, z = (end - start).T
        assert between(np.stack([x, -z, y], axis=-1), -rotations[:, SEGMENTS.index(segment), :, 1]).max() < 0.05


@pytest.mark.parametrize("clip", ["cmu/007_03", "cmu_expmap/train_walking_1"])
def test_a_t_pose_stands_upright_and_is_left_out(shared_data, clip):
    moved = retarget(motion_of(shared_data, clip))
    angles = motion_angles(moved.motion)
    usable = usable_frames(moved.motion)
    assert not usable.frames[0]
    assert usable.frames[1:].all()
    for side in "lr":
        assert abs(column(angles, f"hip_flexion_{side}")[0] + STANDING_TILT_DEG) < 6
        assert abs(column(angles, f"hip_adduction_{side}")[0]) < 4
        assert column(angles, f"shoulder_abduction_{side}")[0] == pytest.approx(86, abs=8)
        assert column(angles, f"knee_flexion_{side}")[0] < 12
        assert column(angles, f"elbow_flexion_{side}")[0] < 12


def test_hips_extend_in_walking_as_far_as_vicon_says(shared_data):
    """Largest extension, which the inclination of the pelvis shifts: our walks against Vicon's own hip angles.

    Vicon: Plug-in Gait channels of four people (data/vicon_pig). With the pelvis upright, as the rigs have it, ours
    would extend 9 degrees further.
    """
    files = sorted((shared_data / "vicon_pig" / "reference").glob("*_pig.csv"))
    channels = [pl.read_csv(file)[f"{side}_hip_flexion_deg"] for file in files for side in "LR"]
    vicon = [np.percentile(channel.drop_nans().to_numpy(), 2) for channel in channels]
    walks = [f"cmu/{n}" for n in ("002_01", "006_01", "007_02", "007_06")]
    walks += [f"cmu_expmap/train_walking_{n}" for n in (1, 3, 4, 5)]
    ours = [np.percentile(column(motion_angles(retarget(motion_of(shared_data, walk)).motion), f"hip_flexion_{s}"), 2)
            for walk in walks for s in "lr"]  # fmt: skip
    assert len(vicon) == 8
    assert np.median(ours) == pytest.approx(np.median(vicon), abs=4)


def test_the_abdomen_lies_halfway_and_limbs_keep_their_bones(shared_data):
    moved = retarget(motion_of(shared_data, "cmu/005_18"))  # bends back
    rotations = moved.motion.rotations
    pelvis, abdomen, thorax = (rotations[:, SEGMENTS.index(n)] for n in ("pelvis", "abdomen", "thorax"))
    upright = pelvis @ Rotation.from_euler("z", -STANDING_TILT_DEG, degrees=True).as_matrix()
    lower, upper = (Rotation.from_matrix(np.swapaxes(a, 1, 2) @ b).magnitude()
                    for a, b in ((upright, abdomen), (abdomen, thorax)))  # fmt: skip
    np.testing.assert_allclose(lower, upper, atol=1e-6)
    assert np.degrees(lower).max() > 15
    np.testing.assert_allclose(np.linalg.det(rotations[:, SEGMENTS.index("abdomen")]), 1, atol=1e-9)


def test_the_same_take_on_two_rigs_has_the_same_angles(shared_data):
    """The corpus states 1.3 to 2.9 degrees rms over knee, elbow, hip and shoulder, within one frame."""
    one, two = (
        motion_angles(retarget(motion_of(shared_data, clip)).motion).deg
        for clip in ("cmu/002_01", "cmu_expmap/train_walking_1")
    )
    shortest = min(len(one), len(two) - 1)
    rms = min(np.sqrt(((one[:shortest] - two[lag : lag + shortest]) ** 2).mean()) for lag in (0, 1))
    assert rms < 6


@pytest.mark.parametrize(("clip", "burst"), BROKEN.items())
def test_the_listed_bursts_are_left_out(shared_data, clip, burst):
    usable = usable_frames(retarget(motion_of(shared_data, f"cmu/{clip}")).motion)
    assert not usable.frames[burst[0] : burst[1] + 1].any()
    assert usable.frames.mean() > 0.6
    assert any("leaves its hinge" in note for note in usable.notes)


def test_ordinary_recordings_are_left_whole(shared_data):
    for clip in ("cmu/002_05", "cmu/006_15", "bandai_namco/dataset-1_kick_normal_001", "deepmimic/humanoid3d_roll"):
        assert usable_frames(retarget(motion_of(shared_data, clip)).motion).frames.all()


def test_angles_of_rotations_are_the_coordinates_and_what_landmarks_read():
    rng = np.random.default_rng(3)
    names = ("hip_flexion", "hip_adduction", "shoulder_flexion", "shoulder_abduction", "elbow_flexion", "knee_flexion")
    deg = {f"{n}_{s}": rng.uniform(2, 70, 50) * (1 if "elbow" in n or "knee" in n else rng.choice([-1, 1], 50))
           for n in names for s in "lr"}  # fmt: skip
    joints = posture(np.zeros((50, 3)), {**deg, "lumbar_flexion": 20.0, "pelvis_tilt": 15.0}, 60.0)
    motion = segment_motion(joints)
    exact = motion_angles(motion).deg
    np.testing.assert_allclose(exact, exact_angles(joints).deg, atol=1e-3)
    np.testing.assert_allclose(exact, isb_angles(labelled_points(anthropometry(1800, "male"), motion)).deg, atol=5e-3)


def test_joint_maps_that_ship_and_faults_of_others(tmp_path):
    assert [m.name for m in builtin_maps()] == ["bandai_namco", "cmu", "cmu_expmap", "deepmimic"]
    with pytest.raises(UsageError, match="unknown BVH rig 'mixamo'; known: bandai_namco"):
        joint_map_for(("Hips",), "mixamo")
    with pytest.raises(DataError, match=r"no joint map knows this rig.*got joints a, b"):
        joint_map_for(("a", "b"))
    path = tmp_path / "rig.toml"
    path.write_text('name = "x"\ntitle = "x"\nidentified_by = []\n[segments]\npelvis = { joint = "Hips" }\n')
    with pytest.raises(DataError, match="joint map with no segment 'thorax'"):
        joint_map_from(path)
    path.write_text("name = ")
    with pytest.raises(DataError, match="not a TOML file"):
        joint_map_from(path)


def test_a_joint_that_the_file_lacks_is_named(shared_data):
    motion = motion_of(shared_data, "deepmimic/humanoid3d_walk")
    with pytest.raises(DataError, match="joint 'Hips' of segment pelvis is not in this file"):
        retarget(motion, joint_map_for((), "bandai_namco"))
