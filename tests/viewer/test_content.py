"""What is drawn is what the engine found: the same arrays, placed in one upright world."""

from __future__ import annotations

import numpy as np
import pytest

from core.angles.views import in_view
from core.dataset import load_clip
from core.evaluation import EvaluationOptions, ReferenceKind, evaluate, reference_of
from core.metrics.alignment import Alignment
from core.pairing import load_source
from core.records import Axes, Poses
from core.scoring.run import tasks_of
from tests.viewer.conftest import content_of
from viewer.content.placing import ground_of, on_floor, upright


def test_a_track_holds_the_numbers_of_evaluate(demo_job, demo_content):
    task = tasks_of(demo_job)[0]
    clip = load_clip(task.entry, task.dataset)
    reference = reference_of(clip, task.estimator, EvaluationOptions())
    np.testing.assert_array_equal(demo_content.reference.angles_deg, reference.angles.deg)
    np.testing.assert_array_equal(demo_content.floor_deg, reference.floor.deg)
    np.testing.assert_array_equal(demo_content.floor_error_deg, reference.floor_error_deg)
    assert demo_content.kind is ReferenceKind.ISB
    for (name, ref), track in zip(task.sources, demo_content.tracks, strict=True):
        poses = load_source(ref, clip)
        found = evaluate(clip, poses, task.estimator, name=name, options=EvaluationOptions(), reference=reference)
        assert track.name == name
        np.testing.assert_allclose(track.error_deg, found.error_deg, atol=1e-3)
        np.testing.assert_allclose(track.angles_deg, in_view(found.angles), atol=1e-3)
        np.testing.assert_array_equal(track.position_mm, found.positions.mpjpe_mm)
        np.testing.assert_allclose(track.sigma_deg, task.estimator.uncertainty_deg(poses), atol=1e-3)
        np.testing.assert_allclose(track.angle_mae_deg, np.nanmean(np.abs(found.error_deg), axis=1), rtol=1e-5)
        np.testing.assert_allclose(track.mpjpe_mm, np.nanmean(found.positions.mpjpe_mm, axis=1), rtol=1e-5)


@pytest.mark.parametrize("alignment", list(Alignment))
def test_skeletons_stand_as_far_apart_as_the_error_says(demo_job, alignment):
    content = content_of(demo_job, 1, alignment)
    for track in content.tracks:
        apart = np.linalg.norm(track.xyz_mm - content.reference.xyz_mm, axis=2)
        np.testing.assert_allclose(apart, track.position_mm, atol=0.01)
        assert np.isfinite(apart).all()


def test_a_lifter_in_camera_axes_stands_upright_beside_the_reference(simulated_content):
    for track in simulated_content.everyone:
        assert (track.xyz_mm[:, 10, 2] - track.xyz_mm[:, 3, 2] > 500).all()  # head above ankle
        left_of = track.xyz_mm[:, 4] - track.xyz_mm[:, 1]
        own = simulated_content.reference.xyz_mm[:, 4] - simulated_content.reference.xyz_mm[:, 1]
        assert ((left_of * own).sum(axis=1) > 0).mean() > 0.95  # left hip on the same side


def test_the_ground_holds_every_frame(demo_content):
    ground = demo_content.ground
    assert ground.floor_z_mm == 0.0  # the demo's floor is that of its world
    far = np.linalg.norm(demo_content.reference.xyz_mm - np.array(ground.centre_mm), axis=2)
    assert far.max() <= ground.radius_mm + 1


def test_axes_without_a_camera():
    xyz = np.zeros((1, 17, 3), np.float32)
    xyz[0, 10] = [100, -700, 300]  # camera axes: 700 mm up in the picture
    np.testing.assert_allclose(upright(Poses(xyz, 30, Axes.CAMERA), None)[0, 10], [100, 300, 700])
    xyz[0, 10] = [100, 700, 300]  # Y up
    np.testing.assert_allclose(upright(Poses(xyz, 30, Axes.WORLD_Y_UP), None)[0, 10], [100, -300, 700])
    np.testing.assert_allclose(upright(Poses(xyz, 30, Axes.WORLD_Z_UP), None)[0, 10], [100, 700, 300])


def test_poses_that_are_missing_throughout_need_no_ground():
    nothing = np.full((3, 17, 3), np.nan)
    assert np.isnan(on_floor(nothing)).all()
    assert ground_of(nothing).radius_mm > 0
