"""``score`` with a network: the same results with any number of workers, and a second run that reads the cache."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from core.network.cache import AngleCache
from tests.scored_runs import score, write_scored


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
    monkeypatch.setattr("core.network.estimator.shipped_weights", tuple)
    ended = score(dataset, tmp_path / "out", "--angles", str(make_weights("h36m")))
    assert ended.returncode == 1
    assert "no weights for poses of rig 'ap3d'" in ended.stderr.replace("\n", " ")
