"""Points of the plot that mouse and keys can choose. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.records import Float64
from viewer.panels.study.plots import Plot
from viewer.panels.study.texts import dot_said, published_said, spot_said

__all__ = ["Step", "Target", "at_px", "moved", "said_of", "where"]

_SPOT_PX, _DOT_PX = 11.0, 9.0
"""How near the mouse must be."""
_PAGE = 20


class Step(Enum):
    """What a key does: along a lifter's points, or to the same point of the lifter before or after."""

    NEXT = 1
    PREVIOUS = 2
    UP = 3
    DOWN = 4
    FIRST = 5
    LAST = 6
    PAGE_ON = 7
    PAGE_BACK = 8


@dataclass(frozen=True, slots=True)
class Target:
    """A small point of a clip, a large one of a group (clip is ''), or a published row. It stays the same one when
    numbers come. lifter : '' of the difference of two.
    """

    lifter: str
    clip: str = ""
    group: str = ""
    published: bool = False


def where(plot: Plot, target: Target) -> tuple[float, float] | None:
    """Millimetres and degrees of a target, None where it is not there any more."""
    if target.published:
        return next(((row.mpjpe_mm, row.mae_deg) for row in plot.beside if row.lifter == target.lifter), None)
    if not target.clip:
        return next(((spot.x.value, spot.y.value) for spot in plot.spots
                     if (spot.lifter, spot.group) == (target.lifter, target.group)), None)  # fmt: skip
    place = _dot(plot, target)
    return None if place is None else (float(plot.dots.x[place]), float(plot.dots.y[place]))


def said_of(plot: Plot, target: Target) -> tuple[str, ...]:
    """A target in lines of plain text; nothing where it is not there any more."""
    if target.published:
        rows = (row for row in plot.beside if row.lifter == target.lifter)
        return next((published_said(row.lifter, row.mpjpe_mm, row.mae_deg) for row in rows), ())
    if not target.clip:
        spots = (spot for spot in plot.spots if (spot.lifter, spot.group) == (target.lifter, target.group))
        return next((spot_said(plot, spot) for spot in spots), ())
    place = _dot(plot, target)
    return () if place is None else dot_said(plot, place)


def at_px(plot: Plot, x: Float64, y: Float64, at: tuple[float, float], spots: Float64) -> Target | None:
    """The target nearest to a pixel. x, y : (N) pixels of the dots. spots : (S, 2) of the large points, then of the
    published rows.
    """
    large = np.hypot(spots[:, 0] - at[0], spots[:, 1] - at[1]) if len(spots) else np.zeros(0)
    if large.size and large.min() <= _SPOT_PX:
        place = int(large.argmin())
        if place < len(plot.spots):
            return Target(plot.spots[place].lifter, group=plot.spots[place].group)
        return Target(plot.beside[place - len(plot.spots)].lifter, published=True)
    small = np.hypot(x - at[0], y - at[1])
    return _of_dot(plot, int(small.argmin())) if small.size and small.min() <= _DOT_PX else None


def moved(plot: Plot, target: Target | None, step: Step) -> Target | None:
    """The target after a key; the first large point to begin with."""
    if not plot.spots:
        return None
    if target is None or where(plot, target) is None or target.published:
        return Target(plot.spots[0].lifter, group=plot.spots[0].group)
    if step in (Step.UP, Step.DOWN):
        return _beside(plot, target, -1 if step is Step.UP else 1)
    own = list(_along(plot, target.lifter))
    here = own.index(target)
    steps = {Step.NEXT: 1, Step.PREVIOUS: -1, Step.PAGE_ON: _PAGE, Step.PAGE_BACK: -_PAGE, Step.FIRST: -len(own),
             Step.LAST: len(own)}  # fmt: skip
    return own[min(max(here + steps[step], 0), len(own) - 1)]


def _beside(plot: Plot, target: Target, by: int) -> Target:
    names = plot.series
    there = names[(names.index(target.lifter) + by) % len(names)]
    other = Target(there, target.clip, target.group)
    return other if where(plot, other) is not None else next(_along(plot, there), target)


def _along(plot: Plot, lifter: str) -> Iterator[Target]:
    """All targets of a lifter: large ones, then the small ones from the left."""
    yield from (Target(lifter, group=spot.group) for spot in plot.spots if spot.lifter == lifter)
    own = np.flatnonzero(plot.dots.series == plot.series.index(lifter))
    yield from (_of_dot(plot, int(place)) for place in own[np.argsort(plot.dots.x[own], kind="stable")])


def _of_dot(plot: Plot, place: int) -> Target:
    dots = plot.dots
    return Target(plot.series[dots.series[place]], plot.study.scores.clips[dots.clips[place]])


def _dot(plot: Plot, target: Target) -> int | None:
    clips = plot.study.scores.clips
    if target.clip not in clips or target.lifter not in plot.series:
        return None
    there = (plot.dots.clips == clips.index(target.clip)) & (plot.dots.series == plot.series.index(target.lifter))
    found = np.flatnonzero(there)
    return int(found[0]) if len(found) else None
