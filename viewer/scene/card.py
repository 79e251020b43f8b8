"""The card with the numbers of the selected angle: what it says, how large it is, how it is painted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from viewer.numbers import MISSING, number_text
from viewer.scene.stage import Stage
from viewer.theme import Theme

__all__ = ["CardLetters", "Reading", "Row", "letters_of", "paint_reading", "reading_of", "reading_size"]

_PAD_PX, _SWATCH_PX, _SPACE_PX = 6.0, 10.0, 5.0
_BOLD_PX, _THIN_PX = 3.0, 1.2
_WIDEST, _WIDEST_ERROR = "−180.0°", "+180.0°"
_TITLE_SHARE = 0.85
_SINGULAR = "near-singular"


@dataclass(frozen=True, slots=True)
class Row:
    """One source. colour : of it. value, error : with sign and unit, the error empty where it has none. bold : it has
    an arc, and is not only marked on that of another.
    """

    colour: str
    value: str
    error: str
    bold: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a card says. title : the angle. singular : the reference is where the angle is ill-conditioned."""

    title: str
    rows: tuple[Row, ...]
    singular: bool


@dataclass(frozen=True, slots=True, eq=False)
class CardLetters:
    """Fonts of a card and, in pixels, what of them is the same at every frame: heights of lines, room for numbers."""

    usual: QFont
    small: QFont
    usual_line_px: float
    small_line_px: float
    value_px: float
    error_px: float

    def head_px(self, text: str) -> float:
        """Width of a head."""
        return QFontMetricsF(self.small).horizontalAdvance(text)


def letters_of(font: QFont) -> CardLetters:
    """The letters of a card in that font."""
    small = QFont(font)
    if font.pixelSize() > 0:
        small.setPixelSize(max(round(_TITLE_SHARE * font.pixelSize()), 1))
    else:
        small.setPointSizeF(_TITLE_SHARE * font.pointSizeF())
    metrics, less = QFontMetricsF(font), QFontMetricsF(small)
    return CardLetters(QFont(font), small, metrics.height(), less.height(), metrics.horizontalAdvance(_WIDEST),
                       less.horizontalAdvance(_WIDEST_ERROR))  # fmt: skip


def reading_of(stage: Stage, cell: int, frame: int) -> Reading | None:
    """What is written beside the joint in a cell; None where nothing is measured."""
    measured = stage.measured(cell, frame)
    if measured is None or not stage.view.scene.arcs or not np.isfinite(measured.deg).any():
        return None
    arcs, rows = stage.arcs[cell], []
    numbers = zip(measured.tracks, measured.deg.tolist(), measured.error_deg.tolist(), strict=True)
    for i, (track, deg, error) in enumerate(numbers):
        text = number_text(error, unit="°", signed=True) if track.colour >= 0 else ""
        rows.append(Row(stage.theme.lifter(track.colour), number_text(deg, unit="°"), "" if text == MISSING else text,
                        i < measured.n_arcs))  # fmt: skip
    return Reading(arcs.angle.title, tuple(rows), arcs.near_singular(frame))


def reading_size(reading: Reading, letters: CardLetters) -> QSizeF:
    """Room that a card needs; the same for every number."""
    row = _SWATCH_PX + _SPACE_PX + letters.value_px
    if any(one.error for one in reading.rows):
        row += _SPACE_PX + letters.error_px
    heads = [reading.title, _SINGULAR] if reading.singular else [reading.title]
    wide = max(row, *map(letters.head_px, heads))
    high = len(heads) * letters.small_line_px + len(reading.rows) * letters.usual_line_px
    return QSizeF(np.ceil(wide + 2 * _PAD_PX), np.ceil(high + _PAD_PX))


def paint_reading(painter: QPainter, rect: QRectF, reading: Reading, theme: Theme, letters: CardLetters) -> None:
    """Draw a card; the skeletons shine through its ground a little."""
    ground, edge = QColor(theme.raised), QColor(theme.grid)
    ground.setAlphaF(0.88)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(edge)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
    inside = rect.adjusted(_PAD_PX, _PAD_PX / 2, -_PAD_PX, 0.0)
    heads = [(reading.title, theme.dim)] + ([(_SINGULAR, theme.warning)] if reading.singular else [])
    line = QRectF(inside.topLeft(), QSizeF(inside.width(), letters.small_line_px))
    painter.setFont(letters.small)
    for text, colour in heads:
        painter.setPen(QColor(colour))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        line.translate(0.0, line.height())
    line.setHeight(letters.usual_line_px)
    for row in reading.rows:
        _paint_row(painter, line, row, letters, theme)
        line.translate(0.0, line.height())


def _paint_row(painter: QPainter, line: QRectF, row: Row, letters: CardLetters, theme: Theme) -> None:
    thick = _BOLD_PX if row.bold else _THIN_PX
    painter.fillRect(QRectF(line.left(), line.center().y() - thick / 2, _SWATCH_PX, thick), QColor(row.colour))
    numbers = line.adjusted(_SWATCH_PX + _SPACE_PX, 0.0, 0.0, 0.0)
    numbers.setWidth(letters.value_px)
    painter.setFont(letters.usual)
    painter.setPen(QColor(theme.text))
    painter.drawText(numbers, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.value)
    rest = QRectF(numbers.right() + _SPACE_PX, line.top(), line.right() - numbers.right() - _SPACE_PX, line.height())
    painter.setFont(letters.small)
    painter.setPen(QColor(theme.dim))
    painter.drawText(rest, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.error)
