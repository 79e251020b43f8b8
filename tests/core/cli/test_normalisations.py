"""``anglescope normalisations``: one command, the same model and clips under each normalisation, both errors."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli.app import app
from tests.ap3d_layout import write_dataset
from tests.random_lifter import random_lifter
from tests.scored_runs import Ended, score

STEMS = {"data/test_set/S1": ["Axel_1_cam_1", "Axel_2_cam_1"]}
ALL = ["full image", "person crop", "clip box", "pixel", "z-score"]


def experiment(dataset: Path, out: Path, *more: object) -> Ended:
    words = ["normalisations", str(dataset), "-o", str(out), "--angles", "geometry", "-j", "1", *map(str, more)]
    result = CliRunner().invoke(app, words, env={"ANGLESCOPE_CACHE_DIR": str(dataset.parent / "cache")})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)


def rows_of(out: Path) -> list[dict[str, str]]:
    with (out / "normalisations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def dataset(tmp_path) -> Path:
    return write_dataset(tmp_path / "dataset", STEMS, 30)


def test_each_model_under_each_normalisation_that_it_reads(dataset, tmp_path) -> None:
    one = random_lifter(tmp_path / "one.safetensors", "simplebaseline3d", name="one", normalisation="z-score")
    two = random_lifter(tmp_path / "two.safetensors", "motionbert", name="two")
    ended = experiment(dataset, tmp_path / "out", "-c", one.path, "-c", two.path)
    assert ended.returncode in (0, 1)  # poses at random may look mirrored, which is a problem that is told
    rows = rows_of(tmp_path / "out")
    assert [(row["model"], row["normalisation"]) for row in rows] == [
        *(("one", name) for name in ALL), *(("two", name) for name in ALL[:-1]),
    ]  # fmt: skip
    assert [(row["model"], row["normalisation"]) for row in rows if row["as_trained"] == "true"] == [
        ("one", "z-score"), ("two", "full image"),
    ]  # fmt: skip
    assert "two reads screen coordinates: z-score is no input of it" in ended.stderr
    assert "z-score (as trained)" in ended.stdout


def test_the_errors_are_those_of_lifting_and_scoring_by_hand(dataset, tmp_path) -> None:
    weights = random_lifter(tmp_path / "one.safetensors", "videopose3d", name="one")
    experiment(dataset, tmp_path / "out", "-c", weights.path)
    CliRunner().invoke(app, ["lift", str(dataset), "-c", str(weights.path), "-o", str(tmp_path / "mine"),
                             "--normalisation", "clip box"])  # fmt: skip
    score(dataset, tmp_path / "results", "--lifter", f"mine={tmp_path / 'mine'}")
    with (tmp_path / "results" / "summary.csv").open(encoding="utf-8", newline="") as file:
        by_hand = {row["lifter"]: row for row in csv.DictReader(file)}["mine"]
    row = next(row for row in rows_of(tmp_path / "out") if row["normalisation"] == "clip box")
    for name in ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "angle_mae_deg"):
        assert float(row[name]) == pytest.approx(float(by_hand[name]), abs=0.01)


def test_predictions_of_the_dataset_itself_are_no_part_of_it(dataset, tmp_path) -> None:
    weights = random_lifter(tmp_path / "one.safetensors", "videopose3d", name="one")
    CliRunner().invoke(app, ["lift", str(dataset), "-c", str(weights.path), "--name", "already there"])
    assert (dataset / "predictions" / "already there").is_dir()
    experiment(dataset, tmp_path / "out", "-c", weights.path)
    run = json.loads((tmp_path / "out" / "results" / "run.json").read_text())
    assert list(run["lifters"]) == [f"one ({name})" for name in ALL[:-1]]


def test_repeated_it_keeps_what_is_lifted_and_refuses_what_was_lifted_otherwise(dataset, tmp_path) -> None:
    weights = random_lifter(tmp_path / "one.safetensors", "videopose3d", name="one")
    experiment(dataset, tmp_path / "out", "-c", weights.path)
    poses = sorted((tmp_path / "out" / "lifted").rglob("*.npy"))
    before = [path.stat().st_mtime_ns for path in poses]
    experiment(dataset, tmp_path / "out", "-c", weights.path)
    assert [path.stat().st_mtime_ns for path in poses] == before
    other = random_lifter(tmp_path / "other.safetensors", "videopose3d", seed=2, name="one")
    ended = experiment(dataset, tmp_path / "out", "-c", other.path)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "made otherwise (checkpoint, checkpoint_sha256)" in ended.stderr
    assert experiment(dataset, tmp_path / "out", "-c", other.path, "--overwrite").returncode in (0, 1)


def test_models_that_ship_or_checkpoints_not_both(dataset, tmp_path) -> None:
    ended = experiment(dataset, tmp_path / "out", "-m", "motionbert", "-c", "some.bin")
    assert ended.returncode == 2
    assert "give one of them" in ended.stderr
