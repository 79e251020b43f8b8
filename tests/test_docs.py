"""The page on training with angles says what the committed numbers say."""

from __future__ import annotations

import json
import shlex

import pytest
import typer

from core.cli.app import app
from tests.sweep_tables import DOCS, front_table, sweep_rows

PAGE = (DOCS / "angle_aware_training.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("domain", ["in", "out"])
def test_the_tables_are_those_of_the_numbers(domain: str) -> None:
    assert front_table(sweep_rows("lambda_sweep.csv"), domain) in PAGE


def test_the_command_is_the_one_that_was_run_and_still_one() -> None:
    about = json.loads((DOCS / "lambda_sweep.json").read_text(encoding="utf-8"))
    _, *words = shlex.split(about["command"])
    sweep = typer.main.get_command(app).commands["train"].commands["lambda-sweep"]  # type: ignore[attr-defined]
    made = sweep.make_context("lambda-sweep", words[2:], resilient_parsing=False)
    assert made.params["frames"] == 270_000
    assert " ".join(words[:4]) in PAGE
    assert f"--frames {made.params['frames']} -o {made.params['out']}" in PAGE
