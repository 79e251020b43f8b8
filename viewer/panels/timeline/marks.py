"""The worst moments of a clip over all lifters that are shown. No Qt here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.metrics.worst import worst_frames
from core.records import Float32
from viewer.content.records import Track

__all__ = ["Mark", "following", "preceding", "worst_marks", "worst_of_all"]

_APART_S = 0.25
"""Two marks are at least so far apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One of the worst moments. rank : 1 is the worst. track : whose angle MAE is the largest there."""

    frame: int
    rank: int
    track: Track


def worst_of_all(tracks: Sequence[Track], n_frames: int) -> Float32:
    """(T,) degrees, per frame the largest angle MAE of these tracks; NaN where none has one."""
    if not tracks:
        return np.full(n_frames, np.nan, np.float32)
    worst: Float32 = np.fmax.reduce([track.angle_mae_deg for track in tracks])
    return worst


def worst_marks(tracks: Sequence[Track], error: Float32, fps: float) -> tuple[Mark, ...]:
    """The worst moments, the worst first. error : of :func:`worst_of_all` for these tracks."""
    frames = worst_frames(error, apart=max(1, round(_APART_S * fps)))
    return tuple(Mark(frame, rank, _worst_track(tracks, frame)) for rank, frame in enumerate(frames, 1))


def _worst_track(tracks: Sequence[Track], frame: int) -> Track:
    """Whose angle MAE is the largest at a frame where someone has one."""
    return tracks[int(np.nanargmax([track.angle_mae_deg[frame] for track in tracks]))]


def following(marks: Sequence[int], frame: int) -> int | None:
    """The first mark after a frame."""
    place = bisect_right(marks, frame)
    return marks[place] if place < len(marks) else None


def preceding(marks: Sequence[int], frame: int) -> int | None:
    """The last mark before a frame."""
    place = bisect_left(marks, frame)
    return marks[place - 1] if place else None
