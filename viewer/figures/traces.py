"""Traces over time in print: one plot per angle, left and right beside each other with one scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UsageError
from core.records import Float64
from viewer.figures.inks import FLOOR, SHADE_EDGE, SHADE_HATCH, Ink, ink_of
from viewer.figures.legend import Entry, Sample, draw_legend, entries_of, legend_height
from viewer.figures.records import Subject
from viewer.figures.sheet import Box, Sheet, elided
from viewer.numbers import short_text
from viewer.panels.heatmaps.rows import rows_of
from viewer.panels.traces.series import AngleSeries, Line, series_of, value_range
from viewer.strips import round_ticks
from viewer.view import HeatRows, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["columns_of_plots", "draw_traces", "least_traces_pt", "seconds_ticks", "traces_legend"]

_ASPECT = 1.9
"""Width over height at which a movement over time is read best."""
_LEAST_PLOT_EM = 3.0
"""Least height of a plot over the size of letters."""
_AXIS_CHARS = "−100"
_DOTTED = (0, (1, 1))


def columns_of_plots(subject: Subject) -> tuple[int, ...]:
    """The angles with a plot: those of the traces, or the selected one alone."""
    plots = subject.view.plots
    return (subject.view.angle,) if plots.single else plots.angles


def _grid(count: int, box: Box, sheet: Sheet, *, paired: bool) -> tuple[int, int]:
    """Columns and rows; even columns where left and right come in pairs."""
    choices = [n for n in (1, 2, 3, 4, 6) if n <= count and (not paired or n % 2 == 0 or count == 1)]

    def unsuited(columns: int) -> float:
        rows = math.ceil(count / columns)
        width = box.width / columns - 3.5 * sheet.font
        height = box.height / rows - 2.2 * sheet.line
        crowded = max(0.0, math.log(6 * sheet.font / max(width, 1.0))) + max(0.0, math.log(
            _LEAST_PLOT_EM * sheet.font / max(height, 1.0)))  # fmt: skip
        return abs(math.log(max(width, 1.0) / max(height, 1.0) / _ASPECT)) + 4 * crowded

    columns = min(choices, key=unsuited)
    return columns, math.ceil(count / columns)


def least_traces_pt(subject: Subject, sheet: Sheet, width: float) -> float:
    """Height in points below which the plots of a figure of that width cannot be read."""
    count = len(columns_of_plots(subject))
    columns = min(count, 2 if width < 30 * sheet.font * 1.6 else 4)
    legend = legend_height(traces_legend(subject, sheet), sheet, width)
    rows = math.ceil(count / columns)
    return legend + sheet.line + rows * (1.5 * sheet.line + (_LEAST_PLOT_EM + 0.4) * sheet.font) + 2.4 * sheet.line


def draw_traces(sheet: Sheet, box: Box, subject: Subject, *, legend: bool = True) -> None:
    """The plots in a box. Raises :class:`UsageError` where there is no room for them."""
    columns = columns_of_plots(subject)
    if legend:
        entries = traces_legend(subject, sheet)
        draw_legend(entries, sheet, box)
        box = box.without(top=legend_height(entries, sheet, box.width) + 0.3 * sheet.font)
    quantity = subject.view.plots.quantity
    unit = "error (°), lifter − reference" if quantity is Quantity.ERROR else "angle (°)"
    sheet.text(box.left, box.top, unit, size=sheet.small, colour=sheet.theme.dim)
    sheet.text(box.right, box.bottom, "time (s)", size=sheet.small, colour=sheet.theme.dim, align="right",
               upright="baseline")  # fmt: skip
    box = box.without(top=1.35 * sheet.small, bottom=1.1 * sheet.small)
    kinds = [subject.content.angles[column].kind for column in columns]
    paired = len(columns) > 1 and all(kinds[i] == kinds[i - 1] for i in range(1, len(columns), 2))
    n_columns, n_rows = _grid(len(columns), box, sheet, paired=paired)
    axis = sheet.width_of(_AXIS_CHARS, sheet.small) + 4.5
    foot, gap = 1.25 * sheet.small + 3.5, 0.7 * sheet.font
    width = (box.width - n_columns * axis - (n_columns - 1) * gap - 0.3 * sheet.font) / n_columns
    pitch = (box.height - foot + 0.3 * sheet.font) / n_rows
    height = pitch - sheet.line - 0.5 * sheet.font
    if width < 4 * sheet.font or height < 0.8 * _LEAST_PLOT_EM * sheet.font:
        raise UsageError(f"the figure is too small for its plots with letters of {sheet.font:g} points")
    titles = _titles(sheet, subject, columns, width, axis)
    for number, column in enumerate(columns):
        row, place = divmod(number, n_columns)
        left, top = box.left + place * (axis + width + gap) + axis, box.top + row * pitch + sheet.line
        plot = Box(left, top, width, height)
        begin = min(plot.left, plot.right - sheet.width_of(titles[column]))
        sheet.text(begin, plot.top - 0.25 * sheet.font, titles[column], upright="baseline")
        _plot(sheet, plot, subject, column, last=number + n_columns >= len(columns))


def traces_legend(subject: Subject, sheet: Sheet, *, markers: bool = False) -> tuple[Entry, ...]:
    """Lines, and what else is seen in the plots. markers : with the marks of the joints of lifters."""
    reference = subject.view.plots.quantity is Quantity.VALUE or markers
    found = [*entries_of(subject, sheet, reference=reference, markers=markers)]
    if subject.content.near_singular[subject.part][:, list(columns_of_plots(subject))].any():
        found.append(Entry("near-singular", Ink(sheet.theme.singular, "solid", 0.0), Sample.SHADE))
    if _shows_span(subject):
        found.append(Entry("in and out", Ink(sheet.theme.accent, _DOTTED, 0.8)))
    return tuple(found)


def _shows_span(subject: Subject) -> bool:
    """Whether more is shown than what lies between in and out."""
    span, (first, last) = subject.view.span, subject.frames
    return span is not None and span != subject.frames and any(first <= frame <= last for frame in span)


def _titles(sheet: Sheet, subject: Subject, columns: tuple[int, ...], room: float, axis: float) -> dict[int, str]:
    """Names of the angles, short ones for all where one would not fit over its plot; these may begin over its axis."""
    angles = subject.content.angles
    if all(sheet.width_of(angles[column].title) <= room for column in columns):
        return {column: angles[column].title for column in columns}
    rows = rows_of(HeatRows.ANGLES, angles)
    return {column: elided(rows[column].short, sheet.font, room + 0.9 * axis) for column in columns}


def _plot(sheet: Sheet, plot: Box, subject: Subject, column: int, *, last: bool) -> None:
    content, view = subject.content, subject.view
    series = series_of(content, column, view.plots.quantity)
    low, high = value_range(content, content.angles[column].kind, view.plots.quantity, view.hidden)
    axes = sheet.axes(plot)
    seconds = np.arange(content.n_frames) / content.fps
    first, final = subject.frames
    axes.set_xlim(seconds[first], max(seconds[final], seconds[first] + 1e-3))
    axes.set_ylim(low, high)
    axes.set_yticks(round_ticks(low, high, max(2, int(plot.height / (1.6 * sheet.font)))))
    axes.yaxis.set_major_formatter(lambda value, _place: short_text(value))
    seconds_ticks(axes, sheet, plot.width, labels=last)
    if low < 0 < high:
        axes.axhline(0, color=sheet.theme.grid, linewidth=0.5, zorder=0.5)
    _shades(axes, sheet, series, seconds, subject)
    _lines(axes, sheet, series, seconds, subject)
    if series.message:
        sheet.text(plot.left + plot.width / 2, plot.top + plot.height / 2, series.message, size=sheet.small,
                   colour=sheet.theme.dim, align="center", upright="center_baseline")  # fmt: skip


def seconds_ticks(axes: Axes, sheet: Sheet, width: float, *, labels: bool) -> None:
    """Round seconds, as many as there is room for."""
    axes.set_xticks(round_ticks(*axes.get_xlim(), max(2, int(width / (3.2 * sheet.small)))))
    axes.xaxis.set_major_formatter(lambda value, _place: f"{value:.3g}")
    axes.tick_params(axis="x", labelbottom=labels)


def _shades(axes: Axes, sheet: Sheet, series: AngleSeries, seconds: Float64, subject: Subject) -> None:
    """Near-singular spans, and what lies between in and out where more is shown."""
    half = 0.5 / series.fps
    for begin, end in series.singular.tolist():
        axes.axvspan(seconds[begin] - half, seconds[end] + half, facecolor=sheet.theme.singular, linewidth=0,
                     zorder=0.1, edgecolor=SHADE_EDGE, hatch=SHADE_HATCH)  # fmt: skip
    if _shows_span(subject):
        for frame in subject.view.span or ():
            axes.axvline(seconds[frame], color=sheet.theme.accent, linewidth=0.8, linestyle=_DOTTED, zorder=0.6)


def _lines(axes: Axes, sheet: Sheet, series: AngleSeries, seconds: Float64, subject: Subject) -> None:
    hidden, part = subject.view.hidden, subject.part
    floor, grey = series.floor, sheet.theme.floor
    if floor is not None and FLOOR not in hidden:
        axes.fill_between(seconds[part], floor.low[part], floor.high[part], color=grey, alpha=0.35, linewidth=0,
                          zorder=1)  # fmt: skip
        axes.plot(seconds[part], floor.bare.values[part], color=grey, linewidth=0.7, zorder=1)
    tracks = {track.name: track for track in subject.shown}
    for line in series.lines:
        if line.name in tracks:
            ink: Ink = ink_of(tracks[line.name], sheet)
            axes.plot(*_broken(seconds, line, part), color=ink.colour, linewidth=ink.width, linestyle=ink.dash,
                      zorder=2 if line.colour < 0 else 3, solid_joinstyle="round")  # fmt: skip


def _broken(seconds: Float64, line: Line, part: slice) -> tuple[Float64, Float64]:
    """Times and values of some frames, with a gap before every frame that the line does not reach."""
    inside = line.breaks[(line.breaks > part.start) & (line.breaks < part.stop)] - part.start
    return np.insert(seconds[part], inside, np.nan), np.insert(line.values[part].astype(np.float64), inside, np.nan)
