"""Reading MMPose JSON against ``json`` + ``np.array``, on the same bytes in the same run. Goal: at least 3 times."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from core.formats.base import ReadOptions
from core.formats.mmpose import JSON

FRAMES = 3000


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """A clip of 3,000 frames with one person each, as the inferencer writes it (about 5 MB)."""
    rng = np.random.default_rng(0)
    frames = [
        {"frame_id": i, "instances": [{"keypoints": rng.normal(size=(17, 3)).tolist(),
         "keypoint_scores": rng.random(17).tolist(), "bbox": [rng.random(4).tolist()], "bbox_score": 0.9}]}
        for i in range(FRAMES)
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("mmpose") / "video.json"
    path.write_text(json.dumps(frames))
    return path


def naive(path):
    """What a script does: parse everything, then stack the lists."""
    with path.open() as file:
        frames = json.load(file)
    return np.array([frame["instances"][0]["keypoints"] for frame in frames])


def ours(path):
    """The whole reader: bytes, hash, checks, reflection undone, frozen record."""
    return JSON.read(path, ReadOptions()).items[0].record.xyz_mm


def best_seconds(path, rounds=15):
    """Best time of each, taken in turns, so that what else the machine does falls on both."""
    times = {naive: [], ours: []}
    for _ in range(rounds):
        for work, taken in times.items():
            start = time.perf_counter()
            work(path)
            taken.append(time.perf_counter() - start)
    return min(times[naive]), min(times[ours])


def test_reader_against_json_and_numpy(benchmark, video, capsys):
    raw = naive(video)
    camera = np.stack([-raw[..., 0], -raw[..., 2], raw[..., 1]], axis=-1)
    assert np.allclose(ours(video), (camera - camera[:, :1]) * 1000, atol=1e-2)
    benchmark(ours, video)
    slow, fast = best_seconds(video)
    size_mb = video.stat().st_size / 1e6
    with capsys.disabled():
        print(f"\nMMPose JSON: {size_mb / fast:.0f} MB/s, json + np.array {size_mb / slow:.0f} MB/s, "
              f"ratio {slow / fast:.1f} (goal 3)")  # fmt: skip
    assert slow / fast >= 3
