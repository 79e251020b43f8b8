"""How the dataset heatmap is painted; what is painted is decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygon, QStaticText

from core.records import Float64
from core.results.dataset_grid import MEAN, POSITION
from viewer.numbers import number_text
from viewer.panels.dataset.board import Board
from viewer.panels.dataset.layout import HEAD_PX, GridLayout
from viewer.panels.dataset.lines import Role
from viewer.panels.dataset.texts import MARK
from viewer.panels.heatmaps.rows import rows_of
from viewer.strips import draw_cells, fill_missing
from viewer.theme import Theme
from viewer.view import ClipOrder, DatasetView, HeatRows

__all__ = ["Look", "fonts_of", "paint_heads", "paint_lines", "paint_total"]

_NAME_PX, _NUMBER_PX, _TIGHT_PX, _HEAD_LETTER_PX, _WORD_PX = 11, 10, 9, 10, 12
_LEAST_WITH_NAMES, _LEAST_WITH_NUMBERS, _LEAST_WITH_EDGES = 11, 13, 8
_BRIGHT = 140.0
"""Luminance above which letters on a cell are dark."""
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Fonts:
    """names, strong : of lines and of sections; heads : above cells; numbers, tight : in cells, digits of one width.
    laid_out : the numbers that were painted so far, which saves most of the time of painting them.
    """

    names: QFont
    strong: QFont
    heads: QFont
    numbers: QFont
    tight: QFont
    laid_out: dict[tuple[str, bool], QStaticText] = field(default_factory=dict)

    def laid(self, text: str, *, tight: bool) -> QStaticText:
        """A number ready to be painted."""
        key = text, tight
        if key not in self.laid_out:
            made = QStaticText(text)
            made.setTextFormat(Qt.TextFormat.PlainText)
            made.prepare(font=self.tight if tight else self.numbers)
            self.laid_out[key] = made
        return self.laid_out[key]


def fonts_of(font: QFont) -> Fonts:
    """From that of the widget."""

    def sized(pixels: int, *, bold: bool = False) -> QFont:
        made = QFont(font)
        made.setPixelSize(pixels)
        made.setBold(bold)
        made.setFeature(QFont.Tag("tnum"), 1)
        return made

    return Fonts(sized(_NAME_PX), sized(_NAME_PX, bold=True), sized(_HEAD_LETTER_PX), sized(_NUMBER_PX),
                 sized(_TIGHT_PX))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What all parts of a picture share. scrolled : first line that is seen; angle : the selected one."""

    layout: GridLayout
    theme: Theme
    fonts: Fonts
    scrolled: int
    angle: int
    view: DatasetView


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Lines that are painted together. values : (M, 14). waiting : (M) not scored yet. pooled : (M) of several clips.
    top, bottom : pixels.
    """

    values: Float64
    waiting: NDArray[np.bool_]
    pooled: NDArray[np.bool_]
    top: int
    bottom: int


def paint_heads(painter: QPainter, board: Board, look: Look) -> None:
    """Joint and movement above each pair, sides below, and a triangle at the column that sorts."""
    layout, theme = look.layout, look.theme
    painter.fillRect(0, 0, layout.cells[-1][1] + 100, HEAD_PX, QColor(theme.window))
    painter.setFont(look.fonts.heads)
    painter.setPen(QColor(theme.dim))
    if layout.mark_px:
        _word(painter, QRect(layout.cells[0][0] - layout.mark_px - 3, 2 * _WORD_PX, layout.mark_px, _WORD_PX + 2), MARK)
    rows = rows_of(HeatRows.ANGLES, board.angles)
    for column in range(0, MEAN, 2):
        left, right = layout.cells[column][0], layout.cells[column + 1][1]
        joint, _, movement = rows[column].group.partition(" ")
        for line, word in enumerate((joint, movement)):
            _word(painter, QRect(left, 1 + line * _WORD_PX, right - left, _WORD_PX), word)
    for column, (left, right) in enumerate(layout.cells[:MEAN]):
        _side(painter, QRect(left, 1 + 2 * _WORD_PX, right - left, _WORD_PX), rows[column].own, column, look)
    for column, words in ((MEAN, ("all", "mean")), (POSITION, _position_words(board.position))):
        if column < len(layout.cells):
            left, right = layout.cells[column]
            for line, word in enumerate(words, start=3 - len(words)):
                _word(painter, QRect(left - 3, 1 + line * _WORD_PX, right - left + 6, _WORD_PX), word)
    _paint_order(painter, look)


def _position_words(name: str) -> tuple[str, ...]:
    before, dash, after = name.rpartition("-")
    return (*([before + dash] if dash else []), after, "mm")


def _side(painter: QPainter, rect: QRect, text: str, column: int, look: Look) -> None:
    chosen = column == look.angle
    painter.setPen(QColor(look.theme.text if chosen else look.theme.dim))
    painter.drawText(rect, _CENTRE, text)
    painter.setPen(QColor(look.theme.dim))
    if chosen:
        painter.fillRect(rect.x(), HEAD_PX - 2, rect.width(), 2, QColor(look.theme.accent))


def _word(painter: QPainter, rect: QRect, word: str) -> None:
    """In the middle; where there is little room the first three letters, no half ones."""
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(word) > rect.width() + 1:
        word = next((w for w in (word[:3], word[:2]) if metrics.horizontalAdvance(w) <= rect.width() + 1), "")
    painter.drawText(rect, _CENTRE | Qt.TextFlag.TextDontClip, word)


def _paint_order(painter: QPainter, look: Look) -> None:
    """A triangle under what sorts: pointing down where the largest comes first."""
    view = look.view
    if view.order is ClipOrder.COLUMN and view.column < len(look.layout.cells):
        left, right = look.layout.cells[view.column]
        x = (left + right) // 2
    elif view.order is ClipOrder.NAME:
        x = 10
    else:
        return
    y, way = HEAD_PX - 5, 1 if view.descending else -1
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.theme.text))
    painter.drawPolygon(QPolygon([QPoint(x - 3, y - way), QPoint(x + 3, y - way), QPoint(x, y + 2 * way)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_total(painter: QPainter, board: Board, look: Look) -> None:
    """The line of all shown clips together, below the heads."""
    total = board.lines.total
    if total is None or not look.layout.total:
        return
    height = look.layout.total_px
    waiting = np.full(1, board.numbers.waiting[board.lines.order].all())
    part = _Part(total[None], waiting, np.ones(1, bool), HEAD_PX, HEAD_PX + height)
    _paint_cells(painter, board, look, part)
    _paint_numbers(painter, board, look, part, [HEAD_PX], height)
    painter.setFont(look.fonts.strong)
    painter.setPen(QColor(look.theme.text))
    clips = len(board.lines.order)
    name = QRect(4, HEAD_PX, look.layout.name_px - 6, look.layout.total_px)
    _elided(painter, name, f"all {clips:,}" if clips > 1 else "all")


def paint_lines(painter: QPainter, board: Board, look: Look, first: int, after: int) -> None:
    """Lines from one to before another: cells, numbers where they fit, names, marks, heads of sections."""
    layout, lines = look.layout, board.lines
    if after <= first:
        return
    top, bottom = (round(layout.y_of(line, look.scrolled)) for line in (first, after))
    pooled = lines.roles[first:after] != Role.CLIP
    part = _Part(lines.values[first:after], board.waiting(first, after), pooled, top, bottom)
    _paint_cells(painter, board, look, part)
    tops = [round(layout.y_of(line, look.scrolled)) for line in range(first, after)]
    if layout.line_px >= _LEAST_WITH_EDGES:
        left, width = layout.cells[0][0], layout.cells[-1][1] - layout.cells[0][0]
        for y in tops:
            painter.fillRect(left, y, width, 1, QColor(look.theme.base))
    if layout.line_px >= _LEAST_WITH_NUMBERS:
        _paint_numbers(painter, board, look, part, tops, int(layout.line_px))
    if layout.line_px >= _LEAST_WITH_NAMES:
        _paint_names(painter, board, look, first, tops)
    else:
        _paint_sections(painter, board, look)


def _paint_cells(painter: QPainter, board: Board, look: Look, part: _Part) -> None:
    """Colours of all columns; hatched where undefined, empty where not scored yet or where sums are not known."""
    colours = board.colours(part.values, look.theme)
    ground = QColor(look.theme.window)
    empty = (ground.red(), ground.green(), ground.blue(), 255)
    colours[part.waiting] = empty
    if board.numbers.chosen.positions:
        colours[part.pooled & np.isnan(part.values[:, POSITION]), POSITION] = empty
    hatched = not (colours[..., 3] > 0).all()
    edge = int(look.layout.cell_px > _LEAST_WITH_EDGES)
    for column, (left, right) in enumerate(look.layout.cells):
        rect = QRect(left, part.top, right - left - edge, part.bottom - part.top)
        if hatched:
            fill_missing(painter, rect, look.theme)
        draw_cells(painter, rect, colours[:, column : column + 1])


def _paint_numbers(painter: QPainter, board: Board, look: Look, part: _Part, tops: Sequence[int], height: int) -> None:
    """Numbers in the cells, with a digit after the point where that fits, else whole ones, else in none of a column:
    if only the large ones were left out, they would seem small.
    """
    chosen, layout = board.numbers.chosen, look.layout
    roomy = layout.cell_px >= (5 if chosen.signed else 4) * QFontMetrics(look.fonts.numbers).horizontalAdvance("0")
    font = look.fonts.numbers if roomy else look.fonts.tight
    metrics = QFontMetrics(font)
    digit_px, down = metrics.horizontalAdvance("0"), (height - metrics.height()) / 2
    painter.setFont(font)
    bright = board.colours(part.values, look.theme)[..., :3] @ _LUMINANCE > _BRIGHT
    pens = QColor("#ffffff"), QColor("#000000")
    narrowest = min(right - left for left, right in layout.cells)
    for column, (left, right) in enumerate(layout.cells):
        signed = chosen.is_difference if column == POSITION else chosen.signed
        widest = (3 if column == POSITION else 2) * digit_px + (metrics.horizontalAdvance("−") if signed else 0)
        if (right - left if column == POSITION else narrowest) < widest:
            continue
        decimals = int(roomy and column != POSITION)
        for value, light, y in zip(part.values[:, column], bright[:, column], tops, strict=True):
            if value == value:
                painter.setPen(pens[int(light)])
                laid = look.fonts.laid(number_text(value, decimals, signed=signed and roomy), tight=not roomy)
                painter.drawStaticText(QPointF(round((left + right - 1 - laid.size().width()) / 2), y + down), laid)


def _paint_names(painter: QPainter, board: Board, look: Look, first: int, tops: list[int]) -> None:
    """Names of clips and of sections, and the mark where ranks disagree."""
    layout, lines, theme = look.layout, board.lines, look.theme
    height = int(layout.line_px)
    left, width = layout.cells[0][0], layout.cells[-1][1] - layout.cells[0][0]
    for line, y in enumerate(tops, start=first):
        head = lines.roles[line] == Role.SECTION
        places = lines.places(line)
        painter.setFont(look.fonts.strong if head else look.fonts.names)
        painter.setPen(QColor(theme.text))
        if head:
            text = f"{lines.section(line).title} ({len(places):,})"
        else:
            text = board.clip(places[0]) if len(places) == 1 else f"{len(places):,} clips"
        _elided(painter, QRect(4 if head else 8, y, layout.name_px - (6 if head else 10), height), text)
        if board.numbers.waiting[places].all():
            painter.setPen(QColor(theme.dim))
            painter.drawText(QRect(left, y, width, height), _CENTRE, "…")
        if layout.mark_px and not head and board.numbers.marks[places].any():
            painter.setFont(look.fonts.names)
            painter.setPen(QColor(theme.warning))
            painter.drawText(QRect(layout.name_px, y, layout.mark_px, height), _CENTRE, MARK)


def _paint_sections(painter: QPainter, board: Board, look: Look) -> None:
    """Where lines are too low for names: those of the sections beside their clips, as far as there is room."""
    painter.setFont(look.fonts.names)
    free = look.layout.top
    for section in board.lines.sections:
        y = round(look.layout.y_of(section.first, look.scrolled))
        bottom = round(look.layout.y_of(section.after, look.scrolled))
        line = look.theme.dim if section.title else look.theme.base
        painter.fillRect(0, y, look.layout.cells[-1][1], 1, QColor(line))
        title = section.title or "all"
        if y >= free and bottom - y >= _WORD_PX:
            painter.setPen(QColor(look.theme.text))
            _elided(painter, QRect(8, y + 1, look.layout.name_px - 10, _WORD_PX + 2), title)
            painter.setPen(QColor(look.theme.dim))
            if bottom - y >= 2 * _WORD_PX + 2:
                below = QRect(8, y + 1 + _WORD_PX, look.layout.name_px - 10, _WORD_PX + 2)
                _elided(painter, below, f"{section.clips:,} clips")
            free = y + _WORD_PX + 2


def _elided(painter: QPainter, rect: QRect, text: str) -> None:
    """Text that keeps its end, where names differ, when there is little room."""
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
    painter.drawText(rect, _MIDDLE, fitting)
