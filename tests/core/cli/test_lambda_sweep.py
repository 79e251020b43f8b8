"""``anglescope train lambda-sweep`` on a few takes: its files, what is skipped when it goes on, and its faults."""

from __future__ import annotations

import csv
import json
import shutil

import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.lifters.weights import load_lifter
from core.training.lifters import sources
from core.training.lifters.tasks import Task

NAMES = ("walk", "run", "jog", "kick", "punch", "dance_a", "dance_b", "jump")
SMALL = ("-m", "simplebaseline3d", "--set", "athletic", "--lambdas", "1", "--bone-lambdas", "2", "--seeds", "1",
         "--batch", "64", "--frames", "400", "--angle-frames", "16", "--bodies", "1", "--device", "cpu")  # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, ["train", "lambda-sweep", *map(str, arguments)])


@pytest.fixture(scope="module", autouse=True)
def few_bodies_and_small_chunks():
    """Minutes of training are not needed to see that the parts fit together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_BODIES", 2)
        patch.setattr(Task, "steps", 3)
        patch.setattr(Task, "parts", 60)
        yield


@pytest.fixture(scope="module")
def motion(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("motion")
    for name in NAMES:
        shutil.copy(shared_data / "mocap" / "deepmimic" / f"humanoid3d_{name}.bvh", folder)
    return folder


@pytest.fixture(scope="module")
def swept(motion, tmp_path_factory):
    out = tmp_path_factory.mktemp("sweep")
    return out, run("-d", motion, "-o", out, *SMALL)


def table(out):
    with (out / "sweep.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_run_is_trained_measured_and_tabled(swept, motion):
    out, result = swept
    assert result.exit_code == 0, result.output
    assert {path.name for path in (out / "runs").iterdir()} == {"position_seed_1", "angle_1_seed_1", "bone_2_seed_1"}
    rows = table(out)
    assert {(row["loss"], row["lambda_mm_per_deg"]) for row in rows} == {
        ("floor", ""), ("position", "0"), ("angle", "1"), ("bone", "2")}  # fmt: skip
    assert {row["domain"] for row in rows} == {"in", "out"}
    assert {row["seed"] for row in rows} == {"1", "all"}
    means = {row["loss"]: float(row["value"]) for row in rows if (row["domain"], row["seed"], row["metric"])
             == ("out", "all", "mpjpe_mm")}  # fmt: skip
    assert len(set(means.values())) == 3
    assert all(float(row["value"]) > 0 for row in rows)
    assert {(row["low"], row["high"]) for row in rows} == {("", "")}  # one take of each domain was held out
    assert "(one take: no interval)" in result.stdout
    about = json.loads((out / "sweep.json").read_text(encoding="utf-8"))
    assert list(about["data"]) == [motion.name]
    assert about["command"].split()[0] == "anglescope"
    assert about["seeds"] == [1]
    assert about["measured_frames"]["out"] > 25
    assert b"<svg" in (out / "sweep.svg").read_bytes()
    assert "out" in result.stdout
    assert "floor" in result.stdout


def test_the_cards_say_what_was_added(swept):
    out, _ = swept
    losses = [load_lifter(out / "runs" / f"{name}_seed_1" / "simplebaseline3d-compact.safetensors").card.training.loss
              for name in ("position", "angle_1", "bone_2")]  # fmt: skip
    assert losses[0] == ""
    assert losses[1].startswith("mean joint distance + 1 mm/° times the mean difference of the twelve angles in 16 ")
    assert losses[2] == "mean joint distance + 2 mm/° times the mean angle between directions of bones"


def test_what_is_finished_is_not_trained_again_and_what_is_not_goes_on(swept, motion, tmp_path):
    out = shutil.copytree(swept[0], tmp_path / "again")
    kept = table(out)
    (out / "runs" / "angle_1_seed_1" / "measured.json").unlink()
    result = run("-d", motion, "-o", out, *SMALL)
    assert result.exit_code == 0, result.output
    assert "position_seed_1 was finished before" in result.stderr
    assert "angle_1_seed_1 was finished before" not in result.stderr
    assert table(out) == kept
    other = run("-d", motion, "-o", out, *SMALL, "--angle-frames", "8")
    assert other.exit_code == 2
    assert "run with other settings: angle_frames differ" in " ".join(other.stderr.split())


def test_faults_are_one_line(motion, shared_data, tmp_path):
    base = ("-m", "simplebaseline3d", "-o", tmp_path)
    for words, said, code in (
        ((*base, "-d", motion, "--lambdas", "1,x"), "is no list of weights", 2),
        ((*base, "-d", motion, "--lambdas", "-1"), "--lambdas -1 is not a weight", 2),
        ((*base, "-d", motion, "--bone-lambdas", "inf"), "is not a weight", 2),
        ((*base, "-d", motion, "--lambdas", "1,1.0"), "a weight is there twice", 2),
        ((*base, "-d", motion, "--lambdas", "", "--bone-lambdas", "0"), "at least one weight above 0", 2),
        ((*base, "-d", shared_data / "opensim_ap3d"), "it needs motion (BVH)", 2),
        ((*base, "-d", motion, "--rate", "0"), "is not a learning rate", 2),
    ):
        result = run(*words)
        assert result.exit_code == code, result.output
        assert said in " ".join(result.stderr.replace("│", " ").split())
        assert "Traceback" not in result.stderr
