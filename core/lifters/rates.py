"""Lifting at the frame rate that a model was trained at: 2D there, poses back, interpolated linearly in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.records import Float32, Poses2D

__all__ = ["at_rate", "back_to_frames"]

_LAST_FRAME_SLACK = 1e-6


def at_rate(poses: Poses2D, fps: float) -> Poses2D:
    """2D without gaps at another frame rate, first frame kept; the last lies within a frame of the clip's.

    ``ValueError`` for 2D whose own frame rate is not known.
    """
    if poses.fps is None:
        raise ValueError("2D has no frame rate")
    n_frames = len(poses.xy_px)
    at = np.arange(int((n_frames - 1) * fps / poses.fps + _LAST_FRAME_SLACK) + 1) * (poses.fps / fps)
    confidence = poses.confidence
    return replace(poses, xy_px=_between(poses.xy_px, at), fps=fps,
                   confidence=None if confidence is None else _between(confidence, at))  # fmt: skip


def back_to_frames(blocks: Iterable[Float32], step: float, n_frames: int) -> Iterator[Float32]:
    """Poses of the ``n_frames`` frames of a clip from blocks of poses at another rate, as they come.

    step : frames there per frame of the clip. Where the clip outlasts them, their last pose is kept.
    """
    held, first, done = np.empty((0, 17, 3), np.float32), 0, 0
    for block in blocks:
        held = np.concatenate([held, block])
        ready = min(int((first + len(held) - 2) / step + _LAST_FRAME_SLACK) + 1, n_frames) if len(held) > 1 else done
        if ready > done:
            yield _between(held, np.arange(done, ready) * step - first)
            done = ready
            keep = min(int(done * step), first + len(held) - 1)
            held, first = held[keep - first :], keep
    if done < n_frames:
        yield _between(held, np.arange(done, n_frames) * step - first)


def _between(values: Float32, at: NDArray[np.floating]) -> Float32:
    """Rows of ``values`` at fractional positions, held beyond its ends."""
    position = np.clip(at, 0, len(values) - 1)
    below = np.minimum(position.astype(int), max(len(values) - 2, 0))
    share = (position - below).reshape(-1, *(1,) * (values.ndim - 1)).astype(np.float32)
    upper = np.minimum(below + 1, len(values) - 1)
    between: Float32 = ((1 - share) * values[below] + share * values[upper]).astype(np.float32)
    return between
