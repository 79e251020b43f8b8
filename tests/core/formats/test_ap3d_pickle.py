"""Per-frame pickles and training windows, written here as the AthletePose3D tools describe them."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.formats.ap3d_pickle import FORMATS
from core.formats.base import Content, Format, ReadOptions
from core.formats.registry import detect
from core.records import Axes, Poses, Poses2D, Scale
from tests.ap3d_layout import poses_of, walking_points

LIST, WINDOW = FORMATS
FX, CX, DEPTH = 1500.0, 640.0, 6000.0


def camera_mm(n_frames: int, seed: int) -> np.ndarray:
    """(T, 17, 3) in camera axes, 6 m away."""
    world = poses_of(walking_points(n_frames, seed)).astype(np.float64)
    return np.stack((-world[..., 1], 1000 - world[..., 2], DEPTH + world[..., 0]), axis=-1)


def frames(n_frames: int, videoid: int, seed: int = 0, **changes: object) -> list[dict[str, object]]:
    """Frame dictionaries; 2.5D by the definition of ``ratio``: pixels per mm of a 2 m box at the root's depth."""
    made = []
    for xyz in camera_mm(n_frames, seed):
        root_depth = xyz[0, 2]
        ratio = FX / root_depth
        image = np.column_stack((FX * xyz[:, 0] / xyz[:, 2] + CX, FX * xyz[:, 1] / xyz[:, 2] + CX,
                                 (xyz[:, 2] - root_depth) * ratio))  # fmt: skip
        made.append({"videoid": videoid, "cameraid": 2, "joint_3d_image": image, "joint_3d_camera": xyz,
                     "ratio": ratio, "subject": "S1", "action": "fs", "subaction": f"Axel_{videoid}", "fps": 60,
                     "rotation": False, **changes})  # fmt: skip
    return made


def read(kind: Format, path: Path, content: object, **options: object) -> Content:
    path.write_bytes(pickle.dumps(content))
    assert detect(path) is kind
    return kind.read(path, ReadOptions(**options))


def test_frames_are_grouped_into_clips_with_both_records(tmp_path: Path) -> None:
    content = read(LIST, tmp_path / "train.pkl", frames(5, 1) + frames(3, 2, seed=4))
    assert [item.key for item in content.items] == [
        "S1_Axel_1_cam_2", "S1_Axel_1_cam_2#2.5d", "S1_Axel_2_cam_2", "S1_Axel_2_cam_2#2.5d",
    ]  # fmt: skip
    assert [(item.subject, item.action, item.camera) for item in content.items[::2]] == [
        ("S1", "Axel_1", "2"), ("S1", "Axel_2", "2")]  # fmt: skip
    metric, flat = content.items[2].record, content.items[3].record
    assert isinstance(metric, Poses)
    assert isinstance(flat, Poses)
    assert (metric.fps, metric.axes, metric.scale, metric.rig) == (60, Axes.CAMERA, Scale.METRIC, "ap3d")
    np.testing.assert_allclose(metric.xyz_mm, camera_mm(3, 4), rtol=1e-6)
    assert flat.scale is Scale.WEAK_PERSPECTIVE
    expected = camera_mm(3, 4)
    depth = expected[:, :1, 2]
    weak = expected[..., :2] * (depth / expected[..., 2])[..., None]  # weak perspective at the root's depth
    np.testing.assert_allclose(flat.xyz_mm[..., :2] - flat.xyz_mm[:, :1, :2], weak - weak[:, :1], atol=0.02)
    np.testing.assert_allclose(flat.xyz_mm[..., 2], expected[..., 2] - depth, atol=0.02)


def test_turned_clips_come_upright(tmp_path: Path) -> None:
    content = read(LIST, tmp_path / "a.pkl", frames(2, 1, rotation=True, action="running"))
    record = content.items[0].record
    assert isinstance(record, Poses)
    x, y, z = np.moveaxis(camera_mm(2, 0), -1, 0)
    np.testing.assert_allclose(record.xyz_mm, np.stack((y, -x, z), axis=-1), rtol=1e-6)
    assert record.rig == "ap3d_running"
    assert any("turned by 90 degrees" in note for note in record.notes)


def test_a_name_that_comes_twice_gets_its_videoid(tmp_path: Path) -> None:
    content = read(LIST, tmp_path / "a.pkl", frames(2, 1) + frames(2, 7, subaction="Axel_1"))
    assert [item.key for item in content.items[::2]] == ["S1_Axel_1_cam_2", "S1_Axel_1_cam_2_7"]


def test_frames_without_a_positive_ratio_are_missing_and_counted(tmp_path: Path) -> None:
    content = read(LIST, tmp_path / "a.pkl", frames(2, 1) + frames(1, 1, ratio=0.0))
    flat = content.items[1].record
    assert isinstance(flat, Poses)
    assert np.isnan(flat.xyz_mm).all(axis=(1, 2)).tolist() == [False, False, True]
    assert "missing in 1 frames whose ratio is not positive" in flat.notes[1]


BROKEN = {
    "not_a_list": ({"videoid": 1}, r"not a list of frames; expected one dictionary per frame, got dict"),
    "absent_key": ([*frames(2, 1), {"videoid": 1}], r"frame 2: frame of another form.*got no joint_3d_camera"),
    "wrong_shape": (frames(1, 1) + frames(1, 1, joint_3d_camera=np.zeros((16, 3))), r"frame 1: joint_3d_camera has"),
    "no_rate": (frames(1, 1, fps=0), r"frame 0: frame rate must be positive"),
    "ratio_text": (frames(1, 1, ratio="wide"), r"frame 0: ratio is not a number"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_lists_name_the_frame(tmp_path: Path, case: str) -> None:
    content, expected = BROKEN[case]
    with pytest.raises(DataError, match=rf"a\.pkl.*{expected}"):
        read(LIST, tmp_path / "a.pkl", content)


class _Attack:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.marker),)


def test_a_pickle_that_tries_to_run_code_runs_nothing(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    with pytest.raises(DataError, match="nothing was run"):
        read(LIST, tmp_path / "a.pkl", [{"videoid": 1, "x": _Attack(marker)}])
    assert not marker.exists()


def test_window_holds_labels_at_nominal_size_and_pixels_where_the_size_is_stated(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    pixels = rng.uniform(0, 700, (81, 17, 2))
    size = np.array([1280.0, 768.0])
    given = np.concatenate((pixels / 1280 * 2 - [1, 768 / 1280], np.ones((81, 17, 1))), axis=-1).astype(np.float32)
    label = rng.normal(0, 0.3, (81, 17, 3)).astype(np.float32)
    window = {"data_input": given, "data_label": label}
    content = read(WINDOW, tmp_path / "00000001.pkl", window)
    record = content.items[0].record
    assert isinstance(record, Poses)
    assert record.scale is Scale.WEAK_PERSPECTIVE
    np.testing.assert_allclose(record.xyz_mm, label * 1000, rtol=1e-6)
    assert len(content.items) == 1
    assert any("state it to read the pixels" in note for note in content.notes)
    sized = read(WINDOW, tmp_path / "00000001.pkl", window, size_px=tuple(size.astype(int).tolist()))
    flat = sized.items[1].record
    assert isinstance(flat, Poses2D)
    np.testing.assert_allclose(flat.xy_px, pixels, atol=1e-3)
    with pytest.raises(DataError, match="not a training window"):
        read(WINDOW, tmp_path / "b.pkl", {"data_input": given})
