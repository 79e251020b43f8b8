"""Errors as coloured cells in print: rectangles, not a picture, so that they stay sharp at any zoom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.records import Float32
from viewer.figures.records import Subject
from viewer.figures.sheet import Box, Sheet
from viewer.strips import Limit, peaks, round_ticks
from viewer.theme import lut

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["bar_labels", "draw_cells", "draw_seconds"]

_LEVELS = 64
"""Colours of a map that are told apart; neighbours of one colour become one rectangle."""
_MOST_COLUMNS = 400
_AROUND = [0, 1, 2, 1, 2, 3, 0, 3, 0, 1]
"""Corners of a rectangle in order, from its left, top, right and bottom."""
_UNDER = 0.35
"""Points by which the cells of the layer below are wider."""
_COARSE, _STEP = 8, (_LEVELS - 1) // 7
"""Colours of the layer below, and how many of the fine ones lie between two."""


def draw_cells(sheet: Sheet, box: Box, values: Float32, limit: Limit, *, signed: bool) -> None:
    """(rows, frames) values over a box; of many frames the largest of those that share a column; NaN hatched."""
    columns = min(values.shape[1], _MOST_COLUMNS)
    starts = np.arange(columns, dtype=np.int64) * values.shape[1] // columns
    shown = peaks(values, starts, signed)
    table = lut(sheet.theme.difference if signed else sheet.theme.magnitude)
    if np.isnan(shown).any():
        sheet.fill(box, sheet.theme.missing, hatch="////", edge=sheet.theme.dim)
    edges = box.left + np.append(starts, values.shape[1]) * box.width / values.shape[1]
    # First a coarse layer that reaches under its neighbours: programs that smooth edges would else show white seams.
    _draw_levels(sheet, box, _levels(shown, limit, signed, _COARSE) * _STEP, edges, table, _UNDER)
    _draw_levels(sheet, box, _levels(shown, limit, signed, _LEVELS), edges, table, 0.0)


def _draw_levels(
    sheet: Sheet, box: Box, levels: NDArray[np.int64], edges: NDArray[Any], table: NDArray[np.uint8], wider: float
) -> None:
    """Runs of one colour as rectangles, ``wider`` by so many points on all sides but within the box."""
    height = box.height / len(levels)
    corners: dict[int, list[tuple[float, float, float, float]]] = {}
    for row, found in enumerate(map(_runs, levels)):
        for first, last, level in found:
            place = Box(edges[first], box.top + row * height, edges[last + 1] - edges[first], height)
            corners.setdefault(level, []).append((max(place.left - wider, box.left), max(place.top - wider, box.top),
                                                  min(place.right + wider, box.right),
                                                  min(place.bottom + wider, box.bottom)))  # fmt: skip
    for unknown in [level for level in corners if level < 0]:
        del corners[unknown]
    colours = [table[round(level * 255 / (_LEVELS - 1))][:3] / 255 for level in corners]
    _add(sheet.layer, [np.array(each) for each in corners.values()], colours)


def _levels(values: Float32, limit: Limit, signed: bool, count: int) -> NDArray[np.int64]:
    """Number of the colour of each value, of so many colours, -1 for NaN."""
    known = np.isfinite(values)
    share = np.where(known, values, 0) / limit.value
    share = (share + 1) / 2 if signed else share
    return np.where(known, np.rint(np.clip(share, 0, 1) * (count - 1)), -1).astype(np.int64)


def _runs(row: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """First and last column and level of every run of one level."""
    first = np.flatnonzero(np.diff(row, prepend=row[0] - 1))
    last = np.append(first[1:] - 1, len(row) - 1)
    return list(zip(first.tolist(), last.tolist(), row[first].tolist(), strict=True))


def _add(axes: Axes, corners: Sequence[NDArray[Any]], colours: Sequence[NDArray[Any]]) -> None:
    """Rectangles (N, 4: left, top, right, bottom), those of one colour as one path."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    paths = [Path(each[:, _AROUND].reshape(-1, 2), np.tile(codes, len(each))) for each in corners]
    axes.add_collection(PathCollection(paths, facecolors=colours, edgecolors="none", linewidths=0,
                                       antialiaseds=False), autolim=False)  # fmt: skip


def bar_labels(limit: Limit, unit: str, *, signed: bool) -> tuple[tuple[float, str], ...]:
    """Ends and middle of a colour bar."""
    beyond = "≥ " if limit.exceeded else ""
    end = f"{beyond}{limit.value:g} {unit}"
    if signed:
        return (0.0, f"{'≤ ' if limit.exceeded else ''}−{limit.value:g}"), (0.5, "0"), (1.0, end)
    return (0.0, "0"), (0.5, f"{limit.value / 2:g}"), (1.0, end)


def draw_seconds(sheet: Sheet, box: Box, subject: Subject) -> None:
    """A time axis along the lower edge of a box, its letters below."""
    fps, (first, last) = subject.content.fps, subject.frames
    low, high = first / fps, (last + 1) / fps
    sheet.stroke((box.left, box.right), (box.bottom, box.bottom), sheet.theme.dim, 0.5)
    unit = sheet.width_of("s", sheet.small) + 0.8 * sheet.small
    for second in round_ticks(low, high, max(2, int(box.width / (3.4 * sheet.small)))):
        # A frame is a cell wide, so that its time is in the cell's middle.
        x = box.left + (second - low + 0.5 / fps) / (high - low) * box.width
        if x > box.right:
            continue
        sheet.stroke((x, x), (box.bottom, box.bottom + 2.0), sheet.theme.dim, 0.5)
        text = f"{second:.3g}"
        if x + sheet.width_of(text, sheet.small) / 2 < box.right - unit:
            sheet.text(x, box.bottom + 3.0, text, size=sheet.small, align="center")
    sheet.text(box.right, box.bottom + 3.0, "s", size=sheet.small, align="right")
