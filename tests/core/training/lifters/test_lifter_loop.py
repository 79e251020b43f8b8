"""The loop on lifters of a few thousand numbers: it learns, resumes to the byte, what is trained is what is lifted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import DataError, UsageError
from core.lifters.running import Runner
from core.training.lifters.baselines import fitted_baselines
from core.training.lifters.job import _card, _weights
from core.training.lifters.loop import LifterConfig, train_lifter
from core.training.lifters.losses import angle_network
from core.training.lifters.measuring import errors_markdown, lifted_mm, measured
from core.training.lifters.sources import LifterSource, UnseenSet
from core.training.lifters.views import ViewSupply, whole_views
from tests.core.training.lifters.made_up import sequences

ROOT = Path(__file__).parents[4]
TINY = {
    "simplebaseline3d": LifterConfig("simplebaseline3d", changed={"width": 16, "stages": 1}, batch=32, longest=4),
    "videopose3d": LifterConfig("videopose3d", changed={"channels": 8, "levels": 2}, batch=16, longest=60),
    "motionbert": LifterConfig("motionbert", batch=4, longest=20, velocity=0.5, changed={
        "width": 8, "depth": 1, "heads": 2, "representation": 8, "frames": 18}),
}  # fmt: skip
TINY = {model: replace(config, seed=3, steps=3, chunks=6, parts=24, keep_every=2, warm_up_steps=2, dropout=0.1)
        for model, config in TINY.items()}  # fmt: skip


def supply(seed=1):
    return ViewSupply(sequences(count=3, frames=90, bodies=2, seed=seed), seed)


def lines(folder):
    read = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    for line in read:
        line.pop("seconds")
    return read


def assert_same(one, other):
    for name, tensor in one.state_dict().items():
        assert torch.equal(tensor, other.state_dict()[name]), name


class KilledError(Exception):
    pass


@pytest.mark.parametrize("model", TINY)
def test_a_killed_run_continues_on_the_same_curve_to_the_bit(model, tmp_path):
    whole = train_lifter(supply(), supply(2), tmp_path / "whole", TINY[model])

    def kill(done):
        if done.step == 9:  # after the third chunk; the second was the last that was kept
            raise KilledError

    with pytest.raises(KilledError):
        train_lifter(supply(), supply(2), tmp_path / "cut", TINY[model], progress=kill)
    resumed = train_lifter(supply(), supply(2), tmp_path / "cut", TINY[model], resume=True)
    assert_same(whole.model, resumed.model)
    assert lines(tmp_path / "whole") == lines(tmp_path / "cut")
    assert [line["step"] for line in lines(tmp_path / "cut")] == [3, 6, 9, 12, 15, 18]
    ET.parse(tmp_path / "whole" / "curve.svg")  # noqa: S314 - our own file


SLOW_RUN = """
import sys, time
from pathlib import Path
from tests.core.training.lifters.test_lifter_loop import TINY, supply
from core.training.lifters.loop import train_lifter
train_lifter(supply(), supply(2), Path(sys.argv[1]), TINY["videopose3d"], progress=lambda done: time.sleep(0.4))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_kill_minus_nine_and_resume_gives_the_same_bytes(tmp_path):
    whole = train_lifter(supply(), supply(2), tmp_path / "whole", TINY["videopose3d"])
    cut = tmp_path / "cut"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", SLOW_RUN, str(cut)], env=environment, cwd=ROOT) as process:
        waited = time.monotonic() + 60
        while not (cut / "checkpoint.pt").exists() and time.monotonic() < waited and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert torch.load(cut / "checkpoint.pt", weights_only=True)["chunk"] < 6
    resumed = train_lifter(supply(), supply(2), cut, TINY["videopose3d"], resume=True)
    assert_same(whole.model, resumed.model)
    assert lines(tmp_path / "whole") == lines(cut)
    assert not list(cut.glob("*.part"))


TWO_PROCESSES = """import sys
from dataclasses import replace
from pathlib import Path

import torch

from core.training.lifters.loop import train_lifter
from tests.core.training.lifters.test_lifter_loop import TINY, supply

folder = Path(sys.argv[1])
config = replace(TINY["videopose3d"], devices=2)
done = train_lifter(supply(), supply(2), folder, config)
torch.save(dict(done.model.named_parameters()), folder / ("first.pt" if done.is_first else "second.pt"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="gloo's processes are started otherwise there")
def test_two_processes_train_one_model_on_data_of_their_own(tmp_path):
    """Their chunks differ, so that without averaged gradients their weights would."""
    script, folder = tmp_path / "two.py", tmp_path / "run"
    script.write_text(TWO_PROCESSES)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    ended = subprocess.run([sys.executable, str(script), str(folder)], env=environment, cwd=ROOT, capture_output=True,
                           text=True, check=False, timeout=240)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    first, second = (torch.load(folder / name, weights_only=True) for name in ("first.pt", "second.pt"))
    assert first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)
    alone = dict(train_lifter(supply(), supply(2), tmp_path / "alone", TINY["videopose3d"]).model.named_parameters())
    assert not any(torch.equal(first[name], alone[name]) for name in first if name.endswith("weight"))
    counted = [line["frames"] for line in lines(folder)]
    assert counted == [2 * line["frames"] for line in lines(tmp_path / "alone")]


@pytest.mark.parametrize("model", TINY)
def test_what_is_trained_is_what_is_lifted(model):
    """The examples of a step, answered in training, against the tool's own lifting of the same sequences."""
    config = TINY[model]
    task, views = config.task, supply().chunk(1, 6, 60)
    torch.manual_seed(1)
    built = task.build(0.0).eval()
    for name, tensor in built.state_dict().items():
        if name.endswith("running_mean"):
            tensor.copy_(torch.randn(tensor.shape) * 0.1)
    statistics = task.statistics(views)
    source = LifterSource(supply(), supply(), (), {}, "", 1.0, "walks")
    card = _card(source, replace(config, dropout=0.0), "", "", ())
    state = {name: t for name, t in built.state_dict().items() if not name.endswith("num_batches_tracked")}
    weights = _weights(card, state, statistics.tensors() if statistics else {}, Path("none"))
    lifted = lifted_mm(Runner(weights, flip=False, device="cpu"), views)
    rng = np.random.default_rng(2)
    while True:
        made = task.batch_of(views, 40, rng, statistics)
        if made.target_mm.shape[1] == task.frames:
            break
    with torch.no_grad():
        answer = task.answer_mm(built, made.inputs, statistics).numpy()
    answer = answer - answer[:, :, :1]
    at = {pose.tobytes(): index for index, pose in enumerate(views.xyz_mm)}
    compared = 0
    for pose, target in zip(answer, made.target_mm.numpy(), strict=True):
        rows = [at[frame.tobytes()] for frame in target]
        first = views.starts[np.searchsorted(views.starts, rows[0], side="right") - 1]
        if model == "motionbert" and (rows[0] - first) % task.frames:
            continue  # lifting has windows that start elsewhere
        np.testing.assert_allclose(pose, lifted[rows], atol=0.02)
        compared += 1
    assert compared > 0


def first_loss(config, folder, **weights):
    """The model and the loss after one chunk of a step."""
    config = replace(config, chunks=1, steps=1, parts=20, angle_frames=8, **weights)
    learnt = ViewSupply(WALKS, 1)
    return train_lifter(learnt, learnt, folder, config).model, lines(folder)[0]["loss"]


WALKS = sequences(count=2, frames=60, bodies=1)


@pytest.mark.parametrize("model", TINY)
def test_a_loss_on_angles_and_bones_is_added_and_changes_what_is_learnt(model, tmp_path):
    plain, without = first_loss(TINY[model], tmp_path / "plain")
    other, added = first_loss(TINY[model], tmp_path / "both", lambda_angle=2.0, lambda_bone=2.0)
    assert not all(torch.equal(t, other.state_dict()[n]) for n, t in plain.state_dict().items())
    assert added > without + 0.02  # more than ten degrees together, 2 mm each


def test_losses_add_up_and_one_of_no_weight_changes_nothing(tmp_path):
    config = TINY["simplebaseline3d"]
    plain, without = first_loss(config, tmp_path / "plain")
    _, angle = first_loss(config, tmp_path / "angle", lambda_angle=2.0)
    _, bone = first_loss(config, tmp_path / "bone", lambda_bone=2.0)
    _, both = first_loss(config, tmp_path / "both", lambda_angle=2.0, lambda_bone=2.0)
    assert both - without == pytest.approx(angle - without + bone - without, rel=1e-5)
    nearly, _ = first_loss(config, tmp_path / "nearly", lambda_angle=1e-12, lambda_bone=1e-12)
    for name, tensor in plain.state_dict().items():
        torch.testing.assert_close(nearly.state_dict()[name], tensor, rtol=1e-4, atol=1e-6)


def test_a_run_with_angles_continues_to_the_bit_and_only_with_the_same_weights(tmp_path):
    config = replace(TINY["simplebaseline3d"], chunks=3, steps=1, parts=20, keep_every=1, lambda_angle=1.5,
                     lambda_bone=0.5, angle_frames=8)  # fmt: skip
    learnt = ViewSupply(WALKS, 1)
    whole = train_lifter(learnt, learnt, tmp_path / "whole", config)

    def kill(done):
        if done.step == 2:
            raise KilledError

    cut = tmp_path / "cut"
    with pytest.raises(KilledError):
        train_lifter(learnt, learnt, cut, config, progress=kill)
    for changed in ({"lambda_angle": 1.0}, {"lambda_bone": 0.0}, {"angle_frames": 16}):
        with pytest.raises(UsageError, match=f"other settings: {next(iter(changed))} differ"):
            train_lifter(learnt, learnt, cut, replace(config, **changed), resume=True)
    resumed = train_lifter(learnt, learnt, cut, config, resume=True)
    assert_same(whole.model, resumed.model)
    kept = json.loads(torch.load(cut / "checkpoint.pt", weights_only=True)["config"])
    assert kept["angle_network"] == angle_network()[1]


def test_the_average_has_running_statistics_of_its_own(tmp_path):
    trained = train_lifter(supply(), supply(2), tmp_path, replace(TINY["simplebaseline3d"], chunks=12))
    kept = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    for name in ("batch_norm1.running_mean", "batch_norm1.running_var"):
        own, models = trained.model.state_dict()[name], kept["model"][name]
        assert not torch.equal(own, models)
        start = torch.zeros_like(own) if name.endswith("mean") else torch.ones_like(own)
        assert torch.linalg.norm(own - models) < 0.5 * torch.linalg.norm(own - start)


def test_it_learns_and_beats_both_baselines_on_other_bodies(tmp_path):
    config = LifterConfig("simplebaseline3d", changed={"width": 128, "stages": 1}, batch=256, steps=30, chunks=10,
                          parts=1024, longest=8, rate=4e-3, warm_up_steps=10, keep_every=10)  # fmt: skip
    learnt = ViewSupply(sequences(count=3, bodies=12, seed=1), 1)
    trained = train_lifter(learnt, supply(2), tmp_path, config)
    source = LifterSource(learnt, supply(2), (), {}, "", 1.0, "walks")
    card = _card(source, config, "", "", ())
    state = {n: t for n, t in trained.model.state_dict().items() if not n.endswith("num_batches_tracked")}
    assert trained.statistics is not None
    runner = Runner(_weights(card, state, trained.statistics.tensors(), Path("none")), device="cpu")
    baselines = fitted_baselines(learnt.chunk(0, 2000, 8))
    test = UnseenSet("other walks", "in", sequences(count=3, bodies=2, seed=9))
    clean, noisy = measured(runner, baselines, [test])
    assert (clean.input, noisy.input) == ("projected", "typical noise")
    assert clean.mpjpe_mm < 0.5 * clean.mean_pose_mm
    assert clean.mpjpe_mm < 0.8 * clean.linear_mm < clean.mean_pose_mm
    assert clean.p_mpjpe_mm < clean.n_mpjpe_mm < noisy.mpjpe_mm
    views = whole_views(test.sequences, 1_000_000_007, cameras=2)
    direct = np.linalg.norm(lifted_mm(runner, views) - views.xyz_mm, axis=-1).mean()
    assert clean.mpjpe_mm == pytest.approx(direct, abs=0.01)
    linear = np.linalg.norm(
        (lambda p: p - p[:, :1])(baselines.linear_mm(views.screen)) - views.xyz_mm, axis=-1
    ).mean()  # fmt: skip
    assert clean.linear_mm == pytest.approx(linear, abs=0.01)
    assert f"**{clean.mpjpe_mm:.1f}**" in errors_markdown([clean, noisy])


def test_the_linear_baseline_is_least_squares():
    views = supply().chunk(1, 40, 30)
    fitted = fitted_baselines(views)
    inputs = np.column_stack([views.screen.reshape(len(views), -1), np.ones(len(views))]).astype(float)
    best = np.linalg.lstsq(inputs, views.xyz_mm.reshape(len(views), -1).astype(float), rcond=None)[0]
    ours, theirs = (np.abs((inputs @ w).reshape(-1, 17, 3) - views.xyz_mm).mean() for w in (fitted.weights, best))
    assert ours == pytest.approx(theirs, rel=0.15)
    np.testing.assert_allclose(fitted.mean_mm, views.xyz_mm.mean(axis=0), atol=0.01)


def test_faults_are_one_line(tmp_path):
    config = replace(TINY["simplebaseline3d"], chunks=1)
    with pytest.raises(UsageError, match="no checkpoint to resume from"):
        train_lifter(supply(), supply(2), tmp_path, config, resume=True)
    train_lifter(supply(), supply(2), tmp_path, config)
    with pytest.raises(UsageError, match="already holds a run"):
        train_lifter(supply(), supply(2), tmp_path, config)
    with pytest.raises(UsageError, match="other settings: changed differ"):
        train_lifter(supply(), supply(2), tmp_path, replace(config, changed={"width": 8}), resume=True)
    with pytest.raises(UsageError, match="other settings: data differ"):
        train_lifter(supply(), supply(2), tmp_path, config, data={"a": "b"}, resume=True)
    with pytest.raises(DataError, match="the loss is no number"):
        train_lifter(supply(), supply(2), tmp_path / "nan", replace(config, rate=float("inf"), chunks=3))
