"""Where and when ranks flip: in which part of a movement, and on which joints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from core.report.facts import angle_words, counts_words, foot, position_words
from core.report.moments_words import clusters_word, counted_words, pair_sentence
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
from core.study.contributions import Contributions, contributions_of
from core.study.moments import By, Moments, PairMoments
from core.study.parts import LEAST_FEEDING, Part
from core.study.resampling import Interval
from core.study.words import BY, number, percent, with_span

__all__ = ["moments"]

_TITLE, _ADDS = "Flips frame by frame, and what each angle adds", "What each angle adds to the difference"
_MOST = 6
_COUNT_PT = 5.0
_LOOK, _FEW = Look(TEXT, "o", 4.0), Look("#8b949e", "o", 4.0)
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
        why = f"Flips are not counted frame by frame: {subject.no_frames}."
        return Section("moments", _ADDS, (why,), (body,))
    by = BY[subject.study.options.by]
    text = (
        f"A frame is a flip where the lifter with fewer mm ({by}, mean over joints) has more degrees (mean over the "
        "angles that both have). Frames are sorted by the reference alone: by how fast its angles change, how high its "
        "higher arm is raised, and how far the clip (or, where a movement repeats itself, the cycle) has come. What "
        "unrelated orders would give differs from part to part; only the excess over that, flips less expected, says "
        "anything. Frames of one clip are alike, so intervals resample athletes and takes, never frames, and what "
        "is expected is resampled with them.",
        *(pair_sentence(pair, clusters_word(subject)) for pair in found.pairs[:_MOST]),
        "One comparison was planned: the excess in the fastest fifth of frames less that in the slowest, its interval "
        "corrected for the number of pairs (Bonferroni). Fast frames are of other clips than slow ones, so that speed "
        "is not told apart from activity and athlete. All other parts are shown untested and uncorrected.",
    )
    return Section("moments", _TITLE, text, (_drawing(subject, found), body), (_table(subject, found),))


def _edges(by: By, part: Part) -> str:
    times = _TIMES.get(by, 1)
    return f"{number(times * part.low, 0)}–{number(times * part.high, 0)}"


def _table(subject: Subject, found: Moments) -> Table:
    clusters = clusters_word(subject)
    rows = tuple(
        (f"{pair.fewer_mm} less {pair.other}", _edges(By.SPEED, part),
         f"{part.clips:,}, {_feeding(part, clusters):,}", f"{part.counted:,}", percent(part.flips.value),
         percent(part.expected), with_span(part.excess, 0, 100), with_span(part.mm), with_span(part.deg))
        for pair in found.pairs[:_MOST] for part in pair.by[By.SPEED]
    )  # fmt: skip
    ties = sum(pair.whole.ties for pair in found.pairs)
    caption = (f"By speed, in fifths of all frames. Of {found.frames:,} frames those count on which both lifters have "
               f"the same joints and an order ({ties:,} ties over all pairs). Excess: flips less those by chance, in "
               f"percentage points. No interval where fewer than {LEAST_FEEDING} {clusters}s feed a part.")  # fmt: skip
    heads = ("lifters", "°/s", f"clips, {clusters}s", "frames", "flips", "by chance", "excess", "difference, mm",
             "difference, °")  # fmt: skip
    return Table(caption, heads, rows, numbers=8)


def _feeding(part: Part, clusters: str) -> int:
    return part.athletes if clusters == "athlete" else part.takes


def _drawing(subject: Subject, found: Moments) -> Drawing:
    pairs, clusters = found.pairs[:_MOST], clusters_word(subject)
    shown = [by for by in By if any(pair.by[by] for pair in pairs)]
    key = [key_of("with interval", _LOOK), key_of(f"fewer than {LEAST_FEEDING} {clusters}s: no interval", _FEW,
                                                  hollow=True)]  # fmt: skip
    n = f"{counted_words(found)} of {counts_words(subject)}"
    figure = sheet(len(pairs) * 48 + 6, foot(subject, shows=_shows(subject), n=n), key)
    rows = figure.subplots(2 * len(pairs), len(shown), sharey="row", sharex="col", squeeze=False,
                           gridspec_kw={"height_ratios": [1.2, 1] * len(pairs)})  # fmt: skip
    for k, pair in enumerate(pairs):
        for column, by in enumerate(shown):
            _excess(rows[2 * k, column], pair.by[by], clusters)
            _differences(rows[2 * k + 1, column], by, pair.by[by])
        names = fitted(f"{pair.fewer_mm} – {pair.other}", WIDTH_MM - 12)
        rows[2 * k, 0].set_title(" ")
        rows[2 * k, 0].text(0, 1.13, names, transform=rows[2 * k, 0].transAxes, fontweight="bold").set_in_layout(False)
        rows[2 * k, 0].set_ylabel("excess, points")
        rows[2 * k + 1, 0].set_ylabel("difference, °")
    for axes, by in zip(rows[-1], shown, strict=True):
        axes.set_xlabel(_WORDS[by])
    left_out = f" The first {_MOST} of {len(found.pairs)} pairs." if len(found.pairs) > _MOST else ""
    caption = ("For every pair, upper row: how many more frames are flips than unrelated orders would give in the same "
               "frames, in percentage points, by what the frames are like; at 0 millimetres and degrees have nothing "
               "to do with each other, below 0 they agree, above 0 they contradict each other. Lower row: angle error "
               "of the one with fewer mm over all clips less that of the other; above 0 it has more degrees there. "
               f"Small numbers: {clusters}s that feed a part. Intervals are of single parts, not corrected for their "
               f"number; those of an excess lean towards 0 where {clusters}s are few.{left_out}")  # fmt: skip
    return Drawing("moments", caption, figure, _numbers(pairs))


def _shows(subject: Subject) -> str:
    return f"frames ranked by {position_words(subject)}, and by {angle_words(subject)}"


def _excess(axes: Axes, parts: Sequence[Part], clusters: str) -> None:
    axes.axhline(0, color=DIM, linewidth=0.8)
    for place, part in enumerate(parts):
        _upright(axes, place, part.excess, 100, few=part.few)
        if part.frames:
            axes.text(place, 1.01, f"{_feeding(part, clusters)}", transform=axes.get_xaxis_transform(), ha="center",
                      va="bottom", fontsize=_COUNT_PT, color=DIM).set_in_layout(False)  # fmt: skip
    axes.set_ylim(-54, 54)  # no excess is larger than half of all frames
    axes.set_yticks([-50, 0, 50])
    plain_axes(axes, grid="y")


def _differences(axes: Axes, by: By, parts: Sequence[Part]) -> None:
    axes.axhline(0, color=DIM, linewidth=0.8)
    for place, part in enumerate(parts):
        _upright(axes, place, part.deg, 1, few=part.few)
    times = _TIMES.get(by, 1)
    edges = [times * part.low for part in parts] + [times * part.high for part in parts[-1:]]
    places = np.arange(len(edges)) - 0.5
    kept = slice(None, None, 1 if len(edges) < 8 else 5)
    axes.set_xticks(places[kept], [number(edge, 0) for edge in edges[kept]], fontsize=SMALL_PT)
    axes.set_xlim(-0.6, max(len(parts) - 0.4, 0))
    plain_axes(axes, grid="y")


def _upright(axes: Axes, at: float, of: Interval, times: float, *, few: bool) -> None:
    if few:
        _FEW.draw(axes, at, times * of.value, hollow=True)
        return
    axes.plot([at, at], [times * of.low, times * of.high], color=_LOOK.colour, linewidth=1.1, zorder=3)
    _LOOK.draw(axes, at, times * of.value)


def _numbers(pairs: Sequence[PairMoments]) -> pl.DataFrame:
    rows = [
        {"fewer_mm": pair.fewer_mm, "other": pair.other, "by": str(by), "low": part.low, "high": part.high,
         "clips": part.clips, "takes": part.takes, "athletes": part.athletes, "frames": part.frames,
         "ties": part.ties, "flips_share": part.flips.value,
         "flips_share_low": part.flips.low, "flips_share_high": part.flips.high, "expected_share": part.expected,
         "excess_share": part.excess.value, "excess_share_low": part.excess.low,
         "excess_share_high": part.excess.high, "difference_mm": part.mm.value, "difference_mm_low": part.mm.low,
         "difference_mm_high": part.mm.high, "difference_deg": part.deg.value, "difference_deg_low": part.deg.low,
         "difference_deg_high": part.deg.high}
        for pair in pairs
        for by, parts in (("all", (pair.whole,)), *pair.by.items()) for part in parts
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col(pl.Float64).fill_nan(None))


def _body(subject: Subject, found: Sequence[Contributions]) -> Drawing:
    across = min(3, len(found))
    down = -(-len(found) // across)
    figure = sheet(down * 62, foot(subject, shows=angle_words(subject)))
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
    caption = ("What each angle adds to the difference of the mean angle errors of two lifters over all frames, with "
               "intervals; the bars of a pair add up to its difference. Right of 0 the one with fewer mm errs more. "
               "Flips are not counted here. Intervals are of single angles and not corrected for their "
               "number.")  # fmt: skip
    return Drawing("contributions", caption, figure, _added(subject, found))


def _added(subject: Subject, found: Sequence[Contributions]) -> pl.DataFrame:
    return pl.DataFrame([
        {"fewer_mm": of.fewer_mm, "other": of.other, "angle": angle.name, "adds_deg": deg.value,
         "adds_deg_low": deg.low, "adds_deg_high": deg.high}
        for of in found for angle, deg in zip(subject.angles, of.by_angle_deg, strict=True)
    ]).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip
