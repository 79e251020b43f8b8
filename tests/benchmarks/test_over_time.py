"""Moments and curves of 996 clips of about 240 frames and three lifters, from their CSVs; processor seconds of all
threads, which two cores share."""

from __future__ import annotations

import shutil
import time

import numpy as np
import pytest

from core.conventions import ShoulderView
from core.results.clip_table import read_rows
from core.study.over_time import over_time
from core.study.study import StudyOptions, study_of_scores
from tests.core.study.made import made_scores
from tests.scored_runs import score
from tests.simulated_sources import DEMO

CLIPS, ATHLETES, CAMERAS = 996, 8, 4
MOST_S = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The CSVs of the demo under as many names as are wanted."""
    demo, out = (tmp_path_factory.mktemp("bench_study") / name for name in ("demo", "large"))
    assert score(DEMO, demo).returncode == 0
    (out / "clips").mkdir(parents=True)
    sources = sorted((demo / "clips").iterdir())
    for number in range(CLIPS):
        shutil.copy(sources[number % len(sources)], out / "clips" / f"{name(number)}.csv")
    return demo, out


def name(number):
    return f"S{number // CAMERAS % ATHLETES}_Move_{number // CAMERAS}_cam_{number % CAMERAS}"


def test_996_clips_and_three_lifters(folder, benchmark):
    demo, out = folder
    lifters = [numbers.lifter for numbers in read_rows(demo)[0].lifters]
    rng = np.random.default_rng(1)
    scores = made_scores(
        rng.uniform(40, 60, (3, CLIPS)), rng.uniform(8, 12, (3, CLIPS)), lifters=lifters,
        athletes=[f"S{k // CAMERAS % ATHLETES}" for k in range(CLIPS)], takes=[f"{k // CAMERAS}" for k in range(CLIPS)],
        clips=[name(k) for k in range(CLIPS)],
    )  # fmt: skip
    study = study_of_scores(scores, StudyOptions())

    def everything() -> tuple[float, float]:
        began, busy = time.perf_counter(), time.process_time()
        steps = over_time(out, study, ShoulderView.COMPONENTS)
        while True:
            try:
                next(steps)
            except StopIteration as ended:
                found = ended.value
                break
        assert found.cyclic == 250 and len(found.moments.pairs) == 3
        return time.perf_counter() - began, time.process_time() - busy

    wall_s, busy_s = benchmark.pedantic(everything, rounds=1)
    print(f"\n{CLIPS} clips: {wall_s:.1f} s, {busy_s:.1f} s of processors")
    assert busy_s <= MOST_S
