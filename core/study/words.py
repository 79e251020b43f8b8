"""Numbers and comparisons in words, the same in the report and on screen. Nothing here draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from core.study.pairs import Equivalence, Pair, Verdict
from core.study.resampling import Interval
from core.study.signs import SignTest

__all__ = ["BY", "POSITION", "alike_word", "level_words", "listed", "number", "of_chance", "otherwise_words", "percent",
           "several", "span", "test_words", "verdict_line", "verdict_word", "with_span"]  # fmt: skip

_ALPHA, _TELL = 0.05, 0.001
"""Above the first a test can show nothing; what a p cannot be below is told where it is above the second."""

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


class Decided(Protocol):
    """Whatever has a verdict."""

    @property
    def verdict(self) -> Verdict:
        """What is said of two lifters."""
        ...


def verdict_word(pair: Decided) -> str:
    """In one word."""
    return str(pair.verdict)


def alike_word(of: Equivalence) -> str:
    """Whether two are alike within the margin; where that is not shown they may be alike or not."""
    return "yes" if of.alike else "not shown"


def test_words(test: SignTest, athletes: int) -> str:
    """What was tested over what, and what so few can tell."""
    what = f"sign-flip test over {several(test.n, test.clusters.removesuffix('s'))}"
    if test.clusters == "takes" and athletes > 1:
        what += f" of {several(athletes, 'athlete')}, taken as exchangeable, which makes p too small"
    if test.p_least > _ALPHA:
        return f"{what} (no p below {test.p_least:.2g} can come of so few: nothing can be shown)"
    return f"{what} (no p below {test.p_least:.2g} can come of so few)" if test.p_least > _TELL else what


def verdict_line(pair: Pair, others: Sequence[Pair] = (), *, what: str = "angle error") -> str:
    """Two lifters in a sentence with its numbers. others : the same two by other position errors, whose verdicts are
    told where they are not the same. what : whose degrees these are.
    """
    mm, deg, by = pair.mm, pair.deg, BY[pair.by]
    level = f"{level_words(mm.level)} interval " if math.isfinite(mm.low) else ""
    first = (f"{pair.fewer_mm} has {number(-mm.value)} mm less {by} than {pair.other} "
             f"({level}{span(-mm.high, -mm.low, _decimals(mm))})")  # fmt: skip
    if deg.value >= 0:
        second = f"but {number(deg.value)}° more {what} ({span(deg.low, deg.high, _decimals(deg))})"
    else:
        second = f"and {number(-deg.value)}° less {what} ({span(-deg.high, -deg.low, _decimals(deg))})"
    return f"{first} {second}: {verdict_word(pair)}{_why(pair, what)}." + _otherwise(pair, others)


def _otherwise(pair: Pair, others: Sequence[Pair]) -> str:
    """What other alignments say: what vanishes with scale or turn is a matter of these."""
    told = otherwise_words(pair, others)
    return f" ⚠ But {told}: a matter of the alignment." if told else ""


def otherwise_words(pair: Decided, others: Sequence[Pair]) -> str:
    """``undecided by N-MPJPE and agrees by P-MPJPE``: those of the others that say something else; '' for none."""
    told: dict[str, list[str]] = {}
    for other in others:
        if other.verdict is not pair.verdict:
            told.setdefault(verdict_word(other), []).append(BY[other.by])
    return listed([f"{word} by {listed(names)}" for word, names in told.items()]) if told else ""


def _decimals(of: Interval) -> int:
    """Enough to see on which side of 0 the ends lie."""
    return 1 if min(abs(of.low), abs(of.high)) >= 0.05 else 2


def _why(pair: Pair, what: str) -> str:
    if pair.verdict is not Verdict.UNDECIDED:
        alike = f", though alike within {pair.equivalence.margin_deg:g}°" if pair.equivalence.alike else ""
        return (f", in {pair.alike} of {several(pair.athletes, 'athlete')}" if pair.athletes else "") + alike
    if not (math.isfinite(pair.mm.low) and math.isfinite(pair.deg.low)):
        return ", because there is no interval"
    near = [name for name, of in ((BY[pair.by], pair.mm), (what, pair.deg)) if not of.excludes_zero]
    return f", because the interval{'s' * (len(near) > 1)} of {listed(near)} hold{'s' * (len(near) == 1)} 0"


def of_chance(chance: float) -> str:
    """How likely an order is by chance."""
    return f"1 of {round(1 / chance):,} cases ({number(100 * chance, 0 if chance > 0.01 else 3)} %)"
