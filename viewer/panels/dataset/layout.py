"""Where names, cells and heads of the dataset heatmap are, in pixels of its widget."""

from __future__ import annotations

from dataclasses import dataclass

from core.results.dataset_grid import MEAN, POSITION

__all__ = ["HEAD_PX", "LINE_PX", "GridLayout", "arrange"]

LINE_PX = 18
"""Height of a line in which names and numbers can be read."""
HEAD_PX = 42
_TOTAL_PX, _GAP_PX, _PAIR_GAP_PX, _PART_GAP_PX = 19, 3, 3, 6
_MARK_PX, _LEAST_NAME_PX, _NAME_SHARE = 15, 56, 0.32
_MEAN_SHARE, _POSITION_SHARE = 1.3, 1.8
"""Widths in cells of an angle: for the words above them, and for a digit more."""


@dataclass(frozen=True, slots=True)
class GridLayout:
    """name_px : of the names; cells : (left, right) of every shown column, right not included; total : whether the
    line of all clips stands below the heads; top : where the lines begin; line_px : height of a line.
    """

    name_px: int
    mark_px: int
    cells: tuple[tuple[int, int], ...]
    total: bool
    line_px: float
    height: int

    @property
    def top(self) -> int:
        """Where the first line begins."""
        return HEAD_PX + (_TOTAL_PX + _GAP_PX if self.total else 0)

    @property
    def total_px(self) -> int:
        """Height of the line of all clips."""
        return _TOTAL_PX

    @property
    def visible(self) -> int:
        """Whole lines that can be seen at once."""
        return max(1, int((self.height - self.top) / self.line_px + 1e-6))

    @property
    def cell_px(self) -> int:
        """Width of the narrowest cell."""
        return min(right - left for left, right in self.cells)

    def column_at(self, x: int) -> int | None:
        """The column at or next to a pixel, -1 for the names, None right of everything."""
        if x < self.cells[0][0]:
            return -1
        if x >= self.cells[-1][1] + _GAP_PX:
            return None
        return max(column for column, (left, _) in enumerate(self.cells) if left <= x)

    def y_of(self, line: float, scrolled: int) -> float:
        """Upper edge of a line."""
        return self.top + (line - scrolled) * self.line_px

    def line_at(self, y: int, scrolled: int) -> int:
        """The line at a pixel, which may be one that does not exist."""
        return -1 if y < self.top else scrolled + int((y + 0.5 - self.top) / self.line_px)


def arrange(width: int, height: int, columns: int, name_px: int, lines: int, *, ranked: bool, total: bool,
            fitted: bool) -> GridLayout:  # fmt: skip
    """Names as wide as they are up to a share of the width, and the cells with what is left.

    name_px : of the longest name. ranked : with room for the mark. fitted : all lines in the height.
    """
    mark = _MARK_PX if ranked else 0
    name = max(_LEAST_NAME_PX, min(name_px, int(_NAME_SHARE * width)))
    gaps = [_gap_before(column) for column in range(columns)]
    shares = [{MEAN: _MEAN_SHARE, POSITION: _POSITION_SHARE}.get(column, 1.0) for column in range(columns)]
    unit = max(4.0, (width - name - mark - sum(gaps) - _GAP_PX) / sum(shares))
    cells, x = [], float(name + mark)
    for gap, share in zip(gaps, shares, strict=True):
        x += gap
        cells.append((round(x), round(x + share * unit)))
        x += share * unit
    made = GridLayout(name, mark, tuple(cells), total, float(LINE_PX), height)
    if not fitted or not lines:
        return made
    line_px = min(float(LINE_PX), max(1, height - made.top) / lines)
    return GridLayout(name, mark, tuple(cells), total, line_px, height)


def _gap_before(column: int) -> int:
    if column in (MEAN, POSITION):
        return _PART_GAP_PX
    return _PAIR_GAP_PX if column % 2 == 0 else 0
