"""What curves are of, and what tests along them can and do show, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.report.records import Subject
from core.study.along import LEVEL, AlongTest, Stretch
from core.study.curves import Comparison, Movement
from core.study.words import number, several

__all__ = ["band_words", "counts_of", "over_all", "shown", "sure", "test_status", "whole"]


def counts_of(of: Movement) -> str:
    """Cycles, each once however many cameras saw it, and where they are from."""
    views = f" in {several(of.views, 'view')}" if of.views > of.cycles else ""
    return (f"{several(of.cycles, 'cycle')}{views}, {several(of.clips, 'clip')} of {several(of.takes, 'take')}, "
            f"{several(of.athletes, 'athlete')}")  # fmt: skip


def band_words(of: Movement) -> str:
    """What bands are of; of a single cycle there are none."""
    if of.cycles < 2:
        return "no bands, as there is one cycle"
    return f"bands: ± SD over {several(of.cycles, 'cycle')}" + (", views averaged" if of.views > of.cycles else "")


def sure(test: AlongTest) -> list[Stretch]:
    """Where it shows a difference, corrected for its family."""
    return [stretch for stretch in test.stretches if stretch.p_all < LEVEL]


def whole(stretch: Stretch) -> bool:
    """From end to end of the cycle."""
    return stretch.first == 0 and stretch.last == 100


def shown(compared: Sequence[Comparison]) -> list[Comparison]:
    """Those with a difference in any angle."""
    return [each for each in compared if any(sure(test) for test in each.tests)]


def over_all(compared: Sequence[Comparison]) -> tuple[int, str]:
    """Of how many athletes or takes signs were drawn, and which of the two, singular."""
    return max((test.n for each in compared for test in each.tests), default=0), compared[0].over.removesuffix("s")


def test_status(subject: Subject, of: Movement, compared: Sequence[Comparison], differs: str) -> str:
    """What was tested, how, and what came of it. compared : a family, not empty. differs : what bars then say."""
    n, what = over_all(compared)
    tests = [test for each in compared for test in each.tests]
    if not any(test.testable for test in tests):
        return f"Differences are not testable with {several(n, what)}{_least(tests)}: nothing is shown or ruled out."
    signs = f"{'all' if tests[0].exact else 'drawn'} {tests[0].signs:,} signs"
    family = f"{len(compared)} {_nouns(compared)} × {len(compared[0].tests)} angles"
    test = (f"Cluster permutation test by sign flips of {several(n, what)} ({signs}), level {100 * LEVEL:g} %, "
            f"corrected for {family}.")  # fmt: skip
    return " ".join([test, _found(compared, differs), *_reservations(subject, of, compared)])


def _least(tests: Sequence[AlongTest]) -> str:
    least = [test.least_p for test in tests if np.isfinite(test.least_p)]
    return f" (smallest attainable p {number(min(least), 2)})" if least else " (a test takes two at least)"


def _nouns(compared: Sequence[Comparison]) -> str:
    noun = "pair" if compared[0].second else "lifter"
    return noun if len(compared) == 1 else f"{noun}s"


def _found(compared: Sequence[Comparison], differs: str) -> str:
    bars = [stretch for each in compared for test in each.tests for stretch in sure(test)]
    if not bars:
        return "No difference is shown."
    text = f"Bars: {differs}; rows as numbered in the key."
    if n := sum(map(whole, bars)):
        text += f" {n} of {several(len(bars), 'bar')} go over the whole cycle and localise nothing."
    return text


def _reservations(subject: Subject, of: Movement, compared: Sequence[Comparison]) -> list[str]:
    found = []
    if compared[0].over == "takes":
        found.append(f"Takes of {several(of.athletes, 'athlete')} are taken as exchangeable: p is too small."
                     if of.athletes > 1 else "Takes are of one athlete: nothing is said of others.")  # fmt: skip
    weak = [angle.title for angle, *tests in zip(subject.angles, *(each.tests for each in compared), strict=True)
            if not all(test.testable for test in tests)]  # fmt: skip
    if weak:
        found.append(f"Not testable, for gaps: {', '.join(weak)}.")
    return found
