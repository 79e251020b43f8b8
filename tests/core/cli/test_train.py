"""``anglescope train`` from a folder of motion to weights and their errors."""

from __future__ import annotations

import shutil
from functools import partial

import pytest
from typer.testing import CliRunner

from core.cli import train_job
from core.cli.app import app
from core.network.weights import load_weights
from core.training import sources
from core.training.floor_tables import floors_markdown
from core.training.pairs import PairSource

SMALL = ("--width", "16", "--blocks", "1", "--batch", "256", "--pairs", "32768", "--rig", "h36m", "--seed", "4")


def run(*arguments):
    return CliRunner().invoke(app, ["train", "angles", *map(str, arguments)])


@pytest.fixture(scope="module", autouse=True)
def few_bodies_and_small_chunks():
    """The 4,096 bodies of a real run take longer to make than everything else here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "PairSource", partial(PairSource, bodies=48))
        patch.setattr(train_job, "_CHUNK", 4096)
        yield


@pytest.fixture(scope="module")
def motion(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("motion")
    for name in ("walk", "run", "jog", "kick", "punch"):
        shutil.copy(shared_data / "mocap" / "deepmimic" / f"humanoid3d_{name}.bvh", folder)
    return folder


@pytest.fixture(scope="module")
def trained(motion, shared_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    notes = out.with_suffix(".txt")
    notes.write_text("bigger was not better\n\n")
    return out, run("--data", motion, "--out", out, *SMALL, "--licence", "mine", "--notes", notes,
                    "--test", shared_data / "opensim_ap3d")  # fmt: skip


def test_a_folder_of_motion_becomes_weights_with_a_card(trained, motion):
    out, result = trained
    assert result.exit_code == 0, result.output
    card = load_weights(out / "angles.safetensors", "h36m").card
    assert (card.seed, card.licence, card.width, card.blocks) == (4, "mine", 16, 1)
    assert list(card.data) == [motion.name]
    assert "humanoid3d_run" in card.split
    assert card.notes == ("bigger was not better",)
    assert floors_markdown(card.floors) in result.stdout
    assert {floor.measured_on for floor in card.floors} == {"held out", "opensim_ap3d"}
    assert {path.name for path in out.iterdir()} == {"angles.safetensors", "checkpoint.pt", "curve.svg",
                                                     "metrics.jsonl"}  # fmt: skip


def test_measuring_again_prints_the_same_table(trained, motion, shared_data):
    out, result = trained
    weights = out / "angles.safetensors"
    again = run("--data", motion, "--evaluate", weights, "--test", shared_data / "opensim_ap3d")
    assert again.exit_code == 0, again.output
    assert again.stdout.strip() in result.stdout
    assert "| opensim_ap3d | h36m |" in again.stdout


def test_other_data_than_the_weights_were_trained_with_is_said(trained, motion, shared_data, tmp_path):
    out, _ = trained
    more = shutil.copytree(motion, tmp_path / motion.name)
    shutil.copy(shared_data / "mocap" / "deepmimic" / "humanoid3d_spin.bvh", more)
    result = run("--data", more, "--evaluate", out / "angles.safetensors")
    assert result.exit_code == 0, result.output
    assert "may have been trained on" in " ".join(result.stderr.split())


def test_faults_are_one_line(trained, motion, shared_data, tmp_path):
    out, _ = trained
    for words, said, code in (
        (("--data", motion), "--out is needed to train", 2),
        (("--data", motion, "--out", tmp_path, "--batch", "100"), "--batch 100 does not divide 4,096", 2),
        (("--data", motion, "--out", tmp_path, "--rig", "coco"), "unknown rig 'coco'", 2),
        (("--data", motion, "--out", out, *SMALL), "already holds a run", 2),
        (("--data", motion, "--data", shared_data / "opensim_ap3d", "--out", tmp_path, *SMALL), "cannot be mixed", 1),
        (("--data", motion / "humanoid3d_walk.bvh", "--out", tmp_path, *SMALL), "too few takes to hold any out", 1),
        (("--data", motion, "--evaluate", motion / "humanoid3d_walk.bvh"), "not a safetensors file", 1),
        (("--data", motion, "--out", tmp_path, *SMALL, "--device", "cuda"), "no cuda device on this machine", 2),
        (("--data", motion, "--out", tmp_path, *SMALL, "--rate", "nan"), "is not a learning rate", 2),
        (("--data", motion, "--out", tmp_path, *SMALL, "--precision", "8"), "'8' is not one of", 2),
        (("--data", motion, "--data", motion, "--out", tmp_path, *SMALL), "have the same name", 2),
        (("--data", motion, "--test", motion, "--out", tmp_path, *SMALL), "was trained on", 1),
    ):
        result = run(*words)
        assert result.exit_code == code, result.output
        assert said in result.stderr
        assert "Traceback" not in result.stderr
