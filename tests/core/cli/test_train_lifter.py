"""``anglescope train lifter`` from motion or a dataset to weights, their card and the table of errors."""

from __future__ import annotations

import shlex
import shutil

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from core.cli.app import app
from core.lifters.running import Runner
from core.lifters.weights import load_lifter
from core.network.card import Card
from core.network.shipped import shipped_weights
from core.network.weights import load_weights
from core.training.lifters import job, measuring, sources
from core.training.lifters.measuring import errors_markdown
from core.training.lifters.sources import lifter_source
from core.training.lifters.tasks import MotionBertTask, Task, VideoPoseTask

NAMES = ("walk", "run", "jog", "kick", "punch", "dance_a", "dance_b", "jump")
SMALL = ("--seed", "4", "--batch", "64", "--frames", "1200", "--device", "cpu")


def run(*arguments):
    return CliRunner().invoke(app, ["train", "lifter", *map(str, arguments)])


@pytest.fixture(scope="module", autouse=True)
def few_bodies_and_small_chunks():
    """Minutes of training are not needed to see that the parts fit together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_BODIES", 3)
        patch.setattr(job, "_BASELINE_PARTS", 300)
        patch.setattr(measuring, "_CAMERAS", 1)
        for task in (Task, VideoPoseTask, MotionBertTask):
            patch.setattr(task, "steps", 3)
            patch.setattr(task, "parts", 60)
        yield


@pytest.fixture(scope="module")
def motion(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("motion")
    for name in NAMES:
        shutil.copy(shared_data / "mocap" / "deepmimic" / f"humanoid3d_{name}.bvh", folder)
    return folder


@pytest.fixture(scope="module")
def trained(motion, tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    notes = out.with_suffix(".txt")
    notes.write_text("bigger was not better\n\n")
    return out, run("-m", "simplebaseline3d", "-d", motion, "--set", "athletic", "--out", out, *SMALL,
                    "--licence", "mine", "--notes", notes)  # fmt: skip


def test_motion_becomes_weights_with_a_card(trained, motion):
    out, result = trained
    assert result.exit_code == 0, result.output
    weights = load_lifter(out / "simplebaseline3d-compact.safetensors")
    card = weights.card
    assert (card.model, card.name) == ("simplebaseline3d", "simplebaseline3d-compact")
    assert (card.licence, card.coding) == ("mine", "zscore")
    assert (card.input_joints, card.output_joints, card.rig, card.scale) == ("h36m17", "h36m16", "h36m", "metric")
    assert card.title.startswith("SimpleBaseline3D, compact, trained on 0.1 minutes of ")
    assert card.notes == ("bigger was not better",)
    training = card.training
    assert list(training.data) == [motion.name]
    assert (training.seed, training.frames) == (4, 1152)  # 6 chunks of 3 steps of 64
    assert [(e.measured_on, e.domain, e.input) for e in training.errors] == [
        ("athletic, held out", "in", "projected"), ("athletic, held out", "in", "typical noise"),
        ("lab", "out", "projected"), ("lab", "out", "typical noise")]  # fmt: skip
    assert all(0 < e.p_mpjpe_mm <= e.n_mpjpe_mm for e in training.errors)
    assert errors_markdown(training.errors) in result.stdout
    assert {path.name for path in out.iterdir()} == {"simplebaseline3d-compact.safetensors", "checkpoint.pt",
                                                     "curve.svg", "metrics.jsonl"}  # fmt: skip
    pose = next(Runner(weights, device="cpu").poses(measuring._Placed(np.zeros((5, 17, 2), np.float32)), None, 5))
    assert np.isfinite(pose).all()


def test_a_finished_run_resumes_to_the_same_file(trained, motion, tmp_path):
    out, _ = trained
    copy = shutil.copytree(out, tmp_path / "copy")
    first = load_lifter(copy / "simplebaseline3d-compact.safetensors")
    result = run("-m", "simplebaseline3d", "-d", motion, "--set", "athletic", "--out", copy, *SMALL, "--resume")
    assert result.exit_code == 0, result.output
    again = load_lifter(copy / "simplebaseline3d-compact.safetensors")
    assert all(bool((tensor == first.tensors[name]).all()) for name, tensor in again.tensors.items())
    assert again.card.training.errors == first.card.training.errors


def test_bodies_and_takes_of_a_test_are_not_those_of_training(motion):
    source = lifter_source([motion], None, 4)
    assert [test.domain for test in source.tests] == ["in"]
    learnt, held = source.supply.sequences, source.tests[0].sequences
    assert set(learnt.take).isdisjoint(held.take)
    assert set(learnt.take).isdisjoint(source.validation.sequences.take)

    def thighs(sequences):
        first = sequences.xyz_mm[sequences.starts]
        return set(np.round(np.linalg.norm(first[:, 2] - first[:, 1], axis=-1), 3))

    assert thighs(learnt).isdisjoint(thighs(held))
    assert source.minutes == pytest.approx(sum(set_minutes(learnt)), abs=0.05)


def set_minutes(sequences):
    """Minutes of each take on its first body; widening changes how fast it is played."""
    seen = {}
    for take, length in zip(sequences.take, sequences.lengths, strict=True):
        seen.setdefault(take, []).append(length)
    return [np.mean(lengths) / 50 / 60 for lengths in seen.values()]


def test_a_dataset_is_seen_by_its_own_cameras(shared_data, tmp_path):
    data = shared_data / "opensim_ap3d"
    result = run("-m", "simplebaseline3d", "-d", data, "--out", tmp_path / "real", *SMALL)
    assert result.exit_code == 0, result.output
    training = load_lifter(tmp_path / "real" / "simplebaseline3d-compact.safetensors").card.training
    assert "the cameras of the dataset" in training.input
    assert training.split.startswith("by athlete; held out: ")
    assert [error.domain for error in training.errors] == ["in", "in"]
    assert lifter_source([data], cameras="virtual").supply.sequences.cameras == ()


def test_faults_are_one_line(trained, motion, shared_data, tmp_path):
    out, _ = trained
    base = ("-m", "simplebaseline3d", "-d", motion)
    dataset = shared_data / "opensim_ap3d"
    for words, said, code in (
        ((*base, "--out", out, *SMALL), "already holds a run", 2),
        ((*base, "--out", tmp_path, *SMALL, "--set", "lab"), "too few takes to hold any out", 1),
        ((*base, "--out", tmp_path, *SMALL, "--cameras", "real"), "was recorded without cameras", 2),
        ((*base, "-d", motion, "--out", tmp_path, *SMALL), "have the same name", 2),
        ((*base, "-d", dataset, "--out", tmp_path, *SMALL), "cannot be mixed", 1),
        (("-m", "simplebaseline3d", "-d", dataset, "--set", "lab", "--out", tmp_path), "these are datasets", 2),
        ((*base, "--out", tmp_path, *SMALL, "--test", motion), "was trained on", 1),
        ((*base, "--out", tmp_path, *SMALL, "--rate", "nan"), "is not a learning rate", 2),
        ((*base, "--out", tmp_path, *SMALL, "--lambda-angle", "-1"), "--lambda-angle -1 is not a weight", 2),
        ((*base, "--out", tmp_path, *SMALL, "--lambda-bone", "nan"), "expected millimetres per degree, 0 or more", 2),
        ((*base, "--out", tmp_path, "--device", "cuda"), "no cuda device on this machine", 2),
        ((*base, "--out", tmp_path, "--resume", "--minutes", "1"), "--resume needs the --frames", 2),
        (("-m", "posenet", "-d", motion, "--out", tmp_path), "'posenet' is not one of", 2),
    ):
        result = run(*words)
        assert result.exit_code == code, result.output
        assert said in " ".join(result.stderr.replace("│", " ").split())
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [["train", "-h"], ["train", "angles", "-h"], ["train", "lifter", "--help"],
                                   ["train", "lambda-sweep", "-h"]])  # fmt: skip
def test_the_commands_explain_themselves(words):
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_command_on_the_card_of_the_shipped_network_is_still_one():
    card: Card = load_weights(shipped_weights()[0]).card
    program, *words = shlex.split(card.command)
    assert (program, *words[:2]) == ("anglescope", "train", "angles")
    several = typer.main.get_command(app).commands["train"]
    options = several.commands["angles"].make_context("angles", words[2:], resilient_parsing=False)
    assert options.params["data"]
