"""Are the points of a segment rigid over a clip? Points that are not make a frame that means little."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.angles.landmarks import LandmarkMap, resolve
from core.records import Float64, Points

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
    """Spread of every segment that has at least two labels and two frames."""
    mapping = resolve(points.names) if mapping is None else mapping
    spreads = []
    for segment in _RIGID_SEGMENTS:
        columns = sorted({c for (s, _), r in mapping.found.items() if s == segment for c in r.columns})
        pairs = [(_spread_mm(points, a, b), a, b) for a, b in combinations(columns, 2)]
        defined = [pair for pair in pairs if np.isfinite(pair[0])]
        if defined:
            spread, a, b = max(defined)
            spreads.append(SegmentSpread(segment, spread, (points.names[a], points.names[b])))
    return tuple(spreads)


def not_rigid(points: Points, mapping: LandmarkMap | None = None) -> tuple[str, ...]:
    """One sentence per segment whose points are not rigid (:data:`NOT_RIGID_MM`)."""
    return tuple(
        f"{s.segment} is not rigid: {s.pair[0]} to {s.pair[1]} varies by {s.spread_mm:.1f} mm (5th to 95th percentile)"
        for s in rigidity(points, mapping)
        if s.spread_mm > NOT_RIGID_MM
    )


def _spread_mm(points: Points, a: int, b: int) -> float:
    difference: Float64 = points.xyz_mm[:, a].astype(np.float64) - points.xyz_mm[:, b]
    distance = np.sqrt(np.einsum("ti,ti->t", difference, difference))
    distance = distance[np.isfinite(distance)]
    if len(distance) < 2:
        return float("nan")
    low, high = np.percentile(distance, (5, 95))
    return float(high - low)
