"""The simulated sources, which other tests count on, have the errors that they are named after."""

from __future__ import annotations

import numpy as np
import pytest

from core.dataset import open_dataset
from core.demo.programme import CLIPS, play
from core.estimators import estimator_named
from core.pairing import find_predictions, pair_lifter
from core.records import Axes, Poses
from tests.simulated_sources import SOURCES, rig_of, simulated_demo, true_poses_mm


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return open_dataset(simulated_demo(tmp_path_factory.mktemp("simulated") / "demo"))


def test_they_are_paired_as_simulations(dataset):
    folders = find_predictions(dataset.root)
    assert set(folders) == set(SOURCES)
    for name, folder in folders.items():
        pairing = pair_lifter(dataset, name, folder)
        assert pairing.simulated and name.startswith("sim_")
        assert "simulation" in pairing.title and "not a model" in pairing.title
        assert set(pairing.sources) == {plan.name for plan in CLIPS} and not pairing.problems


def test_the_true_poses_are_those_of_the_clips(dataset):
    for plan in CLIPS:
        poses = play(plan).poses
        assert poses.rig == rig_of(plan)
        lengths = [np.linalg.norm(xyz[:, [3, 6, 13, 16]] - xyz[:, [0]], axis=-1)
                   for xyz in (poses.xyz_mm, true_poses_mm(plan, rig_of(plan)))]  # fmt: skip
        seen = np.isfinite(lengths[0])
        assert seen.mean() > 0.9
        np.testing.assert_allclose(lengths[0][seen], lengths[1][seen], atol=1e-2)


def test_each_has_its_own_kind_of_error_and_no_other(dataset):
    for plan in CLIPS:
        true = true_poses_mm(plan, rig_of(plan))
        depth, smooth, hips = (np.load(dataset.root / "predictions" / name / f"{plan.name}.npy") for name in SOURCES)
        assert depth.dtype == smooth.dtype == hips.dtype == np.float32
        assert all(np.isfinite(poses).all() for poses in (depth, smooth, hips))
        np.testing.assert_allclose(depth[..., :2], true[..., :2], atol=1e-2)
        assert 30 < np.abs(depth - true)[:, 1:, 2].mean() < 50
        assert np.abs(np.diff(smooth, 2, axis=0)).max() < np.abs(np.diff(true, 2, axis=0)).max() / 2
        moved = np.linalg.norm(hips - true, axis=-1)
        assert (moved[:, [1, 4]] > 60).all() and np.delete(moved, [1, 4], axis=1).max() < 1e-2


def test_position_and_angle_errors_rank_them_differently(dataset):
    """Noise in depth beats smoothing by millimetres and loses by degrees."""
    geometry = estimator_named("geometry")
    millimetres, degrees = dict.fromkeys(SOURCES, 0.0), dict.fromkeys(SOURCES, 0.0)
    for plan in CLIPS:
        exact, true = play(plan).angles, true_poses_mm(plan, rig_of(plan))
        for name in SOURCES:
            poses = np.load(dataset.root / "predictions" / name / f"{plan.name}.npy")
            angles = geometry.angles(Poses(poses, plan.fps, Axes.CAMERA, rig=rig_of(plan)))
            millimetres[name] += np.linalg.norm(poses - true, axis=-1).mean() / len(CLIPS)
            degrees[name] += np.abs((angles.deg - exact.deg + 180) % 360 - 180).mean() / len(CLIPS)
    assert millimetres["sim_depth_noise"] < millimetres["sim_over_smooth"]
    assert degrees["sim_depth_noise"] > degrees["sim_over_smooth"]
    assert all(5 < value < 60 for value in millimetres.values())
