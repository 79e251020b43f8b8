"""Checks of 2D keypoints: infinite, normalised, outside the picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.inspection.findings import Finding, Kind, Severity, spans_of, spell
from core.records import Float32

__all__ = ["infinite", "normalised", "outside"]

_NORMALISED_BELOW = 4.0
"""Largest coordinate of keypoints mapped to about [-1, 1]; a person in pixels is never that small."""


def infinite(xy: Float32) -> Iterator[Finding]:
    """Infinite coordinates: a division by zero somewhere upstream."""
    bad: NDArray[np.bool_] = np.any(np.isinf(xy), axis=(1, 2))
    if bad.any():
        frames = spans_of(bad)
        yield Finding(Kind.INFINITE, Severity.ERROR, f"infinite coordinates: {spell(frames)}", frames)


def normalised(xy: Float32) -> Iterator[Finding]:
    """All coordinates below 4: normalised, not pixels."""
    largest = float(np.nanmax(np.abs(xy)))
    if largest < _NORMALISED_BELOW:
        text = f"no coordinate exceeds {largest:.2g}: these are normalised, not pixels"
        yield Finding(Kind.UNITS, Severity.WARNING, text)


def outside(xy: Float32, size_px: tuple[int, int] | None) -> Iterator[Finding]:
    """More than 5 % of keypoints outside the picture: another size, or x and y exchanged (a turned video)."""
    if size_px is None:
        return
    seen = np.isfinite(xy).all(axis=2)
    beyond = ((xy < 0) | (xy > np.array(size_px))).any(axis=2) & seen
    share = beyond.sum() / max(int(seen.sum()), 1)
    if share > 0.05:
        text = f"{share:.0%} of keypoints lie outside the {size_px[0]} x {size_px[1]} picture"
        yield Finding(Kind.OUTSIDE, Severity.WARNING, f"{text}: another picture size, or a turned video")
