"""Which frames an edit is of."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Scope", "frames_of"]


class Scope(StrEnum):
    """The frame on screen, those from in to out, or all."""

    FRAME = "frame"
    SPAN = "span"
    CLIP = "clip"


def frames_of(scope: Scope, frame: int, span: tuple[int, int] | None, n_frames: int) -> tuple[int, int]:
    """First and last frame, both included; without a span, the frame alone."""
    if scope is Scope.CLIP:
        return 0, n_frames - 1
    if scope is Scope.SPAN and span is not None and span[0] < n_frames:
        return span[0], min(span[1], n_frames - 1)
    return frame, frame
