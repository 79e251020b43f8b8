"""The numbers of a sweep in long form, each with its interval and its change against training without an added loss.

Intervals come from resampling the recordings and their bodies (:mod:`core.study.resampling`); the same resamples serve
all runs, so that a change is that of the same movements. They say nothing of other seeds, which stand beside it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.conventions import N_ANGLES, angle_names
from core.metrics.sums import ratio
from core.records import Float64
from core.study.resampling import Interval, interval_of, resampling_of
from core.training.sweep.measuring import POSITIONS, REFERENCES, MeasuredClip
from core.training.sweep.running import Finished

__all__ = ["ALL", "COLUMNS", "FLOOR", "POSITION", "Row", "rows_csv", "summary", "sweep_rows"]

ALL = "all"
"""Stands for all seeds together, and for all angles."""

POSITION, FLOOR = "position", "floor"
"""Losses of rows: the mean joint distance alone; none, the network on the true joints."""

COLUMNS = ("loss", "lambda_mm_per_deg", "seed", "domain", "metric", "angle", "value", "low", "high", "change",
           "change_low", "change_high")  # fmt: skip
"""Of ``sweep.csv``."""

_RESAMPLES = 2000
_METRICS: tuple[tuple[str, str], ...] = (
    *((f"{name}_mm", "") for name in POSITIONS),
    *((f"angle_mae_{reference}_deg", angle) for reference in REFERENCES for angle in (ALL, *angle_names())),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One number. change : against the run without an added loss of the same seed; None where it is that run."""

    loss: str
    weight_mm: float | None
    seed: str
    domain: str
    metric: str
    angle: str
    found: Interval
    change: Interval | None = None


def sweep_rows(
    finished: Sequence[Finished], floor: dict[str, Float64], clips: dict[str, tuple[MeasuredClip, ...]]
) -> list[Row]:
    """Rows of every domain: the floor, then every run by itself and over all seeds."""
    rows: list[Row] = []
    for domain, measured in clips.items():
        resampling = resampling_of([clip.exact.take for clip in measured],
                                   [clip.exact.clip.athlete for clip in measured], n=_RESAMPLES)  # fmt: skip
        conditions = {_Condition(FLOOR, None, ALL): floor[domain], **_conditions(finished, domain)}
        stacked = np.stack(list(conditions.values()), axis=1)
        numbers = zip(_values(stacked.sum(axis=0)), np.moveaxis(_values(resampling.sums(stacked)), 1, 0), strict=True)
        measures = {key: _Measure(*found) for key, found in zip(conditions, numbers, strict=True)}
        for key, measure in measures.items():
            plain = measures.get(_Condition(POSITION, 0.0, key.seed)) if key.loss not in (FLOOR, POSITION) else None
            rows += _rows(key, domain, measure, plain)
    return rows


@dataclass(frozen=True, slots=True)
class _Condition:
    loss: str
    weight_mm: float | None
    seed: str


@dataclass(frozen=True, slots=True, eq=False)
class _Measure:
    """values : (M). resamples : (n, M)."""

    values: Float64
    resamples: Float64


def _conditions(finished: Sequence[Finished], domain: str) -> dict[_Condition, Float64]:
    """(C, N_SUMS) of every run and, added, of all seeds of its loss and weight."""
    found: dict[_Condition, Float64] = {}
    for one in finished:
        for seed in (str(one.run.seed), ALL):
            key = _Condition(one.run.loss if one.run.weight_mm else POSITION, one.run.weight_mm, seed)
            found[key] = found.get(key, np.zeros_like(one.sums[domain])) + one.sums[domain]
    return found


def _values(sums: Float64) -> Float64:
    """(..., M) means in the order of :data:`_METRICS` of sums (..., N_SUMS)."""
    split = 2 * len(POSITIONS)
    positions = sums[..., :split].reshape(*sums.shape[:-1], len(POSITIONS), 2)
    angles = sums[..., split:].reshape(*sums.shape[:-1], len(REFERENCES), 2, N_ANGLES)
    pooled = np.concatenate([angles.sum(axis=-1, keepdims=True), angles], axis=-1)
    degrees = ratio(pooled[..., 0, :], pooled[..., 1, :])
    return np.concatenate([ratio(positions[..., 0], positions[..., 1]), degrees.reshape(*sums.shape[:-1], -1)], axis=-1)


def _rows(key: _Condition, domain: str, measure: _Measure, plain: _Measure | None) -> Iterator[Row]:
    for number, (metric, angle) in enumerate(_METRICS):
        value = float(measure.values[number])
        if not math.isfinite(value):
            continue
        found = interval_of(value, measure.resamples[:, number])
        change = None
        if plain is not None:
            moved = measure.resamples[:, number] - plain.resamples[:, number]
            change = interval_of(value - float(plain.values[number]), moved)
        yield Row(key.loss, key.weight_mm, key.seed, domain, metric, angle, found, change)


def rows_csv(rows: Sequence[Row]) -> bytes:
    """``sweep.csv``: UTF-8, a header row, an empty cell for what there is not."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        weight = "" if row.weight_mm is None else f"{row.weight_mm:g}"
        writer.writerow([row.loss, weight, row.seed, row.domain, row.metric, row.angle, *_cells(row.found),
                         *_cells(row.change)])  # fmt: skip
    return out.getvalue().encode()


def _cells(of: Interval | None) -> list[str]:
    """A number and its ends; of a single take there are none."""
    parts = [float("nan")] * 3 if of is None else [of.value, of.low, of.high]
    return [f"{part:.3f}" if math.isfinite(part) else "" for part in parts]


def summary(rows: Sequence[Row]) -> list[list[str]]:
    """Of all seeds, one line a domain, loss and weight: MPJPE, P-MPJPE, angle MAE against both references."""
    wanted = ("mpjpe_mm", "p_mpjpe_mm", *(f"angle_mae_{reference}_deg" for reference in REFERENCES))
    lines: dict[tuple[str, str, float | None], dict[str, str]] = {}
    for row in rows:
        if row.seed == ALL and row.angle in ("", ALL) and row.metric in wanted:
            digits = 1 if row.metric.endswith("_mm") else 2
            span = f"{row.found.low:.{digits}f} to {row.found.high:.{digits}f}"
            text = f"{row.found.value:.{digits}f} ({span if math.isfinite(row.found.low) else 'one take: no interval'})"
            lines.setdefault((row.domain, row.loss, row.weight_mm), {})[row.metric] = text
    return [[domain, loss, "–" if weight is None else f"{weight:g}", *(found.get(metric, "–") for metric in wanted)]
            for (domain, loss, weight), found in lines.items()]  # fmt: skip
