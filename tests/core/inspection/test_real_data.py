"""Third-party recordings and lifter outputs: what is clean stays unsuspected, what is known to be odd is found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.dataset import load_clip, open_dataset
from core.inspection import Kind, inspect_points, inspect_poses
from core.records import Axes, Points, Poses, Scale
from core.skeleton import MIRROR

ROOT = Path(__file__).parents[3]
SUSPICION = {Kind.MIRRORED, Kind.SWAP, Kind.UNITS, Kind.UPSIDE_DOWN, Kind.AXES, Kind.ZERO_BONE, Kind.FROZEN,
             Kind.BONE_LENGTH, Kind.SEAM, Kind.NOT_RIGID}  # fmt: skip


@pytest.fixture(scope="module")
def recordings(shared_data: Path) -> dict[str, tuple[Poses, Points]]:
    """Camera-1 clips of the OpenSim set: reference poses and labelled points."""
    clips = {}
    for path in sorted(shared_data.glob("opensim_ap3d/data/*/*/*_cam_1.json")):
        facts = json.loads(path.read_text())
        names, stem = facts["keypoint_name"], path.with_suffix("")
        rig = "ap3d_running" if "R_ASIS" in names and "RASI" not in names else "ap3d"
        poses = Poses(np.load(f"{stem}_h36m.npy"), facts["fps"], Axes.WORLD_Z_UP, rig=rig)
        clips[f"{path.parent.name}_{path.stem}"] = (
            poses,
            Points(np.load(f"{stem}.npy"), names, facts["fps"], Axes.WORLD_Z_UP),
        )
    assert len(clips) == 7
    return clips


def changed(record, xyz):
    fields = {"names": record.names} if isinstance(record, Points) else {"rig": record.rig}
    return type(record)(xyz, fps=record.fps, axes=record.axes, **fields)


def test_recordings_raise_no_suspicion(recordings):
    found = {
        name: [f.message for f in (*inspect_poses(poses), *inspect_points(points)) if f.kind in SUSPICION]
        for name, (poses, points) in recordings.items()
    }
    assert found == {name: [] for name in recordings}


def test_the_documented_ik_jump_is_found_and_nothing_else_jumps(recordings):
    """The set's README: S3_Drop_jump_1 contains a jump of the arm rotation (83 degrees between samples)."""
    jumping = [name for name, clip in recordings.items() if any(f.kind is Kind.JUMP for f in inspect_poses(clip[0]))]
    assert jumping == ["S3_Drop_jump_1_cam_1"]


def test_mirrored_recordings_are_found(recordings):
    for poses, points in recordings.values():
        for record, find in ((poses, inspect_poses), (points, inspect_points)):
            kinds = [f.kind for f in find(changed(record, record.xyz_mm * [1, -1, 1]))]
            assert Kind.MIRRORED in kinds


def test_swapped_recordings_are_found(recordings):
    for poses, points in recordings.values():
        assert Kind.MIRRORED in [f.kind for f in inspect_poses(changed(poses, poses.xyz_mm[:, list(MIRROR)]))]
        other = [other_side(name) for name in points.names]
        columns = [points.names.index(name) if name in points.names else i for i, name in enumerate(other)]
        assert Kind.MIRRORED in [f.kind for f in inspect_points(changed(points, points.xyz_mm[:, columns]))]


def other_side(label: str) -> str:
    return {"L": "R", "R": "L"}.get(label[0], label[0]) + label[1:]


def test_metres_in_recordings_are_found(recordings):
    for poses, points in recordings.values():
        for record, find in ((poses, inspect_poses), (points, inspect_points)):
            messages = [f.message for f in find(changed(record, record.xyz_mm / 1000)) if f.kind is Kind.UNITS]
            assert len(messages) == 1
            assert "probably m, taken" in messages[0]


def test_motionbert_seams_are_found(shared_data):
    """MotionBERT infers in chunks of 243 frames; the set's README names the seam of the boxing clip."""
    for clip in ("boxing", "cycling"):
        xyz = np.load(shared_data / f"lifter_outputs/motionbert_{clip}/X3D.npy")
        findings = inspect_poses(Poses(xyz, 30.0, Axes.CAMERA, Scale.ARBITRARY))
        assert [f.frames for f in findings if f.kind is Kind.SEAM] == [((243, 243),)]
        assert not {Kind.MIRRORED, Kind.SWAP, Kind.UPSIDE_DOWN, Kind.UNITS} & {f.kind for f in findings}


def test_videopose3d_outputs_are_neither_mirrored_nor_broken(shared_data):
    paths = sorted(shared_data.glob("lifter_outputs/videopose3d_psychomugs/*.npy"))
    assert len(paths) == 12
    for path in paths:
        findings = inspect_poses(Poses(np.load(path) * 1000, 30.0, Axes.CAMERA))
        assert {f.kind for f in findings} <= {Kind.BONE_LENGTH}, path.name


def test_mirrored_or_depth_reversed_lifter_outputs_are_found(shared_data):
    paths = [*shared_data.glob("lifter_outputs/videopose3d_psychomugs/*.npy"),
             *shared_data.glob("lifter_outputs/motionbert_*/X3D.npy")]  # fmt: skip
    assert len(paths) == 14
    for path in paths:
        for axis in (0, 2):
            xyz = np.load(path)
            xyz[..., axis] *= -1
            kinds = [f.kind for f in inspect_poses(Poses(xyz * 1000, 30.0, Axes.CAMERA, Scale.ARBITRARY))]
            assert Kind.MIRRORED in kinds, (path.name, axis)


def test_shipped_clips_raise_no_suspicion_and_their_mirrors_do():
    dataset = open_dataset(ROOT / "resources/demo")
    for entry in dataset.clips:
        clip = load_clip(entry, dataset)
        for record, find in ((clip.poses, inspect_poses), (clip.points, inspect_points)):
            assert {f.kind for f in find(record)} <= {Kind.MISSING}, clip.name
            assert Kind.MIRRORED in [f.kind for f in find(changed(record, record.xyz_mm * [-1, 1, 1]))], clip.name
