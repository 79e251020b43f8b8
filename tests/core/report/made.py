"""Results folders with as many clips as are wanted, from the tables of a real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

_MEANS = ("mae_deg", "rmse_deg", "mae_offset_removed_deg", "mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")
_REASONS = ("flags.csv", "angle_reasons.csv", "position_reasons.csv")


def edited(results: Path, out: Path, *, table: Callable[[pl.DataFrame], pl.DataFrame] = lambda each: each,
           run: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:  # fmt: skip
    """A copy of results without their report and reasons, with ``evaluations.parquet`` and ``run.json`` changed."""
    out.mkdir(parents=True)
    for name in ("summary.csv", "files.csv"):
        (out / name).write_bytes((results / name).read_bytes())
    table(pl.read_parquet(results / "evaluations.parquet")).write_parquet(out / "evaluations.parquet")
    record = json.loads((results / "run.json").read_text())
    run(record)
    (out / "run.json").write_text(json.dumps(record))
    return out


def write_large(results: Path, out: Path, clips: int, athletes: int) -> Path:
    """So many clips over so many athletes, in takes of four cameras, each the jittered numbers of a clip of ``results``
    with reasons."""
    names = pl.read_parquet(results / "evaluations.parquet")["clip"].unique().sort().to_list()

    def repeated(table: pl.DataFrame) -> pl.DataFrame:
        return pl.concat(
            _renamed(table.filter(pl.col("clip") == names[number % len(names)]), number, athletes)
            for number in range(clips)
        )

    edited(results, out, table=repeated)
    for name in _REASONS:
        repeated(pl.read_csv(results / name, infer_schema_length=None)).write_csv(out / name)
    return out


def _renamed(rows: pl.DataFrame, number: int, athletes: int) -> pl.DataFrame:
    take = number // 4
    athlete, activity = f"S{take % athletes}", f"Activity {take % 11}"
    rng = np.random.default_rng(number)
    changed = [pl.lit(f"{athlete}_{activity}_{take}_cam_{number % 4}").alias("clip")]
    changed += [pl.lit(f"made/{athlete}").alias("athlete")] if "athlete" in rows.columns else []
    changed += [pl.lit(activity).alias("activity")] if "activity" in rows.columns else []
    present = [column for column in _MEANS if column in rows.columns]
    jitter = np.exp(rng.normal(0, 0.2, (len(rows), len(present))))
    changed += [pl.col(name) * jitter[:, k] for k, name in enumerate(present)]
    return rows.with_columns(changed)
