"""What the study panel says in words: rows beside the plot, tips, and what is copied. No Qt here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import isfinite

from core.evaluation import ReferenceKind
from core.study.correlation import Correlation
from core.study.pairs import Pair, Verdict, verdict_of
from core.study.resampling import Interval, Resampling
from core.study.study import Study
from viewer.numbers import number_text
from viewer.panels.study.plots import BY, Plot, Spot
from viewer.wording import short_names

__all__ = ["PUBLISHED", "Kind", "Row", "dot_said", "published_said", "rows_of", "scored_said", "spot_said"]

_TOGETHER = re.compile(r"\S+ \([^)]*\)|by chance \S+ %|\S+ %")
PUBLISHED = "published for Human3.6M, not measured here"


class Kind(Enum):
    """What a row is of: words above others, two lifters, one lifter, or a note."""

    HEAD = 0
    PAIR = 1
    LIFTER = 2
    NOTE = 3


@dataclass(frozen=True, slots=True)
class Row:
    """names : of the lifters whose marks stand before it. title : beside them. lines : below. verdict : of a pair.
    said : the whole in a sentence.
    """

    kind: Kind
    title: str
    lines: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    verdict: Verdict | None = None
    said: str = ""


def rows_of(study: Study, angle: int | None, title: str) -> tuple[Row, ...]:
    """Everything beside the plot. angle, title : of the one that is looked at, or None and ''."""
    short = short_names(study.scores.lifters)
    of = f" in {title.lower()}" if title else ""
    heads = (f"Do fewer mm mean fewer degrees{of}?", "Do clips with more mm have more degrees?", "How this was found")
    pairs = [_pair(pair, angle, short) for pair in study.pairs]
    return (
        Row(Kind.HEAD, heads[0], said=heads[0]), *(pairs or [_note("With one lifter there is nothing to compare.")]),
        Row(Kind.HEAD, heads[1], said=heads[1]), *(_lifter(one, short) for one in study.within),
        *_between(study), Row(Kind.HEAD, heads[2], said=heads[2]), *map(_note, _notes(study)),
    )  # fmt: skip


def _stages(resampling: Resampling) -> str:
    """What was drawn anew, how often, and whether that is too few."""
    few = "takes" if resampling.n_athletes == 1 else "athletes"
    narrow = f"; few {few}: intervals are too narrow" if resampling.few else ""
    return f"{resampling.stages}, {resampling.n:,} resamples{narrow}"


def scored_said(study: Study | None, scored: int, total: int) -> str:
    """How many clips are scored, and how far the intervals are."""
    several = f"{total:,} clip{'' if total == 1 else 's'}"
    clips = several if scored == total else f"{scored:,} of {several}"
    return clips if study is None else f"{clips} · {study.resampling.n:,} resamples"


def dot_said(plot: Plot, place: int) -> tuple[str, ...]:
    """A small point: its clip, whose it is, its numbers, and what a click does."""
    dots, scores = plot.dots, plot.study.scores
    clip, x, y = int(dots.clips[place]), float(dots.x[place]), float(dots.y[place])
    whose = " · ".join(part for part in (scores.athletes[clip], scores.activities[clip]) if part)
    by = BY[plot.study.options.by]
    if plot.pair is not None:
        verdict = "flips: fewer mm, more degrees" if x * y < 0 else "agrees"
        lifter = f"{plot.pair.fewer_mm} less {plot.pair.other}:"
        numbers = f"{number_text(x, 1, ' mm', signed=True)} {by}, {number_text(y, 2, '°', signed=True)}: {verdict}"
    else:
        lifter = f"{plot.series[dots.series[place]]}:"
        numbers = f"{by} {number_text(x, 1, ' mm')}, {number_text(y, 2, '°')}"
    return scores.clips[clip], whose, lifter, numbers, "A click goes to its worst frame"


def spot_said(plot: Plot, spot: Spot) -> tuple[str, ...]:
    """A large point: whose it is, and its numbers with their intervals."""
    by, signed = BY[plot.study.options.by], plot.pair is not None
    whose = spot.lifter if plot.pair is None else f"{plot.pair.fewer_mm} less {plot.pair.other}"
    clips = f"{spot.group + ': ' if spot.group else ''}{spot.clips:,} clip{'' if spot.clips == 1 else 's'}"
    return (whose, clips, f"{by} {with_range(spot.x, 1, ' mm', signed=signed)}",
            f"angle error {with_range(spot.y, 2, '°', signed=signed)}")  # fmt: skip


def published_said(name: str, mm: float, deg: float) -> tuple[str, ...]:
    """A row of the published table."""
    return name, f"MPJPE {number_text(mm, 1, ' mm')}, {number_text(deg, 2, '°')}", PUBLISHED


def with_range(of: Interval, decimals: int, unit: str, *, signed: bool = False, turned: bool = False) -> str:
    """A number and its interval. turned : both with the other sign."""
    sign = -1 if turned else 1
    low, high = sorted((sign * of.low, sign * of.high))
    ends = [number_text(end, decimals, signed=signed) for end in (low, high)]
    span = f" ({ends[0]} to {ends[1]})" if isfinite(low) and isfinite(high) else " (no interval)"
    return number_text(sign * of.value, decimals, unit, signed=signed) + span


def _pair(pair: Pair, angle: int | None, short: dict[str, str]) -> Row:
    """Numbers over all angles, or of one."""
    deg, flips = (pair.deg, pair.flips) if angle is None else (pair.by_angle_deg[angle], pair.flips_by_angle[angle])
    verdict = verdict_of(pair.mm, deg)
    numbers = f"by {with_range(pair.mm, 1, ' mm', turned=True)}; degrees {with_range(deg, 2, '', signed=True)}"
    share = f"{_percent(flips.share.value)} of {flips.clips:,} clip{'' if flips.clips == 1 else 's'} flip"
    if isfinite(flips.share.low):
        share += f" ({_percent(flips.share.low)} to {_percent(flips.share.high)})"
    share += f", by chance {_percent(flips.expected)}"
    words = "{} has fewer mm than {}"
    said = f"{words.format(pair.fewer_mm, pair.other)} {numbers}: {verdict}. {share}. {pair.clips:,} clips compared."
    return Row(Kind.PAIR, words.format(short[pair.fewer_mm], short[pair.other]), (_held(numbers), _held(share)),
               (pair.fewer_mm, pair.other), verdict, said)  # fmt: skip


def _lifter(one: Correlation, short: dict[str, str]) -> Row:
    numbers = f"τ {with_range(one.kendall, 2, '')} · ρ {with_range(one.spearman, 2, '')}"
    return Row(Kind.LIFTER, short[one.of], (_held(numbers),), (one.of,),
               said=f"{one.of}, {one.n:,} clips: Kendall's tau and Spearman's rho {numbers}")  # fmt: skip


def _between(study: Study) -> Iterator[Row]:
    """How the order of the lifters by millimetres agrees with that by degrees, where there are several."""
    if len(study.scores.lifters) < 2:
        return
    one = study.between[0]
    numbers = f"τ {with_range(one.kendall, 2, '')}; by chance each of {round(1 / one.chance):,} orders is as likely"
    title = f"The {one.n} lifters themselves"
    yield Row(Kind.LIFTER, title, (numbers,), (), said=f"{title}: {numbers}")


def _notes(study: Study) -> Iterator[str]:
    yield f"{100 * study.options.level:g} % intervals: {_stages(study.resampling)}."
    stand_in = "the estimator on the reference poses, which stands in: no clip has ISB angles"
    yield f"Held against {stand_in if study.kind is ReferenceKind.STAND_IN else 'ISB angles'}."
    yield (f"Flip: on a clip the lifter with fewer mm has more degrees. Position error: "
           f"{BY[study.options.by]}, as skeletons are aligned.")  # fmt: skip
    yield from (f"Left out: {line}." for line in study.left_out)


def _held(text: str) -> str:
    """With intervals and percentages that lines do not break."""
    return _TOGETHER.sub(lambda found: found.group().replace(" ", "\u00a0"), text)


def _note(text: str) -> Row:
    return Row(Kind.NOTE, text, said=text)


def _percent(share: float) -> str:
    return number_text(100 * share, 0, " %")
