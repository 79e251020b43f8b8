"""Points of the plot that mouse and keys can choose. No Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.records import Float64
from viewer.panels.study.plots import Plot, Spot

__all__ = ["Step", "Target", "at_px", "dot_of", "led_to", "moved", "spot_of", "where"]

_NEAR_PX, _TOUCH_PX, _SAME_PX = 5.0, 1.0, 1.0
"""How far from a mark the mouse may be; what still counts as on it; and marks as far as each other are at one place."""
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
        spot = spot_of(plot, target)
        return None if spot is None else (spot.x.value, spot.y.value)
    place = dot_of(plot, target)
    return None if place is None else (float(plot.dots.x[place]), float(plot.dots.y[place]))


def spot_of(plot: Plot, target: Target) -> Spot | None:
    """A large point, None where it is not there any more."""
    found = (spot for spot in plot.spots if (spot.lifter, spot.group) == (target.lifter, target.group))
    return next(found, None)


def led_to(plot: Plot, target: Target) -> Target:
    """Where a click on a target leads: from a large point to that clip of its group which has most degrees, or of two
    lifters the largest difference in degrees; else to the target itself.
    """
    if target.published or target.clip or spot_of(plot, target) is None:
        return target
    dots = plot.dots
    of_group = np.array([group == target.group for group in plot.groups], bool)[dots.clips]
    (own,) = np.nonzero(of_group & (dots.series == plot.series.index(target.lifter)))
    return _of_dot(plot, int(own[np.abs(dots.y[own]).argmax()])) if len(own) else target


def at_px(
    plot: Plot, at: tuple[float, float], dots: tuple[Float64, Float64], large: Float64, radii: tuple[float, float]
) -> tuple[Target, ...]:
    """The targets at a pixel, the nearest first: all whose marks are there, or else the nearest mark and those at its
    place. Large marks, which are painted over the small ones, come before these.

    dots : (N) and (N) pixels of the small ones. large : (S, 2) of the large points, then of the published rows. radii :
    of small and large marks.
    """
    far = np.hypot(large[:, 0] - at[0], large[:, 1] - at[1]) if len(large) else np.zeros(0)
    middles = np.concatenate([far, np.hypot(dots[0] - at[0], dots[1] - at[1])])
    edges = np.maximum(middles - np.repeat([radii[1], radii[0]], [len(far), len(dots[0])]), 0)
    if not len(edges) or edges.min() > _NEAR_PX:
        return ()
    nearest = edges.min()
    found = np.flatnonzero(edges <= (_TOUCH_PX if nearest <= _TOUCH_PX else nearest + _SAME_PX))
    kinds = found >= len(far)
    order = found[np.lexsort((middles[found], kinds, edges[found].round(3)))]
    return tuple(_of_place(plot, int(place), len(far)) for place in order)


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


def _of_place(plot: Plot, place: int, large: int) -> Target:
    """By its number: large points, published rows, then small points."""
    if place >= large:
        return _of_dot(plot, place - large)
    if place < len(plot.spots):
        return Target(plot.spots[place].lifter, group=plot.spots[place].group)
    return Target(plot.beside[place - len(plot.spots)].lifter, published=True)


def _of_dot(plot: Plot, place: int) -> Target:
    dots = plot.dots
    return Target(plot.series[dots.series[place]], plot.study.scores.clips[dots.clips[place]])


def dot_of(plot: Plot, target: Target) -> int | None:
    """The number of a small point, None where it is not there any more."""
    clips = plot.study.scores.clips
    if target.clip not in clips or target.lifter not in plot.series:
        return None
    there = (plot.dots.clips == clips.index(target.clip)) & (plot.dots.series == plot.series.index(target.lifter))
    found = np.flatnonzero(there)
    return int(found[0]) if len(found) else None
