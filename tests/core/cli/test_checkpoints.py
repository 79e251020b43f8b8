"""Checkpoints on the command line: what ``info`` says of them, and ``convert --to safetensors``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from core.cli.app import app
from core.lifters.card import Measured, Training
from core.lifters.checkpoint import CheckpointOptions, open_lifter
from core.lifters.weights import load_lifter
from tests.lifter_checkpoints import LAYOUTS, checkpoint, documented, stat_3d
from tests.random_lifter import random_lifter

PORT = LAYOUTS[0]


def run(*words: object) -> Any:
    return CliRunner().invoke(app, list(map(str, words)))


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_checkpoint_is_converted_and_opens_as_the_same_lifter(layout, tmp_path):
    source = checkpoint(tmp_path, layout, "model")
    more = ["--statistics", stat_3d(tmp_path)] if layout == PORT else []
    done = run("convert", source, "--to", "safetensors", "--out", tmp_path / "out", *more)
    written = tmp_path / "out" / "model.safetensors"
    assert (done.exit_code, done.stdout.strip()) == (0, str(written))
    assert [path.name for path in written.parent.iterdir()] == ["model.safetensors"]
    given = open_lifter(source, CheckpointOptions(statistics=stat_3d(tmp_path) if layout == PORT else None))
    got = load_lifter(written)
    assert got.card == given.card
    assert all(torch.equal(got.tensors[name], tensor) for name, tensor in given.tensors.items())
    for note in given.card.notes:
        assert note in one_line(done.stderr)
    first = written.read_bytes()
    again = run("convert", source, "--to", "safetensors", "--out", tmp_path / "out", *more)
    assert again.exit_code == 1
    assert "model.safetensors exists. Pass --overwrite to replace it" in one_line(again.stderr)
    assert run("convert", source, "--to", "safetensors", "--out", tmp_path / "out", "--overwrite", *more).exit_code == 0
    assert written.read_bytes() == first


def test_options_say_what_a_checkpoint_is(tmp_path):
    source = checkpoint(tmp_path, "videopose3d", "model")
    words = ("convert", source, "--to", "safetensors", "--out", tmp_path / "out")
    assert run(*words, "--joints", "coco17", "--model", "videopose3d").exit_code == 0
    assert load_lifter(tmp_path / "out" / "model.safetensors").card.input_joints == "coco17"
    other = run(*words, "--overwrite", "--model", "motionbert")
    assert other.exit_code == 1
    assert "is a checkpoint of VideoPose3D; expected motionbert, got videopose3d" in one_line(other.stderr)


def test_what_cannot_be_converted_leaves_nothing_behind(tmp_path):
    (tmp_path / "text.pth").write_text("weights")
    source = checkpoint(tmp_path, "motionbert", "model")
    (tmp_path / "cut.bin").write_bytes(source.read_bytes()[:-200])
    for path, words in (
        ("text.pth", "not a file of torch.save"),
        ("cut.bin", "damaged archive"),
        ("no.bin", "cannot be read"),
    ):
        refused = run("convert", tmp_path / path, "--to", "safetensors", "--out", tmp_path / "out")
        assert (refused.exit_code, words in one_line(refused.stderr)) == (1, True)
        assert len(refused.stderr.strip().splitlines()) == 1 or "\n" not in refused.exception.args[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("more", "words"), [
    (("--to", "safetensors", "--fps", "30"), "say nothing about them"),
    (("--to", "csv", "--model", "videopose3d"), "go with --to safetensors"),
    (("--to", "csv", "--statistics", "x"), "go with --to safetensors"),
    (("--to", "safetensors", "--joints", "smpl"), "takes no 2D joints called"),
])  # fmt: skip
def test_options_of_another_target_are_wrong_usage(more, words, tmp_path):
    refused = run("convert", checkpoint(tmp_path, "videopose3d"), "--out", tmp_path / "out", *more)
    assert refused.exit_code == 2
    assert words in one_line(refused.stderr)
    assert run("convert", tmp_path, "--to", "safetensors", "--out", tmp_path / "out").exit_code == 2


def facts(path: Path) -> dict[str, Any]:
    told = run("info", path, "--json")
    assert told.exit_code == 0, told.stderr
    report = json.loads(told.stdout)
    text = run("info", path).stdout
    assert report["facts"]["sha256"] in text
    return {**report["facts"], "notes": report["notes"]}


def learnt(layout: str) -> int:
    """Numbers of a small checkpoint that are learnt, counted from its shapes."""
    shapes = documented(layout, small=True)
    counted = [torch.Size(shape).numel() for name, shape in shapes.items()
               if "running_" not in name and not name.endswith("num_batches_tracked")]  # fmt: skip
    return sum(counted)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_info_tells_what_a_checkpoint_is(layout, tmp_path):
    told = facts(checkpoint(tmp_path, layout))
    assert told["format"] == "checkpoint of a lifter"
    assert (told["layout"], told["parameters"]) == (layout, learnt(layout))
    if layout == "motionbert":
        assert (told["model"], told["family"]) == ("MotionBERT", "motionbert")
        assert told["unit"] == "1000 mm, nominal: scale weak_perspective"
        assert told["takes"] == "2D joints h36m17 with confidence"
    if layout == PORT:
        assert (told["takes"], told["gives"]) == ("2D joints h36m16", "3D joints h36m16, rig h36m")
        assert told["normalisation"] == "z-score (zscore coordinates)"
        assert any("MMPose" in note for note in told["notes"])
    if layout == "videopose3d":
        assert (told["frames per second"], told["flip averaging"], told["unit"]) == (50.0, "yes", "1000 mm")


def test_info_tells_how_our_own_lifters_were_trained_and_where_converted_ones_come_from(tmp_path):
    error = Measured(measured_on="held-out takes", domain="in", input="noisy 2D", frames=900, mpjpe_mm=50.54,
                     n_mpjpe_mm=48.0, p_mpjpe_mm=39.0, mean_pose_mm=170.0, linear_mm=90.0)  # fmt: skip
    training = Training(data={"cmu": "ab12"}, split="by take", motion_minutes=31.5, frames=7000, input="8 px of noise",
                        seed=3, command="anglescope train lifter", versions={}, errors=(error,))  # fmt: skip
    own = random_lifter(tmp_path / "own.safetensors", "motionbert", training=training, notes=("compact",))
    told = facts(own.path)
    assert told["format"] == "weights of a lifter"
    assert told["error in domain, held-out takes, noisy 2D"] == (
        "MPJPE 50.5 mm, N-MPJPE 48.0, P-MPJPE 39.0; mean pose 170.0, linear regression 90.0 (900 frames)"
    )
    assert told["trained on"] == "cmu: 31.5 minutes of motion, 7000 frames seen"
    assert (told["seed"], told["notes"]) == (3, ["compact"])
    source = checkpoint(tmp_path, "videopose3d", "published")
    run("convert", source, "--to", "safetensors", "--out", tmp_path / "out")
    assert told.keys() >= {"licence", "predictions"} and "source" not in told
    converted = facts(tmp_path / "out" / "published.safetensors")
    assert converted["source"] == f"published.bin (sha256 {facts(source)['sha256']})"


def test_info_on_other_weights_is_one_line(tmp_path):
    torch.save({"state_dict": {"conv1.weight": torch.zeros(3)}}, tmp_path / "resnet.pth")
    refused = run("info", tmp_path / "resnet.pth")
    assert refused.exit_code == 1
    assert "resnet.pth: is of no known lifter" in one_line(refused.stderr)


def test_a_checkpoint_among_other_files_is_named(tmp_path):
    for layout in ("videopose3d", "mmpose-motionbert"):
        checkpoint(tmp_path, layout, layout)
    told = run("info", tmp_path)
    assert told.exit_code == 0, told.stdout
    assert "a checkpoint of PyTorch" in told.stdout
