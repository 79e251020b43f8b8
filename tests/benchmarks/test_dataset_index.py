"""Indexing 5,154 clips cold (no cache of ours; the system may hold the files) and warm, and opening one clip.

Prints what was measured beside the limit that is asked: 3 s, 0.3 s and 20 ms.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.dataset import load_clip, open_dataset
from tests.ap3d_layout import clip_info, poses_of, walking_points, write_clip, write_dataset

N_CLIPS = 5154
COLD_S, WARM_S, OPEN_S = 3.0, 0.3, 0.020


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many clips as AthletePose3D has, of 2 frames, in 3 splits of 5 athletes; 4 files each."""
    root = write_dataset(tmp_path_factory.mktemp("large"), {"data/train_set/S1": ["Axel_1_cam_1"]})
    points = walking_points(2)
    parts = {".json": json.dumps(clip_info()).encode()}
    source = root / "array.npy"
    for ending, array in ((".npy", points), ("_h36m.npy", poses_of(points)), ("_coco.npy", np.zeros((2, 17, 2), "f4"))):
        np.save(source, array)
        parts[ending] = source.read_bytes()
    source.unlink()
    for number in range(1, N_CLIPS):
        folder = root / "data" / ("train_set", "valid_set", "test_set")[number % 3] / f"S{number // 3 % 5 + 1}"
        folder.mkdir(parents=True, exist_ok=True)
        for ending, data in parts.items():
            (folder / f"Flip_{number}_cam_1{ending}").write_bytes(data)
    return root


@pytest.mark.benchmark(group="dataset index")
def test_index_cold(benchmark, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = iter(range(100))

    def fresh_cache() -> None:
        monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path / f"cache{next(rounds)}"))

    dataset = benchmark.pedantic(open_dataset, (large,), setup=fresh_cache, rounds=3)
    assert len(dataset) == N_CLIPS
    report("cold index", benchmark.stats["min"], COLD_S)


@pytest.mark.benchmark(group="dataset index")
def test_index_warm(benchmark, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path))
    open_dataset(large)
    dataset = benchmark.pedantic(open_dataset, (large,), rounds=5)
    assert len(dataset) == N_CLIPS
    report("warm index", benchmark.stats["min"], WARM_S)


@pytest.mark.benchmark(group="dataset index")
def test_open_one_clip(benchmark, large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANGLESCOPE_CACHE_DIR", str(tmp_path))
    write_clip(large / "data/test_set/S1", "Javelin_1_cam_1", 240)
    dataset = open_dataset(large)
    entry = dataset.entry("S1_Javelin_1_cam_1")
    clip = benchmark(load_clip, entry, dataset)
    assert clip.n_frames == 240
    for file in (large / "data/test_set/S1").glob("Javelin*"):
        file.unlink()
    report("open one clip of 240 frames", benchmark.stats["median"], OPEN_S)


def report(what: str, seconds: float, limit_s: float) -> None:
    print(f"\n{what}: {seconds * 1000:.1f} ms (limit {limit_s * 1000:.0f} ms)")
    assert seconds <= limit_s
