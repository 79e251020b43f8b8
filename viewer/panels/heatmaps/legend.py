"""The colour bar with its unit, and what a missing cell looks like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.strips import Limit, draw_cells, fill_missing, limit_label
from viewer.theme import Theme, lut

__all__ = ["Legend", "Scale"]

_BAR_PX, _SHORT_BAR_PX, _LEAST_BAR_PX = 96, 56, 32
_HEIGHT_PX, _BAR_HEIGHT_PX, _SWATCH_PX, _GAP_PX = 20, 10, 14, 5


@dataclass(frozen=True, slots=True)
class Scale:
    """What the colours mean. title : the quantity; unit : its unit; explained : a sentence without its full stop.
    signed : from minus the limit, else from 0.
    """

    limit: Limit
    title: str
    unit: str
    signed: bool
    explained: str

    @property
    def ends(self) -> tuple[str, str]:
        """The numbers at the low and the high end."""
        high = limit_label(self.limit)
        if not self.signed:
            return "0", high
        return high.replace("≥ ", "≤ −") if self.limit.exceeded else f"−{high}", high.replace("≥ ", "≥ +")


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is said and drawn at a width; numbers always are."""

    title: str
    bar_px: int
    missing: str = ""
    swatch: bool = True


class Legend(QWidget):
    """Quantity and unit, a horizontal bar between its two numbers, and the swatch of missing cells.

    Where there is little room words go first, then length of the bar, never a number.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale: Scale | None = None
        font = QFont(self.font())
        font.setPixelSize(11)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> tuple[str, ...]:
        """What is written at the present width, from left to right."""
        if self._scale is None:
            return ()
        parts = self._parts()
        return tuple(word for word in (parts.title, *self._scale.ends, parts.missing) if word)

    def show_scale(self, scale: Scale | None) -> None:
        """Another scale, or none."""
        self._scale = scale
        self.setToolTip("" if scale is None else _said(scale))
        self.updateGeometry()
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - name of Qt
        """As wide as all words."""
        return QSize(0 if self._scale is None else self._width(_forms(self._scale)[0]), _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - name of Qt
        """As wide as the numbers and a short bar."""
        return QSize(0 if self._scale is None else self._width(_forms(self._scale)[-1]), _HEIGHT_PX)

    def _parts(self) -> _Parts:
        """The fullest form that fits."""
        assert self._scale is not None  # noqa: S101 - callers have looked
        forms = _forms(self._scale)
        return next((form for form in forms if self._width(form) <= self.width()), forms[-1])

    def _width(self, parts: _Parts) -> int:
        metrics = QFontMetrics(self.font())
        ends = () if self._scale is None else self._scale.ends
        words = [word for word in (parts.title, *ends, parts.missing) if word]
        width = sum(metrics.horizontalAdvance(word) + _GAP_PX for word in words) + parts.bar_px + 2 * _GAP_PX
        return width + (_SWATCH_PX + 2 * _GAP_PX if parts.swatch else 0)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - name of Qt
        """Title, low end, bar, high end, swatch; at the right of the widget."""
        if self._scale is None:
            return
        parts, theme = self._parts(), self._theme
        low, high = self._scale.ends
        with QPainter(self) as painter:
            x = self._word(painter, max(0, self.width() - self._width(parts)), parts.title) + _GAP_PX
            x = self._word(painter, x, low)
            bar = QRect(x, (self.height() - _BAR_HEIGHT_PX) // 2, parts.bar_px, _BAR_HEIGHT_PX)
            table = lut(theme.difference if self._scale.signed else theme.magnitude)
            draw_cells(painter, bar, np.ascontiguousarray(table[None]))
            x = self._word(painter, bar.right() + 1 + _GAP_PX, high) + _GAP_PX
            if not parts.swatch:
                return
            swatch = QRect(x, bar.y(), _SWATCH_PX, _BAR_HEIGHT_PX)
            fill_missing(painter, swatch, theme)
            self._word(painter, swatch.right() + 1 + _GAP_PX, parts.missing)

    def _word(self, painter: QPainter, x: int, text: str) -> int:
        """Write at x; where the next thing may begin."""
        painter.setPen(QColor(self._theme.dim))
        width = QFontMetrics(self.font()).horizontalAdvance(text)
        painter.drawText(x, 0, width + 1, self.height(), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width + _GAP_PX


def _forms(scale: Scale) -> tuple[_Parts, ...]:
    """From the fullest to the shortest."""
    title = f"{scale.title}, {scale.unit}"
    return (
        _Parts(title, _BAR_PX, "missing"), _Parts(title, _BAR_PX), _Parts(title, _SHORT_BAR_PX),
        _Parts(title, _LEAST_BAR_PX), _Parts(scale.unit, _LEAST_BAR_PX),
        _Parts(scale.unit, _LEAST_BAR_PX, swatch=False),
    )  # fmt: skip


def _said(scale: Scale) -> str:
    """The bar in words."""
    beyond = "; what is beyond has the colour of the end" if scale.limit.exceeded else ""
    return f"{scale.explained}.\nLimits of this clip, for all lifters{beyond}.\nHatched: missing."
