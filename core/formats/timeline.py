"""Placing detections on a timeline: frames that a file leaves out become NaN."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.errors import DataError
from core.records import Float64

__all__ = ["on_timeline"]

_MAX_FRAMES_PER_ROW = 1000


def on_timeline(frames: list[int], rows: Float64, path: Path) -> tuple[Float64, int]:
    """``rows`` (N, ...) at their 0-based ``frames``, NaN elsewhere, and the number of frames left empty.

    Raises :class:`DataError` for a negative number, one beyond a thousand frames per row (a forged number could
    otherwise ask for any amount of memory), and one that occurs twice.
    """
    low, high = min(frames), max(frames)
    if low < 0 or high >= len(frames) * _MAX_FRAMES_PER_ROW:
        raise DataError("frame numbers make no sense", path=path, got=f"{low} to {high} for {len(frames)} poses")
    numbers, counts = np.unique(np.array(frames, dtype=np.int64), return_counts=True)
    if len(numbers) < len(frames):
        raise DataError("frame occurs twice", path=path, frame=int(numbers[counts > 1][0]))
    placed = np.full((high + 1, *rows.shape[1:]), np.nan)
    placed[np.array(frames, dtype=np.int64)] = rows
    return placed, high + 1 - len(frames)
