"""Which lines the dataset heatmap has, from top to bottom: clips, groups of them, or many clips in one. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from core.records import Float64
from core.results.dataset_grid import DatasetGrid, Places, order_of
from viewer.panels.clips.table import natural
from viewer.panels.dataset.chosen import Chosen, pooled_of
from viewer.view import ClipOrder, DatasetView
from viewer.workspace import ClipInfo

__all__ = ["Facts", "Lines", "Role", "Section", "lines_of"]

_ISB, _STAND_IN = "against ISB angles", "against a stand-in"
_WORDS = {ClipOrder.NAME: "name", ClipOrder.ATHLETE: "athlete", ClipOrder.ACTIVITY: "activity"}


class Role(IntEnum):
    """What a line is of: one clip, a section with all its clips, or several clips that share it."""

    CLIP = 0
    SECTION = 1
    SEVERAL = 2


class Facts:
    """What is known of N clips before they are scored. texts : (N) words by name, athlete and activity."""

    def __init__(self, clips: Sequence[ClipInfo] = ()) -> None:
        self.clips = tuple(clips)
        self.texts = {order: [str(getattr(clip, field)) for clip in clips] for order, field in _WORDS.items()}
        self._ranks: dict[ClipOrder, Places] = {}

    def ranks(self, order: ClipOrder) -> Places:
        """(N) where the words of each clip stand in their natural order; found when first asked for."""
        if order not in self._ranks:
            texts = self.texts[order]
            place = {text: at for at, text in enumerate(sorted(set(texts), key=natural))}
            self._ranks[order] = np.array([place[text] for text in texts], np.intp)
        return self._ranks[order]


@dataclass(frozen=True, slots=True)
class Section:
    """Clips that belong together. title : what they share, empty where nothing divides them; first, after : lines."""

    title: str
    first: int
    after: int
    clips: int


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """M lines of K clips that are shown.

    order : (K) places. first, after : (M) each line is of the clips from one to before the other in ``order``. roles :
    (M) :class:`Role`. values : (M, 14) their numbers. line_of : the line of each clip of the dataset, -1 where it is
    not shown. total : (14) all of them together, None where kinds of reference do not add.
    """

    order: Places
    first: Places
    after: Places
    roles: NDArray[np.int8]
    values: Float64
    line_of: Places
    sections: tuple[Section, ...]
    total: Float64 | None

    def __len__(self) -> int:
        return len(self.first)

    def places(self, line: int) -> Places:
        """The clips of a line."""
        return self.order[self.first[line] : self.after[line]]

    def section(self, line: int) -> Section:
        """The section that a line is in."""
        return next(section for section in self.sections if section.first <= line < section.after)


def lines_of(
    grid: DatasetGrid,
    facts: Facts,
    chosen: Chosen,
    values: Float64,
    passing: NDArray[np.bool_],
    view: DatasetView,
    room: int | None = None,
) -> Lines:
    """Sort, group and, where there is room for ``room`` lines only, put neighbours together into one line each.

    values : (N, 14) of the clips. passing : (N) those that are shown.
    """
    order, starts, titles = _sections(grid, facts, values, passing, view)
    ends = np.append(starts, len(order))[1:]
    headed = room is None and any(titles)
    first, after, begins = _one_each(starts, ends, headed) if room is None else _fitted(starts, ends, max(1, room))
    roles = np.where(after - first > 1, Role.SEVERAL, Role.CLIP).astype(np.int8)
    roles[begins if headed else []] = Role.SECTION
    numbers = np.full((len(first), values.shape[1]), np.nan)
    pooled = roles == Role.SECTION if headed else np.full(len(first), room is not None)
    numbers[pooled] = pooled_of(grid, chosen, order, first[pooled])
    single = roles == Role.CLIP
    numbers[single] = values[order[first[single]]]
    own = np.flatnonzero(roles != Role.SECTION)
    line_of = np.full(len(grid), -1, np.intp)
    line_of[order] = np.repeat(own, (after - first)[own])
    lasts = np.append(begins, len(first))[1:]
    sections = tuple(
        Section(title, int(begin), int(last), int(end - start))
        for title, begin, last, start, end in zip(titles, begins, lasts, starts, ends, strict=True)
    )
    adds = len(order) > 0 and len(np.unique(grid.stand_in[order])) == 1
    total = pooled_of(grid, chosen, order, np.zeros(1, np.intp))[0] if adds else None
    return Lines(order, first, after, roles, numbers, line_of, sections, total)


def _sections(
    grid: DatasetGrid, facts: Facts, values: Float64, passing: NDArray[np.bool_], view: DatasetView
) -> tuple[Places, Places, tuple[str, ...]]:
    """The shown clips in order, where sections begin, and their titles; kinds of reference never share a section."""
    places = np.flatnonzero(passing)
    if view.order is ClipOrder.COLUMN:
        places = order_of(values[:, view.column], places, descending=view.descending)
    elif view.order is not ClipOrder.DATASET:
        places = order_of(facts.ranks(view.order).astype(np.float64), places, descending=view.descending)
    grouped = view.groups in facts.texts
    ranks = facts.ranks(view.groups) if grouped else np.zeros(len(grid), np.intp)
    codes = ranks + grid.stand_in * (len(grid) + 1)
    places = places[np.argsort(codes[places], kind="stable")]
    starts = np.flatnonzero(np.diff(codes[places], prepend=-1))
    mixed = len(np.unique(grid.stand_in[places])) > 1
    titles = []
    for place in places[starts]:
        words = [facts.texts[view.groups][place] or "not stated"] if grouped else []
        words += [_STAND_IN if grid.stand_in[place] else _ISB] if mixed else []
        titles.append(" · ".join(words))
    return places, starts, tuple(titles)


def _one_each(starts: Places, ends: Places, headed: bool) -> tuple[Places, Places, Places]:
    """A line per clip, before those of a section one of all of them; and where sections begin."""
    first, after = np.arange(ends[-1] if len(ends) else 0), np.arange(1, (ends[-1] if len(ends) else 0) + 1)
    if not headed:
        return first, after, starts
    return np.insert(first, starts, starts), np.insert(after, starts, ends), starts + np.arange(len(starts))


def _fitted(starts: Places, ends: Places, room: int) -> tuple[Places, Places, Places]:
    """So many lines or less, each of about as many neighbours, none of two sections; and where sections begin."""
    clips = int(ends[-1]) if len(ends) else 0
    share = min(1.0, room / max(1, clips))
    counts = [max(1, int((end - start) * share)) for start, end in zip(starts, ends, strict=True)]
    edges = [np.linspace(start, end, n + 1).astype(np.intp) for start, end, n in zip(starts, ends, counts, strict=True)]
    nothing = np.zeros(0, np.intp)
    first, after = (np.concatenate([nothing, *(edge[part] for edge in edges)]) for part in (slice(-1), slice(1, None)))
    return first, after, np.cumsum([0, *counts])[:-1].astype(np.intp)
