"""Angles of 17-joint poses by closed forms, and the estimator that offers them."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from core.angles.frames import Frame
from core.angles.geometry import angles_in_frames, geometric_angles, geometric_angles_many
from core.conventions import angle_names
from core.errors import UsageError
from core.estimators import ESTIMATORS, estimator_named
from core.records import Axes, Poses, Scale
from core.skeleton import JOINTS, MIRROR

SWAP = [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10]


def poses_of(body: Any) -> Any:
    """(n, 17, 3) joints of the labelled body; its midline joints lie on the pelvis and thorax axes."""
    at = body.places
    up = body.pelvis.apply(np.tile([0.0, 1.0, 0.0], (body.n, 1)))
    trunk = body.thorax.apply(np.tile([0.0, 1.0, 0.0], (body.n, 1)))
    pelvis = (at["LHIP"] + at["RHIP"]) / 2
    spine = pelvis + 230 * up
    joints = {"pelvis": pelvis, "spine": spine, "thorax": spine + 250 * trunk, "neck": spine + 330 * trunk,
              "head": spine + 450 * trunk}  # fmt: skip
    for side in "lr":
        s = side.upper()
        labels = {"hip": f"{s}HIP", "knee": f"{s}KNE", "ankle": f"{s}ANK", "shoulder": f"{s}_Shoulder Joint",
                  "elbow": f"{s}ELB", "wrist": f"{s}WRT"}  # fmt: skip
        joints |= {f"{side}_{joint}": at[label] for joint, label in labels.items()}
    return np.stack([joints[name] for name in JOINTS], axis=1)


def _poses(xyz: Any, axes: Axes = Axes.WORLD_Z_UP, scale: Scale = Scale.METRIC) -> Poses:
    return Poses(xyz, 60.0, axes, scale)


def test_given_frames_reproduce_the_full_decomposition(moving: Any, expected: Any) -> None:
    """The long-axis identity, in double precision: pelvis and thorax given, only joints else."""
    joints = poses_of(moving).transpose(2, 1, 0)
    pelvis, thorax = (Frame(r.as_matrix().transpose(2, 1, 0)) for r in (moving.pelvis, moving.thorax))
    assert np.abs(angles_in_frames(pelvis, thorax, joints).T - expected(moving)).max() < 1e-5  # shoulder's sqrt at 0


def test_joints_alone_suffice_where_the_spine_stands_on_the_pelvis(moving: Any, expected: Any) -> None:
    assert np.abs(geometric_angles(_poses(poses_of(moving))).deg - expected(moving)).max() < 1e-3


def test_a_tilted_spine_shifts_hip_flexion_by_its_tilt(body: Any) -> None:
    """What 17 joints cannot see: 10 degrees of spine against pelvis read as 10 degrees of hip flexion."""
    posed = body(20, {"hip_flexion_l": np.linspace(-20, 90, 20), "hip_flexion_r": 30.0, "knee_flexion_l": 50.0})
    xyz = poses_of(posed)
    pelvis, spine, thorax = (JOINTS.index(n) for n in ("pelvis", "spine", "thorax"))
    tilt = Rotation.from_euler("z", -10, degrees=True)  # forward, about the axis between the hips
    xyz[:, spine] = xyz[:, pelvis] + tilt.apply(xyz[:, spine] - xyz[:, pelvis])
    xyz[:, thorax] = xyz[:, spine] + [0.0, 250.0, 0.0]
    deg = geometric_angles(_poses(xyz)).deg
    names = angle_names()
    for side in "lr":
        shift = deg[:, names.index(f"hip_flexion_{side}")] - posed.deg(f"hip_flexion_{side}")
        assert shift == pytest.approx(np.full(20, 10.0), abs=1e-3)
    assert deg[:, names.index("knee_flexion_l")] == pytest.approx(np.full(20, 50.0), abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), size=st.floats(1e-3, 50))
def test_rigid_motion_and_scale_change_nothing(moving: Any, seed: int, size: float) -> None:
    xyz = poses_of(moving)[:40]
    turned = Rotation.random(random_state=seed).apply(xyz.reshape(-1, 3)).reshape(xyz.shape) * size
    scaled = geometric_angles(_poses(turned, Axes.CAMERA, Scale.ARBITRARY)).deg
    assert np.abs(scaled - geometric_angles(_poses(xyz)).deg).max() < 2e-3


def test_mirror_image_swaps_sides_exactly(moving: Any) -> None:
    xyz = poses_of(moving)
    deg = geometric_angles(_poses(xyz)).deg
    for axis in range(3):
        flipped = xyz[:, list(MIRROR)].copy()
        flipped[..., axis] *= -1
        assert np.array_equal(geometric_angles(_poses(flipped)).deg, deg[:, SWAP])


def test_reflection_alone_flips_hip_flexion(body: Any) -> None:
    """60 reads -60 when axes are reflected and joints keep their names: what undoing MMPose's axes prevents."""
    posed = body(1, {"hip_flexion_l": 60.0, "hip_flexion_r": 60.0, "knee_flexion_l": 40.0}, seed=2)
    deg = geometric_angles(_poses(poses_of(posed) * [-1.0, 1.0, 1.0])).deg[0]
    names = angle_names()
    for side in "lr":
        assert deg[names.index(f"hip_flexion_{side}")] == pytest.approx(-60, abs=1e-3)
    assert deg[names.index("knee_flexion_l")] == pytest.approx(40, abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 600), max_size=8))
def test_any_split_gives_the_same_bits(moving: Any, cuts: list[int]) -> None:
    xyz = poses_of(moving)
    borders = [*sorted({0, 600, *cuts}), 600]
    clips = [_poses(xyz[a:b]) for a, b in itertools.pairwise(borders)]
    whole = geometric_angles(_poses(xyz)).deg
    assert np.array_equal(np.concatenate([a.deg for a in geometric_angles_many(clips)]), whole)
    assert np.array_equal(geometric_angles(_poses(np.tile(xyz, (8, 1, 1)))).deg, np.tile(whole, (8, 1)))
    assert geometric_angles_many([]) == []


NEEDS = {"r_knee": {"hip_flexion_r", "hip_adduction_r", "knee_flexion_r"}, "l_wrist": {"elbow_flexion_l"},
         "l_elbow": {"elbow_flexion_l", "shoulder_flexion_l", "shoulder_abduction_l"}, "r_ankle": {"knee_flexion_r"},
         "pelvis": {f"hip_{n}_{s}" for n in ("flexion", "adduction") for s in "lr"},
         "thorax": {f"shoulder_{n}_{s}" for n in ("flexion", "abduction") for s in "lr"},
         "head": set(), "neck": set()}  # fmt: skip


@pytest.mark.parametrize("joint", NEEDS)
def test_a_missing_joint_takes_only_what_needs_it(moving: Any, joint: str) -> None:
    xyz = poses_of(moving)
    clean = geometric_angles(_poses(xyz)).deg
    xyz[3, JOINTS.index(joint)] = np.nan
    spoilt = geometric_angles(_poses(xyz)).deg
    lost = np.array([name in NEEDS[joint] for name in angle_names()])
    assert np.isnan(spoilt[3, lost]).all()
    assert np.array_equal(spoilt[3, ~lost], clean[3, ~lost])
    others = np.arange(len(xyz)) != 3
    assert np.array_equal(spoilt[others], clean[others])


@pytest.mark.parametrize(
    ("joint", "onto", "gone"),
    [
        ("r_knee", "r_hip", {"hip_flexion_r", "hip_adduction_r", "knee_flexion_r"}),
        ("l_wrist", "l_elbow", {"elbow_flexion_l"}),
        ("l_hip", "r_hip", {f"hip_{n}_{s}" for n in ("flexion", "adduction") for s in "lr"}),
        ("spine", "pelvis", {f"hip_{n}_{s}" for n in ("flexion", "adduction") for s in "lr"}),
    ],
)
def test_no_length_is_undefined_not_zero(moving: Any, joint: str, onto: str, gone: set[str]) -> None:
    xyz = poses_of(moving)
    xyz[:, JOINTS.index(joint)] = xyz[:, JOINTS.index(onto)]
    lost = np.isnan(geometric_angles(_poses(xyz)).deg).all(axis=0)
    assert {name for name, undefined in zip(angle_names(), lost, strict=True) if undefined} == gone


def test_estimator_is_the_same_function_and_travels_to_workers(moving: Any) -> None:
    poses = _poses(poses_of(moving))
    estimator = pickle.loads(pickle.dumps(estimator_named("geometry")))
    assert np.array_equal(estimator.angles(poses).deg, geometric_angles(poses).deg)
    assert estimator.angles(poses).method == estimator.name == "geometry"
    assert estimator.fingerprint
    assert "geometry" in ESTIMATORS
    with pytest.raises(UsageError, match="unknown estimator 'magic'; known: network, geometry"):
        estimator_named("magic")
