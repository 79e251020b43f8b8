"""What the cells of the dataset heatmap tell: one source, or one less another. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation import REFERENCE
from core.metrics.alignment import Alignment
from core.records import Float64
from core.results.angle_numbers import Measure
from core.results.dataset_grid import MEAN, POSITION, POSITIONS, DatasetGrid, Places
from viewer.strips import Limit, colour_limit
from viewer.view import View

__all__ = ["Chosen", "Limits", "chosen_of", "limits_of", "pooled_of", "values_of"]

_POSITION_OF = {Alignment.SCALE: POSITIONS[1], Alignment.PROCRUSTES: POSITIONS[2]}


@dataclass(frozen=True, slots=True)
class Chosen:
    """source, other : of the grid, -1 for no other. measure : of angles. position : the error in millimetres.
    positions : whether its column is shown.
    """

    source: int
    other: int
    measure: Measure
    position: str
    positions: bool

    @property
    def is_difference(self) -> bool:
        """Two sources are compared."""
        return self.other >= 0

    @property
    def signed(self) -> bool:
        """Angles can be on either side of 0."""
        return self.is_difference or self.measure.signed

    @property
    def columns(self) -> int:
        """How many columns are shown: twelve angles, their mean, and perhaps the position error."""
        return POSITION + 1 if self.positions else MEAN + 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Ends of the colours, in degrees and in millimetres."""

    angles: Limit
    position: Limit


def chosen_of(view: View, grid: DatasetGrid) -> Chosen | None:
    """What the view asks of what there is; a name that is not open stands for the first lifter, or for nobody."""
    if not grid.sources:
        return None
    asked = view.dataset
    source = max(0, grid.source(asked.source))
    other = grid.source(asked.against) if asked.against != grid.sources[source] else -1
    floor = grid.source(REFERENCE)
    positions = asked.positions and floor not in (source, other)  # the floor has the poses of the reference
    return Chosen(source, other, asked.measure, _POSITION_OF.get(view.engine.alignment, POSITIONS[0]), positions)


def values_of(grid: DatasetGrid, chosen: Chosen) -> Float64:
    """(N, 14) numbers of every clip."""
    if chosen.is_difference:
        return grid.difference(chosen.source, chosen.other, chosen.measure, chosen.position)
    return grid.values(chosen.source, chosen.measure, chosen.position)


def pooled_of(grid: DatasetGrid, chosen: Chosen, order: Places, starts: Places) -> Float64:
    """(G, 14) numbers of groups of clips, from their added sums."""
    if chosen.is_difference:
        return grid.pooled_difference(chosen.source, chosen.other, chosen.measure, chosen.position, order, starts)
    return grid.pooled(chosen.source, chosen.measure, chosen.position, order, starts)


def limits_of(grid: DatasetGrid, chosen: Chosen) -> Limits:
    """Of a single source the limits of all lifters, so that colours mean the same when another one is chosen; of a
    difference its own.
    """
    if chosen.is_difference:
        every = [values_of(grid, chosen)]
    else:
        lifters = [source for source, name in enumerate(grid.sources) if name != REFERENCE] or [chosen.source]
        every = [grid.values(source, chosen.measure, chosen.position) for source in lifters]
    narrow = [np.asarray(values.T, np.float32) for values in every]
    angles, positions = ([values[part] for values in narrow] for part in (slice(MEAN), POSITION))
    return Limits(colour_limit(angles), colour_limit(positions))
