"""Seconds that a figure takes from the button to its file: each panel and the whole page, in every format.

``pytest tests/benchmarks/test_figures.py --benchmark-only -s``. The goal is three seconds; it is held against the time
of the processor, so that a busy machine is seen as such, and the time that passes is printed beside it.
"""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.viewer.conftest import demo_content, demo_job, finished, own_settings, screen  # noqa: F401 - fixtures
from tests.viewer.figures.conftest import subject_of
from viewer.figures.choices import FigureChoices, FigureFormat, FigureKind
from viewer.figures.writing import export_figure

GOAL_S = 3.0
_IMPORTS = "import matplotlib.figure, matplotlib.textpath, matplotlib.font_manager"


@pytest.mark.parametrize("kind", [FigureKind.PAGE, FigureKind.TRACES, FigureKind.SCENE])
@pytest.mark.parametrize("form", FigureFormat)
def test_export(benchmark, demo_content, tmp_path, kind, form):  # noqa: F811
    """A figure of two columns with its data and its provenance."""
    subject, choices, path = (
        subject_of(demo_content),
        FigureChoices(kind=kind, format=form),
        tmp_path / f"figure.{form}",
    )
    worked_s = []

    def export() -> None:
        begun = time.thread_time()
        finished(export_figure(subject, choices, dict, path))
        worked_s.append(time.thread_time() - begun)

    benchmark.pedantic(export, rounds=3, iterations=1, warmup_rounds=1)
    passed_s, kib = benchmark.stats.stats.min, path.stat().st_size / 1024
    print(f"\n{kind} as {form}: {min(worked_s):.2f} s of work, {passed_s:.2f} s passed, {kib:.0f} KiB")
    assert min(worked_s) <= GOAL_S


def test_matplotlib_is_loaded(benchmark):
    """What the first figure of a session takes more."""
    benchmark.pedantic(lambda: subprocess.run([sys.executable, "-c", _IMPORTS], check=True), rounds=3, iterations=1)
    print(f"\nloading matplotlib: {benchmark.stats.stats.min:.2f} s passed")
    assert benchmark.stats.stats.min <= GOAL_S
