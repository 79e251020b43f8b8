"""The whole comparison of millimetres with degrees, as one record: what the report prints and the Study panel shows."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import DataError, UsageError
from core.evaluation import ReferenceKind
from core.results.clip_table import ClipRow
from core.study.correlation import Correlation, between_clips, between_lifters
from core.study.means import Measured, Point, measured, points, points_by
from core.study.pairs import MARGIN_DEG, Pair, pairs_of
from core.study.resampling import Resampling, resampling_of
from core.study.scores import POSITIONS, Scores, scores_of
from core.study.words import BY, several

__all__ = ["Published", "Study", "StudyOptions", "published", "study_of", "study_of_scores", "study_steps"]


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """by : the position error that angles are held against. margin_deg : within which errors are alike. resamples,
    seed, level : of the intervals.
    """

    by: str = POSITIONS[0]
    margin_deg: float = MARGIN_DEG
    resamples: int = 10_000
    seed: int = 1
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.by not in POSITIONS:
            raise UsageError(f"unknown position error {self.by!r}; known: {', '.join(POSITIONS)}")
        if not self.margin_deg > 0:
            raise UsageError(f"a margin must be above 0 degrees, not {self.margin_deg:g}")
        if self.resamples < 100:
            raise UsageError(f"fewer than 100 resamples give no interval ({self.resamples})")
        if not 0 < self.level < 1:
            raise UsageError(f"the level of an interval lies between 0 and 1, not {self.level:g}")


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything said here is of ``scores``: the clips on which all lifters can be compared.

    left_out : why clips or lifters are not among them, a line each. resampling : behind all intervals. points : of
    each lifter over all clips; by_athlete, by_activity : over each group. between : how the orders of lifters by each
    position error and by degrees agree. within : for each lifter, those of its clips. pairs : every two lifters, of
    ``options.by``; other_pairs : the same by the other position errors.
    """

    options: StudyOptions
    scores: Scores
    left_out: tuple[str, ...]
    resampling: Resampling
    points: tuple[Point, ...]
    by_athlete: tuple[Point, ...]
    by_activity: tuple[Point, ...]
    between: tuple[Correlation, ...]
    within: tuple[Correlation, ...]
    pairs: tuple[Pair, ...]
    other_pairs: tuple[Pair, ...]

    @property
    def kind(self) -> ReferenceKind:
        """What the angles are held against."""
        return self.scores.kind


def study_of(rows: Iterable[ClipRow], lifters: Sequence[str], options: StudyOptions | None = None) -> Study:
    """The study of scored clips. rows : of :mod:`core.results.clip_table`. lifters : in the order of the tables.

    Raises :class:`DataError` where no clip or no lifter can be compared.
    """
    return _result(study_steps(rows, lifters, options))


def study_steps(
    rows: Iterable[ClipRow], lifters: Sequence[str], options: StudyOptions | None = None, *, intervals: bool = True
) -> Generator[None, None, Study]:
    """:func:`study_of` in steps, after each of which a caller may do something else, or give it up. intervals : False
    for none (their ends are NaN, and nothing is decided), which takes little time.
    """
    rows = tuple(rows)
    scores = scores_of(rows, lifters)
    other = sum(row.frames > 0 and row.kind is not scores.kind for row in rows)
    lines = [f"{several(other, 'clip')}: without the ISB angles that the others have"] if other else []
    failed = sum(row.frames == 0 or row.floor is None for row in rows)
    lines += [f"{several(failed, 'clip')}: could not be scored"] if failed else []
    return (yield from _steps(scores, options or StudyOptions(), lines, intervals=intervals))


def study_of_scores(scores: Scores, options: StudyOptions | None = None, left_out: Sequence[str] = ()) -> Study:
    """The same of sums. left_out : what was left out before, in lines."""
    return _result(_steps(scores, options or StudyOptions(), left_out))


def _steps(
    scores: Scores, options: StudyOptions, left_out: Sequence[str], *, intervals: bool = True
) -> Generator[None, None, Study]:
    scores, lines = _comparable(scores, options.by)
    resampling = resampling_of(scores.takes, scores.athletes, n=options.resamples if intervals else 0,
                               seed=options.seed, level=options.level)  # fmt: skip
    yield
    found = measured(scores, resampling)
    other = [by for by in POSITIONS if by != options.by and _known(found, by)]
    yield
    by_athlete = points_by(scores, "athletes", resampling)
    yield
    by_activity = points_by(scores, "activities", resampling)
    yield
    within: list[Correlation] = []
    for name in scores.lifters:
        within += between_clips(scores.of_lifters([name]), resampling, options.by)
        yield
    pairs = pairs_of(found, options.by, options.margin_deg)
    yield
    return Study(
        options, scores, (*left_out, *lines), resampling, points(found), by_athlete, by_activity,
        tuple(between_lifters(found, by) for by in (options.by, *other)), tuple(within), pairs,
        tuple(pair for by in other for pair in pairs_of(found, by, options.margin_deg)),
    )  # fmt: skip


def _result(steps: Generator[None, None, Study]) -> Study:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Study = ended.value
            return found


def _known(found: Measured, by: str) -> bool:
    return bool(np.isfinite(found.value.position_mm(by)).all())


def _comparable(scores: Scores, by: str) -> tuple[Scores, list[str]]:
    """Lifters that have that position error at all, on the clips that they share; and what is left out."""
    scored = scores.angles[:, 1].sum(axis=(1, 2)) > 0
    known = scored & np.isfinite(scores.position_mm(by)).any(axis=1)
    lines = [
        f"{name}: " + (f"has no {BY[by]}" if scored[k] else "no clip could be scored")
        for k, name in enumerate(scores.lifters) if not known[k]
    ]  # fmt: skip
    names = [name for k, name in enumerate(scores.lifters) if known[k]]
    if not names:
        raise DataError("no lifter can be compared", expected=f"a lifter with {by} and angles", got="; ".join(lines))
    scores = scores.of_lifters(names)
    shared = scores.comparable(by)
    if not shared.any():
        raise DataError("the lifters share no clip", expected="a clip that all of them were scored on alike")
    if missing := int(np.count_nonzero(~shared)):
        lines.append(f"{missing} of {len(scores)} clips: not scored for every lifter on the same frames and joints")
    return scores.part(shared), lines


@dataclass(frozen=True, slots=True)
class Published:
    """A row of the study's own table. Its millimetres were published for Human3.6M, not measured on these clips."""

    lifter: str
    mpjpe_mm: float
    mae_deg: float


def published() -> tuple[Published, ...]:
    """*Does Lower MPJPE Mean Better Biomechanics?*, AthletePose3D test clips: for comparison, never as our result."""
    return (Published("MotionBERT", 37.2, 25.19), Published("VideoPose3D", 46.8, 21.77),
            Published("SimpleBaseline3D", 58.5, 19.21))  # fmt: skip
