"""The sheet that a figure is drawn on: points from the top left, letters whose width is known before they are drawn.

A point is 1/72 inch, as in the size of letters; so room is found by arithmetic, and nothing overlaps at any size.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from viewer.theme import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["MM", "Box", "Sheet", "elided", "require_matplotlib", "text_width", "wrapped"]

MM = 72 / 25.4
"""Points in a millimetre."""

_LINE = 1.28
"""Height of a line of text over the size of its letters."""

_HINTED = 1.03
"""Letters that are fitted to pixels are so much wider."""

_BAR_EM = 26
"""Greatest length of a colour bar over the size of letters."""

_FAMILY = "DejaVu Sans"
"""Comes with matplotlib, so that widths are the same everywhere."""


def require_matplotlib() -> None:
    """Raises :class:`UsageError` with the way to get it where matplotlib is missing."""
    try:
        importlib.import_module("matplotlib")
    except ImportError:
        raise UsageError('figures need matplotlib, which is not installed: pip install "anglescope[viewer]"') from None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the sheet in points, y down."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height

    def without(self, left: float = 0.0, top: float = 0.0, right: float = 0.0, bottom: float = 0.0) -> Box:
        """The box less these margins."""
        return Box(self.left + left, self.top + top, self.width - left - right, self.height - top - bottom)


@lru_cache(maxsize=2048)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in points of a line of text in letters of ``size`` points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(family=_FAMILY, weight="bold" if bold else "normal", size=size)
    return _HINTED * float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def elided(text: str, size: float, room: float) -> str:
    """The text, or as much of it as there is room for with an ellipsis."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if kept else ""


def wrapped(parts: Sequence[str], size: float, room: float, between: str = " · ") -> tuple[str, ...]:
    """Phrases in lines; one that does not fit in a line is broken between its words."""
    lines: list[str] = []
    for part in parts:
        words, joint = [part], between
        if text_width(part, size) > room:
            words = part.split(" ")
        for word in words:
            longer = f"{lines[-1]}{joint}{word}" if lines else ""
            if longer and text_width(longer, size) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
            joint = " "
    return tuple(lines)


class Sheet:
    """A figure of a size with one transparent layer for letters and lines, and axes put where they belong.

    font_pt : of letters. Colours are those of the light theme, whatever the window wears.
    """

    def __init__(self, width_mm: float, height_mm: float, font_pt: float) -> None:
        """Raises :class:`UsageError` where matplotlib is missing."""
        require_matplotlib()
        from matplotlib.figure import Figure

        self.theme: Theme = LIGHT
        self.font = font_pt
        self.box = Box(0.0, 0.0, width_mm * MM, height_mm * MM)
        self.figure: Figure = Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor="white")
        self.layer: Axes = self.figure.add_axes((0, 0, 1, 1), zorder=5)
        self.layer.set_axis_off()
        self.layer.set_xlim(0, self.box.width)
        self.layer.set_ylim(self.box.height, 0)
        self.layer.patch.set_visible(False)

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return _LINE * self.font

    @property
    def small(self) -> float:
        """Size of the letters of numbers at axes and of the caption."""
        return max(self.font - 1.0, 0.8 * self.font)

    def width_of(self, text: str, size: float | None = None, *, bold: bool = False) -> float:
        """Width of a line of text in points."""
        return text_width(text, size or self.font, bold=bold)

    def text(
        self, x: float, y: float, text: str, *, size: float | None = None, colour: str = "", align: str = "left",
        upright: str = "top", bold: bool = False,
    ) -> None:  # fmt: skip
        """Letters at a point. align : left, center or right; upright : top, center_baseline or baseline."""
        if text:
            self.layer.text(
                x, y, text, fontsize=size or self.font, color=colour or self.theme.text, ha=align, va=upright,
                family=_FAMILY, fontweight="bold" if bold else "normal", parse_math=False,
            )  # fmt: skip

    def stroke(self, xs: Sequence[float], ys: Sequence[float], colour: str, width: float = 0.6,
               dash: Any = "solid") -> None:  # fmt: skip
        """A line through points."""
        self.layer.plot(xs, ys, color=colour, linewidth=width, linestyle=dash, solid_capstyle="butt",
                        dash_capstyle="butt", scalex=False, scaley=False)  # fmt: skip

    def mark(self, x: float, y: float, marker: str, size: float, colour: str, *, filled: bool = True) -> None:
        """One mark of a size in points about a point; an open one has a thick edge and is white within."""
        self.layer.plot([x], [y], linestyle="none", marker=marker, markersize=size, markeredgecolor=colour,
                        markerfacecolor=colour if filled else "white", markeredgewidth=0.0 if filled else 0.22 * size,
                        scalex=False, scaley=False)  # fmt: skip

    def fill(
        self, box: Box, colour: str, *, alpha: float = 1.0, edge: str = "none", hatch: str = "", outlined: bool = True
    ) -> None:
        """A filled rectangle; edge : the colour of its hatch too."""
        from matplotlib.patches import Rectangle

        self.layer.add_artist(Rectangle((box.left, box.top), box.width, box.height, facecolor=colour, alpha=alpha,
                                        edgecolor=edge, linewidth=0.4 if outlined else 0.0,
                                        hatch=hatch or None))  # fmt: skip

    def axes(self, box: Box) -> Axes:
        """Plain axes over a box, letters of this sheet's small size, ticks outside."""
        whole = self.box
        place = (box.left / whole.width, 1 - box.bottom / whole.height, max(box.width, 1) / whole.width,
                 max(box.height, 1) / whole.height)  # fmt: skip
        axes = self.figure.add_axes(place)
        axes.tick_params(labelsize=self.small, length=2.0, width=0.5, pad=1.5, colors=self.theme.text,
                         labelfontfamily=_FAMILY)  # fmt: skip
        for side, spine in axes.spines.items():
            spine.set_linewidth(0.5)
            spine.set_color(self.theme.dim)
            spine.set_visible(side in ("left", "bottom"))
        return axes

    def colour_bar(self, box: Box, table: NDArray[Any], labels: Sequence[tuple[float, str]], title: str) -> None:
        """A bar from left to right with letters under it. labels : (part of the width, text). title : before it."""
        self.text(box.left, box.top + box.height / 2, title, size=self.small, upright="center_baseline")
        bar = box.without(left=self.width_of(title, self.small) + 0.6 * self.font)
        bar = Box(bar.left, bar.top, min(bar.width, _BAR_EM * self.font), bar.height)
        pieces = 64
        for i in range(pieces):
            colour = tuple(float(v) / 255 for v in table[round(i * (len(table) - 1) / (pieces - 1))][:3])
            over = 0.0 if i == pieces - 1 else 0.3  # no hairline between neighbours
            self.fill(Box(bar.left + i * bar.width / pieces, bar.top, bar.width / pieces + over, bar.height),
                      _hex(colour))  # fmt: skip
        for part, text in labels:
            align = "left" if part <= 0 else "right" if part >= 1 else "center"
            self.text(bar.left + part * bar.width, bar.bottom + 0.15 * self.font, text, size=self.small, align=align)

    def bar_height(self) -> float:
        """Room that a colour bar takes with its letters."""
        return 0.7 * self.font + 1.4 * self.small


def _hex(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in np.clip(colour, 0, 1))
