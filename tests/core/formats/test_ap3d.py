"""AthletePose3D files: cameras, rigs, detection, and motion posed by OpenSim in this layout (third-party data)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from core.cameras import project
from core.dataset import load_clip, load_keypoints, open_dataset
from core.errors import DataError
from core.formats.ap3d import FORMATS
from core.formats.ap3d_clip import clip_name, millimetres, read_cameras, read_info, read_points
from core.formats.ap3d_rig import joints_from_labels, rig_by_labels, verified_rig
from core.formats.base import Content, Format, ReadOptions
from core.formats.registry import detect
from core.records import Axes, Camera, Points, Poses, Poses2D
from core.skeleton import AP3D_FIELD, AP3D_RUNNING, rig_named
from tests.ap3d_layout import FIELD_LABELS, camera_entry, clip_info, poses_of, walking_points, write_clip, write_dataset

# COCO joint (column) that the AthletePose3D rig fills with the same labels as the H36M joint: rig.json "COCO".
COCO_OF_H36M = {11: 5, 14: 6, 12: 7, 15: 8, 13: 9, 16: 10, 4: 11, 1: 12, 5: 13, 2: 14, 6: 15, 3: 16}


def test_real_labels_give_the_poses_and_pixels_beside_them(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "opensim_ap3d")
    rigs, turned = set(), 0
    for entry in dataset:
        clip = load_clip(entry, dataset)
        recomputed = joints_from_labels(clip.points, rig_named(clip.poses.rig))
        assert np.abs(recomputed - clip.poses.xyz_mm).max() < 0.002, entry.name
        pixels = project(clip.camera, clip.poses.xyz_mm[:, list(COCO_OF_H36M)])
        stored = load_keypoints(entry, dataset).xy_px[:, list(COCO_OF_H36M.values())]
        assert np.abs(pixels - stored).max() < 0.01, entry.name
        rigs.add((len(clip.points.names), clip.poses.rig))
        turned += clip.camera.rotated_ccw_90
    assert rigs == {(84, "ap3d"), (111, "ap3d"), (41, "ap3d_running")}
    assert turned == 3


def sure(path: Path) -> list[str]:
    """Names of the AthletePose3D formats that are sure about a file."""
    head = path.read_bytes()[:8192]
    return [f.name for f in FORMATS if (match := f.sniff(path, head)) is not None and match.sure]


def named(name: str) -> Format:
    return next(known for known in FORMATS if known.name == name)


def read_with(name: str, path: Path, **options: object) -> Content:
    return named(name).read(path, ReadOptions(**options))


def test_every_file_of_real_layout_is_recognised(shared_data: Path) -> None:
    root = shared_data / "opensim_ap3d"
    expected = {"_h36m.npy": "ap3d_h36m", "_coco.npy": "ap3d_coco", ".npy": "ap3d_points", ".json": "ap3d_info"}
    for path in (root / "data").rglob("*.*"):
        ending = next(e for e in expected if path.name.endswith(e))
        assert sure(path) == [expected[ending]], path.name
        assert detect(path).name == expected[ending]
    assert detect(root / "cam_param.json").name == "ap3d_cameras"
    assert all(sure(path) == [] for path in (root / "reference").iterdir() if path.name != "index.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_dataset(tmp_path, {"data/test_set/S7": ["Axel_2_cam_3"]}) / "data" / "test_set" / "S7"


def test_files_read_alone_say_what_they_are(folder: Path) -> None:
    np.save(folder / "Axel_2_cam_3_coco.npy", np.ones((8, 17, 2), np.float32))
    points = read_with("ap3d_points", folder / "Axel_2_cam_3.npy").items[0]
    assert isinstance(points.record, Points)
    assert (points.subject, points.action, points.camera) == ("S7", "Axel_2", "3")
    poses = read_with("ap3d_h36m", folder / "Axel_2_cam_3_h36m.npy").items[0].record
    assert isinstance(poses, Poses)
    assert (poses.fps, poses.rig, poses.axes, poses.notes) == (60, "ap3d", Axes.WORLD_Z_UP, ())
    assert len(poses.origin.sha256) == 64
    flat = read_with("ap3d_coco", folder / "Axel_2_cam_3_coco.npy").items[0].record
    assert isinstance(flat, Poses2D)
    assert (flat.layout, flat.size_px) == ("coco17", (1280, 768))
    facts = dict(read_with("ap3d_info", folder / "Axel_2_cam_3.json").facts)
    assert (facts["clip"], facts["fps"], facts["labels"]) == ("S7_Axel_2_cam_3", "60", str(len(FIELD_LABELS)))
    cameras = read_with("ap3d_cameras", folder.parents[2] / "cam_param.json")
    assert [item.key for item in cameras.items] == ["cam_a", "cam_b"]
    assert "distortion is ignored" in cameras.notes[0]


def test_poses_away_from_their_clip_are_known_by_name_and_posture(folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "Axel_2_cam_3_h36m.npy"
    away.write_bytes((folder / "Axel_2_cam_3_h36m.npy").read_bytes())
    assert sure(away) == ["ap3d_h36m"]
    poses = read_with("ap3d_h36m", away).items[0].record
    assert poses.fps is None
    assert any("rig ap3d assumed; not verified" in note for note in poses.notes)
    np.save(away, np.load(away)[..., [0, 2, 1]] * np.array([1, -1, 1]))  # in camera axes it may be a lifter's
    assert sure(away) == []
    (folder / "Axel_2_cam_3.json").write_text("")
    assert sure(folder / "Axel_2_cam_3.npy") == []
    lone = tmp_path / "points.npy"
    lone.write_bytes((folder / "Axel_2_cam_3.npy").read_bytes())
    assert sure(lone) == []
    with pytest.raises(DataError, match=r"points.npy: labelled points without names; expected points.json beside it"):
        read_with("ap3d_points", lone)


def test_stated_unit_wins_over_the_bodys_size(folder: Path) -> None:
    path = folder / "Axel_2_cam_3_h36m.npy"
    np.save(path, np.load(path) / 10)
    poses = read_with("ap3d_h36m", path, mm_per_unit=10).items[0].record
    np.testing.assert_allclose(poses.xyz_mm, poses_of(walking_points(8)), rtol=1e-5)


@pytest.mark.parametrize("scale", [1, 0.001])
def test_millimetres_are_told_from_metres_despite_gaps(scale: float) -> None:
    points = walking_points(200) * np.float32(scale)
    points[::3] = np.nan
    points[:, 4] = np.nan
    xyz, notes = millimetres(points)
    np.testing.assert_allclose(xyz, points / scale, rtol=1e-5)
    assert len(notes) == (scale != 1)


def test_parts_of_a_clip_name() -> None:
    assert clip_name("Glide_shot_put_12_cam_10") == clip_name("Glide_shot_put_12_cam_10")
    parts = clip_name("Glide_shot_put_12_cam_10")
    assert (parts.activity, parts.trial, parts.camera_index) == ("Glide_shot_put", "12", "10")
    assert clip_name("freestyle").activity == "freestyle"
    assert clip_name("freestyle").trial == ""


def test_camera_looks_where_it_should(folder: Path) -> None:
    """The camera stands at x = -5 m, looks along +X: forward is deeper, +Y is left, +Z is up (v falls)."""
    camera = read_cameras(folder.parents[2] / "cam_param.json")[0][0]
    centre, left, up = project(camera, np.array([[0, 0, 1200.0], [0, 100, 1200], [0, 0, 1300]]))
    np.testing.assert_allclose(centre, [640, 384])
    np.testing.assert_allclose(left, [640 - 1000 * 100 / 5000, 384])
    np.testing.assert_allclose(up, [640, 384 - 1001 * 100 / 5000])


def cameras_file(folder: Path, **changes: object) -> Path:
    path = folder / "cam_param.json"
    path.write_text(json.dumps({"cam_a": camera_entry(**changes)}))
    return path


def test_camera_positions_in_metres_are_recognised(tmp_path: Path) -> None:
    cameras, notes, _ = read_cameras(cameras_file(tmp_path, xyz=[-5, 0, 1.2]))
    np.testing.assert_allclose(cameras[0].position_mm, [-5000, 0, 1200])
    assert any("in metres" in note for note in notes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"extrinsic_matrix": [[1, 0, 0], [0, 1, 0], [0, 0, 2]]}, "'cam_a' is not a rotation"),
        ({"extrinsic_matrix": [[0, 1, 0], [0, 0, 1], [-1, 0, 0]]}, "'cam_a' is not a rotation"),
        ({"extrinsic_matrix": [[1, 0], [0, 1]]}, "'cam_a' cannot be used"),
        ({"extrinsic_matrix": [[1, 0, 0], [0, 1], [0, 0, 1]]}, "'cam_a' cannot be used"),
        ({"xyz": [0, 0]}, "'cam_a' cannot be used"),
        ({"xyz": None}, "cameras cannot be used; expected a list for 'xyz', got null"),
    ],
)
def test_broken_cameras_are_one_line(tmp_path: Path, changes: dict[str, object], expected: str) -> None:
    with pytest.raises(DataError, match=re.escape(expected)) as raised:
        read_cameras(cameras_file(tmp_path, **changes))
    assert str(raised.value).startswith(str(tmp_path / "cam_param.json"))


def test_labels_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    order = np.random.default_rng(5).permutation(len(FIELD_LABELS))
    points = Points(walking_points(4)[:, order], [FIELD_LABELS[k] for k in order], 60, Axes.WORLD_Z_UP)
    np.testing.assert_allclose(joints_from_labels(points, AP3D_FIELD), poses_of(walking_points(4)), atol=1e-3)


def test_a_joint_of_another_recipe_is_named_with_its_distance() -> None:
    points = Points(walking_points(4), FIELD_LABELS, 60, Axes.WORLD_Z_UP)
    poses = poses_of(walking_points(4))
    poses[:, 1] = points.xyz_mm[:, FIELD_LABELS.index("RHIP")]
    rig, notes = verified_rig(points, poses)
    assert rig is AP3D_FIELD
    assert len(notes) == 1
    assert re.search(r"by up to: r_hip \d\d+\.\d mm$", notes[0])


def test_rig_of_both_dialects_is_the_one_that_made_the_poses() -> None:
    """With the labels of both dialects, only the poses tell which recipe was used."""
    rng = np.random.default_rng(2)
    names = sorted({label for rig in (AP3D_FIELD, AP3D_RUNNING) for joint in rig.labels for label in joint})
    points = Points(rng.normal(0, 500, (5, len(names), 3)), names, 120, Axes.WORLD_Z_UP)
    for rig in (AP3D_FIELD, AP3D_RUNNING):
        made = joints_from_labels(points, rig).astype(np.float32)
        assert verified_rig(points, made) == (rig, ())
    assert rig_by_labels(names) is AP3D_FIELD
    assert rig_by_labels([label for joint in AP3D_RUNNING.labels for label in joint]) is AP3D_RUNNING


def test_points_with_another_number_of_labels_are_refused(tmp_path: Path) -> None:
    stem = write_clip(tmp_path, "Axel_1_cam_1")
    info = read_info(tmp_path / "Axel_1_cam_1.json")
    np.save(f"{stem}.npy", np.zeros((8, 86, 3), np.float32))
    with pytest.raises(DataError, match=r"Axel_1_cam_1.npy: .*expected \(T, 23, 3\).*got \(8, 86, 3\)"):
        read_points(stem.with_name(f"{stem.name}.npy"), info)


def test_information_keeps_its_bytes_hash_and_unknown_keys_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "Axel_1_cam_1.json"
    path.write_text(json.dumps({**clip_info(rotation_ccw_90=1), "new_key": [1]}))
    info = read_info(path)
    assert info.rotated is True
    assert len(info.sha256) == 64
    assert isinstance(read_cameras(cameras_file(tmp_path))[0][0], Camera)
