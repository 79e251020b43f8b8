"""The worst moments of a clip: the highest peaks of an error over time, apart from one another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["worst_frames"]

_STANDS_OUT = 0.75


def worst_frames(error: NDArray[Any], most: int = 10, apart: int = 10) -> tuple[int, ...]:
    """Frames of the highest peaks of an error, the worst first; NaN never counts.

    A peak is not lower than either neighbour, and stands out: it is not below the 75th percentile of the clip.
    error : (T,) not negative. most : how many at most. apart : two of them are at least so many frames apart, so that
    one bad moment is not all of them.
    """
    values = np.asarray(error, np.float64)
    defined = values[~np.isnan(values)]
    if not defined.size:
        return ()
    level = np.where(np.isnan(values), -np.inf, values)
    around = np.concatenate([[-np.inf], level, [-np.inf]])
    peak = (level >= around[:-2]) & (level >= around[2:]) & (level > 0)
    peak &= level >= np.quantile(defined, _STANDS_OUT)
    frames = np.flatnonzero(peak)
    found: list[int] = []
    for frame in frames[np.argsort(-level[frames], kind="stable")]:
        if len(found) == most:
            break
        if all(abs(int(frame) - other) >= apart for other in found):
            found.append(int(frame))
    return tuple(found)
