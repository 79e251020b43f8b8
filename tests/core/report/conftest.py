"""The demo scored once with reasons, and its report once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.conventions import ShoulderView
from core.report.build import read_subject
from core.report.records import Subject
from core.study.over_time import over_time
from core.study.study import StudyOptions

DEMO = Path(__file__).parents[3] / "resources" / "demo"
QUICK = StudyOptions(resamples=300, seed=4)


@pytest.fixture(scope="session")
def results(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("report") / "results"
    scored = CliRunner().invoke(app, ["score", str(DEMO), "--out", str(out), "--reasons", "-j", "1"])
    assert scored.exit_code == 0, scored.output
    return out


@pytest.fixture(scope="session")
def reported(results):
    """How the command ended."""
    ended = CliRunner().invoke(app, ["report", str(results), "--resamples", "300", "--seed", "4", "--no-budget"])
    assert ended.exit_code == 0, ended.output
    return ended


@pytest.fixture(scope="session")
def folder(results, reported) -> Path:
    return results / "report"


@pytest.fixture(scope="session")
def subject(results) -> Subject:
    found = read_subject(results, QUICK)
    steps = over_time(results, found.study, ShoulderView.COMPONENTS)
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            return replace(found, over_time=ended.value)
