"""The predictions that ship with the demo are what the shipped weights make of its 2D, and say so."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
import pytest

import resources
from core.dataset import open_dataset
from core.demo.make import README
from core.demo.programme import CLIPS
from core.lifters.card import MODELS
from core.lifters.inputs import DETECTED, dataset_inputs, load_input
from core.lifters.lifting import LiftOptions, lifted_poses
from core.lifters.running import Runner
from core.lifters.shipped import shipped_lifter
from core.lifters.weights import LifterWeights, load_lifter

SHIPPED = Path(resources.__file__).parent / "demo"
TITLES = {"simplebaseline3d": "SimpleBaseline3D", "videopose3d": "VideoPose3D", "motionbert": "MotionBERT"}


@pytest.fixture(scope="module", params=MODELS)
def weights(request) -> LifterWeights:
    return load_lifter(shipped_lifter(request.param))


def folder_of(weights: LifterWeights) -> Path:
    return SHIPPED / "predictions" / f"{weights.card.model}-compact"


@pytest.fixture
def manifest(weights) -> dict[str, Any]:
    return json.loads((folder_of(weights) / "manifest.json").read_text(encoding="utf-8"))


def test_there_are_three_lifters_and_nothing_else():
    assert sorted(path.name for path in (SHIPPED / "predictions").iterdir()) == sorted(f"{m}-compact" for m in MODELS)


def test_the_poses_are_what_the_weights_make_of_the_keypoints(weights, manifest):
    runner, folder = Runner(weights, device="cpu"), folder_of(weights)
    options = LiftOptions(at_trained_rate=manifest["input"]["at_trained_rate"])
    inputs = dataset_inputs(open_dataset(SHIPPED), DETECTED)
    assert [ref.clip for ref in inputs.refs] == sorted(plan.name for plan in CLIPS) and not inputs.problems
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["manifest.json", *(f"{ref.clip}.npy" for ref in inputs.refs)]
    )
    for ref in inputs.refs:
        keypoints = load_input(ref)
        shipped = np.load(folder / f"{ref.clip}.npy")
        assert shipped.dtype == np.float32 and shipped.shape == (len(keypoints.xy_px), 17, 3)
        again = lifted_poses(runner, keypoints, options).xyz_mm
        np.testing.assert_allclose(shipped, again, rtol=0, atol=0.05, err_msg=ref.clip)


def test_the_manifest_says_which_model_it_was(weights, manifest):
    card = weights.card
    assert manifest["lifter"] == card.name == f"{card.model}-compact"
    assert manifest["model"] == card.model and manifest["title"] == card.title
    assert re.match(rf"{TITLES[card.model]}, compact, trained on [\d.]+ minutes of ", manifest["title"])
    assert manifest["simulated"] is False
    assert manifest["checkpoint"] == weights.path.name
    assert manifest["checkpoint_sha256"] == hashlib.sha256(weights.path.read_bytes()).hexdigest()
    assert card.training is not None and manifest["trained_on"] == card.training.data


def test_the_manifest_says_what_the_numbers_are(weights, manifest):
    meaning = [manifest[key] for key in ("format", "axes", "scale", "unit", "rig")]
    assert meaning == ["poses_npy", "camera", "metric", "mm", "h36m"]
    assert manifest["normalisation"] == weights.card.normalisation
    assert manifest["complete"] is True and manifest["problems"] == []
    assert set(manifest["clips"]) == {plan.name for plan in CLIPS}
    for plan in CLIPS:
        told = manifest["clips"][plan.name]
        keypoints = SHIPPED / "data" / "test_set" / plan.athlete / f"{plan.stem}_coco.npy"
        poses = np.load(folder_of(weights) / f"{plan.name}.npy")
        assert told["input_sha256"] == hashlib.sha256(keypoints.read_bytes()).hexdigest()
        assert (told["frames"], told["undefined"]) == (len(poses), np.isnan(poses).any(axis=(1, 2)).sum())


def test_the_recorded_command_is_the_documented_one(weights, manifest):
    """``--overwrite`` may have replaced older predictions; it changes no number."""
    recorded = " ".join(word for word in manifest["command"] if word != "--overwrite")
    assert recorded.startswith(f"anglescope lift resources/demo -m {weights.card.model}")
    assert f"    {recorded}\n" in README


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, keys too."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def test_the_manifest_holds_no_path_of_a_machine(manifest):
    words = [word for text in strings(manifest) for word in re.split(r"[\s=:'\"]+", text)]
    assert "resources/demo" in words
    for word in words:
        assert not (PurePosixPath(word).is_absolute() or PureWindowsPath(word).is_absolute()), word
