"""Arrows at the joints: which way, and how much, a joint changes the selected angle. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.records import Float32, Float64
from viewer.scene.eye import Eye, Size
from viewer.scene.figures import Figure
from viewer.scene.scales import rgb
from viewer.scene.strokes import Drawing, Layer, Strokes, as_seen, same_look, stacked
from viewer.theme import Theme

__all__ = ["Slopes", "SlopesAt", "arrow_strokes", "arrows_of", "with_arrows"]

_LONGEST_MM = 260.0
_LEAST_SHARE = 0.04
_HEAD_SHARE, _HEAD_MM = 0.28, 55.0
_SHAFT_PX = 1.7
_RIM_PX = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Of one lifter at one frame: (17, 3) degrees per millimetre, vectors in the world."""

    lifter: str
    frame: int
    vectors: Float64


SlopesAt = Callable[[int], "Slopes | None"]
"""Those of a frame; None where there are none."""


def with_arrows(
    drawing: Drawing, figures: tuple[Figure, ...], slopes: Slopes | None, frame: int, eye: Eye, size: Size, theme: Theme
) -> Drawing:
    """The drawing of a cell with the arrows of its figure, where the slopes are of one and of this frame."""
    arrows = arrows_of(figures, slopes, frame, eye, size, theme)
    return drawing if arrows is None else stacked(drawing, arrows)


def arrows_of(
    figures: tuple[Figure, ...], slopes: Slopes | None, frame: int, eye: Eye, size: Size, theme: Theme
) -> Drawing | None:
    """The arrows alone, None where the slopes are of none of the figures or of another frame."""
    mine = [figure for figure in figures if slopes is not None and figure.track.name == slopes.lifter]
    if not mine or slopes is None or slopes.frame != frame:
        return None
    strokes = arrow_strokes(mine[0].track.xyz_mm[frame], slopes.vectors, eye, theme)
    return None if strokes is None else as_seen(strokes, eye, size)


def arrow_strokes(joints_mm: Float32, slopes: Float64, eye: Eye, theme: Theme) -> Strokes | None:
    """Arrows from joints (17, 3) along slopes (17, 3), the longest a quarter of a metre, the others in proportion.

    Those of less than a twenty-fifth of the longest are left out; heads are flat towards the eye. None without any.
    """
    size = np.linalg.norm(slopes, axis=1)
    there = np.isfinite(size) & np.isfinite(joints_mm).all(axis=1)
    most = float(size[there].max(initial=0.0))
    drawn = np.flatnonzero(there & (size > _LEAST_SHARE * most))
    if not len(drawn):
        return None
    tail = joints_mm[drawn].astype(np.float64)
    way = slopes[drawn] * (_LONGEST_MM / most)
    tip = tail + way
    barbs = _barbs(tip, way, eye)
    ends = np.concatenate([np.stack([tail, tip], axis=1), *(np.stack([tip, barb], axis=1) for barb in barbs)])
    look = (_SHAFT_PX, (*rgb(theme.mark), 1.0), Layer.MARKS, _RIM_PX, (*rgb(theme.base), 0.9))
    return same_look(ends, *look)


def _barbs(tip: Float64, way: Float64, eye: Eye) -> tuple[Float64, Float64]:
    """Ends of the two strokes of each head."""
    length = np.linalg.norm(way, axis=1, keepdims=True)
    along = way / length
    aside = np.cross(along, eye.axes[2])
    aside /= np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-9)
    head = np.minimum(_HEAD_SHARE * length, _HEAD_MM)
    back = tip - head * along
    return back + 0.6 * head * aside, back - 0.6 * head * aside
