"""The skeletons of a film: the strokes that the window draws, seen by the same eye, with names over them."""

from __future__ import annotations

from collections import Counter

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from viewer.film.film import Film, Flight
from viewer.film.letters import SMALL_PX, USUAL_PX, font, line_px, middle_text, width_px, write
from viewer.film.strip_part import shown_tracks
from viewer.scene.arrows import arrows_of
from viewer.scene.card import letters_of, paint_reading, reading_of, reading_size
from viewer.scene.eye import Rect
from viewer.scene.figures import Figure
from viewer.scene.legend import LegendRow, legend_rows
from viewer.scene.readings import About, drawn_about, leader_drawing, leader_of, where_free
from viewer.scene.scales import ErrorScale, error_limit
from viewer.scene.stage import places, staged
from viewer.scene.surface import paint_drawing
from viewer.theme import Theme

__all__ = ["ScenePart"]

_INSET_PX, _SWATCH_PX = 10.0, 18.0
_GHOST_PX, _BONE_PX, _DOT_PX = 6.0, 3.0, 4.0
_LEAST_NAME_PX = 230.0
_SAMPLED = 25
_BAR_PX, _WIDEST_BAR_PX, _BAR_INSET_PX = 10.0, 420.0, 12.0


class ScenePart:
    """Paints the cells with everybody at a frame, and over them names and colours, which stay, and the card with the
    numbers of the selected angle.

    rect : its place, logical pixels.
    """

    def __init__(self, film: Film, theme: Theme, rect: QRectF) -> None:
        self._theme, self._rect, self._flight = theme, rect, Flight(film)
        limit = error_limit(film.content, film.view.scene.colouring)
        self._stage = staged(film.content, film.view, theme, limit)
        self._timing, self._slopes = film.timing, film.slopes
        self._elsewhere = frozenset(track.name for track in shown_tracks(film))
        scale = self._stage.scale
        high = rect.height() - (0.0 if scale is None else _bar_height_px())
        self._cells: tuple[Rect, ...] = places(len(self._stage.cells), (rect.width(), high))
        self._over = QImage()
        self._letters = letters_of(font(USUAL_PX))
        self._sides = tuple(self._usual_side(cell) for cell in range(len(self._cells)))

    def prepare(self, ratio: float) -> None:
        """Paint what stays. ratio : pixels of the film per logical one."""
        size = (self._rect.size() * ratio).toSize()
        self._over = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        self._over.setDevicePixelRatio(ratio)
        self._over.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._over)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_names(painter)
        if self._stage.scale is not None:
            left = (self._rect.width() - min(_WIDEST_BAR_PX, self._rect.width() - 2 * _BAR_INSET_PX)) / 2
            bar = QRectF(left, self._rect.height() - _bar_height_px(), self._rect.width() - 2 * left, 0.0)
            _paint_bar(painter, bar, self._stage.scale, self._theme)
        painter.end()

    def paint(self, painter: QPainter, index: int) -> None:
        """Everybody at an index into the frames of the film."""
        frame, eye = self._timing.frames[index], self._flight.eye(index)
        slopes = self._slopes(frame) if self._slopes is not None else None
        painter.fillRect(self._rect, QColor(self._theme.base))
        for i, (left, top, width, height) in enumerate(self._cells):
            drawing = self._stage.drawing(i, frame, eye, (width, height))
            painter.save()
            painter.translate(self._rect.left() + left, self._rect.top() + top)
            painter.setClipRect(QRectF(0, 0, width, height))
            if drawing is not None:
                paint_drawing(painter, drawing)
            arrows = arrows_of(self._stage.cells[i], slopes, frame, eye, (width, height), self._theme)
            if arrows is not None:
                paint_drawing(painter, arrows)
            painter.restore()
        painter.drawImage(self._rect.topLeft(), self._over)
        painter.save()
        painter.translate(self._rect.topLeft())
        for cell, side in enumerate(self._sides):
            self._paint_reading(painter, cell, index, side)
        painter.restore()

    def _paint_reading(self, painter: QPainter, cell: int, index: int, side: int) -> None:
        """The card with the numbers of the selected angle beside its joint, and what leads from it to there."""
        reading = reading_of(self._stage, cell, self._timing.frames[index])
        found = self._card(cell, index, side)
        if reading is None or found is None:
            return
        _, rect, about = found
        leader, place = leader_of(rect, about), self._cells[cell]
        if leader is not None:
            painter.save()
            painter.translate(*place[:2])
            paint_drawing(painter, leader_drawing(leader, place, self._theme))
            painter.restore()
        paint_reading(painter, rect, reading, self._theme, self._letters)

    def _card(self, cell: int, index: int, side: int) -> tuple[int, QRectF, About] | None:
        """On which side of the joint the card stands, where, and what is about; None where there is none or no room."""
        frame, place = self._timing.frames[index], self._cells[cell]
        reading, measured = reading_of(self._stage, cell, frame), self._stage.measured(cell, frame)
        if reading is None or measured is None:
            return None
        size = reading_size(reading, self._letters)
        about = drawn_about(self._stage, cell, frame, self._flight.eye(index), place, measured)
        if np.isnan(about.centre).any() or size.width() > place[2] / 2 or size.height() > place[3] / 2:
            return None
        side, at = where_free(about, size, QRectF(*place), self._taken(cell), side)
        return side, QRectF(at, size), about

    def _usual_side(self, cell: int) -> int:
        """Where the card stands most often, so that it seldom jumps and every frame's place depends on it alone."""
        sampled = np.linspace(0, len(self._timing.frames) - 1, _SAMPLED).astype(int)
        found = (self._card(cell, int(index), -1) for index in np.unique(sampled))
        sides = Counter(card[0] for card in found if card is not None)
        return sides.most_common(1)[0][0] if sides else -1

    def _taken(self, cell: int) -> tuple[QRectF, ...]:
        """Where the names of a cell are."""
        left, top, width, _ = self._cells[cell]
        n_lines = len(self._unnamed(self._stage.cells[cell])) + 1
        return (QRectF(left, top, min(_LEAST_NAME_PX, width), _INSET_PX + n_lines * (line_px(USUAL_PX) + 1)),)

    def _unnamed(self, figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
        """Who is not named beside the strips below; of several cells everybody, to tell them apart."""
        return figures if len(self._cells) > 1 else tuple(f for f in figures if f.track.name not in self._elsewhere)

    def _paint_names(self, painter: QPainter) -> None:
        """Who is in each cell, at its top left, and a line between cells."""
        many = len(self._cells) > 1
        for (left, top, width, height), figures in zip(self._cells, self._stage.cells, strict=True):
            rows, y = legend_rows(self._unnamed(figures), self._theme), top + _INSET_PX
            room = width - 2 * _INSET_PX if many else max(0.4 * width, _LEAST_NAME_PX)
            for row in rows:
                _paint_row(painter, row, QRectF(left + _INSET_PX, y, room, line_px(USUAL_PX)), self._theme)
                y += line_px(USUAL_PX) + 1
            if any(figure.sided for figure in figures):
                self._paint_sides(painter, left + _INSET_PX, y)
            if many:
                painter.setPen(QPen(QColor(self._theme.grid), 1.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(left - 0.5, top - 0.5, width + 1, height + 1))

    def _paint_sides(self, painter: QPainter, x: float, y: float) -> None:
        line = line_px(USUAL_PX)
        for letter, colour in (("left", self._theme.left), ("right", self._theme.right)):
            _dot(painter, x + _SWATCH_PX / 2, y + line / 2, QColor(colour))
            place = QRectF(x + _SWATCH_PX, y, width_px(letter, USUAL_PX), line)
            write(painter, place, letter, self._theme.text)
            x = place.right() + 10.0


def _paint_row(painter: QPainter, row: LegendRow, rect: QRectF, theme: Theme) -> None:
    """A swatch that looks like the drawing, and a name."""
    wide, y = _GHOST_PX if row.ghost else _BONE_PX, rect.center().y()
    painter.setPen(QPen(row.colour, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(rect.left() + wide / 2, y), QPointF(rect.left() + _SWATCH_PX - wide / 2, y))
    if not row.ghost:
        _dot(painter, rect.left() + _SWATCH_PX / 2, y, row.colour)
    write(painter, rect.adjusted(_SWATCH_PX + 6.0, 0, 0, 0), row.title, theme.text,
          cut=Qt.TextElideMode.ElideMiddle)  # fmt: skip


def _dot(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(x, y), _DOT_PX, _DOT_PX)


def _bar_height_px() -> float:
    return 2 * line_px(SMALL_PX) + _BAR_PX + 12.0


def _paint_bar(painter: QPainter, rect: QRectF, scale: ErrorScale, theme: Theme) -> None:
    """The colours of errors: what they are of, the bar, numbers, and what is missing."""
    line = line_px(SMALL_PX)
    head = QRectF(rect.left(), rect.top(), rect.width(), line)
    write(painter, head, f"{scale.title}, {scale.unit}", theme.text, SMALL_PX)
    missing = "missing"
    wide = width_px(missing, SMALL_PX)
    write(painter, QRectF(rect.right() - wide, rect.top(), wide, line), missing, theme.dim, SMALL_PX)
    swatch = QRectF(rect.right() - wide - 14.0, rect.top() + line / 2 - 5.0, 10.0, 10.0)
    painter.fillRect(swatch, QColor.fromRgbF(*scale.missing.tolist()))
    bar = QRectF(rect.left(), head.bottom() + 3.0, rect.width(), _BAR_PX)
    row = np.ascontiguousarray((scale.table * 255).round().astype(np.uint8)[None])
    painter.drawImage(bar, QImage(row.data, row.shape[1], 1, QImage.Format.Format_RGBA8888))
    for tick in scale.ticks:
        more = "≥ " if scale.exceeded and tick == scale.ticks[-1] else ""
        x = bar.left() + bar.width() * tick / scale.limit
        middle_text(painter, x, bar.bottom() + 2.0, f"{more}{tick:g}", theme.text, bar.left(), bar.right())
