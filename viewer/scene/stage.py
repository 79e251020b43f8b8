"""One clip as it stands on the stage: cells, figures, colours, floor; what is drawn at a frame; which joint is where.

No Qt: the widget only asks for drawings and joints.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from core.angles.bodies import Bodies
from core.records import Float64
from viewer.content.records import ClipContent, Track
from viewer.scene.arcs import (
    BodyArcs,
    Measured,
    arc_strokes,
    axes_letters,
    axes_of_bodies,
    reference_bodies,
)
from viewer.scene.eye import Eye, Rect, Size
from viewer.scene.figures import Figure, cells_of, figure_strokes, figures_of, ring_strokes, trail_strokes
from viewer.scene.floor import axes_strokes, corner_axes, corner_place, floor_strokes
from viewer.scene.scales import ErrorScale, scale_of
from viewer.scene.strokes import Drawing, Strokes, as_seen, joined, stacked
from viewer.strips.colours import Limit
from viewer.theme import Theme
from viewer.view import View

__all__ = ["Hit", "Stage", "places", "staged", "width_scale"]

_GAP_PX = 1
# A standing person with the arms out: the shape of cell that wastes least.
_CELL_ASPECT = 0.8
# Widths are given for a picture of this many pixels a millimetre; nearer they stop growing, so that skeletons that lie
# over each other come apart.
_COMMON_PX_PER_MM = 0.26
_SCALES = (0.62, 1.3)
_CORNER_FROM_PX = 150.0
_BEHIND_PX = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A joint under the mouse. at_px : where it is drawn in its cell."""

    track: Track
    joint: int
    at_px: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What stands where, made anew when the clip or the view changes, and asked at every frame.

    cells : the figures of each cell. scale : of error colours, or None. still : what does not move. arcs : the selected
    angle of each cell.
    """

    cells: tuple[tuple[Figure, ...], ...]
    scale: ErrorScale | None
    still: tuple[Strokes, ...]
    view: View
    theme: Theme
    arcs: tuple[BodyArcs, ...] = ()

    def strokes(self, cell: int, frame: int) -> Strokes | None:
        """Everything in the world of one cell at a frame; None for an empty cell."""
        figures, view = self.cells[cell], self.view
        parts = [
            *self.still,
            *trail_strokes(figures, frame, view.scene.trail_frames, self.theme),
            *figure_strokes(figures, frame, self.scale),
            *ring_strokes(figures, frame, view.joint, view.lifter, self.theme),
        ]
        return joined(*parts) if parts else None

    def drawing(self, cell: int, frame: int, eye: Eye, size: Size) -> Drawing | None:
        """What an eye sees in a cell of that size, logical pixels."""
        strokes = self.strokes(cell, frame)
        if strokes is None:
            return None
        measured = self.measured(cell, frame)
        if measured is not None:
            strokes = joined(strokes, *self._measured_strokes(cell, measured, eye.scale(size)))
        drawing = as_seen(strokes, eye, size, width_scale(eye, size))
        if measured is not None and self.view.scene.frames:
            drawing = stacked(drawing, axes_letters(measured, eye, size))
        if self.corner(size) is not None:
            drawing = stacked(drawing, corner_axes(eye, size))
        return drawing

    def marks(self, cell: int, frame: int, eye: Eye, size: Size) -> Drawing | None:
        """The selected angle alone, as :meth:`drawing` lays it over everybody; None where it is not drawn."""
        measured = self.measured(cell, frame)
        if measured is None:
            return None
        strokes = joined(*self._measured_strokes(cell, measured, eye.scale(size)))
        drawing = as_seen(strokes, eye, size, width_scale(eye, size))
        return stacked(drawing, axes_letters(measured, eye, size)) if self.view.scene.frames else drawing

    def corner(self, size: Size) -> Rect | None:
        """Where the axes of the world are in a cell of that size; None where they are not drawn."""
        return corner_place(size) if self.view.scene.axes and min(size) >= _CORNER_FROM_PX else None

    @property
    def drawn_angle(self) -> str:
        """Title of the angle whose arcs are drawn, empty where none are."""
        return self.arcs[0].angle.title if self.arcs and self.view.scene.arcs else ""

    def measured(self, cell: int, frame: int) -> Measured | None:
        """The selected angle of a cell at a frame; None where it is not drawn."""
        scene = self.view.scene
        return self.arcs[cell].at(frame) if self.arcs and (scene.arcs or scene.frames) else None

    def _measured_strokes(self, cell: int, measured: Measured, px_per_mm: float) -> list[Strokes]:
        scene = self.view.scene
        return [
            *(axes_of_bodies(measured, self.theme) if scene.frames else ()),
            *((arc_strokes(measured, px_per_mm, self.arcs[cell].look),) if scene.arcs else ()),
        ]

    def joints_px(self, cell: int, frame: int, eye: Eye, size: Size) -> tuple[Float64, Float64]:
        """(S, 17, 2) pixels of the joints of the figures of a cell, and their depths (S, 17); NaN where missing."""
        return eye.project(np.stack([figure.track.xyz_mm[frame] for figure in self.cells[cell]]), size)

    def joint_at(self, cell: int, frame: int, eye: Eye, size: Size, at: Size, within_px: float) -> Hit | None:
        """The joint nearest to a point of a cell, and of those that are as near the one in front.

        A ghost is behind the others and has to be nearer by some pixels.
        """
        if not self.cells[cell]:
            return None
        pixels, depth = self.joints_px(cell, frame, eye, size)
        off = np.hypot(*np.moveaxis(pixels - np.asarray(at), -1, 0))
        off = np.where(np.isfinite(off), off, np.inf)
        off += np.array([[_BEHIND_PX * figure.ghost] for figure in self.cells[cell]])
        if off.min() > within_px:
            return None
        depth = np.where(off < off.min() + 1.0, depth, np.inf)
        source, joint = np.unravel_index(int(depth.argmin()), depth.shape)
        u, v = pixels[source, joint]
        return Hit(self.cells[cell][source].track, int(joint), (float(u), float(v)))


def staged(
    content: ClipContent | None, view: View, theme: Theme, limit: Limit | None = None,
    reference: Bodies | None = None,
) -> Stage:  # fmt: skip
    """The stage of a clip; one empty cell without.

    limit : of the view's colouring, which takes as long as the clip is; see :func:`viewer.scene.scales.error_limit`.
    reference : its bodies by labelled points, where they were found before; else they are found.
    """
    if content is None:
        return Stage(((),), None, (), view, theme)
    scale = scale_of(content, view.scene.colouring, view.angle, theme, limit)
    still = []
    if view.scene.floor:
        still.append(floor_strokes(content.ground, theme))
    if view.scene.axes:
        still.append(axes_strokes(content.ground))
    cells = tuple(figures_of(tracks, view, scale, theme) for tracks in cells_of(content, view))
    reference = reference or reference_bodies(content)
    arcs = tuple(BodyArcs(figures, content, view, theme, reference) for figures in cells)
    return Stage(cells, scale, tuple(still), view, theme, arcs)


def places(n: int, size: Size, *, whole: bool = False) -> tuple[Rect, ...]:
    """Where n cells stand in rows, in as many columns as show people largest.

    whole : with the empty places of the last row.
    """
    width, height = size

    def largest(columns: int) -> float:
        return min(height / ceil(n / columns), width / columns / _CELL_ASPECT)

    columns = max(range(1, n + 1), key=largest)
    rows = ceil(n / columns)
    # Whole pixels, so that every gap is seen.
    across = [(i * (int(width) + _GAP_PX)) // columns for i in range(columns)]
    down = [(i * (int(height) + _GAP_PX)) // rows for i in range(rows)]
    wide, high = (int(width) + _GAP_PX) // columns - _GAP_PX, (int(height) + _GAP_PX) // rows - _GAP_PX
    return tuple(
        (float(across[i % columns]), float(down[i // columns]), max(float(wide), 1.0), max(float(high), 1.0))
        for i in range(rows * columns if whole else n)
    )


def width_scale(eye: Eye, size: Size) -> float:
    """Factor on the widths of strokes, by how large people are in the picture."""
    return float(np.clip(eye.scale(size) / _COMMON_PX_PER_MM, *_SCALES))
