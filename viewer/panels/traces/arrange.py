"""Where plots stand in the panel: a tidy grid on whole pixels. No widgets here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QRectF, QSizeF

__all__ = ["Cell", "Measures", "arrange", "columns_for", "followers_of", "is_paired"]

# Width over height at which a movement over time is read best, and sizes below which it is hardly read at all.
_ASPECT = 1.9
_NARROW_PX, _LOW_ROW_PX = 110.0, 70.0
# Plots that would be narrower than this share the numbers of the plot to their left where they can.
_OWN_NUMBERS_PX = 100.0


@dataclass(frozen=True, slots=True)
class Measures:
    """Pixels that letters need: height of a head, width of a value axis, height of a time axis, and gaps."""

    head: float
    value_axis: float
    time_axis: float
    gap: float = 6.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One plot: rectangles of its head, its value axis (None where it shares the numbers of the plot to its left), the
    plot itself, and its time axis (None where it has none).
    """

    head: QRectF
    value_axis: QRectF | None
    plot: QRectF
    time_axis: QRectF | None


def columns_for(count: int, size: QSizeF, paired: bool, measures: Measures) -> int:
    """How many columns suit so many plots; even where left and right come in pairs, so that they stand side by side."""
    if count <= 1:
        return 1
    choices = [n for n in (1, 2, 3, 4, 6) if n <= count and (not paired or n % 2 == 0)]
    followers = frozenset(range(1, count, 2)) if paired else frozenset()

    def unsuited(columns: int) -> float:
        rows = math.ceil(count / columns)
        width = _plot_width(size.width(), _leads(count, columns, size.width(), measures, followers), measures.gap)
        row = (size.height() - measures.time_axis) / rows
        aspect = max(width, 1.0) / max(row - measures.head - measures.gap, 1.0)
        empty = (rows * columns - count) / count
        too_small = _shortage(width, _NARROW_PX) + 3.0 * _shortage(row, _LOW_ROW_PX)
        return abs(math.log(aspect / _ASPECT)) + empty + too_small

    return min(choices, key=unsuited)


def arrange(count: int, columns: int, size: QSizeF, measures: Measures,
            followers: frozenset[int] = frozenset()) -> tuple[Cell, ...]:  # fmt: skip
    """Cells of ``count`` plots, row by row; the last plot of every column has the time axis. Followers, by number, have
    the same values as the plot before them.
    """
    rows = math.ceil(count / columns) if count else 0
    leads = _leads(count, columns, size.width(), measures, followers)
    width = _plot_width(size.width(), leads, measures.gap)
    slots = (lead + width + measures.gap for lead in leads)
    lefts = [float(round(x)) for x in accumulate(slots, initial=measures.gap / 2)]
    tops = _edges(rows, 0.0, size.height() - measures.time_axis - 2.0)
    cells = []
    for number in range(count):
        row, column = divmod(number, columns)
        left, right = lefts[column] + leads[column], lefts[column + 1] - measures.gap
        top, bottom = tops[row] + measures.head, tops[row + 1] - (measures.gap if row + 1 < rows else 0.0)
        plot = QRectF(left, top, max(right - left, 1.0), max(bottom - top, 1.0))
        has_numbers, is_last = leads[column] == measures.value_axis, number + columns >= count
        cells.append(Cell(
            QRectF(lefts[column], tops[row], right - lefts[column], measures.head),
            QRectF(lefts[column], plot.top(), measures.value_axis, plot.height()) if has_numbers else None,
            plot,
            QRectF(left, plot.bottom(), plot.width(), measures.time_axis) if is_last else None,
        ))  # fmt: skip
    return tuple(cells)


def followers_of(sides: Sequence[tuple[str, str]]) -> frozenset[int]:
    """Numbers of the plots whose (kind, side) is the other side of the one before."""
    return frozenset(i for i in range(1, len(sides)) if sides[i][0] == sides[i - 1][0])


def is_paired(sides: Sequence[tuple[str, str]]) -> bool:
    """True where some (kind, side) follow their other side, and an even number of columns keeps all these together."""
    seconds = followers_of(sides)
    return bool(seconds) and all(i % 2 for i in seconds)


def _leads(count: int, columns: int, width: float, measures: Measures, followers: frozenset[int]) -> list[float]:
    """Pixels before the plot in every column: of the value axis; little where all of the column follow and would else
    be narrow.
    """
    own = [measures.value_axis] * columns
    if _plot_width(width, own, measures.gap) >= _OWN_NUMBERS_PX:
        return own
    shared = (column > 0 and followers.issuperset(range(column, count, columns)) for column in range(columns))
    return [measures.gap if is_shared else measures.value_axis for is_shared in shared]


def _plot_width(width: float, leads: Sequence[float], gap: float) -> float:
    """Of each plot, all being equally wide."""
    return (width - 1.5 * gap - sum(leads)) / max(len(leads), 1) - gap


def _shortage(size: float, least: float) -> float:
    """How much too small, on a scale of ratios; nothing where it is large enough."""
    return max(0.0, math.log(least / max(size, 1.0)))


def _edges(count: int, start: float, end: float) -> list[float]:
    """``count + 1`` whole numbers, evenly spread."""
    return [float(round(start + (end - start) * i / count)) for i in range(count + 1)] if count else [start]
