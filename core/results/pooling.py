"""All clips together while they are being scored: the rows of ``summary.csv``, from what each clip adds to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import DataError
from core.evaluation import REFERENCE, ReferenceKind
from core.records import Float64
from core.results.folder import RUN
from core.results.lifter_numbers import N_SUMS, LifterNumbers, Sums, contradictions, numbers_of, total_of
from core.results.ranks import rank_lifters

__all__ = ["Overall", "Pool", "read_overall"]

_TABLE = "summary.csv"
_NUMBERS = tuple(each.name for each in fields(LifterNumbers) if each.name not in ("problems", "sums", "by_angle"))


@dataclass(frozen=True, slots=True)
class Overall:
    """All clips of one kind of reference together, as ``summary.csv`` has them: sums over frames, no mean of means.

    clips : that were scored. lifters : in order, each over its own clips. floor : the row ``reference``. unranked :
    why there are no ranks where there are none.
    """

    kind: ReferenceKind
    clips: int
    lifters: tuple[LifterNumbers, ...]
    floor: LifterNumbers
    unranked: tuple[str, ...] = ()

    def disagreements(self, by: str = "mpjpe_mm") -> tuple[tuple[str, str], ...]:
        """Pairs of lifters of which the first is better by that position error and the second by angles."""
        return contradictions(self.lifters, by)


@dataclass(slots=True)
class _Added:
    """Sums of one source over some clips; ``covered`` has a bit for each of them."""

    clips: int = 0
    covered: int = 0
    flat: Float64 = field(default_factory=lambda: np.zeros(N_SUMS))


class Pool:
    """Adds up clips in any order; a clip counts once. lifters : order of the numbers, as in ``summary.csv``."""

    def __init__(self, lifters: Sequence[str]) -> None:
        self._names = tuple(dict.fromkeys((REFERENCE, *lifters)))
        self._parts: dict[str, tuple[ReferenceKind, dict[str, Sums]]] = {}
        self._added: dict[ReferenceKind, dict[str, _Added]] = {}
        self._stale = False

    def put(self, clip: str, kind: ReferenceKind, sources: Iterable[LifterNumbers]) -> None:
        """Add the sources of a clip, the reference among them; in place of what was there of it."""
        self._stale |= clip in self._parts  # to subtract the old sums would leave rounding behind
        self._parts[clip] = kind, {numbers.lifter: numbers.sums for numbers in sources if numbers.sums is not None}
        if not self._stale:
            self._add(len(self._parts) - 1, *self._parts[clip])

    def overall(self) -> tuple[Overall, ...]:
        """What there is so far, by kind of reference; nothing before the first clip."""
        if self._stale:
            self._added, self._stale = {}, False
            for place, (kind, parts) in enumerate(self._parts.values()):
                self._add(place, kind, parts)
        return tuple(_overall(kind, self._added[kind]) for kind in ReferenceKind if kind in self._added)

    def _add(self, place: int, kind: ReferenceKind, parts: dict[str, Sums]) -> None:
        if not parts:
            return
        if kind not in self._added:
            self._added[kind] = {name: _Added() for name in self._names}
        for name in parts.keys() & self._names:
            added = self._added[kind][name]
            added.clips += 1
            added.covered |= 1 << place
            added.flat += parts[name].flat


def read_overall(folder: Path, warnings: Sequence[str] = ()) -> tuple[Overall, ...]:
    """All clips of a finished run, from its ``summary.csv`` (four decimals).

    warnings : of its ``run.json``, some of which say why there are no ranks. Raises :class:`DataError` where the table
    cannot be read.
    """
    import polars as pl  # takes longer to load than a window to open

    path = folder / _TABLE
    try:
        rows = list(
            pl.read_csv(path, infer_schema_length=None, schema_overrides={"lifter": pl.String}).iter_rows(named=True)
        )
        kinds = list(dict.fromkeys(ReferenceKind(row["reference"]) for row in rows))
        return tuple(_of_table(kind, rows, warnings) for kind in kinds)
    except (OSError, KeyError, ValueError, IndexError, pl.exceptions.PolarsError) as error:
        raise DataError(f"cannot be read ({(str(error).splitlines() or [''])[0]})", path=path) from None


def _overall(kind: ReferenceKind, added: dict[str, _Added]) -> Overall:
    totals = {name: total_of(its.flat, its.clips, its.covered) for name, its in added.items()}
    ranks = rank_lifters(kind, totals)
    floor, *lifters = (numbers_of(name, total, ranks) for name, total in totals.items())
    return Overall(kind, floor.clips, tuple(lifters), floor, ranks.warnings)


def _of_table(kind: ReferenceKind, rows: Sequence[dict[str, Any]], warnings: Sequence[str]) -> Overall:
    floor, *lifters = (_numbers(row) for row in rows if row["reference"] == kind)
    reasons = tuple(line for line in warnings if line.startswith("no rank") and f"({kind})" in line)
    if not reasons and any(numbers.rank_angle_mae is None for numbers in lifters if numbers.clips):
        reasons = (f"no ranks; {RUN} says why",)
    return Overall(kind, floor.clips, tuple(lifters), floor, reasons)


def _numbers(row: dict[str, Any]) -> LifterNumbers:
    known = {name: row[name] for name in _NUMBERS if row[name] is not None}
    return LifterNumbers(**known)
