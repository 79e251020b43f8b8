"""The part of an axis that is shown, and what zooming and panning make of it. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Range"]


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high`` of an axis from ``least`` to ``most``; never narrower than ``narrowest``."""

    low: float
    high: float
    least: float
    most: float
    narrowest: float

    @classmethod
    def whole(cls, least: float, most: float, narrowest: float) -> Range:
        """All of the axis."""
        return cls(least, most, least, most, narrowest)

    @property
    def width(self) -> float:
        """From low to high."""
        return self.high - self.low

    def opened(self) -> Range:
        """All of the axis again."""
        return Range.whole(self.least, self.most, self.narrowest)

    def zoomed(self, factor: float, about: float) -> Range:
        """So many times larger (factor above 1) about a value, which keeps its place."""
        width = min(max(self.width / factor, self.narrowest), self.most - self.least)
        share = (about - self.low) / self.width
        low = about - share * width
        return replace(self, low=low, high=low + width).moved(0.0)

    def moved(self, by: float) -> Range:
        """The same width elsewhere, as far as the axis goes."""
        low = min(max(self.low + by, self.least), self.most - self.width)
        return replace(self, low=low, high=low + self.width)

    def showing(self, value: float) -> Range:
        """Itself where the value is inside; else the page that begins or ends a tenth of a width from the value."""
        if self.low <= value <= self.high:
            return self
        edge = self.low if value > self.high else self.high
        share = 0.1 if value > self.high else -0.1
        return self.moved(value - share * self.width - edge)
