"""Curves over a cycle: reference, floor and lifters with bands, and where lifters differ beyond chance along them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from core.report.facts import foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, SMALL_PT, TEXT, Look, looks_of, plain_axes, sheet
from core.report.words import number, several
from core.study.along import AlongTest, Stretch
from core.study.curves import POINTS, Comparison, Movement
from core.study.cycles import LEAST_PERIODICITY

__all__ = ["curves"]

_TITLE = "Along the cycle"
_MOST = 4
_SURE = 0.05
_PERCENT = np.arange(POINTS)
_ROWS = ((0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11))
_FLOOR = (0, (2, 1.5))
_PANEL_MM, _BAR_MM = 25.0, 1.3
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
    shown = sorted(found.curves, key=lambda movement: -movement.cycles)[:_MOST]
    text = (
        "Cycles are found on the reference alone and brought to one length, 0 to 100 %. Bars below the curves say "
        "where a lifter differs from the reference, or two lifters' errors from each other, beyond chance (cluster "
        "permutation test, p below 5 % over the curve and all twelve angles; a bar says that there is a difference "
        "about there, not that it begins and ends at its edges).",
        *map(_sentence, shown),
    )
    drawings = [drawing for k, movement in enumerate(shown, 1) for drawing in _drawings(subject, movement, k)]
    rows = tuple(row for movement in shown for row in _rows(subject, movement))
    heads = ("movement", "compared", "angle", "from, %", "to, %", "mean difference, °", "p", "p, all angles")
    caption = ("Stretches with p below 5 % along their own curve; the last column is corrected for all twelve "
               "angles.")  # fmt: skip
    tables = (Table(caption, heads, rows, numbers=5),) if rows else ()
    return Section("curves", _TITLE, text, tuple(drawings), tables)


def _sentence(of: Movement) -> str:
    test = of.comparisons[0].tests
    n = max(each.n for each in test)
    text = (f"{of.name}: {several(of.cycles, 'cycle')} of {number(of.seconds, 2)} s in {several(of.clips, 'clip')} of "
            f"{several(of.takes, 'take')}, {several(of.athletes, 'athlete')}; signs were drawn for "
            f"{several(n, of.comparisons[0].over.removesuffix('s'))}.")  # fmt: skip
    least = min(each.least_p for each in test)
    if least > _SURE:
        text += f" So few cannot make a p below {number(least, 2)}: that there is no bar means nothing here."
    if lost := sum(of.left_out):
        text += f" Left out for gaps: {several(lost, 'curve')} of single angles."
    return text


def _drawings(subject: Subject, of: Movement, number_of: int) -> Iterator[Drawing]:
    looks = looks_of(subject.record)
    lifters = [_line(name, looks[name].colour) for name in subject.lifters]
    context: list[Artist] = [_line("reference", TEXT, width=1.6), _line("floor", DIM, style=_FLOOR),
                             Patch(facecolor=DIM, alpha=0.25, label="± SD over cycles")]  # fmt: skip
    n = (f"{several(of.cycles, 'cycle')} of {several(of.clips, 'clip')}, {several(of.takes, 'take')}, "
         f"{several(of.athletes, 'athlete')}")  # fmt: skip
    against = [each for each in of.comparisons if not each.second]
    figure = _panels(subject, [*context, *lifters], n, lambda axes, a: _angle(axes, subject, of, a), against)
    caption = (f"{of.name}, {n}: mean of each angle over the cycle, with the band of the reference and of each lifter. "
               + _bars_words(against, "signed error of that lifter beyond chance."))  # fmt: skip
    yield Drawing(f"curves_{number_of}", caption, figure, _numbers(subject, of))
    pairs = [each for each in of.comparisons if each.second]
    figure = _panels(subject, lifters, n, lambda axes, a: _sizes(axes, subject, of, a), pairs)
    caption = (f"{of.name}, {n}: mean absolute error over the cycle. "
               + _bars_words(pairs, "the errors of two lifters differ beyond chance; in the colour of the one that "
                                    "errs less, edged in that of the other."))  # fmt: skip
    yield Drawing(f"curve_errors_{number_of}", caption, figure, _size_numbers(subject, of))


def _bars_words(compared: Sequence[Comparison], words: str) -> str:
    return f"Bars: {words}" if _any_sure(compared) else "Nothing differs beyond chance."


def _any_sure(compared: Sequence[Comparison]) -> bool:
    return any(_sure(test) for each in compared for test in each.tests)


def _line(label: str, colour: str, *, width: float = 1.2, style: object = "-") -> Line2D:
    """An entry of the key for a line."""
    return Line2D([], [], label=label, color=colour, linewidth=width, linestyle=style)  # type: ignore[arg-type]


def _panels(subject: Subject, key: Sequence[Artist], counts: str, draw: Callable[[Axes, int], None],
            compared: Sequence[Comparison]) -> Figure:  # fmt: skip
    """Twelve of them, with a strip of bars below each."""
    strip = _BAR_MM * len(compared) if _any_sure(compared) else 0.0
    small = f"Curves: n = {counts}. Study: {foot(subject, intervals=False)[0]}"
    figure = sheet(3 * (_PANEL_MM + 9 + strip), (small,), key)
    grid = figure.subplots(3, 4, sharex=True)
    looks = looks_of(subject.record)
    for row, angles in enumerate(_ROWS):
        for axes, angle in zip(grid[row], angles, strict=True):
            draw(axes, angle)
            axes.set_title(subject.angles[angle].title, fontsize=6.8)
            plain_axes(axes, grid="both")
            axes.set_xticks([0, 50, 100])
            axes.set_xlim(0, POINTS - 1)
            axes.tick_params(labelsize=SMALL_PT)
            axes.tick_params(axis="x", length=0, pad=2 + (strip + 1 if strip else 0) * _PT)
            if strip:
                _strip(axes, [(looks, each, each.tests[angle]) for each in compared])
        grid[row, 0].set_ylabel("°", rotation=0)
    for axes in grid[-1]:
        axes.set_xlabel("cycle, %")
    figure.align_ylabels()
    return figure


def _angle(axes: Axes, subject: Subject, of: Movement, angle: int) -> None:
    looks = looks_of(subject.record)
    lines = [("", of.reference, TEXT, 1.6), *((name, of.bands[name], looks[name].colour, 1.1) for name in of.bands)]
    for _, band, colour, width in lines:
        mean, sd = band.mean_deg[angle], band.sd_deg[angle]
        axes.fill_between(_PERCENT, mean - sd, mean + sd, color=colour, alpha=0.13, linewidth=0)
        axes.plot(_PERCENT, mean, color=colour, linewidth=width)
    axes.plot(_PERCENT, of.floor.mean_deg[angle], color=DIM, linewidth=1.0, linestyle=_FLOOR)


def _sizes(axes: Axes, subject: Subject, of: Movement, angle: int) -> None:
    looks = looks_of(subject.record)
    for name, sizes in of.sizes_deg.items():
        axes.plot(_PERCENT, sizes[angle], color=looks[name].colour, linewidth=1.2)
    axes.set_ylim(bottom=0)


def _strip(axes: Axes, compared: Sequence[tuple[dict[str, Look], Comparison, AlongTest]]) -> None:
    """A line for each of them below the axes, where the layout keeps room for it."""
    across = axes.get_xaxis_transform()
    height = _BAR_MM / _PANEL_MM
    for row, (looks, of, test) in enumerate(compared, 1):
        bottom = -height * (row + 0.3)
        line = Rectangle((0, bottom + 0.3 * height), POINTS - 1, 0.06 * height, color="#e2e6ea", lw=0)
        axes.add_artist(line).set(transform=across, clip_on=False)
        for stretch in _sure(test):
            inner, edge = _inks(looks, of, stretch.mass)
            wide = stretch.last - stretch.first
            bar = Rectangle((stretch.first, bottom), wide, 0.66 * height, fc=inner, ec=edge, lw=0.7)
            axes.add_artist(bar).set(transform=across, clip_on=False)


def _sure(test: AlongTest) -> list[Stretch]:
    return [stretch for stretch in test.stretches if stretch.p_all < _SURE]


def _inks(looks: dict[str, Look], of: Comparison, mass: float) -> tuple[str, str]:
    """Of the one that errs less, and of the other; against the reference that of the lifter."""
    if not of.second:
        return looks[of.first].colour, looks[of.first].colour
    less, more = (of.second, of.first) if mass > 0 else (of.first, of.second)
    return looks[less].colour, looks[more].colour


def _rows(subject: Subject, of: Movement) -> Iterator[tuple[str, ...]]:
    for each in of.comparisons:
        compared = f"{each.first} less {each.second}" if each.second else f"{each.first} against the reference"
        for angle, test in zip(subject.angles, each.tests, strict=True):
            for stretch in test.stretches:
                if stretch.p < _SURE:
                    mean = test.mean[round(stretch.first) : round(stretch.last) + 1].mean()
                    yield (of.name, compared, angle.title, number(stretch.first, 0), number(stretch.last, 0),
                           number(float(mean)), number(stretch.p, 4), number(stretch.p_all, 4))  # fmt: skip


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
        })
        for a, angle in enumerate(subject.angles) for name, columns in series.items()
    ]  # fmt: skip
    return pl.concat(tables).with_columns(pl.col(pl.Float64).fill_nan(None))
