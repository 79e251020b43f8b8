"""``anglescope doctor`` tells the truth about this installation, and about broken ones."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core import __version__
from core.cli.app import app
from core.cli.doctor import OPTIONAL, REQUIRED, Check, examine

ROOT = Path(__file__).parents[3]


def by_name() -> dict[str, Check]:
    return {check.name: check for check in examine()}


def test_here_scoring_works_and_says_so():
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0, result.output
    assert "Scoring works." in result.stdout


def test_json_holds_the_same_checks():
    report = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    assert report["works"] is True
    assert [check["name"] for check in report["checks"]] == [check.name for check in examine()]


@pytest.mark.parametrize("name", REQUIRED)
def test_versions_are_those_installed(name):
    assert by_name()[name] == Check(name, "ok", importlib.metadata.version(name))


@pytest.mark.parametrize(("name", "extra", "purpose"), OPTIONAL)
def test_optional_parts_are_found_or_come_with_the_command_that_brings_them(name, extra, purpose):
    check = by_name()[name]
    if importlib.util.find_spec(name) is None:
        assert (check.state, check.remedy) == ("optional", f'pip install "anglescope[{extra}]"')
        assert purpose in check.found
    else:
        assert check.state == "ok"


def test_python_processor_and_shipped_data():
    checks = by_name()
    assert sys.executable in checks["python"].found
    assert checks["anglescope"].found == __version__
    assert int(checks["processor"].found.split()[0]) == len(os.sched_getaffinity(0))
    assert "athletepose3d_a" in checks["landmark sets"].found
    assert checks["demo dataset"].found == "8 clips"


def doctor_where(setup: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a fresh interpreter that ``setup`` has prepared."""
    return subprocess.run(
        [sys.executable, "-c", f"{setup}\nfrom core.cli import main\nmain()", "doctor", "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["scipy", "polars", "platformdirs", "numpy", "torch"])
def test_a_missing_part_ends_with_1_and_the_command_that_mends_it(name):
    ended = doctor_where(f"import sys; sys.modules[{name!r}] = None")
    report = json.loads(ended.stdout)
    missing = [(check["name"], check["remedy"]) for check in report["checks"] if check["state"] == "missing"]
    assert (ended.returncode, report["works"]) == (1, False)
    assert (name, f"pip install {name}") in missing
    assert "Traceback" not in ended.stderr


def test_an_unwritable_cache_is_no_reason_to_fail(tmp_path):
    file_in_the_way = tmp_path / "cache"
    file_in_the_way.write_text("")
    ended = doctor_where("", ANGLESCOPE_CACHE_DIR=str(file_in_the_way))
    cache = next(check for check in json.loads(ended.stdout)["checks"] if check["name"] == "cache folder")
    assert (ended.returncode, cache["state"]) == (0, "optional")
    assert "cannot be written" in cache["found"]


def test_opengl_is_asked_about_only_where_the_window_can_be_opened():
    checks = by_name()
    assert ("opengl" in checks) == (checks["PySide6"].state == "ok")
