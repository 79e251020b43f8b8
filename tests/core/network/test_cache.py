"""The cache of series: bounded, shared through a folder, and never a reason to fail or to be wrong."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest

from core.network.cache import AngleCache


def series(frames: int, value: float = 0.0) -> np.ndarray:
    return np.full((frames, 24), value, dtype=np.float32)


def test_memory_keeps_what_was_used_last():
    cache = AngleCache(memory_bytes=3 * series(10).nbytes)
    for key in "abc":
        cache.put(key * 64, series(10, ord(key)))
    cache.get("a" * 64)
    cache.put("d" * 64, series(10))
    assert [cache.get(key * 64) is not None for key in "abcd"] == [True, False, True, True]
    cache.put("e" * 64, series(40))  # larger than the bound by itself
    assert cache.get("e" * 64) is None


def test_what_comes_back_cannot_be_changed():
    cache = AngleCache()
    cache.put("a" * 64, series(3))
    with pytest.raises(ValueError, match="read-only"):
        cache.get("a" * 64)[0] = 1.0


def test_another_process_finds_it_in_the_folder(tmp_path):
    cache = AngleCache(tmp_path)
    values = np.random.default_rng(0).normal(size=(7, 24)).astype(np.float32)
    values[3] = np.nan
    cache.put("a" * 64, values)
    copy = pickle.loads(pickle.dumps(cache))
    np.testing.assert_array_equal(copy.get("a" * 64), values)
    assert AngleCache().get("a" * 64) is None


@pytest.mark.parametrize("damage", [
    lambda d: d[:-1], lambda d: d[:-96], lambda d: d[:40] + b"x" + d[41:], lambda d: d[:0],
])  # fmt: skip
def test_a_damaged_file_is_not_used(tmp_path, damage):
    AngleCache(tmp_path).put("a" * 64, series(5, 1.0))
    (path,) = tmp_path.glob("*/*")
    path.write_bytes(damage(path.read_bytes()))
    assert AngleCache(tmp_path).get("a" * 64) is None


def test_the_folder_stays_below_its_bound(tmp_path):
    bound = 40 * series(10).nbytes
    for number in range(200):
        AngleCache(tmp_path, disk_bytes=bound).put(f"{number:064x}", series(10, number))
        path = next(tmp_path.glob(f"*/{number:064x}*"))
        os.utime(path, ns=(number, number))  # the order of use, whatever the clock's resolution
    sizes = [path.stat().st_size for path in tmp_path.glob("*/*")]
    assert 0.5 * bound < sum(sizes) <= bound + series(10).nbytes + 4 * len(sizes)
    assert AngleCache(tmp_path).get(f"{199:064x}") is not None
    assert AngleCache(tmp_path).get(f"{0:064x}") is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    cache = AngleCache(blocked)
    cache.put("a" * 64, series(3, 2.0))
    np.testing.assert_array_equal(cache.get("a" * 64), series(3, 2.0))
    assert blocked.read_text() == "in the way"
