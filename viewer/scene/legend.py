"""Who is who in a cell of the scene: swatches that look like the drawing, and names."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from viewer.scene.figures import Figure
from viewer.scene.overlay import Overlay
from viewer.theme import Theme

__all__ = ["Legend", "LegendRow", "legend_rows"]

_SWATCH_PX, _SPACE_PX, _BETWEEN_PX = 16.0, 6.0, 14.0
_GHOST_PX, _BONE_PX, _DOT_PX = 6.0, 3.0, 4.0
_LEADING_PX = 2.0
_REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One source. title : of a lifter its name. colour : in which it is drawn. ghost : drawn as a pale thick line."""

    title: str
    colour: QColor
    ghost: bool


def legend_rows(figures: tuple[Figure, ...], theme: Theme) -> tuple[LegendRow, ...]:
    """One row per figure, in the order of the figures."""
    return tuple(
        LegendRow(
            _REFERENCE if figure.track.colour < 0 else figure.track.label,
            QColor.fromRgbF(*figure.fill[0].tolist()) if figure.ghost else QColor(theme.lifter(figure.track.colour)),
            figure.ghost,
        )
        for figure in figures
    )


class Legend(Overlay):
    """Rows from top to bottom, and at the end a key to the colours of the sides where joints show them.

    As wide as its names.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[LegendRow, ...] = ()
        self._sides: tuple[tuple[str, QColor], ...] = ()
        self._text = QColor()

    @property
    def rows(self) -> tuple[LegendRow, ...]:
        """The sources that it names."""
        return self._rows

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is written, from top to bottom."""
        key = (" ".join(letter for letter, _ in self._sides),) if self._sides else ()
        return (*(row.title for row in self._rows), *key)

    def show_rows(self, rows: tuple[LegendRow, ...], sided: bool, theme: Theme, room_px: float) -> None:
        """Other rows in the colours of a theme, no wider than the room; hidden with nothing to say."""
        self._rows, self._text = rows, QColor(theme.text)
        self._sides = (("L", QColor(theme.left)), ("R", QColor(theme.right))) if sided else ()
        wide = min(self.sizeHint().width(), int(room_px))
        self.resize(wide, self.sizeHint().height())
        self.setAccessibleName(", ".join(self.texts))
        self.setVisible(bool(self.texts))
        self.outdate()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the whole names."""
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(row.title) for row in self._rows), default=0.0)
        widest = max(widest, self._key_px(metrics) if self._sides else 0.0)
        n_lines = len(self._rows) + bool(self._sides)
        return QSize(round(_SWATCH_PX + _SPACE_PX + widest) + 2, round(n_lines * self._line_px()) + 1)

    def paint(self, painter: QPainter) -> None:
        """Draw."""
        line = self._line_px()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, row in enumerate(self._rows):
            self._paint_row(painter, row, (i + 0.5) * line)
        x, middle = _SWATCH_PX / 2, (len(self._rows) + 0.5) * line
        for letter, colour in self._sides:
            x = self._paint_side(painter, letter, colour, x, middle)

    def _line_px(self) -> float:
        return QFontMetricsF(self.font()).height() + _LEADING_PX

    def _key_px(self, metrics: QFontMetricsF) -> float:
        """Width of the key to the sides beyond the first dot."""
        letters = sum(metrics.horizontalAdvance(letter) for letter, _ in self._sides)
        return float(letters + 2 * _BETWEEN_PX + _SPACE_PX)

    def _paint_row(self, painter: QPainter, row: LegendRow, middle: float) -> None:
        wide = _GHOST_PX if row.ghost else _BONE_PX
        painter.setPen(QPen(row.colour, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(wide / 2, middle), QPointF(_SWATCH_PX - wide / 2, middle))
        if not row.ghost:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(row.colour)
            painter.drawEllipse(QPointF(_SWATCH_PX / 2, middle), _DOT_PX, _DOT_PX)
        room = self.width() - _SWATCH_PX - _SPACE_PX
        title = QFontMetricsF(self.font()).elidedText(row.title, Qt.TextElideMode.ElideMiddle, room)
        self._paint_text(painter, title, self._text, _SWATCH_PX + _SPACE_PX, middle)

    def _paint_side(self, painter: QPainter, letter: str, colour: QColor, x: float, middle: float) -> float:
        """A dot and a letter in the colour of a side; where the next begins."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, middle), _DOT_PX, _DOT_PX)
        start = x + _DOT_PX + _SPACE_PX / 2
        self._paint_text(painter, letter, self._text, start, middle)
        return float(start + QFontMetricsF(self.font()).horizontalAdvance(letter) + _BETWEEN_PX)

    def _paint_text(self, painter: QPainter, text: str, colour: QColor, left: float, middle: float) -> None:
        painter.setPen(colour)
        line = self._line_px()
        painter.drawText(QRectF(left, middle - line / 2, self.width(), line),
                         Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)  # fmt: skip
