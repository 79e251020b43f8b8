"""What of the read-out does not change from frame to frame: bands, lines, names and heads, painted once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap, QPolygon

from core.conventions import N_ANGLES, AngleDef
from viewer.panels.readout.columns import Role
from viewer.panels.readout.geometry import LEFT_PX, Geometry, Place
from viewer.panels.readout.heads import BAR_PX, EDITED, MARK_PX, Head, Heads
from viewer.panels.readout.letters import Letters
from viewer.panels.severities import ICON_PX, severity_picture
from viewer.theme import Theme

__all__ = ["Look", "Words", "backdrop", "banner", "name_lines", "tinted", "triangle"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BOTTOM = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
_CHOSEN, _CHOSEN_COLUMN = 62, 26
"""How opaque, of 255, the accent lies over the selected row and the selected lifter."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is written besides numbers and heads.

    aside : right of the line with the frame, the longest first; the longest that fits is written. frame_chars : of the
    longest text of a frame and its time. summary : labels of the lines under the angles.
    """

    angles: tuple[AngleDef, ...]
    aside: tuple[str, ...]
    frame_chars: int
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


def backdrop(words: Words, geometry: Geometry, letters: Letters, heads: Heads, look: Look) -> QPixmap:
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
    for place, head in zip(geometry.places, heads.every, strict=True):
        if place.group.role is Role.REFERENCE:
            _reference_head(painter, place, head, heads, geometry, letters, look.theme)
        else:
            _head(painter, place, head, heads, geometry, letters, look.theme)
        if head.mark is not None:
            painter.drawPixmap(head.spot, severity_picture(head.mark, look.theme, look.ratio * MARK_PX / ICON_PX))
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
    metrics, room = QFontMetrics(letters.text), size.width() - (words.frame_chars + 1) * letters.advance - 2 * LEFT_PX
    aside = next((text for text in words.aside if metrics.horizontalAdvance(text) <= room), "")
    painter.drawText(QRect(0, 0, size.width() - 2 * LEFT_PX, size.height()), _RIGHT, aside)
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
            both = QRect(LEFT_PX, top, geometry.name_right - LEFT_PX, 2 * row)
            painter.drawText(both, _LEFT, "\n".join(name_lines(angle)))
        painter.setPen(QColor(theme.left if angle.side == "l" else theme.right))
        painter.drawText(QRect(geometry.name_right, top, 2 * space, row), _LEFT, angle.side.upper())
    painter.setPen(QColor(theme.dim))
    painter.drawText(QRect(LEFT_PX, geometry.top, geometry.name_right, geometry.head - 4), _BOTTOM, "angle, °")
    for index, label in enumerate(words.summary):
        painter.drawText(QRect(LEFT_PX, geometry.row_top(N_ANGLES + index), geometry.width, row), _LEFT, label)


def _reference_head(painter: QPainter, place: Place, head: Head, heads: Heads, geometry: Geometry, letters: Letters,
                    theme: Theme) -> None:  # fmt: skip
    """The narrow column of the reference borrows the room above the names."""
    top = geometry.top + BAR_PX + (heads.name_lines - 1) * letters.line
    line = QRect(2, top, place.ends[-1] - 2, letters.line)
    painter.setPen(QColor(theme.reference))
    painter.setFont(letters.strong)
    painter.drawText(line, _RIGHT, head.lines[0])
    painter.setPen(QColor(theme.dim if head.note == "ISB" else theme.warning))
    painter.setFont(letters.text)
    painter.drawText(line.translated(0, letters.line), _RIGHT, head.note)


def _head(painter: QPainter, place: Place, head: Head, heads: Heads, geometry: Geometry, letters: Letters,
          theme: Theme) -> None:  # fmt: skip
    """Name of a source under a bar in its colour, and what its columns are."""
    group, line, top = place.group, letters.line, geometry.top + BAR_PX
    colour = QColor(theme.floor if group.role is Role.FLOOR else theme.lifter(group.colour))
    if group.role is Role.LIFTER:
        painter.fillRect(place.left + 1, geometry.top, place.right - place.left - 1, BAR_PX - 1, colour)
    painter.setPen(colour)
    painter.setFont(heads.font if group.role is Role.LIFTER else letters.text)
    first = top + (heads.name_lines - len(head.lines)) * line
    for index, text in enumerate(head.lines):
        if text == EDITED:
            painter.setFont(letters.small)
            painter.setPen(QColor(theme.warning))
        painter.drawText(QRect(place.left + 4, first + index * line, place.right - place.left, line), _LEFT, text)
    painter.setFont(letters.text)
    painter.setPen(QColor(theme.dim))
    for column, end in zip(group.columns, place.ends, strict=True):
        painter.drawText(QRect(end - 80, top + heads.name_lines * line, 80, line), _RIGHT, str(column.kind))
