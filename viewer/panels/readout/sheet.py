"""The read-out of one clip, ready to be painted at any frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core.conventions import N_ANGLES
from viewer.content.records import ClipContent
from viewer.panels.readout.backdrop import Look, Words, backdrop, banner, tinted, triangle
from viewer.panels.readout.columns import Kind, Role
from viewer.panels.readout.geometry import Geometry, Place
from viewer.panels.readout.letters import Letters, Numbers, Slots
from viewer.theme import Theme

__all__ = ["Sheet", "worst_cell"]

_SUMMARY_CHARS = 7
_SINGULAR, _WORST = 150, 46
"""How opaque, of 255, the grounds of near-singular rows and of the worst error are."""


class Sheet:
    """Picture of what stays, places of what changes. Everything that is prepared here serves every frame."""

    def __init__(self, content: ClipContent, words: Words, geometry: Geometry, letters: Letters, look: Look) -> None:
        self._content, self._geometry, self._letters, self._theme = content, geometry, letters, look.theme
        self._size = look.size
        self._picture = backdrop(words, geometry, letters, look)
        self._banner = banner(words, geometry, letters, look)
        self._whole = _inks(geometry.places, geometry, letters, look.theme)
        self._fixed = _inks(geometry.places[: geometry.n_fixed], geometry, letters, look.theme)

    def paint(self, painter: QPainter, frame: int, scrolled: QPoint) -> None:
        """Paint the table at a frame, that much of it scrolled away to the left and the top."""
        fixed, size, up = self._geometry.fixed_width, self._size, QPoint(0, scrolled.y())
        if scrolled.x() == 0:  # clipping costs time, and nothing lies over anything
            self._paint_part(painter, frame, up, self._whole)
        else:
            painter.setClipRect(QRect(fixed, 0, size.width() - fixed, size.height()))
            self._paint_part(painter, frame, scrolled, self._whole)
            painter.setClipRect(QRect(0, 0, fixed, size.height()))
            self._paint_part(painter, frame, up, self._fixed)
            painter.setClipping(False)
        self._paint_top(painter, frame, scrolled.y())

    def _paint_part(
        self, painter: QPainter, frame: int, scrolled: QPoint, inks: Sequence[tuple[QColor, Numbers]]
    ) -> None:
        painter.translate(-scrolled)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_marks(painter, frame)
        for colour, numbers in inks:
            painter.setPen(colour)
            numbers.paint(painter, frame)
        painter.translate(scrolled)

    def _paint_marks(self, painter: QPainter, frame: int) -> None:
        """Grounds and triangles of near-singular rows, the ground of the worst error."""
        geometry = self._geometry
        across = max(geometry.width, self._size.width()) - geometry.side_right
        for index in self._content.near_singular[frame].nonzero()[0].tolist():
            top = geometry.row_top(index)
            painter.fillRect(geometry.side_right, top, across, geometry.row, tinted(self._theme.singular, _SINGULAR))
            painter.setBrush(QColor(self._theme.warning))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawPolygon(triangle(geometry.side_right - 1, top + geometry.row // 2))
        worst = worst_cell(geometry.places, frame)
        if worst is not None:
            place, index = worst
            cell = _error_cell(place, geometry, self._letters, index)
            painter.setBrush(tinted(self._theme.warning, _WORST))
            painter.setPen(QPen(tinted(self._theme.warning, 190)))
            painter.drawRect(cell)

    def _paint_top(self, painter: QPainter, frame: int, scrolled: int) -> None:
        """Frame and time; this line never moves sideways."""
        painter.drawPixmap(0, -scrolled, self._banner)
        painter.setPen(QColor(self._theme.text))
        painter.setFont(self._letters.digits)
        baseline = self._geometry.top // 2 + self._letters.drop - scrolled
        painter.drawText(self._letters.advance, baseline, f"frame {frame}   {self._content.seconds_at(frame):.3f} s")


def worst_cell(places: Sequence[Place], frame: int) -> tuple[Place, int] | None:
    """The lifter and the angle of the largest absolute error at a frame, or None where no error is defined."""
    worst, size = None, -1.0
    for place in places:
        if place.group.role is not Role.LIFTER:
            continue
        for column in place.group.columns:
            if column.kind is not Kind.ERROR:
                continue
            for index, error in enumerate(column.values[frame].tolist()):
                if abs(error) > size:  # False for NaN
                    worst, size = (place, index), abs(error)
    return worst


def _error_cell(place: Place, geometry: Geometry, letters: Letters, index: int) -> QRect:
    at = next(i for i, column in enumerate(place.group.columns) if column.kind is Kind.ERROR)
    left = place.ends[at] - place.group.columns[at].chars * letters.advance - 2
    return QRect(left, geometry.row_top(index) + 1, place.ends[at] - left + 2, geometry.row - 3)


def _inks(
    places: Sequence[Place], geometry: Geometry, letters: Letters, theme: Theme
) -> tuple[tuple[QColor, Numbers], ...]:
    """Numbers by colour: reference, errors and means in that of text, everything else dim."""
    plain = [slot for place in places for bright, slot in _slots(place, geometry) if bright]
    dim = [slot for place in places for bright, slot in _slots(place, geometry) if not bright]
    return (QColor(theme.dim), Numbers(dim, letters)), (QColor(theme.text), Numbers(plain, letters))


def _slots(place: Place, geometry: Geometry) -> Iterator[tuple[bool, Slots]]:
    """Places of a group's numbers, each with whether it is to stand out."""
    group = place.group
    middles = tuple(geometry.row_top(index) + geometry.row // 2 for index in range(N_ANGLES + 2))
    lone = all(column.kind is not Kind.ERROR for column in group.columns)
    for column, end in zip(group.columns, place.ends, strict=True):
        prominent = Kind.VALUE if lone else Kind.ERROR
        bright = column.kind is prominent and group.role is not Role.FLOOR
        yield bright, Slots(column.values, column.kind, column.chars, end, middles[:N_ANGLES])
    errors = [end for column, end in zip(group.columns, place.ends, strict=True) if column.kind is Kind.ERROR]
    for values, middle in zip((group.mpjpe_mm, group.mae_deg), middles[N_ANGLES:], strict=True):
        if values is not None and errors:
            bright = group.role is Role.LIFTER
            yield bright, Slots(values, Kind.VALUE, _SUMMARY_CHARS, errors[0], (middle,))
