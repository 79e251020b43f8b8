"""The worst frames of a clip: the peaks of an error over time, apart from one another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["worst_frames"]


def worst_frames(error: NDArray[Any], most: int = 10, apart: int = 10) -> tuple[int, ...]:
    """Frames with the largest error, the worst first; NaN never counts.

    error : (T,) not negative. most : how many at most. apart : two of them are at least so many frames apart, so that
    one bad moment is not all of them.
    """
    left = np.asarray(error, np.float64).copy()
    left[np.isnan(left)] = -np.inf
    found: list[int] = []
    while len(found) < most and left.size:
        frame = int(np.argmax(left))
        if left[frame] <= 0:
            break
        found.append(frame)
        left[max(0, frame - apart + 1) : frame + apart] = -np.inf
    return tuple(found)
