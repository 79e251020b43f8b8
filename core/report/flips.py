"""Flips: on how many clips the lifter with fewer millimetres has more degrees, of every pair."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from core.report.facts import foot
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import DIM, SMALL_PT, TEXT, Look, between, fitted, key_of, plain_axes, sheet, signed_ticks
from core.study.pairs import Pair
from core.study.words import BY, listed, number, percent, several, span, with_span

__all__ = ["flips"]

_MOST = 15
_LOOK, _CHANCE = Look(TEXT, "o"), Look(DIM, "|", 9.0)
_NAMES_MM = 40.0


def flips(subject: Subject) -> Section | None:
    """Pairs over clips; nothing for a single lifter."""
    pairs = subject.study.pairs
    if not pairs:
        return None
    by = BY[subject.study.options.by]
    text = [
        f"Means hide clips. For every pair of lifters: the share of clips on which the one with fewer mm ({by}) on "
        "that very clip has more degrees there. If the two orders had nothing to do with each other, the share would "
        "be what the grey mark says; 0 % would be full agreement, 100 % full contradiction. This is another question "
        "than the verdict's: means can be reversed though clip by clip more millimetres go with more degrees, where "
        "each lifter errs by its own amount on all clips."
    ]
    if more := [f"{pair.fewer_mm} and {pair.other}" for pair in pairs if pair.flips.excess.low > 0]:
        text.append(f"More flips than by chance, beyond the interval of their difference: {listed(more)}.")
    if fewer := [f"{pair.fewer_mm} and {pair.other}" for pair in pairs if pair.flips.excess.high < 0]:
        text.append(f"Fewer flips than by chance, beyond the interval of their difference: {listed(fewer)}.")
    return Section("flips", "Flips, clip by clip", tuple(text), (_drawing(subject),), (_table(pairs),))


def _table(pairs: Sequence[Pair]) -> Table:
    rows = tuple(
        (pair.fewer_mm, pair.other, f"{of.clips:,}", percent(of.share.value),
         span(100 * of.share.low, 100 * of.share.high, 0, " %"), percent(of.expected),
         f"{with_span(of.excess, 0, 100)} %")
        for pair in pairs for of in (pair.flips,)
    )  # fmt: skip
    return Table("Flips per pair; clips on which neither error is equal. More than by chance: the difference, both "
                 "resampled.", ("fewer mm", "other", "clips", "flips", "interval", "by chance", "more than by chance"),
                 rows, numbers=5)  # fmt: skip


def _drawing(subject: Subject) -> Drawing:
    pairs = subject.study.pairs[:_MOST]
    key = [
        key_of("share of clips that contradict, with interval", _LOOK),
        key_of("expected of unrelated orders", _CHANCE),
    ]
    rows = (8.0 if len(pairs) <= 6 else 6.0) * len(pairs)
    figure = sheet(40 + 2 * rows, foot(subject), key)
    shares, cells = figure.subplots(2, 1, height_ratios=(18 + rows, 22 + rows))
    _shares(shares, pairs)
    _cells(cells, pairs, [angle.kind.replace("_", "\n") for angle in subject.angles[::2]])
    all_pairs = len(subject.study.pairs)
    left_out = f" The first {_MOST} of {all_pairs} pairs." if all_pairs > _MOST else ""
    caption = (f"Above: share of clips on which the ranking of two lifters by angle error contradicts that by "
               f"{BY[subject.study.options.by]}, with its interval; the grey mark is the share that is expected of two "
               f"unrelated orders. Below: the same for each angle, less what is expected there.{left_out}")  # fmt: skip
    return Drawing("flips", caption, figure, _numbers(subject, pairs))


def _name_rows(axes: Axes, pairs: Sequence[Pair]) -> None:
    names = ["\n".join(fitted(name, _NAMES_MM, 7) for name in (pair.fewer_mm, f"– {pair.other}")) for pair in pairs]
    axes.set_yticks(range(len(pairs)), names, fontsize=7, linespacing=1.05)
    axes.tick_params(axis="y", length=0)


def _shares(axes: Axes, pairs: Sequence[Pair]) -> None:
    for row, pair in enumerate(pairs):
        flips = pair.flips
        between(axes, row, flips.share, _LOOK, times=100)
        _CHANCE.draw(axes, 100 * flips.expected, row)
        axes.text(1.01, row, f"{flips.flipped:,} of {several(flips.clips, 'clip')}", va="center",
                  transform=axes.get_yaxis_transform(), fontsize=SMALL_PT)  # fmt: skip
    _name_rows(axes, pairs)
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    axes.set_xlim(-2, 102)
    signed_ticks(axes, percent=True)
    plain_axes(axes)
    axes.set_title("Over all angles")
    axes.set_xlabel("← mm and degrees agree        share of clips        they contradict →")


def _cells(axes: Axes, pairs: Sequence[Pair], kinds: Sequence[str]) -> None:
    """Pairs by angles, the number in every cell, bold where it is beyond chance. kinds : of angles, each of which is
    left, then right.
    """
    more = 100 * np.array([[of.excess.value for of in pair.flips_by_angle] for pair in pairs])
    beyond = [[of.excess.excludes_zero for of in pair.flips_by_angle] for pair in pairs]
    edges = [np.arange(n + 1) - 0.5 for n in more.shape]
    axes.pcolormesh(edges[1], edges[0], more, cmap=mpl.colormaps["PuOr_r"], vmin=-50, vmax=50)
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    for row, column in np.ndindex(more.shape):
        value = float(more[row, column])
        axes.text(column, row, ("+" if value >= 0.5 else "") + number(value, 0), ha="center", va="center",
                  fontsize=SMALL_PT, color="white" if abs(value) > 32 else TEXT,
                  fontweight="bold" if beyond[row][column] else "normal")  # fmt: skip
    _name_rows(axes, pairs)
    middles = [2 * k + 0.5 for k in range(len(kinds))]
    axes.set_xticks([*range(2 * len(kinds)), *middles], [*"LR" * len(kinds), *(f"\n{kind}" for kind in kinds)])
    axes.tick_params(length=0)
    axes.set_title("Angle by angle: flips less those by chance, % of clips (bold: beyond the interval)")
    for spine in axes.spines.values():
        spine.set_visible(False)
    for edge in middles[1:]:
        axes.axvline(edge - 1, color="white", linewidth=2)
    for edge in range(1, len(pairs)):
        axes.axhline(edge - 0.5, color="white", linewidth=1)


def _numbers(subject: Subject, pairs: Sequence[Pair]) -> pl.DataFrame:
    names = [angle.name for angle in subject.angles]
    rows = []
    for pair in pairs:
        found = zip(("all", *names), (pair.flips, *pair.flips_by_angle), strict=True)
        for angle, of in found:
            rows.append({
                "fewer_mm": pair.fewer_mm, "other": pair.other, "angle": angle, "flips_share": of.share.value,
                "flips_share_low": of.share.low, "flips_share_high": of.share.high, "expected_share": of.expected,
                "excess_share": of.excess.value, "excess_share_low": of.excess.low,
                "excess_share_high": of.excess.high, "clips": of.clips,
            })  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col(pl.Float64).fill_nan(None))
