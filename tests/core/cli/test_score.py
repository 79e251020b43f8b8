"""``anglescope score``: what it accepts, what it prints where, and what it writes."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from core import __version__
from core.cli.score import recorded
from core.results.notes import note_lines
from tests.scored_runs import files_of, score, write_scored


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    return write_scored(tmp_path_factory.mktemp("score") / "dataset", 4)


@pytest.fixture(scope="module")
def scored(dataset, tmp_path_factory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("scored") / "out"
    ended = score(dataset, out)
    assert ended.returncode == 0
    assert all(line.startswith("anglescope: note: ") for line in ended.stderr.splitlines()), ended.stderr
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
    assert rows[1].split()[-9:] == ["1", "of", "2"] * 3


def test_the_folder_holds_what_the_contract_names(scored):
    out, _ = scored
    assert {path.name for path in out.iterdir()} == {
        "run.json", "summary.csv", "by_angle.csv", "by_subject.csv", "by_activity.csv", "by_clip.csv", "by_joint.csv",
        "evaluations.parquet", "files.csv", "clips",
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


def test_run_json_says_how_each_lifter_was_read(scored):
    record = json.loads((scored[0] / "run.json").read_text())
    good = record["lifters"]["good"]
    assert good["read_as"] == {"format": "poses_npy", "axes": "world_z_up", "scale": "metric", "rig": "ap3d",
                               "fps": "60", "normalisation": "not stated"}  # fmt: skip
    assert good["fit"] == {"offset": None, "trim": None, "resample": False}
    assert record["working_folder"] == str(Path.cwd())


def test_clips_that_are_read_differently_are_counted(dataset, tmp_path):
    mixed = tmp_path / "mixed"
    shutil.copytree(dataset, mixed)
    file = next((mixed / "data").rglob("*_cam_1.json"))
    info = json.loads(file.read_text())
    file.write_text(json.dumps({**info, "fps": 120}))
    assert score(mixed, tmp_path / "out").returncode == 0
    read = json.loads((tmp_path / "out/run.json").read_text())["lifters"]["good"]["read_as"]
    assert read["fps"] == {"120": 1, "60": 3}
    assert read["format"] == "poses_npy"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_clips_without_labelled_points_are_never_pooled_with_the_others(dataset, scored, tmp_path):
    """A floor of 0 where the estimator is its own reference would drag the true floor down."""
    half = tmp_path / "half"
    shutil.copytree(dataset, half)
    for file in sorted((half / "data").rglob("*_cam_1.npy"))[:2]:
        file.unlink()
    ended = score(half, tmp_path / "out")
    assert ended.returncode == 0
    (warning,) = [line for line in ended.stderr.splitlines() if "warning" in line]
    assert "2 of 4 clips have no labelled points" in warning
    assert (
        warning.removeprefix("anglescope: warning: ") in json.loads((tmp_path / "out/run.json").read_text())["warnings"]
    )
    summary = rows_of(tmp_path / "out/summary.csv")
    assert [(row["lifter"], row["reference"], row["clips"]) for row in summary] == [
        (lifter, kind, "2") for kind in ("isb", "stand_in") for lifter in ("reference", "good", "poor")
    ]
    for row in summary:
        assert (row["floor_mae_deg"] == "") == (row["reference"] == "stand_in")
        if row["lifter"] == "poor":
            assert row["rank_angle_mae"] == row["rank_mpjpe"] == "2"
    assert summary[3]["angle_mae_deg"] == summary[3]["frames_scored"].strip("0") == ""
    whole = {(r["lifter"], r["group"], r["angle"]): r for r in rows_of(scored[0] / "by_clip.csv")}
    kinds = set()
    order = [row["reference"] for row in rows_of(tmp_path / "out/by_clip.csv")]
    assert order == sorted(order)
    for row in rows_of(tmp_path / "out/by_clip.csv"):
        kinds.add((row["group"], row["reference"]))
        if row["reference"] == "isb":
            assert row == whole[row["lifter"], row["group"], row["angle"]]
        else:
            assert row["floor_mae_deg"] == ""
            assert row["lifter"] != "reference" or row["mae_deg"] == ""
    assert len(kinds) == 4
    for table in ("by_subject.csv", "by_activity.csv", "by_angle.csv", "by_joint.csv"):
        assert {row["reference"] for row in rows_of(tmp_path / "out" / table)} == {"isb", "stand_in"}
    for clip, kind in kinds:
        rows = rows_of(tmp_path / f"out/clips/{clip}.csv")
        assert {row["reference"] for row in rows} == {kind}
        assert {row["knee_flexion_l_floor_deg"] == "" for row in rows} == {kind == "stand_in"}
    header, *printed = ended.stdout.splitlines()[1:]
    assert header.split()[-1] == "reference"
    assert [line.split()[-1] for line in printed] == ["isb"] * 3 + ["stand_in"] * 3


def test_a_lifter_whose_files_all_fail_keeps_its_row_and_spoils_no_ranks(dataset, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(dataset, broken)
    for file in (broken / "predictions/poor").glob("*.npy"):
        np.save(file, np.load(file)[:-3])
    ended = score(broken, tmp_path / "out")
    assert ended.returncode == 1
    good, poor = rows_of(tmp_path / "out/summary.csv")[1:]
    assert (poor["clips"], poor["frames_scored"], poor["mpjpe_mm"], poor["angle_mae_deg"]) == ("0", "0", "", "")
    assert (good["rank_angle_mae"], poor["rank_angle_mae"]) == ("1", "")


def test_missing_frames_are_counted_and_leave_the_ranks_empty(dataset, tmp_path):
    gaps = tmp_path / "gaps"
    shutil.copytree(dataset, gaps)
    for file in (gaps / "predictions/poor").glob("*.npy"):
        xyz = np.load(file)
        xyz[5:15] = np.nan
        np.save(file, xyz)
    ended = score(gaps, tmp_path / "out")
    rows = {row["lifter"]: row for row in rows_of(tmp_path / "out/summary.csv")}
    assert (rows["poor"]["frames"], rows["poor"]["frames_scored"], rows["poor"]["position_frames"]) == (
        "120",
        "80",
        "80",
    )
    assert rows["good"]["frames_scored"] == "120"
    assert rows["good"]["rank_angle_mae"] == rows["poor"]["rank_angle_mae"] == ""
    (warning,) = [line for line in ended.stderr.splitlines() if "warning" in line]
    assert "no ranks" in warning
    assert "frames scored good 120, poor 80" in warning


def test_a_mirrored_lifter_is_one_problem_line(dataset, tmp_path):
    mirrored = tmp_path / "mirrored"
    shutil.copytree(dataset, mirrored)
    for file in (mirrored / "predictions/good").glob("*.npy"):
        np.save(file, np.load(file) * np.array([1, -1, 1], np.float32))
    ended = score(mirrored, tmp_path / "out")
    assert ended.returncode == 1
    (problem,) = [line for line in ended.stderr.splitlines() if "problem" in line]
    assert "good: poses look mirrored in 4 of 4 clips" in problem
    assert "mm reflected against" in problem


def test_a_rank_is_told_with_how_many_lifters_it_runs_over(dataset, tmp_path):
    unsized = tmp_path / "unsized"
    shutil.copytree(dataset, unsized)
    manifest = unsized / "predictions/poor/manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "scale": "arbitrary"}))
    _, _, _, good, poor = score(unsized, tmp_path / "out").stdout.splitlines()
    assert good.split()[-9:] == ["1", "of", "1", "1", "of", "2", "1", "of", "2"]
    assert poor.split()[-6:] == ["2", "of", "2", "2", "of", "2"]


def test_notes_are_few_and_counted():
    notes = [{"lifter": "reference", "note": "T10 for T8", "clips": 16}]
    notes += [{"lifter": name, "note": "turned", "clips": 8} for name in "abc"]
    notes += [{"lifter": "b", "note": "rig assumed", "clips": 1}, {"lifter": "c", "note": "rig assumed", "clips": 2}]
    assert note_lines(notes, 3) == [
        "T10 for T8 (16 clips)", "all lifters: turned (8 clips)", "b, c: rig assumed (1 to 2 clips)"
    ]  # fmt: skip


def test_the_command_is_recorded_without_what_changes_no_result():
    typed = ["score", "D", "--resume", "--jobs", "2", "-j4", "-j", "1", "--jobs=3", "--overwrite", "--cluster", "tcp://a",
             "--out", "O", "--shoulder", "raw"]  # fmt: skip
    assert recorded(typed) == ["score", "D", "--out", "O", "--shoulder", "raw"]


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
        (("--angles", "magic"), "unknown estimator 'magic'; known: network, geometry"),
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
