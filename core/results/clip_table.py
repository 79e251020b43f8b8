"""The numbers of every clip and lifter beside each other: from scores as they come, or from a results folder.

The numbers are those of ``by_clip.csv``; the ranks follow the rule of ``summary.csv``, for one clip at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, permutations
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl

from core.errors import DataError
from core.evaluation import REFERENCE, ReferenceKind
from core.metrics.sums import ANGLE_ROWS, POSITION_ROWS
from core.results.folder import RUN, read_run
from core.results.groups import ALL, Total
from core.results.ranks import RANKED, Ranks, rank_lifters
from core.results.scores import ClipScore, Failure, SourceScore
from core.skeleton import N_JOINTS

__all__ = ["ClipRow", "LifterNumbers", "clip_row", "read_rows"]

_TABLE = "evaluations.parquet"
_POSITIONS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")
_COLUMNS = ("lifter", "clip", "athlete", "activity", "fps", "frames", "count", "mae_deg", "floor_mae_deg", *_POSITIONS,
            "frames_scored", "position_frames", "reference")  # fmt: skip


@dataclass(frozen=True, slots=True)
class LifterNumbers:
    """One lifter on one clip, as in the row of all angles of ``by_clip.csv``; NaN where undefined.

    mpjpe_mm : NaN for a source without metric scale. p_mpjpe_mm : after the best similarity per frame.
    angle_mae_deg : mean absolute error over the twelve angles. floor_mae_deg : the estimator on the reference poses,
    on the same frames; NaN where it stands in for the reference. rank_mpjpe, rank_angle_mae : among the lifters of
    this clip (1 is best, ties share the smaller), None where there is none. problems : what is wrong with the data
    but did not prevent a score; known from a score, not from a results folder.
    """

    lifter: str
    mpjpe_mm: float
    p_mpjpe_mm: float
    angle_mae_deg: float
    floor_mae_deg: float
    rank_mpjpe: int | None = None
    rank_angle_mae: int | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One scored clip.

    frames : 0 where the clip itself could not be used. kind : what its angles are held against. lifters : those that
    were scored. failures : why the clip, or a lifter on it, was not. unranked : why there are no ranks.
    """

    clip: str
    athlete: str
    activity: str
    fps: float
    frames: int
    kind: ReferenceKind = ReferenceKind.ISB
    lifters: tuple[LifterNumbers, ...] = ()
    failures: tuple[Failure, ...] = ()
    unranked: tuple[str, ...] = ()

    @property
    def disagreements(self) -> tuple[tuple[str, str], ...]:
        """Pairs of lifters of which the first is better by MPJPE and the second by angles; ties contradict nothing."""
        ranked = [(n.lifter, n.rank_mpjpe, n.rank_angle_mae) for n in self.lifters]
        known = [(lifter, by_mm, by_deg) for lifter, by_mm, by_deg in ranked if by_mm and by_deg]
        return tuple((one[0], two[0]) for one, two in permutations(known, 2) if one[1] < two[1] and one[2] > two[2])

    @property
    def disagrees(self) -> bool:
        """True where MPJPE and angles put the lifters in a different order."""
        return bool(self.disagreements)


def clip_row(score: ClipScore) -> ClipRow:
    """The numbers of a clip that was just scored."""
    totals = {source.source: _total(source) for source in score.scores if source.source != REFERENCE}
    ranks = rank_lifters(score.kind, totals)
    floors = {source.source: _floor_deg(source) for source in score.scores}
    problems = {source.source: _problems(source) for source in score.scores}
    lifters = tuple(
        _numbers(lifter, total, floors[lifter], ranks, problems[lifter]) for lifter, total in totals.items()
    )
    return ClipRow(score.clip, score.athlete, score.activity, score.fps, score.frames, score.kind, lifters,
                   score.failures, ranks.warnings)  # fmt: skip


def read_rows(folder: Path) -> tuple[ClipRow, ...]:
    """The numbers of all clips of a finished run; nothing where not one could be scored.

    From ``evaluations.parquet``, which holds ``by_clip.csv`` without rounding, and ``run.json``. The tables have no
    count of joints: of lifters that miss joints, ranks by position compare frames alone. Raises :class:`DataError`
    where the folder holds no finished run or its table cannot be read.
    """
    run = read_run(folder)
    path = folder / _TABLE
    if not path.is_file():
        return ()
    try:
        table = pl.scan_parquet(path).filter(pl.col("angle") == ALL).select(_COLUMNS).collect()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"cannot be read ({str(error).splitlines()[0]})", path=path) from None
    missing = {lifter: frozenset(about["missing"]) for lifter, about in run["lifters"].items()}
    rows = table.sort("clip", maintain_order=True).iter_rows(named=True)
    return tuple(_row_of_table(list(of_clip), missing) for _, of_clip in groupby(rows, key=itemgetter("clip")))


def _row_of_table(rows: list[dict[str, Any]], missing: Mapping[str, frozenset[str]]) -> ClipRow:
    """The rows of one clip, that of the reference among them. missing : clips without a prediction, by lifter."""
    first = rows[0]
    kind = ReferenceKind(first["reference"])
    own = {row["lifter"]: row for row in rows if row["lifter"] != REFERENCE}
    totals = {lifter: _total_of_table(row) for lifter, row in own.items()}
    ranks = rank_lifters(kind, totals)
    lifters = tuple(
        _numbers(lifter, totals[lifter], _number(row["floor_mae_deg"]), ranks) for lifter, row in own.items()
    )
    return ClipRow(first["clip"], first["athlete"], first["activity"], first["fps"], first["frames"], kind, lifters,
                   tuple(_unscored(first["clip"], own, missing)), ranks.warnings)  # fmt: skip


def _unscored(clip: str, scored: Iterable[str], missing: Mapping[str, frozenset[str]]) -> Iterator[Failure]:
    """Lifters with a prediction for the clip and no score; their reasons stand in ``run.json``, without the clip."""
    for lifter, without in missing.items():
        if lifter not in scored and clip not in without:
            yield Failure(clip, lifter, f"{clip}: {lifter} could not be scored; {RUN} says why")


def _numbers(
    lifter: str, total: Total, floor_deg: float, ranks: Ranks, problems: tuple[str, ...] = ()
) -> LifterNumbers:
    of = ranks.of.get(lifter, {})
    positions = total.positions
    return LifterNumbers(
        lifter, positions.mpjpe_mm, positions.p_mpjpe_mm, float(total.angles.pooled().mae_deg[0]), floor_deg,
        of.get(RANKED["mpjpe_mm"]), of.get(RANKED["angle_mae_deg"]), problems,
    )  # fmt: skip


def _total(score: SourceScore) -> Total:
    """The sums of this clip alone, as a group of one."""
    total = Total()
    total.add(score, 0)
    return total


def _total_of_table(row: Mapping[str, Any]) -> Total:
    """Sums that have the means and the coverage of a row of the table, so that one rule ranks both."""
    total = Total(clips=1, frames=row["frames"], frames_scored=row["frames_scored"], covered=1)
    if row["mae_deg"] is not None:
        total.angle_table[ANGLE_ROWS.index("count"), 0] = row["count"]
        total.angle_table[ANGLE_ROWS.index("abs_sum"), 0] = row["count"] * row["mae_deg"]
    joints = row["position_frames"] * N_JOINTS
    for column in _POSITIONS:
        if row[column] is not None:
            first = POSITION_ROWS.index(f"{column.removesuffix('_mm')}_sum")
            total.position_table[first : first + 2, 0] = joints * row[column], joints
    return total


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _floor_deg(score: SourceScore) -> float:
    total, count = score.floor.sum(axis=1)
    return float(total / count) if count else float("nan")


def _problems(score: SourceScore) -> tuple[str, ...]:
    turn = score.orientation
    if turn is None:
        return score.problems
    line = f"poses fit better {turn.way}: P-MPJPE {turn.better_mm:.0f} mm against {turn.given_mm:.0f} mm as given"
    return (*score.problems, line)
