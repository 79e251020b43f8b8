"""Position errors against VideoPose3D's four functions, in one run; prints frames per second and the ratio."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from core.metrics.position import position_errors, position_errors_many

Array = NDArray[np.float64]
FRAMES = 240
CLIPS = 40


# The four functions of VideoPose3D's evaluation, written from their formulas (Pavllo et al. 2019). They return one
# number each; ours returns every joint of every frame.
def mpjpe(predicted: Array, target: Array) -> float:
    return float(np.mean(np.linalg.norm(predicted - target, axis=-1)))


def n_mpjpe(predicted: Array, target: Array) -> float:
    square = np.mean(np.sum(predicted**2, axis=-1, keepdims=True), axis=-2, keepdims=True)
    product = np.mean(np.sum(target * predicted, axis=-1, keepdims=True), axis=-2, keepdims=True)
    return mpjpe(product / square * predicted, target)


def p_mpjpe(predicted: Array, target: Array) -> float:
    mean_x, mean_y = target.mean(axis=1, keepdims=True), predicted.mean(axis=1, keepdims=True)
    x, y = target - mean_x, predicted - mean_y
    size_x = np.sqrt(np.sum(x**2, axis=(1, 2), keepdims=True))
    size_y = np.sqrt(np.sum(y**2, axis=(1, 2), keepdims=True))
    x, y = x / size_x, y / size_y
    u, s, vt = np.linalg.svd(np.matmul(x.transpose(0, 2, 1), y))
    v = vt.transpose(0, 2, 1)
    sign = np.sign(np.linalg.det(np.matmul(v, u.transpose(0, 2, 1))))
    v[:, :, -1] *= sign[:, None]
    s[:, -1] *= sign
    rotation = np.matmul(v, u.transpose(0, 2, 1))
    scale = s.sum(axis=1)[:, None, None] * size_x / size_y
    return mpjpe(scale * np.matmul(predicted, rotation) + mean_x - scale * np.matmul(mean_y, rotation), target)


def mean_velocity_error(predicted: Array, target: Array) -> float:
    return mpjpe(np.diff(predicted, axis=0), np.diff(target, axis=0))


def _videopose3d(source: Array, reference: Array) -> tuple[float, ...]:
    source, reference = source - source[:, :1], reference - reference[:, :1]
    return tuple(f(source, reference) for f in (mpjpe, n_mpjpe, p_mpjpe, mean_velocity_error))


def _clips() -> list[tuple[NDArray[np.float32], NDArray[np.float32], float, bool]]:
    random = np.random.default_rng(1)
    body = random.standard_normal((17, 3)) * (150, 150, 450)
    clips = []
    for _ in range(CLIPS):
        reference = body + 60 * random.standard_normal((FRAMES, 17, 3)) + (0, 0, 4000)
        source = reference + 40 * random.standard_normal((FRAMES, 17, 3))
        clips.append((source.astype(np.float32), reference.astype(np.float32), 60.0, True))
    return clips


def _frames_per_second(ways: dict[str, Callable[[], object]], rounds: int = 15) -> dict[str, float]:
    """Best of some rounds, taken in turn, so that a busy machine slows all of them alike."""
    best = dict.fromkeys(ways, np.inf)
    for _ in range(rounds):
        for name, way in ways.items():
            begin = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - begin)
    return {name: CLIPS * FRAMES / seconds for name, seconds in best.items()}


@pytest.mark.benchmark(group="position metrics")
def test_position_errors_against_videopose3d(benchmark: Callable[[Callable[[], object]], object]) -> None:
    clips = _clips()
    doubles = [(s.astype(np.float64), r.astype(np.float64)) for s, r, _, _ in clips]
    benchmark(lambda: position_errors_many(clips))
    speed = _frames_per_second({
        "ours, clips together": lambda: position_errors_many(clips),
        "ours, call per clip": lambda: [position_errors(s, r, fps, metric=m) for s, r, fps, m in clips],
        "VideoPose3D's functions, call per clip": lambda: [_videopose3d(s, r) for s, r in doubles],
    })  # fmt: skip
    peer = speed["VideoPose3D's functions, call per clip"]
    for name, rate in speed.items():
        print(f"{name}: {rate / 1e6:.2f} million frames/s, {rate / peer:.1f} x")
    # The mean of ours is their number: the same thing was measured.
    ours = position_errors(*clips[0][:3], metric=True)
    means = [np.nanmean(e, dtype=float) for e in (ours.mpjpe_mm, ours.n_mpjpe_mm, ours.p_mpjpe_mm)]
    theirs = _videopose3d(*doubles[0])
    np.testing.assert_allclose([*means, np.nanmean(ours.velocity_mm_s, dtype=float) / 60], theirs, rtol=1e-6)
    assert speed["ours, clips together"] > 4 * peer
