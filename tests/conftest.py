"""Fixtures shared by all tests, and what a run says of the data it had to do without."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # workers that each take all cores for torch wait for each other

SHARED_DATA = Path(os.environ.get("ANGLESCOPE_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
NO_DATA = "third-party test data not found"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with third-party motion and lifter outputs, not part of the repository.

    Where it is absent the test is skipped, or fails if ANGLESCOPE_REQUIRE_DATA is set: a run that has to check against
    real data must not pass without.
    """
    if not SHARED_DATA.is_dir():
        reason = f"{NO_DATA} at {SHARED_DATA}"
        if os.environ.get("ANGLESCOPE_REQUIRE_DATA"):
            pytest.fail(f"{reason}, and ANGLESCOPE_REQUIRE_DATA is set")
        pytest.skip(reason)
    return SHARED_DATA


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line on the tests that only the third-party data can run; skips are easily overlooked among dots."""
    reports = terminalreporter.stats.get("skipped", [])
    lacking = sum(isinstance(r.longrepr, tuple) and NO_DATA in r.longrepr[2] for r in reports)
    if lacking:
        terminalreporter.write_line(
            f"{lacking} tests on recorded motion and real lifter outputs were skipped: {NO_DATA} at {SHARED_DATA}. "
            "Set ANGLESCOPE_TEST_DATA=/path/to/data to run them.",
            yellow=True,
        )
