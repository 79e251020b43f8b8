"""Where the blocks and rows of the heatmaps stand. No Qt here; pixels, y downwards."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

__all__ = ["AXIS_PX", "HEAD_PX", "HeatLayout", "arrange", "least_height"]

HEAD_PX = 15
"""Line with the lifter's name above its block."""

AXIS_PX = 17
"""Times below the last block."""

_LEAST_ROW_PX, _MOST_ROW_PX = 4, 22


@dataclass(frozen=True, slots=True)
class HeatLayout:
    """Blocks of ``block_px`` pixels one below the other. tops : of their cells. n_rows : of each."""

    tops: tuple[int, ...]
    block_px: int
    n_rows: int

    @property
    def bottom(self) -> int:
        """End of the last block."""
        return self.tops[-1] + self.block_px if self.tops else 0

    def row_span(self, row: int) -> tuple[int, int]:
        """First pixel of a row within its block, and the one after its last; a pixel belongs to the row that covers
        its middle.
        """
        return self._edge(row), self._edge(row + 1)

    def _edge(self, row: int) -> int:
        return ceil(row * self.block_px / self.n_rows - 0.5)

    def cell_at(self, y: int) -> tuple[int, int] | None:
        """Block and row at a pixel, or None beside the cells."""
        for block, top in enumerate(self.tops):
            if top <= y < top + self.block_px:
                return block, int((y - top + 0.5) * self.n_rows / self.block_px)
        return None

    def nearest_row(self, block: int, y: int) -> int:
        """The row of a block at a pixel; above or below it, its first or last."""
        inside = min(max(y, self.tops[block]), self.tops[block] + self.block_px - 1)
        return int((inside - self.tops[block] + 0.5) * self.n_rows / self.block_px)


def least_height(n_blocks: int, n_rows: int) -> int:
    """Pixels below which rows could not be told apart any more."""
    return n_blocks * (HEAD_PX + _LEAST_ROW_PX * n_rows) + AXIS_PX


def arrange(height: int, n_blocks: int, n_rows: int) -> HeatLayout:
    """Blocks as tall as the height allows, within what can be read and what still looks like rows."""
    if n_blocks == 0:
        return HeatLayout((), 0, n_rows)
    block = (height - AXIS_PX) // n_blocks - HEAD_PX
    block = min(max(block, _LEAST_ROW_PX * n_rows), _MOST_ROW_PX * n_rows)
    return HeatLayout(tuple(HEAD_PX + i * (HEAD_PX + block) for i in range(n_blocks)), block, n_rows)
