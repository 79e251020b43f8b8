"""2D brought to the model's frame rate and poses back: straight lines survive exactly, blocks change nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lifters.lifting import LiftOptions, lifted_poses, prepare
from core.lifters.rates import at_rate, back_to_frames
from core.lifters.running import Runner
from core.records import Poses2D
from tests.random_lifter import random_lifter


def moving(n_frames: int, fps: float) -> Poses2D:
    """Every keypoint on its own straight line, 100 px a second."""
    start = np.random.default_rng(0).uniform(300, 700, (17, 2))
    xy = start + np.arange(n_frames)[:, None, None] / fps * np.array([100.0, -50.0])
    return Poses2D(xy, "h36m17", fps, np.ones((n_frames, 17)), (1000, 1000))


@pytest.mark.parametrize(
    ("n_frames", "fps", "frames"), [(121, 120.0, 51), (60, 60.0, 50), (25, 25.0, 49), (1, 60.0, 1)]
)
def test_keypoints_at_another_rate_lie_on_the_same_lines(n_frames, fps, frames) -> None:
    brought = at_rate(moving(n_frames, fps), 50.0)
    assert brought.fps == 50.0
    np.testing.assert_allclose(brought.xy_px, moving(frames, 50.0).xy_px, atol=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 90), st.floats(0.2, 4.0), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_poses_back_at_the_frames_whatever_the_blocks(n_frames, step, sizes) -> None:
    """A straight line in the model's time is the same line in the clip's; numpy's interp is the other opinion."""
    there = max(1, int((n_frames - 1) * step + 1e-6) + 1)
    poses = (np.arange(there)[:, None, None] * np.ones((17, 3)) + np.arange(51).reshape(17, 3)).astype(np.float32)
    poses[:, 5] = np.random.default_rng(1).normal(size=(there, 3))
    edges = np.minimum(np.cumsum(sizes * there), there)
    blocks = [poses[a:b] for a, b in zip([0, *edges], [*edges, there], strict=False) if b > a]
    back = np.concatenate(list(back_to_frames(blocks, step, n_frames)))
    expected = np.stack([np.interp(np.arange(n_frames) * step, np.arange(there), column)
                         for column in poses.reshape(there, -1).T], axis=-1)  # fmt: skip
    np.testing.assert_allclose(back, expected.reshape(n_frames, 17, 3), atol=2e-4)


def test_a_clip_at_twice_the_trained_rate_gives_every_other_pose_of_the_model(tmp_path) -> None:
    runner = Runner(random_lifter(tmp_path / "w.safetensors", "videopose3d", fps=50.0), device="cpu")
    fast, slow = moving(81, 100.0), moving(41, 50.0)
    brought = lifted_poses(runner, fast, LiftOptions(at_trained_rate=True)).xyz_mm
    np.testing.assert_allclose(brought[::2], lifted_poses(runner, slow).xyz_mm, atol=1e-2)
    assert np.abs(brought - lifted_poses(runner, fast).xyz_mm).max() > 0.1


def test_it_is_said_where_the_rates_differ(tmp_path) -> None:
    card = random_lifter(tmp_path / "w.safetensors", "videopose3d", fps=50.0).card
    said = prepare(moving(30, 120.0), card, LiftOptions()).notes
    assert "the model was trained at 50 frames per second, this clip has 120: it sees another span of time" in said
    said = prepare(moving(30, 120.0), card, LiftOptions(at_trained_rate=True)).notes
    assert any("2D was brought to 50 and poses back" in line for line in said)
    assert not [line for line in prepare(moving(30, 50.0), card, LiftOptions()).notes if "trained at" in line]
