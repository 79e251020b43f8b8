"""Millimetres against degrees, a point for each lifter; and the study's own table beside it, as published."""

from __future__ import annotations

import polars as pl
from matplotlib.axes import Axes

from core.report.facts import floor_intervals, foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, GRID, SMALL_PT, Look, key_of, looks_of, plain_axes, sheet
from core.study.means import Point
from core.study.scores import POSITIONS
from core.study.study import Published, published
from core.study.words import BY, several, with_span

__all__ = ["overall"]

_PUBLISHED = "published for Human3.6M and AthletePose3D, not measured here"


def overall(subject: Subject) -> Section:
    """All clips together."""
    by = BY[subject.study.options.by]
    text = (
        f"Each lifter over all clips that are compared: {by} across, angle error up. Lifters that lie from top left to "
        "bottom right are ranked one way by millimetres and the other way by degrees. The lines are intervals: where "
        "they overlap widely, the ranks may be chance; the table of pairs above tests the differences themselves.",
    )
    return Section("overall", "Position error against angle error", text, (_drawing(subject),), (_table(subject),))


def _table(subject: Subject) -> Table:
    heads = ("lifter", "angle MAE, °", *(f"{BY[by]}, mm" for by in POSITIONS), "clips")
    rows = [
        (p.lifter, with_span(p.mae_deg, 2), *(with_span(p.positions_mm[by]) for by in POSITIONS), f"{p.clips:,}")
        for p in subject.study.points
    ]
    floor = ("floor of the estimator", with_span(floor_intervals(subject)[0], 2),
             *("–" for _ in POSITIONS), f"{len(subject.study.scores):,}")  # fmt: skip
    caption = "Errors with their intervals; means over all frames, joints and angles. Floor: on the reference poses."
    return Table(caption, heads, (*rows, floor),
                 numbers=5)  # fmt: skip


def _drawing(subject: Subject) -> Drawing:
    by, looks = subject.study.options.by, looks_of(subject.record)
    hollow = Look(DIM, "o", 4.5)
    key = [key_of(p.lifter, looks[p.lifter]) for p in subject.study.points]
    figure = sheet(78, (*foot(subject), f"Grey, hollow: {_PUBLISHED}; millimetres and degrees of other clips."), key)
    ours, theirs = figure.subplots(1, 2, width_ratios=(2.1, 1))
    for point in subject.study.points:
        _cross(ours, point, by, looks[point.lifter])
    _decorate(ours, f"{BY[by]}, mm", "angle MAE, °")
    ours.set_title("Measured on these clips")
    _published(theirs, published(), hollow)
    caption = (f"{BY[by]} and mean absolute angle error of {several(len(subject.lifters), 'lifter')}, with intervals "
               f"of both. Small panel: the table of the study that asked the question, {_PUBLISHED}; its millimetres "
               "are of other clips than its degrees, and it is never pooled with what is measured.")  # fmt: skip
    return Drawing("overall", caption, figure, _numbers(subject))


def _cross(axes: Axes, point: Point, by: str, look: Look) -> None:
    mm, deg = point.positions_mm[by], point.mae_deg
    axes.plot([mm.low, mm.high], [deg.value] * 2, color=look.colour, linewidth=1.1)
    axes.plot([mm.value] * 2, [deg.low, deg.high], color=look.colour, linewidth=1.1)
    look.draw(axes, mm.value, deg.value)


def _decorate(axes: Axes, x: str, y: str) -> None:
    plain_axes(axes, grid="both")
    axes.margins(0.08)
    axes.set_xlabel(f"{x}   (left is better)")
    axes.set_ylabel(f"{y}   (low is better)")


def _published(axes: Axes, rows: tuple[Published, ...], look: Look) -> None:
    axes.plot([row.mpjpe_mm for row in rows], [row.mae_deg for row in rows], color=GRID, linewidth=1.0, zorder=2)
    for place, row in enumerate(rows):
        look.draw(axes, row.mpjpe_mm, row.mae_deg, hollow=True)
        last = place == len(rows) - 1
        axes.annotate(row.lifter, (row.mpjpe_mm, row.mae_deg), (0, 6) if not last else (4, -6), color=DIM,
                      textcoords="offset points", ha="right" if last else "left", va="top" if last else "bottom",
                      fontsize=SMALL_PT)  # fmt: skip
    axes.grid(visible=True)
    axes.set_xlim(32, 64)
    axes.set_ylim(17.5, 27)
    axes.set_xlabel("MPJPE on Human3.6M, mm", color=DIM)
    axes.set_ylabel("angle MAE, °", color=DIM)
    axes.set_title("Published, not measured here", color=DIM)


def _numbers(subject: Subject) -> pl.DataFrame:
    by = subject.study.options.by
    rows = [
        {"lifter": p.lifter, "source": "measured", "clips": p.clips, by: p.positions_mm[by].value,
         f"{by}_low": p.positions_mm[by].low, f"{by}_high": p.positions_mm[by].high, "angle_mae_deg": p.mae_deg.value,
         "angle_mae_deg_low": p.mae_deg.low, "angle_mae_deg_high": p.mae_deg.high, "published_mpjpe_mm": None}
        for p in subject.study.points
    ] + [
        {"lifter": row.lifter, "source": _PUBLISHED, "angle_mae_deg": row.mae_deg, "published_mpjpe_mm": row.mpjpe_mm}
        for row in published()
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
