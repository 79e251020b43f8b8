"""What the study panel says of two lifters, in the words of the report. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from core.study.flips import Flips
from core.study.means import Point
from core.study.pairs import Equivalence, Pair, Verdict
from core.study.study import Study
from core.study.words import BY, listed, number, otherwise_words, percent, several, span, test_words, verdict_line
from viewer.panels.study.row import WARNING, Kind, Row, held

__all__ = ["by_groups", "of_angle", "others_of", "pair_row"]


def of_angle(pair: Pair, angle: int | None) -> Pair:
    """The pair with the degrees of one angle alone; of the angle it is not counted in how many athletes it is alike."""
    if angle is None:
        return pair
    return replace(
        pair, deg=pair.by_angle_deg[angle], flips=pair.flips_by_angle[angle], athletes=0, alike=0,
        equivalence=pair.equivalence_by_angle[angle], tests=(pair.tests[angle],),
    )  # fmt: skip


def others_of(study: Study, pair: Pair, angle: int | None) -> tuple[Pair, ...]:
    """The same two lifters by the other position errors."""
    two = {pair.fewer_mm, pair.other}
    return tuple(of_angle(each, angle) for each in study.other_pairs if {each.fewer_mm, each.other} == two)


def pair_row(
    pair: Pair, others: Sequence[Pair], short: Mapping[str, str], *, angle: str, changes: Sequence[str], athletes: int,
    drawn: bool,
) -> Row:  # fmt: skip
    """A row of two lifters. pair, others : of one angle where ``angle`` is its title. changes : what the verdict
    becomes without confounders. athletes : behind it. drawn : whether intervals are computed.
    """
    title = f"{short[pair.fewer_mm]} has fewer mm than {short[pair.other]}"
    names = (pair.fewer_mm, pair.other)
    if not drawn:
        numbers = f"{_less(pair, '', '')}; computing intervals…"
        return Row(Kind.PAIR, title, (held(numbers),), names, said=f"{title}: {numbers}")
    otherwise = otherwise_words(pair, others)
    lines = [_difference(pair), _flips(pair.flips), _how_sure(pair, others, otherwise)]
    if angle:
        lines.append(_test(pair))
    lines += [f"{WARNING} {otherwise}: a matter of the alignment"] if otherwise else []
    lines += [f"{WARNING} {line}" for line in changes]
    what = f"{angle.lower()} error" if angle else "angle error"
    said = [verdict_line(pair, others, what=what), f"{_flips(pair.flips)}.", f"{_capital(_alike(pair.equivalence))}."]
    said += [f"{WARNING} {_capital(line)}." for line in changes]
    if angle:
        test = pair.tests[0]
        said.append(
            f"{_capital(test_words(test, athletes))}: p {_p(test.p_adjusted)} corrected for all angles and pairs."
        )
    said.append(f"{several(pair.clips, 'clip')} compared.")
    warned = bool(otherwise or changes)
    return Row(Kind.PAIR, title, tuple(map(held, filter(None, lines))), names, pair.verdict, warned, " ".join(said))


def _difference(pair: Pair) -> str:
    if not (isfinite(pair.mm.low) and isfinite(pair.deg.low)):
        return f"{_less(pair, '', '')} (one take alone gives no interval)"
    mm, deg = pair.mm, pair.deg
    ends = (deg.low, deg.high) if deg.value >= 0 else (-deg.high, -deg.low)
    return _less(pair, f" ({span(-mm.high, -mm.low)})", f" ({span(*ends, 2)})")


def _less(pair: Pair, mm: str, deg: str) -> str:
    """``20.0 mm less (4.5 to 35.6) but 2.04° more (0.46 to 3.41)``."""
    more = pair.deg.value >= 0
    what = f"{'but' if more else 'and'} {number(abs(pair.deg.value), 2)}° {'more' if more else 'less'}"
    return f"{number(-pair.mm.value)} mm less{mm} {what}{deg}"


def _flips(flips: Flips) -> str:
    """On how many clips the one with fewer millimetres there has more degrees there."""
    share = flips.share
    ends = f"; {span(100 * share.low, 100 * share.high, 0)}" if isfinite(share.low) else ""
    return (f"{flips.flipped:,} of {several(flips.clips, 'clip')} flip "
            f"({percent(share.value)}{ends}), by chance {percent(flips.expected)}") if flips.clips else ""  # fmt: skip


def _how_sure(pair: Pair, others: Sequence[Pair], otherwise: str) -> str:
    """In how many athletes, by which other position errors, and whether the two are alike all the same."""
    athletes = f"in {pair.alike} of {several(pair.athletes, 'athlete')}" if pair.athletes else ""
    same = f"the same by {listed([BY[each.by] for each in others])}" if others and not otherwise else ""
    though = "though " if pair.equivalence.alike and pair.verdict is not Verdict.UNDECIDED else ""
    return " · ".join(filter(None, (athletes, same, though + _alike(pair.equivalence))))


def _alike(of: Equivalence) -> str:
    """Two one-sided tests: where it is not shown the two may be alike or not."""
    ends = f" (90 %: {span(of.interval.low, of.interval.high)}°)" if isfinite(of.interval.low) else ""
    return f"alike within {of.margin_deg:g}°{': not shown' if not of.alike else ''}{ends}"


def _test(pair: Pair) -> str:
    (test,) = pair.tests
    least = f", none below {_p(test.p_least)} possible" if test.p_least > 0.05 else ""
    return f"p {_p(test.p_adjusted)} corrected for all angles and pairs{least}" if isfinite(test.p_adjusted) else ""


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def by_groups(
    study: Study, points: Sequence[Point], angle: int | None, labels: Mapping[str, str], what: str,
    short: Mapping[str, str],
) -> list[Row]:  # fmt: skip
    """For every pair, in which groups the lifter with fewer millimetres there has more degrees there. points : of each
    lifter over each group. labels : what groups are called. what : they are, one of them.
    """
    by = study.options.by
    errors = {(p.group, p.lifter): (p.positions_mm[by].value,
                                    p.mae_deg.value if angle is None else p.by_angle_deg[angle].value)
              for p in points}  # fmt: skip
    groups = list(dict.fromkeys(p.group for p in points))
    rows = []
    for pair in study.pairs:
        both = {group: (errors[group, pair.fewer_mm], errors[group, pair.other]) for group in groups}
        signs = {group: (one[0] - two[0]) * (one[1] - two[1]) for group, (one, two) in both.items()}
        flips = [labels[group] for group in groups if signs[group] < 0]
        same = [labels[group] for group in groups if signs[group] > 0]
        title = f"{short[pair.fewer_mm]} and {short[pair.other]}"
        first = f"mm and degrees contradict each other in {len(flips)} of {several(len(flips) + len(same), what)}"
        told = (first + (f": {', '.join(flips)}" if flips else ""), *([f"agree in {', '.join(same)}"] if same else []))
        rows.append(Row(Kind.NOTE, title, told, said=f"{title}: {'; '.join(told)}. Of means over each {what}, without "
                        "intervals."))  # fmt: skip
    return rows
