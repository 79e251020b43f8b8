"""Frames a second of a 1080p film, painted and encoded, beside the same frames encoded alone and painted alone.

``pytest tests/benchmarks/test_film.py --benchmark-only -s``. The goal is ten a second on two cores. All three are
measured in turn in one run and the best round counts, so that a busy machine is seen as such: encoding alone is the
share of FFmpeg, which nothing here can change.
"""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path

import pytest

from tests.viewer.conftest import demo_content, demo_job, own_settings, screen  # noqa: F401 - fixtures
from tests.viewer.film.films import film
from viewer.film.encoding import mp4_encoder
from viewer.film.film import Film
from viewer.film.options import FilmFormat, FilmLayout
from viewer.film.painter import FilmPainter
from viewer.film.writing import write_film

FRAMES, ROUNDS = 60, 3
GOAL_FPS, OVER_ENCODING = 10.0, 0.35
"""Of the whole on two idle cores, and of what encoding alone reaches at any time."""


def painted(made: Film) -> None:
    painter = FilmPainter(made)
    for index in range(FRAMES):
        painter.pixels(index)


def encoding_fps(made: Film, path: Path) -> float:
    """Of pictures that are held in memory."""
    painter = FilmPainter(made)
    pictures = [painter.pixels(index).copy() for index in range(0, FRAMES, 6)]
    begun = time.perf_counter()
    with mp4_encoder(path, made.options.size, made.timing.rate, {}) as encoder:
        for index in range(FRAMES):
            encoder.add(pictures[index // 6])
        encoder.finish()
    return FRAMES / (time.perf_counter() - begun)


def fps_of(work) -> float:
    begun = time.perf_counter()
    work()
    return FRAMES / (time.perf_counter() - begun)


@pytest.mark.parametrize("layout", [FilmLayout.ANGLE, FilmLayout.TWELVE])
def test_1080p(benchmark, demo_content, tmp_path, layout):  # noqa: F811
    made = film(demo_content, 0, FRAMES - 1, size=(1920, 1080), layout=layout, speed=0.5)
    assert len(made.timing.frames) == FRAMES
    whole, alone, painting = [], [], []

    def one_round() -> None:
        whole.append(fps_of(lambda: deque(write_film(made, None, tmp_path / "x.mp4"), maxlen=0)))
        alone.append(encoding_fps(made, tmp_path / "y.mp4"))
        painting.append(fps_of(lambda: painted(made)))

    benchmark.pedantic(one_round, rounds=ROUNDS, iterations=1)
    best = {"whole": max(whole), "encoding alone": max(alone), "painting alone": max(painting)}
    benchmark.extra_info.update({name: round(value, 1) for name, value in best.items()})
    print(f"\n1080p, {layout}: " + ", ".join(f"{name} {value:.1f} frames/s" for name, value in best.items()))
    assert max(whole) >= min(GOAL_FPS, OVER_ENCODING * max(alone))


def test_gif(benchmark, demo_content, tmp_path):  # noqa: F811
    made = film(demo_content, 0, 4 * FRAMES - 1, size=(800, 450), format=FilmFormat.GIF)
    assert len(made.timing.frames) == FRAMES
    rate = []
    benchmark.pedantic(
        lambda: rate.append(fps_of(lambda: deque(write_film(made, None, tmp_path / "x.gif"), maxlen=0))),
        rounds=ROUNDS, iterations=1,
    )  # fmt: skip
    size = (tmp_path / "x.gif").stat().st_size / FRAMES / 1024
    print(f"\nGIF 800 × 450: {max(rate):.1f} frames/s, {size:.0f} KiB each")
