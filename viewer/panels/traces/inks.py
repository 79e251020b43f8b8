"""Colours and pens of the plots, from the theme."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPen

from viewer.theme import Theme

__all__ = ["Inks"]

_BAND_ALPHA = 90
_SPAN_ALPHA = 38


@dataclass(frozen=True, slots=True, eq=False)
class Inks:
    """Ready for painting. lifters : by the colour of a track. band, span : translucent."""

    window: QColor
    base: QColor
    text: QColor
    dim: QColor
    grid: QColor
    zero: QColor
    accent: QColor
    singular: QColor
    span: QColor
    floor: QColor
    band: QColor
    reference: QColor
    lifters: tuple[QColor, ...]

    @classmethod
    def of(cls, theme: Theme) -> Inks:
        """The inks of a theme."""
        return cls(
            QColor(theme.window), QColor(theme.base), QColor(theme.text), QColor(theme.dim), QColor(theme.grid),
            _clear(theme.dim, 150), QColor(theme.accent), QColor(theme.singular), _clear(theme.accent, _SPAN_ALPHA),
            QColor(theme.floor), _clear(theme.floor, _BAND_ALPHA), QColor(theme.reference),
            tuple(QColor(colour) for colour in theme.lifters),
        )  # fmt: skip

    @property
    def band_edge(self) -> QPen:
        """One pixel along the band."""
        pen = QPen(_clear(self.floor.name(), _BAND_ALPHA // 2), 1.0)
        pen.setCosmetic(True)
        return pen

    def line(self, colour: int) -> QPen:
        """One pixel wide whatever the zoom: wider pens leave Qt's fast path."""
        pen = QPen(self.reference if colour < 0 else self.lifters[colour % len(self.lifters)], 1.0)
        pen.setCosmetic(True)
        return pen


def _clear(colour: str, alpha: int) -> QColor:
    found = QColor(colour)
    found.setAlpha(alpha)
    return found
