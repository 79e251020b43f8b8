"""What the plot of a study is made of, but for its size and colours. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from viewer.view import StudyPlot, View

__all__ = ["BY", "Dots", "Plot", "Spot", "pair_shown", "plot_of", "position_of"]

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
    """A lifter over the clips of a group, '' for all of them; of the difference of two its lifter is ''."""

    lifter: str
    group: str
    x: Interval
    y: Interval
    clips: int


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """dots : small points. spots : large ones. beside : published rows. pair : of whose differences this is, or None.
    angle : column of the angle, or None for all twelve. x_titles, y_titles : of the axes,
    each also in shorter words. x_range, y_range : their ends;
    beyond : how many dots are farther out.
    """

    study: Study
    dots: Dots
    spots: tuple[Spot, ...]
    beside: tuple[Published, ...]
    pair: Pair | None
    angle: int | None
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


def plot_of(view: View, study: Study) -> Plot:
    """The plot that the view asks for."""
    angle = view.angle if view.study.plot is StudyPlot.ANGLE else None
    pair = pair_shown(view, study)
    if pair is None:
        dots, spots = _dots(study, angle), _spots(view.study.plot, study, angle)
    else:
        dots, spots = _differences(study, pair, angle), (_difference(pair, angle),)
    beside = published() if published_fits(view, study) and view.study.published else ()
    x = _range(dots.x, (spot.x for spot in spots), [row.mpjpe_mm for row in beside], zero=pair is not None)
    y = _range(dots.y, (spot.y for spot in spots), [row.mae_deg for row in beside], zero=pair is not None)
    outside = (dots.x < x[0]) | (dots.x > x[1]) | (dots.y < y[0]) | (dots.y > y[1])
    what = "angle MAE" if angle is None else f"MAE of {angles_in(view.engine.shoulder)[angle].title.lower()}"
    titles = _titles(BY[study.options.by], "mm", pair), _titles(what, "°", pair, "MAE")
    return Plot(study, dots, spots, beside, pair, angle, *titles, x, y, int(np.count_nonzero(outside)))


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


def _spots(plot: StudyPlot, study: Study, angle: int | None) -> tuple[Spot, ...]:
    points = {StudyPlot.ATHLETES: study.by_athlete, StudyPlot.ACTIVITIES: study.by_activity}.get(plot, study.points)
    return tuple(_spot(point, study.options.by, angle) for point in points if point.errors)


def _spot(point: Point, by: str, angle: int | None) -> Spot:
    degrees = point.mae_deg if angle is None else point.by_angle_deg[angle]
    return Spot(point.lifter, point.group, point.positions_mm[by], degrees, point.clips)


def _difference(pair: Pair, angle: int | None) -> Spot:
    return Spot("", "", pair.mm, pair.deg if angle is None else pair.by_angle_deg[angle], pair.clips)


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


def _titles(what: str, unit: str, pair: Pair | None, short: str = "") -> tuple[str, ...]:
    """Of an axis, the longest words first."""
    less = "" if pair is None else "difference of "
    texts = (f"{less}{what}, {unit}", f"{less}{short or what}, {unit}", f"{'' if pair is None else 'Δ '}{unit}")
    return tuple(text[:1].upper() + text[1:] for text in texts)
