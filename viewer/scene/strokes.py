"""The one thing that is drawn: strokes with round ends, in the world and then in pixels. No Qt, no OpenGL.

A bone is a stroke, a joint is a stroke without length, a ring is one that is only rim; floor, axes and trails are
strokes too. They are put in painter's order here, far ones first, so that edges can be smooth without a depth buffer
and both ways of drawing give the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.records import Float32, Float64
from viewer.scene.eye import Eye, Size

__all__ = ["Drawing", "Layer", "Strokes", "as_seen", "joined", "same_look", "stacked"]


class Layer(IntEnum):
    """What is drawn over what, whatever its depth."""

    FLOOR = 0
    BEHIND = 1
    FIGURES = 2
    HALOS = 3
    MARKS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Strokes:
    """N strokes in the world, float32.

    ends_mm : (N, 2, 3), NaN is not drawn. radius_px : (N,) half the width, rim included. rim_px : (N,) width of the
    rim. fill, rim : (N, 4) RGBA from 0 to 1. layer : (N,) of :class:`Layer`.
    """

    ends_mm: Float32
    radius_px: Float32
    rim_px: Float32
    fill: Float32
    rim: Float32
    layer: Float32


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """Strokes in logical pixels of a cell from its top left, in the order in which they are drawn, float32.

    ends_px : (N, 2, 2). radius_px, rim_px : (N,). fill, rim : (N, 4). Nothing here is NaN.
    """

    ends_px: Float32
    radius_px: Float32
    rim_px: Float32
    fill: Float32
    rim: Float32


def same_look(
    ends_mm: NDArray[Any], radius_px: ArrayLike, fill: ArrayLike, layer: Layer,
    rim_px: ArrayLike = 0.0, rim: ArrayLike = (0.0, 0.0, 0.0, 0.0),
) -> Strokes:  # fmt: skip
    """Strokes (N, 2, 3) whose look is given once, or one each."""
    n = len(ends_mm)

    def each(value: ArrayLike, *shape: int) -> Float32:
        return np.broadcast_to(np.asarray(value, np.float32), (n, *shape))

    return Strokes(np.asarray(ends_mm, np.float32), each(radius_px), each(rim_px), each(fill, 4), each(rim, 4),
                   each(float(layer)))  # fmt: skip


def joined(*parts: Strokes) -> Strokes:
    """All of them, in that order."""
    return Strokes(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Strokes)))


def stacked(*parts: Drawing) -> Drawing:
    """All of them, the last on top."""
    return Drawing(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Drawing)))


def as_seen(strokes: Strokes, eye: Eye, size: Size, scale: float = 1.0) -> Drawing:
    """What an eye sees of them in a cell of that size: cut at the eye, in painter's order, missing ones left out.

    scale : factor on widths.
    """
    ends, depth = _cut(strokes.ends_mm, eye)
    pixels, _ = eye.project(ends, size)
    # Within a layer by depth of the far end; the later of equals is on top, so that joints cover their bones' ends.
    order = np.lexsort((-np.round(depth.max(axis=1)), strokes.layer))
    order = order[np.isfinite(pixels[order]).all(axis=(1, 2))]
    return Drawing(pixels[order].astype(np.float32), strokes.radius_px[order] * np.float32(scale),
                   strokes.rim_px[order] * np.float32(scale), strokes.fill[order], strokes.rim[order])  # fmt: skip


def _cut(ends_mm: Float32, eye: Eye) -> tuple[Float64, Float64]:
    """Ends (N, 2, 3) with what is too near or behind the eye cut off, and their depths (N, 2)."""
    ends = ends_mm.astype(np.float64)
    depth = eye.depth_mm(ends)
    near = eye.near_mm
    for this, other in ((0, 1), (1, 0)):
        outside = np.flatnonzero((depth[:, this] < near) & (depth[:, other] > near))
        if len(outside):
            # Just beyond the plane, so that rounding cannot put the end behind it again.
            goal = near * (1 + 1e-6)
            part = (goal - depth[outside, other]) / (depth[outside, this] - depth[outside, other])
            from_other = ends[outside, this] - ends[outside, other]
            ends[outside, this] = ends[outside, other] + part[:, None] * from_other
            depth[outside, this] = goal
    return ends, depth
