"""The numbers of the selected angle beside its joint: one small card a cell, kept off the skeletons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from core.records import Float64
from core.skeleton import BONES
from viewer.scene.arcs import Measured, radii_mm
from viewer.scene.eye import Eye, Rect
from viewer.scene.stage import Stage
from viewer.theme import Theme

__all__ = ["Reading", "Readings", "drawn_about", "paint_reading", "reading_of", "reading_size", "where_free"]

_PAD_PX, _SWATCH_PX, _SPACE_PX, _OFF_PX, _EDGE_PX, _GAP_PX = 6.0, 10.0, 5.0, 8.0, 4.0, 3.0
_WIDEST, _WIDEST_ERROR = "−180.0°", "+180.0"
_TITLE_SHARE = 0.85
_SINGULAR = "near-singular"
_NONE = "–"
_CROWDED, _COVERED, _STAYS, _OUTSIDE, _FAR = 1.0, 40.0, 4.0, 0.1, 0.04
_BONE_ENDS, _ALONG = np.array(BONES), np.array([0.25, 0.5, 0.75])[:, None, None, None]
_AROUND = ((1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1))
_FAR_PX = np.repeat([0.0, 60.0, 120.0], len(_AROUND))
_SIDES = np.array(_AROUND * 3)
"""Where the card may stand: on which side of the joint, right first, and how many pixels from what is drawn."""
_DIAGONAL = 0.72


@dataclass(frozen=True, slots=True)
class Reading:
    """What a card says. title : the angle. rows : colour, value and error of each source. singular : the reference is
    where the angle is ill-conditioned.
    """

    title: str
    rows: tuple[tuple[str, str, str], ...]
    singular: bool


def reading_of(stage: Stage, cell: int, frame: int) -> Reading | None:
    """What is written beside the joint in a cell; None where nothing is measured."""
    measured = stage.measured(cell, frame)
    if measured is None or not stage.view.scene.arcs or not np.isfinite(measured.deg).any():
        return None
    arcs = stage.arcs[cell]
    rows = tuple(
        (stage.theme.lifter(track.colour), _number(deg, "", "°"), _number(error, "+", "") if track.colour >= 0 else "")
        for track, deg, error in zip(measured.tracks, measured.deg, measured.error_deg, strict=True)
    )
    return Reading(arcs.angle.title, rows, arcs.near_singular(frame))


def _number(value: float, sign: str, unit: str) -> str:
    if not np.isfinite(value):
        return "" if sign else _NONE
    return f"{value:{sign}.1f}{unit}".replace("-", "−")


def reading_size(reading: Reading, font: QFont) -> QSizeF:
    """Room that a card needs; the same for every number."""
    metrics, small = QFontMetricsF(font), QFontMetricsF(_small(font))
    row = _SWATCH_PX + _SPACE_PX + metrics.horizontalAdvance(_WIDEST)
    if any(error for _, _, error in reading.rows):
        row += _SPACE_PX + small.horizontalAdvance(_WIDEST_ERROR)
    heads = [reading.title, _SINGULAR] if reading.singular else [reading.title]
    wide = max(row, *(small.horizontalAdvance(head) for head in heads))
    high = len(heads) * small.height() + len(reading.rows) * metrics.height()
    return QSizeF(np.ceil(wide + 2 * _PAD_PX), np.ceil(high + _PAD_PX))


def paint_reading(painter: QPainter, rect: QRectF, reading: Reading, theme: Theme) -> None:
    """Draw a card with the painter's font; the skeletons shine through its ground a little."""
    font = painter.font()
    ground, edge = QColor(theme.raised), QColor(theme.grid)
    ground.setAlphaF(0.88)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(edge)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
    inside = rect.adjusted(_PAD_PX, _PAD_PX / 2, -_PAD_PX, 0.0)
    heads = [(reading.title, theme.dim)] + ([(_SINGULAR, theme.warning)] if reading.singular else [])
    small, metrics = _small(font), QFontMetricsF(font)
    line = QRectF(inside.topLeft(), QSizeF(inside.width(), QFontMetricsF(small).height()))
    painter.setFont(small)
    for text, colour in heads:
        painter.setPen(QColor(colour))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        line.translate(0.0, line.height())
    line.setHeight(metrics.height())
    for row in reading.rows:
        _paint_row(painter, line, row, (font, small), theme)
        line.translate(0.0, line.height())
    painter.setFont(font)


def _paint_row(painter: QPainter, line: QRectF, row: tuple[str, str, str], fonts: tuple[QFont, QFont],
               theme: Theme) -> None:  # fmt: skip
    colour, value, error = row
    usual, small = fonts
    painter.fillRect(QRectF(line.left(), line.center().y() - 1.5, _SWATCH_PX, 3.0), QColor(colour))
    numbers = line.adjusted(_SWATCH_PX + _SPACE_PX, 0.0, 0.0, 0.0)
    numbers.setWidth(QFontMetricsF(usual).horizontalAdvance(_WIDEST))
    painter.setFont(usual)
    painter.setPen(QColor(theme.text))
    painter.drawText(numbers, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
    rest = QRectF(numbers.right() + _SPACE_PX, line.top(), line.right() - numbers.right() - _SPACE_PX, line.height())
    painter.setFont(small)
    painter.setPen(QColor(theme.dim))
    painter.drawText(rest, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, error)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pixelSize() > 0:
        small.setPixelSize(max(round(_TITLE_SHARE * font.pixelSize()), 1))
    else:
        small.setPointSizeF(_TITLE_SHARE * font.pointSizeF())
    return small


def where_free(about_px: tuple[float, float], reach_px: float, size: QSizeF, room: QRectF, crowd_px: Float64,
               taken: Sequence[QRectF] = (), before: int = -1) -> tuple[int, QPointF]:  # fmt: skip
    """Where a card beside a point stands, within a room and off what is drawn: which of the sides, and its top left.

    reach_px : of what is drawn about the point. crowd_px : (k, 2) points that had better not be covered. taken : places
    of other cards. before : the side of the frame before, which is kept until another is clearly better.
    """
    wide_high = np.array([size.width(), size.height()])
    off = _OFF_PX + _FAR_PX + np.where((_SIDES == 0).any(axis=1), 1.0, _DIAGONAL) * reach_px
    wished = np.asarray(about_px) + _SIDES * off[:, None] + (_SIDES - 1) / 2 * wide_high
    first = np.array([room.left(), room.top()]) + _EDGE_PX
    last = np.array([room.right(), room.bottom()]) - _EDGE_PX - wide_high
    places = np.minimum(np.maximum(wished, first), last)
    from_corner = crowd_px - places[:, None]
    crowded = ((from_corner > -_GAP_PX) & (from_corner < wide_high + _GAP_PX)).all(axis=2).sum(axis=1)
    cost = _CROWDED * crowded + _OUTSIDE * np.abs(places - wished).sum(axis=1) + _FAR * _FAR_PX
    for other in taken:
        apart = (places > (other.right(), other.bottom())) | (places + wide_high < (other.left(), other.top()))
        cost += _COVERED * ~apart.any(axis=1)
    if before >= 0:
        cost[before] -= _STAYS
    side = int(cost.argmin())
    return side, QPointF(*places[side].tolist())


class Readings:
    """The cards of an area, one a cell; they let the mouse through."""

    def __init__(self, area: QWidget) -> None:
        self._area = area
        self._cards: list[_Card] = []
        self._sides: list[int] = []

    @property
    def cards(self) -> tuple[QWidget, ...]:
        """Those that are seen, in the order of cells."""
        return tuple(card for card in self._cards if not card.isHidden())

    def show_frame(self, stage: Stage, places: Sequence[Rect], frame: int, eye: Eye,
                   taken: Sequence[QRectF]) -> None:  # fmt: skip
        """The numbers of a frame in every cell. taken : places of what else lies over the area."""
        while len(self._cards) < len(places):
            self._cards.append(_Card(self._area))
            self._sides.append(-1)
        for card in self._cards[len(places) :]:
            card.hide()
        for cell, (card, place) in enumerate(zip(self._cards, places, strict=False)):
            reading, measured = reading_of(stage, cell, frame), stage.measured(cell, frame)
            if reading is None or measured is None:
                card.hide()
                continue
            size = reading_size(reading, card.font())
            about, reach, crowd = drawn_about(stage, cell, frame, eye, place, measured)
            if not np.isfinite(about).all() or size.width() > place[2] - 2 * _EDGE_PX or size.height() > place[3] / 2:
                card.hide()
                continue
            room = QRectF(*place)
            self._sides[cell], at = where_free(about, reach, size, room, crowd, taken, self._sides[cell])
            card.show_reading(reading, stage.theme, QRectF(at, size))


def drawn_about(stage: Stage, cell: int, frame: int, eye: Eye, place: Rect,
                measured: Measured) -> tuple[tuple[float, float], float, Float64]:  # fmt: skip
    """The joint in pixels of the area, how far its arcs reach, and (k, 2) points of skeletons and arcs."""
    left, top, *wide_high = place
    size = (wide_high[0], wide_high[1])
    scale = eye.scale(size)
    radius = radii_mm(measured, scale)
    directions = measured.arcs.directions(np.linspace(0.0, 1.0, 5)[:, None] * measured.deg)
    directions = np.concatenate([directions, measured.arcs.zero[:, None]], axis=1)
    arcs = np.moveaxis(measured.arcs.centre_mm[:, None] + radius * directions, 0, -1).reshape(-1, 3)
    joints, _ = stage.joints_px(cell, frame, eye, size)
    start, end = joints[:, _BONE_ENDS[:, 0]], joints[:, _BONE_ENDS[:, 1]]
    bones = start + _ALONG * (end - start)
    seen, _ = eye.project(np.concatenate([measured.arcs.centre_mm.T, arcs]), size)
    n = len(measured.tracks)
    about = np.nanmean(seen[:n], axis=0) if np.isfinite(seen[:n]).any() else np.full(2, np.nan)
    offset = np.array([left, top])
    crowd = np.concatenate([joints.reshape(-1, 2), bones.reshape(-1, 2), seen]) + offset
    reach = np.hypot(*(seen[n:] - about).T)
    return (float(about[0] + left), float(about[1] + top)), float(np.nanmax(reach, initial=0.0)), crowd


class _Card(QWidget):
    """One card."""

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self._reading: Reading | None = None
        self._theme: Theme | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("reading")
        self.hide()

    def show_reading(self, reading: Reading, theme: Theme, rect: QRectF) -> None:
        """Other numbers at another place."""
        self.setGeometry(rect.toRect())
        if reading != self._reading or theme is not self._theme:
            self._reading, self._theme = reading, theme
            self.setAccessibleName(f"{reading.title}: {', '.join(value for _, value, _ in reading.rows)}")
            self.update()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802 - Qt's name
        """The card."""
        if self._reading is not None and self._theme is not None:
            painter = QPainter(self)
            painter.setFont(self.font())
            paint_reading(painter, QRectF(self.rect()), self._reading, self._theme)
            painter.end()
