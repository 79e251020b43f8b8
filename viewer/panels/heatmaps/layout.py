"""Where the blocks and rows of the heatmaps stand. No Qt here; pixels, y downwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["AXIS_PX", "Detail", "Gutter", "HeatLayout", "arrange", "least_height"]

AXIS_PX = 14
"""Times below the last block."""

_HEAD_PX, _LEAST_HEAD_PX = 16, 14
_LEAST_ROW_PX, _MOST_ROW_PX = 3, 22
_LEAST_LABEL_PX = 10
"""Labels nearer to one another than this would touch."""


class Detail(StrEnum):
    """What gets a label: every row, every pair of rows, or every pair by turns in two columns."""

    ROWS = "rows"
    PAIRS = "pairs"
    STAGGERED = "staggered"


@dataclass(frozen=True, slots=True)
class Gutter:
    """Room for labels left of the cells. near, far : widths of the column beside the cells and of the one further out,
    0 where there is none.
    """

    near: int = 0
    far: int = 0

    left_px = 8
    between_px = 8
    right_px = 6

    @property
    def width(self) -> int:
        """Pixels left of the cells."""
        return self.left_px + self.near + self.right_px + (self.far + self.between_px if self.far else 0)


@dataclass(frozen=True, slots=True)
class HeatLayout:
    """Blocks of ``block_px`` pixels one below the other. tops : of their cells. n_rows : of each. head_px : height of
    the line with the lifter's name above each block.
    """

    tops: tuple[int, ...]
    block_px: int
    n_rows: int
    head_px: int = _HEAD_PX

    @property
    def detail(self) -> Detail:
        """The labels for which there is room."""
        row_px = self.block_px / self.n_rows
        if row_px >= _LEAST_LABEL_PX:
            return Detail.ROWS
        return Detail.PAIRS if 2 * row_px >= _LEAST_LABEL_PX else Detail.STAGGERED

    @property
    def bottom(self) -> int:
        """End of the last block."""
        return self.tops[-1] + self.block_px if self.tops else 0

    def row_span(self, row: int) -> tuple[int, int]:
        """First pixel of a row within its block, and the one after its last; a pixel belongs to the row that covers
        its middle, on an edge to that above, as Qt paints it.
        """
        return self._edge(row), self._edge(row + 1)

    def _edge(self, row: int) -> int:
        return (2 * row * self.block_px + self.n_rows) // (2 * self.n_rows)

    def cell_at(self, y: int) -> tuple[int, int] | None:
        """Block and row at a pixel, or None beside the cells."""
        for block, top in enumerate(self.tops):
            if top <= y < top + self.block_px:
                return block, self._row_at(y - top)
        return None

    def nearest_row(self, block: int, y: int) -> int:
        """The row of a block at a pixel; above or below it, its first or last."""
        inside = min(max(y, self.tops[block]), self.tops[block] + self.block_px - 1)
        return self._row_at(inside - self.tops[block])

    def _row_at(self, y: int) -> int:
        return max(0, -(-(2 * y + 1) * self.n_rows // (2 * self.block_px)) - 1)


def least_height(n_blocks: int, n_rows: int) -> int:
    """Pixels below which rows could not be told apart any more."""
    return n_blocks * (_LEAST_HEAD_PX + _LEAST_ROW_PX * n_rows) + AXIS_PX


def arrange(height: int, n_blocks: int, n_rows: int) -> HeatLayout:
    """Blocks as tall as the height allows, within what can be read and what still looks like rows."""
    if n_blocks == 0:
        return HeatLayout((), 0, n_rows)
    share = (height - AXIS_PX) // n_blocks
    head = _HEAD_PX if share - _HEAD_PX >= _LEAST_LABEL_PX / 2 * n_rows else _LEAST_HEAD_PX
    block = min(max(share - head, _LEAST_ROW_PX * n_rows), _MOST_ROW_PX * n_rows)
    return HeatLayout(tuple(head + i * (head + block) for i in range(n_blocks)), block, n_rows, head)
