"""Numbers as people read them: a true minus sign, no negative zero, a dash for what is missing. No Qt here."""

from __future__ import annotations

import math

__all__ = ["MISSING", "number_text", "short_text", "with_minus"]

MISSING = "–"
"""What stands where there is no number."""


def number_text(value: float, decimals: int = 1, unit: str = "", *, signed: bool = False) -> str:
    """A number with so many decimals and its unit. signed : with a plus too; nought has no sign."""
    if math.isnan(value):
        return MISSING
    rounded = round(float(value), decimals) + 0.0  # no −0.0
    return with_minus(f"{rounded:{'+' if signed and rounded else ''}.{decimals}f}{unit}")


def short_text(value: float, unit: str = "") -> str:
    """A number with no more decimals than it needs, such as a tick of an axis."""
    return with_minus(f"{value + 0.0:g}{unit}")


def with_minus(number: str) -> str:
    """A number that is text already, with the minus sign of typography for its hyphen."""
    return number.replace("-", "−")
