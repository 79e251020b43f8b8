"""What the plot of a study is made of, but for its size and colours. No Qt here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.conventions import angles_in
from core.metrics.alignment import Alignment
from core.records import Float64
from core.study.means import Point
from core.study.pairs import Pair
from core.study.resampling import Interval
from core.study.scores import POSITIONS
from core.study.study import Published, Study, published
from viewer.panels.heatmaps.rows import rows_of
from viewer.panels.study.titles import angle_titles, group_names, position_titles
from viewer.view import HeatRows, StudyPlot, View

__all__ = ["BY", "Dots", "Plot", "Spot", "pair_shown", "plot_of", "position_of", "published_fits"]

BY: Mapping[str, str] = MappingProxyType(dict(zip(POSITIONS, ("MPJPE", "N-MPJPE", "P-MPJPE"), strict=True)))
"""Position errors by the names of their columns."""

_POSITION_OF = {Alignment.SCALE: POSITIONS[1], Alignment.PROCRUSTES: POSITIONS[2]}
_FAR = 1.0
"""Points that are farther out than so many times the range of nearly all of them stand at the edge."""
_NEARLY_ALL = (0.5, 99.5)
_MARGIN = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """N clips of lifters. x, y : (N) millimetres and degrees. series : (N) place of the lifter, 0 for the difference of
    two. clips : (N) place in the clips of the study.
    """

    x: Float64
    y: Float64
    series: NDArray[np.intp]
    clips: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Spot:
    """A lifter over the clips of a group, '' for all of them; of the difference of two its lifter is ''. label : the
    shortest name that the group alone has.
    """

    lifter: str
    group: str
    label: str
    x: Interval
    y: Interval
    clips: int

    @property
    def bare(self) -> bool:
        """Without any interval."""
        return not (np.isfinite(self.x.low) or np.isfinite(self.y.low))


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """dots : small points. passing : (N) whether the clip of each passes the filter of the clip table, on which no
    number depends. spots : large points. groups : (C) of each clip of the study, '' where points are of all clips.
    beside : published rows. pair : of whose differences this is, or None. angle : column of the angle, or None for all
    twelve; angle_title : its name, or ''. x_titles, y_titles : of the axes, each also in shorter words. x_range,
    y_range : their ends; beyond : how many dots are farther out.
    """

    study: Study
    dots: Dots
    passing: NDArray[np.bool_]
    spots: tuple[Spot, ...]
    groups: tuple[str, ...]
    beside: tuple[Published, ...]
    pair: Pair | None
    angle: int | None
    angle_title: str
    x_titles: tuple[str, ...]
    y_titles: tuple[str, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    beyond: int

    @property
    def series(self) -> tuple[str, ...]:
        """Names behind :attr:`Dots.series`."""
        return self.study.scores.lifters if self.pair is None else ("",)

    @property
    def grouped(self) -> bool:
        """Whether large points are of groups of clips."""
        return bool(self.spots and self.spots[0].group)

    @property
    def drawn(self) -> bool:
        """Whether intervals have been computed; even then a group of one take has none."""
        return self.study.resampling.n > 0

    @property
    def flips(self) -> NDArray[np.bool_]:
        """(N) dots where the lifter with fewer millimetres has more degrees."""
        return np.asarray(self.dots.x * self.dots.y < 0)


def position_of(alignment: Alignment) -> str:
    """Which position error stands for the alignment of the skeletons; tables have none without any."""
    return _POSITION_OF.get(alignment, POSITIONS[0])


def pair_shown(view: View, study: Study) -> Pair | None:
    """The pair whose differences are asked for, where both lifters are among those compared."""
    wanted = view.study.pair
    if wanted is None:
        return None
    return next((pair for pair in study.pairs if {pair.fewer_mm, pair.other} == set(wanted)), None)


def plot_of(view: View, study: Study, passing: Collection[str] | None = None) -> Plot:
    """The plot that the view asks for. passing : clips that pass the filter of the clip table, None for all of them."""
    angle = view.angle if view.study.plot is StudyPlot.ANGLE else None
    row = None if angle is None else rows_of(HeatRows.ANGLES, angles_in(view.engine.shoulder))[angle]
    pair = pair_shown(view, study)
    groups = _groups(view.study.plot if pair is None else StudyPlot.ALL, study)
    dots = _dots(study, angle) if pair is None else _differences(study, pair, angle)
    spots = _spots(view.study.plot, study, angle) if pair is None else (_difference(pair, angle),)
    beside = published() if published_fits(view, study) and view.study.published else ()
    x = _range(dots.x, (spot.x for spot in spots), [row.mpjpe_mm for row in beside], zero=pair is not None)
    y = _range(dots.y, (spot.y for spot in spots), [row.mae_deg for row in beside], zero=pair is not None)
    outside = (dots.x < x[0]) | (dots.x > x[1]) | (dots.y < y[0]) | (dots.y > y[1])
    two = None if pair is None else (pair.fewer_mm, pair.other)
    title, short = ("", "") if row is None else (row.title, row.short)
    return Plot(
        study, dots, _passing(study, dots, passing), spots, groups, beside, pair, angle, title,
        position_titles(BY[study.options.by], two), angle_titles(title, short, two), x, y,
        int(np.count_nonzero(outside)),
    )  # fmt: skip


def published_fits(view: View, study: Study) -> bool:
    """Whether the published rows are of the same two numbers as the plot."""
    return view.study.pair is None and view.study.plot is not StudyPlot.ANGLE and study.options.by == POSITIONS[0]


def _errors(study: Study, angle: int | None) -> tuple[Float64, Float64]:
    """(L, C) millimetres and degrees."""
    scores = study.scores
    degrees = scores.mae_deg() if angle is None else scores.angle_mae_deg()[..., angle]
    return scores.position_mm(study.options.by), degrees


def _dots(study: Study, angle: int | None) -> Dots:
    x, y = _errors(study, angle)
    known = np.isfinite(x) & np.isfinite(y)
    series, clips = np.nonzero(known)
    return Dots(x[known], y[known], series, clips)


def _differences(study: Study, pair: Pair, angle: int | None) -> Dots:
    one, other = (study.scores.lifters.index(name) for name in (pair.fewer_mm, pair.other))
    x, y = (errors[one] - errors[other] for errors in _errors(study, angle))
    (clips,) = np.nonzero(np.isfinite(x) & np.isfinite(y))
    return Dots(x[clips], y[clips], np.zeros(len(clips), np.intp), clips)


def _passing(study: Study, dots: Dots, clips: Collection[str] | None) -> NDArray[np.bool_]:
    if clips is None:
        return np.ones(len(dots.clips), bool)
    wanted = frozenset(clips)
    return np.array([name in wanted for name in study.scores.clips], bool)[dots.clips]


def _groups(plot: StudyPlot, study: Study) -> tuple[str, ...]:
    """(C) of each clip."""
    scores = study.scores
    if plot is StudyPlot.ATHLETES:
        return scores.athletes
    return scores.activities if plot is StudyPlot.ACTIVITIES else ("",) * len(scores)


def _spots(plot: StudyPlot, study: Study, angle: int | None) -> tuple[Spot, ...]:
    points = {StudyPlot.ATHLETES: study.by_athlete, StudyPlot.ACTIVITIES: study.by_activity}.get(plot, study.points)
    labels = group_names({point.group for point in points}, blanks=plot is StudyPlot.ACTIVITIES)
    return tuple(_spot(point, labels[point.group], study.options.by, angle) for point in points if point.errors)


def _spot(point: Point, label: str, by: str, angle: int | None) -> Spot:
    degrees = point.mae_deg if angle is None else point.by_angle_deg[angle]
    return Spot(point.lifter, point.group, label, point.positions_mm[by], degrees, point.clips)


def _difference(pair: Pair, angle: int | None) -> Spot:
    return Spot("", "", "", pair.mm, pair.deg if angle is None else pair.by_angle_deg[angle], pair.clips)


def _range(values: Float64, spots: Iterable[Interval], beside: Iterable[float], *, zero: bool) -> tuple[float, float]:
    """Ends of an axis with some air: around all values, but for those that would push the others together."""
    needed = [end for spot in spots for end in (spot.value, spot.low, spot.high)]
    needed += [*beside, *([0.0] if zero else [])]
    ends = [end for end in needed if np.isfinite(end)]
    if len(values):
        low, high = np.percentile(values, _NEARLY_ALL)
        reach = _FAR * (high - low)
        ends += [max(float(values.min()), low - reach), min(float(values.max()), high + reach)]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    air = _MARGIN * (high - low) or max(1.0, 0.1 * abs(high))
    return float(low - air), float(high + air)
