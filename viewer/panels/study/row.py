"""A row beside the plot of the study, and numbers with their intervals in it. No Qt here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from math import isfinite

from core.study.pairs import Verdict
from core.study.resampling import Interval
from viewer.numbers import number_text

__all__ = ["WARNING", "Kind", "Row", "held", "note", "with_range"]

WARNING = "⚠"
"""What makes a number or a verdict less than it seems."""
_TOGETHER = re.compile(r"\S+ \([^)]*\)|by chance \S+ %|\S+ %|\S+ mm|[τρ] \S+|\d+ of \d+")


class Kind(Enum):
    """What a row is of: words above others, two lifters, one lifter, or a note."""

    HEAD = 0
    PAIR = 1
    LIFTER = 2
    NOTE = 3


@dataclass(frozen=True, slots=True)
class Row:
    """names : of the lifters whose marks stand before it. title : beside them. lines : below. verdict : of a pair, None
    while nothing can be decided. warned : there are reservations about it. said : the whole in sentences.
    """

    kind: Kind
    title: str
    lines: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    verdict: Verdict | None = None
    warned: bool = False
    said: str = ""


def note(text: str, said: str = "") -> Row:
    """Words alone. said : the same in full."""
    return Row(Kind.NOTE, held(text), said=said or text)


def with_range(of: Interval, decimals: int, unit: str, *, signed: bool = False, turned: bool = False) -> str:
    """A number and its interval. turned : both with the other sign."""
    sign = -1 if turned else 1
    low, high = sorted((sign * of.low, sign * of.high))
    ends = [number_text(end, decimals, signed=signed) for end in (low, high)]
    span = f" ({ends[0]} to {ends[1]})" if isfinite(low) and isfinite(high) else " (no interval)"
    return number_text(sign * of.value, decimals, unit, signed=signed) + span


def held(text: str) -> str:
    """With intervals, percentages and units that lines do not break."""
    return _TOGETHER.sub(lambda found: found.group().replace(" ", "\u00a0"), text)
