"""Where the parts of a film stand, in logical pixels: every size is laid out as if 720 of them were its smaller side.

So letters keep their share of the picture; below 1.0 they would become too small to read, there things get narrower.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from core.conventions import N_ANGLES
from viewer.film.film import Film
from viewer.film.letters import SMALL_PX, line_px
from viewer.film.options import FilmLayout
from viewer.film.plot_part import AXIS_PX, HEAD_PX, PlotPlace
from viewer.film.strip_part import strip_height
from viewer.panels.traces.heads import names_of
from viewer.view import Quantity

__all__ = ["Arrangement", "arranged", "ratio_of"]

_SIDE_PX, _LEAST_RATIO = 720.0, 0.8
_MARGIN_PX, _HEAD_PX, _DEGREES_PX, _BETWEEN_PX = 12.0, 40.0, 48.0, 10.0
# Part of the width that is the scene's, beside one plot or twelve, and no more than so much of the height.
_SCENE_SHARE = {FilmLayout.ANGLE: 0.52, FilmLayout.TWELVE: 0.44}
_VALUE_SHARE = 0.56
_NARROW_PX = 900.0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Rectangles in logical pixels. ratio : pixels of the film per logical one."""

    ratio: float
    width: float
    height: float
    head: QRectF
    scene: QRectF
    plots: tuple[PlotPlace, ...]
    strip: QRectF
    foot: QRectF


def ratio_of(size: tuple[int, int]) -> float:
    """Pixels of a film of that size per logical pixel."""
    return max(min(size) / _SIDE_PX, _LEAST_RATIO)


def arranged(film: Film, foot_lines: int) -> Arrangement:
    """Head, body, strip and foot from top to bottom; in the body the scene, and plots at its right."""
    ratio = ratio_of(film.options.size)
    width, height = (pixels / ratio for pixels in film.options.size)
    wide = width - 2 * _MARGIN_PX
    foot_px, strip_px = foot_lines * line_px(SMALL_PX) + 12.0, strip_height(film)
    foot = QRectF(_MARGIN_PX, height - foot_px, wide, foot_px)
    strip = QRectF(_MARGIN_PX, foot.top() - strip_px - 2.0, wide, strip_px)
    body = QRectF(0, _HEAD_PX, width, strip.top() - _HEAD_PX - 4.0)
    head = QRectF(_MARGIN_PX, 0, wide, _HEAD_PX)
    if film.options.layout is FilmLayout.SCENE:
        return Arrangement(ratio, width, height, head, body, (), strip, foot)
    scene = QRectF(0, body.top(), round(_SCENE_SHARE[film.options.layout] * width), body.height())
    left = scene.right() + _DEGREES_PX
    room = QRectF(left, body.top(), width - left - _MARGIN_PX, body.height())
    plots = _selected(film, room) if film.options.layout is FilmLayout.ANGLE else _twelve(film, room)
    return Arrangement(ratio, width, height, head, scene, plots, strip, foot)


def _selected(film: Film, room: QRectF) -> tuple[PlotPlace, ...]:
    """The selected angle: its values, and below them its errors where there is a reference."""
    column, content = film.view.angle, film.content
    title = content.angles[column].title
    if not content.measured:
        rect = room.adjusted(0, HEAD_PX, 0, -AXIS_PX)
        return (PlotPlace(column, Quantity.VALUE, title, rect, degrees=True, seconds=True, alone=True, key=True),)
    free = room.height() - 2 * HEAD_PX - AXIS_PX
    value = QRectF(room.left(), room.top() + HEAD_PX, room.width(), _VALUE_SHARE * free)
    error = QRectF(room.left(), value.bottom() + HEAD_PX, room.width(), (1 - _VALUE_SHARE) * free)
    return (PlotPlace(column, Quantity.VALUE, title, value, degrees=True, seconds=False, alone=True,
                      key=True),
            PlotPlace(column, Quantity.ERROR, "Error, lifter minus reference", error, degrees=True, seconds=True,
                      alone=True))  # fmt: skip


def _twelve(film: Film, room: QRectF) -> tuple[PlotPlace, ...]:
    """Left and right beside each other, in the quantity that the window's plots show."""
    rows, view = N_ANGLES // 2, film.view
    wide = (room.width() - _BETWEEN_PX) / 2
    pitch = (room.height() - AXIS_PX) / rows
    places = []
    for column, angle in enumerate(film.content.angles):
        row, side = divmod(column, 2)
        rect = QRectF(room.left() + side * (wide + _BETWEEN_PX), room.top() + row * pitch + HEAD_PX - 2.0, wide,
                      pitch - HEAD_PX)  # fmt: skip
        title = names_of(angle)[0 if room.width() > _NARROW_PX / 2 else 1]
        error = " error" if view.plots.quantity is Quantity.ERROR else ""
        places.append(PlotPlace(column, view.plots.quantity, f"{title}{error}", rect, degrees=side == 0,
                                seconds=row == rows - 1, selected=column == view.angle, key=column == 1))  # fmt: skip
    return tuple(places)
