"""Angle error of each of the twelve angles, left and right beside each other, and where its ranking is reversed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from core.conventions import N_ANGLES
from core.report.facts import angle_words, floor_intervals, floors_deg, foot, near_floor
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, GRID, between, key_of, looks_of, offsets, plain_axes, sheet
from core.study.pairs import Pair
from core.study.words import BY, alike_word, number, several, test_words, with_span

__all__ = ["by_angle", "reversed_at"]

_MARK, _NEAR, _MOST = "⇄", "† ", 6
_FLOOR = "the estimator on the reference poses"
_SIDES = {"l": "Left", "r": "Right"}


def reversed_at(pair: Pair, angle: int) -> bool:
    """Whether both intervals say that the one with fewer millimetres errs more in that angle."""
    return pair.mm.excludes_zero and pair.by_angle_deg[angle].low > 0


def _found(subject: Subject, angle: int) -> int:
    """Pairs that are reversed in an angle."""
    return sum(reversed_at(pair, angle) for pair in subject.study.pairs)


def by_angle(subject: Subject) -> Section:
    """Angle by angle."""
    pairs = subject.study.pairs
    text = [
        "The same degrees, angle by angle. An angle is an own question: legs and arms move differently, and a "
        "millimetre costs more degrees where a bone is short."
    ]
    if pairs:
        found = sum(_found(subject, angle) for angle in range(N_ANGLES))
        text.append(
            f"{_MARK} marks angles in which a lifter with fewer millimetres beyond chance has more degrees beyond "
            f"chance ({several(found, 'case')} in {len(pairs) * N_ANGLES}: {several(len(pairs), 'pair')}, twelve "
            "angles). The intervals are not corrected for their number; the p of the table is."
        )
    tables = (_errors(subject), *(_table(subject, pair) for pair in pairs[:_MOST]))
    if len(pairs) > _MOST:
        text.append(f"Tables of differences follow for the first {_MOST} of {len(pairs)} pairs; study.json holds all.")
    return Section("angles", "Angle by angle", tuple(text), (_drawing(subject),), tables)


def _errors(subject: Subject) -> Table:
    """The floor beside every lifter, angle by angle."""
    near, points = near_floor(subject), subject.study.points
    rows = tuple(
        (angle.title, with_span(floor, 2),
         *(_NEAR * (p.lifter in near.get(angle.title, ())) + with_span(p.by_angle_deg[a], 2) for p in points))
        for a, (angle, floor) in enumerate(zip(subject.angles, floor_intervals(subject)[1:], strict=True))
    )  # fmt: skip
    caption = f"MAE of each angle with its interval; floor: {_FLOOR}."
    if near:
        caption += f" {_NEAR.strip()}: the floor is more than half of that error."
    return Table(caption, ("angle", "floor, °", *(f"{name}, °" for name in subject.lifters)), rows,
                 numbers=1 + len(subject.lifters))  # fmt: skip


def _table(subject: Subject, pair: Pair) -> Table:
    of_angles = zip(subject.angles, pair.by_angle_deg, pair.tests, pair.equivalence_by_angle, pair.flips_by_angle,
                    strict=True)  # fmt: skip
    rows = tuple(
        (angle.title, with_span(deg, 2), number(test.p, 4), number(test.p_adjusted, 4), alike_word(alike),
         f"{number(100 * flips.share.value, 0)} / {number(100 * flips.expected, 0)}",
         _MARK if reversed_at(pair, place) else "–")
        for place, (angle, deg, test, alike, flips) in enumerate(of_angles)
    )  # fmt: skip
    margin = f"alike within {pair.equivalence.margin_deg:g}°"
    caption = (f"{pair.fewer_mm} (fewer mm) less {pair.other}: difference of MAE with its interval; p of a "
               f"{test_words(pair.tests[0], subject.study.resampling.n_athletes)}, alone and corrected for all angles "
               "and pairs; whether its 90 % interval lies within the margin (two one-sided tests); share of clips on "
               "which the two rankings disagree, and by chance.")  # fmt: skip
    heads = ("angle", "difference, °", "p", "p corrected", margin, "flips / by chance, %", f"reversed {_MARK}")
    return Table(caption, heads, rows, numbers=6)


def _drawing(subject: Subject) -> Drawing:
    looks, points = looks_of(subject.record), subject.study.points
    key: list[Artist] = [key_of(point.lifter, looks[point.lifter]) for point in points]
    if np.isfinite(floors_deg(subject)).any():
        key.append(Patch(facecolor=GRID, edgecolor=DIM, linewidth=0.6, label=f"floor: {_FLOOR}"))
    note = f"{_MARK} n/m: in n of m pairs the lifter with fewer mm beyond chance has more degrees beyond chance."
    notes = (note,) if any(_found(subject, angle) for angle in range(N_ANGLES)) else ()
    row_mm = 4.5 + min(3.6 * len(points), 24)
    figure = sheet(24 + 6 * row_mm, (*foot(subject, shows=angle_words(subject)), *notes), key)
    for axes, side in zip(figure.subplots(1, 2, sharex=True), _SIDES, strict=True):
        _side(axes, subject, [a for a, angle in enumerate(subject.angles) if angle.side == side])
        axes.set_title(_SIDES[side])
    for axes in figure.axes[1:]:
        axes.tick_params(labelleft=False)
    caption = (f"Mean absolute error of each angle, with its interval, for {several(len(points), 'lifter')}. Grey: the "
               f"floor, the error of {_FLOOR} themselves. "
               f"{_MARK}: ranked against {BY[subject.study.options.by]} beyond chance.")  # fmt: skip
    return Drawing("by_angle", caption, figure, _numbers(subject))


def _side(axes: Axes, subject: Subject, angles: Sequence[int]) -> None:
    looks, points, pairs = looks_of(subject.record), subject.study.points, subject.study.pairs
    floors = floors_deg(subject)
    for row, angle in enumerate(angles):
        axes.barh(row, floors[angle], height=0.98, color=GRID, zorder=0)
        axes.plot([floors[angle]] * 2, [row - 0.49, row + 0.49], color=DIM, linewidth=0.9, zorder=1)
        for point, offset in zip(points, offsets(len(points)), strict=True):
            between(axes, row + offset, point.by_angle_deg[angle], looks[point.lifter])
        if found := _found(subject, angle):
            axes.text(1.0, row, f"{_MARK} {found}/{len(pairs)}", transform=axes.get_yaxis_transform(), ha="right",
                      va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})  # fmt: skip
        if row:
            axes.axhline(row - 0.5, color=DIM, linewidth=0.3)
    axes.set_yticks(range(len(angles)), [subject.angles[a].title.split(" ", 1)[1] for a in angles])
    axes.set_ylim(len(angles) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    highs = [p.by_angle_deg[a].high for p in points for a in range(N_ANGLES)]
    axes.set_xlim(0, 1.16 * float(np.nanmax([*highs, *floors, 1.0])))
    plain_axes(axes)
    axes.set_xlabel("angle MAE, °")


def _numbers(subject: Subject) -> pl.DataFrame:
    return pl.DataFrame([
        {"angle": angle.name, "lifter": point.lifter, "angle_mae_deg": deg.value, "angle_mae_deg_low": deg.low,
         "angle_mae_deg_high": deg.high, "floor_mae_deg": floor, "pairs_reversed": _found(subject, a),
         "pairs": len(subject.study.pairs)}
        for a, (angle, floor) in enumerate(zip(subject.angles, floors_deg(subject).tolist(), strict=True))
        for point in subject.study.points for deg in (point.by_angle_deg[a],)
    ]).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip
