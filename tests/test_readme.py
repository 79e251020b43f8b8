"""The README's tables come from the code, and its worked example is what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from core.cli import app
from core.conventions import markdown_table
from core.formats.registry import FORMATS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"-?\d+\.\d+")


def test_angle_table_is_the_table_of_the_code() -> None:
    assert markdown_table() in README


def test_every_format_is_listed_with_its_title() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    for known in FORMATS:
        assert any(row.startswith(f"| `{known.name}` | {known.title} |") for row in rows), known.name


def test_worked_example_is_what_the_program_prints(tmp_path: Path) -> None:
    """Words equal, numbers within one unit of the last digit shown (other processors round otherwise)."""
    demo, results = tmp_path / "demo", tmp_path / "results"
    runner = CliRunner()
    assert runner.invoke(app, ["demo", str(demo)]).exit_code == 0
    result = runner.invoke(app, ["score", str(demo), "--out", str(results), "--jobs", "1"])
    assert result.exit_code == 0, result.output
    block = README.split("anglescope score demo --out results\n")[1].split("\n```")[0]
    shown, printed = block.splitlines()[1:], result.stdout.splitlines()[1:]
    assert [NUMBER.sub("#", line) for line in shown] == [NUMBER.sub("#", line) for line in printed]
    for a, b in zip(NUMBER.findall("\n".join(shown)), NUMBER.findall("\n".join(printed)), strict=True):
        assert abs(float(a) - float(b)) < 0.0101
