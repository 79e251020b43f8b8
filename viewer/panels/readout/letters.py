"""Letters of the read-out, and numbers as glyphs at fixed places.

Painting a hundred and fifty texts a frame costs more in shaping than in pixels. Digits of a fixed pitch need none, so
their places are made once and only the glyphs change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QGlyphRun, QPainter, QRawFont

from core.records import Float32
from viewer.panels.readout.columns import MISSING, Kind

__all__ = ["Letters", "Numbers", "Slots", "letters_of"]

_CHARS = f" +-.0123456789{MISSING}"
_MINUS = "−"
_FORMATS = {Kind.VALUE: "%%%d.1f", Kind.ERROR: "%%+%d.1f", Kind.SIGMA: "%%%d.1f"}
_ZERO = 0.05
"""What is smaller is written as 0.0."""


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Fonts of one size. text, strong, small : for words. digits : of fixed pitch.

    advance : of a digit, line : height of a line, drop : from the middle of a line down to its baseline, in whole
    pixels. raw, glyphs : to paint digits.
    """

    text: QFont
    strong: QFont
    small: QFont
    digits: QFont
    advance: int
    line: int
    drop: int
    raw: QRawFont
    glyphs: dict[str, int]


def letters_of(font: QFont, pixels: int) -> Letters:
    """The letters of that size for a widget's font."""
    text, strong, small = QFont(font), QFont(font), QFont(font)
    strong.setBold(True)
    digits = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    for each in (text, strong, digits):
        each.setPixelSize(pixels)
    small.setPixelSize(pixels - 1)
    metrics = QFontMetrics(digits)
    raw = QRawFont.fromFont(digits)
    glyphs = dict(zip(_CHARS, raw.glyphIndexesForString(_CHARS), strict=True))
    minus = raw.glyphIndexesForString(_MINUS)[0]  # as wide as the plus, which the hyphen is not
    glyphs["-"] = minus or glyphs["-"]
    drop = (metrics.ascent() - metrics.descent()) // 2
    line = max(metrics.height(), QFontMetrics(text).height())
    return Letters(text, strong, small, digits, metrics.horizontalAdvance("0"), line, drop, raw, glyphs)


@dataclass(frozen=True, slots=True, eq=False)
class Slots:
    """Where the numbers of a column go. values : (T, N) or (T,), one number for each of the N (or 1) middles.

    chars : room to the left of ``end``. middles : heights of the middles of the lines, pixels.
    """

    values: Float32
    kind: Kind
    chars: int
    end: int
    middles: tuple[int, ...]


class Numbers:
    """Numbers of one colour: their places once, their glyphs every frame.

    One template writes them all at once, the same as :func:`viewer.panels.readout.columns.written` one by one.
    """

    def __init__(self, slots: Sequence[Slots], letters: Letters) -> None:
        self._values = tuple(slot.values for slot in slots)
        self._template = "".join(_FORMATS[slot.kind] % slot.chars * len(slot.middles) for slot in slots)
        self._glyphs = letters.glyphs
        self._run = QGlyphRun()
        self._run.setRawFont(letters.raw)
        self._run.setPositions([
            QPointF(slot.end - (slot.chars - char) * letters.advance, middle + letters.drop)
            for slot in slots for middle in slot.middles for char in range(slot.chars)
        ])  # fmt: skip

    def text(self, frame: int) -> str:
        """The numbers of a frame one after the other, each in its width."""
        numbers = np.concatenate([values[frame].reshape(-1) for values in self._values], dtype=np.float64)
        numbers[np.abs(numbers) < _ZERO] = 0.0  # never a negative zero
        text = self._template % tuple(numbers.tolist())
        return text.replace("+nan", f"   {MISSING}").replace("nan", f"  {MISSING}")

    def fits(self, frame: int) -> bool:
        """Whether the numbers of a frame are within the widths, which were chosen when the clip was opened."""
        return not self._values or len(self.text(frame)) == len(self._run.positions())

    def paint(self, painter: QPainter, frame: int) -> None:
        """Paint the numbers of a frame in the painter's colour."""
        if self._values:
            self._run.setGlyphIndexes([self._glyphs[char] for char in self.text(frame)])
            painter.drawGlyphRun(QPointF(), self._run)
