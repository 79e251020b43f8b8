"""Versions of what makes numbers: recorded with results, and compared between machines."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from core import __version__

__all__ = ["versions"]

_PACKAGES = ("numpy", "polars", "scipy", "msgspec", "torch")


def versions() -> dict[str, str]:
    """Versions of anglescope, Python and the libraries that make or write numbers."""
    found = {"anglescope": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
