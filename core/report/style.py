"""What all figures share: size for print, letters, colours and marks of lifters, and bytes that are the same each time.

Letters are drawn as outlines in SVG and PDF, so that a figure prints the same wherever its fonts are missing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib import style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FuncFormatter

from core.study.resampling import Interval

__all__ = ["ACTIVITIES", "CAUSES", "DIM", "FORMATS", "GRID", "SHADE", "SMALL_PT", "TEXT", "WIDTH_MM", "Look", "between",
           "figure_bytes", "fitted", "key_of", "looks_of", "offsets", "plain_axes", "sheet", "signed_ticks",
           "styled"]  # fmt: skip

LineStyle = str | tuple[float, tuple[float, ...]]
"""A pattern of lengths in line widths, as matplotlib takes it."""

WIDTH_MM = 170.0
"""Between the margins of A4."""
LETTERS_PT, SMALL_PT = 8.0, 6.5
TEXT, DIM, GRID, SHADE = "#1c2128", "#5c6670", "#d9dde2", "#fbeede"
FORMATS = ("svg", "pdf", "png")
_DPI = 300
_MM = 1 / 25.4
_MEASURED_PT = 10.0
_LINE_MM, _KEY_MM, _GAP_MM = 2.9, 4.4, 2.0
_HINTED = 1.03
"""Letters that are fitted to pixels are so much wider."""

_LIFTERS = ("#9a5b00", "#0072b2", "#a83c80", "#00735a", "#6f6200", "#b34700", "#3d5bd9", "#636363")
"""Okabe and Ito's (2008, Color universal design), darker for white paper; as in the window."""
_MARKS = {"o": 1.0, "s": 0.89, "^": 1.25, "D": 0.87, "v": 1.25, "P": 1.15, "X": 1.15, "p": 1.1}
"""With factors that make all look of one size."""
_LINES: tuple[LineStyle, ...] = (
    "-", (0, (4.5, 1.4)), (0, (5, 1.2, 1, 1.2)), (0, (5, 1.1, 1, 1.1, 1, 1.1)), (0, (9, 1.6)), (0, (2.2, 1.1)),
    (0, (9, 1.3, 1, 1.3)), (0, (3, 0.9, 3, 2.6)),
)  # fmt: skip
"""Of curves, so that they are told apart without colours."""

ACTIVITIES = ("#072efd", "#f64d05", "#2a96a3", "#75001d", "#bc14c8", "#a8815b", "#4a2f69")
"""Of activities: none is a lifter's. Searched for with a contrast of at least 3 to paper and to :data:`SHADE`, and far
apart for every colour vision (Machado et al. 2009, IEEE Trans Vis Comput Graph 15:1291-1298).
"""
CAUSES = ("#200070", "#4a00e0", "#b7a5f2", "#d9dde2")
"""Parts of a whole, told apart by lightness; as in the window."""

_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans", "font.size": LETTERS_PT, "axes.labelsize": LETTERS_PT,
    "axes.titlesize": LETTERS_PT + 0.5, "xtick.labelsize": LETTERS_PT - 0.5, "ytick.labelsize": LETTERS_PT - 0.5,
    "legend.fontsize": LETTERS_PT,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": DIM, "axes.linewidth": 0.6,
    "axes.labelcolor": TEXT, "text.color": TEXT, "xtick.color": DIM, "ytick.color": DIM, "xtick.labelcolor": TEXT,
    "ytick.labelcolor": TEXT, "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.major.size": 2.5,
    "ytick.major.size": 2.5, "grid.color": GRID, "grid.linewidth": 0.5, "axes.axisbelow": True, "legend.frameon": False,
    "axes.unicode_minus": True, "svg.fonttype": "path", "pdf.fonttype": 42, "axes.titlelocation": "left",
    "text.hinting": "none", "axes.titlepad": 4.0, "axes.labelpad": 3.0, "lines.solid_capstyle": "butt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """Of a lifter. size : of its mark in points. line : of its curves."""

    colour: str
    mark: str
    size: float = 5.0
    line: LineStyle = "-"

    def draw(self, axes: Axes, x: float, y: float, *, hollow: bool = False) -> None:
        """Its mark."""
        axes.plot([x], [y], **self.kwargs(hollow=hollow), zorder=4)

    def kwargs(self, *, hollow: bool = False) -> dict[str, Any]:
        """For a line of marks."""
        return {"linestyle": "none", "marker": self.mark, "markersize": self.size * _MARKS.get(self.mark, 1.0),
                "markerfacecolor": "white" if hollow else self.colour, "markeredgecolor": self.colour,
                "markeredgewidth": 1.0}  # fmt: skip


def looks_of(record: Mapping[str, Any]) -> dict[str, Look]:
    """Of every lifter of a run, by its place among their sorted names: one looks the same whoever it is compared with,
    and in whichever order files were given.
    """
    marks, names = list(_MARKS), sorted(record["lifters"])
    return {
        name: Look(_LIFTERS[k % len(_LIFTERS)], marks[k % len(marks)], line=_LINES[k % len(_LINES)])
        for k, name in enumerate(names)
    }


@contextmanager
def styled() -> Iterator[None]:
    """Figures are made and saved within: whatever the user's own settings of matplotlib are, they look the same."""
    with style.context(["default", _STYLE]):
        yield


def key_of(label: str, look: Look, *, hollow: bool = False) -> Line2D:
    """An entry of the key above a figure."""
    return Line2D([], [], label=label, **look.kwargs(hollow=hollow))


def sheet(height_mm: float, foot: Sequence[str], key: Sequence[Artist] = (), *, handle: float = 1.4) -> Figure:
    """An empty figure with the key above and small print below. height_mm : of what lies between. handle : length of
    what is beside a name in the key, in letters.
    """
    lines = [line for text in foot for line in wrapped(text, WIDTH_MM - 2, SMALL_PT)]
    columns = _columns(key, handle)
    above = -(-len(key) // columns) * _KEY_MM + _GAP_MM if key else _GAP_MM / 2
    below = len(lines) * _LINE_MM + _GAP_MM
    whole = height_mm + above + below
    figure = Figure(figsize=(WIDTH_MM * _MM, whole * _MM), facecolor="white", dpi=_DPI)
    figure.set_layout_engine("constrained", rect=(0, below / whole, 1, height_mm / whole), w_pad=0.05, h_pad=0.03)
    figure.text(0.005, 0.8 / whole, "\n".join(lines), fontsize=SMALL_PT, color=DIM, linespacing=1.25, va="bottom")
    if key:
        legend = figure.legend(handles=_by_rows(key, columns), loc="upper left", bbox_to_anchor=(0, 1 - 0.6 / whole),
                               ncols=columns, borderpad=0.1, borderaxespad=0.1, handletextpad=0.4, columnspacing=1.6,
                               handlelength=handle)  # fmt: skip
        legend.set_in_layout(False)
    return figure


def _by_rows(key: Sequence[Artist], columns: int) -> list[Artist]:
    """The entries so that they are read line by line; a legend fills its columns."""
    return [entry for column in range(columns) for entry in key[column::columns]]


def _columns(key: Sequence[Artist], handle: float) -> int:
    beside = 5.05 + handle * LETTERS_PT / 72 * 25.4
    widest = max((text_width_mm(str(entry.get_label())) for entry in key), default=0.0) + beside
    return max(1, min(len(key), int(WIDTH_MM / widest)))


def text_width_mm(text: str, size_pt: float = LETTERS_PT) -> float:
    """Width of a line of letters in millimetres."""
    return sum(map(_letter_pt, text)) * size_pt / _MEASURED_PT / 72 * 25.4


@lru_cache(maxsize=1024)
def _letter_pt(letter: str) -> float:
    font = FontProperties(family="DejaVu Sans", size=_MEASURED_PT)
    return _HINTED * float(TextToPath().get_text_width_height_descent(letter, font, ismath=False)[0])


def wrapped(text: str, room_mm: float, size_pt: float = LETTERS_PT) -> list[str]:
    """Lines of words that fit into the room."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width_mm(f"{lines[-1]} {word}", size_pt) <= room_mm:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def fitted(text: str, room_mm: float, size_pt: float = LETTERS_PT) -> str:
    """The text, or as much of both of its ends as there is room for: names often differ in the last letter."""
    left_out, shorter = 0, text
    while len(text) - left_out > 2 and text_width_mm(shorter, size_pt) > room_mm:
        left_out += 1
        kept = len(text) - left_out
        shorter = f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}"
    return shorter


def plain_axes(axes: Axes, *, grid: str = "x") -> None:
    """Quiet axes with lines along one or ``both``."""
    axes.grid(visible=True, axis=grid)  # type: ignore[arg-type]


def signed_ticks(axes: Axes, *, percent: bool = False) -> None:
    """Ticks of x with a plus, or in percent."""
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} %" if percent else _signed(value)))


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−") if value else "0"


def between(axes: Axes, at: float, of: Interval, look: Look, *, hollow: bool = False, times: float = 1.0) -> None:
    """A number with its interval, along x at the height ``at``. times : as large."""
    axes.plot([times * of.low, times * of.high], [at, at], color=look.colour, linewidth=1.2, zorder=3)
    look.draw(axes, times * of.value, at, hollow=hollow)


def offsets(n: int) -> list[float]:
    """Places of n things in a row of height 1, from the top (which is the smaller, axes being inverted)."""
    room = min(0.8, 0.28 * (n - 1))
    return [0.0] if n == 1 else [room * (k / (n - 1) - 0.5) for k in range(n)]


def _settle(figure: Figure) -> None:
    """Find the layout, once for all formats. Its solver's last digits differ from run to run, and with them addresses
    in SVGs, so they are dropped.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position([round(value, 6) for value in axes.get_position(original=True).bounds])  # type: ignore[arg-type]


def figure_bytes(figure: Figure, name: str, kind: str) -> bytes:
    """A file of one of :data:`FORMATS`; the same figure gives the same bytes. name : keeps addresses in SVGs apart."""
    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": "anglescope", "Title": name},
        "pdf": {"CreationDate": None, "Creator": "anglescope", "Producer": None, "Title": name},
        "png": {"Software": None, "Title": name},
    }
    if figure.get_layout_engine() is not None:
        _settle(figure)
    buffer = io.BytesIO()
    with style.context({"svg.hashsalt": name}):
        figure.savefig(buffer, format=kind, dpi=_DPI, metadata=metadata[kind])
    return buffer.getvalue()
