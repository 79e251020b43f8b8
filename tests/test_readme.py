"""The README's tables come from the code, and its worked example is what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from core.cli import app
from core.conventions import markdown_table
from core.formats.registry import FORMATS
from tests.lifter_tables import experiment_of, normalisations_table, scores_of, scores_table, training_table

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


def same_but_for_rounding(table: str, tolerance: float) -> None:
    """The table stands in the README, numbers within ``tolerance`` (other processors round otherwise)."""
    rows = table.splitlines()
    start = README.index(rows[0])
    shown = README[start:].split("\n\n")[0].splitlines()
    number = re.compile(r"\d+(?:\.\d+)?")
    for printed in rows:
        fitting = [row for row in shown if number.sub("#", row) == number.sub("#", printed)]
        values = [float(text) for text in number.findall(printed)]
        apart = [
            max((abs(float(text) - value) for text, value in zip(number.findall(row), values, strict=True)), default=0)
            for row in fitting
        ]
        assert apart, printed
        assert min(apart) <= tolerance, printed


def test_errors_of_the_compact_lifters_are_those_of_their_cards() -> None:
    assert training_table() in README


def test_scores_of_the_compact_lifters_on_the_demo(tmp_path: Path) -> None:
    """Lifted and scored anew."""
    demo = ROOT / "resources" / "demo"
    same_but_for_rounding(scores_table({"demo, `_coco.npy`": scores_of(demo, tmp_path, "detected")}), 0.11)
    same_but_for_rounding(scores_table({"demo, projected": scores_of(demo, tmp_path, "projected")}), 0.11)


def test_scores_of_the_compact_lifters_on_opensim_ap3d(shared_data: Path, tmp_path: Path) -> None:
    """Lifted and scored anew: motion, cameras and angles by OpenSim (see the README of the data)."""
    rows = scores_of(shared_data / "opensim_ap3d", tmp_path, "detected")
    same_but_for_rounding(scores_table({"opensim_ap3d, `_coco.npy`": rows}), 0.11)


def test_the_normalisation_experiment_on_the_demo(tmp_path: Path) -> None:
    """Run anew."""
    same_but_for_rounding(normalisations_table(experiment_of(ROOT / "resources" / "demo", tmp_path)), 1.01)
