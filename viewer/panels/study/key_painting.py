"""How the key above the plot of the study is painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from viewer.panels.study.area import Key
from viewer.panels.study.keys import Sign
from viewer.panels.study.look import Look, fitting
from viewer.panels.study.marks import paint_mark, stamp

__all__ = ["FLIP_PLACE", "OTHER_PLACE", "RING_PX", "paint_keys", "paint_ring"]

FLIP_PLACE, OTHER_PLACE = 2, 0
"""Shapes of the clips of two lifters."""
RING_PX = 4
"""How far a ring stands from its mark."""
_SHORT_PUBLISHED = "published, not measured here"
_FADED_ALPHA = 70
_LEFT_PX = 18


def paint_keys(painter: QPainter, look: Look) -> None:
    """All entries; words that have no room are cut."""
    painter.setFont(look.fonts[0])
    metrics = painter.fontMetrics()
    for key in look.area.keys:
        _paint_sign(painter, key, QPointF(key.left + 7, key.top + metrics.height() / 2), look)
        entry, room = key.entry, look.area.right - key.left - _LEFT_PX
        painter.setPen(QColor(look.theme.dim if entry.note else look.theme.text))
        texts = (entry.text, _SHORT_PUBLISHED) if entry.sign is Sign.PUBLISHED else (entry.text,)
        text = metrics.elidedText(fitting(texts, metrics, room), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(key.left + _LEFT_PX, key.top + metrics.ascent()), text)


def paint_ring(painter: QPainter, at: QPointF, radius: float, colour: str, seam: str) -> None:
    """About a point that is selected or has the focus."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for wide, ink in ((3.6, seam), (1.6, colour)):
        painter.setPen(QPen(QColor(ink), wide))
        painter.drawEllipse(at, radius, radius)


def _paint_sign(painter: QPainter, key: Key, at: QPointF, look: Look) -> None:
    sign, theme, seam = key.entry.sign, look.theme, QColor(look.theme.base)
    match sign:
        case Sign.LIFTER | Sign.MEAN:
            lifter = key.entry.lifter
            paint_mark(painter, at, look.place(lifter), 4.5, look.colour(lifter), seam)
        case Sign.PUBLISHED:
            paint_mark(painter, at, 0, 4.0, None, QColor(theme.dim))
        case Sign.FLIPS | Sign.OTHERS:
            flips = sign is Sign.FLIPS
            colour = QColor(theme.warning if flips else theme.dim)
            _stamped(painter, at, FLIP_PLACE if flips else OTHER_PLACE, colour, look.ratio)
        case Sign.FADED:
            colour = QColor(theme.text)
            colour.setAlpha(_FADED_ALPHA)
            _stamped(painter, at, OTHER_PLACE, colour, look.ratio)
        case Sign.HOLLOW:
            paint_mark(painter, at, 0, 4.5, seam, QColor(theme.text))
        case Sign.RING:
            paint_ring(painter, at, 5.0, theme.accent, theme.base)


def _stamped(painter: QPainter, at: QPointF, place: int, colour: QColor, ratio: float) -> None:
    picture = stamp(place, 4.0, colour, ratio)
    half = picture.width() / ratio / 2
    painter.drawPixmap(at - QPointF(half, half), picture)
