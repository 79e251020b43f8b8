"""Error budget: how many degrees of each lifter go with something that is not the lifter."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from core.report.facts import foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, GRID, TEXT, fitted, looks_of, plain_axes, sheet
from core.skeleton import RIGS
from core.study.budget.budget import Bar, Budget, CaseVerdict, LifterBudget
from core.study.budget.confounders import HOW, Confounder, Size
from core.study.budget.hips import APART_MM, RightHip
from core.study.budget.measuring import SIZE_CLIPS
from core.study.budget.normalisation import spread_deg
from core.study.resampling import Interval
from core.study.words import BY, level_words, listed, number, several, span, verdict_word, with_span

__all__ = ["budget"]

_TITLE = "Error budget: what is not the lifter"
_MOST_LINES = 5
_ROOM, _ROOM_OF_BARS = 1.09, 1.32
"""Of the axis, so that numbers have a place behind their intervals, and with their own behind bars."""
_SMALL = 6.5
"""Points of the letters beside bars."""
_LEFT = "left: lifter and what was not measured"
_NOT_MEASURED = "2D normalisation, frame rate"
_UNKNOWN = {
    Confounder.DEFINITION: "poses cannot be laid over the reference",
    Confounder.SCALE: "no camera shows the reference poses in weak perspective",
    Confounder.SEAMS: "the manifest of the predictions does not say where windows meet",
}
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
        f"Measured again on {_looked_at(found)}. One thing after the other is taken out of the same poses; what goes "
        "with it is its bar. What is left at the end is the lifter, and whatever was not measured: how the 2D input "
        "was normalised, and the frame rate that the model was trained at. The order is a choice, and another one "
        "gives other bars; the table has each alone as well. Where an error grows without something, the two may have "
        "hidden each other.",
        *_findings(found), *_hip_text(found), *_unknown_text(found),
    ]  # fmt: skip
    if found.missing:
        more = " and others" if len(found.missing) > _MOST_LINES else ""
        text.append(f"Not measured again: {listed(found.missing[:_MOST_LINES])}{more}.")
    text += _normalised_text(subject)
    tables = (_bars_table(found), _hip_table(found), _sizes_table(found), *_verdict_table(subject, found),
              *_normalised_table(subject))  # fmt: skip
    return Section("budget", _TITLE, tuple(text), (_drawing(subject, found),), tables)


def _looked_at(found: Budget) -> str:
    return f"{several(found.clips, 'clip')}, {found.frames:,} frames looked at of {found.of_frames:,}"


def _findings(found: Budget) -> Iterator[str]:
    """Which findings on pairs hang on a confounder, with the numbers."""
    hanging = [case for case in found.verdicts if found.hangs(case)]
    for case in hanging:
        scored = found.verdict(case.first, case.second)
        yield (f"⚠ {case.first} less {case.second}: {verdict_word(scored)} as scored ({_differences(scored)}), "
               f"{verdict_word(case)} without {_what(case)} ({_differences(case)}). The differences change by "
               f"{with_span(case.change_mm)} mm and {with_span(case.change_deg, 2)}°.")  # fmt: skip
    if found.verdicts and not hanging:
        yield ("No finding on a pair of lifters hangs on any of these, or on all of them: none becomes another by a "
               "change beyond chance.")  # fmt: skip


def _what(case: CaseVerdict) -> str:
    return "all of it" if len(case.taken_out) > 1 else case.taken_out[0]


def _differences(case: CaseVerdict) -> str:
    return f"{with_span(case.mm)} mm, {with_span(case.deg, 2)}°"


def _hip_text(found: Budget) -> Iterator[str]:
    """Where constant offsets cannot be a definition alone."""
    for hips in found.hips:
        if hips.apart_mm > APART_MM:
            yield (f"Lifters of one joint set ({_rig_words(hips.rigs)}) put the right hip up to "
                   f"{number(hips.apart_mm, 0)} mm apart, so part of their constant offsets is their own bias (or "
                   "joints that a manifest names wrongly), not the definition.")  # fmt: skip
    if varying := [of.lifter for of in found.lifters if of.right_hip.varies]:
        yield (f"From athlete to athlete the right hip of {listed(varying)} varies (SD) by as much as it is off on "
               "average, which a definition does not.")  # fmt: skip


def _unknown_text(found: Budget) -> Iterator[str]:
    for k, each in enumerate(Confounder):
        of_each = ((of.lifter, round(of.bars[k].unknown * found.clips)) for of in found.lifters)
        if names := [f"{lifter} ({n:,} of {several(found.clips, 'clip')})" for lifter, n in of_each if n]:
            yield (f"{_capital(each)}: unknown for {listed(names)}, where {_UNKNOWN[each]}. It is still in what is "
                   "left.")  # fmt: skip


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _rig_words(rigs: tuple[str, ...]) -> str:
    return listed([RIGS[rig].title for rig in rigs])


def _bars_table(found: Budget) -> Table:
    """A row for each step of each lifter, so that it fits a page."""
    heads = ("lifter", "taken out", "in this order, °", "alone, °", "concerns, clips")
    rows = []
    for of in found.lifters:
        rows.append((of.lifter, "as scored", with_span(of.total, 2), "", f"{found.clips:,}"))
        rows += [(of.lifter, str(bar.confounder), _taken(bar, with_span(bar.taken, 2)),
                  _taken(bar, with_span(bar.alone, 2)), _concerns(bar, found.clips)) for bar in of.bars]  # fmt: skip
        rows.append((of.lifter, _LEFT, with_span(of.rest, 2), "", f"{found.clips:,}"))
    how = " ".join(f"{_capital(each)}: {HOW[each]}." for each in Confounder)
    level = level_words(found.lifters[0].total.level)
    return Table(f"Degrees of mean absolute angle error with {level} intervals; {_looked_at(found)}, clips weighted by "
                 "their length. In this order: taken out together with those above it; these and what is left add up "
                 "to the error as scored. Alone: nothing else taken out. What two have in common goes to the first. "
                 f"{how}", heads, tuple(rows), numbers=3)  # fmt: skip


def _taken(bar: Bar, told: str) -> str:
    if bar.unknown == 1:
        return "unknown"
    return told if bar.concerned or bar.unknown else "does not apply"


def _concerns(bar: Bar, clips: int) -> str:
    unknown = f", unknown {round(bar.unknown * clips):,}" if bar.unknown else ""
    return f"{round(bar.concerned * clips):,}{unknown}"


def _hip_table(found: Budget) -> Table:
    """Of each lifter, then what those of one joint set share."""
    heads = ("lifter", "joint set", "athletes", "anterior, mm", "superior, mm", "right, mm")
    rows = [(of.lifter, _rig_words(of.right_hip.rigs), f"{of.right_hip.athletes:,}", *_hip_cells(of.right_hip))
            for of in found.lifters]  # fmt: skip
    rows += [(f"all {len(hips.lifters)}, up to {number(hips.apart_mm, 0)} mm apart", _rig_words(hips.rigs), "",
              *(number(mean, 0) for mean in hips.mean_mm)) for hips in found.hips]  # fmt: skip
    return Table("Where a lifter's right hip (and the left one mirrored) lies from the reference's at all times: mean "
                 "± SD over athletes. A definition is the same for all lifters of a joint set and for all athletes; "
                 "what differs between them is not one. Even what all share may be a bias of all.",
                 heads, tuple(rows), numbers=4)  # fmt: skip


def _hip_cells(hip: RightHip) -> tuple[str, ...]:
    return tuple(f"{number(mean, 0)} ± {number(sd, 0)}" for mean, sd in zip(hip.mean_mm, hip.sd_mm, strict=True))


def _sizes_table(found: Budget) -> Table:
    rows = tuple((_SIZE_WORDS[size], number(deg, 2), f"{count:,}") for size, (deg, count) in found.sizes_deg.items())
    caption = (f"What such things alone do to perfect poses: mean change of the angles of the reference poses, of at "
               f"most {SIZE_CLIPS} clips spread over all. Dash: no clip can tell (no camera, no frame rate above "
               "50).")  # fmt: skip
    return Table(caption, ("reference poses", "change °", "angles"), rows, numbers=2)


def _verdict_table(subject: Subject, found: Budget) -> tuple[Table, ...]:
    """A row for each pair and case, so that it fits a page; none for what concerns neither lifter."""
    if not found.verdicts:
        return ()
    bars = {of.lifter: {bar.confounder: bar for bar in of.bars} for of in found.lifters}
    rows: list[tuple[str, ...]] = []
    for case in found.verdicts:
        of_both = [bars[name][each] for name in (case.first, case.second) for each in case.taken_out]
        if not case.taken_out:
            rows.append((f"{case.first} less {case.second}", verdict_word(case), with_span(case.mm),
                         with_span(case.deg, 2), "", ""))  # fmt: skip
        elif any(bar.concerned or bar.unknown for bar in of_both):
            rows.append((f"– without {_what(case)}", _finding(found, case), *_cells(case)))
    by = BY[subject.study.options.by]
    heads = ("lifters, as scored and without", "finding", f"{by}, mm", "angle error, °", "change, mm", "change, °")
    caption = ("Findings on pairs as scored, with each taken out alone, and with all: differences, the first lifter "
               f"less the other, of {_looked_at(found)}, and by how much less they are than as scored, of the same "
               "resampled clips. ⚠: the finding becomes another one by a change beyond chance. Borderline: it becomes "
               "another one, but the change is not beyond chance. What concerns neither lifter is left "
               "out.")  # fmt: skip
    return (Table(caption, heads, tuple(rows), numbers=4),)


def _cells(case: CaseVerdict) -> tuple[str, ...]:
    if not case.known:
        return ("–",) * 4
    none = (case.change_mm.low, case.change_mm.high) == (0, 0)  # what touches angles alone
    change_mm = "0" if none else with_span(case.change_mm)
    return (with_span(case.mm), with_span(case.deg, 2), change_mm, with_span(case.change_deg, 2))


def _finding(found: Budget, case: CaseVerdict) -> str:
    scored = found.verdict(case.first, case.second)
    if not case.known:
        return "unknown"
    if case.verdict is scored.verdict:
        return verdict_word(case)
    becomes = f"{verdict_word(scored)} → {verdict_word(case)}"
    return f"⚠ {becomes}" if found.hangs(case) else f"{becomes} (borderline)"


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
    small_print = (*foot(subject), f"Budget: {_looked_at(found)}, clips weighted by their length.")
    figure = sheet(14 + 27 * len(found.lifters), small_print, key)
    rows = figure.subplots(len(found.lifters), 1, sharex=True, squeeze=False)[:, 0]
    for axes, of in zip(rows, found.lifters, strict=True):
        _waterfall(axes, of, looks[of.lifter].colour, "not taken out" if subject.normalised else "not measured")
    rows[-1].set_xlim(0, max(map(_width, found.lifters)))
    rows[-1].set_xlabel("mean absolute angle error, °")
    caption = (f"Each lifter's mean absolute angle error as scored, in degrees, of {_looked_at(found)}; what goes with "
               "each confounder when they are taken out one after the other, from above (another order gives other "
               f"bars); and what is left: the lifter, and what was not measured. Lines and brackets: "
               f"{level_words(found.lifters[0].total.level)} intervals. Constant joint offsets: "
               "definition, or the lifter's own; an upper bound of what the definition explains.")  # fmt: skip
    return Drawing("budget", caption, figure, _numbers(found))


def _width(of: LifterBudget) -> float:
    """Of the axis for all bars and numbers."""
    grown = of.total.value - sum(bar.taken.value for bar in of.bars if bar.taken.value < 0)
    return max(_ROOM * of.total.high, _ROOM * of.rest.high, _ROOM_OF_BARS * grown)


def _waterfall(axes: Axes, of: LifterBudget, colour: str, unmeasured: str) -> None:
    names = ["as scored", *map(str, Confounder), _NOT_MEASURED, _LEFT]
    left, last = of.total.value, len(names) - 1
    axes.barh(0, left, color=colour, height=0.7)
    for row, bar in enumerate(of.bars, start=1):
        axes.plot([left, left], [row - 1, row + 0.35], color=GRID, linewidth=0.6, zorder=0)
        there = bar.unknown < 1 and bool(bar.concerned or bar.unknown)
        taken = bar.taken.value if there else 0.0
        if there:
            grows = taken < 0
            axes.barh(row, abs(taken), left=left if grows else left - taken, height=0.7, edgecolor=DIM, linewidth=0.6,
                      color="white" if grows else DIM, hatch="////" if grows else None)  # fmt: skip
        ends = f"{number(bar.taken.value, 2, '°')} ({span(bar.taken.low, bar.taken.high, 2)})"
        _note(axes, max(left, left - taken), row, _taken(bar, ends))
        left -= taken
    axes.plot([left, left], [last - 2, last + 0.35], color=GRID, linewidth=0.6, zorder=0)
    _note(axes, left, last - 1, unmeasured)
    axes.barh(last, left, color=colour, height=0.7)
    for row, interval in ((0, of.total), (last, of.rest)):
        axes.plot([interval.low, interval.high], [row, row], color=TEXT, linewidth=1.0)
        _note(axes, interval.high, row, number(interval.value, 1, "°"))
    axes.set_yticks(range(len(names)), names, fontsize=_SMALL)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    plain_axes(axes)
    axes.set_title(fitted(of.lifter, 120.0))


def _note(axes: Axes, x: float, row: int, text: str) -> None:
    """Behind a bar."""
    axes.annotate(text, (x, row), (3, 0), textcoords="offset points", va="center", fontsize=_SMALL,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})  # fmt: skip


def _numbers(found: Budget) -> pl.DataFrame:
    """A row a bar, and one for either end."""
    behind = {"clips": found.clips, "frames_looked_at": found.frames, "of_frames": found.of_frames}
    rows = []
    for of in found.lifters:
        bars = [_row(of.lifter, str(bar.confounder), bar.taken, bar) for bar in of.bars]
        of_lifter = (_row(of.lifter, "as scored", of.total), *bars, _row(of.lifter, "left", of.rest))
        rows += [row | behind for row in of_lifter]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col(pl.Float64).fill_nan(None))


def _row(lifter: str, step: str, deg: Interval, bar: Bar | None = None) -> dict[str, object]:
    return {
        "lifter": lifter, "step": step, "deg": deg.value, "deg_low": deg.low, "deg_high": deg.high,
        "alone_deg": bar and bar.alone.value, "alone_deg_low": bar and bar.alone.low,
        "alone_deg_high": bar and bar.alone.high, "share_of_clips_concerned": bar and bar.concerned,
        "share_of_clips_unknown": bar and bar.unknown,
    }  # fmt: skip
