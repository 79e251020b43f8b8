"""A folder of predictions: whole files only, what is finished is kept, what differs is refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.errors import OutputError
from core.lifters.folder import ClipLine, PredictionFolder
from core.pairing import read_manifest

SETTINGS = {"anglescope_predictions": 1, "lifter": "some", "axes": "camera", "unit": "mm", "scale": "metric",
            "normalisation": "full image", "checkpoint_sha256": "abc", "command": ["anglescope", "lift"]}  # fmt: skip
LINE = ClipLine("S1_Jump_1_cam_1", 5, 0, "hash")


def poses(n_frames: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n_frames, 17, 3)).astype(np.float32)


def opened(path: Path, settings: dict[str, object] = SETTINGS, **how: bool) -> PredictionFolder:
    return PredictionFolder(path, settings, **{"resume": False, "overwrite": False, **how})


def test_blocks_become_one_array_and_the_manifest_says_what_was_written(tmp_path) -> None:
    whole = poses()
    whole[3] = np.nan
    folder = opened(tmp_path / "out")
    line = folder.write(LINE, iter([whole[:2], whole[2:]]))
    folder.finish(["some problem"])
    np.testing.assert_array_equal(np.load(tmp_path / "out" / "S1_Jump_1_cam_1.npy"), whole)
    assert line.undefined == 1
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["complete"] is True
    about = {"frames": 5, "undefined": 1, "input_sha256": "hash", "notes": [], "seams": []}
    assert told["clips"] == {"S1_Jump_1_cam_1": about}
    assert told["problems"] == ["some problem"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["S1_Jump_1_cam_1.npy", "manifest.json"]


def test_the_manifest_is_one_that_pairing_reads(tmp_path) -> None:
    opened(tmp_path / "out").finish([])
    manifest = read_manifest(tmp_path / "out")
    assert manifest is not None
    assert (manifest.lifter, manifest.axes, manifest.normalisation) == ("some", "camera", "full image")


def test_an_interrupted_run_goes_on_with_what_is_finished(tmp_path) -> None:
    first = opened(tmp_path / "out")
    first.write(LINE, [poses()])

    def broken() -> Iterator[np.ndarray]:
        yield poses(2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.write(ClipLine("S1_Jump_2_cam_1", 5, 0, "hash"), broken())
    again = opened(tmp_path / "out", resume=True)
    assert list(again.done) == ["S1_Jump_1_cam_1"]
    assert not list((tmp_path / "out").glob(".*.part"))


def test_a_line_cut_short_by_a_kill_is_not_believed(tmp_path) -> None:
    first = opened(tmp_path / "out")
    first.write(LINE, [poses()])
    progress = tmp_path / "out" / ".progress.jsonl"
    progress.write_text(progress.read_text() + '{"clip": "S1_Ju')
    assert list(opened(tmp_path / "out", resume=True).done) == ["S1_Jump_1_cam_1"]


def test_a_clip_whose_file_is_gone_is_not_finished(tmp_path) -> None:
    first = opened(tmp_path / "out")
    first.write(LINE, [poses()])
    (tmp_path / "out" / "S1_Jump_1_cam_1.npy").unlink()
    assert not opened(tmp_path / "out", resume=True).done


def test_predictions_made_otherwise_are_refused_by_name(tmp_path) -> None:
    opened(tmp_path / "out").finish([])
    other = {**SETTINGS, "normalisation": "pixel", "checkpoint_sha256": "def"}
    for how in ({}, {"resume": True}):
        with pytest.raises(OutputError, match=r"made otherwise \(checkpoint_sha256, normalisation\)"):
            opened(tmp_path / "out", other, **how)


def test_command_and_device_may_differ_when_resuming(tmp_path) -> None:
    opened(tmp_path / "out")
    opened(tmp_path / "out", {**SETTINGS, "command": ["other"], "device": "cuda"}, resume=True)


def test_a_run_of_the_same_settings_is_not_repeated_unasked(tmp_path) -> None:
    opened(tmp_path / "out")
    with pytest.raises(OutputError, match="unfinished run; use --resume"):
        opened(tmp_path / "out")
    opened(tmp_path / "out", resume=True).finish([])
    with pytest.raises(OutputError, match="predictions of this very run; use --resume"):
        opened(tmp_path / "out")


def test_overwrite_removes_earlier_predictions_and_nothing_else(tmp_path) -> None:
    first = opened(tmp_path / "out")
    first.write(LINE, [poses()])
    first.finish([])
    (tmp_path / "out" / "mine.txt").write_text("kept")
    opened(tmp_path / "out", {**SETTINGS, "normalisation": "pixel"}, overwrite=True)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [".progress.jsonl", "manifest.json", "mine.txt"]


@pytest.mark.parametrize("how", [{}, {"resume": True}, {"overwrite": True}])
def test_a_folder_of_something_else_is_left_alone(tmp_path, how) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text('{"anglescope_predictions": 1, "lifter": "by hand"}')
    with pytest.raises(OutputError, match="is not empty and holds no predictions of anglescope lift"):
        opened(tmp_path / "out", **how)
    assert "by hand" in (tmp_path / "out" / "manifest.json").read_text()


def test_a_full_disk_leaves_no_half_file(small_disk) -> None:
    folder = opened(small_disk / "out")
    with pytest.raises(OutputError, match="disk is full"):
        folder.write(ClipLine("S1_Jump_1_cam_1", 2000, 0, "hash"), (poses(100, seed) for seed in range(20)))
    assert not list((small_disk / "out").glob("*.npy"))
    assert not list((small_disk / "out").glob(".*.part"))
