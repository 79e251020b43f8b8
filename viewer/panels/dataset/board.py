"""Everything that a picture of the dataset heatmap is made of, but for its size and colours. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.conventions import AngleDef, angles_in
from core.evaluation import REFERENCE
from core.records import Float32, Float64
from core.results.dataset_grid import MEAN, POSITION, DatasetGrid, State
from viewer.panels.dataset.chosen import Chosen, Limits, chosen_of, limits_of, values_of
from viewer.panels.dataset.lines import Facts, Lines, Role, lines_of
from viewer.strips import colours_of
from viewer.theme import Theme, lut
from viewer.view import View
from viewer.wording import POSITION_ERROR

__all__ = ["Board", "Numbers", "board_of", "numbers_of", "source_title"]


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """What does not depend on filter, order and size. values : (N, 14) of the clips. waiting : (N) not scored yet.
    marks : (N) where ranks by position and by angles disagree.
    """

    grid: DatasetGrid
    facts: Facts
    chosen: Chosen
    values: Float64
    limits: Limits
    waiting: NDArray[np.bool_]
    marks: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """numbers : of all clips. lines : those that are shown. angles : the twelve in the shown shoulder view. position :
    what the position error is called.
    """

    numbers: Numbers
    lines: Lines
    angles: tuple[AngleDef, ...]
    position: str

    @property
    def names(self) -> tuple[str, str]:
        """The source, and the one that is taken from it or nothing."""
        chosen, sources = self.numbers.chosen, self.numbers.grid.sources
        return source_title(sources[chosen.source]), source_title(sources[chosen.other]) if chosen.other >= 0 else ""

    @property
    def ranked(self) -> bool:
        """Whether there are several lifters, so that ranks can disagree."""
        return len(set(self.numbers.grid.sources) - {REFERENCE}) > 1

    def clip(self, place: int) -> str:
        """Name of a clip."""
        return self.numbers.grid.clips[place]

    def place_in(self, line: int, column: int) -> int:
        """The clip that a cell stands for: where several share it, the one with the largest number; -1 in a head."""
        if self.lines.roles[line] == Role.SECTION:
            return -1
        places = self.lines.places(line)
        sizes = np.abs(self.numbers.values[places, max(column, 0)])
        return int(places[0 if np.isnan(sizes).all() else np.nanargmax(sizes)])

    def waiting(self, first: int, after: int) -> NDArray[np.bool_]:
        """Which of some lines have no clip that is scored."""
        begins, ends = self.lines.first[first:after], self.lines.after[first:after]
        if not begins.size:
            return np.zeros(0, bool)
        low, high = int(begins.min()), int(ends.max())
        before = np.concatenate([[0], np.cumsum(self.numbers.waiting[self.lines.order[low:high]])])
        return np.asarray(before[ends - low] - before[begins - low] == ends - begins)

    def colours(self, values: Float64, theme: Theme) -> NDArray[np.uint8]:
        """(M, columns, 4) of values (M, 14)."""
        chosen, limits = self.numbers.chosen, self.numbers.limits
        narrow: Float32 = np.asarray(values, np.float32)
        cells = colours_of(narrow[:, :POSITION], limits.angles, _table(theme, chosen.signed), chosen.signed)
        if not chosen.positions:
            return cells
        signed = chosen.is_difference
        beside = colours_of(narrow[:, POSITION:], limits.position, _table(theme, signed), signed)
        return np.concatenate([cells, beside], axis=1)

    def title(self, column: int) -> str:
        """A column in words."""
        if column == POSITION:
            return self.position
        return "Mean of the twelve angles" if column == MEAN else self.angles[column].title


def numbers_of(view: View, grid: DatasetGrid, facts: Facts) -> Numbers | None:
    """What the view asks for; None where there are no errors at all."""
    chosen = chosen_of(view, grid)
    if chosen is None:
        return None
    whose = [chosen.source, *([chosen.other] if chosen.is_difference else [])]
    waiting = (grid.states[:, whose] == State.WAITING).all(axis=1)
    floor = grid.source(REFERENCE)
    pair = (chosen.source, chosen.other) if chosen.is_difference and floor not in whose else None
    marks = grid.disagreeing(chosen.position, pair)
    return Numbers(grid, facts, chosen, values_of(grid, chosen), limits_of(grid, chosen), waiting, marks)


def board_of(view: View, numbers: Numbers, passing: NDArray[np.bool_], room: int | None) -> Board:
    """The clips that pass, sorted and grouped; room : lines that all of them must fit into, None for one each."""
    lines = lines_of(numbers.grid, numbers.facts, numbers.chosen, numbers.values, passing, view.dataset, room)
    return Board(numbers, lines, angles_in(view.engine.shoulder), POSITION_ERROR[view.engine.alignment])


def source_title(name: str) -> str:
    """A source in words."""
    return "floor" if name == REFERENCE else name


def _table(theme: Theme, signed: bool) -> NDArray[np.uint8]:
    return lut(theme.difference if signed else theme.magnitude)
