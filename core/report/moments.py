"""Where and when ranks flip: in which part of a movement, and on which joints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from core.report.facts import foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import (
    DIM,
    SMALL_PT,
    TEXT,
    WIDTH_MM,
    Look,
    between,
    fitted,
    key_of,
    plain_axes,
    sheet,
    signed_ticks,
)
from core.report.words import BY, number, percent, several, span, with_span
from core.study.contributions import Contributions, contributions_of
from core.study.moments import By, Moments, PairMoments, Part
from core.study.resampling import Interval

__all__ = ["moments"]

_TITLE = "When in a movement, and where on the body"
_MOST = 6
_LOOK, _CHANCE = Look(TEXT, "o", 4.0), Look(DIM, "_", 9.0)
_WORDS = {
    By.SPEED: "speed of the angles, °/s", By.ELEVATION: "higher arm raised, °", By.CLIP: "part of the clip, %",
    By.CYCLE: "part of the cycle, %",
}  # fmt: skip
_TIMES = {By.CLIP: 100, By.CYCLE: 100}


def moments(subject: Subject) -> Section | None:
    """Frames of every pair by what they are like, and what each angle adds; nothing for a single lifter."""
    if not subject.study.pairs:
        return None
    body = _body(subject, contributions_of(subject.study)[:_MOST])
    found = subject.over_time and subject.over_time.moments
    if not found:
        why = f"Moments of clips are not told apart: {subject.no_frames}."
        return Section("moments", _TITLE, (why,), (body,))
    by = BY[subject.study.options.by]
    text = (
        f"Frame by frame: a frame is a flip where the lifter with fewer mm ({by}, mean over joints) has more degrees "
        "(mean over the angles that both have). Frames are sorted by the reference alone: by how fast its angles "
        "change, how high its higher arm is raised, and how far the clip (or, where a movement repeats itself, the "
        "cycle) has come. Frames of one clip are alike, so intervals resample athletes and takes, never frames.",
        *(_sentence(pair) for pair in found.pairs[:_MOST]),
    )
    return Section("moments", _TITLE, text, (_drawing(subject, found), body), (_table(found),))


def _sentence(pair: PairMoments) -> str:
    """What of a pair is beyond chance."""
    whole = pair.whole
    known = sorted((part for part in pair.by[By.SPEED] if np.isfinite(part.flips.value)), key=_share)
    text = (f"{pair.fewer_mm} and {pair.other}: {percent(whole.flips.value)} of {several(whole.frames, 'frame')} are "
            f"flips ({span(100 * whole.flips.low, 100 * whole.flips.high, 0, ' %')}; unrelated orders would give "
            f"{percent(whole.expected)})")  # fmt: skip
    if not known or not known[0].flips.high < known[-1].flips.low:
        return f"{text}; no fifth of speed has clearly more of them than another."
    least, most = known[0], known[-1]
    return (f"{text}; {percent(least.flips.value)} at {_edges(By.SPEED, least)} °/s, {percent(most.flips.value)} at "
            f"{_edges(By.SPEED, most)} °/s.")  # fmt: skip


def _share(part: Part) -> float:
    return part.flips.value


def _edges(by: By, part: Part) -> str:
    times = _TIMES.get(by, 1)
    return f"{number(times * part.low, 0)}–{number(times * part.high, 0)}"


def _table(found: Moments) -> Table:
    rows = tuple(
        (f"{pair.fewer_mm} less {pair.other}", _edges(By.SPEED, part), f"{part.frames:,}", percent(part.flips.value),
         span(100 * part.flips.low, 100 * part.flips.high, 0, " %"), percent(part.expected), with_span(part.mm),
         with_span(part.deg))
        for pair in found.pairs[:_MOST] for part in pair.by[By.SPEED]
    )  # fmt: skip
    ties = sum(pair.whole.ties for pair in found.pairs)
    caption = (f"By speed, in fifths of all frames. Of {found.frames:,} frames those count on which both lifters have "
               f"the same joints; frames without a clear order ({ties:,} over all pairs) are left out of the "
               "shares.")  # fmt: skip
    heads = ("lifters", "°/s", "frames", "flips", "interval", "by chance", "difference, mm", "difference, °")
    return Table(caption, heads, rows, numbers=7)


def _drawing(subject: Subject, found: Moments) -> Drawing:
    pairs = found.pairs[:_MOST]
    shown = [by for by in By if any(pair.by[by] for pair in pairs)]
    key = [key_of("share of frames that are flips, with interval", _LOOK),
           key_of("expected of unrelated orders", _CHANCE)]  # fmt: skip
    figure = sheet(len(pairs) * 46 + 6, foot(subject), key)
    rows = figure.subplots(2 * len(pairs), len(shown), sharey="row", sharex="col", squeeze=False,
                           gridspec_kw={"height_ratios": [1.2, 1] * len(pairs)})  # fmt: skip
    for k, pair in enumerate(pairs):
        for column, by in enumerate(shown):
            _shares(rows[2 * k, column], pair.by[by])
            _differences(rows[2 * k + 1, column], by, pair.by[by])
        names = fitted(f"{pair.fewer_mm} – {pair.other}", WIDTH_MM - 12)
        rows[2 * k, 0].set_title(" ")
        rows[2 * k, 0].text(0, 1.06, names, transform=rows[2 * k, 0].transAxes, fontweight="bold").set_in_layout(False)
        rows[2 * k, 0].set_ylabel("flips, %")
        rows[2 * k + 1, 0].set_ylabel("difference, °")
    for axes, by in zip(rows[-1], shown, strict=True):
        axes.set_xlabel(_WORDS[by])
    left_out = f" The first {_MOST} of {len(found.pairs)} pairs." if len(found.pairs) > _MOST else ""
    caption = ("For every pair, upper row: share of frames on which millimetres and degrees rank it oppositely, by "
               "what the frames are like; grey: the share expected of unrelated orders in the same frames. Lower row: "
               "angle error of the one with fewer mm over all clips less that of the other; above 0 it has more "
               f"degrees there.{left_out}")  # fmt: skip
    return Drawing("moments", caption, figure, _numbers(pairs))


def _shares(axes: Axes, parts: Sequence[Part]) -> None:
    for place, part in enumerate(parts):
        _upright(axes, place, part.flips, 100)
        _CHANCE.draw(axes, place, 100 * part.expected)
    axes.set_ylim(-4, 104)
    axes.set_yticks([0, 50, 100])
    plain_axes(axes, grid="y")


def _differences(axes: Axes, by: By, parts: Sequence[Part]) -> None:
    axes.axhline(0, color=DIM, linewidth=0.8)
    for place, part in enumerate(parts):
        _upright(axes, place, part.deg, 1)
    times = _TIMES.get(by, 1)
    edges = [times * part.low for part in parts] + [times * part.high for part in parts[-1:]]
    places = np.arange(len(edges)) - 0.5
    kept = slice(None, None, 1 if len(edges) < 8 else 5)
    axes.set_xticks(places[kept], [number(edge, 0) for edge in edges[kept]], fontsize=SMALL_PT)
    axes.set_xlim(-0.6, max(len(parts) - 0.4, 0))
    plain_axes(axes, grid="y")


def _upright(axes: Axes, at: float, of: Interval, times: float) -> None:
    axes.plot([at, at], [times * of.low, times * of.high], color=_LOOK.colour, linewidth=1.1, zorder=3)
    _LOOK.draw(axes, at, times * of.value)


def _numbers(pairs: Sequence[PairMoments]) -> pl.DataFrame:
    rows = [
        {"fewer_mm": pair.fewer_mm, "other": pair.other, "by": str(by), "low": part.low, "high": part.high,
         "clips": part.clips, "frames": part.frames, "ties": part.ties, "flips_share": part.flips.value,
         "flips_share_low": part.flips.low, "flips_share_high": part.flips.high, "expected_share": part.expected,
         "difference_mm": part.mm.value, "difference_mm_low": part.mm.low, "difference_mm_high": part.mm.high,
         "difference_deg": part.deg.value, "difference_deg_low": part.deg.low, "difference_deg_high": part.deg.high}
        for pair in pairs
        for by, parts in (("all", (pair.whole,)), *pair.by.items()) for part in parts
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col(pl.Float64).fill_nan(None))


def _body(subject: Subject, found: Sequence[Contributions]) -> Drawing:
    across = min(3, len(found))
    down = -(-len(found) // across)
    figure = sheet(down * 62, foot(subject))
    names = [angle.title for angle in subject.angles]
    grid = figure.subplots(down, across, sharey=True, sharex=True, squeeze=False)
    for axes, of in zip(grid.flat, found, strict=False):
        axes.axvline(0, color=DIM, linewidth=0.8)
        for row, deg in enumerate(of.by_angle_deg):
            axes.barh(row, deg.value, color="#b9c3cd", height=0.7)
            between(axes, row, deg, Look(TEXT, "o", 3.0))
        names_of_pair = (of.fewer_mm, f"less {of.other}")
        axes.set_title("\n".join(fitted(name, WIDTH_MM / across - 16, 7.5) for name in names_of_pair), fontsize=7.5)
        plain_axes(axes)
        signed_ticks(axes)
    for axes in grid.flat[len(found) :]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", length=0)
    grid[0, 0].set_ylim(len(names) - 0.5, -0.5)
    for axes in grid[-1]:
        axes.set_xlabel("adds to the difference, °")
    caption = ("What each angle adds to the difference of the mean angle errors of two lifters, with intervals; the "
               "bars of a pair add up to its difference. Right of 0 the one with fewer mm errs more.")  # fmt: skip
    return Drawing("contributions", caption, figure, _added(subject, found))


def _added(subject: Subject, found: Sequence[Contributions]) -> pl.DataFrame:
    return pl.DataFrame([
        {"fewer_mm": of.fewer_mm, "other": of.other, "angle": angle.name, "adds_deg": deg.value,
         "adds_deg_low": deg.low, "adds_deg_high": deg.high}
        for of in found for angle, deg in zip(subject.angles, of.by_angle_deg, strict=True)
    ]).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip
