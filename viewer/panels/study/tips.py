"""What the plot of the study says of a point under the mouse or the focus. No Qt here."""

from __future__ import annotations

from math import isfinite

from core.study.resampling import Interval
from core.study.study import Published
from core.study.words import several
from viewer.numbers import number_text
from viewer.panels.study.plots import BY, Plot, Spot
from viewer.panels.study.targets import Target, dot_of, led_to, spot_of
from viewer.panels.study.texts import PUBLISHED, with_range

__all__ = ["said_of"]


def said_of(plot: Plot, target: Target, more: int = 0) -> tuple[str, ...]:
    """A target in lines of plain text, its name first, at last what a click does; nothing where it is not there any
    more. more : how many others are at the same place.
    """
    if target.published:
        return next((_of_published(row) for row in plot.beside if row.lifter == target.lifter), ())
    if target.clip:
        place = dot_of(plot, target)
        lines = () if place is None else _of_dot(plot, place)
    else:
        spot = spot_of(plot, target)
        lines = () if spot is None else _of_spot(plot, spot, led_to(plot, target))
    return (*lines, f"and {more:,} more here: click again for the next") if lines and more else lines


def _of_dot(plot: Plot, place: int) -> tuple[str, ...]:
    dots, scores = plot.dots, plot.study.scores
    clip, x, y = int(dots.clips[place]), float(dots.x[place]), float(dots.y[place])
    whose = " · ".join(part for part in (scores.athletes[clip], scores.activities[clip]) if part)
    signed = plot.pair is not None
    mm, deg = number_text(x, 1, " mm", signed=signed), number_text(y, 2, "°", signed=signed)
    numbers = f"{_by(plot)} {mm}, {_what(plot)} {deg}"
    lines = [whose, f"{_whose(plot, plot.series[dots.series[place]])}:", numbers]
    if signed:
        lines.append("flips: fewer mm, more degrees" if x * y < 0 else "agrees")
    if not plot.passing[place]:
        lines.append("does not pass the filter of the clip table")
    return (scores.clips[clip], *filter(None, lines), "A click goes to its worst frame")


def _of_spot(plot: Plot, spot: Spot, leads_to: Target) -> tuple[str, ...]:
    signed = plot.pair is not None
    lines = [_over(plot, spot), f"{_by(plot)} {_ranged(spot.x, 1, ' mm', signed)}",
             f"{_what(plot)} {_ranged(spot.y, 2, '°', signed)}", *_intervals(plot, spot)]  # fmt: skip
    if leads_to.clip:
        which = "of the largest difference in degrees" if signed else "of most degrees"
        lines.append(f"A click goes to the clip {which}, {leads_to.clip}")
    return (_whose(plot, spot.lifter), *lines)


def _of_published(row: Published) -> tuple[str, ...]:
    return (row.lifter, f"MPJPE {number_text(row.mpjpe_mm, 1, ' mm')}, angle MAE {number_text(row.mae_deg, 2, '°')}",
            PUBLISHED)  # fmt: skip


def _whose(plot: Plot, lifter: str) -> str:
    return lifter if plot.pair is None else f"{plot.pair.fewer_mm} less {plot.pair.other}"


def _by(plot: Plot) -> str:
    return BY[plot.study.options.by]


def _what(plot: Plot) -> str:
    return f"MAE of {plot.angle_title.lower()}" if plot.angle_title else "angle MAE"


def _over(plot: Plot, spot: Spot) -> str:
    """Whose clips a large point is of, and how many."""
    scores = plot.study.scores
    athletes = {who for who, group in zip(scores.athletes, plot.groups, strict=True) if group == spot.group}
    name = f"{spot.group}: " if spot.group else ""
    of = "" if spot.group in athletes else f" of {several(len(athletes), 'athlete')}"
    return f"{name}{several(spot.clips, 'clip')}{of}"


def _ranged(of: Interval, decimals: int, unit: str, signed: bool) -> str:
    """With its interval, where there is one."""
    if isfinite(of.low) and isfinite(of.high):
        return with_range(of, decimals, unit, signed=signed)
    return number_text(of.value, decimals, unit, signed=signed)


def _intervals(plot: Plot, spot: Spot) -> tuple[str, ...]:
    """What stands in brackets, or why nothing does."""
    if spot.bare:
        return ("no interval: one take alone gives none" if plot.drawn else "intervals are being computed",)
    few = ", mostly too narrow: few athletes or takes" if plot.study.resampling.few or spot.group else ""
    return (f"in brackets: {100 * plot.study.options.level:g} % intervals{few}",)
