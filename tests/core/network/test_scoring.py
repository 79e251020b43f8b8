"""``score`` with a network: the same results with any number of workers, and a second run that reads the cache."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from core.estimators import estimator_named
from core.evaluation import evaluate, evaluate_floor, evaluate_sources
from core.network.cache import AngleCache
from core.records import Clip
from tests.random_network import poses, random_poses_mm
from tests.scored_runs import score, write_scored

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    return write_scored(tmp_path_factory.mktemp("network") / "dataset", n_clips=6)


def tables(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.csv")}


def test_floor_and_errors_with_the_weights_named(dataset, tmp_path, make_weights):
    weights = make_weights("ap3d")
    ended = score(dataset, tmp_path / "out", "--angles", str(weights), "--device", "cpu")
    assert ended.returncode == 0, ended.stderr
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    assert record["device"] == "cpu"
    assert record["estimator"]["name"] == "network"
    assert record["estimator"]["weights"]["ap3d"]["card"]["licence"] == "BSD-3-Clause"
    summary = pl.read_csv(tmp_path / "out" / "summary.csv")
    assert summary["lifter"].to_list() == ["reference", "good", "poor"]
    assert (summary["floor_mae_deg"] > 1).all()  # random weights


def test_workers_change_nothing_and_a_second_run_reads_the_cache(dataset, tmp_path, make_weights, monkeypatch):
    weights = make_weights("ap3d", 1)
    runs = {}
    for jobs in ("2", "1"):
        ended = score(dataset, tmp_path / jobs, "--angles", str(weights), "--jobs", jobs)
        assert ended.returncode == 0, ended.stderr
        runs[jobs] = tables(tmp_path / jobs)
        for file in (dataset.parent / "cache" / "angles").rglob("*.angles"):
            file.unlink()
    assert runs["1"] == runs["2"]
    score(dataset, tmp_path / "third", "--angles", str(weights))
    stored = []
    monkeypatch.setattr(AngleCache, "put", lambda *_: stored.append(1))
    score(dataset, tmp_path / "fourth", "--angles", str(weights))
    assert not stored  # every series was found
    assert tables(tmp_path / "fourth") == runs["1"]


@pytest.mark.parametrize(
    ("angles", "line", "code"),
    [
        ("absent.safetensors", "absent.safetensors: cannot be read", 1),
        ("wizardry", "unknown estimator 'wizardry'", 2),
    ],
)
def test_what_cannot_measure_is_refused_before_anything_is_written(dataset, tmp_path, angles, line, code):
    ended = score(dataset, tmp_path / "out", "--angles", angles)
    assert ended.returncode == code
    assert line in ended.stderr.replace("\n", " ")
    assert not (tmp_path / "out").exists()


def test_weights_for_another_rig_are_no_measure_of_these_poses(dataset, tmp_path, make_weights, monkeypatch):
    monkeypatch.setattr("core.estimators.shipped_weights", tuple)
    ended = score(dataset, tmp_path / "out", "--angles", str(make_weights("h36m")))
    assert ended.returncode == 1
    assert "no weights for poses of rig 'ap3d'" in ended.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("score", "resources/demo", "--angles", "own.safetensors"),
            "the network needs torch: pip install torch, or use --angles geometry",
        ),
        (("score", "resources/demo"), "the network needs torch: pip install torch, or use --angles geometry"),
        (("train", "angles", "--data", "resources/demo"), "training needs torch: pip install 'anglescope[train]'"),
    ],
)
def test_without_torch_one_line_says_what_to_install(tmp_path, words, line):
    script = "import sys; sys.modules['torch'] = None; from core.cli.app import main; main()"
    ended = subprocess.run([sys.executable, "-c", script, *words, "--out", tmp_path / "out"], cwd=ROOT,
                           capture_output=True, text=True, check=False)  # fmt: skip
    assert (ended.returncode, ended.stderr) == (2, f"anglescope: error: {line}\n")
    assert not (tmp_path / "out").exists()


def test_without_shipped_weights_one_line_says_what_to_do(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("core.estimators.shipped_weights", tuple)
    ended = score(dataset, tmp_path / "out", "--angles", "network")
    assert ended.returncode == 1
    line = " ".join(ended.stderr.split())
    assert "the weights of the network are missing from this installation" in line
    assert "use --angles geometry" in line
    assert not (tmp_path / "out").exists()


def test_frames_that_the_network_leaves_out_are_told_with_the_source_they_are_of(make_weights):
    xyz_mm = random_poses_mm(40, spread_mm=20)
    gaps = xyz_mm.copy()
    gaps[3:8, 5] = np.nan
    clip = Clip("a", "S1", "walk", 60.0, poses(xyz_mm, "ap3d"))
    holed = Clip("a", "S1", "walk", 60.0, poses(gaps, "ap3d"))
    network = estimator_named(str(make_weights("ap3d")), device="cpu")
    said = "5 of 40 frames undefined: a joint missing, a bone without length or a trunk without direction"
    assert said in evaluate(clip, holed.poses, network, name="x").notes
    assert f"reference poses: {said}" in evaluate_floor(holed, network).notes
    assert not any("undefined" in note for note in evaluate(clip, clip.poses, network, name="x").notes)


def test_a_source_of_a_rig_without_weights_is_refused_alone(make_weights, monkeypatch):
    monkeypatch.setattr("core.estimators.shipped_weights", tuple)
    xyz_mm = random_poses_mm(30, spread_mm=20)
    clip = Clip("a", "S1", "walk", 60.0, poses(xyz_mm, "ap3d"))
    network = estimator_named(str(make_weights("ap3d")), device="cpu")
    refused, scored = evaluate_sources(clip, [("x", poses(xyz_mm, "h36m")), ("y", clip.poses)], network)
    assert "no weights for poses of rig 'h36m'; expected ap3d" in str(refused)
    assert scored.source == "y"
