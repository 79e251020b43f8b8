"""How the plot of the study is painted; what is painted is decided elsewhere."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite

import numpy as np
from PySide6.QtCore import QLineF, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from core.records import Float64
from viewer.numbers import short_text
from viewer.panels.study.key_painting import FLIP_PLACE, OTHER_PLACE, RING_PX, paint_keys
from viewer.panels.study.keys import notes_of
from viewer.panels.study.look import Look, fitting, paint_name
from viewer.panels.study.marks import paint_mark, stamp
from viewer.panels.study.plots import Plot, Spot

__all__ = ["dot_px", "paint_plot", "spot_px"]

_SPOT_PX, _DOT_PX, _GROUP_PX, _BEHIND_PX = 7.5, 3.0, 5.5, 2.0
_FEW = 60
"""Up to so many points are larger and less pale."""
_ALPHA_FEW, _ALPHA, _ALPHA_BEHIND_FEW, _ALPHA_BEHIND = 190, 95, 110, 45
_ALPHA_FADED_FEW, _ALPHA_FADED = 45, 18
_BAR_PX, _THIN_PX, _THIN_ALPHA, _SEAM_PX = 2.5, 1.2, 150, 1.5
_SHADE_ALPHA = 34
_LEAST_WITH_NAMES_PX, _BETWEEN_PX, _TOLD_PX = 150, 12, 8
_FULL = 6
_FLIP, _OTHER_FLIP = "fewer mm, more degrees", "more mm, fewer degrees"
_CENTRE = Qt.AlignmentFlag.AlignCenter


def spot_px(plot: Plot) -> float:
    """Radius of the large points, which are less large where there are many."""
    return _GROUP_PX if plot.grouped else _SPOT_PX


def dot_px(plot: Plot) -> float:
    """Radius of the small points: larger where there are few, smaller behind those of groups."""
    return (_BEHIND_PX + 0.5 * _few(plot)) if plot.grouped else _DOT_PX + _few(plot)


def paint_plot(painter: QPainter, plot: Plot, look: Look) -> None:
    """Everything but selection and focus. Bars lie below small points, unless these are so many that they hide them;
    over bars and lines lie all marks.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    if plot.pair is not None:
        _paint_quadrants(painter, plot, look)
    _paint_axes(painter, plot, look)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    cloud = not plot.grouped and not _few(plot)
    for paint in (_paint_dots, _paint_bars) if cloud else (_paint_bars, _paint_dots):
        paint(painter, plot, look)
    if plot.grouped:
        _paint_lines(painter, plot, look)
    for spot in plot.spots:
        _paint_spot(painter, plot, spot, look)
    if plot.grouped:
        _paint_groups(painter, plot, look)
    _paint_published(painter, plot, look)
    paint_keys(painter, look)
    _paint_beyond(painter, plot, look)


def _few(plot: Plot) -> bool:
    return len(plot.dots.x) <= _FEW


def _paint_quadrants(painter: QPainter, plot: Plot, look: Look) -> None:
    """Those in which millimetres and degrees disagree are shaded, and say so where there is room."""
    area = look.area
    x, y = round(float(area.x_px(0.0))), round(float(area.y_px(0.0)))
    shade = QColor(look.theme.warning)
    shade.setAlpha(_SHADE_ALPHA)
    painter.setFont(look.fonts[1])
    painter.setPen(QColor(look.theme.dim))
    metrics = painter.fontMetrics()
    for place, text in (
        (QRect(area.left, area.top, x - area.left, y - area.top), _FLIP),
        (QRect(x, y, area.right - x, area.bottom - y), _OTHER_FLIP),
    ):
        painter.fillRect(place, shade)
        inner = place.adjusted(5, 3, -5, -3)
        size = QSize(metrics.horizontalAdvance(text), metrics.height())
        if size.width() <= inner.width() and size.height() <= inner.height():
            for box in _free(plot, look, inner, size)[:1]:
                painter.drawText(box, _CENTRE | Qt.TextFlag.TextDontClip, text)
    painter.fillRect(x, area.top, 1, area.bottom - area.top, QColor(look.theme.dim))
    painter.fillRect(area.left, y, area.right - area.left, 1, QColor(look.theme.dim))


def _free(plot: Plot, look: Look, inside: QRect, size: QSize) -> list[QRect]:
    """The corners in which no point and no bar hides words of that size."""
    right, low = inside.right() - size.width() + 1, inside.bottom() - size.height() + 1
    corners = [QRect(QPoint(left, top), size) for top in (inside.top(), low) for left in (inside.left(), right)]
    xs, ys, air = look.area.x_px(plot.dots.x), look.area.y_px(plot.dots.y), dot_px(plot)
    thick = spot_px(plot)
    bars = [QRectF(bar.p1(), bar.p2()).normalized().adjusted(-thick, -thick, thick, thick)
            for spot in plot.spots for bar in _bars(spot, look)]  # fmt: skip

    def free(box: QRect) -> bool:
        beside = (xs < box.left() - air) | (xs > box.right() + air)
        dots = ~beside & (ys > box.top() - air) & (ys < box.bottom() + air)
        return not dots.any() and not any(bar.intersects(QRectF(box)) for bar in bars)

    return list(filter(free, corners))


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
    _paint_below(painter, plot, look)
    _paint_beside(painter, plot, look)


def _paint_below(painter: QPainter, plot: Plot, look: Look) -> None:
    """The title of the axis, and at the right of it what bars are and of how many clips."""
    area, notes = look.area, notes_of(plot)
    metrics, small = QFontMetrics(look.fonts[0]), QFontMetrics(look.fonts[1])
    below = QRect(area.left, area.bottom + 16, area.right - area.left, metrics.height() + 2)
    room = below.width() - small.horizontalAdvance(notes[-1]) - _BETWEEN_PX
    title = fitting(plot.x_titles, metrics, room)
    left = below.width() - metrics.horizontalAdvance(title) - _BETWEEN_PX
    note = fitting(notes, small, left)
    wide = small.horizontalAdvance(note)
    painter.drawText(below.adjusted(0, 0, -wide - _BETWEEN_PX, 0) if wide <= left else below, _CENTRE, title)
    if wide <= left:
        painter.setPen(QColor(look.theme.dim))
        painter.setFont(look.fonts[1])
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
        painter.setPen(QColor(look.theme.text))
        painter.setFont(look.fonts[0])


def _paint_beside(painter: QPainter, plot: Plot, look: Look) -> None:
    """The title of the axis of degrees; the shortest may go on below the axis."""
    area, metrics = look.area, painter.fontMetrics()
    high = area.bottom - area.top
    title = fitting(plot.y_titles, metrics, high)
    over = max(0, metrics.horizontalAdvance(title) - high)
    painter.save()
    painter.translate(1, area.bottom + over)
    painter.rotate(-90)
    painter.drawText(QRect(0, 0, high + over, metrics.height() + 1), _CENTRE, title)
    painter.restore()


def _paint_dots(painter: QPainter, plot: Plot, look: Look) -> None:
    """Small points, those of a lifter with its mark; of a difference, flips and others in two colours and shapes. Those
    that do not pass the filter are pale and lie below the others.
    """
    dots, radius = plot.dots, dot_px(plot)
    kinds = plot.flips.astype(int) if plot.pair is not None else dots.series
    xs, ys = look.area.x_px(dots.x), look.area.y_px(dots.y)
    painter.save()
    painter.scale(1 / look.ratio, 1 / look.ratio)  # in pixels of the screen, which are whole numbers and so quicker
    for passing in (False, True):
        for kind in np.unique(kinds[plot.passing == passing]):
            place, colour = _dot_look(plot, int(kind), look, passing=passing)
            picture = stamp(place, radius, colour, look.ratio)
            picture.setDevicePixelRatio(1.0)
            own, half = (kinds == kind) & (plot.passing == passing), picture.width() / 2
            for x, y in _corners(xs[own] * look.ratio - half, ys[own] * look.ratio - half):
                painter.drawPixmap(x, y, picture)
    painter.restore()


def _dot_look(plot: Plot, kind: int, look: Look, *, passing: bool) -> tuple[int, QColor]:
    """Shape and colour of the small points of a lifter, or of the flips (1) and others (0) of two."""
    if plot.pair is not None:
        place, colour = (FLIP_PLACE, look.theme.warning) if kind else (OTHER_PLACE, look.theme.dim)
    else:
        place, colour = look.place(plot.series[kind]), look.colour(plot.series[kind]).name()
    clear = _few(plot) or plot.pair is not None or not plot.passing.all()
    alphas = (_ALPHA_BEHIND, _ALPHA_BEHIND_FEW) if plot.grouped else (_ALPHA, _ALPHA_FEW)
    faded = _ALPHA_FADED_FEW if _few(plot) else _ALPHA_FADED
    ink = QColor(colour)
    ink.setAlpha(alphas[clear] if passing else faded)
    return place, ink


def _corners(left: Float64, top: Float64) -> list[tuple[int, int]]:
    """Whole pixels, so that marks are sharp; of those at one place so many as it takes to make it full, as more would
    only fray their edges.
    """
    places, counts = np.unique(np.round(left) + 1j * np.round(top), return_counts=True)
    found = np.repeat(places, np.minimum(counts, _FULL))
    return list(zip(found.real.astype(int).tolist(), found.imag.astype(int).tolist(), strict=True))


def _groups(plot: Plot, look: Look) -> dict[str, list[QPointF]]:
    """Where the lifters of each group are, from fewer to more millimetres."""
    area, groups = look.area, dict[str, list[QPointF]]()
    for spot in sorted(plot.spots, key=lambda spot: spot.x.value):
        place = QPointF(float(area.x_px(spot.x.value)), float(area.y_px(spot.y.value)))
        groups.setdefault(spot.group, []).append(place)
    return groups


def _paint_bars(painter: QPainter, plot: Plot, look: Look) -> None:
    """The intervals of the large points: those of groups are thin and pale, the others have a seam where they lie over
    many small points.
    """
    bars = [(look.colour(spot.lifter), bar) for spot in plot.spots for bar in _bars(spot, look)]
    if not plot.grouped and not _few(plot):
        painter.setPen(QPen(QColor(look.theme.base), _BAR_PX + 2 * _SEAM_PX))
        for _, bar in bars:
            painter.drawLine(bar)
    for colour, bar in bars:
        colour.setAlpha(_THIN_ALPHA if plot.grouped else 255)
        painter.setPen(QPen(colour, _THIN_PX if plot.grouped else _BAR_PX))
        painter.drawLine(bar)


def _bars(spot: Spot, look: Look) -> list[QLineF]:
    """From end to end of each interval that there is."""
    area, bars = look.area, list[QLineF]()
    x, y = float(area.x_px(spot.x.value)), float(area.y_px(spot.y.value))
    if isfinite(spot.x.low) and isfinite(spot.x.high):
        bars.append(QLineF(float(area.x_px(spot.x.low)), y, float(area.x_px(spot.x.high)), y))
    if isfinite(spot.y.low) and isfinite(spot.y.high):
        bars.append(QLineF(x, float(area.y_px(spot.y.low)), x, float(area.y_px(spot.y.high))))
    return bars


def _paint_lines(painter: QPainter, plot: Plot, look: Look) -> None:
    """A line joins the lifters of a group: where it falls, degrees say the reverse of millimetres."""
    painter.setPen(QPen(QColor(look.theme.text), 1.0))
    for places in _groups(plot, look).values():
        for one, two in pairwise(places):
            painter.drawLine(one, two)


def _paint_spot(painter: QPainter, plot: Plot, spot: Spot, look: Look) -> None:
    """A mark, hollow where it should have an interval and has none."""
    at = QPointF(float(look.area.x_px(spot.x.value)), float(look.area.y_px(spot.y.value)))
    colour, seam, radius = look.colour(spot.lifter), QColor(look.theme.base), spot_px(plot)
    if plot.drawn and spot.bare:
        paint_mark(painter, at, look.place(spot.lifter), radius - 0.7, seam, colour)
    else:
        paint_mark(painter, at, look.place(spot.lifter), radius, colour, seam)


def _paint_groups(painter: QPainter, plot: Plot, look: Look) -> None:
    """Names of groups beside their marks, those that have room and whose mark is told from those of other groups."""
    painter.setFont(look.fonts[1])
    metrics, of_group = painter.fontMetrics(), _groups(plot, look)
    labels = {spot.group: spot.label for spot in plot.spots}
    half = _GROUP_PX + RING_PX - 1
    taken = [QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half)
             for places in of_group.values() for place in places]  # fmt: skip
    for group, places in of_group.items():
        others = [place for other, of in of_group.items() if other != group for place in of]
        alone = [place for place in reversed(places)
                 if all((place - other).manhattanLength() > _TOLD_PX for other in others)]  # fmt: skip
        wide, high = metrics.horizontalAdvance(labels[group]) + 2, metrics.height()
        for label in _beside(alone, wide, high):
            if look.area.holds(label.left(), label.top(), label.right(), label.bottom()) and not any(
                label.intersects(other) for other in taken
            ):
                taken.append(label)
                at = QPointF(label.left() + 1, label.top() + metrics.ascent())
                paint_name(painter, labels[group], at, look.theme.text, look.theme.base)
                break


def _beside(marks: list[QPointF], wide: float, high: float) -> list[QRectF]:
    """Places for a name, the best first: right and left of each mark, then above and below."""
    away = _GROUP_PX + RING_PX
    sides = [
        QRectF(left, at.y() - high / 2, wide, high) for at in marks for left in (at.x() + away, at.x() - away - wide)
    ]
    ends = [QRectF(at.x() - wide / 2, top, wide, high) for at in marks for top in (at.y() - away - high, at.y() + away)]
    return sides + ends


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
        paint_name(painter, row.lifter, baseline, look.theme.dim, look.theme.base)


def _paint_beyond(painter: QPainter, plot: Plot, look: Look) -> None:
    if plot.beyond and look.area.right - look.area.left > _LEAST_WITH_NAMES_PX:
        painter.setFont(look.fonts[1])
        painter.setPen(QColor(look.theme.dim))
        text = f"{plot.beyond:,} point{'' if plot.beyond == 1 else 's'} beyond, at the edge"
        place = QRect(look.area.left, look.area.top + 2, look.area.right - look.area.left - 4, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, text)
