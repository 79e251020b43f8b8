"""Millimetres against degrees as the weight of a loss grows: one line a loss, one panel a domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from core.report.style import DIM, SMALL_PT, TEXT, figure_bytes, plain_axes, sheet, styled
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
    for axes, domain in zip(figure.subplots(1, len(domains), squeeze=False)[0], domains, strict=True):
        axes.set_title(_TITLES.get(domain, domain))
        _panel(axes, [row for row in shown if row.domain == domain], metric)
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


def _panel(axes: Axes, rows: Sequence[Row], metric: str) -> None:
    found: dict[tuple[str, float], dict[str, Row]] = {}
    for row in rows:
        if row.metric in ("mpjpe_mm", metric) and row.weight_mm is not None:
            found.setdefault((row.loss, row.weight_mm), {})[row.metric] = row
    plain = [points for (loss, _), points in found.items() if loss == POSITION]
    for loss, (_, colour, mark, dash) in _LOSSES.items():
        own = [points for (name, _), points in sorted(found.items()) if name == loss]
        _line(axes, [*plain, *own], metric, colour, dash)
        for points in own:
            _point(axes, points["mpjpe_mm"], points[metric], colour, mark)
    for points in plain:
        axes.plot(points["mpjpe_mm"].found.value, points[metric].found.value, "D", color=TEXT, markersize=5, zorder=5)
    axes.set_xlabel("MPJPE, mm")
    axes.set_ylabel("mean absolute error of angles, °")
    axes.ticklabel_format(useOffset=False)
    axes.locator_params(nbins=5)
    axes.margins(0.1)
    plain_axes(axes, grid="both")
    _at_least(axes.get_xlim, axes.set_xlim, _LEAST_MM)
    _at_least(axes.get_ylim, axes.set_ylim, _LEAST_DEG)


def _line(axes: Axes, points: Sequence[dict[str, Row]], metric: str, colour: str, dash: Literal["-", "--"]) -> None:
    x, y = ([found[name].found.value for found in points] for name in ("mpjpe_mm", metric))
    axes.plot(x, y, color=colour, linestyle=dash, linewidth=1.2, zorder=3)


def _point(axes: Axes, mm: Row, deg: Row, colour: str, mark: str) -> None:
    """A mark with the intervals of its change and its weight beside it."""
    bars = [None if row.change is None else [[row.change.value - row.change.low], [row.change.high - row.change.value]]
            for row in (mm, deg)]  # fmt: skip
    axes.errorbar(mm.found.value, deg.found.value, xerr=bars[0], yerr=bars[1], fmt=mark, color=colour, markersize=4.5,
                  elinewidth=0.6, ecolor=DIM, zorder=4)  # fmt: skip
    axes.annotate(f"{mm.weight_mm:g}", (mm.found.value, deg.found.value), xytext=(4, 4), textcoords="offset points",
                  fontsize=SMALL_PT + 0.5, color=colour, zorder=6)  # fmt: skip


def _at_least(get: Callable[[], tuple[float, float]], put: Callable[[float, float], object], span: float) -> None:
    """Widen an axis about its middle, so that differences of no consequence look like that."""
    low, high = get()
    lacking = max(span - (high - low), 0) / 2
    put(low - lacking, high + lacking)
