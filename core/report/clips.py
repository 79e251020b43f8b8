"""Every clip: the difference of two lifters in millimetres against that in degrees; two quarters are flips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from core.records import Float64
from core.report.facts import angle_words, foot, position_words
from core.report.records import Drawing, Section, Subject
from core.report.style import (
    ACTIVITIES,
    DIM,
    SHADE,
    WIDTH_MM,
    Look,
    fitted,
    key_of,
    plain_axes,
    sheet,
    signed_ticks,
)
from core.study.pairs import Pair
from core.study.words import BY, several

__all__ = ["clips"]

_MOST, _ACROSS = 9, 3
_MARKS, _OTHER = "osD^vPX", Look("#6d757f", "*", 3.6)
_OTHERS = "other activities"
_MANY, _VECTORS = 150, 5000
"""More points than the first are drawn small; more than the second as pixels, or files would not open."""


def clips(subject: Subject) -> Section | None:
    """Clips of every pair; nothing for a single lifter."""
    if not subject.study.pairs:
        return None
    text = (
        "One point for each clip and pair: how many millimetres and how many degrees the first has more than the "
        "other. In the shaded quarters one has fewer millimetres and the other fewer degrees. A cloud that "
        "runs from bottom left to top right is what rankings by MPJPE take for granted.",
    )
    return Section("clips", "Every clip", text, (_drawing(subject),))


def _activities(subject: Subject) -> dict[str, Look]:
    """The most frequent ones have a look of their own."""
    counted = Counter(subject.study.scores.activities)
    names = sorted(counted, key=lambda name: (-counted[name], name))
    found = {name: Look(ACTIVITIES[k], _MARKS[k], 3.6) for k, name in enumerate(names[: len(ACTIVITIES)])}
    return found | dict.fromkeys(names[len(ACTIVITIES) :], _OTHER)


def _drawing(subject: Subject) -> Drawing:
    pairs, looks = subject.study.pairs[:_MOST], _activities(subject)
    key: list[Artist] = [Patch(facecolor=SHADE, label="flips")]
    key += [key_of(name, look) for name, look in list(looks.items())[: len(ACTIVITIES)]]
    key += [key_of(_OTHERS, list(looks.values())[-1])] if len(looks) > len(ACTIVITIES) else []
    across = min(_ACROSS, max(2, len(pairs)))
    down = -(-len(pairs) // across)
    shows = f"differences of {position_words(subject)}, and of {angle_words(subject)}"
    figure = sheet(70 * down, foot(subject, intervals=False, shows=shows), key)
    numbers = []
    for axes, pair in zip(figure.subplots(down, across, squeeze=False).flat, pairs, strict=False):
        mm, deg = _differences(subject, pair)
        _scatter(axes, subject, looks, mm, deg)
        _named(axes, pair, WIDTH_MM / across)
        numbers.append(_numbers(subject, pair, mm, deg))
    for axes in figure.axes[len(pairs) :]:
        axes.set_axis_off()
    all_pairs = len(subject.study.pairs)
    left_out = f" The first {_MOST} of {all_pairs} pairs." if all_pairs > _MOST else ""
    caption = (f"{several(len(subject.study.scores), 'clip')}: the first lifter less the second, in "
               f"{BY[subject.study.options.by]} and in angle MAE; colours and shapes are activities. Shaded: flips, "
               f"where the two rankings disagree.{left_out}")  # fmt: skip
    return Drawing("clips", caption, figure, pl.concat(numbers))


def _differences(subject: Subject, pair: Pair) -> tuple[Float64, Float64]:
    """(C,) mm and degrees."""
    scores = subject.study.scores
    one, other = scores.lifters.index(pair.fewer_mm), scores.lifters.index(pair.other)
    mm, deg = scores.position_mm(pair.by), scores.mae_deg()
    return mm[one] - mm[other], deg[one] - deg[other]


def _scatter(axes: Axes, subject: Subject, looks: dict[str, Look], mm: Float64, deg: Float64) -> None:
    x, y = _limits(mm), _limits(deg)
    axes.fill_between([x[0], 0], 0, y[1], color=SHADE, linewidth=0, zorder=0)
    axes.fill_between([0, x[1]], y[0], 0, color=SHADE, linewidth=0, zorder=0)
    axes.axhline(0, color=DIM, linewidth=0.6, zorder=1)
    axes.axvline(0, color=DIM, linewidth=0.6, zorder=1)
    activities = np.array(subject.study.scores.activities)
    for name in reversed(looks):
        own = activities == name
        look = Look(looks[name].colour, looks[name].mark, looks[name].size * (0.6 if len(mm) > _MANY else 1))
        axes.plot(mm[own], deg[own], **{**look.kwargs(), "markeredgewidth": 0.2, "markeredgecolor": "white"},
                  rasterized=len(mm) > _VECTORS, zorder=3)  # fmt: skip
    axes.set_xlim(x)
    axes.set_ylim(y)
    plain_axes(axes, grid="both")
    signed_ticks(axes)
    axes.yaxis.set_major_formatter(axes.xaxis.get_major_formatter())


def _limits(values: Float64) -> tuple[float, float]:
    """Of an axis, with 0 well inside."""
    low, high = float(np.nanmin(values, initial=0)), float(np.nanmax(values, initial=0))
    least = 0.25 * max(high - low, 1e-3)
    return min(1.08 * low, -least), max(1.08 * high, least)


def _named(axes: Axes, pair: Pair, room_mm: float) -> None:
    names = [fitted(name, room_mm - 12, 7.5) for name in (pair.fewer_mm, f"less {pair.other}")]
    axes.set_title("\n".join(names), fontsize=7.5)
    axes.set_xlabel(f"difference of {BY[pair.by]}, mm")
    if axes.get_subplotspec().is_first_col():  # type: ignore[union-attr]
        axes.set_ylabel("difference of angle MAE, °")


def _numbers(subject: Subject, pair: Pair, mm: Float64, deg: Float64) -> pl.DataFrame:
    scores = subject.study.scores
    n: Sequence[str] = [pair.fewer_mm] * len(scores)
    return pl.DataFrame({
        "fewer_mm": n, "other": [pair.other] * len(scores), "clip": scores.clips, "athlete": scores.athletes,
        "activity": scores.activities, f"difference_{pair.by}": mm, "difference_angle_mae_deg": deg,
    }).with_columns(pl.col(pl.Float64).fill_nan(None))  # fmt: skip
