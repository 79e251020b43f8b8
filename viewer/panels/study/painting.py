"""How the plot of the study is painted; what is painted is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from viewer.numbers import short_text
from viewer.panels.study.area import Area
from viewer.panels.study.marks import paint_mark, stamp
from viewer.panels.study.plots import Plot, Spot
from viewer.panels.study.texts import PUBLISHED
from viewer.theme import Theme

__all__ = ["FLIP", "Look", "fonts_of", "paint_plot", "spot_px"]

_SPOT_PX, _DOT_PX, _GROUP_PX = 7.5, 3.0, 5.0
_FEW = 60
"""Up to so many points are larger and less pale."""
_ALPHA_FEW, _ALPHA, _ALPHA_BEHIND = 190, 95, 45
_SHADE_ALPHA = 34
_LEAST_WITH_NAMES_PX = 150
FLIP, _OTHER_FLIP = "fewer mm, more degrees", "more mm, fewer degrees"
_SHORT_PUBLISHED = "published, not measured here"
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Look:
    """colours : place of each lifter among those that are open, from which follow its colour and mark. ratio : pixels
    of the screen per pixel.
    """

    area: Area
    theme: Theme
    fonts: tuple[QFont, QFont]
    colours: Mapping[str, int]
    ratio: float

    def colour(self, lifter: str) -> QColor:
        """Of a lifter, or of the difference of two."""
        return QColor(self.theme.lifter(self.colours[lifter]) if lifter else self.theme.text)

    def place(self, lifter: str) -> int:
        """Which mark it has."""
        return self.colours.get(lifter, 0)


def spot_px(plot: Plot) -> float:
    """Radius of the large points, which are less large where there are many."""
    return _GROUP_PX if plot.grouped else _SPOT_PX


def fonts_of(font: QFont) -> tuple[QFont, QFont]:
    """Of titles and of the numbers at the axes."""
    titles, numbers = QFont(font), QFont(font)
    titles.setPixelSize(11)
    numbers.setPixelSize(10)
    numbers.setFeature(QFont.Tag("tnum"), 1)
    return titles, numbers


def paint_plot(painter: QPainter, plot: Plot, look: Look) -> None:
    """Everything but selection and focus."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    if plot.pair is not None:
        _paint_quadrants(painter, look)
    _paint_axes(painter, plot, look)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_dots(painter, plot, look)
    if plot.grouped:
        _paint_lines(painter, plot, look)
    for spot in plot.spots:
        _paint_spot(painter, spot, look, spot_px(plot))
    if plot.grouped:
        _paint_groups(painter, plot, look)
    _paint_published(painter, plot, look)
    _paint_keys(painter, plot, look)
    _paint_beyond(painter, plot, look)


def _paint_quadrants(painter: QPainter, look: Look) -> None:
    """Those in which millimetres and degrees disagree are shaded, and say so where there is room."""
    area = look.area
    x, y = round(float(area.x_px(0.0))), round(float(area.y_px(0.0)))
    shade = QColor(look.theme.warning)
    shade.setAlpha(_SHADE_ALPHA)
    painter.setFont(look.fonts[1])
    painter.setPen(QColor(look.theme.dim))
    metrics, align = painter.fontMetrics(), Qt.AlignmentFlag
    for place, flags, text in (
        (QRect(area.left, area.top, x - area.left, y - area.top), align.AlignLeft | align.AlignTop, FLIP),
        (QRect(x, y, area.right - x, area.bottom - y), align.AlignRight | align.AlignBottom, _OTHER_FLIP),
    ):
        painter.fillRect(place, shade)
        inner = place.adjusted(5, 3, -5, -3)
        if metrics.horizontalAdvance(text) <= inner.width() and metrics.height() <= inner.height():
            painter.drawText(inner, flags, text)
    painter.fillRect(x, area.top, 1, area.bottom - area.top, QColor(look.theme.dim))
    painter.fillRect(area.left, y, area.right - area.left, 1, QColor(look.theme.dim))


def _paint_axes(painter: QPainter, plot: Plot, look: Look) -> None:
    area, theme = look.area, look.theme
    grid = QColor(theme.grid)
    painter.setFont(look.fonts[1])
    painter.setPen(QColor(theme.dim))
    half = QFontMetrics(look.fonts[1]).height() // 2 + 1
    for tick in area.x_ticks:
        x = round(float(area.x_px(tick)))
        painter.fillRect(x, area.top, 1, area.bottom - area.top, grid)
        painter.drawText(QRect(x - 40, area.bottom + 2, 80, 2 * half), _CENTRE, short_text(tick))
    for tick in area.y_ticks:
        y = round(float(area.y_px(tick)))
        painter.fillRect(area.left, y, area.right - area.left, 1, grid)
        painter.drawText(QRect(0, y - half, area.left - 4, 2 * half),
                         Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short_text(tick))  # fmt: skip
    painter.setPen(QColor(theme.text))
    painter.setFont(look.fonts[0])
    metrics = painter.fontMetrics()
    below = QRect(area.left, area.bottom + 16, area.right - area.left, metrics.height() + 2)
    painter.drawText(below, _CENTRE, _fitting(plot.x_titles, metrics, below.width()))
    painter.save()
    painter.translate(1, area.bottom)
    painter.rotate(-90)
    beside = QRect(0, 0, area.bottom - area.top, metrics.height() + 1)
    painter.drawText(beside, _CENTRE, _fitting(plot.y_titles, metrics, beside.width()))
    painter.restore()


def _fitting(texts: Sequence[str], metrics: QFontMetrics, room: int) -> str:
    """The first text that fits, or the last."""
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), texts[-1])


def _paint_dots(painter: QPainter, plot: Plot, look: Look) -> None:
    """Small points, those of a lifter with its mark; of a difference, flips and others in two colours and shapes."""
    dots, few = plot.dots, len(plot.dots.x) <= _FEW
    radius = _DOT_PX + few
    kinds = plot.flips.astype(int) if plot.pair is not None else dots.series
    xs, ys = look.area.x_px(dots.x), look.area.y_px(dots.y)
    for kind in np.unique(kinds):
        if plot.pair is not None:
            colour, place = QColor(look.theme.warning if kind else look.theme.dim), 2 if kind else 0
        else:
            colour, place = look.colour(plot.series[kind]), look.place(plot.series[kind])
        colour.setAlpha(_ALPHA_FEW if few or plot.pair is not None else _ALPHA_BEHIND if plot.grouped else _ALPHA)
        picture = stamp(place, radius, colour, look.ratio)
        half = picture.width() / look.ratio / 2
        own = kinds == kind
        for x, y in zip(_on_pixels(xs[own], half, look.ratio), _on_pixels(ys[own], half, look.ratio), strict=True):
            painter.drawPixmap(QPointF(x, y), picture)


def _on_pixels(middles: np.ndarray, half: float, ratio: float) -> list[float]:
    """Left or upper edges on whole pixels of the screen, so that marks are sharp."""
    edges: list[float] = (np.round((middles - half) * ratio) / ratio).tolist()
    return edges


def _groups(plot: Plot, look: Look) -> dict[str, list[QPointF]]:
    """Where the lifters of each group are, from fewer to more millimetres."""
    area, groups = look.area, dict[str, list[QPointF]]()
    for spot in sorted(plot.spots, key=lambda spot: spot.x.value):
        place = QPointF(float(area.x_px(spot.x.value)), float(area.y_px(spot.y.value)))
        groups.setdefault(spot.group, []).append(place)
    return groups


def _paint_lines(painter: QPainter, plot: Plot, look: Look) -> None:
    """A line joins the lifters of a group: where it falls, degrees say the reverse of millimetres."""
    painter.setPen(QPen(QColor(look.theme.text), 1.0))
    for places in _groups(plot, look).values():
        for one, two in pairwise(places):
            painter.drawLine(one, two)


def _paint_groups(painter: QPainter, plot: Plot, look: Look) -> None:
    """Names of groups at the right ends of their lines, those that have room."""
    painter.setFont(look.fonts[1])
    metrics = painter.fontMetrics()
    taken = [QRectF(place.x() - 5, place.y() - 5, 10, 10)
             for places in _groups(plot, look).values() for place in places]  # fmt: skip
    for group, places in _groups(plot, look).items():
        text = group.rpartition("/")[2]
        wide, high = metrics.horizontalAdvance(text) + 2, metrics.height()
        for left, middle in ((places[-1].x() + 9, places[-1].y()), (places[0].x() - 9 - wide, places[0].y())):
            label = QRectF(left, middle - high / 2, wide, high)
            inside = look.area.left <= label.left() and label.right() <= look.area.right
            if inside and not any(label.intersects(other) for other in taken):
                taken.append(label)
                at = QPointF(label.left() + 1, label.top() + metrics.ascent())
                _paint_name(painter, text, at, look.theme.text, look.theme.base)
                break


def _paint_spot(painter: QPainter, spot: Spot, look: Look, radius: float) -> None:
    """A mark with both intervals as bars, all with a seam so that they are seen over the dots."""
    area, colour, seam = look.area, look.colour(spot.lifter), QColor(look.theme.base)
    x, y = float(area.x_px(spot.x.value)), float(area.y_px(spot.y.value))
    bars = []
    if isfinite(spot.x.low) and isfinite(spot.x.high):
        bars.append((QPointF(float(area.x_px(spot.x.low)), y), QPointF(float(area.x_px(spot.x.high)), y)))
    if isfinite(spot.y.low) and isfinite(spot.y.high):
        bars.append((QPointF(x, float(area.y_px(spot.y.low))), QPointF(x, float(area.y_px(spot.y.high)))))
    bar = 2.5 if not spot.group else 1.2
    for pen in (QPen(seam, bar + 3.0), QPen(colour, bar)):
        painter.setPen(pen)
        for one, two in bars:
            painter.drawLine(one, two)
    paint_mark(painter, QPointF(x, y), look.place(spot.lifter), radius, colour, seam)


def _paint_published(painter: QPainter, plot: Plot, look: Look) -> None:
    """Hollow and grey, each with its name and all with what they are."""
    grey = QColor(look.theme.dim)
    painter.setFont(look.fonts[1])
    metrics = painter.fontMetrics()
    for row in plot.beside:
        at = QPointF(float(look.area.x_px(row.mpjpe_mm)), float(look.area.y_px(row.mae_deg)))
        paint_mark(painter, at, 0, _SPOT_PX - 1, None, grey)
        wide = metrics.horizontalAdvance(row.lifter)
        left = at.x() + 10 if at.x() + 10 + wide <= look.area.right else at.x() - 10 - wide
        baseline = QPointF(left, at.y() + metrics.ascent() / 2 - 1)
        _paint_name(painter, row.lifter, baseline, look.theme.dim, look.theme.base)


def _paint_name(painter: QPainter, text: str, at: QPointF, ink: str, seam: str) -> None:
    """Letters that are read over dots, as they have a seam. at : left end of their base line."""
    path = QPainterPath()
    path.addText(at, painter.font(), text)
    painter.strokePath(path, QPen(QColor(seam), 3.0))
    painter.fillPath(path, QColor(ink))


def _paint_keys(painter: QPainter, plot: Plot, look: Look) -> None:
    painter.setFont(look.fonts[0])
    metrics = painter.fontMetrics()
    for key in look.area.keys:
        middle = QPointF(key.left + 7, key.top + metrics.height() / 2)
        hollow = key.name == PUBLISHED
        if plot.pair is None and not hollow:
            paint_mark(painter, middle, look.place(key.name), 4.5, look.colour(key.name), QColor(look.theme.base))
        elif hollow:
            paint_mark(painter, middle, 0, 4.0, None, QColor(look.theme.dim))
        else:
            flips = key.name == FLIP
            stamped = stamp(2 if flips else 0, 4.0, QColor(look.theme.warning if flips else look.theme.dim), look.ratio)
            half = stamped.width() / look.ratio / 2
            painter.drawPixmap(QPointF(middle.x() - half, middle.y() - half), stamped)
        painter.setPen(QColor(look.theme.text))
        room = look.area.right - key.left - 18
        text = _fitting((key.text, _SHORT_PUBLISHED), metrics, room) if hollow else key.text
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(key.left + 18, key.top + metrics.ascent()), text)


def _paint_beyond(painter: QPainter, plot: Plot, look: Look) -> None:
    if plot.beyond and look.area.right - look.area.left > _LEAST_WITH_NAMES_PX:
        painter.setFont(look.fonts[1])
        painter.setPen(QColor(look.theme.dim))
        text = f"{plot.beyond:,} point{'' if plot.beyond == 1 else 's'} beyond, at the edge"
        place = QRect(look.area.left, look.area.top + 2, look.area.right - look.area.left - 4, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, text)
