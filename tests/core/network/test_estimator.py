"""The numpy border: precision, batches, rigs, caching, devices, processes."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import torch

from core.angles.geometry import geometric_angles
from core.errors import AnglescopeError, DataError, UsageError
from core.estimators import estimator_named
from core.network import running
from core.network.cache import AngleCache
from core.network.estimator import NetworkEstimator
from core.network.model import NetConfig
from core.network.running import PoseToAngles, run_batched
from core.network.weights import load_weights, save_weights
from tests.random_network import card_of, poses, random_networks, random_poses_mm

FULL = NetConfig()
ROOT = Path(__file__).parents[3]


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """Largest difference in degrees, wrapped."""
    return float(np.nanmax(np.abs((a - b + 180) % 360 - 180)))


def test_numbers_are_within_a_thousandth_of_a_degree_of_float64(make_weights):
    path = make_weights("h36m", config=FULL)
    xyz = random_poses_mm(400, spread_mm=40).astype(np.float32)
    got = NetworkEstimator([path], device="cpu").angles(poses(xyz)).deg
    with torch.inference_mode():
        exact = PoseToAngles(load_weights(path).network()).double()(torch.as_tensor(xyz).double()).numpy()[:, :12]
    # Where an arm is overhead the components stretch any difference; those frames are flagged as near singular.
    calm = np.hypot(exact[:, 4:6], exact[:, 6:8]).max(axis=1) < 150
    assert calm.mean() > 0.8
    assert difference(got[calm], exact[calm]) < 1e-3


@pytest.mark.parametrize("threads", [1, None])
def test_numbers_do_not_depend_on_what_is_computed_together(make_weights, threads):
    path = make_weights("h36m", config=FULL)
    xyz = random_poses_mm(700, spread_mm=30)
    clips = [poses(part) for part in np.split(xyz, [1, 18, 140, 500])]

    def fresh() -> NetworkEstimator:
        return NetworkEstimator([path], device="cpu", threads=threads)

    whole = fresh().angles(poses(xyz)).deg
    together = np.concatenate([angles.deg for angles in fresh().angles_many(clips)])
    apart = np.concatenate([fresh().angles(clip).deg for clip in clips])
    assert difference(together, whole) < 1e-4
    assert difference(apart, whole) < 1e-4


def test_the_number_of_threads_is_put_back(weights_file):
    before = torch.get_num_threads()
    NetworkEstimator([weights_file], device="cpu", threads=1).angles(poses(random_poses_mm(3)))
    assert torch.get_num_threads() == before


def test_undefined_frames_are_nan_counted_and_alone(weights_file):
    xyz = random_poses_mm(10)
    whole = NetworkEstimator([weights_file]).angles(poses(xyz))
    xyz[4, 3, 2] = np.nan
    xyz[6] = 0.0
    estimator = NetworkEstimator([weights_file])
    got, sigma = estimator.angles(poses(xyz)), estimator.uncertainty_deg(poses(xyz))
    assert np.isnan(got.deg[[4, 6]]).all()
    assert np.isnan(sigma[[4, 6]]).all()
    assert got.notes[0].startswith("2 of 10 frames undefined")
    assert whole.notes == ()
    others = [0, 1, 2, 3, 5, 7, 8, 9]
    np.testing.assert_allclose(got.deg[others], whole.deg[others], atol=1e-4)
    assert (sigma[others] > 0).all()


def test_straight_and_folded_limbs_read_0_to_180(weights_file):
    deg = NetworkEstimator([weights_file]).angles(poses(random_poses_mm(500, spread_mm=200))).deg
    assert deg[:, 8:].min() == 0.0  # a prediction beyond straight is clamped
    assert deg[:, 8:].max() <= 180.0


def test_turned_moved_scaled_poses_read_the_same(weights_file):
    xyz = random_poses_mm(50, spread_mm=30)
    turned = 0.001 * (xyz @ np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]]) + 800)
    estimator = NetworkEstimator([weights_file])
    assert difference(estimator.angles(poses(xyz)).deg, estimator.angles(poses(turned)).deg) < 0.01


def test_each_rig_has_its_own_network(make_weights):
    estimator = NetworkEstimator([make_weights("h36m", 1), make_weights("ap3d", 2)])
    xyz = random_poses_mm(20)
    mixed = estimator.angles_many([poses(xyz), poses(xyz, "ap3d"), poses(xyz[:5])])
    alone = NetworkEstimator([make_weights("ap3d", 2)]).angles(poses(xyz, "ap3d"))
    assert difference(mixed[1].deg, alone.deg) < 1e-4
    assert difference(mixed[0].deg, mixed[1].deg) > 1
    assert difference(mixed[2].deg, mixed[0].deg[:5]) < 1e-4
    with pytest.raises(DataError, match="no weights for poses of rig 'ap3d_running'; expected ap3d or h36m"):
        estimator.angles(poses(xyz, "ap3d_running"))


def test_fingerprint_changes_with_whatever_changes_a_number(make_weights):
    one, other = make_weights("h36m", 1), make_weights("h36m", 2)
    prints = {NetworkEstimator(files, preview=preview).fingerprint
              for files in ([one], [other], [one, make_weights("ap3d", 1)]) for preview in (False, True)}  # fmt: skip
    assert len(prints) == 6
    assert NetworkEstimator([other, one]).fingerprint == NetworkEstimator([one], threads=1).fingerprint


def test_what_was_computed_is_not_computed_again(weights_file, tmp_path, monkeypatch):
    computed = []

    def counting(model, xyz, device, **options):
        computed.append(len(xyz))
        return run_batched(model, xyz, device, **options)

    monkeypatch.setattr(running, "run_batched", counting)
    first, second = poses(random_poses_mm(30, 1)), poses(random_poses_mm(20, 2))
    estimator = NetworkEstimator([weights_file], cache=AngleCache(tmp_path))
    fresh = estimator.angles(first).deg
    estimator.uncertainty_deg(first)
    estimator.angles_many([first, second, first, second])
    assert computed == [30, 20]
    later = NetworkEstimator([weights_file], cache=AngleCache(tmp_path))
    np.testing.assert_array_equal(later.angles(first).deg, fresh)
    assert computed == [30, 20]
    NetworkEstimator([weights_file], cache=AngleCache(tmp_path), preview=True).angles(first)
    assert computed == [30, 20, 30]


def test_another_process_reads_the_same_numbers(weights_file):
    estimator = NetworkEstimator([weights_file], device="cpu", threads=1)
    clip = poses(random_poses_mm(40))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        theirs = pool.submit(estimator.angles, clip).result(timeout=60).deg
    np.testing.assert_array_equal(theirs, estimator.angles(clip).deg)
    assert len(pickle.dumps(estimator)) < 20_000


def test_weights_exchanged_behind_its_back_are_refused(weights_file, make_weights):
    estimator = NetworkEstimator([weights_file])
    weights_file.write_bytes(make_weights("h36m", 9).read_bytes())
    with pytest.raises(DataError, match="weights changed while they were in use"):
        estimator.angles(poses(random_poses_mm(3)))


class NeedsMemory(torch.nn.Module):
    """The real model behind an allocator that holds so many frames."""

    def __init__(self, model: PoseToAngles, most_frames: int) -> None:
        super().__init__()
        self.model, self.most_frames, self.tried = model, most_frames, []

    def forward(self, xyz: torch.Tensor) -> torch.Tensor:
        self.tried.append(len(xyz))
        if len(xyz) > self.most_frames:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return self.model(xyz)


def test_out_of_memory_halves_the_batch(weights_file):
    model = PoseToAngles(load_weights(weights_file).network())
    xyz = torch.as_tensor(random_poses_mm(2000)).float()
    tight = NeedsMemory(model, 300)
    cpu = torch.device("cpu")
    torch.testing.assert_close(run_batched(tight, xyz, cpu), run_batched(model, xyz, cpu), atol=1e-4, rtol=0)
    assert tight.tried == [1000, 500, *[250] * 8]
    with pytest.raises(AnglescopeError, match="out of memory on cpu"):
        run_batched(NeedsMemory(model, 3), xyz, cpu)


def test_an_error_of_the_model_is_not_taken_for_lack_of_memory(weights_file):
    with pytest.raises(RuntimeError, match="must have length 3"):
        run_batched(PoseToAngles(load_weights(weights_file).network()), torch.zeros(20, 17, 4), torch.device("cpu"))


def test_no_tf32_even_where_training_allowed_it(weights_file):
    seen = []
    model = PoseToAngles(load_weights(weights_file).network())
    model.register_forward_pre_hook(lambda *_: seen.append(torch.get_float32_matmul_precision()))
    torch.set_float32_matmul_precision("medium")
    try:
        run_batched(model, torch.as_tensor(random_poses_mm(3)).float(), torch.device("cpu"))
        assert seen == ["highest"]
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_a_preview_is_labelled_and_close(make_weights):
    path = make_weights("h36m", config=FULL)
    clip = poses(random_poses_mm(100, spread_mm=20))
    preview, full = (NetworkEstimator([path], device="cpu", preview=p).angles(clip) for p in (True, False))
    assert (preview.method, full.method) == ("network, bf16 preview", "network")
    error = np.abs((preview.deg - full.deg + 180) % 360 - 180)
    assert 1e-3 < error.mean() < 1.0


@pytest.mark.parametrize(
    ("wish", "line"),
    [("gpu", "unknown device 'gpu'; known: auto, cuda, mps, cpu"), ("cpu:1", "unknown device"), ("cuda:x", "unknown")],
)
def test_a_device_that_does_not_exist_is_named(weights_file, wish, line):
    with pytest.raises(UsageError, match=line):
        NetworkEstimator([weights_file], device=wish)


def test_a_device_that_is_not_here_is_named(weights_file, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="no cuda device on this machine; use --device auto or cpu"):
        NetworkEstimator([weights_file], device="cuda")
    assert running.choose_device("auto").type in ("cpu", "mps")


def test_the_same_numbers_in_another_rig_are_another_pose(tmp_path):
    """One file serves both rigs: what was kept of one must not answer for the other."""
    networks = random_networks(NetConfig(32, 2, 1), "ap3d", "h36m")
    save_weights(tmp_path / "w.safetensors", networks, card_of(networks))
    xyz_mm = random_poses_mm(20, spread_mm=20)
    one, other = poses(xyz_mm, "ap3d"), poses(xyz_mm, "h36m")
    fresh = [NetworkEstimator([tmp_path / "w.safetensors"], device="cpu").angles(clip).deg for clip in (one, other)]
    assert difference(*fresh) > 1
    estimator = NetworkEstimator([tmp_path / "w.safetensors"], device="cpu", cache=AngleCache(tmp_path / "cache"))
    for _ in range(2):
        np.testing.assert_array_equal([a.deg for a in estimator.angles_many([one, other])], fresh)


def test_another_process_that_finds_all_in_the_cache_does_without_torch(weights_file, tmp_path):
    estimator = NetworkEstimator([weights_file], device="cpu", cache=AngleCache(tmp_path / "cache"))
    clip = poses(random_poses_mm(20, spread_mm=20))
    known = estimator.angles(clip).deg
    (tmp_path / "job").write_bytes(pickle.dumps((estimator, clip)))
    script = ("import pickle, sys; estimator, clip = pickle.load(open(sys.argv[1], 'rb')); "
              "print(estimator.angles(clip).deg.tobytes().hex(), 'torch' in sys.modules)")  # fmt: skip
    ended = subprocess.run([sys.executable, "-c", script, tmp_path / "job"], cwd=ROOT, capture_output=True, text=True,
                           check=True)  # fmt: skip
    assert ended.stdout.split() == [known.tobytes().hex(), "False"]


def test_by_name_or_by_file(weights_file, monkeypatch):
    own = estimator_named(str(weights_file), device="cpu")
    clip = poses(random_poses_mm(3, spread_mm=20))
    assert own.name == "network"
    assert own.facts["device"] == "cpu"
    assert own.facts["weights"]["h36m"]["card"]["seed"] == 0
    assert difference(own.angles(clip).deg, geometric_angles(clip).deg) > 1
    with pytest.raises(
        UsageError, match=r"unknown estimator 'magic'; known: network, geometry, or a \.safetensors file"
    ):
        estimator_named("magic")
    with pytest.raises(UsageError, match="geometry estimator runs on the CPU"):
        estimator_named("geometry", device="cuda")
    monkeypatch.setattr("core.estimators.shipped_weights", tuple)
    with pytest.raises(DataError, match="weights of the network are missing from this installation"):
        estimator_named("network")
