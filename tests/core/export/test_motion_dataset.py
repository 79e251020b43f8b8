"""A recording becomes a dataset whose references are its own angles."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from core.angles.isb import isb_angles
from core.cli.app import app
from core.conventions import column_names
from core.dataset import load_clip, open_dataset
from core.export.convert import convert_files
from core.export.targets import Target


def converted(path, out, **more):
    return list(convert_files(path, Target.ATHLETEPOSE3D, out, **more))


@pytest.fixture(scope="module")
def made(shared_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("motion")
    paths = [
        shared_data / "mocap" / name for name in ("cmu_expmap/train_running_1.bvh", "deepmimic/humanoid3d_kick.bvh")
    ]
    return out, [converted(path, out)[0] for path in paths]


def test_the_dataset_opens_and_its_labels_read_the_exact_angles(made):
    out, _ = made
    dataset = open_dataset(out)
    assert not dataset.problems
    assert {clip.activity for clip in dataset} == {"humanoid3d_kick", "train_running"}
    for entry in dataset:
        clip = load_clip(entry, dataset)
        exact = pl.read_csv(out / "exact_angles" / f"{clip.name}_angles.csv").select(column_names()).to_numpy()
        np.testing.assert_allclose(isb_angles(clip.points).deg, exact, atol=0.02)
        assert clip.camera is not None
        assert clip.poses.rig == "ap3d"


def test_both_cameras_see_the_whole_body(made):
    out, _ = made
    for path in out.glob("data/test_set/S1/*_coco.npy"):
        pixels = np.load(path)[:, [0, *range(5, 17)]]
        assert np.isfinite(pixels).all()
        assert (pixels >= 0).all()
        assert (pixels <= [1920, 1080]).all()


def test_what_was_cut_and_chosen_is_said_and_feet_are_on_the_floor(made):
    out, done = made
    assert all(one.output is not None for one in done)
    notes = " | ".join(done[0].notes)
    for said in ("rig cmu_expmap", "body of 1706 mm", "first 1 frames cut off"):
        assert said in notes
    points = np.load(next(out.glob("data/test_set/S1/train_running_1_cam_1.npy")))
    assert len(points) == 84  # 85 frames, the first of them a T-pose
    assert -60 < points[..., 2].min() < 40


def test_an_unknown_rig_needs_a_joint_map_and_a_clip_is_not_overwritten(shared_data, made, tmp_path):
    out, _ = made
    path = shared_data / "mocap" / "deepmimic" / "humanoid3d_kick.bvh"
    assert "Pass --overwrite" in converted(path, out)[0].problem
    renamed = tmp_path / "other.bvh"
    renamed.write_text(path.read_text().replace("left_knee", "knie_links"))
    (problem,) = converted(renamed, tmp_path / "out")
    assert "no joint map knows this rig" in problem.problem
    assert "other.bvh" in problem.problem


def test_points_cannot_become_motion(made, tmp_path):
    out, _ = made
    (refused,) = converted(next(out.glob("data/test_set/S1/*_cam_1.npy")), tmp_path)
    assert "only jointed motion (BVH)" in refused.problem


def test_a_joint_map_by_name_and_only_where_it_means_something(shared_data, tmp_path):
    path = str(shared_data / "mocap" / "deepmimic" / "humanoid3d_kick.bvh")
    for to, rig, code, said in (
        ("athletepose3d", "deepmimic", 0, "rig deepmimic"),
        ("athletepose3d", "nosuch", 2, "unknown BVH rig 'nosuch'"),
        ("trc", "deepmimic", 2, "--joint-map is for --to athletepose3d; trc needs none"),
    ):
        words = ["convert", path, "--to", to, "--out", str(tmp_path / f"{to}_{rig}"), "--joint-map", rig]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == code, result.output
        assert said in result.stderr
