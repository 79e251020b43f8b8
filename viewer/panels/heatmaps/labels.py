"""Names of the rows beside a block: of every row, of pairs, or of pairs by turns in two columns where rows are low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from viewer.panels.heatmaps.layout import Detail, Gutter
from viewer.panels.heatmaps.look import Look
from viewer.panels.heatmaps.rows import Row

__all__ = ["Ink", "Label", "gutter_of", "labels_of", "paint_labels", "paint_sides", "with_letters"]

_LETTER_PX, _LOW_LETTER_PX = 10, 9


class Ink(StrEnum):
    """How a part of a label is written: as any other, as part of the selected one, or as the selected row itself."""

    PLAIN = "plain"
    CHOSEN = "chosen"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Label:
    """What stands beside the rows from ``first`` to before ``after``. parts : texts one after the other. outer : in the
    column further from the cells.
    """

    first: int
    after: int
    parts: tuple[tuple[str, Ink], ...]
    outer: bool = False

    @property
    def text(self) -> str:
        """All parts."""
        return "".join(text for text, _ in self.parts)


def labels_of(rows: Sequence[Row], detail: Detail, selected: int) -> tuple[Label, ...]:
    """Labels from top to bottom; that of the selected row, -1 for none, keeps its words and says which row it is."""
    if detail is Detail.ROWS:
        inks = (Ink.STRONG if i == selected else Ink.PLAIN for i in range(len(rows)))
        return tuple(Label(i, i + 1, ((row.short, ink),)) for i, (row, ink) in enumerate(zip(rows, inks, strict=True)))
    begins = [i for i, row in enumerate(rows) if i == 0 or row.group != rows[i - 1].group]
    runs = zip(begins, [*begins[1:], len(rows)], strict=False)  # no rows, no runs
    staggered = detail is Detail.STAGGERED
    return tuple(
        Label(first, after, _parts(rows[first:after], selected - first, staggered), staggered and place % 2 == 1)
        for place, (first, after) in enumerate(runs)
    )


def _parts(rows: Sequence[Row], selected: int, staggered: bool) -> tuple[tuple[str, Ink], ...]:
    """Words of a group: ``hip flex L/R`` with the selected side strong; where there is little room without sides."""
    group, chosen = rows[0].group, 0 <= selected < len(rows)
    ink = Ink.CHOSEN if chosen else Ink.PLAIN
    if len(rows) > 2:
        return ((f"{group}: ", ink), (rows[selected].own, Ink.STRONG)) if chosen else ((group, ink),)
    if staggered:
        return ((group, Ink.STRONG if chosen else ink),)
    if not chosen:
        return ((f"{group} L/R", ink),)
    own, other = Ink.STRONG, Ink.PLAIN
    sides = (("L", own), ("/R", other)) if selected == 0 else (("L/", other), ("R", own))
    return ((f"{group} ", ink), *sides)


def with_letters(painter: QPainter, pixels: int, colour: str, bold: bool = False) -> QFontMetrics:
    """Let a painter write with letters of that size; their metrics."""
    font = _font(painter.font(), pixels, bold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    return QFontMetrics(font)


def _font(font: QFont, pixels: int, bold: bool) -> QFont:
    label = QFont(font)
    label.setPixelSize(pixels)
    label.setBold(bold)
    return label


def gutter_of(font: QFont, rows: Sequence[Row], detail: Detail) -> Gutter:
    """Room for the longest labels, whichever row is selected. font : of the widget."""
    letter_px = _LOW_LETTER_PX if detail is Detail.STAGGERED else _LETTER_PX
    plain, bold = (QFontMetrics(_font(font, letter_px, bold=weight)) for weight in (False, True))
    widths = [0, 0]
    for selected in range(-1, len(rows)):
        for label in labels_of(rows, detail, selected):
            parts = (((bold if ink is Ink.STRONG else plain), text) for text, ink in label.parts)
            width = sum(metrics.horizontalAdvance(text) for metrics, text in parts)
            widths[label.outer] = max(widths[label.outer], width)
    return Gutter(*widths)


def paint_labels(painter: QPainter, look: Look, rows: Sequence[Row], top: int, selected: int) -> None:
    """The labels of a block. top : of its cells. selected : row, -1 for none."""
    layout, gutter, detail = look.layout, look.gutter, look.layout.detail
    pitch = layout.block_px / layout.n_rows * (1 if detail is Detail.ROWS else 2)
    letter_px = _LOW_LETTER_PX if detail is Detail.STAGGERED else min(_LETTER_PX, int(pitch) - 1)
    right = look.axis.left - gutter.right_px
    for label in labels_of(rows, detail, selected):
        y = top + (layout.row_span(label.first)[0] + layout.row_span(label.after - 1)[1]) // 2
        end = right - (gutter.near + gutter.between_px if label.outer else 0)
        if label.outer:  # a line between the labels of the other column
            painter.fillRect(end + 4, y, right - end - 4, 1, QColor(look.theme.grid))
        _paint_label(painter, look, label, QPoint(end, y), letter_px)


def _paint_label(painter: QPainter, look: Look, label: Label, end: QPoint, letter_px: int) -> None:
    """A label that ends at a point, its parts from the last to the first."""
    x = end.x()
    for text, ink in reversed(label.parts):
        colour = look.theme.text if ink is Ink.PLAIN else look.theme.accent
        width = with_letters(painter, letter_px, colour, bold=ink is Ink.STRONG).horizontalAdvance(text)
        x -= width
        painter.drawText(QRect(x, end.y() - 8, width + 1, 16), Qt.AlignmentFlag.AlignVCenter, text)


def paint_sides(painter: QPainter, look: Look) -> None:
    """What staggered labels have no room for, said once above them."""
    with_letters(painter, _LOW_LETTER_PX, look.theme.dim)
    head = look.layout.head_px
    place = QRect(0, look.layout.tops[0] - head - 2, look.axis.left - look.gutter.right_px, head)
    middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, "left above right")
