"""What is raised about a source: flags, each with the frames, a measured number and the rule it follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.inspection.findings import Spans

__all__ = ["Flag", "FlagKind", "flagged_frames", "main_flag"]


class FlagKind(StrEnum):
    """What is wrong with the poses of a source against the reference, the most specific first.

    Where several are true of the same frames, an earlier one is the reason for the later ones.
    """

    SWAP = "left/right swap"
    MIRROR = "mirrored"
    FROZEN = "frozen"
    JITTER = "jitter"
    SMOOTH = "over-smoothed"
    DEPTH = "depth noise"
    BONE_LENGTH = "changing bone length"


@dataclass(frozen=True, slots=True)
class Flag:
    """One fault of one source.

    frames : spans (first, last), both included. value, unit : what was measured over them, as ``found`` says.
    found : what was found, where, and how much. rule : what it follows, with its threshold.
    """

    kind: FlagKind
    source: str
    frames: Spans
    value: float
    unit: str
    found: str
    rule: str

    @property
    def sentence(self) -> str:
        """What was found and the rule, in one."""
        return f"{self.found} (rule: {self.rule})"

    @property
    def n_frames(self) -> int:
        """Number of frames in the spans."""
        return sum(last - first + 1 for first, last in self.frames)


def flagged_frames(flags: Iterable[Flag], n_frames: int) -> NDArray[np.bool_]:
    """(T,) True in the frames of any of the flags."""
    mask = np.zeros(n_frames, dtype=np.bool_)
    for flag in flags:
        for first, last in flag.frames:
            mask[first : last + 1] = True
    return mask


def main_flag(flags: Iterable[Flag]) -> Flag | None:
    """The flag that holds in most frames, of equals the most specific; None without any."""
    order = tuple(FlagKind)
    return max(flags, key=lambda flag: (flag.n_frames, -order.index(flag.kind)), default=None)
