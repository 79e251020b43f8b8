"""The numbers of every clip and lifter beside each other: from scores as they come, or from a results folder.

The numbers are those of ``by_clip.csv``; the ranks follow the rule of ``summary.csv``, for one clip at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from core.conventions import ARM_DIRECTIONS
from core.errors import DataError
from core.evaluation import REFERENCE, ReferenceKind
from core.results.angle_numbers import TABLE_COLUMNS, AngleNumbers, angle_numbers_of_table
from core.results.folder import RUN, read_run
from core.results.groups import ALL, Total
from core.results.lifter_numbers import LifterNumbers, Sums, contradictions, numbers_of, total_of
from core.results.pooling import Overall, read_overall
from core.results.ranks import Ranks, rank_lifters
from core.results.scores import ClipScore, Failure, SourceScore

__all__ = ["ClipRow", "clip_row", "read_rows"]

_TABLE = "evaluations.parquet"
_POSITIONS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")
_COUNTED = {"mae_deg": "count", "floor_mae_deg": "floor_count"} | {
    name: name.replace("_mm", "_count") for name in _POSITIONS
}
"""The means of a row, and in which column stands how many errors each is over."""
_COLUMNS = ("lifter", "clip", "athlete", "activity", "fps", "frames", *_COUNTED, *_COUNTED.values(), "frames_scored",
            "position_frames", "reference")  # fmt: skip
_NO_RANKS = Ranks({}, ())


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One scored clip.

    frames : 0 where the clip itself could not be used. kind : what its angles are held against. lifters : those that
    were scored. floor : the estimator on the reference poses, of a clip that could be used. failures : why the clip,
    or a lifter on it, was not scored. unranked : why there are no ranks. run : of a row of a results folder, what its
    summary says of all clips.
    """

    clip: str
    athlete: str
    activity: str
    fps: float
    frames: int
    kind: ReferenceKind = ReferenceKind.ISB
    lifters: tuple[LifterNumbers, ...] = ()
    floor: LifterNumbers | None = None
    failures: tuple[Failure, ...] = ()
    unranked: tuple[str, ...] = ()
    run: tuple[Overall, ...] = ()

    @property
    def sources(self) -> tuple[LifterNumbers, ...]:
        """The floor, under the name of the reference, and the lifters."""
        return (*(() if self.floor is None else (self.floor,)), *self.lifters)

    def disagreements(self, by: str = "mpjpe_mm") -> tuple[tuple[str, str], ...]:
        """Pairs of lifters of which the first is better by that position error and the second by angles."""
        return contradictions(self.lifters, by)


def clip_row(score: ClipScore) -> ClipRow:
    """The numbers of a clip that was just scored."""
    totals = {source.source: _total(source) for source in score.scores}
    ranks = rank_lifters(score.kind, totals)
    numbers = [numbers_of(source.source, totals[source.source], ranks, _problems(source), Sums.of(source),
                          AngleNumbers.of(source)) for source in score.scores]  # fmt: skip
    floor = next((of for of in numbers if of.lifter == REFERENCE), None)
    lifters = tuple(of for of in numbers if of.lifter != REFERENCE)
    return ClipRow(score.clip, score.athlete, score.activity, score.fps, score.frames, score.kind, lifters, floor,
                   score.failures, ranks.warnings)  # fmt: skip


def read_rows(folder: Path) -> tuple[ClipRow, ...]:
    """The numbers of all clips of a finished run; nothing where not one could be scored.

    From ``evaluations.parquet``, which holds ``by_clip.csv`` without rounding and with the counts behind every mean,
    ``summary.csv`` and ``run.json``. Raises :class:`DataError` where the folder holds no finished run or a table cannot
    be read.
    """
    import polars as pl  # takes longer to load than a window to open

    run = read_run(folder)
    path = folder / _TABLE
    if not path.is_file():
        return ()
    try:
        whole = pl.scan_parquet(path)
        if lacking := [name for name in _COLUMNS if name not in whole.collect_schema().names()]:
            raise DataError(f"has no column {lacking[0]}: written by another version of anglescope", path=path,
                            expected="results scored again by this one")  # fmt: skip
        table = whole.filter(pl.col("angle") == ALL).select(_COLUMNS).collect()
        twelve = whole.filter(~pl.col("angle").is_in([ALL, *ARM_DIRECTIONS]))
        by_angle = angle_numbers_of_table(twelve.select("clip", "lifter", *TABLE_COLUMNS).collect())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(f"cannot be read ({str(error).splitlines()[0]})", path=path) from None
    missing = {lifter: frozenset(about["missing"]) for lifter, about in run["lifters"].items()}
    overall = read_overall(folder, run.get("warnings", ()))
    rows = table.sort("clip", maintain_order=True).iter_rows(named=True)
    return tuple(
        _row_of_table(list(of_clip), missing, overall, by_angle) for _, of_clip in groupby(rows, itemgetter("clip"))
    )


def _row_of_table(
    rows: list[dict[str, Any]],
    missing: Mapping[str, frozenset[str]],
    overall: tuple[Overall, ...],
    by_angle: Mapping[tuple[str, str], AngleNumbers],
) -> ClipRow:
    """The rows of one clip, that of the reference among them. missing : clips without a prediction, by lifter."""
    first = rows[0]
    kind = ReferenceKind(first["reference"])
    own = {row["lifter"]: row for row in rows if row["lifter"] != REFERENCE}
    ranks = rank_lifters(kind, {lifter: total_of(_sums_of_table(row).flat, 1, 1) for lifter, row in own.items()})
    lifters = tuple(_numbers_of_table(row, ranks, by_angle) for row in own.values())
    floor = next((_numbers_of_table(row, _NO_RANKS, by_angle) for row in rows if row["lifter"] == REFERENCE), None)
    return ClipRow(first["clip"], first["athlete"], first["activity"], first["fps"], first["frames"], kind, lifters,
                   floor, tuple(_unscored(first["clip"], own, missing)), ranks.warnings, overall)  # fmt: skip


def _unscored(clip: str, scored: Iterable[str], missing: Mapping[str, frozenset[str]]) -> Iterator[Failure]:
    """Lifters with a prediction for the clip and no score; their reasons stand in ``run.json``, without the clip."""
    for lifter, without in missing.items():
        if lifter not in scored and clip not in without:
            yield Failure(clip, lifter, f"{clip}: {lifter} could not be scored; {RUN} says why")


def _numbers_of_table(
    row: Mapping[str, Any], ranks: Ranks, by_angle: Mapping[tuple[str, str], AngleNumbers]
) -> LifterNumbers:
    lifter, sums = row["lifter"], _sums_of_table(row)
    return numbers_of(lifter, total_of(sums.flat, 1, 1), ranks, sums=sums, by_angle=by_angle.get((row["clip"], lifter)))


def _total(score: SourceScore) -> Total:
    """The sums of this clip alone, as a group of one."""
    total = Total()
    total.add(score, 0)
    return total


def _sums_of_table(row: Mapping[str, Any]) -> Sums:
    """The sums whose means and counts a row of the table has."""
    pairs = {mean: (0.0 if row[mean] is None else row[mean] * row[count], float(row[count]))
             for mean, count in _COUNTED.items()}  # fmt: skip
    return Sums(row["frames"], row["frames_scored"], row["position_frames"], pairs["mae_deg"], pairs["floor_mae_deg"],
                *(pairs[name] for name in _POSITIONS))  # fmt: skip


def _problems(score: SourceScore) -> tuple[str, ...]:
    turn = score.orientation
    if turn is None:
        return score.problems
    line = f"poses fit better {turn.way}: P-MPJPE {turn.better_mm:.0f} mm against {turn.given_mm:.0f} mm as given"
    return (*score.problems, line)
