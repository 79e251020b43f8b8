"""Running over a clip in blocks gives what the model gives at once; windows, padding, seams and mirroring as stated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

import core.lifters.running as running
from core.errors import AnglescopeError, UsageError
from core.lifters.running import MIRRORED, Runner
from core.skeleton import MIRROR
from tests.random_lifter import SMALL, random_lifter

MODELS = tuple(SMALL)


@dataclass(frozen=True)
class Placed:
    """Screen coordinates that are there already."""

    xy: np.ndarray
    centre_x: float = 0.0

    def place(self, rows: slice) -> np.ndarray:
        return self.xy[rows]


def clip(n_frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.4, (n_frames, 17, 2)).astype(np.float32)


def confidences(n_frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed + 100).uniform(0, 1, (n_frames, 17)).astype(np.float32)


def lifted(runner: Runner, xy: np.ndarray, confidence: np.ndarray | None = None, centre_x: float = 0.0) -> np.ndarray:
    return np.concatenate(list(runner.poses(Placed(xy, centre_x), confidence, len(xy))))


def rooted(poses: np.ndarray) -> np.ndarray:
    return poses - poses[:, :1]


@pytest.mark.parametrize("n_frames", [1, 5, 27, 28, 100])
@pytest.mark.parametrize("model", MODELS)
def test_every_frame_has_one_pose_relative_to_the_root(tmp_path, model, n_frames) -> None:
    poses = lifted(Runner(random_lifter(tmp_path / "w.safetensors", model), device="cpu"), clip(n_frames))
    assert poses.shape == (n_frames, 17, 3)
    assert np.isfinite(poses).all()
    assert (poses[:, 0] == 0).all()


@pytest.mark.parametrize("block", [1, 7, 64])
def test_videopose3d_in_blocks_equals_one_pass_over_the_padded_clip(tmp_path, monkeypatch, block) -> None:
    weights = random_lifter(tmp_path / "w.safetensors", "videopose3d")
    monkeypatch.setattr(running, "_BLOCK_FRAMES", {"cpu": block})
    xy = clip(90)
    padded = torch.from_numpy(np.pad(xy, ((13, 13), (0, 0), (0, 0)), mode="edge"))[None]
    whole = weights.module()(padded)[0].numpy() * 1000
    np.testing.assert_allclose(lifted(Runner(weights, device="cpu"), xy), rooted(whole), atol=1e-2)


def test_videopose3d_frame_by_frame_in_windows_of_its_receptive_field_gives_the_same(tmp_path) -> None:
    """The windowed evaluation of the reference implementation: one strided pass per frame."""
    weights = random_lifter(tmp_path / "w.safetensors", "videopose3d")
    xy = clip(40)
    padded = np.pad(xy, ((13, 13), (0, 0), (0, 0)), mode="edge")
    windows = torch.from_numpy(np.stack([padded[t : t + 27] for t in range(40)]))
    single = weights.module().strided(windows)[:, 0].numpy() * 1000
    np.testing.assert_allclose(lifted(Runner(weights, device="cpu"), xy), rooted(single), atol=1e-2)


def test_windows_of_motionbert_follow_one_another_and_the_last_is_shorter(tmp_path) -> None:
    """The reference implementation's own evaluation: chunks of the longest length, the rest by itself."""
    weights = random_lifter(tmp_path / "w.safetensors", "motionbert", confidence=True)
    xy, confidence = clip(70), confidences(70)
    inputs = torch.from_numpy(np.concatenate([xy, confidence[..., None]], -1))
    module = weights.module()
    chunks = [module(inputs[None, a : a + 27])[0].numpy() for a in (0, 27, 54)]
    runner = Runner(weights, device="cpu")
    np.testing.assert_allclose(lifted(runner, xy, confidence), rooted(np.concatenate(chunks)) * 1000, atol=2e-3)
    assert runner.seams(70) == (27, 54)
    assert runner.seams(27) == ()


@pytest.mark.parametrize("block", [27, 60, 500])
@pytest.mark.parametrize("n_frames", [27, 28, 44, 45, 46, 99])
def test_overlapping_windows_each_frame_from_the_window_whose_border_is_farther(
    tmp_path, monkeypatch, n_frames, block
) -> None:  # fmt: skip
    weights = random_lifter(tmp_path / "w.safetensors", "motionbert")
    monkeypatch.setattr(running, "_BLOCK_FRAMES", {"cpu": block})
    xy = clip(n_frames)
    runner = Runner(weights, device="cpu", overlap=10)
    module, inputs = (
        weights.module(),
        torch.from_numpy(np.concatenate([xy, np.ones((n_frames, 17, 1), np.float32)], -1)),
    )
    starts = [0]
    while starts[-1] + 27 < n_frames:
        starts.append(starts[-1] + 17)
    expected = np.empty((n_frames, 17, 3), np.float32)
    for start in starts:  # a later window takes over five frames after it begins, in the middle of the overlap
        chunk = module(inputs[None, start : start + 27])[0].numpy() * 1000
        first = 0 if start == 0 else 5
        expected[start + first : start + 27] = chunk[first:]
    np.testing.assert_allclose(lifted(runner, xy), rooted(expected), atol=2e-3)
    assert runner.seams(n_frames) == tuple(start + 5 for start in starts[1:])


def test_simplebaseline3d_standardises_pixels_and_undoes_the_standardisation_of_its_output(tmp_path) -> None:
    weights = random_lifter(tmp_path / "w.safetensors", "simplebaseline3d")
    xy = clip(3)
    pixels = 500 + 500 * xy  # a picture 1000 wide, its centre the origin of the screen
    standard = (pixels - weights.statistics["input_mean"].numpy()) / weights.statistics["input_std"].numpy()
    out = weights.module()(torch.from_numpy(standard.astype(np.float32))).numpy()
    millimetres = out * weights.statistics["target_std"].numpy() + weights.statistics["target_mean"].numpy()
    poses = lifted(Runner(weights, device="cpu"), xy)
    np.testing.assert_allclose(poses[:, 1:], millimetres, atol=1e-2)


@pytest.mark.parametrize("centre_x", [0.0, 0.92])
@pytest.mark.parametrize("model", MODELS)
def test_flip_averaging_makes_the_lifter_blind_to_mirrors(tmp_path, model, centre_x) -> None:
    """Lifting the mirrored picture gives the mirrored poses exactly: the average is of the same two passes."""
    runner = Runner(random_lifter(tmp_path / "w.safetensors", model), flip=True, device="cpu")
    xy, confidence = clip(40), confidences(40)
    mirrored = xy[:, list(MIRROR)] * np.array([-1, 1], np.float32) + np.array([2 * centre_x, 0], np.float32)
    one = lifted(runner, xy, confidence, centre_x)
    other = lifted(runner, mirrored, confidence[:, list(MIRROR)], centre_x)
    np.testing.assert_allclose(other[:, list(MIRROR)] * [-1, 1, 1], one, atol=5e-3)
    plain = Runner(random_lifter(tmp_path / "w.safetensors", model), flip=False, device="cpu")
    assert np.abs(lifted(plain, xy, confidence, centre_x) - one).max() > 0.1


def test_flip_is_as_published_unless_it_is_chosen(tmp_path) -> None:
    weights = random_lifter(tmp_path / "w.safetensors", "videopose3d", flip=True)
    assert Runner(weights, device="cpu").flip
    assert not Runner(weights, device="cpu", flip=False).flip


@pytest.mark.parametrize(("layout", "pairs"), [
    ("h36m17", {1: 4, 2: 5, 3: 6, 11: 14, 12: 15, 13: 16, 0: 0, 9: 9}),
    ("h36m16", {1: 4, 2: 5, 3: 6, 10: 13, 11: 14, 12: 15, 0: 0, 9: 9}),  # without the neck arms begin at 10
    ("coco17", {1: 2, 3: 4, 5: 6, 7: 8, 9: 10, 11: 12, 13: 14, 15: 16, 0: 0}),
])  # fmt: skip
def test_mirrored_joint_sets(layout, pairs) -> None:
    order = MIRRORED[layout]
    assert all(order[a] == b and order[b] == a for a, b in pairs.items())
    assert sorted(order) == list(range(len(order)))


@pytest.mark.parametrize("model", MODELS)
def test_out_of_memory_halves_the_block_and_loses_nothing(tmp_path, monkeypatch, model) -> None:
    weights = random_lifter(tmp_path / "w.safetensors", model)
    xy = clip(300)
    expected = lifted(Runner(weights, device="cpu"), xy)
    runner = Runner(weights, device="cpu")
    forward = runner._model.forward

    def short_of_memory(inputs: torch.Tensor) -> torch.Tensor:
        if inputs[..., 0, 0].numel() > 120:
            raise RuntimeError("CUDA out of memory")
        return forward(inputs)

    monkeypatch.setattr(runner._model, "forward", short_of_memory)
    np.testing.assert_allclose(lifted(runner, xy), expected, atol=5e-3)


def test_where_nothing_fits_one_line_says_so(tmp_path, monkeypatch) -> None:
    runner = Runner(random_lifter(tmp_path / "w.safetensors", "videopose3d"), device="cpu")

    def full(inputs: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(runner._model, "forward", full)
    with pytest.raises(AnglescopeError, match="out of memory on cpu: not even 32 frames fit"):
        lifted(runner, clip(300))


@pytest.mark.parametrize(("model", "overlap"), [("videopose3d", 5), ("simplebaseline3d", 1), ("motionbert", 27)])
def test_overlap_only_where_windows_can_overlap(tmp_path, model, overlap) -> None:
    with pytest.raises(UsageError, match=f"--overlap {overlap}: only MotionBERT"):
        Runner(random_lifter(tmp_path / "w.safetensors", model), device="cpu", overlap=overlap)
