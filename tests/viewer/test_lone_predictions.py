"""A file of predictions opened without its dataset is read as the manifest beside it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.records import Axes, Scale
from viewer.jobs import Progress
from viewer.opening import open_workspace
from viewer.view import EngineView
from viewer.workspace import Workspace, lone_poses

POSES = np.random.default_rng(3).normal(0, 7.0, (12, 17, 3)).astype(np.float32)  # no body tells unit or axes here


def opened(path: Path) -> Workspace:
    work = open_workspace([path], EngineView(device="cpu"))
    while True:
        try:
            assert isinstance(next(work), Progress)
        except StopIteration as end:
            workspace: Workspace = end.value
            return workspace


@pytest.fixture
def folder(tmp_path) -> Path:
    told = {"anglescope_predictions": 1, "lifter": "x", "format": "poses_npy", "axes": "camera", "unit": "cm",
            "scale": "weak_perspective", "fps": 25, "normalisation": "clip box"}  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(told))
    np.save(tmp_path / "dance.npy", POSES)
    return tmp_path


def test_unit_axes_scale_frame_rate_and_normalisation_come_from_the_manifest(folder) -> None:
    workspace = opened(folder / "dance.npy")
    assert [(clip.name, clip.n_frames, clip.fps) for clip in workspace.clips] == [("dance", 12, 25.0)]
    poses = lone_poses(workspace.lone["dance"])
    np.testing.assert_allclose(poses.xyz_mm, POSES * 10, rtol=1e-6)
    assert (poses.axes, poses.scale, poses.fps) == (Axes.CAMERA, Scale.WEAK_PERSPECTIVE, 25.0)
    assert poses.normalisation == "clip box"


def test_the_folder_opens_as_its_files(folder) -> None:
    np.save(folder / "jump.npy", POSES)
    assert [clip.name for clip in opened(folder).clips] == ["dance", "jump"]


def test_without_a_manifest_the_user_is_asked(folder) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(DataError, match="unit cannot be told"):
        opened(folder / "dance.npy")
