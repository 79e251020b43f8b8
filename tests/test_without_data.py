"""A run without the third-party data says so in one line, or fails where the data is required."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDS_DATA = "tests/core/results/test_angle_files.py::test_vicon_recordings_beside_their_archives_of_axes"


@pytest.mark.parametrize("required", [False, True])
def test_skips_for_lack_of_data_are_counted_and_can_be_forbidden(tmp_path: Path, required: bool) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ANGLESCOPE_", "PYTEST_"))}
    environment |= {"ANGLESCOPE_TEST_DATA": str(tmp_path / "nowhere")}
    if required:
        environment["ANGLESCOPE_REQUIRE_DATA"] = "1"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", NEEDS_DATA]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if required:
        assert ended.returncode == 1
        assert "ANGLESCOPE_REQUIRE_DATA is set" in ended.stdout
    else:
        assert ended.returncode == 0
        assert "1 tests on recorded motion and real lifter outputs were skipped" in ended.stdout
        assert "Set ANGLESCOPE_TEST_DATA=" in ended.stdout
