"""The clips that ship are what the command writes, and they are what they say they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import resources
from core.angles.isb import isb_angles
from core.conventions import column_names
from core.dataset import load_clip, open_dataset
from core.demo.make import main
from core.demo.programme import CLIPS
from core.records import Axes

SHIPPED = Path(resources.__file__).parent / "demo"
TURNED = "S2_Running_1_cam_2"
WITH_GAPS = "S3_Shot_turn_2_cam_5"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "demo"
    main([str(folder)])
    return folder


@pytest.fixture(scope="module")
def clips():
    dataset = open_dataset(SHIPPED)
    return {entry.name: load_clip(entry, dataset) for entry in dataset.clips}


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_command_writes_what_ships_predictions_apart(made):
    assert files(made) == [name for name in files(SHIPPED) if not name.startswith("predictions/")]
    for name in files(made):
        new, old = made / name, SHIPPED / name
        if name.endswith(".npy"):
            np.testing.assert_allclose(np.load(new), np.load(old), atol=1e-3, err_msg=name)
        elif name.endswith(".json"):
            assert close(json.loads(new.read_text()), json.loads(old.read_text())), name
        elif name.endswith(".md"):
            assert new.read_text() == old.read_text()
        else:
            new_rows, old_rows = (np.genfromtxt(path, delimiter=",", skip_header=1) for path in (new, old))
            np.testing.assert_allclose(new_rows, old_rows, atol=1.1e-4, err_msg=name)


def close(one, two) -> bool:
    """Equal up to the last digits of numbers, which another machine may round otherwise."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(close(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(close, one, two))
    return one == (pytest.approx(two, abs=1e-9) if isinstance(one, float) else two)


def test_two_runs_write_the_same_bytes(made, tmp_path):
    main([str(tmp_path)])
    assert all((made / name).read_bytes() == (tmp_path / name).read_bytes() for name in files(made))


def test_predictions_that_are_there_stay(tmp_path):
    mine = tmp_path / "predictions" / "mine" / "S1_Running_1_cam_1.npy"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    main([str(tmp_path)])
    assert mine.read_bytes() == b"mine"


def test_it_is_small():
    assert sum((SHIPPED / name).stat().st_size for name in files(SHIPPED)) <= 6_000_000


def test_its_readers_read_eight_clips_without_a_complaint(clips):
    assert sorted(clips) == sorted(plan.name for plan in CLIPS)
    assert {clip.athlete for clip in clips.values()} == {"demo/S1", "demo/S2", "demo/S3"}
    for plan in CLIPS:
        clip = clips[plan.name]
        assert (clip.fps, clip.n_frames, clip.activity) == (plan.fps, plan.n_frames, plan.activity)
        running = plan.activity == "Running"
        assert clip.poses.rig == ("ap3d_running" if running else "ap3d")
        assert len(clip.points.names) == (41 if running else 84)
        assert clip.poses.axes is Axes.WORLD_Z_UP


def test_the_exact_angles_are_what_isb_definitions_read_from_the_points(clips):
    for name, clip in clips.items():
        table = SHIPPED / "exact_angles" / f"{name}_angles.csv"
        header = table.read_text().partition("\n")[0].split(",")
        assert header == ["frame", "time_s", *column_names()]
        exact = np.genfromtxt(table, delimiter=",", skip_header=1)
        np.testing.assert_allclose(exact[:, 1], np.arange(clip.n_frames) / clip.fps, atol=1e-4)
        assert np.isfinite(exact).all()
        measured = isb_angles(clip.points).deg
        seen = np.isfinite(measured)
        assert seen.all() == (name != WITH_GAPS)
        np.testing.assert_allclose(measured[seen], exact[:, 2:][seen], atol=1e-3)


def test_pixels_are_the_projected_points(clips):
    """The projection of AthletePose3D's code, written out here; joint 0 and eyes apart, COCO joints are rig joints."""
    cameras = json.loads((SHIPPED / "cam_param.json").read_text())
    h36m_of_coco = {5: 11, 6: 14, 7: 12, 8: 15, 9: 13, 10: 16, 11: 4, 12: 1, 13: 5, 14: 2, 15: 6, 16: 3}
    for plan in CLIPS:
        stem = SHIPPED / "data" / "test_set" / plan.athlete / plan.stem
        info = json.loads(stem.with_suffix(".json").read_text())
        camera = cameras[info["cam"]]
        rotation = np.array(camera["extrinsic_matrix"])
        assert np.linalg.det(rotation) == pytest.approx(1.0)
        rotation[1:] *= -1
        k = np.array(camera["affine_intrinsics_matrix"])
        seen = (np.load(f"{stem}_h36m.npy").astype(float) - camera["xyz"]) @ rotation.T
        u, v = (k[i, i] * seen[..., i] / seen[..., 2] + k[i, 2] for i in (0, 1))
        size = (info["video_width"], info["video_height"])
        assert info["rotation_ccw_90"] == (plan.name == TURNED)
        if info["rotation_ccw_90"]:
            u, v, size = v, info["video_width"] - u, size[::-1]
        coco = np.load(f"{stem}_coco.npy")
        for joint, source in h36m_of_coco.items():
            np.testing.assert_allclose(coco[:, joint], np.stack([u, v], -1)[:, source], atol=0.01)
        assert np.isnan(coco[:, 1:5]).all()
        shown = coco[np.isfinite(coco).all(axis=-1)]
        assert (shown > 0).all() and (shown < size).all(), plan.name
        head, ankles = coco[:, 0, 1], coco[:, 15:, 1].mean(axis=1)
        assert np.nanmedian(ankles - head) > 150, "upright and large enough to see"


def test_gaps_are_missing_labels_and_the_joints_made_of_them(clips):
    for plan in CLIPS:
        missing = np.isnan(clips[plan.name].points.xyz_mm).any(axis=(0, 2))
        lost = {clips[plan.name].points.names[i] for i in np.flatnonzero(missing)}
        assert lost == {label for gap in plan.gaps for label in gap.labels}
    clip = clips[WITH_GAPS]
    assert clip.poses.xyz_mm.shape[0] - np.isfinite(clip.poses.xyz_mm[:, 15, 0]).sum() == 16
    assert np.isnan(clip.poses.xyz_mm[70:86, 15]).all()
