"""What the study panel shows as one long table, for the clipboard and for files. No Qt here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from math import isfinite

from core.conventions import AngleDef
from core.study.correlation import Correlation
from core.study.pairs import Pair, verdict_of
from core.study.resampling import Interval
from viewer.panels.study.plots import Plot, Spot
from viewer.panels.study.texts import PUBLISHED
from viewer.view import StudyPlot

__all__ = ["columns_of", "csv_of", "table_of"]

_WORDS = ("level", "lifter", "other", "group", "clip", "athlete", "activity", "n", "clips", "athletes")
_PAIRS = ("flips", "flips_low", "flips_high", "flips_by_chance", "verdict", "equivalent")
_ORDERS = ("kendall", "kendall_low", "kendall_high", "spearman", "spearman_low", "spearman_high")
_LEVELS = {StudyPlot.ATHLETES: "athlete", StudyPlot.ACTIVITIES: "activity"}
Cells = dict[str, str]


def columns_of(plot: Plot, angles: tuple[AngleDef, ...]) -> tuple[str, ...]:
    """Heads with units: errors of one lifter, then differences of two, the lifter's less the other's; ``n`` is how many
    are ordered, lifters or clips.
    """
    ends = (f"{name}{end}" for name in (*_errors(plot, angles), *_differences(plot, angles))
            for end in ("", "_low", "_high"))  # fmt: skip
    return (*_WORDS, *ends, *_PAIRS, *_ORDERS)


def table_of(plot: Plot, kind: StudyPlot, angles: tuple[AngleDef, ...]) -> list[Cells]:
    """Rows by column, empty cells left out: large points, pairs, correlations, published rows, and small points."""
    names, less = _errors(plot, angles), _differences(plot, angles)
    spots = [] if plot.pair is not None else [_spot(spot, _LEVELS.get(kind, "lifter"), names) for spot in plot.spots]
    pairs = [_pair(pair, plot.angle, less) for pair in plot.study.pairs if plot.pair in (None, pair)]
    beside = [{"level": PUBLISHED, "lifter": row.lifter} | _values(names, row.mpjpe_mm, row.mae_deg)
              for row in plot.beside]  # fmt: skip
    orders = [_order(one, "between lifters", len(plot.study.scores)) for one in plot.study.between[:1]]
    orders += [_order(one, "between clips", one.n) for one in plot.study.within]
    dots = _dots(plot, names if plot.pair is None else less)
    return [*spots, *pairs, *(orders if plot.pair is None else []), *beside, *dots]


def csv_of(plot: Plot, kind: StudyPlot, angles: tuple[AngleDef, ...], delimiter: str = ",") -> str:
    """The table as text, heads first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns_of(plot, angles), restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table_of(plot, kind, angles))
    return text.getvalue()


def _errors(plot: Plot, angles: tuple[AngleDef, ...]) -> tuple[str, str]:
    """Columns of the errors of a lifter."""
    return plot.study.options.by, "angle_mae_deg" if plot.angle is None else f"{angles[plot.angle].name}_mae_deg"


def _differences(plot: Plot, angles: tuple[AngleDef, ...]) -> tuple[str, str]:
    """Columns of the differences of two lifters."""
    mm, deg = _errors(plot, angles)
    return f"{mm.removesuffix('_mm')}_difference_mm", f"{deg.removesuffix('_deg')}_difference_deg"


def _spot(spot: Spot, level: str, names: tuple[str, str]) -> Cells:
    cells = {"level": level, "lifter": spot.lifter, "group": spot.group, "clips": str(spot.clips)}
    return cells | _interval(names[0], spot.x) | _interval(names[1], spot.y)


def _pair(pair: Pair, angle: int | None, names: tuple[str, str]) -> Cells:
    deg, flips, equivalence = pair.deg, pair.flips, pair.equivalence
    if angle is not None:
        deg, flips = pair.by_angle_deg[angle], pair.flips_by_angle[angle]
        equivalence = pair.equivalence_by_angle[angle]
    cells = {"level": "pair", "lifter": pair.fewer_mm, "other": pair.other, "clips": str(pair.clips),
             "athletes": str(pair.athletes), "verdict": str(verdict_of(pair.mm, deg))}  # fmt: skip
    if isfinite(equivalence.interval.low):
        cells["equivalent"] = str(int(equivalence.alike))
    chance = {"flips_by_chance": _number(flips.expected)}
    return cells | _interval(names[0], pair.mm) | _interval(names[1], deg) | _interval("flips", flips.share) | chance


def _order(one: Correlation, level: str, clips: int) -> Cells:
    cells = {"level": level, "lifter": one.of, "n": str(one.n), "clips": str(clips)}
    return cells | _interval("kendall", one.kendall) | _interval("spearman", one.spearman)


def _dots(plot: Plot, names: tuple[str, str]) -> Iterator[Cells]:
    dots, scores, flips = plot.dots, plot.study.scores, plot.flips
    for place, clip in enumerate(dots.clips):
        cells = {"level": "clip", "clip": scores.clips[clip], "athlete": scores.athletes[clip],
                 "activity": scores.activities[clip]}  # fmt: skip
        if plot.pair is None:
            cells["lifter"] = plot.series[dots.series[place]]
        else:
            cells |= {"lifter": plot.pair.fewer_mm, "other": plot.pair.other, "flips": str(int(flips[place]))}
        yield cells | _values(names, float(dots.x[place]), float(dots.y[place]))


def _interval(name: str, of: Interval) -> Cells:
    return {name: _number(of.value), f"{name}_low": _number(of.low), f"{name}_high": _number(of.high)}


def _values(names: tuple[str, str], mm: float, deg: float) -> Cells:
    return {names[0]: _number(mm), names[1]: _number(deg)}


def _number(value: float) -> str:
    return f"{value:z.4f}" if isfinite(value) else ""
