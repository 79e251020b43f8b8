"""How the bar is painted; what is painted is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygon, QPolygonF

from core.marks import Mark as NamedMark
from viewer.content.records import Track
from viewer.panels.timeline.layout import FRAMES_PX, SECONDS_PX, SPAN_PX, BarLayout
from viewer.panels.timeline.legend import small
from viewer.panels.timeline.marks import Mark
from viewer.strips import FrameAxis, draw_cells, fill_missing, shade_outside, tick_step
from viewer.theme import Theme
from viewer.wording import short_names

__all__ = [
    "HANDLE_PX",
    "BarLook",
    "gutter_width",
    "names_said",
    "paint_handles",
    "paint_head",
    "paint_marks",
    "paint_names",
    "paint_plain",
    "paint_ruler",
    "paint_strips",
]

HANDLE_PX = 6
"""Width of the handles of in and out; they stand outside of the span."""

_LEFT_PX, _NAME_LEFT_PX = 4, 15
_FIRST_TIME_PX = 16
"""Half of the widest first time, which is centred at the begin of the bar, beside a handle."""

_MOST_GUTTER_PX = 150
_TICK_EVERY_PX = 76
_NAMED_ALPHA, _LEAST_NAME_PX, _RIGHT_ROOM_PX = 70, 12, 20


@dataclass(frozen=True, slots=True)
class BarLook:
    """Everything that the parts of the bar share. fps : of the clip."""

    axis: FrameAxis
    layout: BarLayout
    theme: Theme
    fps: float


def gutter_width(font: QFont, names: Sequence[str], legend_px: int, layout: BarLayout) -> int:
    """Pixels left of the bar: the longest name, within reason, where strips have names, and the legend beside the
    first time. font : of the widget. legend_px : width of the legend.
    """
    if not names:
        return _NAME_LEFT_PX
    metrics = QFontMetrics(small(font))
    longest = max(metrics.horizontalAdvance(name) for name in names) if layout.named else 0
    least = _LEFT_PX + legend_px + _FIRST_TIME_PX
    return max(least, min(_NAME_LEFT_PX + longest + 8, _MOST_GUTTER_PX))


def names_said(font: QFont, tracks: Sequence[Track]) -> list[str]:
    """Names beside the strips: whole where all have room, else without the words that all share. font : small."""
    labels, metrics = [track.label for track in tracks], QFontMetrics(font)
    if all(metrics.horizontalAdvance(label) <= _MOST_GUTTER_PX - _NAME_LEFT_PX - 8 for label in labels):
        return labels
    short = short_names([track.name for track in tracks])
    return [track.label.replace(track.name, short[track.name]) for track in tracks]


def paint_ruler(painter: QPainter, look: BarLook, gutter: int) -> None:
    """Seconds above with their ticks, frames below."""
    axis, theme, y = look.axis, look.theme, look.layout.y
    painter.setFont(small(painter.font()))
    metrics = QFontMetrics(painter.font())
    most = max(2, axis.width // _TICK_EVERY_PX)
    step = tick_step(axis.n_frames / look.fps, most)
    decimals = 0 if step >= 1 else 1 if step >= 0.1 else 2 if step >= 0.01 else 3
    for fifth in range(int(5 * (axis.n_frames - 1) / look.fps / step + 1e-6) + 1):
        seconds = fifth * step / 5
        x = int(axis.x_of(0) + seconds * look.fps * axis.width / axis.n_frames)
        if fifth % 5:
            painter.fillRect(x, y + SECONDS_PX - 2, 1, 2, QColor(theme.grid))
        else:
            painter.fillRect(x, y + SECONDS_PX - 4, 1, 4, QColor(theme.dim))
            _centred(painter, metrics, x, y, f"{seconds:.{decimals}f} s", theme.text)
    whole = max(1, round(tick_step(axis.n_frames, most)))
    y = look.layout.frames_top
    for frame in range(0, axis.n_frames, whole):
        _centred(painter, metrics, int(axis.x_of(frame)), y, str(frame), theme.dim)
    if gutter > 60:
        place = QRect(0, y, gutter - 8, FRAMES_PX)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "frame")


def _centred(painter: QPainter, metrics: QFontMetrics, x: int, y: int, text: str, colour: str) -> None:
    painter.setPen(QColor(colour))
    width = metrics.horizontalAdvance(text)
    painter.drawText(QRect(x - width // 2, y, width + 1, FRAMES_PX), Qt.AlignmentFlag.AlignVCenter, text)


def paint_strips(
    painter: QPainter, look: BarLook, tracks: Sequence[Track], cells: Sequence[NDArray[np.uint8]], gutter: int
) -> None:
    """A strip per lifter with its name. cells : (1, columns, 4) colours each."""
    font = small(painter.font())
    font.setPixelSize(min(font.pixelSize(), look.layout.pitch))
    painter.setFont(font)
    metrics = QFontMetrics(font)
    said = names_said(painter.font(), tracks)
    for i, (track, colours) in enumerate(zip(tracks, cells, strict=True)):
        top = look.layout.strip_top(i)
        strip = QRect(look.axis.left, top, look.axis.width, look.layout.strip)
        fill_missing(painter, strip, look.theme)
        draw_cells(painter, strip, colours)
        colour = QColor(look.theme.lifter(track.colour))
        side = min(7, look.layout.strip)
        painter.fillRect(_LEFT_PX, top + (look.layout.strip - side) // 2, side, side, colour)
        if look.layout.named:
            painter.setPen(colour)
            name = metrics.elidedText(said[i], Qt.TextElideMode.ElideMiddle, gutter - _NAME_LEFT_PX - 6)
            place = QRect(_NAME_LEFT_PX, top - 3, gutter - _NAME_LEFT_PX, look.layout.strip + 6)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)


def paint_plain(painter: QPainter, look: BarLook) -> None:
    """The bar of a clip without errors."""
    strip = QRect(look.axis.left, look.layout.top, look.axis.width, look.layout.strip)
    painter.fillRect(strip, QColor(look.theme.raised))


def paint_marks(painter: QPainter, look: BarLook, marks: Sequence[Mark]) -> None:
    """Triangles that point at the worst frames, in the colour of the lifter that is worst there; the worst of all is
    larger and has an outline. marks : the worst first.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    bottom = look.layout.top - 1
    for mark in reversed(marks):  # the worst on top
        x, first = int(look.axis.x_of(mark.frame)) + 0.5, mark.rank == 1
        half, height = (6.0, 8.0) if first else (4.0, 6.0)
        painter.setPen(QPen(QColor(look.theme.text), 1) if first else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.theme.lifter(mark.track.colour)))
        top = bottom - height
        painter.drawPolygon(QPolygonF([QPointF(x - half, top), QPointF(x + half, top), QPointF(x, bottom)]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_handles(painter: QPainter, look: BarLook, span: tuple[int, int], is_set: bool) -> None:
    """The lane of in and out: what lies between, and a handle at each end; strips grow pale outside. is_set : False
    where it is the whole clip, which has pale handles.
    """
    axis, theme, top = look.axis, look.theme, look.layout.bottom + 1
    left, right = round(axis.edge_of(span[0])), round(axis.edge_of(span[1] + 1))
    painter.fillRect(axis.left, top + 3, axis.width, 3, QColor(theme.grid))
    colour = QColor(theme.accent if is_set else theme.dim)
    if is_set:
        shade_outside(painter, axis, span, (look.layout.top, look.layout.bottom), theme)
        painter.fillRect(left, top + 3, right - left, 3, colour)
        for x in (left, right - 1):
            painter.fillRect(x, look.layout.top, 1, look.layout.bottom - look.layout.top, colour)
    painter.fillRect(left - HANDLE_PX, top, HANDLE_PX, SPAN_PX - 2, colour)
    painter.fillRect(right, top, HANDLE_PX, SPAN_PX - 2, colour)


def paint_names(painter: QPainter, look: BarLook, marks: Sequence[NamedMark]) -> None:
    """Named marks below the lane of in and out: as long as they are, each with its name as far as the next one.

    marks : in order of time.
    """
    axis, top, height = look.axis, look.layout.names_top + 1, look.layout.names - 2
    painter.setFont(small(painter.font()))
    metrics = QFontMetrics(painter.font())
    ground, edge = QColor(look.theme.left), QColor(look.theme.left)
    ground.setAlpha(_NAMED_ALPHA)
    right = axis.left + axis.width
    starts = [*(round(axis.edge_of(mark.first)) for mark in marks), right + _RIGHT_ROOM_PX]
    for i, mark in enumerate(marks):
        left = starts[i]
        width = max(2, min(round(axis.edge_of(mark.last + 1)), right) - left)
        painter.fillRect(left, top, width, height, ground)
        painter.fillRect(left, top, 2, height, edge)
        room = next((start for start in starts[i + 1 :] if start > left), right) - left - 6
        painter.setPen(QColor(look.theme.text))
        name = metrics.elidedText(mark.name, Qt.TextElideMode.ElideRight, room)
        if room > _LEAST_NAME_PX and starts[i + 1] > left:
            painter.drawText(QRect(left + 4, top, room, height), Qt.AlignmentFlag.AlignVCenter, name)


def paint_head(painter: QPainter, look: BarLook, frame: int) -> None:
    """The head of the cursor among the seconds."""
    x, top = int(look.axis.x_of(frame)), look.layout.y
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(look.theme.base))
    painter.setBrush(QColor(look.theme.cursor))
    points = ((-5, 2), (6, 2), (6, SECONDS_PX - 6), (0.5, SECONDS_PX), (-5, SECONDS_PX - 6))
    painter.drawPolygon(QPolygon([QPoint(round(x + dx), top + y) for dx, y in points]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
