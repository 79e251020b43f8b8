"""The exported graph gives the same numbers in onnxruntime."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.network.estimator import NetworkEstimator
from core.network.model import NetConfig
from core.network.onnx_export import export_onnx
from core.network.running import answers
from core.network.weights import load_weights, save_weights
from tests.random_network import card_of, poses, random_networks, random_poses_mm

onnxruntime = pytest.importorskip("onnxruntime")


@pytest.fixture
def exported(weights_file, tmp_path):
    path = tmp_path / "angles.onnx"
    export_onnx(load_weights(weights_file), path)
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("frames", [1, 2, 333])
def test_numbers_are_those_of_the_estimator(exported, weights_file, frames):
    xyz = random_poses_mm(frames, spread_mm=40).astype(np.float32)
    angles, sigma = exported.run(["angles_deg", "sigma_deg"], {"poses": xyz})
    estimator = NetworkEstimator([weights_file], device="cpu")
    expected = estimator.angles(poses(xyz)).deg
    assert np.abs((angles - expected + 180) % 360 - 180).max() < 1e-3
    np.testing.assert_allclose(sigma, estimator.uncertainty_deg(poses(xyz)), rtol=1e-5)


def test_undefined_frames_are_nan_there_too(exported):
    xyz = random_poses_mm(5).astype(np.float32)
    xyz[1, 6] = np.nan
    xyz[3, 6] = xyz[3, 5]
    angles, sigma = exported.run(None, {"poses": xyz})
    for numbers in (angles, sigma):
        assert np.isnan(numbers).all(axis=1).tolist() == [False, True, False, True, False]
        assert np.isnan(numbers).any(axis=1).tolist() == [False, True, False, True, False]


def test_by_command_one_file_per_rig(tmp_path):
    networks = random_networks(NetConfig(16, 2, 1), "ap3d", "h36m")
    save_weights(tmp_path / "mine.safetensors", networks, card_of(networks))
    words = ["convert", str(tmp_path / "mine.safetensors"), "--to", "onnx", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["mine_ap3d.onnx", "mine_h36m.onnx"]
    session = onnxruntime.InferenceSession(tmp_path / "out" / "mine_h36m.onnx", providers=["CPUExecutionProvider"])
    xyz_mm = random_poses_mm(6, spread_mm=20).astype(np.float32)
    ours, _ = answers(load_weights(tmp_path / "mine.safetensors").network("h36m"), xyz_mm)
    np.testing.assert_allclose(session.run(None, {"poses": xyz_mm})[0], ours, atol=1e-3)
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 1
    assert "mine_ap3d.onnx exists. Pass --overwrite to replace it" in again.stderr.replace("\n", " ")
    np.save(tmp_path / "poses.npy", xyz_mm)
    refused = CliRunner().invoke(app, ["convert", str(tmp_path / "poses.npy"), *words[2:]])
    assert refused.exit_code == 1
    assert "only weights of the network" in refused.stderr


def test_the_card_travels_along(exported, weights_file):
    weights = load_weights(weights_file)
    properties = exported.get_modelmeta().custom_metadata_map
    assert properties["weights_sha256"] == weights.sha256
    assert json.loads(properties["anglescope"])["rigs"] == ["h36m"]
    assert properties["rig"] == "h36m"
