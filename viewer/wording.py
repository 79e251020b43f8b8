"""Words that several panels use for the same thing. No Qt here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from core.conventions import ShoulderView
from core.metrics.alignment import Alignment

__all__ = ["ALIGNED", "FLOOR_BAND", "POSITION_ERROR", "SHOULDER", "frame_text", "short_names", "span_text",
           "time_text"]  # fmt: skip

POSITION_ERROR: Mapping[Alignment, str] = MappingProxyType({
    Alignment.NONE: "distance", Alignment.ROOT: "MPJPE", Alignment.SCALE: "N-MPJPE", Alignment.PROCRUSTES: "P-MPJPE",
})  # fmt: skip
"""What the position error under an alignment is called."""

ALIGNED: Mapping[Alignment, str] = MappingProxyType({
    Alignment.NONE: "not aligned", Alignment.ROOT: "aligned at the pelvis",
    Alignment.SCALE: "aligned at the pelvis and scaled", Alignment.PROCRUSTES: "aligned by Procrustes",
})  # fmt: skip
"""How skeletons are laid over the reference."""

SHOULDER: Mapping[ShoulderView, str] = MappingProxyType({
    ShoulderView.COMPONENTS: "flexion and abduction components", ShoulderView.RAW: "plane and elevation (Y-X-Y)",
    ShoulderView.PROJECTED: "projected flexion and abduction",
})  # fmt: skip
"""What the pair of numbers of the shoulder is in each view."""

FLOOR_BAND = "floor ±1σ"
"""The floor where it is drawn with one standard deviation on either side."""


def frame_text(frame: int, fps: float, n_frames: int = 0) -> str:
    """A frame and its time: ``frame 45 · 0.375 s``, or of how many ``frame 45 of 0–239 · 0.375 s``."""
    of = f" of 0–{n_frames - 1}" if n_frames else ""
    return f"frame {frame}{of} · {time_text(frame / fps)}"


def time_text(seconds: float) -> str:
    """A time as it is shown and can be typed: ``1.500 s``, from a minute on ``1:01.500``."""
    thousandths = round(seconds * 1000)
    if thousandths < 60_000:
        return f"{thousandths / 1000:.3f} s"
    return f"{thousandths // 60_000}:{thousandths % 60_000 / 1000:06.3f}"


def span_text(first: int, last: int) -> str:
    """Frames from one to another, both included: ``frames 40–120``, or ``frame 40`` alone."""
    return f"frame {first}" if first == last else f"frames {first}–{last}"


_BETWEEN_WORDS = re.compile(r"[\s_.\-]+")


def short_names(names: Collection[str]) -> dict[str, str]:
    """Each name without the words that all of them begin or end with: ``sim_a`` and ``sim_b`` become ``a`` and ``b``.

    Something is left of every name; one name alone stays whole.
    """
    if len(names) < 2:
        return {name: name for name in names}
    begin = _shared_beginning(names)
    rest = [name[len(begin) :] for name in names]
    end = _shared_beginning([name[::-1] for name in rest])
    return {name: part[: len(part) - len(end)] for name, part in zip(names, rest, strict=True)}


def _shared_beginning(names: Collection[str]) -> str:
    """What all names begin with, up to the end of a word, where something is left of each."""
    first, last = min(names), max(names)  # what these share, all share
    ends = [found.end() for found in _BETWEEN_WORDS.finditer(first)]
    return next((first[:end] for end in reversed(ends) if last.startswith(first[:end]) and len(first) > end), "")
