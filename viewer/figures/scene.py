"""The skeletons in print, at one frame or at several side by side, as the window sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UsageError
from viewer.figures.inks import draw_legend, figures_legend, legend_height
from viewer.figures.records import Subject, spread_frames
from viewer.figures.sheet import Box, Sheet
from viewer.scene.eye import Eye, Size, followed
from viewer.scene.figures import cells_of
from viewer.scene.scales import error_limit
from viewer.scene.stage import Stage, staged
from viewer.scene.strokes import Drawing
from viewer.scene.viewpoints import anchor_mm, pelvis_path
from viewer.view import Colouring, View

if TYPE_CHECKING:
    from matplotlib.collections import LineCollection

__all__ = ["draw_scene", "least_scene_pt", "printed_view", "within"]

_PX_PER_PT = 96 / 72
_LEAST_PT = 30.0
_TALL, _FLAT, _MOST_PT = 1.45, 0.72, 200.0
"""Height over width of a picture of a person: of a narrow one up to so many points, of a wide one."""
_LEAST_LENGTH = 0.05
"""Points: a stroke without length is not drawn by every program."""


def printed_view(view: View) -> View:
    """What of the scene belongs in print: no ring of selection, no axes in a corner."""
    return replace(view, joint=-1, scene=replace(view.scene, axes=False, arrows=False))


def least_scene_pt(subject: Subject, sheet: Sheet, width: float, shots: int = 1) -> float:
    """Height in points at which people are seen well in a scene of that width."""
    entries = figures_legend(subject, sheet)
    columns, rows = _grid(len(cells_of(subject.content, subject.view)), len(spread_frames(subject, shots)))
    picture = width / columns
    tall = max(min(_TALL * picture, _MOST_PT), _FLAT * min(picture, 2 * _MOST_PT), 1.2 * _LEAST_PT)
    bar = 0.0 if subject.view.scene.colouring is Colouring.SOURCE else sheet.bar_height() + 0.4 * sheet.font
    return legend_height(entries, sheet, width) + sheet.line + rows * tall + bar


def _grid(cells: int, frames: int) -> tuple[int, int]:
    """Columns and rows of pictures: a column per moment and a row per cell; cells of one moment side by side."""
    return (cells, 1) if frames == 1 else (frames, cells)


def draw_scene(sheet: Sheet, box: Box, subject: Subject, shots: int = 1, *, legend: bool = True) -> None:
    """A row of pictures, one per frame; a row per lifter where the window shows them side by side."""
    content, view = subject.content, printed_view(subject.view)
    limit = error_limit(content, view.scene.colouring)
    stage = staged(content, view, sheet.theme, limit)
    if legend:
        entries = figures_legend(subject, sheet)
        draw_legend(entries, sheet, box)
        box = box.without(top=legend_height(entries, sheet, box.width))
    if stage.scale is not None:
        scale = stage.scale
        bar = Box(box.left, box.bottom - sheet.bar_height(), box.width, 0.7 * sheet.font)
        labels = ((0.0, "0"), (1.0, f"{'≥ ' if scale.exceeded else ''}{scale.limit:g} {scale.unit}"))
        sheet.colour_bar(bar, (scale.table * 255).round(), labels, scale.title)
        box = box.without(bottom=sheet.bar_height() + 0.4 * sheet.font)
    frames = spread_frames(subject, shots)
    columns, rows = _grid(len(stage.cells), len(frames))
    width, height = box.width / columns, (box.height - sheet.line) / rows
    if min(width, height) < _LEAST_PT:
        raise UsageError(f"the figure is too small for {columns} × {rows} pictures of the scene")
    for place, frame in enumerate(frames):
        eye = _eye_at(subject, frame)
        for cell in range(len(stage.cells)):
            column, row = (place, cell) if len(frames) > 1 else (cell, 0)
            picture = Box(box.left + column * width, box.top + row * height, width, height)
            _picture(sheet, picture, stage, cell, frame, eye)
    _times(sheet, box, subject, frames)


def _eye_at(subject: Subject, frame: int) -> Eye:
    """The window's eye, carried with the pelvis to another frame where it follows."""
    path = pelvis_path(subject.content)
    before, now = anchor_mm(path, subject.view.frame), anchor_mm(path, frame)
    if not subject.view.scene.follow or before is None or now is None:
        return subject.eye
    return followed(subject.eye, before, now)


def _times(sheet: Sheet, box: Box, subject: Subject, frames: tuple[int, ...]) -> None:
    """Frame and time under each moment, the time alone where there is little room."""
    width = box.width / len(frames)
    texts = [f"frame {frame} · {subject.content.seconds_at(frame):.3f} s" for frame in frames]
    if max(sheet.width_of(text, sheet.small) for text in texts) > width - 0.5 * sheet.font:
        texts = [f"{subject.content.seconds_at(frame):.2f} s" for frame in frames]
    for i, text in enumerate(texts):
        sheet.text(box.left + (i + 0.5) * width, box.bottom - 0.3 * sheet.font, text, size=sheet.small, align="center",
                   upright="baseline", colour=sheet.theme.dim)  # fmt: skip


def _picture(sheet: Sheet, box: Box, stage: Stage, cell: int, frame: int, eye: Eye) -> None:
    """One cell at one frame, cut at the edges of its box."""
    size = (box.width * _PX_PER_PT, box.height * _PX_PER_PT)
    drawing = stage.drawing(cell, frame, eye, size)
    drawing = None if drawing is None else within(drawing, size)
    if drawing is not None and len(drawing.ends_px):
        axes = sheet.axes(box)
        axes.set_axis_off()
        axes.set_xlim(0, size[0])
        axes.set_ylim(size[1], 0)
        axes.add_collection(_lines(drawing), autolim=False)


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


def _lines(drawing: Drawing) -> LineCollection:
    """Strokes in their order, each first with its rim and then without."""
    from matplotlib.collections import LineCollection

    ends = drawing.ends_px.astype(np.float64)
    short = np.abs(ends[:, 1] - ends[:, 0]).max(axis=1) < _LEAST_LENGTH
    ends[short, 1, 0] += _LEAST_LENGTH
    inner = np.maximum(drawing.radius_px - drawing.rim_px, 0.0)
    widths = np.stack([drawing.radius_px, inner], axis=1) * 2 / _PX_PER_PT
    colours = np.stack([drawing.rim, drawing.fill], axis=1)
    wanted = np.stack([drawing.rim_px > 0, inner > 0], axis=1).ravel()
    return LineCollection(
        list(np.repeat(ends, 2, axis=0)[wanted]), linewidths=widths.ravel()[wanted],
        colors=np.clip(colours.reshape(-1, 4), 0, 1)[wanted], capstyle="round", snap=False,
    )  # fmt: skip
