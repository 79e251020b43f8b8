"""The tables of a results folder, from the scores of all clips."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from core.conventions import ARM_DIRECTIONS, N_ANGLES, ShoulderView, angle_names
from core.evaluation import REFERENCE, ReferenceKind
from core.files import read_bytes, sha256_hex, write_atomic
from core.metrics.sums import AngleSums, ratio
from core.records import Float64
from core.results.groups import ALL, GroupKey, Total, overall_totals
from core.results.ranks import RANKED, rank_lifters
from core.results.scores import ClipScore, SourceScore
from core.skeleton import JOINTS

__all__ = ["RESULT_FILES", "angle_rows", "csv_bytes", "files_table", "summary_table", "tables_of", "write_tables"]

RESULT_FILES = ("summary.csv", "by_angle.csv", "by_subject.csv", "by_activity.csv", "by_clip.csv", "by_joint.csv",
                "evaluations.parquet", "files.csv")  # fmt: skip
"""Files that :func:`write_tables` writes."""

STATISTICS = (
    "count", "mae_deg", "mae_offset_removed_deg", "rmse_deg", "bias_deg", "sd_deg", "p95_deg", "rom_error_deg", "r",
    "lag_s", "near_singular_count", "mae_regular_deg",
)  # fmt: skip
"""Columns of a row of angle errors. mae_offset_removed: the median error per clip and angle taken out; r: within
clips; regular: without near-singular frames; p95 of groups is exact to 0.01 degrees."""

POSITIONS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm", "velocity_mm_s")
_ADDING = ("floor_count", "mpjpe_count", "n_mpjpe_count", "p_mpjpe_count")
"""How many errors a mean of a clip is over, beside ``count``: with them the means of clips add to those of groups."""

_COUNTS = ("count", "near_singular_count", *_ADDING)
_R = STATISTICS.index("r")
_KIND = "reference"
_COVERAGE = ("frames_scored", "position_frames")
_DECIMALS = 4
_P95_DECIMALS = 2
_WITH_EXACT_P95 = ("by_clip.csv",)
_BLOCK = 1024


def angle_rows(sums: AngleSums, p95_deg: Float64) -> Float64:
    """(..., 15, 12) statistics: twelve angles, all of them together, arm direction left and right.

    p95_deg : (..., 15). Columns: :data:`STATISTICS`. Pearson's r of all angles together says nothing and is NaN.
    """
    columns = [
        np.concatenate([each[..., :N_ANGLES], together[..., :1], each[..., N_ANGLES:]], axis=-1)
        for each, together in zip(_statistics(sums), _statistics(sums.pooled()), strict=True)
    ]
    columns.insert(STATISTICS.index("p95_deg"), p95_deg)
    rows = np.stack(columns, axis=-1)
    rows[..., N_ANGLES, _R] = np.nan
    return rows


def _statistics(sums: AngleSums) -> tuple[Float64, ...]:
    """:data:`STATISTICS` without p95, each (..., 14)."""
    return (sums.count, sums.mae_deg, sums.mae_offset_removed_deg, sums.rmse_deg, sums.bias_deg, sums.sd_deg,
            sums.rom_error_deg, sums.r, sums.lag_s, sums.singular_count, sums.mae_regular_deg)  # fmt: skip


def _position_means(table: Float64) -> Float64:
    """(..., 4) means over joints and frames of position sums (8, ..., 17)."""
    total = table.sum(axis=-1)
    return np.moveaxis(ratio(total[0::2], total[1::2]), 0, -1)


def _row_names(view: ShoulderView) -> tuple[str, ...]:
    return (*angle_names(view), ALL, *ARM_DIRECTIONS)


def tables_of(
    scores: Iterable[ClipScore], totals: Mapping[GroupKey, Total], lifters: Sequence[str], view: ShoulderView
) -> dict[str, pl.DataFrame]:
    """Every table of numbers, by file name.

    The last column says what the angles are held against; kinds never share a row.
    scores : in the order of the dataset. totals : of the same, by :func:`core.results.groups.group_scores`.
    lifters : order of the rows, the reference first.
    """
    overall = overall_totals(totals, lifters)
    evaluations = _evaluations(scores, view)
    by_clip = evaluations.drop("athlete", "activity", "fps", "frames", *_ADDING).rename({"clip": "group"})
    return {
        "summary.csv": pl.concat(summary_table(kind, total) for kind, total in overall.items()),
        "by_angle.csv": pl.concat(_by_angle(kind, total, view) for kind, total in overall.items()),
        "by_subject.csv": _by_group(totals, "subject", (REFERENCE, *lifters), view),
        "by_activity.csv": _by_group(totals, "activity", (REFERENCE, *lifters), view),
        "by_clip.csv": by_clip,
        "by_joint.csv": pl.concat(_by_joint(kind, total) for kind, total in overall.items()),
        "evaluations.parquet": evaluations,
    }


def write_tables(folder: Path, tables: dict[str, pl.DataFrame], metadata: dict[str, str]) -> None:
    """Write the tables atomically: CSV with four decimals, undefined as empty cells; Parquet typed.

    A 95th percentile from counts of 0.01 degrees is written with two.
    """
    for name, table in tables.items():
        buffer = io.BytesIO()
        if name.endswith(".parquet"):
            table.write_parquet(buffer, metadata=metadata)
        else:
            buffer.write(csv_bytes(table, exact_p95=name in _WITH_EXACT_P95))
        write_atomic(folder / name, buffer.getvalue())


def csv_bytes(table: pl.DataFrame, *, exact_p95: bool) -> bytes:
    """A table as CSV: four decimals, undefined as empty cells. exact_p95 : its 95th percentiles are of the errors
    themselves; those from counts of 0.01 degrees are written with two decimals.
    """
    if "p95_deg" in table.columns and not exact_p95:
        cells = [None if p95 is None else f"{p95:.{_P95_DECIMALS}f}" for p95 in table["p95_deg"]]
        table = table.with_columns(pl.Series("p95_deg", cells, pl.String))
    rounded = pl.col(pl.Float64).round(_DECIMALS)
    no_minus_zero = pl.when(rounded == 0).then(0.0).otherwise(rounded)
    buffer = io.BytesIO()
    table.with_columns(no_minus_zero.name.keep()).write_csv(buffer, float_precision=_DECIMALS)
    return buffer.getvalue()


def summary_table(kind: ReferenceKind, totals: Mapping[str, Total]) -> pl.DataFrame:
    """One row per lifter; the row ``reference`` is the floor and takes no part in the ranks (1 is best).

    Ranks are empty where :func:`core.results.ranks.rank_lifters` finds that they would compare unlike frames.
    """
    ranks = rank_lifters(kind, totals).of
    rows = [
        _summary_row(lifter, total)
        | {rank: ranks.get(lifter, {}).get(rank) for rank in RANKED.values()}
        | {"frames_scored": total.frames_scored, "position_frames": total.position_frames, _KIND: str(kind)}
        for lifter, total in totals.items()
    ]
    whole = dict.fromkeys(RANKED.values(), pl.Int64)
    return _no_nan(pl.DataFrame(rows, schema_overrides=whole))


def files_table(scores: Iterable[ClipScore], cameras: Path | None) -> pl.DataFrame:
    """One row per file that was read: clip, role (info, points, poses, cameras or lifter), file, sha256, frames.

    cameras : the dataset's camera file, which belongs to no single clip.
    """
    rows: list[tuple[str | None, str, str, str, int | None]]
    rows = [(None, "cameras", str(cameras), sha256_hex(read_bytes(cameras)), None)] if cameras else []
    rows += [(clip.clip, file.role, file.path, file.sha256, file.frames) for clip in scores for file in clip.files]
    text = dict.fromkeys(("clip", "role", "file", "sha256"), pl.String)
    return pl.DataFrame(rows, schema={**text, "frames": pl.Int64}, orient="row")


def _summary_row(lifter: str, total: Total) -> dict[str, object]:
    pooled = total.angles.pooled()
    row: dict[str, object] = {"lifter": lifter, "clips": total.clips, "frames": total.frames}
    row |= dict(zip(POSITIONS[:3], _position_means(total.position_table)[:3], strict=True))
    floor_sum, floor_count = total.floor.sum(axis=1)
    row["angle_mae_deg"] = float(pooled.mae_deg[0])
    row["floor_mae_deg"] = floor_sum / floor_count if floor_count else float("nan")
    row["angle_mae_offset_removed_deg"] = float(pooled.mae_offset_removed_deg[0])
    row["angle_mae_regular_deg"] = float(pooled.mae_regular_deg[0])
    row["near_singular_count"] = int(pooled.singular_count[0])
    arms = total.angles
    both = arms.row("abs_sum")[N_ANGLES:].sum(), arms.count[N_ANGLES:].sum()
    row["arm_direction_mae_deg"] = both[0] / both[1] if both[1] else float("nan")
    row["velocity_mm_s"] = total.positions.velocity_mm_s
    return row


def _by_angle(kind: ReferenceKind, totals: Mapping[str, Total], view: ShoulderView) -> pl.DataFrame:
    blocks = [angle_rows(total.angles, total.p95_deg()) for total in totals.values()]
    names = _row_names(view)
    keys = {"lifter": np.repeat(list(totals), len(names)), "group": np.tile(names, len(totals))}
    return _typed(keys, np.vstack(blocks), STATISTICS).with_columns(pl.lit(str(kind)).alias(_KIND))


def _by_group(
    totals: Mapping[GroupKey, Total], grouping: str, order: Sequence[str], view: ShoulderView
) -> pl.DataFrame:
    """Long form: lifter, group, angle; position errors stand in the rows of all angles. Group after group."""
    kinds = list(ReferenceKind)
    keys = [key for key in totals if key.grouping == grouping]
    keys.sort(key=lambda key: (kinds.index(key.kind), key.group, order.index(key.lifter)))
    names = _row_names(view)
    blocks = [
        _with_positions(angle_rows(totals[key].angles, totals[key].p95_deg()), totals[key].position_table)
        for key in keys
    ]
    labels = {
        "lifter": np.repeat([key.lifter for key in keys], len(names)),
        "group": np.repeat([key.group for key in keys], len(names)),
        "angle": np.tile(names, len(keys)),
    }
    table = _typed(labels, np.vstack(blocks), (*STATISTICS, *POSITIONS))
    return table.with_columns(pl.Series(_KIND, np.repeat([str(key.kind) for key in keys], len(names))))


def _with_positions(rows: Float64, positions: Float64) -> Float64:
    """Append the means of position sums (8, ..., 17) to (..., 15, N), in the row of all angles only."""
    beside = np.full((*rows.shape[:-1], len(POSITIONS)), np.nan)
    beside[..., N_ANGLES, :] = _position_means(positions)
    return np.concatenate([rows, beside], axis=-1)


def _evaluations(scores: Iterable[ClipScore], view: ShoulderView) -> pl.DataFrame:
    """One row per lifter, clip and angle: everything above the frame; clips with ISB angles first."""
    names = _row_names(view)
    labels: list[tuple[str | float, ...]] = []
    blocks: list[Float64] = []
    waiting: list[SourceScore] = []
    for clip in scores:
        labels += [(s.source, clip.clip, clip.athlete, clip.activity, clip.fps, clip.frames, s.frames_scored,
                    s.position_frames, str(clip.kind)) for s in clip.scores]  # fmt: skip
        waiting += clip.scores
        if len(waiting) >= _BLOCK:
            blocks.append(_clip_rows(waiting))
            waiting = []
    blocks += [_clip_rows(waiting)] if waiting else []
    columns = ("lifter", "clip", "athlete", "activity", "fps", "frames", *_COVERAGE, _KIND)
    keys = {
        name: np.repeat(list(values), len(names))
        for name, values in zip(columns, zip(*labels, strict=True), strict=True)
    }
    ordered = {"lifter": keys["lifter"], "clip": keys["clip"], "angle": np.tile(names, len(labels))}
    table = _typed(ordered | keys, np.vstack(blocks), (*STATISTICS, "floor_mae_deg", *POSITIONS, *_ADDING))
    last = (*_ADDING, *_COVERAGE, _KIND)
    return table.select(pl.exclude(last), *last).sort(_KIND, maintain_order=True)


def _clip_rows(scores: Sequence[SourceScore]) -> Float64:
    """(N * 15, 21) statistics, floor, positions and the counts behind the last two, of N scores. p95 is exact here,
    from the clip's own errors.
    """
    p95 = np.full((len(scores), N_ANGLES + 1 + len(ARM_DIRECTIONS)), np.nan)
    p95[:, : N_ANGLES + 1] = [score.p95_deg for score in scores]
    sums = AngleSums(np.stack([score.angle_sums for score in scores], axis=1))
    positions = np.stack([score.position_sums for score in scores], axis=1)
    rows = _with_positions(angle_rows(sums, p95), positions)
    floor = np.zeros((2, len(scores), p95.shape[1]))
    floor[:, :, :N_ANGLES] = np.stack([score.floor for score in scores], axis=1)
    floor[:, :, N_ANGLES] = floor[:, :, :N_ANGLES].sum(axis=-1)
    counts = np.zeros((*p95.shape, len(_ADDING)))
    counts[..., 0] = floor[1]
    counts[:, N_ANGLES, 1:] = positions.sum(axis=-1)[1:6:2].T
    rows = np.concatenate([np.insert(rows, len(STATISTICS), ratio(*floor), axis=-1), counts], axis=-1)
    return rows.reshape(-1, rows.shape[-1])


def _by_joint(kind: ReferenceKind, totals: Mapping[str, Total]) -> pl.DataFrame:
    """Position errors per joint, one row per lifter and joint."""
    lifters = [lifter for lifter in totals if lifter != REFERENCE]
    metrics = ("mpjpe", "n_mpjpe", "p_mpjpe", "velocity")
    blocks = [np.column_stack([totals[lifter].positions.per_joint(metric) for metric in metrics]) for lifter in lifters]
    keys = {"lifter": np.repeat(np.array(lifters, str), len(JOINTS)), "joint": np.tile(JOINTS, len(lifters))}
    table = _typed(keys, np.vstack([np.empty((0, len(POSITIONS))), *blocks]), POSITIONS)
    return table.with_columns(pl.lit(str(kind)).alias(_KIND))


def _typed(keys: dict[str, np.ndarray], values: Float64, columns: Sequence[str]) -> pl.DataFrame:
    """A table of text keys and numbers: counts as integers, undefined as null."""
    table = pl.DataFrame({**keys, **{name: values[:, k] for k, name in enumerate(columns)}})
    return _no_nan(table).with_columns(pl.col(name).cast(pl.Int64) for name in _COUNTS if name in columns)


def _no_nan(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col(pl.Float64).fill_nan(None))
