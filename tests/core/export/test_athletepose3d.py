"""What the writer puts down, the reader of AthletePose3D clips picks up unchanged."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core.cameras import project
from core.dataset import load_clip, open_dataset
from core.demo.programme import CLIPS, play
from core.errors import DataError, OutputError
from core.export.athletepose3d import coco_pixels, write_cameras, write_clip
from core.formats.ap3d_clip import read_cameras
from core.records import Axes, Points


@pytest.fixture(scope="module")
def turned():
    return play(next(plan for plan in CLIPS if plan.camera == "demo_camera_2"))


@pytest.fixture(scope="module")
def upright():
    return play(CLIPS[1])


@pytest.mark.parametrize("which", ["turned", "upright"])
def test_a_written_clip_reads_back_equal(which, request, tmp_path):
    clip = request.getfixturevalue(which)
    write_cameras(tmp_path / "cam_param.json", [clip.camera])
    write_clip(tmp_path / "data" / "valid_set" / "S7", "Axel_3_cam_2", clip.points, clip.poses, clip.camera, "fs", {})
    dataset = open_dataset(tmp_path)
    (entry,) = dataset.clips
    read = load_clip(entry, dataset)
    assert (read.name, read.athlete, read.activity, read.fps) == ("S7_Axel_3_cam_2", "fs/S7", "Axel", clip.points.fps)
    np.testing.assert_array_equal(read.points.xyz_mm, clip.points.xyz_mm)
    np.testing.assert_array_equal(read.poses.xyz_mm, clip.poses.xyz_mm)
    assert read.points.names == clip.points.names and read.poses.rig == clip.poses.rig
    assert read.camera.rotated_ccw_90 == (which == "turned")
    pixels = project(read.camera, clip.poses.xyz_mm)
    np.testing.assert_allclose(pixels, project(clip.camera, clip.poses.xyz_mm), atol=1e-6)


def test_cameras_read_back_equal(turned, upright, tmp_path):
    write_cameras(tmp_path / "cam_param.json", [turned.camera, upright.camera])
    cameras, _, _ = read_cameras(tmp_path / "cam_param.json")
    for written, read in zip([turned.camera, upright.camera], cameras, strict=True):
        assert read.name == written.name
        for key in ("rotation", "intrinsics", "position_mm"):
            np.testing.assert_array_equal(getattr(read, key), getattr(written, key))


def test_coco_nose_follows_the_rig(turned, upright):
    """AthletePose3D's rig.json: CLAV and Nasion, or for running both shoulders and four times the vertex."""
    for clip, labels in (
        (upright, ["CLAV", "Nasion"]),
        (turned, ["R_Shoulder Joint", "L_Shoulder Joint", *["Vertex"] * 4]),
    ):
        mean = np.mean([clip.points.xyz_mm[:, clip.points.names.index(label)] for label in labels], axis=0)
        pixels = coco_pixels(clip.points, clip.poses, clip.camera)
        np.testing.assert_allclose(pixels[:, 0], project(clip.camera, mean), atol=0.01)
        assert np.isnan(pixels[:, 1:5]).all() and np.isfinite(pixels[:, 5:]).all()


def test_what_the_layout_cannot_hold_is_refused(upright, tmp_path):
    points, poses, camera = upright.points, upright.poses, upright.camera
    cases = [
        (replace(points, axes=Axes.WORLD_Y_UP), poses, camera, "Z up"),
        (Points(points.xyz_mm[:-1], points.names, 60.0, points.axes), poses, camera, "differ in length"),
        (replace(points, fps=None), poses, camera, "frame rate"),
        (points, poses, replace(camera, size_px=None), "picture size"),
    ]
    for bad_points, bad_poses, bad_camera, reason in cases:
        with pytest.raises(DataError, match=reason):
            write_clip(tmp_path / "S1", "Axel_1_cam_1", bad_points, bad_poses, bad_camera, "fs", {})
    assert not list(tmp_path.rglob("*.npy"))


def test_a_place_that_cannot_be_written_is_one_line(upright, tmp_path):
    (tmp_path / "S1").write_text("a file where the folder should be")
    with pytest.raises(OutputError, match="cannot be written"):
        write_clip(tmp_path / "S1", "Axel_1_cam_1", upright.points, upright.poses, upright.camera, "fs", {})


def test_further_keys_stand_in_the_json(upright, tmp_path):
    write_clip(tmp_path, "Axel_1_cam_1", upright.points, upright.poses, upright.camera, "fs", {"synthetic": True})
    info = json.loads((tmp_path / "Axel_1_cam_1.json").read_text())
    assert info["synthetic"] is True and info["type"] == "fs"
    assert (info["source_start_frame"], info["source_end_frame"]) == (0, upright.points.n_frames - 1)
