"""What an inspection reports: findings, each with a kind, how much it matters, a sentence and the frames."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["Finding", "Kind", "Severity", "Spans", "spans_of", "spell"]

Spans = tuple[tuple[int, int], ...]
"""Frames as (first, last), both included, 0-based."""


class Kind(StrEnum):
    """What is odd."""

    ALL_MISSING = "all missing"
    AXES = "axes"
    BONE_LENGTH = "bone length changes"
    FROZEN = "frozen frames"
    INFINITE = "infinite"
    JUMP = "jump"
    MIRRORED = "mirrored or left/right swapped"
    MISSING = "missing"
    NOT_RIGID = "segment not rigid"
    ONE_FRAME = "one frame"
    OUTSIDE = "outside the picture"
    SEAM = "seam"
    SWAP = "left/right swap"
    UNITS = "units"
    UPSIDE_DOWN = "upside down"
    ZERO_BONE = "zero-length bone"
    ZEROS = "zeros for missing"


class Severity(StrEnum):
    """How much it matters.

    note : worth knowing. warning : angles or errors will mislead where it is true. error : nothing can be computed.
    """

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One odd thing.

    message : one sentence with the evidence. frames : where, as spans; empty where it holds for the whole clip.
    """

    kind: Kind
    severity: Severity
    message: str
    frames: Spans = ()


def spans_of(mask: NDArray[np.bool_]) -> Spans:
    """Runs of True in a (T,) mask as (first, last) pairs."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return tuple((int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True))


def spell(spans: Spans, most: int = 4) -> str:
    """Spans in words: ``frames 3-7, 40 and 2 more``."""
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans[:most])
    more = f" and {len(spans) - most} more" if len(spans) > most else ""
    single = len(spans) == 1 and spans[0][0] == spans[0][1]
    return f"{'frame' if single else 'frames'} {shown}{more}"
