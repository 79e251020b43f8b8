"""What of the read-out does not change from frame to frame: bands, lines, names and heads, painted once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap, QPolygon

from core.conventions import N_ANGLES, AngleDef
from viewer.panels.readout.columns import Role
from viewer.panels.readout.geometry import Geometry, Place
from viewer.panels.readout.letters import Letters
from viewer.theme import Theme

__all__ = ["Look", "Words", "backdrop", "banner", "name_lines", "tinted", "triangle"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BOTTOM = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
_CHIP = 7
_FRAME_CHARS = 24
"""Room for the frame and its time."""

_CHOSEN, _CHOSEN_COLUMN = 62, 26
"""How opaque, of 255, the accent lies over the selected row and the selected lifter."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is written besides numbers. heads : per group the name and, in a second line, what kind of source it is.

    aside : right of the line with the frame. summary : labels of the lines under the angles.
    """

    angles: tuple[AngleDef, ...]
    aside: str
    heads: tuple[tuple[str, str], ...]
    summary: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How the table is seen. angle, lifter : selected. size : of the view, logical pixels; ratio : device pixels per
    logical one.
    """

    theme: Theme
    angle: int
    lifter: str
    size: QSize
    ratio: float


def name_lines(angle: AngleDef) -> tuple[str, str]:
    """The joint, and the movement: the two lines beside L and R."""
    movement = angle.kind.removeprefix(f"{angle.joint}_").replace("_", " ").replace("projected", "proj.")
    return angle.joint.capitalize(), movement


def tinted(colour: str, alpha: int) -> QColor:
    """The colour, ``alpha`` of 255 opaque."""
    tint = QColor(colour)
    tint.setAlpha(alpha)
    return tint


def triangle(right: int, middle: int) -> QPolygon:
    """The mark of a near-singular angle, left of ``right``."""
    return QPolygon([QPoint(right - 8, middle + 3), QPoint(right - 4, middle - 4), QPoint(right, middle + 3)])


def backdrop(words: Words, geometry: Geometry, letters: Letters, look: Look) -> QPixmap:
    """The picture of everything that stays, at least as large as the view."""
    size = look.size.expandedTo(QSize(geometry.width, geometry.height))
    picture = QPixmap(size * look.ratio)
    picture.setDevicePixelRatio(look.ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(letters.text)
    _bands(painter, geometry, look.theme, size)
    _selection(painter, geometry, look, size)
    _names(painter, words, geometry, letters, look.theme)
    font = _head_font(words, geometry, letters)
    for place, head in zip(geometry.places, words.heads, strict=True):
        if place.group.role is Role.REFERENCE:
            _reference_head(painter, place, head, geometry, letters, look.theme)
        else:
            _head(painter, place, head[0], geometry, letters, look.theme, font)
    painter.end()
    return picture


def banner(words: Words, geometry: Geometry, letters: Letters, look: Look) -> QPixmap:
    """The line above the table, as wide as the view, with what stands at its right end."""
    size = QSize(look.size.width(), geometry.top)
    picture = QPixmap(size * look.ratio)
    picture.setDevicePixelRatio(look.ratio)
    picture.fill(QColor(look.theme.window))
    painter = QPainter(picture)
    painter.setFont(letters.text)
    painter.setPen(QColor(look.theme.dim))
    room = size.width() - (_FRAME_CHARS + 1) * letters.advance
    aside = QFontMetrics(letters.text).elidedText(words.aside, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(0, 0, size.width() - letters.advance, size.height()), _RIGHT, aside)
    painter.end()
    return picture


def _bands(painter: QPainter, geometry: Geometry, theme: Theme, size: QSize) -> None:
    """Grounds of head and rows, pairs of rows alternating, and lines between groups."""
    width = size.width()
    painter.fillRect(0, 0, width, size.height(), QColor(theme.base))
    painter.fillRect(0, 0, width, geometry.top, QColor(theme.window))
    painter.fillRect(0, geometry.top, width, geometry.head, QColor(theme.raised))
    for first in range(0, N_ANGLES, 4):
        painter.fillRect(0, geometry.row_top(first), width, 2 * geometry.row, QColor(theme.window))
    painter.setPen(QColor(theme.grid))
    below = geometry.row_top(N_ANGLES) - geometry.gap + 1
    if geometry.gap:
        painter.drawLine(0, below, width, below)
    for place in geometry.places:
        if place.group.role is Role.REFERENCE:  # its head and the labels of the summary reach beyond it
            painter.drawLine(place.left, geometry.row_top(0), place.left, below)
        else:
            painter.drawLine(place.left, geometry.top, place.left, geometry.height)


def _selection(painter: QPainter, geometry: Geometry, look: Look, size: QSize) -> None:
    """The selected row and the selected lifter."""
    accent, row = QColor(look.theme.accent), geometry.row
    for place in geometry.places:
        if place.group.name == look.lifter:
            column = QRect(place.left + 1, geometry.top, place.right - place.left - 1, geometry.height - geometry.top)
            painter.fillRect(column, tinted(look.theme.accent, _CHOSEN_COLUMN))
            painter.fillRect(column.left(), geometry.row_top(0) - 2, column.width(), 2, accent)
    if 0 <= look.angle < N_ANGLES:
        chosen, name, top = tinted(look.theme.accent, _CHOSEN), geometry.name_right, geometry.row_top(look.angle)
        painter.fillRect(0, geometry.row_top(look.angle - look.angle % 2), name, 2 * row, chosen)
        painter.fillRect(name, top, size.width() - name, row, chosen)
        painter.fillRect(0, top, 3, row, accent)


def _names(painter: QPainter, words: Words, geometry: Geometry, letters: Letters, theme: Theme) -> None:
    """Names of the angles, one for a left and a right row; the letters of the sides; labels of the summary."""
    space, row = letters.advance, geometry.row
    for index, angle in enumerate(words.angles):
        top = geometry.row_top(index)
        painter.setPen(QColor(theme.text))
        if index % 2 == 0:
            both = QRect(space, top, geometry.name_right - space, 2 * row)
            painter.drawText(both, _LEFT, "\n".join(name_lines(angle)))
        painter.setPen(QColor(theme.left if angle.side == "l" else theme.right))
        painter.drawText(QRect(geometry.name_right, top, 2 * space, row), _LEFT, angle.side.upper())
    painter.setPen(QColor(theme.dim))
    painter.drawText(QRect(space, geometry.top, geometry.name_right, geometry.head - 4), _BOTTOM, "angle, °")
    for index, label in enumerate(words.summary):
        painter.drawText(QRect(space, geometry.row_top(N_ANGLES + index), geometry.width, row), _LEFT, label)


def _reference_head(painter: QPainter, place: Place, head: tuple[str, str], geometry: Geometry, letters: Letters,
                    theme: Theme) -> None:  # fmt: skip
    """The narrow column of the reference borrows the room above the names."""
    line = QRect(2, geometry.top + 2, place.ends[-1] - 2, letters.line)
    painter.setPen(QColor(theme.reference))
    painter.setFont(letters.strong)
    painter.drawText(line, _RIGHT, head[0])
    painter.setPen(QColor(theme.dim if head[1] == "ISB" else theme.warning))
    painter.setFont(letters.text)
    painter.drawText(line.translated(0, letters.line), _RIGHT, head[1])


def _head(
    painter: QPainter, place: Place, name: str, geometry: Geometry, letters: Letters, theme: Theme, font: QFont
) -> None:
    """Name of a source in its colour, and what its columns are."""
    group, line, top = place.group, letters.line, geometry.top + 2
    colour = QColor(theme.floor if group.role is Role.FLOOR else theme.lifter(group.colour))
    left, right = _head_span(place)
    if group.role is Role.LIFTER:
        painter.fillRect(left - _CHIP - 4, top + (line - _CHIP) // 2 + 1, _CHIP, _CHIP, colour)
    painter.setPen(colour)
    painter.setFont(font)
    shown = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, right - left)
    painter.drawText(QRect(left, top, right - left, line), _LEFT, shown)
    painter.setFont(letters.text)
    painter.setPen(QColor(theme.dim))
    for column, end in zip(group.columns, place.ends, strict=True):
        painter.drawText(QRect(end - 80, top + line, 80, line), _RIGHT, str(column.kind))


def _head_span(place: Place) -> tuple[int, int]:
    """From where to where the name of a source can be written."""
    return place.left + 4 + (_CHIP + 4 if place.group.role is Role.LIFTER else 0), place.right - 2


def _head_font(words: Words, geometry: Geometry, letters: Letters) -> QFont:
    """Bold where every name has room for it, else small for all."""
    metrics = QFontMetrics(letters.strong)
    for place, (name, _) in zip(geometry.places, words.heads, strict=True):
        left, right = _head_span(place)
        if place.group.role is Role.LIFTER and metrics.horizontalAdvance(name) > right - left:
            return letters.small
    return letters.strong
