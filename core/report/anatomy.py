"""Error anatomy: where position errors point, and what angle errors consist of."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from core.report.facts import angle_words, foot
from core.report.reasons import CAUSES, PARTS, Reasons, read_reasons
from core.report.records import Drawing, Section, Subject, Table
from core.report.style import CAUSES as INKS
from core.report.style import (
    DIM,
    SMALL_PT,
    TEXT,
    between,
    fitted,
    key_of,
    looks_of,
    offsets,
    plain_axes,
    sheet,
    signed_ticks,
)
from core.study.words import number, percent

__all__ = ["anatomy"]

_TITLE = "Error anatomy"
_COMMAND = "anglescope score --reasons"
_INKS = (*INKS, "#ffffff")


def anatomy(subject: Subject) -> Section:
    """Parts of the errors where the run looked for them, else how to get them."""
    reasons = read_reasons(subject)
    if reasons is None:
        return Section("anatomy", _TITLE, (f"These results hold no reasons; {_COMMAND} writes them.",))
    text = (
        "Equal millimetres are unequal degrees: an angle is wrong where bones are turned, and not where they are too "
        "long or too short, or moved as a whole. Above, the root-relative error of joints is divided along and across "
        "the bone that ends there, and in depth and in the picture: it holds what the whole chain from the pelvis "
        "adds up. Below is what each bone itself contributes: how far it is turned, and how far its length is off.",
        "An angle error over a clip is a constant (bias), a delay (lag), too small or too large a swing (gain), and "
        "the rest; their shares of the mean square error add up to 100 %. Bias may be definition: joints that stand "
        "for other points than the reference's.",
    )
    tables = (_shares_table(subject, reasons), *_flags_table(subject, reasons))
    return Section("anatomy", _TITLE, text, (_positions(subject, reasons), _shares(subject, reasons)), tables)


def _positions(subject: Subject, reasons: Reasons) -> Drawing:
    looks = looks_of(subject.record)
    shows = "mean size of parts of the root-relative position error, mm; of bones' direction, °, and length, %"
    rows = 3 + 3.6 * len(subject.lifters)
    figure = sheet(34 + 6 * rows, foot(subject, shows=shows, angles=False),
                   [key_of(name, looks[name]) for name in subject.lifters])  # fmt: skip
    grid = figure.add_gridspec(2, 2, height_ratios=(6 + 4 * rows, 10 + rows))
    for place, (first, last), label in (
        (grid[0, :], (0, 4), "mean size of that part of the root-relative position error of joints, mm"),
        (grid[1, 0], (4, 5), "mean angle between the bone and the reference's, °"),
        (grid[1, 1], (5, 6), "mean size of the error of the bone's length, %"),
    ):  # fmt: skip
        axes = figure.add_subplot(place)
        _part_rows(axes, subject, reasons, range(first, last))
        axes.set_xlabel(label)
        if first == 0:
            axes.axhline(1.5, color=DIM, linewidth=0.6)
    numbers = pl.DataFrame([
        {"lifter": name, "part": part.removeprefix("abs_"), "mean": of.value, "mean_low": of.low, "mean_high": of.high}
        for name, parts in zip(subject.lifters, reasons.parts, strict=True)
        for part, of in zip(PARTS, parts, strict=True)
    ]).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip
    caption = ("Above: root-relative position error of the joints, divided twice: along and across the bone that ends "
               "there, and in depth and in the plane of the picture (of clips with a camera); an error without "
               "direction has 1.6 times as much across as along, and as in depth in the picture. Below: what the 16 "
               "bones contribute themselves. Sources known up to scale were brought to the reference's "
               "size.")  # fmt: skip
    return Drawing("anatomy_positions", caption, figure, numbers)


def _part_rows(axes: Axes, subject: Subject, reasons: Reasons, places: range) -> None:
    """Some of the parts, a row each, lifters below each other."""
    looks = looks_of(subject.record)
    for name, parts, offset in zip(subject.lifters, reasons.parts, offsets(len(subject.lifters)), strict=True):
        for row, place in enumerate(places):
            between(axes, row + offset, parts[place], looks[name])
    axes.set_yticks(range(len(places)), [list(PARTS.values())[place] for place in places])
    axes.set_ylim(len(places) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.tick_params(axis="y", length=0)
    plain_axes(axes)


def _shares(subject: Subject, reasons: Reasons) -> Drawing:
    key = [
        Patch(facecolor=ink, label=name, edgecolor=DIM, linewidth=0.4)
        for name, ink in zip((*CAUSES, "no single cause"), _INKS, strict=True)
    ]
    shows = (f"{angle_words(subject, 'left: shares of the mean square angle error, %')}; right: shares of clips and "
             "angles, %, n of them beside the bars")  # fmt: skip
    figure = sheet(24 + 7 * len(subject.lifters), foot(subject, intervals=False, shows=shows), key)
    left, right = figure.subplots(1, 2, sharey=True)
    causes = reasons.causes / np.maximum(reasons.causes.sum(axis=1, keepdims=True), 1)
    _bars(left, 100 * reasons.shares, "Shares of the mean square angle error")
    _bars(right, 100 * causes, "Clips and angles by their main cause")
    left.set_yticks(range(len(subject.lifters)), [fitted(name, 44) for name in subject.lifters])
    left.set_ylim(len(subject.lifters) - 0.5, -0.5)
    for row, n in enumerate(reasons.causes.sum(axis=1)):
        right.text(101, row, f"n = {n:,.0f}", va="center", fontsize=SMALL_PT)
    caption = ("Left: the mean square error of all angles, divided into bias (a constant), lag (a delay), gain (too "
               "small or too large a swing) and rest. Right: in how many clips and angles each explains at least "
               "half.")  # fmt: skip
    return Drawing("anatomy_angles", caption, figure, _numbers(subject, reasons))


def _bars(axes: Axes, shares: np.ndarray, title: str) -> None:
    """(L, parts) in percent."""
    for row, parts in enumerate(np.nan_to_num(shares)):
        left = 0.0
        for part, ink in zip(parts, _INKS[: len(parts)], strict=True):
            axes.barh(row, part, left=left, color=ink, edgecolor=DIM, linewidth=0.4, height=0.62)
            if part >= 7:
                axes.text(left + part / 2, row, f"{part:.0f}", ha="center", va="center", fontsize=SMALL_PT,
                          color="white" if ink in INKS[:2] else TEXT)  # fmt: skip
            left += part
    axes.set_xlim(0, 100)
    axes.tick_params(axis="y", length=0)
    signed_ticks(axes, percent=True)
    axes.set_title(title)


def _numbers(subject: Subject, reasons: Reasons) -> pl.DataFrame:
    rows = [
        {"lifter": name, "part": cause, "share_of_mean_square_error": share, "main_cause_count": int(count)}
        for name, shares, counts in zip(subject.lifters, reasons.shares, reasons.causes, strict=True)
        for cause, share, count in zip((*CAUSES, "no single cause"), (*shares, float("nan")), counts, strict=True)
    ]
    return pl.DataFrame(rows).with_columns(pl.col(pl.Float64).fill_nan(None))


def _shares_table(subject: Subject, reasons: Reasons) -> Table:
    rows = tuple(
        (angle.title, *(" / ".join(number(100 * share, 0) for share in reasons.angle_shares[k, a])
                        for k in range(len(subject.lifters))))
        for a, angle in enumerate(subject.angles)
    )  # fmt: skip
    total = ("all", *(" / ".join(number(100 * share, 0) for share in shares) for shares in reasons.shares))
    return Table("Bias / lag / gain / rest in percent of the mean square error of each angle.",
                 ("angle", *subject.lifters), (*rows, total), numbers=len(subject.lifters))  # fmt: skip


def _flags_table(subject: Subject, reasons: Reasons) -> tuple[Table, ...]:
    n = len(subject.study.scores)
    rows = tuple((kind, *(f"{count:,} ({percent(count / n)})" for count in counts)) for kind, counts in reasons.flags)
    if not rows:
        return ()
    return (Table("Clips in which poses were flagged, by what they were flagged for; rules in flags.csv.",
                  ("flag", *subject.lifters), rows, numbers=len(subject.lifters)),)  # fmt: skip
