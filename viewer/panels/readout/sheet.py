"""The read-out of one clip, ready to be painted at any frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from core.conventions import N_ANGLES
from viewer.content.records import ClipContent
from viewer.panels.readout.backdrop import Look, Words, backdrop, banner, tinted, triangle
from viewer.panels.readout.columns import Kind, Role
from viewer.panels.readout.fitting import Fitted
from viewer.panels.readout.geometry import LEFT_PX, Geometry, Place
from viewer.panels.readout.letters import Letters, Numbers, Slots
from viewer.panels.readout.texts import frame_text
from viewer.theme import Theme

__all__ = ["Sheet", "worst_cell"]

Inks = tuple[tuple[QColor, Numbers], ...]
"""Numbers by colour."""

_SUMMARY_CHARS = 7
_SINGULAR, _WORST = 150, 46
"""How opaque, of 255, the grounds of near-singular rows and of the worst error are."""


class Sheet:
    """Picture of what stays, places of what changes. Everything that is prepared here serves every frame."""

    def __init__(self, content: ClipContent, words: Words, table: Fitted, look: Look) -> None:
        geometry, letters = table.geometry, table.letters
        self._content, self._geometry, self._letters, self._theme = content, geometry, letters, look.theme
        self._size = look.size
        self._picture = backdrop(words, geometry, letters, table.heads, look)
        self._banner = banner(words, geometry, letters, look)
        fixed = geometry.places[: geometry.n_fixed]
        self._whole = _inks(geometry.places, geometry, letters, look.theme)
        self._rows = _inks(geometry.places, geometry, letters, look.theme, foot=False)
        self._foot = _inks(geometry.places, geometry, letters, look.theme, rows=False)
        self._fixed_rows = _inks(fixed, geometry, letters, look.theme, foot=False)

    def fits(self, frame: int) -> bool:
        """Whether all numbers of a frame are within their widths."""
        return all(numbers.fits(frame) for _, numbers in self._whole)

    def paint(self, painter: QPainter, frame: int, scrolled: QPoint) -> None:
        """Paint the table at a frame, that much of it scrolled away: of the sources to the left, of the rows up."""
        geometry, size = self._geometry, self._size
        if (
            geometry.height <= size.height() and scrolled.isNull()
        ):  # clipping costs time, and nothing lies over anything
            self._paint_rows(painter, frame, QPoint(), self._whole)
        else:
            for left, right, x in ((geometry.fixed_width, size.width(), scrolled.x()), (0, geometry.fixed_width, 0)):
                self._paint_part(painter, frame, (left, right), QPoint(x, scrolled.y()), still=left == 0)
            painter.setClipping(False)
        self._paint_top(painter, frame)

    def _paint_part(self, painter: QPainter, frame: int, across: tuple[int, int], scrolled: QPoint, *, still: bool,
                    ) -> None:  # fmt: skip
        """What stands from one x to another: rows between the head and the summary, which keep their places.

        still : the names and the reference, which do not scroll sideways.
        """
        geometry, (left, right) = self._geometry, across
        begin, end = geometry.top + geometry.head, min(self._size.height(), geometry.height) - geometry.foot
        painter.setClipRect(QRect(left, begin, right - left, end - begin))
        self._paint_rows(painter, frame, scrolled, self._fixed_rows if still else self._rows)
        painter.setClipRect(QRect(left, 0, right - left, begin))
        painter.drawPixmap(-scrolled.x(), 0, self._picture)
        below = self._size.height() if self._size.height() > geometry.height else end + geometry.foot
        painter.setClipRect(QRect(left, end, right - left, below - end))
        painter.translate(-scrolled.x(), end + geometry.foot - geometry.height)
        painter.drawPixmap(0, 0, self._picture)
        if not still:  # the labels alone stand at the left
            self._paint_numbers(painter, frame, self._foot)
        painter.translate(scrolled.x(), geometry.height - end - geometry.foot)

    def _paint_rows(self, painter: QPainter, frame: int, scrolled: QPoint, inks: Inks) -> None:
        painter.translate(-scrolled)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_marks(painter, frame)
        self._paint_numbers(painter, frame, inks)
        painter.translate(scrolled)

    @staticmethod
    def _paint_numbers(painter: QPainter, frame: int, inks: Inks) -> None:
        for colour, numbers in inks:
            painter.setPen(colour)
            numbers.paint(painter, frame)

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

    def _paint_top(self, painter: QPainter, frame: int) -> None:
        """Frame and time; this line never moves."""
        painter.drawPixmap(0, 0, self._banner)
        painter.setPen(QColor(self._theme.text))
        painter.setFont(self._letters.digits)
        painter.drawText(LEFT_PX, self._geometry.top // 2 + self._letters.drop, frame_text(self._content, frame))


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


def _inks(places: Sequence[Place], geometry: Geometry, letters: Letters, theme: Theme, *, rows: bool = True,
          foot: bool = True) -> Inks:  # fmt: skip
    """Numbers by colour: reference, errors and means in that of text, everything else dim.

    rows, foot : of the angles, of the summary.
    """
    slots: list[tuple[bool, Slots]] = []
    for place in places:
        slots += _row_slots(place, geometry) if rows else ()
        slots += _foot_slots(place, geometry) if foot else ()
    return tuple(
        (QColor(colour), Numbers([slot for bright, slot in slots if bright is shines], letters))
        for colour, shines in ((theme.dim, False), (theme.text, True))
    )


def _row_slots(place: Place, geometry: Geometry) -> Iterator[tuple[bool, Slots]]:
    """Places of a group's angles, each with whether it is to stand out."""
    group = place.group
    middles = tuple(geometry.row_top(index) + geometry.row // 2 for index in range(N_ANGLES))
    lone = all(column.kind is not Kind.ERROR for column in group.columns)
    for column, end in zip(group.columns, place.ends, strict=True):
        bright = column.kind is (Kind.VALUE if lone else Kind.ERROR) and group.role is not Role.FLOOR
        yield bright, Slots(column.values, column.kind, column.chars, end, middles)


def _foot_slots(place: Place, geometry: Geometry) -> Iterator[tuple[bool, Slots]]:
    """Places of its means, under its errors."""
    group = place.group
    errors = [end for column, end in zip(group.columns, place.ends, strict=True) if column.kind is Kind.ERROR]
    for index, values in enumerate((group.mpjpe_mm, group.mae_deg), N_ANGLES):
        if values is not None and errors:
            middle = geometry.row_top(index) + geometry.row // 2
            yield group.role is Role.LIFTER, Slots(values, Kind.VALUE, _SUMMARY_CHARS, errors[0], (middle,))
