"""Skeletons in print: told apart without colour, lifters by the marks at their joints, left from right by open joints.

Bones, marks of joints and the selected angle are drawn one over the other in this order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.skeleton import BONES, RIGHT
from viewer.figures.inks import MARKERS, marker_of
from viewer.scene.arrows import SlopesAt, arrows_of
from viewer.scene.eye import Eye, Size
from viewer.scene.figures import Figure, figure_strokes
from viewer.scene.stage import Stage, width_scale
from viewer.scene.strokes import Drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import LineCollection

__all__ = ["PX_PER_PT", "draw_bodies", "lines_of", "printed_stage", "within"]

PX_PER_PT = 96 / 72
_LEAST_LENGTH = 0.05
"""Points: a stroke without length is not drawn by every program."""
_OPEN = 0.4
"""Rim of an open joint over its radius."""
_GROWN = 1.15
"""Marks are so much larger than the joints in the window, for their shapes to be told apart."""
_LEAST_MARK_PT = 2.6
_N_BONES = len(BONES)


def printed_stage(stage: Stage) -> Stage:
    """The stage with open joints on the right of whoever says left and right."""
    cells = tuple(tuple(map(_with_open_right, figures)) for figures in stage.cells)
    return replace(stage, cells=cells)


def _with_open_right(figure: Figure) -> Figure:
    if not figure.sided:
        return figure
    rows = _N_BONES + np.array(RIGHT)
    fill, rim, rim_px = figure.fill.copy(), figure.rim.copy(), figure.rim_px.copy()
    rim[rows], fill[rows] = fill[rows], 1.0
    rim_px[rows] = _OPEN * figure.radius_px[rows]
    return replace(figure, fill=fill, rim=rim, rim_px=rim_px)


def draw_bodies(
    axes: Axes, stage: Stage, cell: int, frame: int, eye: Eye, size: Size, slopes: SlopesAt | None = None
) -> None:
    """Everybody of a cell at a frame, into axes in pixels of that size with y down."""
    unmarked = tuple(_without_joints(figure) for figure in stage.cells[cell])
    cells = (*stage.cells[:cell], unmarked, *stage.cells[cell + 1 :])
    bones = replace(stage, cells=cells, arcs=()).drawing(cell, frame, eye, size)
    _add_lines(axes, bones, size, 1)
    _add_marks(axes, stage, cell, frame, eye, size)
    _add_lines(axes, stage.marks(cell, frame, eye, size), size, 3)
    if slopes is not None:
        arrows = arrows_of(stage.cells[cell], slopes(frame), frame, eye, size, stage.theme)
        _add_lines(axes, arrows, size, 4)


def _without_joints(figure: Figure) -> Figure:
    """Bones alone of a lifter."""
    if not marker_of(figure.track):
        return figure
    radius = np.where(np.arange(len(figure.radius_px)) < _N_BONES, figure.radius_px, 0).astype(np.float32)
    return replace(figure, radius_px=radius, rim_px=np.minimum(figure.rim_px, radius))


def _add_lines(axes: Axes, drawing: Drawing | None, size: Size, order: int) -> None:
    drawing = None if drawing is None else within(drawing, size)
    if drawing is not None and len(drawing.ends_px):
        lines = lines_of(drawing)
        lines.set_zorder(order)
        axes.add_collection(lines, autolim=False)


def _add_marks(axes: Axes, stage: Stage, cell: int, frame: int, eye: Eye, size: Size) -> None:
    """The joints of lifters, far ones first."""
    from matplotlib.collections import PathCollection
    from matplotlib.markers import MarkerStyle
    from matplotlib.transforms import IdentityTransform

    figures = tuple(figure for figure in stage.cells[cell] if marker_of(figure.track))
    if not figures:
        return
    strokes = figure_strokes(figures, frame, stage.scale)
    pixels, depth = eye.project(np.stack([figure.track.xyz_mm[frame] for figure in figures]), size)
    points = pixels.reshape(-1, 2)
    kept = np.isfinite(points).all(axis=1) & (points >= 0).all(axis=1) & (points <= np.array(size)).all(axis=1)
    order = np.argsort(-np.where(kept, depth.ravel(), -np.inf), kind="stable")[: int(kept.sum())]
    styles = [MarkerStyle(marker_of(figure.track)) for figure in figures]
    shapes = [style.get_path().transformed(style.get_transform()) for style in styles]
    scale = width_scale(eye, size) / PX_PER_PT

    def joints(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(each, name)[_N_BONES:] for each in strokes])[order]

    n_joints = len(points) // len(figures)
    factors = np.repeat([MARKERS[marker_of(figure.track)] for figure in figures], n_joints)[order]
    wide = np.maximum(2 * scale * _GROWN * (joints("radius_px") - joints("rim_px") / 2), _LEAST_MARK_PT) * factors
    marks = PathCollection(
        [shapes[i // n_joints] for i in order], wide**2, facecolors=np.clip(joints("fill"), 0, 1),
        edgecolors=np.clip(joints("rim"), 0, 1), linewidths=scale * joints("rim_px"), offsets=points[order],
        offset_transform=axes.transData, zorder=2,
    )  # fmt: skip
    marks.set_transform(IdentityTransform())
    axes.add_collection(marks, autolim=False)


def within(drawing: Drawing, size: Size) -> Drawing:
    """What of the strokes is in a picture of that size: cut here, since not every program that reads SVG can."""
    begin, along = drawing.ends_px[:, 0].astype(np.float64), np.diff(drawing.ends_px, axis=1)[:, 0].astype(np.float64)
    first, last = np.zeros(len(begin)), np.ones(len(begin))
    for axis in (0, 1):
        for wall, sign in ((0.0, -1.0), (float(size[axis]), 1.0)):
            towards, room = sign * along[:, axis], sign * (wall - begin[:, axis])
            with np.errstate(divide="ignore", invalid="ignore"):
                part = room / towards
            first = np.where(towards < 0, np.maximum(first, part), first)
            last = np.where(towards > 0, np.minimum(last, part), last)
            last = np.where((towards == 0) & (room < 0), -1.0, last)
    kept = first <= last
    ends = np.stack([begin + first[:, None] * along, begin + last[:, None] * along], axis=1).astype(np.float32)
    return Drawing(ends[kept], drawing.radius_px[kept], drawing.rim_px[kept], drawing.fill[kept], drawing.rim[kept])


def lines_of(drawing: Drawing) -> LineCollection:
    """Strokes in their order, each first with its rim and then without."""
    from matplotlib.collections import LineCollection

    ends = drawing.ends_px.astype(np.float64)
    short = np.abs(ends[:, 1] - ends[:, 0]).max(axis=1) < _LEAST_LENGTH
    ends[short, 1, 0] += _LEAST_LENGTH
    inner = np.maximum(drawing.radius_px - drawing.rim_px, 0.0)
    widths = np.stack([drawing.radius_px, inner], axis=1) * 2 / PX_PER_PT
    colours = np.stack([drawing.rim, drawing.fill], axis=1)
    wanted = np.stack([drawing.rim_px > 0, inner > 0], axis=1).ravel()
    return LineCollection(
        list(np.repeat(ends, 2, axis=0)[wanted]), linewidths=widths.ravel()[wanted],
        colors=np.clip(colours.reshape(-1, 4), 0, 1)[wanted], capstyle="round", snap=False,
    )  # fmt: skip
