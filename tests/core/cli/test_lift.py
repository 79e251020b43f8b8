"""``anglescope lift`` through the whole command line: predictions that score reads, resuming, and bad input."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.dataset import open_dataset
from core.lifters.inputs import dataset_inputs, load_input
from core.lifters.lifting import lifted_poses
from core.lifters.running import Runner
from core.lifters.weights import load_lifter
from tests.ap3d_layout import write_dataset
from tests.random_lifter import SMALL, random_lifter
from tests.scored_runs import COMMAND, Ended, environment, score

MODELS = tuple(SMALL)
STEMS = {"data/test_set/S1": ["Axel_1_cam_1", "Axel_2_cam_1"], "data/test_set/S2": ["Loop_1_cam_1"]}
CLIPS = ("S1_Axel_1_cam_1", "S1_Axel_2_cam_1", "S2_Loop_1_cam_1")
PERSON = np.random.default_rng(7).uniform((300, 100), (700, 700), (30, 17, 2)).astype(np.float32)


@pytest.fixture
def dataset(tmp_path) -> Path:
    return write_dataset(tmp_path / "dataset", STEMS, 30)


@pytest.fixture
def checkpoint(tmp_path) -> Path:
    return random_lifter(tmp_path / "some.safetensors", "videopose3d").path


def lift(path: Path, *more: object) -> Ended:
    result = CliRunner().invoke(app, ["lift", str(path), *map(str, more)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


def manifest(folder: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    return told


@pytest.mark.parametrize("model", MODELS)
def test_score_finds_what_lift_wrote_without_being_told_anything(dataset, tmp_path, model) -> None:
    weights = random_lifter(tmp_path / "w.safetensors", model, name="mine", title="My lifter")
    ended = lift(dataset, "--checkpoint", weights.path)
    assert (ended.returncode, ended.stdout.strip()) == (0, str(dataset / "predictions" / "mine"))
    assert score(dataset, tmp_path / "results").returncode in (0, 1)  # random poses may look mirrored, which is told
    with (tmp_path / "results" / "summary.csv").open(encoding="utf-8", newline="") as file:
        row = {row["lifter"]: row for row in csv.DictReader(file)}["mine"]
    assert (row["clips"], row["frames"]) == ("3", "90")
    assert float(row["angle_mae_deg"]) > 1
    assert float(row["mpjpe_mm"]) > 10


@pytest.mark.parametrize("model", MODELS)
def test_the_file_holds_what_the_engine_gives(dataset, tmp_path, model) -> None:
    weights = random_lifter(tmp_path / "w.safetensors", model)
    lift(dataset, "--checkpoint", weights.path, "--out", tmp_path / "out", "--keypoints", "projected", "--flip")
    ref = dataset_inputs(open_dataset(dataset), "projected").refs[1]
    expected = lifted_poses(Runner(weights, flip=True, device="cpu"), load_input(ref))
    np.testing.assert_array_equal(np.load(tmp_path / "out" / f"{ref.clip}.npy"), expected.xyz_mm)


def test_the_manifest_says_how_the_predictions_came_about(dataset, tmp_path, checkpoint) -> None:
    lift(dataset, "-c", checkpoint, "-o", tmp_path / "out", "--normalisation", "person crop", "--flip", "--name", "x")
    told = manifest(tmp_path / "out")
    expected = {
        "lifter": "x", "model": "videopose3d", "normalisation": "person crop", "scale": "metric", "unit": "mm",
        "axes": "camera", "rig": "h36m", "checkpoint": "some.safetensors", "flip_averaged": True, "complete": True,
        "checkpoint_sha256": load_lifter(checkpoint).sha256, "receptive_field_frames": 27,
    }  # fmt: skip
    assert {key: told[key] for key in expected} == expected
    assert set(told["clips"]) == set(CLIPS)


def test_normalisations_give_different_poses(dataset, tmp_path) -> None:
    """The choice is not only recorded: it reaches the model."""
    weights = random_lifter(tmp_path / "w.safetensors", "simplebaseline3d")
    seen = []
    for name in ("full image", "person crop", "clip box", "pixel", "z-score"):
        lift(dataset, "-c", weights.path, "-o", tmp_path / name, "--normalisation", name)
        seen.append(np.load(tmp_path / name / f"{CLIPS[0]}.npy"))
    apart = [np.abs(a - b).max() for i, a in enumerate(seen) for b in seen[:i]]
    assert min(apart) > 1


def test_2d_files_without_a_dataset(tmp_path, checkpoint) -> None:
    folder = tmp_path / "detections"
    folder.mkdir()
    for name in ("one", "two"):
        np.save(folder / f"{name}_coco.npy", PERSON)
    ended = lift(folder, "-c", checkpoint, "-o", tmp_path / "out", "--size", "1000x800", "--fps", "50")
    assert ended.returncode == 0
    assert np.load(tmp_path / "out" / "one_coco.npy").shape == (30, 17, 3)
    ended = lift(folder, "-c", checkpoint, "-o", tmp_path / "other")
    assert ended.returncode == 1
    assert "picture size is not known, and normalisation 'full image' needs it. State it with --size" in ended.stderr


def test_frames_without_2d_have_no_pose_and_their_neighbours_do(dataset, tmp_path, checkpoint) -> None:
    person = PERSON.copy()
    person[4:6, 9] = np.nan
    person[12:26, 13] = np.nan
    folder = tmp_path / "keypoints"
    folder.mkdir()
    for clip in CLIPS:
        np.save(folder / f"{clip}_coco.npy", person)
    ended = lift(dataset, "-c", checkpoint, "-o", tmp_path / "out", "--keypoints", folder, "--longest-gap", "5")
    assert ended.returncode == 0, ended.stderr
    assert "3 clips, 90 frames, 42 of them without a pose" in ended.stderr
    poses = np.load(tmp_path / "out" / f"{CLIPS[0]}.npy")
    missing = np.isnan(poses).any(axis=(1, 2))
    assert np.flatnonzero(missing).tolist() == list(range(12, 26))
    assert np.isnan(poses[missing]).all()


def run_command(*arguments: object, cache: Path) -> subprocess.Popen[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(cache))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_at_any_moment_the_rest_is_made_and_every_byte_is_the_same(tmp_path, ending) -> None:
    stems = {"data/test_set/S1": [f"Axel_{trial}_cam_1" for trial in range(14)]}
    dataset = write_dataset(tmp_path / "dataset", stems, 400)
    config = {"joints": 17, "width": 64, "factor": 2, "depth": 3, "heads": 4, "representation": 64, "frames": 243}
    weights = random_lifter(tmp_path / "w.safetensors", "motionbert", config=config)
    arguments = ("lift", dataset, "-c", weights.path, "--device", "cpu")
    process = run_command(*arguments, "-o", tmp_path / "cut", cache=tmp_path)
    while process.poll() is None and len(list((tmp_path / "cut").glob("*.npy"))) < 3:
        time.sleep(0.01)
    os.kill(process.pid, ending)
    _, said = process.communicate(timeout=60)
    assert process.returncode == (130 if ending is signal.SIGINT else -ending)
    finished = len(list((tmp_path / "cut").glob("[!.]*.npy")))
    assert 3 <= finished < 14
    assert not manifest(tmp_path / "cut")["complete"]
    if ending is signal.SIGINT:
        assert said.strip().splitlines()[-1] == (
            "anglescope: interrupted; finished clips are kept, run again with --resume to go on"
        )
    again = lift(*arguments[1:], "-o", tmp_path / "cut", "--resume")
    assert again.returncode == 0, again.stderr
    assert "14 clips" in again.stderr
    assert "had been finished" in again.stderr
    lift(*arguments[1:], "-o", tmp_path / "whole")
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert sorted(path.name for path in (tmp_path / "cut").iterdir()) == names
    for name in names:
        one, other = ((tmp_path / folder / name).read_bytes() for folder in ("cut", "whole"))
        if name == "manifest.json":
            told = [json.loads(text) for text in (one, other)]
            assert told[0]["clips"] == told[1]["clips"]
        else:
            assert one == other, name


def no_coco(folder: Path) -> None:
    np.save(folder / f"{CLIPS[0]}_coco.npy", np.zeros((30, 12, 2), np.float32))


def nobody(folder: Path) -> None:
    np.save(folder / f"{CLIPS[0]}_coco.npy", np.full((30, 17, 2), np.nan, np.float32))


def other_size(folder: Path) -> None:
    np.save(folder / f"{CLIPS[0]}_coco.npy", PERSON + 4000)


def normalised(folder: Path) -> None:
    np.save(folder / f"{CLIPS[0]}_coco.npy", PERSON / 500 - 1)


def never_seen(folder: Path) -> None:
    person = PERSON.copy()
    person[:, 15] = np.nan
    np.save(folder / f"{CLIPS[0]}_coco.npy", person)


def too_short(folder: Path) -> None:
    np.save(folder / f"{CLIPS[0]}_coco.npy", PERSON[:20])


def truncated(folder: Path) -> None:
    path = folder / f"{CLIPS[0]}_coco.npy"
    path.write_bytes(path.read_bytes()[:500])


@pytest.mark.parametrize(("damage", "told"), [
    (no_coco, "expected (T, 17, 2)"), (nobody, "every coordinate is missing"), (other_size, "wrong image size"),
    (normalised, "not in pixels"), (never_seen, "l_ankle"), (too_short, "30 frames as in clip"),
    (truncated, "truncated"),
])  # fmt: skip
def test_bad_2d_of_one_clip_is_one_line_and_the_others_are_lifted(
    dataset, tmp_path, checkpoint, damage: Callable[[Path], None], told: str
) -> None:
    folder = tmp_path / "keypoints"
    folder.mkdir()
    for clip in CLIPS:
        np.save(folder / f"{clip}_coco.npy", PERSON)
    damage(folder)
    ended = lift(dataset, "-c", checkpoint, "-o", tmp_path / "out", "--keypoints", folder)
    assert ended.returncode == 1
    problems = [line for line in ended.stderr.splitlines() if "problem:" in line]
    assert len(problems) == 1, ended.stderr
    assert told in problems[0]
    assert CLIPS[0] in problems[0]
    assert sorted(path.stem for path in (tmp_path / "out").glob("*.npy")) == list(CLIPS[1:])
    assert manifest(tmp_path / "out")["problems"] == [problems[0].removeprefix("anglescope: problem: ")]


@pytest.mark.parametrize(("more", "told"), [
    ((), "which model? Give --model"),
    (("-c", "missing.bin"), "missing.bin"),
    (("-c", "W", "--normalisation", "z-score"), "only for models that standardise pixels"),
    (("-c", "W", "--normalisation", "whole picture"), "unknown normalisation 'whole picture'"),
    (("-c", "W", "--overlap", "9"), "only MotionBERT has windows that can overlap"),
    (("-c", "W", "--device", "abacus"), "unknown device 'abacus'"),
    (("-c", "W", "--size", "10x10"), "--size and --fps are for 2D files without a dataset"),
    (("-c", "W", "--model", "motionbert"), "videopose3d"),
    (("-c", "W", "--keypoints", "elsewhere"), "2D keypoints not found"),
    (("-c", "W", "--resume", "--overwrite"), "exclude each other"),
    (("-c", "W", "--split", "valid"), "no split 'valid'"),
])  # fmt: skip
def test_what_cannot_work_is_refused_in_one_line_before_anything_is_written(
    dataset, tmp_path, checkpoint, more: tuple[str, ...], told: str
) -> None:
    options = [str(checkpoint) if word == "W" else word for word in more]
    ended = lift(dataset, "-o", tmp_path / "out", *options)
    assert ended.returncode in (1, 2)
    assert ended.stderr.count("\n") == 1
    assert told in ended.stderr
    assert not (tmp_path / "out").exists()


def test_the_size_must_be_one(tmp_path, checkpoint) -> None:
    np.save(tmp_path / "one_coco.npy", PERSON)
    ended = lift(tmp_path / "one_coco.npy", "-c", checkpoint, "-o", tmp_path / "out", "--size", "big")
    assert ended.stderr.strip() == "anglescope: error: --size 'big' is not WIDTHxHEIGHT, such as 1920x1080"
    ended = lift(tmp_path / "one_coco.npy", "-c", checkpoint, "--size", "1000x800")
    assert "--out is needed" in ended.stderr
