"""The answer in a few sentences, and what a reader must know before believing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.evaluation import ReferenceKind
from core.report.facts import estimator_words, floor_deg, near_floor, rig_notes, simulated
from core.report.records import Section, Subject, Table
from core.study.budget.confounders import Confounder
from core.study.pairs import Pair, Verdict
from core.study.words import (
    BY,
    alike_word,
    level_words,
    listed,
    number,
    of_chance,
    percent,
    several,
    span,
    verdict_line,
    verdict_word,
    with_span,
)

__all__ = ["in_short", "verdict_lines", "warnings_of"]

_MOST = 6
"""Pairs that are told one by one beside their verdicts."""


def in_short(subject: Subject) -> Section:
    """The first section: how far the verdicts of :func:`verdict_lines` carry, and their numbers."""
    study = subject.study
    return Section("in-short", "In short", tuple(_orders(subject)), tables=_tables(subject) if study.pairs else ())


def verdict_lines(subject: Subject) -> tuple[str, ...]:
    """A sentence for every pair; of a single lifter its numbers."""
    study = subject.study
    if study.pairs:
        return tuple(" ".join((verdict_line(pair, _by_others(subject, pair)), *_hangs_on(subject, pair)))
                     for pair in study.pairs)  # fmt: skip
    by = study.options.by
    return tuple(
        f"{point.lifter}: {BY[by]} {with_span(point.positions_mm[by])} mm, angle error {with_span(point.mae_deg, 2)}° "
        f"({level_words(study.options.level)} intervals). With one lifter there is nothing to compare."
        for point in study.points
    )


def _by_others(subject: Subject, pair: Pair) -> list[Pair]:
    """The same two lifters by the other position errors."""
    two = {pair.fewer_mm, pair.other}
    return [other for other in subject.study.other_pairs if {other.fewer_mm, other.other} == two]


def _hangs_on(subject: Subject, pair: Pair) -> Iterator[str]:
    """What the finding on a pair becomes without a confounder, where that is another."""
    budget, two = subject.budget, (pair.fewer_mm, pair.other)
    if budget is None:
        return
    for each in budget.changes(*two):
        yield f"⚠ With {each} taken out: {verdict_word(budget.verdict(*two, each))}."
    if not budget.holds(*two):
        yield f"⚠ With all confounders of the budget taken out: {verdict_word(budget.verdict(*two, *Confounder))}."


def _orders(subject: Subject) -> Iterator[str]:
    """What the orders of all lifters say together, and the clips."""
    study, n = subject.study, len(subject.lifters)
    if n < 2:
        return
    found = study.between[0]
    by, tau = BY[found.by], found.kendall.value
    if n > 2 and abs(tau) > 1 - 1e-9:
        how = "exactly that" if tau > 0 else "exactly the reverse of that"
        yield (f"The order of the {n} lifters by angle error is {how} by {by}. Two orders that have nothing to do with "
               f"each other are so in {of_chance(found.chance)}.")  # fmt: skip
    elif n > 2:
        yield (f"The orders of the {n} lifters by {by} and by angle error agree to Kendall's τ = {number(tau, 2)} "
               f"(1: one order, −1: opposite). A perfectly opposite one comes by chance in "
               f"{of_chance(found.chance)}.")  # fmt: skip
    if all(pair.verdict is Verdict.UNDECIDED for pair in study.pairs):
        yield "These orders are of means alone: no two lifters differ beyond chance in both."
    if len(study.pairs) <= _MOST:
        yield " ".join(map(_flips, study.pairs))


def _flips(pair: Pair) -> str:
    flips, share = pair.flips, pair.flips.share
    return (f"{pair.fewer_mm} and {pair.other}, clip by clip: on {flips.flipped:,} of "
            f"{several(flips.clips, 'clip')} ({percent(share.value)}; {span(100 * share.low, 100 * share.high, 0)}) "
            "the one with fewer mm has more degrees; unrelated orders would give "
            f"{percent(flips.expected)}.")  # fmt: skip


def _tables(subject: Subject) -> tuple[Table, ...]:
    study = subject.study
    margin = f"{study.options.margin_deg:g}°"
    heads = ("lifters", "by", "verdict", "difference, mm", "difference, °", f"alike within {margin}")
    rows = tuple(
        (f"{pair.fewer_mm} less {pair.other}", BY[pair.by], verdict_word(pair), with_span(pair.mm),
         with_span(pair.deg, 2),
         f"{alike_word(pair.equivalence)} "
         f"({span(pair.equivalence.interval.low, pair.equivalence.interval.high)})")
        for pair in (*study.pairs, *study.other_pairs)
    )  # fmt: skip
    few = "; of so few clusters that interval is mostly too narrow, and a yes no proof" if study.resampling.few else ""
    caption = (f"Differences, the first lifter less the other, with {level_words(study.options.level)} intervals. "
               f"{Verdict.REVERSED}: both are beyond chance, in opposite directions; {Verdict.AGREES}: in the same; "
               f"{Verdict.UNDECIDED}: at least one interval holds 0. Alike: the 90 % interval of the degrees lies "
               f"within ±{margin} (two one-sided tests){few}.")  # fmt: skip
    return (Table(caption, heads, rows, numbers=3),)


def _same_names(athletes: Sequence[str]) -> Iterator[str]:
    """Athletes of one name under several sports, which may be one person. athletes : of the clips, ``sport/name``."""
    sports: dict[str, set[str]] = {}
    for athlete in athletes:
        sport, _, name = athlete.rpartition("/")
        sports.setdefault(name, set()).add(sport)
    if shared := sorted(name for name, of in sports.items() if len(of) > 1):
        example = shared[0]
        yield (f"{several(len(shared), 'name')} of athletes in several sports ({example} in "
               f"{listed(sorted(sports[example]))}): counted as different people. Where they are not, intervals are "
               "too narrow.")  # fmt: skip


def warnings_of(subject: Subject) -> tuple[str, ...]:
    """What makes the numbers less than they seem, a line each; those of the run last."""
    study = subject.study
    lines = []
    if study.kind is ReferenceKind.STAND_IN:
        lines.append(f"STAND-IN REFERENCE: these clips have no labelled points that can serve; every angle error "
                     f"here is against {estimator_words(subject.record)} on the reference poses, not against "
                     "ISB angles.")  # fmt: skip
    if made := simulated(subject):
        lines.append(f"SIMULATED: {listed(made)} {'is' if len(made) == 1 else 'are'} made from the reference poses, "
                     "not the output of a lifter.")  # fmt: skip
    if study.resampling.few:
        lines.append(f"Few clusters ({study.resampling.stages}): percentile intervals of fewer than ten are "
                     "unreliable, most often too narrow. Verdicts speak of these athletes, not of "
                     "others.")  # fmt: skip
    lines += _same_names(study.scores.athletes)
    if (floor := floor_deg(subject)) > 0.5 * min(point.mae_deg.value for point in study.points):
        lines.append(f"The floor of the instrument, {number(floor)}°, is more than half of a lifter's angle error.")
    if near := near_floor(subject):
        lines.append(f"The floor is more than half of a lifter's error in {listed([title.lower() for title in near])}: "
                     "differences there are the estimator's as much as the lifters'.")  # fmt: skip
    lines += [f"Left out: {line}." for line in study.left_out]
    lines += [f"Unlike joints: {note}." for note in rig_notes(subject)]
    return (*lines, *subject.record["warnings"])
