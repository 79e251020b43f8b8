"""Millimetres against degrees as the weight of a loss grows: one line a loss, one panel a domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from core.report.style import DIM, SMALL_PT, TEXT, figure_bytes, plain_axes, sheet, styled, text_width_mm
from core.training.sweep.plan import ANGLE, BONE
from core.training.sweep.table import ALL, FLOOR, POSITION, Row

__all__ = ["front_figure", "front_file"]

_TITLES = {"in": "in domain: held-out takes", "out": "out of domain: takes of the other set"}
_LOSSES: dict[str, tuple[str, str, str, Literal["-", "--"]]] = {
    ANGLE: ("loss on angles", "#0072b2", "o", "-"),
    BONE: ("loss on bone directions", "#b34700", "s", "--"),
}
_REFERENCES = {"isb": "the exact ISB angles of the posed bodies", "network": "the network on the true joints"}
_WORDS = {"in": "in domain", "out": "out of domain"}
_HEIGHT_MM = 72.0
_LEAST_MM, _LEAST_DEG = 4.0, 1.0
_MARK_PT = 2.6
_FAR_PT = (3.5, 7.0, 11.0)
_WAYS = ((1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
"""Where the weight of a mark may stand, best first."""


def front_figure(rows: Sequence[Row], reference: str = "isb") -> Figure:
    """MPJPE against the mean absolute error of the twelve angles, over all seeds.

    Called within :func:`core.report.style.styled`.
    reference : that angles are held against, a name of :data:`core.training.sweep.measuring.REFERENCES`.
    """
    metric = f"angle_mae_{reference}_deg"
    shown = [row for row in rows if row.seed == ALL and row.angle in ("", ALL)]
    domains = list(dict.fromkeys(row.domain for row in shown))
    losses = {row.loss for row in shown}
    key = [Line2D([], [], label=title, color=colour, marker=mark, linestyle=dash)
           for loss, (title, colour, mark, dash) in _LOSSES.items() if loss in losses]  # fmt: skip
    key.append(Line2D([], [], label="joint distance alone", color=TEXT, marker="D", linestyle="none"))
    seeds = len({row.seed for row in rows if row.loss == POSITION} - {ALL})
    figure = sheet(_HEIGHT_MM, _foot(shown, metric, reference, seeds), key)
    panels = zip(figure.subplots(1, len(domains), squeeze=False)[0], domains, strict=True)
    marks = [_panel(axes, [row for row in shown if row.domain == domain], metric) for axes, domain in panels]
    figure.draw_without_rendering()  # the axes have their final size only then
    for axes, found in zip(figure.axes, marks, strict=True):
        _name(axes, found)
    return figure


def front_file(rows: Sequence[Row], kind: str = "svg", reference: str = "isb") -> bytes:
    """:func:`front_figure` as a file of one of :data:`core.report.style.FORMATS`; equal rows give equal bytes."""
    with styled():
        return figure_bytes(front_figure(rows, reference), "lambda-sweep", kind)


def _foot(shown: Sequence[Row], metric: str, reference: str, seeds: int) -> list[str]:
    over = f"{seeds} seed{'s' * (seeds != 1)}"
    foot = [f"Beside the marks: weight of the loss in mm/°. Means over {over}; angles against "
            f"{_REFERENCES[reference]}. Bars: 95 % intervals of the change against joint distance alone, "
            "from resampling recordings and bodies."]  # fmt: skip
    floors = [f"{row.found.value:.1f}° {_WORDS.get(row.domain, row.domain)}" for row in shown
              if row.loss == FLOOR and row.metric == metric]  # fmt: skip
    if floors:
        foot.append(f"The network itself, on the true joints, errs by {' and '.join(floors)}.")
    return foot


@dataclass(frozen=True, slots=True)
class _Mark:
    """A point of the figure. label : '' for none."""

    mm: float
    deg: float
    label: str
    colour: str


def _panel(axes: Axes, rows: Sequence[Row], metric: str) -> list[_Mark]:
    """Draw a domain; returns its marks."""
    found: dict[tuple[str, float], dict[str, Row]] = {}
    for row in rows:
        if row.metric in ("mpjpe_mm", metric) and row.weight_mm is not None:
            found.setdefault((row.loss, row.weight_mm), {})[row.metric] = row
    plain = [(points["mpjpe_mm"], points[metric]) for (loss, _), points in found.items() if loss == POSITION]
    marks = [_Mark(mm.found.value, deg.found.value, "", TEXT) for mm, deg in plain]
    for loss, (_, colour, mark, dash) in _LOSSES.items():
        own = [(points["mpjpe_mm"], points[metric]) for (name, _), points in sorted(found.items()) if name == loss]
        x, y = ([pair[axis].found.value for pair in (*plain, *own)] for axis in (0, 1))
        axes.plot(x, y, color=colour, linestyle=dash, linewidth=1.2, zorder=3)
        for mm, deg in own:
            axes.errorbar(mm.found.value, deg.found.value, xerr=_bar(mm), yerr=_bar(deg), fmt=mark, color=colour,
                          markersize=4.5, elinewidth=0.6, ecolor=DIM, zorder=4)  # fmt: skip
            marks.append(_Mark(mm.found.value, deg.found.value, f"{mm.weight_mm:g}", colour))
    for mm, deg in plain:
        axes.plot(mm.found.value, deg.found.value, "D", color=TEXT, markersize=5, zorder=5)
    _dress(axes, rows[0].domain)
    return marks


def _bar(row: Row) -> list[list[float]] | None:
    """How far the interval of the change reaches to both sides."""
    change = row.change
    return None if change is None else [[change.value - change.low], [change.high - change.value]]


def _dress(axes: Axes, domain: str) -> None:
    axes.set_title(_TITLES.get(domain, domain))
    axes.set_xlabel("MPJPE, mm")
    axes.set_ylabel("mean absolute error of angles, °")
    axes.ticklabel_format(useOffset=False)
    axes.locator_params(nbins=5)
    axes.margins(0.1)
    plain_axes(axes, grid="both")
    _at_least(axes.get_xlim, axes.set_xlim, _LEAST_MM)
    _at_least(axes.get_ylim, axes.set_ylim, _LEAST_DEG)


def _name(axes: Axes, marks: Sequence[_Mark]) -> None:
    """Write each weight where neither a mark nor another weight is, as near as there is room."""
    points = axes.transData.transform([(mark.mm, mark.deg) for mark in marks]) * 72 / axes.figure.dpi
    taken = [_Box(x, y, _MARK_PT, _MARK_PT) for x, y in points]
    for mark, (x, y) in zip(marks, points, strict=True):
        if not mark.label:
            continue
        half = text_width_mm(mark.label, SMALL_PT) * 72 / 25.4 / 2, SMALL_PT / 2
        boxes = [_Box(x + dx * (half[0] + far), y + dy * (half[1] + far), *half)
                 for far in _FAR_PT for dx, dy in _WAYS]  # fmt: skip
        box = min(boxes, key=lambda tried: sum(tried.meets(other) for other in taken))
        taken.append(box)
        axes.annotate(mark.label, (mark.mm, mark.deg), xytext=(box.x - x, box.y - y), textcoords="offset points",
                      ha="center", va="center_baseline", fontsize=SMALL_PT, color=mark.colour, zorder=6)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Box:
    """Middle and half sizes in points."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: _Box) -> bool:
        near = abs(self.x - other.x) < self.width + other.width, abs(self.y - other.y) < self.height + other.height
        return all(near)


def _at_least(get: Callable[[], tuple[float, float]], put: Callable[[float, float], object], span: float) -> None:
    """Widen an axis about its middle, so that differences of no consequence look like that."""
    low, high = get()
    lacking = max(span - (high - low), 0) / 2
    put(low - lacking, high + lacking)
