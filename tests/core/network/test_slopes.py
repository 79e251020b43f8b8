"""Degrees per millimetre: exact derivatives against finite differences of the estimators themselves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.angles.views import in_view, slopes_in_view
from core.conventions import ShoulderView
from core.estimators import estimator_named
from core.records import Axes, Poses
from core.skeleton import JOINTS, N_JOINTS

DEMO = Path(__file__).parents[3] / "resources" / "demo"


STEP_MM = 1.0
"""Small against the curvature of the angles, large against the rounding of float32 (1e-5 degrees)."""


@pytest.fixture(scope="module", params=["network", "geometry"])
def estimator(request):
    return estimator_named(request.param, device="cpu")


@pytest.fixture(scope="module")
def poses() -> Poses:
    """Eight frames of a real throw, as a lifter of the demo sees it."""
    file = DEMO / "predictions" / "videopose3d-compact" / "S1_Throw_1_cam_4.npy"
    return Poses(np.load(file)[60:220:20], 120.0, Axes.CAMERA)


def differences(estimator, poses, view=ShoulderView.COMPONENTS) -> np.ndarray:
    """(T, 12, 17, 3) by central differences of what is reported."""
    found = np.empty((poses.n_frames, 12, N_JOINTS, 3))
    for joint in range(N_JOINTS):
        for axis in range(3):
            moved = []
            for sign in (1, -1):
                xyz = poses.xyz_mm.astype(np.float64)
                xyz[:, joint, axis] += sign * STEP_MM
                moved.append(in_view(estimator.angles(replace(poses, xyz_mm=xyz)), view).astype(np.float64))
            found[:, :, joint, axis] = ((moved[0] - moved[1] + 180) % 360 - 180) / (2 * STEP_MM)
    return found


def test_they_equal_finite_differences_to_one_percent(estimator, poses):
    """Of each gradient as a vector, where a millimetre costs more than a thousandth of a degree."""
    got, want = estimator.slopes_deg_per_mm(poses), differences(estimator, poses)
    size = np.linalg.norm(want, axis=-1)
    off = np.linalg.norm(got - want, axis=-1)
    matters = size > 2e-3
    assert matters.sum() > 300
    assert (off[matters] / size[matters]).max() < 0.01
    assert off[~matters].max() < 1e-4


@pytest.mark.parametrize("view", [ShoulderView.RAW, ShoulderView.PROJECTED])
def test_views_of_the_shoulder_follow_by_the_chain_rule(estimator, poses, view):
    got = slopes_in_view(estimator.angles(poses), estimator.slopes_deg_per_mm(poses), view)
    want = differences(estimator, poses, view)
    size = np.linalg.norm(want, axis=-1)
    matters = size > 2e-3
    assert (np.linalg.norm(got - want, axis=-1)[matters] / size[matters]).max() < 0.02


def test_an_angle_costs_nothing_by_what_leaves_the_pose_alike(estimator, poses):
    """Moving everything, and turning everything, changes no angle: the slopes sum to 0, and so do their moments."""
    slopes = estimator.slopes_deg_per_mm(poses).astype(np.float64)
    assert np.abs(slopes.sum(axis=2)).max() < 1e-4
    centred = poses.xyz_mm - poses.xyz_mm[:, :1]
    moments = np.cross(centred[:, None].astype(np.float64), slopes).sum(axis=2)  # degrees per radian
    assert np.abs(moments).max() < 0.05


def test_a_knee_costs_by_hip_knee_and_ankle_alone(poses):
    """By the closed form; what the network makes of other joints is its own."""
    slopes = np.linalg.norm(estimator_named("geometry").slopes_deg_per_mm(poses)[:, 10], axis=-1)
    mine = [JOINTS.index(name) for name in ("l_hip", "l_knee", "l_ankle")]
    assert slopes[:, mine].min() > 0
    assert slopes[:, [j for j in range(N_JOINTS) if j not in mine]].max() < 1e-6


def test_undefined_frames_are_nan_and_leave_the_others_alone(estimator, poses):
    xyz = poses.xyz_mm.copy()
    xyz[3] = np.nan
    got = estimator.slopes_deg_per_mm(replace(poses, xyz_mm=xyz))
    assert np.isnan(got[3]).all()
    others = [0, 1, 2, 4, 5, 6, 7]
    assert np.allclose(got[others], estimator.slopes_deg_per_mm(poses)[others], atol=1e-5)


def test_no_frames_have_no_slopes(estimator, poses):
    assert estimator.slopes_deg_per_mm(replace(poses, xyz_mm=poses.xyz_mm[:0])).shape == (0, 12, N_JOINTS, 3)
