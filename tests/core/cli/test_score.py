"""``anglescope score``: what it accepts, what it prints where, and what it writes."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from core import __version__
from tests.scored_runs import files_of, score, write_scored


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    return write_scored(tmp_path_factory.mktemp("score") / "dataset", 4)


@pytest.fixture(scope="module")
def scored(dataset, tmp_path_factory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("scored") / "out"
    ended = score(dataset, out)
    assert (ended.returncode, ended.stderr) == (0, "")
    return out, ended.stdout


def lifters_of(out: Path) -> list[str]:
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        return [row["lifter"] for row in csv.DictReader(file)]


def test_predictions_of_the_dataset_are_found_and_the_table_shows_the_summary(scored):
    out, printed = scored
    title, header, *rows = printed.splitlines()
    assert "geometry" in title
    assert "components" in title
    assert "floor" in header
    assert [row.split()[0] for row in rows] == ["reference", "good", "poor"] == lifters_of(out)
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        good = list(csv.DictReader(file))[1]
    assert f"{float(good['mpjpe_mm']):.2f}" in rows[1].split()
    assert f"{float(good['angle_mae_deg']):.2f}" in rows[1].split()


def test_the_folder_holds_what_the_contract_names(scored):
    out, _ = scored
    assert {path.name for path in out.iterdir()} == {
        "run.json", "summary.csv", "by_angle.csv", "by_subject.csv", "by_activity.csv", "by_clip.csv", "by_joint.csv",
        "evaluations.parquet", "clips",
    }  # fmt: skip
    assert len(list((out / "clips").iterdir())) == 4
    header = (out / "summary.csv").read_text().splitlines()[0].split(",")
    assert header[:8] == ["lifter", "clips", "frames", "mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "angle_mae_deg",
                          "floor_mae_deg"]  # fmt: skip
    by_angle = (out / "by_angle.csv").read_text().splitlines()[0].split(",")
    assert by_angle[:11] == ["lifter", "group", "count", "mae_deg", "mae_offset_removed_deg", "rmse_deg", "bias_deg",
                             "sd_deg", "p95_deg", "rom_error_deg", "r"]  # fmt: skip


def test_provenance(scored, dataset):
    record = json.loads((scored[0] / "run.json").read_text())
    assert record["versions"]["anglescope"] == __version__
    assert record["estimator"] == {"name": "geometry", "fingerprint": "geometry/1"}
    assert record["dataset"]["path"] == str(dataset)
    assert record["counts"]["clips_scored"] == 4
    assert record["counts"]["frames"] == 4 * 30
    assert record["lifters"]["good"]["clips"] == 4
    assert len(record["conventions"]["angles"]) == 12
    assert record["problems"] == record["warnings"] == []
    assert record["times"]["started"] <= record["times"]["finished"]


def test_without_any_lifter_the_floor_is_measured(dataset, tmp_path):
    shutil.copytree(dataset, tmp_path / "bare", ignore=shutil.ignore_patterns("predictions"))
    ended = score(tmp_path / "bare", tmp_path / "out")
    assert ended.returncode == 0
    assert lifters_of(tmp_path / "out") == ["reference"]


def test_named_lifters_join_those_of_the_dataset(dataset, tmp_path):
    good = dataset / "predictions/good"
    ended = score(dataset, tmp_path / "out", "--lifter", f"third={good}", "--lifter", f"good={good}", "--no-clip-csv")
    assert ended.returncode == 0
    assert lifters_of(tmp_path / "out") == ["reference", "good", "poor", "third"]
    rows = (tmp_path / "out/summary.csv").read_text().splitlines()[1:]
    values = {row.split(",")[0]: row.split(",")[3] for row in rows}
    assert values["good"] == values["third"] != values["poor"]
    assert not (tmp_path / "out/clips").exists()


@pytest.mark.parametrize("by_study", [False, True])
def test_one_name_for_two_places_is_refused_naming_both(dataset, tmp_path, by_study):
    good, poor = dataset / "predictions/good", dataset / "predictions/poor"
    study = tmp_path / "study.toml"
    study.write_text(f'dataset = "{dataset}"\n' + (f'[lifters.good]\npath = "{poor}"\n' if by_study else ""))
    ended = score(study, tmp_path / "out", *(() if by_study else ("--lifter", f"good={poor}")))
    assert ended.returncode == 2
    assert f"two lifters are called 'good': {good} and {poor}" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_study_may_state_what_the_datasets_own_predictions_mean(dataset, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(
        f'dataset = "{dataset}"\n[lifters.good]\npath = "{dataset}/predictions/good"\nscale = "arbitrary"\n'
    )
    assert score(study, tmp_path / "out", "--no-clip-csv").returncode == 0
    with (tmp_path / "out/summary.csv").open(encoding="utf-8", newline="") as file:
        metric = {row["lifter"]: row["mpjpe_mm"] for row in csv.DictReader(file)}
    assert metric["good"] == "" != metric["poor"]


def broken_lifters(folder: Path, good: Path) -> dict[str, Path]:
    """Predictions that cannot be used as a whole, and those with one bad file, by name."""
    (folder / "empty").mkdir(parents=True)
    shutil.copytree(good, folder / "manifest")
    (folder / "manifest/manifest.json").write_text("{")
    shutil.copytree(good, folder / "first")
    (folder / "first/manifest.json").unlink()
    sorted((folder / "first").iterdir())[0].write_bytes(b"")
    shutil.copytree(good, folder / "doubled")
    file = sorted((folder / "doubled").glob("*.npy"))[0]
    shutil.copy(file, file.with_name(f"{file.stem}_again.npy"))
    return {path.name: path for path in sorted(folder.iterdir())}


def test_lifters_that_cannot_be_used_do_not_keep_the_others_from_being_scored(dataset, tmp_path):
    broken = broken_lifters(tmp_path / "broken", dataset / "predictions/good")
    ended = score(dataset, tmp_path / "out", *(f"--lifter={name}={path}" for name, path in broken.items()))
    assert ended.returncode == 1
    record = json.loads((tmp_path / "out/run.json").read_text())
    clips = {name: lifter["clips"] for name, lifter in record["lifters"].items()}
    assert clips == {"good": 4, "poor": 4, "doubled": 3, "empty": 0, "first": 4, "manifest": 0}
    with (tmp_path / "out/summary.csv").open(encoding="utf-8", newline="") as file:
        scored = {row["lifter"]: row["clips"] for row in csv.DictReader(file)}
    assert {name: scored[name] for name in ("good", "poor", "doubled", "first")} == {
        "good": "4", "poor": "4", "doubled": "3", "first": "3"}  # fmt: skip
    for said in (
        "empty: ",
        "manifest.json: manifest cannot be used",
        "file is empty",
        "several predictions of doubled",
    ):
        assert said in ended.stderr


def test_the_command_line_wins_over_the_study(dataset, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(f'dataset = "{dataset}"\nangles = "geometry"\nshoulder = "raw"\nhip_regression = "bell"\n')
    assert "unknown estimator 'magic'" in score(study, tmp_path / "a", "--angles", "magic").stderr
    for out, options, expected in (
        ("b", (), ("raw", "bell")),
        ("c", ("--shoulder=projected", "--hip-regression=hara"), ("projected", "hara")),
    ):
        assert score(study, tmp_path / out, *options, "--no-clip-csv").returncode == 0
        said = json.loads((tmp_path / out / "run.json").read_text())["conventions"]
        assert (said["shoulder"], said["hip_regression"]) == expected


def test_a_study_file_names_the_same_run(dataset, scored, tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(f'dataset = "{dataset}"\nsplit = "test"\nangles = "geometry"\n')
    assert score(study, tmp_path / "out").returncode == 0
    found, expected = files_of(tmp_path / "out"), files_of(scored[0])
    assert {name: found[name] for name in found if name.endswith(".csv")} == {
        name: expected[name] for name in expected if name.endswith(".csv")
    }


@pytest.mark.parametrize(
    ("view", "column"), [("raw", "shoulder_plane_l"), ("projected", "shoulder_flexion_projected_l")]
)
def test_the_shoulder_view_names_the_columns(dataset, tmp_path, view, column):
    ended = score(dataset, tmp_path / "out", "--shoulder", view)
    assert ended.returncode == 0
    assert f"shoulder as {view}" in ended.stdout
    header = next((tmp_path / "out/clips").iterdir()).read_text().splitlines()[0].split(",")
    assert f"{column}_error_deg" in header
    assert f"\ngood,{column}," in (tmp_path / "out/by_angle.csv").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--lifter", "nopath"), "NAME=PATH"),
        (("--lifter", "reference=here"), "'reference'"),
        (("--lifter", "a=x", "--lifter", "a=y"), "two lifters"),
        (("--angles", "magic"), "unknown estimator 'magic'; known: geometry"),
        (("--shoulder", "elbow"), "components, raw, projected"),
        (("--split", "nosuch"), "train, valid, test"),
        (("--device", "tpu"), "tpu"),
        (("--hip-regression", "guess"), "guess"),
        (("--jobs", "0"), "--jobs"),
    ],
)
def test_wrong_usage_ends_with_2_and_writes_nothing(dataset, tmp_path, options, said):
    ended = score(dataset, tmp_path / "out", *options)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert not (tmp_path / "out").exists()


def test_predictions_that_are_not_there_end_with_1(dataset, tmp_path):
    ended = score(dataset, tmp_path / "out", "--lifter", f"a={tmp_path / 'nowhere'}")
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert str(tmp_path / "nowhere") in ended.stderr
