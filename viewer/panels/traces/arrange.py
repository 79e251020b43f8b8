"""Where plots stand in the panel: a tidy grid on whole pixels. No widgets here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF

__all__ = ["Cell", "Measures", "arrange", "columns_for", "is_paired"]

# Width over height at which a movement over time is read best.
_ASPECT = 1.9


@dataclass(frozen=True, slots=True)
class Measures:
    """Pixels that letters need: height of a head, width of a value axis, height of a time axis, and gaps."""

    head: float
    value_axis: float
    time_axis: float
    gap: float = 6.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One plot: rectangles of its head, its value axis, the plot itself, and its time axis (None where it has none)."""

    head: QRectF
    value_axis: QRectF
    plot: QRectF
    time_axis: QRectF | None


def columns_for(count: int, size: QSizeF, paired: bool) -> int:
    """How many columns suit so many plots; even where left and right come in pairs, so that they stand side by side."""
    if count <= 1:
        return 1
    choices = [n for n in (1, 2, 3, 4, 6) if n <= count and (not paired or n % 2 == 0)]

    def unsuited(columns: int) -> float:
        rows = math.ceil(count / columns)
        aspect = (size.width() / columns) / max(size.height() / rows, 1.0)
        empty = (rows * columns - count) / count
        return abs(math.log(max(aspect, 0.01) / _ASPECT)) + empty

    return min(choices, key=unsuited)


def arrange(count: int, columns: int, size: QSizeF, measures: Measures) -> tuple[Cell, ...]:
    """Cells of ``count`` plots, row by row; the last plot of every column has the time axis."""
    rows = math.ceil(count / columns) if count else 0
    lefts = _edges(columns, measures.gap / 2, size.width() - measures.gap)
    tops = _edges(rows, 0.0, size.height() - measures.time_axis - 2.0)
    cells = []
    for number in range(count):
        row, column = divmod(number, columns)
        left, right = lefts[column] + measures.value_axis, lefts[column + 1] - measures.gap
        top, bottom = tops[row] + measures.head, tops[row + 1] - (measures.gap if row + 1 < rows else 0.0)
        plot = QRectF(left, top, max(right - left, 1.0), max(bottom - top, 1.0))
        is_last = number + columns >= count
        cells.append(Cell(
            QRectF(lefts[column], tops[row], right - lefts[column], measures.head),
            QRectF(lefts[column], plot.top(), measures.value_axis, plot.height()),
            plot,
            QRectF(left, plot.bottom(), plot.width(), measures.time_axis) if is_last else None,
        ))  # fmt: skip
    return tuple(cells)


def is_paired(sides: Sequence[tuple[str, str]]) -> bool:
    """True where some (kind, side) follow their other side, and an even number of columns keeps all these together."""
    seconds = [i for i in range(1, len(sides)) if sides[i][0] == sides[i - 1][0]]
    return bool(seconds) and all(i % 2 for i in seconds)


def _edges(count: int, start: float, end: float) -> list[float]:
    """``count + 1`` whole numbers, evenly spread."""
    return [float(round(start + (end - start) * i / count)) for i in range(count + 1)] if count else [start]
