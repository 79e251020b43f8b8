"""The errors of a film over time: a strip per lifter with its name, and its numbers at the frame that is shown."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core.conventions import AngleDef
from viewer.content.records import Track
from viewer.film.film import Film
from viewer.film.letters import SMALL_PX, USUAL_PX, line_px, middle_text, width_px, write
from viewer.film.plot_part import seconds_ticks
from viewer.numbers import number_text
from viewer.panels.traces.heads import names_of
from viewer.strips import (
    FrameAxis,
    angle_mae_limit,
    colours_of,
    draw_cells,
    fill_missing,
    limit_label,
    peaks,
)
from viewer.theme import Theme, lut
from viewer.wording import POSITION_ERROR

__all__ = ["StripPart", "strip_height"]

_HEAD_PX, _FOOT_PX, _ROW_PX, _TIGHT_PX, _MANY = 20.0, 18.0, 20.0, 14.0, 6
_SWATCH_PX, _GAP_PX, _COLUMN_GAP_PX = 10.0, 8.0, 18.0
_NAMES_SHARE = 0.30


def shown_tracks(film: Film) -> tuple[Track, ...]:
    """Whose errors have a strip."""
    return tuple(track for track in film.content.measured if track.name not in film.view.hidden)


def _row_px(n_rows: int) -> float:
    return _ROW_PX if n_rows <= _MANY else _TIGHT_PX


def strip_height(film: Film) -> float:
    """Height of all of it, logical pixels."""
    n_rows = len(shown_tracks(film))
    return _HEAD_PX + max(n_rows, 1) * _row_px(n_rows) + _FOOT_PX


class StripPart:
    """Paints strips and names once, and at every frame the cursor and the numbers. rect : its place, logical pixels."""

    def __init__(self, film: Film, theme: Theme, rect: QRectF) -> None:
        self._film, self._theme, self._tracks = film, theme, shown_tracks(film)
        self._pitch = _row_px(len(self._tracks))
        self._letters = USUAL_PX if self._pitch == _ROW_PX else SMALL_PX
        self._limit = angle_mae_limit(film.content)
        self._columns = self._numbers()
        self._widths = [max(width_px(head, SMALL_PX), width_px("−888.8", USUAL_PX)) for head, _ in self._columns]
        names = max((width_px(track.name, self._letters) for track in self._tracks), default=0.0)
        names = min(max(names + _SWATCH_PX + 6.0, 120.0), _NAMES_SHARE * rect.width())
        self._names = QRectF(rect.left(), rect.top(), names, rect.height())
        right = sum(self._widths) + len(self._widths) * _COLUMN_GAP_PX if self._tracks else 0.0
        self._bar = QRectF(rect.left() + names + _GAP_PX, rect.top() + _HEAD_PX, rect.width() - names - _GAP_PX - right,
                           rect.height() - _HEAD_PX - _FOOT_PX)  # fmt: skip

    def paint_still(self, painter: QPainter) -> None:
        """Strips, names, times, and what the numbers are."""
        theme, bar, film = self._theme, self._bar, self._film
        if not self._tracks:
            painter.fillRect(bar, QColor(theme.raised))
        for row, track in enumerate(self._tracks):
            self._paint_name(painter, track, self._row(row, self._names))
            self._paint_cells(painter, track, self._row(row, bar))
        if self._tracks:
            self._paint_key(painter)
        for (head, _), place in zip(self._columns, self._places(-1), strict=True):
            write(painter, place, head, theme.dim, SMALL_PX, align=Qt.AlignmentFlag.AlignRight)
        for frame, text in seconds_ticks(film, bar.width()):
            middle_text(painter, self._x(frame), bar.bottom() + 2.0, text, theme.dim, bar.left(), bar.right())

    def paint(self, painter: QPainter, frame: int) -> None:
        """The cursor, and the numbers at a frame."""
        x, bar, theme = self._x(frame), self._bar, self._theme
        seam = QColor(theme.base)
        seam.setAlpha(170)
        for colour, wide in ((seam, 4.0), (QColor(theme.cursor), 1.6)):
            painter.setPen(QPen(colour, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QLineF(x, bar.top() - 5.0, x, bar.bottom() + 2.0))
        for row, track in enumerate(self._tracks):
            for (_, value), place in zip(self._columns, self._places(row), strict=True):
                found = value(track, frame)
                write(painter, place, found, theme.text, self._letters, align=Qt.AlignmentFlag.AlignRight)

    def _numbers(self) -> list[tuple[str, _Number]]:
        """What stands beside the strips."""
        content, view = self._film.content, self._film.view
        if not self._tracks:
            return []
        found = [] if not content.tracks else [
            (f"{POSITION_ERROR[content.alignment]}, mm", _Number("mpjpe_mm", signed=False))]  # fmt: skip
        found.append(("angle MAE, °", _Number("angle_mae_deg", signed=False)))
        angle: AngleDef = content.angles[view.angle]
        found.append((f"{names_of(angle)[1]} error, °", _Number("error_deg", signed=True, column=view.angle)))
        return found

    def _row(self, row: int, within: QRectF) -> QRectF:
        return QRectF(within.left(), self._bar.top() + row * self._pitch, within.width(), self._pitch)

    def _places(self, row: int) -> list[QRectF]:
        """Where the numbers of a row stand; -1 is the head."""
        x, places = self._bar.right() + _COLUMN_GAP_PX, []
        y, high = self._bar.top() + row * self._pitch, self._pitch
        if row < 0:
            y, high = self._bar.top() - _HEAD_PX, _HEAD_PX
        for wide in self._widths:
            places.append(QRectF(x, y, wide, high))
            x += wide + _COLUMN_GAP_PX
        return places

    def _x(self, frame: float) -> float:
        n_frames = self._film.last - self._film.first + 1
        return float(self._bar.left() + (frame - self._film.first + 0.5) * self._bar.width() / n_frames)

    def _paint_name(self, painter: QPainter, track: Track, place: QRectF) -> None:
        colour = QColor(self._theme.lifter(track.colour))
        swatch = QRectF(place.left(), place.center().y() - _SWATCH_PX / 2, _SWATCH_PX, _SWATCH_PX)
        painter.fillRect(swatch, colour)
        write(painter, place.adjusted(_SWATCH_PX + 6.0, 0, 0, 0), track.label, self._theme.text, self._letters,
              cut=Qt.TextElideMode.ElideMiddle)  # fmt: skip

    def _paint_cells(self, painter: QPainter, track: Track, place: QRectF) -> None:
        first, last = self._film.first, self._film.last
        errors = track.angle_mae_deg[first : last + 1]
        wide = max(1, round(place.width() * 2))
        starts = FrameAxis(0, wide, len(errors)).starts()
        cells = colours_of(peaks(errors[None], starts, signed=False), self._limit, lut(self._theme.magnitude),
                           signed=False)  # fmt: skip
        strip: QRect = place.adjusted(0, 1.0, 0, -1.0).toRect()
        fill_missing(painter, strip, self._theme)
        draw_cells(painter, strip, cells)

    def _paint_key(self, painter: QPainter) -> None:
        """What the colours are, right of the names."""
        theme, line = self._theme, line_px(SMALL_PX)
        end, title = limit_label(self._limit), "angle MAE, °   0"
        y, x = self._bar.top() - _HEAD_PX + (_HEAD_PX - line) / 2, self._bar.left()
        write(painter, QRectF(x, y, width_px(title, SMALL_PX), line), title, theme.dim, SMALL_PX)
        bar = QRectF(x + width_px(title, SMALL_PX) + 5.0, y + line / 2 - 4.0, min(60.0, 0.12 * self._bar.width()), 8.0)
        draw_cells(painter, bar.toRect(), np.ascontiguousarray(lut(theme.magnitude)[None]))
        place = QRectF(bar.right() + 5.0, y, width_px(end, SMALL_PX), line)
        write(painter, place, end, theme.dim, SMALL_PX)


class _Number:
    """A number of a track at a frame, as text."""

    def __init__(self, field: str, *, signed: bool, column: int = -1) -> None:
        self._field, self._signed, self._column = field, signed, column

    def __call__(self, track: Track, frame: int) -> str:
        values = getattr(track, self._field)
        value = float(values[frame] if self._column < 0 else values[frame, self._column])
        return number_text(value, signed=self._signed)
