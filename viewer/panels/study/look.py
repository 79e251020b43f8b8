"""What everything that paints the plot of the study needs: where it stands, in which colours, letters and pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen

from viewer.panels.study.area import Area
from viewer.theme import Theme

__all__ = ["Look", "fitting", "fonts_of", "paint_name"]

_SEAM_PX = 3.0


@dataclass(frozen=True, slots=True)
class Look:
    """colours : place of each lifter among those that are open, from which follow its colour and mark. ratio : pixels
    of the screen per pixel.
    """

    area: Area
    theme: Theme
    fonts: tuple[QFont, QFont]
    colours: Mapping[str, int]
    ratio: float

    def colour(self, lifter: str) -> QColor:
        """Of a lifter, or of the difference of two."""
        return QColor(self.theme.lifter(self.colours[lifter]) if lifter else self.theme.text)

    def place(self, lifter: str) -> int:
        """Which mark it has."""
        return self.colours.get(lifter, 0)


def fonts_of(font: QFont) -> tuple[QFont, QFont]:
    """Of titles and of the numbers at the axes."""
    titles, numbers = QFont(font), QFont(font)
    titles.setPixelSize(11)
    numbers.setPixelSize(10)
    numbers.setFeature(QFont.Tag("tnum"), 1)
    return titles, numbers


def fitting(texts: Sequence[str], metrics: QFontMetrics, room: int) -> str:
    """The first text that fits, or the last."""
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), texts[-1])


def paint_name(painter: QPainter, text: str, at: QPointF, ink: str, seam: str) -> None:
    """Letters that are read over dots, as they have a seam. at : left end of their base line."""
    path = QPainterPath()
    path.addText(at, painter.font(), text)
    painter.strokePath(path, QPen(QColor(seam), _SEAM_PX))
    painter.fillPath(path, QColor(ink))
