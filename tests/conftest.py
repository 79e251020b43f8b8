"""Fixtures shared by all tests, and what a run says of the data it had to do without."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
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


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of 160 KiB in memory."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root on Linux")
    place = tmp_path / "disk"
    place.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", str(place).encode(), b"tmpfs", 0, b"size=160k") != 0:
        pytest.skip(f"cannot mount: {os.strerror(ctypes.get_errno())}")
    yield place
    libc.umount2(str(place).encode(), 2)


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
