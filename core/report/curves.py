"""Curves over a cycle: reference, floor and lifters with bands, and where lifters differ beyond chance along them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from core.report.curves_words import band_words, counts_of, over_all, shown, sure, test_status, whole
from core.report.facts import angle_words, foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, SMALL_PT, TEXT, Look, looks_of, plain_axes, sheet
from core.study.along import LEVEL, AlongTest
from core.study.curves import POINTS, Comparison, Movement
from core.study.cycles import LEAST_PERIODICITY
from core.study.words import number, several, span

__all__ = ["curves"]

_TITLE = "Along the cycle"
_MOST = 4
_PERCENT = np.arange(POINTS)
_ROWS = ((0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11))
_FLOOR = (0, (0.9, 1.2))
_PANEL_MM, _BAR_MM, _ROW_PT = 25.0, 1.9, 4.8
_REFERENCE_PT, _LIFTER_PT = 1.9, 1.1
_PT = 72 / 25.4


def curves(subject: Subject) -> Section:
    """Of each movement that repeats itself, or was marked; else why there is none."""
    found = subject.over_time
    if found is None:
        return Section("curves", _TITLE, (f"No curves: {subject.no_frames}.",))
    if not found.curves:
        why = (f"No clip repeats its movement (r of the reference with itself a period later below "
               f"{LEAST_PERIODICITY:g}, or shorter than two periods), and no marks were named.")  # fmt: skip
        return Section("curves", _TITLE, (why,))
    drawn = sorted(found.curves, key=lambda movement: -movement.cycles)[:_MOST]
    most = f" Shown are the {_MOST} with most cycles of {len(found.curves)}." if len(found.curves) > _MOST else ""
    text = (
        "Cycles are found on the reference alone and brought to one length, 0 to 100 %. One cycle that several cameras "
        "saw is one: its views are averaged first. Every movement has two families of comparisons, each lifter against "
        "the reference and each two lifters' errors against each other; p is corrected for all angles and comparisons "
        "of a family, not for the two families and not for several movements. A bar says that there is a difference "
        f"about there, not that it begins and ends at its edges.{most}",
        *map(_sentence, drawn),
    )
    drawings = [drawing for k, movement in enumerate(drawn, 1) for drawing in _drawings(subject, movement, k)]
    rows = tuple(row for movement in drawn for row in _rows(subject, movement))
    heads = ("movement", "compared", "angle", "where, %", "mean difference, °", "p", "p, family")
    caption = (f"Stretches with p below {100 * LEVEL:g} % along their own curve, which is uncorrected; the last column "
               "is corrected for all angles and comparisons of the figure.")  # fmt: skip
    tables = (Table(caption, heads, rows, numbers=4),) if rows else ()
    return Section("curves", _TITLE, text, tuple(drawings), tables)


def _sentence(of: Movement) -> str:
    n, what = over_all(of.comparisons)
    text = (f"{of.name}: {counts_of(of)}; a cycle lasts {number(of.seconds, 2)} s; compared over "
            f"{several(n, what)}.")  # fmt: skip
    if lost := sum(of.left_out):
        text += f" Left out for gaps: {several(lost, 'curve')} of single angles."
    return text


def _drawings(subject: Subject, of: Movement, number_of: int) -> Iterator[Drawing]:
    looks, n = looks_of(subject.record), counts_of(of)
    against = [each for each in of.comparisons if not each.second]
    context: list[Artist] = [_line("reference", TEXT, width=_REFERENCE_PT), _line("floor", DIM, style=_FLOOR)]
    if of.cycles > 1:
        context.append(Patch(facecolor=DIM, alpha=0.25, label=f"± SD over {of.cycles} cycles"))
    figure = _panels(subject, [*context, *_names(subject, looks, against)], n,
                     lambda axes, a: _angle(axes, looks, of, a), against)  # fmt: skip
    differs = "signed error other than 0 thereabouts, filled above the reference, hollow below it"
    caption = (f"{of.name}, {n}: mean of each angle over the cycle; {band_words(of)}. "
               + test_status(subject, of, against, differs))  # fmt: skip
    yield Drawing(f"curves_{number_of}", caption, figure, _numbers(subject, of))
    pairs = [each for each in of.comparisons if each.second]
    figure = _panels(subject, _names(subject, looks, pairs), n, lambda axes, a: _sizes(axes, looks, of, a), pairs)
    caption = f"{of.name}, {n}: mean absolute error over the cycle."
    if pairs:
        differs = "errors differ thereabouts, filled where the first of the row errs more, hollow where less"
        caption += f" {test_status(subject, of, pairs, differs)}"
    yield Drawing(f"curve_errors_{number_of}", caption, figure, _size_numbers(subject, of))


def _names(subject: Subject, looks: Mapping[str, Look], compared: Sequence[Comparison]) -> list[Artist]:
    """Lifters in the key, and what bars mean, with the numbers by which their rows refer to lifters."""
    barred = shown(compared)
    names = [f"{k} {name}" if barred else name for k, name in enumerate(subject.lifters, 1)]
    lines: list[Artist] = [_line(label, looks[name].colour, style=looks[name].line)
                           for label, name in zip(names, subject.lifters, strict=True)]  # fmt: skip
    if not barred:
        return lines
    filled, hollow = (("the first of the row errs more", "the first of the row errs less") if compared[0].second
                      else ("above the reference", "below the reference"))  # fmt: skip
    return [*lines, Patch(fc=DIM, ec=DIM, lw=0.7, label=f"bar: {filled}"),
            Patch(fc="white", ec=DIM, lw=0.7, label=f"bar: {hollow}")]  # fmt: skip


def _line(label: str, colour: str, *, width: float = 1.2, style: object = "-") -> Line2D:
    """An entry of the key for a line."""
    return Line2D([], [], label=label, color=colour, linewidth=width, linestyle=style)  # type: ignore[arg-type]


def _panels(subject: Subject, key: Sequence[Artist], counts: str, draw: Callable[[Axes, int], None],
            compared: Sequence[Comparison]) -> Figure:  # fmt: skip
    """Twelve of them, with a strip of bars below each for every comparison that differs anywhere."""
    rows = shown(compared)
    strip = _BAR_MM * len(rows)
    figure = sheet(3 * (_PANEL_MM + 9 + strip), foot(subject, intervals=False, shows=_shows(subject), n=counts), key,
                   handle=3.0)  # fmt: skip
    grid = figure.subplots(3, 4, sharex=True)
    for row, angles in enumerate(_ROWS):
        for axes, angle in zip(grid[row], angles, strict=True):
            draw(axes, angle)
            axes.set_title(subject.angles[angle].title, fontsize=6.8)
            plain_axes(axes, grid="both")
            axes.set_xticks([0, 50, 100])
            axes.set_xlim(0, POINTS - 1)
            axes.tick_params(labelsize=SMALL_PT)
            axes.tick_params(axis="x", length=0, pad=2 + (strip + 1 if strip else 0) * _PT)
            for place, each in enumerate(rows, 1):
                _strip(axes, subject, place, each, each.tests[angle])
        grid[row, 0].set_ylabel("°", rotation=0)
    for axes in grid[-1]:
        axes.set_xlabel("cycle, %")
    figure.align_ylabels()
    return figure


def _shows(subject: Subject) -> str:
    return angle_words(subject, "angles and errors, °")


def _angle(axes: Axes, looks: Mapping[str, Look], of: Movement, angle: int) -> None:
    reference = Look(TEXT, "")
    for look, band, width in ((reference, of.reference, _REFERENCE_PT),
                              *((looks[name], of.bands[name], _LIFTER_PT) for name in of.bands)):  # fmt: skip
        mean, sd = band.mean_deg[angle], band.sd_deg[angle]
        axes.fill_between(_PERCENT, mean - sd, mean + sd, color=look.colour, alpha=0.13, linewidth=0)
        axes.plot(_PERCENT, mean, color=look.colour, linewidth=width, linestyle=look.line)
    axes.plot(_PERCENT, of.floor.mean_deg[angle], color=DIM, linewidth=1.0, linestyle=_FLOOR)


def _sizes(axes: Axes, looks: Mapping[str, Look], of: Movement, angle: int) -> None:
    for name, sizes in of.sizes_deg.items():
        axes.plot(_PERCENT, sizes[angle], color=looks[name].colour, linewidth=_LIFTER_PT, linestyle=looks[name].line)
    axes.set_ylim(bottom=0)


def _strip(axes: Axes, subject: Subject, row: int, of: Comparison, test: AlongTest) -> None:
    """A line for a comparison below the axes, where the layout keeps room for it, with the numbers of the key."""
    across = axes.get_xaxis_transform()
    height = _BAR_MM / _PANEL_MM
    bottom = -height * (row + 0.3)
    names = [str(subject.lifters.index(name) + 1) for name in (of.first, of.second) if name]
    label = axes.text(-2, bottom + 0.33 * height, "–".join(names), transform=across, fontsize=_ROW_PT, ha="right",
                      va="center_baseline")  # fmt: skip
    label.set_in_layout(False)
    line = Rectangle((0, bottom + 0.3 * height), POINTS - 1, 0.06 * height, color="#e2e6ea", lw=0)
    axes.add_artist(line).set(transform=across, clip_on=False)
    ink = TEXT if of.second else looks_of(subject.record)[of.first].colour
    for stretch in sure(test):
        wide = stretch.last - stretch.first
        bar = Rectangle((stretch.first, bottom), wide, 0.66 * height, fc=ink if stretch.mass > 0 else "white", ec=ink,
                        lw=0.7)  # fmt: skip
        axes.add_artist(bar).set(transform=across, clip_on=False)


def _rows(subject: Subject, of: Movement) -> Iterator[tuple[str, ...]]:
    for each in of.comparisons:
        compared = f"{each.first} less {each.second}" if each.second else f"{each.first} against the reference"
        for angle, test in zip(subject.angles, each.tests, strict=True):
            for stretch in test.stretches:
                if stretch.p < LEVEL:
                    mean = test.mean[round(stretch.first) : round(stretch.last) + 1].mean()
                    where = "whole cycle" if whole(stretch) else span(stretch.first, stretch.last, 0)
                    yield (of.name, compared, angle.title, where, number(float(mean)), number(stretch.p, 4),
                           number(stretch.p_all, 4))  # fmt: skip


def _numbers(subject: Subject, of: Movement) -> pl.DataFrame:
    """A row for each angle, series and percent."""
    series = {"reference": of.reference, "floor": of.floor, **of.bands}
    columns = {name: {"mean_deg": band.mean_deg, "sd_deg": band.sd_deg} for name, band in series.items()}
    return _long(subject, columns, of)


def _size_numbers(subject: Subject, of: Movement) -> pl.DataFrame:
    return _long(subject, {name: {"mean_absolute_error_deg": sizes} for name, sizes in of.sizes_deg.items()}, of)


def _long(subject: Subject, series: dict[str, dict[str, np.ndarray]], of: Movement) -> pl.DataFrame:
    tables = [
        pl.DataFrame({
            "movement": of.name, "angle": angle.name, "series": name, "percent": _PERCENT,
            **{what: values[a] for what, values in columns.items()}, "cycles": of.cycles - of.left_out[a],
            "takes": of.takes, "athletes": of.athletes,
        })
        for a, angle in enumerate(subject.angles) for name, columns in series.items()
    ]  # fmt: skip
    return pl.concat(tables).with_columns(pl.col(pl.Float64).fill_nan(None))
