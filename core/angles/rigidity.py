"""Are the points of a segment rigid over a clip? Points that are not make a frame that means little."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.angles.landmarks import LandmarkMap, resolve
from core.angles.vectors import Vectors, norm
from core.records import Points

__all__ = ["NOT_RIGID_MM", "SegmentSpread", "not_rigid", "rigidity"]

NOT_RIGID_MM = 15.0
"""Spread above which a segment is reported; skin markers of one segment stay below it in ordinary movement."""

_RIGID_SEGMENTS = ("pelvis", "thorax", "femur_l", "femur_r", "humerus_l", "humerus_r")


@dataclass(frozen=True, slots=True)
class SegmentSpread:
    """How much the labels of one segment move against each other over a clip.

    spread_mm : largest 5th-to-95th percentile range of the distance between two labels. pair : those two labels.
    """

    segment: str
    spread_mm: float
    pair: tuple[str, str]


def rigidity(points: Points, mapping: LandmarkMap | None = None) -> tuple[SegmentSpread, ...]:
    """Spread of every segment that has at least two labels seen together in at least two frames."""
    pairs = _pairs(resolve(points.names) if mapping is None else mapping)
    if not pairs or points.n_frames < 2:
        return ()
    spread = _spread_mm(points, pairs)
    worst: dict[str, SegmentSpread] = {}
    for (segment, a, b), value in zip(pairs, spread.tolist(), strict=True):
        if np.isfinite(value) and (segment not in worst or value > worst[segment].spread_mm):
            worst[segment] = SegmentSpread(segment, value, (points.names[a], points.names[b]))
    return tuple(worst.values())


@lru_cache(maxsize=64)
def _pairs(mapping: LandmarkMap) -> tuple[tuple[str, int, int], ...]:
    """Every pair of label columns of each segment."""
    pairs = []
    for segment in _RIGID_SEGMENTS:
        columns = sorted({c for (s, _), r in mapping.found.items() if s == segment for c in r.columns})
        pairs += [(segment, a, b) for a, b in combinations(columns, 2)]
    return tuple(pairs)


def not_rigid(points: Points, mapping: LandmarkMap | None = None) -> tuple[str, ...]:
    """One sentence per segment whose points are not rigid (:data:`NOT_RIGID_MM`)."""
    return tuple(
        f"{s.segment} is not rigid: {s.pair[0]} to {s.pair[1]} varies by {s.spread_mm:.1f} mm (5th to 95th percentile)"
        for s in rigidity(points, mapping)
        if s.spread_mm > NOT_RIGID_MM
    )


def _spread_mm(points: Points, pairs: tuple[tuple[str, int, int], ...]) -> Vectors:
    """(P,) 5th-to-95th percentile range of the distance of each pair; NaN with fewer than two defined frames."""
    _, first, second = zip(*pairs, strict=True)
    xyz_mm = np.ascontiguousarray(points.xyz_mm[:, sorted({*first, *second})].transpose(2, 1, 0))
    row = {column: index for index, column in enumerate(sorted({*first, *second}))}
    a, b = ([row[column] for column in columns] for columns in (first, second))
    distance = np.sort(norm(xyz_mm[:, a] - xyz_mm[:, b]), axis=1)  # NaN last
    count = np.isfinite(distance).sum(axis=1)
    spread = _quantile(distance, count, 0.95) - _quantile(distance, count, 0.05)
    return np.where(count >= 2, spread, np.float32(np.nan))


def _quantile(ordered: Vectors, count: NDArray[np.intp], share: float) -> Vectors:
    """Quantile of the first ``count`` of each row, by linear interpolation between neighbours."""
    place = np.maximum(count - 1, 0) * share
    low = place.astype(np.intp)
    high = np.minimum(low + 1, ordered.shape[1] - 1)
    rows = np.arange(len(ordered))
    below, above = ordered[rows, low], ordered[rows, high]
    return np.where(place > low, below + (place - low) * (above - below), below)
