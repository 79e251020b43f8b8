"""What stands in the key above the plot of the study. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.study.words import several
from viewer.panels.study.plots import Plot
from viewer.panels.study.texts import PUBLISHED
from viewer.panels.study.titles import less
from viewer.wording import short_names

__all__ = ["Entry", "Sign", "entries_of", "notes_of"]


class Sign(Enum):
    """What an entry explains."""

    LIFTER = 0
    MEAN = 1
    FLIPS = 2
    OTHERS = 3
    PUBLISHED = 4
    FADED = 5
    HOLLOW = 6
    RING = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """text : in words. lifter : whose mark stands before it, '' of all others."""

    sign: Sign
    text: str
    lifter: str = ""

    @property
    def note(self) -> bool:
        """True of what is left out where there is no room."""
        return self.sign is Sign.RING


def entries_of(plot: Plot, *, rings: bool) -> tuple[Entry, ...]:
    """Marks, and what is special in this plot. rings : whether selected points have rings."""
    found = list(_marks(plot))
    faded = len({int(clip) for clip in plot.dots.clips[~plot.passing]})
    if faded:
        found.append(Entry(Sign.FADED, f"pale: {several(faded, 'clip')} filtered out"))
    if plot.drawn and any(spot.bare for spot in plot.spots):
        found.append(Entry(Sign.HOLLOW, "hollow: no interval"))
    if rings:
        found.append(Entry(Sign.RING, "selected"))
    return tuple(found)


def notes_of(plot: Plot) -> tuple[str, ...]:
    """What bars are and how many clips all of this is of, each text shorter than the one before."""
    scores, bars = plot.study.scores, f"bars: {100 * plot.study.options.level:g} % intervals"
    clips, athletes = several(len(scores), "clip"), several(len(set(scores.athletes)), "athlete")
    if all(spot.bare for spot in plot.spots):
        return f"{clips}, {athletes}", clips
    return f"{bars} · {clips}, {athletes}", f"{bars} · {clips}", bars, f"bars: {100 * plot.study.options.level:g} %"


def _marks(plot: Plot) -> tuple[Entry, ...]:
    if plot.pair is None:
        short = short_names(plot.series)
        beside = (Entry(Sign.PUBLISHED, PUBLISHED),) if plot.beside else ()
        return (*(Entry(Sign.LIFTER, short[name], name) for name in plot.series), *beside)
    flips = int(np.count_nonzero(plot.flips))
    return (
        Entry(Sign.MEAN, less((plot.pair.fewer_mm, plot.pair.other))), Entry(Sign.FLIPS, f"flips ({flips:,})"),
        Entry(Sign.OTHERS, f"agrees ({len(plot.dots.x) - flips:,})"),
    )  # fmt: skip
