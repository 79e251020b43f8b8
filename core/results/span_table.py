"""The numbers of spans as a table in long form, written as the tables of a results folder are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from core.anatomy.spans import TOGETHER, SpanNumbers
from core.conventions import ShoulderView, angle_names
from core.results.groups import ALL
from core.results.tables import csv_bytes

__all__ = ["span_csv", "span_table"]

_ROWS = ("mae_deg", "rmse_deg", "bias_deg", "sd_deg", "p95_deg", "rom_error_deg", "rom_source_deg", "rom_reference_deg",
         "r", "lag_s", "lag_frames")  # fmt: skip
_POSITIONS = ("mpjpe_mm", "n_mpjpe_mm", "p_mpjpe_mm")


def span_table(spans: Iterable[tuple[str, Sequence[SpanNumbers]]], view: ShoulderView) -> pl.DataFrame:
    """One row per span, source and angle, and one for all twelve angles, which has the position errors.

    spans : (name, the numbers of its sources). Columns that ``by_clip.csv`` has too mean the same and hold the same
    numbers where the span is the whole clip.
    """
    names = (*angle_names(view), ALL)
    blocks = [_block(span, numbers, names) for span, sources in spans for numbers in sources]
    return pl.concat(blocks).with_columns(pl.col(pl.Float64).fill_nan(None))


def span_csv(spans: Iterable[tuple[str, Sequence[SpanNumbers]]], view: ShoulderView) -> bytes:
    """:func:`span_table` as CSV: four decimals, undefined is an empty cell."""
    return csv_bytes(span_table(spans, view), exact_p95=True)


def _block(span: str, numbers: SpanNumbers, names: Sequence[str]) -> pl.DataFrame:
    ends = {
        "span": span, "clip": numbers.clip, "first_frame": numbers.first, "last_frame": numbers.last,
        "first_s": numbers.first / numbers.fps, "last_s": numbers.last / numbers.fps, "lifter": numbers.source,
    }  # fmt: skip
    columns: dict[str, Any] = {name: [value] * len(names) for name, value in ends.items()}
    columns |= {"angle": list(names), "count": numbers.count.astype(np.int64)}
    columns |= {name: getattr(numbers, name) for name in _ROWS}
    for name in _POSITIONS:
        beside = np.full(len(names), np.nan)
        beside[TOGETHER] = getattr(numbers, name)
        columns[name] = beside
    return pl.DataFrame(columns | {"reference": [str(numbers.kind)] * len(names)})
