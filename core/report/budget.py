"""Error budget: how many degrees of each lifter go with something that is not the lifter."""

from __future__ import annotations

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from core.report.facts import foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, GRID, TEXT, fitted, looks_of, plain_axes, sheet
from core.report.words import listed, number, several, verdict_word, with_span
from core.study.budget.budget import SIZE_CLIPS, Budget, LifterBudget
from core.study.budget.confounders import HOW, Confounder, Size
from core.study.budget.normalisation import spread_deg

__all__ = ["budget"]

_TITLE = "Error budget: what is not the lifter"
_MOST_LINES = 5
_ROOM = 1.08
"""Of the axis, so that numbers have a place behind their bars."""
_SIZE_WORDS = {
    Size.HIPS: "hip joint centres for the middle of ASIS and PSIS, or the other way round",
    Size.SCALE: "weak perspective (2.5D) for metric positions",
    Size.RATE: "known at 50 frames per second only, interpolated",
}


def budget(subject: Subject) -> Section:
    """Each confounder taken out on the clips themselves, and what findings depend on it; else why not."""
    found = subject.budget
    if found is None:
        return Section("budget", _TITLE, (f"Not measured: {subject.no_budget}.", *_normalised_text(subject)),
                       tables=_normalised_table(subject))  # fmt: skip
    text = [
        f"Measured again on {several(found.clips, 'clip')}, {found.frames:,} of {found.of_frames:,} frames. "
        "One thing after the other is taken out of the same poses; what goes with it is its bar, and what is left at "
        "the end is the lifter, and whatever was not looked at. Where the error grows instead, two errors had hidden "
        "each other.",
        *_findings(found),
    ]
    if found.missing:
        more = " and others" if len(found.missing) > _MOST_LINES else ""
        text.append(f"Not measured again: {listed(found.missing[:_MOST_LINES])}{more}.")
    text += _normalised_text(subject)
    tables = (_bars_table(found), _sizes_table(found), _verdict_table(found), *_normalised_table(subject))
    return Section("budget", _TITLE, tuple(text), (_drawing(subject, found),), tables)


def _pairs(found: Budget) -> list[tuple[str, str]]:
    return list(dict.fromkeys((each.first, each.second) for each in found.verdicts))


def _findings(found: Budget) -> list[str]:
    """Which findings on pairs hang on a confounder."""
    lines = []
    for first, second in _pairs(found):
        as_scored, without = found.verdict(first, second), found.verdict(first, second, *Confounder)
        changed = found.changes(first, second)
        if changed or not found.holds(first, second):
            by_each = listed([f"{each}: {verdict_word(found.verdict(first, second, each))}" for each in changed])
            lines.append(
                f"⚠ {first} and {second}: {verdict_word(as_scored)} as scored, "
                f"{verdict_word(without)} with all of it taken out"
                + (f"; with one thing taken out alone: {by_each}." if changed else ".")
            )
    if not lines:
        lines.append("No finding on a pair of lifters changes when any of these, or all of them, are taken out.")
    return lines


def _bars_table(found: Budget) -> Table:
    heads = ("lifter", "as scored °", *(f"{each} °" for each in Confounder), "rest °", "right hip x, y, z mm")
    rows = tuple(
        (of.lifter, with_span(of.total), *(with_span(bar.taken, 2) if bar.concerned else "–" for bar in of.bars),
         with_span(of.rest), ", ".join(f"{number(mean, 0)} ± {number(sd, 0)}" for mean, sd in of.right_hip_mm))
        for of in found.lifters
    )  # fmt: skip
    how = " ".join(f"{str(each).capitalize()}: {HOW[each]}." for each in Confounder)
    return Table(f"{how} The hip: where the lifter's right hip lies from the reference's at all times (anterior, "
                 "superior, right; mean and SD over athletes). Dash: has nothing to do with the lifter's poses.",
                 heads, rows, numbers=len(heads) - 1)  # fmt: skip


def _sizes_table(found: Budget) -> Table:
    rows = tuple((_SIZE_WORDS[size], number(deg, 2), f"{count:,}") for size, (deg, count) in found.sizes_deg.items())
    caption = (f"What such things alone do to perfect poses: mean change of the angles of the reference poses, of at "
               f"most {SIZE_CLIPS} clips spread over all. Dash: no clip can tell (no camera, no frame rate above "
               "50).")  # fmt: skip
    return Table(caption, ("reference poses", "change °", "angles"), rows, numbers=2)


def _verdict_table(found: Budget) -> Table:
    cases = ((), *((each,) for each in Confounder), tuple(Confounder))
    heads = ("lifters", "as scored", *(f"without {each}" for each in Confounder), "without all")
    rows = []
    for first, second in _pairs(found):
        base = found.verdict(first, second).verdict
        of_cases = [found.verdict(first, second, *case) for case in cases]
        words = [verdict_word(of) + (" ⚠" if of.verdict is not base else "") for of in of_cases]
        rows.append((f"{first} – {second}", *words))
    caption = "Findings on pairs with each taken out alone, and with all; ⚠ marks one that changes."
    return Table(caption, heads, tuple(rows))


def _normalised_text(subject: Subject) -> list[str]:
    """How much of the difference between lifters the normalisation of the 2D alone could make."""
    rows = subject.normalised
    if not rows:
        return ["Normalisation of the 2D input is not in this budget: anglescope normalisations DATASET --out DIR "
                "measures it for models that can be run, and report --normalisations DIR shows it here."]  # fmt: skip
    spreads = {row.model: spread_deg(rows, row.model) for row in rows}
    told = listed([f"{model} {number(deg, 1, '°')}" for model, deg in spreads.items()])
    errors = [point.mae_deg.value for point in subject.study.points]
    line = (f"The same model on the same clips, its 2D normalised otherwise: between best and worst lie {told}. "
            f"Between the lifters of this report lie {number(max(errors) - min(errors), 1, '°')}.")  # fmt: skip
    return [line]


def _normalised_table(subject: Subject) -> tuple[Table, ...]:
    if not subject.normalised:
        return ()
    rows = tuple((row.model, row.normalisation + (" (as trained)" if row.as_trained else ""), f"{row.frames:,}",
                  number(row.mpjpe_mm, 1), number(row.mae_deg, 2)) for row in subject.normalised)  # fmt: skip
    caption = "One model, the same clips and the same 2D under each normalisation that it can read."
    return (Table(caption, ("model", "2D normalised as", "frames", "MPJPE mm", "angle MAE °"), rows, numbers=3),)


def _drawing(subject: Subject, found: Budget) -> Drawing:
    """A waterfall of each lifter."""
    looks = looks_of(subject.record)
    key = [Patch(facecolor=DIM, label="goes with what is named"), Patch(facecolor="white", edgecolor=DIM, hatch="////",
                                                                    label="error grows without it")]  # fmt: skip
    figure = sheet(14 + 24 * len(found.lifters), foot(subject), key)
    rows = figure.subplots(len(found.lifters), 1, sharex=True, squeeze=False)[:, 0]
    for axes, of in zip(rows, found.lifters, strict=True):
        _waterfall(axes, of, looks[of.lifter].colour)
    widest = max(max(of.total.high, of.rest.high, of.total.value + sum(max(-bar.taken.value, 0.0) for bar in of.bars))
                 for of in found.lifters)  # fmt: skip
    rows[-1].set_xlim(0, _ROOM * widest)
    rows[-1].set_xlabel("mean absolute angle error, °")
    caption = ("Each lifter's angle error as scored, what goes with each confounder when they are taken out one after "
               "the other, and what is left, with intervals of both ends.")  # fmt: skip
    return Drawing("budget", caption, figure, _numbers(found))


def _waterfall(axes: Axes, of: LifterBudget, colour: str) -> None:
    names = ["as scored", *map(str, Confounder), "rest: the lifter"]
    left, step = of.total.value, len(names) - 1
    axes.barh(0, left, color=colour, height=0.7)
    for row, bar in enumerate(of.bars, start=1):
        taken = bar.taken.value
        grows = taken < 0
        axes.barh(row, abs(taken), left=left if grows else left - taken, height=0.7, edgecolor=DIM, linewidth=0.6,
                  color="white" if grows else DIM, hatch="////" if grows else None)  # fmt: skip
        shown = number(taken, 2, "°") if bar.concerned else "–"
        axes.annotate(shown, (max(left, left - taken), row), (3, 0), textcoords="offset points", va="center",
                      fontsize=6.5)  # fmt: skip
        axes.plot([left, left], [row - 1, row + 0.35], color=GRID, linewidth=0.6, zorder=0)
        left -= taken
    axes.barh(step, left, color=colour, height=0.7)
    for row, interval in ((0, of.total), (step, of.rest)):
        axes.plot([interval.low, interval.high], [row, row], color=TEXT, linewidth=1.0)
        axes.annotate(number(interval.value, 1, "°"), (interval.high, row), (3, 0), textcoords="offset points",
                      va="center", fontsize=6.5)  # fmt: skip
    axes.set_yticks(range(len(names)), names, fontsize=6.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    plain_axes(axes)
    axes.set_title(fitted(of.lifter, 120.0))


def _numbers(found: Budget) -> pl.DataFrame:
    rows = []
    for of in found.lifters:
        bars = ((str(bar.confounder), bar.taken, bar.alone, bar.concerned) for bar in of.bars)
        steps = [("as scored", of.total, None, None), *bars, ("rest", of.rest, None, None)]
        for name, value, alone, concerned in steps:
            rows.append({
                "lifter": of.lifter, "step": name, "deg": value.value, "deg_low": value.low, "deg_high": value.high,
                "alone_deg": None if alone is None else alone.value,
                "alone_deg_low": None if alone is None else alone.low,
                "alone_deg_high": None if alone is None else alone.high, "share_of_clips_concerned": concerned,
            })  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col(pl.Float64).fill_nan(None))
