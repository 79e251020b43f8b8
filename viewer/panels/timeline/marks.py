"""The worst moments of a clip over all lifters that are shown. No Qt here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from core.metrics.worst import worst_frames
from core.records import Float32
from viewer.content.records import Track

__all__ = ["following", "preceding", "worst_marks", "worst_of_all"]

_APART_S = 0.25
"""Two marks are at least so far apart."""


def worst_of_all(tracks: Sequence[Track], n_frames: int) -> Float32:
    """(T,) degrees, per frame the largest angle MAE of these tracks; NaN where none has one."""
    if not tracks:
        return np.full(n_frames, np.nan, np.float32)
    worst: Float32 = np.fmax.reduce([track.angle_mae_deg for track in tracks])
    return worst


def worst_marks(error: Float32, fps: float) -> tuple[int, ...]:
    """Frames of the worst moments in order of time."""
    return tuple(sorted(worst_frames(error, apart=max(1, round(_APART_S * fps)))))


def following(marks: Sequence[int], frame: int) -> int | None:
    """The first mark after a frame."""
    place = bisect_right(marks, frame)
    return marks[place] if place < len(marks) else None


def preceding(marks: Sequence[int], frame: int) -> int | None:
    """The last mark before a frame."""
    place = bisect_left(marks, frame)
    return marks[place - 1] if place else None
