"""Numbers and comparisons in words, the same in figures, tables and text."""

from __future__ import annotations

import math

from core.study.budget.budget import CaseVerdict
from core.study.pairs import Pair, Verdict
from core.study.resampling import Interval

__all__ = ["BY", "POSITION", "level_words", "listed", "number", "of_chance", "percent", "several", "span",
           "verdict_line", "verdict_word", "with_span"]  # fmt: skip

BY = {"mpjpe_mm": "MPJPE", "n_mpjpe_mm": "N-MPJPE", "p_mpjpe_mm": "P-MPJPE"}
"""Position errors by the names of their columns."""

POSITION = {
    "mpjpe_mm": "MPJPE root-centred",
    "n_mpjpe_mm": "N-MPJPE root-centred with the best scale per frame",
    "p_mpjpe_mm": "P-MPJPE after the best similarity per frame",
}
"""The same with the alignment before them."""


def number(value: float, decimals: int = 1, unit: str = "") -> str:
    """With a true minus and no negative zero; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    text = f"{round(value, decimals) + 0.0:.{decimals}f}"
    return text.replace("-", "−") + unit


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return number(100 * share, 0, " %")


def span(low: float, high: float, decimals: int = 1, unit: str = "") -> str:
    """From one to the other."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "no interval"
    return f"{number(low, decimals)} to {number(high, decimals)}{unit}"


def with_span(of: Interval, decimals: int = 1, times: float = 1.0) -> str:
    """A number and its interval, without a unit. times : both are printed so many times as large."""
    return f"{number(times * of.value, decimals)} ({span(times * of.low, times * of.high, decimals)})"


def level_words(level: float) -> str:
    """The level of an interval as a percentage."""
    return f"{round(100 * level, 6):g} %"


def several(n: int, noun: str) -> str:
    """``1 clip``, ``1,200 clips``."""
    if n == 1:
        return f"1 {noun}"
    return f"{n:,} {noun.removesuffix('y')}ies" if noun.endswith("y") else f"{n:,} {noun}s"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def verdict_word(pair: Pair | CaseVerdict) -> str:
    """In one word."""
    return {Verdict.REVERSED: "reversed", Verdict.AGREES: "agrees", Verdict.UNDECIDED: "undecided"}[pair.verdict]


def verdict_line(pair: Pair) -> str:
    """Two lifters in a sentence with its numbers."""
    mm, deg, by = pair.mm, pair.deg, BY[pair.by]
    first = (f"{pair.fewer_mm} has {number(-mm.value)} mm less {by} than {pair.other} "
             f"({level_words(mm.level)} interval {span(-mm.high, -mm.low, _decimals(mm))})")  # fmt: skip
    if deg.value >= 0:
        second = f"but {number(deg.value)}° more angle error ({span(deg.low, deg.high, _decimals(deg))})"
    else:
        second = f"and {number(-deg.value)}° less angle error ({span(-deg.high, -deg.low, _decimals(deg))})"
    return f"{first} {second}: {verdict_word(pair)}{_why(pair)}."


def _decimals(of: Interval) -> int:
    """Enough to see on which side of 0 the ends lie."""
    return 1 if min(abs(of.low), abs(of.high)) >= 0.05 else 2


def _why(pair: Pair) -> str:
    if pair.verdict is not Verdict.UNDECIDED:
        return ""
    near = [what for what, of in ((BY[pair.by], pair.mm), ("angle error", pair.deg)) if not of.excludes_zero]
    return f", because the interval{'s' * (len(near) > 1)} of {listed(near)} hold{'s' * (len(near) == 1)} 0"


def of_chance(chance: float) -> str:
    """How likely an order is by chance."""
    return f"1 of {round(1 / chance):,} cases ({number(100 * chance, 0 if chance > 0.01 else 3)} %)"
