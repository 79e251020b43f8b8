"""Who is who in a cell of the scene: swatches that look like the drawing, and names; what lines of the angle mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from viewer.scene.figures import Figure
from viewer.scene.overlay import Overlay
from viewer.theme import Theme

__all__ = ["KeyRow", "Legend", "LegendRow", "Line", "legend_rows"]

_SWATCH_PX, _SPACE_PX, _BETWEEN_PX = 16.0, 6.0, 12.0
_GHOST_PX, _BONE_PX, _DOT_PX = 6.0, 3.0, 4.0
_LEADING_PX, _APART_PX = 2.0, 6.0
_REFERENCE = "reference"
_SIDES = (("left", "right"), ("L", "R"))
"""Of the colours of the sides: where there is room, and else."""


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One source. title : of a lifter its name. colour : in which it is drawn. ghost : drawn as a pale thick line.
    sided : its joints are in the colours of the sides, and the row says which is which.
    """

    title: str
    colour: QColor
    ghost: bool
    sided: bool = False


class Line(Enum):
    """How a line of the selected angle is drawn: width in pixels and pattern."""

    BOLD = (3.0, Qt.PenStyle.SolidLine)
    DASHED = (2.0, Qt.PenStyle.DashLine)
    THIN = (1.2, Qt.PenStyle.SolidLine)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What a line means."""

    title: str
    line: Line


def legend_rows(figures: tuple[Figure, ...], theme: Theme) -> tuple[LegendRow, ...]:
    """One row per figure, in the order of the figures."""
    return tuple(
        LegendRow(
            _REFERENCE if figure.track.colour < 0 else figure.track.label,
            QColor.fromRgbF(*figure.fill[0].tolist()) if figure.ghost else QColor(theme.lifter(figure.track.colour)),
            figure.ghost,
            figure.sided,
        )
        for figure in figures
    )


class Legend(Overlay):
    """Rows from top to bottom, under a heading where it has one, and then a key to lines. As wide as its texts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._heading = ""
        self._rows: tuple[LegendRow, ...] = ()
        self._key: tuple[KeyRow, ...] = ()
        self._sides = _SIDES[0]
        self._side_colours = (QColor(), QColor())
        self._text, self._dim = QColor(), QColor()

    @property
    def rows(self) -> tuple[LegendRow, ...]:
        """The sources that it names."""
        return self._rows

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is written, from top to bottom."""
        heading = (self._heading,) if self._heading else ()
        sides = f": {' '.join(self._sides)}"
        rows = (row.title + (sides if row.sided else "") for row in self._rows)
        return (*heading, *rows, *(row.title for row in self._key))

    def show_rows(self, rows: tuple[LegendRow, ...], theme: Theme, room_px: float, heading: str = "",
                  key: tuple[KeyRow, ...] = ()) -> None:  # fmt: skip
        """Other rows in the colours of a theme, no wider than the room; hidden with nothing to say."""
        self._heading, self._rows, self._key = heading, rows, key
        self._text, self._dim = QColor(theme.text), QColor(theme.dim)
        self._side_colours = (QColor(theme.left), QColor(theme.right))
        self._sides = _SIDES[0]
        if self.sizeHint().width() > room_px:
            self._sides = _SIDES[1]
        self.resize(min(self.sizeHint().width(), int(room_px)), self.sizeHint().height())
        self.setAccessibleName(", ".join(self.texts))
        self.setVisible(bool(rows or key))
        self.outdate()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the whole names."""
        metrics = QFontMetricsF(self.font())
        wide = [metrics.horizontalAdvance(row.title) + self._sides_px(metrics) * row.sided for row in self._rows]
        wide += [metrics.horizontalAdvance(row.title) for row in self._key]
        widest = _SWATCH_PX + _SPACE_PX + max(wide, default=0.0)
        widest = max(widest, metrics.horizontalAdvance(self._heading))
        n_lines = len(self._rows) + len(self._key) + bool(self._heading)
        high = n_lines * self._line_px() + _APART_PX * self._apart()
        return QSize(round(widest) + 2, round(high) + 1)

    def paint(self, painter: QPainter) -> None:
        """Draw."""
        line = self._line_px()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = 0.5 * line
        if self._heading:
            self._paint_text(painter, self._heading, self._dim, 0.0, middle)
            middle += line
        for row in self._rows:
            self._paint_row(painter, row, middle)
            middle += line
        middle += _APART_PX * self._apart()
        for key in self._key:
            wide, style = key.line.value
            painter.setPen(QPen(self._text, wide, style, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(0.0, middle), QPointF(_SWATCH_PX, middle))
            self._paint_text(painter, key.title, self._text, _SWATCH_PX + _SPACE_PX, middle)
            middle += line

    def _apart(self) -> bool:
        """Whether sources and lines are both told, with a space between."""
        return bool(self._rows and self._key)

    def _line_px(self) -> float:
        return QFontMetricsF(self.font()).height() + _LEADING_PX

    def _sides_px(self, metrics: QFontMetricsF) -> float:
        """Width of the key to the sides after a title."""
        return float(sum(_BETWEEN_PX + 2 * _DOT_PX + _SPACE_PX / 2 + metrics.horizontalAdvance(s) for s in self._sides))

    def _paint_row(self, painter: QPainter, row: LegendRow, middle: float) -> None:
        wide = _GHOST_PX if row.ghost else _BONE_PX
        painter.setPen(QPen(row.colour, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(wide / 2, middle), QPointF(_SWATCH_PX - wide / 2, middle))
        if not row.ghost:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(row.colour)
            painter.drawEllipse(QPointF(_SWATCH_PX / 2, middle), _DOT_PX, _DOT_PX)
        metrics = QFontMetricsF(self.font())
        room = self.width() - _SWATCH_PX - _SPACE_PX - (self._sides_px(metrics) if row.sided else 0.0)
        title = metrics.elidedText(row.title, Qt.TextElideMode.ElideMiddle, room)
        self._paint_text(painter, title, self._text, _SWATCH_PX + _SPACE_PX, middle)
        x = _SWATCH_PX + _SPACE_PX + metrics.horizontalAdvance(title)
        if row.sided:
            for side, colour in zip(self._sides, self._side_colours, strict=True):
                x = self._paint_side(painter, side, colour, x + _BETWEEN_PX, middle)

    def _paint_side(self, painter: QPainter, side: str, colour: QColor, x: float, middle: float) -> float:
        """A dot and a word from x on; where they end."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x + _DOT_PX, middle), _DOT_PX, _DOT_PX)
        start = x + 2 * _DOT_PX + _SPACE_PX / 2
        self._paint_text(painter, side, self._text, start, middle)
        return float(start + QFontMetricsF(self.font()).horizontalAdvance(side))

    def _paint_text(self, painter: QPainter, text: str, colour: QColor, left: float, middle: float) -> None:
        painter.setPen(colour)
        line = self._line_px()
        painter.drawText(QRectF(left, middle - line / 2, self.width(), line),
                         Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)  # fmt: skip
