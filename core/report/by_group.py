"""The ranks by millimetres and by degrees of each athlete and each activity: lines that cross disagree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

import polars as pl
from matplotlib.axes import Axes

from core.report.facts import foot
from core.report.records import Drawing, Section, Subject
from core.report.style import DIM, GRID, SMALL_PT, WIDTH_MM, Look, fitted, key_of, looks_of, sheet
from core.report.words import BY, number, several
from core.study.means import Point

__all__ = ["by_group"]

_ACROSS, _PAGE_MM = 6, 190.0
_Groups = list[tuple[str, list[Point]]]


def by_group(subject: Subject) -> Section | None:
    """Athletes and activities; nothing for a single lifter, who has no rank."""
    if len(subject.lifters) < 2:
        return None
    study = subject.study
    text = [
        f"Ranks within each group, by {BY[study.options.by]} on the left and by angle error on the right, with the "
        "numbers behind them; 1 is best. Lines that cross are lifters whom the two rank differently. A group of few "
        "clips says little by itself: its ranks have no interval here, those of the table above have."
    ]
    drawings = []
    most = _ACROSS * max(1, int(_PAGE_MM / _height_mm(len(subject.lifters))))
    for what, points in (("athlete", study.by_athlete), ("activity", study.by_activity)):
        groups = _grouped(points, most)
        crossed = sum(bool(_crossings(group, study.options.by)) for _, group in groups)
        text.append(f"At least two lifters change places in {crossed} of {several(len(groups), what)}.")
        drawings.append(_drawing(subject, what, groups, most))
    return Section("groups", "Athletes and activities", tuple(text), tuple(drawings))


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


def _drawing(subject: Subject, what: str, groups: _Groups, most: int) -> Drawing:
    by, looks = subject.study.options.by, looks_of(subject.record)
    shown = groups[:most]
    across = _across(len(shown))
    down = -(-len(shown) // across)
    key = [key_of(name, looks[name]) for name in subject.lifters]
    figure = sheet(down * _height_mm(len(subject.lifters)), foot(subject, intervals=False), key)
    for axes, (name, points) in zip(figure.subplots(down, across, squeeze=False).flat, shown, strict=False):
        _slopes(axes, points, by, looks)
        axes.set_title(fitted(name, WIDTH_MM / across - 5), fontsize=7.5, loc="center")
    for axes in figure.axes[len(shown) :]:
        axes.set_axis_off()
    left_out = (
        "" if len(shown) == len(groups) else f"; the {len(shown)} of {several(len(groups), what)} with most clips"
    )
    caption = (f"Ranks by {BY[by]} (left, mm) and by angle MAE (right, °) per {what}, 1 on top{left_out}. "
               "Dashed: trades places with nobody.")  # fmt: skip
    return Drawing(f"by_{what}", caption, figure, _numbers(what, shown, by))


def _across(n: int) -> int:
    """So many beside each other that no row is much emptier than the others."""
    return max(3, -(-n // -(-n // _ACROSS)))


def _ranks(values: Sequence[float]) -> list[int]:
    """1 is the smallest; ties share the smaller one."""
    return [1 + sum(other < value for other in values) for value in values]


def _slopes(axes: Axes, points: Sequence[Point], by: str, looks: dict[str, Look]) -> None:
    mm, deg = [p.positions_mm[by].value for p in points], [p.mae_deg.value for p in points]
    crossing = {name for pair in _crossings(points, by) for name in pair}
    for point, left, right, x, y in zip(points, _ranks(mm), _ranks(deg), mm, deg, strict=True):
        look, crosses = looks[point.lifter], point.lifter in crossing
        axes.plot([0, 1], [left, right], color=look.colour, linewidth=1.4 if crosses else 0.8,
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


def _numbers(what: str, groups: _Groups, by: str) -> pl.DataFrame:
    rows = []
    for name, points in groups:
        mm, deg = [p.positions_mm[by].value for p in points], [p.mae_deg.value for p in points]
        rows += [
            {what: name, "lifter": point.lifter, "clips": point.clips, by: x, "angle_mae_deg": y, f"rank_{by}": a,
             "rank_angle_mae": b}
            for point, x, y, a, b in zip(points, mm, deg, _ranks(mm), _ranks(deg), strict=True)
        ]  # fmt: skip
    return pl.DataFrame(rows)
