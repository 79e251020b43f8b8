"""The ranks by millimetres and by degrees of each athlete and each activity: lines that cross disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from math import ceil, factorial, log2

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from numpy.typing import NDArray

from core.report.facts import counts_words, foot
from core.report.records import Drawing, Section, Subject
from core.report.style import DIM, GRID, SMALL_PT, WIDTH_MM, Look, fitted, key_of, looks_of, sheet
from core.study.means import Point, measured
from core.study.pairs import Verdict, differences, verdict_of
from core.study.resampling import resampling_of
from core.study.words import BY, number, several

__all__ = ["by_group"]

_ACROSS, _PAGE_MM = 6, 190.0
_Groups = list[tuple[str, list[Point]]]
_Certain = dict[str, frozenset[str] | None]
"""Of each group the lifters that change places with another beyond chance, None where no interval can tell."""


def by_group(subject: Subject) -> Section | None:
    """Athletes and activities; nothing for a single lifter, who has no rank."""
    if len(subject.lifters) < 2:
        return None
    study = subject.study
    text = [
        f"Ranks within each group, by {BY[study.options.by]} on the left and by angle error on the right, with the "
        "numbers behind them; 1 is best. Lines that cross are lifters whom the two rank differently. A difference of a "
        f"hundredth makes a rank as well, and {_by_chance(len(subject.lifters))}.",
        f"Chance can be told from more in groups of at least {_least_clusters(study.options.level)} takes of one "
        "athlete, or as many athletes: no test of fewer can be beyond the level of the intervals. These are of single "
        "groups, not corrected for their number.",
    ]
    drawings = []
    most = _ACROSS * max(1, int(_PAGE_MM / _height_mm(len(subject.lifters))))
    for what, points, names in (("athlete", study.by_athlete, study.scores.athletes),
                                ("activity", study.by_activity, study.scores.activities)):  # fmt: skip
        groups = _grouped(points, most)
        certain = {name: _certain(subject, np.array([each == name for each in names])) for name, _ in groups}
        text.append(_counted_words(what, groups, certain, study.options.by))
        drawings.append(_drawing(subject, what, groups, certain, most))
    return Section("groups", "Athletes and activities", tuple(text), tuple(drawings))


def _by_chance(lifters: int) -> str:
    """What orders say that have nothing to do with each other."""
    orders = factorial(lifters)
    share = f"in {orders - 1} of {orders}" if lifters < 5 else f"in all but one of {orders:,}"
    return f"two orders of {lifters} lifters that have nothing to do with each other differ {share} cases"


def _counted_words(what: str, groups: _Groups, certain: _Certain, by: str) -> str:
    """In how many groups lifters change places, and in how many beyond chance."""
    crossed = sum(bool(_crossings(group, by)) for _, group in groups)
    known = [found for found in certain.values() if found is not None]
    text = f"At least two lifters change places in {crossed} of {several(len(groups), what)}"
    if not known:
        return f"{text}; none has so many takes or athletes."
    beyond = f"both differences of two are beyond their intervals in {sum(map(bool, known))}"
    return f"{text}; of the {len(known)} that have so many takes or athletes, {beyond}."


def _least_clusters(level: float) -> int:
    """Of fewer no sign-flip test can be beyond the level: the smallest p of n is 2^(1 - n)."""
    return ceil(1 - log2(1 - level) - 1e-9)


def _certain(subject: Subject, which: NDArray[np.bool_]) -> frozenset[str] | None:
    """Lifters that are reversed against another on some of the clips (C), or None where these are of too few takes of
    one athlete, or of too few athletes.
    """
    study = subject.study
    part, like, by = study.scores.part(which), study.resampling, study.options.by
    resampling = resampling_of(part.takes, part.athletes, n=like.n, seed=like.seed, level=like.level)
    clusters = resampling.n_athletes if resampling.n_athletes > 1 else resampling.n_takes
    if clusters < _least_clusters(like.level):
        return None
    found = measured(part, resampling)
    pairs = combinations(range(len(part.lifters)), 2)
    reversed_ones = [pair for pair in pairs if verdict_of(*differences(found, *pair, by)) is Verdict.REVERSED]
    return frozenset(part.lifters[place] for pair in reversed_ones for place in pair)


def _height_mm(lifters: int) -> float:
    return 15 + 6.5 * lifters


def _grouped(points: Sequence[Point], most: int) -> _Groups:
    """Those ``most`` groups first that have the most clips, by name."""
    groups: dict[str, list[Point]] = {}
    for point in points:
        groups.setdefault(point.group, []).append(point)
    order = sorted(groups.items(), key=lambda item: (-item[1][0].clips, item[0]))
    return sorted(order[:most], key=lambda item: _counted(item[0])) + order[most:]


def _counted(name: str) -> list[tuple[int, str]]:
    """To sort by, so that 10 comes after 2."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _crossings(points: Sequence[Point], by: str) -> list[tuple[str, str]]:
    """Pairs of which the one with fewer millimetres has more degrees."""
    return [
        (a.lifter, b.lifter)
        for a, b in combinations(points, 2)
        if (a.positions_mm[by].value - b.positions_mm[by].value) * (a.mae_deg.value - b.mae_deg.value) < 0
    ]


def _drawing(subject: Subject, what: str, groups: _Groups, certain: _Certain, most: int) -> Drawing:
    by, looks = subject.study.options.by, looks_of(subject.record)
    shown = groups[:most]
    across = _across(len(shown))
    down = -(-len(shown) // across)
    key = [key_of(name, looks[name]) for name in subject.lifters]
    n = "" if len(shown) == len(groups) else f"below each panel, of {counts_words(subject)} in all"
    figure = sheet(down * _height_mm(len(subject.lifters)), foot(subject, intervals=False, n=n), key)
    for axes, (name, points) in zip(figure.subplots(down, across, squeeze=False).flat, shown, strict=False):
        _slopes(axes, points, by, looks, certain[name])
        axes.set_title(fitted(name, WIDTH_MM / across - 5), fontsize=7.5, loc="center")
    for axes in figure.axes[len(shown) :]:
        axes.set_axis_off()
    left_out = (
        "" if len(shown) == len(groups) else f"; the {len(shown)} of {several(len(groups), what)} with most clips"
    )
    caption = (f"Ranks by {BY[by]} (left, mm) and by angle MAE (right, °) per {what}, 1 on top{left_out}. "
               "Dashed: trades places with nobody. Thin: does, but that may be chance. Thick: both differences are "
               "beyond their intervals.")  # fmt: skip
    return Drawing(f"by_{what}", caption, figure, _numbers(what, shown, by, certain))


def _across(n: int) -> int:
    """So many beside each other that no row is much emptier than the others."""
    return max(3, -(-n // -(-n // _ACROSS)))


def _ranks(values: Sequence[float]) -> list[int]:
    """1 is the smallest; ties share the smaller one."""
    return [1 + sum(other < value for other in values) for value in values]


def _slopes(
    axes: Axes, points: Sequence[Point], by: str, looks: dict[str, Look], certain: frozenset[str] | None
) -> None:
    mm, deg = [p.positions_mm[by].value for p in points], [p.mae_deg.value for p in points]
    crossing = {name for pair in _crossings(points, by) for name in pair}
    for point, left, right, x, y in zip(points, _ranks(mm), _ranks(deg), mm, deg, strict=True):
        look, crosses = looks[point.lifter], point.lifter in crossing
        axes.plot([0, 1], [left, right], color=look.colour, linewidth=2.0 if point.lifter in (certain or ()) else 0.7,
                  linestyle="solid" if crosses else (0, (3, 1.5)))  # fmt: skip
        look.draw(axes, 0, left)
        look.draw(axes, 1, right)
        axes.text(-0.14, left, number(x, 1), ha="right", va="center", fontsize=SMALL_PT)
        axes.text(1.14, right, number(y, 2), ha="left", va="center", fontsize=SMALL_PT)
    axes.set_xlim(-0.75, 1.75)
    axes.set_ylim(len(points) + 0.5, 0.5)
    axes.set_yticks([])
    axes.set_xticks([0, 1], ["mm", "°"], fontsize=SMALL_PT, color=DIM)
    axes.set_xlabel(several(points[0].clips, "clip"), fontsize=SMALL_PT, color=DIM, labelpad=0.5)
    axes.tick_params(length=0, pad=1)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for x in (0, 1):
        axes.axvline(x, color=GRID, linewidth=0.7, zorder=0)


def _numbers(what: str, groups: _Groups, by: str, certain: _Certain) -> pl.DataFrame:
    rows = []
    for name, points in groups:
        mm, deg = [p.positions_mm[by].value for p in points], [p.mae_deg.value for p in points]
        rows += [
            {what: name, "lifter": point.lifter, "clips": point.clips, by: x, "angle_mae_deg": y, f"rank_{by}": a,
             "rank_angle_mae": b, "reversed": None if (of := certain[name]) is None else point.lifter in of}
            for point, x, y, a, b in zip(points, mm, deg, _ranks(mm), _ranks(deg), strict=True)
        ]  # fmt: skip
    return pl.DataFrame(rows)
